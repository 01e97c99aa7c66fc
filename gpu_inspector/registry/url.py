"""The address of a registry taken apart: what of libpq's many parameters is let in, and what is never said again.

It is read by libpq's own parser, so that what is looked at here is what is connected with. A secret has no place in an
address, which stands in settings, in lists of processes and in logs; one that holds a secret is refused, and no
sentence quotes an address that could not be read.
"""

import ipaddress
import os
from pathlib import Path
from urllib.parse import urlsplit

from gpu_inspector.errors import RegistryError
from gpu_inspector.language import N_, visible

OTHERWISE = N_(
    "Give the password in a service file, in ~/.pgpass or in the system's key ring, or use a client certificate"
    " (sslcert=, sslkey=)."
)
_SECRET = frozenset({"password", "sslpassword", "scram_client_key", "scram_server_key", "oauth_client_secret"})
_KNOWN = frozenset({
    "host", "hostaddr", "port", "dbname", "user", "service", "passfile", "sslmode", "sslcert", "sslkey", "sslrootcert",
    "sslcrl", "sslcrldir", "sslsni", "ssl_min_protocol_version", "ssl_max_protocol_version", "channel_binding",
    "krbsrvname", "gssencmode", "gsslib", "gssdelegation", "require_auth", "target_session_attrs", "sslnegotiation",
    "sslcertmode", "load_balance_hosts",
})  # fmt: skip
"""What says where the registry is and how it is known. Timeouts and the session's own settings are the program's."""
_LONGEST = 2000
_LONGEST_FILE = 1024 * 1024


def parameters(url: str) -> dict[str, str]:
    """What libpq makes of an address, and TLS where nobody said how. Raises RegistryError."""
    found = _parsed(url)
    if secret := _SECRET & found.keys():
        raise RegistryError(f"The registry's address holds a secret ({min(secret)}).", OTHERWISE)
    if foreign := sorted(found.keys() - _KNOWN):
        raise RegistryError(
            f"The registry's address holds “{foreign[0]}”, which is not for an address to say.", "Take it out."
        )
    if "sslmode" not in found and not _says_tls_elsewhere(found.get("service")):
        found["sslmode"] = "prefer" if _within_this_machine(found) else "verify-full"
    return found


def entry(url: str) -> str:
    """The entry of the key ring in which its password may lie: USER@HOST:PORT/DATABASE, as far as it says them.

    Raises RegistryError.
    """
    found = parameters(url)
    if service := found.get("service"):
        return f"service={service}"
    user, port = found.get("user", ""), found.get("port", "5432")
    return f"{user}@{_host(found)}:{port}/{found.get('dbname', user)}"


def shown(url: str) -> str:
    """Its host and database, fit to be shown. Raises RegistryError."""
    return visible(entry(url).partition("@")[2] or entry(url))


def _parsed(url: str) -> dict[str, str]:
    from psycopg import Error
    from psycopg.conninfo import conninfo_to_dict

    if len(url) > _LONGEST or not url.startswith(("postgresql://", "postgres://")) or not url.isprintable():
        raise RegistryError("The registry's address is none.", "It begins with postgresql:// and holds no blanks.")
    try:
        # libpq takes user:@host for no password at all; what comes behind may be one that was forgotten.
        if urlsplit(url).password is not None:
            raise RegistryError("The registry's address holds a secret (password).", OTHERWISE)
        found = conninfo_to_dict(url)
    except (Error, ValueError):
        found = None
    if found is None:  # outside of the handler: libpq's sentence quotes what it could not read
        raise RegistryError(
            "The registry's address cannot be read.", "Write it as postgresql://ROLE@HOST/DATABASE; a sign is %XX."
        )
    return {name: str(value) for name, value in found.items() if value is not None}


def _host(found: dict[str, str]) -> str:
    """Where it goes, as libpq finds it."""
    return (
        found.get("hostaddr")
        or os.environ.get("PGHOSTADDR", "")
        or found.get("host")
        or (_of_service(found["service"]).get("host", "") if "service" in found else "")
        or os.environ.get("PGHOST", "")
    )


def _within_this_machine(found: dict[str, str]) -> bool:
    """Whether what is said stays within this machine: sockets of the file system, and the loopback."""
    return all(map(_local, _host(found).split(",")))


def _local(host: str) -> bool:
    if not host or host.startswith(("/", "@")) or host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _says_tls_elsewhere(service: str | None) -> bool:
    if service is None:
        return "PGSSLMODE" in os.environ
    return "sslmode" in _of_service(service)


def _of_service(name: str) -> dict[str, str]:
    """What the user's own service file says of a service: libpq reads it itself, and tells nobody whether TLS is said.

    Nothing of a service that stands elsewhere.
    """
    place = Path(os.environ.get("PGSERVICEFILE") or Path.home() / ".pg_service.conf")
    try:
        if not place.is_file() or place.stat().st_size > _LONGEST_FILE:
            return {}
        lines = place.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return {}
    found: dict[str, str] = {}
    within = False
    for line in map(str.strip, lines):
        if line.startswith("["):
            if within:
                break
            within = line == f"[{name}]"
        elif within and "=" in line and not line.startswith("#"):
            key, _sign, value = line.partition("=")
            found[key.strip()] = value.strip()
    return found
