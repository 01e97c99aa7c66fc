"""How the words of a page lie on the channels, and what broken address lines do to them.

A page of 2 MiB is cut into 2,048 stretches of 1 KiB. Stretch s of the page of cells c belongs to the channel

    (s + (s >> 5) + 7 * c + (c >> 5)) mod channels

which is this simulation's own swizzle: neighbours change the channel, and so do pages. Since only
(7 * c + (c >> 5)) mod channels, the page's *phase*, tells pages apart, all that follows is kept once for each phase.

An address line of a channel moves a word only where both places belong to the channel, for a channel's lines carry
its own addresses alone.
"""

from functools import cached_property

import numpy as np
import numpy.typing as npt

from gpu_inspector.measure.simulation.faults import (
    BridgedLanes,
    BridgedLines,
    Crosstalk,
    LaneFault,
    LineFault,
    LostChannel,
    MemoryFault,
    StuckLane,
    StuckLine,
)
from gpu_inspector.records.silicon import WORDS_PER_PAGE

Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

STRETCH_WORDS = 32
STRETCHES = WORDS_PER_PAGE // STRETCH_WORDS
_WORDS = np.arange(WORDS_PER_PAGE, dtype=np.int64)
_TURN = 128
"""Words apart that one thread of `fill` writes one after another: half of the 256 threads' 16-byte units."""


def phase_of(page: Numbers, channels: int) -> Numbers:
    """What a page of cells adds to the channels of its stretches."""
    return (7 * page + (page >> 5)) % channels


def distinct(numbers: Numbers) -> list[int]:
    """The numbers that occur, in order; none is below 0, and none is large."""
    return np.flatnonzero(np.bincount(numbers)).tolist()


def channel_of(page: Numbers, stretch: Numbers, channels: int) -> Numbers:
    """The channel of a stretch (0 to 2047) of a page of cells."""
    return (stretch + (stretch >> 5) + phase_of(page, channels)) % channels


def _moved(words: Numbers, fault: LineFault) -> Numbers:
    if isinstance(fault, StuckLine):
        return words | (1 << fault.bit) if fault.value else words & ~(1 << fault.bit)
    both = (words >> fault.first | words >> fault.second) & 1
    cleared = words & ~(1 << fault.first | 1 << fault.second)
    return cleared | both << fault.first | both << fault.second


class Phase:
    """One of the ways in which a page's words lie on the channels."""

    def __init__(self, phase: int, channels: int, faults: tuple[MemoryFault, ...]) -> None:
        stretch = np.arange(STRETCHES, dtype=np.int64)
        self.channels: Numbers = (stretch + (stretch >> 5) + phase) % channels
        """By stretch."""
        self.lines = tuple(one for one in faults if isinstance(one, StuckLine | BridgedLines))
        self.lanes = tuple(one for one in faults if isinstance(one, StuckLane | BridgedLanes | Crosstalk))
        self.lost = tuple(one for one in faults if isinstance(one, LostChannel))

    def has(self, fault: LaneFault | LineFault | LostChannel) -> Flags:
        """The stretches that a fault of a channel concerns."""
        if fault.channel is None:
            return np.ones(STRETCHES, dtype=np.bool_)
        return np.asarray(self.channels == fault.channel)

    @cached_property
    def cells(self) -> Numbers | None:
        """The cell of each word; None where every word has its own."""
        if not self.lines:
            return None
        words = _WORDS.copy()
        for fault in self.lines:
            moved = _moved(words, fault)
            before, after = self.channels[words >> 5], self.channels[moved >> 5]
            inside = (before == after) & self.has(fault)[words >> 5]
            words = np.where(inside, moved, words)
        return words

    @cached_property
    def writers(self) -> Numbers | None:
        """The word whose value a cell holds after a page was filled; None where each holds its own.

        Of several the one that a `fill` writes last: thread by thread, hence by (word mod 128, word div 128).
        """
        if self.cells is None:
            return None
        order = np.lexsort((_WORDS // _TURN, _WORDS % _TURN))
        writers = _WORDS.copy()
        writers[self.cells[order]] = order
        return writers

    @cached_property
    def lost_stretches(self) -> Flags:
        """Stretches of which nothing answers."""
        lost = np.zeros(STRETCHES, dtype=np.bool_)
        for fault in self.lost:
            lost |= self.has(fault)
        return lost

    @cached_property
    def affected(self) -> Numbers:
        """The stretches on which a word may be read wrong through a fault of lines, lanes or channels."""
        touched = self.lost_stretches.copy()
        for fault in self.lanes:
            touched |= self.has(fault)
        if self.cells is not None and self.writers is not None:
            moved = self.writers[self.cells] != _WORDS
            touched |= moved.reshape(STRETCHES, STRETCH_WORDS).any(axis=1)
        return np.flatnonzero(touched)

    @cached_property
    def single_lane(self) -> dict[int, tuple[LaneFault, ...]] | None:
        """For each channel the faults of its data lanes, where none reaches beyond one 64-bit lane; else None."""
        if self.lines:
            return None
        found: dict[int, tuple[LaneFault, ...]] = {}
        for channel in sorted(set(self.channels.tolist())):
            faults = tuple(one for one in self.lanes if one.channel in (None, channel))
            if len({bit // 64 for one in faults for bit in bits_of(one)}) > 1:
                return None
            if faults:
                found[channel] = faults
        return found


def bits_of(fault: LaneFault) -> tuple[int, ...]:
    """The lanes that a fault concerns."""
    return (fault.first, fault.second) if isinstance(fault, BridgedLanes) else (fault.lane,)
