"""Lists and tables as models over records: what can be inspected, and the three columns."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractListModel, QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont

from gpu_inspector.gui.text import safe
from gpu_inspector.gui.work import Subject
from gpu_inspector.records.columns import CLAIM_ONLY, CLAIM_ONLY_MEANING, DIFFER, HEADINGS, Line
from gpu_inspector.records.evidence import CardEvidence

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
DISPLAY = Qt.ItemDataRole.DisplayRole
TEXT_ROLES = (DISPLAY, Qt.ItemDataRole.AccessibleTextRole)


def subject_of(card: CardEvidence) -> Subject:
    """A card as the list names it: by what it claims to be, and where it sits."""
    claims = card.nvml or card.nvidia_smi
    name = claims.name if claims is not None else None
    if name is None:
        name = f"{card.pci.vendor_id}:{card.pci.device_id}" if card.pci is not None else "unnamed card"
    total = claims.memory_total_bytes if claims is not None else None
    parts = [safe(card.label, 60), f"{total // 2**20:,} MiB" if total is not None else "memory not known"]
    return Subject(title=safe(name, 60), detail=", ".join(parts), card=card.label)


class SubjectsModel(QAbstractListModel):
    """The cards of this machine, and below them the files that were opened and the simulations that were chosen."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._cards: tuple[Subject, ...] = ()
        self._added: tuple[Subject, ...] = ()

    @property
    def subjects(self) -> tuple[Subject, ...]:
        return self._cards + self._added

    def show_cards(self, cards: tuple[CardEvidence, ...]) -> None:
        """Replace the machine's cards; with several of them, all together is a choice of its own."""
        rows = tuple(subject_of(card) for card in cards)
        if len(rows) > 1:
            rows = (Subject("All cards of this machine", f"{len(rows)} cards, one report"), *rows)
        self.beginResetModel()
        self._cards = rows
        self.endResetModel()

    def add_file(self, path: Path) -> QModelIndex:
        """Where the file stands; a file that is there already gets no second row."""
        return self._add(Subject(safe(path.name, 60), "a file, no card of this machine", file=path))

    def add_simulation(self, name: str, seed: int) -> QModelIndex:
        """Where the simulated card of this seed stands."""
        detail = f"SIMULATION, seed {seed}: no real card"
        return self._add(Subject(safe(name, 60), detail, simulation=name, seed=seed))

    def _add(self, subject: Subject) -> QModelIndex:
        if subject not in self._added:
            end = len(self.subjects)
            self.beginInsertRows(ROOT, end, end)
            self._added = (*self._added, subject)
            self.endInsertRows()
        return self.index(len(self._cards) + self._added.index(subject))

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self.subjects)

    def data(self, index: Index, role: int = DISPLAY) -> Any:
        if role not in TEXT_ROLES or not index.isValid():
            return None
        subject = self.subjects[index.row()]
        return f"{subject.title}\n{subject.detail}" if role == DISPLAY else f"{subject.title}, {subject.detail}"


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
            return f"{text}\n({DIFFER})" if line.differ and index.column() == 1 else text
        if role == Qt.ItemDataRole.ToolTipRole and text == CLAIM_ONLY:
            return CLAIM_ONLY_MEANING
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
            return "\n".join(HEADINGS[section]) if section < len(HEADINGS) else None
        return self._lines[section].label if section < len(self._lines) else None
