"""The first page of a lot's summary: what the lot is, what the numbers allow to be said, and which cards deviate.

It is composed at several degrees of detail and the fullest that fits is taken, as the first page of a report is. No
check mark stands on it: a count of good answers is no clearance of a lot.
"""

from collections.abc import Iterable

from gpu_inspector.language import N_, _, counted, number, told
from gpu_inspector.records import lot_beside, lot_statistics, lot_words, words
from gpu_inspector.records.control import INDETERMINATE
from gpu_inspector.records.control import NONE as NOT_CONTROLLED
from gpu_inspector.records.finding import NOT_ASSESSED, Condition, Identity, Outcome
from gpu_inspector.records.lot import Lot, LotSummary, Member
from gpu_inspector.report import code, hall_pages, lot_cells, signs, spoken
from gpu_inspector.report.deciding import bullet, subtitle
from gpu_inspector.report.layout import (
    BLACK,
    BODY,
    GREY,
    LINE,
    SMALL,
    STRONG,
    Box,
    Row,
    Sheet,
    Style,
    gap,
    joined,
    lines,
    over,
    rule,
)
from gpu_inspector.report.lot_cells import Detail, short
from gpu_inspector.report.sections import facts
from gpu_inspector.report.summary import CORNER
from gpu_inspector.report.text import colon, shorten

DEVIATING = N_("Cards that deviate")
DEFECTIVE = N_("Cards with a defect; a defect is no sign of forgery")
NONE_DEVIATES = N_("None of the examined cards deviates: no contradiction and no unexplained deviation was found.")
TWICE = N_("One number on several cards of the lot")
ALLOWED = N_("What the numbers allow to be said of the lot")
RESTS = N_("What this rests on")
CUT = N_("More stands on the following pages.")
DETAILS = (
    Detail(12, 2, 6, 260),
    Detail(10, 2, 5, 180),
    Detail(10, 1, 4, 140),
    Detail(7, 1, 3, 110),
    Detail(5, 1, 2, 80),
    Detail(3, 1, 1, 50),
    Detail(1, 1, 1, 40),
)
"""The fullest first."""
_TITLE = Style(size=19, font=STRONG.font, leading=1.25)
_UNDER = Style(size=10, font=STRONG.font, colour=GREY)
_STATEMENT = Style(size=9.5, font=STRONG.font)
_COUNT = Style(size=9.5, font=STRONG.font)
_LABEL = 66.0
_ENTRIES = 4
"""Control classes that are counted one by one."""

_CONTROLS = {NOT_ASSESSED: signs.NEUTRAL, INDETERMINATE: signs.OUTCOMES[Outcome.INCONCLUSIVE]}
_CONTROLS[NOT_CONTROLLED] = signs.RESERVED


def first(sheet: Sheet, summary: LotSummary, digest: str) -> None:
    """The whole first page; the caller turns to the next. `digest` is that of the record."""
    room = sheet.left
    rows: list[Row] = []
    for detail in DETAILS:
        rows = _page(sheet.width, summary, digest, detail)
        if sum(row.height for row in rows) <= room:
            break
    else:
        rows = _cut(rows, room, sheet.width)
    sheet.title(_(lot_words.TITLE), rows[:1])
    sheet.place(rows[1:], keep=False)


def _cut(rows: list[Row], room: float, width: float) -> list[Row]:
    last = joined(lines(_(CUT), SMALL, 0, width))
    kept: list[Row] = []
    for row in rows:
        if sum(one.height for one in kept) + row.height + last.height > room:
            break
        kept.append(row)
    return [*kept, last]


def _page(width: float, summary: LotSummary, digest: str, detail: Detail) -> list[Row]:
    members = summary.members
    rows = [_head(width, summary, digest, detail), gap(4), rule(0, width, 1.4, BLACK), gap(5), *spoken.note(width)]
    rows += [*_what(width, summary, detail), gap(5), _statement(width, summary), gap(6), counts(width, members)]
    rows += hall_pages.missing(width, summary, detail)
    found = lot_words.deviating(members)
    rows += _named(width, _(DEVIATING), summary, found, detail)
    if not found and members:
        rows += [*subtitle(_(DEVIATING), width), *lines(_(NONE_DEVIATES), BODY, 0, width)]
    rows += _named(width, _(DEFECTIVE), summary, lot_words.defective(members), detail)
    rows += hall_pages.doubts(width, summary, detail)
    rows += _twice(width, summary, detail)
    rows += subtitle(_(RESTS), width)
    for nature in lot_words.natures(members, lambda text: short(text, 60)):
        rows += bullet(short(nature, 420), width)
    for text in lot_beside.sentences(summary):
        rows += bullet(short(text, 900), width)
    for text in lot_words.rests_on(summary.lot, members, summary.statement):
        rows += bullet(text, width)
    return rows


def _head(width: float, summary: LotSummary, digest: str, detail: Detail) -> Row:
    """Title and who examined, beside the square that a machine reads."""
    room = width - CORNER - 12
    case = summary.lot.case
    nature = lot_words.nature_title(summary.members)
    who = (
        (_("Case"), short(case.number, detail.characters)),
        (_("Office, place"), short(", ".join(filter(None, (case.office, case.place))), detail.characters)),
        (_("Inspector"), short(case.inspector, detail.characters)),
        (_("Time"), lot_words.moment(summary.made_at, summary.utc_offset_minutes)),
    )
    left = joined(
        (
            *lines(_(lot_words.TITLE), _TITLE, 0, room),
            *lines(short(summary.lot.name, 90) or _("without a name"), _UNDER, 0, room),
            *(lines(nature, _UNDER, 0, room) if nature else ()),
            gap(3),
            *facts(who, 0, room, label=_LABEL),
        )
    )
    right = code.corner(f"GPU Inspector lot summary {shorten(summary.id, 36)} SHA-256 {digest}", width - CORNER)
    return Row(max(left.height, right.height), (*left.marks, *right.marks))


def _what(width: float, summary: LotSummary, detail: Detail) -> list[Row]:
    lot, statement = summary.lot, summary.statement
    pairs = (
        (_("Lot"), _pieces(lot, detail)),
        (_("Rule"), lot_statistics.in_words(lot.plan)),
        (_("Asked for"), counted("{number} cards", "{number} cards", statement.wanted)),
        (_("Examined"), lot_words.examined(summary.members, statement)),
        (_("Choice"), short(lot_words.choice(lot, summary.members, statement), 400)),
    )
    return facts(pairs, 0, width, label=_LABEL)


def _pieces(lot: Lot, detail: Detail) -> str:
    goods = short(lot_words.goods(lot), detail.characters)
    if not goods:
        return counted(
            "{number} piece; no paper names the goods", "{number} pieces; no paper names the goods", lot.declared
        )
    return counted(
        "{number} piece, declared as {goods}", "{number} pieces, declared as {goods}", lot.declared, goods=goods
    )


def _statement(width: float, summary: LotSummary) -> Row:
    pad, room = 8.0, width - 16.0
    inner = joined(
        (
            gap(6),
            *lines(_(ALLOWED), SMALL, pad, room),
            gap(1),
            *lines(short(told(summary.statement.text), 700), _STATEMENT, pad, room),
            gap(7),
        )
    )
    return over((Box(0, 0, width, inner.height, 1.3),), inner)


def counts(width: float, members: tuple[Member, ...]) -> Row:
    """How many cards have which answer to each of the three questions."""
    space = 7.0
    rooms = (width * 0.42, width * 0.24 - space, width * 0.34 - space)
    panels = (
        (_(words.IDENTITY_QUESTION), _identities(members), ""),
        (_(words.CONDITION_QUESTION), _conditions(members), ""),
        (_(words.CONTROL_QUESTION), _controls(members), lot_words.control_sentence(members)),
    )
    bodies, left = [], 0.0
    for (asked, answers, below), room in zip(panels, rooms, strict=True):
        bodies.append((left, room, _panel(left, room, asked, answers, below)))
        left += room + space
    height = max(body.height for _left, _room, body in bodies)
    frames = [Box(at, 0, room, height, 0.7, LINE) for at, room, _body in bodies]
    return Row(height, (*frames, *(mark for _left, _room, body in bodies for mark in body.marks)))


Counted = list[tuple[str, int, signs.Look]]


def _identities(members: tuple[Member, ...]) -> Counted:
    looks = {**signs.IDENTITIES, Identity.CONSISTENT: signs.RESERVED}
    return [(_(words.IDENTITIES[one]), count, looks[one]) for one, count in lot_words.identity_counts(members)]


def _conditions(members: tuple[Member, ...]) -> Counted:
    looks = {**signs.CONDITIONS, Condition.SOUND: signs.RESERVED}
    return [(_(one.value), count, looks[one]) for one, count in lot_words.condition_counts(members)]


def _controls(members: tuple[Member, ...]) -> Counted:
    entries = lot_words.control_counts(members)
    rows = [
        (words.control_word(one, lambda text: short(text, 16)), count, _CONTROLS.get(one, signs.CONTROLLED))
        for one, count in entries
    ]
    if len(rows) <= _ENTRIES + len(_CONTROLS):
        return rows
    kept = [row for row, (one, _count) in zip(rows, entries, strict=True) if one in _CONTROLS]
    rest = sum(count for _word, count, _look in rows[_ENTRIES : len(rows) - len(kept)])
    return [*rows[:_ENTRIES], (_("other entries"), rest, signs.CONTROLLED), *kept]


def _panel(left: float, room: float, asked: str, answers: Counted, below: str) -> Row:
    pad = 8.0
    inner = room - 2 * pad
    rows = [gap(6), *lines(asked, SMALL, left + pad, inner), gap(2)]
    for word, count, (shape, colour) in answers:
        text = lines(f"{number(count)} × {word}", Style(_COUNT.size, _COUNT.font, colour), left + pad + 14, inner - 14)
        rows += [signs.signed(shape, colour, text, 9, left + pad), gap(1)]
    if not answers:
        rows += lines(_("no card"), BODY, left + pad, inner)
    if below:
        rows += [gap(1), *lines(below, BODY, left + pad, inner)]
    return joined((*rows, gap(6)))


def _named(width: float, title: str, summary: LotSummary, found: tuple[Member, ...], detail: Detail) -> list[Row]:
    """So many of these cards with their reasons, and the numbers of all others."""
    if not found:
        return []
    rows = subtitle(colon(title, number(len(found))), width)
    entries = hall_pages.alike(summary, found)
    for member, members, where in entries[: detail.cards]:
        rows += [lot_cells.named(width, member, detail, members, where), gap(2)]
    rest = [member.number for _first, members, _where in entries[detail.cards :] for member in members]
    if rest:
        rows += lines(_more(rest), BODY, 0, width)
    return rows


def _more(rest: Iterable[int]) -> str:
    listed = list(rest)
    return counted(
        "{number} more: No. {numbers}. They stand on the following pages.",
        "{number} more: No. {numbers}. They stand on the following pages.",
        len(listed),
        numbers=lot_words.numbers(listed),
    )


def _twice(width: float, summary: LotSummary, detail: Detail) -> list[Row]:
    if not summary.twice:
        return []
    rows = subtitle(colon(_(TWICE), number(len(summary.twice))), width)
    for one in summary.twice[: detail.twice]:
        rows += bullet(short(lot_words.twice(one, lambda text: short(text, 60)), 200), width)
    if len(summary.twice) > detail.twice:
        more = counted(
            "{number} more stand on the following pages.",
            "{number} more stand on the following pages.",
            len(summary.twice) - detail.twice,
        )
        rows += lines(more, BODY, 0, width)
    return rows
