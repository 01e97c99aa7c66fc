"""Signs of rework in what was measured: wrong words on one group of channels, heat and clocks.

All of them are weak or medium, and all have honest causes: a broken card, old pads, a power limit. Errors on one group
of channels are what a badly soldered memory chip makes, and what a failing chip on an untouched card makes as well: so
they are a defect first (`condition-memory`), a sign of rework second, and never count together with another sign that
the same defect would explain (`board-signs`). What fools these checks: good work. Source: research note on modified
cards, RW-08, RW-10 to RW-13 and RW-29; limits marked as proposals there were calibrated on no card yet.
"""

from gpu_inspector.checks import thresholds_board as limits
from gpu_inspector.checks.answer import Answer, consistent, inconclusive, not_applicable, sign
from gpu_inspector.checks.runner import check
from gpu_inspector.language import N_
from gpu_inspector.records.finding import Strength, Value
from gpu_inspector.records.measured import flaw, is_page_fold
from gpu_inspector.records.measured_words import group_words
from gpu_inspector.records.product import Product
from gpu_inspector.records.silicon import HeatReading, MemoryReading

_NOTE = N_("research note on modified cards")
_PAUSED = (N_("verify hash"), N_("verify inverse"))
"""Passes of the profile "deep" that wait between writing and reading; the others read at once."""


@check("board-error-group", N_("Memory errors on one group of channels"))
def error_group(measured_memory: MemoryReading) -> Answer:
    """A chip that was soldered by hand fails alone: errors lie on one group of channels, and nowhere else."""
    reading = measured_memory
    if flaw(reading) or not reading.complete:
        return inconclusive(
            N_("The test of the memory did not come to its end, or its figures contradict each other."),
            advice=N_("Measure again when the card is cold."),
        )
    if reading.group is None or is_page_fold(reading):
        return consistent(
            N_("No wrong words lie on one group of channels alone."),
            expected=N_("no errors, or errors all over the memory"),
            observed=N_("no group of channels stands out"),
            source=N_("what was written and read back"),
        )
    strength, cause, text, rule = _kind(reading)
    return sign(
        strength,
        text,
        expected=N_("no errors, or errors all over the memory"),
        observed=group_words(reading),
        source=f"{_NOTE}, {rule}",
        witness=N_("silicon"),
        cause=cause,
        innocent=(
            N_("a failing memory chip on a card that nobody has touched"),
            N_("a joint that broke by heat or transport"),
            N_("memory that runs beyond its own clock: measure at default clocks"),
        ),
        advice=N_("Measure again, cold and in another machine; look for flux and moved parts round the memory chips."),
        values={"group": group_words(reading)},
    )


def _kind(reading: MemoryReading) -> tuple[Strength, str, str, str]:
    """How the errors of one group came: strength, cause, text and rule."""
    if _only_after_pauses(reading):
        return (
            Strength.WEAK,
            N_("memory retention"),
            N_(
                "Wrong words lie on one group of channels alone ({group}), and only where the memory had to hold them"
                " for seconds: one chip that forgets, soldered in or worn."
            ),
            "RW-12",
        )
    if _only_when_hot(reading):
        return (
            Strength.MEDIUM,
            N_("memory when hot"),
            N_(
                "Wrong words lie on one group of channels alone ({group}), and only in the hotter passes: one memory"
                " chip"
                " or its joints, which heat moves. That is a defect (see condition); whether somebody soldered there,"
                " only the board shows."
            ),
            "RW-13",
        )
    return (
        Strength.MEDIUM,
        N_("memory channel"),
        N_(
            "Wrong words lie on one group of channels alone ({group}): one memory chip or its joints. That is a defect"
            " (see condition); whether somebody soldered there, only the board shows."
        ),
        "RW-11",
    )


def _only_when_hot(reading: MemoryReading) -> bool:
    """Whether every pass with wrong words ran hotter, by far, than each without; all temperatures must be known."""
    verified = [one for one in reading.passes if one.name.startswith("verify")]
    hot = [one.temperature_c for one in verified if one.bad_pages]
    cold = [one.temperature_c for one in verified if not one.bad_pages]
    known = [one for one in (*hot, *cold) if one is not None]
    if not hot or not cold or len(known) < len(hot) + len(cold):
        return False
    return min(known[: len(hot)]) - max(known[len(hot) :]) >= limits.HOT_ERRORS_K


def _only_after_pauses(reading: MemoryReading) -> bool:
    """Whether pages were wrong only in passes that waited, while others read the same memory at once and right."""
    verified = [one for one in reading.passes if one.name.startswith("verify")]
    at_once = [one for one in verified if one.name not in _PAUSED]
    waited = [one for one in verified if one.name in _PAUSED]
    return bool(at_once) and any(one.bad_pages for one in waited) and not any(one.bad_pages for one in at_once)


@check("board-memory-heat", N_("Temperature of the memory"))
def memory_heat(measured_heat: HeatReading) -> Answer:
    """Pads that were cut by hand carry heat badly: the memory is then far hotter than the die."""
    memory, core = measured_heat.memory_c, measured_heat.peak_c
    if memory is None or core is None:
        return inconclusive(N_("The driver gives no temperature of this card's memory, as of most cards with GDDR."))
    values: dict[str, Value] = {"memory": f"{memory:.0f}", "core": f"{core:.0f}", "over": f"{memory - core:.0f}"}
    expected = N_(f"at most {limits.MEMORY_OVER_CORE_K:.0f} K above the die")
    if memory - core <= limits.MEMORY_OVER_CORE_K:
        return consistent(
            N_("Under load the memory came to {memory} °C, the die to {core} °C."),
            expected=expected,
            observed=N_(f"{memory - core:.0f} K above the die"),
            source=limits.MEMORY_OVER_CORE_K.source,
            **values,
        )
    return sign(
        Strength.WEAK,
        N_("Under load the memory came to {memory} °C, {over} K above the die: poor contact of its pads."),
        expected=expected,
        observed=N_(f"{memory - core:.0f} K above the die"),
        source=limits.MEMORY_OVER_CORE_K.source,
        witness=N_("silicon"),
        cause="memory heat",
        innocent=(
            N_("pads that have dried on a card that nobody has opened"),
            N_("memory on the rear side, as some products have it by design"),
            N_("a limit that no card has calibrated yet"),
        ),
        advice=N_("Let the pads be renewed; compare their kind and thickness with a card of the same make."),
        values=values,
    )


@check("board-hotspot", N_("Hot spot of the die"))
def hotspot(measured_heat: HeatReading, desktop_rows: tuple[Product, ...], power_default_w: int | None) -> Answer:
    """A cooler that was taken off and put back unevenly leaves one corner of the die hotter than the rest."""
    hot, edge, power = measured_heat.hotspot_c, measured_heat.peak_c, measured_heat.power_w
    if hot is None or edge is None:
        return inconclusive(
            N_("The driver gives no temperature of the die's hot spot; NVIDIA's interface has none so far.")
        )
    if power is None or power_default_w is None or power < limits.NEAR_LIMIT * power_default_w:
        return inconclusive(
            N_("The load did not come near the card's power limit, so that the hot spot's distance says nothing."),
            advice=N_("Inspect again with no power limit set."),
        )
    values: dict[str, Value] = {"hot": f"{hot:.0f}", "over": f"{hot - edge:.0f}", "power": f"{power:.0f}"}
    expected = N_(f"at most {limits.HOTSPOT_OVER_EDGE_K:.0f} K above the die's edge")
    observed = N_(f"{hot - edge:.0f} K above the die's edge")
    source = limits.HOTSPOT_OVER_EDGE_K.source
    if hot - edge <= limits.HOTSPOT_OVER_EDGE_K:
        return consistent(
            N_("At {power} W the hot spot came to {hot} °C, {over} K above the die's edge."),
            expected=expected,
            observed=observed,
            source=source,
            **values,
        )
    return sign(
        Strength.WEAK,
        N_(
            "At {power} W the hot spot came to {hot} °C, {over} K above the die's edge: an uneven cooler, as after"
            " somebody has taken it off."
        ),
        expected=expected,
        observed=observed,
        source=source,
        witness=N_("silicon"),
        cause="heat",
        innocent=(N_("paste that was pumped out by age"), N_("a limit that no card has calibrated yet")),
        advice=N_("If the card is to be used, let its cooler be mounted anew."),
        values=values,
    )


@check("board-clock", N_("Clock under load"))
def clock(measured_heat: HeatReading, products: tuple[Product, ...], mobile: bool) -> Answer:
    """A die that does not come near the product's clock, with no reason given, is held back or another one."""
    if mobile:
        return not_applicable(N_("A laptop's maker limits power and clocks."))
    known = [row.boost_mhz for row in products if row.boost_mhz and "boost_mhz" not in row.from_memory]
    found = measured_heat.clock_highest_mhz
    if not known or found is None:
        return inconclusive(N_("The clock under load, or the product's boost, is not known."))
    values = {"found": f"{found:.0f}", "boost": " or ".join(str(one) for one in sorted(set(known)))}
    if found >= limits.CLOCK_SHARE * min(known):
        return consistent(
            N_("Under load the die came to {found} MHz; the product's boost is {boost} MHz."),
            expected=N_(f"at least {limits.CLOCK_SHARE * min(known):.0f} MHz"),
            observed=f"{found:.0f} MHz",
            source=N_("reference data"),
            **values,
        )
    if measured_heat.throttle:
        return inconclusive(
            N_("Under load the die came to {found} MHz only; the card gives its reasons: {reasons}."),
            advice=N_("Give the card power and air, and inspect again."),
            reasons=", ".join(measured_heat.throttle),
            **values,
        )
    return sign(
        Strength.WEAK,
        N_("Under load the die came to {found} MHz only; the product's boost is {boost} MHz, and no reason is given."),
        expected=N_(f"at least {limits.CLOCK_SHARE * min(known):.0f} MHz"),
        observed=f"{found:.0f} MHz",
        source=limits.CLOCK_SHARE.source,
        witness=N_("silicon"),
        cause="clock",
        innocent=(N_("a clock or power limit that its owner has set"), N_("a limit that no card has calibrated yet")),
        advice=N_("Take off clock and power limits, and inspect again."),
        values=dict(values),
    )
