"""The width of the memory's bus as the silicon shows it: bytes that really moved, at the clock of the memory.

A swapped die betrays itself here: 192-bit bandwidth on a card sold as a 384-bit one is another chip, whatever its
firmware says. What fools this check: a driver that lies about the memory's clock, which is a claim. Source: research
note on-device tests, 3.1; the efficiencies were taken from published measurements of four dies, none of them ours.
"""

import math
from dataclasses import dataclass

from gpu_inspector.checks import thresholds_silicon as limits
from gpu_inspector.checks.answer import ONE_TABLE, Answer, consistent, inconclusive, not_applicable, sign
from gpu_inspector.checks.runner import check
from gpu_inspector.language import N_
from gpu_inspector.records.finding import Strength, Value
from gpu_inspector.records.product import Product
from gpu_inspector.records.silicon import DieReading, MemoryReading, SpeedReading


@dataclass(frozen=True, slots=True)
class _Width:
    """The implied width in bits; `under_load` where the clock was read while the memory worked."""

    bits: float
    under_load: bool


@check("memory-bus-measured", N_("Width of the memory bus, measured"))
def bus_measured(
    measured_speed: SpeedReading,
    products: tuple[Product, ...],
    whole_card: bool,
    mobile: bool,
    measured_die: DieReading | None,
    measured_memory: MemoryReading | None,
) -> Answer:
    """The bandwidth divided by the clock is a width, and no firmware adds traces to a board."""
    if not whole_card:
        return not_applicable(N_("A slice of a card has a share of its bandwidth only."))
    known = [row for row in products if row.bus_bits is not None and "bus_bits" not in row.from_memory]
    if not known:
        return inconclusive(N_("The reference data does not have the bus width of this device id."))
    found = _width(measured_speed)
    if found is None:
        return inconclusive(
            N_("The memory moves {rate} GB/s; its clock was not given, so that this implies no width."),
            source=N_("what was measured"),
            rate=_gigabytes(measured_speed),
        )
    row = min(known, key=lambda row: abs(math.log(found.bits / (row.bus_bits or 1))))
    share = found.bits / (row.bus_bits or 1)
    values: dict[str, Value] = {
        "rate": _gigabytes(measured_speed),
        "clock": f"{measured_speed.memory_clock_claimed_mhz or 0:.0f}",
        "width": f"{found.bits:.0f}",
        "product": " or ".join(str(bits) for bits in sorted({one.bus_bits or 0 for one in known})),
        "share": f"{100 * share:.0f}",
    }
    if 1 - limits.BUS_ERROR <= share <= 1 + limits.BUS_ERROR:
        return consistent(
            N_("{rate} GB/s at {clock} MHz: as a bus of {product} bits carries ({share} %)."),
            expected=N_(f"{values['product']} bits"),
            observed=N_(f"{values['width']} bits"),
            source=_sources(known),
            **values,
        )
    if share > 1:
        return _wider(values, share, known)
    excuse = _excuse(found, mobile, measured_die, measured_memory)
    return _narrower(values, share, known, excuse)


def _width(speed: SpeedReading) -> _Width | None:
    if speed.bus_bits_implied is not None and speed.bus_bits_implied > 0:
        return _Width(speed.bus_bits_implied, True)
    clock = speed.memory_clock_claimed_mhz
    if clock is None or clock <= 0 or _fastest(speed) <= 0:
        return None
    return _Width(_fastest(speed) * 8 / (2e6 * clock * limits.WRITE_SHARE), False)


def _fastest(speed: SpeedReading) -> float:
    return max(speed.write_bytes_per_s, speed.read_bytes_per_s, speed.copy_bytes_per_s)


def _gigabytes(speed: SpeedReading) -> str:
    return f"{_fastest(speed) / 1e9:.4g}"


def _sources(known: list[Product]) -> str:
    return ONE_TABLE if all("bus_bits" in row.single_source for row in known) else N_("reference data")


def _excuse(found: _Width, mobile: bool, die: DieReading | None, memory: MemoryReading | None) -> str:
    """A circumstance that was seen and that slows the memory of a genuine card; "" where none was."""
    if not found.under_load:
        return N_("the clock of the memory under load is not known")
    if mobile:
        return N_("a laptop's maker limits power and clocks")
    if die is not None and die.disturbed:
        return N_(f"the card was not ours alone ({', '.join(die.disturbed)})")
    if memory is not None and (memory.bad_words or memory.transient_pages or memory.ecc_uncorrected):
        return N_("faulty memory repeats its transfers")
    return ""


def _wider(values: dict[str, Value], share: float, known: list[Product]) -> Answer:
    return sign(
        Strength.WEAK,
        N_("{rate} GB/s at {clock} MHz would be a bus of about {width} bits; the product has {product}."),
        expected=N_(f"{values['product']} bits"),
        observed=N_(f"{values['width']} bits"),
        source=_sources(known),
        witness=N_("silicon"),
        cause="bus width",
        innocent=(
            N_("a clock that the driver gave too low, or too late"),
            N_("a variant that the reference data does not have yet"),
            *((N_("the error of the method"),) if share < 1 + limits.BUS_NEXT_WIDTH else ()),
        ),
        advice=N_("Measure again, with no other program on the card."),
        values=values,
    )


def _narrower(values: dict[str, Value], share: float, known: list[Product], excuse: str) -> Answer:
    """Strong only where it is far off, and nothing that was seen explains it, and two sources give the width."""
    single = _sources(known) == ONE_TABLE
    if excuse or share >= 1 - limits.BUS_NEXT_WIDTH:
        strength = Strength.WEAK
    elif share >= limits.BUS_FAR or single:
        strength = Strength.MEDIUM
    else:
        strength = Strength.STRONG
    text = N_("{rate} GB/s at {clock} MHz is what a bus of about {width} bits carries; the product has {product}.")
    if excuse:
        text += N_(" This weighs little: {excuse}.")
        values = {**values, "excuse": excuse}
    return sign(
        strength,
        text,
        expected=N_(f"{values['product']} bits"),
        observed=N_(f"{values['width']} bits"),
        source=_sources(known),
        witness=N_("silicon"),
        cause="bus width",
        innocent=(
            N_("a power cap, or ECC, which takes some of the bandwidth"),
            N_("an efficiency of this die that nobody has measured yet"),
            N_("a driver that gives a clock which the memory does not have"),
        ),
        advice=N_(
            "Measure again, with no other program on the card; compare the die and the memory chips on the board."
        ),
        values=values,
    )
