"""Whether the bench's own measure was looked at: the program's last self-test, and the card that the office knows.

Both are looked up before a card is judged and written into its evidence, so that judging stays a pure function. A
self-test tells of the program on this machine; a control card tells of the whole bench, driver and slot included.
"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One thing that the self-test looked at."""

    what: str
    """A name that stays the same: "simulations", "key", "ledger", "fonts", "reference data", "comparator" ..."""
    passed: bool | None
    """None where it could not be tried."""
    text: str = ""
    """One sentence of what was found, in English."""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfTested:
    """The last self-test of this program on this machine."""

    made_at: datetime
    tool_version: str
    reference_version: str
    tried: tuple[Tried, ...]

    @property
    def failed(self) -> tuple[Tried, ...]:
        """What did not come out as it must."""
        return tuple(one for one in self.tried if one.passed is False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure of a control card: what it was at the reference inspection, and at the last one."""

    name: str
    """In English words with its unit: "copy within the card, GB/s"."""
    reference: float
    last: float
    spread: float
    """The share by which it may differ, as the program's limits have it."""

    @property
    def drifted(self) -> bool:
        """Whether it lies farther away than it may."""
        return abs(self.last - self.reference) > self.spread * abs(self.reference)


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlCard:
    """The last inspection of a card that the office knows, beside the one that the office took as its reference."""

    name: str
    """The office's own name of the card, or its product."""
    reference_row: int
    """Of the ledger."""
    last_row: int
    made_at: datetime
    """Of the last one."""
    inspections: int
    """How many there are of it, the reference included."""
    figures: tuple[Figure, ...] = ()
