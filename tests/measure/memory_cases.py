"""Small simulated cards for the tests of the memory test, and a device that shows its interface and nothing more."""

from dataclasses import dataclass, field

from gpu_inspector.measure import memory
from gpu_inspector.measure.device import Attributes, Device, HostBuffer, Sensors
from gpu_inspector.measure.run import PROFILES, PartReading, Run
from gpu_inspector.measure.simulation.device import SimulatedDevice
from gpu_inspector.measure.simulation.faults import DeviceFault, MemoryFault
from gpu_inspector.measure.simulation.silicon import Chip, CudaClaims, Memory, Silicon
from gpu_inspector.records.silicon import PAGE_BYTES, MemoryReading

SALT = 0x5EED_0123_4567_89AB


def card(
    pages: int,
    *faults: MemoryFault,
    real_pages: int = 0,
    channels: int = 6,
    shuffle: bool = False,
    seed: int = 1,
    reserve_pages: int = 0,
    broken: tuple[DeviceFault, ...] = (),
) -> SimulatedDevice:
    """A card that claims so many pages; `real_pages` are really there, all where it is 0."""
    silicon = Silicon(
        chip=Chip(l2_bytes=512 * 1024),
        memory=Memory(size_bytes=(real_pages or pages) * PAGE_BYTES, channels=channels, faults=faults),
        claims=CudaClaims(total_bytes=pages * PAGE_BYTES),
        reserve_bytes=reserve_pages * PAGE_BYTES,
        shuffle=shuffle,
        faults=broken,
    )
    return SimulatedDevice(silicon, seed)


def reading_of(device: Device, profile: str = "quick", salt: int = SALT) -> MemoryReading:
    """One memory test."""
    return memory.measure(device, Run(PROFILES[profile], salt))


@dataclass
class Told:
    """A run that remembers what it was told and given to keep."""

    profile: str = "quick"
    minutes: float = 0.0
    tells: list[tuple[float, float, dict[str, float]]] = field(default_factory=list)
    kept: list[PartReading] = field(default_factory=list)

    def run(self) -> Run:
        return Run(
            PROFILES[self.profile],
            SALT,
            minutes=self.minutes,
            on_tell=lambda share, within, figures: self.tells.append((share, within, figures)),
            on_keep=self.kept.append,
        )


class OnlyDevice:
    """The members of the Device protocol over another device, and no others: nothing behind it can be peeped at."""

    __slots__ = ("__device",)

    def __init__(self, device: Device) -> None:
        self.__device = device

    @property
    def attributes(self) -> Attributes:
        return self.__device.attributes

    def memory_info(self) -> tuple[int, int]:
        return self.__device.memory_info()

    def allocate(self, size_bytes: int) -> int:
        return self.__device.allocate(size_bytes)

    def release(self, address: int) -> None:
        self.__device.release(address)

    def host_buffer(self, size_bytes: int) -> HostBuffer:
        return self.__device.host_buffer(size_bytes)

    def launch(self, kernel: str, grid: int, block: int, *arguments: int, shared_bytes: int = 0) -> float:
        return self.__device.launch(kernel, grid, block, *arguments, shared_bytes=shared_bytes)

    def begin(self, kernel: str, grid: int, block: int, *arguments: int, shared_bytes: int = 0) -> None:
        self.__device.begin(kernel, grid, block, *arguments, shared_bytes=shared_bytes)

    def finish(self) -> None:
        self.__device.finish()

    def copy_in(self, address: int, source: HostBuffer, size_bytes: int) -> float:
        return self.__device.copy_in(address, source, size_bytes)

    def copy_out(self, target: HostBuffer, address: int, size_bytes: int) -> float:
        return self.__device.copy_out(target, address, size_bytes)

    def copy_both(self, address: int, source: HostBuffer, target: HostBuffer, size_bytes: int) -> float:
        return self.__device.copy_both(address, source, target, size_bytes)

    def sensors(self) -> Sensors:
        return self.__device.sensors()

    def glance(self) -> Sensors:
        return self.__device.glance()

    def now_s(self) -> float:
        return self.__device.now_s()

    def pause(self, seconds: float) -> None:
        self.__device.pause(seconds)
