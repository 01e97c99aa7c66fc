"""The custody log: who looked at, exported or printed what, when and where; each line carries the one before it.

It is for the chain of custody of digital evidence (ISO/IEC 27037 asks for one): a file that lists what was done with
the records is worth nothing where a line can be taken out, so the lines are chained as the inspections are, and every
signed checkpoint names the last one. What a line says is what the operating system and the settings told the program:
a note of what happened, no proof of who it was.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from gpu_inspector.language import N_
from gpu_inspector.records import canonical
from gpu_inspector.records.canonical import FORMAT
from gpu_inspector.records.chain import chain_digest

MARK = b"gi-custody-v1\0"
"""Keeps these digests apart from those of the inspections."""
LONGEST = 500
"""Characters of one text of a line."""


class What(StrEnum):
    """What was done."""

    INSPECTED = "inspected"
    LOOKED_AT = N_("looked at")
    REPORT_MADE = N_("report made")
    REPORT_OPENED = N_("report opened")
    EXPORTED = "exported"
    PRINTED = "printed"
    BACKED_UP = N_("backed up")
    RESTORED = "restored"
    VERIFIED = "verified"
    REJUDGED = "rejudged"
    PROVED = "proved"
    IMPORTED = "imported"
    CONTROL_CARD = N_("control card named")
    """An inspection became the reference of a card that the office knows; the detail is the card's name."""
    CONTROL_CARD_FORGOTTEN = N_("control card forgotten")
    LOT = "lot"
    """A lot was opened, or a card put into it: the detail begins with the digest of the entry in the log of lots."""
    BATCH = "batch"
    """A queue of files or cards was begun, gone on with or ended: the detail begins with the batch's id."""
    AUDIT = "audit"
    """An audit of many nodes was begun, gone on with or ended: the detail begins with the audit's id."""
    POLICY = N_("office policy")
    """One was installed or removed: the detail says which."""
    REGISTRY = N_("sent to the registry")
    """Rows went to a registry of many offices: the detail says which, and how much of them."""
    REGISTRY_ANSWERED = N_("registry answered later")
    """Which other offices saw its cards, asked again since it did not answer in time: the detail names them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One line."""

    what: What
    at: datetime
    """By the clock of the bench, in UTC."""
    user: str
    """The operating system's name of the user."""
    inspector: str
    """The inspector's name, as the settings have it."""
    host: str
    seq: int | None = None
    """The inspection's row; of a verification the last row that was found sound; None where no one row is meant."""
    detail: str = ""
    format: int = field(default=FORMAT)


@dataclass(frozen=True, slots=True)
class Line:
    """An event at its place of the log; `digest` in 64 hexadecimal digits."""

    number: int
    digest: str
    event: Event


def digest_of(number: int, previous: bytes, body: bytes) -> bytes:
    """The digest (32 bytes) of a line: as a row's of the ledger, with a mark of its own. Raises ValueError."""
    return chain_digest(number, previous, body, MARK)


def fitting(text: str) -> str:
    """A text as a line can hold it: of bounded length, and without half characters."""
    return text[:LONGEST].encode("utf-8", "replace").decode("utf-8")


def encode(event: Event) -> bytes:
    """The line's exact bytes. Raises CaptureError where a text is none."""
    return canonical.encode(event)


def decode(body: bytes) -> Event:
    """The event of a line. Raises CaptureError where it is none."""
    return canonical.decode(body, Event, N_("line of the custody log"))
