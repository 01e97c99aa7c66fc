"""Planted faults of what keeps and prints a judgement: fonts, disks, the ledger, the key. Each has its sentence.

None of them touches what was judged: where the row could be kept, it is kept, and the report can be made again.
"""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cards import row_of
from dumps import dump_of
from report.authorities import party
from report.test_identity_file import packed

from gpu_inspector import preferences, resources, settings
from gpu_inspector.cli.main import main
from gpu_inspector.ledger.schema import OBJECTS
from gpu_inspector.ledger.store import Ledger
from gpu_inspector.records import released
from gpu_inspector.report import fonts
from tools import make_digests

Run = Callable[..., tuple[int, str, str]]
TINY_KIB = 64
"""Of a disk that a ledger does not fit on."""


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """A command's exit status, stdout and stderr."""

    def command(*arguments: str | Path) -> tuple[int, str, str]:
        status = main([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        assert "Traceback" not in printed.err and "defect" not in printed.err
        return status, printed.out, printed.err

    return command


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    path = tmp_path / "card.xml"
    path.write_bytes(dump_of(row_of("NVIDIA GeForce RTX 4090")))
    return path


@pytest.fixture
def letters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The report's fonts, copied to a folder of the test's own; the program draws with the copies."""
    folder = tmp_path / "fonts"
    folder.mkdir()
    for name, path in fonts._FILES.items():
        shutil.copy(path, folder / f"{name}.ttf")
    monkeypatch.setattr(fonts, "_FILES", {name: folder / f"{name}.ttf" for name in fonts._FILES})
    for cached in (fonts.face, fonts.knows, fonts._advances):
        cached.cache_clear()
    yield folder
    for cached in (fonts.face, fonts.knows, fonts._advances):
        cached.cache_clear()


def rows(ledger: Path) -> int:
    with Ledger(ledger, readonly=True) as opened:
        return opened.count()


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda path: path.unlink(), id="a font is missing"),
        pytest.param(lambda path: path.write_bytes(path.read_bytes()[:5000]), id="a font is cut"),
        pytest.param(lambda path: path.write_bytes(b""), id="a font is empty"),
    ],
)
def test_without_its_fonts_no_report_is_drawn_and_the_row_is_kept(
    spoil: Callable[[Path], object], letters: Path, dump: Path, tmp_path: Path, run: Run
) -> None:
    spoil(letters / f"{fonts.BOLD}.ttf")
    report, ledger = tmp_path / "r.pdf", tmp_path / "l.sqlite"
    status, _, err = run("inspect", "--from", dump, "--report", report, "--ledger", ledger)
    assert status == 1
    assert f"The font {fonts.BOLD} cannot be read" in err and "Inspection 1 is kept" in err
    assert not report.exists() and rows(ledger) == 1
    _, out, _ = run("doctor")
    assert f"The font {fonts.BOLD} cannot be read" in out


def test_the_doctor_tells_letters_that_are_others(letters: Path, run: Run) -> None:
    shutil.copy(letters / f"{fonts.REGULAR}.ttf", letters / f"{fonts.BOLD}.ttf")
    _, out, _ = run("doctor")
    assert f"The font {fonts.BOLD} is another file" in out


def in_own_mounts(folder: Path, mount: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """The command with `folder` mounted by `mount` in a name space that ends with it; skips where it cannot."""
    command = [sys.executable, "-m", "gpu_inspector", *map(str, arguments)]
    script = f'{mount} "$0" || exit 77; exec "$@"'
    unshare = shutil.which("unshare")
    if unshare is None:
        pytest.skip("this system has no unshare")
    done = subprocess.run(
        [unshare, "--mount", "--map-root-user", "sh", "-c", script, str(folder), *command],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )
    if done.returncode == 77 or "unshare" in done.stderr:
        pytest.skip("this system lets nobody mount here")
    assert "Traceback" not in done.stderr
    return done


def test_a_ledger_on_a_read_only_disk_is_said_before_anything_is_lost(dump: Path, tmp_path: Path) -> None:
    place = tmp_path / "disk"
    place.mkdir()
    done = in_own_mounts(place, "mount -t tmpfs -o ro none", "inspect", "--from", dump, "--ledger", place / "l.sqlite")
    assert done.returncode == 1
    assert "l.sqlite" in done.stderr or str(place) in done.stderr, done.stderr
    assert done.stdout == ""


def test_the_doctor_names_a_read_only_disk(tmp_path: Path) -> None:
    place = tmp_path / "disk"
    place.mkdir()
    done = in_own_mounts(place, "mount -t tmpfs -o ro none", "doctor", "--ledger", place / "l.sqlite")
    assert "cannot be written: no inspection could be kept there" in done.stdout


def test_a_full_disk_under_the_ledger_is_said(dump: Path, tmp_path: Path) -> None:
    place = tmp_path / "disk"
    place.mkdir()
    mount = f"mount -t tmpfs -o size={TINY_KIB}k none"
    done = in_own_mounts(place, mount, "inspect", "--from", dump, "--ledger", place / "l.sqlite")
    assert done.returncode == 1
    assert "full" in done.stderr.casefold() or "space" in done.stderr.casefold(), done.stderr


def test_a_report_on_a_read_only_disk_is_said_before_anything_is_done(dump: Path, tmp_path: Path) -> None:
    place, ledger = tmp_path / "disk", tmp_path / "l.sqlite"
    place.mkdir()
    asked = ("inspect", "--from", dump, "--ledger", ledger, "--report", place / "r.pdf")
    done = in_own_mounts(place, "mount -t tmpfs -o ro none", *asked)
    assert done.returncode == 1
    assert f"{place} may not be written to. Name another place." in done.stderr
    assert not ledger.exists()


def test_a_report_that_finds_no_room_leaves_its_row(dump: Path, tmp_path: Path) -> None:
    place, ledger = tmp_path / "disk", tmp_path / "l.sqlite"
    place.mkdir()
    asked = ("inspect", "--from", dump, "--ledger", ledger, "--report", place / "r.pdf")
    done = in_own_mounts(place, f"mount -t tmpfs -o size={TINY_KIB}k none", *asked)
    assert done.returncode == 1
    assert "No space" in done.stderr and "Inspection 1 is kept" in done.stderr, done.stderr
    assert rows(ledger) == 1


def test_an_altered_ledger_is_named_and_no_row_is_put_behind_it(dump: Path, tmp_path: Path, run: Run) -> None:
    ledger = tmp_path / "l.sqlite"
    run("inspect", "--from", dump, "--ledger", ledger)
    triggers = [name for name, text in OBJECTS.items() if text.startswith("CREATE TRIGGER")]
    with closing(sqlite3.connect(ledger, isolation_level=None)) as connection:
        for name in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("UPDATE inspection SET body = CAST(replace(body, 'RTX 4090', 'RTX 4080') AS BLOB)")
        for name in triggers:
            connection.execute(OBJECTS[name])
    said = "Row 1 was altered: its content and its digest do not belong together."
    status, out, _ = run("ledger", "verify", "--ledger", ledger)
    assert (status, out.strip()) == (4, said)
    status, _, err = run("inspect", "--from", dump, "--ledger", ledger)
    assert status == 1
    assert said in err and "takes no new row" in err


def test_a_certificate_whose_time_is_over_signs_nothing(
    dump: Path, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = party("Issuing", party("Root", authority=True), authority=True)
    late = party("Late", authority, begin=datetime.now(UTC) - timedelta(days=9), days=5)
    path = tmp_path / "own" / "officer.p12"
    path.parent.mkdir(mode=0o700)
    path.write_bytes(packed(late, others=(authority,)))
    path.chmod(0o600)
    preferences.change({"signer": "file", "signer_file": str(path)})
    monkeypatch.setenv("GPU_INSPECTOR_PASSPHRASE", "Ein Satz mit Ümlaut 26")
    status, _, err = run("inspect", "--from", dump, "--ledger", tmp_path / "l.sqlite")
    assert status == 1
    assert "has run out" in err and "Inspection 1 is kept" in err


def test_a_key_that_is_gone_signs_nothing(dump: Path, tmp_path: Path, run: Run) -> None:
    ledger = tmp_path / "l.sqlite"
    run("inspect", "--from", dump, "--ledger", ledger)
    for path in settings.identity_folder().iterdir():
        if b"PRIVATE KEY" in path.read_bytes():
            path.unlink()
    status, _, err = run("inspect", "--from", dump, "--ledger", ledger)
    assert status == 1
    assert "key" in err and "Inspection 2 is kept" in err


def test_the_record_of_the_reference_data_is_fresh() -> None:
    committed = (resources.root() / released.FILE).read_bytes()
    assert committed == make_digests.text(), "resources/digests.json is stale: run python -m tools.make_digests"
    assert released.deviating() == ()
