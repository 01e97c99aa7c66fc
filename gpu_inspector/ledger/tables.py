"""The texts by which the ledger's tables are made, schema by schema: a file is held against them word for word.

A text that stood in a release is never edited, since files made by it are out there: a change is a new schema.
"""

from gpu_inspector.records.finding import Condition, Identity

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

_CHAINED = {
    "inspection": TABLE,
    "inspection_chain": _CHAIN,
    "inspection_no_update": _NO_UPDATE,
    "inspection_no_delete": _NO_DELETE,
}

_FIRST_LISTING = """CREATE TABLE listing(
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

FIRST_WORD_COLUMNS = ("id", "case_number", "product", "verdict", "inspector", "office", "place", "numbers")
FIRST_WORDS_OPTIONS = "prefix='2 3', tokenize='unicode61 remove_diacritics 2'"

_FIRST_WORDS = (
    f"CREATE VIRTUAL TABLE listing_words USING fts5({', '.join(FIRST_WORD_COLUMNS)}, "
    f"content='listing', content_rowid='seq', {FIRST_WORDS_OPTIONS})"
)

_LISTING = """CREATE TABLE listing(
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE COLLATE NOCASE,
    made_at TEXT NOT NULL,
    case_number TEXT NOT NULL COLLATE NOCASE,
    product TEXT NOT NULL COLLATE NOCASE,
    verdict TEXT NOT NULL,
    condition TEXT NOT NULL,
    control TEXT NOT NULL COLLATE NOCASE,
    verdict_rank INTEGER NOT NULL,
    condition_rank INTEGER NOT NULL,
    inspector TEXT NOT NULL COLLATE NOCASE,
    office TEXT NOT NULL COLLATE NOCASE,
    place TEXT NOT NULL,
    cards INTEGER NOT NULL,
    origin TEXT NOT NULL,
    numbers TEXT NOT NULL,
    papers TEXT NOT NULL
) STRICT"""

VERDICT_RANKS = {str(one): rank for rank, one in enumerate(Identity)}
CONDITION_RANKS = {
    str(one): rank
    for rank, one in enumerate((Condition.SOUND, Condition.NOT_EXAMINED, Condition.WORN, Condition.FAULTY))
}
"""In rising order of gravity; what was not looked at is no pass."""

ORDERED = (
    "made_at",
    "case_number",
    "product",
    "control",
    "verdict_rank",
    "condition_rank",
    "inspector",
    "office",
)
"""Columns of the listing to sort and filter by: each has an index, which goes on by the row's number."""

WORD_COLUMNS = (
    "id",
    "case_number",
    "product",
    "verdict",
    "condition",
    "control",
    "inspector",
    "office",
    "place",
    "numbers",
    "papers",
)
"""What a search looks through: `numbers` holds the serials and UUIDs of all cards, `papers` what paper and tags say."""

WORDS_OPTIONS = "prefix='1 2 3 4 5 6 7 8 9', tokenize='unicode61 remove_diacritics 2'"
"""Beginnings up to that many letters have an index of their own: they are what stands in the field while one types."""

_WORDS = (
    f"CREATE VIRTUAL TABLE listing_words USING fts5({', '.join(WORD_COLUMNS)}, "
    f"content='listing', content_rowid='seq', {WORDS_OPTIONS})"
)

_NUMBER = """CREATE TABLE number(
    kind TEXT NOT NULL,
    value TEXT NOT NULL COLLATE NOCASE,
    seq INTEGER NOT NULL,
    repeated INTEGER NOT NULL,
    PRIMARY KEY(kind, value, seq)
) STRICT, WITHOUT ROWID"""
"""One line a serial or UUID that can be a card's own; `repeated` is 1 where another row has it too."""

FIRST: dict[str, str] = {**_CHAINED, "listing": _FIRST_LISTING, "listing_words": _FIRST_WORDS}
"""Schema 1: every table and trigger of ours, and the text by which it was made."""

SECOND_LISTING: dict[str, str] = {
    "listing": _LISTING,
    **{f"listing_{name}": f"CREATE INDEX listing_{name} ON listing({name}, seq)" for name in ORDERED},
    "listing_words": _WORDS,
    "number": _NUMBER,
    "number_seq": "CREATE INDEX number_seq ON number(seq)",
    "number_repeated": "CREATE INDEX number_repeated ON number(seq) WHERE repeated = 1",
}
"""What schema 2 has in the place of the search tables of schema 1."""

SECOND: dict[str, str] = {**_CHAINED, **SECOND_LISTING}
"""Schema 2."""

_CHECKPOINT = """CREATE TABLE checkpoint(
    number INTEGER PRIMARY KEY CHECK(number > 0),
    seq INTEGER NOT NULL CHECK(seq > 0),
    digest BLOB NOT NULL CHECK(length(digest) = 32),
    frontier BLOB NOT NULL CHECK(length(frontier) % 32 = 0),
    body BLOB NOT NULL
) STRICT"""
"""A signed checkpoint as its file has it (`body`), the row that it covers, and what the next one goes on from."""

_CHECKPOINT_ORDER = """CREATE TRIGGER checkpoint_order BEFORE INSERT ON checkpoint
WHEN NEW.number IS NOT (SELECT coalesce(max(number), 0) + 1 FROM checkpoint)
  OR NEW.digest IS NOT (SELECT digest FROM inspection WHERE seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'order'); END"""

_CUSTODY = """CREATE TABLE custody(
    number INTEGER PRIMARY KEY CHECK(number > 0),
    prev BLOB NOT NULL CHECK(length(prev) = 32),
    digest BLOB NOT NULL UNIQUE CHECK(length(digest) = 32),
    body BLOB NOT NULL
) STRICT"""

_CUSTODY_CHAIN = """CREATE TRIGGER custody_chain BEFORE INSERT ON custody
WHEN NEW.number IS NOT (SELECT coalesce(max(number), 0) + 1 FROM custody)
  OR NEW.prev IS NOT coalesce((SELECT digest FROM custody ORDER BY number DESC LIMIT 1), zeroblob(32))
BEGIN SELECT RAISE(ABORT, 'chain'); END"""


def _append_only(table: str) -> dict[str, str]:
    return {
        f"{table}_no_{action.lower()}": f"CREATE TRIGGER {table}_no_{action.lower()} BEFORE {action} ON {table}\n"
        "BEGIN SELECT RAISE(ABORT, 'append-only'); END"
        for action in ("UPDATE", "DELETE")
    }


THIRD_ADDED: dict[str, str] = {
    "checkpoint": _CHECKPOINT,
    "checkpoint_seq": "CREATE INDEX checkpoint_seq ON checkpoint(seq)",
    "checkpoint_order": _CHECKPOINT_ORDER,
    **_append_only("checkpoint"),
    "custody": _CUSTODY,
    "custody_chain": _CUSTODY_CHAIN,
    **_append_only("custody"),
    "supersession": """CREATE TABLE supersession(
    seq INTEGER PRIMARY KEY,
    replaced INTEGER NOT NULL
) STRICT""",
    "supersession_replaced": "CREATE INDEX supersession_replaced ON supersession(replaced)",
}
"""What schema 3 has beside schema 2: checkpoints, the custody log, and which row takes whose place (for searching)."""

THIRD: dict[str, str] = {**SECOND, **THIRD_ADDED}
"""Schema 3."""

FOURTH_ADDED: dict[str, str] = {
    "vbios": """CREATE TABLE vbios(
    version TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY(version, sha256, seq)
) STRICT, WITHOUT ROWID""",
    "vbios_seq": "CREATE INDEX vbios_seq ON vbios(seq)",
}
"""What schema 4 has beside schema 3: which rows hold a vBIOS image that was read out of a card (for searching)."""

FOURTH: dict[str, str] = {**THIRD, **FOURTH_ADDED}
"""Schema 4."""

FIFTH_ADDED: dict[str, str] = {
    "lot_log": """CREATE TABLE lot_log(
    number INTEGER PRIMARY KEY CHECK(number > 0),
    prev BLOB NOT NULL CHECK(length(prev) = 32),
    digest BLOB NOT NULL UNIQUE CHECK(length(digest) = 32),
    body BLOB NOT NULL
) STRICT""",
    "lot_log_chain": """CREATE TRIGGER lot_log_chain BEFORE INSERT ON lot_log
WHEN NEW.number IS NOT (SELECT coalesce(max(number), 0) + 1 FROM lot_log)
  OR NEW.prev IS NOT coalesce((SELECT digest FROM lot_log ORDER BY number DESC LIMIT 1), zeroblob(32))
BEGIN SELECT RAISE(ABORT, 'chain'); END""",
    **_append_only("lot_log"),
}
"""What schema 5 has beside schema 4: lots, and which inspections were put into them."""

FIFTH: dict[str, str] = {**FOURTH, **FIFTH_ADDED}
"""Schema 5."""
