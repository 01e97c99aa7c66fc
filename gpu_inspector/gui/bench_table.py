"""The bench's list as a table: several rows can be chosen, texts are wrapped and never cut, Tab leads out of it."""

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    Qt,
    QTimer,
    Signal,
    Slot,
)
from PySide6.QtGui import QFont, QFontMetrics, QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QTableView,
    QWidget,
)

from gpu_inspector.gui.bench_models import (
    DIE,
    LINK,
    MEMORY,
    NAME,
    SIGN,
    STATE,
    WHERE,
    BenchModel,
)
from gpu_inspector.gui.subject import Subject
from gpu_inspector.language import _

LONGEST = {
    LINK: "gen 4 x16 / gen 4 x16",
    MEMORY: "24,564 MiB",
    DIE: "AD102 (claimed)",
}
"""What the columns of a fixed width hold."""
SIGN_WIDTH, NARROWEST = 30, 130
"""Pixels of the sign's column, and of the wrapped ones where the window is narrow."""
PADDING = 6
"""Pixels of air in a row."""


class BenchTable(QTableView):
    """Cards of this machine, files and simulations."""

    picked_changed = Signal()
    """Other subjects are chosen now."""
    removal = Signal()
    """The inspector pressed Delete."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.subjects = BenchModel(self)
        self._picking = False
        self.setModel(self.subjects)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setAccessibleName(_("Cards of this machine, opened files and simulations"))
        self.setToolTip(_("Arrow keys choose; Ctrl or Shift chooses several; Enter goes on; Delete takes off the list"))
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setWordWrap(True)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        across, down = self.horizontalHeader(), self.verticalHeader()
        across.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        across.setHighlightSections(False)
        across.setMinimumSectionSize(SIGN_WIDTH)
        across.setSectionResizeMode(SIGN, QHeaderView.ResizeMode.Fixed)
        across.setAccessibleName(_("Columns of the list"))
        down.hide()
        # Heights follow from the columns' widths, which are known last; asked for once, however many rows came.
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self._heighten)
        across.sectionResized.connect(self._later.start)
        for signal in (self.subjects.modelReset, self.subjects.rowsInserted, self.subjects.dataChanged):
            signal.connect(self._later.start)
        self.selectionModel().selectionChanged.connect(self._changed)
        self._fit()

    @property
    def picked(self) -> tuple[Subject, ...]:
        """What is chosen, in the order of the list."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        return tuple(self.subjects.subjects[row] for row in rows if row < self.subjects.rowCount())

    def pick(self, keys: set[str]) -> None:
        """Choose these and no others; it is said once, and also where the choice stays as it was."""
        rows = [row for row, subject in enumerate(self.subjects.subjects) if subject.key in keys]
        chosen = QItemSelection()
        for row in rows:
            index = self.subjects.index(row, 0)
            chosen.select(index, index.siblingAtColumn(STATE))
        flags = QItemSelectionModel.SelectionFlag
        self._picking = True
        if rows:
            self.selectionModel().setCurrentIndex(self.subjects.index(rows[0], NAME), flags.NoUpdate)
        self.selectionModel().select(chosen, flags.ClearAndSelect)
        self._picking = False
        if rows:
            self.scrollTo(self.subjects.index(rows[0], NAME))
        self.picked_changed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete takes off the list; the copy key copies whole rows, a line each."""
        if event.key() == Qt.Key.Key_Delete:
            self.removal.emit()
        elif event.matches(QKeySequence.StandardKey.Copy):
            rows = sorted(index.row() for index in self.selectionModel().selectedRows())
            QGuiApplication.clipboard().setText("\n".join(self.subjects.line(row) for row in rows))
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    @Slot()
    def _changed(self) -> None:
        if not self._picking:
            self.picked_changed.emit()

    @Slot()
    def _heighten(self) -> None:
        """Only rows with a text that is too long for its column are measured: a hundred others cost nothing."""
        line = self.fontMetrics().height() + 2 * PADDING
        bold = QFont(self.font())
        bold.setBold(True)
        metrics = QFontMetrics(bold)  # the widest that a cell is set in
        wrapped = {column: self.columnWidth(column) - 2 * PADDING for column in (NAME, WHERE, STATE)}
        for row, one in enumerate(self.subjects.rows):
            if all(metrics.horizontalAdvance(one.shown[column]) <= room for column, room in wrapped.items()):
                self.setRowHeight(row, line)
            else:
                self.resizeRowToContents(row)
                self.setRowHeight(row, max(line, self.rowHeight(row) + PADDING))
        if self.picked:
            self.scrollTo(self.currentIndex())  # other heights have moved it

    def _fit(self) -> None:
        """The texts of fixed shape get what they need, the others share what is left."""
        room = self.viewport().width()
        widths = {SIGN: SIGN_WIDTH}
        for column, text in LONGEST.items():
            widths[column] = self.fontMetrics().horizontalAdvance(text) + 18
        left = room - sum(widths.values())
        widths[NAME] = max(NARROWEST, left * 3 // 9)
        widths[WHERE] = max(NARROWEST, left * 2 // 9)
        widths[STATE] = max(NARROWEST, left - widths[NAME] - widths[WHERE])
        for column, width in widths.items():
            self.setColumnWidth(column, width)
