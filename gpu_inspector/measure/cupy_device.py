"""The real card behind the device interface, through CuPy's thin bindings of CUDA's runtime, driver and NVRTC.

This is the one place of the program that loads CUDA, and only in the child process: after a kernel that faults, CUDA
answers every further call of its process with the same error. Memory comes from cudaMalloc alone, never from a pool
and never managed; kernels are compiled here for the card's own architecture, and nothing is kept on disk.
"""

import ctypes
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from gpu_inspector import platforms
from gpu_inspector.measure import cuda_errors, cuda_identity, kernel_sources
from gpu_inspector.measure.device import Attributes, Bytes, DeviceError, HostBuffer, NoSuchKernel, Sensors, Unavailable
from gpu_inspector.measure.sensors import Monitor, open_monitor

SHARED_WITHOUT_ASKING = 48 * 1024
"""Bytes of dynamic shared memory that a kernel may have without an attribute (CUDA C++ Programming Guide)."""


@dataclass(frozen=True, slots=True)
class Cuda:
    """CuPy's modules; a test hands in others."""

    runtime: Any
    driver: Any
    nvrtc: Any
    version: str = ""
    """CuPy's own."""


def open_device(uuid: str) -> "CupyDevice":
    """The card with this UUID, "GPU-...", the only one that CUDA_VISIBLE_DEVICES lets CUDA see.

    Raises Unavailable where it cannot be used, DeviceLost where it does not answer.
    """
    # Code is loaded when it is asked for, not in the middle of the first launch that is timed.
    os.environ.setdefault("CUDA_MODULE_LOADING", "EAGER")
    # Before CuPy: which processes are on the card is looked at before this one is.
    monitor = open_monitor(uuid)
    return CupyDevice(load(), uuid, monitor)


def load() -> Cuda:
    """CuPy and NVRTC. Raises Unavailable."""
    try:
        platforms.open_cuda()
        import cupy  # noqa: TID251
        from cupy_backends.cuda.api import driver, runtime  # noqa: TID251
        from cupy_backends.cuda.libs import nvrtc  # noqa: TID251
    except (ImportError, OSError, RuntimeError) as error:
        raise cuda_errors.no_library(error) from error
    return Cuda(runtime, driver, nvrtc, cupy.__version__)


@contextmanager
def opening() -> Iterator[None]:
    """CUDA's errors while cards are opened, as errors of a device."""
    try:
        yield
    except RuntimeError as error:
        raise cuda_errors.while_opening(error) from error


@contextmanager
def running() -> Iterator[None]:
    """CUDA's errors afterwards, likewise."""
    try:
        yield
    except RuntimeError as error:
        raise cuda_errors.while_running(error) from error


class PinnedBuffer:
    """Page-locked memory of the host that kernels reach; it lives as long as the process."""

    def __init__(self, runtime: Any, size_bytes: int) -> None:
        flags = runtime.hostAllocMapped | runtime.hostAllocPortable
        pointer = runtime.hostAlloc(max(size_bytes, 1), flags)
        self.array: Bytes = np.ctypeslib.as_array((ctypes.c_uint8 * size_bytes).from_address(pointer))
        self.array[:] = 0
        self._address = int(runtime.pointerGetAttributes(pointer).devicePointer)

    @property
    def address(self) -> int:
        return self._address


class CupyDevice:
    """Implements `measure.device.Device`. One stream; every launch is waited for, so that a fault has a name."""

    def __init__(self, cuda: Cuda, uuid: str, monitor: Monitor) -> None:
        self._cuda = cuda
        self._monitor = monitor
        self._modules: dict[str, int] = {}
        self._functions: dict[str, int] = {}
        compiler, supported = self._compiler()
        self._refuse_slices()
        with opening():
            cuda_identity.find_one(cuda.runtime)
            self._claims = cuda_identity.attributes(cuda.runtime, compiler)
            apart = cuda.runtime.streamNonBlocking
            self._stream, self._other = (cuda.runtime.streamCreateWithFlags(apart) for _ in range(2))
            # The host sleeps while it waits: eight cards are measured side by side.
            flags = cuda.runtime.eventBlockingSync
            self._start, self._end, self._joined = (cuda.runtime.eventCreateWithFlags(flags) for _ in range(3))
        self._refuse_another(uuid)
        self._claims = replace(self._claims, uuid=uuid)
        self._target = kernel_sources.architecture(self._claims.compute_capability, supported)
        monitor.settle()

    @property
    def attributes(self) -> Attributes:
        return self._claims

    def _compiler(self) -> tuple[str, tuple[int, ...]]:
        nvrtc = self._cuda.nvrtc
        try:
            major, minor = nvrtc.getVersion()
            supported = tuple(nvrtc.getSupportedArchs())
        except (RuntimeError, OSError, ImportError) as error:
            raise cuda_errors.no_compiler(error) from error
        return f"NVRTC {major}.{minor}, CuPy {self._cuda.version}", supported

    def _refuse_slices(self) -> None:
        if self._monitor.read().mig:
            raise Unavailable(
                "The card is divided into instances (MIG): no measurement would be of the whole card.",
                "End MIG mode (nvidia-smi -mig 0, as root, with nothing running on the card) and inspect anew.",
            )

    def _refuse_another(self, uuid: str) -> None:
        """The card that CUDA gave must be the one that was asked for, by NVML's UUID and by NVML's address."""
        here, there = self._claims.pci_bus_id, self._monitor.pci_bus_id
        same = cuda_identity.same_place(here, there) if here and there else True
        if not same or not cuda_identity.same_card(uuid, self._claims.uuid):
            raise Unavailable(
                "CUDA gave another card than the one that was asked for.",
                "List the cards again; two drivers or a stale UUID can lead to this.",
            )

    def memory_info(self) -> tuple[int, int]:
        with running():
            free, total = self._cuda.runtime.memGetInfo()
        return int(free), int(total)

    def allocate(self, size_bytes: int) -> int:
        with running():
            return int(self._cuda.runtime.malloc(size_bytes))

    def release(self, address: int) -> None:
        with running():
            self._cuda.runtime.free(address)

    def host_buffer(self, size_bytes: int) -> HostBuffer:
        with running():
            return PinnedBuffer(self._cuda.runtime, size_bytes)

    def launch(self, kernel: str, grid: int, block: int, *arguments: int, shared_bytes: int = 0) -> float:
        function = self._function(kernel)
        with running(), self._timed() as seconds:
            self._begin(function, grid, block, arguments, shared_bytes)
        return seconds[0]

    def begin(self, kernel: str, grid: int, block: int, *arguments: int, shared_bytes: int = 0) -> None:
        function = self._function(kernel)
        with running():
            self._begin(function, grid, block, arguments, shared_bytes)

    def finish(self) -> None:
        with running():
            self._cuda.runtime.streamSynchronize(self._stream)

    def copy_in(self, address: int, source: HostBuffer, size_bytes: int) -> float:
        runtime = self._cuda.runtime
        with running(), self._timed() as seconds:
            _bound(source, size_bytes)
            runtime.memcpyAsync(address, _host(source), size_bytes, runtime.memcpyHostToDevice, self._stream)
        return seconds[0]

    def copy_out(self, target: HostBuffer, address: int, size_bytes: int) -> float:
        runtime = self._cuda.runtime
        with running(), self._timed() as seconds:
            _bound(target, size_bytes)
            runtime.memcpyAsync(_host(target), address, size_bytes, runtime.memcpyDeviceToHost, self._stream)
        return seconds[0]

    def copy_both(self, address: int, source: HostBuffer, target: HostBuffer, size_bytes: int) -> float:
        runtime = self._cuda.runtime
        with running(), self._timed() as seconds:
            _bound(source, size_bytes)
            _bound(target, size_bytes)
            # The second stream starts with the first, and the first ends with the second.
            runtime.streamWaitEvent(self._other, self._start)
            runtime.memcpyAsync(address, _host(source), size_bytes, runtime.memcpyHostToDevice, self._stream)
            out = address + size_bytes
            runtime.memcpyAsync(_host(target), out, size_bytes, runtime.memcpyDeviceToHost, self._other)
            runtime.eventRecord(self._joined, self._other)
            runtime.streamWaitEvent(self._stream, self._joined)
        return seconds[0]

    def sensors(self) -> Sensors:
        return self._monitor.read()

    def glance(self) -> Sensors:
        return self._monitor.glance()

    def now_s(self) -> float:
        return time.monotonic()

    def pause(self, seconds: float) -> None:
        time.sleep(max(seconds, 0.0))

    @contextmanager
    def _timed(self) -> Iterator[list[float]]:
        """Seconds between two events around what is put into the stream; known once the block is left."""
        runtime = self._cuda.runtime
        seconds = [0.0]
        runtime.eventRecord(self._start, self._stream)
        yield seconds
        runtime.eventRecord(self._end, self._stream)
        runtime.eventSynchronize(self._end)
        seconds[0] = float(runtime.eventElapsedTime(self._start, self._end)) / 1000

    def _begin(self, function: int, grid: int, block: int, arguments: tuple[int, ...], shared_bytes: int) -> None:
        driver = self._cuda.driver
        if shared_bytes > SHARED_WITHOUT_ASKING:
            driver.funcSetAttribute(function, driver.CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES, shared_bytes)
        values = (ctypes.c_uint64 * len(arguments))(*arguments)
        places = (ctypes.c_void_p * len(arguments))(
            *(ctypes.addressof(values) + 8 * number for number in range(len(arguments)))
        )
        driver.launchKernel(
            function, max(grid, 1), 1, 1, max(block, 1), 1, 1, shared_bytes, self._stream, ctypes.addressof(places), 0
        )

    def _function(self, kernel: str) -> int:
        """The kernel, compiled and loaded with its file when it is first asked for. Raises NoSuchKernel."""
        if kernel not in self._functions:
            home = kernel_sources.home_of(kernel)
            if home not in self._modules:
                self._modules[home] = self._load(home)
            with running():
                self._functions[kernel] = int(self._cuda.driver.moduleGetFunction(self._modules[home], kernel))
        return self._functions[kernel]

    def _load(self, home: str) -> int:
        nvrtc = self._cuda.nvrtc
        try:
            code = kernel_sources.compiled(nvrtc, home, kernel_sources.texts()[home], self._target)
        except nvrtc.NVRTCError as error:
            raise NoSuchKernel(
                f"The kernels of {home}.cu could not be compiled for {self._target}: {error}.",
                "Install the versions of CuPy and NVRTC that this program names (extras cuda12, cuda13).",
            ) from error
        with running():
            return int(self._cuda.driver.moduleLoadData(code))


def _bound(buffer: HostBuffer, size_bytes: int) -> None:
    if size_bytes > buffer.array.nbytes:
        raise DeviceError(f"A copy of {size_bytes} bytes does not fit a buffer of {buffer.array.nbytes}.")


def _host(buffer: HostBuffer) -> int:
    return int(buffer.array.ctypes.data)
