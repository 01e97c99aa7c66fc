"""The table of a batch: one line a card, a table for each answer, the gravest first; ten thousand lines stay readable.

A line is one line: what does not fit is cut where it is said, and the attached record has it whole. Lines are measured
without wrapping, since a summary may have as many of them as a book.
"""

from gpu_inspector.language import N_, _, counted, number, said
from gpu_inspector.records import lot_words, words
from gpu_inspector.records.batch import BatchSummary
from gpu_inspector.records.evidence import Origin
from gpu_inspector.records.lot import Member
from gpu_inspector.report import fonts, roomy
from gpu_inspector.report.layout import (
    BODY,
    LABEL,
    SMALL,
    Mark,
    Row,
    Rule,
    Sheet,
    Style,
    Text,
    beside,
    gap,
    joined,
    lines,
    rule,
)
from gpu_inspector.report.lot_cells import short
from gpu_inspector.report.sections import section
from gpu_inspector.report.text import colon

ALL = N_("All cards that were judged")
ON_PAPER = 20_000
"""Lines on paper, some three hundred pages; no file has more than 400."""
DIGITS = 10
"""Of a row's digest in a line."""
_HEAD = (
    *(N_("No."), N_("File or card"), N_("Product"), N_("Condition")),
    *(N_("Control class"), N_("Row"), N_("Digest")),
)
_SHARES = (0.060, 0.255, 0.270, 0.120, 0.125, 0.060, 0.110)
_LINE = Style(size=7.5)
_HEIGHT = 10.6
_MARKS = {Origin.SIMULATION.value: N_("SIMULATION: {label}"), Origin.SAMPLE.value: N_("SAMPLE: {label}")}


def all_cards(sheet: Sheet, summary: BatchSummary, members: tuple[Member, ...]) -> None:
    """A line for each card, over as many pages as it takes; the head stands on each."""
    section(sheet, _(ALL))
    if not members:
        sheet.place(lines(_("No card was judged."), BODY, 0, sheet.width))
        return
    names = [_(one) for one in _HEAD]
    answers = [("", "", "", state, "", "", "") for state in {_(one.condition.value) for one in members}]
    places, rooms = roomy.columns(_SHARES, sheet.width, 4, names, answers, _LINE)
    cut = _Cut()
    titles = beside([lines(text, LABEL, place, room) for text, place, room in zip(names, places, rooms, strict=True)])
    left = ON_PAPER
    for identity in lot_words.BY_GRAVITY:
        found = [one for one in members if one.identity is identity]
        if not found:
            continue
        named = lines(colon(_(words.IDENTITIES[identity]), number(len(found))), BODY, 0, sheet.width)
        head = [gap(4), *named, gap(1), joined(titles), gap(1), rule(0, sheet.width)]
        sheet.place([_row(one, places, rooms, sheet.width, cut) for one in found[:left]], head=head, keep=False)
        if len(found) > left:
            more = counted(
                "{number} more of this answer stand in the attached record alone.",
                "{number} more of this answer stand in the attached record alone.",
                len(found) - left,
            )
            sheet.place(lines(more, BODY, 0, sheet.width))
        left = max(0, left - len(found))
    foot = _(
        "Row is the inspection's row of the ledger, and the number of its report; the digest is that of the row, in its"
        " first digits. The attached record (batch.json) has all of it whole."
    )
    sheet.place([gap(2), *lines(foot, SMALL, 0, sheet.width)])


def _row(member: Member, places: list[float], rooms: list[float], width: float, cut: "_Cut") -> Row:
    texts = (
        str(member.number),
        said(_MARKS[member.origin], label=member.label) if member.origin in _MARKS else member.label,
        member.product,
        _(member.condition.value),
        words.control_word(member.control, lambda text: short(text, 40)),
        f"{member.seq}{f'/{member.card + 1}' if member.card else ''}",
        member.digest[:DIGITS],
    )
    base = _LINE.size * 1.06 + 0.6
    marks: list[Mark] = [
        Text(place, base, cut(text, room), _LINE) for text, place, room in zip(texts, places, rooms, strict=True)
    ]
    marks.append(Rule(0, _HEIGHT - 0.15, width, 0.3))
    return Row(_HEIGHT, tuple(marks))


class _Cut:
    """Texts made harmless and cut to a room; products and answers come again and again."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, float], str] = {}

    def __call__(self, text: str, room: float) -> str:
        key = (text, room)
        if key not in self._known:
            if len(self._known) > 4096:
                self._known.clear()
            self._known[key] = _cut(short(text, 120), room)
        return self._known[key]


def _cut(text: str, room: float) -> str:
    if fonts.width(_LINE.font, _LINE.size, text) <= room:
        return text
    room -= fonts.width(_LINE.font, _LINE.size, "…")
    used, kept = 0.0, 0
    for character in text:
        used += _LINE.size * fonts.advance(_LINE.font, character)
        if used > room:
            break
        kept += 1
    return f"{text[:kept]}…"
