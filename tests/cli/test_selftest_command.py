"""`selftest` and `control-card` from outside: statuses, documents, sentences."""

import json
from pathlib import Path
from typing import Any

import pytest
from in_process_child import measured_here

from gpu_inspector.cli.main import main
from gpu_inspector.probes import cuda
from gpu_inspector.records import selftest
from gpu_inspector.workflow import selftest_parts

ANSWERS: dict[str, selftest_parts.Answer] = {what: (True, f"{what} is well") for what in selftest.TRIED}


def answering(monkeypatch: pytest.MonkeyPatch, **answers: selftest_parts.Answer) -> None:
    whole = {**ANSWERS, **answers}
    parts = {what: lambda bench, answer=answer: answer for what, answer in whole.items()}
    monkeypatch.setattr(selftest_parts, "PARTS", parts)


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    return tmp_path / "l.sqlite"


def told(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str]:
    capsys.readouterr()
    status = main(list(map(str, arguments)))
    return status, capsys.readouterr().out


def test_all_is_well(ledger: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch)
    status, out = told(capsys, "selftest", "--ledger", ledger)
    assert status == 0 and out.count("passed ") >= 9 and "all 9 parts passed." in out


def test_what_failed_is_named_with_status_1(
    ledger: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    answering(monkeypatch, fonts=(False, "The font X is another file. Install it."), kernels=(None, "no CuPy"))
    status, out = told(capsys, "selftest", "--quick", "--ledger", ledger)
    assert status == 1 and "FAILED    fonts" in out and "Install it." in out and "not tried kernels" in out


def test_what_could_not_be_tried_alone_is_no_failure(
    ledger: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    answering(monkeypatch, key=(None, "locked"))
    status, out = told(capsys, "selftest", "--json", "--ledger", ledger)
    found = json.loads(out)
    assert status == 0 and found["passed"] is True and found["format"] == 1 and found["quick"] is False
    assert [one["what"] for one in found["tried"] if one["passed"] is None] == ["key"]


def test_every_later_report_and_the_doctor_tell_it(
    ledger: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _status, out = told(capsys, "doctor", "--ledger", ledger, "--json")
    (never,) = [one for one in json.loads(out)["topics"] if one["title"] == "self-test"]
    assert not never["well"] and "gpu-inspector selftest" in never["advice"]
    answering(monkeypatch, disk=(False, "full"))
    told(capsys, "selftest", "--ledger", ledger)
    _status, out = told(capsys, "doctor", "--ledger", ledger, "--json")
    (failed,) = [one for one in json.loads(out)["topics"] if one["title"] == "self-test"]
    assert not failed["well"] and "FAILED: disk" in failed["says"]
    status, out = told(capsys, "inspect", "--simulate", "genuine-rtx-4090", "--no-measure", "--ledger", ledger)
    assert status == 10
    assert "self-test of the program: 20" in out and "FAILED: disk; 8 of 9 parts passed" in out


def inspected(ledger: Path, seed: int, capsys: pytest.CaptureFixture[str], *more: str) -> str:
    simulated = ("--simulate", "genuine-rtx-3060", "--seed", str(seed), "--profile", "quick")
    status, out = told(capsys, "inspect", *simulated, "--ledger", ledger, *more)
    assert status == 0
    return out


def test_a_control_card_is_set_shown_told_and_forgotten(
    ledger: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cuda, "measure", measured_here)
    inspected(ledger, 0, capsys)
    status, out = told(capsys, "control-card", "set", "1", "--name", "desk card", "--ledger", ledger)
    assert status == 0 and "SIMULATION: desk card, reference: inspection 1" in out
    report = tmp_path / "r.pdf"
    said = inspected(ledger, 1, capsys, "--report", str(report))
    assert "control card: SIMULATION: desk card; it is the card of this very inspection" in said
    status, out = told(capsys, "control-card", "show", "--simulation", "--ledger", ledger)
    assert status == 0 and "2 inspections" in out and "none of " in out and "DRIFTED" not in out
    assert told(capsys, "verify", report)[0] == 3, (
        "intact, its signer not known: drawn again from its record, byte for byte"
    )
    status, out = told(capsys, "control-card", "show", "--ledger", ledger)
    assert status == 0 and "has no control card" in out, "a simulated one is none of the bench's"
    status, out = told(capsys, "control-card", "forget", "--simulation", "--ledger", ledger)
    assert status == 0 and "inspection 1" in out
    assert told(capsys, "control-card", "forget", "--simulation", "--ledger", ledger)[0] == 1


def test_a_control_card_as_a_document(
    ledger: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cuda, "measure", measured_here)
    document: dict[str, Any] = json.loads(told(capsys, "control-card", "show", "--json", "--ledger", ledger)[1])
    assert document == {"format": 1, "control_card": None}
    inspected(ledger, 0, capsys)
    told(capsys, "control-card", "set", "1", "--ledger", ledger)
    arguments = ("control-card", "show", "--simulation", "--json", "--ledger", ledger)
    card = json.loads(told(capsys, *arguments)[1])["control_card"]
    assert card["simulation"] is True and card["drifted"] == [] and card["figures"] and len(card["series"]) == 1
