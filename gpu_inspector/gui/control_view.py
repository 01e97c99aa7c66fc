"""A card's control class as a tree: the two lines, what was compared with which limit, and all that it rests on.

Two lines always, as codified and as enforced: neither stands for the other. Nothing here is legal advice, which the
tree says first.
"""

from PySide6.QtWidgets import QWidget

from gpu_inspector.gui.findings import FindingsModel, Node
from gpu_inspector.gui.tables import WrappedTree
from gpu_inspector.gui.text import LONGEST, safe
from gpu_inspector.language import N_, _, listed
from gpu_inspector.records import control_table
from gpu_inspector.records.control import NO_ADVICE, ControlClass
from gpu_inspector.records.inspection import CardJudgement

NOTHING = N_("No export-control rules were applied. This is not a clearance.")
COMPARED = N_("What was compared")
RESTS = N_("What it rests on")
BESIDE = N_("Rules beside the class")
NOTES = N_("How to read it")
MOST = 60
"""Rows of one group: a real class has far fewer, a forged record might have thousands."""
_LINE = 200
"""Characters of one of the two lines."""


class ControlModel(FindingsModel):
    """Two columns: a fact, and what it is."""

    HEADINGS = (N_("Control class"), N_("Value, limit and source"))


def two_lines(card: CardJudgement) -> str:
    """As codified and as enforced, a line each; "" where no rules were applied."""
    if card.control_class is None:
        return ""
    readings = control_table.readings_of(card.control_class, lambda text: safe(text, 80))
    return "\n".join(f"{one.name}: {safe(one.short, _LINE)}" for one in readings)


def tree_of(found: ControlClass | None) -> Node:
    """All of one card's class; its root is not shown."""
    root = Node("")
    if found is None:
        root.add(Node(_(NOTHING)))
        return root
    for reading in control_table.readings_of(found, _long):
        group = root.add(Node(f"{reading.name}: {reading.headline}", bold=True))
        _fill(group, reading.facts)
    compared = root.add(Node(_(COMPARED), bold=True))
    for one in control_table.inputs_of(found, _long)[:MOST]:
        asked = listed([name.lower() for name in one.of])
        said = f"{one.value} {one.limit}: {one.result}, {one.margin} ({asked})"
        compared.add(Node(one.figure, f"{said}\n{one.source}" if one.source else said))
    for title, sentences in control_table.sentences(found, _long):
        group = root.add(Node(title, bold=True))
        for sentence in sentences[:MOST]:
            group.add(Node("–", sentence))
    _fill(root.add(Node(_(RESTS), bold=True)), control_table.facts_of(found, _long))
    overlays = control_table.overlays_of(found, _long)
    if overlays:
        group = root.add(Node(_(BESIDE), bold=True))
        for name, result, citation, known in overlays[:MOST]:
            group.add(Node(name, "\n".join(part for part in (result, citation, known) if part)))
    notes = (NO_ADVICE, control_table.ONE_BY_ONE, control_table.NAC_NEEDS, control_table.MEASURED_RULE)
    group = root.add(Node(_(NOTES), bold=True))
    for note in notes:
        group.add(Node("–", _(note)))
    return root


def _fill(group: Node, pairs: tuple[tuple[str, str], ...]) -> None:
    for label, text in pairs:
        group.add(Node(label, safe(text, 4 * LONGEST) if text else _("not stated")))


def _long(text: str) -> str:
    return safe(text, 4 * LONGEST)


class ControlView(WrappedTree):
    """The whole tree, open."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self.facts = ControlModel()
        super().__init__(self.facts, {0: 250}, 1)
        self.setParent(parent)
        self.facts.setParent(self)
        self.setAccessibleName(_("Control class of the card"))
        self.setToolTip(_("Right and Left open and close a row, Ctrl+C copies it"))

    def show_class(self, found: ControlClass | None) -> None:
        """Show a card's class, from its two lines on."""
        self.facts.show_tree(tree_of(found))
        self.expandAll()
        self.setCurrentIndex(self.facts.index(0, 0))
