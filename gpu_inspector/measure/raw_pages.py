"""From pages that were read whole to the wire that is broken: data lanes, bridges, groups of channels.

Sums over pages tell how much is wrong; which of the 256 lanes, and on which regular share of the addresses, only the
words themselves tell. Nothing here knows a device, and nothing claims to know a chip's designator.
"""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from gpu_inspector.measure.area import Counts, Flags, PassKey
from gpu_inspector.measure.pattern import LANES, Kind, Words, decode, expected
from gpu_inspector.records.silicon import WORD_BYTES, WORDS_PER_PAGE, GroupError, LaneError

BITS = 64 * LANES
LANE_WORDS = 8
"""A lane that is wrong in fewer words of the pages read whole is some weak cells, not a lane."""
STANDS_OUT = 4
"""A lane must be wrong this many times as often as the middle one of all 256: otherwise it is noise on all."""
SAMPLE_WORDS = 512
"""Words kept of each page to look for bridges."""
PAIR_WORDS = 32
"""Words in which two lanes always differed, by chance once in 2^32."""
LEAST_STRETCHES = 32
FLAT = 1.15
"""Wrong stretches are the same share at this size as at half of it: the stretch is not smaller."""
JUMP = 1.3
"""At twice the size they are a greater share: the stretch is not larger. Unrelated neighbours give 1.5 and more."""
LOST_SHARE = 0.9
OF_TOLERANCE = 0.15
"""The share times the number of groups may be this far from 1."""
_U = np.uint64
_SIZES = tuple(1 << power for power in range(WORDS_PER_PAGE.bit_length() - 1))
"""Stretches to try, in words: 1 to half a page."""


@dataclass(frozen=True, slots=True)
class RawPage:
    """One page as it was read, with each word's class."""

    page: int
    read: Words
    """Shape (WORDS_PER_PAGE, 4)."""
    expected: Words
    owner: Counts
    """For an aliased word its owner's number in the area, else -1."""
    right: Flags
    constant: Flags
    wrong: Flags
    """Neither right nor constant, and no words of another place or pass."""


def class_page(page: int, read: Words, what: PassKey, salt: int, total_words: int) -> RawPage:
    """Class every word of a page, as the kernel does."""
    index = np.arange(WORDS_PER_PAGE, dtype=np.int64) + page * WORDS_PER_PAGE
    should = expected(index.astype(np.uint64), what.number, what.kind, salt)
    right = np.asarray((read == should).all(axis=1))
    constant = ~right & constants(read)
    if what.kind in (Kind.WALKING_ONE, Kind.WALKING_ZERO):
        # One bit away from a constant by design: a constant is then one wrong bit as well as nothing at all.
        constant[:] = False
    owner = np.full(WORDS_PER_PAGE, -1, dtype=np.int64)
    stale = np.zeros(WORDS_PER_PAGE, dtype=np.bool_)
    rest = np.flatnonzero(~right & ~constant)
    owner[rest], stale[rest] = owners_of(index[rest], read[rest], what, salt, total_words)
    return RawPage(page, read, should, owner, right, constant, ~right & ~constant & ~stale & (owner < 0))


def constants(read: Words) -> Flags:
    """Which words are all zeros or all ones."""
    first = read[:, 0]
    return np.asarray((read == read[:, :1]).all(axis=1) & ((first == 0) | (first == ~_U(0))))


def owners_of(index: Counts, read: Words, what: PassKey, salt: int, total_words: int) -> tuple[Counts, Flags]:
    """For each word the other place that it had been written to in this pass, -1 for none; and whether it is stale."""
    if what.kind not in (Kind.HASH, Kind.INVERSE) or not len(index):
        return np.full(len(index), -1, dtype=np.int64), np.zeros(len(index), dtype=np.bool_)
    place, passes, lanes = decode(read, what.kind, salt)
    ours = (lanes >= 2) & (place < _U(total_words))
    owner = place.astype(np.int64)
    alias = ours & (passes == what.number) & (owner != index)
    stale = ours & (passes >= 1) & (passes < what.number)
    return np.where(alias, owner, -1), np.asarray(stale)


def bits_of(words: Words) -> npt.NDArray[np.uint8]:
    """Shape (n, 256): bit k is lane k, the lowest bit of the lowest lane first."""
    return np.unpackbits(np.ascontiguousarray(words).astype("<u8").view(np.uint8), axis=1, bitorder="little")


@dataclass(slots=True)
class Tally:
    """What all pages that were read whole add up to."""

    wrong: Counts = field(default_factory=lambda: np.zeros(BITS, dtype=np.int64))
    """For each lane the words in which it was wrong."""
    read_one: Counts = field(default_factory=lambda: np.zeros(BITS, dtype=np.int64))
    """Of these, those in which it read as 1."""
    stretches: Counts = field(default_factory=lambda: np.zeros(len(_SIZES), dtype=np.int64))
    """For each size of stretch, those with a word that was wrong or constant."""
    pages: int = 0
    words: int = 0
    constants: int = 0
    first_page: Flags | None = None
    _samples: list[tuple[Words, Words]] = field(default_factory=list)

    def add(self, raw: RawPage, kind: Kind, *, positions: bool = True) -> None:
        """Count one page in; `positions` where its words belong to the map of groups too."""
        rows = np.flatnonzero(raw.wrong)
        if len(rows):
            differing = raw.read[rows] ^ raw.expected[rows]
            self.wrong += bits_of(differing).sum(axis=0, dtype=np.int64)
            self.read_one += bits_of(differing & raw.read[rows]).sum(axis=0, dtype=np.int64)
            if kind in (Kind.HASH, Kind.INVERSE):
                some = rows[np.linspace(0, len(rows) - 1, min(len(rows), SAMPLE_WORDS)).astype(np.int64)]
                self._samples.append((raw.expected[some], raw.read[some]))
        if positions:
            self._add_positions(raw.wrong | raw.constant, raw.constant)

    def _add_positions(self, here: Flags, constant: Flags) -> None:
        if self.first_page is None:
            self.first_page = here
        self.pages += 1
        self.words += int(here.sum())
        self.constants += int(constant.sum())
        for row in range(len(_SIZES)):
            self.stretches[row] += int(here.sum())
            here = here[0::2] | here[1::2]

    def lanes(self) -> tuple[LaneError, ...]:
        """The lanes that are wrong, each with its partner where it is bridged with one."""
        least = max(LANE_WORDS, STANDS_OUT * int(np.median(self.wrong)))
        named = np.flatnonzero(self.wrong >= least)
        partners = self._partners(named)
        return tuple(
            LaneError(
                lane=int(lane),
                words=int(self.wrong[lane]),
                reads=_reads(int(self.wrong[lane]), int(self.read_one[lane])),
                partner=partners.get(int(lane)),
            )
            for lane in named
        )

    def _partners(self, lanes: Counts) -> dict[int, int]:
        """For each lane the one that differed from it in every word where it was wrong, and that it then read as."""
        if not self._samples or not len(lanes):
            return {}
        should = bits_of(np.concatenate([one for one, _ in self._samples]))
        read = bits_of(np.concatenate([one for _, one in self._samples]))
        found = {}
        for lane in lanes.tolist():
            rows = np.flatnonzero(should[:, lane] != read[:, lane])
            if len(rows) < PAIR_WORDS:
                continue
            same = np.flatnonzero((should[rows] != should[rows, lane : lane + 1]).all(axis=0))
            if len(same) == 1:
                found[lane] = int(same[0])
        return found

    def group(self) -> GroupError | None:
        """The regular share of the addresses on which errors lie, where there is one.

        The stretch is the size up to which wrong stretches stay the same share of all, and beyond which they grow.
        """
        if not self.pages or self.first_page is None:
            return None
        totals = np.array([self.pages * (WORDS_PER_PAGE // size) for size in _SIZES])
        share = self.stretches / totals
        for row in range(1, len(_SIZES) - 1):
            if (
                self.stretches[row] >= LEAST_STRETCHES
                and share[row] <= FLAT * share[row - 1]
                and share[row + 1] >= JUMP * share[row]
            ):
                return self._group(_SIZES[row], float(share[row]))
        return None

    def _group(self, stretch: int, share: float) -> GroupError | None:
        of = round(1 / share)
        if of < 2 or abs(share * of - 1) > OF_TOLERANCE or self.first_page is None:
            return None
        first = int(self.first_page.argmax()) // stretch
        lost = self.constants >= LOST_SHARE * share * self.pages * WORDS_PER_PAGE
        return GroupError(
            number=first % of + 1, of=of, stretch_bytes=stretch * WORD_BYTES, share=float(f"{share:.4g}"), lost=lost
        )


def _reads(wrong: int, read_one: int) -> str:
    if read_one == wrong:
        return "1"
    return "0" if read_one == 0 else "both"
