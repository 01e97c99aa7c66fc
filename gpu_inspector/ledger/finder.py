"""Rows by words and filters, in any order, page by page: no page costs more for lying far down.

A page begins after a mark, the last row of the page before it, and never at a count of rows to pass over. Rows are only
ever added to a ledger, so that a look that is bound to the head it began with stays one moment of the file.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from gpu_inspector.errors import LedgerError
from gpu_inspector.ledger import image_index, repeats, schema, supersession
from gpu_inspector.ledger.clauses import Plan, Value, plan_of
from gpu_inspector.ledger.connection import ledger_errors, snapshot
from gpu_inspector.ledger.listing import SHOWN, columns_of, row_of
from gpu_inspector.ledger.query import PAGE, Choices, Found, HistoryRow, Mark, Order, Query, Repeat, Stock
from gpu_inspector.records.numbers import Number

_STEPS = 100_000
"""Instructions of SQLite, about ten milliseconds, between two questions whether the answer is still wanted."""
_CHOICES = 500
_REPEATED = "EXISTS (SELECT 1 FROM number WHERE number.seq = {seq} AND number.repeated = 1)"


class Finder:
    """Answers queries on an open ledger; it belongs to the ledger's thread. All raise LedgerError."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path

    def head(self) -> int:
        """The number of the last row, 0 where there is none."""
        with self._reading():
            return int(self._connection.execute("SELECT coalesce(max(seq), 0) FROM listing").fetchone()[0])

    def newest_at(self) -> datetime | None:
        """When the last row was made, by its own word; None where there is none, or its word is no time."""
        with self._reading():
            row = self._connection.execute("SELECT made_at FROM listing ORDER BY seq DESC LIMIT 1").fetchone()
        try:
            found = datetime.fromisoformat(str(row[0])) if row is not None else None
        except ValueError:
            return None
        return found if found is None or found.tzinfo is not None else found.replace(tzinfo=UTC)

    def page(self, query: Query, head: int, after: Mark | None = None, limit: int = PAGE) -> tuple[Found, ...]:
        """Up to `limit` rows after a mark, among the rows up to number `head`."""
        with self._reading():
            look = _Look(self._connection, query, head)
            return tuple(look.rows(after, limit))

    def stock(self, query: Query, head: int) -> Stock:
        """How many rows fit, and where each page of PAGE rows begins."""
        with self._reading():
            return _Look(self._connection, query, head).stock()

    def seqs(self, query: Query, head: int) -> tuple[int, ...]:
        """The numbers of all rows that fit, in order."""
        with self._reading():
            return tuple(mark.seq for mark in _Look(self._connection, query, head).marks())

    def choices(self) -> Choices:
        """What the filters can be set to."""
        with self._reading():
            old = schema.outdated(self._connection)
            return Choices(
                offices=self._values("office"),
                products=self._values("product"),
                controls=() if old else self._values("control"),
            )

    def repeats(self, seq: int) -> tuple[Repeat, ...]:
        """The numbers of a row that other rows have too."""
        with self._reading():
            return repeats.of_row(self._connection, seq)

    def seen(self, numbers: tuple[Number, ...], limit: int) -> tuple[tuple[int, ...], int]:
        """The newest rows, at most `limit`, that bear any of these numbers; and how many rows do, as far as counted.

        Each number is looked up in its index. Counted are up to MOST_COUNTED rows of each number.
        """
        with self._reading():
            return repeats.rows_of(self._connection, numbers, limit)

    def keeps_images(self) -> bool:
        """Whether the file has a table of vBIOS images: since schema 4."""
        with self._reading():
            return image_index.there(self._connection)

    def images(self, version: str, digest: str, limit: int) -> tuple[tuple[int, ...], int]:
        """The newest rows with an image of a version, at most `limit` of the same digest and of others; how many more.

        Looked up in an index; () and 0 in a ledger of an older schema.
        """
        with self._reading():
            return image_index.rows_of(self._connection, version, digest, limit)

    def superseded_by(self, seq: int) -> int:
        """The last row that replaces row `seq`; 0 where none does."""
        with self._reading():
            return supersession.by(self._connection, seq)

    @contextmanager
    def stoppable(self, wanted: Callable[[], bool]) -> Iterator[None]:
        """Within, `wanted` is asked every few milliseconds; when it says no, the question ends with a LedgerError."""
        self._connection.set_progress_handler(lambda: int(not wanted()), _STEPS)
        try:
            yield
        finally:
            self._connection.set_progress_handler(None, 0)

    @contextmanager
    def _reading(self) -> Iterator[None]:
        with ledger_errors(self._path), snapshot(self._connection):
            yield

    def _values(self, column: str) -> tuple[str, ...]:
        """Each value once, by leaps from one to the next in the index."""
        values: list[str] = []
        while len(values) < _CHOICES:
            beyond = f"WHERE {column} > ?" if values else ""
            found = self._connection.execute(
                f"SELECT {column} FROM listing {beyond} ORDER BY {column} LIMIT 1",  # noqa: S608 - our own names
                values[-1:],
            ).fetchone()
            if found is None:
                break
            values.append(found[0])
        return tuple(value for value in values if value)


class _Look:
    """One query on one moment of the file."""

    def __init__(self, connection: sqlite3.Connection, query: Query, head: int) -> None:
        self._connection = connection
        self._old = schema.outdated(connection)
        self._plan: Plan = plan_of(connection, query, old=self._old)
        self._by_number = query.order is Order.NUMBER
        words = self._plan.source.startswith("listing_words")
        self._seq = "listing_words.rowid" if words and self._by_number else "listing.seq"
        self._key = self._seq if self._by_number else f"listing.{query.order.value}"
        self._head, self._down = head, query.descending
        self._names = tuple(name for name in SHOWN if name in columns_of(connection))
        self._step = "DESC" if query.descending else "ASC"

    def rows(self, after: Mark | None, limit: int) -> Iterator[Found]:
        """The rows after a mark."""
        columns = ", ".join(f"listing.{name}" for name in self._names)
        flag = "0" if self._old else _REPEATED.format(seq=self._seq)
        for record in self._select(f"{self._key}, {self._seq}, {flag}, {columns}", after, limit):
            value, seq, repeated, *cells = record
            mark = Mark(value, int(seq))
            yield Found(row=self._line(tuple(cells)), seq=mark.seq, mark=mark, repeated=bool(repeated))

    def _line(self, cells: tuple[object, ...]) -> HistoryRow | None:
        try:
            return supersession.marked(self._connection, (row_of(self._names, cells),))[0]
        except LedgerError:
            return None  # one damaged row does not hide the others

    def marks(self) -> Iterator[Mark]:
        """The place of each row."""
        for value, seq in self._select(f"{self._key}, {self._seq}", None, None):
            yield Mark(value, int(seq))

    def stock(self) -> Stock:
        """Leaps from page to page where the rows need no sorting, else one pass over all that fit."""
        if not self._plan.walks:
            total, places = 0, []
            for total, place in enumerate(self.marks(), 1):
                if total % PAGE == 0:
                    places.append(place)
            return Stock(total, tuple(places))
        found: list[Mark] = []
        while (mark := self._leap(found[-1] if found else None)) is not None:
            found.append(mark)
        rest = sum(1 for _ in self._select(self._seq, found[-1] if found else None, PAGE))
        return Stock(len(found) * PAGE + rest, tuple(found))

    def _leap(self, after: Mark | None) -> Mark | None:
        """The place PAGE rows after a mark, None where there are not so many."""
        left = PAGE
        for where, values in self._parts(after):
            sql = self._sql(f"{self._key}, {self._seq}", where)
            found = self._connection.execute(f"{sql} LIMIT 1 OFFSET ?", (*values, left - 1)).fetchone()
            if found is not None:
                return Mark(*found)
            counted = f"SELECT count(*) FROM ({self._sql(self._seq, where)} LIMIT ?)"  # noqa: S608
            left -= self._connection.execute(counted, (*values, left)).fetchone()[0]
        return None

    def _select(self, columns: str, after: Mark | None, limit: int | None) -> Iterator[tuple[Value, ...]]:
        left = -1 if limit is None else max(limit, 0)
        for where, values in self._parts(after):
            for record in self._connection.execute(f"{self._sql(columns, where)} LIMIT ?", (*values, left)):
                left -= left > 0
                yield record
            if left == 0:
                return

    def _sql(self, columns: str, where: tuple[str, ...]) -> str:
        asked = " AND ".join(where)
        order = (
            f"{self._seq} {self._step}" if self._by_number else f"{self._key} {self._step}, {self._seq} {self._step}"
        )
        return f"SELECT {columns} FROM {self._plan.source} WHERE {asked} ORDER BY {order}"  # noqa: S608

    def _parts(self, after: Mark | None) -> Iterator[tuple[tuple[str, ...], tuple[Value, ...]]]:
        """First the rest of the mark's own value, then all values beyond: in each SQLite leaps within the index."""
        where, values = self._plan.where, self._plan.values
        up_to = f"{self._seq} <= ?"
        beyond = "<" if self._down else ">"
        if after is None:
            yield (*where, up_to), (*values, self._head)
            return
        # Of two bounds on one side SQLite leaps to the first alone, and passes over all rows between them.
        rest: tuple[str, ...]
        bound: tuple[Value, ...]
        if self._down:
            rest, bound = (up_to,), (min(after.seq - 1, self._head),)
        else:
            rest, bound = (f"{self._seq} > ?", up_to), (after.seq, self._head)
        if self._by_number:
            yield (*where, *rest), (*values, *bound)
            return
        yield (*where, f"{self._key} = ?", *rest), (*values, after.value, *bound)
        yield (*where, f"{self._key} {beyond} ?", up_to), (*values, after.value, self._head)
