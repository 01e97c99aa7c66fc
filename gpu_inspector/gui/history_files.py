"""What leaves the history as a file: inspections exported, a report made again, a proof of one row, a checkpoint."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final, Protocol

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from gpu_inspector.gui.asking import Inquiry, inquiry_of
from gpu_inspector.gui.doors.history import HistoryDoors
from gpu_inspector.gui.history_actions import HistoryActions, ask_document, ask_target
from gpu_inspector.gui.history_table import HistoryTable
from gpu_inspector.gui.text import safe
from gpu_inspector.gui.worker import Task
from gpu_inspector.language import _, ngettext, number
from gpu_inspector.ledger.query import Found, Query

MOST_CHOSEN = 5_000
"""Rows that can be chosen for one export; more are exported as all that fit."""


class Begin(Protocol):
    """Begins a piece of work beside the window, where nothing else is being done."""

    def __call__(self, task: Task, take: Callable[[object], object], ask: Inquiry | None = None) -> None: ...


class HistoryFiles(QObject):
    """Asks where a file is to go, has it written, and says what became of it."""

    told, warned = Signal(str), Signal(str)
    lot_wanted = Signal(object)
    """Numbers of inspections that are to be put into a lot, a tuple."""

    def __init__(self, doors: HistoryDoors, page: QWidget, table: HistoryTable, begin: Begin) -> None:
        super().__init__(page)
        self._doors: Final = doors
        self._page, self._table, self._begin = page, table, begin
        self.query = Query()
        """What the filters say now."""

    def connect_to(self, acts: HistoryActions) -> None:
        """Do what these buttons and menu entries say."""
        acts.report.clicked.connect(self.report_again)
        acts.lot.clicked.connect(self._to_lot)
        for action, what in ((acts.chosen, "chosen"), (acts.fitting, "fitting"), (acts.all, "all")):
            action.triggered.connect(partial(self._export, what))
        acts.prove.triggered.connect(self._choose_proof)
        acts.checkpoint.triggered.connect(self._choose_checkpoint)

    @Slot()
    def report_again(self) -> None:
        """Make the report of the current row again."""
        found = self._table.current
        if found is not None:
            ask = inquiry_of(self._page)
            self._begin(lambda progress: self._doors.report_again(found.seq, ask), self._reported, ask)

    def export_to(self, target: Path, rows: Query | tuple[int, ...] | None) -> None:
        """Write rows to a file whose ending names the form: those that fit, those of these numbers, or all."""
        self._begin(lambda progress: self._doors.export(target, rows, progress), partial(self._exported, target))

    def prove_to(self, target: Path, row: Found) -> None:
        """Write a proof of a row."""
        said = _("The proof of number {number:,} is in {path}: it needs no ledger to be checked.")
        self._begin(lambda progress: self._doors.prove(row.seq, target), partial(self._vouched, said))

    def checkpoint_to(self, target: Path) -> None:
        """Write a signed checkpoint of the ledger."""
        ask = inquiry_of(self._page)
        said = _("The checkpoint up to number {number:,} is in {path}. Keep it where nobody who reaches the ledger is.")
        self._begin(lambda progress: self._doors.checkpoint(target, ask), partial(self._vouched, said), ask)

    def _export(self, what: str) -> None:
        rows: Query | tuple[int, ...] | None = self.query if what == "fitting" else None
        if what == "chosen":
            rows = self._chosen()
            if not rows:
                self.warned.emit(
                    _("Only rows that were in sight can be chosen, {most} at most. Export all rows that fit.").format(
                        most=number(MOST_CHOSEN)
                    )
                )
                return
        target = ask_target(self._page)
        if target is not None:
            self.export_to(target, rows)

    @Slot()
    def _to_lot(self) -> None:
        rows = self._chosen()
        if rows:
            self.lot_wanted.emit(rows)
        else:  # one of them alone would be another wish
            told = _("Only rows that were in sight can be chosen, {most:,} at most.")
            self.warned.emit(told.format(most=MOST_CHOSEN))

    @Slot()
    def _choose_proof(self) -> None:
        found = self._table.current
        target = ask_document(self._page, _("Proof of an inspection"), f"proof-{found.seq}.json") if found else None
        if found is not None and target is not None:
            self.prove_to(target, found)

    @Slot()
    def _choose_checkpoint(self) -> None:
        target = ask_document(self._page, _("Signed checkpoint"), "ledger-checkpoint.json")
        if target is not None:
            self.checkpoint_to(target)

    def _chosen(self) -> tuple[int, ...]:
        """The numbers of the chosen rows; () where not all of them are held."""
        picked = self._table.picked
        if sum(len(rows) for rows in picked) > MOST_CHOSEN:
            return ()
        found = [self._table.rows.found(row) for rows in picked for row in rows]
        return tuple(one.seq for one in found if one is not None) if all(found) else ()

    def _reported(self, path: object) -> None:
        self.told.emit(_("The report was made again, signed anew: {path}").format(path=safe(str(path))))

    def _exported(self, target: Path, count: object) -> None:
        assert isinstance(count, int)
        sentence = ngettext("{n} inspection was written to {path}.", "{n} inspections were written to {path}.", count)
        self.told.emit(sentence.format(n=number(count), path=safe(str(target))))

    def _vouched(self, said: str, done: object) -> None:
        from gpu_inspector.workflow.vouching import Vouched

        assert isinstance(done, Vouched)
        text = said.format(number=done.seq, path=safe(str(done.path)))
        self.told.emit(f"{text} {safe(done.remark, 1000)}".strip())
