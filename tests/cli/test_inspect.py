"""`inspect` and `judge` from outside: exits, JSON, and what is left behind."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cards import genuine, row_of
from dumps import dump_of

from gpu_inspector import settings
from gpu_inspector.cli.main import main
from gpu_inspector.errors import ReportError
from gpu_inspector.ledger.store import Ledger
from gpu_inspector.probes import capture
from gpu_inspector.records import canonical
from gpu_inspector.records.evidence import Evidence
from gpu_inspector.report import signature

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """A command's exit status, stdout and stderr."""

    def command(*arguments: str | Path) -> tuple[int, str, str]:
        status = main([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return command


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    path = tmp_path / "card.xml"
    path.write_bytes(dump_of(row_of("NVIDIA GeForce RTX 4090")))
    return path


@pytest.fixture
def reworked(tmp_path: Path) -> Path:
    path = tmp_path / "reworked.xml"
    path.write_bytes(dump_of(row_of("NVIDIA GeForce RTX 4090"), fb_memory_usage__total="49140 MiB"))
    return path


def test_json_of_inspect_keeps_the_contract(run: Run, dump: Path, tmp_path: Path) -> None:
    report, ledger = tmp_path / "r.pdf", tmp_path / "l.sqlite"
    status, out, err = run("inspect", "--from", dump, "--report", report, "--ledger", ledger, "--json")
    document = json.loads(out)
    assert status == 10
    assert document["format"] == 1
    assert document["verdict"] == "INCONCLUSIVE"
    assert document["id"] and document["number"] == 1
    (card,) = document["cards"]
    assert (card["verdict"], card["condition"], card["control"]) == ("INCONCLUSIVE", "NOT EXAMINED", "3A090.a")
    assert card["product"] == "NVIDIA GeForce RTX 4090"
    for finding in card["findings"]:
        assert {"check", "outcome", "role", "strength", "text", "values"} <= finding.keys()
        assert finding["role"] in ("core", "supporting")
        assert "{" not in finding["text"]
    assert report.read_bytes().startswith(b"%PDF-")
    assert "report" in err, "progress belongs on stderr"


def test_a_rework_exits_12_and_is_named(run: Run, reworked: Path) -> None:
    status, out, _ = run("inspect", "--from", reworked)
    assert status == 12
    assert "CONTRADICTED: A fact does not agree with" in out
    assert re.search(r"^  Contradicted: .*, memory-total \(strong sign\): ", out, re.MULTILINE)
    assert "RTX 4090 48 GB rework" in out


def test_what_people_read_names_the_unexplained_deviation(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "card.xml"
    path.write_bytes(dump_of(row_of("NVIDIA GeForce RTX 4090"), gpu_part_number="2204-300-A1"))
    status, out, _ = run("inspect", "--from", path)
    assert status == 11
    assert "UNEXPLAINED DEVIATION: Something deviates and is not explained: " in out
    assert "Unexplained deviation: " in out
    assert "SUSPICIOUS" not in out


def test_standard_input_is_read(run: Run, dump: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with dump.open("rb") as stream:
        monkeypatch.setattr("sys.stdin", type("In", (), {"buffer": stream})())
        status, out, _ = run("inspect", "--from", "-")
    assert status == 10
    assert "standard input" in out


def test_no_card_is_a_failure_with_a_sentence(run: Run) -> None:
    status, out, err = run("inspect")
    assert (status, out) == (1, "")
    assert "No NVIDIA card was found in this machine." in err


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(("inspect", "0", "--from", "x"), id="card and file"),
        pytest.param(("inspect", __file__), id="file in the card's place"),
        pytest.param(("inspect", "--mask"), id="mask without capture"),
        pytest.param(("inspect", "--declared-memory", "much"), id="memory that is no number"),
        pytest.param(("inspect", "--nonsense"), id="unknown option"),
        pytest.param(("nonsense",), id="unknown command"),
        pytest.param(("judge",), id="nothing to judge"),
        pytest.param(("report", "1"), id="no place for the report"),
    ],
)
def test_wrong_usage_exits_2(run: Run, arguments: tuple[str, ...]) -> None:
    status, out, err = run(*arguments)
    assert status == 2
    assert err
    assert not out


def test_a_capture_can_be_written_masked_and_judged_again(run: Run, dump: Path, tmp_path: Path) -> None:
    capture_path = tmp_path / "capture.json"
    run("inspect", "--from", dump, "--capture", capture_path, "--mask")
    kept = capture.parse(capture_path.read_bytes())
    assert kept.masked
    reading = kept.cards[0].nvidia_smi
    assert reading is not None and reading.uuid is None
    assert b"GPU-204ff1c2" not in capture_path.read_bytes()
    status, out, _ = run("judge", capture_path, "--json")
    assert status == 10
    assert json.loads(out)["verdict"] == "INCONCLUSIVE"


def test_a_capture_of_this_program_that_comes_by_mail_is_a_file(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "capture.json"
    path.write_bytes(canonical.encode(genuine(row_of("NVIDIA GeForce RTX 4090"))))
    status, out, _ = run("inspect", "--from", path)
    assert status == 10
    assert "file of unknown origin" in out


def test_declared_against_claimed(run: Run, dump: Path) -> None:
    assert run("inspect", "--from", dump, "--declared-product", "RTX 4090", "--declared-memory", "24")[0] == 10
    assert run("inspect", "--from", dump, "--declared-product", "GTX 1660")[0] == 12


def test_a_report_that_cannot_be_written_is_said_and_nothing_is_lost(
    run: Run, dump: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, pdf: bytes) -> None:
        raise ReportError("The disk is full.", "Free some space.")

    with monkeypatch.context() as broken:
        broken.setattr(signature, "write", full)
        status, _, err = run("inspect", "--from", dump, "--report", tmp_path / "r.pdf")
    assert status == 1
    assert "Inspection 1 is kept" in err
    assert run("report", "1", tmp_path / "r.pdf")[0] == 0
    assert run("verify", tmp_path / "r.pdf")[0] == 3


@pytest.mark.parametrize(
    ("option", "place"),
    [
        pytest.param("--report", "ledger", id="report over the ledger"),
        pytest.param("--capture", "ledger", id="capture over the ledger"),
        pytest.param("--report", "input", id="report over the input"),
        pytest.param("--capture", "input", id="capture over the input"),
        pytest.param("--report", "letter", id="report over a letter"),
        pytest.param("--report", "folder", id="report over a folder"),
        pytest.param("--report", "key", id="report over the key"),
        pytest.param("--report", "nowhere", id="report into no folder"),
        pytest.param("--capture", "nothing", id="capture without a name"),
    ],
)
def test_an_output_destroys_nothing_and_stores_nothing(
    option: str, place: str, run: Run, dump: Path, tmp_path: Path
) -> None:
    ledger, letter = tmp_path / "l.sqlite", tmp_path / "letter.txt"
    letter.write_text("Dear colleague")
    assert run("inspect", "--from", dump, "--ledger", ledger)[0] == 10
    places: dict[str, Path | str] = {
        "ledger": ledger,
        "input": dump,
        "letter": letter,
        "folder": tmp_path,
        "key": settings.identity_folder() / "key.pem",
        "nowhere": tmp_path / "no" / "r.pdf",
        "nothing": "",
    }
    before = {path: path.read_bytes() for path in (dump, letter, settings.identity_folder() / "key.pem")}
    status, out, err = run("inspect", "--from", dump, "--ledger", ledger, option, places[place])
    assert (status, out) == (1, "")
    assert "defect" not in err
    assert {path: path.read_bytes() for path in before} == before
    with Ledger(ledger, readonly=True) as kept:
        assert kept.count() == 1 and kept.verify().problem is None


def test_a_report_and_a_capture_may_be_made_anew(run: Run, dump: Path, tmp_path: Path) -> None:
    for _ in range(2):
        report, capture_path = tmp_path / "r.pdf", tmp_path / "c.json"
        assert run("inspect", "--from", dump, "--report", report, "--capture", capture_path)[0] == 10


def test_a_number_that_no_record_can_hold_is_refused(run: Run, tmp_path: Path) -> None:
    raw: dict[str, Any] = canonical.plain(genuine(row_of("NVIDIA GeForce RTX 4090")))
    raw["cards"][0]["nvml"]["memory_total_bytes"] = 2**60
    raw["cards"][0]["nvml"]["driver_version"] = "9" * 5000
    path = tmp_path / "capture.json"
    path.write_text(json.dumps(raw), encoding="utf-8")
    status, _, err = run("inspect", "--from", path)
    assert status == 1
    assert "no record can hold" in err
    assert run("judge", path)[0] == 1


def test_a_folder_is_judged_file_by_file(run: Run, dump: Path, reworked: Path, tmp_path: Path) -> None:
    (tmp_path / "noise.bin").write_bytes(bytes(range(256)))
    status, out, _ = run("judge", tmp_path)
    assert status == 12
    assert "not judged" in out and "noise.bin" in out
    assert "CONTRADICTED" in out and reworked.name in out


def test_a_file_of_a_folder_that_cannot_be_judged_is_never_a_pass(run: Run, tmp_path: Path) -> None:
    (tmp_path / "noise.bin").write_bytes(bytes(range(256)))
    status, _, err = run("judge", tmp_path)
    assert status == 1
    assert "could be judged" in err


def test_a_signed_report_is_judged_again(run: Run, reworked: Path, tmp_path: Path) -> None:
    run("inspect", "--from", reworked, "--declared-memory", "24", "--report", tmp_path / "r.pdf")
    status, out, _ = run("judge", tmp_path / "r.pdf", "--json")
    assert status == 12
    found = {one["check"]: one["outcome"] for one in json.loads(out)["cards"][0]["findings"]}
    assert found["declaration-memory"] == "CONTRADICTED", "the report's own declaration was not used"


def test_a_card_that_tries_to_write_on_the_terminal(run: Run, tmp_path: Path) -> None:
    evil = "RTX\u202e4090 \x1b]0;owned\x07"
    evidence = genuine(row_of("NVIDIA GeForce RTX 4090"))
    raw: dict[str, Any] = canonical.plain(evidence)
    raw["cards"][0]["nvml"]["name"] = evil
    path = tmp_path / "capture.json"
    path.write_text(json.dumps(raw), encoding="utf-8")
    _, out, err = run("judge", path)
    assert "\x1b" not in out + err and "\u202e" not in out + err


def test_evidence_survives_the_ledger_and_the_report(run: Run, dump: Path, tmp_path: Path) -> None:
    capture_path = tmp_path / "capture.json"
    run("inspect", "--from", dump, "--capture", capture_path, "--report", tmp_path / "r.pdf")
    assert run("verify", tmp_path / "r.pdf")[0] == 3
    written = canonical.decode(capture_path.read_bytes(), Evidence, "capture")
    _, out, _ = run("history", "4090", "--json")
    (row,) = json.loads(out)["inspections"]
    assert row["origin"] == written.origin.value
