"""Memory is had down to the last page; what could not be had, and what is not the card's, is said."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from measure.memory_cases import SALT, OnlyDevice, card, reading_of
from sampling import examples

from gpu_inspector.measure import memory
from gpu_inspector.measure.area import Counts, area_of
from gpu_inspector.measure.coverage import taken
from gpu_inspector.measure.device import Device, OutOfMemory, Sensors
from gpu_inspector.measure.run import PROFILES, Run
from gpu_inspector.measure.simulation.faults import Modulo
from gpu_inspector.records.silicon import PAGE_BYTES, WORD_BYTES, WORDS_PER_PAGE

GIB_PAGES = 512


class Fragmented(OnlyDevice):
    """Nothing but addresses: free memory in runs of pages, none of which can be exceeded."""

    def __init__(self, runs: list[int], skew: int = 0) -> None:
        super().__init__(card(1))
        self._free = {(2 * k + 1) << 45: run * PAGE_BYTES for k, run in enumerate(runs)}
        self.skew = skew
        self.held: dict[int, int] = {}

    def memory_info(self) -> tuple[int, int]:
        free = sum(self._free.values())
        return free, free + 3 * PAGE_BYTES

    def allocate(self, size_bytes: int) -> int:
        for start, left in self._free.items():
            if left >= size_bytes:
                del self._free[start]
                self._free[start + size_bytes] = left - size_bytes
                self.held[start + self.skew] = size_bytes
                return start + self.skew
        raise OutOfMemory("refused")

    def release(self, address: int) -> None:
        del self.held[address]


@given(st.lists(st.integers(0, 4000), max_size=6))
@settings(max_examples=examples(80), deadline=None)
def test_every_free_page_is_had_and_given_back(runs: list[int]) -> None:
    device = Fragmented(runs)
    with taken(device, Run(PROFILES["quick"], SALT)) as coverage:
        assert coverage.area.pages == sum(runs)
        places = sorted((chunk.address, chunk.pages * PAGE_BYTES) for chunk in coverage.area.chunks)
        assert all(one + size <= two for (one, size), (two, _) in itertools.pairwise(places))
        assert "6 MiB were not free" in coverage.refused
        assert "could not be had" not in coverage.refused
    assert device.held == {}


def test_only_whole_aligned_pages_count() -> None:
    with taken(Fragmented([100], skew=256), Run(PROFILES["quick"], SALT)) as coverage:
        assert 0 < coverage.area.pages < 100
        assert all(chunk.address % PAGE_BYTES == 0 for chunk in coverage.area.chunks)
        assert "could not be had" in coverage.refused


def test_the_memory_is_given_back_after_a_failure() -> None:
    device = Fragmented([10])
    with pytest.raises(RuntimeError), taken(device, Run(PROFILES["quick"], SALT)):
        raise RuntimeError
    assert device.held == {}


class Shared(OnlyDevice):
    """Others use the card too."""

    def sensors(self) -> Sensors:
        return Sensors(other_processes=2, other_bytes=300 * 2**20, display=True)


def test_the_reasons_name_who_has_the_rest() -> None:
    reading = reading_of(Shared(card(40, reserve_pages=4)))
    assert reading.claimed_bytes - reading.free_bytes == 4 * PAGE_BYTES
    assert "8 MiB were not free when the test began" in reading.refused
    assert "other processes on the card: 2, 300 MiB of it" in reading.refused
    assert "a display uses the card" in reading.refused


class SlowFrom(OnlyDevice):
    """Reading is far slower from some address on, as where a driver gives memory of the host."""

    def __init__(self, device: Device, pages: int) -> None:
        super().__init__(device)
        self.pages = pages
        self.first = 0

    def allocate(self, size_bytes: int) -> int:
        address = super().allocate(size_bytes)
        self.first = self.first or address
        return address

    def launch(self, kernel: str, grid: int, block: int, *arguments: int, shared_bytes: int = 0) -> float:
        seconds = super().launch(kernel, grid, block, *arguments, shared_bytes=shared_bytes)
        # The first allocation is the one that only loads the kernels: two pages and a gap before the rest.
        slow = kernel == "read_all" and arguments[0] >= self.first + (self.pages + 3) * PAGE_BYTES
        return seconds * 12 if slow else seconds


@pytest.mark.parametrize("own_gib", [1, 2, 5])
def test_the_hosts_memory_is_left_out_even_where_it_is_more(own_gib: int) -> None:
    device = SlowFrom(card(6 * GIB_PAGES), own_gib * GIB_PAGES)
    reading = reading_of(device)
    assert reading.host_bytes == (6 - own_gib) * GIB_PAGES * PAGE_BYTES
    assert reading.covered_bytes == reading.true_bytes == own_gib * GIB_PAGES * PAGE_BYTES
    assert "as slowly as the host's memory" in reading.refused


class Full(OnlyDevice):
    """Nothing is left."""

    def allocate(self, size_bytes: int) -> int:
        raise OutOfMemory("all taken")


def test_a_full_card_is_a_gap_and_no_verdict() -> None:
    run = Run(PROFILES["quick"], SALT)
    reading = memory.measure(Full(card(4)), run)
    assert reading.covered_bytes == reading.true_bytes == 0
    assert not reading.complete
    assert [gap.source for gap in run.gaps] == ["measure: memory"]
    assert "End other programs" in run.gaps[0].advice


@pytest.mark.parametrize("gib", [24, 96, 288])
def test_no_number_wraps_at_any_size(gib: int) -> None:
    pages = gib * GIB_PAGES
    area = area_of([(0x7F00_0000_0000, pages // 3), (0x7E00_0000_0000, pages - pages // 3)])
    words = area.words
    assert words == gib * 2**30 // WORD_BYTES
    last = area.addresses(_numbers([0, (pages // 3) * WORDS_PER_PAGE - 1, (pages // 3) * WORDS_PER_PAGE, words - 1]))
    assert last.tolist() == [
        0x7F00_0000_0000,
        0x7F00_0000_0000 + pages // 3 * PAGE_BYTES - WORD_BYTES,
        0x7E00_0000_0000,
        0x7E00_0000_0000 + (pages - pages // 3) * PAGE_BYTES - WORD_BYTES,
    ]
    found = list(area.split(_numbers([0, pages // 3 - 1, pages // 3, pages - 1])))
    assert [(chunk.address, local.tolist()) for chunk, local in found] == [
        (0x7F00_0000_0000, [0, pages // 3 - 1]),
        (0x7E00_0000_0000, [0, pages - pages // 3 - 1]),
    ]


def _numbers(values: list[int]) -> Counts:
    return np.array(values, dtype=np.int64)


@pytest.mark.parametrize("gib", [96, pytest.param(288, marks=pytest.mark.prove)])
def test_a_huge_card_is_covered_and_its_fold_found(gib: int) -> None:
    reading = reading_of(card(gib * GIB_PAGES, Modulo(pages=gib // 2 * GIB_PAGES), channels=12))
    assert reading.covered_bytes == gib * 2**30
    assert reading.true_bytes == gib * 2**29
    assert reading.fold is not None
    assert reading.fold.distances_bytes == (gib * 2**29,)
