"""The registry's database as PostgreSQL gives it: how it is reached, for how long, and what its errors mean to people.

A server is somebody else's machine: it has its time and no more, and what it says is cut and cleaned before anybody
reads it. Nothing that is outside of PostgreSQL's own names and ours is found by a bare name (`search_path` is empty).
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import psycopg

from gpu_inspector import __version__
from gpu_inspector.errors import RegistryAway, RegistryError
from gpu_inspector.language import N_, visible
from gpu_inspector.registry import url as address
from gpu_inspector.registry.roles import OFFICES, REGISTRARS

OLDEST = 15
STATEMENT_S = 120.0
"""How long one statement may take: a batch of the largest size takes seconds."""
LONGEST = 300
"""Characters of what a server says that are shown."""
_LOCK_S = 30.0
NOT_ANSWERED = N_("The registry did not answer what it was asked.")
_AGAIN = N_("Try again later; what was to go there waits, and nothing is lost.")
_ASK = N_("Ask whoever keeps the registry.")
_HOW = N_(
    "Look at role, database, and password (service file, ~/.pgpass, key ring) or client certificate (sslcert=, sslkey=,"
    " of the role's name)."
)
_INIT = N_("Run `gpu-inspector registry init` as the role that owns the database, or look at the database's name.")
_NOT_NOW = ("starting up", "shutting down", "recovery mode", "too many", "connection slots", "not yet accepting")
"""What a server says that is there and takes nobody in now, in its own English."""
_SPOKEN = ("FATAL:", "fe_sendauth:", "no password supplied")
"""In a sentence of the server, or of libpq about what the server wanted of it."""
_OF_THE_ADDRESS = ("definition of service", "service file", "invalid ", "could not parse", "could not match")
_OWN_FILES = (
    "private key",
    "could not open certificate file",
    "could not read certificate file",
    "certificate present",
)
"""Of the client's own certificate and its key: missing, damaged, or open to others."""
_NOT_KNOWN = ("certificate", "SSL", "TLS")
_BROKEN = ("08",)
"""Classes of SQLSTATE, or whole codes: the connection."""
_LATER = ("40", "53", "55006", "55P03", "57", "25006", "25P03")
"""What may go another time: a conflict, no room, a lock, a server that is told to stop, a time that was over, a standby
that has not taken over yet."""
_NOT_ALLOWED = ("42501", "28")
_NO_REGISTRY = ("42P01", "3F000", "42883", "42703")
_REFUSED = ("23", "54", "22")
_NOT_UNDERSTOOD = (ValueError, ArithmeticError, LookupError, TypeError, AttributeError, RecursionError)
"""What reading an answer may raise that is of no type, or of another one, than was asked for."""
# Its warnings quote the server as it speaks, and would go to the terminal.
logging.getLogger("psycopg").addHandler(logging.NullHandler())


@dataclass(frozen=True, slots=True)
class Office:
    """An office as the registry knows it."""

    number: int
    name: str
    role: str
    sees: str
    """"own", "sightings" or "everything": `offices.SEES`."""


@dataclass(frozen=True, slots=True)
class Me:
    """Who is asking."""

    role: str
    office: Office | None
    registrar: bool
    owner: bool


class Registry:
    """An open connection, within `with`. What is not committed when it closes is as if it had not been."""

    def __init__(self, connection: psycopg.Connection, url: str) -> None:
        self.connection = connection
        self.url = url

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        with suppress(psycopg.Error):
            self.connection.close()

    def me(self) -> Me:
        """Whose role this is. Raises RegistryError, RegistryAway."""
        with registry_errors(), self.connection.transaction():
            role, registrar, owner, there = self._row(_WHO, (REGISTRARS,))
            office = None
            if there and self._row(_BELONGS, (OFFICES,))[0]:
                found = self.connection.execute(_OFFICE).fetchone()
                office = Office(*found) if found else None
        return Me(str(role), office, bool(registrar), bool(owner))

    def _row(self, question: str, values: tuple[object, ...]) -> tuple[object, ...]:
        found = self.connection.execute(question.encode(), values).fetchone()
        if found is None:
            raise RegistryError(NOT_ANSWERED, _ASK)
        return tuple(found)


_WHO = """SELECT session_user::text,
    coalesce((SELECT pg_catalog.pg_has_role(session_user, oid, 'USAGE') FROM pg_catalog.pg_roles
              WHERE rolname = %s), false),
    coalesce((SELECT pg_catalog.pg_has_role(session_user, nspowner, 'USAGE') FROM pg_catalog.pg_namespace
              WHERE nspname = 'gpu_inspector'), false),
    pg_catalog.to_regclass('gpu_inspector.office') IS NOT NULL"""
_BELONGS = """SELECT coalesce((SELECT pg_catalog.pg_has_role(session_user, oid, 'USAGE') FROM pg_catalog.pg_roles
    WHERE rolname = %s), false)"""
_OFFICE = """SELECT number, name, role, sees FROM gpu_inspector.office WHERE role = session_user::text"""


def connect(url: str, *, wait_s: float = 5.0, password: str | None = None) -> Registry:
    """Reach a registry within about `wait_s` seconds for each of its hosts.

    `password` is one that the system's key ring had. Raises RegistryAway where nobody answers, RegistryError where the
    address is refused, the server is too old, or does not let this role in.
    """
    known = address.parameters(url)
    if password is not None:
        known["password"] = password
    trouble: RegistryError | None = None
    try:
        connection = psycopg.connect(
            **known,  # type: ignore[arg-type]
            connect_timeout=max(1, round(wait_s)),
            application_name=f"gpu-inspector {__version__}",
            fallback_application_name="gpu-inspector",
            client_encoding="UTF8",
            keepalives_idle=20,
            keepalives_interval=5,
            keepalives_count=3,
            tcp_user_timeout=30_000,
        )
    except psycopg.Error as error:
        trouble = _not_reached(error)
    except UnicodeError:
        trouble = RegistryError("The registry's address cannot be read.", "Look at the name of the host.")
    if trouble is not None:  # outside of the handler: the driver's error may quote the whole address
        raise trouble
    registry = Registry(connection, url)
    try:
        _settle(registry)
    except BaseException:
        registry.close()
        raise
    return registry


def _settle(registry: Registry) -> None:
    version = registry.connection.info.server_version // 10000
    if version < OLDEST:
        raise RegistryError(
            f"The registry's server is PostgreSQL {version}; {OLDEST} is the oldest that will do.", _ASK
        )
    with registry_errors(), registry.connection.transaction():
        for name, value in (
            ("search_path", ""),
            ("statement_timeout", f"{STATEMENT_S * 1000:.0f}"),
            ("lock_timeout", f"{_LOCK_S * 1000:.0f}"),
            ("idle_in_transaction_session_timeout", f"{STATEMENT_S * 1000:.0f}"),
            ("timezone", "UTC"),
            ("datestyle", "ISO"),
            ("bytea_output", "hex"),
        ):
            registry.connection.execute(b"SELECT pg_catalog.set_config(%s, %s, false)", (name, value))


@contextmanager
def registry_errors() -> Iterator[None]:
    """Turn every error of PostgreSQL and its driver into RegistryError, RegistryAway where trying again may do.

    So too what an answer raises that is none: who alters the server must not bring down who asks it.
    """
    try:
        yield
    except psycopg.Error as error:
        raise meaning_of(error) from error
    except _NOT_UNDERSTOOD as error:
        raise RegistryError(NOT_ANSWERED, _ASK) from error


def meaning_of(error: psycopg.Error) -> RegistryError:
    """What an error means, as a sentence with what to do."""
    said, code = _said(error), error.sqlstate or ""
    if code.startswith(_LATER):
        return RegistryAway(N_(f"The registry could not do it now ({said})."), _AGAIN)
    if code.startswith(_BROKEN) or (not code and isinstance(error, psycopg.OperationalError | psycopg.InterfaceError)):
        return RegistryAway(N_("The connection to the registry broke."), _AGAIN)
    if code.startswith(_NOT_ALLOWED):
        return RegistryError(N_(f"The registry does not let this role do that ({said})."), _ASK)
    if code.startswith(_NO_REGISTRY):
        return RegistryError(N_(f"This database is no registry, or one of an older form ({said})."), _INIT)
    if code.startswith(_REFUSED):
        return RegistryError(N_(f"The registry refused it ({said})."), _ASK)
    return RegistryError(N_(f"The registry cannot be used ({said})."), _ASK)


def _not_reached(error: psycopg.Error) -> RegistryError:
    """What it means that no connection came about. libpq gives a sentence here and no code."""
    text, said = str(error), _said(error)
    if any(one in text for one in _NOT_NOW):
        return RegistryAway(N_(f"The registry takes nobody in now ({said})."), _AGAIN)
    if any(one in text for one in _SPOKEN):
        return RegistryError(N_(f"The registry does not let this role in ({said})."), _HOW)
    if any(one in text for one in _OWN_FILES) or said.startswith(_OF_THE_ADDRESS):
        return RegistryError(N_(f"The registry's address cannot be used ({said})."), N_("Look at it once more."))
    if any(one in text for one in _NOT_KNOWN):
        return RegistryError(
            N_(f"The registry's server cannot be spoken to safely ({said})."),
            N_("Put its authority's certificate into ~/.postgresql/root.crt, or name it: sslrootcert=FILE."),
        )
    return RegistryAway(N_(f"The registry does not answer ({said})."), _AGAIN)


def _said(error: psycopg.Error) -> str:
    """The first line of what was said, cleaned and cut; a hint or a detail may hold somebody's values."""
    first = (error.diag.message_primary or str(error)).strip().partition("\n")[0]
    for before in ("connection failed: ", "connection is bad: "):
        first = first.removeprefix(before)
    return visible(" ".join(first.split())[:LONGEST]) or type(error).__name__
