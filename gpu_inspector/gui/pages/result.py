"""The right page: three headlines, three columns, the findings with their reasons, and the signed report."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import QStandardPaths, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QPushButton,
    QSplitter,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from gpu_inspector.gui import findings, signs
from gpu_inspector.gui.headline import Headline, Notice, enlarge, plain_label
from gpu_inspector.gui.tables import ColumnsTable, FindingsTree
from gpu_inspector.gui.text import breakable, safe
from gpu_inspector.gui.work import Work
from gpu_inspector.gui.worker import Job
from gpu_inspector.records import columns, words
from gpu_inspector.records.evidence import Origin
from gpu_inspector.records.finding import NOT_ASSESSED, Identity
from gpu_inspector.records.inspection import CardJudgement
from gpu_inspector.workflow.inspecting import Done

QUESTION = "Is this card what it is said to be?"
WELCOME = (
    "1.  Choose a card of this machine, or open a dump that was handed in (or drop it here).\n\n"
    "2.  Enter what the papers declare, as far as they do.\n\n"
    "3.  Press Inspect.\n\n"
    "What is declared, what the card claims of itself, and what was measured are then shown side by side, with three"
    " answers: identity, condition, control class. Every inspection goes into the ledger, with a signed report."
)


class ResultPage(QWidget):
    """Shows one finished inspection, card by card."""

    title: Final = "Result"

    def __init__(self, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._work = work
        self._done: Done | None = None
        self._saving: Job | None = None
        self.origin = Notice()
        self.cards = QComboBox()
        self.subject = plain_label()
        self.identity = Headline(words.IDENTITY_QUESTION)
        self.condition = Headline(words.CONDITION_QUESTION)
        self.control = Headline(words.CONTROL_QUESTION)
        self.table = ColumnsTable()
        self.tree = FindingsTree()
        self.notice = Notice()
        self.place = plain_label()
        self.open_button = QPushButton("&View report")
        self.save_button = QPushButton("&Save report as…")
        self._furnish()
        self._lay_out()
        self.cards.currentIndexChanged.connect(self._show_card)
        self.open_button.clicked.connect(self.open_report)
        self.save_button.clicked.connect(self.choose_place)

    @Slot(object)
    def show_done(self, done: object) -> None:
        """Show a finished inspection, the gravest card first in sight."""
        assert isinstance(done, Done)
        self._done = done
        evidence = done.inspection.evidence
        self._say_origin(evidence.origin, evidence.file_name, evidence.notes)
        judged = done.inspection.judgement.cards
        gravity = list(Identity)
        worst = max(range(len(judged)), key=lambda number: gravity.index(judged[number].identity))
        self.cards.blockSignals(True)
        self.cards.clear()
        self.cards.addItems([_entry(number, len(judged), card) for number, card in enumerate(judged)])
        self.cards.setCurrentIndex(worst)
        self.cards.blockSignals(False)
        self.cards.setVisible(len(judged) > 1)
        self._show_card(worst)
        self._say_report()
        self._stack.setCurrentIndex(1)
        self.tree.setFocus()

    @Slot()
    def clear(self) -> None:
        """Show nothing: an old result beside a new inspection would be taken for its own."""
        self._done = None
        self._stack.setCurrentIndex(0)

    @Slot()
    def open_report(self) -> None:
        """Hand the signed report to the system's own reader."""
        if self._done is None or self._done.report is None:
            return
        path = self._done.report
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))):
            self.notice.warn(f"This system has no program that opens a PDF. The report lies at {path}.")

    @Slot()
    def choose_place(self) -> None:
        """Ask where the report is to be copied to."""
        if self._done is None or self._saving is not None:
            return
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        name = f"gpu-inspector-{self._done.entry.seq}.pdf"
        path, _ = QFileDialog.getSaveFileName(self, "Save report as", str(Path(folder) / name), "PDF (*.pdf)")
        if path:
            # Where the name was left without an ending, the one that every reader knows.
            self.save_report(Path(path) if Path(path).suffix else Path(path).with_suffix(".pdf"))

    def save_report(self, target: Path) -> None:
        """Copy the signed report."""
        done = self._done
        if done is None:
            return
        self.notice.clear()
        job = Job(lambda progress: self._work.save_report(done, target), self)
        job.done.connect(self._saved)
        job.failed.connect(self.notice.warn)
        job.ended.connect(self._save_ended)
        self._saving = job
        self.save_button.setEnabled(False)
        job.start()

    @Slot(object)
    def _saved(self, target: object) -> None:
        self.notice.tell(f"Saved as {safe(str(target))}.")

    @Slot()
    def _save_ended(self) -> None:
        self._saving = None
        self.save_button.setEnabled(True)

    @Slot(int)
    def _show_card(self, number: int) -> None:
        if self._done is None:
            return
        inspection = self._done.inspection
        card, seen = inspection.judgement.cards[number], inspection.evidence.cards[number]
        self.subject.setText(breakable(f"{safe(card.product, 120)}, {safe(card.label, 60)}"))
        self.identity.say(
            signs.IDENTITIES[card.identity], words.IDENTITIES[card.identity], words.identity_meaning(card, _name)
        )
        self.condition.say(signs.CONDITIONS[card.condition], card.condition.value, words.CONDITIONS[card.condition])
        assessed = signs.NEUTRAL if card.control == NOT_ASSESSED else signs.NOTE
        self.control.say(assessed, words.control_word(card.control, _name), words.control_meaning(card.control))
        self.table.show_lines(columns.lines_of(seen, inspection.declaration, _value, inspection.evidence.origin))
        self.tree.show_tree(findings.tree_of(card, words.missing_of(inspection.evidence, seen)))

    def _say_origin(self, origin: Origin, file_name: str, notes: tuple[str, ...]) -> None:
        if origin is Origin.MACHINE:
            self.origin.clear()
            return
        named = f" File: {safe(file_name, 80)}." if file_name else ""
        said = " ".join(safe(note) for note in notes)
        self.origin.warn(f"{words.TITLES[origin]}. {words.NATURES[origin]}{named} {said}".strip())

    def _say_report(self) -> None:
        assert self._done is not None
        number, report = self._done.entry.seq, self._done.report
        where = f"Signed report: {report}" if report is not None else "It has no report yet."
        self.place.setText(f"Inspection {number} of the ledger. {where}")
        self.open_button.setEnabled(report is not None)
        if self._done.failure:
            self.notice.warn(
                f"{safe(self._done.failure)} The inspection is kept in the ledger; Save makes its report again."
            )
        else:
            self.notice.clear()

    def _furnish(self) -> None:
        enlarge(self.subject, 1.2, bold=True)
        self.cards.setAccessibleName("Card that is shown")
        self.cards.view().setAccessibleName("Cards of this inspection")
        self.cards.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.place.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.open_button.setToolTip("Open the signed PDF with the system's reader (Ctrl+Shift+O)")
        self.save_button.setToolTip("Copy the signed PDF to a place of your choice (Ctrl+S)")

    def _lay_out(self) -> None:
        headlines = QHBoxLayout()
        for headline, share in ((self.identity, 5), (self.condition, 3), (self.control, 3)):
            headlines.addWidget(headline, share)
        split = QSplitter(Qt.Orientation.Vertical)
        split.setChildrenCollapsible(False)
        for view, stretch in ((self.table, 2), (self.tree, 3)):
            split.addWidget(view)
            split.setStretchFactor(split.count() - 1, stretch)
        foot = QHBoxLayout()
        foot.addWidget(self.place, 1)
        foot.addWidget(self.open_button)
        foot.addWidget(self.save_button)
        result = QWidget()
        layout = QVBoxLayout(result)
        for widget in (self.origin, self.cards, self.subject):
            layout.addWidget(widget)
        layout.addLayout(headlines)
        layout.addWidget(split, 1)
        layout.addWidget(self.notice)
        layout.addLayout(foot)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(_welcome())
        self._stack.addWidget(result)


def _welcome() -> QWidget:
    """What stands here before the first inspection: what to do, and what will come of it."""
    question, text = plain_label(QUESTION), plain_label(WELCOME)
    enlarge(question, 1.6)
    enlarge(text, 1.1)
    page = QWidget()
    layout = QVBoxLayout(page)
    layout.setContentsMargins(80, 0, 80, 0)
    layout.setSpacing(18)
    layout.addStretch(2)
    layout.addWidget(question)
    layout.addWidget(text)
    layout.addStretch(3)
    return page


def _entry(number: int, total: int, card: CardJudgement) -> str:
    """A card in the list of cards, with its answer in words."""
    return (
        f"Card {number + 1} of {total}: {safe(card.product, 60)}, {safe(card.label, 40)},"
        f" {words.IDENTITIES[card.identity].lower()}"
    )


def _name(text: str) -> str:
    return safe(text, 100)


def _value(text: str) -> str:
    return safe(text, 160)
