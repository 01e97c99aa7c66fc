"""Files that earlier versions really wrote: opened, verified, brought up to date, searched and appended to."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from ledger import first_schema

from gpu_inspector.cli.main import main
from gpu_inspector.errors import LedgerError
from gpu_inspector.ledger import schema
from gpu_inspector.ledger.schema import VERSION
from gpu_inspector.ledger.store import Ledger
from gpu_inspector.records.inspection import Inspection

NewInspection = Callable[..., Inspection]

FILES = Path(__file__).parent / "files"
ROWS = {"schema-1.sqlite": 6, "schema-2.sqlite": 8, "schema-3.sqlite": 9}
KEEP_CUSTODY = {"schema-3.sqlite": (1, 2)}
"""Checkpoints and custody lines, of files that have such tables."""
HEADS = {
    "schema-1.sqlite": "ed0bf122e439b4f2c768a48e8168199cf34716de706733a5c35b8bf9791b32f9",
    "schema-2.sqlite": "5d54c12910ea4ecfef95f56c6e830632679c1c85008d9ac3e5f28a48efcb08fb",
    "schema-3.sqlite": "2c693996ecf24c8b8f2dfebd0a808835bf96706a7f6c7bc2c6ef24c740e13923",
}


@pytest.fixture(params=list(ROWS))
def older(request: pytest.FixtureRequest, path: Path) -> Path:
    """A copy of such a file, under the usual name."""
    path.parent.mkdir()
    name = str(request.param)
    shutil.copy(FILES / name, path.with_name(name))
    return path.with_name(name)


def test_it_is_read_as_it_is(older: Path) -> None:
    before = older.read_bytes()
    with Ledger(older, readonly=True) as ledger:
        verdict = ledger.verify()
        assert (verdict.problem, verdict.rows, verdict.head) == (None, ROWS[older.name], HEADS[older.name])
        kept = KEEP_CUSTODY.get(older.name, (0, 0))
        assert (verdict.checkpoints, verdict.custody) == kept
        assert ledger.keeps_custody is (older.name in KEEP_CUSTODY)
        assert (ledger.checkpoints.newest() is not None) is bool(kept[0])
        assert (ledger.checkpoints.last() is not None) is bool(kept[0])
        assert len(ledger.custody.lines()) == kept[1]
        assert not ledger.finder.keeps_images()
        assert ledger.finder.images("95.02.18.80.5F", "0" * 64, 9) == ((), 0)
        assert [row.seq for row in ledger.history("B-7")] == [4]
        assert [row.seq for row in ledger.history("上海")] == [5]
    assert older.read_bytes() == before


def test_commands_that_only_read_leave_it_as_it_is_where_nothing_is_noted(
    older: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = first_schema.version_of(older)
    for command in (["history"], ["ledger", "verify"], ["ledger", "backup", str(tmp_path / "copy")]):
        assert main([*command, "--ledger", str(older)]) == 0
    if older.name in KEEP_CUSTODY:  # its custody log takes a line for who looked, and that write brings it up to date
        assert main(["ledger", "custody", "--ledger", str(older)]) == 0
        assert first_schema.version_of(older) == VERSION > before
        with Ledger(older, readonly=True) as ledger:
            verdict = ledger.verify()
            assert (verdict.problem, verdict.rows, verdict.head) == (None, ROWS[older.name], HEADS[older.name])
            assert len(ledger.custody.lines()) > KEEP_CUSTODY[older.name][1]
        return
    assert "older form" in capsys.readouterr().err
    assert main(["ledger", "custody", "--ledger", str(older)]) == 1
    assert first_schema.version_of(older) == before == int(older.name[7])


def test_it_is_brought_up_to_date_and_goes_on(older: Path, new_inspection: NewInspection) -> None:
    rows = ROWS[older.name]
    with Ledger(older) as ledger:
        assert ledger.verify().problem is None
        assert ledger.append(new_inspection(serial="1324521039999")).previous == HEADS[older.name]
        verdict = ledger.verify()
        assert (verdict.problem, verdict.rows) == (None, rows + 1)
        assert [row.seq for row in ledger.history("B-7")] == [4]
        assert [row.seq for row in ledger.history("1324521039999")] == [rows + 1]
        for seq in range(1, rows + 1):
            entry, inspection = ledger.inspection(seq)
            assert entry.seq == seq and inspection.evidence.cards
            assert ledger.proof(seq).problem is None
    assert first_schema.version_of(older) == schema.VERSION


def test_it_has_the_tables_of_a_new_one_afterwards(older: Path, tmp_path: Path) -> None:
    Ledger(older).close()
    Ledger(tmp_path / "new").close()

    def tables(file: Path) -> list[tuple[str, ...]]:
        with closing(sqlite3.connect(file)) as connection:
            return sorted(connection.execute("SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_master"))

    assert tables(older) == tables(tmp_path / "new")


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        pytest.param("DELETE FROM inspection WHERE seq = 2", "rows are missing", id="gap"),
        pytest.param("UPDATE listing SET place = 'elsewhere' WHERE seq = 1", None, id="listing"),
        pytest.param("CREATE TABLE extra(x)", "extra", id="table"),
        pytest.param("UPDATE _sqlite_migrations SET name = 'other' WHERE id = 1", "migrations", id="migrations"),
        pytest.param("PRAGMA user_version = 5", "(is missing|was changed)", id="header-newer"),
    ],
)
def test_one_that_was_tampered_with_is_named_and_not_brought_up_to_date(
    older: Path, statement: str, said: str | None, new_inspection: NewInspection
) -> None:
    with closing(sqlite3.connect(older, isolation_level=None)) as forger:
        triggers = forger.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            forger.execute(f"DROP TRIGGER {name}")
        forger.execute(statement)
        for _, text in triggers:
            forger.execute(text)
        version = forger.execute("PRAGMA user_version").fetchone()
    with Ledger(older, readonly=True) as ledger:
        assert ledger.verify().problem is not None
    if said is not None:
        with Ledger(older) as ledger, pytest.raises(LedgerError, match=said):
            ledger.append(new_inspection())
        assert (first_schema.version_of(older),) == version


def test_a_report_of_those_days_is_held_against_the_ledger_of_those_days(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path.parent.mkdir()
    shutil.copy(FILES / "schema-2.sqlite", path)
    report = str(FILES / "schema-2-row-5.pdf")
    assert main(["ledger", "verify", "--ledger", str(path), "--report", report]) == 0
    with closing(sqlite3.connect(path, isolation_level=None)) as forger:
        forger.execute("DROP TRIGGER inspection_no_delete")
        forger.execute("DELETE FROM inspection WHERE seq > 4")
        forger.execute(
            "CREATE TRIGGER inspection_no_delete BEFORE DELETE ON inspection\n"
            "BEGIN SELECT RAISE(ABORT, 'append-only'); END"
        )
        forger.execute("DELETE FROM listing WHERE seq > 4")
        forger.execute("DELETE FROM number WHERE seq > 4")
        forger.execute(
            "UPDATE number SET repeated = (SELECT count(*) > 1 FROM number AS other"
            " WHERE other.kind = number.kind AND other.value = number.value)"
        )
        forger.execute("INSERT INTO listing_words(listing_words) VALUES ('rebuild')")
    capsys.readouterr()
    assert main(["ledger", "verify", "--ledger", str(path), "--report", report]) == 4
    assert "Row 5 is missing" in capsys.readouterr().out
