"""What is drawn of a hall: its racks, their nodes from the top down, each node's cards, and what was not examined.

A node is lost where no card of it is in the lot; one of which fewer cards came than were expected is examined in part.
Neither counts as examined, and both have a number by which every drawing refers to the reason.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from gpu_inspector.language import N_
from gpu_inspector.records.finding import Identity
from gpu_inspector.records.hall import COLDEST_C, HOTTEST_C, Hall, Place
from gpu_inspector.records.lot import Member, Reason
from gpu_inspector.records.node import Lack, NodeGap

NOT_KEPT = N_("No answer of this node was kept.")
ASK_AGAIN = N_("Look at the node, and run the audit again: it asks the nodes alone that are missing.")
BENCH = "bench-"
"""How the checks of the machine itself begin."""
_GRAVITY = tuple(Identity)
_DIGITS = re.compile(r"([0-9]{1,18})")


@dataclass(frozen=True, slots=True)
class Slot:
    """One card of a node; where the node was examined more than once, the gravest of its answers."""

    slot: int
    """1 is the node's first card."""
    member: Member


@dataclass(frozen=True, slots=True)
class Stand:
    """One node as it is drawn."""

    place: Place
    slots: tuple[Slot, ...] = ()
    missing: int = 0
    """Cards that were expected beside these and did not come; 0 where that is not known."""
    gap: NodeGap | None = None
    """Why the node, or a part of it, was not examined; None where nothing is missing."""
    number: int = 0
    """Of what was not examined, 1 is the first of the hall; 0 where nothing is missing."""

    @property
    def lost(self) -> bool:
        """Nothing of it was examined."""
        return not self.slots


@dataclass(frozen=True, slots=True)
class Rack:
    """The nodes of one rack, from the top down; those without a unit stand below, by their names."""

    name: str
    stands: tuple[Stand, ...]


def racks(hall: Hall, members: Sequence[Member]) -> tuple[Rack, ...]:
    """The hall as it is read: racks by their names, "" the last. Every node of the hall and of the members is there."""
    places = {one.node: one for one in hall.places}
    found: dict[str, list[Member]] = {}
    for member in members:
        if member.node:
            found.setdefault(member.node, []).append(member)
    gaps = {one.node: one for one in hall.gaps}
    for node in (*found, *gaps):
        places.setdefault(node, Place(node=node))
    rows: dict[str, list[Place]] = {}
    for place in places.values():
        rows.setdefault(place.rack, []).append(place)
    made, number = [], 0
    for name in sorted(rows, key=lambda one: (not one, natural(one))):
        stands = []
        for place in sorted(rows[name], key=_from_the_top):
            stand = _stand(place, found.get(place.node, ()), gaps.get(place.node), number + 1)
            number = max(number, stand.number)
            stands.append(stand)
        made.append(Rack(name, tuple(stands)))
    return tuple(made)


def unexamined(drawn: Iterable[Rack]) -> tuple[Stand, ...]:
    """The nodes that were lost, and those of which a card is missing, by their numbers."""
    return tuple(stand for rack in drawn for stand in rack.stands if stand.gap is not None)


def alike(drawn: Iterable[Rack], answers: Sequence[Identity]) -> tuple[tuple[Stand, tuple[Slot, ...]], ...]:
    """The cards with one of these answers in the order of the hall; those of a node with one answer and the same
    reasons together, for a driver that is altered speaks against all cards of its node at once.
    """
    found = []
    for stand in (stand for rack in drawn for stand in rack.stands):
        groups: dict[object, list[Slot]] = {}
        for slot in stand.slots:
            one = slot.member
            if one.identity in answers:
                groups.setdefault((one.inspection, one.identity, one.reasons), []).append(slot)
        found += [(stand, tuple(slots)) for slots in groups.values()]
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Doubt:
    """What keeps cards undecided, and which: many nodes of a hall often have one reason."""

    reasons: tuple[Reason, ...]
    stands: tuple[Stand, ...]
    cards: int


def undecided(drawn: Iterable[Rack]) -> tuple[Doubt, ...]:
    """The cards that could not be decided, by their reasons: doubted benches first, then what few nodes have."""
    found: dict[tuple[Reason, ...], tuple[dict[str, Stand], list[Slot]]] = {}
    for stand in (stand for rack in drawn for stand in rack.stands):
        for slot in stand.slots:
            if slot.member.identity is Identity.INCONCLUSIVE:
                stands, slots = found.setdefault(slot.member.reasons, ({}, []))
                stands[stand.place.node] = stand
                slots.append(slot)
    made = [Doubt(reasons, tuple(stands.values()), len(slots)) for reasons, (stands, slots) in found.items()]
    return tuple(sorted(made, key=lambda one: (not _of_bench(one.reasons), len(one.stands))))


def _of_bench(reasons: Iterable[Reason]) -> bool:
    return any(one.check.startswith(BENCH) for one in reasons)


def on_lines(stands: Iterable[Stand]) -> Iterator[tuple[tuple[bool, int, int], Stand]]:
    """Each node with what puts it on a line beside those of other racks: its unit, and which one in that unit it is."""
    seen: dict[int, int] = {}
    for stand in stands:
        unit = max(0, stand.place.unit)
        seen[unit] = seen.get(unit, 0) + 1
        yield (unit == 0, -unit, seen[unit]), stand


def count_unexamined(hall: Hall | None, members: Sequence[Member]) -> int:
    """How many nodes of the hall were not examined, or not all of their cards."""
    return len(unexamined(racks(hall, members))) if hall is not None else 0


def in_force(hall: Hall, gaps: Iterable[NodeGap], members: Sequence[Member]) -> Hall:
    """The hall with the newest gap of each node of which something is missing, in the order of the hall."""
    newest = {one.node: one for one in gaps}
    missing = [stand.place.node for stand in unexamined(racks(_with(hall, newest.values()), members))]
    return _with(hall, (newest[node] for node in missing if node in newest))


def natural(name: str) -> tuple[tuple[str, int], ...]:
    """A name as people sort it: "n2" before "n10". Names that are alike so far are told apart by their letters."""
    parts = _DIGITS.split(name)
    pairs = zip(parts[::2], (*parts[1::2], "0"), strict=True)
    return (*((text.casefold(), int(digits)) for text, digits in pairs), (name, 0))


def _with(hall: Hall, gaps: Iterable[NodeGap]) -> Hall:
    return Hall(places=hall.places, gaps=tuple(gaps), audit=hall.audit)


def _from_the_top(place: Place) -> tuple[bool, int, tuple[tuple[str, int], ...]]:
    return (place.unit <= 0, -place.unit, natural(place.node))


def _stand(place: Place, members: Iterable[Member], gap: NodeGap | None, number: int) -> Stand:
    gravest: dict[int, Member] = {}
    for member in members:
        before = gravest.get(member.card)
        if before is None or _GRAVITY.index(member.identity) >= _GRAVITY.index(before.identity):
            gravest[member.card] = member
    slots = tuple(Slot(card + 1, gravest[card]) for card in sorted(gravest))
    missing = max(0, place.cards - len(slots))
    if slots and not missing:
        return Stand(place, slots)
    if gap is None and slots:
        reason = N_(f"{len(slots)} of its cards came, and {place.cards} are expected.")
        gap = NodeGap(node=place.node, lack=Lack.NO_CARD, reason=reason)
    elif gap is None:
        gap = NodeGap(node=place.node, lack=Lack.ABSENT, reason=NOT_KEPT, advice=ASK_AGAIN)
    return Stand(place, slots, missing, gap, number)


def temperature_c(member: Member) -> float | None:
    """The highest temperature that is known of a card; None where none is, or none that can be."""
    at = member.temperature_c
    return at if at is not None and COLDEST_C <= at <= HOTTEST_C else None
