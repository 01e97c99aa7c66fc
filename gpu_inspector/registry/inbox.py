"""An office's side of the registry: what it has of this office, batches delivered to its gate, and their answers.

Everything here goes by the office's own role, which can put a batch in and cannot take one out: a batch that was
delivered twice is one batch by its name.
"""

import time
import uuid
from collections.abc import Collection
from dataclasses import dataclass

from gpu_inspector.records.chain import GENESIS
from gpu_inspector.registry.connection import Registry, registry_errors
from gpu_inspector.registry.lines import bounded, octets

ANSWERED = "gpu_inspector_answer"
DELIVERED = "gpu_inspector_inbox"
MOST_WAITING = 1_000
"""Batches of one office before the gate, as its table has it."""
POLL_S = 0.25
"""How long a lost notification costs: then the table is asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A batch that was delivered and that nobody has answered."""

    id: uuid.UUID
    first: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class There:
    """What the registry has of an office, in one moment."""

    seq: int
    digest: bytes
    newest: int
    """The last row that a kept checkpoint covers, 0 for none."""
    newest_digest: bytes
    waiting: tuple[Waiting, ...]
    """In the order of their rows."""
    answered: int
    """The number of the last answer to this office."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the gate said to a batch."""

    number: int
    batch: uuid.UUID
    accepted: bool
    reason: str
    head: int


def there(registry: Registry, office: int) -> There:
    """What the registry has of this office. Raises RegistryError."""
    with registry_errors(), registry.connection.transaction():
        run = registry.connection.execute
        run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        head = run(
            "SELECT seq, digest FROM gpu_inspector.inspection WHERE office = %s ORDER BY seq DESC LIMIT 1", (office,)
        ).fetchone()
        newest = run(
            "SELECT seq, digest FROM gpu_inspector.checkpoint WHERE office = %s ORDER BY seq DESC LIMIT 1", (office,)
        ).fetchone()
        waiting = bounded(
            registry.connection,
            b"SELECT id, first_seq, last_seq FROM gpu_inspector.inbox WHERE office = %s ORDER BY first_seq, last_seq",
            (office,),
            MOST_WAITING,
        )
        answered = run(
            "SELECT coalesce(max(number), 0) FROM gpu_inspector.answer WHERE office = %s", (office,)
        ).fetchone()
        seq, digest = head or (0, GENESIS)
        newest_seq, newest_digest = newest or (0, GENESIS)
        return There(
            seq=int(seq),
            digest=octets(digest),
            newest=int(newest_seq),
            newest_digest=octets(newest_digest),
            waiting=tuple(Waiting(id=one, first=int(first), last=int(last)) for one, first, last in waiting),
            answered=int(answered[0]) if answered is not None else 0,
        )


def digest_at(registry: Registry, office: int, seq: int) -> bytes | None:
    """The digest of a row of this office; None where there is none. Raises RegistryError."""
    with registry_errors(), registry.connection.transaction():
        return digest_in(registry, office, seq)


def digest_in(registry: Registry, office: int, seq: int) -> bytes | None:
    """As `digest_at`, within the caller's transaction. Raises psycopg.Error."""
    found = registry.connection.execute(
        "SELECT digest FROM gpu_inspector.inspection WHERE office = %s AND seq = %s", (office, seq)
    ).fetchone()
    return None if found is None else octets(found[0])


def deliver(registry: Registry, office: int, name: uuid.UUID, rows: tuple[int, int], packed: bytes) -> None:
    """Put a batch before the gate, durably; one of that name that lies there already stays. Raises RegistryError."""
    with registry_errors(), registry.connection.transaction():
        registry.connection.execute(
            "INSERT INTO gpu_inspector.inbox(office, id, first_seq, last_seq, packed) VALUES (%s, %s, %s, %s, %b)"
            " ON CONFLICT DO NOTHING",
            (office, name, *rows, packed),
        )


def listen(registry: Registry, channel: str) -> None:
    """Be told of what comes from now on. Raises RegistryError."""
    with registry_errors(), registry.connection.transaction():
        registry.connection.execute(f"LISTEN {channel}")


def heard(registry: Registry, seconds: float) -> bool:
    """Wait until something comes, so long at most; False where nothing came. Raises RegistryError."""
    with registry_errors():
        came = list(registry.connection.notifies(timeout=max(seconds, 0.0), stop_after=1))
    return bool(came)


def answers(registry: Registry, office: int, after: int, names: Collection[uuid.UUID]) -> tuple[Answer, ...]:
    """The answers to these batches that came after the one of that number, the oldest first. Raises RegistryError."""
    with registry_errors(), registry.connection.transaction():
        found = bounded(
            registry.connection,
            b"SELECT number, batch, accepted, reason, head_seq FROM gpu_inspector.answer"
            b" WHERE office = %s AND number > %s AND batch = ANY(%s) ORDER BY number",
            (office, after, list(names)),
            MOST_WAITING,
        )
        return tuple(
            Answer(number=int(number), batch=batch, accepted=accepted is True, reason=str(reason), head=int(head))
            for number, batch, accepted, reason, head in found
        )


def await_answers(
    registry: Registry, office: int, after: int, names: Collection[uuid.UUID], seconds: float
) -> tuple[Answer, ...]:
    """As `answers`, waiting for the first one, so long at most. Raises RegistryError."""
    end = time.monotonic() + seconds
    while True:
        found = answers(registry, office, after, names)
        left = end - time.monotonic()
        if found or left <= 0:
            return found
        heard(registry, min(left, POLL_S))
