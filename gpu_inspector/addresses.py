"""Addresses of services as people write them into settings: what they are, and that no secret stands in one.

Settings are read by whoever may read the file, and are shown in lists of processes and in logs. What libpq itself makes
of a registry's address is looked at once more where it is used (`registry/url.py`); this is told while somebody types.
"""

import re
from urllib.parse import unquote, urlsplit

from gpu_inspector.language import N_

SECRET = frozenset({"password", "sslpassword", "scram_client_key", "scram_server_key", "oauth_client_secret"})
"""What of libpq's parameters is a secret."""
_LONGEST = 4096
_NO_PASSWORD = N_("must not hold a password")


def require_service(address: str) -> None:
    """Raises ValueError where it is no address of a service; a name with a password is none that belongs in a file."""
    if not address:
        return
    parts = urlsplit(address)
    _ = parts.port  # raises ValueError where it is none
    if parts.scheme not in ("http", "https") or not parts.hostname or any(one.isspace() for one in address):
        raise ValueError("timestamp_url must be an address that begins with http:// or https://")
    if "@" in parts.netloc:
        raise ValueError("timestamp_url must not hold a name and a password")


def registry_fault(address: str) -> str:
    """Why this is no address of a registry, as the end of a sentence that holds nothing of it; "" where it is one."""
    if not re.match(r"postgres(?:ql)?://", address):
        return N_("must be an address that begins with postgresql://")
    if not address.isprintable() or any(one.isspace() for one in address) or len(address) > _LONGEST:
        return N_("must be one address, without blanks and of ordinary length")
    # A user's name goes up to the first slash for libpq, so that a password may hold a "?".
    if ":" in unquote(address.split("://", 1)[1].partition("/")[0].rpartition("@")[0]):
        return _NO_PASSWORD
    names = {unquote(one.partition("=")[0]).strip().casefold() for one in address.partition("?")[2].split("&")}
    return _NO_PASSWORD if names & SECRET else ""
