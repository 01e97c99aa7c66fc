"""Hands that are not the program's: what `verify` and `holds` find, and what the triggers refuse."""

import io
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from gpu_inspector.errors import LedgerError
from gpu_inspector.ledger.schema import APPLICATION_ID, OBJECTS, VERSION
from gpu_inspector.ledger.store import Ledger
from gpu_inspector.ledger.verification import LedgerVerdict
from gpu_inspector.records.chain import chain_digest
from gpu_inspector.records.inspection import Inspection, LedgerEntry

NewInspection = Callable[..., Inspection]
Forgery = Callable[[sqlite3.Connection], object]

ROWS = 6
TRIGGERS = [name for name, text in OBJECTS.items() if text.startswith("CREATE TRIGGER")]


@pytest.fixture
def entries(path: Path, new_inspection: NewInspection) -> list[LedgerEntry]:
    """The entries of a ledger of six rows, which is closed again."""
    with Ledger(path) as ledger:
        return [ledger.append(new_inspection(serial=f"132452103{number:04}")) for number in range(1, ROWS + 1)]


@pytest.fixture
def forger(path: Path, entries: list[LedgerEntry]) -> Iterator[sqlite3.Connection]:
    """A plain connection to that ledger."""
    assert len(entries) == ROWS
    connection = sqlite3.connect(path, isolation_level=None)
    yield connection
    connection.close()


def _unguarded(connection: sqlite3.Connection, forge: Forgery) -> None:
    """Forge without triggers, and put them back as they were."""
    for name in TRIGGERS:
        connection.execute(f"DROP TRIGGER {name}")
    forge(connection)
    for name in TRIGGERS:
        connection.execute(OBJECTS[name])


def _verdict(path: Path) -> LedgerVerdict:
    with Ledger(path, readonly=True) as ledger:
        return ledger.verify()


def test_an_untouched_ledger_verifies(path: Path, entries: list[LedgerEntry]) -> None:
    verdict = _verdict(path)
    assert (verdict.rows, verdict.problem, verdict.row, verdict.head) == (ROWS, None, None, entries[-1].digest)


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param("UPDATE inspection SET body = x'00' WHERE seq = 2", id="update"),
        pytest.param("UPDATE OR IGNORE inspection SET body = x'00' WHERE seq = 2", id="update-or-ignore"),
        pytest.param("DELETE FROM inspection WHERE seq = 6", id="delete"),
        pytest.param("DELETE FROM inspection", id="delete-all"),
        pytest.param("REPLACE INTO inspection SELECT seq, prev, digest, x'00' FROM inspection", id="replace"),
        pytest.param("INSERT INTO inspection SELECT 8, digest, zeroblob(32), x'' FROM inspection", id="gap"),
        pytest.param("INSERT INTO inspection VALUES (7, zeroblob(32), zeroblob(32), x'')", id="fork"),
    ],
)
def test_a_mistake_is_refused_by_the_triggers(forger: sqlite3.Connection, path: Path, statement: str) -> None:
    with pytest.raises(sqlite3.IntegrityError, match=r"append-only|chain"):
        forger.execute(statement)
    assert _verdict(path).problem is None


def _swap(connection: sqlite3.Connection) -> None:
    rows = dict(connection.execute("SELECT seq, body FROM inspection WHERE seq IN (3, 4)"))
    connection.execute("UPDATE inspection SET body = ? WHERE seq = 3", (rows[4],))
    connection.execute("UPDATE inspection SET body = ? WHERE seq = 4", (rows[3],))


def _reorder(connection: sqlite3.Connection) -> None:
    for old, new in ((3, 99), (4, 3), (99, 4)):
        connection.execute("UPDATE inspection SET seq = ? WHERE seq = ?", (new, old))


def _insert_between(connection: sqlite3.Connection) -> None:
    for seq in range(ROWS, 3, -1):
        connection.execute("UPDATE inspection SET seq = ? WHERE seq = ?", (seq + 1, seq))
    previous, body = connection.execute("SELECT digest, body FROM inspection WHERE seq = 3").fetchone()
    digest = chain_digest(4, previous, body)
    connection.execute("INSERT INTO inspection VALUES (4, ?, ?, ?)", (previous, digest, body))


def _close_the_gap(connection: sqlite3.Connection) -> None:
    connection.execute("DELETE FROM inspection WHERE seq = 3")
    for seq in range(4, ROWS + 1):
        connection.execute("UPDATE inspection SET seq = ? WHERE seq = ?", (seq - 1, seq))


def _sum_again(connection: sqlite3.Connection) -> None:
    previous, body = connection.execute("SELECT prev, body FROM inspection WHERE seq = 3").fetchone()
    changed = body.replace(b"INCONCLUSIVE", b"CONSISTENT")
    connection.execute(
        "UPDATE inspection SET body = ?, digest = ? WHERE seq = 3", (changed, chain_digest(3, previous, changed))
    )


def _execute(statement: str) -> Forgery:
    return lambda connection: connection.execute(statement)


FORGERIES = [
    pytest.param(_execute("UPDATE inspection SET body = CAST(body || ' ' AS BLOB) WHERE seq = 3"), 3, id="edited"),
    pytest.param(_execute("UPDATE inspection SET body = x'' WHERE seq = 1"), 1, id="emptied-first"),
    pytest.param(_execute("UPDATE inspection SET digest = randomblob(32) WHERE seq = 6"), 6, id="digest-of-the-last"),
    pytest.param(_execute("UPDATE inspection SET prev = randomblob(32) WHERE seq = 3"), 3, id="link-changed"),
    pytest.param(_execute("DELETE FROM inspection WHERE seq = 3"), 3, id="deleted"),
    pytest.param(_execute("DELETE FROM inspection WHERE seq = 1"), 1, id="deleted-first"),
    pytest.param(_close_the_gap, 3, id="deleted-and-renumbered"),
    pytest.param(_swap, 3, id="swapped-contents"),
    pytest.param(_reorder, 3, id="reordered"),
    pytest.param(_insert_between, 5, id="inserted"),
    pytest.param(_sum_again, 4, id="verdict-edited-and-summed-again"),
]


@pytest.mark.parametrize(("forge", "row"), FORGERIES)
def test_a_forged_row_is_named(forger: sqlite3.Connection, path: Path, forge: Forgery, row: int) -> None:
    _unguarded(forger, forge)
    verdict = _verdict(path)
    assert verdict.problem is not None
    assert f"Row {row} " in verdict.problem
    assert (verdict.row, verdict.rows) == (row, row - 1)


def test_a_forged_row_is_not_handed_out(forger: sqlite3.Connection, path: Path, tmp_path: Path) -> None:
    _unguarded(forger, _execute("UPDATE inspection SET body = CAST(body || ' ' AS BLOB) WHERE seq = 3"))
    out = io.StringIO()
    with Ledger(path) as ledger:
        assert ledger.entry(2)[0].seq == 2
        with pytest.raises(LedgerError, match="altered"):
            ledger.entry(3)
        with pytest.raises(LedgerError, match="Row 3 was altered"):
            ledger.export(out, "jsonl")
        with pytest.raises(LedgerError, match="no backup"):
            ledger.backup(tmp_path / "backup.sqlite")
    assert out.getvalue() == ""
    assert [file.name for file in tmp_path.iterdir()] == ["folder"]


def test_nothing_is_put_behind_a_forged_last_row(
    forger: sqlite3.Connection, path: Path, new_inspection: NewInspection
) -> None:
    _unguarded(forger, _execute(f"UPDATE inspection SET body = x'7b7d' WHERE seq = {ROWS}"))
    with Ledger(path) as ledger:
        with pytest.raises(LedgerError, match=f"Row {ROWS} was altered"):
            ledger.append(new_inspection())
        assert ledger.count() == ROWS


def test_a_cut_tail_is_whole_in_itself_and_found_by_a_report(
    forger: sqlite3.Connection, path: Path, entries: list[LedgerEntry]
) -> None:
    _unguarded(forger, _execute("DELETE FROM inspection WHERE seq > 4"))
    forger.execute("DELETE FROM listing WHERE seq > 4")
    forger.execute("DELETE FROM number WHERE seq > 4")
    forger.execute("INSERT INTO listing_words(listing_words) VALUES ('rebuild')")
    with Ledger(path, readonly=True) as ledger:
        assert ledger.verify().problem is None
        assert [ledger.holds(entry) for entry in entries[:4]] == [None] * 4
        assert all("cut or replaced" in str(ledger.holds(entry)) for entry in entries[4:])


def test_a_rewritten_ledger_is_found_by_a_report(
    path: Path, entries: list[LedgerEntry], new_inspection: NewInspection
) -> None:
    for file in path.parent.iterdir():
        file.unlink()
    with Ledger(path) as ledger:
        for _ in range(ROWS):
            ledger.append(new_inspection())
        assert ledger.verify().problem is None
        assert all("another record" in str(ledger.holds(entry)) for entry in entries)


def test_a_report_is_held_against_the_content_and_not_the_digest_alone(
    forger: sqlite3.Connection, path: Path, entries: list[LedgerEntry]
) -> None:
    _unguarded(forger, _execute("UPDATE inspection SET body = x'00' WHERE seq = 3"))
    _unguarded(forger, _execute("UPDATE inspection SET prev = zeroblob(32) WHERE seq = 5"))
    with Ledger(path, readonly=True) as ledger:
        assert "altered" in str(ledger.holds(entries[2]))
        assert "another row" in str(ledger.holds(entries[4]))


@pytest.mark.parametrize("seq", [0, -5, 2**63, 2**200])
def test_a_report_with_an_impossible_number_is_told_apart(path: Path, entries: list[LedgerEntry], seq: int) -> None:
    impossible = LedgerEntry(seq=seq, previous=entries[0].previous, digest=entries[0].digest)
    with Ledger(path, readonly=True) as ledger:
        assert "no ledger has" in str(ledger.holds(impossible))


@pytest.mark.parametrize("name", TRIGGERS)
def test_a_dropped_trigger_is_named_and_nothing_is_appended(
    forger: sqlite3.Connection, path: Path, name: str, new_inspection: NewInspection
) -> None:
    forger.execute(f"DROP TRIGGER {name}")
    verdict = _verdict(path)
    assert f"trigger {name} is missing" in str(verdict.problem)
    assert (verdict.row, verdict.rows) == (None, ROWS)
    with Ledger(path) as ledger:
        with pytest.raises(LedgerError, match="tampered"):
            ledger.append(new_inspection())
        with pytest.raises(LedgerError, match="tampered"):
            ledger.rebuild_index()
        assert ledger.count() == len(ledger.history()) == ROWS


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        pytest.param(
            "CREATE TRIGGER extra AFTER INSERT ON inspection BEGIN DELETE FROM listing; END", "extra", id="trigger"
        ),
        pytest.param("CREATE VIEW extra AS SELECT 1", "extra", id="view"),
        pytest.param("CREATE TABLE extra(x)", "extra", id="table"),
        pytest.param("CREATE INDEX extra ON inspection(body)", "extra", id="index"),
        pytest.param("DROP TABLE listing_words", "listing_words is missing", id="words-dropped"),
        pytest.param("DROP TABLE inspection", "cannot be read", id="chain-dropped"),
        pytest.param("ALTER TABLE inspection ADD COLUMN extra TEXT", "inspection was changed", id="column"),
    ],
)
def test_a_changed_schema_is_named_and_nothing_is_appended(
    forger: sqlite3.Connection, path: Path, statement: str, said: str, new_inspection: NewInspection
) -> None:
    forger.execute(statement)
    assert said in str(_verdict(path).problem)
    with Ledger(path) as ledger, pytest.raises(LedgerError, match="tampered"):
        ledger.append(new_inspection())


def test_a_trigger_weakened_behind_its_name_is_named(forger: sqlite3.Connection, path: Path) -> None:
    forger.execute("DROP TRIGGER inspection_no_delete")
    forger.execute("CREATE TRIGGER inspection_no_delete BEFORE DELETE ON inspection BEGIN SELECT 1; END")
    assert "inspection_no_delete was changed" in str(_verdict(path).problem)


def test_a_trigger_with_a_name_of_sqlites_own_is_named(forger: sqlite3.Connection, path: Path) -> None:
    forger.execute("CREATE TRIGGER hidden AFTER INSERT ON inspection BEGIN SELECT 1; END")
    forger.execute("PRAGMA writable_schema = ON")
    forger.execute(
        "UPDATE sqlite_master SET name = 'sqlite_stat9', sql = replace(sql, 'hidden', 'sqlite_stat9')"
        " WHERE name = 'hidden'"
    )
    forger.execute("PRAGMA writable_schema = RESET")
    assert "sqlite_stat9" in str(_verdict(path).problem)


def _master(*statements: str) -> Forgery:
    """Forge the list of tables itself, which SQLite reads and does not question."""

    def forge(connection: sqlite3.Connection) -> None:
        connection.execute("PRAGMA writable_schema = ON")
        for statement in statements:
            connection.execute(statement)
        connection.execute("PRAGMA writable_schema = RESET")

    return forge


DROPPING = "BEFORE INSERT ON inspection BEGIN SELECT RAISE(IGNORE); END"
"""A trigger that drops each new row, without an error."""


@pytest.mark.parametrize(
    "forge",
    [
        pytest.param(_execute(f"CREATE TRIGGER inspection {DROPPING}"), id="the-chains-name"),
        pytest.param(_execute(f"CREATE TRIGGER listing {DROPPING}"), id="the-listings-name"),
        pytest.param(
            _master(
                f"CREATE TRIGGER listing {DROPPING}",
                "UPDATE sqlite_master SET rowid = -5 WHERE type = 'trigger' AND name = 'listing'",
                "UPDATE sqlite_master SET rowid = -6 WHERE type = 'table' AND name = 'inspection'",
            ),
            id="listed-before-the-table",
        ),
        pytest.param(_execute(f"CREATE TRIGGER listing_words_data {DROPPING}"), id="a-shadows-name"),
        pytest.param(_execute(f"CREATE TRIGGER _sqlite_migrations {DROPPING}"), id="the-bookkeepings-name"),
        pytest.param(
            _master(
                f"CREATE TRIGGER hidden {DROPPING}",
                "UPDATE sqlite_master SET type = 'table', name = 'sqlite_sequence' WHERE name = 'hidden'",
            ),
            id="called-a-table-of-sqlites-own",
        ),
        pytest.param(
            _master(
                f"CREATE TRIGGER hidden {DROPPING}",
                "UPDATE sqlite_master SET type = 'index', name = 'sqlite_autoindex_listing_1', tbl_name = 'listing'"
                " WHERE name = 'hidden'",
            ),
            id="called-an-index-of-sqlites-own",
        ),
        pytest.param(
            _master("INSERT INTO sqlite_master SELECT * FROM sqlite_master WHERE name = 'inspection_chain'"),
            id="listed-twice",
        ),
        pytest.param(_execute("ANALYZE"), id="tables-that-the-ledger-never-makes"),
    ],
)
def test_whatever_hides_behind_an_expected_name_is_named(
    forger: sqlite3.Connection, path: Path, forge: Forgery, new_inspection: NewInspection
) -> None:
    forge(forger)
    try:
        assert _verdict(path).problem is not None
    except LedgerError as error:  # newer SQLite refuses some of these lists by itself
        assert "damaged" in str(error)
    with pytest.raises(LedgerError, match=r"tampered|damaged"), Ledger(path) as ledger:
        ledger.append(new_inspection())


@pytest.mark.parametrize(
    "trigger",
    [
        pytest.param(
            "BEFORE INSERT ON main.inspection BEGIN SELECT RAISE(IGNORE); END",
            id="dropped",
        ),
        pytest.param(
            "AFTER INSERT ON main.inspection BEGIN UPDATE inspection SET body = x'00' WHERE seq = NEW.seq; END",
            id="changed",
        ),
    ],
)
def test_a_row_that_did_not_stay_is_not_told(path: Path, new_inspection: NewInspection, trigger: str) -> None:
    with Ledger(path) as ledger:
        entry = ledger.append(new_inspection())
        # A trigger of this connection alone, which the list of the file's tables does not show.
        ledger._connection.execute(f"CREATE TEMP TRIGGER hidden {trigger}")
        with pytest.raises(LedgerError, match=r"did not keep row 2|append-only"):
            ledger.append(new_inspection())
        ledger._connection.execute("DROP TRIGGER temp.hidden")
        assert [row.seq for row in ledger.history()] == [1]
        assert ledger.append(new_inspection()).previous == entry.digest
        assert ledger.verify().problem is None


@pytest.mark.parametrize(
    "also",
    [
        pytest.param("SELECT 1", id="listing-untouched"),
        pytest.param("DELETE FROM listing WHERE seq = 2", id="listing-also-lacks-a-row"),
        pytest.param("DELETE FROM listing WHERE seq > 4", id="only-words-and-numbers-tell"),
        pytest.param("UPDATE listing SET seq = -1 WHERE seq = 5", id="numbered-below-the-first"),
    ],
)
def test_the_trace_of_a_cut_tail_stays(
    forger: sqlite3.Connection, path: Path, also: str, new_inspection: NewInspection
) -> None:
    _unguarded(forger, _execute("DELETE FROM inspection WHERE seq > 4"))
    forger.execute(also)
    before = forger.execute("SELECT seq FROM listing").fetchall()
    with Ledger(path) as ledger:
        for write in (lambda: ledger.append(new_inspection()), ledger.rebuild_index):
            with pytest.raises(LedgerError, match=r"rows were taken.*gpu-inspector ledger verify"):
                write()
        assert ledger.count() == 4
    assert forger.execute("SELECT seq FROM listing").fetchall() == before
    assert _verdict(path).problem is not None


def test_a_whole_tail_cut_off_is_not_a_new_ledger(
    forger: sqlite3.Connection, path: Path, new_inspection: NewInspection
) -> None:
    _unguarded(forger, _execute("DELETE FROM inspection"))
    with Ledger(path) as ledger, pytest.raises(LedgerError, match="rows were taken"):
        ledger.append(new_inspection())


@pytest.mark.parametrize(
    ("forge", "said"),
    [
        pytest.param(_execute("DELETE FROM inspection WHERE seq = 3"), "rows are missing", id="gap"),
        pytest.param(_execute("DELETE FROM inspection WHERE seq = 1"), "rows are missing", id="no-first-row"),
        pytest.param(
            _execute(f"UPDATE inspection SET prev = zeroblob(32) WHERE seq = {ROWS}"), "does not follow", id="fork"
        ),
        pytest.param(
            _execute(f"UPDATE inspection SET digest = zeroblob(32) WHERE seq = {ROWS - 1}"),
            "does not follow",
            id="row-before-the-last",
        ),
        pytest.param(
            _execute(f"UPDATE inspection SET digest = zeroblob(32) WHERE seq = {ROWS}"), "was altered", id="last-row"
        ),
    ],
)
def test_nothing_is_put_behind_a_broken_chain(
    forger: sqlite3.Connection, path: Path, forge: Forgery, said: str, new_inspection: NewInspection
) -> None:
    _unguarded(forger, forge)
    rows = forger.execute("SELECT count(*) FROM inspection").fetchone()[0]
    with Ledger(path) as ledger:
        with pytest.raises(LedgerError, match=said):
            ledger.append(new_inspection())
        assert ledger.count() == rows


def test_nothing_is_put_into_a_file_with_damaged_pages(
    forger: sqlite3.Connection, path: Path, new_inspection: NewInspection
) -> None:
    # Two tables on one page: each statement of an append would still find what it asks for.
    _master(
        "UPDATE sqlite_master SET rootpage = (SELECT rootpage FROM sqlite_master WHERE name = '_sqlite_migrations')"
        " WHERE name = 'idx__sqlite_migrations_migration_set_name'"
    )(forger)
    with Ledger(path) as ledger, pytest.raises(LedgerError, match="pages are damaged"):
        ledger.append(new_inspection())


@pytest.mark.parametrize(
    ("pragma", "said"),
    [
        pytest.param("user_version = 0", "schema 0", id="version-zero"),
        pytest.param("user_version = -1", "schema -1", id="version-negative"),
        pytest.param("user_version = 1", "names schema 1", id="version-older"),
        pytest.param("application_id = 0", "another program", id="no-mark"),
        pytest.param("application_id = 7", "another program", id="foreign-mark"),
    ],
)
def test_a_forged_header_is_named_and_not_healed(
    forger: sqlite3.Connection, path: Path, pragma: str, said: str, new_inspection: NewInspection
) -> None:
    forger.execute(f"PRAGMA {pragma}")
    name = pragma.split(" ")[0]
    forged = forger.execute(f"PRAGMA {name}").fetchone()
    assert forged[0] not in (APPLICATION_ID, VERSION)
    verdict = _verdict(path)
    assert said in str(verdict.problem)
    assert verdict.rows == ROWS
    with Ledger(path) as ledger, pytest.raises(LedgerError, match="header was changed"):
        ledger.append(new_inspection())
    assert forger.execute(f"PRAGMA {name}").fetchone() == forged


def test_a_mark_without_tables_is_no_new_ledger(tmp_path: Path, new_inspection: NewInspection) -> None:
    file = tmp_path / "file"
    connection = sqlite3.connect(file)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.close()
    assert "schema 0" in str(_verdict(file).problem)
    with Ledger(file) as ledger, pytest.raises(LedgerError, match="header was changed"):
        ledger.append(new_inspection())


@pytest.mark.parametrize(
    ("statement", "said", "row"),
    [
        pytest.param("UPDATE listing SET verdict = 'CONSISTENT' WHERE seq = 3", "row 3", 3, id="edited"),
        pytest.param("DELETE FROM listing WHERE seq = 3", "row 3", 3, id="deleted"),
        pytest.param(
            "INSERT INTO listing SELECT 9, 'x', made_at, case_number, product, verdict, condition, control,"
            " verdict_rank, condition_rank, inspector, office, place, cards, origin, numbers, papers"
            " FROM listing WHERE seq = 1",
            "does not have",
            None,
            id="invented",
        ),
        pytest.param(
            "INSERT INTO listing_words(listing_words) VALUES ('delete-all')",
            "search words of row 1",
            1,
            id="words-lost",
        ),
        pytest.param(
            "INSERT INTO listing_words(rowid, place) VALUES (4, 'elsewhere')",
            "search words of row 4",
            4,
            id="words-invented",
        ),
        pytest.param("UPDATE listing SET condition = 'SOUND' WHERE seq = 2", "row 2", 2, id="condition-edited"),
        pytest.param("DELETE FROM number WHERE seq = 3", "numbers says something else of row 3", 3, id="number-lost"),
        pytest.param(
            "INSERT INTO number VALUES ('serial', '1324521039999', 4, 0)",
            "numbers says something else",
            4,
            id="number-added",
        ),
        pytest.param("UPDATE number SET repeated = 1 - repeated WHERE seq = 2", "marked wrongly", 2, id="mark-turned"),
    ],
)
def test_a_forged_search_table_is_named(
    forger: sqlite3.Connection, path: Path, statement: str, said: str, row: int | None
) -> None:
    forger.execute(statement)
    verdict = _verdict(path)
    assert said in str(verdict.problem)
    assert (verdict.row, verdict.rows) == (row, ROWS)


def test_an_index_that_points_at_another_row_hands_out_nothing(forger: sqlite3.Connection, path: Path) -> None:
    forger.execute("UPDATE listing SET id = 'ffffffff' WHERE seq = 3")
    with Ledger(path, readonly=True) as ledger, pytest.raises(LedgerError, match="row 3"):
        ledger.entry("ffffffff")


def test_a_well_chained_row_that_is_no_inspection_is_named(
    forger: sqlite3.Connection, path: Path, entries: list[LedgerEntry]
) -> None:
    previous = bytes.fromhex(entries[-1].digest)
    digest = chain_digest(ROWS + 1, previous, b"{}")
    forger.execute("INSERT INTO inspection VALUES (?, ?, ?, ?)", (ROWS + 1, previous, digest, b"{}"))
    verdict = _verdict(path)
    assert verdict.row == ROWS + 1
    assert "cannot be read" in str(verdict.problem)


def test_damaged_pages_are_a_verdict_and_no_crash(path: Path, entries: list[LedgerEntry]) -> None:
    assert entries
    with closing(sqlite3.connect(path)) as connection:
        roots = connection.execute("SELECT rootpage FROM sqlite_master WHERE rootpage > 2").fetchall()
    content = bytearray(path.read_bytes())
    for (page,) in roots:
        content[(page - 1) * 4096 : (page - 1) * 4096 + 64] = b"\xff" * 64
    path.write_bytes(content)
    with Ledger(path, readonly=True) as ledger:
        assert "damaged" in str(ledger.verify().problem)


def test_verifying_writes_nothing_and_can_be_done_again(path: Path, entries: list[LedgerEntry]) -> None:
    before = path.read_bytes()
    with Ledger(path, readonly=True) as ledger:
        assert ledger.verify() == ledger.verify()
        assert ledger.verify().head == entries[-1].digest
    with Ledger(path) as ledger:
        assert ledger.verify() == ledger.verify()
    assert path.read_bytes() == before
