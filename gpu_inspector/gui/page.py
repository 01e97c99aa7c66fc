"""What every page of the window is: a title, a drawn sign for the rail, a help text, and a line for trouble.

A page gets what it needs in its constructor and says what happened by signals; it never knows another page.
"""

from typing import ClassVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gpu_inspector.gui.headline import Notice, enlarge, plain_label
from gpu_inspector.gui.pages import entry_of
from gpu_inspector.language import _


class Page(QWidget):
    """A page. `body` is the layout that a page fills; the heading and the notice stand above and below it."""

    name: ClassVar[str]
    """That of its line in PAGES, which has its title and what it is for."""
    help: ClassVar[str]
    """What F1 shows, marked with N_: plain paragraphs, the page's keys among them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        entry = entry_of(self.name)
        self.title, self.lead = entry.title, entry.lead
        self.notice = Notice()
        self.body = QVBoxLayout()
        self.body.setContentsMargins(0, 4, 0, 4)
        heading, lead = plain_label(_(self.title)), plain_label(_(self.lead))
        enlarge(heading, 1.45, bold=True)
        heading.setAlignment(Qt.AlignmentFlag.AlignLeft)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 10, 14, 10)
        layout.setSpacing(4)
        layout.addWidget(heading)
        layout.addWidget(lead)
        layout.addLayout(self.body, 1)
        layout.addWidget(self.notice)
        self.setAccessibleName(_(self.title))
        self.setAccessibleDescription(_(self.lead))

    def showEvent(self, event: QShowEvent) -> None:
        """The notice stands below all else, and Tab comes to it last; a page's own controls were made after it."""
        super().showEvent(event)
        last, one = None, self.nextInFocusChain()
        while one is not None and one is not self and self.isAncestorOf(one):
            if one.focusPolicy() & Qt.FocusPolicy.TabFocus and not self.notice.isAncestorOf(one):
                last = one  # Qt ignores an order behind what takes no focus
            one = one.nextInFocusChain()
        if last is not None:
            QWidget.setTabOrder(last, self.notice.log_button)

    @property
    def running(self) -> bool:
        """Whether something is being done that Esc stops."""
        return False

    def cancel(self) -> None:
        """Stop what is being done here."""

    def enter(self) -> None:
        """Called each time the page comes to the front; a page that shows what may have changed looks again."""
