"""A backup put in the place of a damaged ledger: the damaged one is kept, and no moment leaves half a file.

The name that the ledger bears must never be without a file, for the next inspection would begin a new ledger under it;
nor may the write-ahead log of the old file stand beside the new one, for SQLite would play it into that.
"""

import errno
import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from gpu_inspector.errors import LedgerError
from gpu_inspector.ledger.connection import ledger_errors, make_folder, sync_folder
from gpu_inspector.ledger.places import require_local
from gpu_inspector.ledger.store import Ledger
from gpu_inspector.ledger.verification import LedgerVerdict

COMPANIONS = ("-wal", "-shm", "-journal", ".checkpoint")
"""What stands beside the file: SQLite's own (of which -shm is made anew), and the last signed checkpoint."""
_LOCK_BYTES = (0x40000001, 511)
"""Where SQLite locks a file (sqlite3 os.h): the byte of the writer and those of the readers."""
_HEADER = b"SQLite format 3\0"
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def damage_of(path: Path) -> tuple[str, LedgerVerdict | None] | None:
    """What is wrong with the ledger at `path`, and what verification found as far as it came; None for a whole one.

    Raises LedgerError for what is not a damaged ledger but something else: another program's, a newer one, one that
    cannot be read, or that another program holds.
    """
    try:
        with Ledger(path, readonly=True) as ledger:
            found = ledger.verify()
            return None if found.problem is None else (found.problem, found)
    except LedgerError as error:
        if not _means_damage(error, path):
            raise
        return error.message, None


def _means_damage(error: LedgerError, path: Path) -> bool:
    cause = error.__cause__
    if isinstance(cause, UnicodeDecodeError):
        return True
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", 0) & 0xFF in _DAMAGED
    with ledger_errors(path):
        if cause is not None or not path.is_file():
            return False
        with path.open("rb") as file:
            return file.read(len(_HEADER)) != _HEADER  # an empty file, or one whose beginning was overwritten


def put_in_place(backup: Ledger, target: Path, moment: datetime) -> Path | None:
    """Copy a verified backup to `target`; where all that stood there under its name is now, or None for nothing.

    Whether it may be moved is the caller's to say. Raises LedgerError, and leaves what stands there as it is, where the
    copy cannot be made or another program has the file open.
    """
    with ledger_errors(target):
        # Where a link leads: the link stays, and what is beside the file itself is what SQLite looks at.
        place = target.resolve()
        require_local(place)
        make_folder(place.parent)
        fresh = place.with_name(f".{place.name}.restored-{moment:%Y%m%dT%H%M%SZ}")
        backup.backup(fresh)
        try:
            if not place.exists():
                aside = _move(place, moment)
                _name(fresh, place)
                return aside
            with _nobody_else(place):
                aside = _move(place, moment)
                fresh.replace(place)
                return aside
        finally:
            fresh.unlink(missing_ok=True)
            sync_folder(place.parent)


def _move(place: Path, moment: datetime) -> Path | None:
    """Give all files of that name another one; of the ledger itself a second one, for it is replaced in one step."""
    there = [ending for ending in ("", *COMPANIONS) if os.path.lexists(_beside(place, ending))]
    kept = [ending for ending in there if ending != "-shm" and (not ending or _beside(place, ending).stat().st_size)]
    aside = _free_name(place, moment) if kept else None
    if aside is not None:
        for ending in kept:
            _second_name(_beside(place, ending), _beside(aside, ending))
    sync_folder(place.parent)
    for ending in there:
        if ending:
            _beside(place, ending).unlink(missing_ok=True)
    sync_folder(place.parent)  # the old log is gone for good before the new file has the name
    return aside


def _name(fresh: Path, place: Path) -> None:
    try:
        _second_name(fresh, place)
    except FileExistsError as error:
        raise LedgerError(
            f"Another program has just made a ledger at {place}; nothing was restored.",
            "Look at it with `gpu-inspector ledger verify`.",
        ) from error


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)


def _free_name(place: Path, moment: datetime) -> Path:
    stem = f"{place.stem}.damaged-{moment:%Y%m%dT%H%M%SZ}"
    for number in range(1, 1000):
        aside = place.with_name(f"{stem}{'' if number == 1 else f'-{number}'}{place.suffix}")
        if not any(os.path.lexists(_beside(aside, ending)) for ending in ("", *COMPANIONS)):
            return aside
    raise LedgerError(f"There is no free name to move {place} to.", "Move it away yourself.")


def _second_name(path: Path, other: Path) -> None:
    try:
        os.link(path, other)
    except FileExistsError:
        raise
    except OSError as error:  # no hard links on this file system: then for a moment there is no file of that name
        if os.path.lexists(other):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(other)) from error
        path.rename(other)


@contextmanager
def _nobody_else(place: Path) -> Iterator[None]:
    """Hold the locks that SQLite would ask for. Raises LedgerError where another program has the file open.

    Windows needs none of it: it renames no file that a program has open.
    """
    if sys.platform == "win32":
        yield
        return
    import fcntl

    start, length = _LOCK_BYTES
    with place.open("rb+") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, length, start)
        except OSError as error:
            raise LedgerError(
                f"Another program has the ledger {place} open; nothing was changed.", "Close it, then do it again."
            ) from error
        try:
            yield
        finally:
            with suppress(OSError):
                fcntl.lockf(file, fcntl.LOCK_UN, length, start)
