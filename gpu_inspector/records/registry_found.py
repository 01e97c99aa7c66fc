"""What the registry of many offices found: lines of the offices' listings, their word and nobody's proof."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryRow:
    """One inspection of one office. What the office did not send is ""."""

    arrival: int
    """Its place in the order in which the search took rows in: the mark from which a page goes on."""
    registered: str
    """The office as the registry knows it, to whose ledger the row belongs."""
    seq: int
    id: str
    made_at: datetime
    case: str
    product: str
    verdict: str
    condition: str
    control: str
    inspector: str
    office: str
    """As the inspection itself names it."""
    place: str
    cards: int
    origin: str
    numbers: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryPage:
    """Rows, the newest first. `after` is where to go on, None where there is nothing more.

    A page may be shorter than was asked, or empty, and yet not the last: the registry gives each question its time.
    """

    rows: tuple[RegistryRow, ...]
    after: int | None
