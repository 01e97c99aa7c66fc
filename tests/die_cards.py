"""Readings of dies as a perfect measurement would give them, from the reference data; tests change one thing."""

from collections.abc import Mapping
from dataclasses import replace

from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.product import Product
from gpu_inspector.records.silicon import DieReading, RateReading, SiliconReading
from tools.die_table import rates_of

MIB = 1 << 20
UUID = "GPU-8a1f6a37-5b0c-4e0e-9d55-3c1b7f2a90d4"
"""Of the genuine card of `cards.py`."""


def die_reading(catalogue: Catalogue, die: str, count: int, l2_mib: float | None, **changes: float) -> DieReading:
    """A die with so many multiprocessors and so much L2; `changes` are rates, "fp64_fma=1.0"."""
    vector = catalogue.die_vectors[die]
    rates = {**rates_of(vector, professional=False), **{name.replace("_", "-"): to for name, to in changes.items()}}
    kept = {name: rate for name, rate in rates.items() if _exists(name, catalogue.dies[die].compute_capability)}
    return DieReading(
        multiprocessors_by_id=count,
        multiprocessors_by_residency=count,
        multiprocessors_claimed=count,
        warp_threads=32,
        rates=as_readings(kept),
        l2_bytes=None if l2_mib is None else int(l2_mib * MIB),
        l2_first_step_bytes=int(l2_mib * MIB / 2) if vector.l2_halves and l2_mib else None,
        clock_mhz=1500.0,
    )


def as_readings(rates: Mapping[str, float]) -> tuple[RateReading, ...]:
    return tuple(RateReading(operation=name, per_clock_per_sm=rate) for name, rate in rates.items())


def reading_of(catalogue: Catalogue, row: Product) -> DieReading:
    """A genuine card of a product's row."""
    assert row.sm is not None
    return die_reading(catalogue, row.die, row.sm, row.l2_bytes / MIB if row.l2_bytes else None)


def silicon_of(catalogue: Catalogue, die: str, reading: DieReading) -> SiliconReading:
    return SiliconReading(
        profile="quick",
        uuid=UUID,
        compute_capability=catalogue.dies[die].compute_capability,
        complete=True,
        die=reading,
    )


def disturbed(reading: DieReading, *why: str) -> DieReading:
    return replace(reading, disturbed=why)


def _exists(operation: str, capability: str) -> bool:
    major, minor = (int(part) for part in capability.split("."))
    first = {"int8-dp4a": (6, 1), "fp16-fma2": (6, 0), "tensor-fp8": (8, 9), "tensor-s8": (7, 5)}
    newer = ("tensor-bf16", "tensor-tf32", "tensor-f64")
    usual = (8, 0) if operation in newer else (7, 0) if operation.startswith("tensor") else (5, 0)
    return (major, minor) >= first.get(operation, usual)
