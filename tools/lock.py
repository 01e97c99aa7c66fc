"""Writes `requirements.lock`: every package, pinned with the digests of all its files, and no package host.

Uses uv's resolver in a throw-away environment; uv is no dependency of the project.
"""

import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    """Exit status of the resolver."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = Path(folder) / "bin" / "python"
        subprocess.run([str(python), "-m", "pip", "install", "-q", "uv"], check=True)
        return subprocess.run(
            [
                *(str(python), "-m", "uv", "pip", "compile", "pyproject.toml", "--extra", "dev", "--extra", "cuda12"),
                *("--universal", "--python-version", "3.11", "--generate-hashes"),
                *("--no-emit-index-url", "--no-emit-find-links", "--no-annotate"),
                *("--custom-compile-command", "make lock", "-q", "-o", "requirements.lock"),
            ],
            cwd=ROOT,
            check=False,
        ).returncode


if __name__ == "__main__":
    sys.exit(main())
