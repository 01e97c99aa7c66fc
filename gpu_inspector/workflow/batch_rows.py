"""An inspection of a batch in short, read out of its own row: what a line and the summary's table need, and no more.

A batch may have a hundred thousand rows of fifty kilobytes, so only these parts of a body are decoded. The row is held
against its digest all the same.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from gpu_inspector.errors import LedgerError
from gpu_inspector.language import fill
from gpu_inspector.ledger.store import Ledger
from gpu_inspector.records import canonical
from gpu_inspector.records.batch import BatchCard, BatchRow
from gpu_inspector.records.decoders import decoder
from gpu_inspector.records.evidence import Origin
from gpu_inspector.records.finding import Condition, Identity, Outcome, Role
from gpu_inspector.records.inspection import LedgerEntry
from gpu_inspector.records.lot import Reason

_LONGEST_REASON = 400
MOST_REASONS = 200_000
"""Different reasons of one batch; each is some hundred bytes."""


@dataclass(frozen=True, slots=True)
class _Finding:
    check: str
    outcome: Outcome
    role: Role
    text: str
    values: dict[str, Any] = field(default_factory=dict)
    condition: Condition | None = None


@dataclass(frozen=True, slots=True)
class _Card:
    label: str
    product: str
    identity: Identity
    condition: Condition
    control: str
    findings: tuple[_Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class _Judgement:
    cards: tuple[_Card, ...]
    verdict: Identity
    tool_version: str


@dataclass(frozen=True, slots=True)
class _Evidence:
    origin: Origin


@dataclass(frozen=True, slots=True)
class Brief:
    """What is read of a row."""

    id: str
    made_at: datetime
    evidence: _Evidence
    judgement: _Judgement
    batch: str = ""
    format: int = canonical.FORMAT


@dataclass(slots=True)
class Reasons:
    """Each reason of a summary once, in the order in which they were met; and which versions judged."""

    places: dict[Reason, int] = field(default_factory=dict)
    versions: dict[str, None] = field(default_factory=dict)

    def place(self, reason: Reason) -> int | None:
        """Where it stands in the list; None where that is full."""
        if reason not in self.places and len(self.places) >= MOST_REASONS:
            return None
        return self.places.setdefault(reason, len(self.places))


def brief(ledger: Ledger, seq: int) -> tuple[LedgerEntry, Brief]:
    """A row in short. Raises LedgerError where it is not there, was altered, or holds no inspection."""
    entry, body = ledger.entry(seq)
    return entry, brief_of(body, seq)


def brief_of(body: bytes, seq: int) -> Brief:
    """A body in short. Raises LedgerError."""
    try:
        return decoder(Brief).decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, ValueError) as error:
        raise LedgerError(f"Row {seq} of the ledger cannot be read ({error}).", "Run `ledger verify`.") from error


def row_of(
    entry: LedgerEntry, found: Brief, key: str, item: str, reasons: Reasons, *, present: bool, replaced_by: int
) -> BatchRow:
    """The summary's row of an inspection."""
    reasons.versions.setdefault(found.judgement.tool_version)
    return BatchRow(
        item=item,
        key=key,
        seq=entry.seq,
        inspection=found.id,
        digest=entry.digest,
        made_at=found.made_at,
        origin=found.evidence.origin.value,
        cards=tuple(_card(card, reasons) for card in found.judgement.cards),
        present=present,
        replaced_by=replaced_by,
    )


def _card(card: _Card, reasons: Reasons) -> BatchCard:
    places = [reasons.place(_reason(one)) for one in card.findings if _is_reason(one, card.identity)]
    return BatchCard(
        label=card.label,
        product=card.product,
        identity=card.identity,
        condition=card.condition,
        control=card.control,
        reasons=tuple(place for place in places if place is not None),
    )


def _is_reason(one: _Finding, identity: Identity) -> bool:
    """What speaks against a card, its defects, and what keeps its identity undecided."""
    if one.outcome in (Outcome.SUSPICIOUS, Outcome.CONTRADICTED) or one.condition is Condition.FAULTY:
        return True
    undecided = one.outcome is Outcome.INCONCLUSIVE and one.role is Role.CORE
    return undecided and identity is Identity.INCONCLUSIVE


def _reason(one: _Finding) -> Reason:
    text = fill(one.text, one.values)
    short = text if len(text) <= _LONGEST_REASON else text[: _LONGEST_REASON - 1] + "…"
    return Reason(check=one.check, outcome=str(one.outcome), text=short)
