"""The control class in the window: two lines always, what they rest on, no check mark beside an open question."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from control_by_hand import CONTROLLED, FREE, OPEN, hostile
from gui.window_fakes import WORK, OpenWindow, card_evidence, done_of
from pytestqt.qtbot import QtBot

from gpu_inspector.gui import answers, signs
from gpu_inspector.gui.control_view import MOST, NOTHING, ControlView, tree_of, two_lines
from gpu_inspector.gui.findings import Node
from gpu_inspector.gui.pages.verdict import VerdictPage
from gpu_inspector.records.control import NO_ADVICE, ControlClass
from gpu_inspector.records.evidence import Origin
from gpu_inspector.records.finding import Condition, Identity
from gpu_inspector.records.inspection import CardJudgement
from gpu_inspector.records.reserve import Question
from gpu_inspector.workflow.inspecting import Done


def _card(found: ControlClass | None) -> CardJudgement:
    control = found.codified.entry if found is not None else "not assessed"
    return CardJudgement(
        label="a",
        product="b",
        identity=Identity.CONSISTENT,
        condition=Condition.SOUND,
        control=control,
        control_class=found,
    )


def _done(found: ControlClass | None) -> Done:
    done = done_of(card_evidence())
    judgement = done.inspection.judgement
    card = replace(judgement.cards[0], control=_card(found).control, control_class=found)
    return replace(done, inspection=replace(done.inspection, judgement=replace(judgement, cards=(card,))))


def _texts(node: Node) -> Iterator[str]:
    yield node.label
    yield node.word
    for child in node.children:
        yield from _texts(child)


@pytest.fixture
def page(open_window: OpenWindow) -> VerdictPage:
    """The page in its window, in front."""
    window = open_window(WORK)
    window.go_to(window.verdict)
    return window.verdict


def test_the_verdict_says_both_lines_below_its_headlines(page: VerdictPage) -> None:
    page.show_done(_done(CONTROLLED))
    first, second = page.view.control_lines.text().split("\n")
    assert first.startswith(
        "As codified: 3A090.a; 3A090.a.1/a.2; licence required by this entry; in force from 2025-01-13"
    )
    assert second.startswith("As enforced: 3A090.a")
    assert page.view.control_lines.isVisible()
    assert page.control.word.text() == "3A090.a"


def test_a_record_without_a_class_says_that_no_rules_were_applied(page: VerdictPage) -> None:
    page.show_done(_done(CONTROLLED))
    page.view.show_card(_done(None).inspection, 0)
    assert not page.view.control_lines.isVisible()
    assert page.view.control.facts.node(page.view.control.facts.index(0, 0)).label == NOTHING
    assert two_lines(_card(None)) == ""


@pytest.mark.parametrize("found", [CONTROLLED, OPEN, FREE], ids=["controlled", "open", "free"])
def test_the_tree_has_two_lines_what_was_compared_and_no_advice(found: ControlClass) -> None:
    root = tree_of(found)
    assert [one.label.partition(":")[0] for one in root.children[:2]] == ["As codified", "As enforced"]
    texts = "\n".join(_texts(root))
    assert NO_ADVICE in texts
    assert "What it rests on" in texts


def test_each_input_has_value_limit_result_margin_and_source() -> None:
    texts = list(_texts(tree_of(CONTROLLED)))
    assert (
        "12,104 >= 4,800: met, 152.17 % above (as codified, as enforced)\ndatasheet: FP8 dense 1513 TFLOPS at 8 bit"
        in texts
    )
    assert "indeterminate: thresholds not retrieved\nsummary by others" in texts


def test_the_reasons_stand_open_from_the_start(page: VerdictPage) -> None:
    page.show_done(_done(CONTROLLED))
    view = page.view.control
    page.view.tabs.setCurrentWidget(view)
    rows = [view.facts.index(row, 0) for row in range(view.facts.rowCount())]
    assert all(view.isExpanded(row) for row in rows)
    assert "Reasons" in [row.data() for row in rows]


@pytest.mark.parametrize("found", [CONTROLLED, OPEN, None], ids=["controlled", "open", "not assessed"])
def test_no_headline_is_a_check_mark_beside_such_a_class(found: ControlClass | None) -> None:
    for question in (Question.IDENTITY, Question.CONDITION, Question.CONTROL):
        assert answers.headline(_card(found), Origin.MACHINE, question)[0] is not signs.Shape.CHECK


def test_none_beside_a_letter_is_a_ring_and_no_warning() -> None:
    other = replace(FREE, enforced=CONTROLLED.enforced)
    assert answers.headline(_card(other), Origin.MACHINE, Question.CONTROL) == signs.RESERVED


@pytest.mark.parametrize("text", ["\u202e\u0301" * 400, "W" * 10_000, "<b>x</b>", "{0.__class__}", ""])
def test_a_hostile_class_is_bounded_text(page: VerdictPage, text: str) -> None:
    page.show_done(_done(hostile(text)))
    assert page.minimumSizeHint().height() <= 660
    assert page.minimumSizeHint().width() <= 1024 - 140
    root = tree_of(hostile(text))
    assert all(len(group.children) <= MOST for group in root.children)
    assert not set("".join(_texts(root))) & set("\u202e")


def test_the_view_has_a_name(qtbot: QtBot) -> None:
    view = ControlView()
    qtbot.addWidget(view)
    assert view.accessibleName() == "Control class of the card"
