"""The memory test's pages as they are while it runs: letters for a picture, not for the reading.

The reading's own letters come when a pass has been examined; until then a page that was read is right or has
something wrong. Whoever watches only looks: no verdict is taken from here.
"""

from dataclasses import dataclass, field

import numpy as np

from gpu_inspector.measure.area import Counts, Flags
from gpu_inspector.measure.run import Letters, PageStates, Run

UNTESTED, WRITTEN, RIGHT, WRONG = (ord(letter) for letter in "uwre")


@dataclass(slots=True)
class PageWatch:
    """Notes what launches do, and hands it to whoever draws."""

    run: Run
    pages: int
    letters: Letters = field(init=False)
    folded: Counts = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    owners: Counts = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    def __post_init__(self) -> None:
        self.letters = np.full(self.pages, UNTESTED, dtype=np.uint8)

    def written(self, first: int, pages: int) -> None:
        """These pages were written; what was known of them from an earlier pass stays."""
        part = self.letters[first : first + pages]
        part[part == UNTESTED] = WRITTEN
        self._draw()

    def verified(self, first: int, flagged: Flags) -> None:
        """These pages were read back; a fault that was seen once stays seen."""
        part = self.letters[first : first + len(flagged)]
        part[(part == UNTESTED) | (part == WRITTEN)] = RIGHT
        part[flagged & (part == RIGHT)] = WRONG
        self._draw()

    def settle(self, letters: Letters, folded: Counts, owners: Counts) -> None:
        """A pass was examined: now each page has its letter, and folded ones their owners."""
        known = letters != UNTESTED
        self.letters[known] = letters[known]
        self.folded, self.owners = folded, owners
        self._draw()

    def _draw(self) -> None:
        self.run.draw(PageStates(self.letters, self.folded, self.owners))
