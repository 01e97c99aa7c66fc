"""What `--json` prints of the ledger: `history`, `ledger …`.

A record's name stands for its plain form, as the record's own schema has it. Fields are only ever added.
"""

from typing import TypedDict

from gpu_inspector.records.custody import What
from gpu_inspector.records.finding import Identity


class HistoryRowDocument(TypedDict):
    """One inspection of the ledger."""

    number: int
    id: str
    made_at: str
    """ISO 8601."""
    case: str
    product: str
    verdict: str
    inspector: str
    office: str
    place: str
    cards: int
    origin: str
    supersedes: int | None
    superseded_by: int | None


class TagFound(TypedDict):
    """An inspection that a scanned tag led to."""

    number: int
    id: str
    card: int | None
    """Which card of it; null where the text is of the whole inspection."""


class HistoryDocument(TypedDict):
    """`history --json`."""

    format: int
    inspections: list[HistoryRowDocument]
    """The newest first."""
    tags: list[TagFound]
    tag_failures: list[str]


class BackupDocument(TypedDict):
    """`ledger backup --json`."""

    format: int
    backup: str
    rows: int


class RestoreDocument(TypedDict):
    """`ledger restore --json`."""

    format: int
    ledger: str
    rows: int
    moved_to: str | None
    damage: str | None
    missing: list[str]


class SignerDocument(TypedDict):
    """Who signed; the name is a claim of the certificate."""

    name: str
    fingerprint: str
    known: bool


class VerifiedLedger(TypedDict):
    """`ledger verify --json`."""

    format: int
    rows: int
    head: str
    row: int | None
    """The first wrong row, where one can be named."""
    problem: str | None
    unread: int
    checkpoints: int
    examined: int
    custody: int
    outside: list[str]
    signers: list[SignerDocument]
    notes: list[str]


class CheckpointDocument(TypedDict):
    """`ledger checkpoint --json`."""

    format: int
    rows: int
    head: str
    root: str
    signer: str
    """SHA-256 of the certificate."""
    checkpoint: str | None


class CheckedProof(TypedDict):
    """`ledger check-proof --json`."""

    format: int
    problem: str | None
    number: int
    digest: str
    record: bool
    record_sha256: str
    rows: int | None
    made_at: str | None
    signer: str | None
    trusted: bool


class CustodyLine(TypedDict):
    """One line of the custody log."""

    line: int
    digest: str
    what: What
    number: int | None
    at: str
    """ISO 8601."""
    user: str
    inspector: str
    host: str
    detail: str


class CustodyDocument(TypedDict):
    """`ledger custody --json`."""

    format: int
    custody: list[CustodyLine]


class ExportDocument(TypedDict):
    """`ledger export --json`."""

    format: int
    export: str
    rows: int
    signed: bool


class AlteredExport(TypedDict):
    """`ledger check-export --json` of a file that is not as it was signed."""

    format: int
    state: str
    problem: str


class SoundExport(TypedDict):
    """`ledger check-export --json` of a file that is as it was signed."""

    format: int
    state: str
    problem: None
    rows: int
    first: int
    last: int
    head: str
    since: str | None
    until: str | None
    office: str
    made_at: str
    signer: str
    fingerprint: str


class ChangeDocument(TypedDict):
    """What comes out otherwise: null is "not asked then", or "no longer asked"."""

    what: str
    before: str | None
    after: str | None


class ChangedCard(TypedDict):
    """One card that comes out otherwise."""

    label: str
    product: str
    changes: list[ChangeDocument]


class ChangedRow(TypedDict):
    """One inspection that comes out otherwise."""

    number: int
    id: str
    made_at: str
    case: str
    before: str
    after: str
    tool_version: str
    reference_version: str
    superseded_by: int | None
    reports: list[str]
    cards: list[ChangedCard]


class UnreadableRow(TypedDict):
    """One row that could not be judged again."""

    number: int
    reason: str


class RejudgedDocument(TypedDict):
    """`ledger rejudge --json`."""

    format: int
    tool_version: str
    reference_version: str | None
    """Null where each was judged with the data that it names."""
    judged: int
    changed: list[ChangedRow]
    unreadable: list[UnreadableRow]


class SupersededDocument(TypedDict):
    """`ledger rejudge --supersede ID --json`."""

    format: int
    number: int
    id: str
    supersedes: int
    verdict: Identity
    report: str | None
