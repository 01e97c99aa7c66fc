"""What is seen of a run: a panel for each card or a list of many, and beside them the curves and numbers of sensors."""

from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QSplitter,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from gpu_inspector.gui.headline import plain_label
from gpu_inspector.gui.run_jobs import Ride
from gpu_inspector.gui.run_list import RidesModel
from gpu_inspector.gui.run_panel import CardPanel
from gpu_inspector.gui.run_plots import Plots, legend_of
from gpu_inspector.gui.run_sensors import SensorBook, SensorsModel
from gpu_inspector.gui.text import safe
from gpu_inspector.language import _
from gpu_inspector.workflow.sensor_table import SensorRow

MOST_PANELS = 4
"""With more inspections than this, a list stands in the place of the panels."""
RENEW_MS = 100
NUMBERS_EVERY = 5
"""The curves and numbers are renewed each so many times that the bars are."""


class RunBoard(QSplitter):
    """Shows rides; the page tells it of which there is news."""

    stop_wanted = Signal(int)
    save_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._rides: tuple[Ride, ...] = ()
        self._stale: set[int] = set()
        self._booked: list[tuple[str, SensorBook]] = []
        self._turn = 0
        self.panels: list[CardPanel] = []
        self.list, self.rides = QTableView(), RidesModel(self)
        self.hint = plain_label(_("Nothing has run yet. What is measured will be seen here while it is measured."))
        self.plots = Plots()
        self.legend = plain_label()
        self.numbers, self.sensors = QTableView(), SensorsModel(self)
        self.save_button = QPushButton(_("Save sensors as CS&V…"))
        self._column, self._side = QVBoxLayout(), QWidget()
        self._timer = QTimer(self)
        self._timer.setInterval(RENEW_MS)
        self._timer.timeout.connect(self._renew)
        self._furnish()
        self._lay_out()

    def show_rides(self, rides: tuple[Ride, ...], *, measured: bool) -> None:
        """Another run; `measured`: something is measured in it, so curves are to come."""
        self._rides, many = rides, len(rides) > MOST_PANELS
        for panel in self.panels:
            self._column.removeWidget(panel)
            panel.deleteLater()
        self.panels = []
        for _number in range(1 if many else len(rides)):
            panel = CardPanel()
            panel.stop_wanted.connect(self.stop_wanted)
            self._column.insertWidget(self._column.count() - 1, panel)
            self.panels.append(panel)
        # One card alone may have all the room: its map grows.
        alone = len(self.panels) == 1
        self._column.setStretch(self._column.count() - 1, 0 if alone else 1)
        if alone:
            self._column.setStretchFactor(self.panels[0], 1)
        self.rides.show_rides(rides if many else ())
        self.list.setVisible(many)
        self.hint.setVisible(not rides)
        self._side.setVisible(measured)
        if many:
            self.list.selectRow(0)
        self._show_books()
        for number in range(len(rides)):
            self.note(number)
        self._renew()

    def note(self, number: int) -> None:
        """There is news of a ride: it is shown at the next turn."""
        self._stale.add(number)
        if not self._timer.isActive():
            self._timer.start()

    def sensor_rows(self) -> tuple[SensorRow, ...]:
        """Everything that the sensors said, card by card."""
        return tuple(row for ride in self._rides for title, book in ride.books for row in book.rows(safe(title, 120)))

    @property
    def _shown(self) -> tuple[Ride, ...]:
        """The rides that have a panel now, in the panels' order."""
        if len(self._rides) <= MOST_PANELS:
            return self._rides
        row = self.list.currentIndex().row()
        return (self._rides[row],) if 0 <= row < len(self._rides) else self._rides[:1]

    @Slot()
    def _renew(self) -> None:
        stale, self._stale = self._stale, set()
        if not stale:
            self._timer.stop()
            self._renew_numbers()
            return
        for number in stale if self.rides.rowCount() else ():
            self.rides.renew(number)
        for panel, ride in zip(self.panels, self._shown, strict=False):
            if ride.number in stale:
                panel.show_ride(ride)
        self._turn += 1
        if self._turn % NUMBERS_EVERY == 0:
            self._renew_numbers()

    def _renew_numbers(self) -> None:
        if self._books() != self._booked:  # a card has begun to speak
            self._show_books()
        self.sensors.renew()
        self.plots.renew()
        self.save_button.setEnabled(any(book.samples for ride in self._rides for _title, book in ride.books))

    def _books(self) -> list[tuple[str, SensorBook]]:
        return [one for ride in self._shown for one in ride.books]

    @Slot()
    def _show_books(self) -> None:
        """Curves and numbers of the cards that have a panel."""
        books = self._booked = self._books()
        self.plots.show_books(books)
        self.sensors.show_books(books)
        self.legend.setText(legend_of(books))
        self.legend.setVisible(bool(self.legend.text()))

    @Slot()
    def _chosen(self) -> None:
        self._show_books()
        for ride in self._shown:
            self.note(ride.number)

    # --- how it looks

    def _furnish(self) -> None:
        for table, model, name in (
            (self.list, self.rides, _("Inspections of this run")),
            (self.numbers, self.sensors, _("Sensors: now, lowest, highest, mean")),
        ):
            table.setModel(model)
            table.setAccessibleName(name)
            table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
            table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
            table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
            table.setTabKeyNavigation(False)
            table.setAlternatingRowColors(True)
            table.setShowGrid(False)
            table.setWordWrap(False)
            table.setAcceptDrops(False)
            table.verticalHeader().hide()
            table.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 6)
            table.setCornerButtonEnabled(False)
        wide = self.fontMetrics().averageCharWidth()
        for column, letters in enumerate((30, 16, 7)):
            self.list.setColumnWidth(column, letters * wide)
        self.list.horizontalHeader().setStretchLastSection(True)
        self.numbers.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in range(1, self.sensors.columnCount()):
            self.numbers.setColumnWidth(column, 10 * wide)
        self.list.selectionModel().currentRowChanged.connect(self._chosen)
        self.save_button.setToolTip(_("Every sample with its time, for a spreadsheet"))
        self.save_button.setEnabled(False)
        self.save_button.clicked.connect(self.save_wanted)

    def _lay_out(self) -> None:
        inner, area = QWidget(), QScrollArea()
        inner.setLayout(self._column)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.hint)
        self._column.addStretch(1)
        area.setWidget(inner)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setAccessibleName(_("Cards of this run"))
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 4, 0)
        column.addWidget(self.list, 5)
        column.addWidget(area, 4)
        side = QVBoxLayout(self._side)
        side.setContentsMargins(4, 0, 0, 0)
        side.addWidget(self.plots, 5)
        side.addWidget(self.legend)
        side.addWidget(self.numbers, 2)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.save_button)
        side.addLayout(foot)
        self.numbers.setMinimumHeight(90)
        left.setMinimumWidth(400)
        self.setChildrenCollapsible(False)
        self.addWidget(left)
        self.addWidget(self._side)
        self.setStretchFactor(0, 6)
        self.setStretchFactor(1, 5)
        self.setSizes([600, 500])
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.list.hide()


def csv_path(chosen: str) -> Path:
    """The chosen place, with the ending that spreadsheets look for."""
    path = Path(chosen)
    return path if path.suffix else path.with_suffix(".csv")
