"""One answer out of a few, as large buttons: by mouse, by the figures on the keys, and taken back by a second press."""

from functools import partial
from typing import NamedTuple

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from gpu_inspector.gui import signs, theme
from gpu_inspector.gui.signs import Shape, Sign
from gpu_inspector.language import N_, _
from gpu_inspector.records.appearance import Power, Seen

HEIGHT = 34
"""Pixels: large enough for a gloved hand on a touch screen beside the bench."""
_BACK = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)


class Choice(NamedTuple):
    """One of the answers."""

    value: str
    words: str
    sign: Sign


ANSWERS = (
    Choice(Seen.AS_EXPECTED.value, N_("As expected"), (Shape.CHECK, "calm")),
    Choice(Seen.DEVIATES.value, N_("Deviates"), (Shape.TRIANGLE, "deviation")),
    Choice(Seen.NOT_VISIBLE.value, N_("Not visible"), (Shape.DASH, "muted")),
)
POWERS = (
    Choice(Power.STARTS.value, N_("Starts"), (Shape.CHECK, "calm")),
    Choice(Power.DOES_NOT_START.value, N_("Does not start"), (Shape.TRIANGLE, "deviation")),
    Choice(Power.NOT_TRIED.value, N_("Not tried"), (Shape.DASH, "muted")),
)
WHOLE, PART = "whole", "part"
KINDS = (
    Choice(WHOLE, N_("Complete card"), (Shape.RING, "text")),
    Choice(PART, N_("Bare board or chip"), (Shape.RING, "text")),
)


class ChoiceRow(QWidget):
    """The buttons of one question; at most one of them is down."""

    chosen = Signal(str)
    """The value that was chosen by hand; "" where it was taken back."""
    keyed = Signal(str)
    """Follows `chosen` where a key did it, and comes for the key of the answer that stands, too."""

    def __init__(
        self, name: str, choices: tuple[Choice, ...], *, optional: bool = True, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._choices, self._optional = choices, optional
        self.value = ""
        self.buttons = tuple(QPushButton(f" {_(one.words)}") for one in choices)  # away from its sign
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        back = _("; a second press takes it back") if optional else ""
        for number, (one, button) in enumerate(zip(choices, self.buttons, strict=True), 1):
            button.setCheckable(True)
            button.setMinimumHeight(HEIGHT)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            button.setAccessibleName(f"{_(one.words)}: {name}")
            button.setToolTip(_("Key {number}{back}").format(number=number, back=back))
            button.clicked.connect(partial(self.choose, number))
            row.addWidget(button, 1)
        self._dress()

    def show_value(self, value: str) -> None:
        """Have this answer down; none for ""."""
        self.value = value
        for one, button in zip(self._choices, self.buttons, strict=True):
            button.setChecked(one.value == value)
        self._dress()

    def choose(self, number: int, _checked: bool = False) -> None:
        """Choose by the number of the button, 1 for the first; the one that is down is taken back."""
        value = self._choices[number - 1].value
        again = value == self.value
        wanted = value if not again else "" if self._optional else value
        self.show_value(wanted)
        self.chosen.emit(wanted)

    def press(self, event: QKeyEvent) -> bool:
        """Whether this key was meant for these buttons; then it is done."""
        meant = self._take_key(event)
        if meant:
            self.keyed.emit(self.value)
        return meant

    def _take_key(self, event: QKeyEvent) -> bool:
        number = event.key() - Qt.Key.Key_0.value
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        if 1 <= number <= len(self.buttons):
            if self._choices[number - 1].value != self.value:
                self.choose(number)
            return True
        if event.key() in _BACK and self._optional and self.value:
            self.show_value("")
            self.chosen.emit("")
            return True
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.press(event):
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._dress()

    def _dress(self) -> None:
        """The one that is down stands out by its ground, too; its sign says the same in the colour of its words."""
        colours = theme.of(self.palette())
        for one, button in zip(self._choices, self.buttons, strict=True):
            down = one.value == self.value
            button.setIcon(signs.icon((one.sign[0], "highlighted") if down else one.sign, colours))
            dress = QPalette()
            if down:
                dress.setColor(QPalette.ColorRole.Button, colours.highlight)
                dress.setColor(QPalette.ColorRole.ButtonText, colours.highlighted)
            if button.palette().color(QPalette.ColorRole.Button).name() != colours.highlight or not down:
                button.setPalette(dress)
