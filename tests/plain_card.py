"""A small device for tests of the host side of speed, link and heat: memory, a link, two stages of heat, a clock.

It knows no faults of memory: those are the simulation's. Whatever a test wants otherwise is a field or a subclass.
"""

import math
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from gpu_inspector.measure.device import Attributes, Bytes, HostBuffer, NoSuchKernel, OutOfMemory, Sensors

MIB = 1 << 20


@dataclass(slots=True)
class PlainBuffer:
    address: int
    array: Bytes


@dataclass
class PlainCard:
    """A card that does what it says; times by rates, heat in two stages."""

    free_bytes: int = 8 << 30
    l2_bytes: int = 4 * MIB
    write_bytes_per_s: float = 350e9
    read_bytes_per_s: float = 330e9
    copy_bytes_per_s: float = 320e9
    memory_clock_mhz: float | None = 7500.0
    memory_clock_max_mhz: float | None = 7500.0
    best_blocks: int = 16
    """Blocks an SM at which rates are reached; other shapes lose a tenth."""
    link_bytes_per_s: float = 25e9
    gen: int = 4
    width: int = 16
    gen_max: int | None = 4
    width_max: int | None = 16
    wakes_after_s: float = 0.2
    """The link rests at its first generation until it has worked so long."""
    replays_per_gb: float = 0.0
    load_w: float = 200.0
    idle_w: float = 20.0
    fast_k_per_w: float = 0.08
    slow_k_per_w: float = 0.15
    slowdown_c: float | None = 95.0
    pinned_bytes: int = 4 << 30
    clock_runs: bool = True
    frozen: bool = False
    without: frozenset[str] = frozenset()
    """Fields of Sensors that the driver does not give."""
    kernels: list[str] = field(default_factory=list)
    moved: int = 0
    sensor_looks: list[float] = field(default_factory=list)
    _time: float = 0.0
    _busy_s: float = 0.0
    _fast_k: float = 0.0
    _slow_k: float = 0.0
    _power_w: float = 20.0
    _linked_s: float = 0.0
    _pieces: dict[int, Bytes] = field(default_factory=dict)
    _held: dict[int, int] = field(default_factory=dict)
    _next: int = 1 << 40

    @property
    def attributes(self) -> Attributes:
        return Attributes(
            name="Plain card",
            compute_capability=(8, 6),
            multiprocessors=28,
            l2_bytes=self.l2_bytes,
            memory_clock_khz=7_500_000,
        )

    def memory_info(self) -> tuple[int, int]:
        return self.free_bytes, 8 << 30

    def allocate(self, size_bytes: int) -> int:
        if size_bytes > self.free_bytes:
            raise OutOfMemory("Refused.")
        self.free_bytes -= size_bytes
        self._next += 1 << 36
        self._held[self._next] = size_bytes
        return self._next

    def release(self, address: int) -> None:
        self.free_bytes += self._held.pop(address)

    def host_buffer(self, size_bytes: int) -> PlainBuffer:
        if size_bytes > self.pinned_bytes:
            raise OutOfMemory("Refused.")
        self.pinned_bytes -= size_bytes
        self._next += 1 << 36
        return PlainBuffer(self._next, np.zeros(size_bytes, dtype=np.uint8))

    @property
    def held(self) -> int:
        """Pieces of device memory that nobody has given back."""
        return len(self._held)

    def seconds_of(self, kernel: str, grid: int, *arguments: int) -> float:
        if kernel == "burn":
            return arguments[0] * 2e-6
        shape = 1.0 if grid == self.best_blocks * 28 else 0.9
        if kernel == "copy_all":
            return arguments[2] * 32 / (self.copy_bytes_per_s * shape)
        rate = {"write_all": self.write_bytes_per_s, "read_all": self.read_bytes_per_s}.get(kernel)
        if rate is None:
            raise NoSuchKernel(kernel)
        return arguments[1] * 16 / (rate * shape)

    def launch(self, kernel: str, grid: int, block: int, *arguments: int, shared_bytes: int = 0) -> float:
        self.kernels.append(kernel)
        seconds = self.seconds_of(kernel, grid, *arguments)
        self.spend(seconds, self.load_w)
        return seconds

    def begin(self, kernel: str, grid: int, block: int, *arguments: int, shared_bytes: int = 0) -> None:
        self.kernels.append(kernel)
        self._busy_s += self.seconds_of(kernel, grid, *arguments)

    def finish(self) -> None:
        self.spend(self._busy_s, self.load_w)
        self._busy_s = 0.0

    def spend(self, seconds: float, power_w: float) -> None:
        """Let time pass at a power: the contact settles within a second, the sink within a minute."""
        self._time += seconds if self.clock_runs else 0.0
        self._power_w = power_w
        self._fast_k += (power_w * self.fast_k_per_w - self._fast_k) * (1 - math.exp(-seconds / 0.7))
        self._slow_k += (power_w * self.slow_k_per_w - self._slow_k) * (1 - math.exp(-seconds / 60.0))

    def copied(self, size_bytes: int, both: bool = False) -> float:
        seconds = size_bytes / self.link_bytes_per_s
        self._linked_s += seconds
        self.moved += size_bytes * (2 if both else 1)
        self.spend(seconds, 60.0)
        return seconds

    def copy_in(self, address: int, source: HostBuffer, size_bytes: int) -> float:
        self._pieces[address] = source.array[:size_bytes].copy()
        return self.copied(size_bytes)

    def copy_out(self, target: HostBuffer, address: int, size_bytes: int) -> float:
        target.array[:size_bytes] = self._pieces[address]
        return self.copied(size_bytes)

    def copy_both(self, address: int, source: HostBuffer, target: HostBuffer, size_bytes: int) -> float:
        self._pieces[address] = source.array[:size_bytes].copy()
        target.array[:size_bytes] = self._pieces[address + size_bytes]
        return self.copied(size_bytes, both=True)

    def glance(self) -> Sensors:
        return Sensors()

    def sensors(self) -> Sensors:
        self.sensor_looks.append(self._time)
        heat = round(30.0 + self._fast_k + self._slow_k)
        awake = self._linked_s >= self.wakes_after_s
        seen = Sensors(
            temperature_c=27.0 if self.frozen else float(heat),
            slowdown_c=self.slowdown_c,
            power_w=self.load_w if self._busy_s else self._power_w,
            clock_mhz=1800.0,
            memory_clock_mhz=self.memory_clock_mhz,
            memory_clock_max_mhz=self.memory_clock_max_mhz,
            performance_state=0,
            link_gen=self.gen if awake else 1,
            link_width=self.width,
            link_gen_max=self.gen_max,
            link_width_max=self.width_max,
            replays=int(self.moved / 1e9 * self.replays_per_gb),
        )
        denied: dict[str, Any] = dict.fromkeys(self.without)
        return replace(seen, **denied)

    def now_s(self) -> float:
        return self._time

    def pause(self, seconds: float) -> None:
        self.spend(seconds, self.idle_w)
