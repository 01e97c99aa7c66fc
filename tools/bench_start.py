"""The starts' part of `make bench`: the shortest commands as whole processes, beside the Python that they run in.

How soon the window is painted stands in `tools/bench_history.py`, and a whole inspection, cold, in `tools/bench.py`.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from gpu_inspector import resources

RUNS = 15
SAMPLE = resources.root() / "samples" / "geforce-rtx-4090.xml"
FLOORS = {
    "start": "import click",
    "tag": "import click, msgspec, reportlab.pdfgen.canvas, segno, sqlite_utils",
}
"""What each cannot do without."""


def bench() -> None:
    """Prints its lines, and judges nothing."""
    with tempfile.TemporaryDirectory() as folder:
        home = {**os.environ, "GPU_INSPECTOR_HOME": folder, "PYTHONPYCACHEPREFIX": str(Path(folder, "compiled"))}
        home["PYTHONDONTWRITEBYTECODE"] = ""
        home["GPU_INSPECTOR_LEDGER"] = str(Path(folder, "ledger.sqlite"))
        _ours(home, "inspect", "--from", str(SAMPLE), "--report", str(Path(folder, "r.pdf")))
        _beside("gpu-inspector --version", home, ("--version",), FLOORS["start"])
        _beside("gpu-inspector --help", home, ("--help",), FLOORS["start"])
        _beside("tag of an inspection, from the ledger", home, ("tag", "1", str(Path(folder, "t.pdf"))), FLOORS["tag"])


def _beside(what: str, home: dict[str, str], arguments: tuple[str, ...], floor: str) -> None:
    """Both in turns, so that a slow moment of the machine meets both."""
    _ours(home, *arguments)
    _seconds(home, "-c", floor)
    pairs = [(_ours(home, *arguments), _seconds(home, "-c", floor)) for _ in range(RUNS)]
    ours, least = (statistics.median(column) for column in zip(*pairs, strict=True))
    print(f"{what}, whole process   {ours * 1e3:.0f} ms (median of {RUNS}, in turns)")
    print(f"  floor: python -c '{floor}'   {least * 1e3:.0f} ms: ratio {ours / least:.2f}")


def _ours(home: dict[str, str], *arguments: str) -> float:
    return _seconds(home, "-m", "gpu_inspector", *arguments, well=(0, 10))


def _seconds(home: dict[str, str], *arguments: str, well: tuple[int, ...] = (0,)) -> float:
    started = time.perf_counter()
    done = subprocess.run([sys.executable, *arguments], env=home, capture_output=True, text=True, check=False)
    took = time.perf_counter() - started
    if done.returncode not in well:
        raise SystemExit(f"{' '.join(arguments)[:80]} ended with {done.returncode}: {done.stderr[-300:]}")
    return took


if __name__ == "__main__":
    bench()
