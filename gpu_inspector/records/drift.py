"""The figures of a card that should not move, and how far they moved: what a control card is looked at for.

All of them were measured, but for the size that the driver shows to CUDA. A figure is compared only where both
inspections have it, so that a quick look can be held against a thorough one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import isfinite

from gpu_inspector.language import N_
from gpu_inspector.records.evidence import CardEvidence
from gpu_inspector.records.selftest import MOST_POINTS, ControlCard, Figure, Point
from gpu_inspector.records.silicon import SiliconReading

GB = 1e9
NAMES = {
    "multiprocessors": N_("multiprocessors, counted by number"),
    "resident": N_("multiprocessors, counted by residency"),
    "memory-total": N_("memory shown to CUDA, MiB"),
    "memory-right": N_("share of the tested memory that read back right"),
    "copy": N_("copy within the card, GB/s"),
    "read": N_("reading memory, GB/s"),
    "write": N_("writing memory, GB/s"),
    "to-device": N_("link to the card, GB/s"),
    "to-host": N_("link to the host, GB/s"),
    "link-generation": N_("PCIe generation under load"),
    "link-width": N_("PCIe lanes under load"),
    "rate": N_("for one SM and clock"),
    "l1-latency": N_("latency of the L1 cache, clocks"),
    "l2-latency": N_("latency of the L2 cache, clocks"),
    "memory-latency": N_("latency of the memory, clocks"),
    "heat": N_("heat that falls at once after a load, K/W"),
}
"""Kind of a figure -> its words. The rates of operations are one kind, "rate", and bear the operation's name."""
_RATE = "rate:"
_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Allowed:
    """By which share a kind of figure may differ, and where that is from."""

    share: float
    source: str


@dataclass(frozen=True, slots=True)
class Taken:
    """One inspection of the card: its row, when it was measured, and its figures by key."""

    row: int
    at: datetime
    figures: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Series:
    """One figure over time, for a chart."""

    figure: Figure
    points: tuple[tuple[datetime, float | None], ...]


def figures_of(card: CardEvidence) -> dict[str, float]:
    """Key -> measured value, of what should be the same at every inspection; {} where nothing was measured."""
    silicon = card.silicon
    if silicon is None:
        return {}
    found = (*_die(silicon), *_memory(silicon), *_speed(silicon), *_heat(silicon))
    return {key: float(value) for key, value in found if value is not None and isfinite(value)}


def _die(silicon: SiliconReading) -> Iterator[tuple[str, float | None]]:
    die = silicon.die
    # Another process or a share of the card (MIG, MPS) makes counts and clocks incomparable.
    if die is None or die.disturbed:
        return
    yield "multiprocessors", die.multiprocessors_by_id
    yield "resident", die.multiprocessors_by_residency
    for rate in die.rates:
        yield f"{_RATE}{rate.operation}", rate.per_clock_per_sm
    yield "l1-latency", die.l1_cycles
    yield "l2-latency", die.l2_cycles
    yield "memory-latency", die.dram_cycles


def _memory(silicon: SiliconReading) -> Iterator[tuple[str, float | None]]:
    memory = silicon.memory
    if memory is None:
        return
    yield "memory-total", memory.claimed_bytes / _MIB
    # How much was free on a day is no property of the card; whether that part is sound is one.
    if memory.covered_bytes:
        yield "memory-right", memory.right_bytes / memory.covered_bytes


def _speed(silicon: SiliconReading) -> Iterator[tuple[str, float | None]]:
    speed, link = silicon.speed, silicon.link
    if speed is not None:
        yield "copy", speed.copy_bytes_per_s / GB
        yield "read", speed.read_bytes_per_s / GB
        yield "write", speed.write_bytes_per_s / GB
    if link is not None:
        yield "to-device", link.to_device_bytes_per_s / GB if link.to_device_bytes_per_s is not None else None
        yield "to-host", link.to_host_bytes_per_s / GB if link.to_host_bytes_per_s is not None else None
        yield "link-generation", link.gen_under_load
        yield "link-width", link.width_under_load


def _heat(silicon: SiliconReading) -> Iterator[tuple[str, float | None]]:
    if silicon.heat is not None and silicon.heat.usable:
        yield "heat", silicon.heat.drop_k_per_w


def kind_of(key: str) -> str:
    """The kind of a figure, which its limit is named by."""
    return "rate" if key.startswith(_RATE) else key


def words_of(key: str) -> str:
    """The figure in English, with its unit."""
    if key.startswith(_RATE):
        return f"{key.removeprefix(_RATE)} {NAMES['rate']}"
    return NAMES[key]


def control_card(
    name: str, reference: Taken, later: Sequence[Taken], allowed: Mapping[str, Allowed], *, simulation: bool = False
) -> ControlCard:
    """The control card as a report bears it; `later` are its other inspections, the oldest first.

    Figures without a limit of their kind are left out: what may not differ by any known share decides nothing.
    """
    last = later[-1] if later else reference
    keys = [key for key in reference.figures if key in last.figures and kind_of(key) in allowed]
    shown = (reference, *later[-(MOST_POINTS - 1) :])
    return ControlCard(
        name=name,
        reference_row=reference.row,
        last_row=last.row,
        made_at=last.at,
        inspections=1 + len(later),
        figures=tuple(_figure(key, reference, last, allowed[kind_of(key)]) for key in keys),
        reference_at=reference.at,
        simulation=simulation,
        series=tuple(Point(row=one.row, at=one.at, values=tuple(map(one.figures.get, keys))) for one in shown),
    )


def _figure(key: str, reference: Taken, last: Taken, may: Allowed) -> Figure:
    return Figure(
        name=words_of(key),
        reference=reference.figures[key],
        last=last.figures[key],
        spread=may.share,
        source=may.source,
    )


def series(control: ControlCard) -> tuple[Series, ...]:
    """Each figure over time; what a forged record lacks is None."""
    return tuple(
        Series(
            figure,
            tuple((point.at, point.values[place] if place < len(point.values) else None) for point in control.series),
        )
        for place, figure in enumerate(control.figures)
    )
