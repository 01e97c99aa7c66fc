"""Pictures of numbers on paper: a map of cells with their letters, and bars with their values.

Nothing here is told by colour alone: every cell bears its letter, every chart its numbers.
"""

from collections.abc import Sequence
from dataclasses import replace

from gpu_inspector.language import _, said
from gpu_inspector.records.measured import sized
from gpu_inspector.records.measured_words import number, size_words
from gpu_inspector.records.silicon import MAP_CELLS, MAP_LETTERS, MemoryReading
from gpu_inspector.report import fonts
from gpu_inspector.report.layout import (
    BLACK,
    GREY,
    LINE,
    PALE,
    SMALL,
    STRONG,
    Box,
    Colour,
    Mark,
    Row,
    Rule,
    Style,
    Text,
    gap,
    joined,
    lines,
)
from gpu_inspector.report.text import colon, shorten

_WHITE: Colour = (1.0, 1.0, 1.0)
_LETTER = Style(size=7.5)
_CELLS = 64
"""Cells of the map in one line."""
_CELL_HEIGHT = 11.5
_LOOKS: dict[str, tuple[Colour, Colour, str]] = {
    "r": (_WHITE, GREY, fonts.REGULAR),
    "a": ((0.45, 0.45, 0.5), _WHITE, STRONG.font),
    "n": (BLACK, _WHITE, STRONG.font),
    "e": ((0.80, 0.80, 0.83), BLACK, STRONG.font),
    "u": (PALE, GREY, fonts.REGULAR),
}
"""Letter -> ground, ink and weight."""
_UNKNOWN = (PALE, BLACK, STRONG.font)
_BARS = 72
"""Bars of a chart at most; where there are more points, the highest of each run stands for it."""
_BAR_HEIGHT = 46.0
_LABELS = 6
"""Labels under a chart, about."""
_BETWEEN = 12.0
"""Points between two labels, at least."""
_AXIS = 44.0
"""Points to the left of the bars, for the scale."""
_LEVEL_LABEL, _LEVEL_ROOM = 118.0, 170.0
"""Points of a lying bar's name, and of the longest bar."""
_FARTHEST = 1e15
"""What is further off is a forged record's."""


def memory_map(memory: MemoryReading, width: float) -> list[Row]:
    """The tested area from its first to its last stretch, 64 cells a line, and what the letters mean."""
    cells = memory.map[:MAP_CELLS]
    label = 54.0
    room = (width - label) / _CELLS
    # Where not all of it was verified, the record does not say how large the tested area was.
    stretch = memory.covered_bytes // len(cells) if cells and sized(memory) else 0
    rows = []
    for start in range(0, len(cells), _CELLS):
        marks: list[Mark] = [Text(0, 8.2, size_words(start * stretch), SMALL)] if stretch else []
        for place, letter in enumerate(cells[start : start + _CELLS]):
            marks += _cell(letter, label + place * room, room)
        rows += [Row(_CELL_HEIGHT, tuple(marks)), gap(1.5)]
    seen = [f"{letter}  {_(meaning)}" for letter, meaning in MAP_LETTERS.items() if letter in cells]
    each = (
        said("each cell is {size}; offsets count from the start of the tested area", size=size_words(stretch))
        if stretch
        else said("each cell is one of {number} equal parts", number=len(cells))
    )
    return [*rows, gap(1), *lines(" · ".join((*seen, each)), SMALL, label, width - label)]


def _cell(letter: str, x: float, room: float) -> list[Mark]:
    ground, ink, font = _LOOKS.get(letter, _UNKNOWN)
    style = replace(_LETTER, font=font, colour=ink)
    shown = letter if letter in _LOOKS else "?"
    middle = x + (room - fonts.width(font, style.size, shown)) / 2
    return [Box(x, 0, room, _CELL_HEIGHT - 1, 0.3, LINE, ground), Text(middle, 8.0, shown, style)]


def bars(points: Sequence[tuple[str, float]], unit: str, width: float) -> list[Row]:
    """One bar a point, the scale beside them, and under some of them, with a tick, label and value."""
    shown = _thinned(points)
    highest = max(max((value for _label, value in shown), default=0.0), 0.0)
    if highest <= 0:
        return lines(said("no value above 0 {unit}", unit=unit), SMALL, 0, width)
    room = (width - _AXIS) / max(len(shown), 1)
    marks: list[Mark] = [
        Text(0, 7.5, number(highest, unit, digits=3), SMALL),
        Text(0, _BAR_HEIGHT, f"0 {unit}", SMALL),
        Rule(_AXIS, 0.2, width - _AXIS, 0.3),
        Rule(_AXIS, _BAR_HEIGHT, width - _AXIS, 0.6, BLACK),
    ]
    for place, (_label, value) in enumerate(shown):
        height = max(value, 0.0) / highest * _BAR_HEIGHT
        x = _AXIS + place * room
        marks.append(Box(x + room * 0.12, _BAR_HEIGHT - height, room * 0.76, height, 0, BLACK, (0.42, 0.42, 0.47)))
    return [Row(_BAR_HEIGHT + 1, tuple(marks)), Row(13.0, tuple(_labels(shown, room, unit, width)))]


def _labels(shown: Sequence[tuple[str, float]], room: float, unit: str, width: float) -> list[Mark]:
    """Label and value of some of the points: none covers another, and none leaves the page."""
    marks: list[Mark] = []
    free = _AXIS
    for place, (label, value) in enumerate(shown):
        text = shorten(colon(label, number(value, unit, digits=3)), 40)
        needed, bar = fonts.width(SMALL.font, SMALL.size, text), _AXIS + place * room
        # The last one stands to the left of its tick, where it would leave the page.
        start = bar if bar + needed <= width else width - needed
        wanted = place == len(shown) - 1 or bar >= free
        if wanted and start >= free:
            marks += [Box(bar + room / 2, 0, 0.4, 3.0, 0, GREY, GREY), Text(start, 10.5, text, SMALL)]
            free = max(start + needed + _BETWEEN, _AXIS + (width - _AXIS) * len(marks) / (2 * _LABELS))
    return marks


def _thinned(points: Sequence[tuple[str, float]]) -> list[tuple[str, float]]:
    run = -(-len(points) // _BARS) or 1
    return [max(points[start : start + run], key=lambda point: point[1]) for start in range(0, len(points), run)]


def levels(rows: Sequence[tuple[str, float, str]], width: float) -> list[Row]:
    """Bars that lie, one a row: what it is, how long, and in words what that says. All have one scale from 0."""
    shown = [(label, value, told) for label, value, told in rows if 0 <= value < _FARTHEST]
    highest = max((value for _label, value, _told in shown), default=0.0)
    if highest <= 0:
        return []
    found: list[Row] = []
    for label, value, told in shown:
        length = value / highest * _LEVEL_ROOM
        start = _LEVEL_LABEL + _LEVEL_ROOM + 6
        bar = Box(_LEVEL_LABEL, 2.4, max(length, 0.8), 6.4, 0, BLACK, (0.42, 0.42, 0.47))
        name = Text(0, 8.6, shorten(label, 24), SMALL)
        words = joined(lines(shorten(told, 160), SMALL, start, width - start))
        height = max(words.height, 11.0) + 1.0
        zero = Box(_LEVEL_LABEL - 0.8, 0, 0.8, height, 0, BLACK, BLACK)
        found.append(Row(height, (name, zero, bar, *words.marks)))
    return found
