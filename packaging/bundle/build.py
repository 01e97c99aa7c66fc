"""Builds the portable folder and its archive: `make bundle`.

    .venv/bin/python packaging/bundle/build.py [--no-archive]

makes dist/gpu-inspector/ and dist/gpu-inspector-VERSION-linux-x86_64.tar.xz. Needs a network once, for the packages of
the lock files, and the system's `objdump` and `strip` (binutils). GPU_INSPECTOR_DIST names another folder than dist/.
"""
# ruff: noqa: T201

import argparse
import os
import shutil
import sys
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parent / "release")]

import archive  # noqa: E402
import environment  # noqa: E402
import epoch  # noqa: E402
import wheel as releases  # noqa: E402
from steps import NAME, ROOT, NotBuilt, compiled, recorded, run, system, version, without_scripts  # noqa: E402

WORK = ROOT / "build" / "bundle"
SITE = WORK / "site"


def main() -> int:
    """Exit status: 0, or 1 with a sentence."""
    parser = argparse.ArgumentParser(description="Builds the portable folder and its archive.")
    parser.add_argument("--no-archive", action="store_true", help="the folder alone, which is made sooner")
    asked = parser.parse_args()
    try:
        _build(packed=not asked.no_archive and sys.platform != "win32")
    except (NotBuilt, environment.NotReady, epoch.NoTime, releases.NotBuilt, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _build(*, packed: bool) -> None:
    if sys.platform == "linux":
        for tool in ("objdump", "strip"):
            if shutil.which(tool) is None:
                raise NotBuilt(f"The program {tool} is missing; on Debian and Ubuntu: apt install binutils.")
    python = environment.bundle()
    moment = epoch.source_date_epoch()
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    surroundings = os.environ | {"SOURCE_DATE_EPOCH": str(moment), "PYTHONHASHSEED": "0", "LC_ALL": "C.UTF-8"}
    _unpack(releases.build(WORK / "wheel", archive=False)[0])
    folder = _packed(python, surroundings)
    _finish(folder, surroundings)
    result = releases.dist() / NAME
    fresh = result.with_name(f"{NAME}.part")
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.copytree(folder, fresh, symlinks=True)
    shutil.rmtree(result, ignore_errors=True)
    fresh.rename(result)
    print(result)
    if packed:
        whole = releases.dist() / f"{NAME}-{version()}-{system()}.tar.xz"
        archive.write_tar(whole, archive.below(result, f"{NAME}-{version()}"), moment)
        print(f"{whole}  {whole.stat().st_size:,} bytes")


def _unpack(wheel: Path) -> None:
    """The wheel's files as an installer puts them, compiled, with the compiled files on the installer's list too."""
    with zipfile.ZipFile(wheel) as file:
        file.extractall(SITE)
    compiled(SITE)
    record = next(SITE.glob("*.dist-info")) / "RECORD"
    lines = record.read_text(encoding="utf-8").splitlines()
    lines += [recorded(path, SITE) for path in sorted(SITE.rglob("*.pyc"))]
    if sys.platform == "linux":
        import cuda_parts

        parts = record.with_name(cuda_parts.LIST)
        parts.write_text(cuda_parts.stage(WORK / "cuda"), encoding="utf-8")
        lines.append(recorded(parts, SITE))
    record.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _packed(python: Path, surroundings: dict[str, str]) -> Path:
    spec = HERE / "gpu-inspector.spec" if sys.platform != "win32" else HERE.parent / "windows" / "gpu-inspector.spec"
    call = [str(python), "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "WARN"]
    call += ["--distpath", str(WORK / "made"), "--workpath", str(WORK / "work"), str(spec)]
    more = {"BUNDLE_SITE": str(SITE), "BUNDLE_WORK": str(WORK), "PYTHONPATH": str(SITE)}
    more["PYINSTALLER_CONFIG_DIR"] = str(WORK / "cache")
    run(call, surroundings | more, "PyInstaller could not make the folder; its own words stand above.")
    return WORK / "made" / NAME


def _finish(folder: Path, surroundings: dict[str, str]) -> None:
    """Names, notices and the fewest bytes."""
    for name in ("LICENSE", "NOTICE"):
        shutil.copyfile(ROOT / name, folder / name)
    notices = [str(environment.interpreter(ROOT / ".venv")), str(HERE.parent / "release" / "notices.py")]
    notices += [str(folder / "THIRD-PARTY-NOTICES.txt"), "--bundle", str(folder)]
    run(notices, surroundings, "The notices of the libraries could not be written.")
    without_scripts(folder / "_internal")
    if sys.platform == "linux":
        # One program, two names: without an argument it opens the window.
        (folder / f"{NAME}-gui").symlink_to(NAME)
        python = [*(folder / "_internal").glob("libpython*"), *(folder / "_internal").glob("python3*/lib-dynload/*.so")]
        run(["strip", "--strip-unneeded", *map(str, python)], surroundings, "Python's libraries could not be stripped.")
    for path in (folder, *sorted(folder.rglob("*"))):
        if not path.is_symlink():
            runs = path.is_dir() or path == folder / NAME or path.suffix == ".so" or ".so." in path.name
            path.chmod(0o755 if runs else 0o644)


if __name__ == "__main__":
    sys.exit(main())
