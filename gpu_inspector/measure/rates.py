"""How many operations of each kind a multiprocessor does in one of its own clocks.

Every multiprocessor gets one block of 1024 threads; the kernels are in `kernels/die.cu` and `kernels/tensor.cu`, what
they leave behind in `operations.py`. Each rate is measured twice; what differs is measured once more, and what still
differs is told.
"""

import math
import statistics
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gpu_inspector.measure.device import Device, DeviceError, HostBuffer, NoSuchKernel
from gpu_inspector.measure.launches import numbers
from gpu_inspector.measure.operations import LATENCIES, LATENCY_THREADS, OPERATIONS, RATE_THREADS, Operation
from gpu_inspector.records.silicon import RateReading

TARGET_CLOCKS = 2_000_000
"""Of one launch, a hundred times what the note asks (20,000). With 200,000, single multiprocessors of an H200 took up
to 36 % fewer clocks for FP32 than the others, faster than their units are; with 2,000,000 all lay within 1.5 % of the
median (docs/measurements.md). The first clock is read by one warp: that others start before it is likely, not shown."""
CLOCK_S = 0.02
"""Of the launch whose time by events gives the clock: the driver's own 10 microseconds or so do not count then."""
MOST_ITERATIONS = 1 << 24
MATRIX_OPERATIONS = 2 * 16 * 16 * 16
"""Operations of the one matrix instruction whose latency is measured (m16n16k16)."""
WARP_THREADS = 32
APART = 0.03
_NUMBERS = 4

Clocks = npt.NDArray[np.uint64]
Question = Callable[[int], bool]
Tell = Callable[[float, float], None]


class NoClock(DeviceError):
    """The multiprocessors' own clock did not move between two readings; the other parts can still be measured."""

    ends_all = False


@dataclass(frozen=True, slots=True)
class Rates:
    """All rates of one card."""

    rates: tuple[RateReading, ...]
    clock_mhz: float | None
    repeated_apart: float
    spread: float
    """The largest spread among the rates of FP32, which every die does at full rate."""


@dataclass(frozen=True, slots=True)
class _Timed:
    per_clock: float
    spread: float
    clocks: float
    seconds: float


def measure(device: Device, multiprocessors: int, tell: Tell) -> Rates:
    """Every operation that the compute capability has. Raises DeviceError."""
    blocks = max(multiprocessors, 1)
    out = device.host_buffer(8 * _NUMBERS * blocks)
    capability = device.attributes.compute_capability
    offered = [one for one in OPERATIONS if capability >= one.first_capability]
    latencies = {one.name: one for one in LATENCIES if capability >= one.first_capability}
    found: list[RateReading] = []
    apart, clock_mhz = 0.0, None
    for number, operation in enumerate(offered):
        tell(number / len(offered), 0.1)
        try:
            timed, differs = _twice(device, operation, blocks, out)
            latency = _latency(device, latencies.get(operation.name), out)
        except NoSuchKernel:
            continue
        if clock_mhz is None:
            clock_mhz = _clock_mhz(device, operation, blocks, out, timed)
        apart = max(apart, differs)
        found.append(
            RateReading(
                operation=operation.name,
                per_clock_per_sm=_rounded(timed.per_clock),
                spread=_rounded(timed.spread),
                latency_cycles=latency,
            )
        )
    plain = [one.spread for one in found if one.operation.startswith("fp32")]
    return Rates(tuple(found), clock_mhz, _rounded(apart), max(plain, default=0.0))


def _twice(device: Device, operation: Operation, blocks: int, out: HostBuffer) -> tuple[_Timed, float]:
    """The second measurement, and how far apart the last two are; a third is taken where the first two differ."""
    trial = _timed(device, operation, 1, blocks, out)
    iterations = min(max(math.ceil(TARGET_CLOCKS / trial.clocks), 1), MOST_ITERATIONS)
    first = _timed(device, operation, iterations, blocks, out)
    second = _timed(device, operation, iterations, blocks, out)
    if _apart(first, second) > APART or second.spread > APART:
        first, second = second, _timed(device, operation, iterations, blocks, out)
    return second, _apart(first, second)


def _apart(one: _Timed, other: _Timed) -> float:
    return abs(one.per_clock - other.per_clock) / statistics.fmean((one.per_clock, other.per_clock))


def _timed(device: Device, operation: Operation, iterations: int, blocks: int, out: HostBuffer) -> _Timed:
    """One launch: the median over the multiprocessors that had their block to themselves."""
    seconds = device.launch(operation.kernel, blocks, RATE_THREADS, iterations, out.address)
    rows = numbers(out, _NUMBERS * blocks).reshape(blocks, _NUMBERS)
    _, same, counts = np.unique(rows[:, 0], return_inverse=True, return_counts=True)
    alone = counts[same] == 1
    chosen = rows[alone] if alone.any() else rows
    clocks = _spans(chosen[:, 1], chosen[:, 2])
    workers = RATE_THREADS // WARP_THREADS if operation.tensor else RATE_THREADS
    work = float(operation.per_iteration * iterations * workers)
    middle = statistics.median(clocks)
    return _Timed(work / middle, (max(clocks) - min(clocks)) / middle, middle, seconds)


def _latency(device: Device, operation: Operation | None, out: HostBuffer) -> float | None:
    """Clocks of one operation that waits for the one before."""
    if operation is None:
        return None
    each = operation.per_iteration // MATRIX_OPERATIONS if operation.tensor else operation.per_iteration
    iterations = 1
    # A first, short launch brings the code into the caches of instructions, and shows how long the second may be.
    for _ in range(2):
        device.launch(operation.kernel, 1, LATENCY_THREADS, iterations, out.address)
        row = numbers(out, _NUMBERS)
        (clocks,) = _spans(row[1:2], row[2:3])
        latency = clocks / (each * iterations)
        iterations = min(max(math.ceil(TARGET_CLOCKS / clocks), 1), MOST_ITERATIONS)
    return _rounded(latency)


def _clock_mhz(device: Device, operation: Operation, blocks: int, out: HostBuffer, timed: _Timed) -> float | None:
    """The multiprocessors' clocks of one longer launch, divided by its time."""
    iterations_each_clock = timed.per_clock / (operation.per_iteration * RATE_THREADS)
    if timed.seconds <= 0:
        return None
    clocks = CLOCK_S * timed.clocks / timed.seconds
    long = _timed(device, operation, min(max(int(clocks * iterations_each_clock), 1), MOST_ITERATIONS), blocks, out)
    return _rounded(long.clocks / long.seconds / 1e6) if long.seconds > 0 else None


def _spans(before: Clocks, after: Clocks) -> list[float]:
    spans = [float(span) for span in (after - before)]
    if min(spans) <= 0:
        raise NoClock("The multiprocessors' clock does not move: nothing can be timed.")
    return spans


def _rounded(value: float) -> float:
    """Four significant digits: more than any of these measurements has."""
    return float(f"{value:.4g}")
