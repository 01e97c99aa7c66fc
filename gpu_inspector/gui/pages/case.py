"""What the papers say of the card, whose case it is, and what binds this object to this record."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from gpu_inspector.gui.case_declared import DeclarationForm
from gpu_inspector.gui.case_draft import DraftKeeper
from gpu_inspector.gui.case_firmware import WishForm
from gpu_inspector.gui.case_forms import CaseForm, Form
from gpu_inspector.gui.case_lists import ListsForm
from gpu_inspector.gui.case_objects import ObjectsPanel
from gpu_inspector.gui.case_policy import PolicyLine
from gpu_inspector.gui.case_shelf import NO_CARD, unpowered
from gpu_inspector.gui.case_templates import TemplateBar
from gpu_inspector.gui.doors.case import CaseDoors
from gpu_inspector.gui.headline import plain_label
from gpu_inspector.gui.page import Page
from gpu_inspector.gui.subject import Order, Subject
from gpu_inspector.gui.twice import TwiceButton
from gpu_inspector.gui.work import Work
from gpu_inspector.gui.worker import Job
from gpu_inspector.language import N_, _, moment, number
from gpu_inspector.preferences import Preferences
from gpu_inspector.records.declaration import UNDECLARED, Case, Declaration
from gpu_inspector.workflow.drafts import Draft, Found, ObjectDraft
from gpu_inspector.workflow.inspecting import Done
from gpu_inspector.workflow.templates import Template, lasting, with_usual


class CasePage(Page):
    """Holds what was typed; hands it over as orders."""

    name = "case"
    help = N_(
        "All fields may stay empty. What is typed here is printed in the report as it stands, and is kept while you"
        " type: after a crash or a power-off the window comes back to it.\n\n"
        "A record is bound to an object by four things: its exhibit tag, a photograph of its label, a photograph of it"
        " in its slot, and your word which card it is. Compare the slot in front of you with the address shown. What is"
        " missing is printed in the report.\n\n"
        "Photographs are dropped on the window, pasted (Ctrl+V) or chosen from files (Alt+A). They are kept with their"
        " digest, without the place where they were taken. Codes on a label are read and can be used as the declared"
        " serial or part number; one that is not sure only after you have compared it with the label.\n\n"
        "A vBIOS file that is chosen or dropped here is held against its object; reading the image out of a card, and"
        " the driver's inner calls, are asked for where they are ticked, of every chosen card.\n\n"
        "Lists name what should be there: a packing list, a management controller's inventory, labels of the chassis."
        " They are read when the run begins, hold for every inspection until they are removed, and are in no draft.\n\n"
        "After an inspection the case stays for its next card; tag, photographs and serial are cleared for it."
    )
    wanted = Signal()
    """The inspector wants to go on to the measurement."""

    def __init__(self, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._doors: Final[CaseDoors] = work.case
        self._subjects: tuple[Subject, ...] = ()
        self._ordered: list[tuple[Subject, ObjectDraft, Case]] = []
        self._usual = Preferences()
        self._filling = False
        self.draft_line = plain_label()
        self.new_button = TwiceButton(_("Ne&w case"), _("Discard this case? Press again"))
        self.templates = TemplateBar(self._doors, self._template)
        self.declared, self.case, self.wishes = DeclarationForm(), CaseForm(), WishForm()
        self.lists = ListsForm()
        self.objects = ObjectsPanel(self._doors, self.notice)
        self.drafts = DraftKeeper(self._doors, self._draft, self)
        self.policy = PolicyLine(self._doors, self.declared, self.case, self.objects.form)
        self.go_on_button = QPushButton(_("&Go on to the run"))
        self._lay_out()
        self._connect()

    # --- what others may ask for

    def enter(self) -> None:
        """The office's policy may be another one by now."""
        self.policy.look()

    def start(self) -> None:
        """Fetch the names to offer, the templates and what was typed before; called once the window stands."""
        self.area.setEnabled(False)  # what is typed before the draft is known would be lost, or take its place
        self.drafts.start()
        self.templates.start()
        names = Job(lambda progress: self._doors.product_names(), self)
        names.done.connect(self.declared.suggest)
        names.failed.connect(self.notice.warn)
        names.start()

    @Slot(object)
    def use(self, preferences: object) -> None:
        """The office's defaults; they never take the place of what was typed."""
        assert isinstance(preferences, Preferences)
        before, self._usual = self._usual, preferences
        self.objects.intake.keep_location = preferences.keep_location
        form = self.case
        self._filling = True
        for field, old, new in (
            (form.inspector, before.inspector, preferences.inspector),
            (form.office, before.office, preferences.office),
            (form.place, before.place, preferences.place),
        ):
            if field.text() in ("", old):
                field.setText(new)
        self._filling = False

    @Slot(object)
    def show_subjects(self, subjects: object) -> None:
        """Of which cards the next inspections will be."""
        assert isinstance(subjects, tuple)
        self._subjects = subjects
        self.objects.show_subjects(subjects)

    def lock(self, locked: bool) -> None:
        """While inspections run, nothing is typed that they would not have."""
        for form in (self.declared, self.case, self.wishes, self.lists, self.templates, self.new_button):
            form.setEnabled(not locked)
        self.objects.lock(locked)

    def orders(self) -> tuple[Order, ...]:
        """One for each chosen subject, each with the binding and the photographs of its own object."""
        self._ordered = []
        return tuple(self._order(subject) for subject in self._subjects)

    def order_unpowered(self) -> Order:
        """Of the object that is none of the chosen cards: it is looked at, and that is all."""
        self._ordered = []
        return self._order(unpowered(self.objects.shelf.draft(NO_CARD)))

    def _order(self, subject: Subject) -> Order:
        draft = self.objects.draft_of(subject)
        binding = replace(draft.binding, address=subject.title) if subject.unpowered else draft.binding
        case = replace(self.case.case(), binding=binding, photographs=draft.photographs)
        declared = replace(self.declared.declaration(), serial=draft.serial, part_number=draft.part_number)
        self._ordered.append((subject, draft, case))
        wish, seen = self.wishes.wish(subject, draft), self.objects.shelf.seen(subject.key)
        return Order(subject, declared, case, wish, seen, self.lists.wish())

    def terms(self) -> tuple[Case, Declaration]:
        """What would hold for every card of a lot: nothing of one object's own."""
        return self.case.case(), self.declared.declaration()

    @Slot(object)
    def stored(self, done: object) -> None:
        """An inspection is in the ledger: what belonged to its object alone makes room for the next one."""
        assert isinstance(done, Done)
        for subject, draft, case in self._ordered:
            if case == done.inspection.case and not draft.empty:
                self._ordered.remove((subject, draft, case))
                self.objects.clear_inspected(subject, draft)
                return

    def take(self, paths: tuple[Path, ...]) -> None:
        """Add these photographs."""
        self.notice.clear()
        self.objects.take(paths)

    def flush(self) -> None:
        """Keep what was typed in the last moments; a job does it."""
        self.drafts.flush()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What no field wanted to have pasted may be a photograph."""
        if event.matches(QKeySequence.StandardKey.Paste):
            self.notice.clear()
            self.objects.box.paste()
        else:
            super().keyPressEvent(event)

    # --- drafts and templates

    def _draft(self) -> Draft:
        return Draft(
            saved_at=datetime.now().astimezone(),
            declaration=self.declared.declaration(),
            case=self.case.case(),
            objects=self.objects.objects(),
            read_vbios=self.wishes.read.isChecked(),
            control_calls=self.wishes.calls.isChecked(),
        )

    def _template(self, name: str) -> Template:
        case = self.case.case()
        return Template(
            name=name, office=case.office, place=case.place, declaration=lasting(self.declared.declaration())
        )

    @Slot(object)
    def _found(self, found: object) -> None:
        """Fill in what was kept, unless the inspector has begun to type already."""
        assert isinstance(found, Found)
        self.area.setEnabled(True)
        if found.trouble:
            self.notice.warn(found.trouble)
        draft = found.draft
        if draft is None or draft.blank or not self._draft().blank:
            return
        self._filling = True
        self.declared.fill(draft.declaration)
        self.case.fill(draft.case)
        self.wishes.fill(read=draft.read_vbios, calls=draft.control_calls)
        self._filling = False
        self.use(self._usual)
        self.objects.restore(draft.objects)
        saved = draft.saved_at.astimezone()
        today = saved.date() == datetime.now().astimezone().date()
        since = f"{saved:%H:%M}" if today else moment(saved, seconds=False)
        self.draft_line.setText(_("Continued from the draft of {moment}").format(moment=since))

    @Slot(str)
    def _draft_failed(self, sentence: str) -> None:
        self.area.setEnabled(True)
        self.notice.warn(sentence)

    @Slot()
    def _begin_anew(self) -> None:
        self._filling = True
        self.declared.fill(UNDECLARED)
        self.case.fill(Case(inspector=self._usual.inspector, office=self._usual.office, place=self._usual.place))
        self.wishes.fill(read=False, calls=False)
        self.lists.clear()
        self.objects.forget_all()
        self._filling = False
        self.draft_line.clear()
        self.notice.clear()
        self.drafts.discard()

    @Slot(object)
    def _fill_in(self, template: object) -> None:
        """What the template does not say stays as it is."""
        assert isinstance(template, Template)
        self.declared.fill(with_usual(self.declared.declaration(), template.declaration))
        self.case.office.setText(template.office or self.case.office.text())
        self.case.place.setText(template.place or self.case.place.text())

    @Slot()
    def _changed(self) -> None:
        if not self._filling:
            self.new_button.calm()
            self.drafts.touch()

    @Slot(int)
    def _full(self, most: int) -> None:
        self.notice.warn(_("This field holds {most} characters; the rest was cut off.").format(most=number(most)))

    # --- how it looks

    def _lay_out(self) -> None:
        self.new_button.setToolTip(_("Discard what was typed for this case, and begin with empty fields"))
        self.go_on_button.setToolTip(_("To the measurement of the chosen cards (Ctrl+4)"))
        top = QHBoxLayout()
        top.addWidget(self.templates, 3)
        top.addSpacing(16)
        top.addWidget(self.draft_line, 2)
        top.addWidget(self.new_button)
        self.draft_line.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        papers, columns, inner = QVBoxLayout(), QHBoxLayout(), QWidget()
        papers.addWidget(self.declared)
        papers.addWidget(self.case)
        papers.addWidget(self.wishes)
        papers.addWidget(self.lists)
        papers.addStretch(1)
        columns.setContentsMargins(0, 0, 6, 0)
        columns.addLayout(papers, 9)
        columns.addWidget(self.objects, 10)
        inner.setLayout(columns)
        self.area = QScrollArea()
        self.area.setWidget(inner)
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        bottom = QHBoxLayout()
        bottom.addStretch(1)
        bottom.addWidget(self.go_on_button)
        self.body.addLayout(top)
        self.body.addWidget(self.policy)
        self.body.addWidget(self.area, 1)
        self.body.addLayout(bottom)

    def _connect(self) -> None:
        self.go_on_button.clicked.connect(self.wanted)
        self.new_button.confirmed.connect(self._begin_anew)
        self.templates.chosen.connect(self._fill_in)
        self.templates.said.connect(self.notice.tell)
        self.templates.failed.connect(self.notice.warn)
        self.drafts.found.connect(self._found)
        self.drafts.failed.connect(self._draft_failed)
        self.declared.changed.connect(self._changed)
        self.case.changed.connect(self._changed)
        self.wishes.changed.connect(self._changed)
        forms: tuple[Form, ...] = (self.declared, self.case, self.objects.form)
        for form in forms:
            form.full.connect(self._full)
            form.said.connect(self.notice.warn)
        self.objects.changed.connect(self._changed)
