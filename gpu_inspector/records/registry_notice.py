"""A question that the registry did not answer in time, and what it said later: kept in the user's data folder.

An inspection that is in the ledger is never changed. What becomes known of its cards afterwards is told to the
inspector as a notice, and noted in the custody log of its row.
"""

from dataclasses import dataclass, field
from datetime import datetime

from gpu_inspector.records.canonical import FORMAT
from gpu_inspector.records.sighting import RegistrySighting

QUESTION = "registry question"
NOTICE = "registry notice"


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingNumber:
    """One number of one card, in plain: keyed digests are made of it when it is asked for."""

    card: str
    kind: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingQuestion:
    """What is to be asked again."""

    kind: str = QUESTION
    asked_at: datetime
    collected_at: datetime
    """Of the evidence: by it the row is found, which did not stand yet when the question was asked."""
    ledger: str
    """The ledger that the inspection went into, as a path."""
    numbers: tuple[WaitingNumber, ...]
    format: int = field(default=FORMAT)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryNotice:
    """What came of it."""

    kind: str = NOTICE
    asked_at: datetime
    answered_at: datetime
    ledger: str
    row: int = 0
    """The inspection's row of that ledger; 0 where it was not found."""
    sightings: tuple[RegistrySighting, ...]
    left_out: int = 0
    format: int = field(default=FORMAT)
