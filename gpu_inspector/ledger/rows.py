"""One row of the ledger, read so that nothing is handed out which its own digest does not vouch for, or put behind.

All of it happens inside the caller's transaction.
"""

import sqlite3
from pathlib import Path

from gpu_inspector.errors import LedgerError
from gpu_inspector.ledger import search, verification
from gpu_inspector.records.chain import GENESIS, LARGEST_SEQ, entry_for, fits
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


def put(connection: sqlite3.Connection, path: Path, inspection: Inspection, body: bytes) -> LedgerEntry:
    """One row more, or the entry of the same inspection where it stands already. Raises LedgerError."""
    known = search.seq_of_id(connection, inspection.id)
    if known is not None:
        entry, kept = at(connection, path, known)
        if kept != body:
            raise LedgerError(
                f"Inspection {inspection.id} stands in row {known} already, with another content.",
                "Inspect again: a new inspection gets an id of its own.",
            )
        return entry
    last = connection.execute("SELECT max(seq) FROM inspection").fetchone()[0] or 0
    previous = bytes.fromhex(at(connection, path, last)[0].digest) if last else GENESIS
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
        f"Row {seq} of the ledger was altered: its content and its digest do not belong together.",
        "Keep the file as it is, and run `gpu-inspector ledger verify`.",
    )
