"""What `audit --json` prints: one document a line for each node, and a last one.

A record's name stands for its plain form, as the record's own schema has it. Fields are only ever added.
"""

from typing import TypedDict

from gpu_inspector.cli.documents_cards import JudgedOfDocument
from gpu_inspector.records.finding import Identity
from gpu_inspector.records.hall_words import HallDocument


class AuditLine(JudgedOfDocument):
    """The inspection of one node, with all of its cards."""

    node: str
    id: str
    number: int
    """The row of the ledger, which is the number of its report."""
    digest: str
    """Of the row."""
    before: bool
    """It stood in the ledger already: kept by an earlier run of this audit."""
    signer: str | None
    """SHA-256 of the certificate of the key that signed the evidence on the node; null where nobody did."""


class AuditGapLine(TypedDict):
    """A node of which no evidence counts; it counts as INCONCLUSIVE."""

    format: int
    verdict: None
    node: str
    lack: str
    """Why, in a word: "absent", "lost", "silent", "no-driver", "no-card", "other-program", "other-data", ..."""
    reason: str
    """The same as a sentence."""
    advice: str


class NamedAudit(TypedDict):
    """Which audit it is."""

    id: str
    name: str
    """Of its lot."""


class AuditEnd(TypedDict):
    """The last line: how the run ended, of the whole audit."""

    format: int
    audit: NamedAudit
    stopped: bool
    """It was stopped before its end; the same command goes on."""
    verdict: Identity | None
    """The gravest of the audit, where a lost node is INCONCLUSIVE; null where it was stopped."""
    cards: int
    new: int
    """Nodes that this run kept."""
    lost: int
    """Nodes of which no evidence counts."""
    identities: dict[str, int]
    """Cards with each answer."""
    conditions: dict[str, int]
    controls: dict[str, int]
    hall: HallDocument | None
    statement: str | None
    seconds: float
    report: str | None
    """The signed report of the lot."""
    level: str | None
    """Its PAdES level."""
    remark: str
