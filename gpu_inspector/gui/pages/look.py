"""The inspection by eye: twelve steps of questions with drawings, what is typed off the object, and its photographs."""

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QPushButton, QStackedWidget, QWidget

from gpu_inspector.gui import look_edits as edits
from gpu_inspector.gui import theme
from gpu_inspector.gui.case_shelf import NO_CARD, InSight
from gpu_inspector.gui.headline import plain_label, tint
from gpu_inspector.gui.look_album import Album
from gpu_inspector.gui.look_explainer import Explainer, serve
from gpu_inspector.gui.look_memory import MemoryForm
from gpu_inspector.gui.look_picture import PictureView
from gpu_inspector.gui.look_steps import ENTRIES, StepSheet, StepsList
from gpu_inspector.gui.look_top import TopRow, columns, fate, row
from gpu_inspector.gui.page import Page
from gpu_inspector.gui.text import safe
from gpu_inspector.gui.twice import TwiceButton
from gpu_inspector.gui.work import Work
from gpu_inspector.language import N_, _, number
from gpu_inspector.preferences import Preferences
from gpu_inspector.records.appearance import NOTHING_SEEN, Appearance, MemoryChips, Power, Seen
from gpu_inspector.workflow.drafts import ObjectDraft
from gpu_inspector.workflow.photographs import Taken

ALONE = N_("An object that is not a chosen card: it does not start, or was not started")
PRESENT = {Seen.AS_EXPECTED: True, Seen.DEVIATES: False}
"""What the answer to the first question of the package says of the die."""


class LookPage(Page):
    """Shows what was seen of the object in sight; says each change, and that it is to be inspected as it is."""

    name = "look"
    help = N_(
        "Many forgeries never start: a die ground flat and marked anew, a board without a die. Twelve steps ask what"
        " can be seen of them. Nothing is answered for you; what cannot be seen is “not visible”.\n\n"
        "1, 2 and 3 answer the question that has the keys and go on to the next one; what deviates asks for a note."
        " Delete takes an answer back. Alt+N and Alt+K go from step to step, and so do the arrow keys in the list. The"
        " numbers in the drawing are those of the questions.\n\n"
        "Photographs are dropped on an answer, pasted (Ctrl+V) while it has the keys, or chosen at its button; they are"
        " those of the case. Type markings and numbers as they are printed, also where they seem wrong.\n\n"
        "An object that does not start is inspected by eye alone (Alt+I): that ends in a signed report as well. Answers"
        " on a chosen card go with its inspection. An answer is your word; it is kept while you type."
    )
    changed = Signal(str, object)
    """The object's key, and what was seen of it (an Appearance)."""
    photographed = Signal(str, object)
    """The object's key, and a photograph that was handed in here (a Taken)."""
    object_wanted = Signal(str)
    """Another object is to come into sight, by its key."""
    card_wanted = Signal()
    """What was seen is of the one card that is chosen."""
    wanted = Signal()
    """The object in sight is to be inspected without power."""

    def __init__(self, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sight = InSight(NO_CARD, (), ObjectDraft())
        self._seen = NOTHING_SEEN
        self._locked = False
        self._later: dict[str, list[str]] = {}
        """Photographs that were handed in for a question before it was answered."""
        self.album: Final = Album(work.case, self)
        self.explainer: Final = Explainer(work.look, self)
        self.top = TopRow()
        self.list, self.stack = StepsList(), QStackedWidget()
        self.picture, self.lead_line = PictureView(), plain_label()
        self.back_button, self.next_button = QPushButton(_("Bac&k")), QPushButton(_("&Next"))
        self.state = plain_label()
        self.card_button = TwiceButton(_("Give to the &chosen card"), _("It is that card? Press again"))
        self.inspect_button = QPushButton(_("&Inspect without power"))
        self._sheets: dict[int, StepSheet] = {}
        self._lay_out()
        self._connect()
        self.list.setCurrentRow(0)
        self._renew()

    # --- what others may ask for

    def use(self, preferences: object) -> None:
        """Whether photographs keep the place where they were taken."""
        assert isinstance(preferences, Preferences)
        self.album.intake.keep_location = preferences.keep_location

    @Slot(object)
    def show_sight(self, sight: object) -> None:
        """This object is in sight now, or has other photographs than before."""
        assert isinstance(sight, InSight)
        if sight.key != self._sight.key:
            self._later.clear()
            self.notice.clear()
        self._sight, self._seen = sight, sight.draft.seen
        self.album.show_all(sight.key, sight.draft.photographs)
        self.top.show_objects(
            ((NO_CARD, _(ALONE)), *((key, safe(name, 100)) for key, name in sight.objects)), sight.key
        )
        self._renew()

    def lock(self, locked: bool) -> None:
        """While inspections run, nothing is answered that they would not have."""
        self._locked = locked
        self._renew()

    def take(self, paths: tuple[Path, ...]) -> None:
        """Add these photographs, at the answer that has the keys."""
        self.notice.clear()
        if self._locked:
            self.notice.warn(_("An inspection is running. Add the photographs when it has ended."))
        else:
            self.album.take_files(self._place(), paths)

    @property
    def alone(self) -> bool:
        """Whether the object in sight is none of the chosen cards."""
        return self._sight.key == NO_CARD

    def inspect(self) -> None:
        """Have it inspected as it is, or say why that cannot be."""
        if self.inspect_button.isEnabled():
            self.wanted.emit()
        else:
            self.notice.warn(self.state.text())

    # --- what is answered and typed

    def _set(self, seen: Appearance) -> None:
        if seen != self._seen:
            self._seen = seen
            self.changed.emit(self._sight.key, seen)
        self._renew()

    @Slot(str, object)
    def _answered(self, question: str, how: object) -> None:
        assert how is None or isinstance(how, Seen)
        self.notice.clear()
        seen = edits.answered(self._seen, question, how)
        if question == "package-present":
            seen = replace(seen, die=replace(seen.die, present=PRESENT.get(how) if how is not None else None))
        for digest in self._later.pop(question, []) if how is not None else []:
            seen = edits.hung(seen, question, digest)
        self._set(seen)

    @Slot(str, str)
    def _noted(self, question: str, note: str) -> None:
        self._set(edits.noted(self._seen, question, note))

    def _typed(self, sheet: StepSheet) -> None:
        if sheet.form is not None:
            self._set(sheet.form.read(self._seen))

    @Slot()
    def _add_chips(self) -> None:
        self._set(replace(self._seen, memory=(*self._seen.memory, MemoryChips(marking="", count=0))))

    @Slot(int)
    def _remove_chips(self, number: int) -> None:
        self._set(replace(self._seen, memory=(*self._seen.memory[:number], *self._seen.memory[number + 1 :])))

    @Slot()
    def _discard(self) -> None:
        self._later.clear()
        self._set(NOTHING_SEEN)

    # --- photographs

    def _place(self) -> str:
        return self._sheet(self.list.currentRow()).place_of(QApplication.focusWidget())

    @Slot(str, str, object)
    def _taken(self, key: str, place: str, taken: object) -> None:
        """The case has it from now on; it hangs at its place where that takes one."""
        assert isinstance(taken, Taken)
        digest, shows = taken.photograph.sha256, edits.shows_at(place)
        self.photographed.emit(key, replace(taken, photograph=replace(taken.photograph, shows=shows)))
        if key == self._sight.key and all(one.sha256 != digest for one in self.album.photographs):
            self.notice.warn(_("This object has as many photographs as it can have."))
        elif key == self._sight.key and place:
            self._hang(place, digest)

    @Slot(str, str)
    def _hang(self, place: str, digest: str) -> None:
        if not edits.takes(self._seen, place):
            self._later.setdefault(place, []).append(digest)
            self.notice.tell(_("The photograph is with the object; it hangs at the question as soon as you answer it."))
            return
        self._set(edits.hung(self._seen, place, digest))
        if digest not in edits.photographs_at(self._seen, place):
            self.notice.warn(_("One answer can have {most} photographs.").format(most=edits.MOST))

    @Slot(str, str)
    def _take_off(self, place: str, digest: str) -> None:
        self._set(edits.taken_off(self._seen, place, digest))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What no field wanted to have pasted may be a photograph."""
        if event.matches(QKeySequence.StandardKey.Paste) and not self._locked:
            self.notice.clear()
            self.album.paste(self._place())
        else:
            super().keyPressEvent(event)

    # --- how it looks

    def _sheet(self, number: int) -> StepSheet:
        """The sheet of a step, made when it is first looked at."""
        if number not in self._sheets:
            sheet = self._sheets[number] = StepSheet(ENTRIES[number], self.album)
            self._connect_sheet(sheet)
            self.stack.addWidget(sheet)
            sheet.show_seen(self._seen)
        return self._sheets[number]

    @Slot(int)
    def _show_step(self, number: int) -> None:
        step, sheet = ENTRIES[number], self._sheet(number)
        self.stack.setCurrentWidget(sheet)
        self.picture.show_drawing(step.id, _(step.title))
        self.lead_line.setText(_(step.lead))
        self._renew()

    def _go(self, by: int) -> None:
        number = self.list.currentRow() + by
        if 0 <= number < len(ENTRIES):
            self.list.setCurrentRow(number)
            self._sheet(number).begin()

    def _renew(self) -> None:
        seen, number = self._seen, self.list.currentRow()
        sheet = self._sheets.get(number)
        if sheet is not None:
            sheet.show_seen(seen)
            sheet.setEnabled(not self._locked)
        self.list.show_seen(seen)
        self.top.show_seen(seen)
        self.top.setEnabled(not self._locked)
        self.back_button.setEnabled(number > 0)
        self.next_button.setEnabled(number < len(ENTRIES) - 1)
        alone, blank = self.alone, edits.blank(seen)
        self.card_button.setVisible(alone and len(self._sight.objects) == 1 and not (blank and self._sight.draft.empty))
        self.card_button.setEnabled(not self._locked)
        self.inspect_button.setEnabled(alone and not blank and not self._locked and seen.power is not Power.STARTS)
        self.state.setText(fate(self._sight, seen, locked=self._locked))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            tint(self.state, "muted", theme.of(self.palette()))

    def _lay_out(self) -> None:
        self.back_button.setToolTip(_("To the step before (Alt+K)"))
        self.next_button.setToolTip(_("To the next step (Alt+N)"))
        self.card_button.setToolTip(_("Hand all that was seen, typed and photographed here to the one chosen card"))
        self.inspect_button.setToolTip(_("Judge what was seen, store it, and sign its report (Alt+I or F5)"))
        tint(self.state, "muted", theme.of(self.palette()))
        self.body.setSpacing(8)
        self.body.addWidget(self.top)
        self.body.addLayout(columns(self.list, self.stack, self.picture, self.lead_line), 1)
        buttons = (self.back_button, self.next_button)
        self.body.addLayout(row(buttons, self.state, (self.card_button, self.inspect_button)))

    def _connect(self) -> None:
        self.top.object_wanted.connect(self.object_wanted)
        self.top.discard_button.confirmed.connect(self._discard)
        self.list.chosen.connect(self._show_step)
        self.back_button.clicked.connect(lambda: self._go(-1))
        self.next_button.clicked.connect(lambda: self._go(1))
        self.card_button.confirmed.connect(self.card_wanted)
        self.inspect_button.clicked.connect(self.inspect)
        self.album.taken.connect(self._taken)
        self.album.hung.connect(self._hang)
        self.album.taken_off.connect(self._take_off)
        self.album.refused.connect(self.notice.warn)
        self.album.waiting.connect(self.top.say_waiting)
        self.explainer.failed.connect(self.notice.warn)

    def _connect_sheet(self, sheet: StepSheet) -> None:
        sheet.answered.connect(self._answered)
        sheet.noted.connect(self._noted)
        sheet.finished.connect(lambda: self.next_button.setFocus(Qt.FocusReason.TabFocusReason))
        sheet.refused.connect(self.notice.warn)
        sheet.full.connect(self._full)
        sheet.typed.connect(partial(self._typed, sheet))
        serve(self.explainer, sheet.form)
        if isinstance(sheet.form, MemoryForm):
            sheet.form.added.connect(self._add_chips)
            sheet.form.removed.connect(self._remove_chips)

    @Slot(int)
    def _full(self, most: int) -> None:
        self.notice.warn(_("This field holds {most} characters; the rest was cut off.").format(most=number(most)))
