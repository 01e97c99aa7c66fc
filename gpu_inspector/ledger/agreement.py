"""Whether the search tables say of each row what the row itself says: told the rows as they are read, or one alone.

Nothing here is believed: the search tables serve searching, and the rows are what they are held against.
"""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from itertools import zip_longest
from operator import attrgetter

from gpu_inspector.errors import LedgerError
from gpu_inspector.language import N_
from gpu_inspector.ledger import image_index, repeats, supersession, word_index
from gpu_inspector.ledger.connection import DAMAGE
from gpu_inspector.ledger.listing import COLUMNS, columns_of, inspection_of, listing_of
from gpu_inspector.ledger.quick_reading import Reader
from gpu_inspector.ledger.search import fill_words
from gpu_inspector.ledger.tables import FIRST_WORD_COLUMNS, FIRST_WORDS_OPTIONS, WORD_COLUMNS, WORDS_OPTIONS
from gpu_inspector.records.inspection import Inspection

_Read = Callable[[int, bytes], Inspection]


@dataclass(frozen=True, slots=True)
class _Sides:
    """What side tables say of rows; None for a table that the file's schema does not have."""

    replaced: dict[int, object] | None
    images: dict[int, list[tuple[object, object]]] | None


class Agreement:
    """Told each row behind row `after` in order, it knows at the end whether the search tables agree with all of them.

    The words, and what the numbers of different rows have to do with each other, are looked at only together with all
    rows. All happens in the caller's transaction. What reading damaged tables raises is told at the end, so that it
    does not keep anybody from reading the rows. No error is kept for that: with it would stay what was read at that
    moment, and SQLite lets no lock of a file go while a question to it is open.
    """

    def __init__(self, connection: sqlite3.Connection, after: int = 0) -> None:
        """The tables must be those that the ledger makes: `schema.difference` tells. Raises one of `DAMAGE`."""
        self._connection = connection
        self._after = after
        self._found: tuple[int, str] | None = None
        self._damage: str | None = None
        self._read = Reader().read
        self._names = columns_of(connection)
        self._sides = _Sides(supersession.kept(connection), image_index.kept(connection))
        self._listings = connection.execute(
            f"SELECT {', '.join(self._names)} FROM listing WHERE seq > ? OR seq < 1 ORDER BY seq",  # noqa: S608
            (after,),
        )

    def row(self, seq: int, body: bytes) -> None:
        """One row more. Raises nothing."""
        if self._found is not None or self._damage is not None:
            return
        try:
            listed = self._listings.fetchone()
            problem = _of_row(self._connection, seq, body, self._read, self._names, listed, self._sides)
        except DAMAGE as error:
            self._damage = str(error)
        else:
            self._found = None if problem is None else (seq, problem)

    def end(self) -> tuple[int | None, str] | None:
        """No row comes any more: the first of which the tables say something else, where one can be named, and what.

        None where all agree. Raises one of `DAMAGE` where the tables are damaged.
        """
        if self._damage is not None:
            raise sqlite3.DatabaseError(self._damage)
        if self._found is not None:
            return self._found
        if self._listings.fetchone() is not None:
            return None, N_("The search table has rows that the ledger does not have.")
        if self._after:
            return None
        if not repeats.there(self._connection):
            return _of_words(self._connection, FIRST_WORD_COLUMNS, FIRST_WORDS_OPTIONS)
        if self._sides.replaced is not None and (lost := supersession.lost(self._connection)) is not None:
            return None, lost
        if self._sides.images is not None and (lost := image_index.lost(self._connection)) is not None:
            return None, lost
        return repeats.disagreement(self._connection) or _of_words(self._connection, WORD_COLUMNS, WORDS_OPTIONS)


def disagreement_at(connection: sqlite3.Connection, seq: int, body: bytes) -> str | None:
    """What the listing and the other search tables say else of one row than its body; None where they agree."""
    names = columns_of(connection)
    listed = connection.execute(f"SELECT {', '.join(names)} FROM listing WHERE seq = ?", (seq,))  # noqa: S608
    sides = _Sides(supersession.kept(connection, seq), image_index.kept(connection, seq))
    return _of_row(connection, seq, body, inspection_of, names, listed.fetchone(), sides)


def _of_row(
    connection: sqlite3.Connection,
    seq: int,
    body: bytes,
    read: _Read,
    names: tuple[str, ...],
    listed: object,
    sides: _Sides,
) -> str | None:
    try:
        inspection = read(seq, body)
    except LedgerError as error:
        return str(error)
    expected = listing_of(seq, inspection)
    if listed != attrgetter(*names)(expected):
        return N_(f"The search table says something else of row {seq} than the row itself.")
    if names == COLUMNS and not repeats.agree(connection, seq, inspection.evidence):
        return N_(f"The table of numbers says something else of row {seq} than the row itself.")
    if not supersession.agree(sides.replaced, seq, inspection):
        return N_(f"The table of replaced rows says something else of row {seq} than the row itself.")
    if not image_index.agree(sides.images, seq, inspection.evidence):
        return N_(f"The table of vBIOS images says something else of row {seq} than the row itself.")
    return None


def _of_words(connection: sqlite3.Connection, names: tuple[str, ...], options: str) -> tuple[int | None, str] | None:
    """The words against words made afresh in memory, since FTS5's own check would write to the file.

    What is shown of an index is whole words alone, so that the fresh one needs no beginnings of words: `word_index`
    holds those against the texts. The temporary tables go when the caller's transaction is rolled back.
    """
    for statement in (
        f"CREATE VIRTUAL TABLE temp.fresh_words USING fts5({', '.join(names)}, content='', {_without_prefix(options)})",
        fill_words(names, "temp.fresh_words"),
        "CREATE VIRTUAL TABLE temp.kept USING fts5vocab(main, listing_words, instance)",
        "CREATE VIRTUAL TABLE temp.fresh USING fts5vocab(temp, fresh_words, instance)",
    ):
        connection.execute(statement)
    if not _same_words(connection):
        for one, other in (("kept", "fresh"), ("fresh", "kept")):
            row = connection.execute(
                f"SELECT doc FROM (SELECT * FROM temp.{one} EXCEPT SELECT * FROM temp.{other})"  # noqa: S608
                " ORDER BY doc LIMIT 1"
            ).fetchone()
            if row is not None:
                return int(row[0]), N_(f"The search words of row {row[0]} are not those of the row.")
    problem = word_index.fault(connection, names, options)
    return None if problem is None else (None, problem)


def _without_prefix(options: str) -> str:
    return ", ".join(one for one in options.split(", ") if not one.startswith("prefix="))


def _same_words(connection: sqlite3.Connection) -> bool:
    """Whether both give the same words at the same places, in the same order: each gives them sorted, word by word."""
    lists = ", ".join(f"CAST(group_concat(coalesce({name}, '?')) AS BLOB)" for name in ("doc", "col", "offset"))
    kept, fresh = (
        connection.execute(f"SELECT CAST(term AS BLOB), {lists} FROM temp.{name} GROUP BY term")  # noqa: S608
        for name in ("kept", "fresh")
    )
    return all(one == other for one, other in zip_longest(kept, fresh))
