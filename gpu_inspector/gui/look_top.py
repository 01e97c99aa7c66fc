"""The frame around the steps of the inspection by eye: which object, how far, and where each part stands."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from gpu_inspector.gui.case_forms import let_wheel_pass
from gpu_inspector.gui.case_shelf import NO_CARD, InSight
from gpu_inspector.gui.forms import named
from gpu_inspector.gui.headline import plain_label
from gpu_inspector.gui.look_edits import blank
from gpu_inspector.gui.look_picture import PictureView
from gpu_inspector.gui.look_steps import StepsList
from gpu_inspector.gui.twice import TwiceButton
from gpu_inspector.language import _, ngettext
from gpu_inspector.records.appearance import Appearance, Power
from gpu_inspector.records.checklist import QUESTIONS


class TopRow(QWidget):
    """Which object these answers are of, how many there are, and the way to discard them."""

    object_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.object = QComboBox()
        named(self.object, _("Which object these answers are of"))
        let_wheel_pass(self.object)
        self.object.setToolTip(_("A card that was chosen on the bench, or an object that does not start"))
        self.object.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        label = QLabel(_("&Object"))
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setBuddy(self.object)
        self.progress = QProgressBar()
        self.progress.setRange(0, len(QUESTIONS))
        self.progress.setFixedWidth(210)
        self.progress.setAccessibleName(_("Questions that are answered"))
        self.waiting = plain_label()
        self.waiting.hide()
        self.discard_button = TwiceButton(_("&Discard answers"), _("Discard? Press again"))
        self.discard_button.setToolTip(_("Take back all that was answered and typed here; the photographs stay"))
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(10)
        across.addWidget(label)
        across.addWidget(self.object, 1)
        across.addWidget(self.waiting)
        across.addWidget(self.progress)
        across.addWidget(self.discard_button)
        self.object.activated.connect(self._chosen)

    def show_objects(self, objects: tuple[tuple[str, str], ...], key: str) -> None:
        """All that can be in sight, and which one is."""
        self.object.blockSignals(True)
        self.object.clear()
        for one, name in objects:
            self.object.addItem(name, one)
        self.object.setCurrentIndex(max(0, self.object.findData(key)))
        self.object.blockSignals(False)

    def show_seen(self, seen: Appearance) -> None:
        """How far it is."""
        count = sum(one.question in QUESTIONS for one in seen.answers)
        self.progress.setValue(count)
        self.progress.setFormat(_("{count} of {all} answered").format(count=count, all=len(QUESTIONS)))
        self.discard_button.setEnabled(not blank(seen))

    @Slot(int)
    def say_waiting(self, number: int) -> None:
        """How many pictures are still being read."""
        words = ngettext("Reading {number} photograph…", "Reading {number} photographs…", number)
        self.waiting.setText(words.format(number=number))
        self.waiting.setVisible(number > 0)

    @Slot()
    def _chosen(self) -> None:
        key = self.object.currentData()
        if isinstance(key, str):
            self.object_wanted.emit(key)


def fate(sight: InSight, seen: Appearance, *, locked: bool) -> str:
    """What becomes of what was seen, in a sentence."""
    alone = sight.key == NO_CARD
    if locked:
        return _("An inspection is running.")
    if not sight.single:
        return _("This file tells of several cards, and the eye saw one object: these answers cannot go with it.")
    if not alone and blank(seen):
        return _("Answers given here go with the inspection of this card.")
    if not alone and seen.power is Power.DOES_NOT_START and sight.key.startswith("card "):
        return _("This card answered on the bench. Is it another object that does not start? Choose it above.")
    if not alone:
        return _("These answers go with the inspection of this card (Ctrl+R).")
    if blank(seen):
        return _("Nothing was answered or typed yet.")
    if seen.power is Power.STARTS:
        return _("It starts: choose it on the bench, so that it is read and measured, too.")
    return _("Without power nothing is read or measured; the report holds your word and the photographs.")


def columns(steps: StepsList, sheet: QWidget, picture: PictureView, lead: QLabel) -> QHBoxLayout:
    """The steps, the questions of one of them, and its drawing with what it is about."""
    side = QFrame()
    side.setFrameShape(QFrame.Shape.StyledPanel)
    side.setAutoFillBackground(True)
    side.setBackgroundRole(QPalette.ColorRole.Base)
    column = QVBoxLayout(side)
    column.addWidget(picture)
    column.addWidget(lead)
    column.addStretch(1)
    across = QHBoxLayout()
    across.setSpacing(8)
    across.addWidget(steps)
    across.addWidget(sheet, 5)
    across.addWidget(side, 4)
    return across


def row(left: tuple[QWidget, ...], middle: QLabel, right: tuple[QWidget, ...]) -> QHBoxLayout:
    """Buttons at both ends, and what they do between them."""
    across = QHBoxLayout()
    across.setSpacing(8)
    for widget in left:
        across.addWidget(widget)
    across.addWidget(middle, 1)
    for widget in right:
        across.addWidget(widget)
    return across
