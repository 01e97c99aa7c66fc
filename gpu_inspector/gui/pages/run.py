"""The measurement as it runs, of one card or of many at once, and the way to stop it."""

from typing import Final

from PySide6.QtCore import QEvent, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QPushButton, QWidget

from gpu_inspector.gui import theme
from gpu_inspector.gui.asking import inquiry_of
from gpu_inspector.gui.doors.run import RunDoors
from gpu_inspector.gui.forms import ProfileForm
from gpu_inspector.gui.headline import plain_label, tint
from gpu_inspector.gui.page import Page
from gpu_inspector.gui.run_board import RunBoard, csv_path
from gpu_inspector.gui.run_jobs import Runs, Stage
from gpu_inspector.gui.run_plots import load_numbers
from gpu_inspector.gui.subject import Order, Subject
from gpu_inspector.gui.text import breakable, safe
from gpu_inspector.gui.work import Work
from gpu_inspector.gui.worker import Job
from gpu_inspector.language import N_, _, ngettext
from gpu_inspector.preferences import Preferences
from gpu_inspector.records.measured import FIRST
from gpu_inspector.records.policy import Bounds
from gpu_inspector.workflow.inspecting import Done

TABLES = N_("Tables (*.csv)")
MOST_NAMED = 4
"""Subjects named one by one; of more it is said how many there are."""


class RunPage(Page):
    """Runs orders; says when each is done."""

    name = "run"
    help = N_(
        "F5 or Ctrl+R starts, Esc stops everything; the button on a panel stops that card alone.\n\n"
        "Each card is an inspection of its own, with its own number in the ledger and its own report; one that fails"
        " does not stop the others. A file holds nothing to measure: its claims are reviewed.\n\n"
        "In the memory map each cell is a page of 2 MiB: verified (plain), failing (crossed), folded (striped: the"
        " same memory as another page), nothing there (a grid). Rest the pointer on a cell to read its place.\n\n"
        "What a run measured stays here until the next one. Sensors can be saved as a table. Curves and maps are for"
        " the eye; what counts stands in the report."
    )
    wanted = Signal()
    """The inspector wants what is chosen to be inspected: whoever knows it calls `begin`."""
    busy = Signal(bool)
    """Whether an inspection runs now."""
    inspected = Signal(object)
    """A `Done`."""
    prepared = Signal()
    """What a run needs is loaded: whatever else is to be made ready can be now."""

    def __init__(self, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._doors: Final[RunDoors] = work.run
        self._subjects: tuple[Subject, ...] = ()
        self._library: Job | None = None
        self._usual, self._bounds = FIRST, Bounds()
        self.runs = Runs(self._doors, self, lambda: inquiry_of(self))
        self.subject, self.unmeasured = plain_label(), plain_label()
        self.profile = ProfileForm()
        self.board = RunBoard()
        self.start_button = QPushButton(_("&Inspect"))
        self.cancel_button = QPushButton(_("&Cancel"))
        self.start_button.setToolTip(_("Inspect what is chosen on the bench (Ctrl+R or F5)"))
        self.cancel_button.setToolTip(_("Stop all; what is stored already stays (Esc)"))
        self._lay_out()
        self._connect()
        self._renew()

    @property
    def running(self) -> bool:
        return self.runs.running

    def enter(self) -> None:
        """Load what draws the curves, and then what a run needs at its end, once, beside the window."""
        policy = Job(lambda progress: self._doors.bounds(), self)
        policy.done.connect(self._bind)
        policy.failed.connect(self.notice.warn)
        policy.start()
        if self._library is None:
            self._library = Job(lambda progress: load_numbers(), self)
            self._library.done.connect(self.board.plots.loaded)
            self._library.failed.connect(self.notice.warn)
            self.board.plots.made.connect(self._prepare)
            self._library.start()

    @Slot(object)
    def _bind(self, bounds: object) -> None:
        """The least that the office's policy lets be measured; a run that is asked for too early is refused by it."""
        assert isinstance(bounds, Bounds)
        self._bounds = bounds
        self.profile.bound(bounds.profile, no_measure=bounds.no_measure, name=bounds.name)

    @Slot()
    def _prepare(self) -> None:
        job = Job(lambda progress: self._doors.prepare(), self)
        job.failed.connect(self.notice.warn)
        job.ended.connect(self.prepared)
        job.start()

    @property
    def last(self) -> Done | None:
        """The inspection of this run that was finished last in its order; None where there is none."""
        return next((ride.done for ride in reversed(self.runs.rides) if ride.done is not None), None)

    def show_subjects(self, subjects: object) -> None:
        """What would be inspected now."""
        assert isinstance(subjects, tuple)
        self._subjects = subjects
        self._renew()

    def use(self, preferences: object) -> None:
        """The profile that is chosen from now on where nobody chooses; what was chosen for this run stays."""
        assert isinstance(preferences, Preferences)
        if preferences.profile != self._usual:
            self._usual = preferences.profile
            self.profile.choose(preferences.profile)
            self._bind(self._bounds)

    def begin(self, orders: tuple[Order, ...]) -> None:
        """Inspect all of them side by side, each for itself."""
        if self.running or not orders:
            return
        self.enter()
        self.notice.clear()
        profile = self.profile.chosen()
        measured = profile is not None and any(order.subject.measurable for order in orders)
        if measured:
            self.board.plots.load_now()  # before anything runs, where the page was not looked at before
        self.runs.start(orders, profile)
        self.board.show_rides(self.runs.rides, measured=measured)
        self._renew()
        self.busy.emit(True)
        self.cancel_button.setFocus()

    @Slot()
    def cancel(self) -> None:
        """Ask running inspections to stop; those that wait are not begun."""
        if self.running:
            self.runs.cancel()
            self._renew()

    # --- what the run says

    @Slot(int)
    def _finished(self, number: int) -> None:
        """One inspection is over; the others go on."""
        ride = self.runs.rides[number]
        self.board.note(number)
        many = len(self.runs.rides) > 1
        said = f"{safe(ride.title, 80)}: {ride.sentence}" if many else ride.sentence
        if ride.stage is Stage.FAILED:
            self.notice.warn(said)
        elif ride.stage is Stage.STOPPED or ride.late:
            self.notice.tell(said)
        if ride.done is not None:
            self.inspected.emit(ride.done)

    @Slot()
    def _ended(self) -> None:
        self._renew()
        counts = {stage: sum(ride.stage is stage for ride in self.runs.rides) for stage in Stage}
        if len(self.runs.rides) > 1 and (counts[Stage.FAILED] or counts[Stage.STOPPED]):
            self.notice.warn(
                _("{done} of {all} inspections are stored; {failed} failed, {stopped} were stopped.").format(
                    done=counts[Stage.DONE],
                    all=len(self.runs.rides),
                    failed=counts[Stage.FAILED],
                    stopped=counts[Stage.STOPPED],
                )
            )
        self.busy.emit(False)

    # --- the table of sensors

    @Slot()
    def choose_table(self) -> None:
        """Ask where the sensors shall be saved."""
        path, _filter = QFileDialog.getSaveFileName(self, _("Save sensors"), "sensors.csv", _(TABLES))
        if path:
            self.save_sensors(path)

    def save_sensors(self, chosen: str) -> None:
        """Save every sample of this run."""
        path, rows = csv_path(chosen), self.board.sensor_rows()
        job = Job(lambda progress: self._doors.save_sensors(path, rows), self)
        job.done.connect(lambda _nothing: self.notice.tell(_("Saved as {path}.").format(path=safe(str(path)))))
        job.failed.connect(self.notice.warn)
        job.start()

    # --- how it looks

    def _lay_out(self) -> None:
        head, buttons = QHBoxLayout(), QHBoxLayout()
        head.addWidget(self.subject, 1)
        head.addWidget(self.profile)
        buttons.addStretch(1)
        buttons.addWidget(self.cancel_button)
        buttons.addWidget(self.start_button)
        self.start_button.setMinimumWidth(160)
        self.body.addLayout(head)
        self.body.addWidget(self.unmeasured)
        self.body.addWidget(self.board, 1)
        self.body.addLayout(buttons)

    def _connect(self) -> None:
        self.start_button.clicked.connect(self.wanted)
        self.cancel_button.clicked.connect(self.cancel)
        self.profile.profile.currentIndexChanged.connect(self._renew)
        self.board.stop_wanted.connect(self._stop_one)
        self.board.save_wanted.connect(self.choose_table)
        self.runs.moved.connect(self.board.note)
        self.runs.finished.connect(self._finished)
        self.runs.ended.connect(self._ended)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            tint(self.unmeasured, "muted", theme.of(self.palette()))

    @Slot(int)
    def _stop_one(self, number: int) -> None:
        self.runs.cancel(number)
        self._renew()

    @Slot()
    def _renew(self) -> None:
        busy = self.running
        named = [safe(f"{one.title}, {one.detail}", 120) for one in self._subjects]
        if len(named) > MOST_NAMED:
            count = len(named)
            named = [ngettext("{count} subject is chosen", "{count} subjects are chosen", count).format(count=count)]
        self.subject.setText(breakable("\n".join(named) or _("Nothing is chosen. Choose a card on the bench.")))
        self.unmeasured.setText(self._not_measured())
        self.unmeasured.setVisible(bool(self.unmeasured.text()))
        tint(self.unmeasured, "muted", theme.of(self.palette()))
        self.profile.setEnabled(not busy)
        self.start_button.setEnabled(not busy and bool(self._subjects))
        self.cancel_button.setEnabled(any(ride.stage in (Stage.WAITING, Stage.RUNNING) for ride in self.runs.rides))

    def _not_measured(self) -> str:
        """Which of the chosen will not be measured, and why, as far as that is known before."""
        if not self._subjects:
            return ""
        if self.profile.chosen() is None:
            return _("Nothing will be measured: the profile asks for claims alone.")
        files = sum(one.file is not None for one in self._subjects)
        said = []
        if files:
            said.append(
                ngettext(
                    "{files} file will not be measured: a file holds no silicon, only claims.",
                    "{files} files will not be measured: a file holds no silicon, only claims.",
                    files,
                ).format(files=files)
            )
        said += [
            _("{card} will not be measured: {reason}").format(card=safe(one.title, 60), reason=safe(one.unmeasurable))
            for one in self._subjects
            if one.unmeasurable
        ]
        return breakable("\n".join(said[:MOST_NAMED]))
