"""What a compiler makes of one input, kept in pytest's cache: most of what these tests would cost.

A name is the digest of all that goes in, the compiler's version too, so that nothing kept can stand for another
input; `pytest --cache-clear` has everything made again.
"""

import os
import subprocess
from collections.abc import Callable, Iterable
from functools import cache
from hashlib import sha256
from pathlib import Path


@cache
def compiler_version(compiler: str) -> str:
    """What the compiler says of itself, its target too."""
    return subprocess.run([compiler, "-v"], check=True, capture_output=True, text=True).stderr


class Keeper:
    """A folder of files that are made where they are not there yet; many processes may share it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def file(self, name: str, inputs: Iterable[str], make: Callable[[Path], object]) -> Path:
        """The file for these inputs. `make` writes it to a path; what it raises passes, and nothing is kept."""
        digest = sha256()
        for one in inputs:
            data = one.encode()
            digest.update(f"{len(data)}\n".encode() + data)  # with its length: no two lists give one joint text
        kept = self._folder / f"{digest.hexdigest()}-{name}"
        if not kept.exists():
            own = self._folder / f"{os.getpid()}-{kept.name}"
            try:
                make(own)
                own.replace(kept)  # another process finds all of it or nothing
            finally:
                own.unlink(missing_ok=True)
        return kept
