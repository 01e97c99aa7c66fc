"""Which row takes whose place: a side table made from the bodies, as the listing is. The replaced row stays."""

import sqlite3
from dataclasses import replace

from gpu_inspector.language import N_
from gpu_inspector.ledger.query import HistoryRow
from gpu_inspector.records.chain import LARGEST_SEQ
from gpu_inspector.records.inspection import Inspection


def there(connection: sqlite3.Connection) -> bool:
    """Whether the file has this side table: ledgers before schema 3 have none, and no row that replaces another."""
    found = connection.execute("SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'supersession'")
    return bool(found.fetchone()[0])


def add(connection: sqlite3.Connection, seq: int, inspection: Inspection) -> None:
    """Note which row this one replaces, where it replaces any."""
    if (replaced := replaced_by(inspection)) is not None:
        connection.execute("INSERT INTO supersession VALUES (?, ?)", (seq, replaced))


def clear(connection: sqlite3.Connection) -> None:
    """Forget all, before the rows are put in again."""
    if there(connection):
        connection.execute("DELETE FROM supersession")


def kept(connection: sqlite3.Connection, seq: int | None = None) -> dict[int, object] | None:
    """All that the table says, or of one row: row -> the row that it replaces. None where there is no such table.

    Few rows replace another, so that who looks at all rows asks once.
    """
    if not there(connection):
        return None
    chosen = ("", ()) if seq is None else (" WHERE seq = ?", (seq,))
    return dict(connection.execute(f"SELECT seq, replaced FROM supersession{chosen[0]}", chosen[1]))  # noqa: S608


def agree(said: dict[int, object] | None, seq: int, inspection: Inspection) -> bool:
    """Whether what is `kept` says of this row what the row itself says."""
    return said is None or said.get(seq) == replaced_by(inspection)


def lost(connection: sqlite3.Connection) -> str | None:
    """A sentence where the table knows rows that the ledger does not have; else None."""
    found = connection.execute(
        "SELECT 1 FROM supersession WHERE seq NOT IN (SELECT seq FROM inspection) LIMIT 1"
    ).fetchone()
    return N_("The table of replaced rows has rows that the ledger does not have.") if found is not None else None


def by(connection: sqlite3.Connection, seq: int) -> int:
    """The last row that replaces row `seq`; 0 where none does."""
    if not there(connection):
        return 0
    found = connection.execute("SELECT coalesce(max(seq), 0) FROM supersession WHERE replaced = ?", (seq,))
    return int(found.fetchone()[0])


def marked(connection: sqlite3.Connection, rows: tuple[HistoryRow, ...]) -> tuple[HistoryRow, ...]:
    """The lines of the history with what each replaces, and by which row it is replaced."""
    if not there(connection) or connection.execute("SELECT 1 FROM supersession LIMIT 1").fetchone() is None:
        return rows
    return tuple(_marked(connection, row) for row in rows)


def _marked(connection: sqlite3.Connection, row: HistoryRow) -> HistoryRow:
    replaced = connection.execute("SELECT replaced FROM supersession WHERE seq = ?", (row.seq,)).fetchone()
    newer = by(connection, row.seq)
    if replaced is None and not newer:
        return row
    return replace(row, supersedes=int(replaced[0]) if replaced is not None else 0, superseded_by=newer)


def replaced_by(inspection: Inspection) -> int | None:
    """The row that an inspection replaces, where the table can hold its number: a foreign record may name any."""
    found = inspection.supersedes
    return found.seq if found is not None and 0 < found.seq <= LARGEST_SEQ else None
