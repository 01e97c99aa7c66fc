"""A hall on paper, cell by cell: where racks, units, names and cards stand, and how one card or one lost node looks.

The same hall always has the same layout, in both maps and on every page: three racks of nodes with eight cards side by
side on A4. A cell bears a letter or a number in its colour, and what was not looked at is hatched: who prints in grey,
or sees no colours, loses nothing.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from gpu_inspector.records import hall_heat, hall_names, hall_view, hall_words
from gpu_inspector.records.finding import Identity
from gpu_inspector.records.hall_names import Common
from gpu_inspector.records.hall_view import Rack, Slot, Stand, temperature_c
from gpu_inspector.report import fonts, letters
from gpu_inspector.report.layout import (
    BLACK,
    GREY,
    LINE,
    SMALL,
    STRONG,
    Box,
    Colour,
    Line,
    Mark,
    Row,
    Rule,
    Style,
    Text,
)
from gpu_inspector.report.signs import CALM, RED
from gpu_inspector.report.text import printable

CELL, HIGH = 13.0, 10.4
_PITCH = 11.2
"""From one line of cells to the next."""
ACROSS = 8
"""Cells in one line of a node."""
ROWS = 48
"""Nodes without a unit in one column."""
_UNIT, _GUTTER = 16.0, 7.0
_NAME, _NAME_MOST = 42.0, 100.0
"""The least room of names, and the most that they get at the cost of racks side by side."""
_FEWEST = 16
"""Nodes without a unit in one column, before the next one is begun."""
_LONGEST = 40
"""Characters of a name that are tried at all."""
_HATCH = 3.2
_PAPER: Colour = (1.0, 1.0, 1.0)
_SIZE = 7.5
_NAMES = Style(size=_SIZE)
_HEADS = Style(size=8.5, font=STRONG.font)


@dataclass(frozen=True, slots=True)
class Look:
    """How a cell is filled, and what stands in it."""

    text: str
    fill: Colour
    ink: Colour
    strong: bool = False


IDENTITIES = {
    Identity.CONTRADICTED: Look(hall_words.LETTERS[Identity.CONTRADICTED], RED, _PAPER, strong=True),
    Identity.SUSPICIOUS: Look(hall_words.LETTERS[Identity.SUSPICIOUS], (0.94, 0.68, 0.28), BLACK, strong=True),
    Identity.INCONCLUSIVE: Look(hall_words.LETTERS[Identity.INCONCLUSIVE], (0.82, 0.82, 0.86), BLACK),
    Identity.CONSISTENT: Look(hall_words.LETTERS[Identity.CONSISTENT], (0.88, 0.92, 0.97), CALM),
}


def identity_look(slot: Slot) -> Look | None:
    return IDENTITIES[slot.member.identity]


def heat_look(slot: Slot) -> Look | None:
    """None where nothing was measured."""
    at = temperature_c(slot.member)
    if at is None:
        return None
    step = hall_heat.step_of(round(at))
    return Look(str(round(at)), step.fill, step.ink)


@dataclass(frozen=True, slots=True)
class Grid:
    """Where things stand: measured from the left end of a column of nodes."""

    columns: int
    """Of nodes, side by side."""
    stride: float
    unit: float
    """Room of the unit's number; 0 where no node has one."""
    name: float
    across: int
    """Cells in one line of a node."""
    known: Common
    """What the names are drawn without."""

    @property
    def cells(self) -> float:
        return self.unit + self.name + 3.0


def grid_of(racks: Sequence[Rack], width: float) -> Grid:
    """The layout of a hall on a page so wide."""
    stands = [stand for rack in racks for stand in rack.stands]
    across = min(ACROSS, max((cells_of(one) for one in stands), default=1))
    unit = _UNIT if any(one.place.unit > 0 for one in stands) else 0.0
    names = [one.place.node for one in stands]
    known = Common()
    longest = max((_wide(_name(one, known)) for one in names), default=0.0)
    if longest > _NAME:
        known = hall_names.common(names)
        longest = max(_wide(_name(one, known)) for one in names)
    rest = unit + 3.0 + across * CELL + _GUTTER
    columns = max(1, int((width + _GUTTER) // (rest + min(max(longest, _NAME), _NAME_MOST))))
    stride = (width + _GUTTER) / columns
    return Grid(columns, stride, unit, min(stride - rest, longest), across, known)


def cells_of(stand: Stand) -> int:
    """How many cells the node takes; one that was lost takes one line at most."""
    if stand.lost:
        return max(1, min(stand.missing, ACROSS))
    return len(stand.slots) + stand.missing


@dataclass(frozen=True, slots=True)
class Column:
    """One rack of a band, or a part of a rack that is too long for one."""

    name: str
    stands: tuple[Stand, ...]


def bands(racks: Iterable[Rack], grid: Grid) -> list[list[Column]]:
    """The racks, so many side by side as there is room for; what has no unit runs on in the next column."""
    columns: list[Column] = []
    for rack in racks:
        placed = tuple(one for one in rack.stands if one.place.unit > 0)
        others = tuple(one for one in rack.stands if one.place.unit <= 0)
        room = max(1, ROWS - len(placed) if placed else min(ROWS, max(-(-len(others) // grid.columns), _FEWEST)))
        columns.append(Column(rack.name, (*placed, *others[:room])))
        size = min(ROWS, max(room, _FEWEST))
        columns += [Column(rack.name, others[at : at + size]) for at in range(room, len(others), size)]
    return [columns[at : at + grid.columns] for at in range(0, len(columns), grid.columns)]


def head(band: Sequence[Column], grid: Grid, title: Callable[[str], str]) -> Row:
    """The names of the racks over their columns."""
    marks: list[Mark] = []
    room = grid.stride - _GUTTER
    under = min(room, grid.cells + grid.across * CELL)
    for at, column in enumerate(band):
        text = hall_names.fitted(printable(title(column.name)), lambda one: _wide(one, _HEADS) <= room)
        marks.append(_flat(text, _HEADS, at * grid.stride, 9.0))
        marks.append(Rule(at * grid.stride, 11.5, under, 0.5, GREY))
    return Row(14.0, tuple(marks))


def rows(band: Sequence[Column], grid: Grid, look: Callable[[Slot], Look | None]) -> list[Row]:
    """The nodes of a band, the same unit on the same line in all of its racks."""
    keyed = [dict(hall_view.on_lines(column.stands)) for column in band]
    found = []
    for key in sorted({key for one in keyed for key in one}):
        level = [(at, one[key]) for at, one in enumerate(keyed) if key in one]
        high = max(-(-cells_of(stand) // grid.across) for _at, stand in level) * _PITCH
        marks = [mark for at, stand in level for mark in _node(stand, at * grid.stride, grid, look)]
        found.append(Row(high, tuple(marks)))
    return found


def _name(name: str, known: Common) -> str:
    """The node's name as it can be printed; of one that is longer than any has, its ends."""
    name = known.short(name)
    return printable(name if len(name) <= _LONGEST else f"{name[: _LONGEST // 2]}…{name[-_LONGEST // 2 :]}")


def _node(stand: Stand, left: float, grid: Grid, look: Callable[[Slot], Look | None]) -> Iterable[Mark]:
    if stand.place.unit > 0:
        unit = str(stand.place.unit)
        yield Text(left + grid.unit - 5.0 - _wide(unit, SMALL), 7.8, unit, SMALL)
    name = hall_names.fitted(_name(stand.place.node, grid.known), lambda one: _wide(one) <= grid.name + 0.01)
    yield _flat(name, _NAMES, left + grid.unit, 7.8)
    for at, slot in enumerate(stand.slots):
        x, y = _corner(at, left, grid)
        seen = look(slot)
        yield from cell(x, y, seen) if seen is not None else hatched(x, y, CELL)
    if stand.number:
        yield from _missing(stand, left, grid)


def _missing(stand: Stand, left: float, grid: Grid) -> Iterable[Mark]:
    """Hatched from the first cell that is missing on, with the number by which the list names it."""
    first, last = len(stand.slots), cells_of(stand)
    for line in range(first // grid.across, (last - 1) // grid.across + 1):
        begin, end = max(first, line * grid.across), min(last, (line + 1) * grid.across)
        x, y = _corner(begin, left, grid)
        number = str(stand.number) if begin == first else ""
        yield from hatched(x, y, (end - begin) * CELL, number)


def _corner(at: int, left: float, grid: Grid) -> tuple[float, float]:
    return left + grid.cells + at % grid.across * CELL, at // grid.across * _PITCH


def cell(x: float, y: float, look: Look) -> Iterable[Mark]:
    """One card."""
    yield Box(x, y, CELL, HIGH, 0.4, LINE, look.fill)
    style = Style(size=_SIZE, font=STRONG.font if look.strong else fonts.REGULAR, colour=look.ink)
    yield Text(x + (CELL - _wide(look.text, style)) / 2, y + 7.8, look.text, style)


def hatched(x: float, y: float, wide: float, number: str = "") -> Iterable[Mark]:
    """What was not looked at; one stroke that runs to and fro, along the frame between two lines."""
    yield Box(x, y, wide, HIGH, 0.6, GREY, _PAPER)
    corners: list[tuple[float, float]] = []
    at, up = _HATCH - HIGH, True
    while at < wide - 1:
        low = (0.0, HIGH + at) if at < 0 else (at, HIGH)
        high = (at + HIGH, 0.0) if at + HIGH <= wide else (wide, at + HIGH - wide)
        if corners and up and at >= 0 > at - _HATCH:
            corners.append((0.0, HIGH))
        elif corners and not up and at + HIGH > wide >= at + HIGH - _HATCH:
            corners.append((wide, 0.0))
        corners += [low, high] if up else [high, low]
        at, up = at + _HATCH, not up
    yield Line(x, y, tuple(corners), 0.4, GREY)
    if number:
        style = Style(size=_SIZE, font=STRONG.font)
        room = _wide(number, style)
        middle = x + wide / 2
        yield Box(middle - room / 2 - 1.2, y + 0.9, room + 2.4, HIGH - 1.8, 0, _PAPER, _PAPER)
        yield Text(middle - room / 2, y + 7.8, number, style)


def _flat(text: str, style: Style, x: float, y: float) -> Text:
    return Text(x, y, text, style, "" if text.isascii() else letters.shape_of(text))


def _wide(text: str, style: Style = _NAMES) -> float:
    return fonts.width(style.font, style.size, text)
