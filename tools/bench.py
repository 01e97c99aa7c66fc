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
from tools import bench_history, bench_ledger, bench_measure, bench_report

RUNS = 15
CAPTURES = 1000
SAMPLE = resources.root() / "samples" / "geforce-rtx-4090.xml"
FLOOR = "import reportlab, pyhanko, sqlite_utils"
LIBRARIES = "import click, msgspec, rfc8785, reportlab.pdfgen.canvas, pyhanko.sign.signers, sqlite_utils"


def main() -> int:
    """Always 0."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["GPU_INSPECTOR_HOME"] = folder
        _cold(Path(folder))
        _one_judgement()
        _folder(Path(folder))
        bench_measure.bench()
        bench_report.bench()
        bench_ledger.bench()
        bench_history.start()
        bench_history.bench()
        # Qt keeps what a process has opened: the window's run is timed in one of its own.
        sys.stdout.flush()
        subprocess.run([sys.executable, "-c", "from tools import bench_run; bench_run.bench()"], check=False)
    return 0


def _whole(arguments: list[str]) -> float:
    # As for whoever uses the program: Python keeps what it compiled, here in a folder of its own.
    kept = {
        "PYTHONDONTWRITEBYTECODE": "",
        "PYTHONPYCACHEPREFIX": str(Path(os.environ["GPU_INSPECTOR_HOME"], "compiled")),
    }
    started = time.perf_counter()
    subprocess.run([sys.executable, *arguments], capture_output=True, check=False, env={**os.environ, **kept})
    return time.perf_counter() - started


def _cold(folder: Path) -> None:
    """One dump to ledger row and signed PDF, as a whole process, beside the imports that it cannot do without."""
    inspect = ["-m", "gpu_inspector", "inspect", "--from", str(SAMPLE), "--report", str(folder / "r.pdf")]
    for arguments in (inspect, ["-c", FLOOR], ["-c", LIBRARIES]):
        _whole(arguments)  # makes the key, the ledger and the compiled files
    rows = [(_whole(inspect), _whole(["-c", FLOOR]), _whole(["-c", LIBRARIES])) for _ in range(RUNS)]
    whole, floor, libraries = (statistics.median(column) for column in zip(*rows, strict=True))
    print(f"dump to ledger row and signed PDF, whole process   {whole * 1e3:7.1f} ms (median of {RUNS})")
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


def _folder(folder: Path) -> None:
    """`judge FOLDER` of a thousand captures, one process on one core."""
    captures = folder / "captures"
    captures.mkdir()
    evidence = collect_file(SAMPLE, None, load())
    for number in range(CAPTURES):
        capture.write(evidence, captures / f"{number:04}.json")
    whole = _whole(["-m", "gpu_inspector", "judge", str(captures)])
    print(
        f"judge of a folder   {CAPTURES} captures in {whole:.2f} s: {CAPTURES / whole * 60:,.0f} a minute (goal 1,000)"
    )


if __name__ == "__main__":
    sys.exit(main())
