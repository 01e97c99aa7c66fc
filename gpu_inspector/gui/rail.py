"""The list of pages at the window's left edge: a drawing, a word and a key each, and arrow keys between them."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QAbstractItemView, QListWidget, QListWidgetItem, QWidget

from gpu_inspector.gui import theme
from gpu_inspector.gui.pages import Entry, key_of
from gpu_inspector.language import _

WIDTH = 132
"""Pixels: the longest of the titles beside its drawing, and room for those of other languages."""


class Rail(QListWidget):
    """Shows which page is in front, and brings another there."""

    chosen = Signal(int)
    """The number of the page that is wanted."""

    def __init__(self, pages: Sequence[Entry], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pages = tuple(pages)
        self._drawn = False
        self.setAccessibleName(_("Pages of the window"))
        self.setIconSize(QSize(24, 24))
        self.setFixedWidth(WIDTH)
        self.setSpacing(2)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setAcceptDrops(False)
        for number, page in enumerate(self._pages, 1):
            item = QListWidgetItem(_(page.title), self)
            item.setToolTip(_("{lead} ({key})").format(lead=_(page.lead), key=key_of(number)))
            item.setSizeHint(QSize(WIDTH - 12, 40))
        self.currentRowChanged.connect(self._say)

    def show_number(self, number: int) -> None:
        """Mark a page as the one in front, without asking for it."""
        self.blockSignals(True)
        self.setCurrentRow(number)
        self.blockSignals(False)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._drawn:
            self.draw()

    def draw(self) -> None:
        """Put the drawings beside the words, which stand at once: the drawings' library takes its time."""
        self._drawn = True
        from gpu_inspector.gui import icons

        colours = theme.of(self.palette())
        for number, page in enumerate(self._pages):
            item = self.item(number)
            if item is not None:
                item.setIcon(icons.drawn(page.name, colours))

    @Slot(int)
    def _say(self, number: int) -> None:
        self.chosen.emit(number)
