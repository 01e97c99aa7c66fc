"""`diagnose` of the simulated card: the slots of many pages at once, by the cheapest way that is exact."""

from collections.abc import Callable
from functools import partial
from typing import Final

import numpy as np

from gpu_inspector.measure.launches import Slot
from gpu_inspector.measure.pattern import INDEX_BITS, LANE_SHIFT, Kind, Words, mix
from gpu_inspector.measure.simulation import verdicts
from gpu_inspector.measure.simulation.cells import ABSENT, ALL_ONES, Cells, Constant, Pattern
from gpu_inspector.measure.simulation.channels import STRETCH_WORDS, STRETCHES, Flags, Numbers, Phase, bits_of, distinct
from gpu_inspector.measure.simulation.faults import BridgedLanes, Crosstalk, LaneFault, StuckLane
from gpu_inspector.measure.simulation.reading import Reader, crosstalk
from gpu_inspector.records.silicon import WORDS_PER_PAGE

_BATCH = 1 << 17
"""Words at a time: what fits the processor's cache."""
_HASHES = (Kind.HASH, Kind.INVERSE)


class Diagnosis:
    """Of one launch: what every word ought to be."""

    def __init__(self, cells: Cells, reader: Reader, pattern: Pattern, total_words: int) -> None:
        self.cells: Final = cells
        self.reader: Final = reader
        self.pattern: Final = pattern
        self.total_words: Final = total_words

    def slots(self, pages: Numbers, first: Numbers) -> Words:
        """Shape (pages, threads, numbers). `first` are the indices of the first words of these pages of cells."""
        slots = verdicts.fresh(len(pages))
        there = pages != ABSENT
        number = self.cells.number_of(self.pattern)
        same = there & (self.cells.content[pages] == number)
        own = same & (self.cells.first[pages] == first)
        plain = there & ~(self.cells.has_pokes(pages) | self.cells.single[pages])
        left = there.copy()
        _apply(slots, ~there, partial(verdicts.constant, first=first[~there], value=ALL_ONES))
        for phase_number in distinct(self.cells.phases(pages[there])):
            phase = self.cells.phase(phase_number)
            chosen = there & plain & (self.cells.phases(pages) == phase_number)
            if phase.affected.size == 0:
                left &= ~self._whole_pages(slots, pages, first, chosen, own, same)
            else:
                left &= ~self._right_but(slots, phase, pages, first, chosen & own)
        for page in np.flatnonzero(left).tolist():
            slots[page] = self._any(int(pages[page]), int(first[page]), np.arange(STRETCHES))
        return slots

    def _whole_pages(
        self, slots: Words, pages: Numbers, first: Numbers, chosen: Flags, own: Flags, same: Flags
    ) -> Flags:
        """Pages without faults of their own that are one thing altogether. Says which were done."""
        owner = self.cells.first[pages]
        alias = chosen & same & ~own & (owner + WORDS_PER_PAGE <= self.total_words)
        alias &= (first % WORDS_PER_PAGE == 0) & (owner % WORDS_PER_PAGE == 0)
        alias &= self.pattern.kind in _HASHES
        _apply(slots, alias, partial(verdicts.alias, first=first[alias], owner=owner[alias], pattern=self.pattern))
        done = (chosen & own) | alias
        for value in (0, ALL_ONES):
            constant = chosen & (self.cells.content[pages] == self.cells.number_of(Constant(value)))
            _apply(slots, constant, partial(verdicts.constant, first=first[constant], value=value))
            done |= constant
        return done

    def _right_but(self, slots: Words, phase: Phase, pages: Numbers, first: Numbers, chosen: Flags) -> Flags:
        """Pages that hold what they should, and have faults of channels. Says which were done."""
        if phase.lines or not chosen.any():
            return np.zeros_like(chosen)
        if not phase.lanes:
            _apply(slots, chosen, partial(verdicts.lost, first=first[chosen], stretches=phase.affected))
            return chosen
        batch = max(_BATCH // (len(phase.affected) * STRETCH_WORDS), 1)
        rows = np.flatnonzero(chosen)
        quick = phase.single_lane is not None and not phase.lost and self.pattern.kind in _HASHES
        for start in range(0, len(rows), batch):
            part = rows[start : start + batch]
            if quick:
                slots[part] = self._one_lane(phase, pages[part], first[part])
            else:
                for row in part.tolist():
                    slots[row] = self._any(int(pages[row]), int(first[row]), phase.affected)
        return chosen

    def _one_lane(self, phase: Phase, pages: Numbers, first: Numbers) -> Words:
        faults = phase.single_lane or {}
        channels = phase.channels[phase.affected]
        lane = np.array([_lane_of(faults[channel]) for channel in channels.tolist()], dtype=np.int64)
        words = phase.affected[:, None] * STRETCH_WORDS + np.arange(STRETCH_WORDS)
        index = (first[:, None, None] + words).astype(np.uint64)
        tweak = (lane.astype(np.uint64) << np.uint64(LANE_SHIFT)) ^ np.uint64(
            (self.pattern.number << INDEX_BITS) ^ self.pattern.salt
        )
        right = mix(index ^ tweak[:, None])
        if self.pattern.kind is Kind.INVERSE:
            right = ~right
        through = right.copy()
        for channel, some in faults.items():
            concerned = channels == channel
            through[:, concerned] = _through_lane(right[:, concerned], some)
        slots = verdicts.fresh(len(pages))
        verdicts.one_lane(slots, first, phase.affected, lane, through, right)
        self._read_first(slots, pages, first)
        return slots

    def _read_first(self, slots: Words, pages: Numbers, first: Numbers) -> None:
        """Fill in the first wrong words as they read."""
        index = slots[..., Slot.FIRST_INDEX]
        rows, threads = np.nonzero(index != np.uint64(ALL_ONES))
        words = index[rows, threads].astype(np.int64) - first[rows]
        read = self.reader.read(pages[rows], words)
        slots[rows, threads, Slot.FIRST_READ : Slot.FIRST_READ + 4] = read

    def _any(self, page: int, first: int, stretches: Numbers) -> Words:
        """One page, word by word on these stretches; all others are known to be right."""
        words = stretches[:, None] * STRETCH_WORDS + np.arange(STRETCH_WORDS)
        read = self.reader.read(np.full(words.size, page), words.ravel()).reshape(*words.shape, 4)
        index = (first + words).astype(np.uint64)
        return verdicts.classed(index, read, self.pattern, self.total_words)


def _apply(slots: Words, chosen: Flags, change: Callable[[Words], None]) -> None:
    """Change the slots of some pages."""
    if chosen.any():
        some = slots[chosen]
        change(some)
        slots[chosen] = some


def _lane_of(faults: tuple[LaneFault, ...]) -> int:
    return bits_of(faults[0])[0] // 64


def _through_lane(values: Words, faults: tuple[LaneFault, ...]) -> Words:
    """One 64-bit lane as it comes through faults that stay inside of it; the order is that of reading.py."""
    for kind in (Crosstalk, StuckLane, BridgedLanes):
        for fault in faults:
            if not isinstance(fault, kind):
                continue
            bits = [np.uint64(1 << (bit % 64)) for bit in bits_of(fault)]
            if isinstance(fault, StuckLane):
                values = values | bits[0] if fault.value else values & ~bits[0]
            elif isinstance(fault, Crosstalk):
                values = crosstalk(values, bits[0])
            else:
                both = bits[0] | bits[1]
                values = np.where(values & both, values | both, values)
    return values
