"""The words for what is of a whole chassis, and of lists of what should be in it: the same on pages and on terminals.

Records may be forged: every number of things is bounded here, and every text is cleaned by whoever shows it.
"""

from collections import Counter

from gpu_inspector.language import N_
from gpu_inspector.records.evidence import CardEvidence, Evidence
from gpu_inspector.records.inventory import InventoryList, ListRow
from gpu_inspector.records.listed import unanswered
from gpu_inspector.records.measured_words import counted, number
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
    said: list[str] = []
    if evidence.server is not None:
        server = evidence.server
        said.append(f"server: {counted(len(evidence.cards), 'card', 'cards')}; {switches(server)}")
        said += [f"NVLinks: {one}" for one in links_together(evidence.cards)]
        said.append(f"copies between cards: {peers_together(server)}")
    for listed in evidence.inventories:
        said.append(f"{listed.kind.value} {listed.name}: {rows_of(evidence, listed)}")
        said += [f"  {note}" for note in listed.notes[:NAMED]]
    return tuple(said)


def switches(server: ServerReading) -> str:
    """How many switches, and how the service that sets them up stands."""
    found = counted(len(server.switches), "NVSwitch", "NVSwitches") if server.switches else "no NVSwitch on PCI"
    return f"{found}; {manager(server.fabric_manager)}"


def manager(found: FabricManager | None) -> str:
    """The Fabric Manager's state."""
    if found is None or found.running is None:
        state = "Fabric Manager: not told"
    elif found.running:
        state = "Fabric Manager runs"
    else:
        state = "Fabric Manager does not run" if found.installed else "Fabric Manager is not installed"
    return " ".join(filter(None, (state, f"({found.version})" if found is not None and found.version else "")))


def links_up(nvlink: NvlinkReading) -> str:
    """Of one card: "17 of 18 up"."""
    if not nvlink.links:
        return NOT_TOLD if nvlink.absent else "none"
    known = [link for link in nvlink.links if link.active is not None]
    if not known:
        return f"{len(nvlink.links)}, {NOT_TOLD}"
    return f"{sum(link.active is True for link in known)} of {len(known)} up"


def links_together(cards: tuple[CardEvidence, ...]) -> tuple[str, ...]:
    """Equal states once, with how many cards, or which: "18 of 18 up (7 cards)"."""
    states: dict[str, list[str]] = {}
    for card in cards:
        if card.nvlink is not None:
            states.setdefault(links_up(card.nvlink), []).append(card.label)
    return tuple(
        f"{state} ({', '.join(labels) if len(labels) <= NAMED // 2 else f'{len(labels)} cards'})"
        for state, labels in list(states.items())[:NAMED]
    )


def peers_together(server: ServerReading) -> str:
    """All copies in one line."""
    if not server.peers:
        return server.peer_gaps[0] if server.peer_gaps else "not measured"
    rates = sorted(one.bytes_per_s for one in server.peers)
    broken = sum(not one.intact for one in server.peers)
    whole = "all arrived whole" if not broken else f"{broken} did not arrive as they were sent"
    return f"{len(rates)} directions, {gigabytes(rates[0])} to {gigabytes(rates[-1])} GB/s; {whole}"


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
    for name, field in (("CRC errors", "crc_errors"), ("replays", "replays"), ("recoveries", "recoveries")):
        told = [value for link in nvlink.links if isinstance(value := getattr(link, field), int)]
        if told:
            parts.append(f"{number(float(sum(told)))} {name}")
    return ", ".join(parts)


def speeds(nvlink: NvlinkReading) -> str:
    """The speeds of the links that are up, each way: "18 at 26,562 MB/s"."""
    found = Counter(link.speed_mb_per_s for link in nvlink.links if link.active and link.speed_mb_per_s)
    return ", ".join(f"{count} at {number(float(speed))} MB/s" for speed, count in found.most_common(3))


def ends(nvlink: NvlinkReading) -> str:
    """What the links lead to: "18 to a switch"."""
    found = Counter(link.remote_kind for link in nvlink.links if link.active and link.remote_kind)
    return ", ".join(f"{count} to a {kind}" for kind, count in found.most_common(4))


def rows_of(evidence: Evidence, listed: InventoryList) -> str:
    """How many rows a list has, and for which of them no inspected card answers."""
    open_rows = unanswered(evidence, listed)
    said = counted(len(listed.rows), "row", "rows")
    if listed.others:
        said += f" and {listed.others:,} of other goods"
    if not open_rows:
        return said
    named = ", ".join(row_words(row) for row in open_rows[:NAMED])
    more = f" and {len(open_rows) - NAMED} more" if len(open_rows) > NAMED else ""
    return f"{said}; no inspected card answers for {len(open_rows)} of them: {named}{more}"


def row_words(row: ListRow) -> str:
    """A row by its line and number."""
    return f"line {row.line} ({row.serial or row.unread or row.part_number or row.product})"
