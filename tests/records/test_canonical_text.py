"""The fast way to canonical JSON writes what the slow one writes, byte for byte, or leaves it to it."""

import math

import pytest
import rfc8785
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sampling import examples

from gpu_inspector.records import canonical

LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**53) + 1, 2**53 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.floats(-1000, 1000).map(lambda number: round(number, 3)),
    st.floats(-1e9, 1e9).map(float).map(math.floor).map(float),
    st.text(),
    st.text(st.characters(max_codepoint=0x9F)),
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=5), st.dictionaries(st.text(max_size=5), inner, max_size=5)),
    max_leaves=20,
)


@settings(max_examples=examples(500), deadline=None)
@given(VALUES)
@example({"\U00010000": 1, "￿": 2, "é": 3, "e": 4})
@example([0.0, -0.0, 1.0, 1e16, 1e21, 1e-4, 9.99e-5, 1e-7, 5e-324, 1.7e308, 123456789.125, 2.0**53, 0.1])
@example('\x00\x1f\x7f\u2028"\\/\b\f\n\r\t é 😀')
@example({"b": [True, 1], "a": {"": None}})
def test_both_ways_write_the_same(value: object) -> None:
    assert canonical._text(value) == rfc8785.dumps(value)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "value",
    [
        2**53,
        -(2**53),
        float("nan"),
        float("-nan"),
        [None, float("inf")],
        float("-inf"),
        2**70,
        [None, -(2**65)],
        "\ud800",
        {"\udfff": 1},
        {"a": ["\ud800"]},
    ],
)
def test_what_canonical_json_cannot_hold_is_refused_both_ways(value: object) -> None:
    with pytest.raises((rfc8785.CanonicalizationError, UnicodeEncodeError)):
        canonical._text(value)
    with pytest.raises((rfc8785.CanonicalizationError, UnicodeEncodeError)):
        rfc8785.dumps(value)  # type: ignore[arg-type]
