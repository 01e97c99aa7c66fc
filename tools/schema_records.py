"""The files and lines that are published with a schema: which record each holds, and where people meet it."""

from dataclasses import dataclass
from typing import Any, TypedDict

from gpu_inspector import reference
from gpu_inspector.records import batch, checkpoint, custody, evidence, inspection, lot, lot_log, policy, watching
from gpu_inspector.workflow import row_proofs, signed_export
from tools.schema_of import framed, schema_of


class LogLine(TypedDict):
    """One line of the program's log."""

    at: str
    """ISO 8601, UTC."""
    level: str
    """One of "info", "warning", "error"."""
    event: str
    """What happened: a word of the program's own."""
    version: str
    pid: int
    masked: bool
    """Whether serial numbers, names and places were masked when it was written."""
    fields: dict[str, Any]
    """Counts, versions and sentences; which there are depends on the event, and may change."""


class ExportedRow(TypedDict):
    """One line of `ledger export`."""

    seq: int
    prev: str
    """The digest of the row before, 64 hexadecimal digits."""
    digest: str
    body: inspection.Inspection
    """The record's exact text: the digest is over these bytes."""


@dataclass(frozen=True, slots=True)
class Published:
    """One schema: its name, what holds such a record, the record, and whether it is framed with a signature."""

    name: str
    where: str
    kind: type
    signed: bool = False
    line: bool = False
    """It is a line that this program writes and never reads."""

    def schema(self) -> dict[str, Any]:
        """The schema of the file."""
        made = schema_of((self.kind,), self.name, self.where, printed=self.line)
        return framed(made) if self.signed else made


RECORDS = (
    Published("inspection", "`inspection.json` inside a signed report; a row of the ledger", inspection.Inspection),
    Published("evidence", "a capture: `inspect --capture FILE`, read by `--from FILE` and `judge`", evidence.Evidence),
    Published("ledger-entry", "`ledger.json` inside a signed report: its row", inspection.LedgerEntry),
    Published("lot-summary", "`lot.json` inside the signed summary of a lot", lot.LotSummary),
    Published("lot-entry", "an entry of the ledger's log of lots", lot_log.LotEntry),
    Published("batch-summary", "`batch.json` inside the signed summary of a batch", batch.BatchSummary),
    Published("custody-event", "a line of the ledger's custody log", custody.Event),
    Published("checkpoint", "a checkpoint's file: `ledger checkpoint OUT`, and in reports", checkpoint._File),
    Published("checkpoint-statement", "the text that a checkpoint's file carries and signs", checkpoint.Statement),
    Published("row-proof", "the file of `ledger prove`", row_proofs.RowProof),
    Published("watch-list", "the file of `watchlist export`", watching.WatchList, signed=True),
    Published("office-policy", "the file of `policy write`", policy.Policy, signed=True),
    Published("data-pack", "the file of `data write`", reference.Statement, signed=True),
    Published("export-row", "a line of `ledger export`", ExportedRow, line=True),
    Published("export-manifest", "the last line of `ledger export --signed`", signed_export.Manifest, signed=True),
    Published("log-line", "a line of the program's log", LogLine, line=True),
)
