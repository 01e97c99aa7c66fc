"""The ledger's rows as a table model that holds a few pages of them, however many there are.

The rows come already filtered and sorted. The model knows how many fit and where each page begins; a page that is
looked at and not held is asked for, and the one that was not looked at for longest goes.
"""

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QGuiApplication

from gpu_inspector.gui import answers, signs, theme
from gpu_inspector.gui.signs import Sign
from gpu_inspector.gui.text import safe, tip
from gpu_inspector.language import N_, _, moment, number
from gpu_inspector.ledger.query import PAGE, Found, HistoryRow, Look, Mark, Order, Stock
from gpu_inspector.records import words
from gpu_inspector.records.evidence import Origin
from gpu_inspector.records.finding import Condition, Identity
from gpu_inspector.records.inspection import CardJudgement
from gpu_inspector.records.reserve import Question

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
DISPLAY = Qt.ItemDataRole.DisplayRole
TEXT_ROLES = (DISPLAY, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole)
HELD = 12
"""Pages that are held at most."""
WAITING = "…"
NUMBER, TIME, PRODUCT, KIND, IDENTITY, CONDITION, CONTROL, SERIAL, CASE, OFFICE, INSPECTOR = range(11)
TITLES = (
    N_("No."),
    N_("Time"),
    N_("Product"),
    N_("Kind"),
    N_("Identity"),
    N_("Condition"),
    N_("Control class"),
    N_("Serial or UUID"),
    N_("Case"),
    N_("Office"),
    N_("Inspector"),
)
ORDERS: dict[int, Order] = {
    NUMBER: Order.NUMBER,
    TIME: Order.TIME,
    PRODUCT: Order.PRODUCT,
    IDENTITY: Order.IDENTITY,
    CONDITION: Order.CONDITION,
    CONTROL: Order.CONTROL,
    OFFICE: Order.OFFICE,
    INSPECTOR: Order.INSPECTOR,
    CASE: Order.CASE,
}
"""What the rows can be sorted by."""
KINDS = {
    Origin.FILE.value: N_("FILE"),
    Origin.SAMPLE.value: N_("SAMPLE"),
    Origin.SIMULATION.value: N_("SIMULATION"),
    Origin.SEEN.value: N_("BY EYE"),
}
"""What was not a card of the bench's own machine is marked so."""
_IDENTITIES = {one.value: one for one in Identity}
_QUESTIONS = {IDENTITY: Question.IDENTITY, CONDITION: Question.CONDITION, CONTROL: Question.CONTROL}
_CELL = 120
"""Characters of one cell; the whole text is in the row itself."""


class HistoryModel(QAbstractTableModel):
    """Rows of the ledger."""

    missing = Signal(int)
    """A page that is looked at and not held."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._total = 0
        self._marks: tuple[Mark, ...] = ()
        self._pages: OrderedDict[int, tuple[Found, ...]] = OrderedDict()

    @property
    def held(self) -> int:
        """How many rows are in memory."""
        return sum(len(rows) for rows in self._pages.values())

    def show_first(self, look: Look) -> None:
        """Show the first rows; how many there are in all is said later."""
        self.beginResetModel()
        self._total, self._marks = len(look.rows), ()
        self._pages.clear()
        if look.rows:
            self._pages[0] = look.rows
        self.endResetModel()

    def clear(self) -> None:
        """Show nothing."""
        self.beginResetModel()
        self._total, self._marks = 0, ()
        self._pages.clear()
        self.endResetModel()

    def show_stock(self, stock: Stock) -> None:
        """How many rows there are in all, and where their pages begin."""
        self._marks = stock.marks
        if stock.total > self._total:
            self.beginInsertRows(ROOT, self._total, stock.total - 1)
            self._total = stock.total
            self.endInsertRows()

    def show_page(self, number: int, rows: tuple[Found, ...]) -> None:
        """Take a page that was asked for."""
        self._pages[number] = rows
        self._pages.move_to_end(number)
        while len(self._pages) > HELD:
            self._pages.popitem(last=False)
        first, last = number * PAGE, min((number + 1) * PAGE, self._total) - 1
        if first <= last:
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(TITLES) - 1))

    def lacks(self, number: int) -> bool:
        """Whether there is such a page and it is not held."""
        return number not in self._pages and 0 <= number * PAGE < self._total and number <= len(self._marks)

    def before(self, number: int) -> Mark | None:
        """The mark after which a page begins; None for the first one."""
        return self._marks[number - 1] if number else None

    def found(self, row: int) -> Found | None:
        """The row's record; None where its page is not held."""
        rows = self._pages.get(row // PAGE)
        place = row % PAGE
        return rows[place] if rows is not None and 0 <= place < len(rows) else None

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else self._total

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(TITLES)

    def data(self, index: Index, role: int = DISPLAY) -> Any:
        if not index.isValid() or role not in (*TEXT_ROLES, Qt.ItemDataRole.DecorationRole):
            return None
        found = self.found(index.row())
        if found is None:
            if role == DISPLAY:
                self.missing.emit(index.row() // PAGE)
                return WAITING
            return None
        self._pages.move_to_end(index.row() // PAGE)
        if role == Qt.ItemDataRole.DecorationRole:
            sign = _sign(found, index.column())
            return signs.icon(sign, theme.of(QGuiApplication.palette())) if sign is not None else None
        text = text_of(found, index.column())
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{_(TITLES[index.column()])}: {text}"
        return tip(text) or None if role == Qt.ItemDataRole.ToolTipRole else text

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = DISPLAY) -> Any:
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(TITLES):
            return None
        if role == DISPLAY:
            return _(TITLES[section])
        if role == Qt.ItemDataRole.ToolTipRole:
            return _("Sort by this (Alt+Up, Alt+Down)") if section in ORDERS else _("This cannot be sorted by")
        return None


def text_of(found: Found, column: int) -> str:
    """What stands in a cell."""
    if found.row is None:
        return {NUMBER: number(found.seq), PRODUCT: _("This row of the search table cannot be read")}.get(column, "")
    return safe(_CELLS[column](found.row, found), _CELL)


def identity_word(value: str) -> str:
    """The headline as people read it; a word that is none stands as it is."""
    return _(words.IDENTITIES[_IDENTITIES[value]]) if value in _IDENTITIES else value


def time_word(made_at: datetime) -> str:
    """A time by this machine's clock; one at the end of all time as it is."""
    try:
        return moment(made_at.astimezone(), seconds=False)
    except (OverflowError, ValueError, OSError):
        return f"{made_at:%Y-%m-%d %H:%M} UTC"


def numbers_word(numbers: str, cards: int) -> str:
    """The first of a row's numbers, and how many cards there are beside it."""
    first, more = (numbers.split() or [""])[0], max(cards - 1, 0)
    return f"{first} +{more}" if first and more else first


def _serial(row: HistoryRow, found: Found) -> str:
    text = numbers_word(row.numbers, row.cards)
    return _("{number} · repeated").format(number=text) if found.repeated else text


def _kind(row: HistoryRow) -> str:
    newer = _("superseded by {number}").format(number=number(row.superseded_by)) if row.superseded_by else ""
    return " · ".join(text for text in (_(KINDS.get(row.origin, "")), newer) if text)


_CELLS: dict[int, Callable[[HistoryRow, Found], str]] = {
    NUMBER: lambda row, found: number(row.seq),
    TIME: lambda row, found: time_word(row.made_at),
    PRODUCT: lambda row, found: row.product,
    IDENTITY: lambda row, found: identity_word(row.verdict),
    CONDITION: lambda row, found: _(row.condition),
    CONTROL: lambda row, found: words.control_word(row.control, str) if row.control else "",
    OFFICE: lambda row, found: row.office,
    INSPECTOR: lambda row, found: row.inspector,
    CASE: lambda row, found: row.case,
    SERIAL: _serial,
    KIND: lambda row, found: _kind(row),
}


def _sign(found: Found, column: int) -> Sign | None:
    if found.row is None:
        return signs.WARNING if column == PRODUCT else None
    if column in _QUESTIONS:
        return _headline(found.row, _QUESTIONS[column])
    if column == SERIAL and found.repeated:
        return signs.NOTE
    if column == KIND and found.row.origin not in KINDS:
        return signs.NEUTRAL if found.row.superseded_by else None
    return signs.WARNING if column == KIND else None


def _headline(row: HistoryRow, question: Question) -> Sign | None:
    """The sign that the row's headline bears on its page: no check mark beside an open question."""
    try:
        card = CardJudgement(
            label="",
            product=row.product,
            identity=Identity(row.verdict),
            condition=Condition(row.condition),
            control=row.control,
        )
        return answers.headline(card, Origin(row.origin), question)
    except ValueError:
        return None  # words that no version of this program writes, or a ledger of schema 1, which lacks them
