"""The other commands from outside: list, products, checks, doctor, history and ledger."""

import json
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from cards import row_of
from dumps import dump_of

from gpu_inspector.checks import ALL_CHECKS
from gpu_inspector.cli.main import main


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """A ledger of three inspections, each of another case."""
    path = tmp_path / "l.sqlite"
    for number, name in enumerate(["NVIDIA GeForce RTX 4090", "NVIDIA GeForce RTX 3090", "Tesla T4"]):
        dump = tmp_path / f"{number}.xml"
        dump.write_bytes(dump_of(row_of(name)))
        report = tmp_path / f"{number}.pdf"
        arguments = ["inspect", "--from", str(dump), "--case", f"2026/{number}", "--report", str(report)]
        assert main([*arguments, "--ledger", str(path)]) == 10
    return path


@contextmanager
def opened_by_a_forger(path: Path) -> Iterator[sqlite3.Connection]:
    """The file without its triggers, which are put back: what anyone with sqlite3 can do."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            connection.execute(f'DROP TRIGGER "{name}"')
        yield connection
        for _, sql in triggers:
            connection.execute(sql)


@pytest.mark.parametrize(
    ("forge", "row"),
    [
        pytest.param(
            [
                "UPDATE inspection SET body = CAST(replace(CAST(body AS TEXT), 'RTX 3090', 'RTX 4090') AS BLOB)"
                " WHERE seq = 2"
            ],
            "2",
            id="edited",
        ),
        pytest.param(["DELETE FROM inspection WHERE seq = 2"], "2", id="deleted"),
        pytest.param(
            [
                "UPDATE inspection SET seq = 9 WHERE seq = 2",
                "UPDATE inspection SET seq = 2 WHERE seq = 3",
                "UPDATE inspection SET seq = 3 WHERE seq = 9",
            ],
            "2",
            id="reordered",
        ),
    ],
)
def test_ledger_verify_names_the_row(
    forge: list[str], row: str, ledger: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ledger", "verify", "--ledger", str(ledger)]) == 0
    with opened_by_a_forger(ledger) as connection:
        for statement in forge:
            connection.execute(statement)
    capsys.readouterr()
    assert main(["ledger", "verify", "--ledger", str(ledger)]) == 4
    assert row in capsys.readouterr().out


def test_a_cut_tail_is_found_from_a_report(ledger: Path, tmp_path: Path) -> None:
    with opened_by_a_forger(ledger) as connection:
        connection.execute("DELETE FROM inspection WHERE seq = 3")
    assert main(["ledger", "verify", "--ledger", str(ledger), "--report", str(tmp_path / "2.pdf")]) == 4
    assert main(["verify", str(tmp_path / "2.pdf")]) == 3, "the report itself is sound"


def test_a_report_that_is_not_intact_says_nothing_about_the_ledger(
    ledger: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = tmp_path / "2.pdf"
    report.write_bytes(report.read_bytes() + b"x")
    assert main(["ledger", "verify", "--ledger", str(ledger), "--report", str(report)]) == 1
    assert "not intact" in capsys.readouterr().err


def test_history_finds_and_lists_the_newest_first(ledger: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["history", "--ledger", str(ledger), "--json"]) == 0
    assert [row["number"] for row in json.loads(capsys.readouterr().out)["inspections"]] == [3, 2, 1]
    assert main(["history", "RTX", "3090", "--ledger", str(ledger)]) == 0
    printed = capsys.readouterr().out
    assert "3090" in printed and "T4" not in printed


def test_history_of_no_ledger_is_empty(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["history"]) == 0
    assert "no inspection yet" in capsys.readouterr().out


def test_backup_is_whole_and_never_overwrites(ledger: Path, tmp_path: Path) -> None:
    target = tmp_path / "backup.sqlite"
    assert main(["ledger", "backup", str(target), "--ledger", str(ledger)]) == 0
    assert main(["ledger", "verify", "--ledger", str(target)]) == 0
    assert main(["ledger", "backup", str(target), "--ledger", str(ledger)]) == 1


def test_export_keeps_every_row(ledger: Path, tmp_path: Path) -> None:
    lines, table = tmp_path / "out.jsonl", tmp_path / "out.csv"
    assert main(["ledger", "export", str(lines), "--ledger", str(ledger)]) == 0
    assert main(["ledger", "export", str(table), "--csv", "--ledger", str(ledger)]) == 0
    assert [json.loads(line)["seq"] for line in lines.read_text().splitlines()] == [1, 2, 3]
    assert len(table.read_text().splitlines()) == 4


def test_export_to_a_place_that_is_not_there(ledger: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ledger", "export", str(tmp_path / "no" / "out.jsonl"), "--ledger", str(ledger)]) == 1
    assert "no folder" in capsys.readouterr().err


@pytest.mark.parametrize("command", [("report", "1"), ("ledger", "export"), ("ledger", "backup")])
def test_no_command_overwrites_the_ledger(command: tuple[str, ...], ledger: Path) -> None:
    assert main([*command, str(ledger), "--ledger", str(ledger)]) == 1
    assert main(["ledger", "verify", "--ledger", str(ledger)]) == 0


def test_list_without_a_card(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"format": 1, "cards": []}


def test_products_shows_the_sources_of_each_figure(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["products", "2684"]) == 0
    printed = capsys.readouterr().out
    assert "NVIDIA GeForce RTX 4090" in printed
    assert "2684: T+W+AK+O" in printed
    assert "one table alone" in printed
    assert main(["products", "nothing", "of", "this", "name"]) == 0
    assert "No product fits" in capsys.readouterr().out


def test_checks_lists_every_check(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["checks", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)["checks"]
    assert [one["check"] for one in listed] == [one.id for one in ALL_CHECKS]


def test_doctor_says_what_to_do_about_each_thing_that_is_amiss(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--json"]) == 0
    topics = json.loads(capsys.readouterr().out)["topics"]
    titles = {one["title"] for one in topics}
    assert {"PCI", "NVML", "nvidia-smi", "system", "ledger", "disk", "signing identity", "window"} <= titles
    elsewhere = ("bench-origin", "bench-selftest", "bench-control-card")
    assert {
        check.title for check in ALL_CHECKS if check.id.startswith("bench-") and check.id not in elsewhere
    } <= titles
    assert {"self-test", "fonts"} <= titles
    assert all(one["says"] for one in topics)
    assert [one["title"] for one in topics if not one["well"] and not one["advice"]] == []
    assert main(["doctor"]) == 0


@contextmanager
def nobody() -> Iterator[None]:
    """Nothing is forbidden to root, so a test that runs as root steps down for a while."""
    was = os.geteuid()
    if was == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(was)


@pytest.mark.parametrize("folder_mode", [0o500, 0o700], ids=["folder read-only", "file read-only"])
def test_a_ledger_that_may_not_be_written_is_said(
    folder_mode: int, ledger: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    dump = (ledger.parent / "0.xml").read_bytes()
    with tempfile.TemporaryDirectory() as name:  # below /tmp, since pytest's own folders are closed to others
        folder = Path(name)
        copy, source = folder / "l.sqlite", folder / "card.xml"
        # A data folder that nobody may look into would be spoken of first: there may be an office's policy in it.
        monkeypatch.setenv("GPU_INSPECTOR_HOME", str(folder / "home"))
        copy.write_bytes(ledger.read_bytes())
        source.write_bytes(dump)
        copy.chmod(0o444)
        source.chmod(0o444)
        if os.geteuid() == 0:
            os.chown(folder, 65534, 65534)
        folder.chmod(folder_mode)
        capsys.readouterr()
        with nobody():
            status = main(["inspect", "--from", str(source), "--ledger", str(copy)])
        folder.chmod(0o700)
    printed = capsys.readouterr()
    assert status == 1
    assert "ledger" in printed.err and "defect" not in printed.err


def test_a_file_without_permission_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        source = folder / "card.xml"
        source.write_bytes(b"x")
        source.chmod(0)
        for command in (["inspect", "--from"], ["judge"], ["verify"]):
            with nobody():
                status = main([*command, str(source)])
            printed = capsys.readouterr()
            assert status == 1
            assert "permi" in printed.err.casefold() and "defect" not in printed.err
