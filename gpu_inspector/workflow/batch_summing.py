"""The signed summary of a batch: made of the ledger's own rows, each held against its digest again, and written whole.

Which rows are the batch's is told by the lines of the custody log that stand beside them. So the summary is the same
however often the work was stopped, and a content that was judged in an earlier run and is gone now is in it as well.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from gpu_inspector.errors import ReportError
from gpu_inspector.language import ENGLISH, N_
from gpu_inspector.ledger.store import Ledger
from gpu_inspector.records import batch as of_batch
from gpu_inspector.records import canonical
from gpu_inspector.records.batch import BatchRow, BatchSummary, NotJudged
from gpu_inspector.records.catalogue import load
from gpu_inspector.records.custody import What
from gpu_inspector.report.deferred import LOADING
from gpu_inspector.version import build
from gpu_inspector.workflow import batch_rows, custody, signing, upgrading
from gpu_inspector.workflow.progress import Progress, silent

if TYPE_CHECKING:
    from gpu_inspector.report.document import Paper
    from gpu_inspector.report.identity import SigningIdentity
    from gpu_inspector.workflow.batch import Batch


@dataclass(frozen=True, slots=True)
class Summed:
    """A summary, and where it was written."""

    summary: BatchSummary
    path: Path | None
    level: str = ""
    """Its PAdES level: B-B, B-T or B-LTA."""
    remark: str = ""


def summary(batch: Batch, source: str, progress: Progress = silent) -> BatchSummary:
    """The record of all rows of the batch. Raises LedgerError where a row of it is not what its line says."""
    reasons = batch_rows.Reasons()
    with Ledger(batch.ledger.path, readonly=True) as ledger:
        count = ledger.count()  # ahead of the rows: what takes a row's place meanwhile is another summary's to tell
        lines = [
            (line.event.seq or 0, *of_batch.told_by(line.event.detail, batch.id))
            for line in ledger.custody.beginning(What.INSPECTED, of_batch.beginning(batch.id))
            if (line.event.seq or 0) <= count
        ]
        rows: list[BatchRow] = []
        for number, (seq, key, item) in enumerate(lines):
            entry, found = batch_rows.brief(ledger, seq)
            if found.id != of_batch.inspection_id(batch.id, key, item):
                continue  # a line that this program did not write beside that row
            newer = ledger.finder.superseded_by(seq)
            replaced = newer if newer <= count else 0
            present = seq in batch.seen
            rows.append(batch_rows.row_of(entry, found, key, item, reasons, present=present, replaced_by=replaced))
            if number % 200 == 0:
                progress(N_(f"summary: {number:,} of {len(lines):,}"), number / len(lines))
        last = ledger.entry(count)[0].digest if count else "0" * 64
    now = datetime.now().astimezone()
    offset = now.utcoffset()
    return BatchSummary(
        id=str(uuid.uuid4()),
        batch=batch.id,
        terms=batch.terms,
        source=source,
        rows=tuple(rows),
        unread=tuple(NotJudged(item=item, reason=reason) for item, reason in batch.unread.items()),
        left_out=tuple(batch.left_out),
        left_out_more=batch.left_out_more,
        reasons=tuple(reasons.places),
        versions=tuple(reasons.versions),
        made_at=now.astimezone(UTC),
        utc_offset_minutes=int(offset.total_seconds() // 60) if offset is not None else 0,
        tool_version=build(),
        reference_version=load().version,
        ledger_rows=count,
        ledger_digest=last,
    )


def reason_of(made: BatchSummary) -> str:
    """What the signature itself says it is for; PDF readers show it, so `verify` compares it."""
    return N_(f"GPU Inspector batch summary {made.id}")


def signed(made: BatchSummary, page: str, identity: SigningIdentity, language: str = ENGLISH) -> bytes:
    """The signed file, on "a4" or "letter", in this language.

    Raises ReportError where it cannot be drawn, or the key does not sign.
    """
    with LOADING:
        from gpu_inspector.report import batch_document, signature

    if page not in ("a4", "letter"):
        raise ReportError(f"“{page}” is no page size of this program.", "Use a4 or letter.")
    record = canonical.encode(made)
    if len(record) > canonical.LARGEST or len(made.rows) > of_batch.MOST_ROWS:
        raise ReportError(
            f"The batch has {len(made.rows):,} inspections, more than one summary has room for. All are kept.",
            "Make several batches: a folder and a --name for each part.",
        )
    paper: Paper = "letter" if page == "letter" else "a4"
    drawn = batch_document.draw(made, signer=identity.fingerprint, page=paper, record=record, language=language)
    return signature.seal(
        drawn,
        (signature.own_attachment(signature.BATCH_NAME, record),),
        identity,
        reason=reason_of(made),
        place=made.terms.case.place,
        reviewer=signing.choice().countersigned,
    )


def write(
    made: BatchSummary, ledger: Path, out: Path, page: str, *, identity: SigningIdentity, language: str = ENGLISH
) -> Summed:
    """Draw, sign, write and time-stamp the summary, and note it in the custody log. Raises ReportError."""
    stamped = upgrading.write_and_stamp(out, signed(made, page, identity, language))
    noted = custody.note(ledger, custody.What.REPORT_MADE, detail=f"batch {made.terms.name}: {out.name}")
    return Summed(made, out, stamped.level, " ".join(filter(None, (stamped.remark, noted))))
