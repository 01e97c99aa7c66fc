"""Papers against goods and what was seen by eye, to be read again in the window."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from gui.window_fakes import WORK, OpenWindow, card_evidence, done_of
from report.report_records import inspection, judged
from report.test_papers_pages import MISDESCRIBED, PAPERS
from seen_by_hand import NOTE, PHOTOGRAPHS, SILENT_CARD, hostile

from gpu_inspector.gui.findings import Node
from gpu_inspector.gui.seen_view import MOST, NOTHING, tree_of
from gpu_inspector.records import seen_words
from gpu_inspector.records.appearance import Appearance
from gpu_inspector.records.declaration import Case, Declaration
from gpu_inspector.records.evidence import CardEvidence, Origin
from gpu_inspector.records.finding import Outcome
from gpu_inspector.records.inspection import CardJudgement, Inspection
from gpu_inspector.workflow.inspecting import Done

CARD = judged("object 1", findings=(MISDESCRIBED,))


def _tree(seen: Appearance | None, declaration: Declaration = PAPERS, card: CardJudgement = CARD) -> Node:
    evidence = CardEvidence(label="object 1", seen=seen)
    return tree_of(_record(seen, declaration, card), card, evidence)


def _record(seen: Appearance | None, declaration: Declaration = PAPERS, card: CardJudgement = CARD) -> Inspection:
    evidence = CardEvidence(label="object 1", seen=seen)
    case = Case(photographs=PHOTOGRAPHS)
    # report_records takes an empty declaration for none given
    record = inspection(cards=(card,), evidence_cards=(evidence,), origin=Origin.SEEN, case=case)
    return replace(record, declaration=declaration)


def _texts(node: Node) -> Iterator[str]:
    yield node.label
    yield node.word
    for child in node.children:
        yield from _texts(child)


def test_each_declared_field_stands_beside_what_was_found() -> None:
    papers = _tree(None).children[0]
    first = papers.children[0]
    assert papers.label == "Papers against goods"
    assert (first.label, first.outcome, first.bold) == ("Description", Outcome.CONTRADICTED, True)
    assert "declared: computer components\nfound: a complete card, H100 PCIe" in first.word


def test_answers_notes_photographs_and_what_was_not_looked_at_stand_there() -> None:
    texts = list(_texts(_tree(SILENT_CARD, Declaration())))
    assert seen_words.tally(SILENT_CARD) in texts
    assert f"deviates. {NOTE}. No. 2, 4" in texts
    assert "S TW 2231A1 / AD102-300-A1" in texts
    assert "S1YVCM012345\nthe code's own checksum holds (No. 1)" in texts
    assert "What was not looked at" in texts
    assert "Papers against goods" not in texts


def test_where_nothing_was_declared_and_nobody_looked_that_is_said() -> None:
    assert [one.label for one in _tree(None, Declaration()).children] == [NOTHING]


@pytest.mark.parametrize("text", ["\u202e\u0301" * 400, "W" * 10_000, "<b>x</b>", "{0.__class__}", ""])
def test_a_hostile_record_is_bounded_text(open_window: OpenWindow, text: str) -> None:
    record = _record(hostile(text), replace(PAPERS, description=text, brand=text))
    done = done_of(card_evidence())
    window = open_window(WORK)
    window.go_to(window.verdict)
    window.verdict.show_done(Done(record, done.entry, None))
    view = window.verdict.view.seen
    window.verdict.view.tabs.setCurrentWidget(view)
    root = view.facts.node(view.facts.index(0, 0)).parent
    assert root is not None
    assert all(len(group.children) <= MOST for group in root.children)
    assert not set("".join(_texts(root))) & set("\u202e")
    assert window.verdict.minimumSizeHint().height() <= 660
