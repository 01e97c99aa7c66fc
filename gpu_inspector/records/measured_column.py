"""The third column: what each fact is on the silicon, in a few words, by the label of its line.

Only what was measured stands here; what needs a claim beside it, as the width of a bus needs the clock, says so.
"""

from collections.abc import Callable, Sequence

from gpu_inspector.language import N_, listed, said
from gpu_inspector.language import number as plain
from gpu_inspector.records.claims import CardClaims
from gpu_inspector.records.measured_words import (
    about_words,
    bits_words,
    generation_words,
    memory_words,
    multiprocessors_words,
    number,
    rate_words,
    size_words,
)
from gpu_inspector.records.silicon import SiliconReading

Measure = Callable[[SiliconReading, int], str | None]
"""Words of a reading, None where it has none; it also gets the memory in bytes that the card claims."""

_LANES = (64, 128)
"""FP32 lanes of one SM, over all dies since Maxwell (research note on tests on the card, 3.3)."""
_NEAR = 0.1
"""Share by which a rate may miss the number of lanes: neighbours are twice as large."""


def _product(silicon: SiliconReading, _claimed: int) -> str | None:
    if silicon.die is None:
        return None
    count = multiprocessors_words(silicon)
    if not silicon.compute_capability:
        return said("{count}; the die that fits stands in the findings", count=count)
    return said(
        "{count} of compute capability {capability}; the die that fits stands in the findings",
        count=count,
        capability=silicon.compute_capability,
    )


def _memory(silicon: SiliconReading, claimed: int) -> str | None:
    memory = silicon.memory
    return memory_words(memory, max(claimed, memory.claimed_bytes)) if memory is not None else None


def _rate(silicon: SiliconReading, *operations: str) -> float:
    """The best rate of several operations per clock and SM; 0 where none was measured."""
    rates = silicon.die.rates if silicon.die is not None else ()
    return max((rate.per_clock_per_sm for rate in rates if rate.operation in operations), default=0.0)


def _cores(silicon: SiliconReading, _claimed: int) -> str | None:
    if silicon.die is None:
        return None
    found = _counted_cores(silicon)
    multiprocessors = multiprocessors_words(silicon)
    if found is None:
        return multiprocessors
    return said(
        "{multiprocessors} × {lanes} lanes = {total}",
        multiprocessors=multiprocessors,
        lanes=found[1],
        total=plain(found[0] * found[1]),
    )


def _counted_cores(silicon: SiliconReading) -> tuple[int, int] | None:
    """(SMs, FP32 lanes of each), where both can be told."""
    if silicon.die is None:
        return None
    # A throttled multiply-add hides lanes; an addition uses the same ones.
    rate = _rate(silicon, "fp32-fma", "fp32-add", "fp32-mul")
    lanes = next((lanes for lanes in _LANES if abs(rate - lanes) <= lanes * _NEAR), None)
    both = {silicon.die.multiprocessors_by_id, silicon.die.multiprocessors_by_residency} - {None}
    return ((both.pop() or 0), lanes) if lanes is not None and len(both) == 1 else None


def _cores_differ(silicon: SiliconReading, claims: Sequence[CardClaims]) -> bool:
    """Only where nothing disturbed the count: a MIG instance shows a part of the SMs."""
    found = _counted_cores(silicon)
    if found is None or silicon.die is None or silicon.die.disturbed:
        return False
    return any(one.cores is not None and one.cores != found[0] * found[1] for one in claims)


def _capability_differs(silicon: SiliconReading, claims: Sequence[CardClaims]) -> bool:
    if silicon.die is None or not silicon.compute_capability:
        return False
    return any(one.compute_capability not in (None, "", silicon.compute_capability) for one in claims)


def _architecture(silicon: SiliconReading, _claimed: int) -> str | None:
    fp32, fp64 = _rate(silicon, "fp32-fma"), _rate(silicon, "fp64-fma")
    if fp32 <= 0 or fp64 <= 0:
        return None
    ratio = number(fp32 / fp64, digits=2)
    if _rate(silicon, "tensor-f16-f16", "tensor-f16-f32") > 0:
        return said("FP64 at 1:{ratio} of FP32; tensor units", ratio=ratio)
    return said("FP64 at 1:{ratio} of FP32; no tensor rate", ratio=ratio)


def _capability(silicon: SiliconReading, _claimed: int) -> str | None:
    if not silicon.compute_capability or not silicon.die:
        return None
    return said("{capability}: its kernels ran", capability=silicon.compute_capability)


def _bus(silicon: SiliconReading, _claimed: int) -> str | None:
    if silicon.speed is None or silicon.speed.bus_bits_implied is None:
        return None
    return said(
        "about {bits}, by the speed at the claimed clock",
        bits=bits_words(silicon.speed.bus_bits_implied),
    )


def _link_most(silicon: SiliconReading, _claimed: int) -> str | None:
    link = silicon.link
    if link is None or (link.to_device_bytes_per_s is None and link.to_host_bytes_per_s is None):
        return None
    return said(
        "{there} to the card, {back} back",
        there=rate_words(link.to_device_bytes_per_s),
        back=rate_words(link.to_host_bytes_per_s),
    )


def _link_now(silicon: SiliconReading, _claimed: int) -> str | None:
    link = silicon.link
    if link is None or (link.gen_under_load is None and link.width_under_load is None):
        return None
    parts = listed(generation_words(link.gen_under_load, link.width_under_load))
    return said("{link} under load", link=parts)


def _l2(silicon: SiliconReading, _claimed: int) -> str | None:
    die = silicon.die
    if die is None or die.l2_bytes is None:
        return None
    return said("about {size}", size=about_words(die.l2_bytes))


def _l2_claimed(silicon: SiliconReading) -> str | None:
    claimed = silicon.die.l2_claimed_bytes if silicon.die is not None else None
    return f"{size_words(claimed)}  (CUDA)" if claimed is not None else None


def _bandwidth(silicon: SiliconReading, _claimed: int) -> str | None:
    speed = silicon.speed
    if speed is None:
        return None
    return said(
        "copy {copy}, read {read}, write {write}",
        copy=rate_words(speed.copy_bytes_per_s),
        read=rate_words(speed.read_bytes_per_s),
        write=rate_words(speed.write_bytes_per_s),
    )


def _heat(silicon: SiliconReading, _claimed: int) -> str | None:
    heat = silicon.heat
    if heat is None:
        return None
    if heat.peak_c is None:
        return None
    peak, power = number(heat.peak_c, "°C", digits=3), number(heat.power_w, "W", digits=3)
    if not heat.usable or not heat.drop_k_per_w:
        return said("{peak} at {power}, by its sensor", peak=peak, power=power)
    drop = number(heat.drop_k_per_w, "K/W", digits=3)
    return said("{peak} at {power}, by its sensor; {drop} fell at once", peak=peak, power=power, drop=drop)


MEASURES: dict[str, tuple[str, Measure]] = {
    "Product": ("die", _product),
    "Memory": ("memory", _memory),
    "Cores": ("die", _cores),
    "Architecture": ("die", _architecture),
    "Compute capability": ("die", _capability),
    "Memory bus": ("speed", _bus),
    "PCIe at most": ("link", _link_most),
    "PCIe now": ("link", _link_now),
}
"""Label of a line -> the part of a measurement that shows it, and its words."""
DIFFERS: dict[str, Callable[[SiliconReading, Sequence[CardClaims]], bool]] = {
    "Cores": _cores_differ,
    "Compute capability": _capability_differs,
}
"""Labels of lines whose measurement can be held against the claim as it stands: an exact number, no rate."""
CLAIMED: dict[str, Callable[[SiliconReading], str | None]] = {"L2 cache": _l2_claimed}
"""Facts of EXTRA that the driver claims to CUDA."""
EXTRA: dict[str, tuple[str, Measure]] = {
    N_("L2 cache"): ("die", _l2),
    N_("Memory bandwidth"): ("speed", _bandwidth),
    N_("Heat under load"): ("heat", _heat),
}
"""Facts that no source of the claims gives: lines that stand only where a measurement does."""
