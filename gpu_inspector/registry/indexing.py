"""The index of the search, filled after rows were accepted: to sort in thirty words of each would slow every push.

What is listed and not yet indexed is taken in by whichever registrar comes next; where one is killed, nothing of what
it had begun stands, and the next one begins there. A block that is full gets its bits then (`bitmaps`).
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import TYPE_CHECKING

from gpu_inspector.registry.connection import registry_errors
from gpu_inspector.registry.words import BLOCK_BITS, COLUMNS, words_of

if TYPE_CHECKING:
    from psycopg import Connection

    from gpu_inspector.registry.connection import Registry

CHUNK = 4_000
"""Rows of one transaction."""
_NAMES = ", ".join(f"l.{name}{'::text' if name == 'id' else ''}" for name in COLUMNS)
# Of each office in the order of its chain, so that its last one tells where to go on; together by their day.
_DUE = f"""
SELECT due.* FROM gpu_inspector.office AS o CROSS JOIN LATERAL (
    SELECT l.office, l.seq, l.made_at, l.verdict_rank, l.condition_rank,
        ARRAY(SELECT n.value FROM gpu_inspector.number AS n WHERE n.office = l.office AND n.seq = l.seq
              AND NOT n.keyed AND n.kind = 'device_identifier'), {_NAMES}
    FROM gpu_inspector.listing AS l
    WHERE l.office = o.number AND l.seq > coalesce(
        (SELECT max(f.seq) FROM gpu_inspector.found AS f WHERE f.office = o.number), 0)
    ORDER BY l.seq LIMIT %s) AS due
ORDER BY due.made_at, due.office, due.seq
"""  # noqa: S608 - the names are our own

# COPY does not go into a table with row-level security.
_PUT = b"""
INSERT INTO gpu_inspector.found(arrival, office, seq, made_at, words) SELECT a, o, s, m, w::tsvector
FROM unnest(%s::bigint[], %s::integer[], %s::bigint[], %s::timestamptz[], %s::text[]) AS n(a, o, s, m, w)
"""

_FULL = b"""
SELECT (SELECT max(arrival) + 1 FROM gpu_inspector.found) >> %s,
       coalesce((SELECT max(block) + 1 FROM gpu_inspector.frequent), 0)
"""
_BLOCK = b"""
SELECT f.arrival & %(mask)s, array_to_string(tsvector_to_array(f.words), ' ') FROM gpu_inspector.found AS f
WHERE f.arrival >= %(first)s AND f.arrival <= %(first)s + %(mask)s
"""
_MARK = b"""
INSERT INTO gpu_inspector.frequent(block, word, places) SELECT %s, w, ('x' || encode(p, 'hex'))::bit(65536)
FROM unnest(%s::text[], %b::bytea[]) AS n(w, p)
"""
_WORDS = b"SELECT coalesce(sum(length(f.words)), 0) FROM gpu_inspector.found AS f WHERE f.arrival BETWEEN %s AND %s"
_AT_ONCE = 200
"""Beginnings of one statement, each with 8 KiB of bits."""
MOST_WORDS = 4_000_000
"""Of one block, to be held in memory: twice what rows commonly have. One with more is asked of the index alone."""


def never() -> bool:
    """Nobody asks to stop."""
    return False


def catch_up(registry: Registry, stopped: Callable[[], bool] = never) -> int:
    """Put every listed row into the index of the search: how many there were. Raises RegistryError, RegistryAway."""
    total = 0
    while not stopped():
        with registry_errors(), registry.connection.transaction():
            done = _chunk(registry.connection)
            marked = mark(registry.connection)
        total += done
        if not done and not marked:
            break
    return total


def _chunk(connection: Connection) -> int:
    # Two registrars at once would give two rows one place.
    connection.execute(b"SELECT gpu_inspector.hold(-1, true)")
    last = connection.execute(b"SELECT max(arrival) FROM gpu_inspector.found").fetchone()
    arrival = (last[0] if last is not None else None) or 0
    rows = connection.execute(_DUE.encode(), (CHUNK,)).fetchall()
    if not rows:
        return 0
    columns: tuple[list[object], ...] = ([], [], [], [], [])
    for office, seq, made_at, verdict, condition, numbers, *texts in rows:
        arrival += 1
        words = words_of(arrival, office, dict(zip(COLUMNS, texts, strict=True)), verdict, condition, numbers)
        for column, value in zip(columns, (arrival, office, seq, made_at, words), strict=True):
            column.append(value)
    connection.execute(_PUT, columns)
    return len(rows)


def mark(connection: Connection) -> bool:
    """Write down the frequent beginnings of the oldest full block that has none yet; whether there was one.

    An empty beginning, which nobody asks for, stands for a block that was looked through.
    """
    full, due = connection.execute(_FULL, (BLOCK_BITS,)).fetchone() or (None, 0)
    if full is None or due >= full:
        return False
    # numpy is loaded once in 65,536 rows, and not for each push
    from gpu_inspector.registry.bitmaps import BLOCK, frequent

    first, mask = due << BLOCK_BITS, (1 << BLOCK_BITS) - 1
    connection.execute(_MARK, (due, [""], [bytes(BLOCK // 8)]))
    words = connection.execute(_WORDS, (first, first + mask)).fetchone()
    if words is None or words[0] > MOST_WORDS:
        return True
    rows = connection.execute(_BLOCK, {"first": first, "mask": mask}).fetchall()
    beginnings = frequent(rows)
    while some := list(islice(beginnings, _AT_ONCE)):
        connection.execute(_MARK, (due, [word for word, _places in some], [places for _word, places in some]))
    return True
