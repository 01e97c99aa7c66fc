"""Does the signed summary of a batch hold together, and do its pages show its own record?

The ids of its inspections follow from the batch, and the batch from its terms, so both are derived again; the pages are
drawn again. The evidence is not in the summary: that the rows are what the ledger and the reports say is seen only by
holding it against those (`ledger verify --report`, `batch_reports`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from gpu_inspector.errors import CaptureError
from gpu_inspector.language import N_
from gpu_inspector.records import batch as of_batch
from gpu_inspector.records import batch_words, canonical, lot_words
from gpu_inspector.records.batch import BatchRow, BatchSummary
from gpu_inspector.records.chain import LARGEST_SEQ
from gpu_inspector.records.evidence import Origin
from gpu_inspector.records.finding import Condition, Identity, Outcome
from gpu_inspector.report.deferred import LOADING
from gpu_inspector.version import build
from gpu_inspector.workflow import own_pages
from gpu_inspector.workflow.batch_summing import reason_of

if TYPE_CHECKING:
    from gpu_inspector.report.seen import Examination

_FARTHEST_OFFSET_MINUTES = 18 * 60
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_MOST_CARDS = 1024
_OUTCOMES = frozenset(map(str, Outcome))
_GRAVE = {Outcome.CONTRADICTED.value: Identity.CONTRADICTED, Outcome.SUSPICIOUS.value: Identity.SUSPICIOUS}


def hold_together(data: bytes, found: Examination, problems: list[str], notes: list[str]) -> BatchSummary | None:
    """The attached summary, where it can be read; what does not fit goes to `problems`, what else to say to `notes`."""
    summary = _read(found.batch or b"", problems)
    if summary is None:
        return None
    problems.extend(_impossible(summary))
    if problems:
        return summary
    problems.extend(own_pages.labelled(found, reason_of(summary), summary.terms.case.place))
    if summary.tool_version == build():
        if found.batch != canonical.encode(summary):
            problems.append(N_("The attached record is not in the canonical form of the version that it names."))
        problems.extend(own_pages.drawn_again(data, found, lambda language: _draw(summary, found, language)))
    else:
        texts = (canonical.digest(found.batch or b""), summary.id)
        problems.extend(own_pages.shown(data, found, texts, N_("the digest and the id")))
        notes.append(
            N_("Another version made the pages, so they were not drawn again: read the attached record, not the pages.")
        )
    notes.append(
        N_(
            "A summary holds no evidence: the ledger has it under the number and digest of each row, and so has each"
            " inspection's own report."
        )
    )
    return summary


def nature(summary: BatchSummary | None) -> tuple[str, ...]:
    """What it is, and that it tells of simulations or files, must not be left to the reader of its pages."""
    if summary is None:
        return ()
    said = lot_words.nature_title(batch_words.members(summary))
    return (
        N_(f"{batch_words.TITLE}, no report of a card, and no statement on a lot."),
        *((f"{said}.",) if said else ()),
    )


def _read(record: bytes, problems: list[str]) -> BatchSummary | None:
    try:
        summary = canonical.decode(record, BatchSummary, N_("summary of a batch"))
    except CaptureError as error:
        problems.append(str(error))
        return None
    if not canonical.is_of(record, summary):
        problems.append(N_("The attached record is not in its canonical form."))
    return summary


def _impossible(summary: BatchSummary) -> Iterator[str]:
    """What no summary of this program can be, whoever signed it."""
    if not all(map(_UUID.fullmatch, (summary.id, summary.batch))):
        yield N_("The attached record has no summary's or no batch's id.")
        return
    if of_batch.id_of(summary.terms) != summary.batch:
        yield N_(
            "The batch's id does not follow from its terms: case, declaration or profile are not those of the batch."
        )
    if summary.made_at.tzinfo is None or abs(summary.utc_offset_minutes) > _FARTHEST_OFFSET_MINUTES:
        yield N_("The attached record has no time that a clock can show.")
    if len(summary.rows) > of_batch.MOST_ROWS or summary.left_out_more < 0:
        yield N_("The attached record has more rows than any summary has.")
    if not _DIGEST.fullmatch(summary.ledger_digest):
        yield N_("The attached record names no last row of a ledger.")
    if not all(one.outcome in _OUTCOMES for one in summary.reasons):
        yield N_("The attached record has a reason with an outcome that no check has.")
    if len({row.inspection for row in summary.rows}) != len(summary.rows):
        yield N_("The attached record counts one inspection twice.")
    seqs = [row.seq for row in summary.rows]
    if seqs != sorted(set(seqs)):
        yield N_("The rows of the attached record are not those of a ledger, one by one.")
    for row in summary.rows:
        if fault := _fault(row, summary):
            yield N_(f"The attached record holds a row that no batch has: {row.seq} ({fault}).")
            return


def _fault(row: BatchRow, summary: BatchSummary) -> str:
    """Why a row can be none, in a few words; "" where it can."""
    if not _DIGEST.fullmatch(row.digest) or not 0 < row.seq <= min(summary.ledger_rows, LARGEST_SEQ):
        return N_("its digest or its number is none")
    if row.inspection != of_batch.inspection_id(summary.batch, row.key, row.item):
        return N_("its id does not follow from the batch, its content and its name")
    if not _comes_from(row):
        return N_("its origin is not that of its content")
    if row.replaced_by and not row.seq < row.replaced_by <= summary.ledger_rows:
        return N_("the row that took its place is none")
    if row.made_at.tzinfo is None or not 0 < len(row.cards) <= _MOST_CARDS:
        return N_("its time or its number of cards is none")
    for card in row.cards:
        if not all(0 <= one < len(summary.reasons) for one in card.reasons):
            return N_("a reason that is not there")
        outcomes = {summary.reasons[one].outcome for one in card.reasons}
        gravest = next((identity for outcome, identity in _GRAVE.items() if outcome in outcomes), None)
        if gravest is not (card.identity if card.identity in lot_words.DEVIATING else None):
            return N_("an identity that does not follow from its reasons")
        if card.condition is Condition.FAULTY and not card.reasons:
            return N_("a defect without a reason")
    return ""


def _comes_from(row: BatchRow) -> bool:
    """Whether the origin is one that such a content has: no file and no simulation is a card of this machine."""
    if row.key.startswith("card:"):
        return row.origin == Origin.MACHINE
    if row.key.startswith("simulation:"):
        return row.origin == Origin.SIMULATION
    return row.key.startswith("sha256:") and row.origin in (Origin.FILE, Origin.SAMPLE, Origin.SIMULATION)


def _draw(summary: BatchSummary, found: Examination, language: str) -> bytes:
    with LOADING:
        from gpu_inspector.report import batch_document

    return batch_document.draw(summary, signer=found.fingerprint, page=found.page, language=language)
