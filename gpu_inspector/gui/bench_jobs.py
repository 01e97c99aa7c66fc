"""What the bench page has done beside the window: files are read in batches, and the choice is remembered."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from gpu_inspector.gui.doors.bench import BenchDoors
from gpu_inspector.gui.subject import Subject
from gpu_inspector.gui.worker import Job
from gpu_inspector.language import _
from gpu_inspector.workflow.glancing import Glance, Look, Seen, Standing
from gpu_inspector.workflow.progress import Progress


class Reader(QObject):
    """Reads what was added to the list: one job for all that waits, however many files were dropped."""

    known = Signal(object)
    """Glances by the keys of their subjects."""

    def __init__(self, doors: BenchDoors, parent: QObject) -> None:
        super().__init__(parent)
        self._doors = doors
        self._waiting: tuple[Subject, ...] = ()
        self._job: Job | None = None

    def read(self, subjects: tuple[Subject, ...]) -> None:
        """Read them, when what is being read now has been."""
        self._waiting += subjects
        if self._job is None and self._waiting:
            self._begin()

    def forget(self, keys: frozenset[str]) -> None:
        """They are off the list."""
        self._waiting = tuple(one for one in self._waiting if one.key not in keys)

    def _begin(self) -> None:
        batch, self._waiting = self._waiting, ()
        job = Job(partial(self._doors.glance, batch), self)
        job.done.connect(lambda glances: self._say(batch, glances))
        job.failed.connect(lambda sentence: self._fail(batch, sentence))
        job.ended.connect(self._ended)
        self._job = job
        job.start()

    def _say(self, batch: tuple[Subject, ...], glances: object) -> None:
        assert isinstance(glances, tuple)
        self.known.emit({one.key: glance for one, glance in zip(batch, glances, strict=True)})

    def _fail(self, batch: tuple[Subject, ...], sentence: str) -> None:
        reason = _("Cannot be read: {reason}").format(reason=sentence)
        rows = {one.key: Glance(where=one.title, state=reason, standing=Standing.UNREADABLE) for one in batch}
        self.known.emit(rows)

    @Slot()
    def _ended(self) -> None:
        stopped = self._job is not None and self._job.cancel_wanted
        self._job = None
        if self._waiting and not stopped:
            self._begin()


class Memory(QObject):
    """Which cards are chosen, over a restart of the machine."""

    def __init__(self, doors: BenchDoors, parent: QObject) -> None:
        super().__init__(parent)
        self._doors = doors
        self.chosen: tuple[Seen, ...] | None = None
        """None until they were recalled."""
        self._job: Job | None = None
        self._written: tuple[Seen, ...] | None = None

    def looking(self) -> Callable[[Progress], tuple[tuple[Seen, ...], Look]]:
        """The task of a look; the first one recalls as well."""
        doors, known = self._doors, self.chosen

        def task(progress: Progress) -> tuple[tuple[Seen, ...], Look]:
            return (doors.recall() if known is None else known), doors.look(progress)

        return task

    def keep(self, chosen: tuple[Seen, ...]) -> None:
        """From now on these are chosen."""
        self.chosen = chosen
        self._write()

    def _write(self) -> None:
        # Never later than now: a clock that rings after the window has closed would start a thread that nobody awaits.
        if self._job is not None or self.chosen is None or self.chosen == self._written:
            return
        chosen = self._written = self.chosen
        job = Job(lambda progress: self._doors.remember(chosen), self)
        job.ended.connect(self._ended)
        self._job = job
        job.start()

    @Slot()
    def _ended(self) -> None:
        self._job = None
        self._write()  # what was chosen meanwhile, the last of it alone
