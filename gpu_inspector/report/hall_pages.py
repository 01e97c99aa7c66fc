"""The pages of a hall: the map of identities, the nodes that were not examined, what deviates where, and the heat.

A part of the summary of a lot that is an audit's; every other lot has none of it, and its pages are what they were.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace

from gpu_inspector.language import N_, _, clauses, counted, listed, number, said, sentences
from gpu_inspector.records import hall_heat, hall_names, hall_view, hall_words, lot_words, words
from gpu_inspector.records.hall_view import Rack, Slot, Stand
from gpu_inspector.records.lot import LotSummary, Member, Reason
from gpu_inspector.report import blocks, fonts, hall_cells, lot_cells
from gpu_inspector.report.deciding import bullet, subtitle
from gpu_inspector.report.hall_cells import CELL, HIGH, Column, Grid, Look
from gpu_inspector.report.layout import BODY, SMALL, Mark, Row, Sheet, gap, joined, lines
from gpu_inspector.report.lot_cells import Detail, short
from gpu_inspector.report.sections import section
from gpu_inspector.report.text import colon

MAP = N_("The hall: identity of each card")
HEAT = N_("The hall: highest temperature of each card")
ABSENT = N_("Nodes that were not examined, or not all of their cards")
READ = N_(
    "Each cell is a card; the first slot of a node is the left one. Racks stand side by side, their nodes from the top"
    " unit down. Where a node stands, the file of the hall says: this program does not see it."
)
READ_UNPLACED = N_(
    "Each cell is a card; the first slot of a node is the left one. Where the nodes stand was not stated: they are in"
    " the order of their names."
)
NOTHING_SAID = N_("Nothing is known of the cards that are hatched, and nothing is said of them.")
MEASURED = N_(
    "The highest that the sensor of each card's die showed while it was measured, in whole °C. How warm a card becomes"
    " follows from the profile of the measurement as well."
)
NOT_MEASURED = N_("not measured")
NO_HEAT = N_("No temperature was measured.")
Bands = list[list[Column]]
LISTED = 300
"""Nodes that were not examined, and cards that deviate, with their reasons; the attached record has all."""
_REASON, _REASONS = 220, 2
_LEGEND = 11.0
_NAMED, _NODES = 12, 24


def pages(sheet: Sheet, summary: LotSummary) -> None:
    """All of them; nothing where the lot is of no hall."""
    if summary.hall is None:
        return
    drawn = hall_view.racks(summary.hall, summary.members)
    grid = hall_cells.grid_of(drawn, sheet.width)
    placed = any(rack.name or stand.place.unit for rack in drawn for stand in rack.stands)
    bands = hall_cells.bands(drawn, grid)
    section(sheet, _(MAP), _first(bands, grid))
    told = sentences(_(READ if placed else READ_UNPLACED), hall_names.sentence(grid.known))
    sheet.place([*lines(told, BODY, 0, sheet.width), gap(4)])
    sheet.place([*_identities(sheet.width, any(stand.number for rack in drawn for stand in rack.stands)), gap(6)])
    _map(sheet, bands, grid, hall_cells.identity_look)
    _absent(sheet, hall_view.unexamined(drawn))
    _deviating(sheet, drawn)
    _undecided(sheet, drawn)
    _heat(sheet, bands, grid)


def _first(bands: Bands, grid: Grid) -> float:
    """What of a map stays with its title: the words, the legend and the first racks."""
    rows = hall_cells.rows(bands[0], grid, hall_cells.identity_look) if bands else []
    return 2 * BODY.line + 4 * _LEGEND + 30 + sum(row.height for row in rows)


def _map(sheet: Sheet, bands: Bands, grid: Grid, look: Callable[[Slot], Look | None]) -> None:
    heads = any(column.name for band in bands for column in band)
    for band in bands:
        sheet.place(
            [*hall_cells.rows(band, grid, look), gap(9)], head=[hall_cells.head(band, grid, _rack)] if heads else ()
        )


def _rack(name: str) -> str:
    return said("Rack {rack}", rack=short(name, 60)) if name else _(hall_words.NO_RACK)


def _identities(width: float, missing: bool) -> list[Row]:
    """What each cell says."""
    entries = [
        (tuple(hall_cells.cell(0, 0, look)), _(words.IDENTITIES[identity]))
        for identity, look in hall_cells.IDENTITIES.items()
    ]
    if missing:
        entries.append((tuple(hall_cells.hatched(0, 0, CELL, "1")), _(hall_words.NOT_EXAMINED)))
    return _legend(entries, width)


def _degrees(width: float) -> list[Row]:
    entries = [
        (tuple(hall_cells.cell(0, 0, Look("", step.fill, step.ink))), text)
        for step, text in zip(hall_heat.STEPS, hall_heat.words(), strict=True)
    ]
    entries.append((tuple(hall_cells.hatched(0, 0, CELL)), _(NOT_MEASURED)))
    return _legend(entries, width)


def _legend(entries: Iterable[tuple[tuple[Mark, ...], str]], width: float) -> list[Row]:
    """Samples with their words, as many on a line as there is room for."""
    found: list[list[Row]] = [[]]
    x = 0.0
    for sample, text in entries:
        room = CELL + 4 + fonts.width(SMALL.font, SMALL.size, text) + 14
        if x and x + room > width + 14:
            found.append([])
            x = 0.0
        told = lines(text, SMALL, x + CELL + 4, width - x - CELL - 4)
        found[-1].append(Row(_LEGEND, tuple(_right(mark, x) for mark in sample)))
        found[-1].append(Row(max(_LEGEND, sum(row.height for row in told)), joined(told).marks))
        x += room
    return [
        Row(max(row.height for row in level) + 2, tuple(mark for row in level for mark in row.marks)) for level in found
    ]


def _right(mark: Mark, by: float) -> Mark:
    return replace(mark, x=mark.x + by)


def _absent(sheet: Sheet, absent: tuple[Stand, ...]) -> None:
    """Each node that is missing, by the number of its cell, with the reason and what would help."""
    if not absent:
        return
    section(sheet, _(ABSENT))
    sheet.place([*lines(_(NOTHING_SAID), BODY, 0, sheet.width), gap(3)])
    rows = [
        joined((*_numbered(sheet.width, stand.number, hall_words.why(stand, lambda text: short(text, 300))), gap(2)))
        for stand in absent[:LISTED]
    ]
    sheet.place(rows, keep=False)
    if foot := blocks.more(len(absent) - LISTED):
        sheet.place(lines(foot, SMALL, 0, sheet.width))


def _numbered(width: float, at: int, text: str) -> list[Row]:
    first, *others = lot_cells.clipped(text, BODY, 24, width - 24, 5)
    mark = tuple(hall_cells.hatched(0, 0.4, 20, str(at)))
    return [Row(max(first.height, HIGH + 1.2), (*mark, *first.marks)), *others]


def _deviating(sheet: Sheet, drawn: Iterable[Rack]) -> None:
    """The cards that deviate in the order of the hall, each with its report and its first reasons."""
    found = hall_view.alike(drawn, lot_words.DEVIATING)
    if not found:
        return
    section(sheet, _(hall_words.DEVIATING))
    rows: list[tuple[str, ...]] = []
    for stand, slots in found[:LISTED]:
        place, member = stand.place, slots[0].member
        rows.append(
            (
                short(place.rack, 24),
                str(place.unit) if place.unit > 0 else "",
                short(place.node, 40),
                lot_words.numbers(one.slot for one in slots),
                str(member.seq),
                _why(lot_cells.ordered(member)),
            )
        )
    titles: tuple[str, ...] = (_("Rack"), _("Unit"), _("Node"), _("Slot"), _("Report"), _("Why"))
    shares: tuple[float, ...] = (0.10, 0.06, 0.17, 0.07, 0.08, 0.52)
    if not any(row[0] or row[1] for row in rows):
        titles, shares = titles[2:], (0.25, 0.09, 0.09, 0.57)
        rows = [row[2:] for row in rows]
    blocks.table(sheet, titles, rows, shares, blocks.more(len(found) - LISTED), limit=700)


def _undecided(sheet: Sheet, drawn: Iterable[Rack]) -> None:
    """What keeps cards undecided, and in which nodes: a doubted bench first."""
    found = hall_view.undecided(drawn)
    if not found:
        return
    section(sheet, _(hall_words.UNDECIDED))
    rows = [(hall_words.doubted(one, _node, _NODES), _why(one.reasons)) for one in found[:LISTED]]
    blocks.table(sheet, (_("Node"), _("Why")), rows, (0.34, 0.66), blocks.more(len(found) - LISTED), limit=1200)


def _why(reasons: Iterable[Reason]) -> str:
    """The first reasons, and how many more there are."""
    found = list(reasons)
    shown = [lot_words.reason(one, lambda text: short(text, _REASON)) for one in found[:_REASONS]]
    if (left := len(found) - _REASONS) > 0:
        shown.append(
            counted("{number} more reason stands in its report.", "{number} more reasons stand in its report.", left)
        )
    return clauses(shown) or _("Its reasons stand in its report.")


def _node(name: str) -> str:
    return short(name, 40)


def _heat(sheet: Sheet, bands: Bands, grid: Grid) -> None:
    slots = [slot for band in bands for column in band for stand in column.stands for slot in stand.slots]
    known = [at for at in (hall_view.temperature_c(slot.member) for slot in slots) if at is not None]
    section(sheet, _(HEAT), _first(bands, grid) if known else 60.0)
    if not known:
        sheet.place(lines(_(NO_HEAT), BODY, 0, sheet.width))
        return
    span = said(
        "{measured} of {count} cards: {lowest} °C to {highest} °C.",
        measured=number(len(known)),
        count=number(len(slots)),
        lowest=number(round(min(known))),
        highest=number(round(max(known))),
    )
    sheet.place([*lines(sentences(_(MEASURED), span), BODY, 0, sheet.width), gap(4)])
    sheet.place([*_degrees(sheet.width), gap(6)])
    _map(sheet, bands, grid, hall_cells.heat_look)


def missing(width: float, summary: LotSummary, detail: Detail) -> list[Row]:
    """For the first page: the first nodes that were not examined, and the names of others."""
    absent = hall_view.unexamined(_drawn(summary))
    if not absent:
        return []
    rows = subtitle(colon(_(ABSENT), number(len(absent))), width)
    for stand in absent[: detail.twice]:
        text = hall_words.why(stand, lambda text: short(text, detail.characters))
        first, *others = lot_cells.clipped(text, BODY, 24, width - 24, 2)
        mark = tuple(hall_cells.hatched(0, 0.4, 20, str(stand.number)))
        rows += [joined((Row(max(first.height, HIGH + 1.2), (*mark, *first.marks)), *others, gap(1)))]
    if left := absent[detail.twice :]:
        names = listed([short(one.place.node, 30) for one in left[:_NAMED]])
        if len(left) > _NAMED:
            names = said("{names} and {number} more", names=names, number=number(len(left) - _NAMED))
        rows += lines(said("On the following pages: {names}.", names=names), BODY, 0, width)
    return rows


def doubts(width: float, summary: LotSummary, detail: Detail) -> list[Row]:
    """For the first page: the first reasons that keep cards undecided, and in which nodes."""
    found = hall_view.undecided(_drawn(summary))
    if not found:
        return []
    rows = subtitle(colon(_(hall_words.UNDECIDED), number(sum(one.cards for one in found))), width)
    for one in found[: detail.twice]:
        told = short(_why(one.reasons), 2 * detail.characters)
        rows += bullet(said("{name}: {text}", name=hall_words.doubted(one, _node, 4), text=told), width)
    if len(found) > detail.twice:
        more = counted(
            "{number} more stand on the following pages.",
            "{number} more stand on the following pages.",
            len(found) - detail.twice,
        )
        rows += lines(more, BODY, 0, width)
    return rows


def alike(summary: LotSummary, found: Iterable[Member]) -> list[tuple[Member, tuple[Member, ...], str]]:
    """Cards of a node with one answer and one reason as one entry: the first of them, all, and where they are.

    Of a lot that is of no hall, each card by itself, and no place.
    """
    places = {
        slot.member.number: (stand, slot.slot)
        for rack in _drawn(summary)
        for stand in rack.stands
        for slot in stand.slots
    }
    grouped: dict[object, list[Member]] = {}
    for one in found:
        key = (one.node, one.inspection, one.identity, one.condition, one.reasons) if one.node else one.number
        grouped.setdefault(key, []).append(one)
    made = []
    for members in grouped.values():
        stand = places[members[0].number][0] if members[0].number in places else None
        slots = lot_words.numbers(one.card + 1 for one in members)
        where = hall_words.where(stand, lambda text: short(text, 40), slots) if stand is not None else ""
        made.append((members[0], tuple(members), where))
    return made


def _drawn(summary: LotSummary) -> tuple[Rack, ...]:
    return hall_view.racks(summary.hall, summary.members) if summary.hall is not None else ()
