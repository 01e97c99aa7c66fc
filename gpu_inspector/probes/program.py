"""The program's own files, held against what was recorded when they were released and installed.

Reference data against the digests that lie beside them; the program's modules against the list that its installer
wrote (RECORD of the Python packaging standards, "Recording installed projects"). A program that is run from its
sources has no such list, and that is said. A packed program has one, and another of the CUDA parts that it takes as a
second download: those that it was released with, so that other parts in their place are noticed.
"""

import base64
import hashlib
from collections.abc import Iterable
from importlib import metadata
from itertools import islice
from pathlib import Path
from typing import Protocol

from gpu_inspector import platforms
from gpu_inspector.errors import DataError
from gpu_inspector.probes.untrusted import clean
from gpu_inspector.records import released
from gpu_inspector.records.program import ProgramReading

NAME = "gpu-inspector"
MOST_NAMED = 20
MOST_FILES = 20_000
"""Entries of the installer's list that are looked at; the program has about a thousand."""
CUDA_LIST = "CUDA-RECORD"
"""The list of the CUDA parts, in the packed program's metadata."""
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
    parts = platforms.cuda_folder() if recorded is None else None
    if parts is not None:
        more, number = of_cuda(parts, _cuda_listed())
        files, count = (*files, *more)[:MOST_NAMED], count + number
    return ProgramReading(data_changed=changed, data_trouble=trouble, files_changed=files, files_recorded=count)


def of_cuda(folder: Path, listed: str) -> tuple[tuple[str, ...], int]:
    """Files of the CUDA parts that differ from the list, are missing or were added, as "cuda/..."; how many it has."""
    wanted = {}
    for line in listed.splitlines()[:MOST_FILES]:
        name, _, rest = line.partition(",sha256=")
        wanted[name] = rest.partition(",")[0]
    changed = [name for name, digest in wanted.items() if _digest(folder / name, "sha256") != digest]
    there = (path.relative_to(folder).as_posix() for path in _below(folder))
    changed += [name for name in islice(there, MOST_FILES) if name not in wanted]
    return tuple(clean(f"{folder.name}/{name}") for name in sorted(changed)[:MOST_NAMED]), len(wanted)


def _below(folder: Path) -> Iterable[Path]:
    return (path for path in folder.rglob("*") if not path.is_dir() or path.is_symlink())


def _cuda_listed() -> str:
    try:
        return metadata.distribution(NAME).read_text(CUDA_LIST) or ""
    except (metadata.PackageNotFoundError, OSError, UnicodeDecodeError):
        return ""


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
        with path.open("rb") as file:
            found = hashlib.file_digest(file, algorithm).digest()
    except OSError:
        return ""
    return base64.urlsafe_b64encode(found).decode("ascii").rstrip("=")
