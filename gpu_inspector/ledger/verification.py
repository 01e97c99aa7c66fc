"""Does the ledger still say what was written into it? Answered without changing a byte of it."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gpu_inspector.errors import LedgerError
from gpu_inspector.language import N_
from gpu_inspector.ledger import custody_log, lot_log, schema
from gpu_inspector.ledger.agreement import Agreement
from gpu_inspector.ledger.anchoring import Anchor, Watch, inside
from gpu_inspector.ledger.checkpoints import glance
from gpu_inspector.ledger.connection import DAMAGE
from gpu_inspector.records.chain import GENESIS, chain_digest
from gpu_inspector.records.checkpoint import Statement
from gpu_inspector.records.inspection import LedgerEntry

_SMALL_BYTES = 4 * 1024 * 1024
"""Looking through so much takes about two milliseconds (measured: 0.3 to 0.7 for each MiB)."""
LARGE = 10_000
"""Rows; only where more than these were read and found sound before are they not read again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerVerdict:
    """What verification found.

    `rows` whole ones from the first on, `head` the last one's digest (64 hexadecimal digits), `problem` the
    sentences of what is wrong or None, `row` the number of the first wrong row where one can be named.

    A ledger whose end was cut off, or that was written anew from some row on, is whole in itself: `misfit`
    with a signed report, or a checkpoint from outside, tells that, and nothing within the file can.
    """

    rows: int
    problem: str | None
    row: int | None
    head: str
    unread: int = 0
    """Rows from the first on whose bodies were not read again; their digests and their order were."""
    checkpoints: int = 0
    """As many are kept in the file."""
    custody: int = 0
    """Whole lines of the custody log."""
    lots: int = 0
    """Whole entries of the log of lots."""


class _BrokenChainError(Exception):
    """A row that does not carry on the chain."""

    def __init__(self, row: int, problem: str) -> None:
        super().__init__(problem)
        self.row = row
        self.problem = problem


def chain(connection: sqlite3.Connection) -> Iterator[tuple[LedgerEntry, bytes]]:
    """Each row in order, as long as it carries on the chain; then _BrokenChainError."""
    for seq, prev, digest, body in _links(connection):
        yield LedgerEntry(seq=seq, previous=prev.hex(), digest=digest.hex()), body


def _links(connection: sqlite3.Connection, unread: int = 0) -> Iterator[tuple[int, bytes, bytes, bytes]]:
    """The rows as they stand, without the bodies of the first `unread`, as `chain` gives them."""
    previous, expected = GENESIS, 0
    parts = (("x''", "seq <= ?"), ("body", "seq > ?")) if unread else (("body", "? = 0"),)
    for content, where in parts:
        rows = connection.execute(
            f"SELECT seq, prev, digest, {content} FROM inspection WHERE {where} ORDER BY seq",  # noqa: S608
            (unread,),
        )
        for seq, prev, digest, body in rows:
            expected += 1
            if seq < expected:
                raise _BrokenChainError(seq, f"There is a row with the number {seq}, which no ledger has.")
            if seq != expected:
                raise _BrokenChainError(expected, f"Row {expected} is missing.")
            if not (isinstance(prev, bytes) and isinstance(digest, bytes) and isinstance(body, bytes)):
                raise _BrokenChainError(seq, f"Row {seq} does not hold what the ledger writes.")
            if prev != previous:
                raise _BrokenChainError(seq, f"Row {seq} does not follow the row before it.")
            if seq > unread and digest != chain_digest(seq, prev, body):
                problem = N_(f"Row {seq} was altered: its content and its digest do not belong together.")
                raise _BrokenChainError(seq, problem)
            yield seq, prev, digest, body
            previous = digest


def verdict(
    connection: sqlite3.Connection, outside: tuple[Anchor, ...] = (), sound: Statement | None = None
) -> LedgerVerdict:
    """Look at chain, checkpoints, custody log, tables, triggers, search tables and pages, in the caller's transaction.

    `outside` are checkpoints from elsewhere; `sound` is the statement of the last kept one where its signature was
    examined, so that a large ledger need not be read again from its beginning. Damage becomes a problem of the verdict,
    never an exception.
    """
    problems: list[str] = []
    log = _log(connection, outside, sound, problems)
    unread = log.read if sound is not None and LARGE < log.read <= sound.seq else 0
    agreement = _agreement(connection, unread)
    rows, head, row = _read(connection, outside, unread, problems, agreement)
    if log.problem is not None:
        problems.append(log.problem)
    checkpoints = lots = 0
    try:
        lots, wrong = lot_log.look(connection)
        if wrong is not None:
            problems.append(wrong)
        changed = schema.difference(connection)
        if changed is not None:
            problems.append(changed)
        if not problems:
            checkpoints = _count(connection)
            if isinstance(agreement, str):
                raise sqlite3.DatabaseError(agreement)
            disagreed = agreement.end()
            if disagreed is not None:
                row, problem = disagreed
                problems.append(problem)
        damage = [line for (line,) in connection.execute("PRAGMA integrity_check(3)") if line != "ok"]
        if damage:
            problems.append(N_(f"The file's pages are damaged ({'; '.join(damage)})."))
    except DAMAGE as error:
        problems.append(N_(f"The file is damaged ({error})."))
    return LedgerVerdict(
        rows=rows,
        problem=" ".join(problems) or None,
        row=row,
        head=head,
        unread=unread,
        checkpoints=checkpoints,
        custody=log.lines,
        lots=lots,
    )


def _agreement(connection: sqlite3.Connection, unread: int) -> Agreement | str:
    """What the rows are told, while they are read; or why that cannot be: the tables are not as made, or damaged."""
    try:
        return schema.difference(connection) or Agreement(connection, unread)
    except DAMAGE as error:
        return str(error)


def _read(
    connection: sqlite3.Connection,
    outside: tuple[Anchor, ...],
    unread: int,
    problems: list[str],
    agreement: Agreement | str,
) -> tuple[int, str, int | None]:
    """Read the chain: how many rows are whole, the last one's digest, and the number of the first wrong one.

    `agreement` is told the whole rows behind row `unread`.
    """
    rows, head = 0, GENESIS
    try:
        watch = Watch(connection, outside, unread)
        for seq, _prev, digest, body in _links(connection, unread):
            fault = watch.row(digest)
            if fault is not None:
                problems.append(fault.problem)
                return rows, head.hex(), fault.row
            rows, head = seq, digest
            if isinstance(agreement, Agreement) and seq > unread:
                agreement.row(seq, body)
        fault = watch.end()
        if fault is not None:
            problems.append(fault.problem)
            return rows, head.hex(), fault.row
    except _BrokenChainError as broken:
        problems.append(broken.problem)
        return rows, head.hex(), broken.row
    except LedgerError as error:
        problems.append(error.message)
    except DAMAGE as error:
        problems.append(N_(f"The file cannot be read beyond row {rows} ({error})."))
        return rows, head.hex(), rows + 1
    return rows, head.hex(), None


def _log(
    connection: sqlite3.Connection, outside: tuple[Anchor, ...], sound: Statement | None, problems: list[str]
) -> custody_log.LogVerdict:
    """Look through the custody log, and hold it against the last kept checkpoint and those from outside."""
    nothing = custody_log.LogVerdict(0, {}, 0, None)
    try:
        if not schema.keeps_custody(connection):
            return nothing
        said = [(anchor.what, anchor.statement) for anchor in outside]
        last = connection.execute("SELECT number, body FROM checkpoint ORDER BY number DESC LIMIT 1").fetchone()
        if last is not None:
            said.append((N_(f"Checkpoint {last[0]}"), glance(*last)))
        wanted = frozenset(statement.custody_seq for _what, statement in said)
        log = custody_log.look(connection, wanted, 0 if sound is None else sound.custody_seq)
        for what, statement in said:
            digest = log.digests.get(statement.custody_seq, GENESIS if statement.custody_seq == 0 else b"")
            if log.problem is None and digest.hex() != statement.custody_digest:
                line = N_(f"Line {statement.custody_seq} of the custody log")
                problem = N_(f"{line} is missing or is not the one that {inside(what)} names.")
                return custody_log.LogVerdict(log.lines, log.digests, 0, problem)
        return log
    except LedgerError as error:
        return custody_log.LogVerdict(0, {}, 0, error.message)
    except DAMAGE as error:
        problems.append(N_(f"The custody log cannot be read ({error})."))
        return nothing


def _count(connection: sqlite3.Connection) -> int:
    if not schema.keeps_custody(connection):
        return 0
    return int(connection.execute("SELECT count(*) FROM checkpoint").fetchone()[0])


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
        return N_(f"It has {count} rows, which are numbered from {first} to {last}: rows are missing.")
    before = connection.execute("SELECT digest FROM inspection WHERE seq = ?", (last - 1,)).fetchone()
    prev, digest, body = connection.execute(
        "SELECT prev, digest, body FROM inspection WHERE seq = ?", (last,)
    ).fetchone()
    if not all(isinstance(cell, bytes) for cell in (prev, digest, body)):
        return N_(f"Row {last} does not hold what the ledger writes.")
    if prev != (GENESIS if last == 1 else before and before[0]):
        return N_(f"Row {last} does not follow the row before it.")
    if digest != chain_digest(last, prev, body):
        return N_(f"Row {last} was altered: its content and its digest do not belong together.")
    return None


def damage_of_small(connection: sqlite3.Connection) -> str | None:
    """The first fault in the pages of a file that is small enough to be looked through at each opening; or None."""
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    if pages * connection.execute("PRAGMA page_size").fetchone()[0] > _SMALL_BYTES:
        return None
    found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    return None if found == "ok" else N_(f"The file's pages are damaged ({found}).")


def whole(connection: sqlite3.Connection) -> Iterator[tuple[LedgerEntry, bytes]]:
    """All rows. Raises LedgerError with the first wrong row before it gives any."""
    try:
        for _pair in chain(connection):
            pass
        yield from chain(connection)
    except _BrokenChainError as fault:
        raise LedgerError(fault.problem, "Keep the file as it is, and run `gpu-inspector ledger verify`.") from fault
