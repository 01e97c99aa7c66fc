"""Which chip is it? Counted and timed by our own kernels, since a driver's attributes can be made to say anything.

Rates are per clock and multiprocessor, with both ends read from the multiprocessor's own clock: neither clocks, heat,
power limits nor laptops change them. Source of the methods: research note on-device tests, 3.1 to 3.4.
"""

from dataclasses import replace

import numpy as np

from gpu_inspector.language import N_
from gpu_inspector.measure import chase, rates
from gpu_inspector.measure.device import Device, HostBuffer, OutOfMemory, Sensors
from gpu_inspector.measure.launches import numbers
from gpu_inspector.measure.run import Run
from gpu_inspector.records.gap import Gap
from gpu_inspector.records.silicon import DieReading

MOST_MULTIPROCESSORS = 4096
"""Bits of the map of %smid; the largest die has 192 multiprocessors."""
COVERING_BLOCKS = 16384
"""64 blocks for each of 256 multiprocessors, more than any die has, so that every one gets some."""
COVERING_THREADS = 32
SPIN_CLOCKS = 30_000
"""About 20 microseconds: long enough that the first blocks are still there when the last free place is filled."""
RESIDENCY_THREADS = 1024
TIMEOUT_CLOCKS = 2_000_000
"""About a millisecond: what a block waits for the others; all of a launch start within some ten microseconds."""
BUSY_PERCENT = 5
"""A card that is busier than this before we begin, with other processes on it, is disturbed (note, section 5)."""
UNSTABLE = 0.03
"""Two measurements of one rate that are further apart decide nothing (note, 3.4)."""
SPREAD = 0.05
"""Multiprocessors that differ by more share their time with something else: 2 % is normal (note, section 6)."""


def measure(device: Device, run: Run) -> DieReading:
    """Count the multiprocessors in two ways, time every kind of operation, walk through the caches.

    Raises DeviceError where the device fails; what was known by then was kept.
    """
    known = device.attributes
    disturbed = _disturbers(device.sensors())
    run.tell(0.0, 0.2)
    by_id = count_by_id(device)
    run.tell(0.05, 0.2)
    reading = DieReading(
        multiprocessors_by_id=by_id,
        multiprocessors_by_residency=count_by_residency(device, by_id),
        multiprocessors_claimed=known.multiprocessors,
        warp_threads=known.warp_threads,
        shared_bytes_per_block=known.shared_bytes_per_block,
        l2_claimed_bytes=known.l2_bytes or None,
        disturbed=tuple(disturbed),
    )
    run.keep(reading)
    found = rates.measure(device, by_id, lambda share, seconds: run.tell(0.1 + 0.5 * share, seconds))
    if found.repeated_apart > UNSTABLE or found.spread > SPREAD:
        disturbed.append("unstable")
    reading = replace(
        reading,
        rates=found.rates,
        clock_mhz=found.clock_mhz,
        repeated_apart=found.repeated_apart,
        disturbed=tuple(disturbed),
    )
    run.keep(reading)
    try:
        walked = chase.measure(
            device, run.profile, run.salt, lambda share, seconds: run.tell(0.6 + 0.4 * share, seconds)
        )
    except OutOfMemory as error:
        run.gaps.append(Gap("measure: die", N_(f"The caches were not measured: {error.message}"), error.advice))
        return reading
    run.tell(1.0)
    return replace(
        reading,
        chase=walked.points,
        l2_bytes=walked.l2_bytes,
        l2_first_step_bytes=walked.first_step_bytes,
        l1_cycles=walked.l1_cycles,
        l2_cycles=walked.l2_cycles,
        dram_cycles=walked.dram_cycles,
    )


def count_by_id(device: Device) -> int:
    """Distinct %smid over a launch that covers all multiprocessors; ids need not be without holes."""
    seen = device.host_buffer(MOST_MULTIPROCESSORS // 8)
    seen.array[:] = 0
    device.launch("multiprocessors", COVERING_BLOCKS, COVERING_THREADS, seen.address, SPIN_CLOCKS)
    return int(np.unpackbits(seen.array[: MOST_MULTIPROCESSORS // 8]).sum())


def count_by_residency(device: Device, guess: int) -> int:
    """Blocks that run at once when a multiprocessor has room for one: a second way that knows nothing of ids."""
    counter = device.allocate(256)
    try:
        zero, seen = device.host_buffer(256), device.host_buffer(8 * MOST_MULTIPROCESSORS)

        def together(blocks: int) -> bool:
            return _together(device, counter, zero, seen, blocks)

        return _largest(together, guess)
    finally:
        device.release(counter)


def _together(device: Device, counter: int, zero: HostBuffer, seen: HostBuffer, blocks: int) -> bool:
    zero.array[:] = 0
    device.copy_in(counter, zero, 8)
    place = numbers(seen, blocks)
    place[:] = 0
    device.launch(
        "residency", blocks, RESIDENCY_THREADS, counter, seen.address, blocks, TIMEOUT_CLOCKS,
        shared_bytes=device.attributes.shared_bytes_per_block,
    )  # fmt: skip
    return bool((place == 1).all())


def _largest(together: rates.Question, guess: int) -> int:
    """The largest number for which `together` says yes; every smaller one is taken for yes, every larger for no."""
    low, high = 0, min(max(guess, 1), MOST_MULTIPROCESSORS)
    while together(high):
        low = high
        if high == MOST_MULTIPROCESSORS:
            return high
        # The guess is nearly always right: one more block shows that it is.
        high = high + 1 if low == guess else min(2 * high, MOST_MULTIPROCESSORS)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if together(middle) else (low, middle)
    return low


def _disturbers(seen: Sensors) -> list[str]:
    busy = seen.utilisation_percent is not None and seen.utilisation_percent > BUSY_PERCENT
    return [
        name
        for name, there in (
            ("MIG", seen.mig is True),
            ("MPS", seen.mps is True),
            (N_("another process"), bool(seen.other_processes) and busy),
        )
        if there
    ]
