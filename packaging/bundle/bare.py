"""The portable folder on a bare Debian 12, without a network: `make bundle-test`.

    .venv/bin/python packaging/bundle/bare.py [--archive FILE] [--cuda FILE] [--mirror URL]

Makes two trees with mmdebstrap, in a folder that is gone afterwards. The first has Debian's smallest set of packages:
the archive is unpacked there, reviews a sample dump, inspects a simulation and verifies both reports. The second has,
besides, what the program itself names as needed for its window, and Python: there the window is opened on a screen,
and the start is timed beside that of the wheel. Needs root, mmdebstrap and unshare; what is lacking is said in one
sentence. Exit status: 0 where all went well, 1 otherwise.
"""
# ruff: noqa: T201

import argparse
import contextlib
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parent / "release")]

import environment  # noqa: E402
import steps  # noqa: E402
import trying_window  # noqa: E402
import wheel as releases  # noqa: E402
from trial import Trial  # noqa: E402

SAMPLE = steps.ROOT / "resources" / "samples" / "geforce-rtx-4090.xml"
SUITE = "bookworm"
FOR_WINDOW = (
    *("libegl1", "libgl1", "libglib2.0-0", "libfontconfig1", "libdbus-1-3", "libxkbcommon0", "libxkbcommon-x11-0"),
    *("libx11-xcb1", "libxcb-render0", "libxcb-shape0", "fonts-dejavu-core"),
)
"""What the program names where they are missing (README.md), and one font, which every desktop has."""
PLACE = f"opt/{steps.NAME}"
COLD, WARM = 3, 9
"""How often a start is timed with its files out of the memory, and with them in it."""


class Lacking(Exception):
    """It cannot be tried here; the text is one sentence that says what is missing."""


def main() -> int:
    """Exit status as the module says."""
    default = releases.dist() / f"{steps.NAME}-{steps.version()}-{steps.system()}.tar.xz"
    parser = argparse.ArgumentParser(description="Tries the portable folder on a bare Debian.")
    parser.add_argument("--archive", type=Path, default=default)
    parser.add_argument("--cuda", type=Path, help="the archive of the CUDA parts, unpacked beside it")
    parser.add_argument("--mirror", default="", help="Debian's packages, where this machine's apt names none")
    parser.add_argument("--pictures", type=Path, help="keep the pictures of the window's pages here")
    asked = parser.parse_args()
    try:
        _require(asked.archive)
        with tempfile.TemporaryDirectory(prefix="bundle-bare-") as folder:
            return _try(asked, Path(folder))
    except (Lacking, environment.NotReady, releases.NotBuilt) as error:
        print(error, file=sys.stderr)
        return 1


def _require(archive: Path) -> None:
    if not archive.is_file():
        raise Lacking(f"There is no {archive}: make bundle first.")
    if os.geteuid() != 0:
        raise Lacking("Trying it in a root of its own needs root: sudo make bundle-test.")
    missing = [tool for tool in ("mmdebstrap", "unshare", "chroot", "mount") if shutil.which(tool) is None]
    if missing:
        raise Lacking(f"Not there: {', '.join(missing)}; on Debian: apt install mmdebstrap util-linux coreutils.")


def _try(asked: argparse.Namespace, folder: Path) -> int:
    mirror = asked.mirror or _mirror()
    print(f"{asked.archive.name}: {asked.archive.stat().st_size:,} bytes packed", flush=True)
    bare = _tree(folder / "bare", mirror, ())
    _unpacked(asked.archive, bare)
    if asked.cuda:
        _unpacked(asked.cuda, bare)
    trial = _trial(bare)
    _commands(trial, bare)
    if asked.cuda:
        said = trial.run("measure", "--compile", "one")
        trial.expect(f"kernels compile with the CUDA parts: {said.strip()}", '"passed": true' in said)
    shutil.rmtree(bare)
    if not trial.failed:
        windowed = _tree(folder / "windowed", mirror, (*FOR_WINDOW, "python3"))
        _unpacked(asked.archive, windowed)
        other = _trial(windowed)
        _window(other, windowed, folder, asked.pictures)
        _times(other, windowed)
        trial.failed += other.failed
        trial.untried += other.untried
    for sentence in trial.failed:
        print(f"FAILED: {sentence}", file=sys.stderr)
    return 1 if trial.failed else 0


def _mirror() -> str:
    """Where this machine's own apt takes Debian from; nothing is baked in here."""
    ask = ["apt-get", "indextargets", "--format", "$(ORIGIN)|$(CODENAME)|$(REPO_URI)", "Created-By: Packages"]
    for line in subprocess.run(ask, capture_output=True, text=True, check=False).stdout.splitlines():
        origin, codename, place = line.split("|", 2)
        if (origin, codename) == ("Debian", SUITE):
            return place
    raise Lacking(f"This machine's apt knows no mirror of Debian 12 ({SUITE}); name one with --mirror.")


def _tree(root: Path, mirror: str, packages: tuple[str, ...]) -> Path:
    print(
        f"Making a Debian {SUITE} of its smallest set{' and ' + ' '.join(packages) if packages else ''} ...", flush=True
    )
    call = ["mmdebstrap", "--quiet", "--mode=root", "--variant=minbase", "--aptopt=APT::Install-Recommends false"]
    call += [f"--include={','.join(packages)}"] if packages else []
    done = subprocess.run([*call, SUITE, str(root), mirror], capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise Lacking(f"mmdebstrap could not make a Debian here ({last}).")
    return root


def _unpacked(archive: Path, root: Path) -> None:
    """Into /opt/gpu-inspector of the tree, by what was just packed."""
    with tarfile.open(archive) as file:
        file.extractall(root / "opt", filter="data")
    whole = root / "opt" / f"{steps.NAME}-{steps.version()}"
    size = sum(path.lstat().st_size for path in whole.rglob("*") if not path.is_dir())
    print(f"{archive.name}: {size:,} bytes unpacked by now", flush=True)
    link = root / PLACE
    if not link.is_symlink():
        link.symlink_to(whole.name)


def _trial(root: Path) -> Trial:
    """Commands in the tree: no network, its own processes, hardly a variable."""
    change = shutil.which("chroot") or "/usr/sbin/chroot"
    inside = ("unshare", "--net", "--mount", "--pid", "--fork", f"--mount-proc={root}/proc", change, str(root))
    home = root / "root"
    trial = Trial(root / PLACE / steps.NAME, home, (*inside, "/usr/bin/env", "-C", "/root", f"/{PLACE}/{steps.NAME}"))
    trial.environ |= {"HOME": "/root", "GPU_INSPECTOR_HOME": "/root/data"}
    return trial


def _commands(trial: Trial, root: Path) -> None:
    shutil.copyfile(SAMPLE, root / "root" / "dump.xml")
    trial.run("--version")
    trial.run("inspect", "--from", "dump.xml", status=(10,))
    trial.run("inspect", "--simulate", "gtx-1050-ti-folded", "--profile", "quick", status=(12,))
    trial.run("key", "export", "mine.pem")
    for number in (1, 2):
        trial.run("report", str(number), f"{number}.pdf")
        trial.run("verify", f"{number}.pdf", "--trust", "mine.pem")
    trial.run("ledger", "verify")
    said = trial.run("doctor", status=(0, 1))
    trial.expect("its own files are as released", "recorded files those that were installed" in " ".join(said.split()))
    # Nobody listens there; to say so it needs its own library of PostgreSQL's, since a bare Debian has none.
    away = {"GPU_INSPECTOR_REGISTRY": "postgresql://nobody@127.0.0.1:1/none"}
    trial.run("registry", "status", status=(3,), more=away)
    trial.run("audit", "--local", "1", "--no-measure", status=(1,))
    trial.expect("audit says what is missing, and what to install", "'gpu-inspector[cluster]'" in trial.told)
    trial.run(status=(1,))  # the window: a sentence, and no crash, where its libraries are missing


def _window(trial: Trial, root: Path, folder: Path, pictures: Path | None) -> None:
    """The window on a screen outside: its socket is all that the tree is given."""
    sockets = root / "tmp" / ".X11-unix"
    sockets.mkdir(mode=0o1777, exist_ok=True)
    trial.folder = folder
    with _bound(Path("/tmp/.X11-unix"), sockets):  # noqa: S108 - X has its sockets there
        trying_window.pages(trial, pictures or folder / "pictures")
    trial.folder = root / "root"


@contextlib.contextmanager
def _bound(place: Path, target: Path) -> Iterator[None]:
    place.mkdir(mode=0o1777, exist_ok=True)
    subprocess.run(["mount", "--bind", str(place), str(target)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", str(target)], check=True)


def _times(trial: Trial, root: Path) -> None:
    """The start of both, in the same tree, by turns: first with their files out of the memory, then with them in it."""
    wheel = _wheel(trial, root)
    shutil.copyfile(SAMPLE, root / "root" / "dump.xml")
    both = (("folder", trial, root / PLACE), ("wheel", wheel, root / "opt" / "site"))
    for words in (("--version",), ("inspect", "--from", "/root/dump.xml")):
        for name, count in (("cold", COLD), ("warm", WARM)):
            taken: dict[str, list[tuple[float, float]]] = {"folder": [], "wheel": []}
            for _turn in range(count):
                for kind, one, files in both:
                    for place in (files, root / "usr" / "lib") if name == "cold" else ():
                        _forget(place)
                    taken[kind].append(_timed(one, words))
            print(f"{name} `{' '.join(words[:2])}` (middle of {count}): {_said(taken)}", flush=True)


def _said(taken: dict[str, list[tuple[float, float]]]) -> str:
    """Both kinds' middle values: by the clock, and of the processor, which a busy machine changes less."""
    middle = {kind: [statistics.median(values) for values in zip(*times, strict=True)] for kind, times in taken.items()}
    return ", ".join(f"{kind} {clock:.2f} s, processor {busy:.2f} s" for kind, (clock, busy) in middle.items())


def _wheel(trial: Trial, root: Path) -> Trial:
    """The wheel with its packages for the tree's own Python, compiled as an installer does it."""
    site = root / "opt" / "site"
    shutil.copytree(next(environment.runtime().parents[1].glob("lib/python3*/site-packages")), site)
    with tempfile.TemporaryDirectory() as folder:
        built = releases.build(Path(folder), archive=False)[0]
        with zipfile.ZipFile(built) as file:
            file.extractall(site)  # noqa: S202 - it was built a moment ago
    inside = trial.command[: trial.command.index(str(root)) + 1]
    subprocess.run(
        [*inside, "/usr/bin/python3", "-m", "compileall", "-q", "/opt/site"], check=False, capture_output=True
    )
    wheel = Trial(trial.program, trial.folder, (*trial.command[:-1], "/usr/bin/python3", "-m", "gpu_inspector"))
    wheel.environ = trial.environ | {"PYTHONPATH": "/opt/site"}
    return wheel


def _timed(trial: Trial, words: tuple[str, ...]) -> tuple[float, float]:
    """Seconds by the clock, and of the processor."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    call = [*trial.command, *words]
    subprocess.run(call, env=trial.environ, check=False, capture_output=True, cwd=trial.folder)
    clock, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    return clock, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _forget(folder: Path) -> None:
    """Ask the system to take a folder's files out of its memory, which nothing else on this machine notices."""
    os.sync()
    for path in folder.resolve().rglob("*"):
        if path.is_file() and not path.is_symlink():
            handle = os.open(path, os.O_RDONLY)
            try:
                os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
            finally:
                os.close(handle)


if __name__ == "__main__":
    sys.exit(main())
