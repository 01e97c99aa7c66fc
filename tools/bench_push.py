"""The push's part of `make bench`: a ledger into the registry, beside a plain COPY of the same bodies into one table.

Ledger, gate and server are three processes on this machine, as they are three machines in the field. The floor is a
program that reads the same rows of the same ledger and COPYs them into a table without anything around it, on the same
server in the same run: once with the table as PostgreSQL makes it, once told to compress nothing. The server flushes to
the disk, as it comes from Debian.
"""

import dataclasses
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg  # noqa: TID251 - the floor is a plain COPY

from gpu_inspector.ledger import rows
from gpu_inspector.ledger.store import Ledger
from gpu_inspector.records.catalogue import load
from gpu_inspector.records.custody import Event, What
from gpu_inspector.records.declaration import Case, Declaration
from gpu_inspector.records.inspection import Inspection, LedgerEntry
from gpu_inspector.registry import offices
from gpu_inspector.registry.connection import connect
from gpu_inspector.report.certificate import pem_of
from gpu_inspector.report.identity import SigningIdentity, fingerprint_of
from gpu_inspector.workflow import checkpoints, inspecting, registry_push, signing
from gpu_inspector.workflow.collecting import collect_file
from tools.batch_trial import write_dumps

ROWS = 100_000
GOAL = 0.5
_DUMPS = 200
_CHUNK = 500
_READY_S = 3.0
"""Until the gate listens: as a service it has been there since the machine started."""
_GATE = ("-m", "gpu_inspector", "registry", "accept", "--follow", "--registry")


def bench() -> None:
    """Prints its lines, and judges nothing. Needs GPU_INSPECTOR_HOME to be a folder that may be filled."""
    sys.path.append(str(Path(__file__).parent.parent / "tests"))
    import registry_server

    missing = registry_server.why_not()
    if missing:
        print(f"push of {ROWS:,} inspections   not measured: {missing}")
        return
    with tempfile.TemporaryDirectory(prefix="bench-push-") as folder:
        ledger = Path(folder, "ledger.sqlite")
        size = fill(ledger, ROWS)
        with registry_server.running(durable=True) as server:
            server.execute("ALTER SYSTEM SET max_wal_size = '4GB'", "ALTER SYSTEM SET autovacuum = on")
            server.execute("SELECT pg_reload_conf()")
            pushed = _push(server, ledger)
            plain = _copy(server, ledger, "")
            external = _copy(server, ledger, "ALTER TABLE plain ALTER COLUMN body SET STORAGE EXTERNAL")
    print(
        f"push of {ROWS:,} inspections, {size / ROWS / 1e3:.1f} KB each ({size / 1e9:.2f} GB), gate and all"
        f"   {pushed:.1f} s: {ROWS / pushed:,.0f} a second"
    )
    print(f"  floor: COPY of the same bodies into one table   {plain:.1f} s: ratio {plain / pushed:.2f} (goal {GOAL})")
    print(f"  beside: the same without PostgreSQL's compression   {external:.1f} s: ratio {external / pushed:.2f}")


def fill(path: Path, count: int) -> int:
    """A ledger of so many inspections of dumps, under one checkpoint; the bytes of its bodies."""
    made = inspections(_DUMPS)
    for start in range(0, count, _CHUNK):
        append(path, [another(made[number % len(made)]) for number in range(start, min(start + _CHUNK, count))])
    checkpoints.make(path, signing.signer())
    with sqlite3.connect(path) as connection:
        return int(connection.execute("SELECT sum(length(body)) FROM inspection").fetchone()[0])


def append(path: Path, some: list[Inspection]) -> None:
    """Put them on a ledger."""
    with Ledger(path) as ledger:
        ledger.append_all([(one, rows.body_of(one)) for one in some], _noted)


def another(inspection: Inspection) -> Inspection:
    """The same, as a new inspection."""
    return dataclasses.replace(inspection, id=str(uuid.uuid4()), made_at=datetime.now(UTC))


def register(owner: str, name: str, identity: SigningIdentity) -> None:
    """Let an office sign with this identity."""
    certificate = offices.Certificate(
        fingerprint=fingerprint_of(identity.certificate), name=name, pem=pem_of(identity.certificate).decode()
    )
    with connect(owner) as registry:
        offices.add_certificate(registry, name, certificate)
        registry.connection.commit()


def _noted(entry: LedgerEntry, _inspection: Inspection) -> Event:
    return Event(what=What.INSPECTED, at=datetime.now(UTC), user="", inspector="", host="", seq=entry.seq)


def inspections(dumps: int) -> list[Inspection]:
    """So many, of different cards."""
    with tempfile.TemporaryDirectory(prefix="bench-dumps-") as folder:
        write_dumps(Path(folder, "dumps"), dumps)
        catalogue, case = load(), Case(number="A-2026/17", inspector="Müller", place="Lager 3")
        return [
            inspecting.inspection_of(collect_file(one, None, catalogue), Declaration(), case, catalogue)
            for one in sorted(Path(folder, "dumps").iterdir())
        ]


def _push(server: Any, ledger: Path) -> float:
    """Seconds until the last row is in, with the gate in a process of its own that was there before."""
    from registry_server import enrolled, migrated

    urls = enrolled(server, migrated(server))
    identity = signing.signer()
    register(urls.owner, "Office A", identity)
    with subprocess.Popen([sys.executable, *_GATE, urls.registrar], stdout=subprocess.DEVNULL) as gate:
        try:
            time.sleep(_READY_S)
            started = time.perf_counter()
            done = registry_push.push(ledger, urls.office_a, identity=identity, wait_s=120.0)
            seconds = time.perf_counter() - started
        finally:
            gate.terminate()
    if done.head != done.rows or done.refused:
        raise SystemExit(f"The push of the bench did not come to its end: {done}")
    return seconds


def _copy(server: Any, ledger: Path, storage: str) -> float:
    database = server.new_database()
    with psycopg.connect(server.url(database=database)) as connection, sqlite3.connect(ledger) as kept:
        connection.execute("CREATE TABLE plain(seq bigint PRIMARY KEY, prev bytea, digest bytea, body bytea)")
        if storage:
            connection.execute(storage.encode())
        connection.commit()
        started = time.perf_counter()
        with connection.cursor() as cursor, cursor.copy("COPY plain FROM STDIN (FORMAT BINARY)") as out:
            out.set_types(["int8", "bytea", "bytea", "bytea"])
            for row in kept.execute("SELECT seq, prev, digest, body FROM inspection ORDER BY seq"):
                out.write_row(row)
        connection.commit()
        seconds = time.perf_counter() - started
    server.drop_database(database)
    return seconds


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as home:
        os.environ["GPU_INSPECTOR_HOME"] = home
        ROWS = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
        bench()
