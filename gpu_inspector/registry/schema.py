"""The growth of a registry: numbered migrations, each taken wholly or not at all, and never one that was changed.

What was taken is noted with the digest of its text. A registry that took a step this program does not know is newer, or
somebody else's: nothing is done to it, and nothing is asked of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gpu_inspector.errors import RegistryError
from gpu_inspector.language import N_
from gpu_inspector.registry import roles
from gpu_inspector.registry.connection import registry_errors
from gpu_inspector.registry.lines import bounded, octets
from gpu_inspector.registry.migrations import ALL, Migration

if TYPE_CHECKING:
    from psycopg import Connection

    from gpu_inspector.registry.connection import Registry

_LOCK = 0x4750_5549
"""The letters "GPUI": two programs that make the same registry wait for each other."""
_JOURNAL = """CREATE TABLE gpu_inspector.migration(
    number integer PRIMARY KEY CHECK (number > 0),
    name text NOT NULL,
    digest bytea NOT NULL CHECK (octet_length(digest) = 32),
    applied_at timestamptz NOT NULL DEFAULT now()
)"""
_MOST_STEPS = 1000
"""As many are read of a server's list: a server that was taken over could tell of any number."""
_INIT = N_("Run `gpu-inspector registry init` as the role that owns the database.")


def init(registry: Registry, migrations: tuple[Migration, ...] = ALL) -> tuple[str, ...]:
    """Make a registry of this database, or bring an older one up to date: the names of the steps that were taken.

    Raises RegistryError where this role may not, or the database is another program's or a newer registry; then
    nothing was done. RegistryAway.
    """
    connection = registry.connection
    with registry_errors(), connection.transaction():
        _require_owner(connection)
        if not _there(connection):  # as long as no office can be in: each of them could take this lock and keep it
            connection.execute(b"SELECT pg_catalog.pg_advisory_xact_lock(%s)", (_LOCK,))
        if not _there(connection):
            connection.execute(b"CREATE SCHEMA gpu_inspector")
            connection.execute(_JOURNAL.encode())
        connection.execute(b"LOCK TABLE gpu_inspector.migration IN SHARE ROW EXCLUSIVE MODE")
        roles.make_groups(connection)
        roles.close_database(connection)
        due = _due(_taken(connection), migrations)
        for one in due:
            connection.execute(one.text.encode())
            connection.execute(
                b"INSERT INTO gpu_inspector.migration(number, name, digest) VALUES (%s, %s, %s)",
                (one.number, one.name, one.digest),
            )
    return tuple(one.name for one in due)


def require_current(registry: Registry, migrations: tuple[Migration, ...] = ALL) -> None:
    """Raises RegistryError where this database is no registry as this program makes it; RegistryAway."""
    with registry_errors(), registry.connection.transaction():
        if not _there(registry.connection):
            raise RegistryError("This database is no registry yet.", _INIT)
        if _due(_taken(registry.connection), migrations):
            raise RegistryError("This registry was made by an older GPU Inspector.", _INIT)


def _require_owner(connection: Connection) -> None:
    """What the owner makes runs with the owner's rights: a superuser's would be too many."""
    found = connection.execute(
        b"SELECT r.rolsuper, pg_catalog.pg_has_role(session_user, d.datdba, 'USAGE'), owner.rolname"
        b" FROM pg_catalog.pg_database AS d JOIN pg_catalog.pg_roles AS owner ON owner.oid = d.datdba,"
        b" pg_catalog.pg_roles AS r WHERE d.datname = pg_catalog.current_database() AND r.rolname = session_user"
    ).fetchone()
    if found is None or not found[1]:
        raise RegistryError("This role does not own the registry's database.", _INIT)
    if found[0]:
        raise RegistryError(
            "A superuser's registry would run with all rights of its server.",
            "Make a role (CREATE ROLE … LOGIN CREATEROLE) and a database that it owns, and do it as that role.",
        )
    # Members of an owning group make things for the group, so that each of them can go on.
    from psycopg.sql import Identifier

    connection.execute(f"SET LOCAL ROLE {Identifier(found[2]).as_string(connection)}".encode())


def _there(connection: Connection) -> bool:
    """Whether the journal is there. Raises RegistryError for a schema of our name that is not the owner's own."""
    found = connection.execute(
        b"SELECT n.nspowner = d.datdba, pg_catalog.to_regclass('gpu_inspector.migration') IS NOT NULL"
        b" FROM pg_catalog.pg_namespace AS n, pg_catalog.pg_database AS d"
        b" WHERE n.nspname = 'gpu_inspector' AND d.datname = pg_catalog.current_database()"
    ).fetchone()
    if found is None:
        return False
    if not all(found):
        raise RegistryError(
            "This database has a schema called gpu_inspector that is no registry.", "Name another database."
        )
    return True


def _taken(connection: Connection) -> list[tuple[int, str, bytes]]:
    """The steps that were taken, as the server tells. Raises RegistryError where that is none of ours to read."""
    question = b"SELECT number::int, name::text, digest FROM gpu_inspector.migration ORDER BY number"
    found = bounded(connection, question, (), _MOST_STEPS)
    return [(int(number), str(name), octets(digest)) for number, name, digest in found]


def _due(taken: list[tuple[int, str, bytes]], migrations: tuple[Migration, ...]) -> tuple[Migration, ...]:
    """The steps that are not taken yet. Raises RegistryError where one was taken that is not ours."""
    for number, _name, digest in taken:
        known = migrations[number - 1] if number <= len(migrations) else None
        if known is None:
            raise RegistryError(
                f"The registry was made by a newer GPU Inspector (schema {number}, known here: {len(migrations)}).",
                "Use a newer GPU Inspector; nothing was done.",
            )
        if known.digest != digest:
            raise RegistryError(
                f"Step {number} of the registry is another one than this GPU Inspector takes.",
                "It was made by another edition of the program; nothing was done.",
            )
    if [number for number, _name, _digest in taken] != list(range(1, len(taken) + 1)):
        raise RegistryError("The registry's own list of its steps has gaps.", "Restore its last backup.")
    return migrations[len(taken) :]
