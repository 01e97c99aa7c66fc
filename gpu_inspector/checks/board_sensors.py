"""Sensors: what a product of its kind has, and whether what they say moves when the card works.

Firmware of another board looks for fans and sensors where this board has none. What fools this check: a board with
the same parts. Source: research note on modified cards, 2 and RW-20.
"""

from gpu_inspector.checks import thresholds_board as limits
from gpu_inspector.checks.answer import Answer, consistent, inconclusive, sign
from gpu_inspector.checks.runner import check
from gpu_inspector.language import N_
from gpu_inspector.records.finding import Strength, Value
from gpu_inspector.records.product import Product
from gpu_inspector.records.silicon import HeatReading

_SOURCE = N_("research note on modified cards, RW-20")


@check("board-sensors", N_("Fans and sensors"))
def sensors(
    fans: int | None,
    measured_heat: HeatReading | None,
    desktop_rows: tuple[Product, ...] | None,
    datacentre: bool | None,
    name: str | None,
    bare_metal: bool,
) -> Answer:
    """A fan that the product has and the card lacks, or a temperature that no load moves, is of another board."""
    return (
        _frozen(measured_heat)
        or _without_fan(fans, desktop_rows or (), bare_metal)
        or _with_fan(fans, datacentre, name or "")
        or _seen(fans, measured_heat)
    )


def _frozen(heat: HeatReading | None) -> Answer | None:
    """One temperature all along under a load that would warm any die."""
    if heat is None or (heat.power_w or 0.0) < limits.STEADY_LOAD_W or heat.load_s < limits.STEADY_LOAD_S:
        return None
    said = {one.temperature_c for one in heat.samples if one.temperature_c is not None}
    if heat.after_cut_c is not None:
        said.add(heat.after_cut_c)
    if len(said) != 1:
        return None
    values: dict[str, Value] = {
        "steady": f"{said.pop():.0f}",
        "power": f"{heat.power_w or 0.0:.0f}",
        "seconds": f"{heat.load_s:.0f}",
    }
    return sign(
        Strength.MEDIUM,
        N_("The temperature stayed at {steady} °C through {seconds} s at {power} W: no sensor does that."),
        expected=N_("a temperature that rises under load"),
        observed=N_(f"{values['steady']} °C all along"),
        source=_SOURCE,
        witness=N_("driver"),
        cause="constant sensor",
        innocent=(N_("a driver or a virtual machine that gives one value for ever"),),
        advice=N_("Feel the cooler: is it warm? Inspect again from your own medium."),
        values=values,
    )


def _without_fan(fans: int | None, rows: tuple[Product, ...], bare_metal: bool) -> Answer | None:
    draws = [row.tdp_w for row in rows]
    if fans != 0 or not rows or not all(watts is not None and watts >= limits.ACTIVE_FROM_W for watts in draws):
        return None
    return sign(
        Strength.MEDIUM if bare_metal else Strength.WEAK,
        N_("{names} has fans; the driver finds none to drive on this card."),
        expected=N_("at least one fan"),
        observed=N_("no fan"),
        source=_SOURCE,
        witness=N_("driver"),
        cause="fan",
        innocent=(
            N_("a cooler with water, or one that the owner has changed"),
            N_("a driver that cannot count fans here (a virtual machine, WSL)"),
        ),
        advice=N_("Look at the cooler and its plugs: are its fans driven by the card?"),
        values={"names": " or ".join(sorted({row.name for row in rows}))},
    )


def _with_fan(fans: int | None, datacentre: bool | None, name: str) -> Answer | None:
    """Weak: how drivers count the fans of passive boards was observed on no card yet."""
    if not fans or not datacentre:
        return None
    return sign(
        Strength.WEAK,
        N_("“{name}” is a datacentre product, most of which have no fan; the driver drives {count} on this card."),
        expected=N_("no fan"),
        observed=str(fans),
        source=_SOURCE,
        witness=N_("driver"),
        cause="fan",
        innocent=(N_("an active board of that name"), N_("a cooler that its owner has added")),
        advice=N_("Look at the cooler."),
        values={"name": name, "count": fans},
    )


def _seen(fans: int | None, heat: HeatReading | None) -> Answer:
    moved = heat is not None and heat.usable
    if fans is None and not moved:
        return inconclusive(N_("Fans were not counted, and no load was watched."))
    return consistent(
        "{moved}{fans}",
        observed=N_(f"{fans if fans is not None else '?'} fans"),
        source=_SOURCE,
        moved=N_("The temperature follows the load. ") if moved else "",
        fans=N_(f"Fans that the driver drives: {fans}.") if fans is not None else N_("Fans were not counted."),
    )
