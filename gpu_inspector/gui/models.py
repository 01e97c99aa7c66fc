"""The three columns as a model over records."""

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont

from gpu_inspector.language import _
from gpu_inspector.records.columns import CLAIM_ONLY, CLAIM_ONLY_MEANING, DIFFER, HEADINGS, Line

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
DISPLAY = Qt.ItemDataRole.DisplayRole
TEXT_ROLES = (DISPLAY, Qt.ItemDataRole.AccessibleTextRole)


class ColumnsModel(QAbstractTableModel):
    """Declared, claimed, measured: one row a fact."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lines: tuple[Line, ...] = ()

    def show_lines(self, lines: tuple[Line, ...]) -> None:
        self.beginResetModel()
        self._lines = lines
        self.endResetModel()

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(HEADINGS)

    def data(self, index: Index, role: int = DISPLAY) -> Any:
        if not index.isValid():
            return None
        line = self._lines[index.row()]
        text = (line.declared, "\n".join(line.claimed), line.measured)[index.column()]
        if role in TEXT_ROLES:
            return f"{text}\n({_(DIFFER)})" if line.differ and index.column() == 1 else text
        if role == Qt.ItemDataRole.ToolTipRole and text == CLAIM_ONLY:
            return _(CLAIM_ONLY_MEANING)
        loud = (line.differ and index.column() == 1) or (line.amiss and index.column() == 2)
        if role == Qt.ItemDataRole.FontRole and loud:
            font = QFont()
            font.setBold(True)
            return font
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = DISPLAY) -> Any:
        if role not in TEXT_ROLES or section < 0:
            return None
        if orientation is Qt.Orientation.Horizontal:
            return "\n".join(map(_, HEADINGS[section])) if section < len(HEADINGS) else None
        return _(self._lines[section].label) if section < len(self._lines) else None
