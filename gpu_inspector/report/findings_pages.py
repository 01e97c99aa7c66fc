"""The report's list of every finding, with what it rests on and the innocent explanations that remain.

Of an object that was never started most checks could not look, all for one reason: they stand together, each with its
name, so that what was seen is not lost among them.
"""

from gpu_inspector.language import N_, _, counted, told, told_source
from gpu_inspector.records import words
from gpu_inspector.records.evidence import Origin
from gpu_inspector.records.finding import Finding, Outcome
from gpu_inspector.records.inspection import CardJudgement
from gpu_inspector.report import signs
from gpu_inspector.report.layout import (
    BLACK,
    BODY,
    GREY,
    LABEL,
    SMALL,
    STRONG,
    Row,
    Sheet,
    Style,
    beside,
    gap,
    lines,
    rule,
)
from gpu_inspector.report.sections import and_more, section
from gpu_inspector.report.text import colon, printable, shorten

TITLE = N_("Findings")
_INDENT = 17.0
"""Points from a finding's sign to its text."""
_FEW = 3
"""Checks without an answer for one reason that stand together."""
_LISTED = 80
"""Names of checks in one sentence: more than there are checks in a group, fewer than a forged record may have."""
_NAME_LIMIT = 100


def findings(sheet: Sheet, judged: CardJudgement, origin: Origin) -> None:
    """All of them by group, the gravest first in each."""
    section(sheet, _(TITLE))
    number = len(judged.findings)
    tally = (
        counted("{number} check: {tally}.", "{number} checks: {tally}.", number, tally=words.tally(judged.findings))
        if number
        else _("No check was run.")
    )
    sheet.place([*lines(tally, BODY, 0, sheet.width), gap(2)])
    for heading, members in words.groups(judged.findings):
        singles, shared = _divided(members) if origin is Origin.SEEN else (members, {})
        blocks = [_finding(sheet.width, one) for one in singles]
        blocks += [_together(sheet.width, same) for same in shared.values()]
        for place, block in enumerate(blocks):
            title = lines(heading, Style(size=8.5, font=STRONG.font, colour=GREY), 0, sheet.width)
            opening = [gap(7), *title, gap(1.5), rule(0, sheet.width), gap(3)] if not place else []
            sheet.place([*opening, *block, gap(5)])


def _divided(members: tuple[Finding, ...]) -> tuple[tuple[Finding, ...], dict[str, list[Finding]]]:
    """Findings of their own, and those without an answer that a few others lack for the very same reason."""
    reasons: dict[str, list[Finding]] = {}
    for one in members:
        if one.outcome is Outcome.INCONCLUSIVE and not (one.expected or one.observed):
            reasons.setdefault(words.unanswered_because(one, shorten), []).append(one)
    shared = {reason: same for reason, same in reasons.items() if len(same) >= _FEW}
    checks = {one.check for same in shared.values() for one in same}
    return tuple(one for one in members if one.check not in checks), shared


def _together(width: float, same: list[Finding]) -> list[Row]:
    """Several checks that could not look for one reason."""
    shape, colour = signs.OUTCOMES[Outcome.INCONCLUSIVE]
    room = width - _INDENT
    could_not = counted("{number} check could not look", "{number} checks could not look", len(same))
    title = colon(_(words.OUTCOMES[Outcome.INCONCLUSIVE]), could_not)
    rows = [signs.signed(shape, colour, lines(title, Style(size=8.8, font=STRONG.font), _INDENT, room), 8.5)]
    rows += lines(shorten(words.filled(same[0].text, same[0], shorten), 1200), BODY, _INDENT, room)
    named = "; ".join(f"{shorten(told(one.title), 80)} ({shorten(one.check, 60)})" for one in same[:_LISTED])
    rows += lines(f"{and_more(named, len(same) - _LISTED)}.", SMALL, _INDENT, room)
    if same[0].advice:
        rows += _labelled(_(words.ADVICE), words.filled(same[0].advice, same[0], shorten), room)
    return rows


def _finding(width: float, finding: Finding) -> list[Row]:
    shape, colour = signs.OUTCOMES[finding.outcome]
    room = width - _INDENT
    title = colon(_(words.OUTCOMES[finding.outcome]), shorten(told(finding.title), 160))
    style = Style(size=8.8, font=STRONG.font, colour=colour if finding.outcome in words.GRAVE else BLACK)
    rows = [signs.signed(shape, colour, lines(title, style, _INDENT, room), 8.5)]
    rows += lines(words.weight(finding, _name), SMALL, _INDENT, room)
    rows += lines(shorten(words.filled(finding.text, finding, shorten), 1200), BODY, _INDENT, room)
    rows += _held_against(finding, room)
    if finding.source:
        rows += _labelled(_(words.SOURCE), told_source(finding.source), room)
    if reasons := words.innocent_of(finding, shorten):
        rows += [gap(1), *lines(_(words.INNOCENT), LABEL, _INDENT, room)]
        for reason in reasons:
            rows += beside((lines("–", BODY, _INDENT, 8), lines(shorten(reason), BODY, _INDENT + 9, room - 9)))
    if finding.advice:
        rows += _labelled(_(words.ADVICE), words.filled(finding.advice, finding, shorten), room)
    return rows


def _held_against(finding: Finding, room: float) -> list[Row]:
    if not finding.expected and not finding.observed:
        return []
    half = room / 2
    label = 50.0
    cells = (
        lines(_(words.EXPECTED), LABEL, _INDENT, label),
        lines(shorten(words.filled(finding.expected, finding, str)) or "–", BODY, _INDENT + label, half - label - 8),
        lines(_(words.OBSERVED), LABEL, _INDENT + half, label),
        lines(shorten(words.filled(finding.observed, finding, str)) or "–", BODY, _INDENT + half + label, half - label),
    )
    return [gap(1), *beside(cells)]


def _labelled(label: str, text: str, room: float) -> list[Row]:
    return beside((lines(label, LABEL, _INDENT, 50), lines(shorten(text, 600), BODY, _INDENT + 50, room - 50)))


def _name(text: str) -> str:
    return shorten(printable(text), _NAME_LIMIT)
