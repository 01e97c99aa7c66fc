"""What a measurement needs of a device, and nothing else: the one thin interface of `measure/`.

Behind it stands CuPy (`cupy_device.py`) or a physical model (`simulation/`). Measurements learn of a card only
through words that they read back, times, and these few attributes. All arguments of all kernels are unsigned 64-bit
integers, so that one way of launching serves every kernel on both.
"""

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from gpu_inspector.errors import GpuInspectorError

Bytes = npt.NDArray[np.uint8]


class DeviceError(GpuInspectorError):
    """The device, or the way to it, failed; `message` and `advice` become a gap."""

    ends_all = True
    """After it, nothing more can be asked of the device in this process."""


class OutOfMemory(DeviceError):
    """An allocation was refused. Not sticky: smaller ones may be had."""

    ends_all = False


class NoSuchKernel(DeviceError):
    """This kernel does not exist for the device's compute capability."""

    ends_all = False


class KernelFault(DeviceError):
    """A kernel touched what is not there (CUDA errors 700, 710, 714 to 719): sticky."""


class LaunchTimeout(DeviceError):
    """The display's watchdog ended a kernel (CUDA error 702): sticky."""


class DeviceLost(DeviceError):
    """The card does not answer any more: fell off the bus, was reset (CUDA 46, 100, 999; NVML GPU_IS_LOST)."""


class MemoryFault(DeviceError):
    """ECC found an error that it could not correct (CUDA error 214): sticky."""


class Unavailable(DeviceError):
    """The device cannot be used at all: compute mode, MIG, driver too old, library missing, Fabric Manager."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attributes:
    """What the driver says of the device that kernels run on: claims, but for the compute capability of its code."""

    name: str
    uuid: str = ""
    pci_bus_id: str = ""
    compute_capability: tuple[int, int]
    multiprocessors: int
    warp_threads: int = 32
    shared_bytes_per_block: int = 49152
    """The most that one block may be given when it asks for it (opt-in)."""
    shared_bytes_per_multiprocessor: int = 65536
    threads_per_multiprocessor: int = 1024
    l2_bytes: int = 0
    clock_khz: int = 0
    memory_clock_khz: int = 0
    bus_bits: int = 0
    total_bytes: int = 0
    watchdog: bool = False
    """The system ends kernels that run too long, since a display hangs on the card."""
    integrated: bool = False
    cuda_driver: int = 0
    """12080 for 12.8."""
    compiler: str = ""
    simulation: str = ""
    """The name of the simulated card; "" for a real one."""
    seed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensors:
    """One look at the card's sensors and counters; None is "not given"."""

    temperature_c: float | None = None
    hotspot_c: float | None = None
    memory_c: float | None = None
    slowdown_c: float | None = None
    power_w: float | None = None
    power_limit_w: float | None = None
    clock_mhz: float | None = None
    memory_clock_mhz: float | None = None
    memory_clock_max_mhz: float | None = None
    throttle: tuple[str, ...] = ()
    performance_state: int | None = None
    utilisation_percent: int | None = None
    link_gen: int | None = None
    link_width: int | None = None
    link_gen_max: int | None = None
    """The device's own maximum."""
    link_width_max: int | None = None
    replays: int | None = None
    ecc_corrected: int | None = None
    ecc_uncorrected: int | None = None
    remapped_rows: int | None = None
    retired_pages: int | None = None
    other_processes: int | None = None
    """Processes on the card beside this one."""
    other_bytes: int | None = None
    mig: bool | None = None
    mps: bool | None = None
    display: bool | None = None


class HostBuffer(Protocol):
    """Pinned memory of the host that kernels can reach: results never lie in the memory that is on trial."""

    @property
    def address(self) -> int:
        """As kernels see it."""

    @property
    def array(self) -> Bytes:
        """As the host sees it; one byte an element."""


class Device(Protocol):
    """A card to measure. Every method may raise a DeviceError."""

    @property
    def attributes(self) -> Attributes: ...

    def memory_info(self) -> tuple[int, int]:
        """Free and total bytes, as the driver gives them."""

    def allocate(self, size_bytes: int) -> int:
        """The address of device memory, a multiple of 256; never managed memory. Raises OutOfMemory."""

    def release(self, address: int) -> None:
        """Give device memory back."""

    def host_buffer(self, size_bytes: int) -> HostBuffer:
        """Zeroed pinned memory, released with the device."""

    def launch(self, kernel: str, grid: int, block: int, *arguments: int, shared_bytes: int = 0) -> float:
        """Run one kernel to its end; seconds by the device's own events. Raises NoSuchKernel, KernelFault and kin."""

    def begin(self, kernel: str, grid: int, block: int, *arguments: int, shared_bytes: int = 0) -> None:
        """As `launch`, without waiting: for a load whose sensors are watched meanwhile; `finish` waits."""

    def finish(self) -> None:
        """Wait for all that was begun."""

    def copy_in(self, address: int, source: HostBuffer, size_bytes: int) -> float:
        """Host to device by a copy engine; seconds by events."""

    def copy_out(self, target: HostBuffer, address: int, size_bytes: int) -> float:
        """Device to host by a copy engine; seconds by events."""

    def copy_both(self, address: int, source: HostBuffer, target: HostBuffer, size_bytes: int) -> float:
        """Both ways at once, `source` to `address` and `address + size_bytes` to `target`; seconds of the pair."""

    def sensors(self) -> Sensors:
        """What the sensors say now; nothing of it is waited for."""

    def glance(self) -> Sensors:
        """Temperature, power and clocks alone, for charts: cheap, and it changes nothing of what is measured."""

    def now_s(self) -> float:
        """A clock that never goes back; a simulation's own."""

    def pause(self, seconds: float) -> None:
        """Let time pass."""


class Group(Protocol):
    """The cards of one machine, seen together: what copies from card to card need. Any method may raise a DeviceError.

    Cards are named by their places in what was asked for. Each has two pieces of memory: to send, and to receive.
    """

    @property
    def size_bytes(self) -> int:
        """Of one piece."""

    @property
    def count(self) -> int: ...

    def reach(self, one: int, other: int) -> bool:
        """Let the two reach each other's memory; whether copies between them go directly."""

    def load(self, card: int, salt: int, number: int) -> None:
        """Put the random words of this number into the piece to send."""

    def clear(self, card: int) -> None:
        """Fill the piece to receive with zeros."""

    def copy(self, one: int, other: int, times: int) -> float:
        """So many copies of the piece from one to the other, in a row; seconds of all by events."""

    def received(self, card: int) -> Bytes:
        """What stands in the piece to receive, brought to the host; valid until the next call."""

    def now_s(self) -> float:
        """A clock that never goes back."""


def words_of(buffer: HostBuffer, dtype: npt.DTypeLike, count: int, offset_bytes: int = 0) -> npt.NDArray[Any]:
    """A view of `count` elements of a host buffer."""
    kind = np.dtype(dtype)
    return buffer.array[offset_bytes : offset_bytes + count * kind.itemsize].view(kind)
