"""Papers against goods, and what the inspector's eye found, as a tree: to be read again when a record is opened."""

from PySide6.QtWidgets import QWidget

from gpu_inspector.gui.findings import FindingsModel, Node
from gpu_inspector.gui.tables import WrappedTree
from gpu_inspector.gui.text import LONGEST, safe
from gpu_inspector.language import N_, _
from gpu_inspector.records import papers_words, seen_words, words
from gpu_inspector.records.evidence import CardEvidence
from gpu_inspector.records.inspection import CardJudgement, Inspection

NOTHING = N_("Nothing was declared, and nobody looked at the object by eye.")
HOW = N_("What the papers say is typed on the page Case, what is seen on the page By eye.")
PAPERS = N_("Papers against goods")
EYE = N_("Seen by eye")
LABEL = N_("Label and box: the declarant's data")
CODES = N_("Bar codes of the label")
CHIPS = N_("Memory chips")
PACKAGE = N_("GPU package")
LEFT_OUT = N_("What was not looked at")
MOST = 80
"""Rows of one group: there are 36 questions, and a forged record may answer thousands."""


class SeenModel(FindingsModel):
    """Two columns: what was asked, and what was found."""

    HEADINGS = (N_("What was looked at"), N_("What was found"))


def tree_of(inspection: Inspection, card: CardJudgement, seen: CardEvidence | None) -> Node:
    """Both of one card; the root is not shown."""
    root = Node("")
    if (
        rows := ()
        if inspection.declaration.empty
        else papers_words.rows_of(inspection.declaration, card.findings, safe)
    ):
        group = root.add(Node(_(PAPERS), bold=True))
        for row in rows[:MOST]:
            said = _("declared: {declared}\nfound: {found}").format(declared=row.declared, found=row.found)
            grave = row.outcome in words.GRAVE
            group.add(Node(_(row.field), f"{_(row.discrepancy)}\n{said}", outcome=row.outcome, bold=grave))
    if seen is not None and seen.seen is not None:
        _add_eye(root, inspection, card, seen)
    if not root.children:
        root.add(Node(_(NOTHING), _(HOW)))
    return root


def _add_eye(root: Node, inspection: Inspection, card: CardJudgement, evidence: CardEvidence) -> None:
    seen, taken = evidence.seen, inspection.case.photographs
    assert seen is not None
    group = root.add(Node(_(EYE), seen_words.tally(seen), bold=True))
    _fill(group, seen_words.object_facts(seen, inspection.evidence.origin, safe))
    if pairs := seen_words.label_facts(seen.label, taken, safe):
        _fill(root.add(Node(_(LABEL), bold=True)), pairs)
    if seen.label.codes:
        group = root.add(Node(_(CODES), bold=True))
        for code in seen.label.codes[:MOST]:
            kind, text, why, shown = seen_words.code_row(code, taken, safe)
            group.add(Node(kind, f"{text}\n{_(why)} ({shown})"))
    package = root.add(Node(_(PACKAGE), bold=True))
    _fill(package, seen_words.die_facts(seen.die, taken, safe))
    if seen.memory:
        group = root.add(Node(_(CHIPS), bold=True))
        for chips in seen.memory[:MOST]:
            count, marking, side, shown = seen_words.chip_row(chips, taken, safe)
            group.add(Node(f"{count} ×", f"{marking}\n{_(side)} ({shown})"))
    for step in seen_words.steps_of(seen, taken, safe):
        if step.rows:
            group = root.add(Node(_(step.title), bold=True))
            for row in step.rows[:MOST]:
                said = ". ".join(part for part in (row.answer, row.note, row.photographs) if part)
                group.add(Node(_(row.asks), said, bold=row.deviates))
    if left_out := seen_words.left_out(seen):
        _fill(root.add(Node(_(LEFT_OUT), bold=True)), left_out)


def _fill(group: Node, pairs: tuple[tuple[str, str], ...]) -> None:
    for label, text in pairs:
        group.add(Node(_(label), safe(_(text), 2 * LONGEST)))


class SeenView(WrappedTree):
    """The whole tree, open."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self.facts = SeenModel()
        super().__init__(self.facts, {0: 360}, 1)
        self.setParent(parent)
        self.facts.setParent(self)
        self.setAccessibleName(_("Papers against goods, and what was seen by eye"))
        self.setToolTip(_("Right and Left open and close a row, Ctrl+C copies it"))

    def show_card(self, inspection: Inspection, card: CardJudgement, seen: CardEvidence | None) -> None:
        """Show one card of an inspection."""
        self.facts.show_tree(tree_of(inspection, card, seen))
        self.expandAll()
        self.setCurrentIndex(self.facts.index(0, 0))
