"""The help of the page in front, beside it: F1 opens and closes it, and no box stands in the way of the work."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from gpu_inspector.gui.headline import enlarge, plain_label
from gpu_inspector.gui.page import Page
from gpu_inspector.language import N_, _

WIDTH = 300
KEYS = N_(
    "Everywhere: Ctrl+1 to Ctrl+9 and Ctrl+0 bring a page to the front, F5 inspects what is chosen, Esc stops a run, F1"
    " opens and closes this help, Ctrl+Q leaves."
)


class HelpPanel(QFrame):
    """A narrow column of text at the right edge."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title, self.text, self.keys = plain_label(), plain_label(), plain_label(_(KEYS))
        enlarge(self.title, 1.2, bold=True)
        inner = QWidget()
        column = QVBoxLayout(inner)
        for label in (self.title, self.text, self.keys):
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            column.addWidget(label)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidget(inner)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setAccessibleName(_("Help of this page"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(area)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.AlternateBase)
        self.setFixedWidth(WIDTH)
        self.hide()

    def show_page(self, page: QWidget | None) -> None:
        """Have the help of this page ready."""
        if isinstance(page, Page):
            self.title.setText(_(page.title))
            self.text.setText(_(page.help))
            self.setAccessibleName(f"{_(page.title)}: {_(page.help)}")

    def toggle(self, page: QWidget | None) -> None:
        """Open with the help of the page in front, or close."""
        self.show_page(page)
        self.setVisible(not self.isVisible())
