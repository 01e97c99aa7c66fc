"""The history's half of `make bench`: a ledger of a million rows, and the window's start beside an empty one.

Each time stands beside a floor of the same run: the same rows from plain sqlite3. The rows are synthetic and put into
the search tables directly, with placeholders for bodies: a million signed inspections would take hours to make.
"""

import json
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from gpu_inspector.ledger import listing
from gpu_inspector.ledger.query import PAGE, Order, Query
from gpu_inspector.ledger.schema import OBJECTS
from gpu_inspector.ledger.store import Ledger
from gpu_inspector.workflow import looking_up

ROWS = 1_000_000
RUNS = 9
STARTS = 9
TYPED = ("geforce 4090", "13245", "a-2026/17", "inspector 7 hall", "contradicted", "gpu-1a2b", "köln faulty")
"""Typed letter by letter, as people do."""
_COLUMNS = ", ".join(listing.SHOWN)

_FILL = """
WITH RECURSIVE counted(seq) AS (SELECT 1 UNION ALL SELECT seq + 1 FROM counted WHERE seq < :rows),
mixed AS (SELECT seq, (seq * 2654435761) % 4294967296 AS a, (seq * 40503 + 12345) % 65536 AS b FROM counted)
INSERT INTO listing SELECT
    seq,
    printf('%08x-%04x-4%03x-8%03x-%08x%04x', a, b, b % 4096, a % 4096, (a * 31 + 7) % 4294967296, (b * 7) % 65536),
    strftime('%Y-%m-%dT%H:%M:%S+00:00', 1262304000 + seq * 480, 'unixepoch'),
    printf('A-%d/%d', 2010 + seq / 65700, seq % 65700),
    printf('NVIDIA %s %d', CASE a % 3 WHEN 0 THEN 'GeForce RTX' WHEN 1 THEN 'RTX' ELSE 'Tesla' END, 3000 + b % 1200),
    CASE WHEN a % 100 < 55 THEN 'CONSISTENT' WHEN a % 100 < 90 THEN 'INCONCLUSIVE'
         WHEN a % 100 < 98 THEN 'SUSPICIOUS' ELSE 'CONTRADICTED' END,
    CASE WHEN b % 10 < 7 THEN 'NOT EXAMINED' WHEN b % 10 < 9 THEN 'SOUND' ELSE 'FAULTY' END,
    CASE WHEN b % 20 = 0 THEN '4A090.a' ELSE 'not assessed' END,
    CASE WHEN a % 100 < 55 THEN 0 WHEN a % 100 < 90 THEN 1 WHEN a % 100 < 98 THEN 2 ELSE 3 END,
    CASE WHEN b % 10 < 7 THEN 1 WHEN b % 10 < 9 THEN 0 ELSE 3 END,
    printf('Inspector %d', b % 200),
    CASE WHEN a % 40 = 0 THEN 'Köln-Bonn' ELSE printf('Office %d', a % 40) END,
    'Hall 3', 1, 'this machine',
    printf('13245%08d GPU-%08x-%04x-4%03x-8%03x-%08x%04x', CASE WHEN a % 50 = 0 THEN seq / 2 ELSE seq END,
           (a * 17) % 4294967296, b, a % 4096, b % 4096, (a * 13) % 4294967296, b),
    ''
FROM mixed
"""
_NUMBERS = """
INSERT INTO number SELECT kind, value, seq, count(*) OVER (PARTITION BY kind, value) > 1 FROM (
    SELECT 'serial' AS kind, substr(numbers, 1, 13) AS value, seq FROM listing
    UNION ALL SELECT 'uuid', substr(numbers, 15), seq FROM listing) ORDER BY kind, value, seq
"""


def make(path: Path, rows: int) -> None:
    """A ledger's file with that many synthetic rows in its search tables; its chain holds placeholders."""
    Ledger(path).close()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = MEMORY")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("BEGIN")
        later = [name for name, text in OBJECTS.items() if not text.startswith(("CREATE TABLE", "CREATE VIRTUAL"))]
        for name in later:
            kind = OBJECTS[name].split()[1]
            connection.execute(f"DROP {kind} {name}")
        connection.execute(_FILL, {"rows": rows})
        connection.execute(_NUMBERS)
        connection.execute(
            "INSERT INTO inspection SELECT seq, zeroblob(32), randomblob(32), zeroblob(110) FROM listing ORDER BY seq"
        )
        connection.execute("INSERT INTO listing_words(listing_words) VALUES ('rebuild')")
        for name in later:
            connection.execute(OBJECTS[name])
        connection.execute("COMMIT")
        connection.execute("PRAGMA journal_mode = WAL")


def bench(rows: int = 0) -> None:
    """Prints its lines, and judges nothing. `rows`, or ROWS."""
    rows = rows or ROWS
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.sqlite"
        started = time.perf_counter()
        make(path, rows)
        size = path.stat().st_size / 2**20
        print(f"history   {rows:,} synthetic rows in the search tables ({size:,.0f} MiB, bodies are placeholders)")
        print(f"  made in {time.perf_counter() - started:.0f} s; the same for a migration, without decoding the bodies")
        _first(path)
        _search(path)
        _filters(path, rows)
        _jumps(path, rows)
        _memory(path)


def _silent(step: str, share: float) -> None:
    """Progress that nobody looks at."""


def _median(action: Callable[[], object], runs: int = 0) -> float:
    times = []
    for _ in range(runs or RUNS):
        started = time.perf_counter()
        action()
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def _plain(path: Path, where: str, values: tuple[object, ...] = ()) -> Callable[[], object]:
    """The floor: a connection of its own and one SELECT."""

    def ask() -> object:
        with closing(sqlite3.connect(path)) as connection:
            sql = f"SELECT {_COLUMNS} FROM listing {where} LIMIT {PAGE}"
            return connection.execute(sql, values).fetchall()

    return ask


def _say(what: str, took: float, floor: float, goal: str = "") -> None:
    ratio = f"ratio {took / floor:.1f}" if floor else ""
    print(f"{what:<62} {took * 1e3:7.1f} ms{goal}; floor {floor * 1e3:.1f} ms: {ratio}")


def _same_rows(path: Path, query: Query) -> tuple[float, int]:
    """The floor of any question: the rows that it found, by their numbers."""
    seqs = [found.seq for found in looking_up.first(path, query, _silent).rows]
    return _median(_plain(path, f"WHERE seq IN ({','.join(map(str, seqs)) or 'NULL'})")), len(seqs)


def _first(path: Path) -> None:
    took = _median(lambda: looking_up.first(path, Query(), _silent))
    floor = _median(_plain(path, "ORDER BY seq DESC"))
    _say(f"history, first {PAGE} rows, with opening and looking for faults", took, floor, " (goal 100 ms)")


def _search(path: Path) -> None:
    """Each beginning of what is typed is a question of its own."""
    times: list[tuple[float, str]] = []
    for text in TYPED:
        for length in range(1, len(text) + 1):
            words = text[:length]
            took = _median(lambda words=words: looking_up.first(path, Query(words=words), _silent, afresh=False), 3)  # type: ignore[misc]
            times.append((took, words))
    middle, (worst, words) = statistics.median(took for took, _words in times), max(times)
    floor, count = _same_rows(path, Query(words="geforce 4090"))
    _say(f"history, search as typed, median of {len(times)} beginnings", middle, floor, " (goal 50 ms)")
    floor, count = _same_rows(path, Query(words=words))
    _say(f"  the slowest of them: “{words}”, {count} rows", worst, floor, " (goal 50 ms)")


def _filters(path: Path, rows: int) -> None:
    office = Query(office="Office 18", verdicts=("CONTRADICTED",))
    since = datetime(2024, 1, 1, tzinfo=UTC)
    for what, query in (
        ("one office, contradicted", office),
        ("contradicted, faulty, since 2024", Query(verdicts=("CONTRADICTED",), conditions=("FAULTY",), since=since)),
        ("serial begins with 132450000", Query(serial="132450000")),
        ("repeated numbers alone", Query(only_repeated=True)),
        ("sorted by product", Query(order=Order.PRODUCT, descending=False)),
        ("sorted by identity, the gravest first", Query(order=Order.IDENTITY)),
        ("“geforce” sorted by office", Query(words="geforce", order=Order.OFFICE, descending=False)),
        ("two common filters that never meet", Query(controls=("4A090.a",), conditions=("FAULTY",))),
    ):
        took = _median(lambda query=query: looking_up.first(path, query, _silent, afresh=False), 3)  # type: ignore[misc]
        floor, count = _same_rows(path, query)
        _say(f"history, {what}, {count} rows", took, floor)


def _jumps(path: Path, rows: int) -> None:
    """The end of the list, as one jump: where all pages begin, and the last of them."""
    for what, query in (("by number", Query()), ("by product", Query(order=Order.PRODUCT))):
        stock = looking_up.stock(path, query, rows, _silent)
        counted = _median(lambda query=query: looking_up.stock(path, query, rows, _silent), 3)  # type: ignore[misc]
        last = stock.marks[-2] if len(stock.marks) > 1 else None
        took = _median(lambda query=query, last=last: looking_up.page(path, query, rows, last, _silent))  # type: ignore[misc]
        floor = _median(_plain(path, "ORDER BY seq"))
        _say(f"history, last page {what}", took, floor)
        print(f"  beside: where the {len(stock.marks) + 1:,} pages begin, in the background   {counted * 1e3:.0f} ms")


def _memory(path: Path) -> None:
    """The page itself, without a screen: its rows' memory, and what a thousand jumps add to it."""
    done = subprocess.run(
        [sys.executable, "-m", "tools.bench_history", str(path)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "GPU_INSPECTOR_LEDGER": str(path)},
    )
    if done.returncode:
        print(f"history, memory   not measured: {done.stderr.strip().splitlines()[-1:]}")
        return
    told = json.loads(done.stdout.splitlines()[-1])
    print(
        f"history, memory: {told['first']:.1f} MiB more for the page with {told['rows']:,} rows,"
        f" {told['jumps']:.1f} MiB more after {told['count']} jumps; {told['held']:,} rows held"
    )


def _resident() -> float:
    """MiB of this process in memory."""
    with Path("/proc/self/statm").open() as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def _scroll() -> None:
    """In a process of its own: the history page, shown, then dragged all over the ledger."""
    from PySide6.QtCore import QEventLoop, QTimer  # noqa: TID251 - the window itself is measured
    from PySide6.QtWidgets import QApplication  # noqa: TID251

    from gpu_inspector.gui.pages.history import HistoryPage
    from gpu_inspector.gui.work import real_work
    from gpu_inspector.gui.worker import Job

    def settle() -> None:
        loop = QEventLoop()
        while True:
            QTimer.singleShot(5, loop.quit)
            loop.exec()
            if not any(job.running for job in page.findChildren(Job)):
                return

    application = QApplication([])
    page = HistoryPage(real_work())
    page.resize(1280, 720)
    page.show()
    application.processEvents()
    before = _resident()
    page.enter()
    settle()
    first = _resident()
    total, jumps = page.table.rows.rowCount(), 200
    for number in range(jumps):
        page.table.scrollTo(page.table.rows.index((number * 7919 * 131) % total, 0))
        settle()
    told = {"first": first - before, "jumps": _resident() - first, "rows": total, "count": jumps}
    print(json.dumps({**told, "held": page.table.rows.held}))


_EMPTY = "w = QMainWindow(); w.resize(1280, 720)"
_OURS = """
from gpu_inspector.gui import theme
from gpu_inspector.gui.main_window import MainWindow
from gpu_inspector.gui.work import real_work
theme.follow(a); w = MainWindow(real_work())
"""


def _start_of(window: str) -> float:
    """Seconds of a whole process that shows a window and ends."""
    program = f"""
import os
from PySide6.QtWidgets import QApplication, QMainWindow
a = QApplication([])
{window}
w.show(); a.processEvents(); os._exit(0)
"""
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "GPU_INSPECTOR_HOME": folder}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        subprocess.run([sys.executable, "-c", program], check=True, env=environment, capture_output=True)
    return time.perf_counter() - started


def start() -> None:
    """The window shown beside an empty one, as whole processes, one after the other in turns."""
    for window in (_OURS, _EMPTY):
        _start_of(window)
    pairs = [(_start_of(_OURS), _start_of(_EMPTY)) for _ in range(STARTS)]
    ours, empty = (statistics.median(column) for column in zip(*pairs, strict=True))
    print(f"window shown, whole process   {ours * 1e3:.0f} ms (median of {STARTS}, in turns)")
    print(f"  floor: an empty PySide6 window   {empty * 1e3:.0f} ms: ratio {ours / empty:.2f} (goal 1.3)")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        _scroll()
    else:
        start()
        bench()
