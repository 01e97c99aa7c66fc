"""The history's questions to the ledger, in workers: an answer that came too late is lost.

A new question cancels what the old one still asks. Pages are asked for one after the other, the last one that was
looked at first: who drags the bar over a million rows waits for the place where it comes to rest, not for the way.
"""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from gpu_inspector.gui.doors.history import HistoryDoors
from gpu_inspector.gui.worker import Job, Task
from gpu_inspector.ledger.query import Look, Mark, Query, Repeat, Stock

MOST_WAITING = 2
"""Pages that are asked for at a time: the window shows no more than that at once."""


class HistoryJobs(QObject):
    """Asks; answers come as signals, and belong to the last question."""

    looked = Signal(object)
    counted = Signal(object)
    paged = Signal(int, object)
    repeated = Signal(int, object)
    failed = Signal(str)
    """A sentence; the question has no answer."""

    def __init__(self, doors: HistoryDoors, parent: QObject) -> None:
        super().__init__(parent)
        self._doors = doors
        self._ticket = 0
        self._query, self._head = Query(), 0
        self._jobs: list[Job] = []
        self._waiting: list[tuple[int, Mark | None]] = []
        self._asking = False

    @property
    def query(self) -> Query:
        """The last question."""
        return self._query

    @property
    def head(self) -> int:
        """The last row's number when it was asked."""
        return self._head

    def ask(self, query: Query, *, afresh: bool) -> None:
        """Ask for the first rows; whatever is still asked is not wanted any more."""
        self.drop()
        self._query = query
        self._start(lambda progress: self._doors.look(query, afresh, progress), self._looked)

    def drop(self) -> None:
        """Nobody waits for an answer any more."""
        for job in self._jobs:
            job.cancel()
        self._ticket += 1
        self._waiting.clear()
        self._asking = False

    def count(self) -> None:
        """Ask how many rows fit."""
        query, head = self._query, self._head
        self._start(lambda progress: self._doors.stock(query, head, progress), self._counted)

    def want(self, page: int, after: Mark | None) -> None:
        """Ask for a page."""
        if page not in (number for number, _mark in self._waiting):
            self._waiting.append((page, after))
            del self._waiting[:-MOST_WAITING]
            self._next()

    def ask_repeats(self, seq: int) -> None:
        """Ask where a row's numbers were seen."""
        self._start(lambda progress: self._doors.repeats(seq), partial(self._repeated, seq))

    def _next(self) -> None:
        if self._asking or not self._waiting:
            return
        self._asking = True
        page, after = self._waiting.pop()
        query, head = self._query, self._head
        self._start(lambda progress: self._doors.page(query, head, after, progress), partial(self._paged, page))

    def _start(self, task: Task, take: Callable[[object], None]) -> None:
        job = Job(task, self)
        job.done.connect(partial(self._take, self._ticket, take))
        job.failed.connect(partial(self._fail, self._ticket))
        job.ended.connect(partial(self._ended, job))
        self._jobs.append(job)
        job.start()

    def _take(self, ticket: int, take: Callable[[object], None], answer: object) -> None:
        if ticket == self._ticket:
            take(answer)

    def _fail(self, ticket: int, sentence: str) -> None:
        if ticket == self._ticket:
            self._asking = False
            self.failed.emit(sentence)

    def _ended(self, job: Job) -> None:
        self._jobs.remove(job)

    @Slot(object)
    def _looked(self, answer: object) -> None:
        assert isinstance(answer, Look)
        self._head = answer.head
        self.looked.emit(answer)

    def _counted(self, answer: object) -> None:
        assert isinstance(answer, Stock)
        self.counted.emit(answer)

    def _paged(self, page: int, answer: object) -> None:
        self._asking = False
        self.paged.emit(page, answer)
        self._next()

    def _repeated(self, seq: int, answer: object) -> None:
        assert isinstance(answer, tuple) and all(isinstance(one, Repeat) for one in answer)
        self.repeated.emit(seq, answer)
