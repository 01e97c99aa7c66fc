"""Watch-lists in the registry: signed files that one office puts there and others take. Nothing here believes them.

A file is taken over only where its bytes have the digest under which it is listed; its signature is the taker's to
examine.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from gpu_inspector.errors import RegistryError
from gpu_inspector.registry.connection import registry_errors
from gpu_inspector.registry.lines import bounded

if TYPE_CHECKING:
    from gpu_inspector.registry.connection import Registry

LARGEST = 64 * 1024 * 1024
MOST = 1_000
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class ListedFile:
    """One list that lies in the registry: who put it there, and its digest in 64 hexadecimal digits."""

    digest: str
    office: str
    """As the registry knows it."""
    mine: bool
    size: int
    put_at: datetime


def put(registry: Registry, data: bytes) -> bool:
    """Put a signed list in; False where this office's own is there already. Raises RegistryError, RegistryAway."""
    with registry_errors(), registry.connection.transaction():
        done = registry.connection.execute(
            b"INSERT INTO gpu_inspector.watch_list(file) VALUES (%s) ON CONFLICT DO NOTHING", (data,)
        )
    return done.rowcount == 1


def listed(registry: Registry) -> tuple[ListedFile, ...]:
    """The lists that this office may see, the newest first. Raises RegistryError, RegistryAway."""
    question = b"SELECT digest, office, mine, size, put_at FROM gpu_inspector.watch_lists()"
    with registry_errors(), registry.connection.transaction():
        found = bounded(registry.connection, question, (), MOST + 1)
    return tuple(one for line in found if (one := _listed(*line)) is not None)


def _listed(digest: object, office: object, mine: object, size: object, put_at: object) -> ListedFile | None:
    if not isinstance(digest, bytes) or len(digest) != 32 or not isinstance(office, str) or not isinstance(size, int):
        return None
    if not isinstance(put_at, datetime):
        return None
    at = put_at if put_at.tzinfo is not None else put_at.replace(tzinfo=UTC)
    return ListedFile(digest.hex(), office[:_LONGEST], mine is True, size, at)


def file_of(registry: Registry, digest: str) -> bytes:
    """One list's file. Raises RegistryError where it is not there or not what is listed; RegistryAway."""
    with registry_errors(), registry.connection.transaction():
        found = registry.connection.execute(
            b"SELECT file FROM gpu_inspector.watch_list WHERE digest = %s AND octet_length(file) <= %s LIMIT 1",
            (bytes.fromhex(digest), LARGEST),
        ).fetchone()
    data = found[0] if found is not None else None
    if not isinstance(data, bytes) or hashlib.sha256(data).hexdigest() != digest:
        raise RegistryError(
            f"The registry gives another file for the watch-list {digest[:16]}… than it names.",
            "Tell whoever keeps the registry; nothing was taken in.",
        )
    return data
