"""The gate: what lies in the inbox is looked at, batch by batch, and comes in whole or not at all.

One transaction a batch: rows, listing, numbers, checkpoint and answer come in together, and the batch goes out of the
inbox with them; whoever is killed in the middle has done nothing. A lock an office lets several gates work side by
side. How a signature is examined and a body is read is handed in.
"""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

import psycopg

from gpu_inspector.errors import CaptureError
from gpu_inspector.language import N_
from gpu_inspector.records import merkle
from gpu_inspector.records.keyed import key_of
from gpu_inspector.records.registry import LARGEST, Batch, Row, unpack
from gpu_inspector.registry import rows_out
from gpu_inspector.registry.checking import Examine, Look, Passed, Promise, RefusedError, Sound, Standing
from gpu_inspector.registry.connection import Registry, registry_errors
from gpu_inspector.registry.lines import octets

LONGEST_REASON = 1_000
"""Characters of an answer."""
_REFUSED_BY_TABLES = (
    psycopg.DataError,
    psycopg.IntegrityError,
    psycopg.errors.ProgramLimitExceeded,
    psycopg.errors.QueryCanceled,
)
"""What the database itself says against a batch that looked sound; one that takes longer than any statement may,
too: who could stop the gate with it would stop it for all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What was answered to one batch."""

    office: str
    first: int
    last: int
    rows: int
    """New ones; 0 where all were there already."""
    reason: str
    """Why it was refused; "" where it was accepted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Delivered:
    office: int
    id: uuid.UUID
    first: int
    last: int
    size: int


def accept(
    registry: Registry,
    sound: Sound,
    examine: Examine,
    *,
    office: int | None = None,
    stopped: Callable[[], bool] = lambda: False,
) -> Iterator[Answered]:
    """Take what lies in the inbox, of all offices or of one, until nothing does; what was answered to each batch.

    Raises RegistryError; then the batch that was looked at lies there still.
    """
    before = 0
    while not stopped():
        found = _next(registry, sound, examine, office, before)
        if found is None:
            return
        before, answered = found
        yield answered


def _next(
    registry: Registry, sound: Sound, examine: Examine, office: int | None, before: int
) -> tuple[int, Answered] | None:
    """The office whose batch was answered, and what was answered; `before` is the one whose turn it was before."""
    with registry_errors(), registry.connection.transaction():
        found = _delivered(registry, office, before)
        if found is None:
            return None
        there = _standing(registry, found.office)
        try:
            with registry.connection.transaction():
                look = _look(registry, found, there, sound, examine)
                passed = _put(registry, found.office, look)
            answered = _accepted(found, there, passed)
        except RefusedError as refused:
            passed, answered = Passed(), _refused(found, there, refused.message)
        except _REFUSED_BY_TABLES as error:
            passed, answered = Passed(), _refused(found, there, N_(f"The database refuses it: {_said(error)}"))
        _answer(registry, found, there, passed, answered)
        return found.office, answered


def _delivered(registry: Registry, office: int | None, before: int) -> _Delivered | None:
    """The first batch of an office that nobody else is working on: its lock is held until the transaction's end.

    The offices take turns: one that delivers without end does not keep the others waiting.
    """
    run = registry.connection.execute
    offices = run(
        "SELECT DISTINCT office FROM gpu_inspector.inbox WHERE %(only)s::int IS NULL OR office = %(only)s",
        {"only": office},
    ).fetchall()
    for one in sorted((one for (one,) in offices), key=lambda one: (one <= before, one)):
        locked = run("SELECT gpu_inspector.hold(%s, false)", (one,)).fetchone()
        if locked is None or not locked[0]:
            continue
        row = run(
            "SELECT id, first_seq, last_seq, octet_length(packed) FROM gpu_inspector.inbox WHERE office = %s"
            " ORDER BY first_seq, last_seq, delivered_at LIMIT 1",
            (one,),
        ).fetchone()
        if row is not None:
            return _Delivered(office=one, id=row[0], first=row[1], last=row[2], size=row[3])
    return None


def _standing(registry: Registry, office: int) -> Standing:
    """What the registry has of an office; its lock is held."""
    run = registry.connection.execute
    name = run("SELECT name FROM gpu_inspector.office WHERE number = %s", (office,)).fetchone()
    head = run(
        "SELECT seq, digest FROM gpu_inspector.inspection WHERE office = %s ORDER BY seq DESC LIMIT 1", (office,)
    ).fetchone()
    certificates = run(
        "SELECT fingerprint FROM gpu_inspector.certificate AS c WHERE office = %s AND NOT EXISTS"
        " (SELECT FROM gpu_inspector.withdrawal AS w WHERE w.fingerprint = c.fingerprint)",
        (office,),
    ).fetchall()
    newest = run("SELECT max(seq) FROM gpu_inspector.checkpoint WHERE office = %s", (office,)).fetchone()
    there = Standing(
        office=name[0] if name is not None else "",
        newest=(newest[0] if newest is not None else None) or 0,
        certificates=frozenset(one for (one,) in certificates),
    )
    if head is None:
        return replace(there, promises=_promises(registry, office, 0))
    seq, digest = head
    return replace(
        there,
        seq=seq,
        digest=octets(digest),
        frontier=_frontier(registry, office, seq),
        promises=_promises(registry, office, seq),
    )


def _promises(registry: Registry, office: int, seq: int) -> tuple[Promise, ...]:
    found = registry.connection.execute(
        "SELECT seq, digest, root, made_at FROM gpu_inspector.checkpoint WHERE office = %s AND seq > %s", (office, seq)
    ).fetchall()
    return tuple(
        Promise(seq=one, digest=octets(digest), root=octets(root), made_at=made_at)
        for one, digest, root, made_at in found
    )


def _frontier(registry: Registry, office: int, seq: int) -> bytes:
    """What the tree over an office's rows goes on from: kept beside the last answer, else made of all digests."""
    found = registry.connection.execute(
        "SELECT frontier FROM gpu_inspector.answer WHERE office = %s AND accepted AND head_seq = %s"
        " ORDER BY number DESC LIMIT 1",
        (office, seq),
    ).fetchone()
    if found is not None and len(found[0]) == seq.bit_count() * merkle.HASH_BYTES:
        return octets(found[0])
    tree = merkle.Growing()
    with registry.connection.cursor(name="digests") as rows:
        rows.execute("SELECT digest FROM gpu_inspector.inspection WHERE office = %s ORDER BY seq", (office,))
        for (digest,) in rows:
            tree.add(octets(digest))
    return merkle.packed(tree.frontier)


def _look(registry: Registry, found: _Delivered, there: Standing, sound: Sound, examine: Examine) -> Look:
    """The batch, and who signed it. Raises RefusedError."""
    if found.size > LARGEST:
        raise RefusedError(f"The batch has {found.size:,} bytes, more than any batch has.")
    with registry.connection.cursor(binary=True) as cursor:
        row = cursor.execute(
            "SELECT packed FROM gpu_inspector.inbox WHERE office = %s AND id = %s", (found.office, found.id)
        ).fetchone()
    if row is None:
        raise RefusedError("The batch went away while it was looked at.")
    try:
        batch = unpack(octets(row[0]))
    except CaptureError as error:
        raise RefusedError(error.message) from error
    if (batch.first, batch.last) != (found.first, found.last):
        raise RefusedError(f"The batch holds other rows ({batch.first} to {batch.last}) than it was delivered as.")
    known = _known(registry, found.office, batch, there.seq)
    look = Look(batch, replace(there, known=known), sound, examine)
    _require_new_ids(registry, found.office, look.rows)
    _require_one_key(registry, look.rows)
    return look


def _known(registry: Registry, office: int, batch: Batch, head: int) -> dict[int, bytes]:
    if batch.first > head:
        return {}
    rows = registry.connection.execute(
        "SELECT seq, digest FROM gpu_inspector.inspection WHERE office = %s AND seq BETWEEN %s AND %s",
        (office, batch.first, batch.last),
    ).fetchall()
    return {seq: octets(digest) for seq, digest in rows}


def _require_new_ids(registry: Registry, office: int, rows: tuple[Row, ...]) -> None:
    seqs = {row.id: row.seq for row in rows}
    found = registry.connection.execute(
        "SELECT id, seq FROM gpu_inspector.inspection WHERE office = %s AND id = ANY(%s::uuid[]) LIMIT 1",
        (office, list(seqs)),
    ).fetchone()
    if found is not None:
        raise RefusedError(f"Row {seqs[str(found[0])]} bears the id of row {found[1]}, which the registry has.")


def _require_one_key(registry: Registry, rows: tuple[Row, ...]) -> None:
    """Numbers that were keyed with another key than those that are here would never be found. Raises RefusedError."""
    own = next((key_of(one.value) for row in rows for one in row.numbers if one.keyed), None)
    if own is None:
        return
    found = registry.connection.execute(
        "SELECT left(value, 16) FROM gpu_inspector.number WHERE keyed ORDER BY left(value, 16) LIMIT 1"
    ).fetchone()
    if found is not None and found[0] != own:
        raise RefusedError(
            f"Its numbers are keyed with key {own}, those of this registry with key {found[0]}: import the offices'"
            " common key."
        )


def _put(registry: Registry, office: int, look: Look) -> Passed:
    """Put the rows in while they are looked at. Raises RefusedError, psycopg.Error; then none of them stays."""
    if not look.rows:
        return Passed()
    rows_out.copy_rows(registry, office, look.passing())
    passed = look.passed()
    assert passed.signed is not None, "new rows are never unsigned"
    rows_out.copy_listing(registry, office, passed.listed)
    rows_out.copy_numbers(registry, office, passed.numbers)
    said = passed.signed.statement
    made_at: datetime = rows_out.moment_of(said.made_at.isoformat())
    registry.connection.execute(
        "INSERT INTO gpu_inspector.checkpoint(office, seq, digest, root, made_at, fingerprint, file)"
        " VALUES (%s, %s, %s, %s, %s, %s, %b) ON CONFLICT DO NOTHING",
        (
            office,
            said.seq,
            bytes.fromhex(said.digest),
            bytes.fromhex(said.root),
            made_at,
            passed.signed.fingerprint,
            passed.signed.file,
        ),
    )
    return passed


def _accepted(found: _Delivered, there: Standing, passed: Passed) -> Answered:
    return Answered(office=there.office, first=found.first, last=found.last, rows=len(passed.rows), reason="")


def _refused(found: _Delivered, there: Standing, reason: str) -> Answered:
    reason = rows_out.storable(reason, LONGEST_REASON)
    return Answered(office=there.office, first=found.first, last=found.last, rows=0, reason=reason)


def _answer(registry: Registry, found: _Delivered, there: Standing, passed: Passed, answered: Answered) -> None:
    head = passed.rows[-1].seq if passed.rows else there.seq
    registry.connection.execute(
        "INSERT INTO gpu_inspector.answer(office, batch, accepted, reason, head_seq, frontier)"
        " VALUES (%s, %s, %s, %s, %s, %b)",
        (found.office, found.id, not answered.reason, answered.reason, head, passed.frontier or there.frontier),
    )
    registry.connection.execute(
        "DELETE FROM gpu_inspector.inbox WHERE office = %s AND id = %s", (found.office, found.id)
    )


def _said(error: psycopg.Error) -> str:
    said = error.diag.message_primary or type(error).__name__
    return said[:LONGEST_REASON]
