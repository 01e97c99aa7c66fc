"""The file of `audit --ssh`: one host a line, as people write it; every fault is named with its line.

# [user@]host[:port] [node-name] [python=PATH]
audit@gpu01.example.org
gpu02:2222 rack3-unit7 python=/opt/gpu-inspector/bin/python
[2001:db8::7]:22 rack3-unit8
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from gpu_inspector.cluster.engine import MOST_NODES
from gpu_inspector.cluster.fleet import word
from gpu_inspector.errors import ClusterError
from gpu_inspector.language import N_

LARGEST_FILE = 4 * 1024 * 1024
NODE_NAME = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,118}[A-Za-z0-9_])?")
_MOST_FAULTS = 10
_LONGEST_QUOTE = 80
_ADDRESS = re.compile(
    r"(?:(?P<user>[A-Za-z0-9_][A-Za-z0-9_.-]{0,63})@)?"
    r"(?:\[(?P<six>[0-9A-Fa-f:.]{2,45}(?:%[A-Za-z0-9_.-]{1,32})?)\]|(?P<host>[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,252})))"
    r"(?::(?P<port>[0-9]{1,5}))?"
)
_PYTHON = "python="
_PATH = re.compile(r"[A-Za-z0-9_./+@~-]{1,400}")
_LARGEST_PORT = 65535


@dataclass(frozen=True, slots=True)
class Host:
    """One machine, as the file says it; where it says nothing, ssh's own configuration does."""

    name: str
    """Of the node; the host where the file names none."""
    host: str
    user: str = ""
    port: int = 0
    python: str = ""


def read(data: bytes) -> tuple[Host, ...]:
    """The hosts in their order. Raises ClusterError, which names every line that is none."""
    if len(data) > LARGEST_FILE:
        raise ClusterError("The file of hosts is larger than 4 MiB.")
    try:
        lines = data.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise ClusterError("The file of hosts is no text in UTF-8.") from error
    hosts: list[Host] = []
    faults: list[str] = []
    names: dict[str, int] = {}
    for number, line in enumerate(lines, 1):
        words = line.partition("#")[0].split()
        if not words:
            continue
        found = _host(words)
        if isinstance(found, str):
            faults.append(N_(f"line {number}: {found}"))
        elif (first := names.setdefault(found.name, number)) != number:
            faults.append(N_(f"line {number}: the node {found.name} stands in line {first} already"))
        else:
            hosts.append(found)
    if faults:
        raise ClusterError(f"The file of hosts cannot be used: {_listed(faults)}", _FORM)
    if not hosts:
        raise ClusterError("The file of hosts names no host.", _FORM)
    if len(hosts) > MOST_NODES:
        raise ClusterError(f"The file of hosts names {len(hosts):,} hosts; at most {MOST_NODES:,} are audited at once.")
    return tuple(hosts)


_FORM = N_("One host a line: [user@]host[:port] [node name] [python=PATH]; what follows a # is a remark.")


def _host(words: list[str]) -> Host | str:
    """One line's host, or what is wrong with it."""
    where = _ADDRESS.fullmatch(words[0])
    if where is None:
        return N_(f"“{word(words[0], _LONGEST_QUOTE)}” is no [user@]host[:port]")
    port = int(where["port"] or 0)
    if where["port"] and not 0 < port <= _LARGEST_PORT:
        return N_(f"there is no port {word(where['port'])}")
    name = host = where["six"] or where["host"]
    python = ""
    rest = words[1:]
    if rest and not rest[0].startswith(_PYTHON):
        name = rest.pop(0)
    elif where["six"]:
        return N_("a host by its IPv6 address needs a name for its node")
    if not NODE_NAME.fullmatch(name):
        return N_(f"“{word(name, _LONGEST_QUOTE)}” is no name of a node (letters, digits, - . _; at most 120)")
    if rest and rest[0].startswith(_PYTHON):
        python = rest.pop(0).removeprefix(_PYTHON)
        if not _PATH.fullmatch(python) or python.startswith("-"):
            return N_(f"“{word(python, _LONGEST_QUOTE)}” is no path of a Python")
    if rest:
        return N_(f"“{word(rest[0], _LONGEST_QUOTE)}” is one word too many")
    return Host(name, host, where["user"] or "", port, python)


def _listed(faults: list[str]) -> str:
    shown = "; ".join(faults[:_MOST_FAULTS])
    return f"{shown}; …" if len(faults) > _MOST_FAULTS else f"{shown}."
