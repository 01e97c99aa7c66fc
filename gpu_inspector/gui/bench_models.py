"""The bench's list as a model: the cards of this machine, and below them opened files and chosen simulations."""

import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont, QGuiApplication

from gpu_inspector.gui import signs, theme
from gpu_inspector.gui.signs import Shape, Sign
from gpu_inspector.gui.subject import Subject
from gpu_inspector.gui.text import safe, tip
from gpu_inspector.language import N_, _
from gpu_inspector.records.evidence import CardEvidence
from gpu_inspector.workflow.glancing import Glance, Look, Standing

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
DISPLAY = Qt.ItemDataRole.DisplayRole
TEXT_ROLES = (DISPLAY, Qt.ItemDataRole.AccessibleTextRole)
SIGN, NAME, WHERE, LINK, MEMORY, DIE, STATE = range(7)
HEADINGS = (
    "",
    N_("Name as claimed"),
    N_("Where"),
    N_("Link now / at most"),
    N_("Memory"),
    N_("Die"),
    N_("State"),
)
SIGN_HEADING = N_("Sign of the state")
LIMITS = (280, 80, 80, 40, 24, 48, 280)
"""Characters of each column; the whole of it is in the record."""
_LONG = re.compile(r"[^\s/-]{14}")
"""A word that a narrow column could not hold: it may be broken after so many characters."""

SIGNS: dict[Standing, Sign] = {
    Standing.ANSWERS: (Shape.RING, "text"),
    Standing.UNDRIVEN: (Shape.DIAMOND, "open"),
    Standing.SILENT: (Shape.TRIANGLE, "deviation"),
    Standing.FILE: (Shape.DASH, "text"),
    Standing.UNREADABLE: (Shape.CROSS, "contradiction"),
    Standing.SIMULATION: (Shape.DASH, "muted"),
    Standing.WAITING: (Shape.DASH, "muted"),
}
"""No check mark among them: nothing was checked yet."""


UNMEASURABLE = {
    Standing.UNDRIVEN: N_("NVIDIA's driver does not drive it"),
    Standing.SILENT: N_("it does not answer"),
}
"""Why a card cannot be measured, as it is said before a run."""


@dataclass(frozen=True, slots=True)
class Row:
    """A subject, and what is known of it. Its texts are made once: a view asks for each of them many times."""

    subject: Subject
    glance: Glance
    spoken: tuple[str, ...] = field(init=False)
    """The text of each column, in which nothing hides."""
    shown: tuple[str, ...] = field(init=False)
    """The same with places to break."""

    def __post_init__(self) -> None:
        one = self.glance
        whole = (one.state, one.name, one.where, one.link, one.memory, one.die, one.state)
        nothing = "" if one.standing is Standing.WAITING else "–"
        spoken = tuple(safe(text, limit) or nothing for text, limit in zip(whole, LIMITS, strict=True))
        object.__setattr__(self, "spoken", spoken)
        object.__setattr__(self, "shown", ("", *(_LONG.sub("\\g<0>\u200b", text) for text in spoken[1:])))


def as_one(chosen: tuple[Subject, ...], cards: tuple[CardEvidence, ...]) -> tuple[Subject, ...]:
    """What is chosen, with all these cards of the machine as one subject in the place of those that are; () is none."""
    if not cards or not any(one.card is not None for one in chosen):
        return chosen
    labels = tuple(card.label for card in cards)
    title = _("All {count} cards of this machine").format(count=len(cards))
    whole = Subject(title, ", ".join(labels), together=labels)
    return (whole, *(one for one in chosen if one.card is None))


def row_of(glance: Glance, card: str) -> Row:
    """The row of a card of this machine, `card` being its label."""
    memory = glance.memory or _("memory not known")
    title = safe(glance.name, LIMITS[NAME])
    why_not = _(UNMEASURABLE[glance.standing]) if glance.standing in UNMEASURABLE else ""
    where = safe(glance.where, LIMITS[WHERE])
    return Row(Subject(title, f"{where}, {memory}", card=card, unmeasurable=why_not), glance)


class BenchModel(QAbstractTableModel):
    """A row a subject; a column a fact."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._cards: tuple[Row, ...] = ()
        self._added: tuple[Row, ...] = ()

    @property
    def rows(self) -> tuple[Row, ...]:
        return self._cards + self._added

    @property
    def subjects(self) -> tuple[Subject, ...]:
        return tuple(row.subject for row in self.rows)

    def show_look(self, look: Look) -> None:
        """Replace the machine's cards; what was added stays."""
        rows = tuple(row_of(glance, card.label) for glance, card in zip(look.glances, look.cards, strict=True))
        self.beginResetModel()
        self._cards = rows
        self.endResetModel()

    def add_files(self, paths: tuple[Path, ...]) -> tuple[Subject, ...]:
        """The subjects of these files; one that is there already gets no second row."""
        detail = _("a file, no card of this machine")
        return self._add(tuple(Subject(safe(path.name, LIMITS[WHERE]), detail, file=path) for path in paths))

    def add_simulation(self, name: str, seed: int) -> Subject:
        """The subject of the simulated card of this seed."""
        detail = _("SIMULATION, seed {seed}: no real card").format(seed=seed)
        return self._add((Subject(safe(name, LIMITS[NAME]), detail, simulation=name, seed=seed),))[0]

    def _add(self, subjects: tuple[Subject, ...]) -> tuple[Subject, ...]:
        there = {row.subject.key: row.subject for row in self._added}
        new = {subject.key: subject for subject in subjects if subject.key not in there}
        if new:
            start = len(self.rows)
            waiting = _("being read…")
            self.beginInsertRows(ROOT, start, start + len(new) - 1)
            self._added = (
                *self._added,
                *(Row(one, Glance(where=one.title, state=waiting)) for one in new.values()),
            )
            self.endInsertRows()
        known = {**there, **new}
        return tuple(known[subject.key] for subject in dict.fromkeys(subjects))

    def show_glances(self, glances: dict[str, Glance]) -> None:
        """What was read of what was added, by the subjects' keys; one that was removed meanwhile is passed over."""
        self._added = tuple(
            replace(row, glance=glances[row.subject.key]) if row.subject.key in glances else row for row in self._added
        )
        if self._added:
            self.dataChanged.emit(self.index(len(self._cards), 0), self.index(len(self.rows) - 1, STATE))

    def remove(self, keys: frozenset[str]) -> int:
        """Take files and simulations off the list, and how many there were; a card of the machine stays."""
        count = 0
        for number in reversed(range(len(self._added))):
            if self._added[number].subject.key in keys:
                row = len(self._cards) + number
                self.beginRemoveRows(ROOT, row, row)
                self._added = self._added[:number] + self._added[number + 1 :]
                self.endRemoveRows()
                count += 1
        return count

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._cards) + len(self._added)

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(HEADINGS)

    def data(self, index: Index, role: int = DISPLAY) -> Any:
        if not index.isValid():
            return None
        column = index.column()
        if role in TEXT_ROLES:
            row = self._row(index.row())
            return (row.shown if role == DISPLAY else row.spoken)[column]
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip(self._row(index.row()).spoken[column])
        if role == Qt.ItemDataRole.DecorationRole and column == SIGN:
            standing = self._row(index.row()).glance.standing
            return signs.icon(SIGNS[standing], theme.of(QGuiApplication.palette()))
        if role == Qt.ItemDataRole.FontRole and column == NAME:
            font = QFont()
            font.setBold(True)
            return font
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = DISPLAY) -> Any:
        if role not in TEXT_ROLES or orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(HEADINGS):
            return None
        return _(SIGN_HEADING) if section == SIGN and role != DISPLAY else _(HEADINGS[section])

    def line(self, row: int) -> str:
        """The row as one line of text with tabs between the facts."""
        return "\t".join(self._row(row).spoken[NAME:])

    def _row(self, row: int) -> Row:
        return self._cards[row] if row < len(self._cards) else self._added[row - len(self._cards)]
