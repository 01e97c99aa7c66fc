"""Checkpoints within the ledger, and rows held against them: signatures are the workflow's affair, and made up here."""

import dataclasses
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from gpu_inspector.errors import LedgerError
from gpu_inspector.ledger import schema, verification
from gpu_inspector.ledger.anchoring import Anchor
from gpu_inspector.ledger.checkpoints import Ground
from gpu_inspector.ledger.store import Ledger
from gpu_inspector.records import canonical, checkpoint, merkle
from gpu_inspector.records.chain import chain_digest
from gpu_inspector.records.checkpoint import Statement
from gpu_inspector.records.custody import Event, What
from gpu_inspector.records.inspection import Inspection

NewInspection = Callable[..., Inspection]
Forge = Callable[[sqlite3.Connection], object]
ROWS = 6
MADE = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
TRIGGERS = [name for name, text in schema.OBJECTS.items() if text.startswith("CREATE TRIGGER")]


def event(what: What = What.INSPECTED, seq: int | None = 1) -> Event:
    return Event(what=what, at=MADE, user="u", inspector="i", host="h", seq=seq)


def unsigned(ground: Ground) -> bytes:
    """A checkpoint's file with a signature that is none."""
    statement = Statement(
        **{name: getattr(ground, name) for name in ("seq", "digest", "root", "previous")},
        custody_seq=ground.custody_seq,
        custody_digest=ground.custody_digest,
        made_at=MADE,
        office="",
        tool_version="0",
    )
    return checkpoint.file_of(canonical.encode(statement), b"none")


def anchor(file: bytes) -> Anchor:
    return Anchor("The checkpoint from a drawer", file, checkpoint.read(file).statement)


@pytest.fixture
def files(path: Path, new_inspection: NewInspection) -> list[bytes]:
    """The checkpoint of each row of a ledger of six, each made as the row was put in."""
    with Ledger(path) as ledger:
        found = []
        for number in range(1, ROWS + 1):
            seq = ledger.append(new_inspection(serial=f"132452103{number:04}")).seq
            found.append(ledger.checkpoints.keep(seq, event(seq=seq), unsigned))
        return found


@pytest.fixture
def forger(path: Path, files: list[bytes]) -> Iterator[sqlite3.Connection]:
    assert len(files) == ROWS
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        yield connection


def unguarded(connection: sqlite3.Connection, forge: Forge) -> None:
    for name in TRIGGERS:
        connection.execute(f"DROP TRIGGER {name}")
    forge(connection)
    for name in TRIGGERS:
        connection.execute(schema.OBJECTS[name])


def execute(*statements: str) -> Forge:
    return lambda connection: [connection.execute(statement) for statement in statements]


def tidy(connection: sqlite3.Connection, rows: int) -> None:
    """The search tables as if the ledger never had more rows."""
    connection.execute("DELETE FROM listing WHERE seq > ?", (rows,))
    connection.execute("DELETE FROM number WHERE seq > ?", (rows,))
    connection.execute("UPDATE number SET repeated = 0")
    connection.execute("INSERT INTO listing_words(listing_words) VALUES ('rebuild')")


def test_each_checkpoint_names_rows_root_custody_and_the_one_before(path: Path, files: list[bytes]) -> None:
    with Ledger(path, readonly=True) as ledger:
        verdict = ledger.verify(tuple(anchor(file) for file in files))
        assert (verdict.problem, verdict.checkpoints, verdict.custody) == (None, ROWS, ROWS)
        digests = ledger.checkpoints.digests(ROWS)
        assert list(ledger.checkpoints.files()) == files[::-1]
        assert ledger.checkpoints.last() == ledger.checkpoints.newest() == files[-1]
        assert ledger.checkpoints.newest(least=3, most=3) == files[2]
        lines = ledger.custody.lines()
        assert [line.event.seq for line in lines] == list(range(1, ROWS + 1))
        assert [line.number for line in ledger.custody.lines(limit=2)] == [ROWS - 1, ROWS]
        assert [line.number for line in ledger.custody.lines(seq=2)] == [2]
    before = ""
    for number, file in enumerate(files, start=1):
        said = checkpoint.read(file).statement
        assert (said.seq, said.digest, said.previous) == (number, digests[number - 1].hex(), before)
        assert said.root == merkle.root_of(digests[:number]).hex()
        assert (said.custody_seq, said.custody_digest) == (number, lines[number - 1].digest)
        before = checkpoint.digest_of(file)


def test_a_checkpoint_reads_the_rows_since_the_last_one_alone(path: Path, files: list[bytes]) -> None:
    assert files
    with Ledger(path) as ledger:
        read: list[str] = []
        ledger._connection.set_trace_callback(read.append)
        ledger.checkpoints.keep(None, None, unsigned)
        ledger._connection.set_trace_callback(None)
    fetched = [text for text in read if text.startswith("SELECT digest FROM inspection WHERE seq > ")]
    assert fetched and all(f"seq > {ROWS} AND" in text for text in fetched)


def test_a_checkpoint_of_an_earlier_row_may_come_late(path: Path, files: list[bytes]) -> None:
    """Two programs: the one that put in the later row was faster with its checkpoint."""
    with Ledger(path) as ledger:
        late = ledger.checkpoints.keep(3, None, unsigned)
        assert checkpoint.read(late).statement.root == checkpoint.read(files[2]).statement.root
        assert ledger.checkpoints.newest() == files[-1]
        assert ledger.verify((anchor(late),)).problem is None


def test_another_program_between_preparing_and_keeping_costs_one_signature_more(path: Path, files: list[bytes]) -> None:
    grounds: list[Ground] = []

    def slow(ground: Ground) -> bytes:
        if not grounds:
            with Ledger(path) as other:
                other.checkpoints.keep(None, event(What.EXPORTED, None), unsigned)
        grounds.append(ground)
        return unsigned(ground)

    with Ledger(path) as ledger:
        kept = ledger.checkpoints.keep(None, event(), slow)
        assert [ground.custody_seq for ground in grounds] == [ROWS + 1, ROWS + 2]
        assert ledger.verify((anchor(kept), anchor(files[0]))).problem is None


def test_a_signature_that_fails_writes_nothing(path: Path, files: list[bytes]) -> None:
    def fails(_ground: Ground) -> bytes:
        raise LedgerError("the card is gone")

    with Ledger(path) as ledger:
        with pytest.raises(LedgerError, match="card is gone"):
            ledger.checkpoints.keep(None, event(), fails)
        verdict = ledger.verify()
        assert (verdict.checkpoints, verdict.custody) == (len(files), ROWS)


def test_nothing_vouches_for_an_empty_ledger(path: Path) -> None:
    with Ledger(path) as ledger, pytest.raises(LedgerError, match="no inspection yet"):
        ledger.checkpoints.keep(None, None, unsigned)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE checkpoint SET body = x'00'",
        "DELETE FROM checkpoint WHERE number = 6",
        "REPLACE INTO checkpoint SELECT * FROM checkpoint WHERE number = 1",
        "INSERT INTO checkpoint SELECT 9, seq, digest, frontier, body FROM checkpoint WHERE number = 1",
        "INSERT INTO checkpoint SELECT 7, 5, digest, frontier, body FROM checkpoint WHERE number = 6",
        "UPDATE custody SET body = x'00'",
        "DELETE FROM custody",
        "REPLACE INTO custody SELECT * FROM custody WHERE number = 1",
        "INSERT INTO custody SELECT 8, prev, digest, body FROM custody WHERE number = 6",
    ],
)
def test_a_mistake_is_refused_by_the_triggers(forger: sqlite3.Connection, path: Path, statement: str) -> None:
    with pytest.raises(sqlite3.IntegrityError, match=r"append-only|order|chain"):
        forger.execute(statement)
    with Ledger(path, readonly=True) as ledger:
        assert ledger.verify().problem is None


@pytest.mark.parametrize(
    ("forge", "said"),
    [
        pytest.param(
            execute("DELETE FROM checkpoint WHERE number = 3"), "Checkpoint 3 of the ledger is missing", id="gap"
        ),
        pytest.param(execute("UPDATE checkpoint SET body = x'7b7d' WHERE number = 2"), "Checkpoint 2", id="emptied"),
        pytest.param(
            execute("UPDATE checkpoint SET body = (SELECT body FROM checkpoint WHERE number = 4) WHERE number = 3"),
            "Checkpoint 3 of the ledger was altered",
            id="copied",
        ),
        pytest.param(
            execute("UPDATE checkpoint SET frontier = zeroblob(64) WHERE number = 3"), "Checkpoint 3", id="frontier"
        ),
        pytest.param(execute("UPDATE checkpoint SET seq = 5 WHERE number = 6"), "", id="moved"),
        pytest.param(
            execute(
                'UPDATE checkpoint SET body = CAST(replace(CAST(body AS TEXT), \'"office\\":\\"\', \'"office\\":\\"x\')'
                " AS BLOB) WHERE number = 2"
            ),
            "",
            id="office-edited",
        ),
        pytest.param(
            execute("UPDATE checkpoint SET body = CAST(body || ' ' AS BLOB) WHERE number = 2"),
            "Checkpoint 3 of the ledger does not follow",
            id="space-added",
        ),
        pytest.param(
            execute("DELETE FROM custody WHERE number = 2"), "Line 2 of the custody log is missing", id="line"
        ),
        pytest.param(execute("DELETE FROM custody WHERE number = 6"), "Line 6 of the custody log", id="last-line"),
        pytest.param(execute("DELETE FROM custody"), "Line 6 of the custody log", id="all-lines"),
        pytest.param(execute("UPDATE custody SET body = x'7b7d' WHERE number = 2"), "Line 2", id="line-edited"),
        pytest.param(execute("UPDATE custody SET prev = zeroblob(32) WHERE number = 2"), "Line 2", id="line-unchained"),
    ],
)
def test_what_vouches_cannot_be_edited_unseen(forger: sqlite3.Connection, path: Path, forge: Forge, said: str) -> None:
    before = forger.execute("SELECT * FROM checkpoint").fetchall() + forger.execute("SELECT * FROM custody").fetchall()
    unguarded(forger, forge)
    after = forger.execute("SELECT * FROM checkpoint").fetchall() + forger.execute("SELECT * FROM custody").fetchall()
    assert before != after
    with Ledger(path, readonly=True) as ledger:
        problem = ledger.verify().problem
        assert problem is not None and said in problem


def cut(connection: sqlite3.Connection, rows: int, *, checkpoints: int) -> None:
    connection.execute("DELETE FROM inspection WHERE seq > ?", (rows,))
    connection.execute("DELETE FROM checkpoint WHERE number > ?", (checkpoints,))
    connection.execute("DELETE FROM custody WHERE number > ?", (checkpoints,))
    tidy(connection, rows)


def test_a_cut_tail_is_found_from_the_checkpoints_within(forger: sqlite3.Connection, path: Path) -> None:
    unguarded(forger, lambda connection: cut(connection, 4, checkpoints=ROWS))
    with Ledger(path, readonly=True) as ledger:
        verdict = ledger.verify()
        assert (verdict.row, verdict.rows) == (5, 4)
        assert "Row 5 is missing: checkpoint 5" in str(verdict.problem)
    with Ledger(path) as ledger, pytest.raises(LedgerError, match="rows were taken"):
        ledger.require_ready()


def test_a_tail_cut_with_its_checkpoints_is_found_from_outside(
    forger: sqlite3.Connection, path: Path, files: list[bytes]
) -> None:
    unguarded(forger, lambda connection: cut(connection, 4, checkpoints=4))
    with Ledger(path, readonly=True) as ledger:
        assert ledger.verify().problem is None
        assert ledger.verify((anchor(files[3]),)).problem is None
        for file in files[4:]:
            verdict = ledger.verify((anchor(file),))
            assert verdict.row == 5
            assert "Row 5 is missing: the checkpoint from a drawer" in str(verdict.problem)


def test_checkpoints_taken_back_alone_are_found_from_outside(
    forger: sqlite3.Connection, path: Path, files: list[bytes]
) -> None:
    unguarded(forger, execute("DELETE FROM checkpoint WHERE number > 2"))
    with Ledger(path, readonly=True) as ledger:
        assert ledger.verify().problem is None
        assert ledger.verify((anchor(files[1]),)).problem is None
        assert "removed or taken back" in str(ledger.verify((anchor(files[4]),)).problem)


def test_a_chain_written_anew_is_found_with_its_first_row(
    forger: sqlite3.Connection, path: Path, files: list[bytes]
) -> None:
    def rewrite(connection: sqlite3.Connection) -> None:
        previous = connection.execute("SELECT digest FROM inspection WHERE seq = 3").fetchone()[0]
        for seq in range(4, ROWS + 1):
            body = connection.execute("SELECT body FROM inspection WHERE seq = ?", (seq,)).fetchone()[0]
            changed = body.replace(b"Lager 3", b"Lager 4") if seq == 4 else body
            digest = chain_digest(seq, previous, changed)
            row = (previous, digest, changed, seq)
            connection.execute("UPDATE inspection SET prev = ?, digest = ?, body = ? WHERE seq = ?", row)
            previous = digest
        connection.execute("UPDATE listing SET place = 'Lager 4' WHERE seq = 4")
        connection.execute("INSERT INTO listing_words(listing_words) VALUES ('rebuild')")

    unguarded(forger, rewrite)
    with Ledger(path, readonly=True) as ledger:
        verdict = ledger.verify()
        assert (verdict.row, verdict.rows) == (4, 3)
        assert "Row 4 is another one than checkpoint 4" in str(verdict.problem)
    unguarded(forger, execute("DELETE FROM checkpoint", "DELETE FROM custody"))
    with Ledger(path, readonly=True) as ledger:
        assert ledger.verify().problem is None
        verdict = ledger.verify((anchor(files[2]), anchor(files[5])))
        assert verdict.row == 6
        assert "one of the rows 4 to 6 was written anew" in str(verdict.problem)


def test_another_ledger_in_its_place_is_found(path: Path, files: list[bytes], new_inspection: NewInspection) -> None:
    for there in path.parent.iterdir():
        there.unlink()
    with Ledger(path) as ledger:
        for _ in range(ROWS):
            ledger.append(new_inspection())
        assert ledger.verify().problem is None
        for file in files:
            verdict = ledger.verify((anchor(file),))
            assert verdict.row == checkpoint.read(file).statement.seq
            assert "the ledger is another one" in str(verdict.problem)


def test_a_large_ledger_is_read_again_from_the_noted_verification_on(
    forger: sqlite3.Connection, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verification, "LARGE", 3)
    with Ledger(path) as ledger:
        sound = checkpoint.read(ledger.checkpoints.last() or b"").statement
        assert ledger.verify(sound=sound).unread == 0, "nobody verified it before"
        ledger.custody.note(event(What.VERIFIED, 4))
        assert ledger.verify(sound=sound).unread == 0, "no checkpoint covers the line"
        sound = checkpoint.read(ledger.checkpoints.keep(None, None, unsigned)).statement
        assert ledger.verify(sound=sound).unread == 4
        assert ledger.verify().unread == 0
    unguarded(forger, execute("UPDATE inspection SET body = x'7b7d' WHERE seq = 2"))
    with Ledger(path, readonly=True) as ledger:
        assert ledger.verify(sound=sound).problem is None
        assert ledger.verify().row == 2
    unguarded(forger, execute("UPDATE inspection SET body = x'7b7d' WHERE seq = 5"))
    with Ledger(path, readonly=True) as ledger:
        assert ledger.verify(sound=sound).row == 5


@pytest.mark.parametrize("name", ["prev", "digest"])
def test_the_digests_of_rows_that_are_not_read_again_are_still_held(
    forger: sqlite3.Connection, path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verification, "LARGE", 3)
    with Ledger(path) as ledger:
        ledger.custody.note(event(What.VERIFIED, 5))
        sound = checkpoint.read(ledger.checkpoints.keep(None, None, unsigned)).statement
    unguarded(forger, execute(f"UPDATE inspection SET {name} = zeroblob(32) WHERE seq = 2"))
    with Ledger(path, readonly=True) as ledger:
        assert ledger.verify(sound=sound).row in (2, 3)


def test_a_small_ledger_is_always_read_whole(path: Path, files: list[bytes], forger: sqlite3.Connection) -> None:
    with Ledger(path) as ledger:
        ledger.custody.note(event(What.VERIFIED, ROWS))
        sound = checkpoint.read(ledger.checkpoints.keep(None, None, unsigned)).statement
    unguarded(forger, execute("UPDATE inspection SET body = x'7b7d' WHERE seq = 2"))
    with Ledger(path, readonly=True) as ledger:
        assert ledger.verify(sound=sound).row == 2


def test_a_checkpoint_goes_along_into_a_backup(path: Path, files: list[bytes], tmp_path: Path) -> None:
    with Ledger(path) as ledger:
        ledger.backup(tmp_path / "copy")
    with Ledger(tmp_path / "copy", readonly=True) as copy:
        verdict = copy.verify(tuple(anchor(file) for file in files))
        assert (verdict.problem, verdict.checkpoints, verdict.custody) == (None, ROWS, ROWS)


@pytest.mark.parametrize(
    "change",
    [
        {"seq": 0},
        {"seq": -1},
        {"digest": "f" * 63},
        {"root": "G" * 64},
        {"custody_digest": ""},
        {"previous": "x"},
        {"kind": "another"},
        {"made_at": MADE.replace(tzinfo=None)},
        {"format": 2},
        {"format": 0},
    ],
)
def test_a_statement_that_cannot_be_is_refused(files: list[bytes], change: dict[str, Any]) -> None:
    said = dataclasses.replace(checkpoint.read(files[0]).statement, **change)
    with pytest.raises(Exception, match=r"checkpoint"):
        checkpoint.read(checkpoint.file_of(canonical.encode(said), b"x"))
