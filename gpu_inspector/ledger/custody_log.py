"""The custody log's table: lines are put behind the last one, listed, and held against their chain.

What stands in it was told by the machine on which it happened; its chain, and the signed checkpoints that name its last
line, make sure that no line is taken out or changed afterwards.
"""

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from gpu_inspector.errors import CaptureError, LedgerError
from gpu_inspector.language import N_
from gpu_inspector.ledger.connection import immediate, ledger_errors, snapshot
from gpu_inspector.ledger.schema import keeps_custody
from gpu_inspector.records import custody
from gpu_inspector.records.chain import GENESIS
from gpu_inspector.records.custody import Event, Line, What

NO_LOG = N_("The ledger is of an older form, which keeps no custody log; the next inspection brings it up to date.")
_LOT = f'"what":"{What.LOT}"'.encode()
_VERIFIED = f'"what":"{What.VERIFIED}"'.encode()


@dataclass(frozen=True, slots=True)
class LogVerdict:
    """What became of looking through the log.

    `lines` whole ones; `digests` of the lines that were asked for, by number; `read` the last row up to which a noted
    verification found all sound, 0 where there was none; `problem` is None where the chain holds.
    """

    lines: int
    digests: dict[int, bytes]
    read: int
    problem: str | None


class CustodyLog:
    """The log of an open ledger."""

    def __init__(self, connection: sqlite3.Connection, path: Path, require: Callable[[], None]) -> None:
        """`require` raises LedgerError where nothing may be put into this ledger."""
        self._connection = connection
        self._path = path
        self._require = require

    def note(self, event: Event) -> Line:
        """Put an event behind the last line, durably. Raises LedgerError; then nothing was written."""
        with ledger_errors(self._path), immediate(self._connection):
            self._require()
            return put(self._connection, self._path, event)

    def lines(self, seq: int | None = None, limit: int | None = None) -> tuple[Line, ...]:
        """The log's lines, the oldest first; of one inspection, or the newest `limit` alone.

        A file of an older schema has none. Raises LedgerError for a line that cannot be read.
        """
        with ledger_errors(self._path), snapshot(self._connection):
            if not keeps_custody(self._connection):
                return ()
            found: list[Line] = []
            for number, digest, body in self._connection.execute(
                "SELECT number, digest, body FROM custody ORDER BY number DESC"
            ):
                if limit is not None and len(found) >= limit:
                    break
                line = _line(number, digest, body)
                if seq is None or line.event.seq == seq:
                    found.append(line)
            return tuple(reversed(found))

    def of(self, *whats: What) -> tuple[Line, ...]:
        """The lines of these kinds, the oldest first; the others are not read. Raises LedgerError as `lines` does."""
        with ledger_errors(self._path), snapshot(self._connection):
            if not keeps_custody(self._connection):
                return ()
            # A text inside of a line has its quotation marks behind a stroke: only the field itself fits.
            fitting = " OR ".join("instr(body, ?)" for _what in whats)
            rows = self._connection.execute(
                f"SELECT number, digest, body FROM custody WHERE {fitting} ORDER BY number",  # noqa: S608 - our own
                tuple(f'"what":"{what}"'.encode() for what in whats),
            )
            lines = (_line(*row) for row in rows)
            return tuple(line for line in lines if line.event.what in whats)

    def beginning(self, what: What, beginning: str) -> Iterator[Line]:
        """The lines of a kind whose detail begins so, the oldest first, read as they are asked for.

        `beginning` holds letters, digits, spaces and dashes alone. Raises LedgerError as `lines` does.
        """
        with ledger_errors(self._path), snapshot(self._connection):
            if not keeps_custody(self._connection):
                return
            found = self._connection.execute(
                "SELECT number, digest, body FROM custody WHERE instr(body, ?) ORDER BY number",
                (f'"detail":"{beginning}'.encode(),),
            )
            for row in found:
                line = _line(*row)
                if line.event.what is what and line.event.detail.startswith(beginning):
                    yield line


def _line(number: int, digest: object, body: object) -> Line:
    try:
        if isinstance(digest, bytes) and isinstance(body, bytes):
            return Line(number, digest.hex(), custody.decode(body))
    except CaptureError:
        pass
    raise LedgerError(f"Line {number} of the custody log cannot be read.", "Run `gpu-inspector ledger verify`.")


def head(connection: sqlite3.Connection) -> tuple[int, bytes]:
    """Number and digest of the last line; 0 and GENESIS where there is none."""
    found = connection.execute("SELECT number, digest FROM custody ORDER BY number DESC LIMIT 1").fetchone()
    return (0, GENESIS) if found is None else (int(found[0]), bytes(found[1]))


def put(connection: sqlite3.Connection, path: Path, event: Event) -> Line:
    """Put an event behind the last line, inside the caller's transaction. Raises LedgerError."""
    if not keeps_custody(connection):
        raise LedgerError(NO_LOG)
    try:
        body = custody.encode(event)
    except CaptureError as error:
        raise LedgerError(f"The line cannot be kept: {error.message}") from error
    last, previous = head(connection)
    digest = custody.digest_of(last + 1, previous, body)
    row = (last + 1, previous, digest, body)
    connection.execute("INSERT INTO custody(number, prev, digest, body) VALUES (?, ?, ?, ?)", row)
    kept = connection.execute("SELECT number, prev, digest, body FROM custody ORDER BY number DESC LIMIT 1").fetchone()
    if kept != row:
        raise LedgerError(f"The ledger {path} did not keep the line as it was given; nothing was written.")
    return Line(last + 1, digest.hex(), event)


def look(connection: sqlite3.Connection, wanted: frozenset[int], trusted: int) -> LogVerdict:
    """Hold the log against its chain.

    `wanted` are numbers of lines whose digests are asked for; verifications count up to line `trusted`.
    """
    previous, lines, read = GENESIS, 0, 0
    digests: dict[int, bytes] = {}
    rows = connection.execute("SELECT number, prev, digest, body FROM custody ORDER BY number")
    for expected, (number, prev, digest, body) in enumerate(rows, start=1):
        if number != expected:
            return LogVerdict(lines, digests, 0, N_(f"Line {expected} of the custody log is missing."))
        if not all(isinstance(cell, bytes) for cell in (prev, digest, body)):
            return LogVerdict(lines, digests, 0, N_(f"Line {number} of the custody log does not hold what is written."))
        if prev != previous:
            problem = N_(f"Line {number} of the custody log does not follow the line before it.")
            return LogVerdict(lines, digests, 0, problem)
        if digest != custody.digest_of(number, prev, body):
            problem = N_(
                f"Line {number} of the custody log was altered: its content and digest do not belong together."
            )
            return LogVerdict(lines, digests, 0, problem)
        if number <= trusted and _VERIFIED in body:
            read = _rows_read(body, read)
        if number in wanted:
            digests[number] = digest
        previous, lines = digest, number
    return LogVerdict(lines, digests, read, None)


def of_lots(connection: sqlite3.Connection) -> tuple[str, ...]:
    """The details of all lines that name an entry of the log of lots. Raises LedgerError."""
    if not keeps_custody(connection):
        return ()
    rows = connection.execute("SELECT number, digest, body FROM custody WHERE instr(body, ?) ORDER BY number", (_LOT,))
    lines = (_line(*row) for row in rows)
    return tuple(line.event.detail for line in lines if line.event.what is What.LOT)


def _rows_read(body: bytes, before: int) -> int:
    try:
        event = custody.decode(body)
    except CaptureError:
        return before
    return max(before, event.seq or 0) if event.what is What.VERIFIED else before
