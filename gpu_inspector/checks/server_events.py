"""The driver's own error reports ("Xid") and the spare rows of the memory: what a card went through, by its own word.

A report is a line of a log that this machine's driver wrote: most are of programs, and the same number has other
reasons on other cards, so that only three numbers, whose meaning NVIDIA's guide to page retirement gives, count as
wear. The others that are known for hardware are named from memory and decide nothing. What fools these checks: a log
that was cleared, and one that began after the error. Sources: NVIDIA, Dynamic Page Retirement; NVML API, row remapper
histogram; research note on tests on the card, section 5.
"""

from collections import Counter

from gpu_inspector.checks import thresholds_server as limits
from gpu_inspector.checks.answer import Answer, consistent
from gpu_inspector.checks.runner import check
from gpu_inspector.language import N_
from gpu_inspector.records.finding import Condition, Outcome, Value
from gpu_inspector.records.server import DriverEvent

_LOG = N_("the kernel's log")
_WORN = {int(one): one.why for one in (limits.DOUBLE_BIT, limits.RETIRED, limits.NOT_RETIRED)}
_OF_PROGRAMS = frozenset({13, 31, 43, 45})
"""Research note on tests on the card, section 5: mostly faults of programs."""
_OF_HARDWARE = frozenset({62, 74, 79, 92, 94, 95, 119, 120, 140, 154})
"""The same note, from memory: hardware or firmware. They are named, and decide nothing."""


@check("condition-xid", N_("The driver's error reports"))
def xid(driver_events: tuple[DriverEvent, ...]) -> Answer:
    """What the driver wrote down before anybody asked: errors of the memory, of links, of programs."""
    own = [one for one in driver_events if one.address is not None]
    counted: Counter[int] = Counter()
    for one in own:
        counted[one.xid] += max(one.times, 1)
    told = ", ".join(_words(number, counted[number]) for number in sorted(counted)[: int(limits.LISTED_TOLD)])
    values: dict[str, Value] = {"reports": told, "unnamed": _unnamed(driver_events)}
    if not counted:
        return consistent(
            N_("The kernel's log, as far as it could be read, holds no error report for this card's place.{unnamed}"),
            expected=N_("none"),
            observed=N_("none"),
            source=_LOG,
            **values,
        )
    if set(counted) <= _OF_PROGRAMS:
        return consistent(
            N_("The kernel's log holds error reports for this card's place that programs cause: {reports}.{unnamed}"),
            expected=N_("none of hardware"),
            observed=told,
            source=_LOG,
            **values,
        )
    worn = set(counted) & set(_WORN)
    return Answer(
        outcome=Outcome.NOTED,
        text=N_("The kernel's log holds error reports for this card's place: {reports}.{unnamed}"),
        expected=N_("none of hardware"),
        observed=told,
        source=N_("NVIDIA, Dynamic Page Retirement; research note on tests on the card, section 5"),
        innocent=(
            N_("errors of a program, of clocks that were set too high, or of the machine"),
            N_("an error long ago that the card has handled"),
            N_("another card that was in this place when the log was written: the driver names places, not cards"),
        ),
        advice=N_("Compare with the counters of memory errors, and have the memory measured."),
        condition=Condition.WORN if worn else None,
        values=values,
    )


def _words(number: int, times: int) -> str:
    meaning = _WORN.get(number, "")
    if not meaning and number in _OF_HARDWARE:
        meaning = N_("hardware or firmware, from memory")
    said = f" ({meaning})" if meaning else ""
    return N_(f"Xid {number}{said}, {times:,} times") if times > 1 else f"Xid {number}{said}"


def _unnamed(events: tuple[DriverEvent, ...]) -> str:
    count = sum(max(one.times, 1) for one in events if one.address is None)
    return N_(f" {count:,} more reports name no card.") if count else ""


_LEFT = (N_("most"), N_("some"), N_("few"), N_("none"))
"""NVML's classes "high" to "none", as people say them."""


@check("condition-remap-histogram", N_("Spare rows of the memory"))
def remap(remap_histogram: tuple[int, ...]) -> Answer:
    """Each bank of the memory has spare rows for broken ones; a bank without any left cannot lose one more."""
    used = [
        N_(f"{count:,} has {left} left") if count == 1 else N_(f"{count:,} have {left} left")
        for left, count in zip(_LEFT, remap_histogram[1:], strict=True)
        if count > 0
    ]
    banks = sum(max(one, 0) for one in remap_histogram)
    if not used:
        return consistent(
            N_("All {banks} banks of the memory have all their spare rows."),
            expected=N_("all spare rows left"),
            observed=N_("all spare rows left"),
            source=N_("NVML API, row remapper histogram"),
            banks=f"{banks:,}",
        )
    return Answer(
        outcome=Outcome.NOTED,
        text=N_("Spare rows of the memory are used up in part: of {banks} banks {used}."),
        expected=N_("all spare rows left"),
        observed="; ".join(used),
        source=N_("NVML API, row remapper histogram"),
        witness=N_("driver"),
        cause="memory wear",
        advice=N_("Have the memory measured; ask the seller for the card's history."),
        condition=Condition.WORN,
        values={"banks": f"{banks:,}", "used": ", ".join(used)},
    )
