"""`make batch-trial`: ten thousand dumps through `batch`, killed three times and resumed; each must be judged once.

Every dump is written by the program's own generator from a product's row, with another UUID and serial each, and every
seventeenth with a forged memory size; no real card's dump is among them. Beside it stands the rate of `judge` of the
same folder, measured in the same run on the same machine. It prints what it saw, and ends with 1 where a promise is
broken.
"""

import argparse
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path

from gpu_inspector.probes import incoming, sample
from gpu_inspector.records.catalogue import load

_STEP = 500


def main() -> int:
    """0 where all of it held, else 1."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="batch-trial-") as place:
        folder = Path(place)
        os.environ["GPU_INSPECTOR_HOME"] = str(folder / "home")
        write_dumps(folder / "dumps", given.files)
        judged = _judged(folder / "dumps", given.files)
        return _trial(folder, given.files, given.kills, random.Random(given.seed), judged)


def write_dumps(folder: Path, count: int) -> None:
    """So many dumps, every one different."""
    folder.mkdir(parents=True)
    catalogue = load()
    rows = [row for row in catalogue.products if row.device_ids and row.memory_mib]
    for number in range(count):
        row = rows[number * 7 % len(rows)]
        prefix = next((one.prefix for one in catalogue.vbios_prefixes.values() if one.die == row.die), None)
        own = uuid.uuid5(uuid.NAMESPACE_OID, str(number))
        forged = {"uuid": f"GPU-{own}", "serial": str(own.int)[:13]}
        if number % 17 == 3:
            forged["fb_memory_usage/total"] = "49140 MiB"
        text = sample.write(row, catalogue.dies[row.die], vbios_prefix=prefix, overrides=forged)
        dump = text.replace(incoming.SAMPLE_MARK, "a dump of the trial")
        (folder / f"dump-{number:06d}.xml").write_text(dump, encoding="utf-8")


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "gpu_inspector", *arguments]


def _judged(dumps: Path, count: int) -> float:
    started = time.monotonic()
    done = subprocess.run(_command("judge", str(dumps)), stdout=subprocess.PIPE, check=False)
    seconds = time.monotonic() - started
    lines = done.stdout.count(b"\n")
    print(
        f"judge of the folder: {lines:,} lines, exit {done.returncode}, {seconds:.1f} s: {count / seconds:.1f} a second"
    )
    return count / seconds


def _trial(folder: Path, files: int, kills: int, chance: random.Random, judged: float) -> int:
    ledger = folder / "home" / "ledger.sqlite"
    told: dict[str, str] = {}
    faults: list[str] = []
    worked = 0.0
    goals = sorted(chance.sample(range(files // 50, files), kills))
    for number, goal in enumerate([*goals, None], start=1):
        seconds, killed, lines = _run(folder, goal, chance)
        worked += seconds
        faults += _fold(lines, told)
        rows = _rows(ledger)
        what = f"killed (SIGKILL) when about {goal:,} lines were told" if killed else "went to its end"
        print(f"run {number}: {what}, {seconds:.1f} s: {len(lines):,} lines told, {rows:,} rows in the ledger")
        if goal is not None and not killed:
            faults.append(f"run {number} was over before it could be killed")
    return _proved(folder, ledger, files, told, faults, worked, judged)


def _run(folder: Path, goal: int | None, chance: random.Random) -> tuple[float, bool, list[str]]:
    """One run; killed at a random moment after its `goal`-th line, counting those that earlier runs told."""
    started = time.monotonic()
    command = _command("batch", str(folder / "dumps"), "--name", "trial", "--report", str(folder / "summary.pdf"))
    lines: list[str] = []
    killed = False
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as child:
        assert child.stdout is not None
        for line in child.stdout:
            lines.append(line)
            if goal is not None and not killed and len(lines) >= goal:
                time.sleep(chance.uniform(0.0, 0.7))
                child.send_signal(signal.SIGKILL)
                killed = True
    return time.monotonic() - started, killed and child.returncode == -signal.SIGKILL, lines


def _fold(lines: list[str], told: dict[str, str]) -> list[str]:
    """Rows that were told under one name must stay the same from run to run."""
    faults = []
    for line in lines:
        found = re.search(r" (dump-\d+\.xml): .*  No\. (\d+)", line)
        if found is not None and told.setdefault(found[1], found[2]) != found[2]:
            faults.append(f"{found[1]} was told as row {told[found[1]]} and as row {found[2]}")
    return faults


def _rows(ledger: Path) -> int:
    connection = sqlite3.connect(f"{ledger.as_uri()}?mode=ro", uri=True)
    try:
        return int(connection.execute("SELECT count(*) FROM inspection").fetchone()[0])
    finally:
        connection.close()


def _proved(
    folder: Path, ledger: Path, files: int, told: dict[str, str], faults: list[str], worked: float, judged: float
) -> int:
    names = _names(ledger)
    if sorted(names) != sorted(path.name for path in (folder / "dumps").iterdir()):
        faults.append(f"{len(names):,} rows of {len(set(names)):,} files, and there are {files:,}")
    if len(told) != files or len(set(told.values())) != files:
        faults.append(f"{len(told):,} files were told, as {len(set(told.values())):,} rows")
    print(f"rows {len(names):,}, different files among them {len(set(names)):,}, files {files:,}")
    for words, wanted in (
        (("ledger", "verify", "--all", "--report", str(folder / "summary.pdf")), 0),
        (("verify", str(folder / "summary.pdf")), 3),
    ):
        started = time.monotonic()
        done = subprocess.run(_command(*words), capture_output=True, text=True, check=False)
        print(f"{' '.join(words[:2])}: exit {done.returncode}, {time.monotonic() - started:.1f} s")
        print("  " + "\n  ".join(done.stdout.splitlines()[:6]))
        if done.returncode != wanted:
            faults.append(f"{' '.join(words)}: exit {done.returncode}: {done.stdout}{done.stderr}")
    rate = files / worked
    print(f"batch, all runs with their starts, summary included: {worked:.1f} s: {rate:.1f} a second")
    print(f"  beside judge of the same folder in the same run, which keeps nothing: ratio {rate / judged:.2f}")
    sizes = [(folder / "summary.pdf").stat().st_size / 2**20, ledger.stat().st_size / 2**20]
    print(f"summary: {sizes[0]:.1f} MiB; ledger {sizes[1]:.0f} MiB")
    print("\n".join(faults) if faults else f"each of {files:,} files was judged once")
    return 1 if faults else 0


def _names(ledger: Path) -> list[str]:
    connection = sqlite3.connect(f"{ledger.as_uri()}?mode=ro", uri=True)
    try:
        query = "SELECT json_extract(body, '$.evidence.file_name') FROM inspection"
        return [str(name) for (name,) in connection.execute(query)]
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(main())
