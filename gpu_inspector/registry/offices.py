"""The offices of a registry: who may push, as which role, signing with which certificates, and what they see.

An office keeps its number and its name for good, since its rows bear them. A certificate that is withdrawn stays
written down, with the reason, and is never taken up again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from gpu_inspector.errors import RegistryError
from gpu_inspector.language import N_
from gpu_inspector.registry import roles
from gpu_inspector.registry.connection import Office, registry_errors
from gpu_inspector.registry.lines import bounded

if TYPE_CHECKING:
    from psycopg import Connection

    from gpu_inspector.registry.connection import Registry

SEES = ("own", "sightings", "everything")
"""Of other offices' rows: nothing; that one of its cards was seen there; all."""
LONGEST_NAME = 200
_NEW_KEY = N_("Make a new key, and add its certificate.")
MOST_OFFICES = 10_000
MOST_CERTIFICATES = 100_000
"""That are taken over from a server."""
LARGEST_PEM = 65536


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """Whose signature counts for an office; what was read from it is handed in, since it is read elsewhere."""

    fingerprint: str
    """SHA-256 of its DER, 64 hexadecimal digits."""
    name: str
    pem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A certificate as the registry keeps it."""

    fingerprint: str
    name: str
    pem: str
    added_at: datetime
    withdrawn_at: datetime | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    """An office with what it signs with."""

    office: Office
    certificates: tuple[Kept, ...]


def enrol(
    registry: Registry, name: str, role: str, certificates: Iterable[Certificate] = (), sees: str = "own"
) -> Office:
    """Let an office in, as a role that is made where it is missing; one that is in already gets what it lacks.

    `name` is the office as its ledger's checkpoints name it. Raises RegistryError, RegistryAway; then nothing was done.
    """
    _require_name(name)
    _require_sees(sees)
    with registry_errors(), registry.connection.transaction():
        _alone(registry.connection)
        there = _find(registry.connection, "name", name)
        if there is not None and (there.role != role or there.sees != sees):
            raise RegistryError(
                f"The office {name} is in the registry already, as role {there.role}, which sees: {there.sees}.",
                "Its role stays; what it sees is changed with: gpu-inspector registry office sees",
            )
        if there is None and (other := _find(registry.connection, "role", role)) is not None:
            raise RegistryError(f"The role {role} belongs to the office {other.name}.", "Give each office its own.")
        roles.admit(registry.connection, role, roles.OFFICES)
        if there is None:
            found = registry.connection.execute(
                b"INSERT INTO gpu_inspector.office(number, name, role, sees)"
                b" SELECT coalesce(max(number), 0) + 1, %s, %s, %s FROM gpu_inspector.office RETURNING number",
                (name, role, sees),
            ).fetchone()
            there = Office(found[0] if found else 0, name, role, sees)
        roles.let_read(registry.connection, role, everything=sees == "everything")
        for one in certificates:
            _add(registry.connection, there, one)
    return there


def appoint(registry: Registry, role: str) -> None:
    """Make a role a registrar, who takes in what the offices deliver. Raises RegistryError, RegistryAway."""
    with registry_errors(), registry.connection.transaction():
        roles.admit(registry.connection, role, roles.REGISTRARS)


def let_see(registry: Registry, name: str, sees: str) -> Office:
    """Change what an office sees of others. Raises RegistryError, RegistryAway."""
    _require_sees(sees)
    with registry_errors(), registry.connection.transaction():
        office = _require(registry.connection, name)
        registry.connection.execute(
            b"UPDATE gpu_inspector.office SET sees = %s WHERE number = %s", (sees, office.number)
        )
        roles.let_read(registry.connection, office.role, everything=sees == "everything")
    return Office(office.number, office.name, office.role, sees)


def offices(registry: Registry) -> tuple[Enrolled, ...]:
    """All that the asking role may see, by number. Raises RegistryError, RegistryAway."""
    with registry_errors(), registry.connection.transaction():
        question = b"SELECT number, name, role, sees FROM gpu_inspector.office ORDER BY number"
        found = bounded(registry.connection, question, (), MOST_OFFICES)
        kept: dict[int, list[Kept]] = {}
        for number, *rest in bounded(
            registry.connection,
            b"SELECT c.office, c.fingerprint, c.name, c.pem, c.added_at, w.withdrawn_at, coalesce(w.reason, '')"
            b" FROM gpu_inspector.certificate AS c LEFT JOIN gpu_inspector.withdrawal AS w"
            b" ON w.office = c.office AND w.fingerprint = c.fingerprint ORDER BY c.office, c.added_at, c.fingerprint",
            (),
            MOST_CERTIFICATES,
        ):
            fingerprint, name, pem, added_at, withdrawn_at, reason = rest
            one = Kept(
                fingerprint=fingerprint, name=name, pem=pem, added_at=added_at, withdrawn_at=withdrawn_at, reason=reason
            )
            kept.setdefault(number, []).append(one)
    return tuple(Enrolled(office=Office(*one), certificates=tuple(kept.get(one[0], ()))) for one in found)


def add_certificate(registry: Registry, name: str, certificate: Certificate) -> None:
    """Let an office sign with one certificate more. Raises RegistryError, RegistryAway."""
    with registry_errors(), registry.connection.transaction():
        _alone(registry.connection)
        _add(registry.connection, _require(registry.connection, name), certificate)


def withdraw_certificate(registry: Registry, name: str, fingerprint: str, reason: str) -> None:
    """From now on nothing is accepted that it signs, for good. Raises RegistryError, RegistryAway."""
    with registry_errors(), registry.connection.transaction():
        _alone(registry.connection)
        office = _require(registry.connection, name)
        known = _known(registry.connection, office, fingerprint)
        if known is None:
            raise RegistryError(f"The office {name} has no such certificate.", "Look at the list of offices.")
        if known:
            raise RegistryError("This certificate was withdrawn before.", "Nothing was done.")
        registry.connection.execute(
            b"INSERT INTO gpu_inspector.withdrawal(office, fingerprint, reason) VALUES (%s, %s, %s)",
            (office.number, fingerprint, reason[:500]),
        )


def _add(connection: Connection, office: Office, certificate: Certificate) -> None:
    if len(certificate.pem) > LARGEST_PEM:
        raise RegistryError("This certificate is larger than any is.", "Name another file.")
    withdrawn = b"SELECT 1 FROM gpu_inspector.withdrawal WHERE fingerprint = %s LIMIT 1"
    if connection.execute(withdrawn, (certificate.fingerprint,)).fetchone():
        raise RegistryError("This certificate was withdrawn, and is not taken up again.", _NEW_KEY)
    # A certificate is no secret: who handed in another office's could deliver that office's rows as its own.
    others = b"SELECT 1 FROM gpu_inspector.certificate WHERE fingerprint = %s AND office <> %s LIMIT 1"
    if connection.execute(others, (certificate.fingerprint, office.number)).fetchone():
        raise RegistryError("This certificate signs for another office of this registry.", _NEW_KEY)
    if _known(connection, office, certificate.fingerprint) is None:
        connection.execute(
            b"INSERT INTO gpu_inspector.certificate(office, fingerprint, name, pem) VALUES (%s, %s, %s, %s)",
            (office.number, certificate.fingerprint, certificate.name[:500], certificate.pem),
        )


def _known(connection: Connection, office: Office, fingerprint: str) -> bool | None:
    """Whether the office's certificate was withdrawn; None where it has no such one."""
    found = connection.execute(
        b"SELECT w.fingerprint IS NOT NULL FROM gpu_inspector.certificate AS c LEFT JOIN gpu_inspector.withdrawal AS w"
        b" ON w.office = c.office AND w.fingerprint = c.fingerprint WHERE c.office = %s AND c.fingerprint = %s",
        (office.number, fingerprint),
    ).fetchone()
    return None if found is None else bool(found[0])


def _alone(connection: Connection) -> None:
    """Two who enrol at once would give one number twice, and one of them would be refused."""
    connection.execute(b"LOCK TABLE gpu_inspector.office IN SHARE ROW EXCLUSIVE MODE")


def _find(connection: Connection, column: str, value: str) -> Office | None:
    if not value.isprintable():  # half a character goes into no question
        return None
    question = f"SELECT number, name, role, sees FROM gpu_inspector.office WHERE {column} = %s"  # noqa: S608 - our own
    found = connection.execute(question.encode(), (value,)).fetchone()
    return None if found is None else Office(*found)


def _require(connection: Connection, name: str) -> Office:
    found = _find(connection, "name", name)
    if found is None:
        raise RegistryError(f"The registry has no office {name!r}.", "Look at the list of offices.")
    return found


def _require_name(name: str) -> None:
    if not name or name != name.strip() or not name.isprintable() or len(name) > LONGEST_NAME:
        raise RegistryError(
            "This is no name of an office.", "Write it as the settings of the office have it, in one line."
        )


def _require_sees(sees: str) -> None:
    if sees not in SEES:
        raise RegistryError(f"An office sees one of: {', '.join(SEES)}.", "Choose one of them.")
