"""The whole of the measurement on a real card, in the five steps of the research note on on-device tests, section 7.

Skipped where there is no card. Asserted is what holds on any sound card; every number goes to $OUT/on-the-card.json
where OUT is set, to be looked at by people: nothing else here compares a card with what is expected of its model.
"""

import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from gpu_inspector.measure import die, kernel_sources, launches, link, memory, speed, thermal
from gpu_inspector.measure.device import Device, Sensors
from gpu_inspector.measure.operations import LATENCIES, OPERATIONS
from gpu_inspector.measure.pattern import Kind
from gpu_inspector.measure.run import PROFILES, PartReading, Run
from gpu_inspector.records.silicon import PAGE_BYTES

pytestmark = pytest.mark.gpu
SALT = 0x0DDB_A11C_0FFE_E123


def first_card() -> str:
    """The UUID of the card to test: GPU_INSPECTOR_UUID, or the first that the driver lists; "" without one."""
    if uuid := os.environ.get("GPU_INSPECTOR_UUID"):
        return uuid
    pynvml = pytest.importorskip("pynvml", reason="NVML's Python binding is not installed here")
    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError:
        return ""
    try:
        uuid = pynvml.nvmlDeviceGetUUID(pynvml.nvmlDeviceGetHandleByIndex(0))
    except pynvml.NVMLError:
        return ""
    finally:
        pynvml.nvmlShutdown()
    return uuid.decode() if isinstance(uuid, bytes) else str(uuid)


UUID = first_card()
if not UUID:
    pytest.skip("There is no NVIDIA card, or no driver, in this machine", allow_module_level=True)


class Capture:
    """What was measured, written anew after every step, so that a step that hangs loses only itself."""

    def __init__(self) -> None:
        self.parts: dict[str, Any] = {"python": sys.version, "system": platform.platform(), "at": time.time()}

    def keep(self, name: str, value: object) -> None:
        self.parts[name] = msgspec.to_builtins(value)
        if folder := os.environ.get("OUT"):
            (Path(folder) / "on-the-card.json").write_text(json.dumps(self.parts, indent=1), encoding="utf-8")


@pytest.fixture(scope="module")
def capture() -> Capture:
    return Capture()


@pytest.fixture(scope="module")
def device() -> Iterator[Device]:
    os.environ.update(CUDA_VISIBLE_DEVICES=UUID, CUDA_DEVICE_ORDER="PCI_BUS_ID")
    from gpu_inspector.measure.cupy_device import open_device

    yield open_device(UUID)


def run(profile: str, kept: list[PartReading] | None = None) -> Run:
    return Run(PROFILES[profile], SALT, on_keep=(kept if kept is not None else []).append)


def heated(device: Device, seconds: float) -> Sensors:
    """Load the die for a while; what the sensors say at the end of it."""
    sink = device.host_buffer(8)
    blocks, iterations, end = device.attributes.multiprocessors * 8, 20_000, device.now_s() + seconds
    seen = device.sensors()
    while device.now_s() < end:
        device.begin("burn", blocks, 256, iterations, sink.address)
        seen = device.sensors()
        device.finish()
    return seen


def test_1a_the_driver_and_cuda_speak_of_one_card(device: Device, capture: Capture) -> None:
    claims, idle = device.attributes, device.sensors()
    free, total = device.memory_info()
    loaded = heated(device, 2.0)
    for name, value in (("attributes", claims), ("idle", idle), ("under load", loaded), ("memory", (free, total))):
        capture.keep(name, value)
    assert claims.uuid == UUID
    assert claims.pci_bus_id
    assert 0 < free <= total == claims.total_bytes
    assert loaded.clock_mhz is None or loaded.clock_mhz > 0


def test_1b_every_kernel_of_this_capability_is_there(device: Device, capture: Capture) -> None:
    capability = device.attributes.compute_capability
    out = device.host_buffer(4096)
    seconds = {}
    for one in (*OPERATIONS, *LATENCIES):
        if one.first_capability <= capability:
            seconds[one.kernel] = device.launch(one.kernel, 1, 32, 1, out.address)
    capture.keep("kernels", seconds)
    capture.keep("digest", kernel_sources.digest())


FAULTING = """
import sys
from gpu_inspector.measure.cupy_device import open_device
from gpu_inspector.measure.device import DeviceError
card = open_device(sys.argv[1])
try:
    card.launch("fill", 1, 256, 4096, 0, 1, 1, 0, 0)
except DeviceError as error:
    first = type(error).__name__
try:
    card.allocate(4096)
except DeviceError as error:
    print(first, type(error).__name__, error)
"""
SOUND = """
import sys
from gpu_inspector.measure.cupy_device import open_device
print(open_device(sys.argv[1]).memory_info())
"""


def test_1c_after_a_fault_its_process_is_lost_and_the_next_is_not(capture: Capture) -> None:
    environment = {**os.environ, "CUDA_VISIBLE_DEVICES": UUID, "CUDA_DEVICE_ORDER": "PCI_BUS_ID"}

    def child(program: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", program, UUID], env=environment, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    fault, before = child(FAULTING), time.monotonic()
    child(SOUND)
    capture.keep("fault", {"said": fault, "seconds until a new child works": time.monotonic() - before})
    assert fault.startswith("KernelFault KernelFault")


def test_2a_a_sound_memory_has_no_wrong_word(device: Device, capture: Capture) -> None:
    kept: list[PartReading] = []
    reading = memory.measure(device, asked := run("deep", kept))
    capture.keep("memory test", reading)
    capture.keep("gaps of the memory test", asked.gaps)
    assert reading.complete
    assert (reading.bad_words, reading.aliased_words, reading.absent_words, reading.bad_pages) == (0, 0, 0, 0)
    assert reading.true_bytes == reading.right_bytes == reading.covered_bytes
    assert reading.injected > 0
    assert reading.found == reading.injected
    assert kept


def test_2b_a_planted_fault_is_flagged_on_its_page_alone(device: Device) -> None:
    pages = 64
    base = device.allocate(pages * PAGE_BYTES)
    places, words, flags = device.host_buffer(8), device.host_buffer(32), device.host_buffer(pages)
    launches.fill(device, base, 0, pages, launches.FIRST_PASS, Kind.HASH, SALT)
    launches.verify(device, base, 0, pages, launches.FIRST_PASS, Kind.HASH, SALT, flags)
    assert not flags.array.any()
    launches.numbers(places, 1)[0] = base + 17 * PAGE_BYTES + 32 * 4711
    launches.gather(device, places, 1, words)
    words.array[9] ^= 4
    launches.poke(device, places, 1, words)
    launches.verify(device, base, 0, pages, launches.FIRST_PASS, Kind.HASH, SALT, flags)
    device.release(base)
    assert [number for number in range(pages) if flags.array[number]] == [17]


def test_3_rates_per_clock_do_not_change_with_heat(device: Device, capture: Capture) -> None:
    cold = die.measure(device, run("standard"))
    seen = heated(device, 30.0)
    hot = die.measure(device, run("standard"))
    for name, value in (("die, cold", cold), ("die, hot", hot), ("heated", seen)):
        capture.keep(name, value)
    assert cold.multiprocessors_by_id == cold.multiprocessors_by_residency == device.attributes.multiprocessors
    for one, other in zip(cold.rates, hot.rates, strict=True):
        assert one.operation == other.operation
        assert one.per_clock_per_sm == pytest.approx(other.per_clock_per_sm, rel=0.03)


def test_4_bandwidth_is_measured_beyond_the_cache(device: Device, capture: Capture) -> None:
    reading = speed.measure(device, run("standard"))
    capture.keep("speed", reading)
    assert reading.write_bytes_per_s > 0
    assert reading.spread < 0.2


def test_5_link_and_heat(device: Device, capture: Capture) -> None:
    across = link.measure(device, run("standard"))
    capture.keep("link", across)
    assert across.wrong_bytes == 0
    assert across.moved_bytes > 0
    heat = thermal.measure(device, run("standard"))
    capture.keep("heat", heat)
    assert heat.usable or heat.why_not
