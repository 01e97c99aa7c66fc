"""Halls made by hand for the tests: racks of nodes with eight cards, five lost, three altered, one patched driver."""

from dataclasses import replace

from report.lot_records import DIE, MEMORY, lot, member, summary

from gpu_inspector.records import hall_view
from gpu_inspector.records.finding import Identity
from gpu_inspector.records.hall import Hall, Place
from gpu_inspector.records.lot import LotSummary, Member, Reason
from gpu_inspector.records.lot_statistics import statement_of
from gpu_inspector.records.node import Lack, NodeGap

PATCHED = Reason(
    check="bench-patches",
    outcome="INCONCLUSIVE",
    text="The kernel's log or the module's options bear traces of a known driver patch: NVRM: GPU unlock.",
)
UNMEASURED = Reason(check="memory-measured", outcome="INCONCLUSIVE", text="The memory of this card was not tested.")
LOST = (
    (Lack.SILENT, "The node did not answer within 900 s.", "Look whether it still runs, and audit it again."),
    (Lack.NO_DRIVER, "No NVIDIA driver is loaded on the node.", "Load the driver, and audit the node again."),
    (Lack.LOST, "Its worker died while the cards were measured.", "Look at the node's own log."),
    (Lack.OTHER_PROGRAM, "It runs another version of this program.", "Install the collector's version there."),
    (Lack.OTHER_CLOCK, "Its clock is 3,600 s away from the collector's.", "Set its clock."),
)


def hall_of(nodes: int, racks: int, cards: int = 8, name: str = "n{:03d}", rack: str = "A{:02d}") -> Hall:
    """Nodes in racks, two units each, from the floor up."""
    each = -(-nodes // max(racks, 1))
    return Hall(
        places=tuple(
            Place(
                node=name.format(at + 1),
                rack=rack.format(at // each + 1) if racks else "",
                unit=(at % each) * 2 + 1 if racks and each < 50 else 0,
                cards=cards,
            )
            for at in range(nodes)
        ),
        audit="6f2f1f0b-8a11-4c55-9d0c-0b7c9a523000",
    )


def cards_of(place: Place, first: int, **changes: object) -> tuple[Member, ...]:
    """The cards of one node as members of the lot, hotter from the first to the last."""
    return tuple(
        member(
            first + card,
            seq=100 + first // max(place.cards, 1),
            inspection=f"0b7c9a52-30c8-4b8c-8a43-{first:012x}",
            digest=f"{first:064x}",
            card=card,
            label=f"0000:{card + 1:02x}:00.0",
            product="NVIDIA H100 80GB HBM3",
            node=place.node,
            temperature_c=float(48 + (first * 7 + card * 5) % 47),
            **changes,
        )
        for card in range(place.cards)
    )


def summary_of(hall: Hall, members: tuple[Member, ...]) -> LotSummary:
    """As the program makes it: gaps in force, and the statement follows from members and hall."""
    declared = max(1, sum(one.cards for one in hall.places))
    hall = hall_view.in_force(hall, hall.gaps, members)
    of = lot(declared, name="Hall 3, audit of November")
    statement = statement_of(of, members, hall_view.count_unexamined(hall, members))
    return summary(members, of, statement=statement, hall=hall, ledger_rows=100 + len(members))


def audited(nodes: int = 200, racks: int = 10, cards: int = 8, **names: str) -> LotSummary:
    """Five nodes lost, three cards altered, one node under a patched driver, as far as the hall has so many."""
    hall = hall_of(nodes, racks, cards, **names)
    lost = [at for at in (3, 44, 90, 131, 187) if at < nodes - 1]
    gaps = tuple(
        NodeGap(node=hall.places[at].node, lack=lack, reason=reason, advice=advice)
        for at, (lack, reason, advice) in zip(lost, LOST, strict=False)
    )
    members: list[Member] = []
    for at, place in enumerate(hall.places):
        if at in lost:
            continue
        found = list(cards_of(place, len(members) + 1))
        if at == 150:
            found = [replace(one, identity=Identity.INCONCLUSIVE, reasons=(PATCHED,)) for one in found]
        if at in (7, 61, 120):
            found[at % cards] = replace(found[at % cards], identity=Identity.CONTRADICTED, reasons=(DIE, MEMORY))
        if at == 12:
            found[2 % cards] = replace(
                found[2 % cards], identity=Identity.INCONCLUSIVE, temperature_c=None, reasons=(UNMEASURED,)
            )
        members += found
    return summary_of(replace(hall, gaps=gaps), tuple(members))
