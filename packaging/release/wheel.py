"""Wheel and source archive into dist/: `make wheel`.

Built from a clean copy of the sources, by the hatchling of packaging/requirements.lock; the same sources give the same
bytes. Runs on the bare interpreter.
"""
# ruff: noqa: T201

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]

import environment  # noqa: E402
import epoch  # noqa: E402
import sources  # noqa: E402


class NotBuilt(Exception):
    """It could not be built; the text is a sentence."""


def dist() -> Path:
    """Where packages go: dist/, or what GPU_INSPECTOR_DIST names."""
    return Path(os.environ.get("GPU_INSPECTOR_DIST") or environment.ROOT / "dist").absolute()


def build(out: Path, *, archive: bool = True) -> list[Path]:
    """Wheel and, where asked, source archive. Raises NotBuilt, NotReady, NoTime, OSError."""
    python = environment.packaging()
    moment = epoch.source_date_epoch()
    os.umask(0o022)
    with tempfile.TemporaryDirectory() as folder:
        stage, made = Path(folder) / "sources", Path(folder) / "made"
        sources.copy(stage)
        kinds = ["-t", "wheel", *(["-t", "sdist"] if archive else [])]
        done = subprocess.run(
            [python, "-m", "hatchling", "build", *kinds, "-d", made],
            cwd=stage,
            env={**os.environ, "SOURCE_DATE_EPOCH": str(moment), "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise NotBuilt(f"hatchling could not build: {(done.stderr.strip() or 'no reason given')[-400:]}")
        out.mkdir(parents=True, exist_ok=True)
        return [Path(shutil.move(path, out / path.name)) for path in sorted(made.iterdir())]


def main() -> int:
    """Exit status: 0, or 1 with a sentence."""
    parser = argparse.ArgumentParser(description="Builds wheel and source archive.")
    parser.add_argument("--out", type=Path, default=dist(), help="folder (dist/)")
    asked = parser.parse_args()
    try:
        for path in build(asked.out):
            print(f"{path.name}  {path.stat().st_size:,} bytes")
    except (NotBuilt, environment.NotReady, epoch.NoTime, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
