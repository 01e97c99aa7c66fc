"""Two inspections side by side, differences first: intake and return of a repair, or one card beside another.

A difference speaks by sign, word and weight, never by colour alone. What varies from run to run on any card, and what
only one of the two inspections looked at, is said to be that.
"""

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Slot
from PySide6.QtGui import QFont, QGuiApplication
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLabel, QTableView, QVBoxLayout, QWidget

from gpu_inspector.gui import signs, theme
from gpu_inspector.gui.headline import plain_label
from gpu_inspector.gui.inspections import mark_of, time_of
from gpu_inspector.gui.tables import wrap_rows
from gpu_inspector.gui.text import breakable, safe
from gpu_inspector.language import N_, _, ngettext
from gpu_inspector.workflow import comparing
from gpu_inspector.workflow.comparing import ComparedLine, Difference, Sighting

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
DISPLAY = Qt.ItemDataRole.DisplayRole
_SIGNS = {
    Difference.DIFFERS: signs.WARNING,
    Difference.ONE_SIDED: signs.NOTE,
    Difference.VARIES: signs.NOTE,
    Difference.SAME: signs.NEUTRAL,
}
_NONE = N_(
    "No other inspection of this card is known: the ledger has none with its serial, UUID or device identifier, as far"
    " as these are told and not masked. Another inspection can be opened from History and chosen here."
)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two sightings in the order of time, with what they share."""

    before: Sighting
    after: Sighting
    same: tuple[str, ...]

    @property
    def headings(self) -> tuple[str, str]:
        if not self.same:
            return _named(self.before), _named(self.after)
        return (
            _("Intake: {named}").format(named=_named(self.before)),
            _("Return: {named}").format(named=_named(self.after)),
        )


def pair_of(one: Sighting, other: Sighting) -> Pair:
    """The two in the order of time. As text: a foreign record may hold a moment without a zone."""
    same = comparing.shared_numbers(one.inspection, one.card, other.inspection, other.card)
    order = sorted((one, other), key=lambda seen: (seen.inspection.made_at.isoformat(), seen.entry.seq, seen.card))
    return Pair(order[0], order[1], same)


def sentence_of(pair: Pair, lines: tuple[ComparedLine, ...]) -> str:
    """What a reader must know first: are they the same card, and how much differs."""
    before, after = _named(pair.before), _named(pair.after)
    numbers = _(" and ").join(_(name) for name in pair.same)
    if pair.same:
        beginning = _("Same {numbers}, seen in {before} and in {after}").format(
            numbers=numbers, before=before, after=after
        )
    else:
        beginning = _("Two cards, as far as their numbers tell: {before} and {after}").format(
            before=before, after=after
        )
    differ, one_sided, vary, _same = (sum(line.difference is one for line in lines) for one in Difference)
    answers = sum(line.differs and line.group in (comparing.ANSWERS, comparing.FINDINGS) for line in lines)
    facts = differ - answers
    parts = [
        ngettext("{n} fact differs", "{n} facts differ", facts).format(n=facts),
        ngettext("{n} answer or finding differs", "{n} answers or findings differ", answers).format(n=answers),
    ]
    if one_sided:
        parts.append(ngettext("{n} is seen on one side only", "{n} are seen on one side only", one_sided))
        parts[-1] = parts[-1].format(n=one_sided)
    if vary:
        parts.append(_("{n} vary from run to run, as on any card").format(n=vary))
    return f"{beginning}: {', '.join(parts)}."


def _named(seen: Sighting) -> str:
    number = _("No. {number} of {date}").format(number=seen.entry.seq, date=time_of(seen.inspection))
    mark = mark_of(seen.inspection.evidence.origin)
    several = len(seen.inspection.evidence.cards) > 1
    card = _("card {n}").format(n=seen.card + 1) if several else ""
    return ", ".join(part for part in (number, card, mark) if part)


def choice_of(seen: Sighting, same: tuple[str, ...]) -> str:
    """A sighting on the list of those that can be chosen."""
    cards = seen.inspection.judgement.cards
    product = safe(cards[seen.card].product, 60) if seen.card < len(cards) else ""
    shared = (
        _("same {numbers}").format(numbers=_(" and ").join(_(name) for name in same)) if same else _("another card")
    )
    return "  ·  ".join(part for part in (_named(seen), product, shared) if part)


class ComparisonModel(QAbstractTableModel):
    """One row a fact or answer of both."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lines: tuple[ComparedLine, ...] = ()
        self._headings: tuple[str, ...] = ("", "", "", "")

    def show_lines(self, lines: tuple[ComparedLine, ...], names: tuple[str, str]) -> None:
        self.beginResetModel()
        self._lines = lines
        self._headings = (_("Fact or answer"), *names, _("Difference"))
        self.endResetModel()

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._headings)

    def data(self, index: Index, role: int = DISPLAY) -> Any:
        if not index.isValid():
            return None
        line, column = self._lines[index.row()], index.column()
        if role in (DISPLAY, Qt.ItemDataRole.AccessibleTextRole):
            label = f"{_(line.group)}: {_(line.label)}"
            return (label, _(line.one), _(line.other), _(line.difference.value))[column]
        if role == Qt.ItemDataRole.DecorationRole and column == 3:
            return signs.icon(_SIGNS[line.difference], theme.of(QGuiApplication.palette()))
        if role == Qt.ItemDataRole.FontRole and line.differs:
            font = QFont()
            font.setBold(True)
            return font
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = DISPLAY) -> Any:
        if role != DISPLAY or orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(self._headings):
            return None
        return self._headings[section]


class ComparisonView(QWidget):
    """One card on the left or right, by time; the other is chosen from what is known."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._one: Sighting | None = None
        self._offered: tuple[Sighting, ...] = ()
        self._lines: tuple[ComparedLine, ...] = ()
        self._names = ("", "")
        self.other = QComboBox()
        self.only = QCheckBox(_("On&ly what differs"))
        self.sentence = plain_label()
        self.table = QTableView()
        self.lines = ComparisonModel(self)
        self._furnish()
        self.other.currentIndexChanged.connect(self._compare)
        self.only.toggled.connect(self._fill)

    def show_card(self, one: Sighting) -> None:
        """Forget what was compared before; what this card can be held against is offered later."""
        self._one = one
        self._offer(())
        self.sentence.setText(_("Looking for other inspections of this card…"))

    def say(self, sentence: str) -> None:
        """Say in place of a comparison why there is none."""
        self.sentence.setText(breakable(sentence))

    def offer(self, known: tuple[Sighting, ...], others: tuple[Sighting, ...], unread: tuple[int, ...] = ()) -> None:
        """Offer the sightings of the same card, newest first, then any others; the newest of the same is compared."""
        first = 0 if known else -1
        self._offer((*known, *others))
        if not known:
            self.sentence.setText(_(_NONE))
        self.other.setCurrentIndex(first)
        if unread:
            rows = ", ".join(map(str, unread[:8]))
            self.say(
                _("{sentence} Rows of the ledger that cannot be read, and may be of this card: {rows}.").format(
                    sentence=self.sentence.text(), rows=rows
                )
            )

    def _offer(self, offered: tuple[Sighting, ...]) -> None:
        self._offered = offered
        self.other.blockSignals(True)
        self.other.clear()
        for seen in offered:
            same = self._shared(seen)
            self.other.addItem(choice_of(seen, same))
        self.other.setCurrentIndex(-1)
        self.other.blockSignals(False)
        self.other.setEnabled(bool(offered))
        self._lines, self._names = (), ("", "")
        self._fill()

    def _shared(self, seen: Sighting) -> tuple[str, ...]:
        one = self._one
        return comparing.shared_numbers(one.inspection, one.card, seen.inspection, seen.card) if one is not None else ()

    @Slot(int)
    def _compare(self, number: int) -> None:
        if self._one is None or not 0 <= number < len(self._offered):
            return
        pair = pair_of(self._one, self._offered[number])
        before, after = pair.before, pair.after
        self._lines = comparing.compare(before.inspection, before.card, after.inspection, after.card, _value)
        self._names = pair.headings
        self.sentence.setText(sentence_of(pair, self._lines))
        self._fill()

    @Slot()
    def _fill(self) -> None:
        shown = self._lines
        if self.only.isChecked():
            shown = tuple(line for line in shown if line.differs)
        self.lines.show_lines(shown, self._names)
        self.table.setVisible(bool(self._lines))
        self.only.setEnabled(bool(self._lines))

    def _furnish(self) -> None:
        label = QLabel(_("Compare &with"))
        label.setBuddy(self.other)
        self.other.setAccessibleName(_("Inspection to compare with"))
        self.other.view().setAccessibleName(_("Inspections to compare with"))
        self.other.setPlaceholderText(_("choose an inspection"))
        self.other.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.other.setToolTip(_("Earlier and later inspections of this card come first, newest first"))
        self.only.setToolTip(_("Hide what is the same, what varies from run to run, and what one side did not look at"))
        self.sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.table.setModel(self.lines)
        self.table.setAccessibleName(_("Both inspections, side by side"))
        self.table.verticalHeader().hide()
        wrap_rows(self.table, {0: 230, 3: 190})
        row = QHBoxLayout()
        row.addWidget(label)
        row.addWidget(self.other, 1)
        row.addWidget(self.only)
        layout = QVBoxLayout(self)
        layout.addLayout(row)
        layout.addWidget(self.sentence)
        layout.addWidget(self.table, 1)
        layout.addStretch(0)


def _value(text: str) -> str:
    return safe(text, 160)
