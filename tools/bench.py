"""`make bench`: times as ratios to a floor measured in the same run. It prints, and judges nothing."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from gpu_inspector import resources
from gpu_inspector.probes import capture
from gpu_inspector.records.catalogue import load, read_catalogue
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.workflow.collecting import collect_file
from gpu_inspector.workflow.judging import judge
from tools import (
    bench_audit,
    bench_batch,
    bench_history,
    bench_ledger,
    bench_measure,
    bench_push,
    bench_report,
    bench_search,
    bench_start,
)

RUNS = 15
CAPTURES = 1000
SAMPLE = resources.root() / "samples" / "geforce-rtx-4090.xml"
FLOOR = "import reportlab, pyhanko, sqlite_utils"
LIBRARIES = "import click, msgspec, rfc8785, reportlab.pdfgen.canvas, pyhanko.sign.signers, sqlite_utils"


def main(arguments: list[str]) -> int:
    """0, or the status of the window's part. With `--quick` few runs and small ledgers: a trial, not to be believed."""
    runs, captures = RUNS, CAPTURES
    if arguments == ["--quick"]:
        runs, captures = 2, 50
        _hurry()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["GPU_INSPECTOR_HOME"] = folder
        _part("Start")
        bench_start.bench()
        bench_history.start()
        _part("A dump, a folder, a batch")
        _cold(Path(folder), runs)
        _one_judgement()
        _folder(Path(folder), captures)
        bench_batch.bench()
        _part("Measuring, on a simulated card")
        bench_measure.bench()
        _part("Report")
        bench_report.bench()
        _part("Ledger")
        bench_ledger.bench()
        _part("History")
        bench_history.bench()
        _part("Registry")
        bench_push.bench()
        bench_search.bench()
        _part("Audit of many machines")
        bench_audit.bench()
        _part("Window")
        # Qt keeps what a process has opened: the window's run is timed in one of its own.
        window = [sys.executable, "-c", "from tools import bench_run; bench_run.bench()"]
        return subprocess.run(window, check=False).returncode


def _part(name: str) -> None:
    """A heading, by which `tools/performance.py` divides what is printed."""
    print(f"\n# {name}", flush=True)


def _hurry() -> None:
    bench_history.ROWS, bench_history.RUNS, bench_history.STARTS = 20_000, 2, 1
    bench_ledger.ROWS, bench_ledger.RUNS = 20, 2
    bench_start.RUNS, bench_report.RUNS, bench_measure.RUNS = 2, 1, 1
    bench_batch.FILES = 50
    bench_push.ROWS = 500
    bench_search.ROWS, bench_search.RUNS = 20_000, 2
    bench_audit.CAPTURES, bench_audit.NODES = 100, 10


def _whole(arguments: list[str]) -> float:
    # As for whoever uses the program: Python keeps what it compiled, here in a folder of its own.
    kept = {
        "PYTHONDONTWRITEBYTECODE": "",
        "PYTHONPYCACHEPREFIX": str(Path(os.environ["GPU_INSPECTOR_HOME"], "compiled")),
    }
    started = time.perf_counter()
    subprocess.run([sys.executable, *arguments], capture_output=True, check=False, env={**os.environ, **kept})
    return time.perf_counter() - started


def _cold(folder: Path, runs: int) -> None:
    """One dump to ledger row and signed PDF, as a whole process, beside the imports that it cannot do without."""
    inspect = ["-m", "gpu_inspector", "inspect", "--from", str(SAMPLE), "--report", str(folder / "r.pdf")]
    for arguments in (inspect, ["-c", FLOOR], ["-c", LIBRARIES]):
        _whole(arguments)  # makes the key, the ledger and the compiled files
    rows = [(_whole(inspect), _whole(["-c", FLOOR]), _whole(["-c", LIBRARIES])) for _ in range(runs)]
    whole, floor, libraries = (statistics.median(column) for column in zip(*rows, strict=True))
    print(f"dump to ledger row and signed PDF, whole process   {whole * 1e3:7.1f} ms (median of {runs})")
    print(f"  floor: python -c '{FLOOR}'   {floor * 1e3:.1f} ms: ratio {whole / floor:.2f} (goal 3)")
    beside = f"{libraries * 1e3:.1f} ms: ratio {whole / libraries:.2f}"
    print(f"  beside: the modules that drawing and signing need, imported alone   {beside}")


def _median(action: Callable[[], object], runs: int = 200) -> float:
    times = []
    for _ in range(runs):
        started = time.perf_counter()
        action()
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def _one_judgement() -> None:
    evidence = collect_file(SAMPLE, None, load())
    judging = _median(lambda: judge(evidence, Declaration(), load()))
    loading = _median(read_catalogue, 20)
    print(f"judging one capture   {judging * 1e3:.2f} ms (goal 20 ms)")
    print(f"  beside: loading the reference data   {loading * 1e3:.1f} ms")


def _folder(folder: Path, count: int) -> None:
    """`judge FOLDER` of so many captures, one process on one core."""
    captures = folder / "captures"
    captures.mkdir()
    evidence = collect_file(SAMPLE, None, load())
    for number in range(count):
        capture.write(evidence, captures / f"{number:04}.json")
    whole = _whole(["-m", "gpu_inspector", "judge", str(captures)])
    print(f"judge of a folder   {count} captures in {whole:.2f} s: {count / whole * 60:,.0f} a minute (goal 1,000)")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
