"""A ledger brought back from its backup: never over a whole one, never at the cost of the damaged one."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gpu_inspector.cli.main import main
from gpu_inspector.errors import LedgerError
from gpu_inspector.ledger import places, replacing
from gpu_inspector.ledger.schema import OBJECTS, VERSION
from gpu_inspector.ledger.store import Ledger
from gpu_inspector.records.custody import What
from gpu_inspector.records.inspection import Inspection, LedgerEntry
from gpu_inspector.report import identity
from gpu_inspector.workflow import checkpoints
from gpu_inspector.workflow.restoring import known_by_checkpoint, known_by_report, restore

NewInspection = Callable[..., Inspection]
NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
ASIDE = "ledger.damaged-20261125T120000Z.sqlite"


@pytest.fixture
def backup(path: Path, tmp_path: Path, new_inspection: NewInspection) -> Path:
    """The backup of the first three of five rows."""
    with Ledger(path) as ledger:
        for number in range(5):
            if number == 3:
                ledger.backup(tmp_path / "backup.sqlite")
            ledger.append(new_inspection())
    return tmp_path / "backup.sqlite"


def _entry(path: Path, seq: int) -> LedgerEntry:
    with Ledger(path, readonly=True) as ledger:
        return ledger.entry(seq)[0]


def _rows(path: Path) -> int:
    with Ledger(path) as ledger:
        assert ledger.verify().problem is None
        return ledger.count()


def _edited(path: Path, seq: int = 5) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("DROP TRIGGER inspection_no_update")
        connection.execute("UPDATE inspection SET body = x'7b7d' WHERE seq = ?", (seq,))
        connection.execute(OBJECTS["inspection_no_update"])


def _page_lost(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096:8192] = bytes(4096)
    path.write_bytes(content)


def _names(folder: Path) -> set[str]:
    """Without what a reader of a ledger leaves beside it, which holds nothing."""
    return {one.name for one in folder.iterdir() if one.suffix != ".sqlite-shm" and one.stat().st_size}


DAMAGES = [
    pytest.param(_edited, id="edited"),
    pytest.param(_page_lost, id="page-lost"),
    pytest.param(lambda path: path.write_bytes(bytes(100)), id="header-lost"),
    pytest.param(lambda path: path.write_bytes(b""), id="emptied"),
    pytest.param(lambda path: path.write_bytes(path.read_bytes()[:9000]), id="cut"),
]


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_ledger_is_moved_aside_and_the_backup_takes_its_place(
    path: Path, backup: Path, damage: Callable[[Path], object]
) -> None:
    damage(path)
    before = path.read_bytes()
    done = restore(backup, path, now=NOW)
    assert (done.rows, done.aside) == (3, path.with_name(ASIDE))
    assert done.damage
    assert path.with_name(ASIDE).read_bytes() == before
    assert _names(path.parent) == {"ledger.sqlite", *([ASIDE] if before else [])}
    assert _rows(path) == 3
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_lost_ledger_comes_back_and_its_folder_with_it(path: Path, backup: Path, tmp_path: Path) -> None:
    assert restore(backup, tmp_path / "new" / "place" / "ledger.sqlite").aside is None
    assert _rows(tmp_path / "new" / "place" / "ledger.sqlite") == 3
    assert _rows(path) == 5


def test_a_whole_ledger_is_never_replaced(path: Path, backup: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = path.read_bytes()
    with pytest.raises(LedgerError, match=r"is whole \(5 inspections\)"):
        restore(backup, path)
    assert main(["ledger", "restore", str(backup), "--ledger", str(path)]) == 1
    assert "is whole" in capsys.readouterr().err
    assert (path.read_bytes(), _names(path.parent)) == (before, {"ledger.sqlite"})


def test_a_replaced_ledger_gives_way_when_a_report_is_at_hand(
    path: Path, backup: Path, new_inspection: NewInspection
) -> None:
    known = known_by_report("r.pdf", _entry(path, 2))
    path.unlink()
    with Ledger(path) as ledger:
        ledger.append(new_inspection())
        ledger.append(new_inspection())
    with pytest.raises(LedgerError, match="is whole"):
        restore(backup, path)
    done = restore(backup, path, [known], now=NOW)
    assert done.damage == "It lacks row 2, of which the report r.pdf speaks."
    assert ["another row 2" in one for one in done.missing] == [True]
    assert _rows(path) == 3 and _rows(path.with_name(ASIDE)) == 2


def test_a_cut_ledger_gives_way_to_a_backup_that_goes_on(path: Path, backup: Path, tmp_path: Path) -> None:
    known = known_by_report("r.pdf", _entry(path, 5))
    whole = tmp_path / "whole.sqlite"
    with Ledger(path, readonly=True) as ledger:
        ledger.backup(whole)
    for file in path.parent.iterdir():
        file.unlink()
    backup.rename(path)  # an older copy: three rows, whole in itself
    done = restore(whole, path, [known], now=NOW)
    assert (done.rows, done.missing) == (5, ())
    assert done.damage == "It lacks row 5, of which the report r.pdf speaks."


def test_the_checkpoint_beside_the_ledger_tells_what_the_backup_lacks(
    path: Path, backup: Path, tmp_path: Path, new_inspection: NewInspection
) -> None:
    made = checkpoints.make(path, identity.load_or_make(tmp_path / "identity"))
    assert made.data and not made.remark
    path.unlink()
    done = restore(backup, path, now=NOW)
    assert done.missing == (
        "The checkpoint ledger.sqlite.checkpoint speaks of row 5: rows 4 to 5 are not in the backup.",
    )
    assert done.aside == path.with_name(ASIDE)
    assert path.with_name(f"{ASIDE}.checkpoint").read_bytes() == made.data
    assert not checkpoints.beside(path).exists()
    with Ledger(path, readonly=True) as ledger:
        assert [line.event.what for line in ledger.custody.lines()] == [What.RESTORED]
    known = known_by_checkpoint(path.with_name(f"{ASIDE}.checkpoint"))
    assert (known.seq, known.source) == (5, f"The checkpoint {ASIDE}.checkpoint")


def test_what_the_backup_lacks_is_named(path: Path, backup: Path) -> None:
    known = [known_by_report("fourth.pdf", _entry(path, 4)), known_by_report("second.pdf", _entry(path, 2))]
    _edited(path)
    done = restore(backup, path, known)
    assert done.missing == (
        "The report fourth.pdf speaks of row 4: row 4 is not in the backup.",
        "The old file still has sound rows: row 4 is not in the backup.",
    )


def test_a_backup_of_another_ledger_is_told(path: Path, backup: Path, tmp_path: Path) -> None:
    known = known_by_report("r.pdf", LedgerEntry(seq=2, previous="0" * 64, digest="1" * 64))
    done = restore(backup, tmp_path / "other.sqlite", [known])
    assert done.missing == ("The report r.pdf speaks of another row 2 than the backup has: it is of another ledger.",)


def test_a_damaged_backup_is_refused_and_changes_nothing(path: Path, backup: Path) -> None:
    _edited(path)
    _edited(backup, 2)
    before = (path.read_bytes(), _names(path.parent))
    with pytest.raises(LedgerError, match=r"backup.sqlite is not whole.*Row 2 was altered"):
        restore(backup, path)
    with pytest.raises(LedgerError, match="no ledger at"):
        restore(path.with_name("missing"), path)
    with pytest.raises(LedgerError, match="the ledger itself"):
        restore(path, path)
    assert (path.read_bytes(), _names(path.parent)) == before


def _foreign(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE letters(text)")


def _newer(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {VERSION + 1}")


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize(
    ("make", "said"),
    [
        pytest.param(_foreign, "another program", id="foreign"),
        pytest.param(_newer, "newer GPU Inspector", id="newer"),
        pytest.param(_folder, "is a folder", id="folder"),
    ],
)
def test_what_is_no_damaged_ledger_is_left_alone(
    path: Path, backup: Path, make: Callable[[Path], object], said: str
) -> None:
    make(path)
    before = path.read_bytes() if path.is_file() else b""
    with pytest.raises(LedgerError, match=said):
        restore(backup, path)
    assert (path.read_bytes() if path.is_file() else b"") == before
    assert _names(path.parent) == {"ledger.sqlite"}


def test_a_log_left_beside_is_moved_too_and_never_played_into_the_backup(
    path: Path, backup: Path, new_inspection: NewInspection, tmp_path: Path
) -> None:
    with Ledger(path) as ledger:
        ledger.append(new_inspection())
        files = {ending: path.with_name(path.name + ending).read_bytes() for ending in ("", "-wal", "-shm")}
    assert len(files["-wal"]) > 4096
    for ending, content in files.items():
        path.with_name(path.name + ending).write_bytes(content)
    _page_lost(path)  # with the log still there
    path.with_name(path.name + ".checkpoint").write_text("{}")
    restore(backup, path, now=NOW)
    assert _names(path.parent) == {"ledger.sqlite", ASIDE, f"{ASIDE}-wal", f"{ASIDE}.checkpoint"}
    assert path.with_name(f"{ASIDE}-wal").read_bytes() == files["-wal"]
    assert _rows(path) == 3


def test_a_log_without_its_ledger_is_moved_aside(path: Path, backup: Path) -> None:
    path.unlink()
    path.with_name(path.name + "-wal").write_bytes(b"rows, perhaps")
    done = restore(backup, path, now=NOW)
    assert done.aside == path.with_name(ASIDE)
    assert _names(path.parent) == {"ledger.sqlite", f"{ASIDE}-wal"}
    assert _rows(path) == 3


HOLDING = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
connection.execute("SELECT count(*) FROM inspection").fetchone()
print("open", flush=True)
sys.stdin.read()
"""


def test_a_ledger_that_another_program_has_open_is_not_moved(path: Path, backup: Path) -> None:
    _edited(path)
    with subprocess.Popen([sys.executable, "-c", HOLDING, str(path)], stdin=-1, stdout=-1, text=True) as other:
        assert other.stdout is not None and other.stdout.readline() == "open\n"
        with pytest.raises(LedgerError, match="Another program has the ledger"):
            restore(backup, path)
        assert _names(path.parent) == {"ledger.sqlite"}
        other.communicate()
    restore(backup, path)
    assert _rows(path) == 3


def test_two_damaged_ledgers_of_one_second_both_stay(path: Path, backup: Path) -> None:
    for _ in range(2):
        _edited(path, 2)
        restore(backup, path, now=NOW)
    assert _names(path.parent) == {"ledger.sqlite", ASIDE, ASIDE.replace(".sqlite", "-2.sqlite")}


def test_nothing_is_restored_to_a_share(path: Path, backup: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _edited(path)
    before = path.read_bytes()
    monkeypatch.setattr(places, "_MOUNTS", path.with_name("mounts"))
    path.with_name("mounts").write_text(f"{places._mount_number(path)} 0 0:1 / / rw - nfs server:/x rw\n")
    with pytest.raises(LedgerError, match="cannot be kept there"):
        restore(backup, path)
    assert path.read_bytes() == before


def test_a_copy_that_fails_leaves_the_damaged_ledger_where_it_is(
    path: Path, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _edited(path)
    before = path.read_bytes()

    def full(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(replacing, "_second_name", full)
    with pytest.raises(LedgerError, match="No space left"):
        restore(backup, path)
    assert (path.read_bytes(), _names(path.parent)) == (before, {"ledger.sqlite"})


def test_a_ledger_behind_a_link_is_restored_behind_it(path: Path, backup: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.sqlite"
    link.symlink_to(path)
    _edited(path)
    restore(backup, link, now=NOW)
    assert link.is_symlink() and _rows(link) == 3 and path.with_name(ASIDE).exists()


def test_the_command_says_what_it_did(path: Path, backup: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _edited(path)
    assert main(["ledger", "restore", str(backup), "--ledger", str(path)]) == 0
    said = capsys.readouterr().out
    assert "3 inspections restored" in said and "keep it. Row 5 was altered" in said
    assert "Missing: The old file still has sound rows: row 4 is not in the backup." in said
    assert main(["ledger", "verify", "--ledger", str(path)]) == 0
    path.unlink()
    assert main(["ledger", "restore", str(backup), "--ledger", str(path), "--json"]) == 0
    assert '"missing": []' in capsys.readouterr().out.replace('"missing":[]', '"missing": []')
