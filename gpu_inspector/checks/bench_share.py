"""What stands between the program and the card, and what its owner set: a share of it, other views of it, its limits.

NVIDIA's multi-process service (MPS) hands each program a share of the multiprocessors and of the memory, so that a
count is a count of the share. The measuring process drops the variables that steer CUDA before it loads CUDA, and so
they are named and decide nothing. Honest clusters have all of it; it never says anything of the card. Sources: NVIDIA,
Multi-Process Service, "Environment Variables"; CUDA programming guide, "CUDA Environment Variables".
"""

from gpu_inspector.checks.answer import Answer, consistent, inconclusive, not_applicable, sign
from gpu_inspector.checks.runner import check
from gpu_inspector.checks.thresholds_bench import POWER_LOWERED, VALUES_NAMED
from gpu_inspector.language import N_
from gpu_inspector.records.evidence import Evidence, Origin
from gpu_inspector.records.finding import Role, Strength

CLOSED = {
    "prohibited": "prohibited",
    "exclusive process": N_("exclusive process"),
    "exclusive thread": N_("exclusive thread"),
}
"""Compute modes in which another program cannot, or not always, use the card."""


@check("bench-share", N_("Whole card or a share of it"), Role.CORE)
def share(mps: tuple[str, ...]) -> Answer:
    """A share of a card has fewer multiprocessors and less memory than the card; its neighbours change its rates."""
    if mps:
        return inconclusive(
            N_(
                "Traces of NVIDIA's multi-process service (MPS), which hands out shares of a card: {traces}. What is"
                " counted and measured may then be a share."
            ),
            advice=N_(
                "Stop it (echo quit | nvidia-cuda-mps-control), unset its variables (CUDA_MPS_...), inspect again."
            ),
            source=N_("the system's processes and variables"),
            traces=_some(mps),
        )
    return consistent(
        N_("No trace of a service that hands out shares of the card."), expected=N_("none"), observed=N_("none seen")
    )


@check("bench-environment", N_("Variables that steer CUDA"))
def environment(steering: tuple[str, ...]) -> Answer:
    """They choose which cards CUDA shows, in which order, and how code is compiled for them."""
    if not steering:
        return consistent(N_("No variable steers CUDA."), expected=N_("none"), observed=N_("none"))
    return sign(
        Strength.WEAK,
        N_("Variables steer what CUDA shows and how it computes: {found}. The measuring process drops them first."),
        expected=N_("none"),
        observed=_some(steering),
        source=N_("the environment of the program"),
        witness=N_("bench"),
        cause="environment",
        innocent=(N_("a cluster's node, or a developer's machine, that sets them for other programs"),),
        advice=N_("Unset them where a measurement fails or finds no card."),
        values={"found": _some(steering)},
    )


@check("bench-settings", N_("Limits that the bench set for the card"))
def settings(
    evidence: Evidence,
    power_limit_w: int | None,
    power_default_w: int | None,
    compute_mode: str | None,
    mobile: bool,
) -> Answer:
    """A lowered limit makes a sound card slow; a closed compute mode keeps the measurement from it."""
    if evidence.origin is not Origin.MACHINE:
        return not_applicable(N_("What was set on the machine of a file or a simulation is no setting of this bench."))
    if power_limit_w is None and compute_mode is None:
        return not_applicable(N_("The driver tells neither the power limit that is set nor the compute mode."))
    found: list[str] = []
    # A laptop's limit is its maker's, and moves with heat and battery.
    set_by_hand = power_limit_w is not None and power_default_w is not None and not mobile
    if set_by_hand and (power_limit_w or 0) < (power_default_w or 0) * (1 - POWER_LOWERED):
        found.append(N_(f"power limit {power_limit_w} W of {power_default_w} W"))
    closed = CLOSED.get((compute_mode or "").replace("_", " ").casefold())
    if closed is not None:
        found.append(N_(f"compute mode {closed}"))
    if not found:
        return consistent(
            N_("The driver's settings are the card's own."), expected=N_("as delivered"), observed=N_("as delivered")
        )
    return sign(
        Strength.WEAK,
        N_("Settings of this bench hold the card back: {found}. Low rates and clocks are then the setting's."),
        expected=N_("as delivered"),
        observed=", ".join(found),
        source=N_("the driver's settings"),
        witness=N_("bench"),
        cause="settings",
        innocent=(N_("an owner who saves power, or a server that gives each program a card of its own"),),
        advice=N_("Set them back (nvidia-smi -pl with the default limit, nvidia-smi -c 0), and inspect again."),
        values={"found": ", ".join(found)},
    )


def _some(values: tuple[str, ...]) -> str:
    shown = values[: int(VALUES_NAMED)]
    return ", ".join((*shown, *(("…",) if len(values) > len(shown) else ())))
