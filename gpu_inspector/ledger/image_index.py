"""vBIOS images that were read out of cards: a side table of version and digest, made from the bodies as the listing is.

The office's collection of images is its ledger; this table tells which rows to read.
"""

import sqlite3

from gpu_inspector.language import N_
from gpu_inspector.records.evidence import Evidence
from gpu_inspector.records.image_parts import images_of

_LOST = "SELECT 1 FROM vbios WHERE seq NOT IN (SELECT seq FROM inspection) LIMIT 1"


def there(connection: sqlite3.Connection) -> bool:
    """Whether the file has this side table: ledgers before schema 4 have none, and no row with an image."""
    found = connection.execute("SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'vbios'")
    return bool(found.fetchone()[0])


def add(connection: sqlite3.Connection, seq: int, evidence: Evidence) -> None:
    """Note the images of a row."""
    for version, digest in images_of(evidence):
        connection.execute("INSERT INTO vbios VALUES (?, ?, ?)", (version, digest, seq))


def clear(connection: sqlite3.Connection) -> None:
    """Forget all, before the rows are put in again."""
    if there(connection):
        connection.execute("DELETE FROM vbios")


def last(connection: sqlite3.Connection) -> int:
    """The highest row that the table knows, 0 where it knows none or is not there."""
    if not there(connection):
        return 0
    return int(connection.execute("SELECT coalesce(max(seq), 0) FROM vbios").fetchone()[0])


def kept(connection: sqlite3.Connection, seq: int | None = None) -> dict[int, list[tuple[object, object]]] | None:
    """All that the table says, or of one row: row -> (version, digest), sorted. None where there is no such table.

    Few rows hold an image, so that who looks at all rows asks once.
    """
    if not there(connection):
        return None
    chosen = ("", ()) if seq is None else (" WHERE seq = ?", (seq,))
    found: dict[int, list[tuple[object, object]]] = {}
    said = connection.execute(f"SELECT seq, version, sha256 FROM vbios{chosen[0]} ORDER BY version, sha256", chosen[1])  # noqa: S608
    for row, version, digest in said:
        found.setdefault(row, []).append((version, digest))
    return found


def agree(said: dict[int, list[tuple[object, object]]] | None, seq: int, evidence: Evidence) -> bool:
    """Whether what is `kept` says of this row what the row itself says."""
    return said is None or said.get(seq, []) == list(images_of(evidence))


def lost(connection: sqlite3.Connection) -> str | None:
    """A sentence where the table knows rows that the ledger does not have; else None."""
    if connection.execute(_LOST).fetchone() is not None:
        return N_("The table of vBIOS images has rows that the ledger does not have.")
    return None


def rows_of(connection: sqlite3.Connection, version: str, digest: str, limit: int) -> tuple[tuple[int, ...], int]:
    """Rows with an image of a version: the newest of the same digest and of others, `limit` of each; and how many more.

    Both kinds are told, so that no number of equal images hides a different one.
    """
    if not there(connection):
        return (), 0
    found: list[int] = []
    total = 0
    for same in ("=", "<>"):
        where = f"FROM vbios WHERE version = ? AND sha256 {same} ?"
        newest = f"SELECT DISTINCT seq {where} ORDER BY seq DESC LIMIT ?"
        found += [seq for (seq,) in connection.execute(newest, (version, digest, limit))]
        total += connection.execute(f"SELECT count(DISTINCT seq) {where}", (version, digest)).fetchone()[0]
    rows = tuple(sorted(set(found), reverse=True))
    return rows, max(0, total - len(found))
