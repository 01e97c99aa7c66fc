"""The audit's engine: judging through workers beside plain processes, and what a thousand nodes cost the collector.

python -m tools.bench_audit [--captures N] [--nodes N]
"""

import argparse
import gc
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from gpu_inspector.cluster import engine as engines
from gpu_inspector.cluster import local
from gpu_inspector.cluster.dask_engine import DaskEngine
from gpu_inspector.probes import sample
from gpu_inspector.records.catalogue import load
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.evidence import Evidence
from gpu_inspector.workflow import audit_captures, collecting
from tools import bench_audit_worker

CAPTURES = 10_000
NODES, CARDS = 1_000, 8
FEW = 200
ANSWER_BYTES = 100 * 1024
"""Of an envelope with the evidence of eight measured cards, compressed."""
PROCESSES = 4
ANSWER = "gpu_inspector.workflow.node_bench:answer"
_PLAIN = """
import sys
from pathlib import Path
from gpu_inspector.workflow.audit_captures import judged
from gpu_inspector.records.catalogue import load
load()
chunks = [Path(name).read_bytes() for name in Path(sys.argv[1]).read_text().split()]
judged(chunks[0])
print("ready", flush=True)
sys.stdin.readline()
for one in chunks:
    judged(one)
"""


def bench() -> None:
    """Both parts."""
    judging(CAPTURES)
    nodes(NODES)


def judging(captures: int = CAPTURES) -> None:
    """Judge so many captures in two workers, and in two plain processes."""
    chunks = list(audit_captures.chunks(_evidence(captures), Declaration()))
    with local.started(2) as engine:
        _all(engine, chunks[:4])
        began = time.perf_counter()
        _all(engine, chunks)
        through = time.perf_counter() - began
    plain = _plain(chunks)
    print(
        f"judging {captures:,} captures: two workers {through:.1f} s, two plain processes {plain:.1f} s,"
        f" {plain / through:.2f} of their rate (floor 0.85)"
    )


def _evidence(count: int) -> list[Evidence]:
    catalogue = load()
    rows = [row for row in catalogue.products if row.device_ids and row.memory_mib]
    found = []
    for number in range(min(count, len(rows))):
        row = rows[number * 7 % len(rows)]
        text = sample.write(row, catalogue.dies[row.die])
        found.append(collecting.collect_bytes(text.encode(), f"{number}.xml", catalogue))
    return [found[number % len(found)] for number in range(count)]


def _all(engine: DaskEngine, chunks: list[bytes]) -> None:
    for one in engine.map(audit_captures.JUDGED, chunks, timeout_s=600.0):
        if not one.data:
            raise SystemExit(f"not judged: {one}")


def _plain(chunks: list[bytes]) -> float:
    with tempfile.TemporaryDirectory() as place:
        folder, started = Path(place), []
        for at, data in enumerate(chunks):
            (folder / f"{at}").write_bytes(data)
        for at in range(2):
            names = [str(folder / f"{number}") for number in range(at, len(chunks), 2)]
            (folder / f"list{at}").write_text("\n".join(names))
            command = [sys.executable, "-c", _PLAIN, str(folder / f"list{at}")]
            started.append(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
        for one in started:
            assert one.stdout is not None
            one.stdout.readline()
        began = time.perf_counter()
        for one in started:
            assert one.stdin is not None
            one.stdin.write("go\n")
            one.stdin.flush()
        for one in started:
            one.wait()
        return time.perf_counter() - began


def nodes(most: int = NODES) -> None:
    """Greet and ask so many nodes, whose answers are of real size; the engine's time a card, and memory here."""
    os.environ[bench_audit_worker.BYTES] = str(ANSWER_BYTES)
    few = min(FEW, most // 2)
    before = _asked(few)
    after = _asked(most)
    print(
        f"{most:,} nodes of {CARDS} cards: {after[0] / most / CARDS * 1000:.2f} ms a card (floor 5 ms),"
        f" collector {after[1] / 2**20:.0f} MiB, with {few:,} nodes {before[1] / 2**20:.0f} MiB"
    )


def _asked(count: int) -> tuple[float, int]:
    """Seconds of the whole talk, and the collector's memory at its most."""
    names = [f"node{number:04d}" for number in range(count)]
    fleet = local.LocalFleet(names, "tools.bench_audit_worker", processes=PROCESSES)
    with DaskEngine(fleet.address, fleet.security, where=fleet.where, fleet=fleet, wait_s=300.0) as engine:
        until = time.monotonic() + 600
        while len(there := engine.nodes()) < count and time.monotonic() < until:
            time.sleep(1.0)
        if len(there) < count:
            raise SystemExit(f"{len(there)} of {count} nodes came")
        list(engines.ask_all(engine, ANSWER, [(node, b"", 600.0) for node in there]))
        gc.collect()
        began, most, met = time.perf_counter(), 0, 0
        talk = engine.talk()
        for node in there:
            talk.ask(node, ANSWER, b"", 600.0)
        while talk.asked:
            one = talk.answer(1.0)
            if one is None:
                continue
            if one.data == b"hello":
                talk.ask(one.node, ANSWER, b"x", 600.0)
            elif one.data is None or len(one.data) != ANSWER_BYTES:
                raise SystemExit(f"no answer: {one.trouble} {one.detail}")
            else:
                met += 1
                most = max(most, _resident()) if met % 50 == 0 or met == count else most
        seconds = time.perf_counter() - began
    return seconds, most


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def main(arguments: list[str]) -> None:
    """Print the figures; it judges nothing."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--captures", type=int, default=CAPTURES)
    parser.add_argument("--nodes", type=int, default=NODES)
    given = parser.parse_args(arguments)
    if given.captures:
        judging(given.captures)
    if given.nodes:
        nodes(given.nodes)


if __name__ == "__main__":
    main(sys.argv[1:])
