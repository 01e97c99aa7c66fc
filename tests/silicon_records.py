"""What a measurement of a genuine card of a product's row reads, as records; tests change one field."""

from dataclasses import replace
from typing import Any

from gpu_inspector.records.catalogue import load
from gpu_inspector.records.evidence import Evidence, Origin
from gpu_inspector.records.product import Product
from gpu_inspector.records.silicon import (
    MAP_CELLS,
    PAGE_BYTES,
    WORD_BYTES,
    BadWord,
    ChasePoint,
    DieReading,
    Fold,
    HeatReading,
    HeatSample,
    LinkReading,
    MemoryReading,
    PassReading,
    RateReading,
    SiliconReading,
    SpeedReading,
)

MIB = 1 << 20
GIB = 1 << 30
UUID = "GPU-8a1f6a37-5b0c-4e0e-9d55-3c1b7f2a90d4"
"""That of `cards.genuine`."""


def memory_of(total_mib: int, covered_mib: int | None = None, **changes: Any) -> MemoryReading:
    """A whole, sound memory; 1.5 % of it is the driver's."""
    covered = (covered_mib if covered_mib is not None else int(total_mib * 0.985)) * MIB // PAGE_BYTES * PAGE_BYTES
    reading = MemoryReading(
        claimed_bytes=total_mib * MIB,
        free_bytes=covered + 8 * MIB,
        covered_bytes=covered,
        refused="8 MiB were refused in pieces of 2 MiB",
        right_bytes=covered,
        true_bytes=covered,
        passes=(
            PassReading(name="write hash", moved_bytes=covered, seconds=covered / 9e11),
            PassReading(name="verify hash", moved_bytes=covered, seconds=covered / 8.8e11),
        ),
        map="r" * MAP_CELLS,
        injected=8,
        found=8,
        ecc_corrected=0,
        ecc_uncorrected=0,
        complete=True,
    )
    return replace(reading, **changes)


def folded(total_mib: int, true_mib: int, **changes: Any) -> MemoryReading:
    """A memory whose upper part lies on the same cells as its lower part."""
    sound = memory_of(total_mib)
    lost = max(sound.covered_bytes - true_mib * MIB, 0)
    there = sound.covered_bytes - lost
    cells = round(MAP_CELLS * there / sound.covered_bytes)
    reading = replace(
        sound,
        right_bytes=there,
        true_bytes=there,
        aliased_words=lost // WORD_BYTES,
        fold=Fold(page_level=True, distances_bytes=(true_mib * MIB,), pairs=lost // PAGE_BYTES),
        bad_pages=lost // PAGE_BYTES,
        bad_page_offsets=(0, PAGE_BYTES),
        kept=(BadWord(offset_bytes=64, expected="0" * 64, read="f" * 64, owner_offset_bytes=true_mib * MIB + 64),),
        map="a" * (MAP_CELLS - cells) + "r" * cells,
    )
    return replace(reading, **changes)


def silicon_of_row(row: Product, **changes: Any) -> SiliconReading:
    """Every part of a measurement of a genuine card of the row, by the profile standard."""
    die = load().dies[row.die]
    total = row.total_mib_ecc_on if row.ecc == "on" else row.total_mib_ecc_off
    reading = SiliconReading(
        profile="standard",
        device_name=row.name,
        uuid=UUID,
        pci_bus_id="0000:01:00.0",
        compute_capability=die.compute_capability,
        cuda_driver=12040,
        compiler="NVRTC 12.9",
        kernels_sha256="5c" * 32,
        seconds=71.3,
        complete=True,
        die=DieReading(
            multiprocessors_by_id=row.sm,
            multiprocessors_by_residency=row.sm,
            multiprocessors_claimed=row.sm,
            warp_threads=32,
            shared_bytes_per_block=99 * 1024,
            rates=(
                RateReading(operation="fp32-fma", per_clock_per_sm=127.6, spread=0.004, latency_cycles=4.1),
                RateReading(operation="fp64-fma", per_clock_per_sm=1.99, spread=0.002),
                RateReading(operation="tensor-f16-f16", per_clock_per_sm=1021.0, spread=0.003),
            ),
            chase=tuple(
                ChasePoint(size_bytes=int(64 * 1024 * 1.5**step), cycles=33.0 + 18 * step) for step in range(28)
            ),
            l2_bytes=row.l2_bytes,
            l2_claimed_bytes=row.l2_bytes,
            l1_cycles=33.1,
            l2_cycles=273.0,
            dram_cycles=583.0,
            clock_mhz=2520.0,
            repeated_apart=0.003,
        ),
        memory=memory_of(total or row.memory_mib or 0),
        speed=SpeedReading(
            copy_bytes_per_s=9.12e11,
            read_bytes_per_s=9.4e11,
            write_bytes_per_s=9.6e11,
            spread=0.01,
            memory_clock_claimed_mhz=10501.0,
            bus_bits_implied=379.0,
        ),
        link=LinkReading(
            to_device_bytes_per_s=2.51e10,
            to_host_bytes_per_s=2.6e10,
            both_bytes_per_s=4.1e10,
            gen_under_load=4,
            width_under_load=16,
            gen_max=4,
            width_max=16,
            moved_bytes=9 * GIB,
            replays=0,
        ),
        heat=HeatReading(
            usable=True,
            load_s=45.0,
            power_w=402.0,
            start_c=38.0,
            peak_c=67.0,
            after_cut_c=52.0,
            drop_k_per_w=0.0373,
            clock_lowest_mhz=2475.0,
            clock_highest_mhz=2595.0,
            samples=tuple(
                HeatSample(at_s=step / 2, temperature_c=38 + 29 * min(step / 90, 1) - (15 if step > 90 else 0))
                for step in range(130)
            ),
        ),
    )
    return replace(reading, **changes)


def with_silicon(evidence: Evidence, silicon: SiliconReading | None, *, origin: Origin = Origin.MACHINE) -> Evidence:
    """The same card with a measurement beside its claims."""
    (card,) = evidence.cards
    return replace(evidence, origin=origin, cards=(replace(card, silicon=silicon),))
