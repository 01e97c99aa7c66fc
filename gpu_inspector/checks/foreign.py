"""Tests that other programs ran, by their own logs in a file: what such a log may say of a card, and what it may not.

A log is a text. Whoever wants to sell types "PASSED"; whoever wants a card to pass for scrap, which pays less duty
and asks for no licence, types errors; and an honest log may be of another card, since none of these forms binds itself
to one. So neither word decides anything here:
- errors are NOTED, without any strength and without a condition: the condition headline is what this program measured,
  what the card's own counters say, or what the eye found, and never what a file says of a test;
- a pass clears nothing. It is INCONCLUSIVE, so that it stands under what was not examined, with how much was looked at:
  memtest_vulkan passed on a card with half of its claimed memory (PixelML/club-170hx, issue 48).

Honest logs with errors: a card that was overclocked for the test; a version of MATS that does not know the chip; DCGM's
deployment tests, which fail for a service, a library or a mode of the machine; a log of the card before its repair.
Sources: research note on tests on the card, 2 and 3.5; the formats' own (probes/memtest_log.py, dcgm_json.py,
mats_report.py).
"""

from gpu_inspector.checks import thresholds_foreign as limits
from gpu_inspector.checks.answer import Answer, inconclusive
from gpu_inspector.checks.runner import check
from gpu_inspector.language import N_, counted
from gpu_inspector.records.finding import Outcome
from gpu_inspector.records.foreign import ForeignTest
from gpu_inspector.records.foreign_words import failed, named
from gpu_inspector.records.measured_words import size_words

_MEASURE = N_(
    "Have the memory, the die and the heat of the card itself measured: what a file says replaces no measurement."
)
_INNOCENT = (
    N_("a log of another card, or of this one before a repair"),
    N_("a card that ran beyond its own clocks during that test"),
    N_("a version of the tool that does not know this chip"),
    N_("a test of the machine and its driver rather than of the card, as DCGM's deployment tests are"),
    N_("a log that somebody edited"),
)
_SOURCE = N_("the log of another program, a file of unknown origin")


@check("condition-foreign-tests", N_("Tests by other programs, by their own logs"))
def tests(foreign_tests: tuple[ForeignTest, ...], said_memory_bytes: int | None) -> Answer:
    """What a log says of a test is that file's word: errors are noted, and a pass clears nothing."""
    bad = [one for one in foreign_tests if failed(one)]
    if bad:
        return Answer(
            outcome=Outcome.NOTED,
            text=N_(
                "By the word of that file {count} ended with errors: {tests}. A log can be of another card, and can be"
                " typed: the condition of this one was not examined by it."
            ),
            expected=N_("no errors"),
            observed=_several(bad),
            source=_SOURCE,
            witness=N_("file"),
            cause="another program's log",
            innocent=_INNOCENT,
            advice=_MEASURE,
            values={"count": _count(bad, len(foreign_tests)), "tests": _several(bad)},
        )
    good = [one for one in foreign_tests if one.outcome == "pass"]
    if not good:
        return inconclusive(
            N_("By the word of that file {count} came to no result: {tests}."),
            advice=_MEASURE,
            source=_SOURCE,
            count=_count(list(foreign_tests), len(foreign_tests)),
            tests=_several(list(foreign_tests)),
        )
    return inconclusive(
        N_(
            "By the word of that file {count} passed: {tests}. That clears nothing: a log can be of another card, and"
            " can be typed.{span}"
        ),
        advice=_MEASURE,
        source=_SOURCE,
        count=_count(good, len(foreign_tests)),
        tests=_several(good),
        span=_span(good, said_memory_bytes),
    )


def _count(some: list[ForeignTest], all_of: int) -> str:
    if len(some) == all_of:
        return counted("{number} test", "{number} tests", all_of)
    return N_(f"{len(some):,} of {all_of:,} tests")


def _several(some: list[ForeignTest]) -> str:
    """Tests by name and tool; how many more there are is said."""
    most = int(limits.TESTS_NAMED)
    more = N_(f"; and {len(some) - most:,} more") if len(some) > most else ""
    return "; ".join(named(one) for one in some[:most]) + more


def _span(good: list[ForeignTest], memory: int | None) -> str:
    """How much memory was looked at, by the log, against how much the card is said to have."""
    spans = [one.bytes_tested for one in good if one.bytes_tested]
    if not spans:
        return ""
    of = f" of {size_words(memory)}" if memory is not None and max(spans) < memory else ""
    rest = N_("; of the rest it says nothing") if of else ""
    open_still = N_("and whether one part answers for another one stays open")
    return N_(f" It looked at {size_words(max(spans))}{of} of memory{rest}, {open_still}.")
