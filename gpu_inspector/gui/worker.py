"""Work beside the window: the only file that starts a thread.

A page connects three signals and never sees the thread. All signals are emitted in the window's own thread, so that
whatever is connected to them may touch widgets; only frozen records pass between the two.
"""

import sys
import threading
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QThread, Signal, Slot

from gpu_inspector import log
from gpu_inspector.errors import GpuInspectorError
from gpu_inspector.language import sentences, told, visible
from gpu_inspector.workflow.progress import Cancelled, Progress

Task = Callable[[Progress], object]
"""Work to be done; it gets a Progress to call at each step, which raises Cancelled when the inspector wants to stop."""


SWITCH_S = 0.0005
"""How long a busy thread may keep Python to itself while the window waits for it. Qt gives Python away with every
call, and with Python's own 5 ms each of the hundred calls of one painting could be made to wait so long."""

WatchedTask = Callable[[Progress, Callable[[object], None]], object]
"""The same; the second callable takes frozen records that the window shall see meanwhile."""


class _Thread(QThread):
    """Runs one task; its signals are queued to the Job, which lives with the window."""

    told = Signal(str, float)
    news = Signal(object)
    gave = Signal(object)
    broke = Signal(str)
    stopped = Signal()

    def __init__(self, task: Task, parent: QObject) -> None:
        super().__init__(parent)
        self._task = task
        self.cancelled = threading.Event()

    def run(self) -> None:
        try:
            self.gave.emit(self._task(self._progress))
        except Cancelled:
            self.stopped.emit()
        except GpuInspectorError as error:
            log.error("failed", error)
            self.broke.emit(visible(sentences(told(error.message), told(error.advice))))
        except Exception as defect:  # noqa: BLE001 - a wall: whatever breaks in here must not take the window along
            self.broke.emit(log_defect(defect))

    def _progress(self, step: str, share: float) -> None:
        if self.cancelled.is_set():
            raise Cancelled("The inspection was stopped; nothing was stored.")
        self.told.emit(step, share)


class Job(QObject):
    """One task in a thread of its own; it deletes itself when it has ended."""

    progressed = Signal(str, float)
    """The step, and the share that is done, 0 to 1."""
    done = Signal(object)
    """What the task returned."""
    failed = Signal(str)
    """A sentence for the inspector."""
    stopped = Signal()
    """The task met the wish to cancel."""
    ended = Signal()
    """Follows each of the three endings; no thread is left."""

    def __init__(self, task: Task, parent: QObject) -> None:
        super().__init__(parent)
        self._thread = _Thread(task, self)
        self._running = False
        queued = Qt.ConnectionType.QueuedConnection
        self._thread.told.connect(self.progressed, queued)
        self._thread.gave.connect(self.done, queued)
        self._thread.broke.connect(self.failed, queued)
        self._thread.stopped.connect(self.stopped, queued)
        self._thread.finished.connect(self._end, queued)

    @property
    def running(self) -> bool:
        """From start until `ended`."""
        return self._running

    @property
    def cancel_wanted(self) -> bool:
        """Whether `cancel` was called; a task that is past its last step ends as if it had not been."""
        return self._thread.cancelled.is_set()

    def start(self) -> None:
        self._running = True
        sys.setswitchinterval(SWITCH_S)
        self._thread.start()

    def cancel(self) -> None:
        """Ask the task to stop at its next step; does not wait."""
        self._thread.cancelled.set()

    @Slot()
    def _end(self) -> None:
        self._thread.wait()
        self._running = False
        self.ended.emit()
        self.deleteLater()


class WatchedJob(Job):
    """A job whose task also tells of what it sees on the way: it gets a second callable for that."""

    news = Signal(object)
    """A frozen record."""

    def __init__(self, task: WatchedTask, parent: QObject) -> None:
        super().__init__(lambda progress: task(progress, self._thread.news.emit), parent)
        self._thread.news.connect(self.news, Qt.ConnectionType.QueuedConnection)


def log_defect(defect: BaseException) -> str:
    """Put the trace of an exception into the log; the sentence for the inspector."""
    return log.defect(defect)
