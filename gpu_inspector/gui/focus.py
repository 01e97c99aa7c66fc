"""Where the focus comes back to after a piece of work: what is switched off meanwhile loses it to its neighbour."""

from PySide6.QtWidgets import QApplication, QWidget


class FocusKeeper:
    """Remembers who had the focus; whoever moved it in the meantime keeps it where it is."""

    def __init__(self, page: QWidget) -> None:
        self._page = page
        self._before: QWidget | None = None
        self._after: QWidget | None = None

    def leave(self) -> None:
        """The work begins, and nothing is switched off yet."""
        focused = QApplication.focusWidget()
        self._before = focused if focused is not None and self._page.isAncestorOf(focused) else None

    def left(self) -> None:
        """What cannot be used meanwhile is switched off."""
        self._after = QApplication.focusWidget()

    def aim(self, widget: QWidget) -> None:
        """The focus is to come here instead."""
        self._before = widget

    def come_back(self) -> None:
        """The work is over, and all that can be used is switched on again."""
        before, self._before = self._before, None
        free = QApplication.focusWidget() in (self._after, None)
        if before is not None and free and before.isVisible() and before.isEnabled():
            before.setFocus()
