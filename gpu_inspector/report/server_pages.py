"""The report's section of a whole server: switches, links, copies between the cards, the driver's log, and the lists.

Every table is bounded, since a record may be forged. The matrix of copies bears its numbers: shades only help the eye.
"""

from gpu_inspector.language import N_, _, counted, number, said, sentences, told
from gpu_inspector.records import server_words, words
from gpu_inspector.records.evidence import Evidence
from gpu_inspector.records.inspection import Inspection
from gpu_inspector.records.inventory import InventoryList
from gpu_inspector.records.listed import unanswered
from gpu_inspector.records.server import ServerReading
from gpu_inspector.report.blocks import LISTED, Pairs, heading, more, table, untitled
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
LINK_HEADINGS = (
    *(N_("Card"), N_("NVLinks"), N_("Speed each way")),
    *(N_("Other ends"), N_("In the fabric"), N_("History of all links")),
)
EVENT_HEADINGS = (N_("Card"), N_("Xid"), N_("Times"), N_("First at"), N_("The log's words"))
ROW_HEADINGS = (N_("Line"), N_("Serial number"), N_("Part number"), N_("Product"), N_("Slot"))
MATRIX = N_("Copies between the cards, in GB/s: from the card of the line to the card of the column")
KEY = N_("The darker, the faster. “wrong” did not arrive as it was sent; “–” was not measured.")
MAY_COVER = N_("A list may cover more than what was inspected: such a row is a question, and no sign of any card.")
_MOST_CARDS = 16
"""Cards of a matrix: the largest board for modules has so many."""
_CELL = 15.0
_NAME = 112.0
_WHITE: Colour = (1.0, 1.0, 1.0)
_SHADES: tuple[Colour, ...] = (_WHITE, (0.93, 0.93, 0.94), (0.86, 0.86, 0.88), (0.79, 0.79, 0.81), (0.72, 0.72, 0.74))


def server(sheet: Sheet, inspection: Inspection) -> None:
    """What is of no single card; nothing where there is neither server nor list nor log."""
    evidence = inspection.evidence
    if not server_words.speaks(evidence):
        return
    section(sheet, _(TITLE))
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
        (_("Cards"), str(len(evidence.cards))),
        (_("NVSwitches"), f"{len(found.switches)}{f': {places}' if places else ''}"),
        (_("Fabric Manager"), server_words.manager(found.fabric_manager)),
        (_("Load"), _("all cards together") if found.loaded_together else _("not all cards together")),
        (_("Copies"), server_words.peers_together(found)),
    ]
    pairs += [(_("Not measured"), told(gap)) for gap in found.peer_gaps[:8]]
    untitled(sheet, pairs)


def _links(sheet: Sheet, evidence: Evidence) -> None:
    rows = [
        (
            f"{number}. {card.label}",
            server_words.links_up(card.nvlink),
            server_words.speeds(card.nvlink) or "–",
            server_words.ends(card.nvlink) or "–",
            card.nvlink.fabric_state or "–",
            server_words.history(card.nvlink) or "–",
        )
        for number, card in enumerate(evidence.cards, 1)
        if card.nvlink is not None
    ]
    if rows:
        titles = [_(one) for one in LINK_HEADINGS]
        shares = (0.17, 0.12, 0.19, 0.15, 0.13, 0.24)
        foot = sentences(_(server_words.HISTORY), more(len(rows) - LISTED))
        table(sheet, titles, rows[:LISTED], shares, foot, title=_("NVLinks, by the driver's word"))


def _matrix(sheet: Sheet, found: ServerReading, every: tuple[str, ...]) -> None:
    """Numbers in cells, which are shaded in five steps of the fastest."""
    labels = every[:_MOST_CARDS]
    rates = server_words.matrix(found, labels)
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
                text = server_words.gigabytes(rate.bytes_per_s) if rate.intact else _("wrong")
            marks.append(_middle(text, BODY if rate is None or rate.intact else STRONG, left, room))
        rows.append(Row(_CELL, tuple(marks)))
    not_all = said("Of {count} cards the first {shown} stand here.", count=len(every), shown=len(labels))
    key = sentences(_(KEY), not_all if len(every) > len(labels) else "")
    heading(sheet, _(MATRIX), sum(row.height for row in rows))
    sheet.place([gap(3), joined(rows), gap(3), *lines(key, SMALL, 0, sheet.width)])


def _middle(text: str, style: Style, left: float, room: float) -> Text:
    shown = printable(text)
    return Text(left + (room - wide(style.font, style.size, shown)) / 2, 10, shown, style)


def _events(sheet: Sheet, evidence: Evidence) -> None:
    events = evidence.driver_events
    if events is None:
        return
    if not events:
        held = _("The kernel's log, as far as it could be read, holds no error report of the driver (Xid).")
        untitled(sheet, [(_("Driver's log"), held)])
        return
    rows = [
        (
            one.address or _("no card named"),
            str(one.xid),
            number(one.times),
            words.utc_time(one.at) if one.at is not None else "–",
            one.text,
        )
        for one in events[:LISTED]
    ]
    left = counted(
        "{number} more report stands in the attached record.",
        "{number} more reports stand in the attached record.",
        len(events) - LISTED,
    )
    foot, title = left if len(events) > LISTED else "", _("Error reports of the driver")
    titles = [_(one) for one in EVENT_HEADINGS]
    table(sheet, titles, rows, (0.17, 0.07, 0.07, 0.2, 0.49), foot, title=title, limit=160)


def _list(sheet: Sheet, evidence: Evidence, listed: InventoryList) -> None:
    """What the list is, and which of its rows no card here answers for: a list may cover more than one box."""
    kind = _(listed.kind.value)
    heading(sheet, f"{kind[:1].upper()}{kind[1:]}", 40)
    open_rows = unanswered(evidence, listed)
    pairs: Pairs = [
        (_("Name"), shorten(listed.name, 160)),
        (_("Its SHA-256"), words.spaced(shorten(listed.sha256, 64))),
        (_("Rows"), server_words.rows_of(evidence, listed)),
    ]
    pairs += [(_("Remark"), shorten(told(note), 200)) for note in listed.notes[:12]]
    untitled(sheet, pairs)
    if not open_rows:
        return
    rows = [(str(one.line), one.serial, one.part_number, one.product, one.slot) for one in open_rows[:LISTED]]
    foot = sentences(more(len(open_rows) - LISTED), _(MAY_COVER))
    titles, title = [_(one) for one in ROW_HEADINGS], _("Rows that no inspected card answers for")
    table(sheet, titles, rows, (0.08, 0.2, 0.22, 0.36, 0.14), foot, title=title)
