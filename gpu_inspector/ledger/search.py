"""Finding rows again: a listing and its words, made from the bodies and never believed over them."""

import sqlite3

from gpu_inspector.language import N_
from gpu_inspector.ledger import image_index, repeats, supersession
from gpu_inspector.ledger.database import Database
from gpu_inspector.ledger.listing import COLUMNS, SHOWN, columns_of, inspection_of, listing_of, row_of
from gpu_inspector.ledger.query import HistoryRow
from gpu_inspector.ledger.tables import WORD_COLUMNS
from gpu_inspector.records.chain import LARGEST_SEQ
from gpu_inspector.records.inspection import Inspection


def fill_words(names: tuple[str, ...], target: str = "listing_words") -> str:
    """The statement that puts the words of all rows of the listing into an index of words."""
    columns = ", ".join(names)
    return f"INSERT INTO {target}(rowid, {columns}) SELECT seq, {columns} FROM listing"  # noqa: S608


def add(connection: sqlite3.Connection, seq: int, inspection: Inspection) -> None:
    """Put one row into the search tables, inside the caller's transaction."""
    _put(connection, seq, inspection)
    connection.execute(f"{fill_words(WORD_COLUMNS)} WHERE seq = ?", (seq,))


def _put(connection: sqlite3.Connection, seq: int, inspection: Inspection) -> None:
    names, marks = ", ".join(COLUMNS), ", ".join("?" * len(COLUMNS))
    listing = listing_of(seq, inspection)
    values = tuple(getattr(listing, name) for name in COLUMNS)
    connection.execute(f"INSERT INTO listing({names}) VALUES ({marks})", values)  # noqa: S608 - the names are our own
    repeats.add(connection, seq, inspection.evidence)
    image_index.add(connection, seq, inspection.evidence)
    supersession.add(connection, seq, inspection)


def behind(connection: sqlite3.Connection) -> bool:
    """Whether the search tables lack rows. They may be made again, unless they are `beyond` the ledger too."""
    counts = "SELECT (SELECT count(*) FROM listing) < (SELECT count(*) FROM inspection)"
    return bool(connection.execute(counts).fetchone()[0])


def beyond(connection: sqlite3.Connection) -> str | None:
    """What the search tables know of rows that the ledger lacks, the trace of a tail that was cut off; or None.

    Asked of a chain without gaps, so that the numbers at the ends are enough.
    """
    first, last, words, rows = connection.execute(
        "SELECT (SELECT coalesce(min(seq), 1) FROM listing), (SELECT coalesce(max(seq), 0) FROM listing),"
        " (SELECT coalesce(max(id), 0) FROM listing_words_docsize), (SELECT count(*) FROM inspection)"
    ).fetchone()
    last = max(last, words, repeats.last(connection), image_index.last(connection))
    if first >= 1 and last <= rows:
        return None
    return N_(
        f"The search tables know row {last if first >= 1 else first}, which the ledger does not have:"
        " rows were taken from it."
    )


def rebuild(database: Database) -> None:
    """Make the search tables anew from the bodies, inside the caller's transaction.

    Raises LedgerError for a body that holds no inspection.
    """
    connection = database.conn
    connection.execute("DELETE FROM listing")
    repeats.clear(connection)
    image_index.clear(connection)
    supersession.clear(connection)
    for seq, body in connection.execute("SELECT seq, body FROM inspection ORDER BY seq"):
        _put(connection, seq, inspection_of(seq, body))
    connection.execute("INSERT INTO listing_words(listing_words) VALUES ('rebuild')")


def match(words: str) -> str | None:
    """People's words as a question to FTS5: each is the beginning of a word, and all have to be there.

    None where not one of them holds a letter or a digit. Everything is quoted: a bare `-` or `:` is syntax.
    """
    parts = []
    for word in words.replace("\0", " ").split():
        clean = storable(word)
        if any(sign.isalnum() for sign in clean):
            parts.append('"' + clean.replace('"', '""') + '"*')
    return " ".join(parts) or None


def page(connection: sqlite3.Connection, words: str, limit: int, before: int | None) -> tuple[HistoryRow, ...]:
    """Up to `limit` rows below the number `before`, newest first."""
    below = min(LARGEST_SEQ, LARGEST_SEQ if before is None else before)
    most = max(0, min(limit, LARGEST_SEQ))
    if below <= 0:
        return ()
    names = tuple(name for name in SHOWN if name in columns_of(connection))
    columns = ", ".join(f"listing.{name}" for name in names)
    if not words.strip():
        rows = connection.execute(
            f"SELECT {columns} FROM listing WHERE seq < ? ORDER BY seq DESC LIMIT ?",  # noqa: S608 - our own names
            (below, most),
        )
    else:
        question = match(words)
        if question is None:
            return ()
        rows = connection.execute(
            f"SELECT {columns} FROM listing_words JOIN listing ON listing.seq = listing_words.rowid "  # noqa: S608
            "WHERE listing_words MATCH ? AND listing_words.rowid < ? ORDER BY listing_words.rowid DESC LIMIT ?",
            (question, below, most),
        )
    return supersession.marked(connection, tuple(row_of(names, row) for row in rows))


def seq_of_id(connection: sqlite3.Connection, inspection_id: str) -> int | None:
    """The row of the inspection with this id."""
    found = connection.execute("SELECT seq FROM listing WHERE id = ?", (storable(inspection_id),)).fetchone()
    return None if found is None else int(found[0])


def seqs_of_beginning(connection: sqlite3.Connection, beginning: str) -> tuple[int, ...]:
    """The first two rows whose inspection's id begins so: enough to see that it is ambiguous."""
    first = storable(beginning)
    found = connection.execute(
        "SELECT seq FROM listing WHERE id >= ? AND id < ? ORDER BY id LIMIT 2", (first, first + "\U0010ffff")
    )
    return tuple(seq for (seq,) in found)


def storable(text: str) -> str:
    """Text from a command line may hold half characters, which SQLite does not take."""
    return text.encode("utf-8", "replace").decode("utf-8")
