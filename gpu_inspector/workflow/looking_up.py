"""Looking up what was inspected before: a look at the ledger, a row with its proof, its report again, a part exported.

Every function opens the ledger for reading and closes it again, since it belongs to the thread that opens it.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gpu_inspector.errors import LedgerError
from gpu_inspector.language import N_
from gpu_inspector.ledger.query import Checked, Choices, Found, Look, Mark, Query, Repeat, Standing, Stock
from gpu_inspector.ledger.store import Ledger
from gpu_inspector.records.words import spaced
from gpu_inspector.workflow import custody, inspecting, ledger_checks, targets
from gpu_inspector.workflow.exporting import export_to
from gpu_inspector.workflow.inspecting import Done
from gpu_inspector.workflow.kept import Kept
from gpu_inspector.workflow.progress import Cancelled, Progress
from gpu_inspector.workflow.signing import Ask, nobody

NO_CHOICES = Choices(offices=(), products=(), controls=())


def first(path: Path, query: Query, progress: Progress, *, afresh: bool = True) -> Look:
    """The first page; `afresh`, with what there is to choose from and whether anything is wrong.

    A ledger that is not there yet has no rows. Raises LedgerError, Cancelled.
    """
    if not os.path.lexists(path):
        return Look(query=query, head=0, rows=(), standing=Standing(NO_CHOICES, ""))
    with _opened(path, progress) as ledger:
        finder = ledger.finder
        head = finder.head()
        standing = Standing(finder.choices(), ledger.fault() or "") if afresh else None
        return Look(query=query, head=head, rows=finder.page(query, head), standing=standing)


def stock(path: Path, query: Query, head: int, progress: Progress) -> Stock:
    """How many rows fit, and where the pages begin. Raises LedgerError, Cancelled."""
    with _opened(path, progress) as ledger:
        return ledger.finder.stock(query, head)


def page(path: Path, query: Query, head: int, after: Mark | None, progress: Progress) -> tuple[Found, ...]:
    """One page of the same look. Raises LedgerError, Cancelled."""
    with _opened(path, progress) as ledger:
        return ledger.finder.page(query, head, after)


def repeats(path: Path, seq: int) -> tuple[Repeat, ...]:
    """The numbers of a row that other rows have too, with those rows. Raises LedgerError."""
    with Ledger(path, readonly=True) as ledger:
        return ledger.finder.repeats(seq)


def kept(path: Path, seq: int) -> Kept:
    """A row as a finished inspection, with what the ledger proves of it.

    That it was looked at goes into the custody log; where it cannot, the text says so. Raises LedgerError where the row
    was altered.
    """
    with Ledger(path, readonly=True) as ledger:
        proof = ledger.proof(seq)
        entry, inspection = ledger.inspection(seq)
        fault = ledger.fault()
        newer = ledger.finder.superseded_by(seq)
    report = inspecting.default_report_path(inspection, entry)
    done = Done(inspection, entry, report if report.is_file() else None)
    beside = [N_(f"it follows row {seq - 1}") if proof.before else N_("it is the first row")]
    beside.append(N_(f"row {seq + 1} follows it") if proof.after else N_("it is the last row"))
    digests = N_(f"Its digest is {spaced(entry.digest)}, the one before it {spaced(entry.previous)}.")
    if proof.problem is not None:
        said = N_(f"Row {seq} of the ledger does NOT stand as it was written: {proof.problem} {digests}")
    else:
        said = N_(f"Row {seq} of the ledger stands as it was written: {', '.join(beside)}. {digests}")
    if newer:
        said = N_(f"It was superseded: row {newer} replaces it. {said}")
    if fault is not None and fault not in said:
        said += N_(f" Elsewhere the ledger was tampered with or damaged: {fault}")
    where = (
        N_(f"A report file lies at {report}; Verify tells whether it is intact.")
        if done.report
        else (N_("No report file of it lies in the report folder."))
    )
    noted = custody.note(path, custody.What.LOOKED_AT, seq)
    return Kept(done, f"{said} {where} {noted}".rstrip())


def report_again(path: Path, seq: int, ask: Ask = nobody) -> Path:
    """Where the report of a row was made again, signed anew; no older file is replaced. Raises GpuInspectorError."""
    with Ledger(path, readonly=True) as ledger:
        entry, inspection = ledger.inspection(seq)
    usual = inspecting.default_report_path(inspection, entry)
    inspecting.make_folder(usual.parent)
    target, number = usual, 1
    while os.path.lexists(target):
        number += 1
        target = usual.with_name(f"{usual.stem}-{number}{usual.suffix}")
    inspecting.report_from_ledger(str(seq), path, target, ask=ask)
    custody.note(path, custody.What.REPORT_MADE, seq, target.name)
    return target


def export(path: Path, target: Path, rows: Query | tuple[int, ...] | None, progress: Progress) -> int:
    """How many rows were written to `target`: all, chosen ones, or those that fit; its ending names the form.

    Raises LedgerError, TargetError, Cancelled. Rows that are chosen or fit are held against their own digests, all of
    them against the whole chain.
    """
    form = "csv" if target.suffix.casefold() == ".csv" else "jsonl"
    targets.check(target, targets.EXPORT, kept=targets.ledger_files(path))
    with _opened(path, progress) as ledger:
        finder = ledger.finder
        seqs = finder.seqs(rows, finder.head()) if isinstance(rows, Query) else rows
        written = export_to(ledger, target, form, seqs)
    custody.note(path, custody.What.EXPORTED, None, f"{written} rows as {form}, {target.name}")
    return written


def check(path: Path, progress: Progress) -> Checked:
    """What the whole ledger's verification says. Raises LedgerError, Cancelled."""
    with _opened(path, progress) as ledger:
        done = ledger_checks.verify_opened(ledger)
    if done.problem is not None:
        return Checked(N_(f"The ledger was tampered with or damaged: {done.problem}"), whole=False)
    custody.note(path, custody.What.VERIFIED, done.found.rows or None, f"head {done.found.head}")
    whole = N_(f"The ledger is whole: {done.found.rows:,} inspections, head {spaced(done.found.head)}.")
    return Checked(" ".join((whole, *done.notes)), whole=True)


@contextmanager
def _opened(path: Path, progress: Progress) -> Iterator[Ledger]:
    """The ledger for reading, brought up to date where it may be written; a wish to cancel ends the question."""
    stopped: list[Cancelled] = []

    def wanted() -> bool:
        try:
            progress("looking", 0.0)
        except Cancelled as wish:
            stopped.append(wish)
        return not stopped

    with _current(path) as ledger, ledger.finder.stoppable(wanted):
        try:
            yield ledger
        except LedgerError:
            if stopped:
                raise stopped[0] from None
            raise


@contextmanager
def _current(path: Path) -> Iterator[Ledger]:
    with Ledger(path, readonly=True) as ledger:
        if not ledger.outdated or ledger.fault() is not None:
            yield ledger
            return
    if os.access(path, os.W_OK):
        Ledger(path).close()
    with Ledger(path, readonly=True) as ledger:
        yield ledger
