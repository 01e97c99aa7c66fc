"""The findings that decide, and what was not examined, in short: a part of the report's first page.

Entries are bounded by a degree of detail, so that the page holds whatever the record says.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from gpu_inspector.language import ENGLISH, N_, _, clauses, counted, current, listed, said, sentences, told
from gpu_inspector.records import words
from gpu_inspector.records.finding import Finding, Outcome, Role, Strength
from gpu_inspector.records.inspection import CardJudgement
from gpu_inspector.report import signs
from gpu_inspector.report.layout import BODY, SMALL, STRONG, Row, Style, beside, gap, joined, lines, rule
from gpu_inspector.report.sections import and_more
from gpu_inspector.report.text import colon, printable, shorten

DECIDING = N_("What decides")
DECIDING_IN_FILE = N_("What decides, in the file: no card is accused")
NOTHING_DEVIATES = N_("No check found a contradiction or an unexplained deviation.")
MISSING = N_("What was not examined")
_SUB = Style(size=9, font=STRONG.font)
_INDENT = 15.0
LONGER = 1.4
"""What another language may need beside English for the same sentence, before it is cut."""


@dataclass(frozen=True, slots=True)
class Detail:
    """How much is said: entries of each list, and characters of one entry."""

    findings: int
    missing: int
    steps: int
    passing: int
    cards: int
    characters: int


def name_of(text: str) -> str:
    """A name, bounded as it will stand there."""
    return shorten(printable(text), 80)


def _value(text: str) -> str:
    """A value inside of a sentence, which is cut as a whole afterwards."""
    return printable(text)[:400]


def short(text: str, detail: Detail) -> str:
    """Bounded as it will stand there, code points included; the detail has it whole."""
    shown = printable(text)
    most = detail.characters if current() == ENGLISH else int(detail.characters * LONGER)
    return shown if len(shown) <= most else f"{shown[:most].rstrip()}…"


def subtitle(text: str, width: float) -> list[Row]:
    """A small heading over a line, in one piece."""
    return [gap(7), joined((*lines(text, _SUB, 0, width), rule(0, width), gap(3)))]


def _weight(finding: Finding) -> tuple[int, int, int]:
    """What decides first: the gravest, the core, the strongest; of what fits, the measured."""
    strong = list(Strength).index(finding.strength)
    return (
        words.BY_GRAVITY.index(finding.outcome),
        0 if finding.role is Role.CORE else 1,
        -strong if finding.outcome is not Outcome.CONSISTENT else _place(finding.check),
    )


def _place(check: str) -> int:
    """The silicon before the claims, and what carries both last."""
    return 0 if check.endswith("-measured") else 2 if check.startswith("bench-") else 1


def deciding(width: float, judged: Sequence[CardJudgement], detail: Detail, *, of_file: bool) -> list[Row]:
    """A handful at most: deviations, or where there is none the core checks that looked."""
    answered = (*words.GRAVE, Outcome.NOTED, Outcome.CONSISTENT)
    found: dict[tuple[str, Outcome, str], tuple[Finding, list[int]]] = {}
    for number, card in enumerate(judged, 1):
        for finding in card.findings:
            if finding.outcome in answered and _matters(finding):
                text = words.filled(finding.text, finding, _value)
                found.setdefault((finding.check, finding.outcome, text), (finding, []))[1].append(number)
    ranked = sorted(found.values(), key=lambda one: _weight(one[0]))
    grave = [one for one in ranked if one[0].outcome in words.GRAVE]
    chosen = (grave or ranked)[: detail.findings]
    rows = subtitle(_(DECIDING_IN_FILE) if of_file else _(DECIDING), width)
    if not grave:
        rows += lines(_(NOTHING_DEVIATES), BODY, 0, width)
    for finding, numbers in chosen:
        rows += _decisive(width, finding, _numbered(numbers, len(judged)), detail)
    if grave and len(grave) > len(chosen):
        more = counted(
            "{number} more deviation stands under the findings.",
            "{number} more deviations stand under the findings.",
            len(grave) - len(chosen),
        )
        rows += lines(more, BODY, _INDENT, width - _INDENT)
    return rows


def _matters(finding: Finding) -> bool:
    return finding.role is Role.CORE or finding.outcome in words.GRAVE or finding.strength is Strength.MEDIUM


def _numbered(numbers: list[int], count: int) -> str:
    """Which cards, before a sentence; "" where there is one alone."""
    if count == 1 or len(numbers) == count:
        return "" if count == 1 else _("All cards")
    shown = and_more(listed([str(one) for one in numbers[:6]]), len(numbers) - 6)
    return counted("Card {numbers}", "Cards {numbers}", len(numbers), numbers=shown)


def _decisive(width: float, finding: Finding, prefix: str, detail: Detail) -> list[Row]:
    """One finding in short, with the innocent explanations where it accuses."""
    shape, colour = signs.OUTCOMES[finding.outcome]
    text = short(words.filled(finding.text, finding, _value), detail)
    title = colon(_(words.OUTCOMES[finding.outcome]), name_of(told(finding.title)))
    title = colon(prefix, title) if prefix else title
    body = lines(sentences(said("{title}.", title=title), text), BODY, _INDENT, width - _INDENT)
    if reasons := words.innocent_of(finding, _value) if finding.outcome in words.GRAVE else ():
        remaining = short(colon(_(words.INNOCENT), clauses(reasons)), detail)
        body += lines(remaining, BODY, _INDENT, width - _INDENT)
    body += lines(name_of(finding.check), SMALL, _INDENT, width - _INDENT)
    return [signs.signed(shape, colour, body, 8), gap(1.5)]


def missing(width: float, judged: Sequence[CardJudgement], detail: Detail) -> list[Row]:
    """How many checks could not decide, and why the core ones could not."""
    total = sum(words.counts(card.findings)[1] for card in judged)
    open_ones = [finding for card in judged for finding in words.unanswered(card.findings)]
    rows = subtitle(_(MISSING), width)
    count = said("{number} of {total} checks could not look, or could not decide.", number=len(open_ones), total=total)
    rows += lines(count if open_ones else _(words.ALL_EXAMINED), BODY, 0, width)
    reasons: dict[str, list[str]] = {}
    for finding in sorted(open_ones, key=lambda one: one.role is not Role.CORE):
        titles = reasons.setdefault(short(words.filled(finding.text, finding, _value), detail), [])
        if (title := name_of(told(finding.title))) not in titles:
            titles.append(title)
    ranked = list(reasons.items())
    for reason, titles in ranked[: detail.missing]:
        shown = and_more(listed(titles[:4]), len(titles) - 4)
        rows += bullet(colon(shown, reason), width)
    return rows


def bullet(text: str, width: float) -> list[Row]:
    """One entry of a list, in one piece."""
    return [joined(beside((lines("–", BODY, 0, 8), lines(text, BODY, 9, width - 9)))), gap(1)]
