"""A device whose kernels are the real texts, compiled for one thread of a CPU, and whose memory has planted faults.

The faults are described with the simulation's own dataclasses and worked out by `shim.h` alone.
"""

import ctypes
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from measure.keeping import Keeper, compiler_version

from gpu_inspector.measure.device import Attributes, HostBuffer, NoSuchKernel, OutOfMemory, Sensors
from gpu_inspector.measure.kernel_sources import FOLDER
from gpu_inspector.measure.simulation.channels import STRETCHES, channel_of
from gpu_inspector.measure.simulation.faults import (
    BridgedLanes,
    BridgedLines,
    Crosstalk,
    DroppedBit,
    FlakyRead,
    Limit,
    LostChannel,
    MemoryFault,
    Modulo,
    StuckLane,
    StuckLine,
    WeakCell,
)
from gpu_inspector.records.silicon import PAGE_BYTES

HERE = Path(__file__).parent
BASE = 0x7E_0000_0000_00
FAULT = np.dtype(
    [
        ("kind", "i4"), ("channel", "i4"), ("first", "i4"), ("second", "i4"),
        ("page", "i8"), ("word", "i8"), ("fresh", "i4"), ("pad", "i4"),
    ]
)  # fmt: skip

have_compiler = shutil.which("g++") is not None


FLAGS = ("-std=c++17", "-shared", "-fPIC", "-Wall", "-Wextra", "-Werror", "-Wno-unknown-pragmas")


def build(keeper: Keeper, memory: Path = FOLDER / "memory.cu", level: str = "-O2") -> Path:
    """The kernels as a shared library. Raises subprocess.CalledProcessError with the compiler's words."""
    speed, harness = FOLDER / "speed.cu", HERE / "harness.cpp"
    paths = (f'-DMEMORY_KERNELS="{memory}"', f'-DSPEED_KERNELS="{speed}"', str(harness))
    texts = [one.read_text(encoding="utf-8") for one in (memory, speed, harness, HERE / "shim.h")]

    def make(path: Path) -> None:
        command = ["g++", *FLAGS, level, *paths, "-o", str(path)]
        subprocess.run(command, check=True, capture_output=True, text=True)

    return keeper.file("kernels.so", (*texts, *FLAGS, level, compiler_version("g++")), make)


def shared_build(keeper: Keeper) -> Path:
    """The kernels as they are, as a shared library."""
    return build(keeper)


def page_table(pages: int, order: Sequence[int], faults: Sequence[MemoryFault]) -> npt.NDArray[np.int64]:
    """The page of cells of each page; -1 where there is none."""
    table = []
    for page in range(pages):
        cell = order[page]
        for fault in faults:
            if cell < 0:
                break
            if isinstance(fault, DroppedBit):
                cell = cell - (1 << fault.bit) if cell >> fault.bit & 1 else cell
            elif isinstance(fault, Modulo):
                cell = cell % fault.pages
            elif isinstance(fault, Limit):
                cell = cell if cell < fault.pages else -1
        table.append(cell)
    return np.array(table, dtype=np.int64)


def _row(number: int, fault: MemoryFault) -> tuple[int, int, int, int, int, int, int, int] | None:
    channel = getattr(fault, "channel", None)
    where = -1 if channel is None else channel
    match fault:
        case StuckLine():
            return (0, where, fault.bit, fault.value, 0, 0, 0, number)
        case BridgedLines():
            return (1, where, fault.first, fault.second, 0, 0, 0, number)
        case StuckLane():
            return (2, where, fault.lane, fault.value, 0, 0, 0, number)
        case BridgedLanes():
            return (3, where, fault.first, fault.second, 0, 0, 0, number)
        case Crosstalk():
            return (4, where, fault.lane, 0, 0, 0, 0, number)
        case LostChannel():
            return (5, where, 0, 0, 0, 0, 0, number)
        case WeakCell():
            return (6, -1, fault.lane, fault.forgets_to, fault.page, fault.word, 0, number)
        case FlakyRead():
            return (7, -1, fault.lane, 0, fault.page, fault.word, 0, number)
    return None


class Buffer:
    """Memory of the host, at its real address."""

    def __init__(self, size_bytes: int) -> None:
        self.array: npt.NDArray[np.uint8] = np.zeros(size_bytes, dtype=np.uint8)

    @property
    def address(self) -> int:
        return int(self.array.ctypes.data)


class CpuDevice:
    """A Device of `pages` pages. One at a time for a library, whose state is its own."""

    def __init__(
        self, library: Path, pages: int, faults: Sequence[MemoryFault] = (), channels: int = 12,
        order: Sequence[int] | None = None,
    ) -> None:  # fmt: skip
        self._library = ctypes.CDLL(str(library))
        self._library.accesses_astray.restype = ctypes.c_uint64
        self._pages = pages
        self._taken = 0
        self._table = page_table(pages, range(pages) if order is None else order, faults)
        cells = np.arange(pages)[:, None]
        self._channels = np.ascontiguousarray(
            channel_of(cells, np.arange(STRETCHES)[None, :], channels), dtype=np.uint8
        )
        rows = [row for number, fault in enumerate(faults) if (row := _row(number, fault)) is not None]
        self._faults = np.array(rows, dtype=FAULT)
        self.cells: npt.NDArray[np.uint8] = np.zeros(pages * PAGE_BYTES, dtype=np.uint8)
        self._library.set_machine(
            ctypes.c_void_p(self.cells.ctypes.data), ctypes.c_uint64(BASE), ctypes.c_uint64(pages),
            ctypes.c_void_p(self._table.ctypes.data), ctypes.c_void_p(self._channels.ctypes.data),
            ctypes.c_void_p(self._faults.ctypes.data), len(rows),
        )  # fmt: skip
        self._buffers: list[Buffer] = []

    @property
    def attributes(self) -> Attributes:
        return Attributes(name="one thread of a CPU", compute_capability=(0, 0), multiprocessors=1)

    @property
    def astray(self) -> int:
        """Accesses outside of the memory, or across the units of 16 bytes."""
        return int(self._library.accesses_astray())

    def memory_info(self) -> tuple[int, int]:
        total = self._pages * PAGE_BYTES
        return total - self._taken, total

    def allocate(self, size_bytes: int) -> int:
        if size_bytes > self._pages * PAGE_BYTES - self._taken:
            raise OutOfMemory("The planted memory is all taken.")
        address = BASE + self._taken
        self._taken += -(-size_bytes // PAGE_BYTES) * PAGE_BYTES
        return address

    def release(self, address: int) -> None:
        self._taken = min(self._taken, address - BASE)

    def host_buffer(self, size_bytes: int) -> Buffer:
        self._buffers.append(Buffer(size_bytes))
        return self._buffers[-1]

    def launch(self, kernel: str, grid: int, block: int, *arguments: int, shared_bytes: int = 0) -> float:
        packed = (ctypes.c_uint64 * len(arguments))(*arguments)
        if not self._library.run_kernel(kernel.encode(), grid, block, packed):
            raise NoSuchKernel(f"There is no kernel {kernel}.")
        return 1e-3

    def begin(self, kernel: str, grid: int, block: int, *arguments: int, shared_bytes: int = 0) -> None:
        self.launch(kernel, grid, block, *arguments, shared_bytes=shared_bytes)

    def finish(self) -> None:
        """Everything has run already."""

    def copy_in(self, address: int, source: HostBuffer, size_bytes: int) -> float:
        self.cells[address - BASE :][:size_bytes] = source.array[:size_bytes]
        return 1e-3

    def copy_out(self, target: HostBuffer, address: int, size_bytes: int) -> float:
        target.array[:size_bytes] = self.cells[address - BASE :][:size_bytes]
        return 1e-3

    def copy_both(self, address: int, source: HostBuffer, target: HostBuffer, size_bytes: int) -> float:
        self.copy_in(address, source, size_bytes)
        return self.copy_out(target, address + size_bytes, size_bytes)

    def sensors(self) -> Sensors:
        return Sensors()

    def glance(self) -> Sensors:
        return Sensors()

    def now_s(self) -> float:
        return 0.0

    def pause(self, seconds: float) -> None:
        """Long enough for every weak cell to forget."""
        self._library.forget()
