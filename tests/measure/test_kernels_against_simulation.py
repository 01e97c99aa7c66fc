"""The same faults planted twice, in the memory of a CPU that runs the kernels' own text and in the simulation.

Flags, slots and gathered words must be equal bit for bit. The two know nothing of each other but what a fault is.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from measure.cpu.asking import diagnose, gather, poke, verify
from measure.cpu.machine import CpuDevice, have_compiler, shared_build
from measure.keeping import Keeper
from sampling import examples

from gpu_inspector.measure import launches
from gpu_inspector.measure.device import Device
from gpu_inspector.measure.pattern import Kind
from gpu_inspector.measure.simulation.device import SimulatedDevice
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
from gpu_inspector.measure.simulation.silicon import Memory, Silicon
from gpu_inspector.records.silicon import PAGE_BYTES, WORD_BYTES, WORDS_PER_PAGE

pytestmark = pytest.mark.skipif(not have_compiler, reason="No C++ compiler (g++) is installed here")

SALT = 0xFEED_5EED_0DD5_A17E
CHANNELS = 12


@pytest.fixture(scope="module")
def library(keeper: Keeper) -> Path:
    return shared_build(keeper)


def simulated(pages: int, faults: Sequence[MemoryFault], channels: int = CHANNELS, shuffle: bool = False) -> Device:
    memory = Memory(size_bytes=pages * PAGE_BYTES, channels=channels, faults=tuple(faults))
    return SimulatedDevice(Silicon(memory=memory, reserve_bytes=0, shuffle=shuffle), seed=3)


Found = dict[str, npt.NDArray[np.generic]]


def story(device: Device, pages: int, seed: int = 0) -> Found:
    """A memory test in small, with everything that it read."""
    random = np.random.default_rng(seed)
    base, first = device.allocate(pages * PAGE_BYTES), 5 * WORDS_PER_PAGE
    total, every = first + pages * WORDS_PER_PAGE, list(range(pages))
    found: Found = {}

    def look(name: str, number: int, kind: Kind) -> None:
        flags = verify(device, base, first, pages, number, kind, SALT)
        found[f"flags of {name}"] = np.array(flags, dtype=np.uint8)
        again = verify(device, base, first, pages, number, kind, SALT)
        found[f"flags of {name}, again"] = np.array(again, dtype=np.uint8)
        found[f"slots of {name}"] = diagnose(device, base, first, every, number, kind, total, SALT)
        places = random.integers(0, pages * WORDS_PER_PAGE, size=200)
        found[f"words of {name}"] = gather(device, [base + WORD_BYTES * int(place) for place in places])

    def scatter(count: int) -> None:
        places = random.choice(pages * WORDS_PER_PAGE, size=count, replace=False)
        words = random.integers(0, 2**64 - 1, size=(count, 4), dtype=np.uint64, endpoint=True)
        poke(device, [base + WORD_BYTES * int(place) for place in places], words)
        found[f"{count} poked"] = gather(device, [base + WORD_BYTES * int(place) for place in places[::-1]])

    scatter(40)
    launches.fill(device, base, first, pages, 1, Kind.HASH, SALT)
    look("the hash", 1, Kind.HASH)
    launches.fill(device, base, first, pages, 2, Kind.INVERSE, SALT)
    device.pause(1e6)
    look("the inverse", 2, Kind.INVERSE)
    launches.fill(device, base, first, pages, 3, Kind.WALKING_ONE, SALT)
    look("walking ones", 3, Kind.WALKING_ONE)
    launches.fill(device, base, first, pages, 4, Kind.WALKING_ZERO, SALT)
    look("walking zeros", 4, Kind.WALKING_ZERO)
    launches.fill(device, base, first, pages // 2, 5, Kind.HASH, SALT)
    launches.fill(device, base, first, pages - pages // 2, 6, Kind.HASH, SALT)
    look("a half of each", 6, Kind.HASH)
    scatter(33)
    look("scattered words", 6, Kind.HASH)
    return found


def same(one: Found, other: Found) -> list[str]:
    """Where two stories differ."""
    assert one.keys() == other.keys()
    return [name for name in one if not np.array_equal(one[name], other[name])]


CASES: dict[str, tuple[int, tuple[MemoryFault, ...]]] = {
    "no fault": (4, ()),
    "a dropped bit": (8, (DroppedBit(bit=2),)),
    "two dropped bits": (
        8,
        (
            DroppedBit(bit=0),
            DroppedBit(bit=2),
        ),
    ),
    "three quarters": (8, (Modulo(pages=6),)),
    "nothing beyond a limit": (8, (Limit(pages=5),)),
    "dropped bit below a limit": (
        8,
        (
            DroppedBit(bit=1),
            Limit(pages=5),
        ),
    ),
    "line stuck at 0": (3, (StuckLine(bit=4, value=0),)),
    "line stuck at 1, in a channel": (3, (StuckLine(bit=2, value=1, channel=4),)),
    "line that would leave every channel": (2, (StuckLine(bit=9, value=0),)),
    "lowest line": (2, (StuckLine(bit=0, value=0),)),
    "highest line": (2, (StuckLine(bit=15, value=1, channel=0),)),
    "bridged lines": (3, (BridgedLines(first=3, second=4, channel=7),)),
    "bridged lines far apart": (3, (BridgedLines(first=1, second=14),)),
    "two line faults": (
        2,
        (
            StuckLine(bit=3, value=0),
            BridgedLines(first=2, second=4),
        ),
    ),
    "lane stuck at 0": (3, (StuckLane(lane=77, value=0, channel=5),)),
    "lane stuck at 1, everywhere": (2, (StuckLane(lane=255, value=1),)),
    "bridged lanes of one half": (3, (BridgedLanes(first=3, second=9, channel=2),)),
    "bridged lanes of two halves": (3, (BridgedLanes(first=3, second=200, channel=2),)),
    "crosstalk": (2, (Crosstalk(lane=130),)),
    "lost channel": (4, (LostChannel(channel=11),)),
    "two lost channels": (
        2,
        (
            LostChannel(channel=0),
            LostChannel(channel=6),
        ),
    ),
    "weak cells": (
        4,
        (
            WeakCell(page=0, word=0, lane=0, forgets_to=0, after_s=9.0),
            WeakCell(page=1, word=77, lane=200, forgets_to=1, after_s=9.0),
            WeakCell(page=1, word=78, lane=3, forgets_to=0, after_s=9.0),
            WeakCell(page=3, word=WORDS_PER_PAGE - 1, lane=255, forgets_to=1, after_s=9.0),
        ),
    ),
    "flaky reads": (
        4,
        (FlakyRead(page=2, word=1234, lane=17), FlakyRead(page=3, word=0, lane=255), FlakyRead(page=3, word=1, lane=0)),
    ),
    "a folded card with a dead lane": (
        8,
        (
            DroppedBit(bit=2),
            StuckLane(lane=128, value=0, channel=1),
        ),
    ),
    "a stuck line with a dead lane": (
        2,
        (
            StuckLine(bit=1, value=0),
            StuckLane(lane=12, value=1, channel=3),
        ),
    ),
    "two lanes and a lost channel": (
        3,
        (
            StuckLane(lane=5, value=1, channel=3),
            StuckLane(lane=6, value=0, channel=3),
            LostChannel(channel=3),
            StuckLane(lane=5, value=0, channel=4),
        ),
    ),
}
HARMLESS = {"no fault", "line that would leave every channel"}


@pytest.mark.parametrize("name", CASES)
def test_kernels_and_simulation_agree(library: Path, name: str) -> None:
    pages, faults = CASES[name]
    ran = story(CpuDevice(library, pages, faults, CHANNELS), pages)
    assert same(ran, story(simulated(pages, faults), pages)) == []
    wrong = any(ran[f"flags of {each}"].any() for each in ("the hash", "the inverse", "walking ones", "walking zeros"))
    assert wrong == (name not in HARMLESS), "a planted fault must show"


def test_they_agree_when_the_driver_shuffles_its_pages(library: Path) -> None:
    faults: tuple[MemoryFault, ...] = (DroppedBit(bit=4), LostChannel(channel=2))
    device = simulated(48, faults, shuffle=True)
    assert isinstance(device, SimulatedDevice)
    base = device.allocate(40 * PAGE_BYTES)
    order = [int(page) for page in device._addresses.pages_from(base, 40)]
    device.release(base)
    assert order != sorted(order)
    order += sorted(set(range(48)) - set(order))
    assert same(story(CpuDevice(library, 48, faults, CHANNELS, order), 40), story(device, 40)) == []


def lanes() -> st.SearchStrategy[int]:
    return st.integers(0, 255)


def channel() -> st.SearchStrategy[int | None]:
    return st.none() | st.integers(0, 4)


def pairs(most: int) -> st.SearchStrategy[tuple[int, int]]:
    return st.tuples(st.integers(0, most), st.integers(0, most)).filter(lambda pair: pair[0] != pair[1])


FAULTS: st.SearchStrategy[MemoryFault] = st.one_of(
    st.builds(DroppedBit, bit=st.integers(0, 2)),
    st.builds(Modulo, pages=st.integers(1, 7)),
    st.builds(Limit, pages=st.integers(1, 7)),
    st.builds(StuckLine, bit=st.integers(0, 15), value=st.integers(0, 1), channel=channel()),
    st.builds(lambda pair, where: BridgedLines(first=pair[0], second=pair[1], channel=where), pairs(15), channel()),
    st.builds(StuckLane, lane=lanes(), value=st.integers(0, 1), channel=channel()),
    st.builds(lambda pair, where: BridgedLanes(first=pair[0], second=pair[1], channel=where), pairs(255), channel()),
    st.builds(Crosstalk, lane=lanes(), channel=channel()),
    st.builds(LostChannel, channel=st.integers(0, 4)),
)


@given(faults=st.lists(FAULTS, max_size=3), pages=st.integers(2, 5), seed=st.integers(0, 2**32 - 1))
@settings(max_examples=10, deadline=None)
def test_they_agree_on_any_faults(library: Path, faults: list[MemoryFault], pages: int, seed: int) -> None:
    ran = story(CpuDevice(library, 5, faults, 5), pages, seed)
    assert same(ran, story(simulated(5, faults, 5), pages, seed)) == []


@pytest.mark.prove
@given(faults=st.lists(FAULTS, max_size=4), pages=st.integers(2, 5), seed=st.integers(0, 2**32 - 1))
@settings(max_examples=examples(300), deadline=None)
def test_they_agree_on_any_faults_at_length(library: Path, faults: list[MemoryFault], pages: int, seed: int) -> None:
    ran = story(CpuDevice(library, 5, faults, 5), pages, seed)
    assert same(ran, story(simulated(5, faults, 5), pages, seed)) == []
