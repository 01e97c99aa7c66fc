"""The certificates of an audit's machines: whoever may join a Dask scheduler may run programs on its workers.

Over plain TCP that is everybody on the network, and no password stands before it. With TLS it is who holds a key that
the given authority signed. What this program starts by itself always speaks TLS, with a key made for this one audit.
"""

from __future__ import annotations

import ipaddress
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from gpu_inspector.cluster import dask_setup
from gpu_inspector.errors import ClusterError

_FIELDS = ("tls_ca_file", "tls_scheduler_cert", "tls_scheduler_key", "tls_worker_cert", "tls_worker_key")
_LARGEST_PEM = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Tls:
    """Files in PEM: the authority, and this machine's own certificate and key."""

    ca: Path
    cert: Path
    key: Path

    def security(self) -> Any:
        """Dask's own object. Raises ClusterError where a file cannot be read or is none."""
        dask = dask_setup.prepare()
        ca, cert, key = (_pem(path) for path in (self.ca, self.cert, self.key))
        roles = ("client", "scheduler", "worker")
        files = {f"tls_{role}_{kind}": text for role in roles for kind, text in (("cert", cert), ("key", key))}
        made = dask.Security(require_encryption=True, tls_ca_file=ca, **files)
        try:
            made.get_connection_args("client")
        except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
            raise ClusterError(
                f"The certificate or key for the machines of the audit cannot be used ({error}).",
                "Give --tls-ca, --tls-cert and --tls-key as PEM files that belong together.",
            ) from error
        return made


def _pem(path: Path) -> str:
    try:
        with path.open("rb") as file:
            text = file.read(_LARGEST_PEM).decode("ascii")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "no text"
        raise ClusterError(f"The file {path} cannot be read ({reason}).", "Name a PEM file.") from error
    if "-----BEGIN" not in text:
        raise ClusterError(f"The file {path} holds no certificate and no key.", "Name a PEM file.")
    return text


def temporary() -> Any:
    """A key and certificate for one audit, in memory alone: Dask's own object."""
    return dask_setup.prepare().Security.temporary()


def handed_on(security: Any) -> str:
    """One line with what a process of ours needs to join: it goes through a pipe, never through a command line."""
    return json.dumps({field: getattr(security, field) for field in _FIELDS})


def taken_over(line: str) -> Any:
    """The object that `handed_on` wrote. Raises ValueError where it is none."""
    found = json.loads(line)
    if not isinstance(found, dict) or set(found) != set(_FIELDS):
        raise ValueError("no certificates")
    return dask_setup.prepare().Security(require_encryption=True, **found)


def open_to_others(address: str) -> bool:
    """Whether a scheduler there can be joined, and so made to run programs, by whoever reaches it over the network."""
    parts = urlsplit(address)
    if parts.scheme == "tls":
        return False
    try:
        return not ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return parts.hostname != "localhost"
