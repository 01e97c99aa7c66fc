"""Curves over time on paper, with axes and numbers: one panel for each quantity, so that no colour tells them apart."""

from collections.abc import Sequence

from gpu_inspector import language
from gpu_inspector.language import said
from gpu_inspector.records.measured_words import number
from gpu_inspector.report import fonts
from gpu_inspector.report.layout import BLACK, GREY, LABEL, LINE, SMALL, Box, Line, Mark, Row, Rule, Text, gap, lines

Point = tuple[float, float | None]
"""Seconds, and the value; None where the sensor said nothing."""

_HEIGHT = 62.0
_AXIS = 44.0
"""Points to the left of a curve, for the scale."""
_MOST = 240
"""Points of a curve: of a longer one each run gives its lowest and its highest. Stretches between gaps, too."""
_LOST = 1e-9
"""Of the larger end: below it a span is one of rounding."""
_STEPS = (1.0, 2.0, 5.0, 10.0)
_TICKS = 4
"""Steps of a scale at most."""
_LARGEST = 1e12
"""No sensor says more; a forged record might, and is not drawn as a curve."""


def panel(title: str, points: Sequence[Point], unit: str, width: float, ends_at_s: float | None = None) -> list[Row]:
    """One quantity over time; the end of the load is marked where it is known. () where there is nothing to draw."""
    known = [(at, value) for at, value in points if value is not None and _sane(at) and _sane(value)]
    if len(known) < 2 or known[0][0] == known[-1][0]:
        return []
    times = [at for at, _value in known]
    begin, end = min(times), max(times)
    low, high, step = _scale(min(value for _at, value in known), max(value for _at, value in known))
    room = width - _AXIS

    def place(at: float, value: float) -> tuple[float, float]:
        return _AXIS + (at - begin) / (end - begin) * room, _HEIGHT - (value - low) / (high - low) * _HEIGHT

    marks: list[Mark] = []
    for index in range(round((high - low) / step) + 1):
        value = low + index * step
        y = place(begin, value)[1]
        marks += [Rule(_AXIS, y, room, 0.3), Text(0, y + 2.6, number(value, unit), SMALL)]
    runs = _runs(points)
    marks += [Line(0, 0, tuple(place(at, value) for at, value in run), 1.1, BLACK) for run in runs[:_MOST]]
    if ends_at_s is not None and begin < ends_at_s < end:
        x = place(ends_at_s, low)[0]
        marks.append(Line(0, 0, ((x, 0.0), (x, _HEIGHT)), 0.8, GREY))
    if len(runs) > _MOST:
        title = said(
            "{title} ({count} later stretches are left out)", title=title, count=language.number(len(runs) - _MOST)
        )
    head = [*lines(title, LABEL, 0, width), gap(5)]
    return [*head, Row(_HEIGHT + 1, tuple(marks)), Row(13.0, tuple(_times(begin, end, room, ends_at_s)))]


def _sane(value: float) -> bool:
    return -_LARGEST < value < _LARGEST


def _runs(points: Sequence[Point]) -> list[list[tuple[float, float]]]:
    """Stretches without a gap, thinned; a single point between two gaps is drawn as a short stroke."""
    runs: list[list[tuple[float, float]]] = [[]]
    for at, value in points:
        if value is None or not _sane(at) or not _sane(value):
            runs.append([])
        else:
            runs[-1].append((at, value))
    return [_thinned(run) if len(run) > 1 else [run[0], run[0]] for run in runs if run]


def _thinned(run: list[tuple[float, float]]) -> list[tuple[float, float]]:
    size = -(-len(run) // (_MOST // 2))
    if size <= 2:
        return run
    kept = [run[0]]
    for start in range(0, len(run), size):
        part = range(start, min(start + size, len(run)))
        extremes = {min(part, key=lambda place: run[place][1]), max(part, key=lambda place: run[place][1])}
        kept += [run[place] for place in sorted(extremes)]
    return [*kept, run[-1]]


def _scale(lowest: float, highest: float) -> tuple[float, float, float]:
    """Round ends of an axis and the step between its numbers: 1, 2 or 5 times a power of ten."""
    # A span that is lost in the digits of its ends is none: its steps would be, too.
    if highest - lowest <= max(abs(lowest), abs(highest)) * _LOST:
        highest = lowest + max(abs(lowest) * 0.01, 1.0)
    raw = (highest - lowest) / _TICKS
    power = float(f"1e{f'{raw:e}'.partition('e')[2]}")
    step = next(one * power for one in _STEPS if one * power >= raw)
    low, high = lowest // step * step, -(-highest // step) * step
    return low, high, step


def _times(begin: float, end: float, room: float, ends_at_s: float | None) -> list[Mark]:
    """First and last moment, the load's end between them where there is room, and round ones elsewhere."""
    marks: list[Mark] = []
    taken: list[tuple[float, float]] = []
    low, high, step = _scale(begin, end)
    wanted = [(begin, False), (end, False)]
    if ends_at_s is not None and begin < ends_at_s < end:
        wanted.append((ends_at_s, True))
    wanted += [(low + index * step, False) for index in range(round((high - low) / step) + 1)]
    for at, is_end in wanted:
        if not begin <= at <= end:
            continue
        text = number(at, "s", digits=3)
        text = said("{time}, load ends", time=text) if is_end else text
        wide = fonts.width(SMALL.font, SMALL.size, text)
        x = _AXIS + (at - begin) / (end - begin) * room
        left = min(max(x - wide / 2, _AXIS), _AXIS + room - wide)
        if all(left > right + 6 or left + wide < other - 6 for other, right in taken):
            taken.append((left, left + wide))
            marks += [Box(x, 0, 0.4, 3.0, 0, GREY, GREY), Text(left, 10.5, text, SMALL)]
    return [Rule(_AXIS, 0, room, 0.6, LINE), *marks]
