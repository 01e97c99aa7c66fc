"""The sensors of a run: every sample kept within bounds, and now, lowest, highest and mean of each as a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from gpu_inspector.gui.text import safe, tip
from gpu_inspector.language import N_, _
from gpu_inspector.language import number as number_of
from gpu_inspector.records.live import FIGURES, Sample
from gpu_inspector.workflow.sensor_table import SensorRow

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
DISPLAY = Qt.ItemDataRole.DisplayRole
MOST_KEPT = 36_000
"""Samples of a card: an hour at ten a second. Beyond, every second one is let go, again and again."""
MOST_POINTS = 800
"""Of one curve: two for each of some 400 pixels."""
HEADINGS = (N_("Sensor"), N_("Now"), N_("Lowest"), N_("Highest"), N_("Mean"))


@dataclass(slots=True)
class Extremes:
    """Of all samples of one figure, also those that were let go."""

    now: float
    lowest: float
    highest: float
    total: float
    count: int = 1

    def add(self, value: float) -> None:
        self.now, self.lowest, self.highest = value, min(self.lowest, value), max(self.highest, value)
        self.total += value
        self.count += 1


class Curve:
    """One figure over time, thinned as it grows: of each stretch its lowest and highest value stay."""

    def __init__(self) -> None:
        self._points: list[tuple[float, float]] = []
        self._open: list[tuple[float, float]] = []
        self._stretch = 1

    def add(self, at_s: float, value: float) -> None:
        self._open.append((at_s, value))
        if len(self._open) >= self._stretch:
            self._points += _ends(self._open)
            self._open.clear()
        if len(self._points) > MOST_POINTS:
            self._points = [
                end for start in range(0, len(self._points), 4) for end in _ends(self._points[start : start + 4])
            ]
            self._stretch = 4 if self._stretch == 1 else 2 * self._stretch

    def points(self) -> tuple[list[float], list[float]]:
        """Times and values, the newest at the end."""
        points = self._points + self._open[-1:]
        return [at for at, _value in points], [value for _at, value in points]


def _ends(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    return sorted({min(points, key=_value), max(points, key=_value)})


def _value(point: tuple[float, float]) -> float:
    return point[1]


class SensorBook:
    """What one card's sensors said."""

    def __init__(self) -> None:
        self.samples: list[Sample] = []
        self.extremes: dict[str, Extremes] = {}
        self._curves: dict[str, Curve] = {}
        self.began: datetime | None = None
        """When the card was opened, as far as our clock can tell."""
        self._every = 1
        self._seen = 0

    def add(self, samples: Sequence[Sample], now: datetime) -> None:
        """`now`: when they came, aware."""
        if samples and self.began is None:
            self.began = now - timedelta(seconds=samples[-1].at_s)
        for sample in samples:
            for name in FIGURES:
                value = getattr(sample, name)
                if value is not None:
                    self._note(name, sample.at_s, value)
            if self._seen % self._every == 0:
                self.samples.append(sample)
            self._seen += 1
        if len(self.samples) > MOST_KEPT:
            del self.samples[1::2]
            self._every *= 2

    def curve(self, name: str) -> tuple[list[float], list[float]]:
        """Seconds and values of one figure, MOST_POINTS and one at most."""
        return self._curves[name].points() if name in self._curves else ([], [])

    def _note(self, name: str, at_s: float, value: float) -> None:
        if name in self.extremes:
            self.extremes[name].add(value)
        else:
            self.extremes[name] = Extremes(value, value, value, value)
            self._curves[name] = Curve()
        self._curves[name].add(at_s, value)

    def rows(self, card: str) -> tuple[SensorRow, ...]:
        """For a spreadsheet."""
        began = self.began
        return tuple(SensorRow(card, began, sample) for sample in self.samples) if began is not None else ()


class SensorsModel(QAbstractTableModel):
    """One row a sensor, of each card in its turn."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._books: tuple[tuple[str, SensorBook], ...] = ()
        self._rows: list[tuple[int, str]] = []

    def show_books(self, books: Sequence[tuple[str, SensorBook]]) -> None:
        """These cards' sensors from now on: title and book of each."""
        self.beginResetModel()
        self._books = tuple(books)
        self._rows = self._known()
        self.endResetModel()

    def renew(self) -> None:
        """Their numbers have changed."""
        rows = self._known()
        if rows != self._rows:
            self.beginResetModel()
            self._rows = rows
            self.endResetModel()
        elif rows:
            self.dataChanged.emit(self.index(0, 1), self.index(len(rows) - 1, len(HEADINGS) - 1))

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(HEADINGS)

    def data(self, index: Index, role: int = DISPLAY) -> Any:
        if not index.isValid():
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column():
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip(str(self.data(index)))
        if role not in (DISPLAY, Qt.ItemDataRole.AccessibleTextRole):
            return None
        number, name = self._rows[index.row()]
        title, book = self._books[number]
        words, _unit, _least, _most = FIGURES[name]
        if not index.column():
            text = _(words)
            return f"{text}, {safe(title, 60)}" if len(self._books) > 1 else text
        seen = book.extremes[name]
        value = (seen.now, seen.lowest, seen.highest, seen.total / seen.count)[index.column() - 1]
        return number_of(value, 1 if name in ("power_w", "gb_per_s") and value < 1000 else 0)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = DISPLAY) -> Any:
        if orientation is not Qt.Orientation.Horizontal or section >= len(HEADINGS):
            return None
        return _(HEADINGS[section]) if role in (DISPLAY, Qt.ItemDataRole.AccessibleTextRole) else None

    def _known(self) -> list[tuple[int, str]]:
        return [
            (number, name)
            for number, (_title, book) in enumerate(self._books)
            for name in FIGURES
            if name in book.extremes
        ]
