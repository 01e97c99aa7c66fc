"""What the registry said too late for an inspection: told once, above the history, and kept in the user's folder."""

from typing import Final

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QLabel, QWidget

from gpu_inspector.gui.doors.history import HistoryDoors
from gpu_inspector.gui.text import safe
from gpu_inspector.gui.worker import Job
from gpu_inspector.language import _, told

_LONGEST = 400
"""Characters of one sentence: what other offices say is bounded."""
_MOST = 8
"""Sentences that are shown; all of them stand in `registry search --notices`."""


class HistoryNotices(QLabel):
    """Hidden where there is nothing to tell."""

    def __init__(self, doors: HistoryDoors, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._doors: Final = doors
        self._job: Job | None = None
        self.setAccessibleName(_("What the registry said later"))
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.hide()

    def look(self) -> None:
        """Ask the registry what waits, and tell what it says: in a thread of its own, since it may be away."""
        if self._job is None:
            self._job = Job(lambda progress: self._doors.notices(), self)
            self._job.done.connect(self._show)
            self._job.ended.connect(self._ended)
            self._job.start()

    @Slot(object)
    def _show(self, answer: object) -> None:
        assert isinstance(answer, tuple)
        if answer:
            self.setText("\n".join(safe(told(one), _LONGEST) for one in answer[:_MOST]))
            self.show()

    @Slot()
    def _ended(self) -> None:
        self._job = None
