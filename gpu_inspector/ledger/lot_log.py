"""The table of lots: entries are put behind the last one, read back, and held against their chain.

An entry and the line of the custody log that names its digest are written in one transaction: the signed checkpoints,
which name the last line of that log, then cover the lots as well.
"""

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

from gpu_inspector.errors import CaptureError, LedgerError
from gpu_inspector.language import N_
from gpu_inspector.ledger import custody_log
from gpu_inspector.ledger.connection import immediate, ledger_errors, snapshot
from gpu_inspector.ledger.schema import keeps_lots
from gpu_inspector.records import lot_log
from gpu_inspector.records.chain import GENESIS
from gpu_inspector.records.custody import Event
from gpu_inspector.records.lot_log import LotEntry

NO_LOTS = N_("The ledger is of an older form, which keeps no lots; the next inspection brings it up to date.")


class LotLog:
    """The lots of an open ledger."""

    def __init__(self, connection: sqlite3.Connection, path: Path, require: Callable[[], None]) -> None:
        """`require` raises LedgerError where nothing may be put into this ledger."""
        self._connection = connection
        self._path = path
        self._require = require

    def put(self, make: Callable[[tuple[LotEntry, ...]], LotEntry], event: Callable[[str], Event]) -> LotEntry:
        """Put what `make` gives of all earlier entries behind them, durably, with a line of the custody log.

        Both functions run inside the transaction, so that no other program comes between looking and writing. `event`
        gets the entry's digest in 64 hexadecimal digits. Raises LedgerError and whatever they raise; then nothing was
        written.
        """
        with ledger_errors(self._path), immediate(self._connection):
            self._require()
            if not keeps_lots(self._connection):
                raise LedgerError(NO_LOTS)
            pairs = tuple(_entries(self._connection))
            entry = make(tuple(one for _digest, one in pairs))
            try:
                body = lot_log.encode(entry)
            except CaptureError as error:
                raise LedgerError(f"The lot cannot be kept: {error.message}") from error
            previous = pairs[-1][0] if pairs else GENESIS
            number = len(pairs) + 1
            digest = lot_log.digest_of(number, previous, body)
            row = (number, previous, digest, body)
            self._connection.execute("INSERT INTO lot_log(number, prev, digest, body) VALUES (?, ?, ?, ?)", row)
            kept = self._connection.execute(
                "SELECT number, prev, digest, body FROM lot_log ORDER BY number DESC LIMIT 1"
            ).fetchone()
            if kept != row:
                raise LedgerError(f"The ledger {self._path} did not keep the lot as it was given; nothing was written.")
            custody_log.put(self._connection, self._path, event(digest.hex()))
            return entry

    def entries(self) -> tuple[LotEntry, ...]:
        """All entries, the oldest first; a file of an older schema has none. Raises LedgerError for a broken chain."""
        with ledger_errors(self._path), snapshot(self._connection):
            if not keeps_lots(self._connection):
                return ()
            return tuple(entry for _digest, entry in _entries(self._connection))


def look(connection: sqlite3.Connection) -> tuple[int, str | None]:
    """How many whole entries there are, and the sentence of what is wrong with the next; None where nothing is."""
    if not keeps_lots(connection):
        return 0, None
    whole = 0
    try:
        named = _named(connection)
        for digest, _entry in _entries(connection):
            if digest.hex() not in named:
                return whole, N_(f"Entry {whole + 1} of the log of lots is named by no line of the custody log.")
            whole += 1
        if whole < len(named):
            return whole, N_("The custody log names more entries of the log of lots than there are.")
    except LedgerError as error:
        return whole, error.message
    return whole, None


def _named(connection: sqlite3.Connection) -> set[str]:
    """Digests of entries that lines of the custody log name."""
    lines = custody_log.of_lots(connection)
    return {line.partition(" ")[0] for line in lines}


def _entries(connection: sqlite3.Connection) -> Iterator[tuple[bytes, LotEntry]]:
    """Digest and entry, the oldest first, as long as they carry on their chain. Raises LedgerError."""
    previous = GENESIS
    rows = connection.execute("SELECT number, prev, digest, body FROM lot_log ORDER BY number")
    for expected, (number, prev, digest, body) in enumerate(rows, start=1):
        where = N_(f"Entry {number} of the log of lots")
        if number != expected:
            raise _wrong(N_(f"Entry {expected} of the log of lots is missing."))
        if not all(isinstance(cell, bytes) for cell in (prev, digest, body)):
            raise _wrong(N_(f"{where} does not hold what the ledger writes."))
        if prev != previous:
            raise _wrong(N_(f"{where} does not follow the entry before it."))
        if digest != lot_log.digest_of(number, prev, body):
            raise _wrong(N_(f"{where} was altered: its content and its digest do not belong together."))
        try:
            yield digest, lot_log.decode(body)
        except CaptureError as error:
            raise _wrong(N_(f"{where} cannot be read.")) from error
        previous = digest


def _wrong(sentence: str) -> LedgerError:
    return LedgerError(sentence, N_("Keep the file as it is, and run `gpu-inspector ledger verify`."))
