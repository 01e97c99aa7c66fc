"""Whether the bench's own measure was looked at: the program's last self-test, and the card that the office knows.

Both are looked up before a card is judged and written into its evidence, so that judging stays a pure function. A
self-test tells of the program on this machine; a control card tells of the whole bench, driver and slot included.
"""

from dataclasses import dataclass
from datetime import datetime

from gpu_inspector.language import N_

SIMULATIONS = "simulations"
COMPARATOR = "comparator"
KERNELS = "kernels"
JUDGING = "judging"
REFERENCE_DATA = N_("reference data")
FONTS = "fonts"
KEY = "key"
LEDGER = "ledger"
DISK = "disk"
TRIED = (SIMULATIONS, COMPARATOR, KERNELS, JUDGING, REFERENCE_DATA, FONTS, KEY, LEDGER, DISK)
"""What the self-test looks at, in its order."""
MOST_POINTS = 32
"""Inspections of a control card that a record carries, the newest ones beside the reference."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One thing that the self-test looked at."""

    what: str
    """One of TRIED."""
    passed: bool | None
    """None where it could not be tried."""
    text: str = ""
    """One sentence of what was found, in English; where it failed, with what to do."""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfTested:
    """The last self-test of this program on this machine."""

    made_at: datetime
    tool_version: str
    reference_version: str
    tried: tuple[Tried, ...]
    quick: bool = False
    """Fewer simulations were measured, and the kernels were compiled for one architecture."""

    @property
    def failed(self) -> tuple[Tried, ...]:
        """What did not come out as it must."""
        return tuple(one for one in self.tried if one.passed is False)

    @property
    def untried(self) -> tuple[Tried, ...]:
        """What could not be tried."""
        return tuple(one for one in self.tried if one.passed is None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure of a control card: what it was at the reference inspection, and at the last one."""

    name: str
    """In English words with its unit: "copy within the card, GB/s"."""
    reference: float
    last: float
    spread: float
    """The share by which it may differ, as the program's limits have it."""
    source: str = ""
    """Where that share is from."""

    @property
    def drifted(self) -> bool:
        """Whether it lies farther away than it may."""
        return abs(self.last - self.reference) > self.spread * abs(self.reference)


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One inspection of a control card."""

    row: int
    """Of the ledger; 0 is the very inspection that bears this record."""
    at: datetime
    """When it was measured."""
    values: tuple[float | None, ...]
    """In the order of the figures; None where it was not measured then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlCard:
    """The last inspection of a card that the office knows, beside the one that the office took as its reference."""

    name: str
    """The office's own name of the card, or its product."""
    reference_row: int
    """Of the ledger."""
    last_row: int
    """Of the ledger; 0 is the very inspection that bears this record."""
    made_at: datetime
    """Of the last one."""
    inspections: int
    """How many there are of it, the reference included."""
    figures: tuple[Figure, ...] = ()
    """Those that both the reference and the last inspection measured."""
    reference_at: datetime | None = None
    simulation: bool = False
    """It is a simulated card, and says nothing of any machine."""
    series: tuple[Point, ...] = ()
    """The reference and the newest inspections, the oldest first, MOST_POINTS at most."""

    @property
    def drifted(self) -> tuple[Figure, ...]:
        """The figures that lie farther from the reference than they may."""
        return tuple(one for one in self.figures if one.drifted)
