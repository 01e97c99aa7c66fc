"""The memory map as a message: short whatever the memory is like, and ten times a second at most.

Made between two launches, so it must cost next to nothing: under a millisecond for the largest memory there is.
"""

import time
from collections.abc import Callable

import numpy as np

from gpu_inspector.measure.messages import Pages
from gpu_inspector.measure.run import Letters, PageStates
from gpu_inspector.records.live import GRAVEST_FIRST, MOST_CELLS

AGAIN_S = 0.1
"""Between two pictures, by this machine's clock: people look at them."""
MOST_RUNS = 4096
"""Runs of cells, and of folded pages, in one message: some 30 kB."""
_RANK = np.zeros(128, dtype=np.uint8)
for _number, _letter in enumerate(reversed(GRAVEST_FIRST)):
    _RANK[ord(_letter)] = _number
_LETTERS = np.frombuffer(GRAVEST_FIRST[::-1].encode(), dtype=np.uint8)


class Picture:
    """Takes the states of all pages, and says them when it is time."""

    def __init__(self, say: Callable[[Pages], None], now_s: Callable[[], float] = time.monotonic) -> None:
        self._say = say
        self._now_s = now_s
        self._said_s = -AGAIN_S
        self._unsaid: PageStates | None = None

    def take(self, pages: PageStates) -> None:
        """Say them if the last picture is old enough; otherwise they wait for the next, or for `flush`."""
        self._unsaid = pages
        if self._now_s() - self._said_s >= AGAIN_S:
            self.flush()

    def flush(self) -> None:
        """Say what has not been said."""
        if self._unsaid is not None and len(self._unsaid.letters):
            self._said_s = self._now_s()
            self._say(message_of(self._unsaid))
        self._unsaid = None


def message_of(pages: PageStates) -> Pages:
    """The states as runs; where these are too many, as cells of 2, 4, 8... pages."""
    letters = pages.letters
    per_cell = 1
    while len(letters) > MOST_CELLS * per_cell:
        per_cell *= 2
    cells = _coarse(letters, per_cell)
    starts = _starts(cells)
    while len(starts) > MOST_RUNS:
        per_cell *= 2
        cells = _coarse(letters, per_cell)
        starts = _starts(cells)
    lengths = np.diff(np.append(starts, len(cells)))
    counts = np.bincount(letters, minlength=128)
    return Pages(
        pages=len(letters),
        per_cell=per_cell,
        cells="".join(f"{chr(cells[start])}{length}" for start, length in zip(starts, lengths, strict=True)),
        counts={letter: int(counts[ord(letter)]) for letter in GRAVEST_FIRST if counts[ord(letter)]},
        folds=_folds(pages),
    )


def _coarse(letters: Letters, per_cell: int) -> Letters:
    """The gravest letter of each `per_cell` pages."""
    if per_cell == 1:
        return letters
    gravest = np.maximum.reduceat(_RANK[letters], np.arange(0, len(letters), per_cell))
    return np.asarray(_LETTERS[gravest], dtype=np.uint8)


def _starts(cells: Letters) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    return np.concatenate([[0], np.flatnonzero(cells[1:] != cells[:-1]) + 1]).astype(np.int64)


def _folds(pages: PageStates) -> tuple[tuple[int, int, int], ...]:
    """Runs in which page and owner go up together; of more than MOST_RUNS the first."""
    folded, owners = pages.folded, pages.owners
    if not len(folded):
        return ()
    apart = (np.diff(folded) != 1) | (np.diff(owners) != 1)
    starts = np.concatenate([[0], np.flatnonzero(apart) + 1])
    lengths = np.diff(np.append(starts, len(folded)))
    rows = zip(folded[starts[:MOST_RUNS]], lengths, owners[starts[:MOST_RUNS]], strict=False)
    return tuple((int(first), int(length), int(owner)) for first, length, owner in rows)
