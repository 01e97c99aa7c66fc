"""What the registry holds of an office, row by row in one moment: for whoever verifies it, or takes it out.

Nothing that comes from there is believed; sizes are bounded before a body is unpacked.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from gpu_inspector.errors import CaptureError
from gpu_inspector.records.registry import Kind, inflated
from gpu_inspector.records.registry_chain import BrokenError
from gpu_inspector.registry.connection import Registry, registry_errors
from gpu_inspector.registry.lines import bounded, octets
from gpu_inspector.registry.offices import MOST_CERTIFICATES, MOST_OFFICES
from gpu_inspector.registry.rows_out import LISTED_COLUMNS

_STEP = 200
"""Rows that are asked for at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One row as the registry has it; `body` as it was hashed."""

    seq: int
    prev: bytes
    digest: bytes
    id: str
    kind: Kind
    body: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptCheckpoint:
    """A checkpoint as the registry has it."""

    seq: int
    digest: bytes
    root: bytes
    made_at: datetime
    fingerprint: str
    file: bytes


@contextmanager
def moment(registry: Registry) -> Iterator[None]:
    """All that is read within is one moment of the registry. Raises RegistryError."""
    with registry_errors(), registry.connection.transaction():
        registry.connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


def offices(registry: Registry) -> tuple[tuple[int, str], ...]:
    """Number and name of each office that this role sees."""
    found = bounded(
        registry.connection, b"SELECT number, name FROM gpu_inspector.office ORDER BY number", (), MOST_OFFICES
    )
    return tuple((int(number), str(name)) for number, name in found)


def rows(registry: Registry, office: int, after: int = 0) -> Iterator[Held]:
    """The rows of an office in their order, behind row `after`. Raises BrokenError for one that cannot be read."""
    with registry.connection.cursor(name=f"rows_{office}", binary=True) as found:
        found.itersize = _STEP
        found.execute(
            "SELECT seq, prev, digest, id, kind, body FROM gpu_inspector.inspection WHERE office = %s AND seq > %s"
            " ORDER BY seq",
            (office, after),
        )
        for seq, prev, digest, own, kind, packed in found:
            try:
                body = None if packed is None else inflated(octets(packed))
                kept = Kind(kind)
            except (CaptureError, ValueError) as error:
                raise BrokenError(seq, f"Row {seq} cannot be read: {error}") from error
            yield Held(seq=seq, prev=octets(prev), digest=octets(digest), id=str(own), kind=kept, body=body)


def checkpoints(registry: Registry, office: int, after: int = 0) -> Iterator[KeptCheckpoint]:
    """The kept checkpoints of an office in the order of the rows that they cover."""
    with registry.connection.cursor(name=f"checkpoints_{office}", binary=True) as found:
        found.itersize = _STEP
        found.execute(
            "SELECT seq, digest, root, made_at, fingerprint, file FROM gpu_inspector.checkpoint WHERE office = %s"
            " AND seq > %s ORDER BY seq",
            (office, after),
        )
        for seq, digest, root, made_at, fingerprint, file in found:
            yield KeptCheckpoint(
                seq=seq,
                digest=octets(digest),
                root=octets(root),
                made_at=made_at,
                fingerprint=fingerprint,
                file=octets(file),
            )


def certificates(registry: Registry, office: int) -> dict[str, bool]:
    """Fingerprint -> whether the certificate counts no more, of all that were ever registered for an office."""
    found = bounded(
        registry.connection,
        b"SELECT fingerprint, EXISTS (SELECT FROM gpu_inspector.withdrawal AS w WHERE w.fingerprint = c.fingerprint)"
        b" FROM gpu_inspector.certificate AS c WHERE office = %s",
        (office,),
        MOST_CERTIFICATES,
    )
    return dict(found)


def listing(registry: Registry, office: int) -> Iterator[tuple[int, tuple[object, ...]]]:
    """The lines of the listing in their order, each with its row's number: for registrars alone."""
    columns = ", ".join(LISTED_COLUMNS)
    with registry.connection.cursor(name=f"listing_{office}", binary=True) as found:
        found.itersize = _STEP
        found.execute(f"SELECT {columns} FROM gpu_inspector.listing WHERE office = %s ORDER BY seq", (office,))  # noqa: S608
        for line in found:
            yield int(line[0]), tuple(line)


def numbers(registry: Registry, office: int) -> Iterator[tuple[int, tuple[object, ...]]]:
    """The cards' numbers in the order of their rows, each with its row's number: for registrars alone."""
    with registry.connection.cursor(name=f"numbers_{office}") as found:
        found.itersize = 10 * _STEP
        found.execute(
            "SELECT seq, card, kind, keyed, value FROM gpu_inspector.number WHERE office = %s ORDER BY seq", (office,)
        )
        for seq, *rest in found:
            yield int(seq), tuple(rest)
