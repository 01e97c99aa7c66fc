"""The second download, for benches that measure: CuPy and NVIDIA's compiler, out of the locked packages.

    .venv/bin/python packaging/bundle/cuda_parts.py

makes dist/gpu-inspector-cuda-VERSION-linux-x86_64.tar.xz. Its folder `cuda` belongs beside the executable of the
portable folder. The list of its files with their digests lies in the portable folder itself, so that files of another
hand are noticed: it is made of the very same installed packages, whose own lists (RECORD) are held against each file.
"""
# ruff: noqa: T201

import os
import re
import shutil
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parent / "release")]

import archive  # noqa: E402
import environment  # noqa: E402
import epoch  # noqa: E402
import steps  # noqa: E402
import wheel as releases  # noqa: E402

PACKAGES = ("cupy-cuda12x", "nvidia-cuda-nvrtc-cu12", "cuda-pathfinder")
LIST = "CUDA-RECORD"
"""The name of the list in the program's metadata."""
_LEFT_OUT = re.compile(
    r"(^\.\.|(^|/)__pycache__/|\.dist-info/(RECORD|INSTALLER|REQUESTED|direct_url\.json)$|\.alt\.so"
    r"|^cupy/_core/include/|^nvidia/[^/]+/include/|(^|/)tests?/|\.(pyx|pxd|pxi|pyi|cpp|cuh|h)$)"
)
"""What serves other programs than this one: headers, the compiler's second build, the packages' own trials."""


def main() -> int:
    """Exit status: 0, or 1 with a sentence."""
    try:
        moment = epoch.source_date_epoch()
        folder = steps.ROOT / "build" / "bundle-cuda" / "cuda"
        stage(folder)
        name = f"{steps.NAME}-cuda-{steps.version()}-{steps.system()}.tar.xz"
        packed = releases.dist() / name
        # The same first folder as that of the portable folder's archive: unpacked beside it, both become one.
        archive.write_tar(packed, archive.below(folder, f"{steps.NAME}-{steps.version()}/cuda"), moment)
    except (steps.NotBuilt, environment.NotReady, epoch.NoTime, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{packed}  {packed.stat().st_size:,} bytes")
    return 0


def stage(folder: Path) -> str:
    """Put the files into a folder, compiled; the list of them, as an installer writes it. Raises NotBuilt, OSError."""
    shutil.rmtree(folder, ignore_errors=True)
    for name, source, recorded in _chosen():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
        if not steps.recorded(target, folder).startswith(f"{name},sha256={recorded.value},"):
            raise steps.NotBuilt(f"{source} is not what its package's list says: rm -r .venv, then make.")
    steps.compiled(folder)
    lines = sorted(steps.recorded(path, folder) for path in folder.rglob("*") if path.is_file())
    return "\n".join(lines) + "\n"


def _chosen() -> Iterator[tuple[str, Path, metadata.FileHash]]:
    for package in PACKAGES:
        try:
            files = metadata.files(package) or ()
        except metadata.PackageNotFoundError:
            raise steps.NotBuilt(f"{package} is not in .venv: make takes it from requirements.lock.") from None
        for file in files:
            if file.hash is not None and file.hash.mode == "sha256" and not _LEFT_OUT.search(file.as_posix()):
                yield file.as_posix(), Path(os.fspath(file.locate())), file.hash


if __name__ == "__main__":
    sys.exit(main())
