"""What the kernels of memory.cu and speed.cu do to the simulated memory; the arguments are those of launches.py.

`verify` proves most pages right by knowing who wrote them, and looks at words only where a fault or a foreign write
can be: at a few first, which mostly settles it, then at all that may be wrong.
"""

from collections.abc import Callable
from typing import Final

import numpy as np

from gpu_inspector.measure.pattern import Kind, expected
from gpu_inspector.measure.simulation.addresses import Addresses
from gpu_inspector.measure.simulation.cells import ABSENT, Cells, Constant, Pattern, touch
from gpu_inspector.measure.simulation.channels import STRETCH_WORDS, Flags, Numbers, distinct
from gpu_inspector.measure.simulation.diagnosing import Diagnosis
from gpu_inspector.measure.simulation.reading import Reader
from gpu_inspector.records.silicon import PAGE_BYTES, WORD_BYTES, WORDS_PER_PAGE

_FIRST_LOOK = 16
"""Words that are looked at before all others of a page."""
_UNIT_BYTES = 16
Kernel = Callable[..., None]


class MemoryKernels:
    """Runs them. `reader` knows time and temperature."""

    def __init__(self, cells: Cells, addresses: Addresses, reader: Reader) -> None:
        self.cells: Final = cells
        self.addresses: Final = addresses
        self.reader: Final = reader
        self.table: Final[dict[str, Kernel]] = {
            "fill": self._fill,
            "verify": self._verify,
            "diagnose": self._diagnose,
            "gather": self._gather,
            "poke": self._poke,
            "write_all": self._write_all,
            "read_all": self._read_all,
            "copy_all": self._copy_all,
        }
        """By name; called with (grid, *arguments)."""

    def _cells_from(self, base: int, pages: int) -> Numbers:
        return touch(self.addresses.pages_from(base, pages), self.cells.page_faults)

    def _fill(self, grid: int, base: int, first: int, pages: int, number: int, kind: int, salt: int) -> None:
        cells = self._cells_from(base, pages)
        index = first + np.arange(pages, dtype=np.int64) * WORDS_PER_PAGE
        order = _block_order(pages, grid)
        self.cells.write(cells[order], Pattern(number, Kind(kind), salt), index[order], self.reader.now_s)

    def _verify(
        self, grid: int, base: int, first: int, pages: int, number: int, kind: int, salt: int, flags: int
    ) -> None:
        cells = self._cells_from(base, pages)
        pattern = Pattern(number, Kind(kind), salt)
        index = first + np.arange(pages, dtype=np.int64) * WORDS_PER_PAGE
        wrong = np.zeros(pages, dtype=np.bool_)
        same = (
            (cells != ABSENT)
            & (self.cells.content[cells] == self.cells.number_of(pattern))
            & (self.cells.first[cells] == index)
        )
        foreign = np.flatnonzero(~same)
        self._look(cells, index, pattern, foreign, np.arange(WORDS_PER_PAGE), wrong)
        own = np.flatnonzero(same)
        phases = self.cells.phases(cells[own])
        for phase in distinct(phases) if self.cells.has_channel_faults else []:
            stretches = self.cells.phase(phase).affected
            if stretches.size:
                chosen = own[phases == phase]
                words = (stretches[:, None] * STRETCH_WORDS + np.arange(STRETCH_WORDS)).ravel()
                self._look(cells, index, pattern, chosen, words, wrong)
        single = same & (self.cells.has_pokes(cells) | self.cells.single[cells]) & ~wrong
        # The last page is read first, which matters where two pages share cells that are wrong only once.
        for page in np.flatnonzero(single)[::-1].tolist():
            self._look(cells, index, pattern, np.array([page]), np.arange(WORDS_PER_PAGE), wrong)
        self.reader.seen(cells)
        self.addresses.host(flags, pages)[wrong] = 1

    def _look(
        self, cells: Numbers, index: Numbers, pattern: Pattern, pages: Numbers, words: Numbers, wrong: Flags
    ) -> None:
        """Mark in `wrong` which of these pages have a wrong word among `words`."""
        if not pages.size:
            return
        few = words[:_FIRST_LOOK]
        seen = self._wrong(np.repeat(cells[pages], len(few)), np.repeat(index[pages], len(few)),
                           np.tile(few, len(pages)), pattern)  # fmt: skip
        wrong[pages] |= seen.reshape(len(pages), len(few)).any(axis=1)
        rest = words[_FIRST_LOOK:]
        for page in pages[~wrong[pages]].tolist() if rest.size else []:
            cell, start = np.full(len(rest), cells[page]), np.full(len(rest), index[page])
            wrong[page] = self._wrong(cell, start, rest, pattern).any()

    def _wrong(self, cells: Numbers, index: Numbers, words: Numbers, pattern: Pattern) -> Flags:
        right = expected((index + words).astype(np.uint64), pattern.number, pattern.kind, pattern.salt)
        differing = self.reader.read(cells, words) ^ right
        return np.asarray((differing[:, 0] | differing[:, 1] | differing[:, 2] | differing[:, 3]) != 0)

    def _diagnose(
        self, grid: int, base: int, first: int, chosen: int, count: int,
        number: int, kind: int, salt: int, total_words: int, slots: int,
    ) -> None:  # fmt: skip
        pages = self.addresses.host(chosen, count * 8).view(np.uint64).astype(np.int64)
        cells = touch(self.addresses.pages(base + pages * PAGE_BYTES), self.cells.page_faults)
        index = first + pages * WORDS_PER_PAGE
        diagnosis = Diagnosis(self.cells, self.reader, Pattern(number, Kind(kind), salt), total_words)
        found = diagnosis.slots(cells, index)
        self.addresses.host(slots, found.nbytes).view(np.uint64)[:] = found.ravel()

    def _places(self, addresses: int, count: int) -> tuple[Numbers, Numbers]:
        asked = self.addresses.host(addresses, count * 8).view(np.uint64).astype(np.int64)
        cells = touch(self.addresses.pages(asked), self.cells.page_faults)
        return cells, asked % PAGE_BYTES // WORD_BYTES

    def _gather(self, grid: int, addresses: int, count: int, words: int) -> None:
        found = self.reader.read(*self._places(addresses, count))
        self.addresses.host(words, found.nbytes).view(np.uint64)[:] = found.ravel()

    def _poke(self, grid: int, addresses: int, count: int, words: int) -> None:
        cells, places = self._places(addresses, count)
        values = self.addresses.host(words, count * WORD_BYTES).view(np.uint64).reshape(count, 4)
        self.cells.poke(cells, self.reader.moved(cells, places), values)

    def _whole(self, base: int, units: int) -> Numbers:
        """The pages of cells of a range; parts of pages count whole: their words mean nothing to anybody."""
        start = base - base % PAGE_BYTES
        return self._cells_from(start, -(-(base + units * _UNIT_BYTES - start) // PAGE_BYTES))

    def _write_all(self, grid: int, base: int, units: int, value: int) -> None:
        self.cells.write(self._whole(base, units), Constant(value), 0, self.reader.now_s)

    def _read_all(self, grid: int, base: int, units: int, sink: int) -> None:
        self.reader.seen(self._whole(base, units))

    def _copy_all(self, grid: int, target: int, source: int, units: int) -> None:
        targets, sources = self._whole(target, units), self._whole(source, units)
        both = min(len(targets), len(sources))
        self.cells.copy(targets[:both], sources[:both], self.reader.now_s)


def _block_order(pages: int, grid: int) -> Numbers:
    """The order in which blocks that run one after another come to the pages, each stepping by the whole grid."""
    page = np.arange(pages, dtype=np.int64)
    return np.lexsort((page // grid, page % grid))
