"""What the kernels of die.cu and tensor.cu leave behind on a simulated chip."""

from typing import Final

import numpy as np

from gpu_inspector.measure.device import NoSuchKernel
from gpu_inspector.measure.operations import LATENCIES, OPERATIONS
from gpu_inspector.measure.simulation.addresses import Addresses
from gpu_inspector.measure.simulation.costs import OVERHEAD_S, Cost, Costs

_FIRST = {one.kernel: one.first_capability for one in (*OPERATIONS, *LATENCIES)}
_SPREAD = 0.003
"""Of the clocks of single SMs around what the chip does."""
_LEAST_CHASE_BYTES = 1024


class DieKernels:
    """Runs them; each gives its cost."""

    def __init__(self, costs: Costs, addresses: Addresses, noise: np.random.Generator) -> None:
        self.costs: Final = costs
        self.addresses: Final = addresses
        self.noise: Final = noise
        self.clock_mhz = costs.silicon.chip.clock_mhz
        """Set before each launch."""
        self._ticks = 1 << 40
        self._working_sets: dict[int, int] = {}

    def knows(self, kernel: str) -> bool:
        """Whether a kernel is one of these."""
        return kernel in _FIRST or kernel in ("multiprocessors", "residency", "chase_prepare", "chase")

    def run(self, kernel: str, grid: int, arguments: tuple[int, ...]) -> Cost:
        """Raises NoSuchKernel where the chip's capability has none of that name."""
        chip = self.costs.silicon.chip
        if chip.compute_capability < _FIRST.get(kernel, (0, 0)):
            major, minor = chip.compute_capability
            raise NoSuchKernel(f"The kernel {kernel} does not exist for compute capability {major}.{minor}.")
        if kernel == "multiprocessors":
            return self._multiprocessors(grid, *arguments)
        if kernel == "residency":
            return self._residency(*arguments)
        if kernel == "chase_prepare":
            return self._chase_prepare(*arguments)
        if kernel == "chase":
            return self._chase(*arguments)
        clocks_of = self.costs.rate_clocks if kernel.startswith("rate_") else self.costs.latency_clocks
        return self._timed(grid, clocks_of(kernel, arguments[0]), arguments[1])

    def _seconds(self, clocks: float) -> float:
        return OVERHEAD_S + clocks / (self.clock_mhz * 1e6)

    def _timed(self, grid: int, clocks: float, out: int) -> Cost:
        """Blocks of a rate or latency kernel: one after another where they share an SM."""
        multiprocessors = self.costs.silicon.chip.multiprocessors
        block = np.arange(grid)
        # A start costs about a hundred clocks; what a block leaves is a whole number of them.
        took = np.rint(100.0 + clocks * self.noise.normal(1.0, _SPREAD, grid)).astype(np.uint64)
        left = self.addresses.host(out, grid * 32).view(np.uint64).reshape(grid, 4)
        left[:, 0] = block % multiprocessors
        left[:, 1] = self._ticks + block // multiprocessors * int(clocks * 1.05 + 1000.0)
        left[:, 2] = left[:, 1] + took
        left[:, 3] = 1
        waves = -(-grid // multiprocessors)
        self._ticks += int(waves * clocks * 1.05) + 10_000
        return Cost(self._seconds(waves * clocks), 1.0 if grid >= multiprocessors else 0.2)

    def _multiprocessors(self, grid: int, bitmap: int, spin_clocks: int) -> Cost:
        count = self.costs.silicon.chip.multiprocessors
        bits = self.addresses.host(bitmap, 64 * 8).view(np.uint64)
        for number in range(min(grid, count)):
            bits[number // 64] |= np.uint64(1 << (number % 64))
        return Cost(self._seconds(spin_clocks * max(grid / (16 * count), 1.0)), 0.2)

    def _residency(self, counter: int, out: int, blocks: int, timeout_clocks: int) -> Cost:
        """Room for one block on each SM; blocks that start after others gave up find all of them announced."""
        self.addresses.pages(np.array([counter]))
        count = self.costs.silicon.chip.multiprocessors
        saw = self.addresses.host(out, blocks * 8).view(np.uint64)
        waves = -(-blocks // count)
        saw[:] = np.arange(blocks) >= (waves - 1) * count
        return Cost(self._seconds(2000.0 + (waves - 1) * timeout_clocks), 0.2)

    def _chase_prepare(self, base: int, lines: int, stride_bytes: int, seed: int) -> Cost:
        self.addresses.pages(base + np.array([0, lines - 1], dtype=np.int64) * stride_bytes)
        self._working_sets[base] = max(lines * stride_bytes, _LEAST_CHASE_BYTES)
        # One block writes and reads each line, 1,024 at a time.
        return Cost(self._seconds(lines * 2.0 * self.costs.silicon.chip.dram_cycles / 256.0), 0.2)

    def _chase(self, base: int, steps: int, warm_steps: int, out: int) -> Cost:
        cycles = self.costs.chase_cycles(self._working_sets[base]) * self.noise.normal(1.0, 0.004)
        left = self.addresses.host(out, 16).view(np.uint64)
        left[0] = round(cycles * steps)
        left[1] = base
        return Cost(self._seconds(cycles * (steps + warm_steps)), 0.2)
