"""What was typed, kept as it is typed: saved a moment after a change, restored at start, discarded on wish."""

from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from gpu_inspector.gui.doors.case import CaseDoors
from gpu_inspector.gui.worker import Job
from gpu_inspector.workflow.drafts import Draft

DELAY_MS = 1500
"""From a change until it is being written: a crash loses what was typed in this time, and never five seconds."""


class DraftKeeper(QObject):
    """Writes one draft after the other, the newest last; `make` gives what stands in the page now."""

    found = Signal(object)
    """What was kept from before (a Found), once, after `start`."""
    failed = Signal(str)

    def __init__(self, doors: CaseDoors, make: Callable[[], Draft], parent: QObject) -> None:
        super().__init__(parent)
        self._doors: Final[CaseDoors] = doors
        self._make: Final = make
        self._job: Job | None = None
        self._next: Callable[[], None] | None = None
        self._ready = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DELAY_MS)
        self._timer.timeout.connect(self.save_now)

    def start(self) -> None:
        """Look for what was kept; nothing is written before that is known."""
        job = Job(lambda progress: self._doors.load_draft(), self)
        job.done.connect(self.found)
        job.failed.connect(self.failed)
        job.ended.connect(self._loaded)
        job.start()

    @Slot()
    def touch(self) -> None:
        """Something was typed."""
        if self._ready and not self._timer.isActive():
            self._timer.start()

    @Slot()
    def save_now(self) -> None:
        """Write what stands in the page, without waiting for more."""
        if self._ready:
            self._timer.stop()
            self._do(partial(self._doors.save_draft, self._make()))

    def flush(self) -> None:
        """Write what was not written yet."""
        if self._timer.isActive():
            self.save_now()

    def discard(self) -> None:
        """There is nothing to keep any more."""
        self._timer.stop()
        self._do(self._doors.drop_draft)

    @Slot()
    def _loaded(self) -> None:
        self._ready = True

    def _do(self, act: Callable[[], None]) -> None:
        if self._job is not None:
            self._next = act
            return
        self._job = Job(lambda progress: act(), self)
        self._job.failed.connect(self.failed)
        self._job.ended.connect(self._done)
        self._job.start()

    @Slot()
    def _done(self) -> None:
        self._job = None
        act, self._next = self._next, None
        if act is not None:
            self._do(act)
