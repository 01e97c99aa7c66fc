"""One archive with every package that the program needs, for machines without a network: `make offline`.

    python packaging/offline/build.py [--python 3.12] [--cuda] [--out FOLDER]

The packages are the lock file's, held against its digests; which of them are needed is asked of the same environment
that the program runs in. CUDA's parts are an archive of their own, installed into the first one's folder. The same
sources and the same lock file give the same bytes.
"""
# ruff: noqa: T201

import argparse
import hashlib
import platform
import re
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1] / "release"), str(Path(__file__).parents[1])]

import archive  # noqa: E402
import environment  # noqa: E402
import epoch  # noqa: E402
import notices  # noqa: E402
import wheel  # noqa: E402

HERE = Path(__file__).parent
PROGRAM = "gpu-inspector"
OLDEST_GLIBC, NEWEST_GLIBC = 5, 39
"""Minor versions of glibc 2 whose wheels are looked at; the README names the newest that was needed."""


class NotPacked(Exception):
    """No archive; the text is a sentence."""


def system() -> str:
    """Such as "linux-x86_64". Raises NotPacked elsewhere: wheels of other systems cannot be tried here."""
    if platform.system() != "Linux" or platform.machine() not in ("x86_64", "aarch64"):
        raise NotPacked("The archive for machines without a network is made on Linux (x86_64 or aarch64) alone.")
    return f"linux-{platform.machine()}"


def pack(out: Path, *, version: str, cuda: bool) -> Path:
    """Writes the archive. Raises NotPacked, NotBuilt, NotReady, NoTime, OSError."""
    if not re.fullmatch(r"3\.[0-9]{1,2}", version) or int(version[2:]) < 11:
        raise NotPacked(f"--python takes a version such as 3.12, from 3.11 on; it is {version[:20]!r}.")
    moment, own = epoch.source_date_epoch(), environment.runtime_lines(version=version)
    lines = environment.runtime_lines(version=version, cuda=True) if cuda else own
    wanted = environment.entries(lines)
    if cuda:
        wanted = {name: entry for name, entry in wanted.items() if name not in environment.entries(own)}
    with tempfile.TemporaryDirectory() as folder:
        stage = Path(folder) / "stage"
        wheels = stage / "wheels"
        wheels.mkdir(parents=True)
        for path in fetched(wanted, version, cuda=cuda):
            (wheels / path.name).hardlink_to(path) if _same_disk(path, wheels) else _copied(path, wheels)
        (program,) = wheel.build(Path(folder) / "program", archive=False)
        number = program.name.split("-")[1]
        if not cuda:
            _copied(program, wheels)
        name = f"gpu-inspector-{'cuda-' if cuda else ''}offline-{number}-cp{version.replace('.', '')}-{system()}"
        _texts(stage, {"VERSION": number, "PYTHON": version, "FOLDER": name, "KIND": "cuda" if cuda else "program"})
        others = [one for one in wheels.iterdir() if package(one) != PROGRAM]
        (stage / "THIRD-PARTY-NOTICES.txt").write_text(notices.page(notices.parts_of_wheels(others)), encoding="utf-8")
        for text in ("LICENSE", "NOTICE"):
            _copied(environment.ROOT / text, stage)
        write_sums(stage)
        archive.write_tar(out / f"{name}.tar", archive.below(stage, name), moment)
        return out / f"{name}.tar"


def fetched(wanted: dict[str, list[str]], version: str, *, cuda: bool) -> list[Path]:
    """The wheels of these packages for that Python, out of `build/wheels-...`, fetched where they are not there."""
    kept = environment.BUILD / f"wheels-cp{version.replace('.', '')}{'-cuda' if cuda else ''}"
    kept.mkdir(parents=True, exist_ok=True)
    given = kept / "requirements.txt"
    given.write_text("\n".join(entry for group in wanted.values() for entry in group) + "\n", encoding="utf-8")
    if not _chosen(wanted, kept):
        _fetch(given, version)
    found = _chosen(wanted, kept)
    if not found:
        raise NotPacked(f"The files in build/{kept.name} do not fit the lock file; remove that folder.")
    return found


def _chosen(wanted: dict[str, list[str]], kept: Path) -> list[Path]:
    """One file for each package, held against the lock file's digests; none at all where one is missing."""
    there = sorted(kept.glob("*.whl"))
    found = []
    for name, group in sorted(wanted.items()):
        digests = set(re.findall(r"--hash=sha256:([0-9a-f]{64})", " ".join(group)))
        own = [one for one in there if package(one) == name and digest(one) in digests]
        if len(own) != 1:
            return []
        found += own
    return found


def _fetch(given: Path, version: str) -> None:
    kept, machine = given.parent, platform.machine()
    tags = [f"manylinux_2_{minor}_{machine}" for minor in range(NEWEST_GLIBC, OLDEST_GLIBC - 1, -1)]
    tags += [f"manylinux2014_{machine}", f"manylinux2010_{machine}", f"manylinux1_{machine}", f"linux_{machine}"]
    flags = [f"--platform={tag}" for tag in tags] + ["--python-version", version, "--implementation", "cp"]
    abis = [f"--abi=cp{version.replace('.', '')}", "--abi=abi3", "--abi=none"]
    pip = [environment.packaging(), "-m", "pip", "--disable-pip-version-check", "download", "-qq", "-d", kept]
    rules = ["--require-hashes", "--no-deps", "--only-binary=:all:", "-r", given]
    if subprocess.run([*pip, *rules, *flags, *abis], stdout=sys.stderr, check=False).returncode:
        raise NotPacked(f"Packages for Python {version} could not be fetched; is there a network, or an index?")


def package(path: Path) -> str:
    """The normal name of a wheel's package."""
    return re.sub(r"[-_.]+", "-", path.name.split("-")[0]).lower()


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def glibc(names: list[str]) -> str:
    """The oldest glibc that all of these wheels run with, by their names: the newest that one of them asks for."""
    asked = [int(minor) for name in names for minor in [_least(name)] if minor]
    return f"2.{max(asked, default=17)}"


def _least(name: str) -> str:
    """A wheel may name several; the oldest of its own counts."""
    minors = [int(one) for one in re.findall(r"manylinux_2_(\d+)_", name)] + [17] * ("manylinux2014" in name)
    return str(min(minors)) if minors else ""


def _texts(stage: Path, values: dict[str, str]) -> None:
    """install.sh, README.txt and requirements.txt, with one digest for each wheel: that of the file which is there."""
    wheels = sorted((stage / "wheels").iterdir())
    cuda = values["KIND"] == "cuda"
    values |= {"SYSTEM": system(), "GLIBC": glibc([one.name for one in wheels]), "ARCHIVE": f"{values['FOLDER']}.tar"}
    values["TITLE"] = "CUDA's parts: to be installed into the folder of the program" if cuda else "The program"
    values["MORE"] = _CUDA if cuda else _MORE
    for source, target in (("install.sh", "install.sh"), ("README.txt.in", "README.txt")):
        text = (HERE / source).read_text(encoding="utf-8")
        text = re.sub(r"@([A-Z]+)@", lambda match: values[match[1]], text)
        (stage / target).write_text(text.rstrip("\n") + "\n", encoding="utf-8")
    (stage / "install.sh").chmod(0o755)
    lines = [f"{package(one)}=={one.name.split('-')[1]} --hash=sha256:{digest(one)}\n" for one in wheels]
    (stage / "requirements.txt").write_text("".join(lines), encoding="ascii")


_MORE = """
Without CUDA's parts (an archive of their own) cards are judged by their claims alone; simulations, files and reports
need none of them."""


_CUDA = """
The program has to be installed in that folder first; it takes CUDA's parts away with itself when it is removed. They
are NVIDIA's and CuPy's, under the licences in THIRD-PARTY-NOTICES.txt. A card needs NVIDIA's driver besides."""


def write_sums(folder: Path) -> None:
    """SHA256SUMS of every file in the folder, as sha256sum -c reads it."""
    names = sorted(one.relative_to(folder).as_posix() for one in folder.rglob("*") if one.is_file())
    text = "".join(f"{digest(folder / name)}  {name}\n" for name in names)
    (folder / "SHA256SUMS").write_text(text, encoding="ascii")


def _same_disk(path: Path, folder: Path) -> bool:
    return path.stat().st_dev == folder.stat().st_dev


def _copied(path: Path, folder: Path) -> None:
    (folder / path.name).write_bytes(path.read_bytes())


def main() -> int:
    """Exit status: 0, or 1 with a sentence."""
    here = ".".join(map(str, sys.version_info[:2]))
    parser = argparse.ArgumentParser(description="Packs everything for machines without a network.")
    parser.add_argument("--python", default=here, metavar="3.12", help=f"for which Python ({here})")
    parser.add_argument("--cuda", action="store_true", help="CUDA's parts, as an archive of their own (large)")
    parser.add_argument("--out", type=Path, default=wheel.dist(), help="folder (dist/)")
    asked = parser.parse_args()
    try:
        made = pack(asked.out, version=asked.python, cuda=asked.cuda)
    except (NotPacked, wheel.NotBuilt, environment.NotReady, epoch.NoTime, ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{made.name}  {made.stat().st_size:,} bytes\nSHA-256 {digest(made)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
