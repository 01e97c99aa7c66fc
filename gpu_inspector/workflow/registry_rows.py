"""Rows between ledger and registry: what leaves of one, and what the gate reads in one that came.

The rooms do not know each other, so the gate is handed how a signature is examined and a body read.
"""

from __future__ import annotations

from dataclasses import fields
from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec

from gpu_inspector.errors import CaptureError, LedgerError
from gpu_inspector.language import N_
from gpu_inspector.ledger.listing import listing_of
from gpu_inspector.records import canonical, leaving
from gpu_inspector.records.decoders import decoder
from gpu_inspector.records.inspection import Inspection, LedgerEntry
from gpu_inspector.records.keyed import key_of, normal
from gpu_inspector.records.numbers import numbers_by_card
from gpu_inspector.records.registry import CardNumber, Kind, Leave, Left, Listed, Row, deflated
from gpu_inspector.workflow import checkpoints

if TYPE_CHECKING:
    from gpu_inspector.registry.checking import Examined, Signed

_REDACTED = N_("redacted inspection")
_LISTED = tuple(field.name for field in fields(Listed))


class _Id(msgspec.Struct):
    id: str


def everything(_body: bytes) -> Left:
    """Each row leaves as it is."""
    return Left(kind=Kind.WHOLE)


def row_of(entry: LedgerEntry, body: bytes, leave: Leave) -> Row:
    """A row of the ledger as it travels. Raises LedgerError where it holds no inspection."""
    left = leave(body)
    packed = {Kind.WHOLE: body, Kind.REDACTED: left.body, Kind.DIGEST: None}[left.kind]
    try:
        found = decoder(_Id).decode(body).id
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise LedgerError(f"Row {entry.seq} of the ledger cannot be read: {error}") from error
    return Row(
        seq=entry.seq,
        prev=bytes.fromhex(entry.previous),
        digest=bytes.fromhex(entry.digest),
        id=found,
        kind=left.kind,
        body=None if packed is None else deflated(packed),
        numbers=left.numbers,
    )


def examined(kind: Kind, seq: int, body: bytes) -> Examined:
    """What a body says, whole or redacted. Raises CaptureError where it holds no inspection."""
    from gpu_inspector.registry.checking import Examined

    if b"\n" in body:
        raise CaptureError("It is not in the form in which it is written.")  # canonical JSON is one line
    inspection, key = _redacted(body) if kind is Kind.REDACTED else (_whole(body), "")
    line = listing_of(seq, inspection)
    values = {name: getattr(line, "office" if name == "site" else name) for name in _LISTED}
    # Keyed ones come beside the body: that they look like a card's own number would be chance.
    plain = (pair for pair in numbers_by_card(inspection.evidence) if not key or key_of(pair[1].value) != key)
    numbers = dict.fromkeys(
        CardNumber(card=place, kind=one.kind, keyed=False, value=normal(one.value)) for place, one in plain
    )
    return Examined(id=inspection.id, listed=Listed(**values), numbers=tuple(numbers))


def _whole(body: bytes) -> Inspection:
    """As `canonical.decode`, which looks at a record's format first: here nearly all are of today's."""
    try:
        inspection = decoder(Inspection).decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, ValueError):
        return canonical.decode(body, Inspection, "inspection")
    return inspection if inspection.format == canonical.FORMAT else canonical.decode(body, Inspection, "inspection")


def _redacted(body: bytes) -> tuple[Inspection, str]:
    """The inspection, and the id of the key that its numbers were keyed with, "" where they stand as they are."""
    made = canonical.decode(body, leaving.Redacted, _REDACTED)
    if made.kind != leaving.KIND:
        raise CaptureError(f"This is no {_REDACTED} of GPU Inspector.")
    left = leaving.still_personal(made)
    if left:
        raise CaptureError(f"It still holds what was to stay in the office: {', '.join(left[:8])}.")
    return made.inspection, made.key_id


@lru_cache(maxsize=64)
def sound(file: bytes) -> Signed:
    """A checkpoint whose signature fits. Raises CaptureError or StatementError where it does not."""
    from gpu_inspector.registry.checking import Signed

    checked = checkpoints.check(file)
    return Signed(statement=checked.statement, file=file, fingerprint=checked.signer.fingerprint)
