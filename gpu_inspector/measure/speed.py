"""Bandwidth of the memory, and the width of the bus that it needs: no die is written faster than its bus is wide.

Beyond the reach of L2, since a cache would answer for the memory; at several shapes of the grid, since the best one
differs between dies; the best of write, read and copy, since reading alone reaches only 70 % on some (GH200: 2775
against 3942 GB/s). Source of method and efficiencies: research note on-device tests, 3.1.
"""

import math
import statistics
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial

from gpu_inspector.language import N_
from gpu_inspector.measure import launches
from gpu_inspector.measure.device import Device, DeviceError, HostBuffer, OutOfMemory
from gpu_inspector.measure.run import Run
from gpu_inspector.records.silicon import SpeedReading

LARGEST_BYTES = 16 << 30
"""Of one piece; two are held, since a copy has two ends. As much as fast memory needs for LEAST_LAUNCH_S."""
LEAST_LAUNCH_S = 0.004
"""Starting and ending a launch takes time that varies: with pieces of 1 GiB, 0.25 ms on an H200, runs lay mostly 2 to
12 % apart and reading came out 5 % slower than with 16 GiB, where they lay mostly within 0.5 % (measurements.md)."""
SMALLEST_BYTES = 16 << 20
"""Below it a launch is too short to be timed well, however small the cache."""
L2_TIMES = 4
"""A piece that is this many times the cache is answered by memory (note, 1.3)."""
BLOCKS_PER_MULTIPROCESSOR = (8, 16, 32, 64)
RUNS = 5
WARM_UP_S = 0.3
"""Clocks of the memory rise from idle within about 100 ms (note, 3.4)."""
LONGEST_LAUNCH_S = 0.1
"""Half of what the watchdog of a display bears (note, 1.4); slower memory is measured over smaller pieces."""
EFFICIENCY = {"write": 0.98, "read": 0.98, "copy": 0.89}
"""The share of the theoretical rate that is reached: writing 97-99 % and copying 84-94 % on A40, L40, V100 and
H100 PCIe (gpu-benches, note 3.1). Reading counts only where it is the fastest, so as writing."""
_MOST_WARM_UPS = 2000
_LOOKS = 5
_LOOK_S = 0.05
"""Kernels that are queued for one look at the clock: long enough for a sensor to see them."""
_MOST_QUEUED = 64


class TooLittleMemory(DeviceError):
    """Not enough memory was free to get beyond the reach of the cache; the other parts can still be measured."""

    ends_all = False


class NoTime(DeviceError):
    """The device's clock does not move, so that nothing can be timed."""

    ends_all = False


@dataclass(frozen=True, slots=True)
class _Ground:
    """Two equal pieces of device memory, and a place that a reading kernel could write to."""

    device: Device
    first: int
    second: int
    size_bytes: int
    sink: HostBuffer

    def run(self, operation: str, blocks: int) -> float:
        """Seconds of one launch."""
        if operation == "write":
            return launches.write_all(self.device, self.first, self.size_bytes, _VALUE, blocks)
        if operation == "read":
            return launches.read_all(self.device, self.first, self.size_bytes, self.sink, blocks)
        return launches.copy_all(self.device, self.second, self.first, self.size_bytes, blocks)

    def moved(self, operation: str) -> int:
        """Bytes of one launch; a copy reads and writes."""
        return self.size_bytes * (2 if operation == "copy" else 1)


@dataclass(frozen=True, slots=True)
class _Rate:
    bytes_per_s: float
    spread: float


_VALUE = 0x5AC3_96E1_0F3C_A587
"""What is written: about as many ones as zeros; the rate of plain memory does not depend on it."""


def measure(device: Device, run: Run) -> SpeedReading:
    """Rates in bytes per second, each the median of RUNS at the best shape of the grid.

    The width is implied by the fastest of the three, at the clock that the driver gives while the memory works; it
    is None where no clock is given under load, since a clock that has dropped looks like a narrow bus. Raises
    TooLittleMemory, NoTime, and what the device raises beside OutOfMemory.
    """
    with _ground(device) as ground:
        blocks = BLOCKS_PER_MULTIPROCESSOR[1] * max(device.attributes.multiprocessors, 1)
        once_s = _warm_up(ground, run, blocks)
        ground = _shortened(ground, once_s)
        clock, under_load = _memory_clock(ground, run, once_s, blocks)
        rates = _rates(ground, run)
    fastest = max(rates, key=lambda name: rates[name].bytes_per_s)
    width = rates[fastest].bytes_per_s * 8 / (2e6 * clock * EFFICIENCY[fastest]) if clock and under_load else None
    reading = SpeedReading(
        copy_bytes_per_s=_rounded(rates["copy"].bytes_per_s),
        read_bytes_per_s=_rounded(rates["read"].bytes_per_s),
        write_bytes_per_s=_rounded(rates["write"].bytes_per_s),
        spread=_rounded(rates[fastest].spread),
        memory_clock_claimed_mhz=_rounded(clock) if clock else None,
        bus_bits_implied=_rounded(width) if width is not None else None,
    )
    run.tell(1.0, gb_per_s=rates["copy"].bytes_per_s / 1e9)
    return reading


@contextmanager
def _ground(device: Device) -> Iterator[_Ground]:
    """Two pieces as large as can be had, LARGEST_BYTES at most; released in any case."""
    least = max(L2_TIMES * device.attributes.l2_bytes, SMALLEST_BYTES)
    sink = device.host_buffer(4096)
    # A quarter of what is free: a system that lends its own memory to the card (WDDM) would give slower pages beyond.
    size, held = max(min(LARGEST_BYTES, device.memory_info()[0] // 4), least), []
    size -= size % SMALLEST_BYTES
    while True:
        try:
            held = [device.allocate(size)]
            held.append(device.allocate(size))
            break
        except OutOfMemory:
            _release(device, held)
        if size <= least:
            raise TooLittleMemory(
                N_(f"Less than two pieces of {least >> 20} MiB were free: the memory cannot be told from its cache."),
                N_("End other programs that use the card and inspect again."),
            )
        size = max(size // 2, least)
    try:
        yield _Ground(device, held[0], held[1], size, sink)
    finally:
        _release(device, held)


def _release(device: Device, held: list[int]) -> None:
    """After a sticky error releasing fails as well; the first error is the one that tells."""
    for address in held:
        with suppress(DeviceError):
            device.release(address)
    held.clear()


def _shortened(ground: _Ground, once_s: float) -> _Ground:
    """As much of the same pieces as a launch needs to be timed well; no more, since slow memory would take too long."""
    least = max(L2_TIMES * ground.device.attributes.l2_bytes, SMALLEST_BYTES)
    size = ground.size_bytes
    while once_s > 2 * LEAST_LAUNCH_S and size // 2 >= least:
        size, once_s = size // 2, once_s / 2
    size -= size % 4096
    return _Ground(ground.device, ground.first, ground.second, size, ground.sink)


def _warm_up(ground: _Ground, run: Run, blocks: int) -> float:
    """Write until the clocks are up; the seconds that one launch takes then. The first launches are short ones."""
    small = _Ground(ground.device, ground.first, ground.second, SMALLEST_BYTES, ground.sink)
    spent, once, count = 0.0, 0.0, 0
    run.tell(0.0, WARM_UP_S)
    while spent < WARM_UP_S:
        once = small.run("write", blocks)
        spent += once
        count += 1
        if count == _MOST_WARM_UPS:
            break
    if not once > 0.0 or not math.isfinite(once):
        raise NoTime(
            "The device's events give no time: bandwidth cannot be measured.", "Restart the machine and inspect again."
        )
    return once * ground.size_bytes / SMALLEST_BYTES


def _memory_clock(ground: _Ground, run: Run, once_s: float, blocks: int) -> tuple[float | None, bool]:
    """The clock of the memory in MHz as the driver gives it, and whether it was read while the memory worked."""
    device = ground.device
    queued = min(max(math.ceil(_LOOK_S / max(once_s, 1e-6)), 1), _MOST_QUEUED)
    seen: list[float] = []
    highest: float | None = None
    for _ in range(_LOOKS):
        run.tell(0.1, queued * once_s)
        for _ in range(queued):
            device.begin("write_all", blocks, launches.PAGE_THREADS, ground.first, ground.size_bytes // 16, _VALUE)
        look = device.sensors()
        device.finish()
        if _sensible(look.memory_clock_mhz):
            seen.append(float(look.memory_clock_mhz or 0.0))
        if _sensible(look.memory_clock_max_mhz):
            highest = look.memory_clock_max_mhz
    if seen:
        return max(seen), True
    return highest or device.attributes.memory_clock_khz / 1000 or None, False


def _sensible(clock: float | None) -> bool:
    return clock is not None and math.isfinite(clock) and clock > 0.0


def _rates(ground: _Ground, run: Run) -> dict[str, _Rate]:
    """The best rate of each operation over the shapes of the grid."""
    best: dict[str, _Rate] = {}
    steps = [(name, shape) for name in EFFICIENCY for shape in BLOCKS_PER_MULTIPROCESSOR]
    for number, (name, shape) in enumerate(steps):
        blocks = shape * max(ground.device.attributes.multiprocessors, 1)
        figures = {"gb_per_s": best[name].bytes_per_s / 1e9} if name in best else {}
        run.tell(0.2 + 0.8 * number / len(steps), RUNS * LONGEST_LAUNCH_S, **figures)
        rate = _rate(partial(ground.run, name, blocks), ground.moved(name))
        if name not in best or rate.bytes_per_s > best[name].bytes_per_s:
            best[name] = rate
    return best


def _rate(launch: Callable[[], float], moved_bytes: int) -> _Rate:
    """The median of RUNS, and how far they lie apart: (slowest - fastest) / median time."""
    times = [launch() for _ in range(RUNS)]
    middle = statistics.median(times)
    if not min(times) > 0.0 or not math.isfinite(middle):
        raise NoTime(
            "The device's events give no time: bandwidth cannot be measured.", "Restart the machine and inspect again."
        )
    return _Rate(moved_bytes / middle, (max(times) - min(times)) / middle)


def _rounded(value: float) -> float:
    """Four significant digits: more would say more than was measured."""
    return float(f"{value:.4g}")
