"""Bad input: each kind with its sentence and its exit status, and never a trace."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from cards import genuine, row_of
from dumps import dump_of

from gpu_inspector.cli.main import main
from gpu_inspector.records import canonical

BOMB = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><nvidia_smi_log><gpu id="x"><product_name>&c;</product_name></gpu>'
    "</nvidia_smi_log>"
)


def _newer() -> bytes:
    raw = canonical.plain(genuine(row_of("NVIDIA GeForce RTX 4090")))
    return json.dumps({**raw, "format": 2}).encode()


@pytest.mark.parametrize("command", [("inspect", "--from"), ("judge",)], ids=["inspect", "judge"])
@pytest.mark.parametrize(
    ("data", "word"),
    [
        pytest.param(b"", "empty", id="empty file"),
        pytest.param(bytes(range(256)) * 64, "", id="binary"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + bytes(64), "picture", id="picture"),
        pytest.param(BOMB.encode(), "entit", id="entity bomb"),
        pytest.param(b'<?xml version="1.0"?><note><to>you</to></note>', "note", id="XML of another kind"),
        pytest.param(b"Dear colleague, see the attached file.", "", id="a letter"),
        pytest.param(b'{"a": 1}', "", id="JSON of another kind"),
        pytest.param(b'{"format": 1, "cards": 3}', "", id="capture of another shape"),
        pytest.param(b"[" * 100_000, "", id="deeply nested JSON"),
        pytest.param(b'{"format":1,"a":' + b"[" * 100_000, "", id="deeply nested capture"),
        pytest.param(_newer(), "newer", id="capture of a newer format"),
    ],
)
def test_a_file_that_is_none(
    command: tuple[str, ...], data: bytes, word: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "file"
    path.write_bytes(data)
    status = main([*command, str(path)])
    printed = capsys.readouterr()
    assert status == 1
    assert printed.out == ""
    assert "defect" not in printed.err and "Traceback" not in printed.err
    assert word in printed.err


def test_a_cut_dump_is_read_as_far_as_it_holds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = dump_of(row_of("NVIDIA GeForce RTX 4090"))
    path = tmp_path / "cut.xml"
    path.write_bytes(data[: data.index(b"<utilization>")])
    status = main(["inspect", "--from", str(path)])
    assert status == 10
    assert "as far as" in capsys.readouterr().out


@pytest.mark.parametrize("command", [("inspect", "--from"), ("verify",)], ids=["inspect", "verify"])
@pytest.mark.parametrize("kind", ["missing", "folder", "fifo"])
def test_what_cannot_be_read_at_all(
    command: tuple[str, ...], kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "thing"
    if kind == "folder":
        path.mkdir()
    elif kind == "fifo":
        os.mkfifo(path)
    status = main([*command, str(path)])
    printed = capsys.readouterr()
    assert status == 1
    assert printed.err.startswith("gpu-inspector: ")
    assert "defect" not in printed.err


@pytest.mark.skipif(sys.platform != "linux", reason="/proc tells the peak of memory")
def test_200_megabytes_of_noise_are_refused_at_once_and_in_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "noise"
    block = os.urandom(1 << 20)
    with path.open("wb") as out:
        for _ in range(200):
            out.write(block)
    program = (
        "import re,sys,pathlib;from gpu_inspector.cli.main import main;"
        "status=main(sys.argv[1:]);"
        # Not ru_maxrss: the system counts what the process that started this one had, too.
        "print(status, re.search(r'VmHWM:\\s+(\\d+)', pathlib.Path('/proc/self/status').read_text())[1])"
    )
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", program, "inspect", "--from", str(path)], capture_output=True, text=True, check=True
    )
    status, peak_kib = map(int, done.stdout.split())
    assert status == 1
    assert "64" in done.stderr
    assert peak_kib < 400 * 1024
    assert time.monotonic() - started < 30


def test_a_ledger_of_a_newer_program(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import sqlite3

    ledger, dump = tmp_path / "l.sqlite", tmp_path / "card.xml"
    dump.write_bytes(dump_of(row_of("NVIDIA GeForce RTX 4090")))
    assert main(["inspect", "--from", str(dump), "--ledger", str(ledger)]) == 10
    with sqlite3.connect(ledger) as connection:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        connection.execute(f"PRAGMA user_version = {version + 1}")
    connection.close()
    capsys.readouterr()
    for command in (["inspect", "--from", str(dump)], ["history"], ["ledger", "verify"]):
        assert main([*command, "--ledger", str(ledger)]) == 1
        assert "newer" in capsys.readouterr().err


@pytest.mark.parametrize(
    "data", [b"", b"%PDF-1.7\n", b"not a report", bytes(1 << 20)], ids=["empty", "head", "text", "zeros"]
)
def test_verify_of_what_is_no_report_exits_4(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "r.pdf"
    path.write_bytes(data)
    assert main(["verify", str(path)]) == 4
