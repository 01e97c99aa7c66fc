"""The report's section of what the inspector's eye, scale and rule found: the twelve steps, label and markings.

Each answer stands with its note and the numbers of its photographs in the annex. What was not looked at is listed, so
that silence is never read as "as expected". What label and box say is marked as the declarant's: anyone with a printer
can make a label. A record that is drawn here may be forged: every list is cut, every text is bounded.
"""

from collections.abc import Sequence

from gpu_inspector.language import N_, _
from gpu_inspector.records import seen_words
from gpu_inspector.records.appearance import Appearance
from gpu_inspector.records.declaration import Photograph
from gpu_inspector.records.evidence import CardEvidence, Origin
from gpu_inspector.records.finding import Finding
from gpu_inspector.report import blocks, sections
from gpu_inspector.report.layout import BODY, SMALL, STRONG, Sheet, gap, lines, rule
from gpu_inspector.report.text import printable, shorten

TITLE = N_("Seen by eye")
WORD = N_(
    "The inspector's word, with photographs where they are named. Nothing here was read out of the card, and an answer "
    "is an observation, not a measurement: no scale or rule was calibrated by this program."
)
OBJECT = N_("The object")
LABEL = N_("Label and box: the declarant's data, as they say")
CODES = N_("Bar codes of the label")
CODE_HEADINGS = (N_("Kind"), N_("Text"), N_("Why it may be believed"), N_("Photograph"))
DIE = N_("GPU package")
MEMORY = N_("Memory chips")
CHIP_HEADINGS = (N_("Number"), N_("Marking, as typed"), N_("Side"), N_("Photographs"))
MEANING = N_("As the checks read it")
STEPS = N_("The twelve steps")
STEP_HEADINGS = (N_("Question"), N_("Answer"), N_("Note"), N_("Photographs"))
SHOTS = N_("Photographs of the fixed list")
LEFT_OUT = N_("What was not looked at")
ALL_LOOKED_AT = N_("Every question was answered, and everything was typed in and measured.")
_LISTED = 24
"""Rows of one list on paper; the attached record has all."""
_ANSWERS = 72
"""Answers: twice the questions that there are."""


def seen(
    sheet: Sheet,
    card: CardEvidence | None,
    origin: Origin,
    findings: Sequence[Finding],
    taken: Sequence[Photograph],
) -> None:
    """The whole section; nothing where nobody looked. `taken` are the case's photographs, in the annex's order."""
    if card is None or card.seen is None:
        return
    looked = card.seen
    sections.section(sheet, _(TITLE))
    sheet.place(
        [*lines(_(WORD), BODY, 0, sheet.width), gap(2), *lines(seen_words.tally(looked), STRONG, 0, sheet.width)]
    )
    blocks.titled(sheet, _(OBJECT), list(seen_words.object_facts(looked, origin, _text)))
    _label(sheet, looked, taken)
    _chips(sheet, looked, findings, taken)
    _steps(sheet, looked, taken)
    _shots(sheet, looked, taken)
    _left_out(sheet, looked)


def _label(sheet: Sheet, looked: Appearance, taken: Sequence[Photograph]) -> None:
    if pairs := seen_words.label_facts(looked.label, taken, _text):
        blocks.titled(sheet, _(LABEL), list(pairs))
    if codes := looked.label.codes:
        rows = [seen_words.code_row(one, taken, _text) for one in codes[:_LISTED]]
        _table(sheet, _(CODES), [_(one) for one in CODE_HEADINGS], rows, (0.16, 0.4, 0.3, 0.14), len(codes))


def _chips(sheet: Sheet, looked: Appearance, findings: Sequence[Finding], taken: Sequence[Photograph]) -> None:
    """Markings as they were typed, and below them what the checks read from them."""
    blocks.titled(sheet, _(DIE), list(seen_words.die_facts(looked.die, taken, _text)))
    if looked.die.lines:
        _meaning(sheet, seen_words.decoded(findings, "die marking", _text))
    if looked.memory:
        rows = [seen_words.chip_row(one, taken, _text) for one in looked.memory[:_LISTED]]
        _table(sheet, _(MEMORY), [_(one) for one in CHIP_HEADINGS], rows, (0.1, 0.52, 0.2, 0.18), len(looked.memory))
        _meaning(sheet, seen_words.decoded(findings, "memory marking", _text))


def _meaning(sheet: Sheet, sentences: Sequence[str]) -> None:
    for place, sentence in enumerate(sentences[:_LISTED]):
        blocks.untitled(sheet, [("" if place else _(MEANING), sentence)])


def _steps(sheet: Sheet, looked: Appearance, taken: Sequence[Photograph]) -> None:
    """The answers, by step; the questions without one stand in a list of their own."""
    rows: list[tuple[str, str, str, str]] = []
    groups: dict[int, str] = {}
    deviating: set[int] = set()
    steps = seen_words.steps_of(looked, taken, _text)
    for step in steps:
        for place, one in enumerate(step.rows):
            if len(rows) >= _ANSWERS:
                break
            if not place:
                groups[len(rows)] = step.title
            if one.deviates:
                deviating.add(len(rows))
            rows.append((one.asks, one.answer, one.note or "–", one.photographs or "–"))
    if rows:
        foot = blocks.more(sum(len(step.rows) for step in steps) - len(rows))
        shares = (0.38, 0.13, 0.33, 0.16)
        titles = [_(one) for one in STEP_HEADINGS]
        title = _(STEPS)
        blocks.table(sheet, titles, rows, shares, foot, title=title, limit=300, strong=deviating, groups=groups)


def _shots(sheet: Sheet, looked: Appearance, taken: Sequence[Photograph]) -> None:
    """Which of the fixed list were taken; what was not stands with what was not looked at."""
    if pairs := seen_words.shots_of(looked, taken, _text):
        blocks.titled(sheet, _(SHOTS), list(pairs[:_LISTED]))


def _table(
    sheet: Sheet,
    title: str,
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    shares: Sequence[float],
    whole: int,
) -> None:
    """A titled table; how many of `whole` rows are left out is seen_words."""
    blocks.table(sheet, headings, rows, shares, blocks.more(whole - len(rows)), title=title, limit=300)


def _left_out(sheet: Sheet, looked: Appearance) -> None:
    pairs = list(seen_words.left_out(looked))
    if pairs:
        blocks.titled(sheet, _(LEFT_OUT), pairs)
    else:
        sheet.place([gap(6), rule(0, sheet.width), gap(2), *lines(_(ALL_LOOKED_AT), SMALL, 0, sheet.width)])


def _text(text: str) -> str:
    return shorten(printable(text), 300)
