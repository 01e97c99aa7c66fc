"""The roles of a registry: its owner, the offices, the registrars; made where the owner may, else written down as SQL.

Roles belong to a whole server of PostgreSQL. The groups are the same for all registries on it; into which database
a role comes is said one by one (CONNECT), so that a registrar of one registry is none of another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gpu_inspector.errors import RegistryError
from gpu_inspector.language import N_

if TYPE_CHECKING:
    from psycopg import Connection

OFFICES = "gpu_inspector_office"
REGISTRARS = "gpu_inspector_registrar"
READERS = "gpu_inspector_reader"
"""The offices that see everything: members of this group beside that of all offices."""
GROUPS = (OFFICES, REGISTRARS, READERS)
_MOST_CONNECTIONS = 16
"""Of one office at once: one alone cannot take all that a server has."""
_LONGEST_ROLE = 63
_OWN = N_("Name a role of the office's own.")


def make_groups(connection: Connection) -> None:
    """Make the groups where they are missing, in the caller's transaction. Raises RegistryError, psycopg.Error."""
    missing = [one for one in GROUPS if not _there(connection, one)]
    if missing:
        _run(connection, [f"CREATE ROLE {one} NOLOGIN" for one in missing])


def admit(connection: Connection, role: str, group: str) -> None:
    """Make a role where it is missing, and let it into a group and this database, in the caller's transaction.

    Raises RegistryError where this role may not, with the SQL for one that may; psycopg.Error.
    """
    from psycopg.sql import Identifier

    if not role or not role.isprintable() or len(role.encode()) > _LONGEST_ROLE or role.startswith("pg_"):
        raise RegistryError("This is no name that a role can have.", "Name another one.")
    if role in GROUPS:
        raise RegistryError(f"{role} is a group of roles.", _OWN)
    if group == OFFICES and _too_mighty(connection, role):
        raise RegistryError(f"{role} has more rights than an office may have.", _OWN)
    name = Identifier(role).as_string(connection)
    statements = [] if _there(connection, role) else [f"CREATE ROLE {name} LOGIN CONNECTION LIMIT {_MOST_CONNECTIONS}"]
    if not _member(connection, role, group):
        statements.append(f"GRANT {group} TO {name}")
    database = Identifier(connection.info.dbname).as_string(connection)
    _run(connection, [*statements, f"GRANT CONNECT ON DATABASE {database} TO {name}"])
    if group == REGISTRARS:  # a registrar's temporary tables are its own business; an office has none
        _run(connection, [f"GRANT TEMPORARY ON DATABASE {database} TO {name}"])


def let_read(connection: Connection, role: str, *, everything: bool) -> None:
    """Take a role into the group of those who see everything, or out of it, in the caller's transaction.

    Raises as `admit` does.
    """
    from psycopg.sql import Identifier

    name = Identifier(role).as_string(connection)
    if everything != _member(connection, role, READERS):
        _run(connection, [f"GRANT {READERS} TO {name}" if everything else f"REVOKE {READERS} FROM {name}"])


def close_database(connection: Connection) -> None:
    """Nobody comes into this database who was not let in by name. Raises psycopg.Error."""
    from psycopg.sql import Identifier

    database = Identifier(connection.info.dbname).as_string(connection)
    connection.execute(f"REVOKE ALL ON DATABASE {database} FROM PUBLIC".encode())
    if connection.execute(b"SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = 'public'").fetchone():
        connection.execute(b"REVOKE ALL ON SCHEMA public FROM PUBLIC")


def _there(connection: Connection, role: str) -> bool:
    found = connection.execute(b"SELECT 1 FROM pg_catalog.pg_roles WHERE rolname = %s", (role,))
    return found.fetchone() is not None


def _too_mighty(connection: Connection, role: str) -> bool:
    """Whether row-level security does not bind it: a superuser, and whoever owns the database."""
    found = connection.execute(
        b"SELECT r.rolsuper OR r.rolbypassrls OR pg_catalog.pg_has_role(r.oid, d.datdba, 'MEMBER')"
        b" FROM pg_catalog.pg_roles AS r, pg_catalog.pg_database AS d"
        b" WHERE r.rolname = %s AND d.datname = pg_catalog.current_database()",
        (role,),
    ).fetchone()
    return found is not None and bool(found[0])


def _member(connection: Connection, role: str, group: str) -> bool:
    found = connection.execute(
        b"SELECT 1 FROM pg_catalog.pg_auth_members AS m JOIN pg_catalog.pg_roles AS one ON one.oid = m.member"
        b" JOIN pg_catalog.pg_roles AS of ON of.oid = m.roleid WHERE one.rolname = %s AND of.rolname = %s",
        (role, group),
    )
    return found.fetchone() is not None


def _run(connection: Connection, statements: list[str]) -> None:
    from psycopg.errors import InsufficientPrivilege

    try:
        for one in statements:
            connection.execute(one.encode())
    except InsufficientPrivilege as error:
        raise RegistryError(
            "The role that owns this registry may not make or let in other roles.",
            f"Let a role that may run this, then do it again: {'; '.join(statements)};",
        ) from error
