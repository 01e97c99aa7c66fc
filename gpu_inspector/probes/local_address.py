"""Addresses that a cable of the inspector's leads to: this machine itself, link-local and private ones, nothing beyond.

A management controller is asked because the inspector plugged it in; a name or a redirect must not lead the program
out into a network. A name is looked up once, and whoever connects uses the address that came back.
"""

import ipaddress
import socket
from urllib.parse import SplitResult, urlsplit

from gpu_inspector.errors import ProbeError
from gpu_inspector.language import N_
from gpu_inspector.probes.untrusted import clean

ROOT = "/redfish/v1/"
_LONGEST = 500


def place_of(url: str) -> tuple[SplitResult, str, int]:
    """The parts of the URL, and the local address and port that it leads to. Raises ProbeError where it does not."""
    try:
        split = urlsplit(url)
        port = split.port if split.port is not None else (443 if split.scheme == "https" else 80)
        host = split.hostname or ""
    except ValueError as error:
        raise _no_place(url) from error
    sound = split.scheme in ("http", "https") and host and port and url.isprintable() and " " not in url
    if not sound or len(url) > _LONGEST:
        raise _no_place(url)
    if split.username is not None or split.password is not None:
        raise ProbeError(
            "The address of the management controller holds a user or a password.",
            "Leave them out: they would stand in the record. They are asked for at the terminal.",
        )
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise ProbeError(f"The name {clean(host)} cannot be looked up.", "Write the controller's address.") from error
    addresses = [str(one[4][0]) for one in found]
    if not addresses or not all(map(is_local, addresses)):
        raise ProbeError(
            f"{clean(host)} is no address of this machine or of its own cable.",
            "Only loopback, link-local and private addresses are asked: plug in the controller's port, or save its"
            " answer to a file.",
        )
    return split, addresses[0], port


def is_local(address: str) -> bool:
    """Loopback, link-local (with or without its zone) or private; nothing that a router would send out."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None) or found
    if mapped.is_multicast or mapped.is_unspecified or mapped.is_reserved:
        return bool(mapped.is_loopback)
    return any(mapped.version == net.version and mapped in net for net in _LOCAL)


_LOCAL = tuple(
    map(
        ipaddress.ip_network,
        (
            "127.0.0.0/8",
            "169.254.0.0/16",
            "10.0.0.0/8",
            "172.16.0.0/12",
            "192.168.0.0/16",
            "::1/128",
            "fe80::/10",
            "fc00::/7",
        ),
    )
)
"""RFC 1122, 3927, 1918, 4291 and 4193."""


def _no_place(url: str) -> ProbeError:
    return ProbeError(
        N_(f"“{clean(url, 100)}” is no address of a management controller."),
        N_("Write it as https://169.254.0.17/redfish/v1/"),
    )
