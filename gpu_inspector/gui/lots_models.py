"""The lots of the ledger as a list, and the cards of one lot as a table.

No lot and no card of one bears a check mark here: a member holds its three answers alone, and not what is open beside
them (see `records.lot_words`). What stands best is a plain ring.
"""

from typing import Any

from PySide6.QtCore import QAbstractListModel, QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from gpu_inspector.gui import answers, signs, theme
from gpu_inspector.gui.history_model import KINDS
from gpu_inspector.gui.signs import CLEAR, RESERVED, Sign
from gpu_inspector.gui.text import safe, tip
from gpu_inspector.language import N_, _, moment, ngettext, number, sentences
from gpu_inspector.records import lot_statistics, lot_words, words
from gpu_inspector.records.evidence import Origin
from gpu_inspector.records.finding import Identity, Outcome
from gpu_inspector.records.inspection import CardJudgement
from gpu_inspector.records.lot import Member
from gpu_inspector.records.reserve import Question
from gpu_inspector.workflow.lots import LotState

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
DISPLAY = Qt.ItemDataRole.DisplayRole
TEXT_ROLES = (DISPLAY, Qt.ItemDataRole.AccessibleTextRole)
NUMBER, PIECE, IDENTITY, KIND, PRODUCT, CONDITION, CONTROL, ROW, LABEL = range(9)
TITLES = (
    N_("Card"),
    N_("Piece"),
    N_("Identity"),
    N_("Kind"),
    N_("Product"),
    N_("Condition"),
    N_("Control class"),
    N_("Report"),
    N_("Label"),
)
_QUESTIONS = {IDENTITY: Question.IDENTITY, CONDITION: Question.CONDITION, CONTROL: Question.CONTROL}
MOST_TWICE = 12
"""Pairs that are named; all stand in the summary."""
_NAME, _CELL = 40, 120
"""Characters of a lot's name in the list, and of one cell."""


class LotsModel(QAbstractListModel):
    """One row a lot."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.lots: tuple[LotState, ...] = ()

    def show_lots(self, lots: tuple[LotState, ...]) -> None:
        self.beginResetModel()
        self.lots = lots
        self.endResetModel()

    def put(self, state: LotState) -> int:
        """Show a lot as it stands now, a new one first; its row."""
        ids = [one.lot.id for one in self.lots]
        if state.lot.id not in ids:
            self.beginInsertRows(ROOT, 0, 0)
            self.lots = (state, *self.lots)
            self.endInsertRows()
            return 0
        row = ids.index(state.lot.id)
        self.lots = (*self.lots[:row], state, *self.lots[row + 1 :])
        self.dataChanged.emit(self.index(row), self.index(row))
        return row

    def lot(self, row: int) -> LotState | None:
        return self.lots[row] if 0 <= row < len(self.lots) else None

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self.lots)

    def data(self, index: Index, role: int = DISPLAY) -> Any:
        state = self.lot(index.row()) if index.isValid() else None
        if state is None:
            return None
        if role == DISPLAY:
            return "\n".join(lines_of(state))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(lines_of(state))
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip(safe(state.lot.name))
        if role == Qt.ItemDataRole.DecorationRole:
            return signs.icon(sign_of(state), theme.of(QGuiApplication.palette()))
        return None


class LotsList(QListView):
    """The lots, the newest first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = LotsModel(self)
        self.setModel(self.rows)
        self.setAccessibleName(_("Lots of the ledger"))
        self.setWordWrap(True)
        self.setAlternatingRowColors(True)
        self.setSpacing(2)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)


class MembersModel(QAbstractTableModel):
    """One row a card of the lot, all of them or those alone whose identity deviates."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.members: tuple[Member, ...] = ()

    def show_members(self, members: tuple[Member, ...], *, only_deviating: bool) -> None:
        self.beginResetModel()
        self.members = tuple(one for one in members if not only_deviating or one.identity in lot_words.DEVIATING)
        self.endResetModel()

    def member(self, row: int) -> Member | None:
        return self.members[row] if 0 <= row < len(self.members) else None

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self.members)

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(TITLES)

    def data(self, index: Index, role: int = DISPLAY) -> Any:
        member = self.member(index.row()) if index.isValid() else None
        if member is None:
            return None
        column = index.column()
        if role == Qt.ItemDataRole.DecorationRole:
            sign = _cell_sign(member, column)
            return signs.icon(sign, theme.of(QGuiApplication.palette())) if sign is not None else None
        if role not in (*TEXT_ROLES, Qt.ItemDataRole.ToolTipRole):
            return None
        text = _cell(member, column)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{_(TITLES[column])}: {text or '–'}"
        return tip(text) or None if role == Qt.ItemDataRole.ToolTipRole else text

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = DISPLAY) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == DISPLAY and 0 <= section < len(TITLES):
            return _(TITLES[section])
        return None


def lines_of(state: LotState) -> list[str]:
    """A lot in the list: its name, how far it is, what deviates, and its day."""
    said = state.statement
    name = safe(state.lot.name)
    counted = _("{examined} of {wanted} examined").format(examined=number(said.examined), wanted=number(said.wanted))
    deviating = ngettext("{n} deviates", "{n} deviate", said.deviating).format(n=number(said.deviating))
    lines = [name if len(name) <= _NAME else f"{name[:_NAME]}…", counted]
    if said.examined:
        lines.append(deviating if said.deviating else _("none deviates"))
    if said.undecided:
        lines[-1] = _("{deviating}, {n} not decided").format(deviating=lines[-1], n=number(said.undecided))
    mark = lot_words.watermark(state.members)
    day = day_of(state)
    return [*lines, f"{day} · {mark}" if mark else day]


def plan_of(state: LotState) -> str:
    """The plan in words, how far it was carried out, and which pieces it drew."""
    lot, said = state.lot, state.statement
    goods = lot_words.goods(lot)
    said_of = N_("{declared:,} pieces declared. Opened {day}.")
    if goods:
        said_of = N_("{declared:,} pieces declared as {goods}. Opened {day}.")
    lines = [
        _(said_of).format(declared=lot.declared, goods=safe(goods), day=day_of(state)),
        _("To be examined: {rule}: {wanted}.").format(
            rule=_(lot_statistics.in_words(lot.plan)), wanted=number(said.wanted)
        ),
    ]
    if state.left:
        rest = ngettext("{n} is left.", "{n} are left.", state.left).format(n=number(state.left))
        lines[-1] = sentences(lines[-1], rest)
    if lot.drawn:
        done = {one.piece for one in state.members}
        left = [piece for piece in lot.drawn if piece not in done]
        lines.append(_("Drawn at random, by place: {places}.").format(places=lot_words.numbers(lot.drawn)))
        if left and len(left) < len(lot.drawn):
            lines.append(_("Of these not examined yet: {places}.").format(places=lot_words.numbers(left)))
    return "\n".join(lines)


def twice_of(state: LotState) -> list[str]:
    if not state.twice:
        return []
    seen = [lot_words.twice(one, safe) for one in state.twice[:MOST_TWICE]]
    more = len(state.twice) - MOST_TWICE
    if more > 0:
        seen.append(_("and {n} more, in the summary").format(n=number(more)))
    return [*seen, _(lot_words.TWICE_MEANS)]


def day_of(state: LotState) -> str:
    """When it was opened, by the clock of this machine."""
    try:
        return moment(state.lot.opened_at.astimezone(), seconds=False)
    except (OverflowError, ValueError, OSError):
        return f"{state.lot.opened_at:%Y-%m-%d %H:%M} UTC"


def sign_of(state: LotState) -> Sign:
    """The gravest of its cards; a lot without a card bears a dash."""
    found = {one.identity for one in state.members}
    if not found:
        return signs.NEUTRAL
    gravest = next(one for one in lot_words.BY_GRAVITY if one in found)
    if gravest is Identity.CONSISTENT:
        return answers.OUTCOMES[Outcome.INCONCLUSIVE] if state.twice else RESERVED
    return answers.IDENTITIES[gravest]


def _cell(member: Member, column: int) -> str:
    texts = {
        NUMBER: number(member.number),
        PIECE: number(member.piece) if member.piece is not None else "",
        IDENTITY: _(words.IDENTITIES[member.identity]),
        KIND: mark_of(member),
        PRODUCT: member.product,
        CONDITION: _(member.condition.value),
        CONTROL: words.control_word(member.control, str) if member.control else "",
        ROW: number(member.seq),
        LABEL: lot_words.called(member),
    }
    return safe(texts[column], _CELL)


def mark_of(member: Member) -> str:
    """What marks a card that was not one of this program's machine; "" of one that was."""
    if member.origin == Origin.MACHINE.value:
        return ""
    return _(KINDS[member.origin]) if member.origin in KINDS else member.origin


def _cell_sign(member: Member, column: int) -> Sign | None:
    if column == KIND:
        return signs.WARNING if member.origin != Origin.MACHINE.value else None
    question = _QUESTIONS.get(column)
    if question is None:
        return None
    card = CardJudgement(
        label="",
        product=member.product,
        identity=member.identity,
        condition=member.condition,
        control=member.control,
    )
    sign = answers.headline(card, Origin.MACHINE, question)
    return RESERVED if sign == CLEAR else sign
