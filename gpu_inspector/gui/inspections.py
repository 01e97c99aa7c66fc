"""The finished inspections that the verdict page can show: those of this session, and those opened from the ledger.

Newest first. Each says its number, its time, its product, its three answers as words and its gravest identity as a
sign, and whether it was a simulation, so that an old answer is never taken for a new one.
"""

from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QGuiApplication

from gpu_inspector.gui import answers, signs, theme
from gpu_inspector.gui.text import safe, tip
from gpu_inspector.language import _, ngettext
from gpu_inspector.records import moments, words
from gpu_inspector.records.evidence import Origin
from gpu_inspector.records.finding import Condition, Identity
from gpu_inspector.records.inspection import CardJudgement, Inspection
from gpu_inspector.records.reserve import Question
from gpu_inspector.workflow.inspecting import Done

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
DISPLAY = Qt.ItemDataRole.DisplayRole
MOST = 200
"""Inspections on the list; older ones leave it, and are in History."""
_GRAVITY = (Condition.FAULTY, Condition.WORN, Condition.NOT_EXAMINED, Condition.SOUND)


@dataclass(frozen=True, slots=True)
class Shown:
    """One inspection on the list. `proof` is what the ledger proves of it, where it was opened from there."""

    done: Done
    proof: str = ""
    kept: bool = False

    @property
    def key(self) -> str:
        return self.done.inspection.id

    @property
    def cards(self) -> tuple[CardJudgement, ...]:
        return self.done.inspection.judgement.cards


def gravest(cards: tuple[CardJudgement, ...]) -> int:
    """The number of the card that must be seen first; 0 where there is none."""
    order = list(Identity)
    return max(range(len(cards)), key=lambda number: order.index(cards[number].identity), default=0)


def time_of(inspection: Inspection) -> str:
    """The bench's local time of an inspection, to the minute."""
    return moments.local_minutes(inspection.made_at, inspection.utc_offset_minutes)


def mark_of(origin: Origin) -> str:
    """What must stand beside each mention of an inspection that asked no card; "" where it did."""
    marks = {Origin.SIMULATION: _("SIMULATION"), Origin.SAMPLE: _("SAMPLE"), Origin.FILE: _("file")}
    marks[Origin.SEEN] = _("by eye")
    return marks.get(origin, "")


def title_of(shown: Shown) -> str:
    """One line that tells an inspection from every other."""
    inspection = shown.done.inspection
    cards = shown.cards
    names = ", ".join(dict.fromkeys(safe(card.product, 60) for card in cards[:3]))
    if len(cards) > 1:
        names = ngettext("{n} card: {names}", "{n} cards: {names}", len(cards)).format(n=len(cards), names=names)
    identity = _(words.IDENTITIES[cards[gravest(cards)].identity]) if cards else _("no card")
    condition = next((_(one.value) for one in _GRAVITY if any(card.condition is one for card in cards)), "")
    control = ", ".join(
        dict.fromkeys(words.control_word(card.control, lambda text: safe(text, 30)) for card in cards[:3])
    )
    number = _("No. {number}").format(number=shown.done.entry.seq)
    parts = (number, time_of(inspection), names, identity, condition, control, mark_of(inspection.evidence.origin))
    return "  ·  ".join(part for part in parts if part)


def rank(shown: Shown) -> int:
    """Sorts the gravest first."""
    cards = shown.cards
    return -list(Identity).index(cards[gravest(cards)].identity) if cards else 1


def entry_of(number: int, total: int, card: CardJudgement) -> str:
    """A card in the list of an inspection's cards, with its answer in words."""
    return _("Card {number} of {total}: {product}, {label}, {answer}").format(
        number=number + 1,
        total=total,
        product=safe(card.product, 60),
        label=safe(card.label, 40),
        answer=_(words.IDENTITIES[card.identity]).lower(),
    )


class InspectionsModel(QAbstractListModel):
    """The list, newest first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[Shown, ...] = ()

    @property
    def shown(self) -> tuple[Shown, ...]:
        return self._shown

    def put(self, shown: Shown) -> int:
        """Put an inspection on the list, or in the place of the same one; where it stands now."""
        known = next((one for one in self._shown if one.key == shown.key), None)
        if known is not None:
            report = shown.done.report or known.done.report
            failure = "" if report is not None else shown.done.failure
            done = replace(shown.done, report=report, failure=failure)
            row = self._shown.index(known)
            self._shown = tuple(replace(shown, done=done) if one is known else one for one in self._shown)
            self.dataChanged.emit(self.index(row), self.index(row))
            return row
        row = next((at for at, one in enumerate(self._shown) if _moment(one) <= _moment(shown)), len(self._shown))
        self.beginInsertRows(ROOT, row, row)
        self._shown = (*self._shown[:row], shown, *self._shown[row:])
        self.endInsertRows()
        self._drop_oldest(row)
        return min(row, len(self._shown) - 1)

    def _drop_oldest(self, spared: int) -> None:
        if len(self._shown) <= MOST:
            return
        last = len(self._shown) - 1
        row = last if spared != last else last - 1
        self.beginRemoveRows(ROOT, row, row)
        self._shown = (*self._shown[:row], *self._shown[row + 1 :])
        self.endRemoveRows()

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._shown)

    def data(self, index: Index, role: int = DISPLAY) -> Any:
        if not index.isValid() or index.row() >= len(self._shown):
            return None
        shown = self._shown[index.row()]
        if role in (DISPLAY, Qt.ItemDataRole.AccessibleTextRole):
            return title_of(shown)
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip(title_of(shown))
        cards = shown.cards
        if role == Qt.ItemDataRole.DecorationRole and cards:
            worst = cards[gravest(cards)]
            sign = answers.headline(worst, shown.done.inspection.evidence.origin, Question.IDENTITY)
            return signs.icon(sign, theme.of(QGuiApplication.palette()))
        return None


def _moment(shown: Shown) -> tuple[str, int]:
    """Sorts by time. As text: a foreign record may hold a moment without a zone, which compares with no other."""
    return shown.done.inspection.made_at.isoformat(), shown.done.entry.seq
