"""The ledger's half of `make bench`: a durable append and a verification, each beside its floor of the same run.

Floors: plain sqlite3 with the same pragmas that puts the same bytes into one table, and SHA-256 over the same bytes.
Both sides take turns, row by row, so that a slow moment of the disk meets both.
"""

import dataclasses
import hashlib
import sqlite3
import statistics
import tempfile
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from gpu_inspector import resources
from gpu_inspector.ledger import verification
from gpu_inspector.ledger.store import Ledger
from gpu_inspector.records import canonical
from gpu_inspector.records.catalogue import load
from gpu_inspector.records.declaration import Case, Declaration
from gpu_inspector.records.inspection import Inspection
from gpu_inspector.report import identity
from gpu_inspector.workflow import checkpoints, custody, ledger_checks
from gpu_inspector.workflow.collecting import collect_file
from gpu_inspector.workflow.judging import judge

ROWS = 300
TO_VERIFY = verification.LARGE + 500
"""So many that a second verification goes on from the last checkpoint."""
RUNS = 5
SAMPLE = resources.root() / "samples" / "geforce-rtx-4090.xml"


def bench() -> None:
    """Print both ratios."""
    with tempfile.TemporaryDirectory() as folder:
        _append(Path(folder))
        _verify(Path(folder))


def _example() -> Inspection:
    evidence = collect_file(SAMPLE, None, load())
    declaration = Declaration(product="GeForce RTX 4090", memory_gb=24)
    return Inspection(
        id=str(uuid.uuid4()),
        made_at=datetime.now(UTC),
        utc_offset_minutes=0,
        case=Case(number="A-2026/17", inspector="Müller", office="Köln-Bonn", place="Lager 3"),
        declaration=declaration,
        evidence=evidence,
        judgement=judge(evidence, declaration, load()),
    )


def _raw(path: Path) -> sqlite3.Connection:
    """Plain sqlite3 with what `ledger/connection.py` sets."""
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("trusted_schema = OFF", "cell_size_check = ON", "synchronous = FULL", "journal_mode = WAL"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute(
        "CREATE TABLE inspection(seq INTEGER PRIMARY KEY, prev BLOB NOT NULL, digest BLOB NOT NULL UNIQUE,"
        " body BLOB NOT NULL) STRICT"
    )
    return connection


def _put(connection: sqlite3.Connection, body: bytes) -> None:
    connection.execute("BEGIN IMMEDIATE")
    digest = hashlib.sha256(body).digest()
    connection.execute("INSERT INTO inspection(prev, digest, body) VALUES (?, ?, ?)", (digest, digest, body))
    connection.execute("COMMIT")


def _timed(action: Callable[[], object]) -> float:
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def _append(folder: Path) -> None:
    example = _example()
    raw = _raw(folder / "raw.sqlite")
    ours, floor = [], []
    with Ledger(folder / "ours.sqlite") as ledger:
        for _ in range(ROWS):
            inspection = dataclasses.replace(example, id=str(uuid.uuid4()))
            body = canonical.encode(inspection)
            floor.append(_timed(lambda body=body: _put(raw, body)))  # type: ignore[misc]
            ours.append(_timed(lambda one=inspection: ledger.append(one)))  # type: ignore[misc]
    raw.close()
    parts = [slice(start, start + ROWS // RUNS) for start in range(0, ROWS, ROWS // RUNS)]
    ratio = statistics.median(statistics.median(floor[part]) / statistics.median(ours[part]) for part in parts)
    sums = sum(floor) / sum(ours)
    print(
        f"durable append, bodies of {len(body) / 1024:.0f} KiB   {statistics.median(ours) * 1e3:.2f} ms"
        f" (median of {ROWS})"
    )
    beside = f"{statistics.median(floor) * 1e3:.2f} ms: {ratio:.2f} of its speed (goal 0.8; by sums {sums:.2f})"
    print(f"  floor: plain sqlite3 with the same pragmas and bytes   {beside}")


def _verify(folder: Path) -> None:
    example, path = _example(), folder / "verify.sqlite"
    bodies = []
    with Ledger(path) as ledger:
        # Built without flushes: only reading is timed.
        ledger._connection.execute("PRAGMA synchronous = OFF")
        for number in range(TO_VERIFY):
            ledger.append(dataclasses.replace(example, id=str(uuid.uuid4())))
            bodies.append(ledger.entry(number + 1)[1])
    custody.note(path, custody.What.VERIFIED, TO_VERIFY)
    checkpoints.make(path, identity.load_or_make(folder / "identity"))
    size = sum(map(len, bodies)) / 2**20
    for what, everything in (("resumed from the last checkpoint", False), ("everything", True)):
        found = ledger_checks.verify(path, everything=everything)
        assert found.problem is None and found.found.unread == (0 if everything else TO_VERIFY)
        pairs = [
            (
                _timed(lambda everything=everything: ledger_checks.verify(path, everything=everything)),  # type: ignore[misc]
                _timed(lambda: _hash(bodies)),
            )
            for _ in range(3 if everything else RUNS)
        ]
        ours, floor = (statistics.median(column) for column in zip(*pairs, strict=True))
        ratio = statistics.median(plain / whole for whole, plain in pairs)
        print(
            f"ledger verify, {what}: {TO_VERIFY:,} inspections of {size:.0f} MiB   {ours * 1e3:.0f} ms"
            f" (median of {len(pairs)})"
        )
        print(f"  floor: SHA-256 over the same bytes   {floor * 1e3:.0f} ms: {ratio:.2f} of its speed (goal 0.5)")


def _hash(bodies: list[bytes]) -> None:
    for body in bodies:
        hashlib.sha256(body).digest()


if __name__ == "__main__":
    bench()
