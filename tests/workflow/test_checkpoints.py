"""Checkpoints as they are signed, kept, published and held against; and what goes wrong without losing a row."""

import base64
import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from ledger.conftest import _inspection

from gpu_inspector import preferences, settings
from gpu_inspector.errors import CaptureError, GpuInspectorError, LedgerError, ReportError
from gpu_inspector.ledger import verification
from gpu_inspector.ledger.store import Ledger
from gpu_inspector.records import canonical, checkpoint
from gpu_inspector.records.custody import What
from gpu_inspector.records.inspection import LedgerEntry
from gpu_inspector.report import identity as identities
from gpu_inspector.report.identity import SigningIdentity
from gpu_inspector.workflow import checkpoints, custody, ledger_checks

ROWS = 4
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def signer() -> SigningIdentity:
    return identities.load_or_make(settings.identity_folder())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "l" / "ledger.sqlite"


def put(path: Path) -> LedgerEntry:
    with Ledger(path) as ledger:
        return ledger.append(_inspection())


@pytest.fixture
def files(path: Path, signer: SigningIdentity) -> list[bytes]:
    made = [checkpoints.after_append(path, put(path), signer) for _ in range(ROWS)]
    assert [one.remark for one in made] == [""] * ROWS
    return [one.data for one in made]


def unguarded(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)
        for _, text in triggers:
            connection.execute(text)


CUT = (
    "DELETE FROM inspection WHERE seq > 2",
    "DELETE FROM checkpoint WHERE seq > 2",
    "DELETE FROM custody WHERE number > 2",
    "DELETE FROM listing WHERE seq > 2",
    "DELETE FROM number WHERE seq > 2",
    "INSERT INTO listing_words(listing_words) VALUES ('rebuild')",
)


def test_it_is_kept_within_beside_and_handed_out(path: Path, files: list[bytes], signer: SigningIdentity) -> None:
    assert checkpoints.beside(path).read_bytes() == files[-1]
    with Ledger(path, readonly=True) as ledger:
        assert list(ledger.checkpoints.files()) == files[::-1]
        assert [line.event.what for line in ledger.custody.lines()] == [What.INSPECTED] * ROWS
    for number, file in enumerate(files, start=1):
        checked = checkpoints.check(file)
        assert (checked.statement.seq, checked.signer.fingerprint) == (number, signer.fingerprint)
        assert not checked.signer.known
        assert checkpoints.check(file, (signer.certificate,)).signer.known
        assert checkpoints.kept_for(path, number) == file
    assert checkpoints.kept_for(path, ROWS + 1) == b""
    done = ledger_checks.verify(path)
    assert (done.problem, done.examined, done.found.checkpoints) == (None, ROWS, ROWS)
    assert [one.fingerprint for one in done.signers] == [signer.fingerprint]


def test_the_office_of_the_settings_stands_in_it(path: Path, signer: SigningIdentity) -> None:
    preferences.change({"office": "Zollamt Köln", "inspector": "Müller"})
    made = checkpoints.after_append(path, put(path), signer)
    assert checkpoints.check(made.data).statement.office == "Zollamt Köln"
    with Ledger(path, readonly=True) as ledger:
        assert ledger.custody.lines()[0].event.inspector == "Müller"


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_openssl_verifies_it(files: list[bytes], tmp_path: Path, signer: SigningIdentity) -> None:
    document = json.loads(files[-1])
    (tmp_path / "s").write_bytes(document["statement"].encode())
    (tmp_path / "e").write_bytes(base64.b64decode(document["signature"]))
    pem = settings.identity_folder() / "certificate.pem"
    words = ["openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", "e", "-content", "s", "-noverify"]
    done = subprocess.run([*words, "-certfile", str(pem)], cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    (tmp_path / "s").write_bytes(document["statement"].replace('"seq":4', '"seq":3').encode())
    assert subprocess.run(words, cwd=tmp_path, capture_output=True, check=False).returncode != 0


def test_no_byte_of_a_checkpoint_can_be_changed(files: list[bytes]) -> None:
    file = files[0]
    checkpoints.check(file)
    for place in range(0, len(file), 3):
        for change in (1, 0x20):
            changed = file[:place] + bytes([file[place] ^ change]) + file[place + 1 :]
            with pytest.raises(GpuInspectorError):
                checkpoints.check(changed)
    for changed in (b"", file[:-1], file + b"\n", b" " + file, file + file):
        with pytest.raises(GpuInspectorError):
            checkpoints.check(changed)


def test_a_tail_cut_within_is_found_from_beside_and_nothing_new_is_signed(
    path: Path, files: list[bytes], signer: SigningIdentity
) -> None:
    unguarded(path, *CUT)
    done = ledger_checks.verify(path)
    assert done.row == 3
    assert "Row 3 is missing: the checkpoint beside the ledger" in str(done.problem)
    entry = put(path)
    made = checkpoints.after_append(path, entry, signer)
    assert made.data == b""
    assert "is of another ledger" in made.remark
    assert checkpoints.beside(path).read_bytes() == files[-1], "the trace stays"
    with Ledger(path, readonly=True) as ledger:
        assert ledger.count() == entry.seq == 3, "the row is kept all the same"


def test_a_tail_cut_within_and_beside_is_found_from_a_drawer(path: Path, files: list[bytes], tmp_path: Path) -> None:
    unguarded(path, *CUT)
    checkpoints.beside(path).write_bytes(files[1])
    drawer = tmp_path / "drawer.json"
    drawer.write_bytes(files[1])
    assert ledger_checks.verify(path, checkpoint=drawer).problem is None
    drawer.write_bytes(files[3])
    done = ledger_checks.verify(path, checkpoint=drawer)
    assert (done.row, done.outside) == (3, ("The checkpoint drawer.json", "The checkpoint beside the ledger"))
    assert "The checkpoint" in str(done.problem) or "the checkpoint drawer.json" in str(done.problem)


def test_checkpoints_that_were_taken_back_are_found_from_beside(path: Path, files: list[bytes]) -> None:
    assert files
    unguarded(path, "DELETE FROM checkpoint WHERE number > 1")
    assert "removed or taken back" in str(ledger_checks.verify(path).problem)
    unguarded(path, "DELETE FROM checkpoint")
    assert "removed or taken back" in str(ledger_checks.verify(path).problem)


def test_a_kept_checkpoint_signed_by_nobody_is_found(path: Path, files: list[bytes], tmp_path: Path) -> None:
    whole = json.loads(files[-1])
    signature = bytearray(base64.b64decode(whole["signature"]))
    signature[-1] ^= 1
    forged = checkpoint.file_of(whole["statement"].encode(), bytes(signature))
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("DROP TRIGGER checkpoint_no_update")
        connection.execute("UPDATE checkpoint SET body = ? WHERE number = ?", (forged, ROWS))
        connection.execute(
            "CREATE TRIGGER checkpoint_no_update BEFORE UPDATE ON checkpoint\n"
            "BEGIN SELECT RAISE(ABORT, 'append-only'); END"
        )
    checkpoints.beside(path).unlink()
    assert "is not sound" in str(ledger_checks.verify(path).problem)
    (tmp_path / "given.json").write_bytes(forged)
    with pytest.raises(GpuInspectorError, match="signature"):
        ledger_checks.verify(path, checkpoint=tmp_path / "given.json")


def test_a_damaged_file_beside_is_told_and_kept_aside(path: Path, files: list[bytes], signer: SigningIdentity) -> None:
    beside = checkpoints.beside(path)
    beside.write_bytes(files[-1][:100])
    assert "beside the ledger is not sound" in str(ledger_checks.verify(path).problem)
    made = checkpoints.after_append(path, put(path), signer)
    assert made.data
    assert "could not be read" in made.remark
    assert beside.read_bytes() == made.data
    assert ledger_checks.verify(path).problem is None
    assert any("broken" in file.name for file in path.parent.iterdir())


def test_a_folder_in_its_place_is_a_remark(path: Path, signer: SigningIdentity) -> None:
    put(path)
    checkpoints.beside(path).mkdir()
    (checkpoints.beside(path) / "x").touch()
    made = checkpoints.after_append(path, put(path), signer)
    assert made.data
    assert made.remark


def test_with_trust_only_what_the_trusted_signed_vouches(
    path: Path, files: list[bytes], signer: SigningIdentity, tmp_path: Path
) -> None:
    assert files
    stranger = identities.load_or_make(tmp_path / "stranger")
    assert ledger_checks.verify(path, trust=(signer.certificate,)).problem is None
    assert "that you trust" in str(ledger_checks.verify(path, trust=(stranger.certificate,)).problem)
    drawer = tmp_path / "drawer.json"
    drawer.write_bytes(checkpoints.after_append(path, put(path), stranger).data)
    assert ledger_checks.verify(path, checkpoint=drawer, trust=(stranger.certificate,)).problem is None
    with pytest.raises(CaptureError, match="that you trust"):
        ledger_checks.verify(path, checkpoint=drawer, trust=(signer.certificate,))
    assert len(ledger_checks.verify(path).signers) == 2


def test_a_large_ledger_resumes_after_a_noted_verification_and_says_so(
    path: Path, files: list[bytes], signer: SigningIdentity, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert files
    monkeypatch.setattr(verification, "LARGE", 2)
    assert ledger_checks.verify(path).found.unread == 0
    assert custody.note(path, What.VERIFIED, ROWS) == ""
    assert checkpoints.after_append(path, put(path), signer).data
    done = ledger_checks.verify(path)
    assert (done.problem, done.found.unread, done.found.rows) == (None, ROWS, ROWS + 1)
    assert any(f"rows 1 to {ROWS} were not read again" in note for note in done.notes)
    unguarded(path, "UPDATE inspection SET body = x'7b7d' WHERE seq = 2")
    assert ledger_checks.verify(path).problem is None
    done = ledger_checks.verify(path, everything=True)
    assert (done.row, done.found.unread) == (2, 0)


def _no_key(_statement: bytes, _identity: SigningIdentity) -> bytes:
    raise ReportError("The card was taken out.")


def test_a_key_that_fails_costs_a_remark_and_no_row(
    path: Path, signer: SigningIdentity, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gpu_inspector.workflow.statements.sign", _no_key)
    made = checkpoints.after_append(path, put(path), signer)
    assert made.data == b""
    assert "No checkpoint of row 1 was made: The card was taken out." in made.remark
    with Ledger(path, readonly=True) as ledger:
        assert ledger.count() == 1
        assert [line.event.seq for line in ledger.custody.lines()] == [1]
        assert ledger.verify().problem is None


def test_without_a_signer_the_log_has_its_line(path: Path) -> None:
    assert checkpoints.after_append(path, put(path), None) == checkpoints.Made(b"", "")
    with Ledger(path, readonly=True) as ledger:
        assert [line.event.what for line in ledger.custody.lines()] == [What.INSPECTED]
    assert ledger_checks.verify(path).problem is None


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda path: path.unlink(), id="gone"),
        pytest.param(lambda path: path.write_bytes(b"no ledger at all"), id="overwritten"),
        pytest.param(lambda path: unguarded(path, "DELETE FROM inspection"), id="emptied"),
    ],
)
def test_a_ledger_that_is_spoilt_in_between_is_a_remark(
    path: Path, files: list[bytes], signer: SigningIdentity, spoil: Callable[[Path], None]
) -> None:
    entry = put(path)
    spoil(path)
    for who in (signer, None):
        made = checkpoints.after_append(path, entry, who)
        assert made.data == b"" and made.remark


def test_a_busy_ledger_keeps_nobody_waiting_for_a_line(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(path)
    monkeypatch.setattr(custody, "PATIENCE_SECONDS", 0.05)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert "another program holds the ledger" in custody.note(path, What.REPORT_OPENED, 1)
    assert custody.note(path, What.REPORT_OPENED, 1) == ""


def test_a_line_for_no_ledger_makes_none(path: Path) -> None:
    assert "no ledger" in custody.note(path, What.EXPORTED)
    assert not path.exists()


def test_a_line_holds_whatever_text_it_is_given(path: Path) -> None:
    put(path)
    assert custody.note(path, What.EXPORTED, None, "\ud800\x00‮" + "x" * 5000) == ""
    with Ledger(path, readonly=True) as ledger:
        assert len(ledger.custody.lines()[0].event.detail) == 500
        assert ledger.verify().problem is None


def test_nothing_is_noted_in_a_ledger_that_was_tampered_with(path: Path, files: list[bytes]) -> None:
    assert files
    unguarded(path, "UPDATE inspection SET body = x'7b7d' WHERE seq = 4")
    assert "tampered" in custody.note(path, What.VERIFIED, 4)
    with pytest.raises(LedgerError, match="tampered"), Ledger(path) as ledger:
        ledger.checkpoints.keep(None, None, lambda _ground: b"")


APPENDING = """
import dataclasses, sys, uuid
from pathlib import Path
from gpu_inspector import settings
from gpu_inspector.ledger.store import Ledger
from gpu_inspector.records import canonical
from gpu_inspector.records.inspection import Inspection
from gpu_inspector.report import identity
from gpu_inspector.workflow import checkpoints
path, template, count = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
example = canonical.decode(template.read_bytes(), Inspection, "inspection")
signer = identity.load_or_make(settings.identity_folder())
for _ in range(count):
    with Ledger(path) as ledger:
        entry = ledger.append(dataclasses.replace(example, id=str(uuid.uuid4())))
    made = checkpoints.after_append(path, entry, signer)
    assert made.data and not made.remark, made.remark
    assert checkpoints.check(made.data).statement.digest == entry.digest
"""


def test_three_programs_at_once_vouch_for_all_their_rows(path: Path, tmp_path: Path, signer: SigningIdentity) -> None:
    each = 6
    put(path)
    template = tmp_path / "template.json"
    template.write_bytes(canonical.encode(_inspection()))
    words = [sys.executable, "-c", APPENDING, str(path), str(template), str(each)]
    children = [subprocess.Popen(words, cwd=ROOT, stderr=subprocess.PIPE) for _ in range(3)]
    for child in children:
        _, complaint = child.communicate(timeout=120)
        assert (child.returncode, complaint) == (0, b"")
    done = ledger_checks.verify(path, everything=True)
    assert (done.problem, done.found.rows) == (None, 3 * each + 1)
    assert done.found.checkpoints == done.found.custody == done.examined == 3 * each
    assert checkpoints.check(checkpoints.beside(path).read_bytes()).statement.seq == 3 * each + 1
    assert [one.fingerprint for one in done.signers] == [signer.fingerprint]
