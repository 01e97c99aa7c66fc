"""All inspections of the ledger: searched while one types, filtered, sorted, opened read-only with their proof."""

from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from gpu_inspector.errors import GpuInspectorError
from gpu_inspector.gui.asking import Inquiry
from gpu_inspector.gui.doors.history import HistoryDoors
from gpu_inspector.gui.history_actions import HistoryActions, HistoryTold
from gpu_inspector.gui.history_files import HistoryFiles
from gpu_inspector.gui.history_filters import HistoryFilters
from gpu_inspector.gui.history_jobs import HistoryJobs
from gpu_inspector.gui.history_notices import HistoryNotices
from gpu_inspector.gui.history_registry import HistoryRegistry
from gpu_inspector.gui.history_table import HistoryTable
from gpu_inspector.gui.history_tags import HistoryTags
from gpu_inspector.gui.page import Page
from gpu_inspector.gui.text import safe
from gpu_inspector.gui.work import Work
from gpu_inspector.gui.worker import Job, Task
from gpu_inspector.language import N_, _, ngettext, number
from gpu_inspector.ledger.query import Checked, Look, Stock

REST_MS = 120
"""A row has to stay current so long before its repeated numbers are asked for."""


class HistoryPage(Page):
    """All inspections of the ledger."""

    opened = Signal(object)
    """A Kept: an inspection that was opened, with its proof."""

    name = "history"
    help = N_(
        "Type any words: product, serial, UUID, case, seal, paper, people, place. Each one is the beginning of a word,"
        " and all have to fit. The filters below narrow it further; a day can be written as 2026-11-24, 2026-11 or"
        " 2026. A tag that is scanned into the search opens its inspection, and so does a photograph of one.\n\nEnter"
        " opens an inspection as it was kept, read-only, with its proof: its digest, the rows before and"
        " after it, and whether they hold together. A click on a column's heading sorts; so do Alt+Up and Alt+Down in"
        " the column that the focus is in. Ctrl+F goes to the search, Ctrl+Home and Ctrl+End to the first and the last"
        " row, F2 looks again.\n\n“Repeated” marks a serial or UUID that another inspection has too. That is no"
        " accusation: the same card may have come twice. “Superseded” marks an inspection that a newer one replaces;"
        " both stay.\n\n“Custody log” says who did what with an inspection, and when. Export writes tables, the"
        " proof of one inspection for somebody without the ledger, or a signed checkpoint: kept elsewhere, it tells"
        " later whether rows were taken away.\n\n“Check the whole ledger” reads every row and the chain between them."
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
        self.registry, self.notices = HistoryRegistry(self._doors), HistoryNotices(self._doors)
        self.told, self.acts = HistoryTold(), HistoryActions()
        self.places = self.registry.beside(self.table, self.filters, self.told.count.setText, self.notice.warn)
        self.files = HistoryFiles(self._doors, self, self.table, self._work)
        self.tags = HistoryTags(self._doors, self, self.filters.words, self._work)
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._lay_out()
        self._connect()

    @property
    def running(self) -> bool:
        """Whether something is being done that Esc stops."""
        return self._busy is not None

    def enter(self) -> None:
        """Look again: others write into the ledger too."""
        self.filters.offer_registry(there=self._doors.has_registry())
        self.notices.look()
        self.look_again()
        self.filters.words.setFocus()

    @Slot()
    def look(self) -> None:
        """Ask for what the filters say; of a tag that was scanned, open its inspection."""
        if self.tags.look():
            return
        try:
            query = self.filters.query()
        except GpuInspectorError as error:
            self._misread = True
            self.notice.warn(safe(str(error)))
            return
        if self._misread:
            self._misread = False
            self.notice.clear()
        elsewhere = self.filters.in_registry
        self.places.setCurrentWidget(self.registry if elsewhere else self.table)
        self.acts.setVisible(not elsewhere)
        if elsewhere:
            self._shown = self._stock = None
            self._jobs.drop()
            self.told.show_row(None)
            self.registry.ask(query)
            return
        self.registry.drop()
        self.files.query = query
        self._jobs.ask(query, afresh=self._afresh)

    @Slot()
    def look_again(self) -> None:
        """Ask for it, and for what else may have changed in the ledger."""
        self._afresh = True
        self.look()

    @Slot()
    def open_row(self) -> None:
        """Open the current row."""
        found = self.table.current
        if found is not None:
            self._work(lambda progress: self._doors.kept(found.seq), self.opened.emit)

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
        kept = self.table.current
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
        found = self.table.current
        self._renew()
        self.told.show_row(found.row if found is not None else None)
        self._rest.stop()
        if found is not None and found.repeated:
            self._rest.start()

    @Slot()
    def _rested(self) -> None:
        found = self.table.current
        if found is not None and found.repeated:
            self._jobs.ask_repeats(found.seq)

    @Slot(int, object)
    def _repeated(self, seq: int, repeats: object) -> None:
        found = self.table.current
        if found is not None and found.seq == seq:
            assert isinstance(repeats, tuple)
            self.told.show_repeats(repeats)

    def _checked(self, checked: object) -> None:
        assert isinstance(checked, Checked)
        (self.notice.tell if checked.whole else self.notice.warn)(safe(checked.sentence, 2000))

    @Slot()
    def show_log(self) -> None:
        """Show what was done with the current row."""
        found = self.table.current
        if found is not None:
            self._work(lambda progress: self._doors.log(found.seq, progress), partial(self._logged, found.seq))

    def _logged(self, seq: int, lines: object) -> None:
        found = self.table.current
        if found is not None and found.seq == seq:
            assert isinstance(lines, tuple)
            self.told.show_log(seq, lines)

    def _say_count(self) -> None:
        shown, total = self.table.rows.rowCount(), self._stock.total if self._stock is not None else None
        if shown:
            count = number(shown if total is None else total)
            text = ngettext("{n} inspection", "{n} inspections", shown).format(n=count)
            self.told.count.setText(text if total is not None else _("at least {inspections}").format(inspections=text))
        else:
            empty = _("The ledger has no inspection yet.")
            self.told.count.setText(empty if self.filters.empty else _("No inspection fits."))

    def _work(self, task: Task, take: Callable[[object], object], ask: Inquiry | None = None) -> None:
        if self._busy is not None:
            return
        self.notice.clear()
        self._busy = job = Job(task, self)
        job.done.connect(take)
        job.failed.connect(self.notice.warn)
        job.stopped.connect(lambda: self.notice.tell(_("Stopped; nothing was written.")))
        job.ended.connect(self._idle)
        if ask is not None:
            ask.follow(job)
        job.start()
        self._renew()

    @Slot()
    def _idle(self) -> None:
        self._busy = None
        self._renew()

    def _renew(self) -> None:
        """What can be done now."""
        self.acts.show_state(row=self.table.current is not None, busy=self.running)

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
        self.filters.words.returnPressed.connect(self.tags.look_at_end)
        self.filters.photograph.clicked.connect(self.tags.choose_photograph)
        self.table.sorting.connect(self.filters.sort)
        self.table.typed.connect(self._type_on)
        self.table.chosen.connect(lambda _row: self.open_row())
        self.table.moved.connect(self._say_row)
        # Asked for while the table is painted; the answer must not come while it still is.
        self.table.rows.missing.connect(self._miss, Qt.ConnectionType.QueuedConnection)
        self._rest.timeout.connect(self._rested)
        self.told.wanted.connect(self.filters.show_number)
        for button, act in ((acts.open, self.open_row), (acts.log, self.show_log), (acts.check, self.check)):
            button.clicked.connect(act)
        self.files.connect_to(acts)
        self.files.told.connect(self.notice.tell)
        self.files.warned.connect(self.notice.warn)
        acts.stop.clicked.connect(self.cancel)
        for keys, do in (("Ctrl+F", self.filters.words.setFocus), ("F2", self.look_again)):
            key = QShortcut(QKeySequence(keys), self, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
            key.activated.connect(do)

    def _lay_out(self) -> None:
        self.body.addWidget(self.filters)
        self.body.addWidget(self.notices)
        self.body.addWidget(self.places, 1)
        self.body.addWidget(self.told)
        self.body.addWidget(self.acts)
