"""Serials and UUIDs that were seen before: a side table of the cards' numbers, made from the bodies as the listing is.

A number that comes again is no accusation: the same card may have come back from repair. It is shown, with the rows.
"""

import sqlite3

from gpu_inspector.language import N_
from gpu_inspector.ledger.query import Repeat
from gpu_inspector.records.evidence import Evidence
from gpu_inspector.records.numbers import Number, numbers_of

MOST_ROWS = 100
"""Rows that are named for one number."""
MOST_COUNTED = 100_000
"""Rows of one number that are counted: reading so many from the index takes some tens of milliseconds."""
_ROWS = "SELECT seq FROM (SELECT seq FROM number WHERE kind = ? AND value = ? ORDER BY seq DESC LIMIT ?)"


def there(connection: sqlite3.Connection) -> bool:
    """Whether the file has this side table: a ledger of schema 1 has none."""
    found = connection.execute("SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'number'")
    return bool(found.fetchone()[0])


def add(connection: sqlite3.Connection, seq: int, evidence: Evidence) -> None:
    """Put a row's numbers into the table, and mark those that another row has too, in both."""
    for number in numbers_of(evidence):
        key = (number.kind, number.value)
        before = connection.execute("SELECT repeated FROM number WHERE kind = ? AND value = ? LIMIT 1", key).fetchone()
        if before == (0,):
            connection.execute("UPDATE number SET repeated = 1 WHERE kind = ? AND value = ?", key)
        connection.execute("INSERT INTO number VALUES (?, ?, ?, ?)", (*key, seq, int(before is not None)))


def clear(connection: sqlite3.Connection) -> None:
    """Forget all, before the rows are put in again."""
    connection.execute("DELETE FROM number")


def last(connection: sqlite3.Connection) -> int:
    """The highest row that the table knows, 0 where it knows none or is not there."""
    if not there(connection):
        return 0
    return int(connection.execute("SELECT coalesce(max(seq), 0) FROM number").fetchone()[0])


def agree(connection: sqlite3.Connection, seq: int, evidence: Evidence) -> bool:
    """Whether the table says of this row what the row itself says."""
    kept = connection.execute("SELECT kind, value FROM number WHERE seq = ?", (seq,)).fetchall()
    said = [(number.kind, number.value) for number in numbers_of(evidence)]
    return len(kept) == len(said) and set(kept) == set(said)


def disagreement(connection: sqlite3.Connection) -> tuple[int | None, str] | None:
    """The first row that is marked wrongly, or that the ledger does not have; None where there is none."""
    marked = connection.execute(
        "SELECT seq FROM (SELECT seq, repeated, count(*) OVER (PARTITION BY kind, value) AS times FROM number)"
        " WHERE repeated <> (times > 1) ORDER BY seq LIMIT 1"
    ).fetchone()
    if marked is not None:
        return int(marked[0]), N_(f"A number of row {marked[0]} is marked wrongly as seen once or several times.")
    lost = "SELECT seq FROM number WHERE seq NOT IN (SELECT seq FROM inspection) LIMIT 1"
    if connection.execute(lost).fetchone() is not None:
        return None, N_("The table of numbers has rows that the ledger does not have.")
    return None


def of_row(connection: sqlite3.Connection, seq: int) -> tuple[Repeat, ...]:
    """The numbers of a row that other rows have too, each with all its rows, the first ones first."""
    if not there(connection):
        return ()
    found = connection.execute(
        "SELECT kind, value FROM number WHERE seq = ? AND repeated = 1 ORDER BY kind, value LIMIT ?", (seq, MOST_ROWS)
    ).fetchall()
    answers = []
    for kind, value in found:
        key = (kind, value)
        rows = connection.execute(
            "SELECT seq FROM number WHERE kind = ? AND value = ? ORDER BY seq LIMIT ?", (*key, MOST_ROWS)
        ).fetchall()
        total = connection.execute("SELECT count(*) FROM number WHERE kind = ? AND value = ?", key).fetchone()[0]
        answers.append(Repeat(Number(kind, value), tuple(row for (row,) in rows), total - len(rows)))
    return tuple(answers)


def rows_of(connection: sqlite3.Connection, numbers: tuple[Number, ...], limit: int) -> tuple[tuple[int, ...], int]:
    """The newest rows that bear any of these numbers, and how many there are; () and 0 in a ledger of schema 1."""
    if not numbers or not there(connection):
        return (), 0
    any_of = " UNION ".join([_ROWS] * len(numbers))

    def values(most: int) -> list[str | int]:
        return [value for number in numbers for value in (number.kind, _storable(number.value), most)]

    newest = connection.execute(f"{any_of} ORDER BY seq DESC LIMIT ?", (*values(limit), limit)).fetchall()
    total = connection.execute(f"SELECT count(*) FROM ({any_of})", values(MOST_COUNTED)).fetchone()[0]  # noqa: S608
    return tuple(seq for (seq,) in newest), int(total)


def _storable(value: str) -> str:
    """A file may hold half characters, which SQLite does not take, and no row has."""
    return value.encode("utf-8", "replace").decode("utf-8")
