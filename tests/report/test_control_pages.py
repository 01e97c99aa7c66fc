"""The report on a control class: two lines, inputs with margins, no advice, and nothing green anywhere."""

import colorsys
from dataclasses import replace
from pathlib import Path

import pytest
from control_by_hand import CONTROLLED, FREE, OPEN, hostile
from report.report_records import FINDINGS, entry_of, inspection, judged, off_the_page
from report.test_document import _pages

from gpu_inspector.records import control_table
from gpu_inspector.records.control import NO_ADVICE, ControlClass
from gpu_inspector.records.evidence import Origin
from gpu_inspector.records.finding import Condition, Identity, Outcome
from gpu_inspector.records.inspection import CardJudgement, Inspection
from gpu_inspector.records.reserve import Question
from gpu_inspector.report import control_pages, signs, summary
from gpu_inspector.report.document import draw
from gpu_inspector.report.layout import Shape, Sheet


def _card(found: ControlClass | None, **changes: object) -> CardJudgement:
    control = found.codified.entry if found is not None else "not assessed"
    good = tuple(one for one in FINDINGS if one.outcome is Outcome.CONSISTENT)
    card = judged(control=control, control_class=found, identity=Identity.CONSISTENT, findings=good)
    return replace(card, **changes)  # type: ignore[arg-type]


def _record(found: ControlClass | None, origin: Origin = Origin.MACHINE) -> Inspection:
    return inspection(cards=(_card(found),), origin=origin)


def test_two_lines_with_entry_paragraph_rule_citation_day_and_text(tmp_path: Path) -> None:
    text = _pages(_record(CONTROLLED), tmp_path)
    rest = text[text.index("This is arithmetic with published rules") :]
    for said in (
        "As codified",
        "As enforced",
        "3A090.a.1/a.2",
        "us-ear-2025-01-13",
        "us-ear-2023-11-17",
        "2023-11-17",
        "official text seen",
        "official text, as others quote it",
    ):
        assert said in rest
    assert "Licence, as codified Worldwide." in rest
    assert "Licence, as enforced D:1, D:4, D:5 and parties" in rest
    assert "90 FR 4544" in rest and "88 FR 73458" in rest


def test_the_first_page_has_both_lines(tmp_path: Path) -> None:
    record = _record(CONTROLLED)
    sheet = Sheet("a4")
    summary.summary(sheet, record, entry_of(record))
    marks = [getattr(mark, "text", "") for mark in sheet.pages[0].marks]
    assert len(sheet.pages) == 1
    assert "As codified" in marks and "As enforced" in marks


def test_each_input_stands_with_limit_margin_and_source(tmp_path: Path) -> None:
    text = _pages(_record(CONTROLLED), tmp_path)
    assert "12,104 >= 4,800 152.17 % above met" in text
    assert "14.87 >= 5.92 151.18 % above met" in text
    for said in (
        NO_ADVICE,
        control_table.ONE_BY_ONE,
        control_table.NAC_NEEDS,
        control_table.MEASURED_RULE,
        "at least 9,871.5, with the guard band taken off",
        "4A090.a",
        "5A992.z.1",
        "indeterminate: thresholds not retrieved",
        "The newest text that was seen is of 2026-07-23.",
    ):
        assert said in text


def test_what_is_missing_is_named_and_is_never_none(tmp_path: Path) -> None:
    text = _pages(_record(OPEN), tmp_path)
    rest = text[text.index("exported on 2026-11-26 to a destination that was not named") :]
    assert "indeterminate" in rest
    assert "Would decide, and is not known" in rest
    assert "the die's area" in rest
    assert "the best fitting die: the product is not known" in rest


def test_a_record_without_a_class_has_no_such_section() -> None:
    sheet = Sheet("a4")
    control_pages.control(sheet, _card(None))
    assert sheet.pages[0].marks == []


@pytest.mark.parametrize("origin", [Origin.MACHINE, Origin.SIMULATION])
@pytest.mark.parametrize("found", [CONTROLLED, OPEN, FREE], ids=["controlled", "open", "free"])
def test_nothing_of_a_report_is_green(found: ControlClass, origin: Origin) -> None:
    record = _record(found, origin)
    sheet = Sheet("a4")
    summary.summary(sheet, record, entry_of(record))
    control_pages.control(sheet, record.judgement.cards[0])
    colours = {mark.colour for page in sheet.pages for mark in page.marks if hasattr(mark, "colour")}
    colours |= {look[1] for look in (*signs.OUTCOMES.values(), *signs.CONDITIONS.values(), signs.CLEAR)}
    for red, green, blue in colours:
        hue, _light, saturation = colorsys.rgb_to_hls(red, green, blue)
        assert saturation < 0.15 or not 70 <= hue * 360 <= 175


def test_a_check_mark_stands_only_where_nothing_is_open_beside_the_answer() -> None:
    for identity in Identity:
        for condition in Condition:
            for found in (CONTROLLED, OPEN, FREE, None):
                for origin in Origin:
                    card = _card(found, identity=identity, condition=condition)
                    marked = {
                        question
                        for question in (Question.IDENTITY, Question.CONDITION, Question.CONTROL)
                        if signs.headline(card, origin, question)[0] is Shape.CHECK
                    }
                    clear = (identity, condition, origin) == (Identity.CONSISTENT, Condition.SOUND, Origin.MACHINE)
                    assert bool(marked) == (clear and found is FREE)


def test_the_gravest_headline_of_several_cards_is_no_check_mark_beside_an_open_question() -> None:
    cards = (_card(CONTROLLED), _card(CONTROLLED))
    assert signs.gravest(cards, Identity.CONSISTENT, Origin.MACHINE)[0] is Shape.RING
    clear = (_card(FREE, condition=Condition.SOUND),)
    assert signs.gravest(clear, Identity.CONSISTENT, Origin.MACHINE)[0] is Shape.CHECK
    assert signs.gravest(clear, Identity.CONTRADICTED, Origin.MACHINE)[0] is Shape.CROSS


def test_of_several_cards_a_class_that_is_enforced_otherwise_is_said_in_the_list(tmp_path: Path) -> None:
    other = replace(CONTROLLED, enforced=FREE.enforced)
    cards = (_card(other), replace(_card(CONTROLLED), label="0000:41:00.0"))
    assert "3A090.a; enforced: none" in " ".join(_pages(inspection(cards=cards), tmp_path).split())


_HOSTILE = [
    pytest.param("\u202e\u0301" * 400, id="unseen"),
    pytest.param("W" * 10_000, id="ten-thousand-letters"),
    pytest.param("{tpp} {0.__class__} {", id="template"),
    pytest.param("", id="empty"),
]


@pytest.mark.parametrize("text", _HOSTILE)
def test_a_hostile_class_stays_text_and_keeps_the_summary_on_its_page(text: str, tmp_path: Path) -> None:
    record = inspection(cards=(_card(hostile(text)),), origin=Origin.FILE, file_name="x")
    sheet = Sheet("letter")
    summary.summary(sheet, record, entry_of(record))
    assert len(sheet.pages) == 1
    marks = [getattr(mark, "text", "") for mark in sheet.pages[0].marks]
    assert any("CONSISTENT" in mark for mark in marks)
    detail = Sheet("letter")
    control_pages.control(detail, record.judgement.cards[0])
    assert off_the_page(sheet) == off_the_page(detail) == []
    drawn = draw(record, entry_of(record))
    assert drawn == draw(record, entry_of(record))
    assert drawn.count(b"/Type /Page\n") < 50
