"""Pages are sorted, folds named and lanes found from arrays alone."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sampling import examples

from gpu_inspector.measure.area import Counts, PassKey
from gpu_inspector.measure.decode import (
    PAGE_SHIFT,
    PageSums,
    State,
    address_bits_of,
    fold_of,
    fold_of_pages,
    letters_of,
    map_of,
    size_of,
    states,
    sum_slots,
)
from gpu_inspector.measure.device import DeviceError
from gpu_inspector.measure.launches import DIAGNOSE_THREADS, SLOT_WORDS, Slot
from gpu_inspector.measure.pattern import Kind, Words, expected
from gpu_inspector.measure.raw_pages import Tally, class_page
from gpu_inspector.records.silicon import MAP_CELLS, PAGE_BYTES, WORDS_PER_PAGE

W = WORDS_PER_PAGE
ONES = np.uint64((1 << 64) - 1)
HASH = PassKey(7, Kind.HASH, "hash")
SALT = 0xABCD


def slots(**totals: int) -> Words:
    """One page's slots; the counts are given in all, and lie in the first thread."""
    table = np.zeros((DIAGNOSE_THREADS, SLOT_WORDS), dtype=np.uint64)
    table[:, [Slot.ALIAS_XOR_AND, Slot.OWNER_LOWEST, Slot.FIRST_INDEX]] = ONES
    table[:, Slot.LANES_AND : Slot.LANES_AND + 4] = ONES
    for name, count in totals.items():
        table[0, getattr(Slot, name.upper())] = count
    return table


def sums(*pages: Words, numbers: list[int] | None = None) -> PageSums:
    """Rows for pages 0, 1, ... or of these numbers."""
    table = np.stack(pages)
    return sum_slots(table, np.array(numbers or range(len(pages)), dtype=np.int64))


def aliased(page: int, owner: int, words: int = W, right: int = 0, inside: int = 0) -> Words:
    xor = (page ^ owner) << PAGE_SHIFT | inside
    return slots(
        alias=words,
        right=right,
        wrong=W - words - right,
        alias_xor_or=xor,
        alias_xor_and=xor,
        owner_lowest=owner << PAGE_SHIFT,
        owner_highest=(owner << PAGE_SHIFT) + W - 1,
    )


def half_and_nothing() -> Words:
    """Words of another page, and constants: none of the page's own."""
    table = aliased(0, 3, W // 2)
    table[0, [Slot.WRONG, Slot.CONSTANT]] = 0, W // 2
    return table


def state(table: Words) -> State:
    return State(int(states(sums(table))[0]))


@pytest.mark.parametrize(
    ("table", "named"),
    [
        pytest.param(slots(right=W), State.RIGHT, id="right when read again"),
        pytest.param(slots(right=W - 1, wrong=1, bits=1), State.BAD, id="one wrong bit"),
        pytest.param(slots(wrong=W, bits=W), State.BAD, id="every word has one wrong bit"),
        pytest.param(slots(constant=W), State.ABSENT, id="all ones or zeros"),
        pytest.param(slots(wrong=W, bits=128 * W), State.ABSENT, id="noise, or another run's words"),
        pytest.param(slots(constant=W - 1, right=1), State.ABSENT, id="constant but for one word of ours"),
        pytest.param(slots(constant=W - W // 50, right=W // 50), State.BAD, id="constant but for a fiftieth"),
        pytest.param(slots(constant=W // 2, right=W // 2), State.BAD, id="half of it lost"),
        pytest.param(slots(stale=W), State.ABSENT, id="every write lost"),
        pytest.param(aliased(0, 3), State.FOLDED, id="another page's words"),
        pytest.param(aliased(0, 3, inside=5), State.FOLDED, id="another page's words, shuffled inside"),
        pytest.param(aliased(0, 0, inside=5), State.BAD, id="its own page's words, at other places"),
        pytest.param(aliased(0, 3, W // 24, W - W // 24), State.BAD, id="half a channel's words from another page"),
        pytest.param(aliased(0, 3, W // 2, W // 2), State.BAD, id="one of two channels takes another page's row"),
        pytest.param(aliased(0, 3, W * 11 // 20, W * 9 // 20), State.BAD, id="the larger of two channels does"),
        pytest.param(aliased(0, 3, W * 2 // 3, W // 3), State.FOLDED, id="one of three pages on the same cells"),
        pytest.param(half_and_nothing(), State.FOLDED, id="half another page's words, half nothing"),
    ],
)
def test_a_page_is_sorted_by_its_words(table: Words, named: State) -> None:
    assert state(table) is named


def test_an_absent_page_with_a_word_of_ours_is_counted_once() -> None:
    found = sums(slots(constant=W - 1, right=1))
    size = size_of(found, states(found), 1)
    assert (size.right, size.absent, size.bad, size.aliased) == (1, W - 1, 0, 0)


def test_two_pages_that_hold_some_of_each_others_words_are_one() -> None:
    found = sums(aliased(2, 9, W // 4, W - W // 4), aliased(9, 2, W - W // 4, W // 4), numbers=[2, 9])
    assert states(found).tolist() == [State.FOLDED, State.FOLDED]
    size = size_of(found, states(found), 16)
    assert size.owners == size.right == 15 * W, "sixteen pages verified, two of them one"
    assert size.aliased == W


def test_an_answer_that_does_not_add_up_is_refused() -> None:
    with pytest.raises(DeviceError, match="does not add up"):
        sums(slots(right=W - 1))


def test_a_defective_word_is_there_and_a_constant_is_not() -> None:
    found = sums(slots(right=W - 30, wrong=10, bits=10, constant=20))
    size = size_of(found, states(found), 1)
    assert (size.right, size.owners, size.bad, size.garbled) == (W - 30, W - 20, 30, 0)


def test_garbled_words_own_nothing() -> None:
    found = sums(slots(right=W - 10, wrong=10, bits=10 * 100))
    size = size_of(found, states(found), 1)
    assert (size.owners, size.garbled) == (W - 10, 10)


@given(st.lists(st.sampled_from(list(State)), max_size=12), st.integers(0, 5))
@settings(max_examples=examples(60), deadline=None)
def test_every_verified_word_is_counted_once(kinds: list[State], more: int) -> None:
    tables = {
        State.RIGHT: slots(right=W),
        State.FOLDED: aliased(0, 300, W - 3),
        State.ABSENT: slots(constant=W),
        State.BAD: slots(right=W - 9, wrong=4, bits=4, constant=3, stale=2),
    }
    found = sums(*(tables[kind] for kind in kinds)) if kinds else sums(slots(right=W))
    verified = len(found.page) + more
    size = size_of(found, states(found), verified)
    assert size.right + size.aliased + size.absent + size.bad == verified * W
    assert size.right <= size.owners <= verified * W


def test_a_fold_and_a_line_fault_are_told_apart() -> None:
    folded = sums(aliased(1, 5), aliased(2, 6), numbers=[1, 2])
    fold = fold_of(folded, states(folded))
    assert fold is not None
    assert (fold.page_level, fold.pairs, fold.missing_bits) == (True, 2, (23,))
    assert fold.distances_bytes == (4 * PAGE_BYTES,)
    assert address_bits_of(folded, states(folded)) == ()

    lines = sums(aliased(1, 1, W // 8, W - W // 8, inside=0b101000), numbers=[1])
    fold = fold_of(lines, states(lines))
    assert fold is not None
    assert not fold.page_level
    assert address_bits_of(lines, states(lines)) == (8, 10)


def test_sound_pages_have_no_fold() -> None:
    found = sums(slots(right=W - 1, wrong=1, bits=1))
    assert fold_of(found, states(found)) is None


def pairs(*rows: tuple[int, int]) -> tuple[Counts, Counts]:
    table = np.array(rows, dtype=np.int64)
    return table[:, 0], table[:, 1]


@pytest.mark.parametrize(
    ("rows", "bits"),
    [
        pytest.param([(0, 4), (1, 5)], (23,), id="one bit"),
        pytest.param([(0, 3), (1, 3), (2, 3)], (21, 22), id="two bits in all their combinations"),
        pytest.param([(0, 3), (4, 7)], (), id="two bits that only change together"),
        pytest.param([(0, 24), (1, 25), (7, 31)], (), id="a distance that is no power of two"),
        pytest.param([(0, 4), (1, 9)], (), id="any pages"),
    ],
)
def test_bits_are_missing_only_where_they_make_no_difference(
    rows: list[tuple[int, int]], bits: tuple[int, ...]
) -> None:
    assert fold_of_pages(*pairs(*rows), pairs=len(rows), straight=True).missing_bits == bits


def test_a_shuffled_fold_misses_no_bit() -> None:
    assert fold_of_pages(*pairs((0, 4)), pairs=1, straight=False).missing_bits == ()


def test_the_commonest_distances_come_first_and_are_eight_at_most() -> None:
    rows = [(0, 7), (1, 8), (2, 9), *((0, 10 + k) for k in range(20))]
    fold = fold_of_pages(*pairs(*rows), pairs=len(rows), straight=True)
    assert fold.distances_bytes[0] == 7 * PAGE_BYTES
    assert len(fold.distances_bytes) == 8


@given(st.lists(st.sampled_from("raneu"), max_size=1000))
@settings(max_examples=examples(60), deadline=None)
def test_a_map_hides_no_wrong_page(letters: list[str]) -> None:
    drawn = map_of(np.array([ord(letter) for letter in letters], dtype=np.uint8))
    assert len(drawn) == min(len(letters), MAP_CELLS)
    assert set(drawn) <= set(letters)
    for cell, letter in enumerate(drawn):
        low, high = (edge * len(letters) // len(drawn) for edge in (cell, cell + 1))
        here = set(letters[low:high])
        assert (letter == "r") == (here == {"r"})
        assert letter != "u" or not here & set("ane")


def test_letters_are_those_of_the_states() -> None:
    found = letters_of(np.array([State.RIGHT, State.FOLDED, State.ABSENT, State.BAD]))
    assert bytes(found).decode() == "rane"


def page_of(read: Words, page: int = 3, what: PassKey = HASH) -> Tally:
    tally = Tally()
    tally.add(class_page(page, read, what, SALT, 1 << 30), what.kind)
    return tally


def words(page: int = 3) -> Words:
    return expected(np.arange(page * W, (page + 1) * W, dtype=np.uint64), HASH.number, HASH.kind, SALT)


def test_noise_names_no_lane_and_no_group() -> None:
    tally = page_of(np.random.default_rng(1).integers(0, 2**64, size=(W, 4), dtype=np.uint64))
    assert tally.lanes() == ()
    assert tally.group() is None


def test_scattered_single_bits_name_no_lane_and_no_group() -> None:
    read = words()
    generator = np.random.default_rng(2)
    for row, bit in zip(generator.integers(0, W, 300), generator.integers(0, 256, 300), strict=True):
        read[row, bit // 64] ^= np.uint64(1) << np.uint64(bit % 64)
    tally = page_of(read)
    assert tally.lanes() == ()
    assert tally.group() is None


def test_a_lane_that_turns_either_way_reads_both_and_has_no_partner() -> None:
    read = words()
    read[::5, 2] ^= np.uint64(1 << 33)
    (lane,) = page_of(read).lanes()
    assert (lane.lane, lane.reads, lane.partner, lane.words) == (161, "both", None, len(read[::5]))


def test_a_lane_that_follows_another_has_it_as_its_partner() -> None:
    read = words()
    other = read[:, 0] >> np.uint64(5) & np.uint64(1)
    read[:, 3] = read[:, 3] & ~np.uint64(1 << 60) | other << np.uint64(60)
    (lane,) = page_of(read).lanes()
    assert (lane.lane, lane.reads, lane.partner) == (252, "both", 5)


@pytest.mark.parametrize("stretch", [256, 1024, 8192])
@pytest.mark.parametrize("of", [2, 3, 5, 8, 12])
def test_a_regular_share_of_the_addresses_is_a_group(of: int, stretch: int) -> None:
    read = words()
    here = (np.arange(W) // (stretch // 32)) % of == of - 1
    read[here, 1] |= np.uint64(1 << 7)
    tally = page_of(read)
    tally.add(class_page(3, read, HASH, SALT, 1 << 30), HASH.kind)
    group = tally.group()
    assert group is not None
    assert (group.number, group.of, group.stretch_bytes, group.lost) == (of, of, stretch, False)
    assert group.share == pytest.approx(1 / of, rel=0.05)


def test_a_fault_on_all_addresses_is_no_group() -> None:
    read = words()
    read[:, 1] |= np.uint64(1 << 7)
    tally = page_of(read)
    assert tally.group() is None
    assert [(lane.lane, lane.reads) for lane in tally.lanes()] == [(71, "1")]


@given(st.integers(0, (1 << 30) - 1), st.integers(0, W - 1))
@settings(max_examples=examples(60), deadline=None)
def test_a_words_owner_is_read_off_it(owner: int, place: int) -> None:
    read = words()
    read[place] = expected(np.array([owner], dtype=np.uint64), HASH.number, HASH.kind, SALT)[0]
    raw = class_page(3, read, HASH, SALT, 1 << 30)
    if owner == 3 * W + place:
        assert raw.right.all()
    else:
        assert raw.owner[place] == owner
        assert not raw.wrong.any()
