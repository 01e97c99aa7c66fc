"""The registry reached, with the password that the system's key ring has for it.

The door of all that works with a registry: nothing of PostgreSQL is loaded before somebody comes through it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gpu_inspector import log
from gpu_inspector.errors import ReportError
from gpu_inspector.report import secret

if TYPE_CHECKING:
    from gpu_inspector.registry.connection import Registry

PASSWORD = "PGPASSWORD"  # noqa: S105 - libpq's own variable
RING = "registry"
"""How the entries of registries begin in the key ring, under the service of all secrets of this program."""


def opened(url: str, wait_s: float = 5.0) -> Registry:
    """An open connection, to be used within `with`.

    Raises RegistryAway where nobody answers within about `wait_s` seconds, RegistryError where the address is refused
    or the role is not let in.
    """
    from gpu_inspector.registry import connection

    return connection.connect(url, wait_s=wait_s, password=_password(url))


def ring_entry(url: str) -> str:
    """The key ring's entry for the password of this address. Raises RegistryError."""
    from gpu_inspector.registry import url as address

    return f"{RING} {address.entry(url)}"


def _password(url: str) -> str | None:
    try:
        found = secret.Source(PASSWORD, ring_entry(url)).stored()
    except ReportError:  # a secret that is no text; libpq will ask in its other places
        return None
    if found is not None:
        log.hide(found)
    return found
