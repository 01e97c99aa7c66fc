"""Inspections side by side: each its own job with its own row in the ledger; files a few at a time."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
from functools import partial

from PySide6.QtCore import QObject, Signal

from gpu_inspector.gui.asking import Inquiry
from gpu_inspector.gui.doors.run import RunDoors, shares
from gpu_inspector.gui.run_sensors import SensorBook
from gpu_inspector.gui.subject import Order
from gpu_inspector.gui.worker import WatchedJob
from gpu_inspector.language import N_, _
from gpu_inspector.records.evidence import Gap
from gpu_inspector.records.live import Live
from gpu_inspector.workflow.inspecting import Done

AT_ONCE = 4
"""Inspections that run side by side; real cards are never made to wait for each other, for each has its own silicon."""


class Stage(Enum):
    """Where one inspection stands, in words."""

    WAITING = N_("waits for its turn")
    RUNNING = N_("running")
    STOPPING = N_("stopping…")
    DONE = N_("done")
    FAILED = N_("failed")
    STOPPED = N_("stopped")


OVER = (Stage.DONE, Stage.FAILED, Stage.STOPPED)


@dataclass(slots=True)
class Ride:
    """One inspection of the run, as far as it has come. Lives in the window's thread alone."""

    number: int
    order: Order
    profile: str | None
    stage: Stage = Stage.WAITING
    step: str = ""
    share: float = 0.0
    lives: dict[str, Live] = field(default_factory=dict)
    """How each card of it stands, by its label: a server has several."""
    sensors: dict[str, SensorBook] = field(default_factory=dict)
    """What the sensors of each said; never of two cards in one."""
    sentence: str = ""
    """How it ended, for the inspector."""
    done: Done | None = None
    late: bool = False
    """It was to be stopped, and was stored all the same."""

    @property
    def title(self) -> str:
        return self.order.subject.title

    @property
    def live(self) -> Live | None:
        """The card that is shown: of several the first that is still measured, else the last of them."""
        lives = tuple(self.lives.values())
        return next((one for one in lives if not one.ended), lives[-1] if lives else None)

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """Of all of its cards."""
        return tuple(gap for live in self.lives.values() for gap in live.gaps)

    @property
    def books(self) -> tuple[tuple[str, SensorBook], ...]:
        """The sensors of each card that said something, with a title each."""
        if len(self.sensors) < 2:
            return tuple((self.title, book) for book in self.sensors.values())
        return tuple((f"{label}, {self.title}", book) for label, book in self.sensors.items())

    @property
    def bounds(self) -> tuple[float, float]:
        """Of the whole inspection: what is done when the claims are read, and when the silicon is measured."""
        return shares(self.order.subject, self.profile)

    @property
    def seconds_left(self) -> float | None:
        """By the measured speed; None while nothing can be said."""
        live = self.live
        return None if self.stage is not Stage.RUNNING or live is None or live.ended else live.seconds_left


class Runs(QObject):
    """Starts the jobs and keeps what they say. One run at a time; its rides stay until the next one."""

    moved = Signal(int)
    """The number of a ride of which there is news."""
    finished = Signal(int)
    """The number of a ride that is over."""
    ended = Signal()
    """Nothing runs any more, and nothing waits."""

    def __init__(self, doors: RunDoors, parent: QObject, inquiry: Callable[[], Inquiry]) -> None:
        super().__init__(parent)
        self._doors = doors
        self._inquiry = inquiry
        self._jobs: dict[int, WatchedJob] = {}
        self.rides: tuple[Ride, ...] = ()

    @property
    def running(self) -> bool:
        return bool(self._jobs) or any(ride.stage not in OVER for ride in self.rides)

    def start(self, orders: tuple[Order, ...], profile: str | None) -> None:
        """Begin; the rides of the run before are forgotten."""
        self.rides = tuple(Ride(number, order, profile) for number, order in enumerate(orders))
        self._fill()

    def cancel(self, number: int | None = None) -> None:
        """Stop one inspection or all; those that wait are not begun."""
        for ride in self.rides if number is None else (self.rides[number],):
            if ride.stage is Stage.WAITING:
                self._over(ride, Stage.STOPPED, _("Not begun. Nothing was stored."))
                self.finished.emit(ride.number)
            elif ride.stage is Stage.RUNNING:
                ride.stage = Stage.STOPPING
                self._jobs[ride.number].cancel()
                self.moved.emit(ride.number)

    def _fill(self) -> None:
        """Start what may run now."""
        for ride in self.rides:
            room = ride.order.subject.card is not None or len(self._waiting_room()) < AT_ONCE
            if ride.stage is Stage.WAITING and room:
                self._begin(ride)

    def _waiting_room(self) -> list[Ride]:
        """The rides that count against AT_ONCE."""
        return [self.rides[number] for number in self._jobs if self.rides[number].order.subject.card is None]

    def _begin(self, ride: Ride) -> None:
        ask = self._inquiry()
        inspect = partial(self._doors.inspect, ride.order, ride.profile, ask=ask)
        job = WatchedJob(inspect, self)
        job.progressed.connect(partial(self._progressed, ride))
        job.news.connect(partial(self._seen, ride))
        job.done.connect(partial(self._done, ride))
        job.done.connect(partial(_settle, ask))
        ask.follow(job)
        job.failed.connect(lambda sentence: self._over(ride, Stage.FAILED, sentence))
        job.stopped.connect(lambda: self._over(ride, Stage.STOPPED, _("Stopped. Nothing was stored.")))
        job.ended.connect(partial(self._ended, ride))
        ride.stage, ride.step = Stage.RUNNING, _("starting")
        self._jobs[ride.number] = job
        self.moved.emit(ride.number)
        job.start()

    def _progressed(self, ride: Ride, step: str, share: float) -> None:
        ride.step, ride.share = step, max(ride.share, share)
        self.moved.emit(ride.number)

    def _seen(self, ride: Ride, record: object) -> None:
        assert isinstance(record, Live)
        ride.lives[record.label] = record
        ride.sensors.setdefault(record.label, SensorBook()).add(record.samples, datetime.now(UTC))
        self.moved.emit(ride.number)

    def _done(self, ride: Ride, done: object) -> None:
        assert isinstance(done, Done)
        ride.late = ride.stage is Stage.STOPPING
        ride.done, ride.share = done, 1.0
        self._over(
            ride,
            Stage.DONE,
            _("Too late to cancel: the inspection is number {number} of the ledger.").format(number=done.entry.seq)
            if ride.late
            else _("Stored as number {number} of the ledger.").format(number=done.entry.seq),
        )

    def _over(self, ride: Ride, stage: Stage, sentence: str) -> None:
        ride.stage, ride.sentence = stage, sentence

    def _ended(self, ride: Ride) -> None:
        del self._jobs[ride.number]
        self._fill()
        self.finished.emit(ride.number)
        if not self.running:
            self.ended.emit()


def _settle(ask: Inquiry, done: object) -> None:
    """A row can stand and its report still not be signed: then what was typed may have been wrong."""
    assert isinstance(done, Done)
    ask.settle(well=done.report is not None)
