"""`ledger checkpoint`, `verify`, `prove`, `check-proof` and `custody` from outside; and the sum done by a stranger."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from cards import row_of
from cli.test_other_commands import opened_by_a_forger
from dumps import dump_of

from gpu_inspector import settings
from gpu_inspector.cli.main import main

Captured = pytest.CaptureFixture[str]
DOCS = Path(__file__).resolve().parents[2] / "docs" / "ledger.md"


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """A ledger of three inspections and a checkpoint of them all, with what lies beside it taken away."""
    path = tmp_path / "l.sqlite"
    for number, name in enumerate(["NVIDIA GeForce RTX 4090", "NVIDIA GeForce RTX 3090", "Tesla T4"]):
        dump = tmp_path / f"{number}.xml"
        dump.write_bytes(dump_of(row_of(name)))
        arguments = ["inspect", "--from", str(dump), "--report", str(tmp_path / f"{number}.pdf")]
        assert main([*arguments, "--ledger", str(path)]) == 10
    assert main(["ledger", "checkpoint", str(tmp_path / "c.json"), "--ledger", str(path)]) == 0
    return path


def shown(capsys: Captured, *arguments: str) -> dict[str, object]:
    capsys.readouterr()
    main([*arguments, "--json"])
    found = json.loads(capsys.readouterr().out)
    assert isinstance(found, dict)
    return found


def test_verify_tells_what_agrees(ledger: Path, tmp_path: Path, capsys: Captured) -> None:
    capsys.readouterr()
    assert main(["ledger", "verify", "--ledger", str(ledger), "--checkpoint", str(tmp_path / "c.json")]) == 0
    said = capsys.readouterr().out
    assert "The ledger is whole: 3 inspections" in said
    assert "The checkpoint c.json agrees with it." in said
    assert "The checkpoint beside the ledger agrees with it." in said
    found = shown(capsys, "ledger", "verify", "--ledger", str(ledger))
    assert {"format", "rows", "head", "row", "problem"} <= found.keys()
    assert (found["rows"], found["row"], found["problem"], found["unread"]) == (3, None, None, 0)


@pytest.mark.parametrize("how", ["report", "checkpoint", "beside"])
def test_a_cut_tail_is_named_with_its_first_row(how: str, ledger: Path, tmp_path: Path, capsys: Captured) -> None:
    with opened_by_a_forger(ledger) as connection:
        for table, column in (("inspection", "seq"), ("checkpoint", "seq"), ("listing", "seq"), ("number", "seq")):
            connection.execute(f"DELETE FROM {table} WHERE {column} > 2")
        connection.execute("DELETE FROM custody")
        connection.execute("DELETE FROM checkpoint")
        connection.execute("INSERT INTO listing_words(listing_words) VALUES ('rebuild')")
    beside = ledger.with_name("l.sqlite.checkpoint")
    given = {"report": ["--report", str(tmp_path / "2.pdf")], "checkpoint": ["--checkpoint", str(tmp_path / "c.json")]}
    if how != "beside":
        beside.unlink()
        assert main(["ledger", "verify", "--ledger", str(ledger)]) == 0, "nothing within the file can tell"
    capsys.readouterr()
    assert main(["ledger", "verify", "--ledger", str(ledger), *given.get(how, [])]) == 4
    assert "Row 3 is missing" in capsys.readouterr().out
    assert shown(capsys, "ledger", "verify", "--ledger", str(ledger), *given.get(how, []))["row"] == 3


def test_a_checkpoint_that_is_none_is_no_verdict_on_the_ledger(ledger: Path, tmp_path: Path, capsys: Captured) -> None:
    for content in (b"", b"{}", b"\0" * 100, (tmp_path / "c.json").read_bytes() + b" "):
        (tmp_path / "bad").write_bytes(content)
        assert main(["ledger", "verify", "--ledger", str(ledger), "--checkpoint", str(tmp_path / "bad")]) == 1
    assert "checkpoint" in capsys.readouterr().err


def test_no_checkpoint_without_a_ledger(tmp_path: Path) -> None:
    assert main(["ledger", "checkpoint", "--ledger", str(tmp_path / "none")]) == 1
    assert not (tmp_path / "none").exists()


def test_a_checkpoint_does_not_overwrite_the_ledger_nor_the_file_beside(ledger: Path) -> None:
    for target in (ledger, ledger.with_name("l.sqlite.checkpoint")):
        before = target.read_bytes()
        assert main(["ledger", "checkpoint", str(target), "--ledger", str(ledger)]) == 1
        assert target.read_bytes() == before


@pytest.mark.parametrize("options", [[], ["--digest-only"]])
@pytest.mark.parametrize("row", ["1", "2", "3"])
def test_a_proof_holds_without_the_ledger(
    row: str, options: list[str], ledger: Path, tmp_path: Path, capsys: Captured
) -> None:
    proof = tmp_path / "proof.json"
    assert main(["ledger", "prove", row, str(proof), *options, "--ledger", str(ledger)]) == 0
    certificate = str(settings.identity_folder() / "certificate.pem")
    ledger.unlink()
    assert main(["ledger", "check-proof", str(proof)]) == 3
    for trusted in (certificate, str(settings.identity_folder())):  # the certificate, or the folder that it lies in
        assert main(["ledger", "check-proof", str(proof), "--trust", trusted]) == 0
    found = shown(capsys, "ledger", "check-proof", str(proof))
    assert (found["number"], found["problem"], found["rows"], found["record"]) == (int(row), None, 3, not options)
    assert ("record" in json.loads(proof.read_text())) and (json.loads(proof.read_text())["record"] is None) == bool(
        options
    )


def test_a_proof_on_standard_output_is_the_same(ledger: Path, tmp_path: Path) -> None:
    words = [sys.executable, "-m", "gpu_inspector", "ledger", "prove", "2", "--ledger", str(ledger)]
    done = subprocess.run(words, capture_output=True, check=True)
    (tmp_path / "p.json").write_bytes(done.stdout)
    assert main(["ledger", "check-proof", str(tmp_path / "p.json")]) == 3


def test_no_changed_proof_holds(ledger: Path, tmp_path: Path, capsys: Captured) -> None:
    proof, other = tmp_path / "proof.json", tmp_path / "other.json"
    main(["ledger", "prove", "2", str(proof), "--ledger", str(ledger)])
    main(["ledger", "prove", "3", str(other), "--ledger", str(ledger)])
    told, third = json.loads(proof.read_text()), json.loads(other.read_text())
    swaps = [
        {"record": told["record"].replace("3090", "4090")},
        {"record": third["record"]},
        {"record_sha256": third["record_sha256"]},
        {"entry": third["entry"]},
        {"entry": {**told["entry"], "seq": 1}},
        {"entry": {**told["entry"], "seq": 0}},
        {"entry": {**told["entry"], "seq": 2**60}},
        {"entry": {**told["entry"], "digest": "zz"}},
        {"path": []},
        {"path": told["path"][::-1]},
        {"path": [*told["path"], told["path"][0]]},
        {"path": third["path"]},
        {"path": ["x"]},
        {"path": [told["path"][0]] * 100_000},
        {"checkpoint": told["checkpoint"].replace("3", "4")},
        {"checkpoint": ""},
        {"record": None, "path": third["path"]},
    ]
    for swap in swaps:
        proof.write_text(json.dumps({**told, **swap}))
        assert main(["ledger", "check-proof", str(proof)]) == 4, str(swap)[:200]
    for content in (b"", b"{}", b"[]", b"\xff\xfe", b"{" * 100_000, json.dumps({**told, "kind": "x"}).encode()):
        proof.write_bytes(content)
        assert main(["ledger", "check-proof", str(proof)]) == 1
    capsys.readouterr()


def test_what_no_checkpoint_covers_is_not_proved(ledger: Path, tmp_path: Path, capsys: Captured) -> None:
    with opened_by_a_forger(ledger) as connection:
        connection.execute("DELETE FROM checkpoint")
    assert main(["ledger", "prove", "1", str(tmp_path / "p"), "--ledger", str(ledger)]) == 1
    assert "ledger checkpoint" in capsys.readouterr().err
    assert main(["ledger", "prove", "9", str(tmp_path / "p"), "--ledger", str(ledger)]) == 1


def test_the_custody_log_tells_who_did_what(ledger: Path, tmp_path: Path, capsys: Captured) -> None:
    main(["ledger", "verify", "--ledger", str(ledger)])
    main(["ledger", "prove", "2", str(tmp_path / "p"), "--ledger", str(ledger)])
    main(["ledger", "backup", str(tmp_path / "b"), "--ledger", str(ledger)])
    main(["ledger", "export", str(tmp_path / "e.jsonl"), "--ledger", str(ledger)])
    main(["report", "2", str(tmp_path / "r.pdf"), "--ledger", str(ledger)])
    found = shown(capsys, "ledger", "custody", "--ledger", str(ledger))["custody"]
    assert isinstance(found, list)
    done = [(line["what"], line["number"]) for line in found]
    wanted = [("verified", 3), ("proved", 2), ("backed up", None), ("exported", None), ("report made", 2)]
    assert [one for one in done if one in wanted][-5:] == wanted
    assert all(line["user"] and line["at"] for line in found)
    assert main(["ledger", "custody", "2", "--ledger", str(ledger)]) == 0
    printed = capsys.readouterr().out
    assert "proved" in printed and "backed up" not in printed
    assert main(["ledger", "verify", "--all", "--ledger", str(ledger)]) == 0


def test_on_a_read_only_ledger_the_line_is_not_written_and_that_is_said(ledger: Path) -> None:
    words = [sys.executable, "-c", READING, str(ledger)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert "True" in done.stdout, done.stderr


READING = """
import os, sys
from pathlib import Path
from gpu_inspector.workflow import custody
path = Path(sys.argv[1])
real = os.access
os.access = lambda place, mode: False if mode == os.W_OK else real(place, mode)
print("read-only" in custody.note(path, custody.What.EXPORTED))
"""


def test_a_stranger_sums_it_up_with_the_page_of_the_docs(ledger: Path, tmp_path: Path, capsys: Captured) -> None:
    """The program of docs/ledger.md imports nothing of ours; it is taken out of the page as it stands there."""
    text = DOCS.read_text(encoding="utf-8")
    (program,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert "gpu_inspector" not in program
    (tmp_path / "sum.py").write_text(program, encoding="utf-8")
    proof = tmp_path / "proof.json"
    for row in ("1", "2", "3"):
        assert main(["ledger", "prove", row, str(proof), "--ledger", str(ledger)]) == 0
        words = [sys.executable, "-I", "sum.py", "proof.json"]
        done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout.splitlines()[0]) == (0, f"row {row} of 3: the sums agree"), done.stderr
        assert (tmp_path / "statement.json").exists() and (tmp_path / "signature.der").exists()
    told = json.loads(proof.read_text())
    proof.write_text(json.dumps({**told, "record": told["record"].replace("Tesla", "tesla")}))
    assert subprocess.run(words, cwd=tmp_path, capture_output=True, check=False).returncode != 0
    assert capsys.readouterr()
