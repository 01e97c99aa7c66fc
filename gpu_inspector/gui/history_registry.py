"""The history of all offices: what the registry lists for the same question, page by page as one goes down.

What is listed is each office's word, and the inspections themselves lie in the offices' own ledgers: nothing is
opened, exported or proved from here.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QObject, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QLabel, QStackedWidget, QTableView, QVBoxLayout, QWidget

from gpu_inspector.gui import signs, theme
from gpu_inspector.gui.doors.history import HistoryDoors
from gpu_inspector.gui.history_filters import HistoryFilters
from gpu_inspector.gui.history_model import (
    DISPLAY,
    KINDS,
    ROOT,
    TEXT_ROLES,
    Index,
    identity_word,
    numbers_word,
    time_word,
)
from gpu_inspector.gui.text import safe, tip
from gpu_inspector.gui.worker import Job
from gpu_inspector.language import N_, _, ngettext, number
from gpu_inspector.ledger.query import Order, Query
from gpu_inspector.records import words
from gpu_inspector.records.registry_found import RegistryPage, RegistryRow

AIR = 8
"""Pixels above and below the text of a row, together."""
_CELL = 120
_NARROWEST, _WIDEST = 70, 260
"""Pixels of a column."""


_KIND = 4
COLUMNS: tuple[tuple[str, Callable[[RegistryRow], str]], ...] = (
    (N_("Office"), lambda row: row.registered),
    (N_("No."), lambda row: number(row.seq)),
    (N_("Time"), lambda row: time_word(row.made_at)),
    (N_("Product"), lambda row: row.product),
    (N_("Kind"), lambda row: _(KINDS.get(row.origin, ""))),
    (N_("Identity"), lambda row: identity_word(row.verdict)),
    (N_("Condition"), lambda row: _(row.condition)),
    (N_("Control class"), lambda row: words.control_word(row.control, str) if row.control else ""),
    (N_("Serial or UUID"), lambda row: numbers_word(row.numbers, row.cards)),
    (N_("Case"), lambda row: row.case),
    (N_("Inspector"), lambda row: row.inspector),
)
"""Each column's title, and what stands in it."""


class RegistryModel(QAbstractTableModel):
    """Rows that came so far; more are asked for when the end is looked at."""

    wanted = Signal()
    """The end was reached, and there is more."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[RegistryRow] = []
        self.after: int | None = None
        """Where to go on; None where nothing is left."""

    def clear(self) -> None:
        """Show nothing."""
        self.beginResetModel()
        self._rows, self.after = [], None
        self.endResetModel()

    def take(self, page: RegistryPage) -> None:
        """Add a page below what is there."""
        self.after = page.after
        if page.rows:
            self.beginInsertRows(ROOT, len(self._rows), len(self._rows) + len(page.rows) - 1)
            self._rows += page.rows
            self.endInsertRows()

    def row(self, place: int) -> RegistryRow:
        """The row at that place."""
        return self._rows[place]

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(COLUMNS)

    def canFetchMore(self, parent: Index) -> bool:
        return not parent.isValid() and self.after is not None

    def fetchMore(self, parent: Index) -> None:
        if self.canFetchMore(parent):
            self.wanted.emit()

    def data(self, index: Index, role: int = DISPLAY) -> Any:
        if not index.isValid() or role not in (*TEXT_ROLES, Qt.ItemDataRole.DecorationRole):
            return None
        row, (title, text_of) = self._rows[index.row()], COLUMNS[index.column()]
        if role == Qt.ItemDataRole.DecorationRole:
            marked = index.column() == _KIND and row.origin in KINDS
            return signs.icon(signs.WARNING, theme.of(QGuiApplication.palette())) if marked else None
        text = safe(text_of(row), _CELL)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{_(title)}: {text}"
        return tip(text) or None if role == Qt.ItemDataRole.ToolTipRole else text

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = DISPLAY) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == DISPLAY and 0 <= section < len(COLUMNS):
            return _(COLUMNS[section][0])
        return None


class HistoryRegistry(QWidget):
    """The registry's rows, and a word on what they are."""

    counted = Signal(str)
    """How many rows are shown, as a sentence."""
    failed = Signal(str)
    """The question has no answer, and why."""
    offices = Signal(object)
    """A tuple of the offices' names."""

    def __init__(self, doors: HistoryDoors, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._doors = doors
        self._query = Query()
        self._job: Job | None = None
        self._choosing: Job | None = None
        self.rows = RegistryModel(self)
        self.table = QTableView()
        self.table.setModel(self.rows)
        self.table.setAccessibleName(_("Inspections in the registry"))
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setAlternatingRowColors(True)
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.setTabKeyNavigation(False)
        self.table.setCornerButtonEnabled(False)
        self.table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.table.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + AIR)
        self.table.verticalHeader().hide()
        self.word = QLabel(
            _(
                "What is listed is each office's word. To rely on it, have the office's rows pulled and verified:"
                " gpu-inspector registry pull."
            )
        )
        self.word.setTextFormat(Qt.TextFormat.PlainText)
        self.word.setWordWrap(True)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.table, 1)
        box.addWidget(self.word)
        self.rows.wanted.connect(self._more, Qt.ConnectionType.QueuedConnection)

    def beside(
        self, ledger: QWidget, filters: HistoryFilters, count: Callable[[str], None], warn: Callable[[str], None]
    ) -> QStackedWidget:
        """A place that shows the ledger's table or this; how many rows there are, and what went wrong, is told."""
        self.offices.connect(filters.more_offices)
        self.counted.connect(count)
        self.failed.connect(warn)
        self.places = QStackedWidget()
        self.places.addWidget(ledger)
        self.places.addWidget(self)
        return self.places

    def ask(self, query: Query) -> None:
        """Ask for what the filters say; the registry has one order, and marks no repeated numbers."""
        self.drop()
        self._query = replace(query, order=Order.NUMBER, descending=True, only_repeated=False)
        self.rows.clear()
        self._start(None)
        if self._choosing is None:
            self._choosing = Job(self._doors.registry_offices, self)
            self._choosing.done.connect(self.offices)
            self._choosing.start()

    def drop(self) -> None:
        """Nobody waits for an answer any more."""
        if self._job is not None:
            self._job.cancel()
            self._job = None

    @Slot()
    def _more(self) -> None:
        if self._job is None and self.rows.after is not None:
            self._start(self.rows.after)

    def _start(self, after: int | None) -> None:
        query = self._query
        self._job = job = Job(lambda progress: self._doors.registry_page(query, after, progress), self)
        job.done.connect(partial(self._take, job))
        job.failed.connect(partial(self._fail, job))
        job.start()

    def _take(self, job: Job, answer: object) -> None:
        if job is not self._job:
            return
        self._job = None
        assert isinstance(answer, RegistryPage)
        first = not self.rows.rowCount()
        self.rows.take(answer)
        if first and answer.rows:
            self._fit()
            self.table.setCurrentIndex(self.rows.index(0, 0))
        self._say()
        if not answer.rows and answer.after is not None:
            self._start(answer.after)  # the registry gave the question its time, and found nothing in it yet

    def _fail(self, job: Job, sentence: str) -> None:
        if job is self._job:
            self._job = None
            self.rows.after = None
            self._say()
            self.failed.emit(sentence)

    def _say(self) -> None:
        shown = self.rows.rowCount()
        if not shown:
            self.counted.emit("" if self.rows.after is not None else _("No inspection fits."))
            return
        text = ngettext("{n} inspection", "{n} inspections", shown).format(n=number(shown))
        self.counted.emit(_("at least {inspections}").format(inspections=text) if self.rows.after is not None else text)

    def _fit(self) -> None:
        """Columns as wide as the first rows ask for."""
        self.table.resizeColumnsToContents()
        for column in range(len(COLUMNS)):
            self.table.setColumnWidth(column, min(_WIDEST, max(_NARROWEST, self.table.columnWidth(column))))
