"""Makes the environments that packages are built in, each with exactly the packages of a lock file.

    python3 packaging/environment.py packaging            what packages are made with (packaging/requirements.lock)
    python3 packaging/environment.py manual               what the manual is made with (docs/requirements.lock)
    python3 packaging/environment.py runtime [--cuda]     what the program needs while it runs (of requirements.lock)
    python3 packaging/environment.py bundle               both, as PyInstaller must see them

prints the path of that environment's interpreter. Every package is held against its digest in the lock file, and
nothing that is not in the lock file comes in. An environment is made once; it is made anew when its packages, the
interpreter or its place have changed. Runs on the bare interpreter, so it uses the standard library alone; to tell the
program's own packages from the developers' tools it asks `.venv`, which `make` sets up.
"""
# ruff: noqa: T201

import argparse
import contextlib
import hashlib
import os
import re
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = Path(os.environ.get("GPU_INSPECTOR_BUILD") or ROOT / "build").absolute()
"""Where environments and downloads are kept; several copies of the sources may share one."""
MAKER_OF_BUNDLES = ("altgraph", "packaging", "pyinstaller", "pyinstaller-hooks-contrib", "setuptools")
"""PyInstaller with what it needs on Linux; it must see the packages that it packs."""
WINDOWS_TOO = ("pefile", "pywin32-ctypes")


class NotReady(Exception):
    """An environment cannot be made; the text is one sentence that says what is missing."""


def packaging() -> Path:
    """The interpreter of `build/packaging-env`. Raises NotReady."""
    return made("packaging-env", _text(ROOT / "packaging" / "requirements.lock"))


def manual() -> Path:
    """The interpreter of `build/manual-env`. Raises NotReady."""
    return made("manual-env", _text(ROOT / "docs" / "requirements.lock"))


def runtime(*, cuda: bool = False) -> Path:
    """The interpreter of `build/runtime-env`, or of `build/runtime-env-cuda` with CUDA's packages. Raises NotReady."""
    return made("runtime-env-cuda" if cuda else "runtime-env", runtime_lines(cuda=cuda), installer=False)


def bundle() -> Path:
    """The interpreter of `build/bundle-env`: the program's packages and PyInstaller. Raises NotReady.

    Where both lock files pin a package, the program's own pin counts.
    """
    own = runtime_lines()
    tools = entries(_text(ROOT / "packaging" / "requirements.lock"))
    here = entries(own)
    wanted = MAKER_OF_BUNDLES + (WINDOWS_TOO if os.name == "nt" else ())
    absent = [name for name in wanted if name not in tools]
    if absent:
        raise NotReady(f"packaging/requirements.lock does not hold {', '.join(absent)}: make lock.")
    more = [entry for name in wanted if name not in here for entry in tools[name]]
    return made("bundle-env", own + "\n".join(more) + "\n")


def runtime_lines(*, cuda: bool = False, version: str = "") -> str:
    """The lines of requirements.lock that the program needs while it runs. Raises NotReady.

    With a version ("3.12") those that it needs with that Python, without conditions.
    """
    python = interpreter(ROOT / ".venv")
    if not python.is_file():
        raise NotReady("There is no .venv yet, which tells the program's packages from the tools: make .venv/.ready.")
    chooser = ROOT / "packaging" / "medium" / "locked.py"
    chosen = ["--for", version] if version else []
    asked = [str(python), str(chooser), "--cuda", "yes" if cuda else "no", *chosen, str(ROOT / "requirements.lock")]
    done = subprocess.run(asked, capture_output=True, text=True, check=False, cwd=ROOT)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise NotReady(f"The program's packages cannot be told from the lock file ({last}).")
    return done.stdout


def entries(lock: str) -> dict[str, list[str]]:
    """Each package's entries of a lock file, by its name: the line of the pin with its digests' lines."""
    found: dict[str, list[str]] = {}
    for entry in re.split(r"\n(?=[A-Za-z0-9])", "\n" + re.sub(r"(?m)^\s*#.*\n", "", lock)):
        match = re.match(r"([A-Za-z0-9][A-Za-z0-9._-]*)==", entry.strip())
        if match:
            found.setdefault(re.sub(r"[-_.]+", "-", match[1]).lower(), []).append(entry.strip())
    return found


def interpreter(folder: Path) -> Path:
    """Where a virtual environment has its interpreter on this system."""
    return folder / "Scripts" / "python.exe" if os.name == "nt" else folder / "bin" / "python"


def made(name: str, lines: str, *, installer: bool = True) -> Path:
    """The interpreter of the environment `build/NAME` that holds exactly these lines' packages. Raises NotReady.

    Without the installer, pip and what it came with are taken out again at the end.
    """
    if sys.version_info < (3, 11):  # noqa: UP036 - the interpreter of a builder's machine may be older
        raise NotReady("Packages are built with Python 3.11 or later: make ... PYTHON=python3.12.")
    folder = BUILD / name
    state = hashlib.sha256(f"{sys.version}\0{sys.base_prefix}\0{folder}\0{installer}\0{lines}".encode()).hexdigest()
    stamp = folder / ".ready"
    with _alone(BUILD / f".{name}.lock"):
        if not (stamp.is_file() and stamp.read_text(encoding="ascii") == state):
            _make(folder, lines)
            if not installer:
                _without_installer(folder)
            stamp.write_text(state, encoding="ascii")
    return interpreter(folder)


def _make(folder: Path, lines: str) -> None:
    print(f"Setting up build/{folder.name} (once, or after a change of the lock file) ...", file=sys.stderr, flush=True)
    shutil.rmtree(folder, ignore_errors=True)
    try:
        venv.create(folder, with_pip=True)
    except subprocess.CalledProcessError:
        raise NotReady(
            "Python cannot make a virtual environment here; on Debian and Ubuntu: apt install python3-venv."
        ) from None
    given = folder / "requirements.txt"
    given.write_text(lines, encoding="utf-8")
    pip = [str(interpreter(folder)), "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    flags = ["--require-hashes", "--no-deps", "--only-binary=:all:", "-r", str(given)]
    # pip's own words go to the screen: they say which package, and whether a digest differs.
    if subprocess.run([*pip, *flags], stdout=sys.stderr, check=False, cwd=ROOT).returncode:
        raise NotReady("Packages could not be installed; is there a network, or a package index that pip knows?")


def _without_installer(folder: Path) -> None:
    pip = [str(interpreter(folder)), "-m", "pip", "--disable-pip-version-check"]
    done = subprocess.run([*pip, "uninstall", "-y", "-qq", "setuptools", "pip"], stderr=subprocess.DEVNULL, check=False)
    if done.returncode:
        raise NotReady(f"pip cannot be taken out of build/{folder.name}; remove that folder and try again.")


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise NotReady(f"{path.relative_to(ROOT)} cannot be read ({error.strerror}).") from error


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Lets one process at a time make an environment; a killed one leaves nothing that would stop the next."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as file:
            with contextlib.suppress(ImportError):  # Windows: two builds at once are not kept apart there
                import fcntl

                fcntl.flock(file, fcntl.LOCK_EX)
            yield
    except OSError as error:
        raise NotReady(f"The folder build/ cannot be written ({error.strerror}).") from error


def main() -> int:
    """Exit status: 0, or 1 with a sentence."""
    parser = argparse.ArgumentParser(description="Makes an environment of a lock file and prints its interpreter.")
    parser.add_argument("which", choices=("packaging", "manual", "runtime", "bundle"))
    parser.add_argument("--cuda", action="store_true", help="runtime: with CUDA's packages (large)")
    asked = parser.parse_args()
    try:
        if asked.which == "runtime":
            python = runtime(cuda=asked.cuda)
        else:
            python = {"packaging": packaging, "manual": manual, "bundle": bundle}[asked.which]()
    except NotReady as error:
        print(error, file=sys.stderr)
        return 1
    print(python)
    return 0


if __name__ == "__main__":
    sys.exit(main())
