"""`policy` from outside, and what an inspection is told where one is in force; the page of the documentation is run."""

import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from cards import row_of
from dumps import dump_of
from policy_files import certificate, policy_of, written

from gpu_inspector import settings
from gpu_inspector.cli.main import main
from gpu_inspector.records.watching import WatchItem
from gpu_inspector.workflow import policy, policy_keeping
from gpu_inspector.workflow.policy_file import signed_policy
from gpu_inspector.workflow.watching import signed_list

PAGE = Path(__file__).parents[2] / "docs" / "office-policy.md"
FILLED = ["--case", "17", "--inspector", "A. Jansen", "--declared-product", "Tesla T4"]


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    return tmp_path / "l.sqlite"


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    path = tmp_path / "dump.xml"
    path.write_bytes(dump_of(row_of("Tesla T4")))
    return path


@pytest.fixture
def pem(tmp_path: Path) -> Path:
    path = tmp_path / "office.pem"
    path.write_bytes(certificate())
    return path


def installed(tmp_path: Path, pem: Path, **changes: Any) -> Path:
    path = written(tmp_path / "policy.json", **changes)
    assert main(["policy", "install", str(path), "--trust", str(pem)]) == 0
    return path


def document(arguments: list[str], capsys: pytest.CaptureFixture[str], status: int = 0) -> dict[str, Any]:
    capsys.readouterr()
    assert main([*arguments, "--json"]) == status
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_a_policy_is_written_checked_installed_shown_and_removed(
    tmp_path: Path, pem: Path, ledger: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "policy.json"
    wishes = [
        "--office",
        "North",
        "--number",
        "3",
        "--profile",
        "standard",
        "--mandatory",
        "case",
        "--trusted",
        str(pem),
    ]
    made = document(["policy", "write", str(out), *wishes], capsys)
    assert made["file"] == str(out)
    assert made["policy"]["digest"] == hashlib.sha256(out.read_bytes()).hexdigest()
    assert not made["policy"]["no_measure"]
    assert document(["policy", "check", str(out)], capsys, 3)["policy"]["known"] is False
    assert document(["policy", "check", str(out), "--trust", str(pem)], capsys)["policy"]["known"] is True
    refused = document(["policy", "install", str(out)], capsys, 1)
    assert "not known here" in refused["problem"]
    assert document(["policy", "install", str(out), "--trust", str(pem)], capsys)["policy"]["number"] == 3
    assert document(["policy", "check", str(out)], capsys)["policy"]["known"] is True
    assert document(["policy", "show"], capsys)["policy"]["mandatory"] == ["case"]
    assert main(["policy", "remove"]) == 2
    assert document(["policy", "remove", "--yes", "--ledger", str(ledger)], capsys)["removed"].startswith("No. 3 of")
    assert document(["policy", "show"], capsys)["policy"] is None
    assert main(["policy", "remove", "--yes"]) == 1


def test_an_altered_policy_ends_in_4_and_an_unreadable_one_in_1(
    tmp_path: Path, pem: Path, dump: Path, ledger: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = installed(tmp_path, pem)
    path.write_bytes(path.read_bytes().replace(b"North", b"South"))
    assert main(["policy", "check", str(path)]) == 4
    assert main(["policy", "install", str(path), "--trust", str(pem)]) == 4
    assert main(["policy", "check", str(tmp_path / "gone.json")]) == 1
    (held,) = policy.files()
    held.write_bytes(path.read_bytes())
    capsys.readouterr()
    assert main(["policy", "show"]) == 4
    assert main(["inspect", "--from", str(dump), "--ledger", str(ledger)]) == 1
    said = capsys.readouterr().err
    assert said.count("was changed after it was installed") == 2
    assert "policy install FILE --trust CERT" in said
    assert not ledger.exists()


def test_an_inspection_that_does_not_fulfil_the_policy_is_refused_with_all_that_is_missing(
    tmp_path: Path, pem: Path, dump: Path, ledger: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    installed(tmp_path, pem, mandatory=("case", "inspector", "declared-product"))
    capsys.readouterr()
    assert main(["inspect", "--from", str(dump), "--case", "17", "--ledger", str(ledger)]) == 2
    said = capsys.readouterr().err
    assert "nothing is inspected without: inspector, declared product." in said
    assert "--inspector --declared-product" in said
    assert not ledger.exists()
    assert not list(settings.report_folder().glob("*")) if settings.report_folder().exists() else True


def test_an_inspection_under_a_policy_names_it_everywhere(
    tmp_path: Path, pem: Path, dump: Path, ledger: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = installed(tmp_path, pem, mandatory=("case",), trusted=(pem.read_text(),))
    report = tmp_path / "r.pdf"
    arguments = ["inspect", "--from", str(dump), *FILLED, "--report", str(report), "--ledger", str(ledger)]
    named = document(arguments, capsys, 10)["policy"]
    assert named["digest"] == hashlib.sha256(path.read_bytes()).hexdigest()
    found = document(["verify", str(report)], capsys)
    assert found["policy"] == named
    assert any("that vouches for" in note for note in found["notes"])
    capsys.readouterr()
    assert main(["verify", str(report)]) == 0
    assert "Made under an office policy: No. 1 of Customs Office North" in capsys.readouterr().out
    assert main(["ledger", "custody", "--ledger", str(ledger)]) == 0
    policy_keeping.remove()
    assert main(["verify", str(report)]) == 3


@pytest.mark.parametrize(
    ("options", "word"),
    [
        pytest.param(["--profile", "quick"], "quick is less", id="a lower profile"),
        pytest.param(["--no-measure"], "is measured", id="not measured"),
    ],
)
def test_a_card_is_measured_as_the_policy_has_it(
    options: list[str], word: str, tmp_path: Path, pem: Path, ledger: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    installed(tmp_path, pem, profile="standard", no_measure=False)
    capsys.readouterr()
    assert main(["inspect", *options, "--ledger", str(ledger)]) == 2
    assert word in capsys.readouterr().err


def test_one_can_practise_with_simulations(
    tmp_path: Path, pem: Path, ledger: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    installed(tmp_path, pem, mandatory=("case",), profile="deep", no_measure=False)
    arguments = ["inspect", "--simulate", "genuine-rtx-3060", "--no-measure", "--ledger", str(ledger)]
    assert document(arguments, capsys, 10)["policy"]["number"] == 1


def test_cards_of_a_lot_are_bound_by_the_lots_own_papers(
    tmp_path: Path, pem: Path, dump: Path, ledger: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new = ["lot", "new", "L1", "--declared", "2", "--ledger", str(ledger)]
    assert main(new) == 0
    installed(tmp_path, pem, mandatory=("case", "declared-serial"))
    capsys.readouterr()
    assert main(["lot", "add", "L1", str(dump), "--ledger", str(ledger)]) == 1
    assert "without: number of the case." in capsys.readouterr().err
    assert main(["lot", "new", "L2", "--declared", "2", "--ledger", str(ledger)]) == 1
    assert main(["lot", "new", "L2", "--declared", "2", "--case", "17", "--ledger", str(ledger)]) == 0
    assert main(["lot", "add", "L2", str(dump), "--ledger", str(ledger)]) == 10


def test_installing_is_noted_where_the_ledger_stands(
    tmp_path: Path, pem: Path, dump: Path, ledger: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path / "policy.json")
    assert main(["inspect", "--from", str(dump), "--ledger", str(ledger)]) == 10
    assert main(["policy", "install", str(path), "--trust", str(pem), "--ledger", str(ledger)]) == 0
    assert main(["policy", "remove", "--yes", "--ledger", str(ledger)]) == 0
    capsys.readouterr()
    assert main(["ledger", "custody", "--ledger", str(ledger)]) == 0
    said = capsys.readouterr().out
    assert "installed: No. 1 of Customs Office North" in said
    assert "removed: No. 1 of Customs Office North" in said


@pytest.mark.parametrize("name", ["office.toml", "office.pem", "list.json"])
def test_what_a_policy_is_written_from_is_not_overwritten(name: str, tmp_path: Path, pem: Path) -> None:
    (tmp_path / "list.json").write_bytes(signed_list([WatchItem(kind="serial", value="1")], "North"))
    toml = tmp_path / "office.toml"
    toml.write_text('office = "N"\nnumber = 1\ntrusted = ["office.pem"]\nwatch-lists = ["list.json"]\n')
    before = (tmp_path / name).read_bytes()
    assert main(["policy", "write", str(tmp_path / name), "--from", str(toml)]) == 1
    assert (tmp_path / name).read_bytes() == before


def test_what_a_policys_texts_say_cannot_steer_a_terminal(
    tmp_path: Path, pem: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "policy.json"
    path.write_bytes(signed_policy(policy_of(office="North\x1b[2J", note="{0.__class__} \u202e")))
    capsys.readouterr()
    assert main(["policy", "check", str(path)]) == 3
    said = capsys.readouterr().out
    assert "\x1b" not in said
    assert "\u202e" not in said
    assert "{0.__class__}" in said


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE.read_text(), re.S)


def test_the_documentations_example_is_a_policy(tmp_path: Path, pem: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("bench-2.pem", "authority.pem", "data.pem"):
        shutil.copy(pem, tmp_path / name)
    (tmp_path / "rotterdam.json").write_bytes(signed_list([WatchItem(kind="serial", value="1")], "Rotterdam"))
    (tmp_path / "office.toml").write_text(blocks("toml")[0])
    out = tmp_path / "policy-3.json"
    made = document(["policy", "write", str(out), "--from", str(tmp_path / "office.toml")], capsys)["policy"]
    assert (made["number"], made["trusted"], made["watch_lists"], made["data_authority"]) == (3, 2, 1, True)
    assert main(["policy", "install", str(out), "--trust", str(pem)]) == 0


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_the_documentations_way_without_this_program_works(tmp_path: Path, pem: Path) -> None:
    written(tmp_path / "policy-3.json", note='ends in "} and ","statement":{')
    done = subprocess.run(
        ["sh", "-e", "-c", blocks("sh")[0]], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "successful" in done.stderr
    shown = ["openssl", "x509", "-in", "signer.pem", "-noout", "-fingerprint", "-sha256"]
    ours = ["openssl", "x509", "-in", str(pem), "-noout", "-fingerprint", "-sha256"]
    prints = [subprocess.run(one, cwd=tmp_path, capture_output=True, check=True).stdout for one in (shown, ours)]
    assert prints[0] == prints[1]
    (tmp_path / "statement.json").write_bytes((tmp_path / "statement.json").read_bytes().replace(b"North", b"South"))
    line = next(one for one in blocks("sh")[0].splitlines() if "-verify" in one)
    assert subprocess.run(["sh", "-c", line], cwd=tmp_path, capture_output=True, check=False).returncode != 0
