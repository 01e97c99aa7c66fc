"""The program's own files, held against what was recorded when they were released and installed.

Reference data against the digests that lie beside them; the program's modules against the list that its installer
wrote (RECORD of the Python packaging standards, "Recording installed projects"). A program that is run from its
sources, or that was packed into one file, has no such list, and that is said.
"""

import base64
import hashlib
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path
from typing import Protocol

from gpu_inspector.errors import DataError
from gpu_inspector.probes.untrusted import clean
from gpu_inspector.records import released
from gpu_inspector.records.program import ProgramReading

NAME = "gpu-inspector"
MOST_NAMED = 20
MOST_FILES = 20_000
"""Entries of the installer's list that are looked at; the program has about a thousand."""
_ALGORITHMS = frozenset({"sha256", "sha384", "sha512"})


class Recorded(Protocol):
    """One line of the installer's list."""

    @property
    def hash(self) -> metadata.FileHash | None:
        """Its digest, None where none was recorded."""

    def locate(self) -> object:
        """Where the file was put."""


def read(package: Path | None = None, recorded: Iterable[Recorded] | None = None) -> ProgramReading:
    """What differs; never fails. `package` is the running package's folder, `recorded` the installer's list."""
    changed: tuple[str, ...] | None = None
    trouble = ""
    try:
        changed = tuple(clean(name) for name in released.deviating()[:MOST_NAMED])
    except DataError as error:
        trouble = error.message
    folder = package or Path(__file__).resolve().parents[1]
    files, count = _of_installer(folder, _listed() if recorded is None else recorded)
    return ProgramReading(data_changed=changed, data_trouble=trouble, files_changed=files, files_recorded=count)


def _listed() -> Iterable[Recorded]:
    try:
        return metadata.files(NAME) or ()
    except metadata.PackageNotFoundError:
        return ()


def _of_installer(package: Path, recorded: Iterable[Recorded]) -> tuple[tuple[str, ...], int]:
    """Files of the running package that differ from the list, and how many of it are on the list at all."""
    changed: list[str] = []
    listed: set[Path] = set()
    for number, entry in enumerate(recorded):
        if number >= MOST_FILES:
            break
        place = Path(str(entry.locate()))
        # A list of another copy than the one that runs says nothing of it.
        if entry.hash is None or entry.hash.mode not in _ALGORITHMS or not place.is_relative_to(package):
            continue
        listed.add(place)
        if _digest(place, entry.hash.mode) != entry.hash.value:
            changed.append(place.relative_to(package).as_posix())
    if not listed:
        return (), 0
    # A module that nobody installed can be imported as well as one that was changed.
    more = (path for path in package.rglob("*.py") if path not in listed)
    changed += [path.relative_to(package).as_posix() for path in more]
    return tuple(clean(name) for name in sorted(changed)[:MOST_NAMED]), len(listed)


def _digest(path: Path, algorithm: str) -> str:
    """As the list writes it: base64 without its padding; "" where the file cannot be read."""
    try:
        found = hashlib.new(algorithm, path.read_bytes(), usedforsecurity=False).digest()
    except OSError:
        return ""
    return base64.urlsafe_b64encode(found).decode("ascii").rstrip("=")
