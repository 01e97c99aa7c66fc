"""With which program and which reference data this machine works, as digests that two machines can compare.

The digest is over the program's files as they lie on the disk, by names that are the same in a checkout and in a
wheel. What tells it is the program itself, so a whole other program would say what it likes: it finds half an update,
a mended row, an older wheel on one node of two hundred, and no forger.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from gpu_inspector import resources
from gpu_inspector.errors import DataError
from gpu_inspector.records.catalogue import load
from gpu_inspector.records.node import Program
from gpu_inspector.version import build

DATA = "data"
_SPOKEN = ("languages", "icons", "samples")
"""Folders of the data that neither measure nor judge anything."""


@cache
def mine() -> Program:
    """This machine's; the same as long as the process lives. Raises DataError where its files cannot be read."""
    catalogue = load()
    return Program(
        build=build(),
        sha256=digest_of(*_places()),
        reference_version=catalogue.version,
        reference_sha256=catalogue.sha256,
    )


def changed() -> bool:
    """Whether the files on the disk are others now than when this process first looked: it may run half of each.

    Raises DataError where they cannot be read.
    """
    return digest_of(*_places()) != mine().sha256


def _places() -> tuple[Path, Path]:
    return Path(__file__).resolve().parents[1], resources.root()


def digest_of(package: Path, data: Path) -> str:
    """SHA-256 over names and contents of the program's files. Raises DataError where one cannot be read."""
    whole = hashlib.sha256()
    files = dict(_files(package, data))
    if not any(name.endswith(".py") for name in files):
        files["executable"] = Path(sys.executable)  # a packed program holds its modules inside
    for name in sorted(files):
        try:
            content = hashlib.sha256(files[name].read_bytes()).hexdigest()
        except OSError as error:
            raise DataError(
                f"The program's file {files[name]} cannot be read ({error.strerror}).",
                "Install GPU Inspector again from a whole package.",
            ) from error
        whole.update(f"{content}  {name}\n".encode("utf-8", "backslashreplace"))
    return whole.hexdigest()


def _files(package: Path, data: Path) -> Iterator[tuple[str, Path]]:
    for path in package.rglob("*"):
        inside = path.relative_to(package)
        if inside.parts[0] == DATA or "__pycache__" in inside.parts or path.suffix == ".pyc" or not path.is_file():
            continue
        yield inside.as_posix(), path
    for path in data.rglob("*"):
        inside = path.relative_to(data)
        if inside.parts[0] not in _SPOKEN and path.is_file():
            yield f"{DATA}/{inside.as_posix()}", path
