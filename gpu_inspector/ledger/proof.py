"""One row by itself: is it the one that a signed report was taken from, and does it stand as it was written?

Answered from the row and those beside it, in a moment, where `verification` reads the whole ledger.
"""

import sqlite3
from dataclasses import dataclass

from gpu_inspector.errors import LedgerError
from gpu_inspector.language import N_
from gpu_inspector.ledger import agreement
from gpu_inspector.records.chain import GENESIS, LARGEST_SEQ, fits
from gpu_inspector.records.inspection import LedgerEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """One row and what stands beside it: `problem` is None where all agree, else the sentences that say what does not.

    `before` and `after` say whether there is a row before it and after it; each was held against this one.
    """

    entry: LedgerEntry
    before: bool
    after: bool
    problem: str | None


def misfit(connection: sqlite3.Connection, entry: LedgerEntry) -> str | None:
    """Why this ledger is not the one that an entry of a signed report was taken from; None when it is."""
    if not 0 < entry.seq <= LARGEST_SEQ:
        return N_(f"The report names row {entry.seq}, which no ledger has.")
    found = connection.execute("SELECT prev, digest, body FROM inspection WHERE seq = ?", (entry.seq,)).fetchone()
    if found is None:
        return N_(f"Row {entry.seq} is missing: the ledger was cut or replaced after the report was signed.")
    previous, digest, body = found
    if not all(isinstance(cell, bytes) for cell in found):
        return N_(f"Row {entry.seq} does not hold what the ledger writes.")
    if digest.hex() != entry.digest:
        return N_(f"Row {entry.seq} is another record than the report's: the ledger was replaced or rewritten.")
    if previous.hex() != entry.previous:
        return N_(f"Row {entry.seq} follows another row than the report says: rows before it were rewritten.")
    if not fits(entry, body):
        return N_(f"Row {entry.seq} was altered: its content and its digest do not belong together.")
    return None


def proof_of(connection: sqlite3.Connection, seq: int) -> Proof:
    """Hold a row against its own digest, the rows before and after it, and what the search table says of it.

    Raises LedgerError where there is no such row, or none that can be read.
    """
    found = connection.execute("SELECT prev, digest, body FROM inspection WHERE seq = ?", (seq,)).fetchone()
    if found is None or not all(isinstance(cell, bytes) for cell in found):
        raise LedgerError(f"The ledger has no row {seq} that can be read.", "Run `gpu-inspector ledger verify`.")
    previous, digest, body = found
    entry = LedgerEntry(seq=seq, previous=previous.hex(), digest=digest.hex())
    before = connection.execute("SELECT digest FROM inspection WHERE seq = ?", (seq - 1,)).fetchone()
    after = connection.execute("SELECT prev FROM inspection WHERE seq = ?", (seq + 1,)).fetchone()
    last = connection.execute("SELECT max(seq) FROM inspection").fetchone()[0]
    problems = [misfit(connection, entry)]
    if previous != (GENESIS if seq == 1 else before and before[0]):
        problems.append(N_(f"Row {seq} does not follow the row before it."))
    if after is None and seq < last:
        problems.append(N_(f"Row {seq + 1} is missing."))
    elif after is not None and after[0] != digest:
        problems.append(N_(f"Row {seq + 1} does not follow row {seq}."))
    problems.append(agreement.disagreement_at(connection, seq, body))
    said = " ".join(problem for problem in problems if problem)
    return Proof(entry=entry, before=before is not None, after=after is not None, problem=said or None)
