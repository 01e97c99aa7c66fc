"""Rows held against checkpoints, those within the ledger and those from outside, while the chain is read once.

A checkpoint from outside tells what nothing within the file can: that its tail was cut off, that rows were written
anew, that the whole file is another one, or that the checkpoints within were taken back to an earlier time.
"""

import heapq
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from gpu_inspector.language import N_
from gpu_inspector.ledger.checkpoints import altered, glance
from gpu_inspector.ledger.schema import keeps_custody
from gpu_inspector.records import checkpoint, merkle
from gpu_inspector.records.checkpoint import Statement


@dataclass(frozen=True, slots=True)
class Anchor:
    """A checkpoint from outside, whose signature somebody has examined.

    `what` begins a sentence: "The checkpoint beside the ledger".
    """

    what: str
    file: bytes
    statement: Statement


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and the number of the row where one can be named."""

    problem: str
    row: int | None = None


@dataclass(frozen=True, slots=True)
class _Coming:
    """A checkpoint that is held against row `seq` when that is reached; `kept` are its cells where it is one within."""

    seq: int
    what: str
    said: Statement
    kept: tuple[int, bytes, bytes] | None = None
    """Number, digest and frontier."""


class Watch:
    """Told each row's digest in order, it says at which one a checkpoint is contradicted.

    The checkpoints within each name the one before by its digest, so that the last one's signature vouches for the
    bytes of all; that is looked at on the way, too.
    """

    def __init__(self, connection: sqlite3.Connection, outside: tuple[Anchor, ...], unread: int = 0) -> None:
        """The roots that are kept of the first `unread` rows were compared when those rows were read."""
        self._tree = merkle.Growing()
        self._unread = unread
        self._good = 0
        self._links = _Links(connection, outside)
        told = sorted((_Coming(anchor.statement.seq, anchor.what, anchor.statement) for anchor in outside), key=_place)
        self._coming = heapq.merge(self._links.read(), told, key=_place)
        self._next = next(self._coming, None)

    def row(self, digest: bytes) -> Fault | None:
        """One row more; what contradicts it. Raises LedgerError for a checkpoint that cannot be read."""
        self._tree.add(digest)
        seq = self._tree.size
        if self._next is None or self._next.seq > seq:
            return None
        while self._next is not None and self._next.seq <= seq:
            said, kept = self._next.said, self._next.kept
            root = said.root if kept is not None and seq < self._unread else self._tree.root().hex()
            if kept is not None and (said.seq, said.digest) != (self._next.seq, kept[1].hex()):
                raise altered(kept[0])
            if said.seq != seq or said.digest != digest.hex() or said.root != root:
                return Fault(
                    N_(
                        f"Row {seq} is another one than {inside(self._next.what)} of {said.made_at:%Y-%m-%d %H:%M} UTC"
                        f" vouches for: {self._since(seq)} written anew, or the ledger is another one."
                    ),
                    seq,
                )
            if kept is not None and kept[2] != merkle.packed(self._tree.frontier):
                raise altered(kept[0])
            self._next = next(self._coming, None)
        self._good = seq
        return None

    def end(self) -> Fault | None:
        """No row comes any more; what contradicts that."""
        if self._next is None:
            return self._links.fault()
        said, missing = self._next.said, self._tree.size + 1
        return Fault(
            N_(
                f"Row {missing} is missing: {inside(self._next.what)} of {said.made_at:%Y-%m-%d %H:%M} UTC vouches for"
                f" {said.seq:,} rows; the tail was cut off, or the ledger is another one or an older copy."
            ),
            missing,
        )

    def _since(self, seq: int) -> str:
        return N_(f"row {seq} was") if self._good == seq - 1 else N_(f"one of the rows {self._good + 1} to {seq} was")


class _Links:
    """How the kept checkpoints follow each other, gathered while they come in the order of their rows.

    That is nearly the order of their numbers: a program that was slow may keep one of an earlier row later.
    """

    def __init__(self, connection: sqlite3.Connection, outside: tuple[Anchor, ...]) -> None:
        self._connection = connection
        self._wanted = {checkpoint.digest_of(anchor.file): anchor.what for anchor in outside}
        self._there = keeps_custody(connection)
        self._after = {0: ""}
        """Number -> the digest of that checkpoint's file, until the next one was seen."""
        self._before: dict[int, str] = {}
        """Number -> what that checkpoint says of the one before, until that was seen."""
        self._count = 0
        self._last = 0

    def read(self) -> Iterator[_Coming]:
        """Those within, in the order of their rows. Raises LedgerError for one that cannot be read."""
        if not self._there:
            return
        rows = self._connection.execute(
            "SELECT number, seq, digest, frontier, body FROM checkpoint ORDER BY seq, number"
        )
        for number, seq, digest, frontier, body in rows:
            said = glance(number, body)
            if not (isinstance(digest, bytes) and isinstance(frontier, bytes)):
                raise altered(number)
            file = checkpoint.digest_of(body)
            self._wanted.pop(file, None)
            self._match(number, said.previous, file)
            yield _Coming(seq, N_(f"Checkpoint {number}"), said, (number, digest, frontier))

    def _match(self, number: int, previous: str, file: str) -> None:
        self._count, self._last = self._count + 1, max(self._last, number)
        self._before[number], self._after[number] = previous, file
        for one in (number, number + 1):
            if one in self._before and self._after.get(one - 1) == self._before[one]:
                del self._before[one], self._after[one - 1]

    def fault(self) -> Fault | None:
        """What is wrong among them, once all were read, and which one from outside they lack."""
        if not self._there:
            what = next(iter(self._wanted.values()), "")
            return Fault(N_(f"{what} belongs to a newer form of this ledger.")) if what else None
        if self._count != self._last:
            found = self._connection.execute(
                "SELECT min(number) + 1 FROM checkpoint WHERE number + 1 NOT IN (SELECT number FROM checkpoint)"
                " UNION SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM checkpoint WHERE number = 1) ORDER BY 1"
            )
            return Fault(N_(f"Checkpoint {found.fetchone()[0]} of the ledger is missing."))
        if self._before:
            return Fault(N_(f"Checkpoint {min(self._before)} of the ledger does not follow the one before it."))
        if self._wanted:
            what = next(iter(self._wanted.values()))
            return Fault(
                N_(f"{what} is not among those that the ledger keeps: its checkpoints were removed or taken back.")
            )
        return None


def _place(one: _Coming) -> int:
    return one.seq


def inside(what: str) -> str:
    """The name of a checkpoint in the middle of a sentence."""
    return what[0].lower() + what[1:]
