"""A pointer chase through growing pieces of memory: how long a read takes, and where the caches end.

The L2 ends where the latency has come three quarters of the way from its plateau to that of DRAM, and a die whose L2
lies in two halves shows a first rise, a quarter of the way, at half of the size. Nobody's word on the size is needed:
sizes begin wide apart, and the places where the latency crosses the two levels are then narrowed down. A third,
smaller rise far beyond comes from address translation and is no cache (research note on-device tests, 3.2).
"""

import math
import statistics
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise

from gpu_inspector.measure.device import Device, OutOfMemory
from gpu_inspector.measure.launches import numbers
from gpu_inspector.measure.rates import Tell
from gpu_inspector.measure.run import Profile
from gpu_inspector.records.silicon import ChasePoint

KIB, MIB = 1 << 10, 1 << 20
LINE_BYTES = 128
SMALLEST_BYTES = 12 * KIB
"""Fits into every L1."""
BEYOND_L1_BYTES = 384 * KIB
"""No L1 is larger than 256 KiB, no L2 smaller than 512 KiB (GP108)."""
LARGEST_BYTES = 512 * MIB
"""Four times the largest L2 (128 MiB, GB202)."""
LEAST_BYTES = 8 * MIB
"""With less memory than this, no chase is worth its name."""
STEPS = 4096
WARM_LINES = 4096
"""Up to here one thread walks the whole cycle twice before; larger sizes are warm in L2 from their making."""
WARM_STEPS = 512
"""Brings address translation of larger sizes into its caches."""
PREPARE_THREADS = 1024
NARROW = 1.03
"""Neighbouring bins of L2 are 12 % apart at least (64 and 72 MiB)."""
BIG_RISE = 1.15
"""From L2 to DRAM it is 1.9 to 2.6 times; a lift by address translation stays below 1.12 (note, 3.2)."""
BEYOND_L2 = 4
"""Times half of the L2 at least, which is where a die with two halves has its first step."""
FIRST_LEVEL, LAST_LEVEL = 0.25, 0.75
TWO_STEPS = 1.3
"""The levels are crossed at one size where there is one step; the two steps of two halves are a factor of 2 apart."""


@dataclass(frozen=True, slots=True)
class Walked:
    """Latencies in clocks of the multiprocessor, sizes in bytes."""

    points: tuple[ChasePoint, ...]
    l2_bytes: int | None = None
    first_step_bytes: int | None = None
    l1_cycles: float | None = None
    l2_cycles: float | None = None
    dram_cycles: float | None = None


def measure(device: Device, profile: Profile, seed: int, tell: Tell) -> Walked:
    """Walk at all sizes, wide apart in the profile "quick". Raises OutOfMemory where there is no room for it."""
    with _room(device) as (base, room_bytes):
        out = device.host_buffer(16)

        def cycles_at(size_bytes: int) -> float:
            lines = size_bytes // LINE_BYTES
            device.launch("chase_prepare", 1, PREPARE_THREADS, base, lines, LINE_BYTES, seed >> 1)
            warm = 2 * lines if lines <= WARM_LINES else WARM_STEPS
            device.launch("chase", 1, 1, base, STEPS, warm, out.address)
            return float(f"{int(numbers(out, 1)[0]) / STEPS:.4g}")

        return walk(cycles_at, room_bytes, 2.0 if profile.name == "quick" else math.sqrt(2.0), tell)


def walk(cycles_at: Callable[[int], float], room_bytes: int, ratio: float, tell: Tell) -> Walked:
    """The latencies at sizes that grow by `ratio` up to `room_bytes`, and at those that narrow the steps down."""
    sizes = list(_sizes(room_bytes, ratio))
    found: dict[int, float] = {}
    for number, size in enumerate(sizes):
        tell(0.8 * number / len(sizes), 0.2)
        found[size] = cycles_at(size)
    beyond = {size: cycles for size, cycles in found.items() if size >= BEYOND_L1_BYTES}
    dram = found[sizes[-1]]
    if min(beyond.values()) * BIG_RISE >= dram:
        return Walked(_points(found))
    # Half of the way to the largest size divides L2 from the rest; DRAM is what comes four times further on, before
    # address translation makes it slower. The median forgives a stray point.
    half = (min(beyond.values()) + dram) / 2
    last = max(size for size, cycles in beyond.items() if cycles < half)
    dram = next((cycles for size, cycles in beyond.items() if size >= BEYOND_L2 * last), dram)
    if found[last] * BIG_RISE >= dram:
        return Walked(_points(found))  # it rises, but nowhere steeply: no cache ends here
    l2 = statistics.median(cycles for cycles in beyond.values() if cycles < half)

    def crossing(share: float, from_end: bool) -> float:
        level = l2 + share * (dram - l2)
        pairs = [(one, other) for one, other in pairwise(beyond) if beyond[one] < level <= beyond[other]]
        low, high = pairs[-1 if from_end else 0]
        while high / low > NARROW:
            middle = _whole(math.sqrt(low * high))
            tell(0.9, 0.2)
            found[middle] = cycles_at(middle)
            low, high = (middle, high) if found[middle] < level else (low, middle)
        return low + (high - low) * (level - found[low]) / (found[high] - found[low])

    end, first = crossing(LAST_LEVEL, from_end=True), crossing(FIRST_LEVEL, from_end=False)
    return Walked(
        _points(found),
        l2_bytes=_whole(end),
        first_step_bytes=_whole(first) if end / first > TWO_STEPS else None,
        l1_cycles=found[sizes[0]],
        l2_cycles=l2,
        dram_cycles=dram,
    )


def _sizes(room_bytes: int, ratio: float) -> Iterator[int]:
    size = float(SMALLEST_BYTES)
    while size <= room_bytes:
        yield _whole(size)
        size *= ratio


def _whole(size: float) -> int:
    """A multiple of a line."""
    return round(size / LINE_BYTES) * LINE_BYTES


def _points(found: dict[int, float]) -> tuple[ChasePoint, ...]:
    return tuple(ChasePoint(size_bytes=size, cycles=found[size]) for size in sorted(found))


@contextmanager
def _room(device: Device) -> Iterator[tuple[int, int]]:
    """The largest piece that can be had, given back after the walk."""
    free, _ = device.memory_info()
    size = LARGEST_BYTES
    while size > max(free // 2, LEAST_BYTES):
        size //= 2
    while True:
        try:
            base = device.allocate(size)
            break
        except OutOfMemory:
            size //= 2
            if size < LEAST_BYTES:
                raise
    try:
        yield base, size
    finally:
        device.release(base)
