"""Finding rows again: a listing and its words, made from the bodies and never believed over them."""

import sqlite3
from dataclasses import dataclass

from gpu_inspector.errors import LedgerError
from gpu_inspector.language import N_
from gpu_inspector.ledger import image_index, repeats, supersession, word_index
from gpu_inspector.ledger.database import Database
from gpu_inspector.ledger.listing import COLUMNS, SHOWN, columns_of, inspection_of, listing_of, row_of
from gpu_inspector.ledger.query import HistoryRow
from gpu_inspector.ledger.tables import FIRST_WORD_COLUMNS, FIRST_WORDS_OPTIONS, WORD_COLUMNS, WORDS_OPTIONS
from gpu_inspector.records.chain import LARGEST_SEQ
from gpu_inspector.records.inspection import Inspection


def _fill_words(names: tuple[str, ...], target: str = "listing_words") -> str:
    columns = ", ".join(names)
    return f"INSERT INTO {target}(rowid, {columns}) SELECT seq, {columns} FROM listing"  # noqa: S608


def add(connection: sqlite3.Connection, seq: int, inspection: Inspection) -> None:
    """Put one row into the search tables, inside the caller's transaction."""
    _put(connection, seq, inspection)
    connection.execute(f"{_fill_words(WORD_COLUMNS)} WHERE seq = ?", (seq,))


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


@dataclass(frozen=True, slots=True)
class _Sides:
    """What side tables say of rows; None for a table that the file's schema does not have."""

    replaced: dict[int, object] | None
    images: dict[int, list[tuple[object, object]]] | None


def disagreement(connection: sqlite3.Connection, after: int = 0) -> tuple[int | None, str] | None:
    """The first row behind row `after` of which the search tables say something else than its body, and what; or None.

    The words are compared with words made afresh in memory, since FTS5's own check would write to the file. They, and
    what the numbers of different rows have to do with each other, are looked at only together with all rows.
    """
    names = columns_of(connection)
    listings = connection.execute(
        f"SELECT {', '.join(names)} FROM listing WHERE seq > ? OR seq < 1 ORDER BY seq",  # noqa: S608 - our own names
        (after,),
    )
    numbered = repeats.there(connection)
    sides = _Sides(supersession.kept(connection), image_index.kept(connection))
    for seq, body in connection.execute("SELECT seq, body FROM inspection WHERE seq > ? ORDER BY seq", (after,)):
        problem = _disagreement(connection, seq, body, names, listings.fetchone(), sides)
        if problem is not None:
            return seq, problem
    if listings.fetchone() is not None:
        return None, N_("The search table has rows that the ledger does not have.")
    if after:
        return None
    if not numbered:
        return _word_disagreement(connection, FIRST_WORD_COLUMNS, FIRST_WORDS_OPTIONS)
    if sides.replaced is not None and (lost := supersession.lost(connection)) is not None:
        return None, lost
    if sides.images is not None and (lost := image_index.lost(connection)) is not None:
        return None, lost
    return repeats.disagreement(connection) or _word_disagreement(connection, WORD_COLUMNS, WORDS_OPTIONS)


def disagreement_at(connection: sqlite3.Connection, seq: int, body: bytes) -> str | None:
    """What the listing and the other search tables say else of one row than its body; None where they agree."""
    names = columns_of(connection)
    listed = connection.execute(f"SELECT {', '.join(names)} FROM listing WHERE seq = ?", (seq,))  # noqa: S608
    sides = _Sides(supersession.kept(connection, seq), image_index.kept(connection, seq))
    return _disagreement(connection, seq, body, names, listed.fetchone(), sides)


def _disagreement(
    connection: sqlite3.Connection,
    seq: int,
    body: bytes,
    names: tuple[str, ...],
    listed: object,
    sides: _Sides,
) -> str | None:
    try:
        inspection = inspection_of(seq, body)
    except LedgerError as error:
        return str(error)
    expected = listing_of(seq, inspection)
    if listed != tuple(getattr(expected, name) for name in names):
        return N_(f"The search table says something else of row {seq} than the row itself.")
    if names == COLUMNS and not repeats.agree(connection, seq, inspection.evidence):
        return N_(f"The table of numbers says something else of row {seq} than the row itself.")
    if not supersession.agree(sides.replaced, seq, inspection):
        return N_(f"The table of replaced rows says something else of row {seq} than the row itself.")
    if not image_index.agree(sides.images, seq, inspection.evidence):
        return N_(f"The table of vBIOS images says something else of row {seq} than the row itself.")
    return None


def _word_disagreement(
    connection: sqlite3.Connection, names: tuple[str, ...], options: str
) -> tuple[int | None, str] | None:
    """The temporary tables go when the caller's transaction is rolled back."""
    for statement in (
        f"CREATE VIRTUAL TABLE temp.fresh_words USING fts5({', '.join(names)}, {options})",
        _fill_words(names, "temp.fresh_words"),
        "CREATE VIRTUAL TABLE temp.kept USING fts5vocab(main, listing_words, instance)",
        "CREATE VIRTUAL TABLE temp.fresh USING fts5vocab(temp, fresh_words, instance)",
    ):
        connection.execute(statement)
    for one, other in (("kept", "fresh"), ("fresh", "kept")):
        row = connection.execute(
            f"SELECT doc FROM (SELECT * FROM temp.{one} EXCEPT SELECT * FROM temp.{other})"  # noqa: S608
            " ORDER BY doc LIMIT 1"
        ).fetchone()
        if row is not None:
            return int(row[0]), N_(f"The search words of row {row[0]} are not those of the row.")
    problem = word_index.fault(connection, names, options)
    return None if problem is None else (None, problem)
