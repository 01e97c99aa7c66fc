"""Which files are the sources of a release, and a clean copy of them to build from.

A build never reads the folder that people work in: a file that lies about there must not come into a package.
Runs on the bare interpreter.
"""

import os
import shutil
from pathlib import Path

from epoch import ROOT, git

LEFT_OUT = ("tests/captures/",)
"""What was recorded of other people's machines, serials masked; the tests that read it skip where it is not there."""
_NO_SOURCES = {".git", ".venv", "build", "dist"}
_CACHES = {"__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", ".import_linter_cache"}


def files(root: Path = ROOT) -> list[str]:
    """The paths of the sources below the root, sorted: what git does not ignore; without git, all but build outputs."""
    listed = None
    if (root / ".git").exists():
        listed = git(root, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    names = listed.split("\0") if listed is not None else _walked(root)
    return sorted(
        {name for name in names if name and not name.startswith(LEFT_OUT) and (root / name).is_file()},
    )


def state(root: Path = ROOT) -> tuple[str, list[str]]:
    """The commit, "" where nobody knows it; and the files that differ from it or are not in it."""
    commit = git(root, "rev-parse", "HEAD") if (root / ".git").exists() else None
    changed = git(root, "status", "--porcelain", "-z", "--no-renames") or ""
    return commit or "", [line[3:] for line in changed.split("\0") if len(line) > 3] if commit else []


def copy(target: Path, root: Path = ROOT, *, backwards: bool = False) -> None:
    """Copies the sources into a new folder, with fixed rights, in either order. Raises OSError."""
    for name in files(root)[:: -1 if backwards else 1]:
        there = target / name
        there.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(root / name, there)
        there.chmod(0o755 if (root / name).stat().st_mode & 0o100 else 0o644)


def _walked(root: Path) -> list[str]:
    found = []
    for path, folders, names in os.walk(root):
        top = Path(path) == root
        folders[:] = [one for one in folders if one not in _CACHES and not (top and one in _NO_SOURCES)]
        found += [(Path(path) / name).relative_to(root).as_posix() for name in names if name != "PKG-INFO" or not top]
    return found
