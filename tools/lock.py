"""Writes the lock files: every package, pinned with the digests of all its files, and no package host.

`requirements.lock` is the program's own with the developers' tools; `packaging/requirements.lock` is what its packages
are made with, and `docs/requirements.lock` what the manual is made with; each runs in an environment of its own.
Uses uv's resolver in a throw-away environment; uv is no dependency of the project.
"""

import subprocess
import sys
import tempfile
import tomllib
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = {
    "requirements.lock": ("--extra", "dev", "--extra", "cuda12", "--extra", "cluster"),
    "packaging/requirements.lock": ("--only-extra", "packaging"),
    "docs/requirements.lock": ("--only-extra", "manual"),
}


def main() -> int:
    """Exit status of the resolver."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = str(Path(folder) / "bin" / "python")
        subprocess.run([python, "-m", "pip", "install", "-q", "uv"], check=True)
        return max(_lock(python, name, extras) for name, extras in LOCKS.items())


def _lock(python: str, name: str, extras: tuple[str, ...]) -> int:
    if extras[0] == "--only-extra":
        return _lock_extra(python, name, extras[1])
    return _compile(python, name, "pyproject.toml", extras)


def _lock_extra(python: str, name: str, extra: str) -> int:
    """The packages of one extra without those of the program itself."""
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    with tempfile.TemporaryDirectory() as folder:
        given = Path(folder) / "wanted.in"
        given.write_text("\n".join(wanted[extra]) + "\n", encoding="utf-8")
        return _compile(python, name, str(given), ())


def _compile(python: str, name: str, given: str, extras: tuple[str, ...]) -> int:
    return subprocess.run(
        [
            *(python, "-m", "uv", "pip", "compile", given, *extras),
            *("--universal", "--python-version", "3.11", "--generate-hashes"),
            *("--no-emit-index-url", "--no-emit-find-links", "--no-annotate"),
            *("--custom-compile-command", "make lock", "-q", "-o", name),
        ],
        cwd=ROOT,
        check=False,
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
