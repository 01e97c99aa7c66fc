"""An audit of simulated nodes, some lost, some altered, whose scheduler is restarted in the middle: is each one named?

    python -m tools.audit_trial [--nodes N] [--seed N] [--processes N] [--out FOLDER]

Of the nodes one is killed, one hangs, one has no driver, one another version, one another clock; three hold an altered
card, one a patched driver. It ends with one lot and its report, and with status 1 where a node is missing or twice.
Everything in it is a SIMULATION.
"""

import argparse
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from gpu_inspector.cluster.dask_engine import DaskEngine
from gpu_inspector.cluster.local import LocalFleet
from gpu_inspector.cluster.scheduler import OwnScheduler
from gpu_inspector.errors import ClusterError
from gpu_inspector.ledger.store import Ledger
from gpu_inspector.records import hall_file, hall_words
from gpu_inspector.records.audit import AuditTerms
from gpu_inspector.records.declaration import Case, Declaration
from gpu_inspector.records.finding import Identity, Outcome
from gpu_inspector.records.inspection import Inspection
from gpu_inspector.records.lot import Member
from gpu_inspector.records.node import Trouble
from gpu_inspector.workflow import audit_plan, lot_summing, signing
from gpu_inspector.workflow.audit import Audit
from gpu_inspector.workflow.audit_collect import Asking

GENUINE = "genuine-h100-sxm"
ALTERED = ("cmp-170hx-as-a100", "rtx-4090-48gb", "rtx-3070-16gb")
LOST = (Trouble.DIES, Trouble.HANGS, Trouble.NO_DRIVER, Trouble.OTHER_VERSION, Trouble.OTHER_CLOCK)
PER_RACK = 20
RESTART_S = 60.0


@dataclass
class Cast:
    """Who plays what."""

    rows: list[str]
    lost: dict[str, str] = field(default_factory=dict)
    altered: dict[str, str] = field(default_factory=dict)
    patched: str = ""

    @property
    def hall(self) -> bytes:
        return "\n".join(["node,rack,unit,cards,simulate,seed,trouble", *self.rows]).encode()


def cast(nodes: int, seed: int) -> Cast:
    """The nodes of the hall, and which of them are not as they should be."""
    draw = random.Random(seed)
    names = [f"node{number + 1:03d}" for number in range(nodes)]
    chosen = draw.sample(names, len(LOST) + len(ALTERED) + 1)
    made = Cast([])
    made.lost = dict(zip(chosen, LOST, strict=False))
    made.altered = dict(zip(chosen[len(LOST) :], ALTERED, strict=False))
    made.patched = chosen[-1]
    for number, name in enumerate(names):
        trouble = made.lost.get(name, Trouble.PATCHED_DRIVER if name == made.patched else "")
        card = made.altered.get(name, GENUINE)
        rack, unit = f"R{number // PER_RACK + 1:02d}", number % PER_RACK * 2 + 1
        made.rows.append(f"{name},{rack},{unit},1,{card},{draw.randrange(10_000)},{trouble}")
    return made


class Hall:
    """The scheduler and the workers of all nodes, in a few processes; who dies or hangs has one of its own."""

    def __init__(self, made: Cast, processes: int) -> None:
        names = [row.partition(",")[0] for row in made.rows]
        alone = [name for name, trouble in made.lost.items() if trouble in (Trouble.DIES, Trouble.HANGS)]
        self._fleet = LocalFleet(names, processes=processes, alone=alone)

    @property
    def scheduler(self) -> OwnScheduler:
        return self._fleet.scheduler

    def restart(self) -> None:
        """The scheduler dies at once, and another one comes up at the same address."""
        port = int(self.scheduler.address.rpartition(":")[2])
        security = self.scheduler.security
        self.scheduler.kill()
        until = time.monotonic() + RESTART_S
        while True:
            time.sleep(1.0)
            try:
                self._fleet.scheduler = OwnScheduler(port=port, security=security)
                return
            except ClusterError:  # a worker that looks for it may hold the very port for a moment
                if time.monotonic() > until:
                    raise

    def close(self) -> None:
        self._fleet.close()


def audited(made: Cast, folder: Path, hall: Hall, *, restart_after: int, hangs_s: float, profile: str) -> Iterator[str]:
    """Run it; a line for each node, then what is wrong with the whole."""
    ledger = folder / "ledger.sqlite"
    case = Case(number="TRIAL", office="", place="")
    terms = AuditTerms(name="Trial hall", case=case, declaration=Declaration(), profile=profile)
    engine = DaskEngine(hall.scheduler.address, hall.scheduler.security, wait_s=180.0)
    told: Counter[str] = Counter()
    named: set[str] = set()
    began = time.perf_counter()
    with (
        engine,
        Audit(
            ledger,
            terms,
            signing.signer(),
            audit_plan.plan(engine, hall_file.read(made.hall)),
            asking=Asking("", greeting_s=120.0, answer_s=hangs_s, absent_s=240.0),
        ) as audit,
    ):
        for one in audit.work(engine):
            told[one.node] += 1
            if one.gap is not None:
                yield f"{one.node}: GAP {one.gap.lack}: {one.gap.reason}"
            elif one.inspection is not None:
                yield from _named(one.node, one.inspection, named)
            if restart_after and audit.kept >= restart_after:
                restart_after = 0
                yield f"-- {audit.kept} nodes kept: the scheduler is killed, and started again"
                hall.restart()
        state = audit.end()
        yield from audit.remarks
    out = folder / "audit.pdf"
    lot_summing.write(ledger, audit.lot.name, out)
    seconds = time.perf_counter() - began
    lost = len(state.hall.gaps) if state.hall is not None else 0
    yield f"{len(state.members)} cards in the lot, {lost} nodes lost, {seconds:.0f} s"
    if state.hall is not None:
        yield from hall_words.lines(state.hall, state.members)
    yield from _faults(made, ledger, told, named, state.members)


def _named(node: str, inspection: Inspection, named: set[str]) -> Iterator[str]:
    """A line for a card that is not as it should be, or whose bench is not: then it is hearsay, and undecided."""
    judged = inspection.judgement.cards[0]
    if judged.identity in (Identity.CONTRADICTED, Identity.SUSPICIOUS):
        named.add(node)
        yield f"{node}: {judged.identity}: {judged.product}"
    elif any(one.check == "bench-patches" and one.outcome is Outcome.INCONCLUSIVE for one in judged.findings):
        named.add(node)
        yield f"{node}: {judged.identity}: traces of a patched driver"


def _faults(
    made: Cast, ledger: Path, told: Counter[str], named: set[str], members: tuple[Member, ...]
) -> Iterator[str]:
    nodes = [row.partition(",")[0] for row in made.rows]
    for name in nodes:
        if told[name] != 1:
            yield f"FAULT: {name} was told {told[name]} times"
    inside = Counter(one.node for one in members)
    for name in nodes:
        if inside[name] != (name not in made.lost):
            yield f"FAULT: {name} is in the lot {inside[name]} times"
    wanted = {*made.altered, made.patched}
    if named != wanted:
        yield f"FAULT: {sorted(named)} are named, not {sorted(wanted)}"
    with Ledger(ledger, readonly=True) as opened:
        if opened.count() != len(nodes) - len(made.lost):
            yield f"FAULT: {opened.count()} rows of the ledger"
        if (problem := opened.verify().problem) is not None:
            yield f"FAULT: {problem}"


def main(arguments: list[str]) -> int:
    """0 where every node is named once, and the nine that are odd for what they are."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--nodes", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=4)
    parser.add_argument("--hangs", type=float, default=60.0, help="seconds that a node has to answer")
    parser.add_argument("--profile", default="", help="measure every card so; else its claims alone are read")
    parser.add_argument("--out", type=Path)
    given = parser.parse_args(arguments)
    folder = given.out or Path(tempfile.mkdtemp(prefix="audit-trial-"))
    folder.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("GPU_INSPECTOR_HOME", str(folder / "home"))
    made = cast(given.nodes, given.seed)
    print(
        f"SIMULATION: {given.nodes} nodes. Lost: {made.lost}. Altered: {made.altered}. Patched driver: {made.patched}."
    )
    hall = Hall(made, given.processes)
    faults = 0
    try:
        options = {"hangs_s": given.hangs, "profile": given.profile}
        for line in audited(made, folder, hall, restart_after=given.nodes // 3, **options):
            print(line, flush=True)
            faults += line.startswith("FAULT")
    finally:
        hall.close()
    print(f"Report: {folder / 'audit.pdf'}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
