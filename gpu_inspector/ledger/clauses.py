"""A query as SQL: every value is a parameter, every name is our own, and each filter knows how it is found fast.

Over a million rows the way matters. A filter that few rows meet is looked up in its index, and what it gives is
sorted; where all filters are met by many, the order's own index is walked until a page is full.
"""

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime

from gpu_inspector.errors import LedgerError
from gpu_inspector.ledger import search
from gpu_inspector.ledger.query import Order, Query
from gpu_inspector.ledger.tables import CONDITION_RANKS, VERDICT_RANKS
from gpu_inspector.records.numbers import FIELDS

FEW = 20_000
"""Rows that are sorted anew for each page within the time that a page may take."""
MANY = 150_000
"""Rows that are listed from an index within that time, to be held against those of another filter."""
_NOTHING = "0"
_NO_RANK = -1
"""Of a word that is no headline: no row has it."""
_UUID = "GPU-"
"""A UUID begins so; people leave it out."""
_BEGINS = "number.value >= ? AND number.value < ?"
_KINDS = ", ".join(f"'{field}'" for field in FIELDS)
Value = str | int


@dataclass(frozen=True, slots=True)
class Clause:
    """One filter: `test` asks it of a row of the listing; `index` finds its rows, or `given` lists them."""

    test: str
    values: tuple[Value, ...]
    index: str = ""
    given: str = ""

    @property
    def listed(self) -> str:
        """The numbers of the rows that meet it, from an index alone."""
        return self.given or f"SELECT listing.seq FROM listing INDEXED BY {self.index} WHERE {self.test}"  # noqa: S608


@dataclass(frozen=True, slots=True)
class Plan:
    """`source` and `where` with their `values`; `walks` says that the rows come in order without being sorted."""

    source: str
    where: tuple[str, ...]
    values: tuple[Value, ...]
    walks: bool


def clauses_of(query: Query) -> tuple[Clause, ...]:
    """The filters of a query, without its words."""
    found = [
        _among("verdict_rank", tuple(VERDICT_RANKS.get(one, _NO_RANK) for one in query.verdicts)),
        _among("condition_rank", tuple(CONDITION_RANKS.get(one, _NO_RANK) for one in query.conditions)),
        _among("control", tuple(search.storable(one) for one in query.controls)),
        _among("office", (search.storable(query.office),) if query.office else ()),
        _among("product", (search.storable(query.product),) if query.product else ()),
        _within(query.since, query.until),
        _number(search.storable(query.serial.strip())),
        _REPEATED if query.only_repeated else None,
    ]
    return tuple(one for one in found if one is not None)


_REPEATED = Clause(
    "EXISTS (SELECT 1 FROM number WHERE number.seq = listing.seq AND number.repeated = 1)",
    (),
    given="SELECT seq FROM number INDEXED BY number_repeated WHERE repeated = 1",
)


def _among(column: str, values: tuple[Value, ...]) -> Clause | None:
    if not values:
        return None
    marks = ", ".join("?" * len(values))
    return Clause(f"listing.{column} IN ({marks})", values, index=f"listing_{column}")


def _within(since: datetime | None, until: datetime | None) -> Clause | None:
    parts = [(sign, moment.astimezone(UTC).isoformat()) for sign, moment in ((">=", since), ("<", until)) if moment]
    if not parts:
        return None
    test = " AND ".join(f"listing.made_at {sign} ?" for sign, _text in parts)
    return Clause(test, tuple(text for _sign, text in parts), index="listing_made_at")


def _number(beginning: str) -> Clause | None:
    if not beginning:
        return None
    bare = () if beginning.casefold().startswith(_UUID.casefold()) else (_UUID + beginning,)
    values = tuple(text for one in (beginning, *bare) for text in (one, one + "\U0010ffff"))
    parts = [_BEGINS] * (len(values) // 2)
    test = f"EXISTS (SELECT 1 FROM number WHERE number.seq = listing.seq AND ({' OR '.join(parts)}))"  # noqa: S608
    # One part after the other: joined by OR, SQLite would not look up their ranges.
    listed = (f"SELECT seq FROM number WHERE number.kind IN ({_KINDS}) AND {part}" for part in parts)  # noqa: S608
    return Clause(test, values, given=" UNION ALL ".join(listed))


def plan_of(connection: sqlite3.Connection, query: Query, *, old: bool) -> Plan:
    """How the rows of a query are found. `old`: a file of schema 1. Raises LedgerError for what it cannot answer."""
    clauses = clauses_of(query)
    where = [clause.test for clause in clauses]
    values = [value for clause in clauses for value in clause.values]
    match = search.match(query.words)
    if query.words.strip() and match is None:
        return Plan("listing", (_NOTHING,), (), walks=True)
    if old:
        _require_known_to_old(query)
        if match is not None:
            where.insert(0, _HAS_WORDS)
            values.insert(0, match)
        return Plan("listing", tuple(where), tuple(values), walks=False)
    listed = _worth_listing(connection, clauses)
    if listed:
        return _looked_up(clauses, listed, match)
    if match is None:
        walked = "NOT INDEXED" if query.order is Order.NUMBER else f"INDEXED BY listing_{query.order.value}"
        return Plan(f"listing {walked}", tuple(where), tuple(values), walks=True)
    by_words = "listing_words CROSS JOIN listing ON listing.seq = listing_words.rowid"
    if query.order is Order.NUMBER or _few_have(connection, match):
        return Plan(by_words, ("listing_words MATCH ?", *where), (match, *values), walks=False)
    walked = f"listing INDEXED BY listing_{query.order.value}"
    return Plan(walked, (_HAS_WORDS, *where), (match, *values), walks=False)


_HAS_WORDS = "listing.seq IN (SELECT rowid FROM listing_words WHERE listing_words MATCH ?)"


def _require_known_to_old(query: Query) -> None:
    if query.conditions or query.controls or query.serial.strip() or query.only_repeated or query.verdicts:
        raise LedgerError(
            "This ledger is of an older form, and open for reading only: it can be searched by words, office, product"
            " and time alone.",
            "Open it once from a place that can be written to, which brings it up to date.",
        )
    if query.order in (Order.IDENTITY, Order.CONDITION, Order.CONTROL):
        raise LedgerError(
            "This ledger is of an older form, and open for reading only: it cannot be sorted by its headlines.",
            "Open it once from a place that can be written to, which brings it up to date.",
        )


def _worth_listing(connection: sqlite3.Connection, clauses: tuple[Clause, ...]) -> tuple[Clause, ...]:
    """The filters whose rows are listed and held against each other, where that leaves few; () where it does not.

    One that few rows meet is listed alone: to ask the others of each of its rows is faster than to list theirs.
    """
    counted: list[tuple[int, Clause]] = []
    least = MANY
    for clause in clauses:
        count = f"SELECT count(*) FROM ({clause.listed} LIMIT {least + 1})"  # noqa: S608 - the values are parameters
        counted.append((connection.execute(count, clause.values).fetchone()[0], clause))
        if counted[-1][0] <= FEW:
            least = min(least, counted[-1][0])
    listed = [one for one in sorted(counted, key=lambda one: one[0]) if one[0] <= MANY]
    chosen = tuple(clause for _count, clause in listed)
    if not listed or listed[0][0] <= FEW:
        return chosen[:1]
    if len(listed) == 1:
        return ()
    sql = f"SELECT count(*) FROM ({_in_common(chosen)} LIMIT {FEW + 1})"  # noqa: S608 - the values are parameters
    left = connection.execute(sql, [value for clause in chosen for value in clause.values]).fetchone()[0]
    return chosen if left <= FEW else ()


def _in_common(clauses: tuple[Clause, ...]) -> str:
    return " INTERSECT ".join(f"SELECT seq FROM ({clause.listed})" for clause in clauses)  # noqa: S608


def _few_have(connection: sqlite3.Connection, match: str) -> bool:
    counted = f"SELECT count(*) FROM (SELECT rowid FROM listing_words WHERE listing_words MATCH ? LIMIT {FEW + 1})"  # noqa: S608
    return bool(connection.execute(counted, (match,)).fetchone()[0] <= FEW)


def _looked_up(clauses: tuple[Clause, ...], listed: tuple[Clause, ...], match: str | None) -> Plan:
    rest = [clause for clause in clauses if clause not in listed]
    where = [f"listing.seq IN ({_in_common(listed)})", *(one.test for one in rest)]
    values = [value for one in (*listed, *rest) for value in one.values]
    if match is not None:
        where.append(_HAS_WORDS)
        values.append(match)
    return Plan("listing", tuple(where), tuple(values), walks=False)
