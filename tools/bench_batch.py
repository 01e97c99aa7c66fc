"""The rate of `batch` beside `judge` of the same folder, in the same run: what keeping each inspection costs."""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tools.batch_trial import write_dumps

FILES = 1_000


def bench() -> None:
    """Prints; judges nothing."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        write_dumps(folder / "dumps", FILES)
        judge = _seconds("judge", str(folder / "dumps"))
        kept = ("--ledger", str(folder / "l.sqlite"), "--report", str(folder / "s.pdf"))
        batch = _seconds("batch", str(folder / "dumps"), *kept)
        again = _seconds("batch", str(folder / "dumps"), *kept)
    print(f"batch of a folder   {FILES} dumps in {batch:.2f} s: {FILES / batch:,.0f} a second, each kept, one summary")
    print(f"  floor: judge of that folder, which keeps nothing   {judge:.2f} s: ratio {batch / judge:.2f}")
    print(f"  gone on with when all was judged already   {again:.2f} s: ratio {again / judge:.2f}")


def _seconds(*words: str) -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, "-m", "gpu_inspector", *words], capture_output=True, check=False)
    return time.perf_counter() - started


if __name__ == "__main__":
    bench()
