"""The words for what is of a whole chassis, and of lists of what should be in it: the same on pages and on terminals.

Records may be forged: every number of things is bounded here, and every text is cleaned by whoever shows it.
"""

from collections import Counter

from gpu_inspector.language import N_, _, counted, listed, said, told, told_value
from gpu_inspector.language import number as plain
from gpu_inspector.records.evidence import CardEvidence, Evidence
from gpu_inspector.records.inventory import InventoryList, ListRow
from gpu_inspector.records.listed import unanswered
from gpu_inspector.records.measured_words import number
from gpu_inspector.records.server import FabricManager, NvlinkReading, PeerRate, ServerReading

NAMED = 6
"""Rows, cards or numbers that one line names."""
NOT_TOLD = N_("not told")
HISTORY = N_("Counters of a link's life are history: they tell how a card was used, and are no sign by themselves.")


def speaks(evidence: Evidence) -> bool:
    """Whether there is anything of a chassis, or of a list, that a section would show."""
    links = any(card.nvlink is not None and card.nvlink.links for card in evidence.cards)
    return evidence.server is not None or bool(evidence.inventories) or bool(evidence.driver_events) or links


def lines_of(evidence: Evidence) -> tuple[str, ...]:
    """What matters, a line each, for a terminal; () for a single card without lists."""
    lines: list[str] = []
    if evidence.server is not None:
        server = evidence.server
        cards = _cards(len(evidence.cards))
        lines.append(said("server: {cards}; {switches}", cards=cards, switches=switches(server)))
        lines += [said("NVLinks: {links}", links=one) for one in links_together(evidence.cards)]
        lines.append(said("copies between cards: {copies}", copies=peers_together(server)))
    for one in evidence.inventories:
        lines.append(f"{_(one.kind.value)} {one.name}: {rows_of(evidence, one)}")
        lines += [f"  {told(note)}" for note in one.notes[:NAMED]]
    return tuple(lines)


def switches(server: ServerReading) -> str:
    """How many switches, and how the service that sets them up stands."""
    if not server.switches:
        found = _("no NVSwitch on PCI")
    else:
        found = counted("{number} NVSwitch", "{number} NVSwitches", len(server.switches))
    return f"{found}; {manager(server.fabric_manager)}"


def manager(found: FabricManager | None) -> str:
    """The Fabric Manager's state."""
    if found is None or found.running is None:
        state = _("Fabric Manager: not told")
    elif found.running:
        state = _("Fabric Manager runs")
    else:
        state = _("Fabric Manager does not run") if found.installed else _("Fabric Manager is not installed")
    return " ".join(filter(None, (state, f"({found.version})" if found is not None and found.version else "")))


def links_up(nvlink: NvlinkReading) -> str:
    """Of one card: "17 of 18 up"."""
    if not nvlink.links:
        return _(NOT_TOLD) if nvlink.absent else _("none")
    known = [link for link in nvlink.links if link.active is not None]
    if not known:
        return f"{len(nvlink.links)}, {_(NOT_TOLD)}"
    return said("{active} of {known} up", active=sum(link.active is True for link in known), known=len(known))


def links_together(cards: tuple[CardEvidence, ...]) -> tuple[str, ...]:
    """Equal states once, with how many cards, or which: "18 of 18 up (7 cards)"."""
    states: dict[str, list[str]] = {}
    for card in cards:
        if card.nvlink is not None:
            states.setdefault(links_up(card.nvlink), []).append(card.label)
    return tuple(
        f"{state} ({listed(labels) if len(labels) <= NAMED // 2 else _cards(len(labels))})"
        for state, labels in list(states.items())[:NAMED]
    )


def _cards(number: int) -> str:
    return counted("{number} card", "{number} cards", number)


def peers_together(server: ServerReading) -> str:
    """All copies in one line."""
    if not server.peers:
        return told(server.peer_gaps[0]) if server.peer_gaps else _("not measured")
    rates = sorted(one.bytes_per_s for one in server.peers)
    broken = sum(not one.intact for one in server.peers)
    values = {"directions": len(rates), "least": gigabytes(rates[0]), "most": gigabytes(rates[-1])}
    if not broken:
        return said("{directions} directions, {least} to {most} GB/s; all arrived whole", **values)
    return said(
        "{directions} directions, {least} to {most} GB/s; {broken} did not arrive as they were sent",
        broken=broken,
        **values,
    )


def gigabytes(bytes_per_s: float) -> str:
    """A rate in GB/s, without its unit."""
    return number(bytes_per_s / 1e9, digits=3)


def matrix(server: ServerReading, labels: tuple[str, ...]) -> dict[tuple[str, str], PeerRate]:
    """The copy of each direction between these cards, the slowest where one was measured twice."""
    found: dict[tuple[str, str], PeerRate] = {}
    for one in server.peers:
        pair = (one.one, one.other)
        if set(pair) <= set(labels) and (pair not in found or one.bytes_per_s < found[pair].bytes_per_s):
            found[pair] = one
    return found


def history(nvlink: NvlinkReading) -> str:
    """The counters of all links together; "" where none is told."""
    parts = []
    for field, counter in (
        ("crc_errors", N_("{number} CRC errors")),
        ("replays", N_("{number} replays")),
        ("recoveries", N_("{number} recoveries")),
    ):
        given = [value for link in nvlink.links if isinstance(value := getattr(link, field), int)]
        if given:
            parts.append(said(counter, number=number(float(sum(given)))))
    return listed(parts)


def speeds(nvlink: NvlinkReading) -> str:
    """The speeds of the links that are up, each way: "18 at 26,562 MB/s"."""
    found = Counter(link.speed_mb_per_s for link in nvlink.links if link.active and link.speed_mb_per_s)
    shown = [
        said("{count} at {speed} MB/s", count=count, speed=number(float(speed)))
        for speed, count in found.most_common(3)
    ]
    return listed(shown)


def ends(nvlink: NvlinkReading) -> str:
    """What the links lead to: "18 to a switch"."""
    found = Counter(link.remote_kind for link in nvlink.links if link.active and link.remote_kind)
    shown = [said("{count} to a {kind}", count=count, kind=told_value(kind)) for kind, count in found.most_common(4)]
    return listed(shown)


def rows_of(evidence: Evidence, listed_in: InventoryList) -> str:
    """How many rows a list has, and for which of them no inspected card answers."""
    open_rows = unanswered(evidence, listed_in)
    rows = counted("{number} row", "{number} rows", len(listed_in.rows))
    if listed_in.others:
        rows = said("{rows} and {others} of other goods", rows=rows, others=plain(listed_in.others))
    if not open_rows:
        return rows
    named = listed([row_words(row) for row in open_rows[:NAMED]])
    if len(open_rows) > NAMED:
        named = said("{names} and {number} more", names=named, number=len(open_rows) - NAMED)
    return said(
        "{rows}; no inspected card answers for {open_rows} of them: {names}",
        rows=rows,
        open_rows=len(open_rows),
        names=named,
    )


def row_words(row: ListRow) -> str:
    """A row by its line and number."""
    return said(
        "line {line} ({goods})", line=row.line, goods=row.serial or row.unread or row.part_number or row.product
    )
