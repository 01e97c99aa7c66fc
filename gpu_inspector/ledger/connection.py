"""The ledger's file as SQLite sees it: how it is opened, locked, and what its errors mean to an inspector.

The file may have been made by anyone, so nothing in it is trusted to run (`trusted_schema` is off), and damaged
cells are looked for while they are read.
"""

import errno
import os
import sqlite3
import stat
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from gpu_inspector import platforms
from gpu_inspector.errors import LedgerError
from gpu_inspector.language import N_
from gpu_inspector.ledger.places import require_local

BUSY_SECONDS = 30.0
"""How long another program may hold the file before we give up. One row takes milliseconds."""

DAMAGE = (sqlite3.Error, UnicodeDecodeError)
"""What reading a damaged file raises; the second where SQLite quotes damaged bytes in its own message."""

_HEADER = b"SQLite format 3\0"
_PAUSE_SECONDS = 0.02

_RIGHT_FILE = N_("Name another file with --ledger, or restore the last backup.")
_PERMISSION = N_("Ask for the right to write there, or name another file with --ledger.")

_MEANING = {
    sqlite3.SQLITE_FULL: (
        N_("The disk is full: the ledger {path} took nothing new, and no earlier row is lost."),
        N_("Free some space, then do it again."),
    ),
    sqlite3.SQLITE_IOERR: (
        N_("The disk failed while the ledger {path} was read or written ({error})."),
        N_("Check the disk, its free space and your quota; no row that was reported is lost by trying again."),
    ),
    sqlite3.SQLITE_BUSY: (
        N_("Another program has kept the ledger {path} locked for {seconds:g} seconds; nothing was written."),
        N_("Close the other program, then do it again."),
    ),
    sqlite3.SQLITE_LOCKED: (
        N_("Another program has kept the ledger {path} locked; nothing was written."),
        N_("Close the other program, then do it again."),
    ),
    sqlite3.SQLITE_NOTADB: (N_("{path} is not a ledger of GPU Inspector."), _RIGHT_FILE),
    sqlite3.SQLITE_CORRUPT: (
        N_("The ledger {path} is damaged ({error})."),
        N_("Keep the file as it is, and go on with the last backup."),
    ),
    sqlite3.SQLITE_READONLY: (N_("The ledger {path} is read-only; nothing was written."), _PERMISSION),
    sqlite3.SQLITE_PERM: (N_("The ledger {path} may not be opened."), _PERMISSION),
    sqlite3.SQLITE_CANTOPEN: (N_("The ledger {path} cannot be opened."), _PERMISSION),
    sqlite3.SQLITE_CONSTRAINT: (
        N_("The ledger {path} refused the row ({error})."),
        N_("Run `gpu-inspector ledger verify`."),
    ),
}


def ledger_error(error: sqlite3.Error, path: Path) -> LedgerError:
    """What an error of SQLite means, as a sentence with what to do."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    message, advice = _MEANING.get(
        code, (N_("The ledger {path} cannot be used ({error})."), "Run `gpu-inspector ledger verify`.")
    )
    return LedgerError(message.format(path=path, error=error, seconds=BUSY_SECONDS), advice)


def damage_error(path: Path, reason: object) -> LedgerError:
    """The sentence for a file whose bytes make no sense."""
    message, advice = _MEANING[sqlite3.SQLITE_CORRUPT]
    return LedgerError(message.format(path=path, error=reason), advice)


def file_error(error: OSError, path: Path) -> LedgerError:
    """What an error of the operating system means, as a sentence with what to do."""
    reason = error.strerror or type(error).__name__
    return LedgerError(N_(f"{path} cannot be used ({reason})."), N_("Check the path, the free space and your rights."))


@contextmanager
def ledger_errors(path: Path) -> Iterator[None]:
    """Turn every error of SQLite and of the file system into LedgerError."""
    try:
        yield
    except sqlite3.Error as error:
        raise ledger_error(error, path) from error
    except UnicodeDecodeError as error:
        raise damage_error(path, N_("bytes that are no text")) from error
    except OSError as error:
        raise file_error(error, path) from error


@contextmanager
def immediate(connection: sqlite3.Connection) -> Iterator[None]:
    """A transaction that holds the write lock from its first moment.

    A deferred one that reads and then writes fails at once, whatever the timeout, when another program wrote
    in between; the `atomic()` of sqlite-utils is deferred unless it stands inside of this.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            with suppress(sqlite3.Error):  # the first error is the one to tell
                connection.execute("ROLLBACK")
        raise


@contextmanager
def snapshot(connection: sqlite3.Connection) -> Iterator[None]:
    """A read transaction: all that is read within is one moment of the file."""
    connection.execute("BEGIN")
    try:
        yield
    finally:
        if connection.in_transaction:
            with suppress(sqlite3.Error):
                connection.execute("ROLLBACK")


def require_regular(path: Path) -> bool:
    """Whether there is a file. Raises LedgerError for what can never be a ledger, before anything opens it.

    To open a pipe waits without end, and to open a device may do anything; so it is with the files that SQLite
    keeps beside the ledger, whose names are longer. Raises OSError.
    """
    exists = _is_regular(path)
    for ending in ("-journal", "-wal", "-shm"):
        _is_regular(path.with_name(path.name + ending))
    return exists


def _is_regular(path: Path) -> bool:
    try:
        mode = path.stat().st_mode
    except FileNotFoundError as error:
        if path.is_symlink():
            raise LedgerError(f"{path} is a link to a file that is not there.", _RIGHT_FILE) from error
        return False
    except ValueError as error:
        raise LedgerError(f"{str(path)!r} is no name that a file can have.", _RIGHT_FILE) from error
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise LedgerError(f"{path} is a link that leads back to itself.", _RIGHT_FILE) from error
        raise
    if stat.S_ISDIR(mode):
        raise LedgerError(f"{path} is a folder; a ledger is a file.", "Name a file with --ledger.")
    if not stat.S_ISREG(mode):
        raise LedgerError(f"{path} is a pipe, a socket or a device; a ledger is a file.", "Name a file with --ledger.")
    return True


def make_file(path: Path) -> None:
    """Make an empty file for its owner alone, and its folder too, where they are missing.

    SQLite gives the files that it puts beside it the same rights. Raises LedgerError for a file system that cannot
    carry a ledger, one that is there already too, and OSError.
    """
    require_local(path)
    if path.exists():
        return
    make_folder(path.parent)
    with suppress(FileExistsError):  # another program was faster, and made the same
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        sync_folder(path.parent)


def make_folder(folder: Path) -> None:
    """With all above it that are missing, each durable before anything is put into it. Raises OSError."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
        sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Make the folder's list of names durable, where the system can."""
    with suppress(OSError):
        platforms.make_durable(folder)


def require_header(path: Path) -> None:
    """Refuse what is no SQLite file before SQLite sees it: it takes a file of one byte for an empty one.

    Raises LedgerError, OSError.
    """
    with path.open("rb") as file:
        head = file.read(len(_HEADER))
    if head and head != _HEADER:
        message, advice = _MEANING[sqlite3.SQLITE_NOTADB]
        raise LedgerError(message.format(path=path), advice)


_open: Counter[tuple[int, int]] = Counter()
"""How many connections this program has to a file, by the file's own number."""
_OPENING = threading.Lock()


def hold(path: Path) -> tuple[int, int]:
    """`require_header`, but for a file that this program has open already; what `let_go` wants when it is closed.

    POSIX takes all locks of a process off a file when the process closes any handle to it. SQLite knows, and never
    does it; a look at the header did: another program then held itself for the last one that has the ledger open,
    took the write-ahead log away at its end, and the rows in it with it. Raises LedgerError, OSError.
    """
    with _OPENING:
        found = path.stat()
        number = (found.st_dev, found.st_ino)
        if not _open[number]:
            require_header(path)
        _open[number] += 1
    return number


def let_go(number: tuple[int, int]) -> None:
    """The connection to this file is closed."""
    with _OPENING:
        _open[number] -= 1
        if not _open[number]:
            del _open[number]


def connect(path: Path, *, readonly: bool, patience: float | None = None) -> sqlite3.Connection:
    """Open an existing file. It may still turn out to be no ledger. Raises sqlite3.Error.

    `patience` are the seconds that another program may hold it; None for BUSY_SECONDS.
    """
    address = path.absolute().as_uri()
    if not readonly:
        return _prepare(f"{address}?mode=rw", patience)
    connection = _prepare(f"{address}?mode=ro", patience)
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError as error:
        connection.close()
        # A read-only folder gives SQLite no place for its lock file. Without writers and without a pending
        # write-ahead log the file is all there is, and may be read as it stands.
        pending = path.with_name(path.name + "-wal")
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code not in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY) or _size(pending) > 0:
            raise
        return _prepare(f"{address}?mode=ro&immutable=1", patience)
    except DAMAGE:
        connection.close()
        raise
    return connection


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _prepare(address: str, patience: float | None) -> sqlite3.Connection:
    seconds = BUSY_SECONDS if patience is None else patience
    connection = sqlite3.connect(address, uri=True, isolation_level=None, timeout=seconds)
    connection.text_factory = _text
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")
    return connection


def _text(raw: bytes) -> str:
    """Damaged text is compared and found wrong, not refused."""
    return raw.decode("utf-8", "replace")


def make_durable(connection: sqlite3.Connection, patience: float | None = None) -> None:
    """Write-ahead log, and a flush to the disk before each COMMIT returns. Raises sqlite3.Error."""
    connection.execute("PRAGMA synchronous = FULL")
    deadline = time.monotonic() + (BUSY_SECONDS if patience is None else patience)
    while True:
        try:
            # SQLite does not wait for another program's lock while it changes the journal's mode.
            if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
                connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            busy = getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY
            if not busy or time.monotonic() > deadline:
                raise
        time.sleep(_PAUSE_SECONDS)
