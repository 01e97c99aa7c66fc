"""What is done to a lot, in workers: one piece of work at a time, and what became of it in a sentence."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from gpu_inspector.gui.asking import Inquiry, inquiry_of
from gpu_inspector.gui.doors.lots import Filled, LotsDoors, NewLot
from gpu_inspector.gui.lots_actions import told_of
from gpu_inspector.gui.text import safe
from gpu_inspector.gui.worker import Job, Task
from gpu_inspector.language import _, ngettext, number
from gpu_inspector.records.lot import Member
from gpu_inspector.workflow.kept import Kept
from gpu_inspector.workflow.lots import LotState


class LotJobs(QWidget):
    """Begins work and says how it went. A widget that is never shown: who asks for a secret must be in the window."""

    begun = Signal()
    moved = Signal()
    """Work has begun, or has ended."""
    progressed = Signal(str, float)
    stands = Signal(object)
    """A LotState: this lot as it stands now."""
    opened = Signal()
    """A new lot is open; `stands` has said it."""
    filled = Signal()
    """What was wished is in the lot; `stands` has said how it stands."""
    kept = Signal(object, int)
    """A Kept, and which card of it was asked for."""
    failed = Signal(str)
    told, warned = Signal(str), Signal(str)

    def __init__(self, doors: LotsDoors, kept: Callable[[int], Kept], parent: QWidget) -> None:
        super().__init__(parent)
        self._doors: Final = doors
        self._kept: Final = kept
        self._busy: Job | None = None
        self.hide()

    @property
    def running(self) -> bool:
        return self._busy is not None

    def cancel(self) -> None:
        """Stop after the file that is being reviewed."""
        if self._busy is not None:
            self._busy.cancel()

    @Slot(object)
    def open(self, new: object) -> None:
        """Open a NewLot."""
        assert isinstance(new, NewLot)
        self._begin(lambda progress: self._doors.open(new), self._opened)

    def add_files(self, state: LotState, paths: tuple[Path, ...], piece: int | None) -> None:
        ask, lot = inquiry_of(self), state.lot.id
        self._begin(lambda progress: self._doors.add_files(lot, paths, piece, progress, ask), self._filled, ask)

    def add_rows(self, state: LotState, rows: tuple[str, ...], piece: int | None) -> None:
        lot, before = state.lot.id, len(state.members)
        if piece is not None and len(rows) > 1:
            self.warned.emit(_("A piece's number goes with one card: put them in one by one, or without it."))
        else:
            self._begin(lambda progress: self._doors.add_rows(lot, rows, piece), partial(self._put_in, before))

    def save_summary(self, state: LotState, target: Path) -> None:
        ask, lot = inquiry_of(self), state.lot.id
        self._begin(lambda progress: self._doors.save_summary(lot, target, ask), self._saved, ask)

    @Slot(object)
    def open_member(self, member: object) -> None:
        """Have the inspection of a Member as the ledger keeps it."""
        assert isinstance(member, Member)
        self._begin(lambda progress: self._kept(member.seq), lambda kept: self.kept.emit(kept, member.card))

    def _begin(self, task: Task, take: Callable[[object], object], ask: Inquiry | None = None) -> None:
        if self._busy is not None:
            return
        self._busy = job = Job(task, self)
        job.progressed.connect(self.progressed)
        job.done.connect(take)
        job.failed.connect(self.failed)
        job.ended.connect(self._ended)
        if ask is not None:
            ask.follow(job)
        self.begun.emit()
        self.progressed.emit("", 0.0)
        self.moved.emit()
        job.start()

    @Slot()
    def _ended(self) -> None:
        self._busy = None
        self.moved.emit()

    def _opened(self, state: object) -> None:
        self.stands.emit(state)
        self.opened.emit()
        self.told.emit(_("The lot is open. Add its cards."))

    def _filled(self, filled: object) -> None:
        assert isinstance(filled, Filled)
        self.stands.emit(filled.state)
        self.filled.emit()
        sentence, look_here = told_of(filled.added, filled.files, stopped=filled.stopped)
        (self.warned if look_here else self.told).emit(sentence)

    def _put_in(self, before: int, state: object) -> None:
        assert isinstance(state, LotState)
        self.stands.emit(state)
        self.filled.emit()
        cards = len(state.members) - before
        self.told.emit(ngettext("{n} card was put in.", "{n} cards were put in.", cards).format(n=number(cards)))

    def _saved(self, done: object) -> None:
        from gpu_inspector.workflow.lot_summing import Summed

        assert isinstance(done, Summed)
        text = _("Signed summary of the lot: {path} (PAdES {level}).")
        said = text.format(path=safe(str(done.path)), level=done.level or "–")
        self.told.emit(f"{said} {safe(done.remark, 1000)}".strip())
