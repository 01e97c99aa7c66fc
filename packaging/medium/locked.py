"""Prints the lines of the lock file that the program needs on the medium: its own packages, with their digests.

The lock file holds the developers' tools as well. What belongs to the program is asked of the packages installed here,
which are exactly those of the lock file.
"""
# ruff: noqa: T201

import argparse
import importlib.metadata
import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from packaging.markers import Marker
from packaging.requirements import Requirement

PROGRAM = "gpu-inspector"
NOT_NEEDED = frozenset({PROGRAM, "pip"})
"""`pip` is named by a package for a command of its own; nothing can be installed on a read-only medium."""


def same(name: str) -> str:
    """A package's name as the index normalises it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def needed(name: str, extras: Iterable[str], target: Mapping[str, str] | None = None) -> frozenset[str]:
    """The names of everything that a package needs, itself among them. Raises PackageNotFoundError.

    `target` holds what differs from this interpreter where the packages are for another one.
    """
    found: dict[str, set[str]] = {}
    waiting = [(same(name), frozenset(extras))]
    while waiting:
        package, asked = waiting.pop()
        if package in found and asked <= found[package]:
            continue
        found.setdefault(package, set()).update(asked)
        for line in importlib.metadata.requires(package) or ():
            wanted = Requirement(line)
            marker = wanted.marker
            if marker is None or any(marker.evaluate({**(target or {}), "extra": extra}) for extra in (*asked, "")):
                waiting.append((same(wanted.name), frozenset(wanted.extras)))
    return frozenset(found)


def entries(lock: str) -> dict[str, list[str]]:
    """Each package's own entries of a lock file, whole: the name's line with the lines of digests that follow it."""
    whole = re.split(r"\n(?=[A-Za-z0-9])", "\n" + re.sub(r"(?m)^\s*#.*\n", "", lock))
    found: dict[str, list[str]] = {}
    for entry in whole:
        match = re.match(r"([A-Za-z0-9][A-Za-z0-9._-]*)==", entry.strip())
        if match:
            found.setdefault(same(match[1]), []).append(entry.strip())
    return found


def for_version(version: str) -> dict[str, str]:
    """What differs for CPython of that version ("3.12"), on the system and machine of this one."""
    return {"python_version": version, "python_full_version": f"{version}.0", "implementation_version": f"{version}.0"}


def without_condition(entry: str, target: Mapping[str, str]) -> str:
    """The entry as it holds for that interpreter, with its condition taken off; "" where it does not hold."""
    match = re.match(r"([^\s;]+)\s*;\s*([^\\]+)(.*)", entry, re.DOTALL)
    if not match:
        return entry
    return f"{match[1]} {match[3]}" if Marker(match[2].strip()).evaluate(dict(target)) else ""


def main() -> int:
    """Exit status: 0, or 1 with a sentence where the lock file lacks a package."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cuda", choices=("yes", "no"), default="yes")
    parser.add_argument("--for", dest="version", metavar="3.12", help="only what CPython of that version needs")
    parser.add_argument("lock", type=Path)
    asked = parser.parse_args()
    locked = entries(asked.lock.read_text(encoding="utf-8"))
    target = for_version(asked.version) if asked.version else {}
    try:
        names = sorted(needed(PROGRAM, ("cuda12",) if asked.cuda == "yes" else (), target) - NOT_NEEDED)
    except importlib.metadata.PackageNotFoundError as error:
        print(f"What {error.name} needs cannot be asked, since it is not installed here", file=sys.stderr)
        return 1
    missing = [name for name in names if name not in locked]
    if missing:
        print(f"The lock file does not hold: {', '.join(missing)}", file=sys.stderr)
        return 1
    held = (entry for name in names for entry in locked[name])
    print("\n".join(filter(None, (without_condition(entry, target) for entry in held)) if asked.version else held))
    return 0


if __name__ == "__main__":
    sys.exit(main())
