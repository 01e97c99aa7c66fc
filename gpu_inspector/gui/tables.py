"""The views of a result: texts are wrapped, never cut, the Tab key leads out of them, and Ctrl+C copies a row whole."""

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QFontMetrics, QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QTreeView,
    QWidget,
)

from gpu_inspector.gui.findings import FindingsModel, Node, text_of
from gpu_inspector.gui.models import ColumnsModel
from gpu_inspector.language import _
from gpu_inspector.records.columns import Line
from gpu_inspector.records.finding import Outcome
from gpu_inspector.records.words import GRAVE, NOT_EXAMINED


class WrappedRows(QStyledItemDelegate):
    """Asks for as much height as a tree's wrapped texts need: Qt's own asks for one line.

    Heights are reckoned from the tree's own rows and kept by text and width: Qt asks for every open row, in every
    column, each time that the tree is laid out.
    """

    PADDING = 8
    SIGN = 22
    """Pixels that a sign takes from its text."""
    _KEPT = 20_000
    """Heights that are kept at most."""

    def __init__(self, tree: QTreeView, model: FindingsModel) -> None:
        super().__init__(tree)
        self._tree, self._model = tree, model
        self._heights: dict[tuple[str, int, bool], int] = {}
        self.forget()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        node, column = self._model.node(index), index.column()
        room = self._tree.columnWidth(column) - self._margins
        if column == 0:
            depth, above = 1, node.parent
            while above is not None and above.parent is not None:
                depth, above = depth + 1, above.parent
            room -= depth * self._tree.indentation()
        elif column == 1 and node.outcome is not None:
            room -= self.SIGN
        key = ((node.label, node.word, node.text, node.check)[column], max(room, 1), node.bold and column < 2)
        height = self._heights.get(key)
        if height is None:
            if len(self._heights) >= self._KEPT:
                self._heights.clear()
            height = self._heights[key] = self._height(*key)
        return QSize(room, height + self.PADDING)

    def forget(self) -> None:
        """The font or the style has changed: no height holds any more."""
        self._heights.clear()
        self._margins = 2 + 2 * self._tree.style().pixelMetric(
            QStyle.PixelMetric.PM_FocusFrameHMargin, None, self._tree
        )

    def _height(self, text: str, room: int, bold: bool) -> int:
        font = self._tree.font()
        font.setBold(bold)
        metrics = QFontMetrics(font)
        if not text:
            return metrics.height()
        return metrics.boundingRect(QRect(0, 0, room, 1), Qt.TextFlag.TextWordWrap, text).height()


def wrap_rows(table: QTableView, widths: dict[int, int]) -> None:
    """Have a table wrap its texts: columns of the given widths in pixels, the others share the rest."""
    table.setWordWrap(True)
    table.setTabKeyNavigation(False)
    table.setAlternatingRowColors(True)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    across, down = table.horizontalHeader(), table.verticalHeader()
    across.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
    for column, width in widths.items():
        across.setSectionResizeMode(column, QHeaderView.ResizeMode.Interactive)
        across.resizeSection(column, width)
    across.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    across.setHighlightSections(False)
    down.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    # Heights follow from the columns' widths, which are known last.
    later = QTimer(down, singleShot=True, interval=0)  # gone with the header that it speaks to
    later.timeout.connect(lambda: down.resizeSections(QHeaderView.ResizeMode.ResizeToContents))
    across.sectionResized.connect(later.start)


class ColumnsTable(QTableView):
    """Declared, claimed, measured."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.columns = ColumnsModel(self)
        self.setModel(self.columns)
        self.setAccessibleName(_("Declared, claimed and measured, side by side"))
        wrap_rows(self, {})
        down = self.verticalHeader()
        down.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        down.setHighlightSections(False)

    def show_lines(self, lines: tuple[Line, ...]) -> None:
        self.columns.show_lines(lines)
        self.selectionModel().setCurrentIndex(self.columns.index(0, 0), QItemSelectionModel.SelectionFlag.NoUpdate)
        self.scrollToTop()


class WrappedTree(QTreeView):
    """A tree of sentences: rows as high as their texts, one column that takes the rest of the width."""

    def __init__(self, model: FindingsModel, widths: dict[int, int], stretched: int) -> None:
        super().__init__()
        self.setModel(model)
        self._rows = WrappedRows(self, model)
        self.setItemDelegate(self._rows)
        self.setWordWrap(True)
        self.setUniformRowHeights(False)
        self.setAlternatingRowColors(True)
        self.setAllColumnsShowFocus(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        header = self.header()
        header.setStretchLastSection(False)
        header.setMinimumSectionSize(60)
        for column, width in widths.items():
            header.resizeSection(column, width)
        header.setSectionResizeMode(stretched, QHeaderView.ResizeMode.Stretch)
        # A bar that comes and goes with the heights, which follow from the width, would never come to rest.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        header.sectionResized.connect(self._measure_again)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+C copies the chosen row with all that stands behind it: Qt's own copies one cell."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
            return
        super().keyPressEvent(event)

    def copy(self) -> None:
        """Put the chosen row onto the clipboard as text."""
        model, index = self.model(), self.currentIndex()
        if isinstance(model, FindingsModel) and index.isValid():
            QGuiApplication.clipboard().setText(text_of(model.node(index)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._measure_again()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._rows.forget()
        super().changeEvent(event)

    def _measure_again(self) -> None:
        self.scheduleDelayedItemsLayout()


class FindingsTree(WrappedTree):
    """Findings by group; what deviates is open from the start."""

    MOST_OPEN = 12
    """Grave findings that are open from the start: no card has more, and a forged record may have thousands."""

    def __init__(self) -> None:
        self.findings = FindingsModel()
        super().__init__(self.findings, {0: 230, 1: 180, 3: 150}, 2)
        self.findings.setParent(self)
        self.setAccessibleName(_("Findings, by group"))
        self.setToolTip(_("Right and Left open and close a row, Ctrl+C copies it"))

    def show_tree(self, root: Node, *, whole: bool = True) -> None:
        """Show it, with every grave finding and its group open, and the first of them in sight.

        Where it is not `whole` but a chosen part, all groups are open.
        """
        self.findings.show_tree(root)
        top = first = None
        opened = 0
        for group in root.children:
            if not whole:
                self.expand(self.findings.index_of(group))
            for finding in group.children:
                if finding.outcome in GRAVE and opened < self.MOST_OPEN:
                    opened += 1
                    self.expand(self.findings.index_of(group))
                    self.expand(self.findings.index_of(finding))
                    top, first = top or group, first or finding
        if first is None:
            self._open_noted(root)
        self.setCurrentIndex(self.findings.index_of(first) if first is not None else self.findings.index(0, 0))
        if top is not None:
            self.scrollTo(self.findings.index_of(top), QAbstractItemView.ScrollHint.PositionAtTop)

    def _open_noted(self, root: Node) -> None:
        """Where nothing deviates, what is worth a look is what was noted and what was not examined."""
        for group in root.children:
            if group.label == _(NOT_EXAMINED) or any(one.outcome is Outcome.NOTED for one in group.children):
                self.expand(self.findings.index_of(group))
