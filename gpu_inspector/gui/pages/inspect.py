"""The left page: what is inspected and how far, what was declared, for which case; Inspect, progress, Cancel."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListView,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from gpu_inspector.gui.forms import CaseForm, DeclarationForm, MeasurementForm
from gpu_inspector.gui.headline import Notice, plain_label
from gpu_inspector.gui.models import SubjectsModel
from gpu_inspector.gui.text import safe
from gpu_inspector.gui.work import Subject, Work
from gpu_inspector.gui.worker import Job
from gpu_inspector.workflow.inspecting import Done

FILES = "Dumps and captures (*.xml *.txt *.log *.json);;All files (*)"


class InspectPage(QWidget):
    """Starts inspections and says when one is done."""

    title: Final = "Inspect"
    began = Signal()
    inspected = Signal(object)
    """A `Done`."""

    def __init__(self, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._work = work
        self._listing: Job | None = None
        self._inspecting: Job | None = None
        self._succeeded = False
        self.subjects = SubjectsModel(self)
        self.list = QListView()
        self.empty = plain_label("Looking for cards…")
        self.refresh_button = QPushButton("&Refresh")
        self.open_button = QPushButton("&Open a dump…")
        self.declared = DeclarationForm()
        self.measurement = MeasurementForm()
        self.case = CaseForm()
        self.inspect_button = QPushButton("&Inspect")
        self.cancel_button = QPushButton("&Cancel")
        self.bar = QProgressBar()
        self.step = plain_label()
        self.notice = Notice()
        self._furnish()
        self._lay_out()
        self._connect()
        self._renew()

    # --- what others may ask for

    def start(self) -> None:
        """Look for cards and fetch the names to offer; called once the window stands."""
        self.refresh()
        names = Job(lambda progress: self._work.product_names(), self)
        names.done.connect(self.declared.suggest)
        simulations = Job(lambda progress: self._work.simulations(), self)
        simulations.done.connect(self.measurement.offer)
        for job in (names, simulations):
            job.failed.connect(self.notice.warn)
            job.start()

    @Slot()
    def refresh(self) -> None:
        """Look again which cards this machine has."""
        if self._listing is not None or self._inspecting is not None:
            return
        self.empty.setText("Looking for cards…")
        job = Job(self._work.list_cards, self)
        job.done.connect(self._show_cards)
        job.failed.connect(self._no_cards)
        job.ended.connect(self._listed)
        self._listing = job
        self._renew()
        job.start()

    @Slot()
    def choose_file(self) -> None:
        """Ask for a dump."""
        path, _ = QFileDialog.getOpenFileName(self, "Open a dump", "", FILES)
        if path:
            self.open_file(Path(path))

    def open_file(self, path: Path) -> None:
        """Put a file on the list, and choose it."""
        if self._inspecting is not None:
            self.notice.warn("An inspection is running. Open the file when it has ended.")
            return
        self.notice.clear()
        self._choose(self.subjects.add_file(path).row())

    @Slot(str, int)
    def simulate(self, name: str, seed: int) -> None:
        """Put a simulated card on the list, and choose it."""
        self.notice.clear()
        self._choose(self.subjects.add_simulation(name, seed).row())

    @Slot()
    def inspect(self) -> None:
        """Inspect what is chosen."""
        subject = self.chosen
        if subject is None or self._inspecting is not None:
            return
        self.notice.clear()
        declaration, case = self.declared.declaration(), self.case.case()
        profile = self.measurement.chosen_profile()
        job = Job(lambda progress: self._work.inspect(subject, profile, declaration, case, progress), self)
        job.progressed.connect(self._progress)
        job.done.connect(self._done)
        job.failed.connect(self.notice.warn)
        job.stopped.connect(self._stopped)
        job.ended.connect(self._ended)
        self._inspecting = job
        self._succeeded = False
        self._progress("starting", 0.0)
        self._renew()
        self.cancel_button.setFocus()
        self.began.emit()
        job.start()

    @Slot()
    def cancel(self) -> None:
        """Ask a running inspection to stop at its next step."""
        if self._inspecting is not None:
            self._inspecting.cancel()
            self.cancel_button.setEnabled(False)
            self.step.setText("stopping at the next step…")

    @property
    def chosen(self) -> Subject | None:
        row = self.list.currentIndex().row()
        return self.subjects.subjects[row] if 0 <= row < len(self.subjects.subjects) else None

    # --- what jobs say

    @Slot(object)
    def _show_cards(self, cards: object) -> None:
        before = self.chosen
        assert isinstance(cards, tuple)
        self.subjects.show_cards(cards)
        self.empty.setText("" if cards else "No NVIDIA card was found in this machine. A dump can be reviewed instead.")
        kept = [row for row, subject in enumerate(self.subjects.subjects) if subject == before]
        if self.subjects.subjects:
            self._choose(kept[0] if kept else 0)

    @Slot(str)
    def _no_cards(self, sentence: str) -> None:
        self.empty.setText("")
        self.notice.warn(sentence)

    @Slot()
    def _listed(self) -> None:
        self._listing = None
        self._renew()

    @Slot(str, float)
    def _progress(self, step: str, share: float) -> None:
        self.bar.setValue(round(share * 100))
        self.step.setText(f"{safe(step)}…")

    @Slot(object)
    def _done(self, done: object) -> None:
        assert isinstance(done, Done)
        if self._inspecting is not None and self._inspecting.cancel_wanted:
            self.notice.tell(f"Too late to cancel: the inspection is number {done.entry.seq} of the ledger.")
        self._succeeded = True
        self.inspected.emit(done)

    @Slot()
    def _stopped(self) -> None:
        self.notice.tell("Stopped. Nothing was stored.")

    @Slot()
    def _ended(self) -> None:
        self._inspecting = None
        self.step.clear()
        self._renew()
        if not self._succeeded:
            self.inspect_button.setFocus()

    # --- how it looks

    def _choose(self, row: int) -> None:
        index = self.subjects.index(row)
        self.list.setCurrentIndex(index)
        self.list.scrollTo(index)
        self._renew()

    @Slot()
    def _renew(self) -> None:
        """Let be used what can be used now."""
        busy = self._inspecting is not None
        self.refresh_button.setEnabled(not busy and self._listing is None)
        for widget in (self.list, self.open_button, self.declared, self.measurement, self.case):
            widget.setEnabled(not busy)
        self.inspect_button.setEnabled(not busy and self.chosen is not None)
        self.cancel_button.setEnabled(busy)
        self.bar.setVisible(busy)
        self.step.setVisible(busy)
        self.empty.setVisible(bool(self.empty.text()))

    def _furnish(self) -> None:
        self.list.setModel(self.subjects)
        self.list.setAccessibleName("Cards of this machine, opened files and simulations")
        self.list.setMinimumHeight(84)
        self.list.setSpacing(2)
        self.list.setAlternatingRowColors(True)
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.bar.setRange(0, 100)
        self.bar.setAccessibleName("Progress of the inspection")
        self.refresh_button.setToolTip("Look again which cards this machine has (Ctrl+L)")
        self.open_button.setToolTip("Review a dump or capture that was handed in; or drop it on the window (Ctrl+O)")
        self.inspect_button.setToolTip("Inspect what is chosen above (Ctrl+R or F5)")
        self.cancel_button.setToolTip("Stop at the next step; what is stored already stays (Esc)")
        font = self.inspect_button.font()
        font.setBold(True)
        self.inspect_button.setFont(font)
        self.inspect_button.setMinimumHeight(34)
        self.cancel_button.setMinimumHeight(34)

    def _lay_out(self) -> None:
        heading = QLabel("Cards of this machine, and &dumps")
        heading.setBuddy(self.list)
        sources = QHBoxLayout()
        sources.addWidget(self.refresh_button)
        sources.addWidget(self.open_button, 1)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 6, 0)
        column.addWidget(heading)
        column.addWidget(self.list, 1)
        column.addWidget(self.empty)
        column.addLayout(sources)
        column.addWidget(self.declared)
        column.addWidget(self.measurement)
        column.addWidget(self.case)
        area = QScrollArea()
        area.setWidget(inner)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        buttons = QHBoxLayout()
        buttons.addWidget(self.inspect_button, 1)
        buttons.addWidget(self.cancel_button)
        layout = QVBoxLayout(self)
        layout.addWidget(area, 1)
        layout.addWidget(self.notice)
        layout.addWidget(self.bar)
        layout.addWidget(self.step)
        layout.addLayout(buttons)
        area.setMinimumWidth(inner.minimumSizeHint().width() + area.verticalScrollBar().sizeHint().width())

    def _connect(self) -> None:
        self.refresh_button.clicked.connect(self.refresh)
        self.open_button.clicked.connect(self.choose_file)
        self.measurement.simulation_chosen.connect(self.simulate)
        self.inspect_button.clicked.connect(self.inspect)
        self.cancel_button.clicked.connect(self.cancel)
        self.list.selectionModel().currentChanged.connect(self._renew)
        self.list.activated.connect(self.inspect)
