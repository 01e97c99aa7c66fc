"""The chart of dies on paper: out of the finding alone, the fitting die first, a forged finding harmless."""

from dataclasses import replace

import pytest
from cards import row_of
from report.report_records import FINDINGS
from report.test_measured_pages import _inspection
from silicon_records import silicon_of_row

from gpu_inspector.records.finding import Finding, Value
from gpu_inspector.report.die_chart import CHECK, die_fit
from gpu_inspector.report.layout import Box, Sheet, Text


def _texts(findings: tuple[Finding, ...]) -> list[str]:
    sheet = Sheet("a4")
    die_fit(sheet, findings)
    return [mark.text for page in sheet.pages for mark in page.marks if isinstance(mark, Text)]


def test_the_dies_stand_with_distance_and_fact() -> None:
    (card,) = _inspection(silicon_of_row(row_of("NVIDIA GeForce RTX 4090"))).judgement.cards
    found = next(one for one in card.findings if one.check == CHECK)
    said = _texts(card.findings)
    assert said[1] == "AD102"
    assert said[2].endswith(", fits")
    lines = [str(value) for name, value in found.values.items() if name.startswith("fit_")]
    assert 2 <= len(lines) <= 6
    for line in lines:
        name, _, rest = line.partition(": ")
        assert name in said
        assert any(rest.split(",")[0] in text for text in said)
    assert any(text.startswith("6.0, not this one: 128 multiprocessors, more than the 80") for text in said)


def test_one_bar_is_as_long_as_its_distance_says() -> None:
    sheet = Sheet("a4")
    die_fit(sheet, (_finding({"fit_1": "AD102: 2.0", "fit_2": "AD103: 8.0, too many"}),))
    bars = [mark.width for mark in sheet.pages[0].marks if isinstance(mark, Box) and mark.fill and mark.height < 8]
    assert bars[1] == pytest.approx(4 * bars[0])


@pytest.mark.parametrize(
    "values",
    [
        pytest.param({}, id="an older record"),
        pytest.param({"fit_1": 7, "fit_2": None, "fit_3": True}, id="no texts"),
        pytest.param({"fit_1": "AD102: nan", "fit_2": "AD102: 1e999", "fit_3": "AD102: -1.0"}, id="no numbers"),
        pytest.param({"fit_1": "AD102: 0.0"}, id="no distance at all"),
        pytest.param({"fit_1": "ad 102: 1.0\n"}, id="no name"),
    ],
)
def test_nothing_is_drawn_of_what_says_nothing(values: dict[str, Value]) -> None:
    assert _texts((_finding(values),)) == []


def test_a_forged_fact_stays_short() -> None:
    said = _texts((_finding({"fit_1": f"AD102: 999999999.9, {'x' * 10_000}"}),))
    assert len(said) < 12


def _finding(values: dict[str, Value]) -> Finding:
    return replace(FINDINGS[5], check=CHECK, values=values)
