"""Memory chips as they are counted on the board: marking, number and side of each kind, and what its marking means."""

from dataclasses import replace

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QPushButton, QSpinBox, QVBoxLayout, QWidget

from gpu_inspector.gui import theme
from gpu_inspector.gui.case_forms import Line, let_wheel_pass
from gpu_inspector.gui.forms import named
from gpu_inspector.gui.headline import plain_label, tint
from gpu_inspector.gui.look_album import Album, PhotoStrip
from gpu_inspector.gui.look_edits import chips_place
from gpu_inspector.gui.look_fields import LookForm, put
from gpu_inspector.gui.text import breakable, safe
from gpu_inspector.language import _
from gpu_inspector.records.appearance import SIDES, Appearance, MemoryChips

MOST_KINDS = 8
MOST_CHIPS = 200


class ChipsRow(QFrame):
    """Chips of one marking."""

    changed = Signal()
    unwanted = Signal(int)
    wanted = Signal(str)
    """What this marking means is wanted."""

    def __init__(self, number: int, album: Album, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._number = number
        what = _("memory chips, kind {number}").format(number=number + 1)
        self.marking = Line(_("Marking of {what}").format(what=what), _("as printed: K4ZAF325BM HC16, D8BZC"))
        self.count = QSpinBox()
        self.count.setRange(0, MOST_CHIPS)
        self.count.setSpecialValueText(_("how many?"))
        self.count.setAccessibleName(_("Number of {what}").format(what=what))
        self.count.setToolTip(_("How many chips bear this marking on this side"))
        let_wheel_pass(self.count)
        self.side = QComboBox()
        self.side.addItem(_("side not said"), "")
        for key, words in SIDES.items():
            self.side.addItem(_(words), key)
        named(self.side, _("Side of {what}").format(what=what))
        let_wheel_pass(self.side)
        self.remove_button = QPushButton(_("Remove"))
        self.remove_button.setAccessibleName(_("Remove {what}").format(what=what))
        self.strip = PhotoStrip(album, chips_place(number), what)
        self.meaning = plain_label()
        self.meaning.hide()
        self._lay_out()
        self.marking.textChanged.connect(self._typed)
        self.count.valueChanged.connect(self.changed)
        self.side.currentIndexChanged.connect(self.changed)
        self.remove_button.clicked.connect(lambda: self.unwanted.emit(self._number))

    def fill(self, chips: MemoryChips) -> None:
        put(self.marking, chips.marking)
        self.count.setValue(min(chips.count, MOST_CHIPS))
        self.side.setCurrentIndex(max(0, self.side.findData(chips.side)))
        self.strip.show_digests(chips.photographs)

    def read(self, chips: MemoryChips) -> MemoryChips:
        side = self.side.currentData()
        return replace(chips, marking=self.marking.words, count=self.count.value(), side=side if side else "")

    def say(self, words: str) -> None:
        """What the marking means."""
        self.meaning.setText(breakable(safe(words)))
        self.meaning.setVisible(bool(words))
        tint(self.meaning, "muted", theme.of(self.palette()))

    @Slot()
    def _typed(self) -> None:
        self.wanted.emit(self.marking.words)
        self.changed.emit()

    def _lay_out(self) -> None:
        self.setFrameShape(QFrame.Shape.StyledPanel)
        below = QHBoxLayout()
        below.addWidget(self.count)
        below.addWidget(self.side, 1)
        below.addWidget(self.strip.button)
        above = QHBoxLayout()
        above.addWidget(self.marking, 1)
        above.addWidget(self.remove_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 6, 6, 6)
        column.setSpacing(5)
        column.addLayout(above)
        column.addWidget(self.meaning)
        column.addLayout(below)
        column.addWidget(self.strip)


class MemoryForm(LookForm):
    """All kinds, and a button for one more."""

    wanted = Signal(str)
    added = Signal()
    removed = Signal(int)

    def __init__(self, album: Album, parent: QWidget | None = None) -> None:
        super().__init__(_("Memory chips: each marking once for each side"), parent)
        self._album = album
        self._filling = False
        self.kinds: list[ChipsRow] = []
        self._column = QVBoxLayout()
        self._column.setSpacing(6)
        self.add_button = QPushButton(_("&Add a kind of chip"))
        self.add_button.setToolTip(_("One marking of memory chips, as it is printed on them"))
        self.add_button.clicked.connect(self.added)
        self.rows.addRow(self._column)
        self.rows.addRow(self.add_button)

    def fill(self, seen: Appearance) -> None:
        self._filling = True
        while len(self.kinds) > len(seen.memory):
            row = self.kinds.pop()
            row.hide()
            row.deleteLater()
        while len(self.kinds) < len(seen.memory):
            row = ChipsRow(len(self.kinds), self._album)
            row.changed.connect(self._typed)
            row.unwanted.connect(self.removed)
            row.wanted.connect(self.wanted)
            self.kinds.append(row)
            self._column.addWidget(row)
        for row, chips in zip(self.kinds, seen.memory, strict=True):
            row.fill(chips)
        self.add_button.setEnabled(len(self.kinds) < MOST_KINDS)
        self._filling = False

    def read(self, seen: Appearance) -> Appearance:
        rows = zip(self.kinds, seen.memory, strict=True)
        return replace(seen, memory=tuple(row.read(chips) for row, chips in rows))

    def say(self, marking: str, words: str) -> None:
        """What a marking means, beside each row that bears it."""
        for row in self.kinds:
            if row.marking.words == marking:
                row.say(words)

    @Slot()
    def _typed(self) -> None:
        if not self._filling:
            self.changed.emit()
