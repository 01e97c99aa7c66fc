"""The cells of a hall as a model: racks side by side, units from the top down, each card with its letter and words.

What was not examined is hatched, and bears the number under which the report lists it.
"""

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QGuiApplication

from gpu_inspector.gui import theme
from gpu_inspector.gui.text import safe, tip
from gpu_inspector.language import N_, _, number
from gpu_inspector.records import hall_heat, hall_names, hall_view, hall_words, words
from gpu_inspector.records.finding import Identity
from gpu_inspector.records.hall_view import Rack, Slot, Stand
from gpu_inspector.records.lot import Member

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
DISPLAY = Qt.ItemDataRole.DisplayRole
IDENTITY, HEAT = 0, 1
_NOT_MEASURED = N_("not measured")
_NAME, _WHERE = 24, 120
"""Characters of a node's name in its cell, and of one that is told."""
_GROUNDS = {
    Identity.CONTRADICTED: ("contradiction", "base", True),
    Identity.SUSPICIOUS: ("deviation", "base", True),
    Identity.INCONCLUSIVE: ("button", "text", False),
    Identity.CONSISTENT: ("alternate", "calm", False),
}
"""Ground, ink and whether the letter is bold."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A node's name, one of its cards, or a card of it that was not examined."""

    stand: Stand
    slot: Slot | None = None
    missing: bool = False
    first: bool = False
    """Of those that are missing: it bears the number."""

    @property
    def member(self) -> Member | None:
        return self.slot.member if self.slot is not None else None


class HallModel(QAbstractTableModel):
    """Each rack is some columns: its nodes' names, their cards, and a narrow one that is empty."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.cells: dict[tuple[int, int], Cell] = {}
        self.heads: list[str] = []
        """Of the columns; "" over the empty ones."""
        self.names: set[int] = set()
        """Columns of names."""
        self._units: list[str] = []
        self._known = hall_names.Common()
        self._shown = IDENTITY

    def show_hall(self, drawn: tuple[Rack, ...]) -> None:
        self.beginResetModel()
        self.cells, self.heads, self.names = {}, [], set()
        keyed = [dict(hall_view.on_lines(rack.stands)) for rack in drawn]
        keys = sorted({key for one in keyed for key in one})
        self._units = [str(-unit) if unit < 0 else "" for _unplaced, unit, _twin in keys]
        nodes = [stand.place.node for rack in drawn for stand in rack.stands]
        self._known = hall_names.common(nodes) if max(map(len, nodes), default=0) > _NAME else hall_names.Common()
        for rack, one in zip(drawn, keyed, strict=True):
            left = len(self.heads)
            self.names.add(left)
            wide = max(map(_wide, rack.stands), default=1)
            head = safe(rack.name, _NAME) if rack.name else _(hall_words.NO_RACK)
            self.heads += [head, *(str(at + 1) for at in range(wide)), ""]
            for row, key in enumerate(keys):
                if key in one:
                    self._put(row, left, one[key])
        self.endResetModel()

    def _put(self, row: int, left: int, stand: Stand) -> None:
        self.cells[row, left] = Cell(stand)
        for at, slot in enumerate(stand.slots, 1):
            self.cells[row, left + at] = Cell(stand, slot)
        for at in range(len(stand.slots) + 1, _wide(stand) + 1):
            self.cells[row, left + at] = Cell(stand, missing=True, first=at == len(stand.slots) + 1)

    def show_as(self, shown: int) -> None:
        """IDENTITY or HEAT."""
        self._shown = shown
        if self.cells:
            self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, self.columnCount() - 1))

    def cell(self, index: Index) -> Cell | None:
        return self.cells.get((index.row(), index.column())) if index.isValid() else None

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._units)

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self.heads)

    def flags(self, index: Index) -> Qt.ItemFlag:
        return super().flags(index) if self.cell(index) is not None else Qt.ItemFlag.NoItemFlags

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = DISPLAY) -> Any:
        texts = self.heads if orientation is Qt.Orientation.Horizontal else self._units
        if role == DISPLAY and 0 <= section < len(texts):
            return texts[section]
        return None

    def data(self, index: Index, role: int = DISPLAY) -> Any:
        cell = self.cell(index)
        if cell is None:
            return None
        named = cell.slot is None and not cell.missing
        if role == DISPLAY:
            return self._text(cell, named)
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip(told_of(cell))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return told_of(cell)
        if role == Qt.ItemDataRole.TextAlignmentRole and not named:
            return Qt.AlignmentFlag.AlignCenter
        return None if named else self._look(cell, role)

    def _text(self, cell: Cell, named: bool) -> str:
        if named:
            name = safe(self._known.short(cell.stand.place.node), _WHERE)
            return hall_names.fitted(name, lambda text: len(text) <= _NAME)
        if cell.missing or cell.slot is None:
            return str(cell.stand.number) if cell.first else ""
        if self._shown == IDENTITY:
            return hall_words.LETTERS[cell.slot.member.identity]
        at = hall_view.temperature_c(cell.slot.member)
        return str(round(at)) if at is not None else ""

    def _look(self, cell: Cell, role: int) -> Any:
        colours = theme.of(QGuiApplication.palette())
        member = cell.member
        at = hall_view.temperature_c(member) if member is not None else None
        if member is None or (self._shown == HEAT and at is None):
            hatched = QBrush(QColor(colours.muted), Qt.BrushStyle.BDiagPattern)
            return _dressed(role, hatched, QColor(colours.text), bold=True)
        if self._shown == HEAT and at is not None:
            step = hall_heat.step_of(round(at))
            return _dressed(role, QBrush(QColor.fromRgbF(*step.fill)), QColor.fromRgbF(*step.ink))
        ground, ink, bold = _GROUNDS[member.identity]
        return _dressed(role, QBrush(QColor(getattr(colours, ground))), QColor(getattr(colours, ink)), bold=bold)


def _dressed(role: int, ground: QBrush, ink: QColor, *, bold: bool = False) -> Any:
    if role == Qt.ItemDataRole.BackgroundRole:
        return ground
    if role == Qt.ItemDataRole.ForegroundRole:
        return ink
    if role == Qt.ItemDataRole.FontRole and bold:
        font = QFont(QGuiApplication.font())
        font.setBold(True)
        return font
    return None


def _wide(stand: Stand) -> int:
    return max(1, len(stand.slots) + stand.missing)


def told_of(cell: Cell) -> str:
    """A cell in words: where it is, how it ended, how warm it became, and which report says so."""
    if cell.slot is None:
        return hall_words.why(cell.stand, _clean) if cell.stand.gap is not None else _where(cell, "")
    member = cell.slot.member
    at = hall_view.temperature_c(member)
    heat = _("{number} °C at most").format(number=number(round(at))) if at is not None else _(_NOT_MEASURED)
    return _("{name}: {answer}; {heat}; card {number}, report {row}").format(
        name=_where(cell, str(cell.slot.slot)),
        answer=_(words.IDENTITIES[member.identity]),
        heat=heat,
        number=number(member.number),
        row=number(member.seq),
    )


def _where(cell: Cell, slot: str) -> str:
    return hall_words.where(cell.stand, _clean, slot)


def _clean(text: str) -> str:
    return safe(text, _WHERE)
