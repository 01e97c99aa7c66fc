"""Many cards under one declaration: a plan, the cards one after another, and what the numbers allow to be said."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QStandardPaths, Qt, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QSplitter, QStackedLayout, QVBoxLayout, QWidget

from gpu_inspector.gui.doors.lots import LotsDoors
from gpu_inspector.gui.focus import FocusKeeper
from gpu_inspector.gui.lots_actions import LotActions
from gpu_inspector.gui.lots_detail import LotDetail
from gpu_inspector.gui.lots_form import NewLotForm
from gpu_inspector.gui.lots_jobs import LotJobs
from gpu_inspector.gui.lots_models import LotsList
from gpu_inspector.gui.page import Page
from gpu_inspector.gui.settings_panels import push
from gpu_inspector.gui.work import Work
from gpu_inspector.gui.worker import Job
from gpu_inspector.language import N_, _
from gpu_inspector.records.declaration import NO_CASE, UNDECLARED, Case, Declaration
from gpu_inspector.workflow.inspecting import Done
from gpu_inspector.workflow.lots import LotState

LIST_WIDTH = 230
FORM, LOT = 0, 1


class LotsPage(Page):
    """The lots of the ledger."""

    opened = Signal(object, int)
    """A Kept: the inspection of a card that was opened, and which card of it."""
    wanted = Signal()
    """There is something to be done here: the page is to come to the front."""

    name = "lots"
    help = N_(
        "A lot holds the cards of one declaration: how many pieces are declared, by which rule they are examined, which"
        " were, and what that allows to be said of the whole. Its plan is fixed when it is opened; the pieces of a"
        " sample are drawn at random then, by their place in the lot.\n\n"
        "Add files reviews captures, dumps and logs as cards of the lot, one after another; each is kept and reported"
        " before the next one is begun. A file that is in the lot already is left out, so that a stopped work goes on"
        " by the same files. An inspection of the ledger is put in by its number, a card of this machine by “Put the"
        " last inspection in” after its run.\n\n"
        "A card deviates where its identity is contradicted or has an unexplained deviation. One that could not be"
        " decided counts against the lot. No card and no lot bears a check mark here: each card's own report says what"
        " was not examined.\n\n"
        "Enter opens a card's inspection. Ctrl+O adds files, Ctrl+S saves the signed summary, Esc stops adding."
    )

    def __init__(self, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._doors: Final[LotsDoors] = work.lots
        self.jobs = LotJobs(work.lots, work.history.kept, self)
        self._focus = FocusKeeper(self)
        self._terms: Callable[[], tuple[Case, Declaration]] = lambda: (NO_CASE, UNDECLARED)
        self._last: Callable[[], Done | None] = lambda: None
        self._known = False
        self.list, self.detail = LotsList(), LotDetail()
        self.lots = self.list.rows
        self.new = push(_("Ne&w lot…"), _("Open a lot: its name, its pieces, its plan"))
        self.form, self.acts = NewLotForm(), LotActions()
        self._lay_out()
        self._connect()
        self._renew()

    @property
    def running(self) -> bool:
        """Whether something is being done to a lot."""
        return self.jobs.running

    @property
    def current(self) -> LotState | None:
        """The lot in sight; None while a new one is being planned."""
        return self.detail.state if self._stack.currentIndex() == LOT else None

    def use(self, terms: Callable[[], tuple[Case, Declaration]], last: Callable[[], Done | None]) -> None:
        """Whom to ask for case and declaration as they stand now, and for the inspection that was made last."""
        self._terms, self._last = terms, last

    def enter(self) -> None:
        """Look again: others write into the ledger too, and the case may have changed."""
        self.form.show_terms(*self._terms())
        self.acts.show_last(self._last())
        self._renew()
        if not self.running:
            self._look()

    @Slot()
    def plan_new(self) -> None:
        """Show the fields of a new lot."""
        self._stack.setCurrentIndex(FORM)
        self.form.show_terms(*self._terms())
        self.form.lot_name.setFocus()
        self._renew()

    @Slot()
    def choose_files(self) -> None:
        """Ask which files are cards of the lot in sight."""
        if self._refuses():
            return
        names, _kind = QFileDialog.getOpenFileNames(self, _("Add files to the lot"), _documents(), _("All files (*)"))
        if names:
            self.take(tuple(Path(name) for name in names))

    def take(self, paths: tuple[Path, ...]) -> None:
        """Review these files, and those of these folders, as cards of the lot in sight."""
        state = self.current
        if self._refuses() or state is None:
            return
        self.jobs.add_files(state, paths, self.acts.chosen_piece)

    @Slot(object)
    def offer_rows(self, numbers: object) -> None:
        """Have these inspections of the ledger, a tuple of their numbers, ready to be put into a lot."""
        assert isinstance(numbers, tuple)
        self.acts.rows.setText(", ".join(map(str, numbers)))
        self.wanted.emit()
        self.notice.tell(_("Choose the lot, and press “Put in”."))

    @Slot()
    def choose_place(self) -> None:
        """Ask where the summary of the lot in sight is to be saved."""
        state = self.current
        if state is None or not self.acts.save.isEnabled():
            self.notice.tell(_("There is no lot with a card to be summed up here."))
            return
        named = "".join(one if one.isalnum() else "-" for one in state.lot.name).strip("-")[:60]
        place = str(Path(_documents()) / f"lot-{named or state.lot.id[:8]}.pdf")
        path, _kind = QFileDialog.getSaveFileName(self, _("Save summary"), place, "PDF (*.pdf)")
        if path:
            self.save_summary(Path(path) if Path(path).suffix else Path(path).with_suffix(".pdf"))

    def save_summary(self, target: Path) -> None:
        """Sign and save the summary of the lot in sight."""
        state = self.current
        if state is not None:
            self.jobs.save_summary(state, target)

    @Slot()
    def cancel(self) -> None:
        """Stop after the file that is being reviewed."""
        self.jobs.cancel()

    # --- what is wished

    @Slot(object)
    def _put(self, rows: object) -> None:
        assert isinstance(rows, tuple)
        state = self.current
        if not self._refuses() and state is not None:
            self.jobs.add_rows(state, rows, self.acts.chosen_piece)

    def _refuses(self) -> bool:
        """Whether nothing can be put in now, which is said."""
        state = self.current
        if self.running:
            self.notice.tell(_("Something is being done already; wait, or stop it (Esc)."))
        elif state is None:
            self.notice.warn(_("Choose or open a lot first: files are added to the lot in sight."))
        elif state.ended:
            self.notice.warn(state.ended)
        return self.running or state is None or bool(state.ended)

    # --- what jobs say

    def _look(self) -> None:
        job = Job(lambda progress: self._doors.every(), self)
        job.done.connect(self._show)
        job.failed.connect(self.notice.warn)
        job.start()

    @Slot(object)
    def _show(self, lots: object) -> None:
        assert isinstance(lots, tuple)
        kept, first = self.detail.state, not self._known
        self._known = True
        ids = [one.lot.id for one in lots]
        planning = self._stack.currentIndex() == FORM and not first
        self.list.selectionModel().blockSignals(True)
        self.lots.show_lots(lots)
        self.list.selectionModel().blockSignals(False)
        if not lots:
            self.detail.show_lot(None)
            self._stack.setCurrentIndex(FORM)
        else:
            row = ids.index(kept.lot.id) if kept is not None and kept.lot.id in ids else 0
            self.list.setCurrentIndex(self.lots.index(row))
            self.detail.show_lot(self.lots.lot(row))
            self._stack.setCurrentIndex(FORM if planning else LOT)
            if first:
                self.list.setFocus()
        self._renew()

    @Slot()
    def _opened_new(self) -> None:
        self.form.clear()
        self._focus.aim(self.acts.add)

    @Slot()
    def _filled(self) -> None:
        self.acts.rows.clear()
        self.acts.piece.setValue(0)

    @Slot(object)
    def _show_state(self, state: object) -> None:
        """Bring a lot into sight as it stands now."""
        assert isinstance(state, LotState)
        row = self.lots.put(state)
        self.list.setCurrentIndex(self.lots.index(row))
        self.detail.show_lot(state)
        self._stack.setCurrentIndex(LOT)
        self._renew()

    @Slot()
    def _choose(self) -> None:
        self.detail.show_lot(self.lots.lot(self.list.currentIndex().row()))
        if self.detail.state is not None:
            self._stack.setCurrentIndex(LOT)
        self.acts.piece.setValue(0)
        self._renew()

    @Slot()
    def _leave_form(self) -> None:
        if self.lots.lots:
            self._choose()
            self.list.setFocus()

    @Slot(str)
    def _failed(self, sentence: str) -> None:
        self.notice.warn(sentence)
        if self.lots.lots:
            self._look()  # what was put in before it failed is in the lot

    @Slot()
    def _moved(self) -> None:
        self._renew()
        (self._focus.left if self.running else self._focus.come_back)()

    @Slot()
    def _renew(self) -> None:
        busy = self.running
        self.acts.show_state(self.current, busy=busy)
        self.list.setEnabled(not busy)
        self.new.setEnabled(not busy and self._stack.currentIndex() != FORM)
        self.form.setEnabled(not busy)
        self.form.leave.setEnabled(bool(self.lots.lots))

    # --- how it looks

    def _lay_out(self) -> None:
        left, lot, right = QWidget(), QWidget(), QWidget()
        column, work = QVBoxLayout(left), QVBoxLayout(lot)
        for layout in (column, work):
            layout.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.new)
        column.addWidget(self.list, 1)
        work.addWidget(self.detail, 1)
        work.addWidget(self.acts)
        self._stack = QStackedLayout(right)
        self._stack.addWidget(self.form)
        self._stack.addWidget(lot)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(left)
        split.addWidget(right)
        split.setSizes([LIST_WIDTH, 3 * LIST_WIDTH])
        split.setStretchFactor(1, 1)
        split.setChildrenCollapsible(False)
        self.body.addWidget(split, 1)

    def _connect(self) -> None:
        self.new.clicked.connect(self.plan_new)
        self.form.wanted.connect(self.jobs.open)
        self.form.left.connect(self._leave_form)
        self.list.selectionModel().currentChanged.connect(self._choose)
        self.detail.table.chosen.connect(self.jobs.open_member)
        acts, jobs = self.acts, self.jobs
        acts.add.clicked.connect(self.choose_files)
        acts.save.clicked.connect(self.choose_place)
        acts.stop.clicked.connect(self.cancel)
        acts.rows_wanted.connect(self._put)
        acts.misread.connect(self.notice.warn)
        jobs.begun.connect(self.notice.clear)
        jobs.begun.connect(self._focus.leave)
        jobs.moved.connect(self._moved)
        jobs.progressed.connect(acts.show_progress)
        jobs.stands.connect(self._show_state)
        jobs.opened.connect(self._opened_new)
        jobs.filled.connect(self._filled)
        jobs.kept.connect(self.opened)
        jobs.failed.connect(self._failed)
        jobs.told.connect(self.notice.tell)
        jobs.warned.connect(self.notice.warn)


def _documents() -> str:
    return QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
