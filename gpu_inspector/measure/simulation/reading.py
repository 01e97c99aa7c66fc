"""What a kernel reads: the cells, seen through everything that is broken on the way.

The order is fixed, and the same for one word as for a whole page: the address line picks the cell; the cell may have
forgotten; then the data path: crosstalk, stuck lanes, bridged lanes, each kind in the order in which the faults were
given; a channel that is lost answers ones whatever it holds; a flaky read turns its bit last.
"""

from typing import Final

import numpy as np

from gpu_inspector.measure.pattern import Words, expected
from gpu_inspector.measure.simulation.cells import ABSENT, ALL_ONES, Cells, Constant, Content, Copied, Pattern, Snapshot
from gpu_inspector.measure.simulation.channels import Numbers, Phase, bits_of, distinct
from gpu_inspector.measure.simulation.faults import BridgedLanes, Crosstalk, LaneFault, StuckLane

_ONES: Final = np.uint64(ALL_ONES)
_REFERENCE_C = 45.0
_HALVING_K = 10.0


class Reader:
    """Reads words of pages of cells; ABSENT pages read as ones."""

    def __init__(self, cells: Cells) -> None:
        self.cells: Final = cells
        self.now_s = 0.0
        """Set before reading: what weak cells have forgotten depends on both."""
        self.temperature_c = _REFERENCE_C
        self._read_since: dict[tuple[int, int], int] = {}

    def read(self, pages: Numbers, words: Numbers) -> Words:
        """The words at these places, shape (n, 4), as a kernel that runs now reads them."""
        found = np.full((len(pages), 4), _ONES, dtype=np.uint64)
        there = np.flatnonzero(pages != ABSENT)
        pages, words = pages[there], words[there]
        cells = self.moved(pages, words)
        values = self._values(pages, cells)
        single = self.cells.single[pages]
        if single.any():
            self._forget(pages, cells, values)
        self._through(pages, words, values)
        if single.any():
            self._flake(pages, cells, values)
        found[there] = values
        return found

    def seen(self, pages: Numbers) -> None:
        """All words of these pages were read: flaky ones answer right from now on."""
        for one in self.cells.flaky:
            if (pages == one.page).any():
                self._read_since[one.page, one.word] = self._stamp(one.page)

    def _stamp(self, page: int) -> int:
        return int(max(self.cells.written[page], self.cells.poked[page]))

    def _by_phase(self, pages: Numbers) -> list[tuple[Phase, Numbers]]:
        if not self.cells.has_channel_faults:
            return []
        phases = self.cells.phases(pages)
        return [(self.cells.phase(number), np.flatnonzero(phases == number)) for number in distinct(phases)]

    def moved(self, pages: Numbers, words: Numbers) -> Numbers:
        """The cell behind each word."""
        moved = words
        for phase, chosen in self._by_phase(pages):
            if phase.cells is not None:
                moved = moved.copy()
                moved[chosen] = phase.cells[words[chosen]]
        return moved

    def _writers(self, pages: Numbers, cells: Numbers) -> Numbers:
        """The word of its page that each cell was written with when the page was filled."""
        writers = cells
        for phase, chosen in self._by_phase(pages):
            if phase.writers is not None:
                writers = writers.copy()
                writers[chosen] = phase.writers[cells[chosen]]
        return writers

    def _values(self, pages: Numbers, cells: Numbers) -> Words:
        """What the cells were given last."""
        found = np.empty((len(pages), 4), dtype=np.uint64)
        numbers = self.cells.content[pages]
        for number in distinct(numbers):
            chosen = np.flatnonzero(numbers == number)
            writers = self._writers(pages[chosen], cells[chosen])
            found[chosen] = self._filled(self.cells.numbered(number), writers, self.cells.first[pages[chosen]])
        poked = np.flatnonzero(self.cells.has_pokes(pages))
        if poked.size:
            hit, values = self.cells.pokes.find(pages[poked], cells[poked])
            found[poked[hit]] = values
        return found

    def _filled(self, content: Content, words: Numbers, first: Numbers | int) -> Words:
        """The words that an operation wrote to a page, at these places of the page."""
        if isinstance(content, Constant):
            return np.full((len(words), 4), content.value, dtype=np.uint64)
        if isinstance(content, Pattern):
            return expected((first + words).astype(np.uint64), content.number, content.kind, content.salt)
        if isinstance(content, Snapshot):
            return content.words[first + words]
        return self._copied(content, words)

    def _copied(self, source: Copied, words: Numbers) -> Words:
        """What a copy read from its source, through the source's faults."""
        pages = np.full(len(words), source.page, dtype=np.int64)
        cells = self.moved(pages, words)
        values = self._filled(source.content, self._writers(pages, cells), source.first)
        if source.poked.size:
            rows = np.minimum(np.searchsorted(source.poked, cells), len(source.poked) - 1)
            hit = source.poked[rows] == cells
            values[hit] = source.pokes[rows[hit]]
        self._through(pages, words, values)
        return values

    def _forget(self, pages: Numbers, cells: Numbers, values: Words) -> None:
        hurry = 2.0 ** ((self.temperature_c - _REFERENCE_C) / _HALVING_K)
        for one in self.cells.weak:
            old_s = (self.now_s - self.cells.written_s[one.page]) * hurry
            if old_s > one.after_s:
                rows = (pages == one.page) & (cells == one.word)
                _set_bit(values, rows, one.lane, one.forgets_to)

    def _flake(self, pages: Numbers, cells: Numbers, values: Words) -> None:
        fresh: set[tuple[int, int]] = set()
        for one in self.cells.flaky:
            place = (one.page, one.word)
            rows = np.flatnonzero((pages == one.page) & (cells == one.word))
            if rows.size and self._read_since.get(place, -1) != self._stamp(one.page):
                values[rows[0], one.lane // 64] ^= np.uint64(1 << (one.lane % 64))
                fresh.add(place)
        for place in fresh:
            self._read_since[place] = self._stamp(place[0])

    def _through(self, pages: Numbers, words: Numbers, values: Words) -> None:
        """The faults of the data path, in place."""
        for phase, chosen in self._by_phase(pages):
            if not (phase.lanes or phase.lost):
                continue
            stretches = words[chosen] >> 5
            for kind in (Crosstalk, StuckLane, BridgedLanes):
                for fault in phase.lanes:
                    if isinstance(fault, kind):
                        rows = chosen[phase.has(fault)[stretches]]
                        values[rows] = damaged(values[rows], fault)
            values[chosen[phase.lost_stretches[stretches]]] = _ONES


def damaged(values: Words, fault: LaneFault) -> Words:
    """Words, shape (n, 4), as they come through one fault of the data lanes."""
    values = values.copy()
    if isinstance(fault, StuckLane):
        _set_bit(values, np.ones(len(values), dtype=np.bool_), fault.lane, fault.value)
    elif isinstance(fault, Crosstalk):
        bit = np.uint64(1 << (fault.lane % 64))
        values[:, fault.lane // 64] = crosstalk(values[:, fault.lane // 64], bit)
    else:
        either = np.zeros(len(values), dtype=np.bool_)
        for lane in bits_of(fault):
            either |= (values[:, lane // 64] >> np.uint64(lane % 64) & np.uint64(1)).astype(np.bool_)
        for lane in bits_of(fault):
            _set_bit(values, either, lane, 1)
    return values


def crosstalk(lane: Words, bit: np.uint64) -> Words:
    """64-bit lanes in which one bit reads as 1 where all others are 1."""
    return np.where(lane | bit == _ONES, _ONES, lane)


def _set_bit(values: Words, rows: np.ndarray[tuple[int], np.dtype[np.bool_]], lane: int, value: int) -> None:
    bit = np.uint64(1 << (lane % 64))
    column = values[:, lane // 64]
    values[:, lane // 64] = np.where(rows, column | bit if value else column & ~bit, column)
