"""Makes `.venv/` with exactly the packages of the lock file, and the project itself, editable.

Runs on the bare interpreter, so it uses the standard library alone.
"""

import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / ".venv"


def main() -> int:
    """Exit status: 0, or 1 with a sentence."""
    if sys.version_info < (3, 11):  # noqa: UP036 - the interpreter of a user's machine may be older
        found = ".".join(map(str, sys.version_info[:2]))
        print(f"GPU Inspector needs Python 3.11 or later; this is {found}. Try: make run PYTHON=python3.12")
        return 1
    print("Setting up .venv (once, or after a change of the lock file) ...", flush=True)
    shutil.rmtree(TARGET, ignore_errors=True)
    try:
        venv.create(TARGET, with_pip=True)
    except subprocess.CalledProcessError:
        print("Python cannot make a virtual environment here. On Debian and Ubuntu: apt install python3-venv")
        return 1
    python = TARGET / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    pip = [str(python), "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    for arguments in (
        ["--require-hashes", "--no-deps", "-r", str(ROOT / "requirements.lock")],
        ["--no-deps", "--no-build-isolation", "--no-index", "-e", str(ROOT)],
    ):
        if subprocess.run([*pip, *arguments], cwd=ROOT, check=False).returncode:
            print("The packages could not be installed. Is there a network, or a package index that pip knows?")
            return 1
    (TARGET / ".ready").touch()
    return 0


if __name__ == "__main__":
    sys.exit(main())
