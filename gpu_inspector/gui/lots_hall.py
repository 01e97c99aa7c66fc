"""The hall of an audit in the window: a table of cells, each reached by the arrow keys, heard, and told in a tooltip.

It shows the answers of the lot's members and nothing of its own; Enter opens the inspection of the card.
"""

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QComboBox, QHBoxLayout, QLabel, QTableView, QVBoxLayout, QWidget

from gpu_inspector.gui.lots_hall_model import IDENTITY, Cell, HallModel
from gpu_inspector.gui.settings_panels import reading_label
from gpu_inspector.gui.text import breakable
from gpu_inspector.language import N_, _, sentences
from gpu_inspector.records import hall_view, hall_words
from gpu_inspector.records.hall import Hall
from gpu_inspector.records.lot import Member

SHOWN = (N_("Identity"), N_("Highest temperature"))
HEAT_LEGEND = N_("The number is the highest temperature while the card was measured, in °C; hatched is not measured.")
HATCHED = N_("Hatched is not examined; its number is that of the list in the report.")
_AIR = 8


class HallTable(QTableView):
    """The cells."""

    chosen = Signal(object)
    """A Member whose inspection is to be opened."""
    moved = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = HallModel(self)
        self.setModel(self.rows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setAccessibleName(_("Cards of the hall"))
        self.setToolTip(_("Arrow keys go from card to card; Enter opens the card's inspection on the Verdict page"))
        self.setShowGrid(True)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setMinimumHeight(90)
        across, down = self.horizontalHeader(), self.verticalHeader()
        across.setHighlightSections(False)
        across.setMinimumSectionSize(_AIR)
        down.setHighlightSections(False)
        down.setDefaultSectionSize(self.fontMetrics().height() + _AIR)
        self.doubleClicked.connect(lambda _index: self._open())
        self.selectionModel().currentChanged.connect(self.moved)
        self.rows.modelReset.connect(self._widen)

    @property
    def current(self) -> Cell | None:
        return self.rows.cell(self.currentIndex())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open()
        else:
            super().keyPressEvent(event)

    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """Over what is empty to the next cell: a key would stop at it otherwise."""
        steps = {
            QAbstractItemView.CursorAction.MoveLeft: (0, -1),
            QAbstractItemView.CursorAction.MoveRight: (0, 1),
            QAbstractItemView.CursorAction.MoveUp: (-1, 0),
            QAbstractItemView.CursorAction.MoveDown: (1, 0),
        }
        index = self.currentIndex()
        if action not in steps or not index.isValid():
            return super().moveCursor(action, modifiers)
        down, right = steps[action]
        row, column = index.row() + down, index.column() + right
        while 0 <= row < self.rows.rowCount() and 0 <= column < self.rows.columnCount():
            if (row, column) in self.rows.cells:
                return self.rows.index(row, column)
            row, column = row + down, column + right
        return index

    def go_to(self, number: int) -> None:
        """Put the cursor on this card of the lot, or on the first cell that there is."""
        cells = self.rows.cells
        found = [at for at, cell in cells.items() if cell.member is not None and cell.member.number == number]
        for row, column in (found or sorted(cells))[:1]:
            self.setCurrentIndex(self.rows.index(row, column))

    def _widen(self) -> None:
        metrics = self.fontMetrics()
        for column, head in enumerate(self.rows.heads):
            texts = [head, "100"]
            if column in self.rows.names:
                texts += [str(self.rows.index(row, column).data() or "") for row in range(self.rows.rowCount())]
            wide = max(metrics.horizontalAdvance(text) for text in texts) + _AIR + (_AIR if head else -2 * _AIR)
            self.setColumnWidth(column, max(wide, _AIR))

    def _open(self) -> None:
        cell = self.current
        if cell is not None and cell.member is not None:
            self.chosen.emit(cell.member)


class HallView(QWidget):
    """The map, what it shows, and what its letters say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table = HallTable()
        self.shown = QComboBox()
        self.shown.addItems([_(one) for one in SHOWN])
        self.shown.setAccessibleName(_("What the cells show"))
        self.shown.view().setAccessibleName(_("{name}: choices").format(name=_("What the cells show")))
        self.shown.setToolTip(_("The answer to the identity of each card, or how warm it became"))
        self.legend = reading_label(_("What the letters say"))
        self._drawn: tuple[Hall, tuple[Member, ...]] | None = None
        label = QLabel(_("The cells show"))
        label.setBuddy(self.shown)
        top, layout = QHBoxLayout(), QVBoxLayout(self)
        top.addWidget(label)
        top.addWidget(self.shown)
        top.addStretch(1)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(top)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.legend)
        self.shown.currentIndexChanged.connect(self._show_as)

    def show_hall(self, hall: Hall | None, members: tuple[Member, ...]) -> None:
        """Draw another one; the same one costs nothing, and what was chosen stays chosen."""
        drawn = (hall, members) if hall is not None else None
        if drawn == self._drawn:
            return
        self._drawn = drawn
        cell = self.table.current
        kept = cell.member.number if cell is not None and cell.member is not None else 0
        self.table.rows.show_hall(hall_view.racks(hall, members) if hall is not None else ())
        self._show_as(self.shown.currentIndex())
        self.table.go_to(kept)

    @Slot(int)
    def _show_as(self, shown: int) -> None:
        self.table.rows.show_as(shown)
        first = f"{hall_words.legend(drawn=True)}." if shown == IDENTITY else _(HEAT_LEGEND)
        self.legend.setText(breakable(sentences(first, _(HATCHED))))
