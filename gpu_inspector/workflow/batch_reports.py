"""A batch's summary held against what it sums up: the ledger's rows, and the signed reports of a folder.

The summary names each row by its digest, which no other record has. So a row or a report that bears it is the one that
is meant, and every difference is the summary's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from gpu_inspector.errors import LedgerError
from gpu_inspector.language import N_
from gpu_inspector.ledger.store import Ledger
from gpu_inspector.records import batch as of_batch
from gpu_inspector.records import canonical
from gpu_inspector.records.batch import BatchRow, BatchSummary
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.chain import GENESIS
from gpu_inspector.records.custody import What
from gpu_inspector.records.inspection import LedgerEntry
from gpu_inspector.workflow import batch_rows, lot_reports
from gpu_inspector.workflow.batch_rows import Brief, Reasons
from gpu_inspector.workflow.verification import State, Verification

_SHOWN = 20
"""Rows that are named one by one."""


def held_against(
    verified: Verification, folder: Path, trust: tuple[bytes, ...], catalogue: Catalogue, at: datetime | None = None
) -> Verification:
    """The answer on a summary, with what the reports in the folder add to it: as `lot_reports.held_against`."""
    summary = verified.batch
    if verified.state is State.ALTERED or summary is None:
        return verified
    read = lot_reports.read_folder(
        folder, {one.digest for one in summary.rows}, verified.fingerprint, trust, catalogue, at
    )
    problems = []
    for row in summary.rows:
        if (report := read.found.get(row.digest)) is None:
            continue
        inspection, entry = report
        found = batch_rows.brief_of(canonical.encode(inspection), entry.seq)
        problems += list(_differences(row, entry, found, summary, N_(f"its own report No. {entry.seq}")))
    held = sum(one.digest in read.found for one in summary.rows)
    notes = [N_(f"{held:,} of {len(summary.rows):,} rows were held against their own reports.")]
    if held < len(summary.rows):
        notes.append(N_("Of the others no intact report was found there, and nothing is said of them."))
    return replace(
        verified,
        state=State.ALTERED if problems else verified.state,
        problems=(*verified.problems, *_bounded(problems)),
        notes=(*verified.notes, *notes, *lot_reports.notes_on(read)),
    )


def against_ledger(summary: BatchSummary, ledger: Ledger) -> tuple[str, ...]:
    """What the ledger says otherwise than the summary, in sentences; and which rows of the batch it leaves out."""
    problems = list(_elsewhere(summary, ledger))
    for row in summary.rows:
        try:
            entry, found = batch_rows.brief(ledger, row.seq)
            newer = ledger.finder.superseded_by(row.seq)
        except LedgerError as error:
            problems.append(N_(f"Row {row.seq} of the summary: {error.message}"))
            continue
        problems += list(_differences(row, entry, found, summary, N_(f"row {entry.seq} of the ledger")))
        if newer != row.replaced_by and newer <= summary.ledger_rows:
            problems.append(N_(f"“{row.item[:80]}” is not what the ledger says of it: which row took its place."))
    there = {row.seq for row in summary.rows}
    begun = of_batch.beginning(summary.batch)
    lost = [
        line.event.seq
        for line in ledger.custody.beginning(What.INSPECTED, begun)
        if line.event.seq is not None and line.event.seq <= summary.ledger_rows and line.event.seq not in there
    ]
    if lost:
        problems.append(N_(f"The summary leaves out {len(lost):,} rows of the batch, the first is row {lost[0]}."))
    return _bounded(problems)


def _elsewhere(summary: BatchSummary, ledger: Ledger) -> Iterator[str]:
    """Why the summary is not one of this ledger, whatever its rows say."""
    if not any(line.event.detail.startswith(f"{summary.batch} ") for line in ledger.custody.of(What.BATCH)):
        yield N_("The ledger knows no such batch.")
    try:
        last = ledger.entry(summary.ledger_rows)[0].digest if summary.ledger_rows else GENESIS.hex()
    except LedgerError as error:
        yield N_(f"Row {summary.ledger_rows}, the last one when the summary was made: {error.message}")
        return
    if last != summary.ledger_digest:
        yield N_(f"Row {summary.ledger_rows} is not the one that was the last when the summary was made.")


def _differences(row: BatchRow, entry: LedgerEntry, found: Brief, summary: BatchSummary, where: str) -> Iterator[str]:
    """What the summary says of a row otherwise than the row itself, in one sentence."""
    reasons = Reasons()
    true = batch_rows.row_of(entry, found, row.key, row.item, reasons, present=row.present, replaced_by=row.replaced_by)
    told = list(reasons.places)
    pairs = {
        "digest": (row.digest, true.digest),
        "number": (row.seq, true.seq),
        "inspection": (row.inspection, true.inspection),
        "origin": (row.origin, true.origin),
        "time": (row.made_at, true.made_at),
        "cards": (
            [(one.label, one.product, one.identity, one.condition, one.control) for one in row.cards],
            [(one.label, one.product, one.identity, one.condition, one.control) for one in true.cards],
        ),
        "reasons": (
            [[summary.reasons[at] for at in one.reasons if at < len(summary.reasons)] for one in row.cards],
            [[told[at] for at in one.reasons] for one in true.cards],
        ),
    }
    wrong = [name for name, (said, is_so) in pairs.items() if said != is_so]
    if wrong:
        yield N_(f"“{row.item[:80]}” is not what {where} says of it: {', '.join(wrong)}.")


def _bounded(problems: list[str]) -> tuple[str, ...]:
    if len(problems) <= _SHOWN:
        return tuple(problems)
    return (*problems[:_SHOWN], N_(f"{len(problems) - _SHOWN:,} more rows are not as the summary says."))
