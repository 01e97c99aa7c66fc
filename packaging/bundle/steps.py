"""Steps that the portable folder and its second download share: names, lists of files, compiled modules."""

import base64
import hashlib
import os
import platform
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NAME = "gpu-inspector"


class NotBuilt(Exception):
    """The folder cannot be built; the text is one sentence that says what is missing."""


def system() -> str:
    """As file names have it: "linux-x86_64"."""
    return f"{sys.platform}-{platform.machine().lower()}"


def version() -> str:
    """The program's, read without importing it."""
    text = (ROOT / "gpu_inspector" / "__init__.py").read_text(encoding="utf-8")
    return text.partition('__version__ = "')[2].partition('"')[0]


def compiled(folder: Path) -> None:
    """Compile all modules below a folder. Raises NotBuilt.

    The compiled files bear their source's digest in place of its time: the same bytes each time, and a source that was
    changed is compiled anew in place of being passed over.
    """
    call = [sys.executable, "-m", "compileall", "-q", "-s", str(folder), "--invalidation-mode"]
    run([*call, "checked-hash", str(folder)], os.environ | {"PYTHONHASHSEED": "0"}, "A module could not be compiled.")


def recorded(path: Path, folder: Path) -> str:
    """A file's line in a list of installed files: path, digest, size."""
    data = path.read_bytes()
    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode("ascii").rstrip("=")
    return f"{path.relative_to(folder).as_posix()},sha256={digest},{len(data)}"


def without_scripts(folder: Path) -> None:
    """Take out of the libraries' lists what lies outside of the folder: commands of the environment it was made in.

    They are not part of it, and their digests tell of that environment's place.
    """
    for record in sorted(folder.glob("*.dist-info/RECORD")):
        lines = record.read_text(encoding="utf-8").splitlines(keepends=True)
        record.write_text("".join(one for one in lines if not one.startswith("../")), encoding="utf-8", newline="")


def run(call: list[str], surroundings: dict[str, str], trouble: str) -> None:
    """Run a command in the project's folder. Raises NotBuilt with `trouble` where it fails."""
    if subprocess.run(call, cwd=ROOT, env=surroundings, check=False).returncode:
        raise NotBuilt(trouble)
