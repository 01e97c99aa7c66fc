"""Heat: how well die and cooler touch, from the first seconds after a load is cut; and whether heat slowed the card.

A question of the condition: dry paste is no forgery, though a card that worked for years often has it. What fools
this check: a sensor that is averaged over more than a second. Source: research note on-device tests, 4.2. The limit
is from memory and no card has calibrated it yet, so it notes and never accuses.
"""

from dataclasses import replace

from gpu_inspector.checks.answer import Answer, consistent, inconclusive, sign
from gpu_inspector.checks.runner import check
from gpu_inspector.checks.thresholds_silicon import CONTACT
from gpu_inspector.language import N_
from gpu_inspector.records.finding import Condition, Strength, Value
from gpu_inspector.records.product import Die
from gpu_inspector.records.silicon import HeatReading, MemoryReading

_SOURCE = CONTACT.source
_INNOCENT = (
    N_("a limit that no card has calibrated yet"),
    N_("paste that has dried with age, or an uneven cooler: a repair, not a forgery"),
)
_NO_AIR = N_("a passive server card without the air of its server")


@check("condition-heat", N_("Contact to the cooler"))
def heat(measured_heat: HeatReading, die: Die | None, mobile: bool, measured_memory: MemoryReading | None) -> Answer:
    """The drop per watt times the area of the die compares contacts over dies."""
    reading = measured_heat
    slowed = [reason for reason in reading.throttle if "thermal" in reason.casefold()]
    contact = _contact(reading, die)
    if mobile:
        return inconclusive(
            N_(
                "A laptop shares one cooler with its processor, and may run on battery: no judgement is due.{throttled}"
            ),
            source=N_("what was measured"),
            throttled=_throttled(slowed),
        )
    if contact is None:
        return _slowed(reading, slowed) if slowed else _unknown(reading, die)
    values: dict[str, Value] = {
        "contact": f"{contact:.0f}",
        "limit": f"{CONTACT:.0f}",
        "drop": f"{(reading.drop_k_per_w or 0) * (reading.power_w or 0):.0f}",
        "power": f"{reading.power_w or 0:.0f}",
        "peak": f"{reading.peak_c or 0:.0f}",
        "throttled": _throttled(slowed),
    }
    if contact > CONTACT:
        return replace(_noted(values), condition=Condition.WORN)
    if slowed:
        return _slowed(reading, slowed)
    answer = consistent(
        N_(
            "The temperature fell by {drop} K in 3 s after a load of {power} W ended: {contact} K·mm²/W of the die,"
            " below {limit}. The limit is a guess, calibrated on no card yet."
        ),
        expected=N_(f"at most {CONTACT:.0f} K·mm²/W"),
        observed=f"{contact:.0f} K·mm²/W",
        source=_SOURCE,
        **values,
    )
    # A good contact alone is no sound card: it joins a memory test that came to its end.
    examined = measured_memory is not None and measured_memory.complete
    return replace(answer, condition=Condition.SOUND if examined else None)


def _contact(reading: HeatReading, die: Die | None) -> float | None:
    """K*mm2/W, or None where it cannot be told."""
    area = die.area_mm2 if die is not None and "area_mm2" not in die.from_memory else None
    if not reading.usable or reading.drop_k_per_w is None or not area:
        return None
    return reading.drop_k_per_w * area


def _throttled(slowed: list[str]) -> str:
    return N_(f" Heat slowed the card: {', '.join(slowed)}.") if slowed else ""


def _unknown(reading: HeatReading, die: Die | None) -> Answer:
    if not reading.usable:
        return inconclusive(
            N_("The contact to the cooler cannot be judged: {why}"),
            advice=N_("Inspect again with the card in its own cooling, with no power limit."),
            source=N_("what was measured"),
            why=reading.why_not or N_("the measurement gave no number."),
        )
    return inconclusive(
        N_("The temperature fell by {drop} K for each watt; the area of {die} is not in the reference data."),
        source=N_("what was measured"),
        drop=f"{reading.drop_k_per_w or 0:.3g}",
        die=die.name if die is not None else N_("the die"),
    )


def _slowed(reading: HeatReading, slowed: list[str]) -> Answer:
    return sign(
        Strength.WEAK,
        N_("Heat slowed the card under load ({reasons}); it came to {peak} °C at {power} W."),
        expected=N_("a cooler that carries the heat of the load away"),
        observed=f"{reading.peak_c or 0:.0f} °C; {', '.join(slowed)}",
        source=N_("what was measured"),
        witness=N_("silicon"),
        cause="heat",
        innocent=(_NO_AIR, N_("a blocked fan or a hot room")),
        advice=N_("Give the card the air that its cooler needs, and inspect again."),
        values={
            "reasons": ", ".join(slowed),
            "peak": f"{reading.peak_c or 0:.0f}",
            "power": f"{reading.power_w or 0:.0f}",
        },
    )


def _noted(values: dict[str, Value]) -> Answer:
    return sign(
        Strength.WEAK,
        N_(
            "The temperature fell by {drop} K in 3 s after a load of {power} W ended: {contact} K·mm²/W of the die;"
            " more than {limit} points to a poor contact between die and cooler. The limit is a guess, calibrated on no"
            " card yet.{throttled}"
        ),
        expected=N_(f"at most {CONTACT:.0f} K·mm²/W"),
        observed=N_(f"{values['contact']} K·mm²/W, {values['peak']} °C at the highest"),
        source=_SOURCE,
        witness=N_("silicon"),
        cause="heat",
        innocent=_INNOCENT,
        advice=N_("If the card is to be used, let its paste be renewed."),
        values=values,
    )
