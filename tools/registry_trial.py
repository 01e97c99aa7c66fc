"""Pushes into a real registry, killed again and again on either side; then registry and ledgers must agree row by row.

    python -m tools.registry_trial [--kills 200] [--seed 1]

Two offices push at the same time through two gates. In each round one of these dies without warning, at a random moment
of the push: the program that pushes, a gate (both by SIGKILL), one of the server's own processes (SIGKILL, after which
PostgreSQL throws out everybody and recovers), or the whole server, as by a power cut. Then the push is begun again. It
prints what it saw, and ends with 1 where a row was lost, came twice, or differs.
"""

import argparse
import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg  # noqa: TID251 - it looks at what stands there past the program

from gpu_inspector.ledger.store import Ledger
from gpu_inspector.records.inspection import Inspection
from gpu_inspector.records.registry import inflated
from gpu_inspector.report.identity import load_or_make
from gpu_inspector.workflow import registry_verify
from tools import bench_push

KILLS = 200
WAYS = ("the pushing program", "a gate", "a process of the server", "the server")
OFFICES = ("Office A", "Office B")
MOST_NEW = 12
"""Rows that come to a ledger before a push."""
_PATIENCE_S = 120.0
_PUSHING = """
import json, sys
from pathlib import Path
from gpu_inspector.errors import GpuInspectorError
from gpu_inspector.report.identity import load_or_make
from gpu_inspector.workflow import registry_push
registry_push.ROWS_OF_A_BATCH = 3
ledger, url, identity = Path(sys.argv[1]), sys.argv[2], load_or_make(Path(sys.argv[3]))
print("ready", flush=True)
for _line in sys.stdin:
    try:
        done = registry_push.push(ledger, url, identity=identity, wait_s=5.0)
        print(json.dumps({"head": done.head, "rows": done.rows, "refused": done.refused}), flush=True)
    except GpuInspectorError as error:
        print(json.dumps({"error": type(error).__name__, "says": str(error)}), flush=True)
"""


@dataclass
class Pusher:
    """An office's program, which pushes when it is told to."""

    ledger: Path
    url: str
    key: Path
    child: "subprocess.Popen[str] | None" = None

    def ready(self) -> "subprocess.Popen[str]":
        if self.child is None or self.child.poll() is not None:
            self.kill()
            words = [sys.executable, "-c", _PUSHING, str(self.ledger), self.url, str(self.key)]
            self.child = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            self._line()
        return self.child

    def begin(self) -> None:
        child = self.ready()
        assert child.stdin is not None
        child.stdin.write("push\n")
        child.stdin.flush()

    def end(self) -> dict[str, Any]:
        """What the push came to; {} where its program is dead."""
        line = self._line()
        return json.loads(line) if line else {}

    def _line(self) -> str:
        assert self.child is not None
        assert self.child.stdout is not None
        return self.child.stdout.readline()

    def strike(self) -> None:
        """Kill it as it is."""
        assert self.child is not None
        self.child.kill()

    def kill(self) -> None:
        """Kill it, and let go of it."""
        if self.child is None:
            return
        self.child.kill()
        self.child.wait()
        for pipe in (self.child.stdin, self.child.stdout):
            with contextlib.suppress(OSError):
                if pipe is not None:
                    pipe.close()
        self.child = None


@dataclass
class Trial:
    """Server, offices and gates of one trial."""

    server: Any
    urls: Any
    chance: random.Random
    pushers: list[Pusher]
    made: list[Inspection]
    gates: list["subprocess.Popen[bytes]"] = field(default_factory=list)
    typical_s: float = 0.4
    faults: list[str] = field(default_factory=list)
    struck: Counter[str] = field(default_factory=Counter)
    """Kills while a push was under way."""
    compared: dict[str, int] = field(default_factory=dict)

    def open_gates(self) -> None:
        self.gates = [one for one in self.gates if one.poll() is None]
        while len(self.gates) < 2:
            words = [sys.executable, "-m", "gpu_inspector", "registry", "accept", "--follow", "--registry"]
            self.gates.append(
                subprocess.Popen([*words, self.urls.registrar], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            )

    def round(self, number: int) -> None:
        """New rows, a push, a kill within it, and pushes until all is there."""
        self.open_gates()
        for one in self.pushers:
            one.ready()
            bench_push.append(one.ledger, self._new())
        for one in self.pushers:
            one.begin()
        way = self.chance.choice(WAYS)
        time.sleep(self.chance.uniform(0.0, 0.8) * self.typical_s)
        self._strike(way)
        self._finish(number, way)

    def _new(self) -> list[Inspection]:
        count = self.chance.randint(1, MOST_NEW)
        return [bench_push.another(self.chance.choice(self.made)) for _ in range(count)]

    def _strike(self, way: str) -> None:
        waits = any(not _readable(one) for one in self.pushers)
        self.struck[way if waits else f"{way}, too late"] += 1
        if way == WAYS[0]:
            self.chance.choice(self.pushers).strike()
        elif way == WAYS[1]:
            gate = self.chance.choice(self.gates)
            gate.kill()
            gate.wait()
        elif way == WAYS[2]:
            self._kill_backend()
        else:
            self.server.stop(immediate=True)
            self.server.start()

    def _kill_backend(self) -> None:
        found = self.ask(
            "SELECT pid FROM pg_stat_activity WHERE datname = '" + self.urls.database + "' AND pid <> pg_backend_pid()"
        )
        with contextlib.suppress(ProcessLookupError, IndexError):  # none is there, or it has ended since
            os.kill(self.chance.choice(found)[0], signal.SIGKILL)

    def _finish(self, number: int, way: str) -> None:
        for one in self.pushers:
            one.end()
        started = time.monotonic()
        left = list(self.pushers)
        while left and time.monotonic() - started < _PATIENCE_S:
            self.open_gates()
            begun = time.monotonic()
            for one in left:
                one.begin()
            answers = [(one, one.end()) for one in left]
            self.faults += [
                f"round {number} ({way}): {done['refused']}" for _one, done in answers if done.get("refused")
            ]
            left = [one for one, done in answers if done.get("head", -1) != done.get("rows")]
            if not left:
                self.typical_s = 0.8 * self.typical_s + 0.2 * max(time.monotonic() - begun, 0.2)
        if left:
            self.faults.append(f"round {number} ({way}): the push did not come to its end")
        for name, one in zip(OFFICES, self.pushers, strict=True):
            self.faults += [f"round {number} ({way}): {said}" for said in self.compare(name, one.ledger)]

    def compare(self, name: str, ledger: Path, *, everything: bool = False) -> list[str]:
        """What differs between ledger and registry, row by row, from where they were compared last."""
        after = 0 if everything else self.compared.get(name, 0)
        there = self.ask(
            "SELECT i.seq, i.prev, i.digest, i.body, l.seq FROM gpu_inspector.inspection AS i"
            " JOIN gpu_inspector.office AS o ON o.number = i.office"
            " LEFT JOIN gpu_inspector.listing AS l ON l.office = i.office AND l.seq = i.seq"
            f" WHERE o.name = '{name}' AND i.seq > {after} ORDER BY i.seq"
        )
        with Ledger(ledger, readonly=True) as opened:
            rows = opened.count()
            here = list(opened.chosen(range(after + 1, rows + 1)))
        faults = [] if len(there) == len(here) else [f"{name}: {after + len(there)} rows there, {rows} here"]
        for (entry, body), (seq, prev, digest, packed, listed) in zip(here, there, strict=False):
            told = (seq, prev.hex(), digest.hex(), inflated(packed), listed)
            if told != (entry.seq, entry.previous, entry.digest, body, entry.seq):
                faults.append(f"{name}: row {entry.seq} differs")
        if not faults:
            self.compared[name] = rows
        return faults

    def ask(self, question: str) -> list[tuple[Any, ...]]:
        """As the server's superuser, and again where it is recovering."""
        end = time.monotonic() + _PATIENCE_S
        while True:
            try:
                return list(self.server.execute(question, database=self.urls.database))
            except psycopg.OperationalError:
                if time.monotonic() > end:
                    raise
            time.sleep(0.1)

    def close(self) -> None:
        for one in self.pushers:
            one.kill()
        for gate in self.gates:
            gate.kill()
            gate.wait()


def _readable(one: Pusher) -> bool:
    """Whether this push has answered already."""
    import select

    assert one.child is not None
    assert one.child.stdout is not None
    return bool(select.select([one.child.stdout], [], [], 0)[0])


def trial(folder: Path, kills: int, seed: int, *, durable: bool, told: Callable[[str], None]) -> list[str]:
    """What went wrong in so many rounds. Needs GPU_INSPECTOR_HOME to be a folder that may be filled."""
    import registry_server

    with registry_server.running(durable=durable) as server:
        urls = registry_server.enrolled(server, registry_server.migrated(server))
        pushers = [
            Pusher(folder / f"{letter}.sqlite", url, folder / f"key-{letter}")
            for letter, url in zip("ab", (urls.office_a, urls.office_b), strict=True)
        ]
        for name, one in zip(OFFICES, pushers, strict=True):
            bench_push.register(urls.owner, name, load_or_make(one.key))
        run = Trial(server, urls, random.Random(seed), pushers, bench_push.inspections(12))
        try:
            for number in range(1, kills + 1):
                run.round(number)
                if number % 10 == 0:
                    told(f"{number} kills, rows {run.compared}, faults {len(run.faults)}")
            run.faults += _at_end(run)
        finally:
            run.close()
    told(f"rows at the end: {run.compared}")
    told("kills: " + ", ".join(f"{way}: {count}" for way, count in sorted(run.struck.items())))
    return run.faults


def _at_end(run: Trial) -> list[str]:
    faults = []
    for name, one in zip(OFFICES, run.pushers, strict=True):
        faults += run.compare(name, one.ledger, everything=True)
        faults += [f"{name}: {found.problem}" for found in registry_verify.verify(one.url, one.ledger) if found.problem]
        with Ledger(one.ledger, readonly=True) as opened:
            problem = opened.verify().problem
            faults += [f"{name}: {problem}"] if problem else []
    lying = run.ask("SELECT count(*) FROM gpu_inspector.inbox")
    return [*faults, *([f"{lying[0][0]} batches lie in the inbox"] if lying[0][0] else [])]


def main() -> int:
    """0 where registry and ledgers agree, else 1."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=KILLS)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    sys.path.append(str(Path(__file__).parent.parent / "tests"))
    with tempfile.TemporaryDirectory(prefix="registry-trial-") as place:
        os.environ["GPU_INSPECTOR_HOME"] = place
        started = time.monotonic()
        faults = trial(Path(place), given.kills, given.seed, durable=True, told=lambda line: print(line, flush=True))
        print(f"{given.kills} kills in {time.monotonic() - started:.0f} s")
    print("\n".join(faults) if faults else "registry and ledgers agree row for row: nothing lost, nothing twice")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
