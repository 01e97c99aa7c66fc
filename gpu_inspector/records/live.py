"""How a measurement stands while it runs: for the window's bars, curves and memory map, and for nothing else.

Nothing of it is evidence: what is judged and printed is the reading that comes at the end. All values are bounded
where they come in, for the process that says them may have been corrupted by a driver.
"""

from dataclasses import dataclass
from enum import Enum

from gpu_inspector.language import N_
from gpu_inspector.records.gap import Gap
from gpu_inspector.records.silicon import MAP_LETTERS

PAGE_LETTERS = {**MAP_LETTERS, "w": N_("written, not yet read back")}
"""Letters of a page while the memory test runs."""
GRAVEST_FIRST = "eanuwr"
"""Which letter a cell shows that stands for several pages: the first of these that one of them has."""
MOST_CELLS = 65_536
"""Of a picture; 128 GiB at one cell a page, more at several pages a cell."""
FIGURES = {
    "temperature_c": (N_("Temperature (°C)"), "°C", -50.0, 250.0),
    "power_w": (N_("Power (W)"), "W", 0.0, 5_000.0),
    "clock_mhz": (N_("Clock (MHz)"), "MHz", 0.0, 20_000.0),
    "gb_per_s": (N_("Memory bandwidth (GB/s)"), "GB/s", 0.0, 100_000.0),
}
"""The figures that are drawn: what it is, with its unit, by which other languages tell a clock of hertz from one of
hours; its unit; and the least and the most that is believed."""


class Standing(Enum):
    """Where a step of the measurement stands."""

    WAITING = N_("waiting")
    RUNNING = N_("running")
    DONE = N_("done")
    PARTLY = N_("done, with a gap")
    MISSING = N_("not measured")


@dataclass(frozen=True, slots=True)
class StepLive:
    """One step; `share` is what of it is done, 0 to 1; `reason` why it is missing or incomplete."""

    name: str
    standing: Standing = Standing.WAITING
    share: float = 0.0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Sample:
    """One look at the card, `at_s` seconds after it was opened by its own clock; None is "not given"."""

    at_s: float
    temperature_c: float | None = None
    power_w: float | None = None
    clock_mhz: float | None = None
    gb_per_s: float | None = None


@dataclass(frozen=True, slots=True)
class MemoryMap:
    """The tested memory, page by page. A cell stands for `pages_per_cell` pages and shows the gravest of them."""

    pages: int
    pages_per_cell: int
    cells: str
    """One of PAGE_LETTERS for each cell."""
    counts: tuple[tuple[str, int], ...]
    """Pages of each letter; together they are all pages."""
    folds: tuple[tuple[int, int, int], ...] = ()
    """Runs of pages that are other pages' cells: the first, how many, and whose words the first one holds."""

    def count(self, letter: str) -> int:
        """Pages of a letter."""
        return dict(self.counts).get(letter, 0)

    def owner(self, page: int) -> int | None:
        """The page whose words a folded page holds; None where that is not known."""
        for first, length, owner in self.folds:
            if first <= page < first + length:
                return owner + page - first
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """One card's measurement as it stands now."""

    label: str
    uuid: str
    steps: tuple[StepLive, ...] = ()
    share: float = 0.0
    """Of the whole measurement, 0 to 1."""
    seconds_left: float | None = None
    """By the speed measured so far; None where nothing can be said yet."""
    samples: tuple[Sample, ...] = ()
    """New since the one before."""
    memory: MemoryMap | None = None
    gaps: tuple[Gap, ...] = ()
    """All so far."""
    ended: bool = False
