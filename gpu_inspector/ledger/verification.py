"""Does the ledger still say what was written into it? Answered without changing a byte of it."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gpu_inspector.errors import LedgerError
from gpu_inspector.ledger import schema, search
from gpu_inspector.ledger.connection import DAMAGE
from gpu_inspector.records.chain import GENESIS, LARGEST_SEQ, chain_digest, fits
from gpu_inspector.records.inspection import LedgerEntry

_SMALL_BYTES = 4 * 1024 * 1024
"""Looking through so much takes about two milliseconds (measured: 0.3 to 0.7 for each MiB)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerVerdict:
    """What verification found.

    `rows` whole ones from the first on, `head` the last one's digest (64 hexadecimal digits), `problem` the
    sentences of what is wrong or None, `row` the number of the first wrong row where one can be named.

    A ledger whose end was cut off, or that was written anew from some row on, is whole in itself: `misfit`
    with a signed report tells that, and nothing within the file can.
    """

    rows: int
    problem: str | None
    row: int | None
    head: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """One row and what stands beside it: `problem` is None where all agree, else the sentences that say what does not.

    `before` and `after` say whether there is a row before it and after it; each was held against this one.
    """

    entry: LedgerEntry
    before: bool
    after: bool
    problem: str | None


class _BrokenChainError(Exception):
    """A row that does not carry on the chain."""

    def __init__(self, row: int, problem: str) -> None:
        super().__init__(problem)
        self.row = row
        self.problem = problem


def chain(connection: sqlite3.Connection) -> Iterator[tuple[LedgerEntry, bytes]]:
    """Each row in order, as long as it carries on the chain; then _BrokenChainError."""
    previous = GENESIS
    rows = connection.execute("SELECT seq, prev, digest, body FROM inspection ORDER BY seq")
    for expected, (seq, prev, digest, body) in enumerate(rows, start=1):
        if seq != expected:
            raise _BrokenChainError(expected, f"Row {expected} is missing.")
        if not all(isinstance(cell, bytes) for cell in (prev, digest, body)):
            raise _BrokenChainError(seq, f"Row {seq} does not hold what the ledger writes.")
        if prev != previous:
            raise _BrokenChainError(seq, f"Row {seq} does not follow the row before it.")
        if digest != chain_digest(seq, prev, body):
            raise _BrokenChainError(seq, f"Row {seq} was altered: its content and its digest do not belong together.")
        yield LedgerEntry(seq=seq, previous=prev.hex(), digest=digest.hex()), body
        previous = digest


def verdict(connection: sqlite3.Connection) -> LedgerVerdict:
    """Look at chain, tables, triggers, search tables and pages, inside the caller's transaction.

    Damage becomes a problem of the verdict, never an exception.
    """
    rows, head, row = 0, GENESIS.hex(), None
    problems: list[str] = []
    try:
        for entry, _body in chain(connection):
            rows, head = entry.seq, entry.digest
    except _BrokenChainError as fault:
        row = fault.row
        problems.append(fault.problem)
    except DAMAGE as error:
        row = rows + 1
        problems.append(f"The file cannot be read beyond row {rows} ({error}).")
    try:
        changed = schema.difference(connection)
        if changed is not None:
            problems.append(changed)
        if not problems:
            found = search.disagreement(connection)
            if found is not None:
                row, problem = found
                problems.append(problem)
        damage = [line for (line,) in connection.execute("PRAGMA integrity_check(3)") if line != "ok"]
        if damage:
            problems.append(f"The file's pages are damaged ({'; '.join(damage)}).")
    except DAMAGE as error:
        problems.append(f"The file is damaged ({error}).")
    return LedgerVerdict(rows=rows, problem=" ".join(problems) or None, row=row, head=head)


def require_kept(connection: sqlite3.Connection, path: Path, entry: LedgerEntry, body: bytes) -> None:
    """Read the last row back before it is told: SQLite reports no error where a hidden trigger dropped it.

    Raises LedgerError.
    """
    kept = connection.execute("SELECT seq, prev, digest, body FROM inspection ORDER BY seq DESC LIMIT 1").fetchone()
    if kept != (entry.seq, bytes.fromhex(entry.previous), bytes.fromhex(entry.digest), body):
        raise LedgerError(
            f"The ledger {path} did not keep row {entry.seq} as it was given; nothing was written.",
            "Keep the file as it is, and run `gpu-inspector ledger verify`.",
        )


def fault_at_end(connection: sqlite3.Connection) -> str | None:
    """What is wrong with the chain as far as it takes no reading of all rows: numbers and last row; or None.

    A row put behind a chain that is known to be broken would make it look sounder than it is.
    """
    count, first, last = connection.execute(
        "SELECT (SELECT count(*) FROM inspection), (SELECT min(seq) FROM inspection), (SELECT max(seq) FROM inspection)"
    ).fetchone()
    if last is None:
        return None
    if (first, last) != (1, count):
        return f"It has {count} rows, which are numbered from {first} to {last}: rows are missing."
    before = connection.execute("SELECT digest FROM inspection WHERE seq = ?", (last - 1,)).fetchone()
    prev, digest, body = connection.execute(
        "SELECT prev, digest, body FROM inspection WHERE seq = ?", (last,)
    ).fetchone()
    if not all(isinstance(cell, bytes) for cell in (prev, digest, body)):
        return f"Row {last} does not hold what the ledger writes."
    if prev != (GENESIS if last == 1 else before and before[0]):
        return f"Row {last} does not follow the row before it."
    if digest != chain_digest(last, prev, body):
        return f"Row {last} was altered: its content and its digest do not belong together."
    return None


def damage_of_small(connection: sqlite3.Connection) -> str | None:
    """The first fault in the pages of a file that is small enough to be looked through at each opening; or None."""
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    if pages * connection.execute("PRAGMA page_size").fetchone()[0] > _SMALL_BYTES:
        return None
    found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    return None if found == "ok" else f"The file's pages are damaged ({found})."


def whole(connection: sqlite3.Connection) -> Iterator[tuple[LedgerEntry, bytes]]:
    """All rows. Raises LedgerError with the first wrong row before it gives any."""
    try:
        for _pair in chain(connection):
            pass
        yield from chain(connection)
    except _BrokenChainError as fault:
        raise LedgerError(fault.problem, "Keep the file as it is, and run `gpu-inspector ledger verify`.") from fault


def misfit(connection: sqlite3.Connection, entry: LedgerEntry) -> str | None:
    """Why this ledger is not the one that an entry of a signed report was taken from; None when it is."""
    if not 0 < entry.seq <= LARGEST_SEQ:
        return f"The report names row {entry.seq}, which no ledger has."
    found = connection.execute("SELECT prev, digest, body FROM inspection WHERE seq = ?", (entry.seq,)).fetchone()
    if found is None:
        return f"Row {entry.seq} is missing: the ledger was cut or replaced after the report was signed."
    previous, digest, body = found
    if not all(isinstance(cell, bytes) for cell in found):
        return f"Row {entry.seq} does not hold what the ledger writes."
    if digest.hex() != entry.digest:
        return f"Row {entry.seq} is another record than the report's: the ledger was replaced or rewritten."
    if previous.hex() != entry.previous:
        return f"Row {entry.seq} follows another row than the report says: rows before it were rewritten."
    if not fits(entry, body):
        return f"Row {entry.seq} was altered: its content and its digest do not belong together."
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
        problems.append(f"Row {seq} does not follow the row before it.")
    if after is None and seq < last:
        problems.append(f"Row {seq + 1} is missing.")
    elif after is not None and after[0] != digest:
        problems.append(f"Row {seq + 1} does not follow row {seq}.")
    problems.append(search.disagreement_at(connection, seq, body))
    said = " ".join(problem for problem in problems if problem)
    return Proof(entry=entry, before=before is not None, after=after is not None, problem=said or None)
