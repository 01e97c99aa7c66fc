"""The log of lots: that one was opened, and which inspection was put into it; each entry carries the one before it.

The plan of a lot must not change once the first card was looked at, and no card may be taken out of it again: so the
entries are chained as the inspections are. A line of the custody log names each entry's digest, and so every signed
checkpoint covers them.
"""

from dataclasses import dataclass, field

from gpu_inspector.language import N_
from gpu_inspector.records import canonical
from gpu_inspector.records.canonical import FORMAT
from gpu_inspector.records.chain import chain_digest
from gpu_inspector.records.hall import Hall
from gpu_inspector.records.lot import Lot, Member
from gpu_inspector.records.node import NodeGap

MARK = b"gi-lots-v1\0"
"""Keeps these digests apart from those of the inspections and of the custody log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LotEntry:
    """One entry: a lot that was opened, members that were put into the lot of that id, or nodes that were lost."""

    lot_id: str
    opened: Lot | None = None
    added: tuple[Member, ...] = ()
    """The cards of one inspection, or of several."""
    hall: Hall | None = None
    """With `opened`, of an audit: which nodes it is of, written down before the first one is asked."""
    gaps: tuple[NodeGap, ...] = ()
    """Of an audit: nodes that brought nothing; one that is examined later is lost no more."""
    format: int = field(default=FORMAT)


def digest_of(number: int, previous: bytes, body: bytes) -> bytes:
    """The digest (32 bytes) of an entry: as a row's of the ledger, with a mark of its own. Raises ValueError."""
    return chain_digest(number, previous, body, MARK)


def encode(entry: LotEntry) -> bytes:
    """The entry's exact bytes. Raises CaptureError where a text is none."""
    return canonical.encode(entry)


def decode(body: bytes) -> LotEntry:
    """The entry of these bytes. Raises CaptureError where it is none."""
    return canonical.decode(body, LotEntry, N_("entry of the log of lots"))
