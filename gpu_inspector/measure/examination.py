"""What one memory test has found so far: every verification's flagged pages are examined here, and become the reading.

The first verification tells the size; later ones, with other words, only add to what is wrong on pages that are there.
"""

from dataclasses import dataclass, field

import numpy as np

from gpu_inspector.measure.area import Counts, Flags, PassKey
from gpu_inspector.measure.decode import (
    PAGE_SHIFT,
    PageSums,
    Sizing,
    State,
    address_bits_of,
    fold_of,
    letters_of,
    size_of,
    states,
)
from gpu_inspector.measure.pattern import Kind, Words, expected
from gpu_inspector.measure.raw_pages import RawPage, Tally, class_page, constants, owners_of
from gpu_inspector.measure.traffic import Traffic, page_numbers, page_words
from gpu_inspector.records.silicon import KEPT_WORDS, WORD_BYTES, WORDS_PER_PAGE, BadWord, Fold

RAW_BAD = 16
"""Pages with wrong words that are read whole after each verification, at most."""
RAW_FOLDED = 4
KNOWN_AGAIN = 512
"""Pages known to be wrong that are looked at again after a later verification: enough to meet any lane that fails all
over, which other words may bring to light."""
KEPT_OF_PAGE = 160
"""Wrong words kept of a page that was read whole."""
KEPT_OF_FOLDED = 16
KEPT_FIRST = 1024
"""Pages with wrong words of which only the first is kept, for each verification."""
KEPT_FIRST_LOST = 64
"""The same of folded and absent pages, of which one says as much as a thousand."""
CONFIRMED_BY = 100
"""A loss is real where a later verification flags at least one page for so many that were lost."""
GROUP_WORDS = 64
"""Pages with fewer wrong words than this say nothing about groups of channels."""


@dataclass(slots=True)
class Examination:
    """All findings; arrays have an element for each page of the area."""

    traffic: Traffic
    flagged: Flags = field(init=False)
    """Of the verification that runs or ran last."""
    verified: Flags = field(init=False)
    letters: np.ndarray[tuple[int], np.dtype[np.uint8]] = field(init=False)
    bad: Flags = field(init=False)
    """Pages that are there and had a wrong word in any pass."""
    lost: Flags = field(init=False)
    """Folded or absent."""
    unsure: Flags = field(init=False)
    """Wrong once, right when read again."""
    sizing: Sizing | None = None
    fold: Fold | None = None
    address_bits: tuple[int, ...] = ()
    transient_pages: int = 0
    other_owners: int = 0
    """Owners of aliased words that are not right themselves, and so are counted nowhere else."""
    tally: Tally = field(default_factory=Tally)
    kept: list[BadWord] = field(default_factory=list)
    lanes: Words = field(default_factory=lambda: np.zeros(4, dtype=np.uint64))
    """Bits that were ever wrong, or-ed."""
    _sized: tuple[PageSums, Counts] | None = None
    """What the size was told from."""
    _known: Words = field(default_factory=lambda: np.zeros(4, dtype=np.uint64))
    """Bits that were wrong on pages which were read whole."""

    def __post_init__(self) -> None:
        pages = self.traffic.area.pages
        self.flagged, self.verified, self.bad, self.lost, self.unsure = (
            np.zeros(pages, dtype=np.bool_) for _ in range(5)
        )
        self.letters = np.full(pages, ord("u"), dtype=np.uint8)

    def verify(self, what: PassKey) -> None:
        """Verify the whole area and examine what was flagged. Raises DeviceError; what was found until then stays."""
        self.flagged[:] = False
        first = self.sizing is None
        verified = self.verified if first else np.zeros_like(self.verified)
        self.traffic.verify(what, self.flagged, verified)
        if not first:
            self._confirm()
        sums = self.traffic.diagnose(what, self._to_diagnose())
        state = states(sums)
        new = self._note_size(sums, state) if first else self._note_more(sums, state)
        self.lanes |= np.bitwise_or.reduce(sums.lanes_or[state == State.BAD], axis=0, initial=0)
        self._look_closer(what, sums, state, new)

    def _to_diagnose(self) -> Counts:
        """Flagged pages: all that are new, and some of those that were known to be wrong."""
        known = _spread(page_numbers(self.flagged & self.bad), KNOWN_AGAIN)
        return np.sort(np.concatenate([page_numbers(self.flagged & ~self.bad & ~self.lost), known]))

    def note_flags(self) -> None:
        """Where a verification was cut short: pages that it found right are right, the others have wrong words."""
        seen = self.verified & (self.letters == ord("u"))
        state = np.where(self.flagged[seen], State.BAD, State.RIGHT).astype(np.int64)
        self.letters[seen] = letters_of(state)

    def owners(self) -> tuple[Counts, Counts]:
        """The pages that are folded, ascending, and the page whose words each of them holds."""
        if self._sized is None:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        sums, state = self._sized
        rows = state == State.FOLDED
        return sums.page[rows], (sums.owner_lowest[rows] >> np.uint64(PAGE_SHIFT)).astype(np.int64)

    def _confirm(self) -> None:
        """Cells that are not there stay away. Where a later verification has next to no wrong page, what was lost in
        the first was lost to something else, such as a kernel that never ran: those pages were wrong once."""
        lost = int(self.lost.sum())
        if self._sized is None or not lost or int(self.flagged.sum()) * CONFIRMED_BY >= lost:
            return
        sums, state = self._sized
        rows = ~self.lost[sums.page]
        self._size(sums.take(rows), state[rows])
        self.other_owners = 0
        self.transient_pages += lost
        self.letters[self.lost] = letters_of(np.array([State.RIGHT], dtype=np.int64))[0]
        self.unsure |= self.lost
        self.lost[:] = False

    def _size(self, sums: PageSums, state: Counts) -> Sizing:
        self.sizing = size_of(sums, state, int(self.verified.sum()))
        self._sized = (sums, state)
        self.fold = fold_of(sums, state)
        self.address_bits = address_bits_of(sums, state)
        return self.sizing

    def _note_size(self, sums: PageSums, state: Counts) -> Flags:
        self.transient_pages = self._size(sums, state).transient_pages
        all_states = np.full(len(self.flagged), State.RIGHT, dtype=np.int64)
        all_states[sums.page] = state
        self.letters = letters_of(all_states)
        self.bad = all_states == State.BAD
        self.lost = (all_states == State.FOLDED) | (all_states == State.ABSENT)
        self.unsure[sums.page[state == State.RIGHT]] = True
        return np.ones(len(sums.page), dtype=np.bool_)

    def _note_more(self, sums: PageSums, state: Counts) -> Flags:
        """Add a later verification's findings; the rows of pages or lanes that were not known to be wrong."""
        right = state == State.RIGHT
        self.transient_pages += int(right.sum())
        self.unsure[sums.page[right]] = True
        new = ~self.bad[sums.page] | (sums.lanes_or & ~self._known).any(axis=1)
        self.bad[sums.page[~right]] = True
        self.letters[self.bad] = ord("e")
        self.address_bits = tuple(sorted({*self.address_bits, *address_bits_of(sums, state)}))
        return np.asarray(new)

    def _look_closer(self, what: PassKey, sums: PageSums, state: Counts, new: Flags) -> None:
        """Read some pages whole; keep wrong words of them, and the first of other pages; read all of these again."""
        wrong = np.flatnonzero((state == State.BAD) & new)
        folded = np.flatnonzero(state == State.FOLDED)
        index: list[Counts] = []
        read: list[Words] = []
        owners: list[Counts] = []
        for rows, limit in ((_spread(wrong, RAW_BAD), KEPT_OF_PAGE), (_spread(folded, RAW_FOLDED), KEPT_OF_FOLDED)):
            for row in rows.tolist():
                page = int(sums.page[row])
                raw = self._read_whole(what, page)
                chosen = np.flatnonzero(~raw.right)[:limit]
                index.append(chosen + page * WORDS_PER_PAGE)
                read.append(raw.read[chosen])
                owners.append(raw.owner[chosen])
                if state[row] == State.BAD:
                    self._known |= sums.lanes_or[row]
                    counts = int((raw.wrong | raw.constant).sum()) >= GROUP_WORDS
                    self.tally.add(raw, what.kind, positions=counts)
        self._count_owners(what, np.unique(np.concatenate([*owners, np.zeros(0, dtype=np.int64)])))
        others = new & ~np.isin(sums.page, _pages(index))
        lost = (state == State.FOLDED) | (state == State.ABSENT)
        firsts = np.concatenate(
            [
                _spread(np.flatnonzero(others & (state == State.BAD)), KEPT_FIRST),
                _spread(np.flatnonzero(others & lost), KEPT_FIRST_LOST),
            ]
        )
        index.append(sums.first_index[firsts].astype(np.int64))
        read.append(sums.first_read[firsts])
        self._keep(what, np.concatenate(index), np.concatenate(read))

    def _read_whole(self, what: PassKey, page: int) -> RawPage:
        words = self.traffic.gather(page_words(page))
        return class_page(page, words, what, self.traffic.run.salt, self.traffic.area.words)

    def _count_owners(self, what: PassKey, owners: Counts) -> None:
        """Under pure folding every owner is right, and counted as such; those that are not are counted here, once."""
        owners = owners[owners >= 0]
        if not len(owners) or what.kind is not Kind.HASH or self.other_owners:
            return
        read = self.traffic.gather(owners)
        salt = self.traffic.run.salt
        right = (read == expected(owners.astype(np.uint64), what.number, what.kind, salt)).all(axis=1)
        another, stale = owners_of(owners, read, what, salt, self.traffic.area.words)
        self.other_owners = int((~right & ((another >= 0) | stale | constants(read))).sum())

    def _keep(self, what: PassKey, index: Counts, read: Words) -> None:
        """Keep wrong words whole, each with a second read after the cache was emptied."""
        index, read = index[: KEPT_WORDS - len(self.kept)], read[: KEPT_WORDS - len(self.kept)]
        if not len(index):
            return
        salt = self.traffic.run.salt
        self.traffic.flush()
        second = self.traffic.gather(index)
        should = expected(index.astype(np.uint64), what.number, what.kind, salt)
        owner, _ = owners_of(index, read, what, salt, self.traffic.area.words)
        for row in range(len(index)):
            self.kept.append(
                BadWord(
                    offset_bytes=int(index[row]) * WORD_BYTES,
                    expected=hexadecimal(should[row]),
                    read=hexadecimal(read[row]),
                    second=hexadecimal(second[row]),
                    owner_offset_bytes=int(owner[row]) * WORD_BYTES if owner[row] >= 0 else None,
                )
            )


def _spread(rows: Counts, most: int) -> Counts:
    """At most so many rows, evenly from all."""
    return rows[np.linspace(0, len(rows) - 1, min(len(rows), most)).astype(np.int64)]


def _pages(index: list[Counts]) -> Counts:
    return np.unique(np.concatenate([*index, np.zeros(0, dtype=np.int64)]) // WORDS_PER_PAGE)


def hexadecimal(word: Words) -> str:
    """64 digits of one word, the lowest lane first."""
    return "".join(f"{int(lane):016x}" for lane in word)
