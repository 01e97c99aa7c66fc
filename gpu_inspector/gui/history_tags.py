"""From a scanned or photographed tag to its inspection: what the history's search field and its button do with one."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QLineEdit, QWidget

from gpu_inspector.gui.doors.history import HistoryDoors
from gpu_inspector.gui.history_files import Begin
from gpu_inspector.language import _
from gpu_inspector.records import tag_text


class HistoryTags(QObject):
    """Watches the search field for the text of a tag, and asks for photographs of one."""

    opened = Signal(object, int)
    """A Kept that a tag led to, and the place of its card from 0; -1 where no one card is meant."""

    def __init__(self, doors: HistoryDoors, page: QWidget, field: QLineEdit, begin: Begin) -> None:
        super().__init__(page)
        self._doors: Final = doors
        self._page, self._field, self._begin = page, field, begin
        self._tried = ""
        """What was looked up last: the same text is not looked up at every look at the ledger."""

    def look(self) -> bool:
        """Where the field has the whole text of a tag, go to its inspection; whether it has."""
        text = self._field.text()
        if tag_text.parse(text) is None:
            self._tried = ""
            return False
        if text != self._tried:
            self._look_up(text)
        return True

    @Slot()
    def look_at_end(self) -> None:
        """Enter, which scanners send: a tag that was not read to its end is said to be one."""
        text = self._field.text()
        if tag_text.begins(text):
            self._look_up(text)

    @Slot()
    def choose_photograph(self) -> None:
        """Ask for a photograph of a tag."""
        kinds = _("Pictures (*.jpg *.jpeg *.png *.webp *.tif *.tiff);;All files (*)")
        name, _kind = QFileDialog.getOpenFileName(self._page, _("Photograph of a tag"), str(Path.home()), kinds)
        if name:
            self.take(Path(name).absolute())

    def take(self, path: Path) -> None:
        """Go to the inspection whose tag is on this picture."""
        self._begin(lambda progress: self._doors.by_photograph(path), self._open)

    def _look_up(self, text: str) -> None:
        self._tried = text
        self._begin(lambda progress: self._doors.by_text(text), self._open)

    def _open(self, found: object) -> None:
        from gpu_inspector.workflow.tagging import Opened

        assert isinstance(found, Opened)
        with QSignalBlocker(self._field):  # who comes back wants to search, not to be sent away again
            if tag_text.begins(self._field.text()):
                self._field.clear()
        self._tried = ""
        self.opened.emit(found.kept, found.card - 1 if found.card is not None else -1)
