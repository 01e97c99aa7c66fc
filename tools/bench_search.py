"""The search's part of `make bench`: pages out of a registry of many rows, each question as the program asks it.

    python -m tools.bench_search [--rows 10000000] [--at postgresql://…]

The rows are synthetic and put into the tables that a search reads, by the server itself: ten million signed inspections
would take days to make. The floor of each question is a plain SELECT of the rows that it found, by their numbers.
`--at` is a database of a server with settings of its own, as its superuser; rows that are there already are taken.
Without it a server is started as Debian's package has it, but for shared_buffers and maintenance_work_mem.
"""

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import psycopg  # noqa: TID251 - it fills tables past the program

from gpu_inspector.records.registry_found import RegistryRow
from gpu_inspector.registry import indexing, search, words
from gpu_inspector.registry.connection import Registry, connect
from gpu_inspector.registry.search import Question
from gpu_inspector.registry.search_sql import SEARCH
from gpu_inspector.registry.tables import TABLES

ROWS = int(os.environ.get("GPU_INSPECTOR_BENCH_REGISTRY_ROWS", "200000"))
"""Ten million take an hour to make, and 20 GB."""
GOAL_MS = 50
RUNS = 15
PAGE = 200
SETTINGS = {"shared_buffers": "1GB", "maintenance_work_mem": "512MB", "max_wal_size": "4GB", "random_page_cost": "1.1"}

_LISTED = """
INSERT INTO gpu_inspector.listing SELECT 1 + (a % 200)::int, n,
    format('%%s-%%s-4%%s-8%%s-%%s%%s', lpad(to_hex(a), 8, '0'), lpad(to_hex(b), 4, '0'),
           lpad(to_hex(b %% 4096), 3, '0'), lpad(to_hex(a %% 4096), 3, '0'),
           lpad(to_hex((a * 31 + 7) %% 4294967296), 8, '0'),
           lpad(to_hex((b * 7) %% 65536), 4, '0'))::uuid,
    to_timestamp(1262304000 + n * 480000000 / %(rows)s), 'A-' || (2010 + n * 15 / %(rows)s) || '/' || (n %% 657000),
    'NVIDIA ' || CASE a %% 3 WHEN 0 THEN 'GeForce RTX ' WHEN 1 THEN 'RTX ' ELSE 'Tesla ' END || (3000 + b %% 1200),
    CASE WHEN a %% 100 < 55 THEN 'CONSISTENT' WHEN a %% 100 < 90 THEN 'INCONCLUSIVE'
         WHEN a %% 100 < 98 THEN 'SUSPICIOUS' ELSE 'CONTRADICTED' END,
    CASE WHEN b %% 10 < 7 THEN 'NOT EXAMINED' WHEN b %% 10 < 9 THEN 'SOUND' ELSE 'FAULTY' END,
    CASE WHEN b %% 20 = 0 THEN '4A090.a' ELSE 'not assessed' END,
    CASE WHEN a %% 100 < 55 THEN 0 WHEN a %% 100 < 90 THEN 1 WHEN a %% 100 < 98 THEN 2 ELSE 3 END,
    CASE WHEN b %% 10 < 7 THEN 1 WHEN b %% 10 < 9 THEN 0 ELSE 3 END,
    'Inspector ' || (b %% 200), 'Office ' || (1 + a %% 200), 'Hall 3', 1, 'this machine',
    '13245' || lpad((CASE WHEN a %% 50 = 0 THEN n / 2 ELSE n END)::text, 8, '0') || ' '
    || format('GPU-%%s-%%s-4%%s-8%%s-%%s%%s', lpad(to_hex((a * 17) %% 4294967296), 8, '0'), lpad(to_hex(b), 4, '0'),
              lpad(to_hex(a %% 4096), 3, '0'), lpad(to_hex(b %% 4096), 3, '0'),
              lpad(to_hex((a * 13) %% 4294967296), 8, '0'), lpad(to_hex(b), 4, '0')), ''
FROM (SELECT n, (n * 2654435761) %% 4294967296 AS a, (n * 40503 + 12345) %% 65536 AS b
      FROM generate_series(1::bigint, %(rows)s) AS n) AS mixed
""".replace("1 + (a % 200)::int", "1 + (a %% 200)::int")
_FOUND = """
INSERT INTO gpu_inspector.found SELECT seq, office, seq, made_at, array_to_tsvector(ARRAY(
    SELECT lpad(to_hex(seq >> 16), 5, '0') || w FROM unnest(ARRAY[replace(id::text, '-', ''),
        replace(substr(numbers, 19), '-', ''), 'gpu', '=v' || verdict_rank, '=c' || condition_rank, '=o' || office]
        || string_to_array(translate(lower(concat_ws(' ', case_number, product, verdict, condition, control, inspector,
           site, place, left(numbers, 13))), '-/.,', '    '), ' ')) AS w WHERE w <> ''))
FROM gpu_inspector.listing
"""
"""The same words as `words.words_of` gives."""
_NUMBERS = """
INSERT INTO gpu_inspector.number SELECT office, seq, 0, 'serial', false, left(numbers, 13) FROM gpu_inspector.listing
"""
_PLAIN = (
    "SELECT l.* FROM gpu_inspector.found AS f JOIN gpu_inspector.listing AS l ON l.office = f.office AND l.seq = f.seq"
    " WHERE f.arrival = ANY(%s) ORDER BY f.arrival DESC"
)
_LATER = ("found_words", "found_time", "number_value")


def questions(rows: int) -> dict[str, Question]:
    """What is asked, by what it stands for."""
    year = datetime(2010, 1, 20, tzinfo=UTC)
    middle = rows // 2 + 1

    def typed(text: str) -> tuple[str, ...]:
        return words.terms_of(text) or ()

    verdict = words.among("verdict", (3,))
    return {
        "no words: the newest": Question(),
        "a serial number": Question(terms=typed(f"13245{middle:08}")),
        "a serial number's beginning": Question(terms=typed(f"13245{middle:08}"[:10])),
        "one letter, in every row": Question(terms=typed("n")),
        "a common word": Question(terms=typed("geforce")),
        "two common words": Question(terms=typed("geforce contradicted")),
        "a common and a rare one": Question(terms=typed(f"nvidia 13245{middle:08}")),
        "a case number": Question(terms=typed("A-2017/4711")),
        "a case number's beginning": Question(terms=typed("a-2010/17")),
        "an inspector and a hall": Question(terms=typed("inspector 117 hall")),
        "the beginning of a UUID": Question(terms=typed("gpu-1a2b3")),
        "a word that is nowhere": Question(terms=typed("zeppelin")),
        "contradicted, by filter": Question(terms=(verdict,)),
        "one office": Question(office="Office 17"),
        "one office, contradicted": Question(office="Office 17", terms=(verdict,)),
        "the oldest days": Question(until=year),
        "a word in the oldest days": Question(until=year, terms=typed("contradicted")),
        "a time that nothing is from": Question(until=datetime(2000, 1, 1, tzinfo=UTC)),
        "a serial's beginning, by filter": Question(serial=f"13245{middle:08}"[:10]),
        "two common words that never meet": Question(terms=typed("geforce tesla")),
    }


def make(url: str, rows: int) -> None:
    """Fill an empty registry's tables, its larger indexes made at the end."""
    with psycopg.connect(url, autocommit=True) as connection:
        for name in _LATER:
            connection.execute(f"DROP INDEX gpu_inspector.{name}".encode())
        connection.execute(
            "INSERT INTO gpu_inspector.office SELECT n, 'Office ' || n, 'bench_' || n, 'everything'"
            " FROM generate_series(1, 200) AS n"
        )
        connection.execute(_LISTED.encode(), {"rows": rows}, prepare=False)
        for statement in (_FOUND, _NUMBERS):
            connection.execute(statement.encode())
        for statement in f"{TABLES};{SEARCH}".split(";"):
            if any(f"CREATE INDEX {name} " in statement for name in _LATER):
                connection.execute(statement[statement.index("CREATE INDEX") :].encode())
        while indexing.mark(connection):
            pass
        connection.execute("VACUUM ANALYZE")


def measure(url: str) -> None:
    """Print what each question takes."""
    worst: list[tuple[float, str]] = []
    with connect(url) as registry, psycopg.connect(url, autocommit=True) as plain:
        rows, size = plain.execute(
            "SELECT max(arrival), pg_size_pretty(pg_database_size(current_database())) FROM gpu_inspector.found"
        ).fetchone() or (0, "")
        print(f"registry  {rows:,} synthetic rows ({size}); pages of {PAGE} rows, median and worst of {RUNS} runs")
        for name, question in questions(rows).items():
            times, found, busy = _timed(registry, question)
            arrivals = [one.arrival for one in found]
            floor = _median(lambda arrivals=arrivals: plain.execute(_PLAIN, (arrivals,)).fetchall())  # type: ignore[misc]
            took = f"{len(found):>4} rows {statistics.median(times):7.1f} ms, {max(times):.1f}"
            print(f"search, {name:<34} {took}; processors {busy:.1f} ms; floor {floor:.1f} ms")
            worst.append((statistics.median(times), name))
    within = sum(took <= GOAL_MS for took, _name in worst)
    print(f"search: {within} of {len(worst)} within {GOAL_MS} ms (goal); the slowest: {max(worst)[1]}")


def _timed(registry: Registry, question: Question) -> tuple[list[float], tuple[RegistryRow, ...], float]:
    """Each run asks on until the page is full or nothing is left, as the program does."""
    times: list[float] = []
    busy = 0.0
    found: tuple[RegistryRow, ...] = ()
    for run in range(RUNS + 2):
        if run == 2:
            busy = _busy(registry)
        began = time.perf_counter()
        found = search.full_page(registry, question, None, PAGE, 10.0).rows
        if run >= 2:  # the first two warm the cache and the plan
            times.append((time.perf_counter() - began) * 1e3)
    return times, found, (_busy(registry) - busy) / RUNS


def _busy(registry: Registry) -> float:
    """Milliseconds of the processors of this process and, where it runs on this machine, the server's."""
    server = Path("/proc", str(registry.connection.info.backend_pid), "stat")
    ticks = [0, 0]
    if server.exists():
        ticks = [int(one) for one in server.read_text().rpartition(")")[2].split()[11:13]]
    return time.process_time() * 1e3 + sum(ticks) * 1e3 / os.sysconf("SC_CLK_TCK")


def _median(action: Callable[[], object]) -> float:
    times = []
    for _ in range(5):
        began = time.perf_counter()
        action()
        times.append((time.perf_counter() - began) * 1e3)
    return statistics.median(times)


def bench(rows: int = 0) -> None:
    """Prints its lines, and judges nothing. `rows`, or ROWS."""
    sys.path.append(str(Path(__file__).parent.parent / "tests"))
    import registry_server

    if missing := registry_server.why_not():
        print(f"search of the registry   not measured: {missing}")
        return
    with registry_server.running(durable=True) as server:
        for name, value in SETTINGS.items():
            server.execute(f"ALTER SYSTEM SET {name} = '{value}'")
        server.stop()
        server.start()
        url = _made(server)
        began = time.perf_counter()
        make(url, rows or ROWS)
        print(f"  made in {time.perf_counter() - began:.0f} s; " + ", ".join(f"{k} = {v}" for k, v in SETTINGS.items()))
        measure(url)


def _made(server: "object") -> str:
    """An empty registry, and how its server's superuser reaches it."""
    import registry_server

    from gpu_inspector.registry import schema

    assert isinstance(server, registry_server.Server)
    server.execute("CREATE ROLE bench_owner LOGIN CREATEROLE")
    database = server.new_database(owner="bench_owner")
    with connect(server.url("bench_owner", database)) as registry:
        schema.init(registry)
    return server.url(database=database)


def main() -> None:
    parser = argparse.ArgumentParser(description="How long a search of the registry takes.")
    parser.add_argument("--rows", type=int, default=0)
    parser.add_argument("--at", default="")
    given = parser.parse_args()
    if given.at:
        measure(given.at)
    else:
        bench(given.rows)


if __name__ == "__main__":
    main()
