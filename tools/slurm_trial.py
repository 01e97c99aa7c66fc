"""`make slurm-trial`: the audit of a hall of simulated nodes through a real Slurm, all of it on this one machine.

    python -m tools.slurm_trial [--nodes N] [--jobs N] [--seed N] [--out FOLDER]

The hall is the one of tools/audit_trial.py: of its nodes one dies, one hangs, one has no driver, one another version,
one another clock; three hold an altered card, one a patched driver. Here Slurm lacks two more: one node is drained, one
is held by somebody else's job. When a third of the nodes is in the ledger, Slurm's controller is started again; when it
is half of them, the audit itself is killed and started again. It ends with 1 where a node is missing or there twice, or
where a job is left; with 77 where this machine cannot run a Slurm, and says in sentences what it lacks or refuses.
Everything in it is a SIMULATION.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from gpu_inspector.errors import LedgerError
from gpu_inspector.workflow import judging
from tools.audit_trial import Cast, cast
from tools.slurm_here import PARTITION, Slurm, SlurmRefused, lacking

SKIPPED = 77
_DOWN_REASON = "fan tray | replaced"
_RUN_S = 3600.0
_LEFT_S = 60.0
_LOOK_S = 0.5
NAME = "Slurm hall"


def main(arguments: list[str]) -> int:
    """0 where every node is named once and nothing is left."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--nodes", type=int, default=60)
    parser.add_argument("--jobs", type=int, default=2 * (os.cpu_count() or 1), help="nodes that are held at a time")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--hangs", type=float, default=60.0, help="seconds that a node has to answer")
    given = parser.parse_args(arguments)
    if lacks := lacking():
        print("This machine cannot run a Slurm of its own:")
        print("\n".join(f"- {lack}" for lack in lacks))
        return SKIPPED
    folder = given.out or Path(tempfile.mkdtemp(prefix="slurm-trial-"))
    folder.mkdir(parents=True, exist_ok=True)
    made = cast(given.nodes, given.seed)
    faults = 0
    try:
        for line in _trial(made, folder, given.jobs, given.hangs):
            print(line, flush=True)
            faults += line.startswith("FAULT")
    except SlurmRefused as refused:
        print(f"This machine does not let Slurm run. {refused}")
        return SKIPPED
    print(f"Report: {folder / 'audit.pdf'}")
    return 1 if faults else 0


def _trial(made: Cast, folder: Path, jobs: int, hangs_s: float) -> Iterator[str]:
    names = [row.partition(",")[0] for row in made.rows]
    odd = {*made.lost, *made.altered, made.patched}
    down, held = [name for name in names if name not in odd][:2]
    yield f"SIMULATION: {len(names)} nodes. Lost: {made.lost}. Altered: {made.altered}. Patched driver: {made.patched}."
    yield f"Of Slurm: {down} is drained, {held} is held by another job."
    (folder / "hall.csv").write_bytes(made.hall)
    began = time.perf_counter()
    with Slurm(names, cards=1) as slurm:
        yield f"Slurm has {len(slurm.idle())} idle nodes after {time.perf_counter() - began:.1f} s."
        slurm.drain(down, _DOWN_REASON)
        slurm.occupy(held, int(_RUN_S))
        yield from _audited(slurm, folder, len(names), jobs, hangs_s)
        until = time.monotonic() + _LEFT_S
        while (left := [line for line in slurm.queue() if "gpu-inspector" in line]) and time.monotonic() < until:
            time.sleep(0.5)
        yield f"FAULT: jobs are left: {left}" if left else "No job of the audit is left in the queue."
    yield f"{time.perf_counter() - began:.0f} s in all."
    yield from _faults(made, folder, {down, held})


def _audited(slurm: Slurm, folder: Path, nodes: int, jobs: int, hangs_s: float) -> Iterator[str]:
    """Run the audit; kill first Slurm's controller, then the audit itself."""
    restarted = killed = False
    said = folder / "said"
    for run in range(2):
        with said.open("ab") as out:
            collector = _collector(slurm, folder, jobs, hangs_s, out)
        while (status := collector.poll()) is None:
            time.sleep(_LOOK_S)
            kept = _kept(folder)
            if kept >= nodes // 3 and not restarted:
                restarted = True
                slurm.restart_controller()
                yield f"-- {kept} nodes in the ledger: slurmctld was ended, and started again"
            if kept >= nodes // 2 and not killed:
                killed = True
                collector.send_signal(signal.SIGKILL)
                yield f"-- {kept} nodes in the ledger: the audit was killed, and is started again"
        yield from said.read_text("utf-8").splitlines()
        said.unlink()
        if status != -signal.SIGKILL:
            if status not in judging.EXITS.values() or run == 0:
                yield f"FAULT: the audit ended with status {status} in its run {run + 1}"
            return


def _kept(folder: Path) -> int:
    """How many inspections are in the ledger, as anybody may look while the audit writes."""
    from gpu_inspector.ledger.store import Ledger

    try:
        with Ledger(folder / "ledger.sqlite", readonly=True) as opened:
            return opened.count()
    except LedgerError:
        return 0


def _collector(slurm: Slurm, folder: Path, jobs: int, hangs_s: float, out: IO[bytes]) -> subprocess.Popen[bytes]:
    """The command as it is given at a terminal."""
    words = ["audit", "--slurm", PARTITION, "--hall", str(folder / "hall.csv"), "--name", NAME, "--no-measure"]
    words += ["--slurm-jobs", str(jobs), "--slurm-wait", "3", "--address", "127.0.0.1"]
    words += ["--timeout", str(hangs_s / 60), "--ledger", str(folder / "ledger.sqlite")]
    words += ["--report", str(folder / "audit.pdf"), "--case", "TRIAL"]
    environment = {**os.environ, **slurm.environment, "GPU_INSPECTOR_HOME": str(folder / "home"), "COLUMNS": "120"}
    return subprocess.Popen([sys.executable, "-m", "gpu_inspector", *words], stdout=out, stderr=out, env=environment)


def _faults(made: Cast, folder: Path, lost_to_slurm: set[str]) -> Iterator[str]:
    """Every node is once in the lot or once among the lost, and the odd ones are those of the cast."""
    from gpu_inspector.ledger.store import Ledger
    from gpu_inspector.workflow import lots

    state = lots.state(folder / "ledger.sqlite", NAME)
    members = [(one.node, str(one.identity)) for one in state.members]
    lost = {gap.node for gap in state.hall.gaps} if state.hall is not None else set()
    inside = Counter(node for node, _identity in members)
    wanted = {*made.lost, *lost_to_slurm}
    if lost != wanted:
        yield f"FAULT: lost are {sorted(lost ^ wanted)} too many or too few"
    for row in made.rows:
        name = row.partition(",")[0]
        if inside[name] != (name not in wanted):
            yield f"FAULT: {name} is in the lot {inside[name]} times"
    odd = {node for node, identity in members if identity in ("CONTRADICTED", "SUSPICIOUS")}
    if not set(made.altered) <= odd <= {*made.altered, made.patched}:
        yield f"FAULT: {sorted(odd)} deviate"
    with Ledger(folder / "ledger.sqlite", readonly=True) as opened:
        if opened.count() != len(made.rows) - len(wanted):
            yield f"FAULT: {opened.count()} rows of the ledger"
        if (problem := opened.verify().problem) is not None:
            yield f"FAULT: {problem}"
        else:
            yield f"The chain of the ledger's {opened.count()} rows is whole."


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
