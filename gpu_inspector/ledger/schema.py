"""The tables of the ledger, their growth, and the question whether a file still has them as they were made.

The chain lives in `inspection`, and its triggers stop mistakes: UPDATE, DELETE, REPLACE, gaps. They do not stop
a forger, who can drop them: what stops a forger is that the digest of a row stands in signed reports elsewhere.
`listing` and `listing_words` serve searching alone and can be made again from the bodies. Never `transform` a
table here: that drops its triggers without a word.
"""

import sqlite3
from pathlib import Path

from gpu_inspector.errors import LedgerError
from gpu_inspector.ledger.connection import immediate
from gpu_inspector.ledger.database import Database, Migrations

APPLICATION_ID = 0x47505549
"""The letters "GPUI" in the file's header: this SQLite file is ours."""

VERSION = 1
"""The schema's number in the file's header; one migration more, one number more."""

TABLE = """CREATE TABLE inspection(
    seq INTEGER PRIMARY KEY CHECK(seq > 0),
    prev BLOB NOT NULL CHECK(length(prev) = 32),
    digest BLOB NOT NULL UNIQUE CHECK(length(digest) = 32),
    body BLOB NOT NULL
) STRICT"""

_CHAIN = """CREATE TRIGGER inspection_chain BEFORE INSERT ON inspection
WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM inspection)
  OR NEW.prev IS NOT coalesce((SELECT digest FROM inspection ORDER BY seq DESC LIMIT 1), zeroblob(32))
BEGIN SELECT RAISE(ABORT, 'chain'); END"""

_NO_UPDATE = """CREATE TRIGGER inspection_no_update BEFORE UPDATE ON inspection
BEGIN SELECT RAISE(ABORT, 'append-only'); END"""

_NO_DELETE = """CREATE TRIGGER inspection_no_delete BEFORE DELETE ON inspection
BEGIN SELECT RAISE(ABORT, 'append-only'); END"""

_LISTING = """CREATE TABLE listing(
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE COLLATE NOCASE,
    made_at TEXT NOT NULL,
    case_number TEXT NOT NULL,
    product TEXT NOT NULL,
    verdict TEXT NOT NULL,
    inspector TEXT NOT NULL,
    office TEXT NOT NULL,
    place TEXT NOT NULL,
    cards INTEGER NOT NULL,
    origin TEXT NOT NULL,
    numbers TEXT NOT NULL
) STRICT"""

WORD_COLUMNS = ("id", "case_number", "product", "verdict", "inspector", "office", "place", "numbers")
"""What a search looks through; `numbers` holds the serials and UUIDs of all cards."""

WORDS_OPTIONS = "prefix='2 3', tokenize='unicode61 remove_diacritics 2'"

_WORDS = (
    f"CREATE VIRTUAL TABLE listing_words USING fts5({', '.join(WORD_COLUMNS)}, "
    f"content='listing', content_rowid='seq', {WORDS_OPTIONS})"
)

OBJECTS: dict[str, str] = {
    "inspection": TABLE,
    "inspection_chain": _CHAIN,
    "inspection_no_update": _NO_UPDATE,
    "inspection_no_delete": _NO_DELETE,
    "listing": _LISTING,
    "listing_words": _WORDS,
}
"""Every table and trigger of ours, and the text by which it was made."""

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

_Made = tuple[object, object, object, object]
"""Type, name, table and text of one thing that the file holds, as SQLite lists it."""


def _made(name: str, text: str) -> _Made:
    if text.startswith("CREATE TRIGGER"):
        return "trigger", name, "inspection", text
    return ("index", name, _JOURNAL, text) if name == _JOURNAL_INDEX else ("table", name, name, text)


EXPECTED: tuple[_Made, ...] = (
    *(_made(name, text) for name, text in OBJECTS.items()),
    *(("table", name, name, f"CREATE TABLE '{name}'({rest}") for name, rest in _SHADOWS.items()),
    *(_made(name, text) for name, text in _BOOKKEEPING.items()),
    *(("index", f"sqlite_autoindex_{name}_1", name, None) for name in ("inspection", "listing")),
)
"""All that a ledger's file holds, and nothing beside it."""

_LONGEST_NAME = 60

migrations = Migrations("gpu-inspector-ledger")


@migrations()
def first_schema(database: Database) -> None:
    """The chain and the search tables."""
    for text in OBJECTS.values():
        database.conn.execute(text)


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


def _header(connection: sqlite3.Connection) -> tuple[int, int]:
    application: int = connection.execute("PRAGMA application_id").fetchone()[0]
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return application, version


def migrate(database: Database, path: Path) -> None:
    """Bring an empty or older file to VERSION, wholly or not at all. Raises as `require_ours` does."""
    with immediate(database.conn):
        version = require_ours(database.conn, path)
        if version < VERSION:  # another program may have been faster
            for text in _BOOKKEEPING.values() if version == 0 else ():
                database.conn.execute(text)
            migrations.apply(database)
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
    rest = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master").fetchall()
    missing = []
    for made in EXPECTED:
        if made in rest:
            rest.remove(made)
        else:
            missing.append(made)
    if missing:
        kind, name = missing[0][:2]
        changed = any(found[:2] == (kind, name) for found in rest)
        return f"Its {kind} {name} {'was changed' if changed else 'is missing'}."
    if not rest:
        return None
    kind, name = (str(value)[:_LONGEST_NAME] for value in rest[0][:2])
    return f"It has something that GPU Inspector did not make: {kind} {name!r}."
