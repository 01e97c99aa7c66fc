"""Three headlines, three columns, the findings with their reasons, what to do next, and the signed report."""

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QScrollArea, QStackedLayout, QVBoxLayout, QWidget

from gpu_inspector.gui import inspections
from gpu_inspector.gui.card_view import CardView
from gpu_inspector.gui.doors.verdict import VerdictDoors
from gpu_inspector.gui.headline import Notice, plain_label, sheet
from gpu_inspector.gui.inspections import InspectionsModel, Shown
from gpu_inspector.gui.page import Page
from gpu_inspector.gui.report_bar import ReportBar
from gpu_inspector.gui.text import retold, safe
from gpu_inspector.gui.work import Work
from gpu_inspector.gui.worker import Job
from gpu_inspector.language import N_, _, sentences
from gpu_inspector.records import words
from gpu_inspector.records.custody import What
from gpu_inspector.records.evidence import Origin
from gpu_inspector.records.inspection import CardJudgement
from gpu_inspector.workflow.comparing import Earlier, Sighting
from gpu_inspector.workflow.inspecting import Done
from gpu_inspector.workflow.kept import Kept

QUESTION = N_("Is this card what it is said to be?")
WELCOME = N_(
    "Nothing has been inspected yet.\n\n"
    "What is declared, what a card claims of itself, and what was measured are shown here side by side, with three"
    " answers: identity, condition, control class. Each answer says what it rests on, and what you may do next.\n\n"
    "Begin on Bench with a card, a file or a simulation; or open an earlier inspection from History."
)


class VerdictPage(Page):
    """Shows one of the finished inspections, card by card."""

    name = "verdict"
    help = N_(
        "Each finding opens to what was expected and observed, from which source, how strong the sign is, and which"
        " innocent explanations remain: Right and Left open and close it, Ctrl+E and Ctrl+Shift+E all of them, Ctrl+C"
        " copies it.\n\n"
        "A check mark stands in a headline only where all three answers are good on a real card. A good answer beside"
        " an open question bears a ring, and says what is open.\n\n"
        "Compare holds a card against another inspection of it: intake and return of a repair are such a pair.\n\n"
        "“Time stamp” asks the service of the settings; a report that waits for its stamp gets it then. “Countersign”"
        " adds a second officer's signature where the report has a field for it. B-B, B-T and B-LTA say how long the"
        " signatures can be proven.\n\n"
        "Ctrl+Shift+O opens the signed report, Ctrl+S saves it at another place, Ctrl+P prints the verdict with a"
        " preview. A print-out bears no signature."
    )

    def __init__(self, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._doors: Final[VerdictDoors] = work.verdict
        self._shown: Shown | None = None
        self._unseen: list[Shown] = []
        self._compared: tuple[str, int] | None = None
        self.origin, self.proof = Notice(), Notice()
        self.inspections = InspectionsModel(self)
        self.inspection, self.cards = QComboBox(), QComboBox()
        self.view = CardView()
        self.report = ReportBar(self._doors)
        self.identity, self.condition, self.control = self.view.headlines.values()
        self._furnish()
        self._lay_out()
        self.inspection.activated.connect(self._choose)
        self.cards.currentIndexChanged.connect(self._show_card)
        self.view.tabs.currentChanged.connect(self._look_for_others)
        self.report.told.connect(self.notice.tell)
        self.report.warned.connect(self.notice.warn)
        self.report.saved.connect(self._saved)
        self.report.printing.connect(self.print_verdict)

    @Slot(object)
    def show_done(self, done: object) -> None:
        """Put a finished inspection on the list, and show it unless another is being read now.

        Of several that finished while nobody looked, the gravest is shown.
        """
        assert isinstance(done, Done)
        shown = Shown(done)
        reading = self.isVisible() and self._shown is not None
        self._unseen.append(shown)
        self.inspections.put(shown)
        if not reading:
            self._show(min(self._unseen, key=inspections.rank))
            return
        self._point_at_shown()
        self.notice.tell(_("Finished, and on the list above: {title}").format(title=inspections.title_of(shown)))

    @Slot(object)
    def show_kept(self, kept: object, card: int = -1) -> None:
        """Show an inspection out of the ledger, with what the ledger proves of it: this card, else the gravest."""
        assert isinstance(kept, Kept)
        self._unseen.clear()
        row = self.inspections.put(Shown(kept.done, kept.proof, kept=True))
        self._show(self.inspections.shown[row])
        if 0 <= card < self.cards.count():
            self.cards.setCurrentIndex(card)

    def enter(self) -> None:
        """The gravest of those that finished meanwhile comes into sight."""
        if self._unseen:
            waiting = min(self._unseen, key=inspections.rank)
            self._unseen.clear()
            if self._shown is None or self._shown.key != waiting.key:
                self._show(waiting)

    @Slot()
    def choose_place(self) -> None:
        """Ask where the report is to be copied to."""
        self.report.choose_place()

    def save_report(self, target: Path) -> None:
        """Copy the signed report, or sign it anew from the ledger where it could not be written."""
        self.notice.clear()
        self.report.save_report(target)

    @Slot()
    def open_report(self) -> None:
        """Hand the signed report to the system's own reader."""
        self.report.open_report()

    @Slot()
    def print_verdict(self) -> None:
        """Show the pages as they would be printed; from there they are."""
        if self._shown is not None and self._judged:
            from gpu_inspector.gui.preview import preview

            dialog = preview(self._shown, max(0, self.cards.currentIndex()), self)
            dialog.accepted.connect(lambda: self.report.note(What.PRINTED))
            dialog.open()

    @property
    def _judged(self) -> tuple[CardJudgement, ...]:
        return self._shown.cards if self._shown is not None else ()

    def _show(self, shown: Shown) -> None:
        self._shown = shown
        for part in (self._heading, self.report):
            part.show()
        self._point_at_shown()
        evidence = shown.done.inspection.evidence
        self._say_origin(evidence.origin, evidence.file_name, evidence.notes)
        if shown.kept:
            self.proof.tell(_("Opened from the ledger, to be read only. {proof}").format(proof=safe(shown.proof)))
        else:
            self.proof.clear()
        judged = self._judged
        self.cards.blockSignals(True)
        self.cards.clear()
        self.cards.addItems([inspections.entry_of(number, len(judged), card) for number, card in enumerate(judged)])
        self.cards.setCurrentIndex(inspections.gravest(judged))
        self.cards.blockSignals(False)
        self.cards.setVisible(len(judged) > 1)
        self.notice.clear()
        self.report.show_inspection(shown)
        if not judged:
            self._stack.setCurrentIndex(2)
            return
        self._stack.setCurrentIndex(1)
        self._show_card(self.cards.currentIndex())
        if shown.done.failure:
            kept = _("The inspection is kept in the ledger; Save makes its report again.")
            self.notice.warn(f"{safe(shown.done.failure)} {kept}")
        elif shown.done.remark:
            self.notice.tell(safe(shown.done.remark, 2000))
        self.view.tree.setFocus()

    def _point_at_shown(self) -> None:
        """Keep the choice on what is in sight, however the list moves."""
        keys = [one.key for one in self.inspections.shown]
        if self._shown is not None and self._shown.key in keys:
            self.inspection.setCurrentIndex(keys.index(self._shown.key))

    @Slot(int)
    def _choose(self, row: int) -> None:
        if 0 <= row < len(self.inspections.shown):
            self._show(self.inspections.shown[row])

    @Slot(int)
    def _show_card(self, number: int) -> None:
        if self._shown is None or not 0 <= number < len(self._judged):
            return
        self.view.show_card(self._shown.done.inspection, number)
        self._compared = None
        self._look_for_others()

    @Slot()
    def _look_for_others(self) -> None:
        """Ask the ledger for other sightings of this card, once, when they are to be seen."""
        number = self.cards.currentIndex()
        if self._shown is None or number < 0 or self.view.tabs.currentWidget() is not self.view.comparison:
            return
        key, done = (self._shown.key, number), self._shown.done
        if self._compared == key:
            return
        self._compared = key
        self.view.comparison.show_card(Sighting(done.inspection, done.entry, number))
        job = Job(lambda progress: self._doors.earlier_of(done.inspection, number), self)
        job.done.connect(partial(self._offer, key))
        job.failed.connect(partial(self._offer_no_earlier, key))
        job.start()

    def _offer(self, key: tuple[str, int], found: object, trouble: str = "") -> None:
        assert isinstance(found, Earlier)
        if self._compared != key:
            return  # another card is in sight by now
        known = {(seen.inspection.id, seen.card) for seen in found.sightings} | {key}
        others = tuple(
            Sighting(one.done.inspection, one.done.entry, number)
            for one in self.inspections.shown
            for number in range(len(one.cards))
            if (one.key, number) not in known
        )
        self.view.comparison.offer(found.sightings, others, found.unread)
        if trouble:
            self.view.comparison.say(trouble)

    def _offer_no_earlier(self, key: tuple[str, int], sentence: str) -> None:
        self._offer(key, Earlier(()), sentence)

    @Slot(object, object)
    def _saved(self, shown: object, target: object) -> None:
        """A report that was made only now is the inspection's report from now on."""
        assert isinstance(shown, Shown) and isinstance(target, Path)
        if shown.done.report is not None:
            return
        row = self.inspections.put(replace(shown, done=replace(shown.done, report=target, failure="")))
        if self._shown is not None and self._shown.key == shown.key:
            self._shown = self.inspections.shown[row]
            self.notice.clear()
            self.report.show_inspection(self._shown)

    def _say_origin(self, origin: Origin, file_name: str, notes: tuple[str, ...]) -> None:
        if origin is Origin.MACHINE:
            self.origin.clear()
            return
        named = (_("File: {name}.").format(name=safe(file_name, 80)),) if file_name else ()
        title = _("{title}.").format(title=_(words.TITLES[origin]))
        self.origin.warn(sentences(title, _(words.NATURES[origin]), *named, *map(retold, notes)))

    def _furnish(self) -> None:
        self.inspection.setModel(self.inspections)
        for box, name, list_name in (
            (self.inspection, _("Inspection that is shown"), _("Inspections of this session, newest first")),
            (self.cards, _("Card that is shown"), _("Cards of this inspection")),
        ):
            box.setAccessibleName(name)
            box.view().setAccessibleName(list_name)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.inspection.setToolTip(_("Inspections of this session, and those opened from History; newest first"))
        self.cards.setToolTip(_("The cards of this inspection; the gravest is shown first"))
        shortcut = QShortcut(QKeySequence("Ctrl+P"), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(self.print_verdict)

    def _lay_out(self) -> None:
        label = QLabel(_("&Inspection"))
        label.setBuddy(self.inspection)
        choice = QHBoxLayout()
        choice.addWidget(label)
        choice.addWidget(self.inspection, 1)
        self._heading = QWidget()
        self._heading.setLayout(choice)
        choice.setContentsMargins(0, 0, 0, 0)
        # Into the page before anything is put into it: a stack shows its first widget, which must not be a window.
        self._stack = QStackedLayout()
        self.body.addWidget(self._heading)
        self.body.addLayout(self._stack, 1)
        self.body.addWidget(self.report)
        self._stack.addWidget(sheet(plain_label(_(QUESTION)), plain_label(_(WELCOME))))
        result = QWidget()
        layout = QVBoxLayout(result)
        layout.setContentsMargins(0, 0, 0, 0)
        for widget in (self.origin, self.proof, self.view):
            layout.addWidget(widget, int(widget is self.view))
        self.view.head.addWidget(self.cards, 2)
        area = QScrollArea()
        area.setWidget(result)
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setAccessibleName(_("Verdict on the card"))
        self._stack.addWidget(area)
        self._stack.addWidget(sheet(plain_label(_("No card")), plain_label(_("This inspection has no judged card."))))
        for part in (self._heading, self.report):
            part.hide()
