"""A ledger of the first release: brought up to date when it is written to, read as it is when it is only read."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from ledger import first_schema

from gpu_inspector.cli.main import commands
from gpu_inspector.errors import LedgerError
from gpu_inspector.ledger import schema, search
from gpu_inspector.ledger.query import Order, Query
from gpu_inspector.ledger.store import Ledger
from gpu_inspector.records.chain import chain_digest
from gpu_inspector.records.inspection import Inspection, LedgerEntry

NewInspection = Callable[..., Inspection]
ROWS = 4


@pytest.fixture
def entries(path: Path, new_inspection: NewInspection) -> list[LedgerEntry]:
    """A ledger of schema 1 with four rows; the last two are of one card."""
    serials = ("1324521030001", "1324521030002", "1324521030003", "1324521030003")
    return first_schema.make(path, tuple(new_inspection(serial=serial) for serial in serials))


def test_an_older_ledger_is_brought_up_to_date_and_takes_rows(
    path: Path, entries: list[LedgerEntry], new_inspection: NewInspection
) -> None:
    with Ledger(path) as ledger:
        assert not ledger.outdated
        assert ledger.verify().problem is None
        assert [ledger.holds(entry) for entry in entries] == [None] * ROWS
        assert ledger.append(new_inspection(serial="1324521030009")).previous == entries[-1].digest
        assert [(row.seq, row.condition, row.control) for row in ledger.history(limit=2)] == [
            (5, "NOT EXAMINED", "not assessed"),
            (4, "NOT EXAMINED", "not assessed"),
        ]
        repeated = ledger.finder.page(Query(only_repeated=True, serial="132"), 9)
        assert [found.seq for found in repeated] == [4, 3]
        assert [one.rows for one in ledger.finder.repeats(4)] == [(3, 4)]
    assert first_schema.version_of(path) == schema.VERSION


def test_a_new_ledger_and_one_brought_up_to_date_hold_the_same_tables(
    path: Path, entries: list[LedgerEntry], tmp_path: Path
) -> None:
    assert entries
    Ledger(path).close()
    Ledger(tmp_path / "new").close()

    def tables(file: Path) -> list[tuple[str, ...]]:
        with closing(sqlite3.connect(file)) as connection:
            return sorted(connection.execute("SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_master"))

    assert tables(path) == tables(tmp_path / "new")


def test_an_older_ledger_is_read_as_it_is(path: Path, entries: list[LedgerEntry]) -> None:
    before = path.read_bytes()
    with Ledger(path, readonly=True) as ledger:
        assert ledger.outdated
        assert ledger.fault() is None
        assert ledger.verify().problem is None
        assert [row.seq for row in ledger.history("4090", limit=2)] == [4, 3]
        assert ledger.history()[0].condition == ""
        assert ledger.entry(2)[0] == entries[1]
        assert ledger.proof(2).problem is None
        assert ledger.finder.repeats(4) == ()
        found = ledger.finder.page(Query(words="geforce", order=Order.PRODUCT), 3)
        assert [(one.seq, one.repeated) for one in found] == [(3, False), (2, False), (1, False)]
        assert ledger.finder.stock(Query(), 4).total == 4
        for query in (Query(serial="13"), Query(conditions=("SOUND",)), Query(order=Order.IDENTITY)):
            with pytest.raises(LedgerError, match="older form"):
                ledger.finder.page(query, 4)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("command", "said"),
    [
        pytest.param(["history"], "GeForce RTX 4090", id="history"),
        pytest.param(["history", "1324521030002"], "     2  ", id="history-words"),
        pytest.param(["ledger", "verify"], f"The ledger is whole: {ROWS} inspections", id="verify"),
        pytest.param(["report", "2", "r.pdf"], "r.pdf", id="report"),
    ],
)
def test_commands_that_only_read_leave_an_older_ledger_as_it_is(
    path: Path,
    entries: list[LedgerEntry],
    command: list[str],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert entries
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(commands, [*command, "--ledger", str(path)])
    assert said in done.output
    assert done.exit_code == 0
    assert first_schema.version_of(path) == 1


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        pytest.param("UPDATE listing SET verdict = 'CONSISTENT' WHERE seq = 2", "row 2", id="listing-edited"),
        pytest.param(
            "INSERT INTO listing_words(listing_words) VALUES ('delete-all')", "search words of row 1", id="words-lost"
        ),
        pytest.param("CREATE TABLE extra(x)", "extra", id="table-added"),
    ],
)
def test_a_forged_older_ledger_is_named(path: Path, entries: list[LedgerEntry], statement: str, said: str) -> None:
    assert entries
    with closing(sqlite3.connect(path, isolation_level=None)) as forger:
        forger.execute(statement)
    with Ledger(path, readonly=True) as ledger:
        assert said in str(ledger.verify().problem)


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        pytest.param("DELETE FROM inspection WHERE seq = 4", "rows were taken", id="tail-cut"),
        pytest.param("DELETE FROM inspection WHERE seq = 2", "rows are missing", id="gap"),
        pytest.param("UPDATE inspection SET body = x'7b7d' WHERE seq = 4", "was altered", id="last-edited"),
    ],
)
def test_a_ledger_that_was_tampered_with_keeps_its_traces(
    path: Path, entries: list[LedgerEntry], statement: str, said: str, new_inspection: NewInspection
) -> None:
    assert entries
    with closing(sqlite3.connect(path, isolation_level=None)) as forger:
        triggers = [text for text in first_schema.TEXTS if text.startswith("CREATE TRIGGER")]
        for text in triggers:
            forger.execute(f"DROP TRIGGER {text.split()[2]}")
        forger.execute(statement)
        for text in triggers:
            forger.execute(text)
    with Ledger(path) as ledger:
        assert ledger.outdated
        assert len(ledger.history()) >= 3
        with pytest.raises(LedgerError, match=said):
            ledger.append(new_inspection())
    assert first_schema.version_of(path) == 1


def test_a_row_that_cannot_be_read_stops_the_migration_and_no_reading(
    path: Path, entries: list[LedgerEntry], new_inspection: NewInspection
) -> None:
    previous = bytes.fromhex(entries[-1].digest)
    digest = chain_digest(ROWS + 1, previous, b"{}")
    with closing(sqlite3.connect(path, isolation_level=None)) as forger:
        forger.execute("INSERT INTO inspection VALUES (?, ?, ?, ?)", (ROWS + 1, previous, digest, b"{}"))
    with Ledger(path) as ledger:
        assert ledger.entry(2)[0] == entries[1]
        with pytest.raises(LedgerError, match="cannot be brought up to date"):
            ledger.append(new_inspection())
        assert ledger.count() == ROWS + 1
    assert first_schema.version_of(path) == 1


def test_a_migration_that_breaks_off_leaves_the_older_ledger(
    path: Path, entries: list[LedgerEntry], monkeypatch: pytest.MonkeyPatch, new_inspection: NewInspection
) -> None:
    assert entries
    with monkeypatch.context() as patch:

        def full(_database: object) -> None:
            raise sqlite3.OperationalError("database or disk is full")

        patch.setattr(search, "rebuild", full)
        with pytest.raises(LedgerError, match="full"):
            Ledger(path)
    assert first_schema.version_of(path) == 1
    with Ledger(path, readonly=True) as ledger:
        assert ledger.verify().problem is None
    with Ledger(path) as ledger:
        assert ledger.append(new_inspection()).seq == ROWS + 1


def test_an_empty_older_ledger_is_brought_up_to_date(path: Path, new_inspection: NewInspection) -> None:
    first_schema.make(path, ())
    with Ledger(path) as ledger:
        assert ledger.append(new_inspection()).seq == 1
        assert ledger.verify().problem is None
