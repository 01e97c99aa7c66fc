"""Curves on paper: axes with numbers, nothing outside of them, whatever the sensors said."""

import itertools

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sampling import examples

from gpu_inspector.report import fonts
from gpu_inspector.report.charts import levels
from gpu_inspector.report.curves import _scale, panel
from gpu_inspector.report.layout import SMALL, Line, Row, Text

_WIDTH = 510.0
_NUMBERS = st.floats(allow_nan=True, allow_infinity=True)
_POINTS = st.lists(st.tuples(_NUMBERS, st.none() | _NUMBERS), max_size=400)


def _lines(rows: list[Row]) -> list[Line]:
    return [mark for row in rows for mark in row.marks if isinstance(mark, Line)]


@settings(max_examples=examples(150), deadline=None)
@given(_POINTS, st.none() | _NUMBERS)
def test_no_stroke_leaves_its_panel(points: list[tuple[float, float | None]], ends: float | None) -> None:
    rows = panel("Power", points, "W", _WIDTH, ends)
    for line in _lines(rows):
        assert all(-0.01 <= x <= _WIDTH + 0.01 for x, _y in line.corners)
        assert all(-0.01 <= y <= 62.01 for _x, y in line.corners)
    assert len(_lines(rows)) <= len(points) + 1
    assert sum(len(row.marks) for row in rows) < 450


def test_a_long_curve_keeps_its_peaks_and_few_points() -> None:
    points = [(float(place), 400.0 if place == 7_777 else 60.0) for place in range(20_000)]
    (curve,) = _lines(panel("Power", points, "W", _WIDTH))
    assert len(curve.corners) < 300
    assert min(y for _x, y in curve.corners) < 1.0
    assert [x for x, _y in curve.corners] == sorted(x for x, _y in curve.corners)


def test_a_gap_in_the_readings_is_a_gap_in_the_curve() -> None:
    points = [(0.0, 1.0), (1.0, 2.0), (2.0, None), (3.0, 2.0), (4.0, 1.0)]
    assert len(_lines(panel("T", points, "°C", _WIDTH))) == 2


def test_axes_have_numbers_and_no_label_covers_another() -> None:
    points = [(place / 2, 30.0 + place / 4) for place in range(140)]
    rows = panel("Temperature over time", points, "°C", _WIDTH, 45.0)
    texts = [mark for row in rows for mark in row.marks if isinstance(mark, Text)]
    said = [mark.text for mark in texts]
    assert {"Temperature over time", "30 °C", "0 s", "45 s, load ends", "69.5 s"} <= set(said)
    below = sorted((mark for mark in rows[-1].marks if isinstance(mark, Text)), key=lambda mark: mark.x)
    for left, right in itertools.pairwise(below):
        assert left.x + fonts.width(SMALL.font, SMALL.size, left.text) < right.x


@pytest.mark.parametrize("points", [[], [(0.0, 1.0)], [(1.0, 2.0), (1.0, 3.0)], [(0.0, None), (1.0, None)]])
def test_nothing_is_drawn_of_too_little(points: list[tuple[float, float | None]]) -> None:
    assert panel("T", points, "°C", _WIDTH) == []


@example(90071992547.45312, 1e-05)
@given(st.floats(-1e12, 1e12), st.floats(0, 1e12))
def test_a_scale_holds_its_values_in_few_steps(low: float, more: float) -> None:
    begin, end, step = _scale(low, low + more)
    slack = max(abs(low), abs(low + more), 1) * 1e-9
    assert begin <= low + slack and low + more <= end + slack
    assert 1 <= round((end - begin) / step) <= 6


def test_lying_bars_have_one_scale_and_their_words() -> None:
    rows = levels([("AD102", 0.2, "0.2, fits"), ("AD103", 6.0, "6.0, not this one"), ("X", float("inf"), "")], _WIDTH)
    assert len(rows) == 2
    assert levels([("a", 0.0, "0")], _WIDTH) == []
