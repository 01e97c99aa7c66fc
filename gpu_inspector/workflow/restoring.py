"""A ledger brought back from its backup, and what the backup lacks of what is known from elsewhere.

A backup is as old as it is: what was inspected since then stands in signed reports, in checkpoints, and perhaps in the
damaged file itself. None of it is put into the ledger again (that would be a row that nobody chained), but each is
named, so that the office knows which inspections it has to keep beside the ledger.
"""

import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from gpu_inspector.errors import GpuInspectorError, LedgerError
from gpu_inspector.language import N_
from gpu_inspector.ledger import replacing
from gpu_inspector.ledger.store import Ledger
from gpu_inspector.records import checkpoint
from gpu_inspector.records.inspection import LedgerEntry
from gpu_inspector.workflow import checkpoints, custody
from gpu_inspector.workflow.whole_files import read_at_most


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A row that a signed report or a checkpoint speaks of: its number and digest, and who says so."""

    source: str
    seq: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """`rows` that the ledger has now, where the old file is (None where there was none), and what is to be told."""

    rows: int
    aside: Path | None
    damage: str
    """What was wrong with the old file; "" where there was none."""
    missing: tuple[str, ...]
    """A sentence for each thing that the backup lacks of what is known."""
    remark: str
    """Why the custody log has no line of it; "" where it has."""


def known_by_report(source: str, entry: LedgerEntry) -> Known:
    """What a signed report that was found intact says of its row."""
    return Known(source=N_(f"The report {source}"), seq=entry.seq, digest=entry.digest)


def known_by_checkpoint(path: Path) -> Known:
    """What a checkpoint's file says of its row, if its signature is sound: whose it is, is not asked.

    Raises CaptureError, StatementError, OSError.
    """
    statement = checkpoints.check(read_at_most(path, checkpoint.LARGEST)).statement
    return Known(source=N_(f"The checkpoint {path.name}"), seq=statement.seq, digest=statement.digest)


def restore(backup: Path, target: Path, known: Iterable[Known] = (), *, now: datetime | None = None) -> Restored:
    """Put a backup where the ledger is to be, verified before and after it is copied.

    A ledger that is whole is never replaced, unless it lacks a known row that the backup has, or the backup has at
    least more of the same rows; a damaged one is moved aside, with all that stands beside it. Raises LedgerError, and
    then nothing was changed.
    """
    if os.path.lexists(target) and backup.exists() and backup.samefile(target):
        raise LedgerError(f"{backup} is the ledger itself.", "Name the backup first, and the ledger with --ledger.")
    rows = (*known, *_known_beside(target))
    with Ledger(backup, readonly=True) as copy:
        found = copy.verify()
        if found.problem is not None:
            raise LedgerError(
                f"The backup {backup} is not whole, so nothing was restored: {found.problem}", "Take an older backup."
            )
        damage, sound = _to_be_replaced(target, copy, rows)
        missing = [*_lacking(copy, found.rows, rows), *_still_there(target, sound, copy, found.rows)]
        aside = replacing.put_in_place(copy, target, now or datetime.now(UTC))
    remark = custody.note(target, custody.What.RESTORED, detail=backup.name)
    return Restored(rows=found.rows, aside=aside, damage=damage, missing=tuple(missing), remark=remark)


def _known_beside(target: Path) -> tuple[Known, ...]:
    with suppress(GpuInspectorError, OSError):  # it is moved aside as it is, and speaks for itself there
        return (known_by_checkpoint(checkpoints.beside(target.resolve())),)
    return ()


def _to_be_replaced(target: Path, copy: Ledger, known: tuple[Known, ...]) -> tuple[str, int]:
    """What is wrong with the ledger that is there ("" for none), and how many of its rows are sound."""
    if not os.path.lexists(target):
        return "", 0
    damaged = replacing.damage_of(target)
    if damaged is not None:
        return damaged[0], damaged[1].rows if damaged[1] is not None else 0
    with Ledger(target, readonly=True) as there:
        rows = there.count()
        for one in known:
            if not _has(there, one) and (_has(copy, one) or _goes_on(copy, there, rows)):
                return N_(f"It lacks row {one.seq}, of which {one.source[0].lower()}{one.source[1:]} speaks."), rows
    raise LedgerError(
        f"The ledger {target} is whole ({rows} inspections), and is not replaced by a backup.",
        "Name another file with --ledger; what was signed and is missing in it is found with --report.",
    )


def _digest(ledger: Ledger, seq: int) -> str | None:
    with suppress(LedgerError):
        return ledger.entry(seq)[0].digest
    return None


def _has(ledger: Ledger, known: Known) -> bool:
    return _digest(ledger, known.seq) == known.digest


def _goes_on(copy: Ledger, there: Ledger, rows: int) -> bool:
    """Whether the backup has all that the ledger has, and more: the ledger was cut, or is an older copy."""
    return copy.count() > rows and (rows == 0 or _digest(copy, rows) == _digest(there, rows))


def _lacking(copy: Ledger, rows: int, known: tuple[Known, ...]) -> Iterable[str]:
    for one in known:
        if one.seq > rows:
            yield N_(f"{one.source} speaks of row {one.seq}: {_rows(rows + 1, one.seq)} not in the backup.")
        elif not _has(copy, one):
            yield N_(f"{one.source} speaks of another row {one.seq} than the backup has: it is of another ledger.")


def _still_there(target: Path, sound: int, copy: Ledger, rows: int) -> Iterable[str]:
    """What the old file still has: told, since it is the only place where it is."""
    if not sound:
        return
    last = min(sound, rows)
    with Ledger(target, readonly=True) as there:
        if last and _digest(there, last) != _digest(copy, last):
            yield N_(f"The old file has another row {last} than the backup: one of the two is of another ledger.")
        elif sound > rows:
            yield N_(f"The old file still has sound rows: {_rows(rows + 1, sound)} not in the backup.")


def _rows(first: int, last: int) -> str:
    return N_(f"row {first} is") if first == last else N_(f"rows {first} to {last} are")
