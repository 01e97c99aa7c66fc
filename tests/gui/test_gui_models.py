"""Models over records: they keep Qt's rules, show every value, and no text of a card can mislead or flood."""

# mypy: disallow-untyped-calls=False
# pytest-qt's model tester has no types.

import re
from dataclasses import replace
from enum import StrEnum

import pytest
from cards import forged
from gui.window_fakes import card_evidence, done_of, from_file
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QModelIndex, Qt
from pytestqt.modeltest import ModelTester
from sampling import examples

from gpu_inspector.gui import answers, findings, signs
from gpu_inspector.gui.findings import FindingsModel, Node
from gpu_inspector.gui.models import ColumnsModel
from gpu_inspector.gui.text import LONGEST, breakable, safe
from gpu_inspector.records import columns, words
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.evidence import CardEvidence, Gap, Origin
from gpu_inspector.records.finding import Condition, Finding, Identity, Outcome, Role, Strength
from gpu_inspector.records.inspection import CardJudgement

_GAP = Gap("nvml", "The driver does not answer.", "Restart the machine.")


def _lines(card: CardEvidence) -> tuple[columns.Line, ...]:
    return columns.lines_of(card, Declaration(product="RTX 4090", memory_gb=24), safe, Origin.MACHINE)


def _tree() -> Node:
    card = done_of(from_file("a.xml")).inspection.judgement.cards[0]
    return findings.tree_of(card, (_GAP,))


def _finding(outcome: Outcome, **fields: object) -> Finding:
    plain = Finding(check="memory-total", title="Memory", role=Role.CORE, outcome=outcome, text="says {value}")
    return replace(plain, **fields)  # type: ignore[arg-type]


def _nodes(node: Node) -> list[Node]:
    return [node, *(below for child in node.children for below in _nodes(child))]


# --- the three columns


def test_the_three_columns_keep_the_rules_of_qt(qtmodeltester: ModelTester) -> None:
    model = ColumnsModel()
    model.show_lines(_lines(card_evidence().cards[0]))
    qtmodeltester.check(model)
    headings = [model.headerData(column, Qt.Orientation.Horizontal) for column in range(model.columnCount())]
    assert [str(heading).split("\n")[0] for heading in headings] == ["Declared", "Claimed", "Measured"]
    assert model.headerData(0, Qt.Orientation.Vertical) == "Product"


def test_sources_that_disagree_stand_below_each_other_and_it_is_said() -> None:
    (card,) = card_evidence().cards
    assert card.nvml is not None
    lying = _lines(replace(card, nvml=replace(card.nvml, device_id="2206")))
    model = ColumnsModel()
    model.show_lines(lying)
    row = [line.label for line in lying].index("Device id")
    assert str(model.data(model.index(row, 1))).split("\n") == [
        "PCI: 10DE:2684",
        "NVML: 10DE:2206",
        "nvidia-smi: 10DE:2684",
        "(the sources differ)",
    ]


def test_a_dash_says_what_it_means() -> None:
    model = ColumnsModel()
    model.show_lines(_lines(card_evidence().cards[0]))
    row = [line.label for line in _lines(card_evidence().cards[0])].index("UUID")
    assert model.data(model.index(row, 2)) == columns.CLAIM_ONLY
    assert model.data(model.index(row, 2), Qt.ItemDataRole.ToolTipRole) == columns.CLAIM_ONLY_MEANING
    assert model.data(model.index(row, 1), Qt.ItemDataRole.ToolTipRole) is None


# --- the findings


def test_findings_keep_the_rules_of_qt(qtmodeltester: ModelTester) -> None:
    model = FindingsModel()
    model.show_tree(_tree())
    qtmodeltester.check(model)


def test_an_index_of_an_older_tree_is_harmless() -> None:
    model = FindingsModel()
    model.show_tree(_tree())
    stale = model.index(3, 0, model.index(0, 0))
    model.show_tree(Node(""))
    assert model.data(stale) == ""
    assert model.parent(stale) == QModelIndex()


def test_every_finding_stands_in_its_group_with_its_outcome_as_a_word() -> None:
    card = done_of(card_evidence()).inspection.judgement.cards[0]
    shown = findings.tree_of(card, ()).children[:-1]
    wanted = words.groups(card.findings)
    assert sum(len(group.children) for group in shown) == len(card.findings)
    for group, (heading, members) in zip(shown, wanted, strict=True):
        assert group.label == heading
        found = [(node.label, node.word) for node in group.children]
        assert found == [(one.title, words.OUTCOMES[one.outcome]) for one in members]


def test_a_finding_opens_to_all_that_stands_behind_it() -> None:
    finding = _finding(
        Outcome.SUSPICIOUS,
        values={"value": 49140},
        expected="24,564 MiB",
        observed="49,140 MiB",
        source="formula F1",
        witness="driver",
        strength=Strength.STRONG,
        innocent=("an open rework", "a prototype"),
        advice="Ask for the papers.",
    )
    card = CardJudgement(label="a", product="b", identity=Identity.SUSPICIOUS, findings=(finding,))
    (node,) = findings.tree_of(card, ()).children[0].children
    assert node.text == "says 49140"
    assert [(one.label, one.text) for one in node.children] == [
        ("Expected", "24,564 MiB"),
        ("Observed", "49,140 MiB"),
        ("Source", "formula F1"),
        ("Innocent explanations that remain", "– an open rework\n– a prototype"),
        ("What to do", "Ask for the papers."),
        ("Check", "core check · strong sign · seen in: driver · memory-total"),
    ]


def test_a_group_bears_the_gravest_outcome_and_counts_all() -> None:
    found = (_finding(Outcome.CONSISTENT), _finding(Outcome.SUSPICIOUS), _finding(Outcome.CONSISTENT))
    card = CardJudgement(label="a", product="b", identity=Identity.SUSPICIOUS, findings=found)
    group = findings.tree_of(card, ()).children[0]
    assert (group.word, group.text) == ("Unexplained deviation", "1 unexplained deviation, 2 consistent")


def test_what_was_not_examined_is_listed_with_its_reason_and_what_to_do() -> None:
    last = _tree().children[-1]
    assert last.label == words.NOT_EXAMINED
    gap = last.children[-1]
    assert (gap.label, gap.word, gap.text) == ("nvml", "Not read", "The driver does not answer.")
    assert [one.text for one in gap.children] == ["Restart the machine."]
    assert any(node.label == "Memory measured" or "measured" in node.text for node in last.children)


# --- words and signs


@pytest.mark.parametrize(
    ("kind", "shown", "spoken"),
    [
        pytest.param(Outcome, answers.OUTCOMES, words.OUTCOMES, id="outcomes"),
        pytest.param(Identity, answers.IDENTITIES, words.IDENTITIES, id="identities"),
        pytest.param(Condition, answers.CONDITIONS, words.CONDITIONS, id="conditions"),
    ],
)
def test_every_answer_has_a_word_and_a_sign_of_its_own_shape(
    kind: type[StrEnum], shown: dict[StrEnum, signs.Sign], spoken: dict[StrEnum, str]
) -> None:
    assert set(shown) == set(spoken) == set(kind)
    shapes = [shape for shape, _ in shown.values()]
    assert len(set(shapes)) == len(shapes)


@settings(max_examples=examples(100), deadline=None)
@given(st.text(max_size=2000))
def test_no_text_hides_reorders_or_floods(text: str) -> None:
    shown = safe(text)
    assert not any(sign in shown for sign in "\u202e\u200b\u0000\n\r\t\u2028")
    assert len(shown) <= LONGEST * len("[U+10FFFF]") + 40
    assert max(map(len, re.split(r"[\s/\-\u200b]", breakable(shown)))) <= 40


@settings(max_examples=examples(50), deadline=None)
@given(st.text(max_size=300))
def test_any_name_of_a_card_makes_a_whole_tree_and_table(name: str) -> None:
    evidence = forged(card_evidence(), name=name)
    done = done_of(evidence)
    tree = findings.tree_of(done.inspection.judgement.cards[0], ())
    assert all("\u202e" not in f"{node.label}{node.text}" for node in _nodes(tree))
    assert all("\u202e" not in text for line in _lines(evidence.cards[0]) for text in line.claimed)


def test_braces_in_a_name_are_no_template() -> None:
    finding = _finding(Outcome.NOTED, text="no product called {", values={})
    card = CardJudgement(label="a", product="b", identity=Identity.INCONCLUSIVE, findings=(finding,))
    assert findings.tree_of(card, ()).children[0].children[0].text == "no product called {"
