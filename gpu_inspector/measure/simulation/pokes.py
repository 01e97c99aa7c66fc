"""Single words that kernels poked into the simulated cells: sorted by place, found by search, never walked one by one.

A poke lives until its page is written whole. The last one into a cell wins.
"""

from typing import Final

import numpy as np

from gpu_inspector.measure.pattern import LANES, Words
from gpu_inspector.measure.simulation.channels import Flags, Numbers
from gpu_inspector.records.silicon import WORDS_PER_PAGE


class Pokes:
    """By the number of a page of cells and the word inside of it."""

    def __init__(self, written: Numbers) -> None:
        """`written` holds by page the number of the operation that wrote it whole last; its owner keeps it so."""
        self._written: Final = written
        self._places: Numbers = np.zeros(0, dtype=np.int64)
        """Sorted: page * WORDS_PER_PAGE + word."""
        self._operations: Numbers = np.zeros(0, dtype=np.int64)
        self._values: Words = np.zeros((0, LANES), dtype=np.uint64)
        self._fresh: list[tuple[Numbers, Words, int]] = []
        """Not yet sorted in, in order: places, values, operation."""

    def add(self, pages: Numbers, words: Numbers, values: Words, operation: int) -> None:
        """Poke, in this order; operations count upwards."""
        self._fresh.append((pages * WORDS_PER_PAGE + words, values.copy(), operation))

    def find(self, pages: Numbers, words: Numbers) -> tuple[Flags, Words]:
        """Which of these cells hold a poke, and what those hold."""
        self._sort()
        if not self._places.size:
            return np.zeros(len(pages), dtype=np.bool_), self._values
        places = pages * WORDS_PER_PAGE + words
        rows = np.minimum(np.searchsorted(self._places, places), len(self._places) - 1)
        found = (self._places[rows] == places) & (self._operations[rows] > self._written[pages])
        return np.asarray(found), self._values[rows[found]]

    def of(self, page: int) -> tuple[Numbers, Words]:
        """The words of a page that hold a poke, in order, and what they hold."""
        self._sort()
        start, end = np.searchsorted(self._places, [page * WORDS_PER_PAGE, (page + 1) * WORDS_PER_PAGE]).tolist()
        alive = self._operations[start:end] > self._written[page]
        return self._places[start:end][alive] - page * WORDS_PER_PAGE, self._values[start:end][alive]

    def _sort(self) -> None:
        """Sort in what is fresh; drop what was poked over, and what its page has forgotten."""
        if not self._fresh:
            return
        places = np.concatenate([self._places, *(one for one, _, _ in self._fresh)])
        values = np.concatenate([self._values, *(one for _, one, _ in self._fresh)])
        operations = np.concatenate(
            [self._operations, *(np.full(len(one), number, dtype=np.int64) for one, _, number in self._fresh)]
        )
        self._fresh.clear()
        order = np.argsort(places, kind="stable")
        places = places[order]
        last = np.append(places[1:] != places[:-1], True)
        alive = last & (operations[order] > self._written[places // WORDS_PER_PAGE])
        kept = order[alive]
        self._places, self._operations, self._values = places[alive], operations[kept], values[kept]
