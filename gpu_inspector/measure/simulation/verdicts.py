"""How the simulated kernels class words: the same rules as `diagnose` in kernels/memory.cu, on arrays.

Whole pages that are one thing (right, constant, another page's words) are classed without looking at their words,
which gives the same numbers: that is what makes 80 GiB quick.
"""

import numpy as np
import numpy.typing as npt

from gpu_inspector.measure.launches import DIAGNOSE_THREADS, SLOT_WORDS, Slot
from gpu_inspector.measure.pattern import INDEX_BITS, LANES, Kind, Words, decode, expected
from gpu_inspector.measure.simulation.cells import ALL_ONES, Pattern
from gpu_inspector.measure.simulation.channels import STRETCHES, Flags, Numbers

_ONES = np.uint64(ALL_ONES)
_INDEX = np.uint64((1 << INDEX_BITS) - 1)
THREADS = np.arange(DIAGNOSE_THREADS, dtype=np.int64)


def fresh(pages: int) -> Words:
    """Slots of pages on which every word is right: shape (pages, threads, numbers)."""
    slots = np.zeros((pages, DIAGNOSE_THREADS, SLOT_WORDS), dtype=np.uint64)
    slots[..., Slot.RIGHT] = STRETCHES
    slots[..., Slot.ALIAS_XOR_AND] = _ONES
    slots[..., Slot.OWNER_LOWEST] = _ONES
    slots[..., Slot.FIRST_INDEX] = _ONES
    slots[..., Slot.LANES_AND : Slot.LANES_AND + 4] = _ONES
    return slots


def constant(slots: Words, first: Numbers, value: int) -> None:
    """All words of these pages are one constant. `first` are the indices of the pages' first words."""
    slots[..., Slot.RIGHT] = 0
    slots[..., Slot.CONSTANT] = STRETCHES
    slots[..., Slot.FIRST_INDEX] = first[:, None] + THREADS
    slots[..., Slot.FIRST_READ : Slot.FIRST_READ + 4] = np.uint64(value)


def alias(slots: Words, first: Numbers, owner: Numbers, pattern: Pattern) -> None:
    """These pages hold the words of other whole pages of the same pass; both indices are multiples of a page."""
    slots[..., Slot.RIGHT] = 0
    slots[..., Slot.ALIAS] = STRETCHES
    difference = (first ^ owner).astype(np.uint64)[:, None]
    slots[..., Slot.ALIAS_XOR_OR] = difference
    slots[..., Slot.ALIAS_XOR_AND] = difference
    lowest = owner[:, None] + THREADS
    slots[..., Slot.OWNER_LOWEST] = lowest
    slots[..., Slot.OWNER_HIGHEST] = lowest + (STRETCHES - 1) * DIAGNOSE_THREADS
    slots[..., Slot.FIRST_INDEX] = first[:, None] + THREADS
    words = expected(lowest.ravel().astype(np.uint64), pattern.number, pattern.kind, pattern.salt)
    slots[..., Slot.FIRST_READ : Slot.FIRST_READ + 4] = words.reshape(*lowest.shape, 4)


def lost(slots: Words, first: Numbers, stretches: Numbers) -> None:
    """Pages that are right but for stretches that read as ones."""
    slots[..., Slot.RIGHT] = STRETCHES - len(stretches)
    slots[..., Slot.CONSTANT] = len(stretches)
    slots[..., Slot.FIRST_INDEX] = first[:, None] + stretches[0] * DIAGNOSE_THREADS + THREADS
    slots[..., Slot.FIRST_READ : Slot.FIRST_READ + 4] = _ONES


def classed(index: Words, read: Words, pattern: Pattern, total_words: int) -> Words:
    """The slots of one page of whose words some stretches were read and all others are right.

    `index` has shape (stretches, threads), `read` (stretches, threads, 4).
    """
    right_words = expected(index.ravel(), pattern.number, pattern.kind, pattern.salt).reshape(read.shape)
    differing = read ^ right_words
    lanes = [differing[..., lane] for lane in range(LANES)]
    wrong_any: Flags = np.asarray((lanes[0] | lanes[1] | lanes[2] | lanes[3]) != 0)
    slots: Words = fresh(1)[0]
    slots[:, Slot.RIGHT] = STRETCHES - wrong_any.sum(axis=0)
    if not wrong_any.any():
        return slots
    constants = wrong_any & ((read[..., 0] == 0) | (read[..., 0] == _ONES))
    for lane in range(1, LANES):
        constants &= read[..., lane] == read[..., 0]
    slots[:, Slot.CONSTANT] = constants.sum(axis=0)
    wrong = wrong_any & ~constants
    if pattern.kind in (Kind.HASH, Kind.INVERSE):
        wrong &= ~_decoded(slots, index, read, wrong, pattern, total_words)
    _count_wrong(slots, read, differing, wrong)
    _keep_first(slots, index, read, wrong_any)
    return slots


def _decoded(slots: Words, index: Words, read: Words, asked: Flags, pattern: Pattern, total_words: int) -> Flags:
    """Counts words that name another place or an older pass; says which they are."""
    owner = np.zeros(index.shape, dtype=np.uint64)
    passes = np.zeros(index.shape, dtype=np.int64)
    agreeing = np.zeros(index.shape, dtype=np.int64)
    owner[asked], passes[asked], agreeing[asked] = decode(read[asked], pattern.kind, pattern.salt)
    ours = asked & (agreeing >= 2) & (owner < np.uint64(total_words))
    aliases = ours & (passes == pattern.number) & (owner != index)
    stale = ours & ~aliases & (passes >= 1) & (passes < pattern.number)
    difference = index ^ owner
    slots[:, Slot.ALIAS] = aliases.sum(axis=0)
    slots[:, Slot.STALE] = stale.sum(axis=0)
    slots[:, Slot.ALIAS_XOR_OR] = np.bitwise_or.reduce(np.where(aliases, difference, 0), axis=0)
    slots[:, Slot.ALIAS_XOR_AND] = np.bitwise_and.reduce(np.where(aliases, difference, _ONES), axis=0)
    slots[:, Slot.OWNER_LOWEST] = np.where(aliases, owner, _ONES).min(axis=0)
    slots[:, Slot.OWNER_HIGHEST] = np.where(aliases, owner, 0).max(axis=0)
    return np.asarray(aliases | stale)


def _count_wrong(slots: Words, read: Words, differing: Words, wrong: Flags) -> None:
    slots[:, Slot.WRONG] = wrong.sum(axis=0)
    bits = np.where(wrong[..., None], differing, 0)
    slots[:, Slot.BITS] = np.bitwise_count(bits).astype(np.uint64).sum(axis=(0, 2))
    slots[:, Slot.BITS_READ_ONE] = np.bitwise_count(bits & read).astype(np.uint64).sum(axis=(0, 2))
    slots[:, Slot.LANES_OR : Slot.LANES_OR + 4] = np.bitwise_or.reduce(bits, axis=0)
    kept = np.where(wrong[..., None], differing, _ONES)
    slots[:, Slot.LANES_AND : Slot.LANES_AND + 4] = np.bitwise_and.reduce(kept, axis=0)


def _keep_first(slots: Words, index: Words, read: Words, wrong: Flags) -> None:
    first = wrong.argmax(axis=0)
    threads = np.flatnonzero(wrong.any(axis=0))
    slots[threads, Slot.FIRST_INDEX] = index[first[threads], threads]
    slots[threads, Slot.FIRST_READ : Slot.FIRST_READ + 4] = read[first[threads], threads]


def one_lane(
    slots: Words, first: Numbers, stretches: Numbers, lane: npt.NDArray[np.int64], through: Words, right: Words
) -> None:
    """Pages, right but for one 64-bit lane on some stretches: `through` against `right`, (pages, stretches, threads).

    `lane` is the number of the lane on each stretch. Kinds that are hashes only: the three other lanes of a word
    name its own place, so that it is neither constant, nor another's, nor stale.
    """
    differing = through ^ right
    wrong = differing != 0
    count = wrong.sum(axis=1, dtype=np.uint64)
    slots[..., Slot.RIGHT] = STRETCHES - count
    slots[..., Slot.WRONG] = count
    slots[..., Slot.BITS] = np.bitwise_count(differing).sum(axis=1, dtype=np.uint64)
    slots[..., Slot.BITS_READ_ONE] = np.bitwise_count(differing & through).sum(axis=1, dtype=np.uint64)
    for number in range(4):
        own = lane == number
        slots[..., Slot.LANES_OR + number] = np.bitwise_or.reduce(differing[:, own], axis=1)
        kept = np.where(wrong[:, own], differing[:, own], _ONES)
        elsewhere = np.where(wrong[:, ~own].any(axis=1), np.uint64(0), _ONES)
        slots[..., Slot.LANES_AND + number] = np.bitwise_and.reduce(kept, axis=1) & elsewhere
    place = wrong.argmax(axis=1)
    index = (first[:, None] + stretches[place] * DIAGNOSE_THREADS + THREADS).astype(np.uint64)
    slots[..., Slot.FIRST_INDEX] = np.where(count > 0, index, _ONES)
