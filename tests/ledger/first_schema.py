"""A ledger as the first release made it: the texts of its tables stand here as they stood there."""

import sqlite3
from contextlib import closing
from pathlib import Path

from gpu_inspector.ledger.listing import inspection_of, listing_of
from gpu_inspector.records import canonical
from gpu_inspector.records.chain import GENESIS, entry_for
from gpu_inspector.records.inspection import Inspection, LedgerEntry

TEXTS = (
    """CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
)""",
    """CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name")""",
    """CREATE TABLE inspection(
    seq INTEGER PRIMARY KEY CHECK(seq > 0),
    prev BLOB NOT NULL CHECK(length(prev) = 32),
    digest BLOB NOT NULL UNIQUE CHECK(length(digest) = 32),
    body BLOB NOT NULL
) STRICT""",
    """CREATE TRIGGER inspection_chain BEFORE INSERT ON inspection
WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM inspection)
  OR NEW.prev IS NOT coalesce((SELECT digest FROM inspection ORDER BY seq DESC LIMIT 1), zeroblob(32))
BEGIN SELECT RAISE(ABORT, 'chain'); END""",
    """CREATE TRIGGER inspection_no_update BEFORE UPDATE ON inspection
BEGIN SELECT RAISE(ABORT, 'append-only'); END""",
    """CREATE TRIGGER inspection_no_delete BEFORE DELETE ON inspection
BEGIN SELECT RAISE(ABORT, 'append-only'); END""",
    """CREATE TABLE listing(
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
) STRICT""",
    "CREATE VIRTUAL TABLE listing_words USING fts5(id, case_number, product, verdict, inspector, office, place, "
    "numbers, content='listing', content_rowid='seq', prefix='2 3', tokenize='unicode61 remove_diacritics 2')",
)
LISTED = (
    "seq",
    "id",
    "made_at",
    "case_number",
    "product",
    "verdict",
    "inspector",
    "office",
    "place",
    "cards",
    "origin",
    "numbers",
)


def make(path: Path, inspections: tuple[Inspection, ...]) -> list[LedgerEntry]:
    """A file of schema 1 with these inspections, and where each stands."""
    path.parent.mkdir(parents=True, exist_ok=True)
    entries = []
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        for text in TEXTS:
            connection.execute(text)
        connection.execute(
            "INSERT INTO _sqlite_migrations VALUES (1, 'gpu-inspector-ledger', 'first_schema', '2026-11-24T00:00:00')"
        )
        connection.execute("PRAGMA application_id = 1196447049")
        connection.execute("PRAGMA user_version = 1")
        previous = GENESIS
        for seq, inspection in enumerate(inspections, 1):
            body = canonical.encode(inspection)
            entry = entry_for(seq, previous, body)
            previous = bytes.fromhex(entry.digest)
            row = (seq, bytes.fromhex(entry.previous), previous, body)
            connection.execute("INSERT INTO inspection VALUES (?, ?, ?, ?)", row)
            listing = listing_of(seq, inspection_of(seq, body))
            values = [getattr(listing, name) for name in LISTED]
            connection.execute(f"INSERT INTO listing VALUES ({', '.join('?' * len(values))})", values)
            entries.append(entry)
        connection.execute("INSERT INTO listing_words(listing_words) VALUES ('rebuild')")
    return entries


def version_of(path: Path) -> int:
    """The schema's number in the file."""
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])
