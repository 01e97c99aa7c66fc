"""The simulated memory: lazy evaluation against cells that are really kept, and what it costs."""

import tracemalloc
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sampling import examples

from gpu_inspector.measure import launches
from gpu_inspector.measure.device import Device, HostBuffer, KernelFault, OutOfMemory
from gpu_inspector.measure.launches import DIAGNOSE_THREADS, SLOT_WORDS, Slot
from gpu_inspector.measure.pattern import Kind, decode, expected
from gpu_inspector.measure.simulation.channels import channel_of
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
from gpu_inspector.measure.simulation.silicon import GIB, MIB, CudaClaims, Memory, Silicon
from gpu_inspector.records.silicon import PAGE_BYTES, WORD_BYTES, WORDS_PER_PAGE

Words = npt.NDArray[np.uint64]
SALT = 0x1234_5678_9ABC_DEF0
ONES = np.uint64(0xFFFF_FFFF_FFFF_FFFF)
CHANNELS = 5


def device_of(pages: int, faults: Sequence[MemoryFault] = (), channels: int = CHANNELS) -> SimulatedDevice:
    memory = Memory(size_bytes=pages * PAGE_BYTES, channels=channels, faults=tuple(faults))
    return SimulatedDevice(Silicon(memory=memory, shuffle=False))


def buffer_of(device: Device, values: Sequence[int]) -> HostBuffer:
    buffer = device.host_buffer(max(8 * len(values), 32))
    launches.numbers(buffer, len(values))[:] = values
    return buffer


def flags_of(device: Device, base: int, pages: int, number: int, kind: Kind, first: int = 0) -> list[int]:
    flags = device.host_buffer(pages)
    launches.verify(device, base, first, pages, number, kind, SALT, flags)
    return [int(flag) for flag in flags.array]


def slots_of(device: Device, base: int, pages: Sequence[int], number: int, kind: Kind, total_words: int) -> Words:
    slots = device.host_buffer(len(pages) * DIAGNOSE_THREADS * SLOT_WORDS * 8)
    launches.diagnose(
        device, base, 0, buffer_of(device, pages), len(pages), number, kind, SALT, total_words, slots
    )  # fmt: skip
    return launches.numbers(slots, len(slots.array) // 8).reshape(len(pages), DIAGNOSE_THREADS, SLOT_WORDS).copy()


def page_words(device: Device, base: int, page: int) -> Words:
    addresses = base + page * PAGE_BYTES + WORD_BYTES * np.arange(WORDS_PER_PAGE)
    words = device.host_buffer(PAGE_BYTES)
    launches.gather(device, buffer_of(device, addresses.tolist()), WORDS_PER_PAGE, words)
    return launches.numbers(words, 4 * WORDS_PER_PAGE).reshape(-1, 4).copy()


class RealCells:
    """Memory that is kept word by word, with the same faults, in the plainest way."""

    def __init__(self, pages: int, faults: Sequence[MemoryFault]) -> None:
        self.cells = np.zeros((pages, WORDS_PER_PAGE, 4), dtype=np.uint64)
        self.faults = faults

    def page(self, page: int) -> int | None:
        for fault in self.faults:
            if isinstance(fault, DroppedBit):
                page &= ~(1 << fault.bit)
            elif isinstance(fault, Modulo):
                page %= fault.pages
            elif isinstance(fault, Limit) and page >= fault.pages:
                return None
        return page

    def _channels(self, page: int, words: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        return channel_of(np.array([page]), words // 32, CHANNELS)

    def _cells_of(self, page: int) -> npt.NDArray[np.int64]:
        words = np.arange(WORDS_PER_PAGE)
        for fault in self.faults:
            if not isinstance(fault, StuckLine | BridgedLines):
                continue
            bits = [words >> bit & 1 for bit in range(16)]
            if isinstance(fault, StuckLine):
                bits[fault.bit] = np.full_like(words, fault.value)
            else:
                bits[fault.first] = bits[fault.second] = bits[fault.first] | bits[fault.second]
            moved = np.sum([values << bit for bit, values in enumerate(bits)], axis=0)
            channel = self._channels(page, words)
            inside = channel == self._channels(page, moved)
            if fault.channel is not None:
                inside &= channel == fault.channel
            words = np.where(inside, moved, words)
        return words

    def fill(self, pages: int, number: int, kind: Kind) -> None:
        word = np.arange(WORDS_PER_PAGE)
        order = sorted(word.tolist(), key=lambda one: (one % 128, one // 128))
        for page in range(pages):
            cell = self.page(page)
            if cell is None:
                continue
            values = expected((page * WORDS_PER_PAGE + word).astype(np.uint64), number, kind, SALT)
            # Of equal places the last one stays.
            self.cells[cell][self._cells_of(cell)[order]] = values[order]

    def read(self, page: int) -> Words:
        cell = self.page(page)
        if cell is None:
            return np.full((WORDS_PER_PAGE, 4), ONES)
        words = np.arange(WORDS_PER_PAGE)
        values = self.cells[cell][self._cells_of(cell)].copy()
        bits = np.unpackbits(values.view(np.uint8), axis=1, bitorder="little")
        channel = self._channels(cell, words)
        for kind in (Crosstalk, StuckLane, BridgedLanes, LostChannel):
            for fault in self.faults:
                if not isinstance(fault, kind):
                    continue
                rows = np.flatnonzero(channel == fault.channel) if fault.channel is not None else words
                if isinstance(fault, LostChannel):
                    bits[rows] = 1
                elif isinstance(fault, StuckLane):
                    bits[rows, fault.lane] = fault.value
                elif isinstance(fault, BridgedLanes):
                    either = bits[rows, fault.first] | bits[rows, fault.second]
                    bits[rows, fault.first] = bits[rows, fault.second] = either
                elif isinstance(fault, Crosstalk):
                    start = fault.lane // 64 * 64
                    others = np.delete(bits[rows, start : start + 64], fault.lane % 64, axis=1)
                    bits[rows, fault.lane] |= others.all(axis=1).astype(np.uint8)
        return np.packbits(bits, axis=1, bitorder="little").view(np.uint64)


def sums_of(read: Words, page: int, number: int, kind: Kind, total_words: int) -> dict[str, int]:
    """What the slots of a page must add up to, from its words."""
    index = page * WORDS_PER_PAGE + np.arange(WORDS_PER_PAGE, dtype=np.uint64)
    right = expected(index, number, kind, SALT)
    wrong = (read != right).any(axis=1)
    same_bits = (read == read[:, :1]).all(axis=1) & np.isin(read[:, 0], [np.uint64(0), ONES])
    constant = wrong & same_bits
    owner, passed, agreeing = decode(read, kind, SALT)
    named = (agreeing >= 2) & (owner < total_words) & (kind in (Kind.HASH, Kind.INVERSE)) & wrong & ~constant
    alias = named & (passed == number) & (owner != index)
    stale = named & ~alias & (passed >= 1) & (passed < number)
    plain = wrong & ~constant & ~alias & ~stale
    return {
        "right": int((~wrong).sum()),
        "alias": int(alias.sum()),
        "stale": int(stale.sum()),
        "constant": int(constant.sum()),
        "wrong": int(plain.sum()),
        "bits": int(np.bitwise_count((read ^ right)[plain]).sum()),
        "ones": int(np.bitwise_count(((read ^ right) & read)[plain]).sum()),
        "xor": int(np.bitwise_or.reduce((index ^ owner)[alias], initial=np.uint64(0))),
        "lowest": int(owner[alias].min(initial=int(ONES))),
        "lanes": int(np.bitwise_or.reduce((read ^ right)[plain], axis=None, initial=np.uint64(0))),
        "first": int(index[wrong].min(initial=int(ONES))),
    }


def sums_in(slots: Words) -> dict[str, int]:
    counts = {
        "right": Slot.RIGHT, "alias": Slot.ALIAS, "stale": Slot.STALE, "constant": Slot.CONSTANT,
        "wrong": Slot.WRONG, "bits": Slot.BITS, "ones": Slot.BITS_READ_ONE,
    }  # fmt: skip
    return {name: int(slots[:, place].sum()) for name, place in counts.items()} | {
        "xor": int(np.bitwise_or.reduce(slots[:, Slot.ALIAS_XOR_OR])),
        "lowest": int(slots[:, Slot.OWNER_LOWEST].min()),
        "lanes": int(np.bitwise_or.reduce(slots[:, Slot.LANES_OR : Slot.LANES_OR + 4], axis=None)),
        "first": int(slots[:, Slot.FIRST_INDEX].min()),
    }


CHANNEL = st.none() | st.integers(0, CHANNELS - 1)
LINES, LANES = (
    st.tuples(st.integers(0, most), st.integers(0, most)).filter(lambda pair: pair[0] != pair[1]) for most in (15, 255)
)
ANY_FAULT: st.SearchStrategy[MemoryFault] = st.one_of(
    st.builds(DroppedBit, bit=st.integers(0, 1)),
    st.builds(Modulo, pages=st.integers(1, 3)),
    st.builds(Limit, pages=st.integers(1, 2)),
    st.builds(StuckLine, bit=st.integers(0, 15), value=st.integers(0, 1), channel=CHANNEL),
    st.builds(lambda pair, channel: BridgedLines(first=pair[0], second=pair[1], channel=channel), LINES, CHANNEL),
    st.builds(StuckLane, lane=st.integers(0, 255), value=st.integers(0, 1), channel=CHANNEL),
    st.builds(lambda pair, channel: BridgedLanes(first=pair[0], second=pair[1], channel=channel), LANES, CHANNEL),
    st.builds(Crosstalk, lane=st.integers(0, 255), channel=CHANNEL),
    st.builds(LostChannel, channel=st.integers(0, CHANNELS - 1)),
)


@given(faults=st.lists(ANY_FAULT, max_size=3), kind=st.sampled_from(Kind))
@settings(max_examples=examples(12), deadline=None)
def test_lazy_memory_reads_as_memory_that_is_kept(faults: list[MemoryFault], kind: Kind) -> None:
    pages = 3
    device, real = device_of(pages, faults), RealCells(pages, faults)
    base = device.allocate(pages * PAGE_BYTES)
    launches.fill(device, base, 0, pages, 3, kind, SALT)
    real.fill(pages, 3, kind)
    read = [real.read(page) for page in range(pages)]
    total = pages * WORDS_PER_PAGE
    sums = [sums_of(read[page], page, 3, kind, total) for page in range(pages)]
    slots = slots_of(device, base, range(pages), 3, kind, total)
    assert [sums_in(one) for one in slots] == sums
    assert flags_of(device, base, pages, 3, kind) == [int(one["right"] < WORDS_PER_PAGE) for one in sums]
    assert (page_words(device, base, pages - 1) == read[-1]).all()


def test_words_of_an_older_pass_are_stale() -> None:
    device = device_of(2)
    base = device.allocate(2 * PAGE_BYTES)
    launches.fill(device, base, 0, 2, 4, Kind.HASH, SALT)
    launches.fill(device, base, 0, 1, 5, Kind.HASH, SALT)
    assert flags_of(device, base, 2, 5, Kind.HASH) == [0, 1]
    assert int(slots_of(device, base, [1], 5, Kind.HASH, 2 * WORDS_PER_PAGE)[..., Slot.STALE].sum()) == WORDS_PER_PAGE


def test_a_poked_word_is_read_until_its_page_is_written_again() -> None:
    device = device_of(2)
    base = device.allocate(2 * PAGE_BYTES)
    launches.fill(device, base, 0, 2, 1, Kind.HASH, SALT)
    address = buffer_of(device, [base + PAGE_BYTES + 77 * WORD_BYTES])
    launches.poke(device, address, 1, buffer_of(device, [1, 2, 3, 4]))
    assert page_words(device, base, 1)[77].tolist() == [1, 2, 3, 4]
    assert flags_of(device, base, 2, 1, Kind.HASH) == [0, 1]
    launches.fill(device, base, 0, 2, 1, Kind.HASH, SALT)
    assert flags_of(device, base, 2, 1, Kind.HASH) == [0, 0]


def test_a_weak_cell_forgets_after_its_time_and_only_what_it_can_forget() -> None:
    weak = WeakCell(page=1, word=5, lane=70, forgets_to=1, after_s=9.0)
    device = device_of(2, [weak])
    base = device.allocate(2 * PAGE_BYTES)
    seen: dict[Kind, list[list[int]]] = {}
    # Of the same pass, so that one is the other with every bit turned.
    for kind in (Kind.HASH, Kind.INVERSE):
        launches.fill(device, base, 0, 2, 1, kind, SALT)
        before = flags_of(device, base, 2, 1, kind)
        device.pause(1000.0)
        seen[kind] = [before, flags_of(device, base, 2, 1, kind)]
    assert sorted(seen.values()) == [[[0, 0], [0, 0]], [[0, 0], [0, 1]]]


def test_a_flaky_word_is_wrong_once_after_it_was_written() -> None:
    device = device_of(2, [FlakyRead(page=0, word=9, lane=1)])
    base = device.allocate(2 * PAGE_BYTES)
    for number in (1, 2):
        launches.fill(device, base, 0, 2, number, Kind.HASH, SALT)
        assert [flags_of(device, base, 2, number, Kind.HASH) for _ in range(3)] == [[1, 0], [0, 0], [0, 0]]


def test_protected_memory_ends_all_work_on_the_device() -> None:
    device = device_of(4, [Limit(pages=3, protected=True)])
    base = device.allocate(4 * PAGE_BYTES)
    launches.fill(device, base, 0, 3, 1, Kind.HASH, SALT)
    with pytest.raises(KernelFault):
        launches.fill(device, base, 0, 4, 1, Kind.HASH, SALT)
    with pytest.raises(KernelFault):
        device.memory_info()


def test_an_address_that_was_never_given_out_is_a_fault() -> None:
    device = device_of(4)
    base = device.allocate(2 * PAGE_BYTES)
    with pytest.raises(KernelFault):
        launches.fill(device, base, 0, 3, 1, Kind.HASH, SALT)


def test_released_memory_comes_back_and_is_no_longer_reached() -> None:
    device = device_of(4)
    base = device.allocate(4 * PAGE_BYTES)
    assert device.memory_info() == (0, 4 * PAGE_BYTES)
    with pytest.raises(OutOfMemory):
        device.allocate(1)
    device.release(base)
    assert device.memory_info()[0] == 4 * PAGE_BYTES
    with pytest.raises(KernelFault):
        launches.fill(device, base, 0, 1, 1, Kind.HASH, SALT)


def ladder(device: Device) -> list[tuple[int, int]]:
    """Pieces of all that can be had: address and pages."""
    size, pieces = device.memory_info()[0], []
    while size >= PAGE_BYTES:
        try:
            pieces.append((device.allocate(size), size // PAGE_BYTES))
        except OutOfMemory:
            size = size // 2 // PAGE_BYTES * PAGE_BYTES
    return pieces


def test_no_single_piece_has_all_and_a_ladder_gets_nearly_all() -> None:
    device = SimulatedDevice(Silicon(memory=Memory(size_bytes=8 * GIB), reserve_bytes=100 * MIB))
    free, total = device.memory_info()
    assert (free, total) == (8 * GIB - 100 * MIB, 8 * GIB)
    with pytest.raises(OutOfMemory):
        device.allocate(free)
    had = sum(pages for _, pages in ladder(device)) * PAGE_BYTES
    assert 0 < free - had < 0.002 * free


@pytest.mark.parametrize("gib", [80, 288])
def test_large_memory_costs_no_memory_here(gib: int) -> None:
    tracemalloc.start()
    device = SimulatedDevice(Silicon(memory=Memory(size_bytes=gib * GIB, bus_bits=5120, channels=40)))
    first = 0
    for base, pages in ladder(device):
        launches.fill(device, base, first, pages, 1, Kind.HASH, SALT)
        assert not any(flags_of(device, base, pages, 1, Kind.HASH, first))
        first += pages * WORDS_PER_PAGE
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert first * WORD_BYTES > 0.99 * gib * GIB
    assert peak < 64 * MIB


def test_a_fold_of_many_pages_is_seen_page_by_page_without_looking_at_words() -> None:
    claimed, there = 64 * GIB, 16384
    memory = Memory(size_bytes=there * PAGE_BYTES, faults=(Modulo(pages=there),))
    device = SimulatedDevice(Silicon(memory=memory, claims=CudaClaims(total_bytes=claimed), shuffle=False))
    pages = claimed // PAGE_BYTES
    base = device.allocate(claimed)
    launches.fill(device, base, 0, pages, 1, Kind.HASH, SALT)
    assert flags_of(device, base, pages, 1, Kind.HASH) == [1] * there + [0] * there
    slots = slots_of(device, base, [0, there - 1], 1, Kind.HASH, pages * WORDS_PER_PAGE)
    assert (slots[..., Slot.ALIAS_XOR_OR] == there * WORDS_PER_PAGE).all()
    assert (slots[..., Slot.ALIAS_XOR_AND] == there * WORDS_PER_PAGE).all()


def test_a_launch_takes_what_its_bytes_need() -> None:
    memory = Memory(size_bytes=GIB, bus_bits=256, clock_mhz=7000.0)
    device = SimulatedDevice(Silicon(memory=memory, shuffle=False))
    base, flags = device.allocate(GIB), device.host_buffer(GIB // PAGE_BYTES)
    before = device.now_s()
    wrote = launches.fill(device, base, 0, GIB // PAGE_BYTES, 1, Kind.HASH, SALT)
    read = launches.verify(device, base, 0, GIB // PAGE_BYTES, 1, Kind.HASH, SALT, flags)
    assert GIB / wrote == pytest.approx(memory.peak_bytes_per_s * memory.write_share, rel=0.03)
    assert GIB / read == pytest.approx(memory.peak_bytes_per_s * memory.read_share, rel=0.03)
    assert device.now_s() - before == pytest.approx(wrote + read)


def test_copies_carry_the_faults_of_their_source() -> None:
    device = device_of(4, [StuckLane(lane=3, value=0)])
    base = device.allocate(4 * PAGE_BYTES)
    launches.write_all(device, base, PAGE_BYTES, int(ONES), 8)
    launches.copy_all(device, base + PAGE_BYTES, base, PAGE_BYTES, 8)
    assert (page_words(device, base, 1) == [int(ONES) - 8, int(ONES), int(ONES), int(ONES)]).all()
