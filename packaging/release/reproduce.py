"""Builds a release's parts twice, under two different circumstances, and compares the bytes: `make reproduce`.

    python packaging/release/reproduce.py [--bundle] [--deb] [--keep FOLDER]

The two builds have two folders, umasks, time zones, languages, homes, seeds of Python's hashes, and times and order of
the source files; the second one begins later by the clock. They share SOURCE_DATE_EPOCH, the interpreter, and the
environments and downloads of the lock files, but for the portable folder, whose environment each build makes for
itself. Always: wheel, source archive, archive for machines without a network, list of what is inside, licence notices.
The portable folder (--bundle) and the Debian package (--deb, which carries it) take their time.
"""
# ruff: noqa: T201

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]

import environment  # noqa: E402
import epoch  # noqa: E402
import sources  # noqa: E402
import sums  # noqa: E402

QUICK = (
    ("packaging/release/wheel.py",),
    ("packaging/offline/build.py",),
    ("packaging/release/sbom.py",),
)


@dataclass(frozen=True)
class Circumstances:
    """What differs between two builds."""

    folder: str
    umask: int
    variables: dict[str, str]
    touched: int
    """Time of the source files; long ago, so that make takes the shared `.venv` for newer than the lock file."""


TWO = (
    Circumstances("one", 0o022, {"TZ": "UTC", "LANG": "C.UTF-8", "LC_ALL": "", "PYTHONHASHSEED": "1"}, 1_000_000_000),
    Circumstances(
        "another/folder with a longer name",
        0o077,
        {"TZ": "Pacific/Kiritimati", "LANG": "C", "LC_ALL": "C", "PYTHONHASHSEED": "4711"},
        1_234_567_890,
    ),
)


class NotCompared(Exception):
    """A build failed; the text says which."""


def prepared(base: Path, how: Circumstances) -> Path:
    """A copy of the sources as these circumstances have it. Raises OSError."""
    copy = base / how.folder / "sources"
    copy.mkdir(parents=True)
    sources.copy(copy, backwards=how.umask != 0o022)
    for name in sources.files(copy):
        path = copy / name
        path.chmod((path.stat().st_mode | 0o066) & ~how.umask & 0o777)
        os.utime(path, (how.touched, how.touched + len(name)))
    (copy / ".venv").symlink_to(environment.ROOT / ".venv")
    return copy


def built(base: Path, how: Circumstances, targets: list[str]) -> Path:
    """The folder with what one build made. Raises NotCompared, OSError."""
    copy, out = prepared(base, how), base / how.folder / "dist"
    home = base / how.folder / "home"
    home.mkdir()
    shared = {**os.environ, **how.variables, "GPU_INSPECTOR_DIST": str(out)}
    shared |= {"SOURCE_DATE_EPOCH": str(epoch.source_date_epoch()), "PYTHONDONTWRITEBYTECODE": "1"}
    for name in ("GPU_INSPECTOR_RELEASE_KEY", "GPU_INSPECTOR_RELEASE_PASSPHRASE", "GPU_INSPECTOR_BUILD"):
        shared.pop(name, None)
    quick = {**shared, "GPU_INSPECTOR_BUILD": str(environment.BUILD), "HOME": str(home)}
    jobs = [([sys.executable, *map(str, one)], quick) for one in QUICK]
    jobs.append(([sys.executable, "packaging/release/notices.py", str(out / "THIRD-PARTY-NOTICES.txt")], quick))
    # `-o`: make must not set up the shared `.venv` anew, whatever the times of the files are.
    jobs += [(["make", "-s", "-o", ".venv/.ready", "-o", ".venv/bin/python", one], shared) for one in targets]
    for command, variables in jobs:
        done = subprocess.run(
            command, cwd=copy, env=variables, umask=how.umask, capture_output=True, text=True, check=False
        )
        if done.returncode:
            lines = (done.stderr.strip() or done.stdout.strip() or "no reason given").splitlines()
            raise NotCompared(f"{' '.join(command[-1:])}: {lines[-1]}")
    return out


def compared(one: Path, other: Path) -> bool:
    """Prints the digests of every file beside each other; whether all agree."""
    good = True
    names = sorted({path.name for folder in (one, other) for path in folder.iterdir() if path.is_file()})
    for name in names:
        there = [folder / name for folder in (one, other)]
        digests = [sums.digest(path) if path.is_file() else "not made" for path in there]
        same = digests[0] == digests[1]
        good &= same
        print(f"{'same     ' if same else 'DIFFERENT'} {name}\n          {digests[0]}\n          {digests[1]}")
        if not same and all(path.is_file() for path in there):
            print("".join(f"            {line}\n" for line in differing(*there)), end="")
    return good and bool(names)


def differing(one: Path, other: Path) -> list[str]:
    """The first members of two archives that differ, where they are archives."""
    try:
        left, right = _members(one), _members(other)
    except (OSError, tarfile.TarError, zipfile.BadZipFile):
        return []
    names = [name for name in sorted(left | right) if left.get(name) != right.get(name)]
    return [f"in it: {name}" for name in names[:12]] or ["its members are the same; order or packing differs"]


def _members(path: Path) -> dict[str, tuple[object, ...]]:
    if path.suffix == ".whl":
        with zipfile.ZipFile(path) as packed:
            return {one.filename: (one.CRC, one.date_time, one.external_attr) for one in packed.infolist()}
    found: dict[str, tuple[object, ...]] = {}
    with tarfile.open(path) as tar:
        for member in tar:
            file = tar.extractfile(member) if member.isfile() else None
            digest = hashlib.file_digest(file, "sha256").hexdigest() if file else member.linkname  # type: ignore[arg-type]
            found[member.name] = (digest, member.mtime, member.mode, member.uid)
    return found


def main() -> int:
    """Exit status: 0 where every byte agrees, 1 where one does not or a build failed."""
    parser = argparse.ArgumentParser(description="Builds twice and compares the bytes.")
    parser.add_argument("--bundle", action="store_true", help="the portable folder as well (slow)")
    parser.add_argument("--deb", action="store_true", help="portable folder and Debian package as well (slow)")
    parser.add_argument("--keep", type=Path, help="leave the builds in this new folder")
    asked = parser.parse_args()
    targets = ["bundle"] * (asked.bundle or asked.deb) + ["deb"] * asked.deb
    base = asked.keep.absolute() if asked.keep else Path(tempfile.mkdtemp(prefix="gpu-inspector-reproduce-"))
    try:
        base.mkdir(parents=True, exist_ok=not asked.keep)
        environment.packaging()
        environment.runtime()
        outs = [built(base, how, targets) for how in TWO]
        good = compared(*outs)
    except (NotCompared, environment.NotReady, epoch.NoTime, OSError) as error:
        print(f"Not compared: {error}", file=sys.stderr)
        return 1
    finally:
        if not asked.keep:
            shutil.rmtree(base, ignore_errors=True)
    print("Two builds, the same bytes." if good else "The builds DIFFER.")
    return int(not good)


if __name__ == "__main__":
    sys.exit(main())
