"""Whether a batch may come into the registry: pure, and nothing in it is believed.

Of a whole row the digest is computed again. Of a row that came without its body, or with less of it, only its place is
vouched for: the digests of all rows up to the last one must have the root that the office's key signed. What a
checkpoint covers beyond the batch comes later: that the rows are the beginning of it is proved (RFC 6962), and when the
last row that it covers has come, its root is compared.
"""

import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from gpu_inspector.errors import CaptureError, GpuInspectorError, RegistryError
from gpu_inspector.records import canonical, merkle
from gpu_inspector.records.chain import GENESIS, chain_digest
from gpu_inspector.records.checkpoint import Statement
from gpu_inspector.records.registry import LARGEST_WHOLE, Batch, CardNumber, Kind, Listed, Row, inflated

_NOT_READ = (GpuInspectorError, ValueError, ArithmeticError, LookupError, TypeError, AttributeError, RecursionError)
"""What reading a body may raise: one that nobody thought of must not stop the gate for all offices."""


class RefusedError(RegistryError):
    """Why a batch is not taken: the sentence names the row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A checkpoint whose signature fits, and by which certificate."""

    statement: Statement
    file: bytes
    fingerprint: str
    """SHA-256 of the certificate, 64 hexadecimal digits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """What a body says."""

    id: str
    listed: Listed
    numbers: tuple[CardNumber, ...]


Sound = Callable[[bytes], Signed]
"""Examines a checkpoint's file. Raises GpuInspectorError where it is not sound."""
Examine = Callable[[Kind, int, bytes], Examined]
"""Reads the body of a row of that kind and number. Raises GpuInspectorError where it holds no inspection."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What a kept checkpoint says of a row that had not come yet."""

    seq: int
    digest: bytes
    root: bytes
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the registry has of an office."""

    office: str
    seq: int = 0
    digest: bytes = GENESIS
    frontier: bytes = b""
    newest: int = 0
    """The last row that a kept checkpoint covers."""
    promises: tuple[Promise, ...] = ()
    certificates: frozenset[str] = frozenset()
    """Fingerprints of those that count for the office now."""
    known: Mapping[int, bytes] = field(default_factory=dict)
    """The digests of those rows of the batch that are there already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """What may come in; no rows where all are there already."""

    rows: tuple[Row, ...] = ()
    listed: tuple[Listed, ...] = ()
    numbers: tuple[tuple[int, CardNumber], ...] = ()
    """Each with its row's number."""
    signed: Signed | None = None
    frontier: bytes = b""


class Look:
    """A batch while it is looked at: row by row, so that the database takes in one while the next is read."""

    def __init__(self, batch: Batch, there: Standing, sound: Sound, examine: Examine) -> None:
        """Looks at what it is and who signed it. Raises RefusedError."""
        if batch.office != there.office:
            raise RefusedError(f"The batch names the office {batch.office!r}, and was delivered by {there.office!r}.")
        self.rows = _fresh(batch, there)
        """Those that are new."""
        ids: set[str] = set()
        for row in self.rows:
            _require_id(row, ids)
        self._batch = batch
        self._examine = examine
        self._signed = _signed(batch, there, sound) if self.rows else None
        self._tree = _tree(there)
        self._promises = {one.seq: one for one in there.promises}
        self._listed: list[Listed] = []
        self._numbers: list[tuple[int, CardNumber]] = []

    def passing(self) -> Iterator[Row]:
        """Each new row that is sound in itself; after the last one, whether they are what was signed.

        Raises RefusedError: then none of them may stay.
        """
        room = LARGEST_WHOLE
        for row in self.rows:
            self._tree.add(row.digest)
            if row.body is not None:
                body = _body(row)
                room -= len(body)
                if room < 0:
                    raise RefusedError(f"The rows up to row {row.seq} have more bytes than any batch has.")
                found = _examined(row, body, self._examine)
                self._listed.append(found.listed)
                self._numbers += [(row.seq, one) for one in _numbers(row, found)]
            else:
                self._numbers += [(row.seq, one) for one in dict.fromkeys(row.numbers)]
            if row.seq in self._promises:
                _require_promise(self._promises[row.seq], row, self._tree)
            yield row
        if self._signed is not None:
            _require_root(self._batch, self._signed.statement, self._tree)

    def passed(self) -> Passed:
        """What came of it, once all have passed."""
        return Passed(
            rows=self.rows,
            listed=tuple(self._listed),
            numbers=tuple(self._numbers),
            signed=self._signed,
            frontier=merkle.packed(self._tree.frontier),
        )


def _fresh(batch: Batch, there: Standing) -> tuple[Row, ...]:
    """The rows that the registry does not have; the others must be those that it has."""
    for row in batch.rows:
        if row.seq <= there.seq and there.known.get(row.seq) != row.digest:
            raise RefusedError(
                f"Row {row.seq} is another one than the registry has: the ledger was forked, or is another one."
            )
    rows = tuple(row for row in batch.rows if row.seq > there.seq)
    if rows and rows[0].seq != there.seq + 1:
        raise RefusedError(f"Row {there.seq + 1} is missing: the registry has {there.seq:,} rows of this office.")
    if rows and rows[0].prev != there.digest:
        raise RefusedError(
            f"Row {rows[0].seq} does not follow row {there.seq} of the registry: the ledger was forked, or is another"
            " one."
        )
    return rows


def _signed(batch: Batch, there: Standing, sound: Sound) -> Signed:
    try:
        signed = sound(batch.checkpoint)
    except GpuInspectorError as error:
        raise RefusedError(f"The checkpoint over row {batch.last} is not sound: {error.message}") from error
    if signed.fingerprint not in there.certificates:
        raise RefusedError(
            f"The checkpoint over row {batch.last} is signed by certificate SHA-256 {signed.fingerprint}, which is not"
            " registered for this office."
        )
    said = signed.statement.seq
    if said < batch.last:
        raise RefusedError(f"The checkpoint vouches for {said:,} rows, and row {batch.last} is none of them.")
    if said < there.newest:
        raise RefusedError(
            f"The checkpoint vouches for {said:,} rows, and the registry has one of this office that vouches for"
            f" {there.newest:,}: an older state of the ledger was delivered."
        )
    return signed


def _tree(there: Standing) -> merkle.Growing:
    try:
        return merkle.Growing(there.seq, merkle.unpacked(there.frontier))
    except ValueError as error:
        raise RefusedError(f"What the registry itself keeps of row {there.seq} is damaged: verify it.") from error


def _require_id(row: Row, ids: set[str]) -> None:
    try:
        sound = str(uuid.UUID(row.id)) == row.id
    except ValueError:
        sound = False
    if not sound:
        raise RefusedError(f"Row {row.seq} bears an id that is none.")
    if row.id in ids:
        raise RefusedError(f"Row {row.seq} bears the id of an earlier row.")
    ids.add(row.id)


def _body(row: Row) -> bytes:
    assert row.body is not None
    try:
        body = inflated(row.body, canonical.LARGEST)
    except CaptureError as error:
        raise RefusedError(f"Row {row.seq} cannot be read: {error.message}") from error
    if row.kind is Kind.WHOLE and chain_digest(row.seq, row.prev, body) != row.digest:
        raise RefusedError(f"Row {row.seq} was altered: its content and its digest do not belong together.")
    return body


def _examined(row: Row, body: bytes, examine: Examine) -> Examined:
    try:
        found = examine(row.kind, row.seq, body)
    except _NOT_READ as error:
        said = error.message if isinstance(error, GpuInspectorError) else type(error).__name__
        raise RefusedError(f"Row {row.seq} cannot be read: {said}") from error
    if found.id != row.id:
        raise RefusedError(f"Row {row.seq} bears another id than its content.")
    return found


def _numbers(row: Row, found: Examined) -> tuple[CardNumber, ...]:
    """Of a whole row what its body says; of a redacted one also what came beside it, which is the office's word."""
    if row.kind is Kind.WHOLE:
        return found.numbers
    return tuple(dict.fromkeys((*found.numbers, *row.numbers)))


def _require_promise(promise: Promise, row: Row, tree: merkle.Growing) -> None:
    if (promise.digest, promise.root) != (row.digest, tree.root()):
        raise RefusedError(
            f"Row {row.seq} is another one than the checkpoint of {promise.made_at:%Y-%m-%d %H:%M} UTC vouches for,"
            " which the registry has: the ledger was forked, or is another one."
        )


def _require_root(batch: Batch, said: Statement, tree: merkle.Growing) -> None:
    root = bytes.fromhex(said.root)
    if said.seq == batch.last:
        fits = said.digest == batch.rows[-1].digest.hex() and root == tree.root()
    else:
        fits = merkle.is_consistent(batch.last, said.seq, tree.root(), root, batch.proof)
    if not fits:
        raise RefusedError(f"The rows up to row {batch.last} are not those that the checkpoint vouches for.")
