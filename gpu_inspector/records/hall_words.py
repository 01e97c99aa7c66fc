"""A hall in letters: one for each card on paper, window and terminal alike, the map as lines of text, and its JSON.

Small letters say that nothing deviates, capitals that something does, and a dash that nobody looked: who sees no
colours, or prints in grey, loses nothing. No letter says "all clear".
"""

from collections.abc import Sequence
from itertools import zip_longest
from typing import TypedDict
from unicodedata import category, east_asian_width

from gpu_inspector.language import N_, _, counted, listed, number, said, sentences, told, visible
from gpu_inspector.records import hall_names, hall_view, lot_words, words
from gpu_inspector.records.finding import Identity
from gpu_inspector.records.hall import Hall
from gpu_inspector.records.hall_view import Doubt, Rack, Slot, Stand
from gpu_inspector.records.lot import Member
from gpu_inspector.records.words import Clean

LETTERS = {
    Identity.CONTRADICTED: "X",
    Identity.SUSPICIOUS: "D",
    Identity.INCONCLUSIVE: "i",
    Identity.CONSISTENT: "c",
}
"""The gravest first."""
NOTHING = "-"
NOT_EXAMINED = N_("not examined; the number refers to the list")
UNEXAMINED = N_("Nodes that were not examined, or not all of their cards; nothing is said of those:")
DEVIATING = N_("Where in the hall the cards that deviate are")
UNDECIDED = N_("Cards that could not be decided, and what keeps them so")
NO_RACK = N_("No rack is named")
_GAP = 2
_NAME = 18
"""Columns of a node's name on a terminal."""
_CELLS = 16
"""Cards in one line of a node."""
_ROWS = 42
"""Nodes in one column of a rack."""
_NAMED = 8
"""Nodes that one sentence names."""
_DOUBTS = 40
"""Reasons that keep cards undecided, on a terminal."""


class HallCard(TypedDict):
    """One card of a hall."""

    slot: int
    number: int
    """Within the lot."""
    row: int
    """Of the ledger, the number of its report."""
    label: str
    identity: str
    condition: str
    control: str
    temperature_c: float | None


class HallNode(TypedDict):
    """One node of a hall."""

    node: str
    rack: str
    unit: int | None
    cards_expected: int | None
    lost: bool
    """Nothing of it was examined."""
    lack: str | None
    reason: str | None
    """Why it, or a part of it, was not examined."""
    advice: str | None
    cards: list[HallCard]


class HallDocument(TypedDict):
    """A hall as programs read it: racks by their names, nodes from the top down."""

    audit: str
    nodes: list[HallNode]
    unexamined: int
    """Nodes that were lost, or of which a card is missing."""


def lines(hall: Hall, members: Sequence[Member], columns: int = 80) -> tuple[str, ...]:
    """The map of the hall with its legend, and what was not examined with its reasons, safe to print."""
    drawn = hall_view.racks(hall, members)
    absent = hall_view.unexamined(drawn)
    names = [stand.place.node for rack in drawn for stand in rack.stands]
    known = hall_names.common(names) if any(_wide(one) > _NAME for one in names) else hall_names.Common()
    blocks = [block for rack in drawn for block in _blocks(rack, known)]
    wide = max((_wide(line) for block in blocks for line in block), default=0) + _GAP
    across = max(1, (columns + _GAP) // wide)
    mark = lot_words.watermark([one for one in members if one.node])
    found = [mark, ""] if mark else []
    for first in range(0, len(blocks), across):
        for level in zip_longest(*blocks[first : first + across], fillvalue=""):
            found.append("".join(one + " " * (wide - _wide(one)) for one in level).rstrip())
        found.append("")
    found.append(legend())
    if sentence := hall_names.sentence(known):
        found.append(sentence)
    if absent:
        found += ["", _(UNEXAMINED), *(f"[{one.number}] {why(one, visible)}" for one in absent)]
    found += _told(drawn)
    return tuple(found)


def _told(drawn: tuple[Rack, ...]) -> list[str]:
    """What deviates where, and what could not be decided, each with its reasons."""
    found: list[str] = []
    if deviating := hall_view.alike(drawn, lot_words.DEVIATING):
        found += ["", _(DEVIATING)]
    for stand, slots in deviating:
        place = where(stand, visible, lot_words.numbers(one.slot for one in slots))
        found += [f"  {place}", *(f"    {lot_words.reason(one, visible)}" for one in slots[0].member.reasons)]
    if open_ := hall_view.undecided(drawn):
        found += ["", _(UNDECIDED)]
    for doubt in open_[:_DOUBTS]:
        found += [f"  {doubted(doubt, visible)}", *(f"    {lot_words.reason(one, visible)}" for one in doubt.reasons)]
    return found


def doubted(doubt: Doubt, clean: Clean, most: int = _NAMED) -> str:
    """Which nodes, and how many of their cards: "n151, n152: 16 cards"."""
    names = listed([clean(one.place.node) for one in doubt.stands[:most]])
    if len(doubt.stands) > most:
        names = said("{names} and {number} more", names=names, number=number(len(doubt.stands) - most))
    return said("{name}: {text}", name=names, text=counted("{number} card", "{number} cards", doubt.cards))


def legend(*, drawn: bool = False) -> str:
    """What each letter says; `drawn` where what was not examined is hatched, and no dash."""
    parts = [f"{letter} {_(words.IDENTITIES[identity])}" for identity, letter in LETTERS.items()]
    return listed(parts) if drawn else listed([*parts, f"{NOTHING} {_(NOT_EXAMINED)}"])


def where(stand: Stand, clean: Clean, slot: str = "") -> str:
    """Where a node stands, and which of its cards is meant: "rack A1, U 12, n017, slot 3"."""
    place = stand.place
    parts = [said("rack {rack}", rack=clean(place.rack))] if place.rack else []
    parts += [said("U {unit}", unit=place.unit)] if place.unit > 0 else []
    parts.append(clean(place.node))
    parts += [said("slot {slot}", slot=slot)] if slot else []
    return listed(parts)


def why(stand: Stand, clean: Clean) -> str:
    """Where it is, why it was not examined, and what would help, in a line."""
    gap = stand.gap
    if gap is None:
        return where(stand, clean)
    reason = sentences(clean(told(gap.reason)), clean(told(gap.advice)) if gap.advice else "")
    return said("{name}: {text}", name=where(stand, clean), text=reason)


def lost_sentence(hall: Hall, members: Sequence[Member]) -> str:
    """How many nodes were not examined, and the first of them; "" where none is missing."""
    absent = hall_view.unexamined(hall_view.racks(hall, members))
    if not absent:
        return ""
    names = listed([visible(one.place.node) for one in absent[:_NAMED]])
    if len(absent) > _NAMED:
        names = said("{names} and {number} more", names=names, number=number(len(absent) - _NAMED))
    return counted(
        "{number} node was not examined, or not all of its cards: {names}.",
        "{number} nodes were not examined, or not all of their cards: {names}.",
        len(absent),
        names=names,
    )


def document(hall: Hall, members: Sequence[Member]) -> HallDocument:
    """The hall for programs, in English."""
    drawn = hall_view.racks(hall, members)
    return {
        "audit": hall.audit,
        "nodes": [_node(stand) for rack in drawn for stand in rack.stands],
        "unexamined": len(hall_view.unexamined(drawn)),
    }


def _node(stand: Stand) -> HallNode:
    place, gap = stand.place, stand.gap
    return {
        "node": place.node,
        "rack": place.rack,
        "unit": place.unit or None,
        "cards_expected": place.cards or None,
        "lost": stand.lost,
        "lack": gap.lack.value if gap is not None else None,
        "reason": gap.reason if gap is not None else None,
        "advice": (gap.advice or None) if gap is not None else None,
        "cards": [_card(slot) for slot in stand.slots],
    }


def _card(slot: Slot) -> HallCard:
    member = slot.member
    return {
        "slot": slot.slot,
        "number": member.number,
        "row": member.seq,
        "label": member.label,
        "identity": member.identity.value,
        "condition": member.condition.value,
        "control": member.control,
        "temperature_c": hall_view.temperature_c(member),
    }


def _blocks(rack: Rack, known: hall_names.Common) -> list[list[str]]:
    """A rack as columns of lines, each with the rack's name above it."""
    head = said("Rack {rack}", rack=visible(rack.name)) if rack.name else _(NO_RACK)
    head = hall_names.fitted(head, lambda one: _wide(one) <= _NAME + _CELLS)
    names = [
        hall_names.fitted(visible(known.short(one.place.node)), lambda text: _wide(text) <= _NAME)
        for one in rack.stands
    ]
    wide = max(map(_wide, names), default=0)
    units = any(one.place.unit > 0 for one in rack.stands)
    body: list[list[str]] = []
    for name, stand in zip(names, rack.stands, strict=True):
        unit = (f"{stand.place.unit:>3} " if stand.place.unit > 0 else "    ") if units else ""
        first = f"{unit}{name}{' ' * (wide - _wide(name))} "
        cells = _letters(stand)
        pieces = [cells[at : at + _CELLS] for at in range(0, len(cells), _CELLS)]
        pieces[-1] += f" [{stand.number}]" if stand.number else ""
        body.append([first + pieces[0], *(" " * _wide(first) + piece for piece in pieces[1:])])
    return [
        [head, *(line for node in body[at : at + _ROWS] for line in node)] for at in range(0, max(len(body), 1), _ROWS)
    ]


def _letters(stand: Stand) -> str:
    found = "".join(LETTERS[slot.member.identity] for slot in stand.slots)
    return found + NOTHING * max(stand.missing, int(stand.lost))


def _wide(text: str) -> int:
    """Columns on a terminal."""
    if text.isascii():
        return len(text)
    return sum(2 if east_asian_width(one) in "WF" else 0 if category(one) == "Mn" else 1 for one in text)
