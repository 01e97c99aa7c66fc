"""Many inspections as a short list: one row each, where a panel each would need a wall of screens."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from gpu_inspector.gui.run_jobs import OVER, Ride, Stage
from gpu_inspector.gui.run_panel import left_words
from gpu_inspector.gui.text import breakable, safe, tip
from gpu_inspector.language import N_, _

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
DISPLAY = Qt.ItemDataRole.DisplayRole
HEADINGS = (N_("Subject"), N_("State"), N_("Done"), N_("What is done now, or how it ended"))


class RidesModel(QAbstractTableModel):
    """One row a ride."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rides: tuple[Ride, ...] = ()

    def show_rides(self, rides: Sequence[Ride]) -> None:
        self.beginResetModel()
        self._rides = tuple(rides)
        self.endResetModel()

    def renew(self, number: int) -> None:
        """There is news of one of them."""
        if number < len(self._rides):
            self.dataChanged.emit(self.index(number, 1), self.index(number, len(HEADINGS) - 1))

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._rides)

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(HEADINGS)

    def data(self, index: Index, role: int = DISPLAY) -> Any:
        if role == Qt.ItemDataRole.ToolTipRole and index.isValid():
            return tip(str(self.data(index)))
        if not index.isValid() or role not in (DISPLAY, Qt.ItemDataRole.AccessibleTextRole):
            return None
        ride = self._rides[index.row()]
        column = index.column()
        if column == 0:
            return safe(ride.title, 80)
        if column == 1:
            return _(ride.stage.value)
        if column == 2:
            return f"{ride.share:.0%}"
        if ride.stage in OVER:
            return breakable(ride.sentence)
        if ride.stage is not Stage.RUNNING:
            return ""
        return " – ".join(filter(None, (safe(ride.step, 80), left_words(ride.seconds_left))))

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = DISPLAY) -> Any:
        if orientation is not Qt.Orientation.Horizontal or section >= len(HEADINGS):
            return None
        return _(HEADINGS[section]) if role in (DISPLAY, Qt.ItemDataRole.AccessibleTextRole) else None
