"""The tables of the ledger, their growth, and the question whether a file still has them as they were made.

The chain lives in `inspection`, and its triggers stop mistakes: UPDATE, DELETE, REPLACE, gaps. They do not stop
a forger, who can drop them: what stops a forger is that the digest of a row stands in signed reports and checkpoints
elsewhere. `checkpoint`, `custody` and `lot_log` are append-only as well. `listing`, `listing_words`, `number`,
`supersession` and `vbios` serve searching alone and can be made again from the bodies. Never `transform` a table here:
that drops its triggers without a word.
"""

import sqlite3
from collections.abc import Callable
from pathlib import Path

from gpu_inspector.errors import LedgerError
from gpu_inspector.ledger.connection import immediate
from gpu_inspector.ledger.database import Database, Migrations
from gpu_inspector.ledger.tables import (
    FIFTH,
    FIFTH_ADDED,
    FIRST,
    FOURTH,
    FOURTH_ADDED,
    SECOND,
    SECOND_LISTING,
    TABLE,
    THIRD,
    THIRD_ADDED,
)

APPLICATION_ID = 0x47505549
"""The letters "GPUI" in the file's header: this SQLite file is ours."""

VERSION = 5
"""The schema's number in the file's header; one migration more, one number more."""

OBJECTS: dict[str, str] = FIFTH
"""Every table, index and trigger of ours, and the text by which it was made."""

_JOURNAL = Migrations.migrations_table
_JOURNAL_INDEX = f"idx_{_JOURNAL}_migration_set_name"
_BOOKKEEPING = {
    _JOURNAL: f"""CREATE TABLE "{_JOURNAL}" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
)""",
    _JOURNAL_INDEX: f"""CREATE UNIQUE INDEX "{_JOURNAL_INDEX}"
    ON "{_JOURNAL}" ("migration_set", "name")""",
}
"""Where sqlite-utils notes what it did: made by us in its own words, so that no other version words it otherwise."""

_SHADOWS = {
    "listing_words_config": "k PRIMARY KEY, v) WITHOUT ROWID",
    "listing_words_data": "id INTEGER PRIMARY KEY, block BLOB)",
    "listing_words_docsize": "id INTEGER PRIMARY KEY, sz BLOB)",
    "listing_words_idx": "segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID",
}
"""What FTS5 puts behind `listing_words`."""

_UNIQUE = ("inspection", "listing", "custody", "lot_log")
"""Tables for which SQLite makes an index of its own: a column of theirs is unique."""

_Made = tuple[object, object, object, object]
"""Type, name, table and text of one thing that the file holds, as SQLite lists it."""


def _made(name: str, text: str) -> _Made:
    if text.startswith("CREATE TRIGGER"):
        return "trigger", name, text.partition(" ON ")[2].split()[0], text
    if text.startswith(("CREATE INDEX", "CREATE UNIQUE INDEX")):
        return "index", name, _JOURNAL if name == _JOURNAL_INDEX else name.partition("_")[0], text
    return "table", name, name, text


def _all_of(objects: dict[str, str]) -> tuple[_Made, ...]:
    return (
        *(_made(name, text) for name, text in objects.items()),
        *(("table", name, name, f"CREATE TABLE '{name}'({rest}") for name, rest in _SHADOWS.items()),
        *(_made(name, text) for name, text in _BOOKKEEPING.items()),
        *(("index", f"sqlite_autoindex_{name}_1", name, None) for name in _UNIQUE if name in objects),
    )


EXPECTED: dict[int, tuple[_Made, ...]] = {
    1: _all_of(FIRST),
    2: _all_of(SECOND),
    3: _all_of(THIRD),
    4: _all_of(FOURTH),
    VERSION: _all_of(OBJECTS),
}
"""All that a ledger's file of each schema holds, and nothing beside it."""

_EXPECTED_BYTES = {
    version: {tuple(cell if cell is None else str(cell).encode() for cell in made) for made in everything}
    for version, everything in EXPECTED.items()
}

SEARCHING_SINCE = 2
"""The search tables of a file of this schema and later are as they are today."""

_LONGEST_NAME = 60

migrations = Migrations("gpu-inspector-ledger")


@migrations()
def first_schema(database: Database) -> None:
    """The chain and the search tables."""
    for text in FIRST.values():
        database.conn.execute(text)


@migrations()
def all_headlines_and_numbers(database: Database) -> None:
    """Search tables with all three headlines, indexes to sort by, and the cards' numbers; `migrate` fills them."""
    for name in ("listing_words", "listing"):
        database.conn.execute(f"DROP TABLE {name}")
    for text in SECOND_LISTING.values():
        database.conn.execute(text)


@migrations()
def checkpoints_and_custody(database: Database) -> None:
    """Signed checkpoints, the custody log, and which row takes the place of which; no older row does."""
    for text in THIRD_ADDED.values():
        database.conn.execute(text)


@migrations()
def images_read_out(database: Database) -> None:
    """Which rows hold a vBIOS image; no older row does."""
    for text in FOURTH_ADDED.values():
        database.conn.execute(text)


@migrations()
def lots_of_cards(database: Database) -> None:
    """Lots and their members; no older file has any."""
    for text in FIFTH_ADDED.values():
        database.conn.execute(text)


_IN_ORDER = (first_schema, all_headlines_and_numbers, checkpoints_and_custody, images_read_out, lots_of_cards)
_STEPS = tuple((migrations.name, step.__name__) for step in _IN_ORDER)
"""What sqlite-utils notes of each migration, schema by schema."""


def wrap(connection: sqlite3.Connection) -> Database:
    """sqlite-utils on our own connection, without whatever plug-ins this machine has installed."""
    return Database(connection, execute_plugins=False)


def require_ours(connection: sqlite3.Connection, path: Path) -> int:
    """The schema's number of the file; 0 for an empty one, which alone may be made into a ledger.

    A file that has our mark or our table is ours, whatever else its header says: `difference` tells what is
    wrong with it. Raises LedgerError for another program's file or a newer one, sqlite3.Error for what is no
    SQLite file.
    """
    application, version = _header(connection)
    objects = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if application == 0 and version == 0 and objects == 0:
        return 0
    ours = connection.execute("SELECT count(*) FROM sqlite_master WHERE sql = ?", (TABLE,)).fetchone()[0]
    if application != APPLICATION_ID and not ours:
        raise LedgerError(
            f"{path} belongs to another program: it is not a ledger of GPU Inspector.",
            "Name another file with --ledger; this one was left as it is.",
        )
    if version > VERSION:
        raise LedgerError(
            f"The ledger {path} was made by a newer GPU Inspector (schema {version}, known here: {VERSION}).",
            "Use a newer GPU Inspector; the file was left as it is.",
        )
    return version if version > 0 else VERSION


def outdated(connection: sqlite3.Connection) -> bool:
    """Whether the file's search tables are those of an older schema."""
    found = connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'number' AND type = 'table'")
    return not found.fetchone()[0]


def keeps_custody(connection: sqlite3.Connection) -> bool:
    """Whether the file has checkpoints and a custody log: since schema 3."""
    found = connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'custody' AND type = 'table'")
    return bool(found.fetchone()[0])


def keeps_lots(connection: sqlite3.Connection) -> bool:
    """Whether the file has a log of lots: since schema 5."""
    found = connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'lot_log' AND type = 'table'")
    return bool(found.fetchone()[0])


def _header(connection: sqlite3.Connection) -> tuple[int, int]:
    application: int = connection.execute("PRAGMA application_id").fetchone()[0]
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return application, version


def migrate(database: Database, path: Path, fill: Callable[[Database], None]) -> None:
    """Bring an empty or older file to VERSION, wholly or not at all.

    `fill` makes the search tables from the bodies, where those of the file are older ones.

    An older file must be one that nobody tampered with: the traces would be lost. Raises as `require_ours` and
    `fill` do.
    """
    with immediate(database.conn):
        version = require_ours(database.conn, path)
        if version < VERSION:  # another program may have been faster
            for text in _BOOKKEEPING.values() if version == 0 else ():
                database.conn.execute(text)
            migrations.apply(database)
            if 0 < version < SEARCHING_SINCE:
                fill(database)
            database.conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            database.conn.execute(f"PRAGMA user_version = {VERSION}")


def difference(connection: sqlite3.Connection) -> str | None:
    """What the file's header, tables and triggers have that we did not make, or lack; None when as made.

    Each thing is held against the whole list of what is expected: names alone tell nothing, since a trigger may
    bear a table's name, and SQLite runs the text of a thing whatever type is written beside it.
    """
    application, version = _header(connection)
    if application != APPLICATION_ID:
        return f"Its header was changed: it has another program's mark ({application})."
    if not 0 < version <= VERSION:
        return f"Its header was changed: it names schema {version}, which no GPU Inspector writes."
    if _as_made(connection, version):
        return _journal_difference(connection, version)
    found = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master").fetchall()
    changed = _difference(found, EXPECTED[version]) or _journal_difference(connection, version)
    if changed is not None and version < VERSION and _difference(found, EXPECTED[VERSION]) is None:
        return f"Its header was changed: it names schema {version}, and its tables are those of schema {VERSION}."
    return changed


def _as_made(connection: sqlite3.Connection, version: int) -> bool:
    """The quick answer, asked before each append: nearly always yes."""
    cells = ", ".join(f"CAST({name} AS BLOB)" for name in ("type", "name", "tbl_name", "sql"))
    found = connection.execute(f"SELECT {cells} FROM sqlite_master").fetchall()  # noqa: S608 - our own names
    return len(found) == len(EXPECTED[version]) and set(found) == _EXPECTED_BYTES[version]


def _journal_difference(connection: sqlite3.Connection, version: int) -> str | None:
    noted = connection.execute(f"SELECT id, migration_set, name FROM {_JOURNAL} ORDER BY id")  # noqa: S608 - our own name
    if noted.fetchall() == [(number, *step) for number, step in enumerate(_STEPS[:version], start=1)]:
        return None
    return "Its list of migrations was changed: it is not that of the schema that its header names."


def _difference(found: list[_Made], expected: tuple[_Made, ...]) -> str | None:
    rest = list(found)
    missing = []
    for made in expected:
        if made in rest:
            rest.remove(made)
        else:
            missing.append(made)
    if missing:
        kind, name = missing[0][:2]
        changed = any(other[:2] == (kind, name) for other in rest)
        return f"Its {kind} {name} {'was changed' if changed else 'is missing'}."
    if not rest:
        return None
    kind, name = (str(value)[:_LONGEST_NAME] for value in rest[0][:2])
    return f"It has something that GPU Inspector did not make: {kind} {name!r}."
