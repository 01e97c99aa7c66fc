"""`make bench-gpu`: the passes of the memory test as ratios to the large copy of the same card in the same run.

Prints, and judges nothing: the goals stand beside the numbers. A card is measured in a process of its own, so that
several can be compared and a fault of one does not end the others. What it prints goes into docs/measurements.md,
with date, card and driver.
"""

import os
import subprocess
import sys
import time

from gpu_inspector.errors import GpuInspectorError
from gpu_inspector.measure import memory, speed
from gpu_inspector.measure.device import Device
from gpu_inspector.measure.run import PROFILES, Run
from gpu_inspector.records.silicon import MemoryReading, SpeedReading

GOAL_PASS = 0.90
"""Of the copy's rate, for writing and for verifying."""
GOAL_WHOLE = 1.3
"""Times the floor: the bytes that the quick test moves, at the copy's rate."""


def main(arguments: list[str]) -> int:
    """0 where every card was measured or there is none, 1 where one could not be."""
    if arguments:
        return _one(arguments[0])
    uuids = cards()
    if not uuids:
        print("There is no GPU here (nvidia-smi names none): nothing was measured, and docs/measurements.md says so.")
        return 0
    return max(
        subprocess.run([sys.executable, "-m", "tools.bench_gpu", uuid], check=False).returncode for uuid in uuids
    )


def cards() -> list[str]:
    """The UUIDs of the cards that the driver names."""
    try:
        done = subprocess.run(
            ["nvidia-smi", "--query-gpu=uuid", "--format=csv,noheader"],
            capture_output=True,
            text=True,
            timeout=60.0,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return []
    return [line.strip() for line in done.stdout.splitlines() if line.startswith("GPU-")]


def _one(uuid: str) -> int:
    # Before CuPy loads, as the measuring child does it.
    os.environ |= {"CUDA_DEVICE_ORDER": "PCI_BUS_ID", "CUDA_VISIBLE_DEVICES": uuid}
    from gpu_inspector.measure import cupy_device

    try:
        for line in lines(cupy_device.open_device(uuid)):
            print(line)
    except GpuInspectorError as error:
        print(f"{uuid}: {error}")
        return 1
    return 0


def lines(device: Device) -> list[str]:
    """Copy first, since everything else is held against it; the quick test by a clock on the wall; then all passes."""
    salt = int.from_bytes(os.urandom(8))
    rates = speed.measure(device, Run(PROFILES["standard"], salt))
    started = time.perf_counter()
    quick = memory.measure(device, Run(PROFILES["quick"], salt))
    took = time.perf_counter() - started
    standard = memory.measure(device, Run(PROFILES["standard"], salt ^ 1))
    known = device.attributes
    return [
        f"{known.name}, CUDA driver {known.cuda_driver}, {known.compiler or 'compiler unknown'}",
        *rate_lines(rates),
        *pass_lines(standard, rates.copy_bytes_per_s),
        whole_line(quick, took, rates.copy_bytes_per_s),
    ]


def rate_lines(rates: SpeedReading) -> list[str]:
    """The copy is 1.00 by definition."""
    found = {
        "copy (read + written)": rates.copy_bytes_per_s,
        "write": rates.write_bytes_per_s,
        "read": rates.read_bytes_per_s,
    }
    return [
        f"  {name:<24}{rate / 1e9:9.1f} GB/s   {rate / rates.copy_bytes_per_s:5.2f} of the copy"
        for name, rate in found.items()
    ]


def pass_lines(reading: MemoryReading, copy_bytes_per_s: float) -> list[str]:
    """Each pass over the memory."""
    return [
        f"  {one.name:<24}{one.moved_bytes / one.seconds / 1e9:9.1f} GB/s   "
        f"{one.moved_bytes / one.seconds / copy_bytes_per_s:5.2f} of the copy (goal {GOAL_PASS:.2f})"
        for one in reading.passes
        if one.seconds > 0.0
    ]


def whole_line(reading: MemoryReading, took_s: float, copy_bytes_per_s: float) -> str:
    """The whole quick test by the wall clock, with allocating, decoding and the comparator's proof."""
    moved = sum(one.moved_bytes for one in reading.passes)
    floor = moved / copy_bytes_per_s
    ratio = f"{took_s / floor:.2f} times the floor" if floor > 0.0 else "no pass ran"
    return (
        f"  quick memory test       {took_s:9.2f} s, {moved / 1e9:.1f} GB moved, floor {floor:.2f} s:"
        f" {ratio} (goal {GOAL_WHOLE})"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
