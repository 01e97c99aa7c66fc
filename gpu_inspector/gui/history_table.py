"""The history's table: as many rows as the ledger has, in columns of a fixed width, sorted by header or key."""

from datetime import UTC, datetime

from PySide6.QtCore import QItemSelectionModel, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from gpu_inspector.gui.history_model import (
    CONDITION,
    CONTROL,
    IDENTITY,
    KIND,
    NUMBER,
    ORDERS,
    SERIAL,
    TIME,
    TITLES,
    HistoryModel,
)
from gpu_inspector.language import _, moment
from gpu_inspector.ledger.query import Found, Order

LONGEST = (
    "1,000,000",
    "2026-11-24 09:30",
    "NVIDIA GeForce RTX 4090 D",
    "superseded by 12,345",
    "UNEXPLAINED DEVIATION",
    "NOT EXAMINED",
    "INDETERMINATE",
    "1324520000001 · repeated",
    "A-2026/123456",
    "Office of the town",
    "Inspector's name",
)
"""What a column has room for; longer texts end in dots, and stand in the tooltip."""
_SOME_TIME = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
ROOM, SIGN = 14, 22
"""Pixels beside a text, and for the sign before it."""
_SIGNED = (KIND, IDENTITY, CONDITION, CONTROL, SERIAL)
AIR = 8
"""Pixels above and below the text of a row, together."""


class HistoryTable(QTableView):
    """Rows of the ledger."""

    sorting = Signal(object, bool)
    """An Order, and whether the greatest comes first."""
    typed = Signal(str)
    """Letters that were typed while a row had the focus."""
    chosen = Signal(int)
    """The row that is to be opened."""
    moved = Signal()
    """Another row is current, or other rows are chosen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = HistoryModel(self)
        self.setModel(self.rows)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setAccessibleName(_("Inspections of the ledger"))
        self.setToolTip(
            _("Enter opens an inspection; Ctrl+Home and Ctrl+End go to the ends; Alt+Up, Alt+Down sort by the column")
        )
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        across, down = self.horizontalHeader(), self.verticalHeader()
        across.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        across.setHighlightSections(False)
        across.setSectionsClickable(True)
        across.setSortIndicatorShown(True)
        across.setSortIndicator(NUMBER, Qt.SortOrder.DescendingOrder)
        across.setAccessibleName(_("Columns of the list"))
        # Whether a whole column is chosen Qt would ask of every row, at each painting: for a million, seconds.
        across.setSelectionModel(QItemSelectionModel(self.rows, across))
        across.sectionClicked.connect(self._sort_by_click)
        down.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        down.hide()
        self._fit()
        self.doubleClicked.connect(lambda index: self.chosen.emit(index.row()))
        self.rows.modelReset.connect(self.moved)
        self.selectionModel().currentRowChanged.connect(self.moved)
        self.selectionModel().selectionChanged.connect(self.moved)

    @property
    def picked(self) -> list[range]:
        """The chosen rows, as ranges: all of a million rows are one."""
        chosen = self.selectionModel().selection()
        ranges = {range(chosen.at(one).top(), chosen.at(one).bottom() + 1) for one in range(chosen.size())}
        return sorted(ranges, key=lambda one: one.start)

    @property
    def current(self) -> Found | None:
        """The current row's record; None where there is none, or its page is not held."""
        index = self.currentIndex()
        return self.rows.found(index.row()) if index.isValid() else None

    def show_order(self, order: Order, *, descending: bool) -> None:
        """Put the header's arrow where the rows are sorted."""
        column = next(number for number, one in ORDERS.items() if one is order)
        down, up = Qt.SortOrder.DescendingOrder, Qt.SortOrder.AscendingOrder
        self.horizontalHeader().setSortIndicator(column, down if descending else up)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        current = self.currentIndex()
        alt = event.modifiers() == Qt.KeyboardModifier.AltModifier
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and current.isValid():
            self.chosen.emit(current.row())
        elif alt and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down) and current.column() in ORDERS:
            self.sorting.emit(ORDERS[current.column()], event.key() == Qt.Key.Key_Down)
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """What is typed belongs into the field above: Qt's own search would ask every row of the ledger."""
        if search.strip():
            self.typed.emit(search)

    @Slot(int)
    def _sort_by_click(self, column: int) -> None:
        if column in ORDERS:
            header = self.horizontalHeader()
            now = header.sortIndicatorSection(), header.sortIndicatorOrder()
            same = now[0] == column and now[1] == Qt.SortOrder.DescendingOrder
            self.sorting.emit(ORDERS[column], same)

    def _fit(self) -> None:
        metrics = self.fontMetrics()
        for column, text in enumerate(LONGEST):
            texts = (text, _(text), moment(_SOME_TIME, seconds=False)) if column == TIME else (text, _(text))
            widest = max(*map(metrics.horizontalAdvance, texts), metrics.horizontalAdvance(_(TITLES[column])) + SIGN)
            self.setColumnWidth(column, widest + ROOM + (SIGN if column in _SIGNED else 0))
        self.verticalHeader().setDefaultSectionSize(metrics.height() + AIR)
