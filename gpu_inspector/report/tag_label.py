"""One label that goes on a card: its code, and what a person reads of it without a scanner.

It carries no verdict. It is glued on goods and travels with them, past people who never see the report's reasons and
its innocent explanations, and stays there when a later inspection comes to something else: a word of it would accuse or
clear. It says which inspection to ask for. Everything is black on white, since label printers know nothing between.
"""

from dataclasses import dataclass

from gpu_inspector.language import N_, _, said
from gpu_inspector.records import moments, tag_text, words
from gpu_inspector.records.evidence import Evidence, Origin
from gpu_inspector.records.inspection import Inspection, LedgerEntry
from gpu_inspector.records.numbers import own_numbers
from gpu_inspector.report import code, fonts
from gpu_inspector.report.deferred import postpone
from gpu_inspector.report.layout import Box, Colour, Mark, Row, Style, Text, joined, lines
from gpu_inspector.report.text import printable, wrap

INK: Colour = (0.0, 0.0, 0.0)
_PAPER: Colour = (1.0, 1.0, 1.0)
LEAST_POINTS = 6.0
"""No text is smaller; a label printer of 203 dots per inch draws it 17 dots high."""
_LONGEST = 160
"""Characters of one value, before its lines are counted."""
_BETWEEN = 3.0
"""Points between the code's own quiet zone and the text."""
_BAR = 0.15
"""Height of the bar with the word that no real card was inspected, in parts of the label's height."""

CLAIMS = {
    Origin.MACHINE: N_("Claims to be {product}"),
    Origin.FILE: N_("A file calls it {product}"),
    Origin.SAMPLE: N_("Sample of {product}"),
    Origin.SIMULATION: N_("Simulates {product}"),
    Origin.SEEN: N_("Looked at: {product}"),
}
"""Whose word the product's name is: nothing on a tag says what a card *is*."""
FOOT = N_("It carries no verdict: ask for the signed report.")
FOOT_OF_FILE = N_("Only a file was judged, not a card. It carries no verdict: ask for the signed report.")
SERIAL_UNKNOWN = N_("No serial was read")


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """The size of a label and of what is on it, in points."""

    width: float
    height: float
    margin: float
    """Kept free on all sides: what a printer cuts off or does not reach."""
    code: float
    """The side of the code's square, with its quiet zone."""
    text: float
    """Size of the text where there is room for it."""


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    most: int
    """Lines that it may fill; what is left over is cut, and the cut is shown."""
    rank: int
    """What has the largest one is left out first where there is no room."""
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Drawn:
    """A label's marks, and the room of its text: left, top, width, height in points, from its upper left corner."""

    marks: tuple[Mark, ...]
    text_room: tuple[float, float, float, float]


def word_of(inspection: Inspection) -> str:
    """What stands across the label where no real card was inspected: "SIMULATION"; "" of a real card."""
    return _(words.WATERMARKS.get(inspection.evidence.origin, ""))


def drawn(label: Label, inspection: Inspection, entry: LedgerEntry, card: int, *, serial: bool) -> Drawn:
    """All that stands on the label of the card with this number, from 1.

    Raises ValueError as `tag_text.said` does.
    """
    coded = tag_text.said(entry, inspection, card)
    word = word_of(inspection)
    bar = label.height * _BAR if word else 0.0
    room = label.height - bar - max(label.margin - bar, 0.0) - label.margin
    side = min(label.code, room)
    above = label.height - label.margin - room
    left = label.margin + side + _BETWEEN
    width = label.width - label.margin - left
    row = _fitted(_lines(inspection, entry, card, serial=serial), label.text, width, room)
    down = above + (room - row.height) / 2
    moved = (Text(mark.x + left, mark.y + down, mark.text, mark.style) for mark in row.marks if isinstance(mark, Text))
    square = code.drawn(_squares(coded), label.margin, above + (room - side) / 2, side, INK)
    return Drawn((*square, *moved, *_bar(word, label, bar)), (left, above, width, room))


def _bar(word: str, label: Label, height: float) -> tuple[Mark, ...]:
    """A black bar from edge to edge, with the word in white as often as there is room: none can be cut out of it."""
    if not word:
        return ()
    style = Style(size=height * 0.72, font=fonts.BOLD, colour=_PAPER)
    step = fonts.width(style.font, style.size, f"{word}   ")
    times = max(1, int(label.width // step))
    step = label.width / times
    inset = (step - fonts.width(style.font, style.size, word)) / 2
    repeated = (Text(number * step + inset, height * 0.76, word, style) for number in range(times))
    return (Box(0, 0, label.width, height, 0, INK, INK), *repeated)


def _lines(inspection: Inspection, entry: LedgerEntry, card: int, *, serial: bool) -> list[_Line]:
    """What a person reads, from the top."""
    judged, case, origin = inspection.judgement.cards, inspection.case, inspection.evidence.origin
    one = judged[card - 1]
    number = said("No. {seq}", seq=entry.seq)
    if len(judged) > 1:
        number = said("No. {seq}, card {card} of {count}", seq=entry.seq, card=card, count=len(judged))
    day = moments.local_day(inspection.made_at, inspection.utc_offset_minutes)
    found = [_Line(number, 2, 0, strong=True), _Line(f"{day}, GPU Inspector", 2, 3)]
    if case.number:
        found.append(_Line(said("Case {number}", number=case.number), 2, 1))
    if case.binding.exhibit:
        found.append(_Line(said("Exhibit {number}", number=case.binding.exhibit), 2, 1))
    found.append(_Line(said(CLAIMS[origin], product=one.product or one.label), 3, 2))
    found.append(_Line(one.label, 1, 5))
    if serial:
        found.append(_Line(_serial(inspection.evidence, card), 2, 1))
    found.append(_Line(said("id {id}", id=inspection.id[:8]), 1, 4))
    found.append(_Line(_(FOOT_OF_FILE) if origin is Origin.FILE else _(FOOT), 4, 0))
    return found


def _serial(evidence: Evidence, card: int) -> str:
    """The serial that the card itself claims; those that were masked, and those of no one card, are none."""
    seen = evidence.cards[card - 1] if card <= len(evidence.cards) and not evidence.masked else None
    known = own_numbers(seen)["serial"] if seen is not None else ()
    return said("Claims serial {serial}", serial=known[0]) if known else _(SERIAL_UNKNOWN)


def _fitted(found: list[_Line], size: float, width: float, room: float) -> Row:
    """As large as there is room for; where the least size is too large, what matters least is left out, one by one."""
    while True:
        row = joined(row for one in found for row in _rows(one, size, width))
        if row.height <= room:
            return row
        if size > LEAST_POINTS:
            size = max(LEAST_POINTS, size - 0.5)
            continue
        rank = max(one.rank for one in found)
        if rank == 0:
            return row  # a number and a foot at the least size: no size of a label is so small
        found.remove([one for one in found if one.rank == rank][-1])


def _rows(one: _Line, size: float, width: float) -> list[Row]:
    style = Style(size=size, font=fonts.BOLD if one.strong else fonts.REGULAR, colour=INK, leading=1.18)
    text = printable(one.text[:_LONGEST]) + ("…" if len(one.text) > _LONGEST else "")
    wrapped = wrap(text, style.font, size, width)
    if len(wrapped) > one.most:
        wrapped = [*wrapped[: one.most - 1], _cut(wrapped[one.most - 1], style, width)]
    return [row for line in wrapped for row in lines(line, style, 0, width)[:1]]


def _cut(line: str, style: Style, width: float) -> str:
    """A line with the sign that more would follow: a case number that was cut must not pass for a whole one."""
    while line and fonts.width(style.font, style.size, f"{line}…") > width:
        line = line[:-1]
    return f"{line}…"


def _squares(said: str) -> list[tuple[int, ...]]:
    """The smallest code with the correction level Q or, where there is room, a higher one: a quarter may be dirty."""
    postpone("urllib.request")
    import segno

    made = segno.make(said, error="q", mode="alphanumeric", micro=False, boost_error=True)
    return [tuple(map(int, line)) for line in made.matrix]
