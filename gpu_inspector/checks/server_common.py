"""One card far from its equals, loaded together: hotter, or drawing less, than the same product beside it.

The comparison needs no figure of any data sheet: the others are the measure. Which honest card would trip it: the last
one in the stream of air, one beside a dead fan, one with a limit that somebody set. So it notes, weakly, and says
nothing of what the card is.
"""

import statistics

from gpu_inspector.checks import thresholds_server as limits
from gpu_inspector.checks.answer import Answer, consistent, inconclusive, sign
from gpu_inspector.checks.runner import check
from gpu_inspector.language import N_
from gpu_inspector.records.finding import Strength
from gpu_inspector.records.silicon import HeatReading

_SOURCE = N_("equal cards under one load, measured")
_FEW = N_("Only {count} equal cards were measured together: too few for a comparison.")


@check("board-common-heat", N_("Heat beside equal cards"))
def heat(common_heat: tuple[HeatReading, tuple[HeatReading, ...]]) -> Answer:
    """Equal cards under one load come to nearly equal heat; dried paste or a blocked cooler stands out."""
    mine, others = common_heat
    found = _against(mine.peak_c, [one.peak_c for one in others])
    if found is None:
        return inconclusive(_FEW, count=len(others) + 1)
    own, middle = found
    values = {"own": f"{own:.0f}", "middle": f"{middle:.0f}"}
    if own - middle <= limits.COMMON_HEAT:
        return consistent(
            N_("The card came to {own} °C; its equals came to {middle} °C in the middle."),
            expected=N_(f"at most {limits.COMMON_HEAT:.0f} K above its equals"),
            observed=f"{own:.0f} °C",
            source=_SOURCE,
            **values,
        )
    return sign(
        Strength.WEAK,
        N_("The card came to {own} °C under the common load; its equals came to {middle} °C in the middle."),
        expected=N_(f"at most {limits.COMMON_HEAT:.0f} K above its equals"),
        observed=f"{own:.0f} °C",
        source=limits.COMMON_HEAT.source,
        witness=N_("silicon"),
        cause="heat",
        innocent=(
            N_("its place in the stream of air, or a fan that stands"),
            N_("another maker's board of the same product, with another cooler"),
            N_("a limit that nobody has calibrated"),
        ),
        advice=N_("Swap it with a neighbour and measure again: heat of the place stays there."),
        values=dict(values),
    )


@check("board-common-power", N_("Power beside equal cards"))
def power(common_heat: tuple[HeatReading, tuple[HeatReading, ...]]) -> Answer:
    """Equal cards under one load draw nearly equal power; less is a lower limit, throttling, or a smaller die."""
    mine, others = common_heat
    found = _against(mine.power_w, [one.power_w for one in others])
    if found is None:
        return inconclusive(_FEW, count=len(others) + 1)
    own, middle = found
    values = {"own": f"{own:.0f}", "middle": f"{middle:.0f}"}
    if own >= middle * limits.COMMON_POWER:
        return consistent(
            N_("The card drew {own} W; its equals drew {middle} W in the middle."),
            expected=N_(f"at least {limits.COMMON_POWER:.0%} of its equals"),
            observed=f"{own:.0f} W",
            source=_SOURCE,
            **values,
        )
    return sign(
        Strength.WEAK,
        N_("The card drew {own} W under the common load; its equals drew {middle} W in the middle."),
        expected=N_(f"at least {limits.COMMON_POWER:.0%} of its equals"),
        observed=f"{own:.0f} W",
        source=limits.COMMON_POWER.source,
        witness=N_("silicon"),
        cause="power",
        innocent=(
            N_("a lower power limit that somebody set, or another maker's board of the same product"),
            N_("heat or a weak power supply that slowed it"),
        ),
        advice=N_("Compare the power limits of the cards, and measure again when all are cold."),
        values=dict(values),
    )


def _against(own: float | None, others: list[float | None]) -> tuple[float, float] | None:
    """The card's figure and the median of the others; None where too few are known."""
    known = [one for one in others if one is not None]
    if own is None or len(known) < limits.LEAST_FOR_MEDIAN:
        return None
    return own, statistics.median(known)
