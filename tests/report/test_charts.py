"""Charts on paper: labels that can be read, whatever the points are."""

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st
from sampling import examples

from gpu_inspector.report import fonts
from gpu_inspector.report.charts import bars
from gpu_inspector.report.layout import SMALL, Row, Text

_WIDTH = 510.0
_POINTS = st.lists(st.tuples(st.text("0123456789 KMiB.", max_size=60), st.floats(0.01, 1e6)), min_size=1, max_size=90)


def _labels(rows: list[Row]) -> list[tuple[float, float, str]]:
    """(left end, right end, text) of what stands under the bars."""
    texts = [mark for mark in rows[1].marks if isinstance(mark, Text)]
    return [(one.x, one.x + fonts.width(SMALL.font, SMALL.size, one.text), one.text) for one in texts]


@settings(max_examples=examples(100), deadline=None)
@given(_POINTS)
def test_no_label_leaves_the_page_or_covers_another(points: list[tuple[str, float]]) -> None:
    labels = _labels(bars(points, "cycles", _WIDTH))
    assert labels
    assert labels[0][0] >= 0
    for left, right in itertools.pairwise(labels):
        assert left[1] < right[0]
    assert labels[-1][1] <= _WIDTH + 0.01


def test_labels_have_their_value_and_unit() -> None:
    labels = _labels(bars([(f"{number} MiB", 100.0 + number) for number in range(41)], "cycles", _WIDTH))
    assert next(text for _left, _right, text in labels) == "0 MiB: 100 cycles"
    assert 3 <= len(labels) <= 6
