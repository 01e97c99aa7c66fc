"""What the readers of other programs' test logs share: how much of a log is kept, and in which order.

A log may be fifty megabytes of repeated errors, and anybody can write a longer one. What failed is kept before what
passed; how much was left out is said.
"""

from collections.abc import Iterable, Sequence

from gpu_inspector.errors import ProbeError
from gpu_inspector.language import N_
from gpu_inspector.probes import untrusted
from gpu_inspector.probes.smi_decode import decode
from gpu_inspector.records.foreign import ForeignTest

MOST_TESTS = 64
"""Tests of one card; a diagnosis of DCGM has about twenty-five."""
MOST_DETAIL = 16
"""Lines that are kept of one test."""
MOST_SENSORS = 64
"""Further values of one tool's reading."""
MOST_ERRORS = 2**53 - 1
"""Errors that are counted: the largest whole number that a record holds, by RFC 8785."""
_GRAVE = ("fail", "warn", N_("not finished"))
HEAD = 256 * 1024
"""Bytes in which a form is looked for."""


def head_of(data: bytes) -> str:
    """The beginning of a file as text; "" where it is none. Never raises."""
    try:
        return decode(data[:HEAD])[0]
    except ProbeError:
        return ""


def kept(tests: Sequence[ForeignTest]) -> tuple[tuple[ForeignTest, ...], tuple[str, ...]]:
    """As many tests as a record holds, in the log's order, and a note where some were left out.

    Those that did not pass are kept first.
    """
    if len(tests) <= MOST_TESTS:
        return tuple(tests), ()
    order = sorted(range(len(tests)), key=lambda place: (tests[place].outcome not in _GRAVE, place))
    chosen = tuple(tests[place] for place in sorted(order[:MOST_TESTS]))
    return chosen, (N_(f"{len(tests) - MOST_TESTS:,} more tests of one card stand in the file; {MOST_TESTS} are kept"),)


def detail(lines: Iterable[str]) -> tuple[str, ...]:
    """Lines of a log, cleaned, each once, cut to as many as a record holds."""
    found: dict[str, None] = {}
    for line in lines:
        if text := untrusted.clean(line):
            found.setdefault(text)
        if len(found) >= MOST_DETAIL:
            break
    return tuple(found)


def errors(counts: Iterable[int]) -> int:
    """The sum of counts of errors, held within what a record can hold."""
    return min(sum(counts), MOST_ERRORS)
