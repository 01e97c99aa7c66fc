"""The control card in a report: its lines, the chart where there is something to draw, nothing off the page."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from report.report_records import entry_of, inspection
from sampling import examples

from gpu_inspector.records import method
from gpu_inspector.records.evidence import Origin
from gpu_inspector.records.inspection import Inspection
from gpu_inspector.records.selftest import ControlCard, Figure, Point, SelfTested, Tried
from gpu_inspector.report import control_chart, document
from gpu_inspector.report.layout import MARGIN, Box, Line, Sheet, Text

DAY = datetime(2026, 11, 1, 8, tzinfo=UTC)
FIGURES = (
    Figure(name="copy within the card, GB/s", reference=900.0, last=700.0, spread=0.08, source="note"),
    Figure(name="PCIe lanes under load", reference=16.0, last=16.0, spread=0.0),
)


def control(*values: tuple[float | None, ...], figures: tuple[Figure, ...] = FIGURES) -> ControlCard:
    points = tuple(Point(row=row, at=DAY + timedelta(days=row), values=one) for row, one in enumerate(values, start=1))
    return ControlCard(
        name="desk card",
        reference_row=1,
        last_row=len(values),
        made_at=DAY,
        inspections=len(values),
        figures=figures,
        reference_at=DAY,
        series=points,
    )


def told(card: ControlCard | None, tested: SelfTested | None = None) -> Inspection:
    whole = inspection()
    return replace(whole, evidence=replace(whole.evidence, control_card=card, self_test=tested, origin=Origin.MACHINE))


def sheet_of(card: ControlCard | None) -> Sheet:
    sheet = Sheet("a4")
    control_chart.control_card(sheet, told(card))
    return sheet


def texts(sheet: Sheet) -> str:
    return "\n".join(mark.text for page in sheet.pages for mark in page.marks if isinstance(mark, Text))


@pytest.mark.parametrize("card", [None, control((900.0, 16.0)), control((1.0,), (1.0,), figures=())])
def test_nothing_is_drawn_of_too_little(card: ControlCard | None) -> None:
    assert not any(page.marks for page in sheet_of(card).pages)


def test_a_figure_that_drifted_is_said_in_words_and_drawn_outside_its_band() -> None:
    sheet = sheet_of(control((900.0, 16.0), (880.0, 16.0), (None, 16.0), (700.0, 16.0)))
    said = texts(sheet)
    assert "copy within the card, GB/s: drifted" in said and "PCIe lanes under load: drifted" not in said
    assert "2026-11-02 to 2026-11-05" in said
    marks = sheet.pages[0].marks
    dots = [mark for mark in marks if isinstance(mark, Box) and mark.width == mark.height]
    assert len(dots) == 7, "a day without the figure has no dot"
    assert len([mark for mark in marks if isinstance(mark, Line)]) == 2


def test_a_simulated_card_is_marked_where_it_is_drawn() -> None:
    sheet = sheet_of(replace(control((900.0, 16.0), (900.0, 16.0)), simulation=True))
    assert [title for title, _y in sheet.pages[0].titles] == ["Control card of this bench (SIMULATION)"]


@settings(max_examples=examples(60), deadline=None)
@given(
    st.lists(st.tuples(st.none() | st.floats(), st.none() | st.floats()), min_size=2, max_size=60),
    st.floats(allow_nan=True),
    st.floats(allow_nan=True),
    st.text(max_size=400),
)
def test_no_mark_leaves_the_page_whatever_a_record_holds(
    values: list[tuple[float | None, float | None]], reference: float, spread: float, name: str
) -> None:
    figures = tuple(Figure(name=name, reference=reference, last=reference, spread=spread) for _ in range(60))
    sheet = sheet_of(replace(control(*values, figures=figures), name=name))
    right = MARGIN + sheet.width + 0.01
    for page in sheet.pages:
        for mark in page.marks:
            if isinstance(mark, Box):
                assert mark.x >= MARGIN - 2 and mark.x + mark.width <= right + 2
            if isinstance(mark, Line):
                assert all(MARGIN - 2 <= mark.x + x <= right + 2 for x, _y in mark.corners)
    assert len(sheet.pages) < 6


def test_the_pages_are_the_same_each_time_and_tell_both() -> None:
    tested = SelfTested(
        made_at=DAY,
        tool_version="1",
        reference_version="2",
        tried=(Tried(what="fonts", passed=True), Tried(what="key", passed=None)),
    )
    whole = told(control((900.0, 16.0), (700.0, 16.0)), tested)
    entry = entry_of(whole)
    assert document.draw(whole, entry) == document.draw(whole, entry)
    versions = dict(method.versions(whole))
    assert "not tried: key; 1 of 2 parts passed" in versions["Last self-test"]
    assert "DRIFTED, 1 of 2" in versions["Control card"]
    assert dict(method.versions(told(None)))["Last self-test"].startswith("none is recorded")
