"""The tables of the ledger, their growth, and the question whether a file still has them as they were made.

The chain lives in `inspection`, and its triggers stop mistakes: UPDATE, DELETE, REPLACE, gaps. They do not stop
a forger, who can drop them: what stops a forger is that the digest of a row stands in signed reports elsewhere.
`listing` and `listing_words` serve searching alone and can be made again from the bodies. Never `transform` a
table here: that drops its triggers without a word.
"""

import sqlite3
from pathlib import Path

from sqlite_utils import Database, Migrations  # noqa: TID251

from gpu_inspector.errors import LedgerError
from gpu_inspector.ledger.connection import immediate

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

_SHADOWS = {f"listing_words_{part}" for part in ("config", "data", "docsize", "idx")}
_BOOKKEEPING = {Migrations.migrations_table, f"idx_{Migrations.migrations_table}_migration_set_name"}

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
    """The schema's number of the file; 0 for an empty one.

    Raises LedgerError for another program's file or a newer one, sqlite3.Error for what is no SQLite file.
    """
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    objects = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    empty = application == 0 and version == 0 and objects == 0
    if not empty and application != APPLICATION_ID:
        raise LedgerError(
            f"{path} belongs to another program: it is not a ledger of GPU Inspector.",
            "Name another file with --ledger; this one was left as it is.",
        )
    if version > VERSION:
        raise LedgerError(
            f"The ledger {path} was made by a newer GPU Inspector (schema {version}, known here: {VERSION}).",
            "Use a newer GPU Inspector; the file was left as it is.",
        )
    return version


def migrate(database: Database, path: Path) -> None:
    """Bring an empty or older file to VERSION, wholly or not at all. Raises as `require_ours` does."""
    with immediate(database.conn):
        if require_ours(database.conn, path) < VERSION:  # another program may have been faster
            migrations.apply(database)
            database.conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            database.conn.execute(f"PRAGMA user_version = {VERSION}")


def difference(connection: sqlite3.Connection) -> str | None:
    """What the file's tables and triggers have that we did not make, or lack; None when they are as made."""
    found: dict[str, str] = {}
    for kind, raw, text in connection.execute("SELECT type, name, sql FROM sqlite_master").fetchall():
        name = f"{raw}"
        own = name.startswith("sqlite_") and kind in ("table", "index")
        shadow = (name in _SHADOWS or name in _BOOKKEEPING) and kind in ("table", "index")
        if not own and not shadow:
            found[name] = f"{text}"
    for name, text in OBJECTS.items():
        kind = "trigger" if text.startswith("CREATE TRIGGER") else "table"
        if name not in found:
            return f"Its {kind} {name} is missing."
        if found[name] != text:
            return f"Its {kind} {name} was changed."
    foreign = sorted(set(found) - set(OBJECTS))
    return f"It has something that GPU Inspector did not make: {foreign[0]}." if foreign else None
