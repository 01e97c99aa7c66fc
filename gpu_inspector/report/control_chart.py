"""The control card's page: each figure beside its reference, and how it stood at every inspection, as a small chart.

Drawn from the record alone. The charts go by the order of the inspections, as control charts do, and each has the
reference in its middle. Nothing is told by the drawing alone: what drifted is said in words.
"""

from math import isfinite

from gpu_inspector.language import N_, _, counted, day, said, sentences, told
from gpu_inspector.records import bench_words, drift
from gpu_inspector.records.inspection import Inspection
from gpu_inspector.records.measured_words import number
from gpu_inspector.records.selftest import MOST_POINTS, ControlCard
from gpu_inspector.report.layout import (
    BLACK,
    BODY,
    GREY,
    LABEL,
    SMALL,
    STRONG,
    Box,
    Colour,
    Line,
    Mark,
    Row,
    Rule,
    Sheet,
    beside,
    gap,
    joined,
    lines,
    rule,
)
from gpu_inspector.report.sections import section
from gpu_inspector.report.text import colon, printable, shorten

TITLE = N_("Control card of this bench")
MEANING = N_(
    "One dot is one inspection of the control card, in their order. The middle line is the reference, the shaded band "
    "is what the figure may differ by, and the chart ends at twice that; what may not differ has no band. A figure "
    "that drifted says that bench and card are not as they were, and not which of them."
)
DRIFTED = N_("drifted")
LEAST = 2
"""Inspections from which on there is something to be drawn."""
_LISTED = 40
"""Figures; there are about thirty, and a forged record must not fill a hundred pages."""
_NAME, _VALUE, _HEIGHT = 186.0, 50.0, 17.0
"""Points of a figure's name, of each of its three numbers, and of its chart's height."""
_DOT = 2.2
_BAND: Colour = (0.87, 0.87, 0.89)


def control_card(sheet: Sheet, inspection: Inspection) -> None:
    """The section, where the record holds a control card that was inspected at least twice; else nothing."""
    control = inspection.evidence.control_card
    if control is None or len(control.series) < LEAST or not control.figures:
        return
    section(sheet, _("Control card of this bench (SIMULATION)") if control.simulation else _(TITLE))
    line = bench_words.control_card_line(inspection.evidence, lambda text: shorten(text, 120))
    sheet.place([*lines(shorten(line, 900), BODY, 0, sheet.width), gap(3)], keep=False)
    titles = (_("Figure"), _("reference"), _("last"), _("may differ"), _span(control))
    head = [joined(beside(_cells(titles, sheet.width))), gap(1), rule(0, sheet.width)]
    rows = [_figure(one, sheet.width) for one in drift.series(control)[:_LISTED]]
    sheet.place(rows, head=head, keep=False)
    left_out = len(control.figures) - _LISTED
    more = (
        counted("{number} more figure stands in the record.", "{number} more figures stand in the record.", left_out)
        if left_out > 0
        else ""
    )
    sheet.place([gap(3), *lines(sentences(_(MEANING), more), SMALL, 0, sheet.width)])


def _span(control: ControlCard) -> str:
    first, last = control.series[0], control.series[-1]
    shown = min(len(control.series), MOST_POINTS)
    return said(
        "{shown} of {number} inspections, {first} to {last}",
        shown=shown,
        number=control.inspections,
        first=day(first.at),
        last=day(last.at),
    )


def _cells(texts: tuple[str, ...], width: float) -> list[list[Row]]:
    places = (0.0, _NAME, _NAME + _VALUE, _NAME + 2 * _VALUE, _NAME + 3 * _VALUE)
    rooms = (_NAME - 6, *(_VALUE - 6,) * 3, width - _NAME - 3 * _VALUE)
    return [
        lines(shorten(text, 120), LABEL, place, room) for text, place, room in zip(texts, places, rooms, strict=True)
    ]


def _figure(one: drift.Series, width: float) -> Row:
    """One line: name, numbers, chart."""
    figure = one.figure
    may = f"{number(figure.spread * 100, digits=3)} %" if figure.spread > 0 else _("nothing")
    name = told(figure.name)
    name = colon(name, _(DRIFTED)) if figure.drifted else name
    style = STRONG if figure.drifted else SMALL
    # As it will stand there: code points in place of signs that none can see take eight times their room.
    cells = [lines(shorten(printable(name), 120), style, 0, _NAME - 6)]
    for place, text in enumerate((number(figure.reference), number(figure.last), may)):
        cells.append(lines(shorten(text, 16), style, _NAME + place * _VALUE, _VALUE - 4))
    start = _NAME + 3 * _VALUE
    chart = Row(_HEIGHT, tuple(_chart(one, start, width - start)))
    words = joined((gap(3), *beside(cells)))
    height = max(words.height, _HEIGHT) + 1.0
    return joined((Row(height, (*words.marks, *chart.marks)), rule(0, width, 0.3)))


def _chart(one: drift.Series, left: float, room: float) -> list[Mark]:
    """The band, the reference's line, a dot for each inspection, and strokes between neighbours."""
    middle, half = _HEIGHT / 2 + 0.5, _HEIGHT / 2 - 1.5
    marks: list[Mark] = []
    if one.figure.spread > 0:
        marks.append(Box(left, middle - half / 2, room, half, 0.0, _BAND, _BAND))
    marks.append(Rule(left, middle, room, 0.3))
    points = one.points[:MOST_POINTS]
    step = (room - _DOT) / max(len(points) - 1, 1)
    places = [
        (left + _DOT / 2 + index * step, middle - away * half)
        for index, (_at, value) in enumerate(points)
        if (away := _away(value, one.figure.reference, one.figure.spread)) is not None
    ]
    if len(places) > 1:
        marks.append(Line(0, 0, tuple(places), 0.6, GREY))
    marks += [Box(x - _DOT / 2, y - _DOT / 2, _DOT, _DOT, 0.0, BLACK, BLACK) for x, y in places]
    return marks


def _away(value: float | None, reference: float, spread: float) -> float | None:
    """Where a dot lies, -1 to 1 of half the chart: the band ends at a half. None where there is no value."""
    if value is None or not isfinite(value) or not isfinite(reference):
        return None
    difference = value - reference
    allowed = 2 * spread * abs(reference)
    if not difference:
        return 0.0
    if not allowed > 0 or not isfinite(difference) or not isfinite(allowed):
        return 1.0 if difference > 0 else -1.0
    return max(-1.0, min(1.0, difference / allowed))
