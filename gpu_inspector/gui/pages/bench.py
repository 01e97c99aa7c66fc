"""Every card of the machine, dumps that were dropped, simulations; and which of them are to be inspected."""

from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QPushButton, QWidget

from gpu_inspector.gui.bench_jobs import Memory, Reader
from gpu_inspector.gui.bench_models import as_one
from gpu_inspector.gui.bench_panels import FIRST, HELP, Actions, BenchState, Welcome
from gpu_inspector.gui.bench_table import BenchTable
from gpu_inspector.gui.doors.bench import BenchDoors
from gpu_inspector.gui.headline import plain_label
from gpu_inspector.gui.page import Page
from gpu_inspector.gui.simulation_form import SimulationForm
from gpu_inspector.gui.subject import Subject
from gpu_inspector.gui.text import retold, safe
from gpu_inspector.gui.work import Work
from gpu_inspector.gui.worker import Job
from gpu_inspector.language import N_, _, listed, ngettext
from gpu_inspector.workflow.glancing import Look, Seen, gone, replaced, seen_of

FILES = N_("Dumps and captures (*.xml *.txt *.log *.json);;All files (*)")


class BenchPage(Page):
    """Says what is chosen."""

    name = "bench"
    help = HELP
    chosen = Signal(tuple)
    """The Subjects that are chosen now."""
    wanted = Signal()
    """The inspector wants to go on with what is chosen."""
    details = Signal()
    """The inspector wants to know all of the bench's state."""
    welcomed = Signal()
    """The first start is over: the inspector goes on with something."""

    def __init__(self, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._doors: Final[BenchDoors] = work.bench
        self._look: Look | None = None
        self._looking: Job | None = None
        self._saving: Job | None = None
        self._reader, self._memory = Reader(self._doors, self), Memory(self._doors, self)
        self._locked = self._first = False
        self.state = BenchState()
        self.welcome_panel = Welcome()
        self.table = BenchTable()
        self.subjects = self.table.subjects
        self.empty = plain_label(_("Looking for cards…"))
        self.simulation = SimulationForm()
        self.tools = Actions()
        self._filler = QWidget()  # holds the list's place, so that nothing else is stretched into it
        self.go_on_button = QPushButton(_("&Go on to the case"))
        self._lay_out()
        self._connect()
        self._renew()

    # --- what others may ask for

    def start(self) -> None:
        """Look for cards and fetch the simulations to offer; called once the window stands."""
        self.refresh()
        job = Job(lambda progress: self._doors.simulations(), self)
        job.done.connect(self._offer)
        job.failed.connect(self.notice.warn)
        job.start()

    def welcome(self, first: bool) -> None:
        """Whether this is the first start: then three sentences say what this program is for."""
        self._first = first
        self._renew()

    @property
    def picked(self) -> tuple[Subject, ...]:
        """What is chosen, in the order of the list."""
        return self.table.picked

    def lock(self, locked: bool) -> None:
        """While inspections run, what is chosen stays."""
        self._locked = locked
        self._renew()

    @Slot()
    def refresh(self) -> None:
        """Look again which cards this machine has."""
        if self._looking is not None or self._locked:
            return
        self.empty.setText(_("Looking for cards…"))
        self.state.wait()
        job = Job(self._memory.looking(), self)
        job.done.connect(self._show_look)
        job.failed.connect(self._not_seen)
        job.ended.connect(self._looked)
        self._looking = job
        self._renew()
        job.start()

    @Slot()
    def choose_file(self) -> None:
        """Ask for dumps."""
        paths, _filter = QFileDialog.getOpenFileNames(self, _("Open dumps"), "", _(FILES))
        if paths:
            self.open_files(tuple(Path(path) for path in paths))

    def open_file(self, path: Path) -> None:
        """Put a file on the list, and choose it."""
        self.open_files((path,))

    def open_files(self, paths: tuple[Path, ...]) -> None:
        """Put files on the list, choose them, and read what they claim."""
        if self._locked:
            self.notice.warn(_("An inspection is running. Open the file when it has ended."))
            return
        self.notice.clear()
        before = set(self.subjects.subjects)
        added = self.subjects.add_files(paths)
        self._reader.read(tuple(one for one in added if one not in before))
        self.table.pick({one.key for one in added})

    @Slot(str, int)
    def simulate(self, name: str, seed: int) -> None:
        """Put a simulated card on the list, and choose it."""
        if self._locked:
            return
        self.notice.clear()
        before = set(self.subjects.subjects)
        one = self.subjects.add_simulation(name, seed)
        if one not in before:
            self._reader.read((one,))
        self.table.pick({one.key})

    @Slot()
    def remove(self) -> None:
        """Take the chosen files and simulations off the list; a card of the machine stays."""
        keys = frozenset(one.key for one in self.picked if one.card is None)
        if self._locked or not keys:
            return
        rows = [row for row, one in enumerate(self.subjects.subjects) if one.key in keys]
        self.subjects.remove(keys)
        self._reader.forget(keys)
        left = self.subjects.subjects
        self.table.pick({left[min(rows[0], len(left) - 1)].key} if left else set())
        (self.table if left else self.tools.open_button).setFocus()

    @Slot()
    def choose_facts(self) -> None:
        """Ask where the facts of what is chosen go, and write them there."""
        kinds = {one.key if one.card is None else "" for one in self.picked}
        if len(kinds) > 1:
            self.notice.warn(
                _("One file holds what one source says. Choose cards of this machine, or one dump, or one simulation.")
            )
            return
        path, _filter = QFileDialog.getSaveFileName(self, _("Save facts"), "facts.json", _("Facts (*.json)"))
        if path:
            self.save_facts(Path(path))

    def save_facts(self, target: Path) -> None:
        """Write what is known of what is chosen."""
        seen = self._look.evidence if self._look is not None else None
        target = target if target.suffix else target.with_suffix(".json")
        task = partial(self._doors.save_facts, seen, self.picked, target, self.tools.masked.isChecked())
        job = Job(task, self)
        job.done.connect(self._saved)
        job.failed.connect(self.notice.warn)
        job.ended.connect(self._facts_ended)
        self._saving = job
        self._renew()
        job.start()

    # --- what jobs say

    @Slot(object)
    def _show_look(self, seen: object) -> None:
        assert isinstance(seen, tuple)
        recalled, look = seen
        assert isinstance(look, Look)
        before = self._memory.chosen if self._memory.chosen is not None else recalled
        keys = {one.key for one in self.picked} or {f"card {one.label}" for one in before}
        empty = not self.subjects.subjects
        self._look = look
        self.subjects.show_look(look)
        self.state.show_topics(look.bench)
        none = _("{reason} A dump can be reviewed instead.").format(reason=retold(look.absence))
        self.empty.setText("" if look.cards else none.strip())
        if empty and not keys and look.cards:
            keys = {self.subjects.subjects[0].key}
        self.tools.show_count(len(look.cards))
        self.table.pick(keys)
        self._tell_changes(before, look)

    def _tell_changes(self, before: tuple[Seen, ...], look: Look) -> None:
        """A chosen card that is gone, or is another one now, is said: the case on the next page was typed for it."""
        if lost := gone(before, look.cards):
            cards = safe(listed([f"{one.title} ({one.label})" for one in lost]))
            text = ngettext("The card {cards} is no longer there.", "The cards {cards} are no longer there.", len(lost))
            stays = _("{text} What was typed for the case stays.")
            self.notice.warn(stays.format(text=text.format(cards=cards)))
        elif others := replaced(before, look.cards):
            places = safe(listed([one.label for one in others]))
            text = _("Another card is at {places} than before. Look at the case before you go on.")
            self.notice.warn(text.format(places=places))

    @Slot(str)
    def _not_seen(self, sentence: str) -> None:
        self.empty.setText("")
        self.state.fail()
        self.notice.warn(sentence)

    @Slot()
    def _looked(self) -> None:
        self._looking = None
        self._renew()

    @Slot(object)
    def _offer(self, simulations: object) -> None:
        assert isinstance(simulations, tuple)
        self.simulation.offer(simulations)
        self._renew()

    @Slot(object)
    def _saved(self, place: object) -> None:
        self.notice.tell(_("The facts are in {place}").format(place=safe(str(place))))

    @Slot()
    def _facts_ended(self) -> None:
        self._saving = None
        self._renew()

    # --- how it looks

    @Slot()
    def _picked(self) -> None:
        look, chosen = self._look, self.picked
        if look is not None:
            cards = {card.label: card for card in look.cards}
            self._memory.keep(tuple(seen_of(cards[one.card], one.title) for one in chosen if one.card in cards))
        self._renew()
        cards_of = look.cards if look is not None and self.tools.together.isChecked() else ()
        self.chosen.emit(as_one(chosen, cards_of))

    @Slot()
    def _try(self) -> None:
        self.simulate(FIRST if FIRST in self.simulation.names else self.simulation.names[0], 0)
        self._go_on()

    @Slot()
    def _go_on(self) -> None:
        if not self.picked:
            return
        if self._first:
            self._first = False
            self.welcomed.emit()
        self._renew()
        self.wanted.emit()

    def _renew(self) -> None:
        """Let be used what can be used now."""
        free = not self._locked
        self.go_on_button.setEnabled(bool(self.picked))
        for widget in (self.table, self.simulation):
            widget.setEnabled(free)
        self.tools.renew(self.picked, free=free, looking=self._looking is not None, saving=self._saving is not None)
        self.welcome_panel.try_button.setEnabled(free and bool(self.simulation.names))
        self.empty.setVisible(bool(self.empty.text()))
        listed = bool(self.subjects.subjects)
        self.table.setVisible(listed)
        self._filler.setVisible(not listed)
        self.welcome_panel.setVisible(self._first or not listed)

    def _lay_out(self) -> None:
        self.go_on_button.setToolTip(_("Go on with what is chosen (Enter in the list)"))
        self.body.setSpacing(8)
        for widget in (self.state, self.welcome_panel, self.empty):
            self.body.addWidget(widget)
        self.body.addWidget(self.table, 1)
        self.body.addWidget(self._filler, 1)
        self.body.addWidget(self.tools)
        self.body.addWidget(self.simulation)
        self.body.addWidget(self.go_on_button, 0, Qt.AlignmentFlag.AlignRight)

    def _connect(self) -> None:
        self.tools.refresh_button.clicked.connect(self.refresh)
        self.tools.open_button.clicked.connect(self.choose_file)
        self.tools.remove_button.clicked.connect(self.remove)
        self.tools.facts_button.clicked.connect(self.choose_facts)
        self.go_on_button.clicked.connect(self._go_on)
        self.tools.together.toggled.connect(self._picked)
        self.simulation.chosen.connect(self.simulate)
        self.state.details.connect(self.details)
        self.welcome_panel.tried.connect(self._try)
        self._reader.known.connect(self.subjects.show_glances)
        self.table.picked_changed.connect(self._picked)
        self.table.removal.connect(self.remove)
        self.table.activated.connect(self._go_on)
