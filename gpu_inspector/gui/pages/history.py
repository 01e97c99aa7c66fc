"""All inspections of the ledger: searched while one types, filtered, sorted, opened read-only with their proof."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from gpu_inspector.errors import GpuInspectorError
from gpu_inspector.gui.doors.history import HistoryDoors
from gpu_inspector.gui.history_actions import HistoryActions, HistoryTold, ask_target
from gpu_inspector.gui.history_filters import HistoryFilters
from gpu_inspector.gui.history_jobs import HistoryJobs
from gpu_inspector.gui.history_table import HistoryTable
from gpu_inspector.gui.page import Page
from gpu_inspector.gui.text import safe
from gpu_inspector.gui.work import Work
from gpu_inspector.gui.worker import Job, Task
from gpu_inspector.language import N_, _, ngettext
from gpu_inspector.ledger.query import Checked, Found, Look, Query, Stock

REST_MS = 120
"""A row has to stay current so long before its repeated numbers are asked for."""
MOST_CHOSEN = 5_000
"""Rows that can be chosen for one export; more are exported as all that fit."""


class HistoryPage(Page):
    """All inspections of the ledger."""

    opened = Signal(object)
    """A Kept: an inspection that was opened, with its proof."""

    name = "history"
    help = N_(
        "Type any words: product, serial, UUID, case, seal, paper, people, place. Each one is the beginning of a word,"
        " and all have to fit. The filters below narrow it further; a day can be written as 2026-11-24, 2026-11 or"
        " 2026.\n\nEnter opens an inspection as it was kept, read-only, with its proof: its digest, the rows before and"
        " after it, and whether they hold together. A click on a column's heading sorts; so do Alt+Up and Alt+Down in"
        " the column that the focus is in. Ctrl+F goes to the search, Ctrl+Home and Ctrl+End to the first and the last"
        " row, F2 looks again.\n\n“Repeated” marks a serial or UUID that another inspection has too. That is no"
        " accusation: the same card may have come twice.\n\n“Check the whole ledger” reads every row and the chain"
        " between them. That its end was cut off is told by a signed report alone."
    )

    def __init__(self, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._doors: Final[HistoryDoors] = work.history
        self._jobs = HistoryJobs(self._doors, self)
        self._shown: Look | None = None
        self._stock: Stock | None = None
        self._fault = ""
        self._afresh = True
        self._misread = False
        self._busy: Job | None = None
        self.filters, self.table = HistoryFilters(), HistoryTable()
        self.told, self.acts = HistoryTold(), HistoryActions()
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._lay_out()
        self._connect()

    @property
    def running(self) -> bool:
        """Whether something is being done that Esc stops."""
        return self._busy is not None

    def enter(self) -> None:
        """Look again: others write into the ledger too."""
        self.look_again()
        self.filters.words.setFocus()

    @Slot()
    def look(self) -> None:
        """Ask for what the filters say."""
        try:
            query = self.filters.query()
        except GpuInspectorError as error:
            self._misread = True
            self.notice.warn(safe(str(error)))
            return
        if self._misread:
            self._misread = False
            self.notice.clear()
        self._jobs.ask(query, afresh=self._afresh)

    @Slot()
    def look_again(self) -> None:
        """Ask for it, and for what else may have changed in the ledger."""
        self._afresh = True
        self.look()

    @Slot()
    def open_row(self) -> None:
        """Open the current row."""
        found = self._current()
        if found is not None:
            self._work(lambda progress: self._doors.kept(found.seq), self.opened.emit)

    @Slot()
    def report_again(self) -> None:
        """Make the report of the current row again."""
        found = self._current()
        if found is not None:
            self._work(lambda progress: self._doors.report_again(found.seq), self._reported)

    @Slot()
    def check(self) -> None:
        """Verify the whole ledger."""
        self._work(self._doors.check, self._checked)
        self.notice.tell(_("Every row of the ledger and the chain between them is read; this may take a while."))

    @Slot()
    def cancel(self) -> None:
        """Stop what is being done."""
        if self._busy is not None:
            self._busy.cancel()

    def export_to(self, target: Path, rows: Query | tuple[int, ...] | None) -> None:
        """Write rows to a file whose ending names the form: those that fit, those of these numbers, or all."""
        self._work(lambda progress: self._doors.export(target, rows, progress), partial(self._exported, target))

    @Slot(object)
    def _looked(self, look: object) -> None:
        assert isinstance(look, Look)
        before, self._shown = self._shown, look
        if look.standing is not None:
            self._afresh, self._fault = False, look.standing.fault
            self.filters.offer(look.standing.choices)
        if self._fault:
            sentence = _("The ledger was tampered with or damaged: {fault} What can be read of it is shown.")
            self.notice.warn(sentence.format(fault=safe(self._fault)))
        elif before is None or before.query != look.query:
            self.notice.clear()
        self.table.show_order(look.query.order, descending=look.query.descending)
        if before is not None and self._stock is not None and (before.query, before.head) == (look.query, look.head):
            return  # rows are only ever added: this is what is shown already
        kept = self._current()
        self._stock = None
        self.table.rows.show_first(look)
        places = [place for place, found in enumerate(look.rows) if kept is not None and found.seq == kept.seq]
        if look.rows:
            self.table.setCurrentIndex(self.table.rows.index(places[0] if places else 0, 0))
        self._say_count()
        self._jobs.count()

    @Slot(object)
    def _counted(self, stock: object) -> None:
        assert isinstance(stock, Stock)
        self._stock = stock
        self.table.rows.show_stock(stock)
        self._say_count()

    @Slot(int)
    def _miss(self, page: int) -> None:
        if self.table.rows.lacks(page):
            self._jobs.want(page, self.table.rows.before(page))

    @Slot(int, object)
    def _paged(self, page: int, rows: object) -> None:
        assert isinstance(rows, tuple)
        self.table.rows.show_page(page, rows)
        self._say_row()

    @Slot(str)
    def _failed(self, sentence: str) -> None:
        self.notice.warn(sentence)
        if self._shown is None or self._shown.query != self._jobs.query:
            self._shown = self._stock = None
            self.table.rows.clear()
            self.told.count.setText("")

    @Slot()
    def _say_row(self) -> None:
        """What can be done with the current row, and, once it has rested, what is known of its numbers."""
        found = self._current()
        self.acts.show_state(row=found is not None, busy=self.running)
        self.told.show_repeats(())
        self._rest.stop()
        if found is not None and found.repeated:
            self._rest.start()

    @Slot()
    def _rested(self) -> None:
        found = self._current()
        if found is not None and found.repeated:
            self._jobs.ask_repeats(found.seq)

    @Slot(int, object)
    def _repeated(self, seq: int, repeats: object) -> None:
        found = self._current()
        if found is not None and found.seq == seq:
            assert isinstance(repeats, tuple)
            self.told.show_repeats(repeats)

    def _reported(self, path: object) -> None:
        self.notice.tell(_("The report was made again, signed anew: {path}").format(path=safe(str(path))))

    def _checked(self, checked: object) -> None:
        assert isinstance(checked, Checked)
        (self.notice.tell if checked.whole else self.notice.warn)(safe(checked.sentence, 2000))

    def _exported(self, target: Path, count: object) -> None:
        assert isinstance(count, int)
        sentence = ngettext("{n} inspection was written to {path}.", "{n} inspections were written to {path}.", count)
        self.notice.tell(sentence.format(n=f"{count:,}", path=safe(str(target))))

    def _export(self, what: str) -> None:
        rows: Query | tuple[int, ...] | None = self._jobs.query if what == "fitting" else None
        if what == "chosen":
            rows = self._chosen()
            if not rows:
                self.notice.warn(
                    _("Only rows that were in sight can be chosen, {most:,} at most. Export all rows that fit.").format(
                        most=MOST_CHOSEN
                    )
                )
                return
        target = ask_target(self)
        if target is not None:
            self.export_to(target, rows)

    def _chosen(self) -> tuple[int, ...]:
        """The numbers of the chosen rows; () where not all of them are held."""
        picked = self.table.picked
        if sum(len(rows) for rows in picked) > MOST_CHOSEN:
            return ()
        found = [self.table.rows.found(row) for rows in picked for row in rows]
        return tuple(one.seq for one in found if one is not None) if all(found) else ()

    def _current(self) -> Found | None:
        index = self.table.currentIndex()
        return self.table.rows.found(index.row()) if index.isValid() else None

    def _say_count(self) -> None:
        shown, total = self.table.rows.rowCount(), self._stock.total if self._stock is not None else None
        if shown:
            number = f"{shown if total is None else total:,}"
            text = ngettext("{n} inspection", "{n} inspections", shown).format(n=number)
            self.told.count.setText(text if total is not None else _("at least {inspections}").format(inspections=text))
        else:
            empty = _("The ledger has no inspection yet.")
            self.told.count.setText(empty if self.filters.empty else _("No inspection fits."))

    def _work(self, task: Task, take: Callable[[object], object]) -> None:
        if self._busy is not None:
            return
        self.notice.clear()
        self._busy = job = Job(task, self)
        job.done.connect(take)
        job.failed.connect(self.notice.warn)
        job.stopped.connect(lambda: self.notice.tell(_("Stopped; nothing was written.")))
        job.ended.connect(self._idle)
        job.start()
        self._say_row()

    @Slot()
    def _idle(self) -> None:
        self._busy = None
        self._say_row()

    @Slot(str)
    def _type_on(self, letters: str) -> None:
        self.filters.words.setFocus()
        self.filters.words.setText(self.filters.words.text() + letters)

    def _connect(self) -> None:
        jobs, acts = self._jobs, self.acts
        jobs.looked.connect(self._looked)
        jobs.counted.connect(self._counted)
        jobs.paged.connect(self._paged)
        jobs.repeated.connect(self._repeated)
        jobs.failed.connect(self._failed)
        self.filters.changed.connect(self.look)
        self.filters.words.returnPressed.connect(self.table.setFocus)
        self.table.sorting.connect(self.filters.sort)
        self.table.typed.connect(self._type_on)
        self.table.chosen.connect(lambda _row: self.open_row())
        self.table.moved.connect(self._say_row)
        # Asked for while the table is painted; the answer must not come while it still is.
        self.table.rows.missing.connect(self._miss, Qt.ConnectionType.QueuedConnection)
        self._rest.timeout.connect(self._rested)
        self.told.wanted.connect(self.filters.show_number)
        for button, act in ((acts.open, self.open_row), (acts.report, self.report_again), (acts.check, self.check)):
            button.clicked.connect(act)
        acts.stop.clicked.connect(self.cancel)
        for action, what in ((acts.chosen, "chosen"), (acts.fitting, "fitting"), (acts.all, "all")):
            action.triggered.connect(partial(self._export, what))
        for keys, do in (("Ctrl+F", self.filters.words.setFocus), ("F2", self.look_again)):
            key = QShortcut(QKeySequence(keys), self, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
            key.activated.connect(do)

    def _lay_out(self) -> None:
        self.body.addWidget(self.filters)
        self.body.addWidget(self.table, 1)
        self.body.addWidget(self.told)
        self.body.addWidget(self.acts)
