"""One row of the ledger, read so that nothing is handed out which its own digest does not vouch for, or put behind.

All of it happens inside the caller's transaction.
"""

import sqlite3
from collections.abc import Callable
from pathlib import Path

from gpu_inspector.errors import CaptureError, LedgerError
from gpu_inspector.language import N_
from gpu_inspector.ledger import custody_log, search, verification
from gpu_inspector.records import canonical
from gpu_inspector.records.chain import GENESIS, LARGEST_SEQ, entry_for, fits
from gpu_inspector.records.custody import Event
from gpu_inspector.records.inspection import Inspection, LedgerEntry


def at(connection: sqlite3.Connection, path: Path, seq: int) -> tuple[LedgerEntry, bytes]:
    """A row whose digest fits its content. Raises LedgerError where there is none, or it does not."""
    found = None
    if 0 < seq <= LARGEST_SEQ:
        found = connection.execute("SELECT prev, digest, body FROM inspection WHERE seq = ?", (seq,)).fetchone()
    if found is None:
        raise LedgerError(f"The ledger {path} has no row {seq}.", "See `gpu-inspector history`.")
    previous, digest, body = found
    if not all(isinstance(cell, bytes) for cell in found):
        raise _altered(seq)
    entry = LedgerEntry(seq=seq, previous=previous.hex(), digest=digest.hex())
    if not fits(entry, body):
        raise _altered(seq)
    return entry, body


Noted = Callable[[LedgerEntry, Inspection], Event]
"""The line of the custody log for a row that was just put in."""


def body_of(inspection: Inspection) -> bytes:
    """The exact bytes that are hashed and kept. Raises LedgerError where they are no record, or too many."""
    try:
        body = canonical.encode(inspection)
    except CaptureError as error:
        raise LedgerError(
            f"The inspection cannot be kept: {error.message}",
            "Look at the case's fields for signs that are no letters, and inspect again.",
        ) from error
    if len(body) > canonical.LARGEST:
        raise LedgerError(f"The inspection has {len(body):,} bytes, more than the ledger takes.")
    return body


def put_new(
    connection: sqlite3.Connection, path: Path, inspection: Inspection, body: bytes, noted: Noted
) -> tuple[LedgerEntry, bool]:
    """One row more with its line of the custody log; or the entry of the row that has this id already, and False.

    Whatever that row holds: who makes an id of what is judged means the same thing by it. Raises LedgerError.
    """
    known = search.seq_of_id(connection, inspection.id)
    if known is not None:
        return at(connection, path, known)[0], False
    entry = put(connection, path, inspection, body)
    custody_log.put(connection, path, noted(entry, inspection))
    return entry, True


def put(connection: sqlite3.Connection, path: Path, inspection: Inspection, body: bytes) -> LedgerEntry:
    """One row more, or the entry of the same inspection where it stands already. Raises LedgerError.

    In a transaction in which `verification.fault_at_end` found no fault: the last row's digest fits its content.
    """
    known = search.seq_of_id(connection, inspection.id)
    if known is not None:
        entry, kept = at(connection, path, known)
        if kept != body:
            raise LedgerError(
                f"Inspection {inspection.id} stands in row {known} already, with another content.",
                "Inspect again: a new inspection gets an id of its own.",
            )
        return entry
    newest = "SELECT seq, digest FROM inspection ORDER BY seq DESC LIMIT 1"
    last, previous = connection.execute(newest).fetchone() or (0, GENESIS)
    entry = entry_for(last + 1, previous, body)
    connection.execute(
        "INSERT INTO inspection(seq, prev, digest, body) VALUES (?, ?, ?, ?)",
        (entry.seq, previous, bytes.fromhex(entry.digest), body),
    )
    verification.require_kept(connection, path, entry, body)
    search.add(connection, entry.seq, inspection)
    return entry


def _altered(seq: int) -> LedgerError:
    return LedgerError(
        N_(f"Row {seq} of the ledger was altered: its content and its digest do not belong together."),
        N_("Keep the file as it is, and run `gpu-inspector ledger verify`."),
    )
