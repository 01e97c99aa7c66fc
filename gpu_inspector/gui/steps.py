"""What the officer may do next, as a list: each step with its sign, and with the findings that it comes from."""

from PySide6.QtWidgets import QWidget

from gpu_inspector.gui.findings import FindingsModel, Node
from gpu_inspector.gui.tables import WrappedTree
from gpu_inspector.gui.text import LONGEST, safe
from gpu_inspector.language import N_, _, listed
from gpu_inspector.records import next_steps, words
from gpu_inspector.records.next_steps import Step


class StepsModel(FindingsModel):
    """Two columns more than a step needs words: its sign, and why."""

    HEADINGS = (N_("What you may do next"), N_("Gravest of its findings"), N_("Because of"))


class StepsList(WrappedTree):
    """All steps of a card, the gravest first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self.steps = StepsModel()
        super().__init__(self.steps, {1: 190, 2: 360}, 0)
        self.setParent(parent)
        self.steps.setParent(self)
        self.setRootIsDecorated(False)
        self.setAccessibleName(_(next_steps.HEADING))
        self.setToolTip(_("Ctrl+C copies the chosen step"))

    def show_steps(self, steps: tuple[Step, ...]) -> None:
        root = Node("")
        for step in steps:
            because = safe(listed(step.because), 2 * LONGEST)
            root.add(Node(safe(step.text, 2 * LONGEST), _(words.OUTCOMES[step.outcome]), because, step.outcome))
        if not steps:
            root.add(Node(_(next_steps.NOTHING)))
        self.steps.show_tree(root)
        self.setCurrentIndex(self.steps.index(0, 0))
