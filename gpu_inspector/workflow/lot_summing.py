"""The signed summary of a lot: drawn from its record, signed as a report is, noted in the custody log."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from gpu_inspector.language import ENGLISH
from gpu_inspector.records.lot import LotSummary
from gpu_inspector.workflow import custody, lots, signing


@dataclass(frozen=True, slots=True)
class Summed:
    """A summary that was written."""

    summary: LotSummary
    path: Path
    level: str = ""
    """Its PAdES level: B-B, B-T or B-LTA."""
    remark: str = ""


def write(
    ledger_path: Path,
    reference: str,
    out: Path,
    page: str = "a4",
    ask: signing.Ask = signing.nobody,
    *,
    language: str = ENGLISH,
) -> Summed:
    """Sum a lot up, sign it, write it. Raises LotError, LedgerError, ReportError."""
    from gpu_inspector.workflow import lot_papers

    summary = lots.summary(ledger_path, reference)
    stamped = lot_papers.write(summary, out, page, identity=signing.signer(ask), language=language)
    noted = custody.note(ledger_path, custody.What.REPORT_MADE, detail=f"lot {summary.lot.name}: {out.name}")
    remark = " ".join(filter(None, (stamped.remark, noted)))
    return Summed(summary, out, level=stamped.level, remark=remark)
