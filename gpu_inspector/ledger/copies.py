"""The ledger in other forms: a whole copy of the file, one line of JSON a row, a table for a spreadsheet."""

import csv
import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import TextIO

from gpu_inspector.errors import LedgerError
from gpu_inspector.language import N_
from gpu_inspector.ledger import listing, query, supersession, verification
from gpu_inspector.ledger.connection import connect, ledger_errors, sync_folder
from gpu_inspector.records.inspection import LedgerEntry

Rows = Iterator[tuple[LedgerEntry, bytes]]

_LATER = "superseded_by"
"""What a row itself cannot tell: a later row may replace it."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet runs what begins so; names of cards and cases come from strangers."""


def jsonl(rows: Rows, out: TextIO) -> int:
    """One line a row: its number, the digest before it, its digest, and its body's exact text as `body`."""
    count = 0
    for entry, body in rows:
        head = f'"seq":{entry.seq},"prev":"{entry.previous}","digest":"{entry.digest}"'
        out.write(f'{{{head},"body":{_text(entry, body)}}}\n')
        count += 1
    return count


def table(rows: Rows, out: TextIO) -> int:
    """Comma-separated values with a heading: what the history shows, and the digests."""
    writer = csv.writer(out, lineterminator="\n")
    names = [name for name in query.HistoryRow.__dataclass_fields__ if name != _LATER]
    writer.writerow([*names, "prev", "digest"])
    count = 0
    for entry, body in rows:
        inspection = listing.inspection_of(entry.seq, body)
        found = listing.listing_of(entry.seq, inspection)
        shown = asdict(listing.shown(found))
        shown.pop(_LATER)
        shown["made_at"] = found.made_at
        shown["supersedes"] = supersession.replaced_by(inspection) or 0
        writer.writerow([*(_harmless(value) for value in shown.values()), entry.previous, entry.digest])
        count += 1
    return count


FORMS: dict[str, Callable[[Rows, TextIO], int]] = {
    "jsonl": jsonl,
    "csv": table,
}
"""What `export` can write."""


def _text(entry: LedgerEntry, body: bytes) -> str:
    listing.inspection_of(entry.seq, body)  # what is no JSON must not break the line that carries it
    return body.decode("utf-8")


def _harmless(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def backup(source: sqlite3.Connection, target: Path) -> None:
    """Copy the ledger to a new file while others may go on writing; the name appears when the copy is proven.

    Raises LedgerError where the target exists, cannot be written, or the copy does not verify.
    """
    with ledger_errors(target):
        if os.path.lexists(target):
            raise _taken(target)
    with ledger_errors(target), _temporary(target) as temporary:
        with closing(sqlite3.connect(temporary, isolation_level=None)) as copy:
            # A share has no shared memory; a connection that holds the file alone needs none.
            copy.execute("PRAGMA locking_mode = EXCLUSIVE")
            source.backup(copy)
            # One clean file that can also be read from a medium that cannot be written to.
            copy.execute("PRAGMA journal_mode = DELETE")
        with closing(connect(temporary, readonly=True)) as copy:
            found = verification.verdict(copy)
        if found.problem is not None:
            raise LedgerError(
                f"The ledger does not verify, so no backup was made of it: {found.problem}",
                "Keep the file as it is; an earlier backup may be whole.",
            )
        _flush(temporary)
        _rename(temporary, target)
        sync_folder(target.parent)


def _taken(target: Path) -> LedgerError:
    return LedgerError(N_(f"{target} exists already; a backup never overwrites."), N_("Name a new file."))


@contextmanager
def _temporary(target: Path) -> Iterator[Path]:
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
    finally:
        for ending in ("", "-journal", "-wal", "-shm"):
            with suppress(OSError):
                temporary.with_name(temporary.name + ending).unlink(missing_ok=True)


def _flush(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _rename(temporary: Path, target: Path) -> None:
    try:
        os.link(temporary, target)  # unlike a rename, this never takes another file's place
    except FileExistsError as error:
        raise _taken(target) from error
    except OSError as error:  # no hard links on this file system, a USB stick's for one
        if target.exists():
            raise _taken(target) from error
        temporary.rename(target)
