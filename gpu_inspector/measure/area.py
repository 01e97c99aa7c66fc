"""The tested area: pieces of device memory put one after another, so that every word has one number.

Word i of the area lies where the table of chunks says; pages and words count from 0 over all chunks, in Python's own
integers or 64 bits, so that nothing wraps at any size. Offsets that go into records are word number x WORD_BYTES.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gpu_inspector.measure.pattern import Kind
from gpu_inspector.records.silicon import PAGE_BYTES, WORD_BYTES, WORDS_PER_PAGE

Numbers = npt.NDArray[np.uint64]
Counts = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class PassKey:
    """What was written in one pass: enough to know every word again."""

    number: int
    kind: Kind
    name: str
    """As in "write hash" and "verify hash"."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Neighbouring whole pages; `first_page` counts in the area, `address` is the device's."""

    address: int
    first_page: int
    pages: int

    @property
    def first_word(self) -> int:
        """The number of its first word in the area."""
        return self.first_page * WORDS_PER_PAGE


@dataclass(frozen=True, slots=True)
class Piece:
    """What one launch works on: pages of one chunk."""

    address: int
    first_page: int
    pages: int

    @property
    def first_word(self) -> int:
        """The number of its first word in the area."""
        return self.first_page * WORDS_PER_PAGE

    @property
    def size_bytes(self) -> int:
        """Its size."""
        return self.pages * PAGE_BYTES


@dataclass(frozen=True, slots=True)
class Area:
    """All chunks, in the order of their words."""

    chunks: tuple[Chunk, ...]

    @property
    def pages(self) -> int:
        """Whole pages of PAGE_BYTES."""
        return sum(chunk.pages for chunk in self.chunks)

    @property
    def words(self) -> int:
        """Words of WORD_BYTES."""
        return self.pages * WORDS_PER_PAGE

    @property
    def size_bytes(self) -> int:
        """Its size."""
        return self.pages * PAGE_BYTES

    def addresses(self, words: Numbers | Counts) -> Numbers:
        """The device addresses of words, given by their numbers in the area; every number must be below `words`."""
        words = np.asarray(words, dtype=np.uint64)
        starts = np.array([chunk.first_word for chunk in self.chunks], dtype=np.uint64)
        bases = np.array([chunk.address for chunk in self.chunks], dtype=np.uint64)
        chunk = np.searchsorted(starts, words, side="right") - 1
        inside: Numbers = words - starts[chunk]
        addresses: Numbers = bases[chunk] + inside * np.uint64(WORD_BYTES)
        return addresses

    def split(self, pages: Counts) -> Iterator[tuple[Chunk, Counts]]:
        """Page numbers of the area, sorted, chunk by chunk, as page numbers inside of each."""
        for chunk in self.chunks:
            low, high = np.searchsorted(pages, (chunk.first_page, chunk.first_page + chunk.pages))
            if high > low:
                yield chunk, pages[low:high] - chunk.first_page


def area_of(runs: list[tuple[int, int]]) -> Area:
    """The area of (address, pages) in this order; neighbours that touch become one chunk."""
    chunks: list[Chunk] = []
    first = 0
    for address, pages in runs:
        last = chunks[-1] if chunks else None
        if last is not None and last.address + last.pages * PAGE_BYTES == address:
            chunks[-1] = Chunk(last.address, last.first_page, last.pages + pages)
        else:
            chunks.append(Chunk(address, first, pages))
        first += pages
    return Area(tuple(chunks))
