"""The log of lots under a forger's hands: what was opened and put in cannot be changed, taken out or cut off unseen."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from lot_cards import lot

from gpu_inspector.errors import LedgerError
from gpu_inspector.ledger.schema import OBJECTS
from gpu_inspector.ledger.store import Ledger
from gpu_inspector.records.declaration import Case, Declaration
from gpu_inspector.records.lot import Plan
from gpu_inspector.workflow import lots


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A ledger with three lots."""
    path = tmp_path / "l.sqlite"
    for name in ("a", "b", "c"):
        lots.open_lot(path, name=name, declared=3, plan=Plan(), case=Case(), declaration=Declaration())
    return path


def forge(path: Path, *statements: str) -> None:
    """Edits as a forger makes them: triggers away, edit, triggers back."""
    triggers = {name: text for name, text in OBJECTS.items() if text.startswith("CREATE TRIGGER")}
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for name in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)
        for text in triggers.values():
            connection.execute(text)


def problem(path: Path) -> str:
    with Ledger(path, readonly=True) as ledger:
        return ledger.verify().problem or ""


def test_an_untouched_log_is_whole(path: Path) -> None:
    with Ledger(path, readonly=True) as ledger:
        verdict = ledger.verify()
        assert (verdict.problem, verdict.lots) == (None, 3)
        assert [one.opened.name for one in ledger.lots.entries() if one.opened is not None] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        pytest.param(
            "UPDATE lot_log SET body = CAST(replace(body, 'declared', 'Declared') AS BLOB) WHERE number = 2",
            "was altered",
            id="edited",
        ),
        pytest.param("DELETE FROM lot_log WHERE number = 2", "Entry 2 of the log of lots is missing", id="taken-out"),
        pytest.param("DELETE FROM lot_log WHERE number = 3", "names more entries", id="cut-off"),
        pytest.param("UPDATE lot_log SET prev = zeroblob(32) WHERE number = 3", "does not follow", id="unchained"),
        pytest.param("UPDATE lot_log SET digest = zeroblob(32) WHERE number = 2", "was altered", id="another-digest"),
    ],
)
def test_a_forged_log_is_named(path: Path, statement: str, words: str) -> None:
    forge(path, statement)
    assert words in problem(path)
    assert problem(path)


def test_a_lot_that_was_written_anew_is_named_by_the_custody_log(path: Path) -> None:
    from gpu_inspector.records import lot_log
    from gpu_inspector.records.lot_log import LotEntry

    with closing(sqlite3.connect(path)) as connection:
        (prev,) = connection.execute("SELECT prev FROM lot_log WHERE number = 3").fetchone()
    body = lot_log.encode(LotEntry(lot_id="x", opened=lot(99)))
    digest = lot_log.digest_of(3, prev, body)
    forge(path, f"UPDATE lot_log SET body = x'{body.hex()}', digest = x'{digest.hex()}' WHERE number = 3")
    assert "named by no line of the custody log" in problem(path)


@pytest.mark.parametrize("statement", ["UPDATE lot_log SET body = x''", "DELETE FROM lot_log"])
def test_the_table_takes_no_change(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as connection, pytest.raises(sqlite3.IntegrityError, match="append-only"):
        connection.execute(statement)


def test_a_broken_log_takes_no_entry(path: Path) -> None:
    forge(path, "DELETE FROM lot_log WHERE number = 1")
    with pytest.raises(LedgerError, match="Entry 1"):
        lots.open_lot(path, name="d", declared=3, plan=Plan(), case=Case(), declaration=Declaration())
