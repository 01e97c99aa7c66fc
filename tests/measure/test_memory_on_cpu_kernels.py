"""The whole memory test, host side and the kernels' own text together, on a CPU's memory with planted faults."""

from pathlib import Path

import pytest
from measure.cpu.machine import CpuDevice, have_compiler, shared_build
from measure.keeping import Keeper

from gpu_inspector.measure import memory
from gpu_inspector.measure.run import PROFILES, Run
from gpu_inspector.measure.simulation.faults import DroppedBit, MemoryFault, StuckLane
from gpu_inspector.records.silicon import PAGE_BYTES, MemoryReading

pytestmark = pytest.mark.skipif(not have_compiler, reason="No C++ compiler (g++) is installed here")

PAGES = 32


@pytest.fixture(scope="module")
def library(keeper: Keeper) -> Path:
    return shared_build(keeper)


def measured(library: Path, *faults: MemoryFault) -> MemoryReading:
    device = CpuDevice(library, PAGES, faults, channels=6)
    reading = memory.measure(device, run := Run(PROFILES["standard"], 99))
    assert device.astray == 0
    assert run.gaps == []
    assert reading.complete
    assert reading.found == reading.injected > 0
    assert reading.covered_bytes == PAGES * PAGE_BYTES
    return reading


def test_a_sound_memory_is_whole(library: Path) -> None:
    reading = measured(library)
    assert reading.true_bytes == reading.right_bytes == PAGES * PAGE_BYTES
    assert (reading.bad_words, reading.bad_pages, reading.fold, reading.lanes) == (0, 0, None, ())


def test_a_folded_memory_is_half(library: Path) -> None:
    reading = measured(library, DroppedBit(bit=4))
    assert reading.true_bytes == PAGES * PAGE_BYTES // 2
    assert reading.fold is not None
    assert reading.fold.page_level
    assert reading.fold.missing_bits == (25,)


def test_a_dead_lane_is_named(library: Path) -> None:
    reading = measured(library, StuckLane(lane=77, value=1, channel=3))
    assert [(one.lane, one.reads) for one in reading.lanes] == [(77, "1")]
    assert reading.group is not None
    assert reading.group.of == 6
    assert reading.aliased_words == 0
