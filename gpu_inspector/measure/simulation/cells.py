"""What the simulated cells hold, without holding it: for each page of cells, who wrote it last.

A page that a kernel filled is known by the pass, the kind, the salt, and the index of its first word; what single
words were poked into it since lies beside. A copy is known by its source. So 80 GiB need a few numbers for each of
40,960 pages. Faults of pages decide which cells a page of the driver has.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np

from gpu_inspector.language import N_
from gpu_inspector.measure.device import KernelFault
from gpu_inspector.measure.pattern import Kind, Words
from gpu_inspector.measure.simulation.channels import Flags, Numbers, Phase, phase_of
from gpu_inspector.measure.simulation.faults import (
    ChannelFault,
    DroppedBit,
    FlakyRead,
    Limit,
    Modulo,
    PageFault,
    WeakCell,
)
from gpu_inspector.measure.simulation.pokes import Pokes
from gpu_inspector.measure.simulation.silicon import Memory
from gpu_inspector.records.silicon import PAGE_BYTES

ABSENT = -1
"""The number of a page of cells that is not there: writes are lost, all bits read as 1."""
ALL_ONES = (1 << 64) - 1


@dataclass(frozen=True, slots=True)
class Pattern:
    """What `fill` left; the index of the page's first word is kept beside."""

    number: int
    kind: Kind
    salt: int


@dataclass(frozen=True, slots=True)
class Constant:
    """One 64-bit value all over; 0 is also what memory holds that nobody wrote."""

    value: int


@dataclass(frozen=True, slots=True, eq=False)
class Copied:
    """What was read from another page of cells, `page`, when it was copied."""

    page: int
    content: "Content"
    first: int
    poked: Numbers
    """The words of `page` that were poked then, in order."""
    pokes: Words
    """What those held, shape (n, 4)."""


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """Bytes that came from the host, shape (words, 4); the index of a page's first word is kept beside."""

    words: Words
    size_bytes: int


Content = Pattern | Constant | Copied | Snapshot


def touch(pages: Numbers, faults: Iterable[PageFault]) -> Numbers:
    """The page of cells behind each page number of the driver; ABSENT where there is none.

    Raises KernelFault where a page that is protected is among them.
    """
    cells = pages.copy()
    for fault in faults:
        there = cells != ABSENT
        if isinstance(fault, DroppedBit):
            cells = np.where(there, cells & ~np.int64(1 << fault.bit), cells)
        elif isinstance(fault, Modulo):
            cells = np.where(there, cells % fault.pages, cells)
        else:
            beyond = cells >= fault.pages
            if fault.protected and beyond.any():
                raise KernelFault(
                    N_("A kernel touched memory that is not there (CUDA error 700)."),
                    N_("Nothing more can be asked of the card in this run."),
                )
            cells = np.where(beyond, ABSENT, cells)
    return cells


class Cells:
    """All cells of a card. Pages are numbers of pages of cells; words are places inside of a page, 0 to 65535."""

    def __init__(self, memory: Memory, claimed_bytes: int) -> None:
        """`claimed_bytes` bounds the page numbers that a driver may come with; no fault means cells for all."""
        self.memory: Final = memory
        faults = memory.faults
        self.page_faults: Final = tuple(one for one in faults if isinstance(one, DroppedBit | Modulo | Limit))
        self.weak: Final = tuple(one for one in faults if isinstance(one, WeakCell))
        self.flaky: Final = tuple(one for one in faults if isinstance(one, FlakyRead))
        self._phases: dict[int, Phase] = {}
        self.has_channel_faults: Final = any(isinstance(one, ChannelFault) for one in faults)
        """Whether anything at all is broken that depends on how a page's words lie on the channels."""
        pages = max(claimed_bytes, memory.size_bytes) // PAGE_BYTES
        self._contents: list[Content] = []
        self._numbers: dict[Content, int] = {}
        self.content = np.full(pages, self.number_of(Constant(0)), dtype=np.int64)
        """By page, the number of what it holds."""
        self.first = np.zeros(pages, dtype=np.int64)
        self.written: Final = np.zeros(pages, dtype=np.int64)
        """By page, the number of the operation that wrote it whole last."""
        self.written_s = np.zeros(pages)
        self.poked = np.full(pages, -1, dtype=np.int64)
        """By page, the number of the operation that poked a word last."""
        self.pokes: Final = Pokes(self.written)
        self.single: Final = np.zeros(pages, dtype=np.bool_)
        """Pages with faults of single cells."""
        self.single[[one.page for one in self.weak] + [one.page for one in self.flaky]] = True
        self._operation = 0
        self._snapshots: set[int] = set()

    def phases(self, pages: Numbers) -> Numbers:
        """The phase of each page; that of an absent one means nothing."""
        return phase_of(pages, self.memory.channels)

    def phase(self, number: int) -> Phase:
        """The layout of all pages of one phase."""
        if number not in self._phases:
            self._phases[number] = Phase(number, self.memory.channels, self.memory.faults)
        return self._phases[number]

    def number_of(self, content: Content) -> int:
        """The number by which `content` is known in the array of that name."""
        if content not in self._numbers:
            self._numbers[content] = len(self._contents)
            self._contents.append(content)
            if isinstance(content, Snapshot):
                self._snapshots.add(self._numbers[content])
        return self._numbers[content]

    def numbered(self, number: int) -> Content:
        """What is known by a number."""
        return self._contents[number]

    def has_pokes(self, pages: Numbers) -> Flags:
        """Where single words were written since the whole page was."""
        return np.asarray((pages >= 0) & (self.poked[pages] > self.written[pages]))

    def write(self, pages: Numbers, content: Content, first: Numbers | int, now_s: float) -> None:
        """Write whole pages, in this order; those that are not there lose it."""
        there = pages >= 0
        pages = pages[there]
        self._operation += 1
        self.content[pages] = self.number_of(content)
        self.first[pages] = first if isinstance(first, int) else first[there]
        self.written[pages] = self._operation
        self.written_s[pages] = now_s
        self._forget_snapshots()

    def _forget_snapshots(self) -> None:
        """Drop bytes of the host that no page holds any more."""
        for number in [one for one in self._snapshots if not (self.content == one).any()]:
            del self._numbers[self._contents[number]]
            self._contents[number] = Constant(0)
            self._snapshots.discard(number)

    def poke(self, pages: Numbers, words: Numbers, values: Words) -> None:
        """Write single cells, in this order."""
        self._operation += 1
        there = pages != ABSENT
        self.poked[pages[there]] = self._operation
        self.pokes.add(pages[there], words[there], values[there], self._operation)

    def copy(self, targets: Numbers, sources: Numbers, now_s: float) -> None:
        """Write whole pages with what is read from others; a weak cell's loss is not carried over."""
        plain = (sources >= 0) & ~self.has_pokes(sources)
        for phase in set(self.phases(sources[plain]).tolist()):
            if self.phase(phase).affected.size:
                plain &= self.phases(sources) != phase
        there = plain & (targets >= 0)
        self._operation += 1
        self.content[targets[there]] = self.content[sources[there]]
        self.first[targets[there]] = self.first[sources[there]]
        self.written[targets[there]] = self._operation
        self.written_s[targets[there]] = now_s
        for target, source in zip(targets[~plain].tolist(), sources[~plain].tolist(), strict=True):
            content: Content = Constant(ALL_ONES)
            if source != ABSENT:
                kept = self.numbered(int(self.content[source]))
                content = Copied(source, kept, int(self.first[source]), *self.pokes.of(source))
            self.write(np.array([target]), content, 0, now_s)
