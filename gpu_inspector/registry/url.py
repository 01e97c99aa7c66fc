"""The address of a registry taken apart: what of libpq's many parameters is let in, and what is never said again.

It is read by libpq's own parser, so that what is looked at here is what is connected with. A secret has no place in an
address, which stands in settings, in lists of processes and in logs; one that holds a secret is refused, and no
sentence quotes an address that could not be read.
"""

import ipaddress
import os
import stat
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from gpu_inspector.addresses import SECRET
from gpu_inspector.errors import RegistryError
from gpu_inspector.language import N_, visible

OTHERWISE = N_(
    "Give the password in a service file, in ~/.pgpass or in the system's key ring, or use a client certificate"
    " (sslcert=, sslkey=)."
)
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
    if secret := SECRET & found.keys():
        raise RegistryError(f"The registry's address holds a secret ({min(secret)}).", OTHERWISE)
    if ":" in found.get("user", ""):  # "user%3Asecret@" is one long name to libpq, which would be sent in the open
        raise RegistryError("The registry's address holds a secret (password).", OTHERWISE)
    if foreign := sorted(found.keys() - _KNOWN):
        raise RegistryError(
            f"The registry's address holds “{foreign[0]}”, which is not for an address to say.", "Take it out."
        )
    service = _service(found)
    if "sslmode" not in found and not _says_tls_elsewhere(service):
        found["sslmode"] = "prefer" if _within_this_machine(found, service) else "verify-full"
    return found


def entry(url: str) -> str:
    """The entry of the key ring in which its password may lie: USER@HOST:PORT/DATABASE, as far as it says them.

    Raises RegistryError.
    """
    found = parameters(url)
    if service := found.get("service"):
        return f"service={service}"
    user, port = found.get("user", ""), found.get("port", "5432")
    return f"{user}@{_host(found, {})}:{port}/{found.get('dbname', user)}"


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


def _host(found: dict[str, str], service: dict[str, str]) -> str:
    """Where it goes, as libpq finds it: the address goes before the service, and that before the environment."""
    for name, variable in (("hostaddr", "PGHOSTADDR"), ("host", "PGHOST")):
        if said := found.get(name) or service.get(name) or os.environ.get(variable, ""):
            return said
    return ""


def _within_this_machine(found: dict[str, str], service: dict[str, str] | None) -> bool:
    """Whether what is said stays within this machine: sockets of the file system, and the loopback.

    A service that cannot be read here, which libpq may yet find, goes who knows where.
    """
    return service is not None and all(map(_local, _host(found, service).split(",")))


def _local(host: str) -> bool:
    if not host or host.startswith(("/", "@")) or host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _says_tls_elsewhere(service: dict[str, str] | None) -> bool:
    return service is not None and ("sslmode" in service or (not service and "PGSSLMODE" in os.environ))


def _service(found: dict[str, str]) -> dict[str, str] | None:
    """What the service says that the address or the environment names; nothing where none is named.

    libpq reads it itself, and tells nobody whether TLS is said. None where it stands in a file that only libpq finds,
    or in a directory (LDAP). Raises RegistryError for a password that others may read.
    """
    name = found.get("service") or os.environ.get("PGSERVICE", "")
    if not name:
        return {}
    places = [Path(os.environ.get("PGSERVICEFILE") or Path.home() / ".pg_service.conf")]
    if folder := os.environ.get("PGSYSCONFDIR"):
        places.append(Path(folder) / "pg_service.conf")
    for path in places:
        if (said := _of_service(path, name)) is not None:
            if any(key.startswith("ldap") for key in said):
                return None
            _require_private(path, said)
            return said
    return None


def _of_service(path: Path, name: str) -> dict[str, str] | None:
    """What this file says of a service; None where it is not in it."""
    try:
        if not path.is_file() or path.stat().st_size > _LONGEST_FILE:
            return None
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return None
    found: dict[str, str] | None = None
    for line in map(str.strip, lines):
        if line.startswith("["):
            if found is not None:
                break
            found = {} if line == f"[{name}]" else None
        elif found is not None and "=" in line and not line.startswith("#"):
            key, _sign, value = line.partition("=")
            found[key.strip()] = value.strip()
    return found


def _require_private(path: Path, said: dict[str, str]) -> None:
    """libpq looks at who may read a password file, and not at who may read a service file with a password in it."""
    if os.name == "posix" and SECRET & said.keys():
        with suppress(OSError):
            if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
                raise RegistryError(f"Others may read the password in {path}.", f"Run: chmod 600 {path}")
