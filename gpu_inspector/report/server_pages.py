"""The report's section of a whole server: switches, links, copies between the cards, the driver's log, and the lists.

Every table is bounded, since a record may be forged. The matrix of copies bears its numbers: shades only help the eye.
"""

from gpu_inspector.language import N_
from gpu_inspector.records import server_words as said
from gpu_inspector.records import words
from gpu_inspector.records.evidence import Evidence
from gpu_inspector.records.inspection import Inspection
from gpu_inspector.records.inventory import InventoryList
from gpu_inspector.records.listed import unanswered
from gpu_inspector.records.server import ServerReading
from gpu_inspector.report.blocks import LISTED, Pairs, heading, table, untitled
from gpu_inspector.report.fonts import width as wide
from gpu_inspector.report.layout import (
    BLACK,
    BODY,
    LABEL,
    SMALL,
    STRONG,
    Box,
    Colour,
    Mark,
    Row,
    Sheet,
    Style,
    Text,
    gap,
    joined,
    lines,
)
from gpu_inspector.report.sections import section
from gpu_inspector.report.text import printable, shorten

TITLE = N_("The server, and lists of what should be in it")
MATRIX = N_("Copies between the cards, in GB/s: from the card of the line to the card of the column")
KEY = N_("The darker, the faster. “wrong” did not arrive as it was sent; “–” was not measured.")
_MOST_CARDS = 16
"""Cards of a matrix: the largest board for modules has so many."""
_CELL = 15.0
_NAME = 112.0
_WHITE: Colour = (1.0, 1.0, 1.0)
_SHADES: tuple[Colour, ...] = (_WHITE, (0.93, 0.93, 0.94), (0.86, 0.86, 0.88), (0.79, 0.79, 0.81), (0.72, 0.72, 0.74))


def server(sheet: Sheet, inspection: Inspection) -> None:
    """What is of no single card; nothing where there is neither server nor list nor log."""
    evidence = inspection.evidence
    if not said.speaks(evidence):
        return
    section(sheet, TITLE)
    _chassis(sheet, evidence)
    _links(sheet, evidence)
    if evidence.server is not None and evidence.server.peers:
        _matrix(sheet, evidence.server, tuple(card.label for card in evidence.cards))
    _events(sheet, evidence)
    for listed in evidence.inventories[:4]:
        _list(sheet, evidence, listed)


def _chassis(sheet: Sheet, evidence: Evidence) -> None:
    found = evidence.server
    if found is None:
        return
    places = ", ".join(shorten(one.address, 20) for one in found.switches[:16])
    pairs: Pairs = [
        ("Cards", str(len(evidence.cards))),
        ("NVSwitches", f"{len(found.switches)}{f': {places}' if places else ''}"),
        ("Fabric Manager", said.manager(found.fabric_manager)),
        ("Load", "all cards together" if found.loaded_together else "not all cards together"),
        ("Copies", said.peers_together(found)),
    ]
    pairs += [("Not measured", gap) for gap in found.peer_gaps[:8]]
    untitled(sheet, pairs)


def _links(sheet: Sheet, evidence: Evidence) -> None:
    rows = [
        (
            f"{number}. {card.label}",
            said.links_up(card.nvlink),
            said.speeds(card.nvlink) or "–",
            said.ends(card.nvlink) or "–",
            card.nvlink.fabric_state or "–",
            said.history(card.nvlink) or "–",
        )
        for number, card in enumerate(evidence.cards, 1)
        if card.nvlink is not None
    ]
    if rows:
        titles = ("Card", "NVLinks", "Speed each way", "Other ends", "In the fabric", "History of all links")
        shares = (0.17, 0.12, 0.19, 0.15, 0.13, 0.24)
        more = f" {len(rows) - LISTED} more cards stand in the attached record." if len(rows) > LISTED else ""
        table(sheet, titles, rows[:LISTED], shares, f"{said.HISTORY}{more}", title="NVLinks, by the driver's word")


def _matrix(sheet: Sheet, found: ServerReading, every: tuple[str, ...]) -> None:
    """Numbers in cells, which are shaded in five steps of the fastest."""
    labels = every[:_MOST_CARDS]
    rates = said.matrix(found, labels)
    if not rates:
        return
    highest = max(one.bytes_per_s for one in rates.values())
    room = min((sheet.width - _NAME) / len(labels), 48.0)
    head: list[Mark] = [_middle(str(at), LABEL, _NAME + (at - 1) * room, room) for at in range(1, len(labels) + 1)]
    rows = [Row(_CELL, tuple(head))]
    for at, label in enumerate(labels, 1):
        marks: list[Mark] = [Text(0, 10, printable(shorten(f"{at}. {label}", 24)), BODY)]
        for place, other in enumerate(labels):
            left = _NAME + place * room
            rate = rates.get((label, other))
            share = rate.bytes_per_s / highest if rate is not None and highest > 0 else 0.0
            shade = _SHADES[max(0, min(int(share * len(_SHADES)), len(_SHADES) - 1))] if rate is not None else _WHITE
            marks.append(Box(left, 0, room, _CELL, 0.4, BLACK, shade))
            text = "" if other == label else "–"
            if rate is not None:
                text = said.gigabytes(rate.bytes_per_s) if rate.intact else "wrong"
            marks.append(_middle(text, BODY if rate is None or rate.intact else STRONG, left, room))
        rows.append(Row(_CELL, tuple(marks)))
    more = f" Of {len(every)} cards the first {len(labels)} stand here." if len(every) > len(labels) else ""
    heading(sheet, MATRIX, sum(row.height for row in rows))
    sheet.place([gap(3), joined(rows), gap(3), *lines(f"{KEY}{more}", SMALL, 0, sheet.width)])


def _middle(text: str, style: Style, left: float, room: float) -> Text:
    shown = printable(text)
    return Text(left + (room - wide(style.font, style.size, shown)) / 2, 10, shown, style)


def _events(sheet: Sheet, evidence: Evidence) -> None:
    events = evidence.driver_events
    if events is None:
        return
    if not events:
        held = "The kernel's log, as far as it could be read, holds no error report of the driver (Xid)."
        untitled(sheet, [("Driver's log", held)])
        return
    rows = [
        (
            one.address or "no card named",
            str(one.xid),
            f"{one.times:,}",
            words.utc_time(one.at) if one.at is not None else "–",
            one.text,
        )
        for one in events[:LISTED]
    ]
    more = f"{len(events) - LISTED:,} more reports stand in the attached record." if len(events) > LISTED else ""
    titles = ("Card", "Xid", "Times", "First at", "The log's words")
    table(sheet, titles, rows, (0.17, 0.07, 0.07, 0.2, 0.49), more, title="Error reports of the driver", limit=160)


def _list(sheet: Sheet, evidence: Evidence, listed: InventoryList) -> None:
    """What the list is, and which of its rows no card here answers for: a list may cover more than one box."""
    heading(sheet, f"{listed.kind.value[:1].upper()}{listed.kind.value[1:]}", 40)
    open_rows = unanswered(evidence, listed)
    pairs: Pairs = [
        ("Name", shorten(listed.name, 160)),
        ("Its SHA-256", words.spaced(shorten(listed.sha256, 64))),
        ("Rows", said.rows_of(evidence, listed)),
    ]
    pairs += [("Remark", shorten(note, 200)) for note in listed.notes[:12]]
    untitled(sheet, pairs)
    if not open_rows:
        return
    rows = [(str(one.line), one.serial, one.part_number, one.product, one.slot) for one in open_rows[:LISTED]]
    more = f"{len(open_rows) - LISTED:,} more stand in the attached record. " if len(open_rows) > LISTED else ""
    foot = f"{more}A list may cover more than what was inspected: such a row is a question, and no sign of any card."
    titles = ("Line", "Serial number", "Part number", "Product", "Slot")
    table(sheet, titles, rows, (0.08, 0.2, 0.22, 0.36, 0.14), foot, title="Rows that no inspected card answers for")
