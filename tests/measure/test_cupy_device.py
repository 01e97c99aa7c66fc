"""The real device's way of asking CUDA, with other modules in the place of CuPy's."""

import ctypes
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from gpu_inspector.measure import cupy_device, kernel_sources, launches
from gpu_inspector.measure.cuda_identity import same_card, same_place
from gpu_inspector.measure.cupy_device import Cuda, CupyDevice
from gpu_inspector.measure.device import (
    DeviceError,
    DeviceLost,
    KernelFault,
    NoSuchKernel,
    OutOfMemory,
    Sensors,
    Unavailable,
)
from gpu_inspector.measure.sensors import Monitor

RAW = bytes(range(1, 17))
UUID = "GPU-01020304-0506-0708-090a-0b0c0d0e0f10"
ATTRIBUTES = {
    "ComputeMode": 0, "MultiProcessorCount": 84, "WarpSize": 32, "MaxSharedMemoryPerBlockOptin": 101376,
    "MaxSharedMemoryPerMultiprocessor": 102400, "MaxThreadsPerMultiProcessor": 1536, "L2CacheSize": 6 << 20,
    "ClockRate": 1_700_000, "MemoryClockRate": 9_500_000, "GlobalMemoryBusWidth": 384, "KernelExecTimeout": 1,
    "Integrated": 0,
}  # fmt: skip


class CudaError(RuntimeError):
    def __init__(self, status: int) -> None:
        super().__init__(f"cudaError{status}: words")
        self.status = status


class Runtime:
    """CUDA's runtime with one card; `fails` maps a call to an error number."""

    hostAllocMapped, hostAllocPortable, streamNonBlocking, eventBlockingSync = 2, 1, 1, 1  # noqa: N815
    memcpyHostToDevice, memcpyDeviceToHost = 1, 2  # noqa: N815

    def __init__(self, raw: bytes = RAW, driver: int = 12080, count: int = 1, **fails: int) -> None:
        self.raw, self.driver, self.count, self.fails = raw, driver, count, fails
        self.calls: list[tuple[Any, ...]] = []
        self.numbers = dict(enumerate(ATTRIBUTES.items()))
        self.kept: list[Any] = []
        for number, (name, _) in self.numbers.items():
            setattr(self, f"cudaDevAttr{name}", number)

    def __getattr__(self, name: str) -> Any:
        def call(*arguments: Any) -> int:
            self.calls.append((name, *arguments))
            if name in self.fails:
                raise CudaError(self.fails[name])
            return 1000 + len(self.calls)

        return call

    def driverGetVersion(self) -> int:  # noqa: N802
        return self.driver

    def getDeviceCount(self) -> int:  # noqa: N802
        if "getDeviceCount" in self.fails:
            raise CudaError(self.fails["getDeviceCount"])
        return self.count

    def deviceGetAttribute(self, number: int, device: int) -> int:  # noqa: N802
        return self.numbers[number][1]

    def getDeviceProperties(self, device: int) -> dict[str, Any]:  # noqa: N802
        return {"name": b"NVIDIA \x1b[31mRTX A6000\xff", "major": 8, "minor": 6, "uuid": self.raw}

    def deviceGetPCIBusId(self, device: int) -> str:  # noqa: N802
        return "0000:01:00.0"

    def memGetInfo(self) -> tuple[int, int]:  # noqa: N802
        return 40 << 30, 48 << 30

    def hostAlloc(self, size: int, flags: int) -> int:  # noqa: N802
        self.kept.append((ctypes.c_uint8 * size)(*[7] * min(size, 16)))
        return ctypes.addressof(self.kept[-1])

    def pointerGetAttributes(self, pointer: int) -> Any:  # noqa: N802
        return SimpleNamespace(devicePointer=pointer + 1)

    def eventElapsedTime(self, start: int, end: int) -> float:  # noqa: N802
        return 2.5


class Driver:
    CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES = 8

    def __init__(self, **fails: int) -> None:
        self.fails = fails
        self.launched: list[tuple[int, ...]] = []
        self.arguments: list[list[int]] = []
        self.set: list[tuple[int, ...]] = []
        self.loaded: list[bytes] = []
        self.count = 0

    def _may_fail(self, name: str) -> None:
        if name in self.fails:
            raise CudaError(self.fails[name])

    def moduleLoadData(self, code: bytes) -> int:  # noqa: N802
        self._may_fail("moduleLoadData")
        self.loaded.append(code)
        return 77

    def moduleGetFunction(self, module: int, name: str) -> int:  # noqa: N802
        self._may_fail("moduleGetFunction")
        return 88

    def funcSetAttribute(self, *arguments: int) -> None:  # noqa: N802
        self.set.append(arguments)

    def launchKernel(self, *arguments: int) -> None:  # noqa: N802
        self._may_fail("launchKernel")
        *place, pointers, extra = arguments
        found = (ctypes.c_void_p * self.count).from_address(pointers)
        self.arguments.append([ctypes.c_uint64.from_address(one or 0).value for one in found])
        self.launched.append((*place, extra))


class Nvrtc:
    class NVRTCError(RuntimeError):
        pass

    def __init__(self, supported: tuple[int, ...] = (80, 86, 90), fails: bool = False) -> None:
        self.supported, self.fails = supported, fails
        self.options: list[tuple[str, ...]] = []

    def getVersion(self) -> tuple[int, int]:  # noqa: N802
        return 12, 9

    def getSupportedArchs(self) -> tuple[int, ...]:  # noqa: N802
        return self.supported

    def createProgram(self, text: str, *rest: object) -> int:  # noqa: N802
        return 5

    def destroyProgram(self, program: int) -> None:  # noqa: N802
        pass

    def compileProgram(self, program: int, options: tuple[str, ...]) -> None:  # noqa: N802
        self.options.append(options)
        if self.fails:
            raise self.NVRTCError("NVRTC_ERROR_COMPILATION (6)")

    def getProgramLog(self, program: int) -> str:  # noqa: N802
        return "memory.cu(1): error"

    def getCUBIN(self, program: int) -> bytes:  # noqa: N802
        return b"cubin"


def device(
    runtime: Runtime | None = None, driver: Driver | None = None, nvrtc: Nvrtc | None = None, uuid: str = UUID,
    monitor: Monitor | None = None,
) -> CupyDevice:  # fmt: skip
    modules = Cuda(runtime or Runtime(), driver or Driver(), nvrtc or Nvrtc(), "14.2.0")
    return CupyDevice(modules, uuid, monitor or Monitor(None, None))


def test_the_attributes_are_the_drivers() -> None:
    found = device().attributes
    assert found.name == "NVIDIA [31mRTX A6000�"
    assert found.compute_capability == (8, 6)
    assert (found.multiprocessors, found.bus_bits, found.l2_bytes) == (84, 384, 6 << 20)
    assert (found.total_bytes, found.watchdog, found.integrated) == (48 << 30, True, False)
    assert (found.uuid, found.pci_bus_id, found.cuda_driver) == (UUID, "0000:01:00.0", 12080)
    assert found.compiler == "NVRTC 12.9, CuPy 14.2.0"
    assert found.simulation == ""


@pytest.mark.parametrize(
    ("runtime", "words"),
    [
        (Runtime(driver=0), "libcuda"),
        (Runtime(getDeviceCount=35), "older than the CUDA libraries"),
        (Runtime(getDeviceCount=100), "does not see this card"),
        (Runtime(getDeviceCount=802), "Fabric Manager"),
        (Runtime(getDeviceCount=803), "different versions"),
        (Runtime(count=2), "2 cards"),
        (Runtime(count=0), "0 cards"),
        (Runtime(setDevice=46), "compute mode"),
        (Runtime(free=2), "free memory"),
        (Runtime(raw=RAW[::-1]), "another card"),
        (Runtime(raw=RAW[:7]), "another card"),
        (Runtime(raw=b""), "another card"),
    ],
    ids=["no driver", "driver too old", "not seen", "fabric", "mismatch", "two", "none", "exclusive", "full", "other",
         "cut where no zero is", "no UUID"],
)  # fmt: skip
def test_what_cannot_be_used_is_said_at_once(runtime: Runtime, words: str) -> None:
    with pytest.raises(Unavailable, match=words):
        device(runtime)


def test_a_prohibiting_compute_mode_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ATTRIBUTES, "ComputeMode", 2)
    with pytest.raises(Unavailable, match="prohibits"):
        device()


def test_a_divided_card_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monitor = Monitor(None, None)
    monkeypatch.setattr(monitor, "read", lambda: Sensors(mig=True))
    with pytest.raises(Unavailable, match="MIG"):
        device(monitor=monitor)


def test_a_card_in_another_slot_is_another_card() -> None:
    monitor = Monitor(None, None)
    monitor.pci_bus_id = "0000:02:00.0"
    with pytest.raises(Unavailable, match="another card"):
        device(monitor=monitor)
    monitor.pci_bus_id = "00000000:01:00.0"
    assert device(monitor=monitor).attributes.pci_bus_id == "0000:01:00.0"


def test_a_card_that_the_compiler_does_not_know_any_more() -> None:
    with pytest.raises(Unavailable, match="cuda12"):
        device(nvrtc=Nvrtc(supported=(90, 100)))


def test_a_missing_compiler_is_named() -> None:
    nvrtc = Nvrtc()

    def missing() -> tuple[int, int]:
        raise RuntimeError("CuPy failed to load libnvrtc.so.12")

    nvrtc.getVersion = missing  # type: ignore[method-assign]
    with pytest.raises(Unavailable, match="NVRTC"):
        device(nvrtc=nvrtc)


def test_a_uuid_cut_at_a_zero_byte_is_the_same_card() -> None:
    uuid = "GPU-01020300-0506-0708-090a-0b0c0d0e0f10"
    assert same_card(uuid, "010203")
    assert not same_card(uuid, "0102")
    assert not same_card(uuid, "010203000506")
    assert not same_card("MIG-01020300-0506-0708-090a-0b0c0d0e0f10", "010203")
    assert same_place("0000:01:00.0", "00000000:01:00.0")
    assert not same_place("0000:01:00.0", "0001:01:00.0")


def test_a_launch_passes_64_bit_numbers_and_seconds_come_back() -> None:
    driver, nvrtc = Driver(), Nvrtc()
    card = device(driver=driver, nvrtc=nvrtc)
    driver.count = 3
    seconds = launches.write_all(card, 0x7F00_0000_0000, 1 << 40, 2**64 - 1, 320)
    assert seconds == pytest.approx(0.0025)
    assert driver.arguments == [[0x7F00_0000_0000, 1 << 36, 2**64 - 1]]
    function, *place = driver.launched[0]
    assert function == 88
    assert place[:7] == [320, 1, 1, 256, 1, 1, 0]
    assert nvrtc.options == [("--gpu-architecture=sm_86", *kernel_sources.OPTIONS)]
    card.launch("read_all", 1, 256, 1, 2, 3)
    assert driver.loaded == [b"cubin"], "a file is loaded once"
    assert driver.set == []


def test_much_shared_memory_is_asked_for() -> None:
    driver = Driver()
    card = device(driver=driver)
    driver.count = 1
    card.launch("burn", 1, 32, 9, shared_bytes=60_000)
    assert driver.set == [(88, 8, 60_000)]
    assert driver.launched[0][7] == 60_000


@pytest.mark.parametrize(
    ("driver", "nvrtc", "kind"),
    [
        (Driver(moduleGetFunction=500), Nvrtc(), NoSuchKernel),
        (Driver(moduleLoadData=209), Nvrtc(), NoSuchKernel),
        (Driver(), Nvrtc(fails=True), NoSuchKernel),
        (Driver(launchKernel=700), Nvrtc(), KernelFault),
        (Driver(launchKernel=999), Nvrtc(), DeviceLost),
    ],
    ids=["no such kernel", "no code", "does not compile", "fault", "lost"],
)
def test_a_launch_that_fails_says_how(driver: Driver, nvrtc: Nvrtc, kind: type[DeviceError]) -> None:
    card = device(driver=driver, nvrtc=nvrtc)
    with pytest.raises(kind):
        card.launch("burn", 1, 32, 1, 2)
    with pytest.raises(kind):
        card.begin("burn", 1, 32, 1, 2)


def test_an_unknown_kernel_is_asked_of_no_driver() -> None:
    with pytest.raises(NoSuchKernel, match="frobnicate"):
        device().launch("frobnicate", 1, 1)


def test_memory_is_plain_and_pinned() -> None:
    runtime = Runtime(malloc=2)
    card = device(runtime)
    with pytest.raises(OutOfMemory):
        card.allocate(1 << 40)
    assert card.memory_info() == (40 << 30, 48 << 30)
    buffer = card.host_buffer(100)
    assert buffer.array.tolist() == [0] * 100
    assert buffer.array.dtype == np.uint8
    assert buffer.address == buffer.array.ctypes.data + 1, "the address as kernels see it"


def test_copies_go_by_the_copy_engines_and_stay_in_their_buffers() -> None:
    runtime = Runtime()
    card = device(runtime)
    source, target = card.host_buffer(64), card.host_buffer(64)
    runtime.calls.clear()
    assert card.copy_in(4096, source, 64) == pytest.approx(0.0025)
    assert card.copy_out(target, 4096, 64) == pytest.approx(0.0025)
    card.copy_both(4096, source, target, 64)
    copies = [call[1:5] for call in runtime.calls if call[0] == "memcpyAsync"]
    into, out = (4096, source.array.ctypes.data, 64, 1), (target.array.ctypes.data, 4096, 64, 2)
    assert copies == [into, out, into, (target.array.ctypes.data, 4096 + 64, 64, 2)]
    streams = [call[5] for call in runtime.calls if call[0] == "memcpyAsync"]
    assert len(set(streams[:3])) == 1
    assert streams[3] != streams[2]
    waits = [call for call in runtime.calls if call[0] == "streamWaitEvent"]
    assert [call[1] for call in waits] == [streams[3], streams[2]], "the second begins with the first, ends before it"
    with pytest.raises(DeviceError, match="65 bytes"):
        card.copy_in(4096, source, 65)


def test_a_fault_shows_when_it_is_waited_for() -> None:
    runtime = Runtime()
    card = device(runtime)
    runtime.fails["streamSynchronize"] = 719
    with pytest.raises(KernelFault):
        card.finish()
    runtime.fails["eventSynchronize"] = 702
    driver_fault = pytest.raises(DeviceError, match="watchdog")
    with driver_fault:
        card.copy_in(1, card.host_buffer(8), 8)


def test_cuda_is_loaded_in_one_place_alone() -> None:
    package = Path(cupy_device.__file__).parents[1]
    importing = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if re.search(r"^\s*(import|from) cupy(_backends)?\b", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert importing == {"measure/cupy_device.py"}


def test_time_goes_on() -> None:
    card = device()
    before = card.now_s()
    card.pause(0.001)
    card.pause(-1.0)
    assert card.now_s() >= before + 0.001
