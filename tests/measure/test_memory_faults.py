"""Every fault of memory that the note's table lists is found, and called by its name; sound memory has no finding.

This is self-consistency of the program with its own model of silicon, not accuracy on a card.
"""

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from measure.memory_cases import card, reading_of
from sampling import examples

from gpu_inspector.measure.simulation import faults
from gpu_inspector.measure.simulation.channels import Phase as Layout
from gpu_inspector.measure.simulation.channels import phase_of
from gpu_inspector.records.silicon import PAGE_BYTES, WORD_BYTES, WORDS_PER_PAGE, MemoryReading

FEW = settings(max_examples=3, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
"""Shrinking a failing case would take minutes; the full counts do it."""
MANY = settings(max_examples=examples(200), deadline=None)

lanes = st.integers(0, 255)
channel_counts = st.integers(2, 12).filter(lambda count: count != 11)
"""The simulation deals two pages unevenly to 11 channels, so that their number cannot be told from so few."""


def nothing_wrong(reading: MemoryReading) -> bool:
    """No word, page, lane, fold or group is called wrong, and the comparator was proved."""
    return (
        reading.complete
        and reading.right_bytes == reading.true_bytes == reading.covered_bytes > 0
        and not (reading.aliased_words or reading.absent_words or reading.bad_words or reading.transient_pages)
        and not (reading.bad_pages or reading.lanes or reading.address_bits or reading.kept)
        and reading.fold is None
        and reading.group is None
        and set(reading.map) == {"r"}
        and reading.injected == reading.found > 0
    )


def dropped_bit(pages_log: int, bit: int, profile: str) -> None:
    pages = 1 << pages_log
    bit %= pages_log
    reading = reading_of(card(pages, faults.DroppedBit(bit=bit)), profile)
    assert reading.true_bytes == reading.right_bytes == pages // 2 * PAGE_BYTES
    assert reading.fold is not None
    assert reading.fold.page_level
    assert reading.fold.missing_bits == (21 + bit,)
    assert reading.fold.distances_bytes == (PAGE_BYTES << bit,)
    assert reading.fold.pairs == pages // 2
    assert reading.aliased_words == pages // 2 * WORDS_PER_PAGE
    assert reading.bad_words == reading.absent_words == reading.bad_pages == 0
    assert reading.map.count("a") == reading.map.count("r") == pages // 2
    assert reading.complete
    assert reading.injected == reading.found


@FEW
@given(st.integers(1, 3), st.integers(0, 7), st.sampled_from(["quick", "standard"]))
def test_a_dropped_page_bit_is_found_and_named(pages_log: int, bit: int, profile: str) -> None:
    dropped_bit(pages_log, bit, profile)


@pytest.mark.prove
@MANY
@given(st.integers(1, 6), st.integers(0, 7), st.sampled_from(["quick", "standard", "deep"]))
def test_a_dropped_page_bit_is_found_and_named_in_full(pages_log: int, bit: int, profile: str) -> None:
    dropped_bit(pages_log, bit, profile)


def test_two_dropped_page_bits_are_both_named() -> None:
    reading = reading_of(card(8, faults.DroppedBit(bit=0), faults.DroppedBit(bit=2)))
    assert reading.fold is not None
    assert reading.fold.missing_bits == (21, 23)
    assert reading.true_bytes == 2 * PAGE_BYTES


def folds_at(pages: int, real: int, shuffle: bool, seed: int) -> None:
    real = 1 + real % (pages - 1)
    reading = reading_of(card(pages, faults.Modulo(pages=real), shuffle=shuffle, seed=seed))
    assert reading.covered_bytes == pages * PAGE_BYTES
    assert reading.true_bytes == real * PAGE_BYTES
    assert reading.fold is not None
    assert reading.fold.page_level
    assert reading.fold.pairs == pages - real
    assert reading.bad_pages == 0
    if not shuffle and pages < 2 * real:
        assert reading.fold.distances_bytes == (real * PAGE_BYTES,)
    kept = [word for word in reading.kept if word.owner_offset_bytes is not None]
    assert kept
    assert all(word.second == word.read for word in kept)


@FEW
@given(st.integers(2, 9), st.integers(0, 100), st.booleans(), st.integers(0, 1000))
def test_a_fold_at_any_number_of_pages_leaves_the_true_size(pages: int, real: int, shuffle: bool, seed: int) -> None:
    folds_at(pages, real, shuffle, seed)


@pytest.mark.prove
@MANY
@given(st.integers(2, 60), st.integers(0, 100), st.booleans(), st.integers(0, 1000))
def test_a_fold_at_any_number_of_pages_in_full(pages: int, real: int, shuffle: bool, seed: int) -> None:
    folds_at(pages, real, shuffle, seed)


@FEW
@given(st.integers(2, 9), st.integers(0, 100), st.booleans())
def test_memory_that_is_not_there_is_absent_and_no_defect(pages: int, real: int, shuffle: bool) -> None:
    real = 1 + real % (pages - 1)
    reading = reading_of(card(pages, faults.Limit(pages=real), shuffle=shuffle), "standard")
    assert reading.true_bytes == reading.right_bytes == real * PAGE_BYTES
    assert reading.absent_words == (pages - real) * WORDS_PER_PAGE
    assert reading.map.count("n") == pages - real
    assert reading.bad_pages == reading.bad_words == 0
    assert reading.fold is None
    assert reading.group is None
    assert reading.lanes == ()


def owners(channels: int, pages: int, fault: faults.LineFault) -> list[np.ndarray[tuple[int], np.dtype[np.int64]]]:
    """For each page the word that owns what each word reads, after everything was written once."""
    found = []
    for page in range(pages):
        phase = Layout(int(phase_of(np.array([page]), channels)[0]), channels, (fault,))
        cells, writers = phase.cells, phase.writers
        assert cells is not None and writers is not None
        found.append(writers[cells])
    return found


def line_fault(fault: faults.LineFault, channels: int) -> None:
    pages = 2
    own = np.arange(WORDS_PER_PAGE)
    tables = owners(channels, pages, fault)
    xor = int(np.bitwise_or.reduce([np.bitwise_or.reduce(table ^ own) for table in tables]))
    reading = reading_of(card(pages, fault, channels=channels))
    assert reading.address_bits == tuple(bit + 5 for bit in range(16) if xor >> bit & 1)
    assert reading.aliased_words == sum(int((table != own).sum()) for table in tables)
    assert reading.true_bytes == sum(len(np.unique(table)) for table in tables) * WORD_BYTES
    assert (reading.fold is None) == (xor == 0)
    assert reading.fold is None or not reading.fold.page_level
    assert reading.lanes == ()
    assert reading.bad_words == reading.absent_words == 0
    assert reading.injected == reading.found


@FEW
@given(st.integers(0, 15), st.integers(0, 1), st.none() | st.just(0), st.integers(1, 8))
def test_a_stuck_address_line_is_a_line_fault_with_its_bit(
    bit: int, value: int, channel: int | None, channels: int
) -> None:
    line_fault(faults.StuckLine(bit=bit, value=value, channel=channel), channels)


@FEW
@given(st.lists(st.integers(0, 15), min_size=2, max_size=2, unique=True), st.integers(1, 8))
def test_bridged_address_lines_are_a_line_fault_with_both_bits(bits: list[int], channels: int) -> None:
    line_fault(faults.BridgedLines(first=bits[0], second=bits[1]), channels)


@pytest.mark.prove
@MANY
@given(
    st.one_of(
        st.builds(faults.StuckLine, bit=st.integers(0, 15), value=st.integers(0, 1), channel=st.none() | st.just(0)),
        st.lists(st.integers(0, 15), min_size=2, max_size=2, unique=True).map(
            lambda bits: faults.BridgedLines(first=bits[0], second=bits[1])
        ),
    ),
    st.integers(1, 12),
)
def test_address_lines_in_full(fault: faults.LineFault, channels: int) -> None:
    line_fault(fault, channels)


def stuck_lane(lane: int, value: int, channels: int, channel: int, profile: str) -> None:
    fault = faults.StuckLane(lane=lane, value=value, channel=channel % channels)
    reading = reading_of(card(2, fault, channels=channels), profile)
    assert [(one.lane, one.reads, one.partner) for one in reading.lanes] == [(lane, str(value), None)]
    assert reading.group is not None
    assert (reading.group.of, reading.group.stretch_bytes, reading.group.lost) == (channels, 1024, False)
    assert reading.bad_pages == 2
    assert reading.true_bytes == reading.covered_bytes > reading.right_bytes
    assert reading.fold is None
    assert reading.aliased_words == reading.absent_words == reading.garbled_words == 0
    assert reading.injected == reading.found == 2


@FEW
@given(lanes, st.integers(0, 1), channel_counts, st.integers(0, 11), st.sampled_from(["quick", "standard"]))
def test_a_stuck_lane_is_named_with_its_group(lane: int, value: int, channels: int, channel: int, profile: str) -> None:
    stuck_lane(lane, value, channels, channel, profile)


@pytest.mark.prove
@MANY
@given(lanes, st.integers(0, 1), channel_counts, st.integers(0, 11), st.sampled_from(["quick", "standard", "deep"]))
def test_a_stuck_lane_in_full(lane: int, value: int, channels: int, channel: int, profile: str) -> None:
    stuck_lane(lane, value, channels, channel, profile)


def bridged(pair: list[int], channels: int) -> None:
    fault = faults.BridgedLanes(first=pair[0], second=pair[1], channel=0)
    reading = reading_of(card(2, fault, channels=channels), "standard")
    named = {(one.lane, one.reads, one.partner) for one in reading.lanes}
    assert named == {(pair[0], "1", pair[1]), (pair[1], "1", pair[0])}
    assert reading.group is not None
    assert reading.group.of == channels


@FEW
@given(st.lists(lanes, min_size=2, max_size=2, unique=True), channel_counts)
def test_bridged_lanes_are_named_as_a_pair(pair: list[int], channels: int) -> None:
    bridged(pair, channels)


@pytest.mark.prove
@MANY
@given(st.lists(lanes, min_size=2, max_size=2, unique=True), channel_counts)
def test_bridged_lanes_in_full(pair: list[int], channels: int) -> None:
    bridged(pair, channels)


@FEW
@given(channel_counts, st.integers(0, 11))
def test_a_lost_channel_is_a_lost_group_and_not_absent_memory(channels: int, channel: int) -> None:
    reading = reading_of(card(2, faults.LostChannel(channel=channel % channels), channels=channels))
    assert reading.group is not None
    assert (reading.group.of, reading.group.stretch_bytes, reading.group.lost) == (channels, 1024, True)
    assert reading.absent_words == reading.aliased_words == 0
    assert reading.bad_words * WORD_BYTES == reading.covered_bytes - reading.right_bytes > 0
    assert reading.lanes == ()
    assert reading.fold is None


def test_a_fold_and_a_dead_lane_are_told_apart() -> None:
    lane = faults.StuckLane(lane=100, value=0, channel=2)
    reading = reading_of(card(8, faults.DroppedBit(bit=2), lane, channels=4))
    assert reading.true_bytes == 4 * PAGE_BYTES
    assert reading.fold is not None
    assert (reading.fold.page_level, reading.fold.missing_bits) == (True, (23,))
    assert [(one.lane, one.reads) for one in reading.lanes] == [(100, "0")]
    assert reading.bad_pages == 4
    assert reading.injected == reading.found


def test_crosstalk_shows_among_walking_zeros_only() -> None:
    fault = faults.Crosstalk(lane=200)
    assert nothing_wrong(reading_of(card(2, fault), "standard"))
    deep = reading_of(card(2, fault), "deep")
    assert [(one.lane, one.reads) for one in deep.lanes] == [(200, "1")]
    assert deep.bad_pages == 2
    assert deep.bad_words == 0, "the pass that tells the size saw nothing"


cells = st.builds(
    faults.WeakCell,
    page=st.integers(0, 3),
    word=st.integers(0, WORDS_PER_PAGE - 1),
    lane=lanes,
    forgets_to=st.integers(0, 1),
    after_s=st.floats(0.5, 2.0),
)


@FEW
@given(st.lists(cells, min_size=1, max_size=5, unique_by=(lambda one: (one.page, one.word), lambda one: one.lane)))
def test_weak_cells_are_found_after_a_pause_and_named_by_place(weak: list[faults.WeakCell]) -> None:
    assert nothing_wrong(reading_of(card(4, *weak), "standard")), "without a pause they keep what they hold"
    reading = reading_of(card(4, *weak), "deep")
    places = {one.page * PAGE_BYTES + one.word * WORD_BYTES for one in weak}
    assert {word.offset_bytes for word in reading.kept} == places
    assert reading.bad_pages == len({one.page for one in weak})
    assert reading.lanes == (), "single cells are no lane"
    assert reading.fold is None
    assert reading.group is None


def test_a_wrong_read_that_does_not_repeat_is_transient() -> None:
    flaky = faults.FlakyRead(page=180, word=77, lane=9)
    reading = reading_of(card(200, flaky))
    assert reading.transient_pages == 1
    assert reading.bad_pages == reading.bad_words == 0
    assert reading.right_bytes == reading.covered_bytes
    assert reading.complete


@FEW
@given(st.integers(1, 6), st.integers(0, 2**32), st.integers(0, 2**64 - 1), st.integers(1, 12))
def test_sound_memory_has_no_finding(pages: int, seed: int, salt: int, channels: int) -> None:
    device = card(pages, channels=channels, shuffle=True, seed=seed)
    assert nothing_wrong(reading_of(device, "standard", salt))


@pytest.mark.prove
@MANY
@given(
    st.integers(1, 400),
    st.integers(0, 2**32),
    st.integers(0, 2**64 - 1),
    st.integers(1, 12),
    st.sampled_from(["quick", "standard", "deep"]),
)
def test_sound_memory_in_full(pages: int, seed: int, salt: int, channels: int, profile: str) -> None:
    device = card(pages, channels=channels, shuffle=True, seed=seed)
    assert nothing_wrong(reading_of(device, profile, salt))
