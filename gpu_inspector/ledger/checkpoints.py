"""The checkpoints that a ledger keeps within itself: prepared for signing, put in, handed out.

Signing is not the ledger's affair: whoever keeps a checkpoint hands in a function that signs what the ledger prepared.
A card may take a second for that, so it is first done without holding the file, and a second time with the file held
where another program was faster.
"""

import sqlite3
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from gpu_inspector.errors import CaptureError, LedgerError
from gpu_inspector.language import N_
from gpu_inspector.ledger import custody_log
from gpu_inspector.ledger.connection import immediate, ledger_errors, snapshot
from gpu_inspector.ledger.schema import keeps_custody
from gpu_inspector.records import checkpoint, custody, merkle
from gpu_inspector.records.chain import GENESIS, LARGEST_SEQ
from gpu_inspector.records.checkpoint import Statement
from gpu_inspector.records.custody import Event

_ADVICE = N_("Keep the file as it is, and run `gpu-inspector ledger verify`.")


@dataclass(frozen=True, slots=True)
class Ground:
    """What the ledger has to say for a checkpoint; digests in 64 hexadecimal digits, as `Statement` has them."""

    seq: int
    digest: str
    root: str
    previous: str
    custody_seq: int
    custody_digest: str
    frontier: bytes
    """What a later checkpoint goes on from."""


Sign = Callable[[Ground], bytes]
"""Makes the checkpoint's file of what the ledger says."""


class Checkpoints:
    """The checkpoints of an open ledger."""

    def __init__(self, connection: sqlite3.Connection, path: Path, require: Callable[[], None]) -> None:
        """`require` raises LedgerError where nothing may be put into this ledger."""
        self._connection = connection
        self._path = path
        self._require = require

    def keep(self, seq: int | None, event: Event | None, sign: Sign) -> bytes:
        """Make a checkpoint of rows 1 to `seq` (None for all), keep it, and give its file.

        `event` goes into the custody log in the same moment, ahead of it. Raises LedgerError, and whatever `sign`
        raises; then nothing was written.
        """
        with ledger_errors(self._path):
            with snapshot(self._connection):
                self._require()
                ground = self._prepared(seq, event)
            file = sign(ground)
            with immediate(self._connection):
                self._require()
                again = self._prepared(seq, event)
                if again != ground:
                    file = sign(again)
                self._put(again, event, file)
            return file

    def newest(self, *, least: int = 1, most: int = LARGEST_SEQ) -> bytes | None:
        """The file of the newest checkpoint whose last row is one of these; None where none is kept."""
        with ledger_errors(self._path), snapshot(self._connection):
            if not keeps_custody(self._connection):
                return None
            found = self._connection.execute(
                "SELECT body FROM checkpoint WHERE seq BETWEEN ? AND ? ORDER BY seq DESC, number DESC LIMIT 1",
                (least, most),
            ).fetchone()
            return None if found is None else bytes(found[0])

    def last(self) -> bytes | None:
        """The file of the one that was kept last: it vouches for the bytes of all before it; None where none is."""
        with closing(self.files(1)) as files:
            return next(files, None)

    def files(self, limit: int = LARGEST_SEQ) -> Generator[bytes, None, None]:
        """Those that are kept, from the last one back; close it before anything else is asked. Raises LedgerError."""
        with ledger_errors(self._path), snapshot(self._connection):
            if keeps_custody(self._connection):
                rows = self._connection.execute("SELECT body FROM checkpoint ORDER BY number DESC LIMIT ?", (limit,))
                for (body,) in rows:
                    yield bytes(body)

    def digests(self, most: int) -> tuple[bytes, ...]:
        """The digests of rows 1 to `most`, the leaves of the tree. Raises LedgerError where one is none."""
        with ledger_errors(self._path), snapshot(self._connection):
            rows = self._connection.execute("SELECT digest FROM inspection WHERE seq <= ? ORDER BY seq", (most,))
            found = tuple(digest for (digest,) in rows)
        if not all(isinstance(one, bytes) for one in found):
            raise LedgerError("A row of the ledger does not hold what the ledger writes.", _ADVICE)
        return found

    def contradicts(self, said: Statement) -> str | None:
        """Why the rows are not those that a statement from elsewhere vouches for; None where they are."""
        with ledger_errors(self._path), snapshot(self._connection):
            found = self._connection.execute("SELECT digest FROM inspection WHERE seq = ?", (said.seq,)).fetchone()
            if found is None:
                return N_(f"it vouches for {said.seq:,} rows, which this ledger does not have")
            same = isinstance(found[0], bytes) and found[0].hex() == said.digest
            return None if same else N_(f"it vouches for another row {said.seq} than this ledger has")

    def publish(self, write: Callable[[bytes], None]) -> None:
        """Hand the newest checkpoint to `write` while no other program can keep one: what lies outside never goes back.

        Raises LedgerError, and whatever `write` raises.
        """
        with ledger_errors(self._path), immediate(self._connection):
            found = self._connection.execute(
                "SELECT body FROM checkpoint ORDER BY seq DESC, number DESC LIMIT 1"
            ).fetchone()
            if found is not None:
                write(bytes(found[0]))

    def _prepared(self, seq: int | None, event: Event | None) -> Ground:
        if not keeps_custody(self._connection):
            raise LedgerError(custody_log.NO_LOG)
        last = self._connection.execute("SELECT max(seq) FROM inspection").fetchone()[0] or 0
        wanted = last if seq is None else seq
        if not 0 < wanted <= last:
            raise LedgerError("The ledger has no inspection yet, so there is nothing to vouch for.")
        tree = self._grown(wanted)
        digest = self._digest(wanted)
        line, line_digest = custody_log.head(self._connection)
        if event is not None:
            line_digest = custody.digest_of(line + 1, line_digest, custody.encode(event))
            line += 1
        before = self._connection.execute("SELECT body FROM checkpoint ORDER BY number DESC LIMIT 1").fetchone()
        return Ground(
            seq=wanted,
            digest=digest.hex(),
            root=tree.root().hex(),
            previous="" if before is None else checkpoint.digest_of(before[0]),
            custody_seq=line,
            custody_digest=line_digest.hex(),
            frontier=merkle.packed(tree.frontier),
        )

    def _grown(self, wanted: int) -> merkle.Growing:
        """The tree over rows 1 to `wanted`, from the newest checkpoint before on."""
        tree = merkle.Growing()
        found = self._connection.execute(
            "SELECT number, seq, digest, frontier, body FROM checkpoint WHERE seq <= ?"
            " ORDER BY seq DESC, number DESC LIMIT 1",
            (wanted,),
        ).fetchone()
        if found is not None:
            number, seq, digest, frontier, body = found
            tree = _standing(number, seq, digest, frontier, body)
            if self._digest(seq) != digest:
                raise LedgerError(f"Row {seq} of the ledger is not the one that checkpoint {number} names.", _ADVICE)
        rows = self._connection.execute(
            "SELECT digest FROM inspection WHERE seq > ? AND seq <= ? ORDER BY seq", (tree.size, wanted)
        )
        for (digest,) in rows:
            tree.add(digest)
        if tree.size != wanted:
            raise LedgerError(f"Rows before row {wanted} are missing.", _ADVICE)
        return tree

    def _digest(self, seq: int) -> bytes:
        found = self._connection.execute("SELECT digest FROM inspection WHERE seq = ?", (seq,)).fetchone()
        if found is None or not isinstance(found[0], bytes) or len(found[0]) != len(GENESIS):
            raise LedgerError(f"Row {seq} of the ledger is missing.", _ADVICE)
        return found[0]

    def _put(self, ground: Ground, event: Event | None, file: bytes) -> None:
        if event is not None:
            custody_log.put(self._connection, self._path, event)
        number = self._connection.execute("SELECT coalesce(max(number), 0) + 1 FROM checkpoint").fetchone()[0]
        row = (number, ground.seq, bytes.fromhex(ground.digest), ground.frontier, file)
        self._connection.execute(
            "INSERT INTO checkpoint(number, seq, digest, frontier, body) VALUES (?, ?, ?, ?, ?)", row
        )
        kept = self._connection.execute(
            "SELECT number, seq, digest, frontier, body FROM checkpoint ORDER BY number DESC LIMIT 1"
        ).fetchone()
        if kept != row:
            raise LedgerError(f"The ledger {self._path} did not keep the checkpoint as it was given.", _ADVICE)


def beyond(connection: sqlite3.Connection) -> str | None:
    """Which row the last kept checkpoint vouches for that the ledger does not have, or has another one; or None."""
    if not keeps_custody(connection):
        return None
    found = connection.execute(
        "SELECT number, seq, checkpoint.digest = (SELECT inspection.digest FROM inspection WHERE"
        " inspection.seq = checkpoint.seq) FROM checkpoint ORDER BY number DESC LIMIT 1"
    ).fetchone()
    if found is None or found[2] == 1:
        return None
    number, seq, same = found
    said = N_("the ledger does not have: rows were taken from it") if same is None else N_("the ledger has no longer")
    return N_(f"Checkpoint {number} vouches for a row {seq} that {said}.")


def glance(number: int, body: object) -> Statement:
    """The statement of a kept checkpoint. Raises LedgerError where it holds none."""
    try:
        if isinstance(body, bytes):
            return checkpoint.glance(body)
    except (CaptureError, UnicodeError):
        pass
    raise LedgerError(f"Checkpoint {number} of the ledger cannot be read.", _ADVICE)


def altered(number: int) -> LedgerError:
    """What is said of a kept checkpoint whose cells say different things."""
    return LedgerError(N_(f"Checkpoint {number} of the ledger was altered: its parts do not belong together."), _ADVICE)


def _standing(number: int, seq: int, digest: object, frontier: object, body: object) -> merkle.Growing:
    """The tree that a kept checkpoint stands for. Raises LedgerError where its parts do not belong together."""
    said = glance(number, body)
    try:
        if isinstance(frontier, bytes) and isinstance(digest, bytes):
            tree = merkle.Growing(seq, merkle.unpacked(frontier))
            if (said.seq, said.digest, said.root) == (seq, digest.hex(), tree.root().hex()):
                return tree
    except ValueError:
        pass
    raise altered(number)
