"""How one card of a lot is named on paper, with its reasons: bounded, whatever its record says."""

from collections.abc import Sequence
from dataclasses import dataclass

from gpu_inspector.language import _, counted, listed, number, said
from gpu_inspector.records import lot_words, words
from gpu_inspector.records.finding import Condition, Identity, Outcome
from gpu_inspector.records.lot import Member, Reason
from gpu_inspector.report import signs
from gpu_inspector.report.layout import BODY, SMALL, STRONG, Row, Style, Text, lines
from gpu_inspector.report.text import printable

_INDENT = 15.0
_ELLIPSIS = "…"


@dataclass(frozen=True, slots=True)
class Detail:
    """How much is said: entries of each list, and characters of one entry."""

    cards: int
    reasons: int
    twice: int
    characters: int


def short(text: str, most: int) -> str:
    """One line of text, bounded as it will stand there, code points included; the attached record has it whole."""
    shown = printable(text[: most + 1])
    return shown if len(shown) <= most and len(text) <= most else f"{shown[:most].rstrip()}{_ELLIPSIS}"


def clipped(text: str, style: Style, x: float, room: float, most: int) -> list[Row]:
    """As `lines`, and no more than `most` of them; the last one says where it was cut."""
    rows = lines(text, style, x, room)
    if len(rows) <= most:
        return rows
    mark = rows[most - 1].marks[0]
    assert isinstance(mark, Text)
    # The dots take the room of the last letters, or they would stand in the next column.
    return [*rows[: most - 1], *lines(f"{mark.text[:-2]}{_ELLIPSIS}", style, x, room)[:1]]


def look(member: Member) -> signs.Look:
    """The sign of its identity; of a good answer never the check mark (`lot_words`)."""
    return signs.RESERVED if member.identity is Identity.CONSISTENT else signs.IDENTITIES[member.identity]


def named(width: float, member: Member, detail: Detail, alike: Sequence[Member] = (), where: str = "") -> Row:
    """The card with its number, what it is called, its answer, its reasons, its report and the digest of that.

    `alike` are all cards of its node of which the same is to be said, itself among them, and `where` says where they
    are in a hall.
    """
    room = width - _INDENT
    label, product = where or called(member, 60), short(member.product, 70)
    which = said("No. {number}", number=member.number)
    if len(alike) > 1:
        which = said("No. {number}", number=lot_words.numbers(one.number for one in alike))
    if member.piece is not None:
        which = said("No. {number} (piece {piece})", number=member.number, piece=number(member.piece))
    answer = _(words.IDENTITIES[member.identity])
    if member.condition is Condition.FAULTY:
        answer = said("{answer}, with a defect", answer=answer)
    rows = clipped(f"{which}: {product}, {label}: {answer}", STRONG, _INDENT, room, 2)
    reasons = [lot_words.reason(one, lambda text: short(text, detail.characters)) for one in ordered(member)]
    for text in reasons[: detail.reasons]:
        rows += clipped(text, BODY, _INDENT, room, 3)
    if (left := len(reasons) - detail.reasons) > 0:
        more = counted("{number} more reason stands in its report.", "{number} more reasons stand in its report.", left)
        rows += lines(more, BODY, _INDENT, room)
    if not reasons:
        rows += lines(_("Its reasons stand in its report."), BODY, _INDENT, room)
    report = said(
        "Report No. {seq}, card {card} of it, digest {digest}"
        if member.card and len(alike) < 2
        else "Report No. {seq}, digest {digest}",
        seq=member.seq,
        card=member.card + 1,
        digest=words.spaced(short(member.digest, 64)),
    )
    rows += clipped(report, SMALL, _INDENT, room, 2)
    shape, colour = look(member)
    return signs.signed(shape, colour, rows, 8)


def called(member: Member, most: int) -> str:
    """Its label; of an audit with the node before it, for each node has a first card."""
    label = short(member.label, most)
    return listed([short(member.node, most), label]) if member.node else label


def ordered(member: Member) -> tuple[Reason, ...]:
    """Its reasons, contradictions first; what is no deviation of identity comes last."""
    order = [outcome.value for outcome in (Outcome.CONTRADICTED, Outcome.SUSPICIOUS)]
    return tuple(
        sorted(member.reasons, key=lambda one: order.index(one.outcome) if one.outcome in order else len(order))
    )
