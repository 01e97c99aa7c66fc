"""How long the simulated kernels and copies take, in seconds; what they draw is a share of the card's power."""

import math
from dataclasses import dataclass
from typing import Final

from gpu_inspector.measure.launches import DIAGNOSE_THREADS
from gpu_inspector.measure.operations import LATENCIES, OPERATIONS, RATE_THREADS
from gpu_inspector.measure.simulation.silicon import Silicon
from gpu_inspector.records.silicon import PAGE_BYTES, WORD_BYTES

OVERHEAD_S = 6e-6
"""Of one launch, by its events."""
_SCATTERED = 0.1
"""The share of the bus that single words reach."""
_CACHED = 2.5
"""How much faster than memory the L2 answers."""
_UNFILLED = 0.3
_FILLING_BLOCKS = 4.0
"""A grid of few blocks for each SM loses up to so much of the rate, falling by e with so many blocks more."""
_BURN_STEPS = 8 * 32
"""Multiply-adds of a thread of `burn` in one iteration: its chains times its steps."""
_LANE_BYTES_PER_S = {1: 0.25e9, 2: 0.5e9, 3: 0.985e9, 4: 1.97e9, 5: 3.94e9, 6: 7.5e9}
"""After encoding; the note's section 4.1, from memory [M]."""
_BOTH_WAYS = 0.9
"""What both directions at once reach of the sum of each alone."""
_OPERATIONS = {one.kernel: one for one in OPERATIONS}
_LATENCIES = {one.kernel: one for one in LATENCIES}
_MATRICES = 16
"""Matrix operations of a latency kernel's warp in one iteration."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds, and the share of the load's power that is drawn meanwhile."""

    seconds: float
    power: float


class Costs:
    """Of one card, without noise; the clock is that which the SMs run at now."""

    def __init__(self, silicon: Silicon) -> None:
        self.silicon: Final = silicon

    def of_memory(self, kernel: str, grid: int, arguments: tuple[int, ...]) -> Cost:
        """Of a kernel of memory.cu or speed.cu, but for `burn`."""
        memory = self.silicon.memory
        peak = memory.peak_bytes_per_s
        if kernel == "fill":
            return self._moved(arguments[2] * PAGE_BYTES, peak * memory.write_share)
        if kernel == "verify":
            return self._moved(arguments[2] * PAGE_BYTES, peak * memory.read_share)
        if kernel == "diagnose":
            return self._moved(arguments[3] * PAGE_BYTES, peak * memory.read_share * 0.5)
        if kernel in ("gather", "poke"):
            return self._moved(arguments[1] * WORD_BYTES, peak * _SCATTERED)
        size = 16 * (arguments[2] if kernel == "copy_all" else arguments[1])
        share = {"write_all": memory.write_share, "read_all": memory.read_share, "copy_all": memory.copy_share}[kernel]
        if kernel == "copy_all":
            size *= 2
        rate = peak * share * self._filled(grid) * (_CACHED if size <= self.silicon.chip.l2_bytes else 1.0)
        return self._moved(size, rate)

    def _moved(self, size_bytes: int, rate: float) -> Cost:
        return Cost(OVERHEAD_S + size_bytes / rate, 0.75)

    def _filled(self, grid: int) -> float:
        blocks = grid / self.silicon.chip.multiprocessors
        return 1.0 - _UNFILLED * math.exp(-blocks / _FILLING_BLOCKS)

    def of_burn(self, grid: int, block: int, iterations: int, clock_mhz: float) -> Cost:
        """Of the load of multiply-adds; a chip whose multiply-add is throttled draws less."""
        chip = self.silicon.chip
        rate = chip.rates.get("fp32-fma", 1.0)
        clocks = grid * block * iterations * _BURN_STEPS / (chip.multiprocessors * rate)
        busy = min(rate / chip.lanes, 1.0)
        return Cost(OVERHEAD_S + clocks / (clock_mhz * 1e6), 0.3 + 0.7 * busy)

    def rate_clocks(self, kernel: str, iterations: int) -> float:
        """Clocks of a block of a rate kernel on an SM of its own."""
        operation = _OPERATIONS[kernel]
        rate = self.silicon.chip.rates.get(operation.name, 1.0)
        threads = RATE_THREADS / DIAGNOSE_THREADS if operation.tensor else RATE_THREADS
        return threads * operation.per_iteration * iterations / rate

    def latency_clocks(self, kernel: str, iterations: int) -> float:
        """Clocks of the one warp of a latency kernel."""
        operation = _LATENCIES[kernel]
        each = _MATRICES if operation.tensor else operation.per_iteration
        return each * iterations * self.silicon.chip.latencies.get(operation.name, 4.0)

    def chase_cycles(self, size_bytes: int) -> float:
        """Mean clocks of one step of a pointer chase over a working set."""
        chip = self.silicon.chip
        near, far = chip.l2_cycles, chip.l2_cycles
        if chip.l2_halves:
            # GA100 shows 205 and about 400 clocks, GH100 280 and about 500; the first step at 0.45 to 0.5 (note, 3.2).
            far = chip.l2_cycles * 1.85
            near += (far - near) * _knee(size_bytes, 0.475 * chip.l2_bytes)
        end = chip.knee_share * chip.l2_bytes
        dram = chip.dram_cycles * (1.0 + 0.03 * max(math.log2(size_bytes / (4.0 * chip.l2_bytes)), 0.0))
        cycles = chip.l1_cycles + (near - chip.l1_cycles) * _knee(size_bytes, chip.l1_bytes)
        return cycles + (max(dram, far) - near) * _knee(size_bytes, end)

    def of_copy(self, size_bytes: int, slow: bool, both: bool) -> float:
        """Seconds of a copy over the link; `slow` is a link that rests at its first generation."""
        link = self.silicon.link
        gen = 1 if slow else link.trained_gen
        rate = _LANE_BYTES_PER_S[gen] * link.trained_width * link.share
        if both:
            rate *= 2 * _BOTH_WAYS
        return OVERHEAD_S + size_bytes / rate


def _knee(size_bytes: int, capacity: float) -> float:
    """The share of steps that miss a cache: from nearly none at 0.9 of its capacity to nearly all at 1.1."""
    return 1.0 / (1.0 + math.exp(-math.log(size_bytes / capacity) / 0.025))
