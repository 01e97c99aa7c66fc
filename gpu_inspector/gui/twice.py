"""A button for what cannot be undone: the first press asks, in the button itself, and the second one does it."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QPushButton, QWidget


class TwiceButton(QPushButton):
    """Emits `confirmed` at the second press; when the focus leaves it, nothing was asked."""

    confirmed = Signal()

    def __init__(self, text: str, question: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._words, self._question = text, question
        self._asked = False
        self.needs_asking = True
        """False where the next press destroys nothing."""
        self.clicked.connect(self._pressed)

    @property
    def asking(self) -> bool:
        return self._asked

    def calm(self) -> None:
        """Take the question back."""
        self._ask(False)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.calm()

    @Slot()
    def _pressed(self) -> None:
        if self.needs_asking and not self._asked:
            self._ask(True)
            return
        self._ask(False)
        self.confirmed.emit()

    def _ask(self, asked: bool) -> None:
        self._asked = asked
        self.setText(self._question if asked else self._words)
