"""The Doctor's three views: what this machine can look at, versions, and licences with their texts."""

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QListWidget,
    QPlainTextEdit,
    QSplitter,
    QTableView,
    QWidget,
)

from gpu_inspector.gui import answers, signs, theme
from gpu_inspector.gui.text import LONGEST, breakable, retold, safe
from gpu_inspector.language import N_, _
from gpu_inspector.records.finding import Outcome
from gpu_inspector.workflow.about import OWN_TEXTS, Package
from gpu_inspector.workflow.topics import Topic

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
DISPLAY = Qt.ItemDataRole.DisplayRole
TEXT_ROLES = (DISPLAY, Qt.ItemDataRole.AccessibleTextRole)
WELL, NOT_WELL = N_("in order"), N_("look here")
"""A sign is never alone: the word stands beside it."""
LEAST = "M" * 9
"""No column is narrower than this text: a sign and its word."""


class TopicsModel(QAbstractTableModel):
    """A row a topic: what it is, whether it is well, what was found, what to do."""

    HEADINGS = (N_("Topic"), N_("State"), N_("What was found"), N_("What to do"))

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.topics: tuple[Topic, ...] = ()

    def show_topics(self, topics: tuple[Topic, ...]) -> None:
        self.beginResetModel()
        self.topics = topics
        self.endResetModel()

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self.topics)

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self.HEADINGS)

    def data(self, index: Index, role: int = DISPLAY) -> Any:
        if not index.isValid():
            return None
        topic, column = self.topics[index.row()], index.column()
        if role in TEXT_ROLES:
            text = (topic.title, WELL if topic.well else NOT_WELL, topic.says, topic.advice)[column]
            shown = retold(text, 3 * LONGEST)
            return breakable(shown) if role == DISPLAY else shown
        if role == Qt.ItemDataRole.DecorationRole and column == 1:
            outcome = Outcome.CONSISTENT if topic.well else Outcome.INCONCLUSIVE
            return signs.icon(answers.OUTCOMES[outcome], theme.of(QGuiApplication.palette()))
        if role == Qt.ItemDataRole.FontRole and column < 2 and not topic.well:
            font = QFont()
            font.setBold(True)
            return font
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = DISPLAY) -> Any:
        if role in TEXT_ROLES and orientation is Qt.Orientation.Horizontal and 0 <= section < len(self.HEADINGS):
            return _(self.HEADINGS[section])
        return None


class FactsModel(QAbstractTableModel):
    """Names and what they are: versions of all that takes part."""

    HEADINGS = (N_("Part"), N_("Version"))

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._facts: tuple[tuple[str, str], ...] = ()

    def show_facts(self, facts: tuple[tuple[str, str], ...]) -> None:
        self.beginResetModel()
        self._facts = facts
        self.endResetModel()

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._facts)

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self.HEADINGS)

    def data(self, index: Index, role: int = DISPLAY) -> Any:
        if index.isValid() and role in TEXT_ROLES:
            return safe(self._facts[index.row()][index.column()])
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = DISPLAY) -> Any:
        if role in TEXT_ROLES and orientation is Qt.Orientation.Horizontal and 0 <= section < len(self.HEADINGS):
            return _(self.HEADINGS[section])
        return None


class ReadingTable(QTableView):
    """A table to be read: texts are wrapped, Tab leads out of it; widths are shares of the room there is."""

    def __init__(self, model: QAbstractTableModel, name: str, shares: tuple[int, ...]) -> None:
        super().__init__()
        self._shares = shares
        self.setModel(model)
        self.setAccessibleName(name)
        self.setWordWrap(True)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        across = self.horizontalHeader()
        across.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        across.setHighlightSections(False)
        across.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        across.setStretchLastSection(True)
        self.verticalHeader().hide()
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self._heighten)
        across.sectionResized.connect(self._later.start)
        model.modelReset.connect(self._later.start)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        whole = sum(self._shares)
        least = self.fontMetrics().horizontalAdvance(LEAST)
        for column, share in enumerate(self._shares[:-1]):
            self.setColumnWidth(column, max(least, self.viewport().width() * share // whole))

    @Slot()
    def _heighten(self) -> None:
        self.resizeRowsToContents()
        for row in range(self.model().rowCount()):
            self.setRowHeight(row, self.rowHeight(row) + 6)


class Licences(QSplitter):
    """The program's own texts and its libraries at the left, the text of what is chosen at the right."""

    wanted = Signal(str)
    """The text of this one is to be fetched."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.list, self.text = QListWidget(), QPlainTextEdit()
        self._names: tuple[str, ...] = ()
        self.list.setAccessibleName(_("Licences of the program and of its libraries"))
        self.text.setAccessibleName(_("Text of the chosen licence"))
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.text.setAcceptDrops(False)
        self.setChildrenCollapsible(False)
        self.addWidget(self.list)
        self.addWidget(self.text)
        self.setSizes([420, 720])
        self.list.currentRowChanged.connect(self._choose)

    @property
    def chosen(self) -> str:
        """Of which the text is wanted; "" of none."""
        row = self.list.currentRow()
        return self._names[row] if 0 <= row < len(self._names) else ""

    def offer(self, packages: tuple[Package, ...]) -> None:
        """The program's own texts first, then the libraries."""
        self._names = (*OWN_TEXTS, *(one.name for one in packages))
        own = (_("GPU Inspector: its licence"), _("GPU Inspector: notices and sources"))
        others = [f"{one.name} {one.version}: {one.licence or '–'}" for one in packages]
        self.list.clear()
        self.list.addItems([*own, *(safe(text) for text in others)])
        self.list.setCurrentRow(0)

    @Slot(int)
    def _choose(self, row: int) -> None:
        if 0 <= row < len(self._names):
            self.text.setPlainText(_("being read…"))
            self.wanted.emit(self._names[row])
