"""One card of one inspection: the three headlines, and behind the tabs all that they rest on."""

from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QSplitter,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from gpu_inspector.gui import answers, findings
from gpu_inspector.gui.comparison import ComparisonView
from gpu_inspector.gui.control_view import ControlView, two_lines
from gpu_inspector.gui.findings import Show
from gpu_inspector.gui.firmware_view import FirmwareView
from gpu_inspector.gui.headline import Headline, enlarge, plain_label
from gpu_inspector.gui.ranking import RankingView
from gpu_inspector.gui.seen_view import SeenView
from gpu_inspector.gui.steps import StepsList
from gpu_inspector.gui.tables import ColumnsTable, FindingsTree
from gpu_inspector.gui.text import breakable, safe
from gpu_inspector.language import N_, _
from gpu_inspector.records import columns, next_steps, words
from gpu_inspector.records.evidence import CardEvidence, Gap
from gpu_inspector.records.inspection import CardJudgement, Inspection
from gpu_inspector.records.reserve import Question, answers_of

_QUESTIONS = {
    Question.IDENTITY: (words.IDENTITY_QUESTION, 5),
    Question.CONDITION: (words.CONDITION_QUESTION, 4),
    Question.CONTROL: (words.CONTROL_QUESTION, 5),
}
"""Question -> its words, and the share of the width that its headline has."""
_FILTERS = {
    Show.ALL: N_("All findings"),
    Show.DEVIATING: N_("What is contradicted, deviates without explanation, or was noted"),
    Show.UNSEEN: N_("Checks without an answer, and sources that could not be read"),
}


NARROWEST, LOWEST = 700, 260
"""Pixels of the card, and of its tabs, below which words would be cut; where a page has less room, it scrolls."""


PASSING = 3
"""Known forgeries that are named on the screen; the report names more."""


class CardView(QWidget):
    """Shows what it is given; it asks for nothing. `head` is the line of the card's name, with room beside it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._card: CardJudgement | None = None
        self._gaps: tuple[Gap, ...] = ()
        self.head = QHBoxLayout()
        self.subject = plain_label()
        self.headlines: Final = {asked: Headline(_(question)) for asked, (question, _share) in _QUESTIONS.items()}
        self.control_lines = plain_label()
        self.modifications = plain_label()
        self.passing = plain_label()
        self.tabs = QTabWidget()
        self.table = ColumnsTable()
        self.tree = FindingsTree()
        self.steps = StepsList()
        self.firmware = FirmwareView()
        self.ranking = RankingView()
        self.control = ControlView()
        self.seen = SeenView()
        self.comparison = ComparisonView()
        self.filters: Final = {show: QPushButton() for show in Show}
        self.expand_button = QPushButton(_("&Expand"))
        self.collapse_button = QPushButton(_("C&ollapse"))
        self._furnish()
        self._lay_out()

    def show_card(self, inspection: Inspection, number: int) -> None:
        """Show a card; `number` is one of the judgement's."""
        card = inspection.judgement.cards[number]
        evidence = inspection.evidence
        seen: CardEvidence | None = evidence.cards[number] if number < len(evidence.cards) else None
        self._card, self._gaps = card, words.missing_of(evidence, seen)
        self.subject.setText(breakable(f"{safe(card.product, 120)}, {safe(card.label, 60)}"))
        for answer in answers_of(card, evidence.origin, _name):
            sign = answers.headline(card, evidence.origin, answer.question)
            self.headlines[answer.question].say(sign, answer.word, answer.meaning)
        both = two_lines(card)
        self.control_lines.setText(breakable(both))
        self.control_lines.setVisible(bool(both))
        self.control.show_class(card.control_class)
        self.seen.show_card(inspection, card, seen)
        fits = next_steps.modifications_of(card, safe)
        self.modifications.setText(breakable("\n".join(fits)))
        self.modifications.setVisible(bool(fits))
        passing = words.passing(card.would_pass, _name, PASSING)
        self.passing.setText(breakable(passing))
        self.passing.setVisible(bool(passing))
        self.table.show_lines(columns.lines_of(seen, inspection.declaration, _value, evidence.origin))
        steps = next_steps.steps_of(card, self._gaps, safe)
        self.steps.show_steps(steps)
        self.ranking.show_ranking(card.ranking)
        self.firmware.show_card(seen)
        self.tabs.setTabText(1, _("What &you may do next ({n})").format(n=len(steps)))
        for show, button in self.filters.items():
            button.setText(f"{_(show.value)} ({findings.count_of(card, self._gaps, show)})")
        self.filters[Show.ALL].setChecked(True)
        self._show_findings(Show.ALL)

    def _show_findings(self, show: Show) -> None:
        if self._card is not None:
            self.tree.show_tree(findings.tree_of(self._card, self._gaps, show), whole=show is Show.ALL)

    @Slot()
    def expand(self) -> None:
        """Open every row of the findings."""
        self.tree.expandAll()

    @Slot()
    def collapse(self) -> None:
        """Close every row of the findings."""
        self.tree.collapseAll()

    def _furnish(self) -> None:
        enlarge(self.subject, 1.2, bold=True)
        enlarge(self.modifications, 1.0, bold=True)
        for label in (self.subject, self.control_lines, self.modifications, self.passing):
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        group = QButtonGroup(self)
        for show, button in self.filters.items():
            button.setText(_(show.value))
            button.setCheckable(True)
            button.setToolTip(_(_FILTERS[show]))
            button.clicked.connect(partial(self._show_findings, show))
            group.addButton(button)
        self.filters[Show.ALL].setChecked(True)
        keys: tuple[tuple[QPushButton, str, str, Callable[[], None]], ...] = (
            (self.expand_button, "Ctrl+E", N_("Open every finding (Ctrl+E)"), self.expand),
            (self.collapse_button, "Ctrl+Shift+E", N_("Close every finding (Ctrl+Shift+E)"), self.collapse),
        )
        for button, key, tip, act in keys:
            button.setToolTip(_(tip))
            button.clicked.connect(act)
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)

    def _lay_out(self) -> None:
        headlines = QHBoxLayout()
        for asked, (_question, share) in _QUESTIONS.items():
            headlines.addWidget(self.headlines[asked], share)
        filters = QHBoxLayout()
        for button in self.filters.values():
            filters.addWidget(button)
        filters.addStretch(1)
        filters.addWidget(self.expand_button)
        filters.addWidget(self.collapse_button)
        below = QWidget()
        lower = QVBoxLayout(below)
        lower.setContentsMargins(0, 0, 0, 0)
        lower.addLayout(filters)
        lower.addWidget(self.tree, 1)
        split = QSplitter(Qt.Orientation.Vertical)
        split.setChildrenCollapsible(False)
        for part, stretch in ((self.table, 2), (below, 3)):
            split.addWidget(part)
            split.setStretchFactor(split.count() - 1, stretch)
        self.tabs.addTab(split, _("Colu&mns and findings"))
        self.tabs.addTab(self.steps, _("What &you may do next"))
        self.tabs.addTab(self.control, _("E&xport class"))
        self.tabs.addTab(self.seen, _("Papers and &by eye"))
        self.tabs.addTab(self.comparison, _("&Compare"))
        self.tabs.addTab(self.firmware, _("Firmwa&re"))
        self.tabs.addTab(self.ranking, _("Products t&hat fit"))
        self.tabs.setDocumentMode(True)
        # As high as there is room, whatever its tables would like: the page must not scroll before it has to.
        self.tabs.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        self.tabs.setMinimumHeight(LOWEST)
        self.setMinimumWidth(NARROWEST)
        self.tabs.setAccessibleName(_("What the answers rest on"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self.head.addWidget(self.subject, 3)
        layout.addLayout(self.head)
        layout.addLayout(headlines)
        layout.addWidget(self.control_lines)
        layout.addWidget(self.modifications)
        layout.addWidget(self.passing)
        layout.addWidget(self.tabs, 1)


def _name(text: str) -> str:
    return safe(text, 100)


def _value(text: str) -> str:
    return safe(text, 160)
