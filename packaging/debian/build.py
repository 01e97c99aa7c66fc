"""`make deb`: the Debian package, out of the portable folder that `make bundle` makes. See README.md beside this file.

Everything that the package holds is laid out in a folder below build/ first, with one time and two modes, and packed by
dpkg-deb; nothing runs while it is installed or removed. Two builds of the same sources are the same bytes.
"""
# ruff: noqa: T201

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(ROOT), str(HERE), str(HERE.parent), str(HERE.parent / "release")]

import depends  # noqa: E402
import environment  # noqa: E402
import epoch  # noqa: E402
import fields  # noqa: E402
import layout  # noqa: E402

ALL_COMPLAINTS = "error,warning,info,pedantic"


class NotBuilt(Exception):
    """The package could not be made; the text is one sentence that says what is missing."""


def main() -> int:
    """Exit status: 0, or 1 with a sentence."""
    parser = argparse.ArgumentParser(description="Makes the Debian package of the portable folder.")
    dist = Path(os.environ.get("GPU_INSPECTOR_DIST") or ROOT / "dist")
    parser.add_argument("--bundle", type=Path, default=dist / "gpu-inspector", help="the portable folder")
    parser.add_argument("--out", type=Path, default=dist, help="where the package goes (dist)")
    parser.add_argument("--maintainer", default=fields.MAINTAINER, help="who answers for the package: NAME <ADDRESS>")
    parser.add_argument("--screenshots", metavar="URL", help="where docs/ is published, for the software centres")
    parser.add_argument("--level", type=int, choices=range(10), default=6, help="how hard it is packed (6)")
    parser.add_argument("--no-lintian", action="store_true", help="do not look for faults of the package")
    asked = parser.parse_args()
    try:
        package = made(asked.bundle, asked.out, asked.maintainer, asked.screenshots, asked.level)
        if not asked.no_lintian:
            look(package)
    except (
        NotBuilt,
        depends.Unknown,
        environment.NotReady,
        epoch.NoTime,
        subprocess.CalledProcessError,
        ValueError,
    ) as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"The system refused: {error.strerror or error} ({error.filename}).", file=sys.stderr)
        return 1
    print(package)
    return 0


def made(bundle: Path, out: Path, maintainer: str, screenshots: str | None, level: int = 6) -> Path:
    """Build the package; its path. Raises NotBuilt, and what the modules beside this one raise."""
    if not (bundle / "gpu-inspector").is_file():
        raise NotBuilt(f"There is no portable folder in {bundle}: make bundle.")
    for tool in ("dpkg-deb", "dpkg-query", "readelf"):
        if not shutil.which(tool):
            raise NotBuilt(f"{tool} is missing: apt install dpkg-dev binutils.")
    if "<" not in maintainer or "\n" in maintainer:
        raise NotBuilt("--maintainer takes a name with an address: NAME <ADDRESS>.")
    from gpu_inspector import __version__ as version

    when = epoch.source_date_epoch()
    (ROOT / "build").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="deb-", dir=ROOT / "build") as folder:
        root = Path(folder) / "root"
        root.mkdir()
        plan = layout.Plan(root=root, bundle=bundle, version=version, epoch=when, screenshots=screenshots)
        layout.lay_out(plan, maintainer, tools_of(environment.packaging()))
        needed = depends.field_of(depends.packages(root / "usr/lib/gpu-inspector"))
        control = root / "DEBIAN"
        control.mkdir()
        text = fields.control(version, maintainer, needed, fields.installed_size(root))
        (control / "control").write_text(text, encoding="utf-8")
        (control / "md5sums").write_text(fields.md5sums(root), encoding="utf-8")
        layout.settle(root, when)
        out.mkdir(parents=True, exist_ok=True)
        target = out / f"{fields.PACKAGE}_{fields.debian_version(version)}_amd64.deb"
        pack(root, target, when, level)
    return target


def tools_of(python: Path) -> Path:
    """Where the environment of that interpreter has its packages."""
    asked = [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    return Path(subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip())


def pack(root: Path, target: Path, when: int, level: int) -> None:
    """One thread, since several cut the compressed stream into other pieces; a half-written file bears no name."""
    half = target.with_suffix(f".{os.getpid()}.half")
    command = ["dpkg-deb", "--build", "--root-owner-group", "-Zxz", f"-z{level}", "--threads-max=1"]
    try:
        done = subprocess.run(
            [*command, str(root), str(half)],
            capture_output=True,
            text=True,
            env={**os.environ, "SOURCE_DATE_EPOCH": str(when), "LC_ALL": "C"},
        )
        if done.returncode:
            raise NotBuilt(f"dpkg-deb could not pack the package: {done.stderr.strip()[:300]}")
        half.replace(target)
    finally:
        half.unlink(missing_ok=True)


def look(package: Path) -> None:
    """Have lintian look at it. Raises NotBuilt where it complains about what no override names with its reason."""
    if not shutil.which("lintian"):
        print("lintian is not here, so the package was not looked at (apt install lintian).", file=sys.stderr)
        return
    command = ["lintian", "--profile", "debian", "--display-info", "--pedantic", "--fail-on", ALL_COMPLAINTS]
    command += ["--allow-root"] if os.geteuid() == 0 else []
    done = subprocess.run(
        [*command, str(package)], capture_output=True, text=True, env={**os.environ, "LC_ALL": "C.UTF-8"}
    )
    if done.returncode:
        package.unlink()  # or a release would take it for a sound one
        raise NotBuilt(f"{done.stdout}{done.stderr}lintian complains about {package.name}; mend it, or override it.")


if __name__ == "__main__":
    sys.exit(main())
