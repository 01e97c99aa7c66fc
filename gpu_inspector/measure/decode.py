"""From what `diagnose` left of each page to the size that is there: which pages share their cells, which are not there,
which are there with wrong words.

Pure arithmetic over arrays; nothing here knows a device. A wrong word that names another place is a proof with no
threshold. Pages are sorted by these shares of their words alone: folded, absent, defective, or right after all.
"""

import itertools
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from gpu_inspector.measure.area import Counts, Flags, Numbers
from gpu_inspector.measure.device import DeviceError
from gpu_inspector.measure.launches import DIAGNOSE_THREADS, SLOT_WORDS, Slot
from gpu_inspector.records.silicon import MAP_CELLS, PAGE_BYTES, WORD_BYTES, WORDS_PER_PAGE, Fold

Letters = npt.NDArray[np.uint8]

PAGE_SHIFT = WORDS_PER_PAGE.bit_length() - 1
"""A word's number shifted down by this is its page's."""
IN_PAGE = WORDS_PER_PAGE - 1
MOST_DISTANCES = 8
NOISE_BITS = 64
"""Wrong words with this many of 256 bits wrong on average hold something foreign: noise has 128, a lane 1."""
FOLDED_OF_8 = 5
"""Eighths of a page's words that must be another page's: a broken line of one of two channels makes it four."""
GARBLED_BITS = 32
"""From here on, no handful of lanes explains a word."""
_U = np.uint64
_WORD_SHIFT = WORD_BYTES.bit_length() - 1


@dataclass(frozen=True, slots=True)
class PageSums:
    """What diagnose found, page by page: arrays of one length, counts of words unless said otherwise."""

    page: Counts
    """The page's number in the area."""
    right: Counts
    alias: Counts
    stale: Counts
    constant: Counts
    wrong: Counts
    garbled: Counts
    """Of `wrong`: words of threads whose words had GARBLED_BITS and more wrong on average."""
    bits: Counts
    """Wrong bits of `wrong`."""
    xor_or: Numbers
    owner_lowest: Numbers
    owner_highest: Numbers
    xor_and: Numbers
    lanes_or: Numbers
    """Shape (n, 4)."""
    first_index: Numbers
    first_read: Numbers
    """Shape (n, 4)."""

    def take(self, rows: Flags) -> "PageSums":
        """Only these rows."""
        return PageSums(*(getattr(self, name)[rows] for name in self.__slots__))


def sum_slots(slots: Numbers, pages: Counts) -> PageSums:
    """One row for each page out of its threads' slots. Raises DeviceError where the kernel did not class every word."""
    table = slots.reshape(len(pages), DIAGNOSE_THREADS, SLOT_WORDS)
    counts = table[:, :, : Slot.BITS_READ_ONE + 1].astype(np.int64)
    totals = counts.sum(axis=1)
    if not (totals[:, : Slot.WRONG + 1].sum(axis=1) == WORDS_PER_PAGE).all():
        raise DeviceError(
            "The card's answer about its wrong words does not add up to whole pages.",
            "Measure again; if it stays so, this card cannot be trusted to run a program.",
        )
    garbled = counts[:, :, Slot.BITS] >= GARBLED_BITS * np.maximum(counts[:, :, Slot.WRONG], 1)
    first = table[:, :, Slot.FIRST_INDEX].argmin(axis=1)
    rows = np.arange(len(pages))
    return PageSums(
        page=np.asarray(pages, dtype=np.int64),
        right=totals[:, Slot.RIGHT],
        alias=totals[:, Slot.ALIAS],
        stale=totals[:, Slot.STALE],
        constant=totals[:, Slot.CONSTANT],
        wrong=totals[:, Slot.WRONG],
        garbled=np.where(garbled, counts[:, :, Slot.WRONG], 0).sum(axis=1),
        bits=totals[:, Slot.BITS],
        xor_or=np.bitwise_or.reduce(table[:, :, Slot.ALIAS_XOR_OR], axis=1),
        owner_lowest=table[:, :, Slot.OWNER_LOWEST].min(axis=1),
        owner_highest=table[:, :, Slot.OWNER_HIGHEST].max(axis=1),
        xor_and=np.bitwise_and.reduce(table[:, :, Slot.ALIAS_XOR_AND], axis=1),
        lanes_or=np.bitwise_or.reduce(table[:, :, Slot.LANES_OR : Slot.LANES_OR + 4], axis=1),
        first_index=table[rows, first, Slot.FIRST_INDEX],
        first_read=table[rows, first, Slot.FIRST_READ : Slot.FIRST_READ + 4],
    )


def joined(parts: list[PageSums]) -> PageSums:
    """The rows of all parts, sorted by page."""
    if not parts:
        parts = [sum_slots(np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.int64))]
    order = np.argsort(np.concatenate([part.page for part in parts]), kind="stable")
    return PageSums(*(np.concatenate([getattr(p, name) for p in parts])[order] for name in PageSums.__slots__))


class State(IntEnum):
    """What a flagged page is."""

    RIGHT = 0
    """Right when read again."""
    FOLDED = 1
    """Its cells are another page's too, or another's alone."""
    ABSENT = 2
    """Nothing that was written to it can be read."""
    BAD = 3
    """There, with wrong words."""


def states(sums: PageSums) -> Counts:
    """The State of each row.

    Absent: what was written can be read from hardly any word, whatever stands there instead: constants, an older
    pass, or anything foreign. A broken chip never does that to a whole page, for a page lies on all channels.
    Folded: most of its words name another page as their owner, alone or together with the page that they name (two
    pages that were written at the same time may hold some of each other's words), or all that is not absent does. A
    line fault in one channel exchanges that channel's words, at most half of a page wherever a card has two and more.
    """
    words = WORDS_PER_PAGE
    state = np.full(len(sums.page), State.BAD, dtype=np.int64)
    foreign = np.where(sums.bits >= NOISE_BITS * np.maximum(sums.wrong, 1), sums.wrong, 0)
    nothing = sums.constant + sums.stale + foreign
    state[nothing * 100 >= 99 * words] = State.ABSENT
    elsewhere = (sums.alias * 100 > words) & ((sums.xor_or >> _U(PAGE_SHIFT)) != 0)
    most = (sums.alias + _aliases_of_owner(sums)) * 8 >= FOLDED_OF_8 * words
    state[elsewhere & (most | ((sums.alias + nothing) * 100 >= 99 * words))] = State.FOLDED
    state[sums.right == words] = State.RIGHT
    return state


def _aliases_of_owner(sums: PageSums) -> Counts:
    """For each row whose aliases name one page: the aliases of that page that name this one back."""
    none = np.zeros(len(sums.page), dtype=np.int64)
    if not len(none):
        return none
    low, high = (owner >> _U(PAGE_SHIFT) for owner in (sums.owner_lowest, sums.owner_highest))
    single = (sums.alias > 0) & (low == high)
    owner = np.where(single, low, 0).astype(np.int64)
    row = np.minimum(np.searchsorted(sums.page, owner), len(none) - 1)
    mutual = single & single[row] & (sums.page[row] == owner) & (owner[row] == sums.page)
    return np.where(mutual, sums.alias[row], none)


@dataclass(frozen=True, slots=True)
class Sizing:
    """The size that is there, in words, out of the pass that tells it."""

    right: int
    owners: int
    """Words that were read back from the place that they were written to, whole or with wrong bits."""
    aliased: int
    absent: int
    bad: int
    garbled: int
    stale: int
    transient_pages: int


def size_of(sums: PageSums, state: Counts, verified_pages: int) -> Sizing:
    """Count words over all verified pages; pages without a row were right at once.

    A right word owns itself. A wrong word on a page that is there and that names no other place owns itself too: it
    is a cell of its own with a defect. Constants and noise own nothing. An aliased word's owner is right wherever
    reading and writing go to the same cell, and so is already counted; the caller looks at some and adds those that
    are not.
    """
    bad, folded, absent = (state == kind for kind in (State.BAD, State.FOLDED, State.ABSENT))
    total = WORDS_PER_PAGE
    wrong_there = int((sums.wrong - sums.garbled)[bad].sum())
    right = (verified_pages - len(sums.page)) * total + int(sums.right.sum())
    there = bad | folded
    return Sizing(
        right=right,
        owners=right + wrong_there,
        aliased=int(sums.alias.sum()),
        absent=int((total - sums.alias - sums.right)[absent].sum()),
        bad=int((total - sums.right - sums.alias)[there].sum()),
        garbled=int(sums.garbled[there].sum()),
        stale=int(sums.stale[there].sum()),
        transient_pages=int((state == State.RIGHT).sum()),
    )


def fold_of(sums: PageSums, state: Counts) -> Fold | None:
    """Pages that share their cells; or, where there are none, aliases inside of pages that are there."""
    folded = sums.take(state == State.FOLDED)
    if len(folded.page):
        one_owner = (folded.owner_lowest >> _U(PAGE_SHIFT)) == (folded.owner_highest >> _U(PAGE_SHIFT))
        owner = (folded.owner_lowest >> _U(PAGE_SHIFT)).astype(np.int64)
        straight = bool(((folded.xor_or & _U(IN_PAGE)) == 0).all() and one_owner.all())
        return fold_of_pages(folded.page[one_owner], owner[one_owner], len(folded.page), straight)
    lines = sums.take((state == State.BAD) & (sums.alias > 0))
    if not len(lines.page):
        return None
    xors = np.unique(np.concatenate([lines.xor_or, lines.xor_and]))
    distances = tuple(int(xor) * WORD_BYTES for xor in xors[:MOST_DISTANCES]) if len(xors) == 1 else ()
    return Fold(page_level=False, distances_bytes=distances)


def fold_of_pages(page: Counts, owner: Counts, pairs: int, straight: bool) -> Fold:
    """A fold of whole pages from (page, owner's page); `straight`: every word kept its place inside of its page.

    Bits are called missing when the XORs of all pairs are all the combinations of those bits and no others: one bit
    alone, or several. A fold at a distance that is no power of two misses no bit.
    """
    distances, counts = np.unique(np.abs(page - owner), return_counts=True)
    commonest = distances[np.lexsort((distances, -counts))][:MOST_DISTANCES]
    xors = np.unique(page ^ owner)
    bits = _bits(int(np.bitwise_or.reduce(xors))) if len(xors) else ()
    named = straight and len(xors) == 2 ** len(bits) - 1 > 0
    return Fold(
        page_level=True,
        distances_bytes=tuple(int(distance) * PAGE_BYTES for distance in commonest),
        missing_bits=tuple(bit + PAGE_SHIFT + _WORD_SHIFT for bit in bits) if named else (),
        pairs=pairs,
    )


def address_bits_of(sums: PageSums, state: Counts) -> tuple[int, ...]:
    """Bits of the byte offset inside of a page on which words were exchanged, on pages that are not folded."""
    lines = sums.xor_or[(state == State.BAD) & (sums.alias > 0)]
    return tuple(bit + _WORD_SHIFT for bit in _bits(int(np.bitwise_or.reduce(lines, initial=0)) & IN_PAGE))


def _bits(number: int) -> tuple[int, ...]:
    return tuple(bit for bit in range(number.bit_length()) if number >> bit & 1)


LETTERS = {State.RIGHT: "r", State.FOLDED: "a", State.ABSENT: "n", State.BAD: "e"}
UNTESTED = "u"


def letters_of(state: Counts) -> Letters:
    """The map's letter of each page's state, as a number of ASCII."""
    table = np.array([ord(LETTERS[one]) for one in State], dtype=np.uint8)
    return np.asarray(table[state], dtype=np.uint8)


def map_of(letters: Letters) -> str:
    """The memory map out of one letter for each page: MAP_CELLS at most.

    A cell is right only where every page in it is; else it shows what most of its wrong pages are.
    """
    cells = min(MAP_CELLS, len(letters))
    edges = [cell * len(letters) // cells for cell in range(cells + 1)] if cells else [0]
    wrong = [LETTERS[State.ABSENT], LETTERS[State.FOLDED], LETTERS[State.BAD]]
    drawn = []
    for low, high in itertools.pairwise(edges):
        counts = np.bincount(letters[low:high], minlength=128)
        worst = max(wrong, key=lambda letter: counts[ord(letter)])
        if counts[ord(worst)] == 0:
            worst = UNTESTED if counts[ord(UNTESTED)] else LETTERS[State.RIGHT]
        drawn.append(worst)
    return "".join(drawn)
