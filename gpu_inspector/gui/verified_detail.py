"""What was found of one report: why, by whom, what was added, and its signed evidence beside the printed text."""

from collections.abc import Iterator

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QPlainTextEdit,
    QScrollArea,
    QSplitter,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from gpu_inspector.gui import answers, control_view, findings, signs
from gpu_inspector.gui.forms import named
from gpu_inspector.gui.headline import Headline, Notice, plain_label
from gpu_inspector.gui.settings_panels import reading_label
from gpu_inspector.gui.text import breakable, grouped, retold, safe
from gpu_inspector.gui.verified_list import SIGNS, WORDS
from gpu_inspector.gui.verified_seals import SealsView, level_of
from gpu_inspector.language import N_, _, moment, sentences, visible
from gpu_inspector.records import words
from gpu_inspector.records.evidence import Origin
from gpu_inspector.records.finding import Identity
from gpu_inspector.records.inspection import CardJudgement, Inspection
from gpu_inspector.records.reserve import answers_of
from gpu_inspector.workflow.verified import UNREADABLE, Verified
from gpu_inspector.workflow.verifying import State, Verification

MEANINGS = {
    State.TRUSTED.value: N_("Not one byte differs from what was signed, and you accept this signer."),
    State.UNKNOWN_SIGNER.value: N_(
        "Not one byte differs from what was signed. Whose signature it is, this machine cannot know: compare the"
        " fingerprint below with the office that sent the report, by telephone or on paper."
    ),
    State.ALTERED.value: N_("Do not rely on anything in this file. What was found stands below."),
    UNREADABLE: N_("No answer can be given on this file."),
}
WAITING = N_("Choose a file of the list, or drop signed reports here.")
ROWS = (
    ("problems", N_("Why")),
    ("added", N_("Added after signing")),
    ("signer", N_("Signed by")),
    ("fingerprint", N_("Fingerprint, SHA-256")),
    ("signed_at", N_("Signed at")),
    ("as_of", N_("Answered as of")),
    ("level", N_("Level (PAdES)")),
    ("kept", N_("Inspection")),
    ("judged", N_("Judged again here")),
    ("lot", N_("Summary of a lot")),
    ("notes", N_("Also to know")),
    ("attached", N_("Attached")),
    ("file", N_("File")),
)
NO_PAGES = N_("The text of the pages is shown of an intact report alone.")
OF_LOT = N_("The summary of a lot carries no card's evidence: each card's own report is verified by itself.")
NO_EVIDENCE = N_("There is no evidence that could be relied on.")
LONGEST_PRINTED = 400_000
"""Characters of the pages; a report of a hundred cards has fewer."""
_LONGEST = 2000
"""Characters of one sentence here."""
_MOST = 60
"""Sentences of one kind."""


class VerifiedDetail(QWidget):
    """One answer: the word, and two tabs."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._inspection: Inspection | None = None
        self._empty = NO_EVIDENCE
        self.state = Headline(_("Signed report"))
        self.tabs = QTabWidget()
        self.labels = {name: reading_label(_(heading)) for name, heading in ROWS}
        self.seals = SealsView()
        self.nature = Notice()
        self.cards = QComboBox()
        named(self.cards, _("Card of the report"))
        self.identity, self.condition, self.control = (
            Headline(_(question))
            for question in (words.IDENTITY_QUESTION, words.CONDITION_QUESTION, words.CONTROL_QUESTION)
        )
        self.evidence = _reading(_("Findings of the signed evidence"))
        self.printed = _reading(_("Printed text of the report's pages"))
        self._furnish()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.state)
        layout.addWidget(self.tabs, 1)
        self.cards.currentIndexChanged.connect(self._show_card)
        self.show_result(None)

    def show_result(self, result: Verified | None) -> None:
        """Show an answer; None is that there is none to show."""
        found = result.found if result is not None else None
        if result is None:
            self.state.say(signs.NEUTRAL, _("Nothing to show"), _(WAITING))
        else:
            self.state.say(SIGNS[result.state], _(WORDS[result.state]), _(MEANINGS[result.state]))
        texts = _texts(result) if result is not None else {}
        for row, (name, _heading) in enumerate(ROWS):
            self.labels[name].setText(breakable(texts.get(name, "")))
            self._form.setRowVisible(row, bool(texts.get(name)))
        seals = found.seals if found is not None else ()
        self.seals.show_seals(seals)
        self._form.setRowVisible(len(ROWS), len(seals) > 1)
        self._show_evidence(found)

    def _furnish(self) -> None:
        inner, area = QWidget(), QScrollArea()
        self._form = QFormLayout(inner)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self._form.setVerticalSpacing(10)
        for name, heading in ROWS:
            self._form.addRow(_(heading), self.labels[name])
        self._form.addRow(_("Beside it"), self.seals)
        area.setWidget(inner)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setAccessibleName(_("What was found of the chosen report"))
        evidence = QWidget()
        column = QVBoxLayout(evidence)
        headlines = QHBoxLayout()
        for headline in (self.identity, self.condition, self.control):
            headlines.addWidget(headline, 1)
        beside = QSplitter(Qt.Orientation.Horizontal)
        beside.addWidget(_under(_("What the signed evidence says"), self.evidence))
        beside.addWidget(_under(_("What is printed on the pages"), self.printed))
        beside.setSizes([400, 400])
        beside.setChildrenCollapsible(False)
        column.addWidget(self.nature)
        column.addWidget(self.cards)
        column.addLayout(headlines)
        column.addWidget(beside, 1)
        self.tabs.addTab(area, _("&Result"))
        self.tabs.addTab(evidence, _("Signed &evidence and pages"))
        self.tabs.tabBar().setAccessibleName(_("What to see of the report"))

    def _show_evidence(self, found: Verification | None) -> None:
        self._inspection = found.inspection if found is not None else None
        self._empty = OF_LOT if found is not None and found.lot is not None else NO_EVIDENCE
        judged = self._inspection.judgement.cards if self._inspection is not None else ()
        self.cards.blockSignals(True)
        self.cards.clear()
        self.cards.addItems([_entry(number, len(judged), card) for number, card in enumerate(judged, 1)])
        self.cards.blockSignals(False)
        self.cards.setVisible(len(judged) > 1)
        gravity = list(Identity)
        worst = max(range(len(judged)), key=lambda one: gravity.index(judged[one].identity), default=0)
        self.cards.setCurrentIndex(worst)
        self.nature.clear()
        if self._inspection is not None and self._inspection.evidence.origin is not Origin.MACHINE:
            origin = self._inspection.evidence.origin
            title = _("{title}.").format(title=_(words.TITLES[origin]))
            self.nature.warn(sentences(title, _(words.NATURES[origin])))
        if found is not None and found.printed:
            text = "\n".join(visible(line) for line in found.printed[:LONGEST_PRINTED].split("\n"))
            self.printed.setPlainText(text)
        else:
            self.printed.setPlainText(_(NO_PAGES))
        self._show_card(worst)

    @Slot(int)
    def _show_card(self, number: int) -> None:
        inspection = self._inspection
        if inspection is None or not 0 <= number < len(inspection.judgement.cards):
            for headline in (self.identity, self.condition, self.control):
                headline.say(signs.NEUTRAL, "–", _(self._empty))
            self.evidence.setPlainText(_(self._empty))
            return
        card = inspection.judgement.cards[number]
        headlines = (self.identity, self.condition, self.control)
        for headline, answer in zip(headlines, answers_of(card, inspection.evidence.origin, safe), strict=True):
            sign = answers.headline(card, inspection.evidence.origin, answer.question)
            headline.say(sign, answer.word, answer.meaning)
        seen = next((one for one in inspection.evidence.cards if one.label == card.label), None)
        gaps = words.missing_of(inspection.evidence, seen) if seen is not None else inspection.evidence.gaps
        trees = [findings.tree_of(card, gaps)]
        trees += [control_view.tree_of(card.control_class)] if card.control_class is not None else []
        self.evidence.setPlainText("\n".join(line for tree in trees for line in _written(tree)).lstrip())


def _reading(name: str) -> QPlainTextEdit:
    """A text to be read; Tab leads out of it, and a file that is dropped on it is for the window."""
    area = QPlainTextEdit()
    area.setReadOnly(True)
    area.setTabChangesFocus(True)
    area.setAcceptDrops(False)
    area.setAccessibleName(name)
    return area


def _under(heading: str, widget: QWidget) -> QWidget:
    box = QWidget()
    column = QVBoxLayout(box)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(plain_label(heading))
    column.addWidget(widget, 1)
    return box


def _written(node: findings.Node, depth: int = -1) -> Iterator[str]:
    """The tree of findings as lines, so that it can be read beside the printed pages."""
    if depth >= 0:
        word = f"{node.word.upper() if depth == 0 else node.word}: " if node.word else ""
        blank = "" if depth else "\n"
        text = f": {node.text}" if node.text and depth != 1 else ""
        yield f"{blank}{'    ' * depth}{word}{node.label}{text}"
        if node.text and depth == 1:
            yield f"{'    ' * 2}{node.text}"
    for child in node.children:
        yield from _written(child, depth + 1)


def _texts(result: Verified) -> dict[str, str]:
    """What each row says; a row without a text is not shown."""
    found = result.found
    if found is None:
        return {"problems": retold(result.trouble, _LONGEST), "file": safe(str(result.path), _LONGEST)}
    texts = {
        "problems": _listed(found.problems),
        "added": _listed(found.added),
        "signer": safe(found.signer, _LONGEST),
        "fingerprint": grouped(found.fingerprint),
        "signed_at": _("{moment}, by the signer's own clock").format(moment=found.signed_at) if found.signed_at else "",
        "judged": _judged(found),
        "notes": _listed(found.notes),
        "level": level_of(found.level) if found.level else "",
        "attached": ", ".join(safe(one, 80) for one in found.attached[:_MOST]),
        "as_of": _as_of(result),
        "file": safe(str(result.path), _LONGEST),
    }
    if found.entry is not None and found.inspection is not None:
        texts["kept"] = _("number {number} of the signer's ledger, id {id}").format(
            number=found.entry.seq, id=safe(found.inspection.id)
        )
    if found.lot is not None:
        texts["lot"] = _lot(found)
    return texts


def _as_of(result: Verified) -> str:
    if result.at is None:
        return ""
    at = f"{moment(result.at, seconds=False)} {result.at:%z}"
    return _("{moment}, not as of today").format(moment=at)


def _lot(found: Verification) -> str:
    """What an intact summary says; of an altered one nothing is to be relied on."""
    if found.lot is None or found.state is State.ALTERED:
        return ""
    statement = found.lot.statement
    told = _("“{name}”: {examined} of {declared} cards examined").format(
        name=safe(found.lot.lot.name, 120), examined=statement.examined, declared=statement.declared
    )
    return f"{told}\n{retold(statement.text, _LONGEST)}"


def _judged(found: Verification) -> str:
    if not found.judged_again or found.inspection is None:
        return ""
    word = _(words.IDENTITIES[Identity(found.judged_again)])
    if not found.differences:
        return _("{word}: the same as in the report, finding by finding").format(word=word)
    before = _(words.IDENTITIES[found.inspection.judgement.verdict])
    told = _("{word} here, {before} in the report. What differs:").format(word=word, before=before)
    return f"{told}\n{_listed(found.differences)}"


def _listed(sentences: tuple[str, ...]) -> str:
    shown = [f"– {retold(one, _LONGEST)}" if len(sentences) > 1 else retold(one, _LONGEST) for one in sentences[:_MOST]]
    if len(sentences) > _MOST:
        shown.append(_("– and {count} more").format(count=len(sentences) - _MOST))
    return "\n".join(shown)


def _entry(number: int, count: int, card: CardJudgement) -> str:
    word = _(words.IDENTITIES[card.identity])
    return _("Card {number} of {count}: {label}: {word}").format(
        number=number, count=count, label=safe(card.label, 60), word=word
    )
