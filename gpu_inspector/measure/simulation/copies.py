"""The link's copies: what the copy engines bring into the simulated memory, and what they bring back.

A copy from the host is kept as one snapshot, however many pages it fills. Copying the same bytes again and again, as a
test of rates does, takes no new one: nobody can have changed them who held no view and asked for none since.
"""

import sys
from typing import Final

import numpy as np

from gpu_inspector.measure.device import Bytes
from gpu_inspector.measure.pattern import Words
from gpu_inspector.measure.simulation.addresses import Addresses
from gpu_inspector.measure.simulation.cells import ABSENT, ALL_ONES, Cells, Snapshot, touch
from gpu_inspector.measure.simulation.channels import STRETCH_WORDS, Numbers
from gpu_inspector.measure.simulation.reading import Reader
from gpu_inspector.records.silicon import PAGE_BYTES, WORD_BYTES, WORDS_PER_PAGE


class SimulatedBuffer:
    """Memory of the host; each view is told apart from those that are gone."""

    def __init__(self, size_bytes: int, address: int) -> None:
        self._array: Bytes = np.zeros(-(-size_bytes // WORD_BYTES) * WORD_BYTES, dtype=np.uint8)
        self._size = size_bytes
        self._unshared: Final = sys.getrefcount(self._array)
        """References to the array as long as nobody holds a view."""
        self._address: Final = address
        self._untouched: object = None

    @property
    def address(self) -> int:
        return self._address

    @property
    def array(self) -> Bytes:
        self._untouched = None
        return self._array[: self._size]

    def mark(self, state: object) -> None:
        """Remember that the buffer is in `state`, unless somebody holds a view and could change it unseen."""
        self._untouched = state if sys.getrefcount(self._array) <= self._unshared else None

    @property
    def marked(self) -> object:
        """The state that was marked, where nobody can have changed the buffer since."""
        return self._untouched


class Copies:
    """Moves bytes between buffers of the host and pages of cells."""

    def __init__(self, cells: Cells, addresses: Addresses, reader: Reader) -> None:
        self.cells: Final = cells
        self.addresses: Final = addresses
        self.reader: Final = reader

    def _cells_at(self, address: int, size_bytes: int) -> Numbers:
        pages = self.addresses.pages_from(address, -(-size_bytes // PAGE_BYTES))
        return touch(pages, self.cells.page_faults)

    def to_device(self, address: int, source: SimulatedBuffer, size_bytes: int) -> None:
        """Write whole pages; `address` begins one, and what is left of the last page becomes zeros."""
        snapshot = source.marked
        if not isinstance(snapshot, Snapshot) or snapshot.size_bytes != size_bytes:
            words = np.zeros(-(-size_bytes // PAGE_BYTES) * PAGE_BYTES, dtype=np.uint8)
            words[:size_bytes] = source.array[:size_bytes]
            snapshot = Snapshot(words.view(np.uint64).reshape(-1, 4), size_bytes)
            source.mark(snapshot)
        cells = self._cells_at(address, size_bytes)
        first = np.arange(len(cells), dtype=np.int64) * WORDS_PER_PAGE
        self.cells.write(cells, snapshot, first, self.reader.now_s)

    def to_host(self, target: SimulatedBuffer, address: int, size_bytes: int) -> None:
        """Read whole pages; `address` begins one."""
        cells = self._cells_at(address, size_bytes)
        state = self._state(cells, size_bytes)
        if state is not None and target.marked == state:
            return
        array = target.array[:size_bytes]
        for number, cell in enumerate(cells.tolist()):
            part = array[number * PAGE_BYTES : (number + 1) * PAGE_BYTES]
            part[:] = self._page(cell).view(np.uint8).ravel()[: len(part)]
        del array, part
        target.mark(state)

    def _state(self, cells: Numbers, size_bytes: int) -> tuple[bytes, ...] | None:
        """What tells whether the pages would read the same; None where time alone may change them."""
        if not len(cells) or self.cells.single[cells].any():
            return None
        written, poked = self.cells.written[cells], self.cells.poked[cells]
        return cells.tobytes(), written.tobytes(), poked.tobytes(), str(size_bytes).encode()

    def _page(self, cell: int) -> Words:
        """All words of a page of cells, shape (65536, 4)."""
        every = np.arange(WORDS_PER_PAGE, dtype=np.int64)
        if cell == ABSENT:
            return np.full((WORDS_PER_PAGE, 4), ALL_ONES, dtype=np.uint64)
        content = self.cells.numbered(int(self.cells.content[cell]))
        phase = self.cells.phase(int(self.cells.phases(np.array([cell]))[0]))
        special = bool(self.cells.single[cell] or self.cells.has_pokes(np.array([cell]))[0])
        if special or not isinstance(content, Snapshot):
            return self.reader.read(np.full(WORDS_PER_PAGE, cell), every)
        first = int(self.cells.first[cell])
        found = content.words[first : first + WORDS_PER_PAGE]
        if phase.affected.size:
            found = found.copy()
            words = (phase.affected[:, None] * STRETCH_WORDS + np.arange(STRETCH_WORDS)).ravel()
            found[words] = self.reader.read(np.full(len(words), cell), words)
        return found
