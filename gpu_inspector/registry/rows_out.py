"""Rows on their way into the registry's tables, by COPY: what the gate found sound, and nothing else.

Texts come out of bodies that strangers may have written: PostgreSQL keeps no character 0, and its indexes no text of
any length.
"""

import uuid
from collections.abc import Iterable
from dataclasses import fields
from datetime import UTC, datetime

from gpu_inspector.records.registry import CardNumber, Listed, Row
from gpu_inspector.registry.connection import Registry

LONGEST_TEXT = 600
"""Characters of one column of the listing."""
LONGEST_LIST = 20_000
"""Characters of those that hold the numbers of all cards, and what the papers say."""
_LONG = ("numbers", "papers")
LISTED_COLUMNS = tuple(field.name for field in fields(Listed))
_TYPES = {"seq": "int8", "id": "uuid", "made_at": "timestamptz"}
_NUMERIC = ("verdict_rank", "condition_rank", "cards")
_FIRST, _LAST = datetime(1, 1, 2, tzinfo=UTC), datetime(9998, 12, 31, tzinfo=UTC)
"""Moments that every reader of the database can hold."""


def copy_rows(registry: Registry, office: int, rows: Iterable[Row]) -> None:
    """The chain's rows. Raises psycopg.Error."""
    sql = "COPY gpu_inspector.inspection_all(office, seq, prev, digest, id, kind, body) FROM STDIN (FORMAT BINARY)"
    with registry.connection.cursor() as cursor, cursor.copy(sql) as out:
        out.set_types(["int4", "int8", "bytea", "bytea", "uuid", "text", "bytea"])
        for row in rows:
            out.write_row((office, row.seq, row.prev, row.digest, uuid.UUID(row.id), str(row.kind), row.body))


def copy_listing(registry: Registry, office: int, lines: Iterable[Listed]) -> None:
    """What is searched of them. Raises psycopg.Error."""
    columns = ", ".join(LISTED_COLUMNS)
    sql = f"COPY gpu_inspector.listing(office, {columns}) FROM STDIN (FORMAT BINARY)"
    types = [_TYPES.get(name, "int4" if name in _NUMERIC else "text") for name in LISTED_COLUMNS]
    with registry.connection.cursor() as cursor, cursor.copy(sql) as out:
        out.set_types(["int4", *types])
        for line in lines:
            out.write_row((office, *values_of(line)))


def copy_numbers(registry: Registry, office: int, numbers: Iterable[tuple[int, CardNumber]]) -> None:
    """The cards' numbers of these rows. Raises psycopg.Error."""
    sql = "COPY gpu_inspector.number(office, seq, card, kind, keyed, value) FROM STDIN (FORMAT BINARY)"
    with registry.connection.cursor() as cursor, cursor.copy(sql) as out:
        out.set_types(["int4", "int8", "int4", "text", "bool", "text"])
        for seq, one in numbers:
            out.write_row((office, seq, one.card, one.kind, one.keyed, storable(one.value)))


def values_of(line: Listed) -> tuple[object, ...]:
    """A line as the table keeps it, column by column."""
    return tuple(_value(name, getattr(line, name)) for name in LISTED_COLUMNS)


def _value(name: str, value: object) -> object:
    if name == "made_at":
        return moment_of(str(value))
    if name == "id":
        return uuid.UUID(str(value))
    if isinstance(value, str):
        return storable(value, LONGEST_LIST if name in _LONG else LONGEST_TEXT)
    return value


def moment_of(text: str) -> datetime:
    """A moment that the database can keep; without a zone it counts as UTC."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return _FIRST
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(max(moment, _FIRST), _LAST)


def storable(text: str, most: int = LONGEST_TEXT) -> str:
    """A text that the database can keep."""
    cut = text[:most].replace("\0", "\N{REPLACEMENT CHARACTER}")
    return cut if cut.isascii() else cut.encode("utf-8", "replace").decode("utf-8")
