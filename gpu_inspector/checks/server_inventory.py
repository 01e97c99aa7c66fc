"""The management controller's inventory against what the driver says of the same cards, and cards among their equals.

The controller reads serial and part number over a wire of its own, so a driver that lies for the card does not lie
for it. Which honest server would trip this: one whose controller still holds the inventory of before a swap, until it
is started anew; one whose controller does not see a card at all, as with most workstation cards. Equal cards: whoever
builds a server fits it with one product, and whoever mends it may not; that a card says so itself is no forgery.
"""

from gpu_inspector.checks import thresholds_server as limits
from gpu_inspector.checks.answer import Answer, consistent, inconclusive, not_applicable, sign
from gpu_inspector.checks.listed_parts import part_apart
from gpu_inspector.checks.runner import check
from gpu_inspector.checks.server_facts import kind_of, name_of
from gpu_inspector.checks.server_links import named_as_module
from gpu_inspector.language import N_
from gpu_inspector.records.evidence import CardEvidence, Evidence
from gpu_inspector.records.finding import Strength, Value
from gpu_inspector.records.inventory import InventoryList, ListRow
from gpu_inspector.records.listed import board_serial, own_serials, own_uuids, plain_uuid, serials_of
from gpu_inspector.records.server import NvlinkReading, ServerReading

_WITNESS = N_("management controller")
_SOURCE = N_("the management controller's inventory (Redfish)")
_RESTART = N_("Take the power off the whole chassis, start it again, and read the inventory anew.")
_STALE = N_("an inventory of before a swap: the controller reads it when the chassis gets power")
ANOTHER_PRODUCT = N_("another product")
"""The cause of a card among cards of another product."""
NOT_LISTED = N_("not in the inventory")
"""The cause of a card that the controller does not know, as none knows what was put in beside the server's own."""


@check("identity-inventory", N_("Management controller's inventory"))
def inventory(
    controller_lists: tuple[InventoryList, ...],
    card: CardEvidence,
    evidence: Evidence,
    board_part_number: str | None,
    gpu_part_number: str | None,
) -> Answer:
    """Another witness of the same numbers: where serial and die UUID belong together, both must say so."""
    rows = tuple(row for one in controller_lists for row in one.rows)[: int(limits.ROWS_HELD)]
    numbers = own_serials(evidence, card)
    serials, uuids = frozenset(numbers), own_uuids(evidence, card)
    if not rows:
        return inconclusive(N_("The management controller lists no accelerator of NVIDIA's."))
    if not serials and not uuids:
        return inconclusive(N_("The card gives no number of its own that an inventory could bear."))
    by_serial = [row for row in rows if serials & set(serials_of(row))]
    by_uuid = [row for row in rows if row.uuid and plain_uuid(row.uuid) in uuids]
    parts = tuple(one.upper() for one in (board_part_number, gpu_part_number) if one)
    values: dict[str, Value] = {"own": next(iter((*numbers, *sorted(uuids))))}
    if by_serial or by_uuid:
        return _same_piece((by_serial or by_uuid)[0], serials, uuids, parts, values)
    return _not_there(rows, evidence, serials, uuids, values)


def _same_piece(
    row: ListRow, serials: frozenset[str], uuids: frozenset[str], parts: tuple[str, ...], values: dict[str, Value]
) -> Answer:
    values = {**values, "slot": row.slot[: int(limits.LISTED_WORDS)] or str(row.line)}
    listed = set(serials_of(row))
    # Makers of servers number boards in a way of their own as well: only numbers of one kind can differ.
    of_one_kind = any(map(board_serial, listed)) and any(map(board_serial, serials))
    if of_one_kind and not listed & serials:
        return _differs(
            Strength.STRONG, N_("serial number"), ", ".join(sorted(listed)), ", ".join(sorted(serials)), values
        )
    uuid = plain_uuid(row.uuid)
    if uuid and uuids and uuid not in uuids:
        # Controllers give accelerators a UUID of their own, unless they have the die's.
        values = {**values, "aside": N_(" Its UUID is not the driver's, as with many controllers.")}
    part = row.part_number.strip().upper()
    said = [how for one in parts if part and (how := part_apart(one, part)) is not None]
    if said and all(how is Strength.STRONG for how in said):
        return _differs(Strength.MEDIUM, N_("part number"), part, ", ".join(parts), values)
    return consistent(
        N_("The management controller lists this card at {slot}, with the same {same}.{aside}"),
        expected=N_("the same number"),
        observed=str(values["own"]),
        source=_SOURCE,
        **{
            "aside": "",
            "same": N_(f"number {values['own']}")
            if listed & serials
            else N_("UUID; its serial number is of another kind"),
            **values,
        },
    )


def _differs(strength: Strength, what: str, listed: str, found: str, values: dict[str, Value]) -> Answer:
    most = int(limits.LISTED_WORDS)
    return sign(
        strength,
        N_("The management controller gives this card, at {slot}, the {what} {listed}; the driver says {found}."),
        expected=listed[:most],
        observed=found[:most],
        source=_SOURCE,
        witness=_WITNESS,
        cause="InfoROM",
        innocent=(_STALE,),
        advice=_RESTART,
        values={**values, "what": what, "listed": listed[:most], "found": found[:most]},
    )


def _not_there(
    rows: tuple[ListRow, ...],
    evidence: Evidence,
    serials: frozenset[str],
    uuids: frozenset[str],
    values: dict[str, Value],
) -> Answer:
    listed = {one for row in rows for one in serials_of(row)}
    their_uuids = {plain_uuid(row.uuid) for row in rows if row.uuid}
    others = sum(
        bool(listed & set(own_serials(evidence, card)) or their_uuids & own_uuids(evidence, card))
        for card in evidence.cards
    )
    comparable = (serials and listed) or (uuids and their_uuids)
    if not others or not comparable:
        return inconclusive(
            N_(
                "None of the inspected cards is in the management controller's inventory: it gives other numbers, or is"
                " that of another chassis."
            ),
            advice=_RESTART,
        )
    return sign(
        Strength.MEDIUM,
        N_("The management controller does not list this card ({own}); it lists {others} of the inspected cards."),
        expected=N_("every card of the chassis"),
        observed=N_("not listed"),
        source=_SOURCE,
        witness=_WITNESS,
        cause=NOT_LISTED,
        innocent=(_STALE, N_("a card that the controller has no wire to, or that came in beside the server's own")),
        advice=_RESTART,
        values={**values, "others": others},
    )


@check("identity-same-kind", N_("One product among equals"))
def same_kind(
    server: ServerReading, card: CardEvidence, evidence: Evidence, siblings: tuple[CardEvidence, ...]
) -> Answer:
    """A server is built with one product; the odd card is named, and says itself what it is."""
    own = kind_of(card)
    kinds = [kind for one in evidence.cards if one is not card and (kind := kind_of(one)) is not None]
    if own is None or not kinds:
        return not_applicable(N_("There is no other card whose product could be compared."))
    # Sorted, so that a tie has one answer whichever way the cards came.
    usual = max(sorted(set(kinds)), key=kinds.count)
    equal = kinds.count(usual)
    mine = len(siblings) + 1
    # All others must be equal, and at least twice as many: a chassis of two and two has no odd card.
    if own == usual or equal < limits.LEAST_EQUAL or equal < len(kinds) - len(siblings) or mine + mine > equal:
        return consistent(
            N_("{count} of the {all} other cards are the same product, {name}."),
            expected=N_("one product, or a mixture without an odd one"),
            observed=name_of(card),
            source=N_("the cards' own words"),
            count=len(siblings),
            all=len(evidence.cards) - 1,
            name=name_of(card),
        )
    usual_name = next(name_of(one) for one in evidence.cards if kind_of(one) == usual)
    # A plug-in card beside the modules, for a display or for other work, is in nobody's place.
    modules = bool(server.switches) or any(_on_switch(one.nvlink) for one in evidence.cards)
    on_board = modules and (_on_switch(card.nvlink) or named_as_module(name_of(card)))
    return sign(
        Strength.MEDIUM if on_board else Strength.WEAK,
        N_("This card is {name}; {count} others of the chassis are {usual}."),
        expected=usual_name,
        observed=name_of(card),
        source=N_("the cards' own words"),
        witness=N_("driver"),
        cause=ANOTHER_PRODUCT,
        innocent=(
            N_("a repair with another module"),
            N_("a machine that was put together of different cards"),
        ),
        advice=N_("Look up in the papers which product was declared for how many pieces."),
        values={"name": name_of(card), "usual": usual_name, "count": equal},
    )


def _on_switch(nvlink: NvlinkReading | None) -> bool:
    return nvlink is not None and any(link.remote_kind == "switch" for link in nvlink.links)
