"""A simulated card behind the device interface: kernels act on a model of its memory and chip, time is the model's own.

Nothing of this program's host code may look inside: it learns of a fault only through words that it reads back, and
times. Noise comes from the seed alone, so that a run can be repeated.
"""

import time
from typing import Final

import numpy as np

from gpu_inspector.language import N_
from gpu_inspector.measure.device import (
    Attributes,
    DeviceError,
    DeviceLost,
    HostBuffer,
    KernelFault,
    MemoryFault,
    NoSuchKernel,
    Sensors,
)
from gpu_inspector.measure.simulation.addresses import Addresses
from gpu_inspector.measure.simulation.body import Body
from gpu_inspector.measure.simulation.cells import Cells
from gpu_inspector.measure.simulation.copies import Copies, SimulatedBuffer
from gpu_inspector.measure.simulation.costs import Cost, Costs
from gpu_inspector.measure.simulation.faults import KernelHangs
from gpu_inspector.measure.simulation.kernels_die import DieKernels
from gpu_inspector.measure.simulation.kernels_memory import MemoryKernels
from gpu_inspector.measure.simulation.reading import Reader
from gpu_inspector.measure.simulation.silicon import Silicon

_COUNTED = ("fill", "verify")
"""Kernels that the faults of the whole device count."""
_TIME_NOISE = 0.004
_LOOK_S = 0.0005
"""What asking the sensors takes."""
_CUDA_DRIVER = 12090


class SimulatedDevice:
    """Implements `measure.device.Device`."""

    def __init__(self, silicon: Silicon, seed: int = 0) -> None:
        self._silicon: Final = silicon
        self._seed: Final = seed
        self._noise: Final = np.random.default_rng([seed, 1])
        order = np.random.default_rng([seed, 2]) if silicon.shuffle else None
        self._addresses: Final = Addresses(silicon.claimed_bytes, silicon.reserve_bytes, order)
        cells = Cells(silicon.memory, silicon.claimed_bytes)
        self._reader: Final = Reader(cells)
        self._memory: Final = MemoryKernels(cells, self._addresses, self._reader)
        self._copies: Final = Copies(cells, self._addresses, self._reader)
        self._costs: Final = Costs(silicon)
        self._die: Final = DieKernels(self._costs, self._addresses, np.random.default_rng([seed, 3]))
        self._body: Final = Body(silicon, np.random.default_rng([seed, 4]))
        self._counted = 0
        self._broken: DeviceError | None = None

    @property
    def attributes(self) -> Attributes:
        chip, memory, claims = self._silicon.chip, self._silicon.memory, self._silicon.claims
        return Attributes(
            name=claims.name,
            uuid=claims.uuid,
            compute_capability=chip.compute_capability,
            multiprocessors=claims.multiprocessors or chip.multiprocessors,
            warp_threads=chip.warp_threads,
            shared_bytes_per_block=chip.shared_bytes_per_block,
            shared_bytes_per_multiprocessor=chip.shared_bytes_per_multiprocessor,
            threads_per_multiprocessor=chip.threads_per_multiprocessor,
            l2_bytes=claims.l2_bytes or chip.l2_bytes,
            clock_khz=round(chip.clock_mhz * 1000),
            memory_clock_khz=round(memory.clock_mhz * 1000),
            bus_bits=claims.bus_bits or memory.bus_bits,
            total_bytes=self._silicon.claimed_bytes,
            cuda_driver=_CUDA_DRIVER,
            compiler="simulation",
            simulation=self._silicon.name,
            seed=self._seed,
        )

    def memory_info(self) -> tuple[int, int]:
        self._ask()
        return self._addresses.free_bytes, self._silicon.claimed_bytes

    def allocate(self, size_bytes: int) -> int:
        self._ask()
        return self._addresses.allocate(size_bytes)

    def release(self, address: int) -> None:
        self._ask()
        self._addresses.release(address)

    def host_buffer(self, size_bytes: int) -> HostBuffer:
        self._ask()
        buffer = SimulatedBuffer(size_bytes, self._addresses.next_host())
        self._addresses.add_host(buffer)
        return buffer

    def launch(self, kernel: str, grid: int, block: int, *arguments: int, shared_bytes: int = 0) -> float:
        self.finish()
        seconds = self._start(kernel, grid, block, arguments)
        self.finish()
        return seconds

    def begin(self, kernel: str, grid: int, block: int, *arguments: int, shared_bytes: int = 0) -> None:
        self._start(kernel, grid, block, arguments)

    def finish(self) -> None:
        self._ask()
        self._body.finish()

    def copy_in(self, address: int, source: HostBuffer, size_bytes: int) -> float:
        self.finish()
        self._copies.to_device(address, _simulated(source), size_bytes)
        return self._copied(size_bytes, both=False)

    def copy_out(self, target: HostBuffer, address: int, size_bytes: int) -> float:
        self.finish()
        self._tell_time()
        self._copies.to_host(_simulated(target), address, size_bytes)
        return self._copied(size_bytes, both=False)

    def copy_both(self, address: int, source: HostBuffer, target: HostBuffer, size_bytes: int) -> float:
        self.finish()
        self._tell_time()
        self._copies.to_host(_simulated(target), address + size_bytes, size_bytes)
        self._copies.to_device(address, _simulated(source), size_bytes)
        return self._copied(2 * size_bytes, both=True)

    def sensors(self) -> Sensors:
        self._ask()
        self._body.pass_time(_LOOK_S)
        return self._body.sensors()

    def glance(self) -> Sensors:
        self._ask()
        return self._body.glance()

    def now_s(self) -> float:
        return self._body.now_s

    def pause(self, seconds: float) -> None:
        self._body.pass_time(max(seconds, 0.0))

    # --- inside

    def _ask(self) -> None:
        """Raises what broke the device before."""
        if self._broken is not None:
            raise self._broken

    def _tell_time(self) -> None:
        self._reader.now_s = self._body.now_s
        self._reader.temperature_c = self._body.heat.memory_c
        self._die.clock_mhz = self._body.working_clock_mhz

    def _start(self, kernel: str, grid: int, block: int, arguments: tuple[int, ...]) -> float:
        self._ask()
        self._count(kernel)
        self._tell_time()
        try:
            cost = self._run(kernel, grid, block, arguments)
        except (KernelFault, MemoryFault) as error:
            self._broken = error
            raise
        seconds = cost.seconds * float(self._noise.normal(1.0, _TIME_NOISE))
        self._body.work(seconds, cost.power)
        return seconds

    def _run(self, kernel: str, grid: int, block: int, arguments: tuple[int, ...]) -> Cost:
        if kernel in self._memory.table:
            self._memory.table[kernel](grid, *arguments)
            return self._costs.of_memory(kernel, grid, arguments)
        if kernel == "burn":
            return self._costs.of_burn(grid, block, arguments[0], self._body.working_clock_mhz)
        if self._die.knows(kernel):
            return self._die.run(kernel, grid, arguments)
        raise NoSuchKernel(f"There is no kernel {kernel}.")

    def _count(self, kernel: str) -> None:
        """The faults of the whole device."""
        if kernel not in _COUNTED:
            return
        self._counted += 1
        for fault in self._silicon.faults:
            if self._counted <= fault.after_launches:
                continue
            while isinstance(fault, KernelHangs):
                time.sleep(1.0)
            self._broken = DeviceLost(
                N_("The card does not answer any more: it fell off the bus."),
                N_("Switch the machine off and on, check the card's seat and its power cables, and inspect again."),
            )
            raise self._broken

    def _copied(self, size_bytes: int, *, both: bool) -> float:
        seconds = self._costs.of_copy(size_bytes, self._body.link_rests, both) * float(
            self._noise.normal(1.0, _TIME_NOISE)
        )
        self._body.transfer(seconds)
        return seconds


def _simulated(buffer: HostBuffer) -> SimulatedBuffer:
    if not isinstance(buffer, SimulatedBuffer):
        raise TypeError("a buffer comes from the device that it is used with")
    return buffer
