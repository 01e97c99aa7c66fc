"""The two views of a result: texts are wrapped, never cut, and the Tab key leads out of them."""

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QTreeView,
    QWidget,
)

from gpu_inspector.gui.findings import FindingsModel, Node
from gpu_inspector.gui.models import ColumnsModel
from gpu_inspector.records.columns import Line
from gpu_inspector.records.finding import Outcome
from gpu_inspector.records.words import GRAVE, NOT_EXAMINED


class WrappedRows(QStyledItemDelegate):
    """Asks for as much height as a tree's wrapped texts need: Qt's own asks for one line."""

    PADDING = 4

    def __init__(self, tree: QTreeView) -> None:
        super().__init__(tree)
        self._tree = tree

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        room = self._tree.columnWidth(index.column())
        if index.column() == 0:
            depth, above = 1, index.parent()
            while above.isValid():
                depth, above = depth + 1, above.parent()
            room -= depth * self._tree.indentation()
        wrapped = QStyleOptionViewItem(option)
        wrapped.rect = QRect(0, 0, max(room, 1), 1)  # an empty one is taken for no width at all
        wrapped.features |= QStyleOptionViewItem.ViewItemFeature.WrapText
        size = super().sizeHint(wrapped, index)
        return QSize(size.width(), size.height() + self.PADDING)


class ColumnsTable(QTableView):
    """Declared, claimed, measured."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.columns = ColumnsModel(self)
        self.setModel(self.columns)
        self.setAccessibleName("Declared, claimed and measured, side by side")
        self.setWordWrap(True)
        self.setTabKeyNavigation(False)
        self.setAlternatingRowColors(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        across, down = self.horizontalHeader(), self.verticalHeader()
        across.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        across.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        across.setHighlightSections(False)
        down.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        down.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        down.setHighlightSections(False)
        # Heights follow from the columns' widths, which are known last.
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self._measure_again)
        across.sectionResized.connect(self._later.start)

    def show_lines(self, lines: tuple[Line, ...]) -> None:
        self.columns.show_lines(lines)
        self.selectionModel().setCurrentIndex(self.columns.index(0, 0), QItemSelectionModel.SelectionFlag.NoUpdate)
        self.scrollToTop()

    def _measure_again(self) -> None:
        self.verticalHeader().resizeSections(QHeaderView.ResizeMode.ResizeToContents)


class FindingsTree(QTreeView):
    """Findings by group; what deviates is open from the start."""

    WIDTHS = (230, 190)
    """Pixels of the first two columns; the last takes the rest."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.findings = FindingsModel(self)
        self.setModel(self.findings)
        self.setItemDelegate(WrappedRows(self))
        self.setAccessibleName("Findings, by group")
        self.setWordWrap(True)
        self.setUniformRowHeights(False)
        self.setAlternatingRowColors(True)
        self.setAllColumnsShowFocus(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.header().setStretchLastSection(True)
        for column, width in enumerate(self.WIDTHS):
            self.header().resizeSection(column, width)
        # A bar that comes and goes with the heights, which follow from the width, would never come to rest.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.header().sectionResized.connect(self._measure_again)

    def show_tree(self, root: Node) -> None:
        """Show it, with every grave finding and its group open, and the first of them in sight."""
        self.findings.show_tree(root)
        top = first = None
        for group in root.children:
            for finding in group.children:
                if finding.outcome in GRAVE:
                    self.expand(self.findings.index_of(group))
                    self.expand(self.findings.index_of(finding))
                    top, first = top or group, first or finding
        if first is None:
            self._open_noted(root)
        self.setCurrentIndex(self.findings.index_of(first) if first is not None else self.findings.index(0, 0))
        if top is not None:
            self.scrollTo(self.findings.index_of(top), QAbstractItemView.ScrollHint.PositionAtTop)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._measure_again()

    def _open_noted(self, root: Node) -> None:
        """Where nothing deviates, what is worth a look is what was noted and what was not examined."""
        for group in root.children:
            if group.label == NOT_EXAMINED or any(one.outcome is Outcome.NOTED for one in group.children):
                self.expand(self.findings.index_of(group))

    def _measure_again(self) -> None:
        self.scheduleDelayedItemsLayout()
