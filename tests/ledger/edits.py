"""Hands at a ledger: one edit of many kinds, chosen by chance, and what must be said of it.

`Edit.needs` says who can know of it: the file itself ("inside"), or only what was given away before, a signed report
or a checkpoint ("outside"). An edit may hit bytes that SQLite does not read: then all tables read as before.
"""

import random
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from gpu_inspector.ledger.schema import OBJECTS
from gpu_inspector.records.chain import GENESIS, chain_digest

TRIGGERS = {name: text for name, text in OBJECTS.items() if text.startswith("CREATE TRIGGER")}
COLUMNS = {
    "inspection": ("seq", "prev", "digest", "body"),
    "listing": (
        "seq",
        "id",
        "made_at",
        "case_number",
        "product",
        "verdict",
        "condition",
        "control",
        "verdict_rank",
        "condition_rank",
        "inspector",
        "office",
        "place",
        "cards",
        "origin",
        "numbers",
        "papers",
    ),
    "number": ("kind", "value", "seq", "repeated"),
    "supersession": ("seq", "replaced"),
    "vbios": ("version", "sha256", "seq"),
    "checkpoint": ("number", "seq", "digest", "frontier", "body"),
    "custody": ("number", "prev", "digest", "body"),
    "lot_log": ("number", "prev", "digest", "body"),
    "_sqlite_migrations": ("id", "migration_set", "name"),
    "listing_words_docsize": ("id", "sz"),
    "listing_words_data": ("id", "block"),
    "listing_words_idx": ("segid", "term", "pgno"),
    "listing_words_config": ("k", "v"),
}
"""All but `_sqlite_migrations.applied_at`: when sqlite-utils brought the file up is told by that cell alone, so that
nothing can be held against it; and it says nothing of any record."""
_INNER = (b"listing_words_data", b"listing_words_idx")
"""How FTS5 keeps its index: what it holds is asked of FTS5 itself, since not every byte of it means something."""
_SAID = {
    "inspection": "Row {key} |which no ledger has",
    "listing": "search table|search words",
    "number": "numbers|marked wrongly",
    "supersession": "replaced rows|row",
    "vbios": "vBIOS images",
    "checkpoint": "[Cc]heckpoint",
    "custody": "custody log",
    "lot_log": "log of lots",
    "_sqlite_migrations": "list of migrations",
    "listing_words_docsize": "search",
    "listing_words_data": "search|damaged",
    "listing_words_idx": "search|damaged",
    "listing_words_config": "search|damaged",
}


_KEYS = {"number": "kind, value, seq", "vbios": "version, sha256, seq"}
"""Of tables whose first column alone names no row."""


@dataclass(frozen=True, slots=True)
class Edit:
    """What was done, who can know of it, and a pattern for the sentence that must be said."""

    what: str
    said: str
    needs: str = "inside"
    may_be_nothing: bool = False


@dataclass(frozen=True, slots=True)
class Material:
    """Files to edit and to put in their place: the ledger, an older copy of it, another ledger."""

    content: bytes
    older: bytes
    other: bytes
    inspections: tuple[tuple[int, bytes], ...]


Kind = Callable[[Path, random.Random, Material], Edit]


def _unguarded(path: Path, edit: Callable[[sqlite3.Connection], Edit]) -> Edit:
    """Without triggers and checks, which stand there again afterwards."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute("PRAGMA synchronous = OFF")
        for name in TRIGGERS:
            connection.execute(f"DROP TRIGGER {name}")
        done = edit(connection)
        for text in TRIGGERS.values():
            connection.execute(text)
    return done


def _changed(value: object, chance: random.Random) -> object:
    """Another value of the same type."""
    if isinstance(value, int):
        return chance.choice((value + 1, value - 1, value ^ (1 << chance.randrange(12)), chance.randrange(10**6)))
    if isinstance(value, str):
        at = chance.randrange(len(value) + 1)
        return chance.choice((value[:at] + "x" + value[at + 1 :], value[:at], value + " ", value.swapcase()))
    assert isinstance(value, bytes)
    if not value:
        return b"\1"
    at, kind = chance.randrange(len(value)), chance.randrange(3)
    if kind == 0:
        return value[:at] + bytes([value[at] ^ (1 << chance.randrange(8))]) + value[at + 1 :]
    return chance.randbytes(len(value)) if kind == 1 else value[:at]


def cell(path: Path, chance: random.Random, _material: Material) -> Edit:
    """One field of one row of any table."""
    table = chance.choice(list(COLUMNS))
    column = chance.choice(COLUMNS[table])

    def edit(connection: sqlite3.Connection) -> Edit:
        keys = _KEYS.get(table, COLUMNS[table][0])
        rows = connection.execute(f"SELECT {keys}, {column} FROM {table}").fetchall()
        while True:
            *key, value = chance.choice(rows)
            new = _changed(value, chance)
            where = " AND ".join(f"{name} IS ?" for name in keys.split(", "))
            if new == value:
                continue
            try:
                connection.execute(f"UPDATE {table} SET {column} = ? WHERE {where}", (new, *key))
            except sqlite3.IntegrityError:  # such a row is there already
                continue
            said = _SAID[table].format(key=key[0])
            # Of the last checkpoint, the signature alone vouches for its own bytes: it is examined elsewhere.
            needs = "outside" if table == "checkpoint" else "inside"
            what = f"{table}.{column} of {key}: {value!r:.60} -> {new!r:.60}"
            return Edit(what, said, needs, may_be_nothing=table.encode() in _INNER)

    return _unguarded(path, edit)


def removed(path: Path, chance: random.Random, material: Material) -> Edit:
    """One row of any table, but not the last of those that only the outside knows."""
    table = chance.choice([name for name in COLUMNS if name not in ("listing_words_data", "listing_words_config")])

    def edit(connection: sqlite3.Connection) -> Edit:
        name = COLUMNS[table][0]
        keys = [row[0] for row in connection.execute(f"SELECT DISTINCT {name} FROM {table} ORDER BY 1")]
        key = chance.choice(keys)
        connection.execute(f"DELETE FROM {table} WHERE {name} IS ?", (key,))
        needs = "outside" if table == "checkpoint" and key == keys[-1] else "inside"
        what, said = f"{table}: {key} removed", _SAID[table].format(key=key)
        return Edit(what, said, needs, may_be_nothing=table.encode() in _INNER)

    return _unguarded(path, edit)


def inserted(path: Path, chance: random.Random, material: Material) -> Edit:
    """A row more in any table of ours, a copy of one under another number."""
    table = chance.choice(
        ("inspection", "listing", "number", "supersession", "vbios", "checkpoint", "custody", "lot_log")
    )

    def edit(connection: sqlite3.Connection) -> Edit:
        rows = connection.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall()
        first = 2 if table in _KEYS else 0
        while True:
            row = list(chance.choice(rows))
            row[first] = chance.choice((len(rows) + 1, len(rows) + 2, 0, -3, 10**6))
            if table == "listing":
                row[1] = f"{chance.getrandbits(32):08x}"
            if table in ("inspection", "custody", "lot_log"):
                row[2] = chance.randbytes(32)
            with suppress(sqlite3.IntegrityError):  # such a row may be there already
                connection.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row)
                break
        said = _SAID[table].replace("Row {key} ", "Row ")
        return Edit(f"{table}: {row[first]} inserted", said)

    return _unguarded(path, edit)


def reordered(path: Path, chance: random.Random, material: Material) -> Edit:
    """Two rows of the chain change places, whole or with their bodies alone."""
    one, other = sorted(chance.sample([seq for seq, _body in material.inspections], 2))
    whole = chance.random() < 0.5

    def edit(connection: sqlite3.Connection) -> Edit:
        if whole:
            for old, new in ((one, 10**6), (other, one), (10**6, other)):
                connection.execute("UPDATE inspection SET seq = ? WHERE seq = ?", (new, old))
        else:
            bodies = dict(material.inspections)
            connection.execute("UPDATE inspection SET body = ? WHERE seq = ?", (bodies[other], one))
            connection.execute("UPDATE inspection SET body = ? WHERE seq = ?", (bodies[one], other))
        return Edit(f"rows {one} and {other} swapped", f"Row {one} ")

    return _unguarded(path, edit)


def _cut_to(connection: sqlite3.Connection, last: int) -> None:
    for table in ("inspection", "listing", "number", "supersession"):
        connection.execute(f"DELETE FROM {table} WHERE seq > ?", (last,))
    connection.execute(
        "UPDATE number SET repeated = (SELECT count(DISTINCT seq) > 1 FROM number AS other"
        " WHERE other.kind = number.kind AND other.value = number.value)"
    )
    connection.execute("INSERT INTO listing_words(listing_words) VALUES ('rebuild')")


def tail_cut(path: Path, chance: random.Random, material: Material) -> Edit:
    """The last rows taken, and with them all that the file itself could tell of it."""
    last = chance.randrange(1, len(material.inspections))

    def edit(connection: sqlite3.Connection) -> Edit:
        _cut_to(connection, last)
        kept = connection.execute("SELECT custody FROM (SELECT 0 AS custody)").fetchone()
        assert kept is not None
        connection.execute("DELETE FROM checkpoint WHERE seq > ?", (last,))
        return Edit(f"cut after row {last}", f"Row {last + 1} is missing|custody log|checkpoints were", "outside")

    return _unguarded(path, edit)


def rechained(path: Path, chance: random.Random, material: Material) -> Edit:
    """One row edited, and every row after it chained anew: whole in itself."""
    first = chance.randrange(1, len(material.inspections) + 1)
    clear = chance.random() < 0.5

    def edit(connection: sqlite3.Connection) -> Edit:
        previous = GENESIS
        for seq, body in material.inspections:
            new = body.replace(b'"note":"Kiste"', b'"note":"Kasse"') if seq == first else body
            assert seq != first or new != body
            digest = chain_digest(seq, previous, new)
            connection.execute(
                "UPDATE inspection SET prev = ?, digest = ?, body = ? WHERE seq = ?", (previous, digest, new, seq)
            )
            previous = digest
        if clear:
            connection.execute("DELETE FROM checkpoint")
            connection.execute("DELETE FROM custody")
        return Edit(f"row {first} edited and all chained anew", "Row \\d+ is another", "outside" if clear else "inside")

    return _unguarded(path, edit)


def swapped(path: Path, chance: random.Random, material: Material) -> Edit:
    """The whole file is another one, or an older copy."""
    older = chance.random() < 0.5
    path.write_bytes(material.older if older else material.other)
    said = "Row \\d+ is (missing|another)|another ledger"
    return Edit("an older copy" if older else "another ledger", said, "outside")


def unguarded(path: Path, chance: random.Random, _material: Material) -> Edit:
    """A table, index or trigger dropped, changed or put beside."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        name = chance.choice(
            [one for one, text in OBJECTS.items() if text.startswith(("CREATE TRIGGER", "CREATE INDEX"))]
        )
        kind = OBJECTS[name].split()[1]
        how = chance.randrange(3)
        if how == 2:
            name = f"extra{chance.randrange(100)}"
            text = chance.choice(
                (
                    f"CREATE TRIGGER {name} AFTER INSERT ON inspection BEGIN SELECT 1; END",
                    f"CREATE TABLE {name}(x)",
                    f"CREATE INDEX {name} ON listing(place)",
                    f"CREATE VIEW {name} AS SELECT 1",
                )
            )
            connection.execute(text)
            return Edit(text, name)
        connection.execute(f"DROP {kind} {name}")
        if how == 1:
            text = OBJECTS[name]
            text = text.replace("SELECT RAISE", "SELECT 1; SELECT RAISE") if kind == "TRIGGER" else f"{text} -- ours"
            connection.execute(text)
        return Edit(f"{name} {'changed' if how else 'dropped'}", name)


def header(path: Path, chance: random.Random, _material: Material) -> Edit:
    """The marks in the file's header that say whose it is."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        name = chance.choice(("user_version", "application_id"))
        before = connection.execute(f"PRAGMA {name}").fetchone()[0]
        after = chance.choice((0, before + 1, before ^ (1 << chance.randrange(31)), -before))
        if after == before:
            after = before - 1
        connection.execute(f"PRAGMA {name} = {after}")
        return Edit(f"{name} {before} -> {after}", "header|newer GPU Inspector|schema")


def flipped(path: Path, chance: random.Random, material: Material) -> Edit:
    """One bit, or some bytes of a page, anywhere in the file."""
    content = bytearray(material.content)
    at = chance.randrange(len(content))
    if chance.random() < 0.7:
        content[at] ^= 1 << chance.randrange(8)
        what = f"a bit of byte {at}"
    else:
        length = chance.choice((2, 8, 64, 512, 4096))
        content[at : at + length] = chance.choice((bytes(length), chance.randbytes(length)))[: len(content) - at]
        what = f"{length} bytes from {at}"
    path.write_bytes(content)
    return Edit(what, ".", may_be_nothing=True)


KINDS: tuple[tuple[Kind, int], ...] = (
    (cell, 30),
    (flipped, 30),
    (removed, 10),
    (inserted, 8),
    (reordered, 4),
    (tail_cut, 5),
    (rechained, 4),
    (swapped, 3),
    (unguarded, 4),
    (header, 2),
)
"""Each kind, and how often it is chosen in a hundred."""


def one(path: Path, chance: random.Random, material: Material) -> tuple[str, Edit]:
    """Put the ledger to `path` and edit it there."""
    for ending in ("-wal", "-shm", "-journal"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
    path.write_bytes(material.content)
    kind = chance.choices([kind for kind, _weight in KINDS], [weight for _kind, weight in KINDS])[0]
    return kind.__name__, kind(path, chance, material)


def read_whole(path: Path, words: Iterable[str]) -> list[object] | None:
    """All that SQLite reads from the file, or None where it does not read it.

    Every table row by row, its index of words by every word at its place and by every search for a beginning of these.
    """
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as connection:
            connection.text_factory = bytes
            found: list[object] = [
                connection.execute(f"PRAGMA {name}").fetchone() for name in ("user_version", "application_id")
            ]
            listed = connection.execute(
                "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY name, type"
            ).fetchall()
            found.append(listed)
            for kind, name, _table, sql in listed:
                if kind == b"table" and not sql.startswith(b"CREATE VIRTUAL") and name not in _INNER:
                    columns = ", ".join(COLUMNS.get(name.decode(), "*"))
                    found.append(connection.execute(f'SELECT {columns} FROM "{name.decode()}"').fetchall())
            connection.execute("CREATE VIRTUAL TABLE temp.there USING fts5vocab(main, listing_words, instance)")
            found.append(connection.execute("SELECT * FROM temp.there").fetchall())
            search = "SELECT rowid, rank FROM listing_words WHERE listing_words MATCH ? ORDER BY rowid"
            found += [connection.execute(search, (f'"{word}"*',)).fetchall() for word in words]
            return found
    except (sqlite3.Error, UnicodeDecodeError):
        return None


def beginnings(path: Path) -> list[str]:
    """Every beginning of every word of the index, and the words."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE VIRTUAL TABLE temp.there USING fts5vocab(main, listing_words, row)")
        words = [term for (term,) in connection.execute("SELECT term FROM temp.there")]
    return sorted({word[:length] for word in words for length in range(1, len(word) + 1)})
