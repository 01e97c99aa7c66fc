"""A batch: a queue of files, cards or simulations, each an inspection of the ledger of its own, and its signed summary.

A batch makes no statement on a lot: nothing is declared to belong together, and nothing is inferred from one on others.
What is judged in it gets its inspection's id from the batch and from its content, so that the ledger itself tells what
was judged already, whenever the work was stopped.
"""

import hashlib
import uuid
from dataclasses import dataclass, field
from datetime import datetime

from gpu_inspector.records import canonical
from gpu_inspector.records.canonical import FORMAT
from gpu_inspector.records.declaration import Case, Declaration
from gpu_inspector.records.finding import Condition, Identity, worst
from gpu_inspector.records.lot import Reason

LONGEST_ITEM = 300
"""Characters of what a thing of the queue is called; a longer name is cut, and bears its digest."""
DEVIATING = (Identity.CONTRADICTED, Identity.SUSPICIOUS)
MOST_ROWS = 100_000
"""Inspections of one summary."""
_NAMESPACE = uuid.UUID("6d1b7a54-3f0e-4c55-9d0c-2f6f1f0b8a11")
_DIGITS = 32
_KEPT = LONGEST_ITEM - _DIGITS - 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Under which everything of the batch is inspected; a batch with other terms is another batch."""

    name: str
    case: Case
    declaration: Declaration
    profile: str = ""
    """How cards and simulations are measured; "" where nothing is."""
    minutes: float = 0.0
    format: int = field(default=FORMAT)


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchCard:
    """One card of an inspection of the batch, in short."""

    label: str
    product: str
    identity: Identity
    condition: Condition
    control: str
    reasons: tuple[int, ...] = ()
    """What speaks against it or keeps it undecided: places in the summary's own list of reasons, 0 is the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRow:
    """One inspection of the batch."""

    item: str
    """The file's path below the batch's folder, or what the list called it."""
    key: str
    """What was judged: "sha256:" and the file's digest, or which simulation or card it was."""
    seq: int
    """The inspection's row of the ledger, which is the number of its report."""
    inspection: str
    digest: str
    """Of the row: 64 hexadecimal digits."""
    made_at: datetime
    origin: str
    cards: tuple[BatchCard, ...]
    present: bool = True
    """It was met in the last run; else it was judged in an earlier one, and is gone or has another content now."""
    replaced_by: int = 0
    """The newest row in which it was judged anew outside of the batch; 0 for none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotJudged:
    """Something of the queue that is no inspection, and why."""

    item: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchSummary:
    """The record that a batch's summary carries. Rows stand in the order in which they were kept."""

    id: str
    """Of this summary, a random UUID."""
    batch: str
    """The id of the batch: it follows from the terms."""
    terms: Terms
    source: str
    """Where the queue came from, in words: "folder", "watched folder", "list"."""
    rows: tuple[BatchRow, ...]
    unread: tuple[NotJudged, ...]
    """Files that could not be read and cards that could not be asked in the last run: each counts as INCONCLUSIVE."""
    left_out: tuple[NotJudged, ...] = ()
    """What is no file (pipes, devices, links that lead nowhere): the first ones. They count nothing."""
    left_out_more: int = 0
    reasons: tuple[Reason, ...] = ()
    """Each once; the cards name their places in it."""
    versions: tuple[str, ...] = ()
    """Of the program, by which the inspections were judged."""
    made_at: datetime
    utc_offset_minutes: int
    tool_version: str
    reference_version: str
    ledger_rows: int
    """Rows of the ledger when the summary was made."""
    ledger_digest: str
    """Of its last row."""
    format: int = field(default=FORMAT)


def id_of(terms: Terms) -> str:
    """The batch's id. Raises CaptureError where a text of the terms is none."""
    return str(uuid.uuid5(_NAMESPACE, canonical.encode(terms).decode()))


def inspection_id(batch: str, key: str, item: str) -> str:
    """The id of the inspection of one content under one name. Raises ValueError where `batch` is no UUID."""
    return str(uuid.uuid5(uuid.UUID(batch), f"{key}\n{item}"))


def key_of(data: bytes) -> str:
    """What tells a file's content from any other."""
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def item_of(name: bytes) -> str:
    """A name as text, one for each name: bytes that are no text are written as \\xff, and a long name is cut."""
    text = name.decode("utf-8", "backslashreplace")
    if len(text) <= LONGEST_ITEM:
        return text
    return f"{text[:_KEPT]}… {hashlib.sha256(name).hexdigest()[:_DIGITS]}"


def detail_of(batch: str, key: str, item: str) -> str:
    """What the ledger's custody log says of an inspection of a batch."""
    return f"{beginning(batch)}{key} {item}"


def beginning(batch: str) -> str:
    """How such a line begins."""
    return f"batch {batch} "


def told_by(detail: str, batch: str) -> tuple[str, str]:
    """Key and item out of such a line; ("", "") where it is none."""
    key, _space, item = detail.removeprefix(beginning(batch)).partition(" ")
    return (key, item) if item and detail.startswith(beginning(batch)) else ("", "")


def verdict_of(rows: tuple[BatchRow, ...], unread: int) -> Identity:
    """The worst of all; what could not be read was not looked at, which is INCONCLUSIVE."""
    undecided = (Identity.INCONCLUSIVE,) if unread or not rows else ()
    return worst((*(card.identity for row in rows for card in row.cards), *undecided))


def faulty(rows: tuple[BatchRow, ...]) -> bool:
    """Whether a card has a defect."""
    return any(card.condition is Condition.FAULTY for row in rows for card in row.cards)
