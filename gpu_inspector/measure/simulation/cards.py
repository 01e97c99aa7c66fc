"""The simulated cards that can be inspected by name: what each claims, and what it is.

What a product has is read from the reference data; here stands only in what a card differs from it. The seed varies
bins, clocks, heat, noise, the order of pages, and where a fault lies: never what a card must be found to be.
"""

import hashlib
from dataclasses import dataclass
from typing import Final

import numpy as np

from gpu_inspector.errors import DataError, ProbeError
from gpu_inspector.measure.simulation.chips import chip
from gpu_inspector.measure.simulation.device import SimulatedDevice
from gpu_inspector.measure.simulation.plans import PLANS, Plan, RowKey
from gpu_inspector.measure.simulation.silicon import MIB, Cooling, CudaClaims, Link, Memory, Silicon
from gpu_inspector.records import catalogue
from gpu_inspector.records.product import Product
from gpu_inspector.records.silicon import PAGE_BYTES

__all__ = ["NAMES", "Claims", "SimulatedCard", "card", "open_device", "uuid_of"]

_HBM = ("HBM2", "HBM2e", "HBM3", "HBM3e")
_L2_BYTES = {"NVIDIA A100 80GB PCIe": 40 * MIB}
"""Where the reference data give none."""
_AREAS_MM2 = {"GA100": 826.0, "GH100": 814.0}
"""Likewise; these have one source only."""
_GROUP_BITS = 16
"""Data lines of one channel of graphics memory."""
_STACK_CHANNELS = 8
"""Channels of a stack of HBM, of 1,024 data lines."""
_RESERVE_BYTES, _RESERVE_SHARE = 60 * MIB, 0.01
"""What the driver keeps; on real cards 205 to 650 MiB were observed (note, 1.4)."""
_LOAD_RISE_K = 32.0
"""Of a heat sink above the room at full load."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What firmware and driver say through PCI and NVML; None is what a genuine card of the product says."""

    product: str
    """As the catalogue calls it."""
    device_id: str
    memory_mib: int
    """Nominal size."""
    link_gen_max: int
    link_width_max: int
    link_gen_now: int
    link_width_now: int
    patched_driver: bool = False
    name: str | None = None
    cores: int | None = None
    compute_capability: str | None = None
    bus_bits: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedCard:
    """A card to inspect. `expected_exit` is the exit status that its inspection must come to."""

    name: str
    about: str
    claims: Claims
    expected_exit: int
    silicon: Silicon


NAMES: Final[tuple[str, ...]] = tuple(PLANS)


def card(name: str, seed: int) -> SimulatedCard:
    """A simulated card; the same name and seed give the same one. Raises ProbeError with the names for another."""
    plan = PLANS.get(name)
    if plan is None:
        raise ProbeError(f"There is no simulation {name!r}.", f"The simulations are: {', '.join(NAMES)}.")
    claimed = _row(plan.claimed)
    truth = claimed if plan.truth is None else _row(plan.truth)
    link = _link(plan, truth)
    claimed_mib = plan.claimed_mib or plan.claimed.memory_mib
    claims = Claims(
        product=plan.claimed.product,
        device_id=plan.claimed.device_id,
        memory_mib=claimed_mib,
        link_gen_max=link.gen,
        link_width_max=link.width,
        link_gen_now=1,
        link_width_now=link.trained_width,
        patched_driver=plan.patched_driver,
    )
    silicon = _silicon(name, plan, claimed, truth, seed)
    return SimulatedCard(name=name, about=plan.about, claims=claims, expected_exit=plan.exit, silicon=silicon)


def open_device(name: str, seed: int) -> SimulatedDevice:
    """The device behind a simulated card. Raises ProbeError with the names where there is none of that name."""
    return SimulatedDevice(card(name, seed).silicon, seed)


def uuid_of(name: str, seed: int) -> str:
    """A UUID that begins with zeros, as no real card's does."""
    digits = hashlib.sha256(f"{name} {seed}".encode()).hexdigest()
    return f"GPU-00000000-0000-0000-{digits[:4]}-{digits[4:16]}"


def _row(key: RowKey) -> Product:
    """The row of the reference data. Raises DataError where there is none any more."""
    for row in catalogue.own().by_device(key.device_id):
        if row.name == key.product and row.memory_mib == key.memory_mib:
            return row
    raise DataError(f"The reference data have no {key.product} with {key.memory_mib} MiB and the id {key.device_id}.")


def _given(number: int | None, row: Product) -> int:
    if number is None:
        raise DataError(f"The reference data of {row.name} are not enough to simulate it.")
    return number


def _total_bytes(row: Product, claimed_mib: int) -> int:
    """The total that a driver shows for a nominal size: the product's own, or the same share of another size."""
    nominal = _given(row.memory_mib, row)
    total = next(iter(row.totals_observed_mib), None) or row.total_mib_ecc_on or row.total_mib_ecc_off or nominal
    if row.ecc in ("off", "none"):
        total = row.total_mib_ecc_off or total
    return total * claimed_mib // nominal * MIB // PAGE_BYTES * PAGE_BYTES


def _link(plan: Plan, truth: Product, share: float = 0.8) -> Link:
    gen, width = plan.link or (_given(truth.pcie_gen, truth), _given(truth.pcie_width, truth))
    return Link(gen=gen, width=width, slot_gen=max(gen, 4), slot_width=plan.slot_width, share=share)


def _silicon(name: str, plan: Plan, claimed: Product, truth: Product, seed: int) -> Silicon:
    vary = np.random.default_rng([seed, 20])
    die = catalogue.own().dies[truth.die]
    total = _total_bytes(claimed, plan.claimed_mib or plan.claimed.memory_mib)
    silicon = chip(
        truth.die,
        multiprocessors=_given(truth.sm, truth),
        l2_bytes=truth.l2_bytes or _L2_BYTES[truth.name],
        clock_mhz=_given(truth.boost_mhz, truth),
        area_mm2=die.area_mm2 or _AREAS_MM2[die.name],
        seed=seed,
        throttled=plan.throttled,
    )
    lies = plan.multiprocessors_lie
    return Silicon(
        chip=silicon,
        memory=_memory(plan, truth, vary),
        link=_link(plan, truth, float(vary.uniform(0.74, 0.86))),
        cooling=_cooling(plan, truth, vary),
        claims=CudaClaims(
            name=plan.claimed.product,
            uuid=uuid_of(name, seed),
            total_bytes=total,
            multiprocessors=claimed.sm if lies else None,
            l2_bytes=claimed.l2_bytes if lies else None,
            bus_bits=claimed.bus_bits if lies else None,
        ),
        faults=plan.device_faults,
        reserve_bytes=_RESERVE_BYTES + int(total * _RESERVE_SHARE),
        name=name,
    )


def _memory(plan: Plan, truth: Product, vary: np.random.Generator) -> Memory:
    bus = _given(truth.bus_bits, truth)
    stacked = truth.memory_type in _HBM
    channels = bus // 1024 * _STACK_CHANNELS if stacked else bus // _GROUP_BITS
    return Memory(
        size_bytes=(plan.real_mib or plan.claimed.memory_mib) * MIB,
        bus_bits=bus,
        clock_mhz=_given(truth.memory_clock_mhz, truth),
        channels=channels,
        ecc=truth.ecc in ("on", "off") and stacked,
        write_share=float(vary.uniform(0.965, 0.985)),
        copy_share=float(vary.uniform(0.87, 0.92)),
        read_share=float(vary.uniform(0.90, 0.95)),
        faults=plan.memory_faults(vary, channels) if plan.memory_faults else (),
    )


def _cooling(plan: Plan, truth: Product, vary: np.random.Generator) -> Cooling:
    load_w = _given(truth.tdp_w, truth) * float(vary.uniform(0.94, 0.99))
    fast = float(vary.uniform(22.0, 28.0))
    return Cooling(
        fast_k_mm2_per_w=3.0 * fast if plan.dry else fast,
        fast_s=float(vary.uniform(0.5, 0.8)),
        slow_k_per_w=_LOAD_RISE_K / load_w * float(vary.uniform(0.9, 1.1)),
        slow_s=float(vary.uniform(55.0, 75.0)),
        ambient_c=float(vary.uniform(19.0, 27.0)),
        idle_w=load_w * 0.07,
        load_w=load_w,
        slowdown_c=92.0,
        memory_sensor=truth.memory_type in _HBM,
    )
