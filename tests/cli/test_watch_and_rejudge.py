"""Sightings, watch-lists, rejudging and signed exports from outside: statuses, documents, sentences."""

import json
from pathlib import Path
from typing import Any

import pytest
from cards import row_of
from dumps import dump_of

from gpu_inspector import settings
from gpu_inspector.cli.main import main

SERIAL = "1324520012345"
UUID = "GPU-5d1f6a37-5b0c-4e0e-9d55-3c1b7f2a90d4"


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    return tmp_path / "l.sqlite"


def inspected(ledger: Path, tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """The document of a dump that was inspected."""
    dump = tmp_path / "dump.xml"
    dump.write_bytes(dump_of(row_of(name), serial=SERIAL, uuid=UUID))
    capsys.readouterr()
    arguments = ["inspect", "--from", str(dump), "--office", "Kiel", "--json", "--ledger", str(ledger)]
    assert main(arguments) in (10, 11, 12)
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def finding(document: dict[str, Any], check: str) -> dict[str, Any]:
    return next(one for one in document["cards"][0]["findings"] if one["check"] == check)


def document(arguments: list[str], capsys: pytest.CaptureFixture[str], status: int = 0) -> dict[str, Any]:
    capsys.readouterr()
    assert main([*arguments, "--json"]) == status
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_a_file_that_comes_again_is_known_again(
    ledger: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = inspected(ledger, tmp_path, "Tesla T4", capsys)
    assert finding(first, "identity-earlier-sightings")["outcome"] == "NOT_APPLICABLE"
    second = inspected(ledger, tmp_path, "Tesla T4", capsys)
    again = finding(second, "identity-earlier-sightings")
    assert again["outcome"] == "CONSISTENT"
    assert "inspection 1 of" in again["text"]
    assert "This very file was reviewed before." in again["text"]


def test_the_same_serial_on_another_card_is_noted_and_weak_since_both_are_files(
    ledger: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    inspected(ledger, tmp_path, "Tesla T4", capsys)
    found = finding(inspected(ledger, tmp_path, "NVIDIA GeForce RTX 3090", capsys), "identity-earlier-sightings")
    assert (found["outcome"], found["strength"], found["role"]) == ("NOTED", "weak", "supporting")
    assert "device id" in found["text"]


def test_simulations_see_and_leave_no_sightings(
    ledger: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for _ in range(2):
        capsys.readouterr()
        main(["inspect", "--simulate", "genuine-rtx-4090", "--no-measure", "--json", "--ledger", str(ledger)])
        assert finding(json.loads(capsys.readouterr().out), "identity-earlier-sightings")["outcome"] == "NOT_APPLICABLE"


def test_a_capture_leaves_without_what_the_ledger_knows(
    ledger: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    inspected(ledger, tmp_path, "Tesla T4", capsys)
    capture = tmp_path / "capture.json"
    dump = tmp_path / "dump.xml"
    main(["inspect", "--from", str(dump), "--capture", str(capture), "--ledger", str(ledger)])
    assert json.loads(capture.read_bytes())["sightings"] == []
    assert b"Kiel" not in capture.read_bytes()


def test_a_watch_list_goes_from_office_to_office(
    ledger: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    inspected(ledger, tmp_path, "Tesla T4", capsys)
    mailed = tmp_path / "mailed.json"
    numbers = ["--row", "1", "--number", "board=1563219087421"]
    told = ["--office", "Kiel", "--reason", "sold twice", "--ledger", str(ledger)]
    made = document(["watchlist", "export", str(mailed), *numbers, *told], capsys)
    assert made["entries"] == 3
    theirs = settings.identity_folder() / "certificate.pem"
    monkeypatch.setenv("GPU_INSPECTOR_HOME", str(tmp_path / "rotterdam"))
    here = tmp_path / "rotterdam.sqlite"
    assert document(["watchlist", "import", str(mailed)], capsys)["known"] is False
    taken = document(["watchlist", "import", str(mailed), "--trust", str(theirs)], capsys)
    assert (taken["known"], taken["id"]) == (True, made["id"])
    (listed,) = document(["watchlist", "list"], capsys)["lists"]
    assert (listed["office"], listed["known"], listed["problem"]) == ("Kiel", True, None)
    found = finding(inspected(here, tmp_path, "Tesla T4", capsys), "identity-watch-list")
    assert (found["outcome"], found["strength"]) == ("NOTED", "weak")
    assert "“Kiel”" in found["text"]
    assert "sold twice" in found["text"]
    assert document(["watchlist", "remove", made["id"][:10]], capsys)["removed"] == made["id"]
    again = finding(inspected(here, tmp_path, "Tesla T4", capsys), "identity-watch-list")
    assert again["outcome"] == "NOT_APPLICABLE"


def test_a_damaged_list_is_refused_and_a_damaged_kept_one_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mailed = tmp_path / "mailed.json"
    assert main(["watchlist", "export", str(mailed), "--number", f"serial={SERIAL}", "--reason", "x"]) == 0
    data = mailed.read_bytes()
    mailed.write_bytes(data.replace(SERIAL.encode(), b"1324520012346"))
    capsys.readouterr()
    assert main(["watchlist", "import", str(mailed)]) == 1
    assert "signature" in capsys.readouterr().err
    mailed.write_bytes(data)
    digest = document(["watchlist", "import", str(mailed)], capsys)["id"]
    (settings.data_folder() / "watch-lists" / f"{digest}.json").write_bytes(data[:-10])
    (listed,) = document(["watchlist", "list"], capsys, 4)["lists"]
    assert "changed after it was imported" in listed["problem"]


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        pytest.param(["watchlist", "export", "out.json"], 1, id="nothing to watch"),
        pytest.param(["watchlist", "export", "out.json", "--number", "serial"], 2, id="no value"),
        pytest.param(["watchlist", "export", "out.json", "--number", "name=RTX 4090"], 2, id="no such kind"),
        pytest.param(["watchlist", "export", "out.json", "--row", "1"], 1, id="no ledger"),
        pytest.param(["watchlist", "import", "nothing.json"], 1, id="no file"),
        pytest.param(["watchlist", "import", "."], 1, id="a folder"),
        pytest.param(["watchlist", "remove", "abc"], 1, id="no such list"),
        pytest.param(["ledger", "rejudge"], 1, id="no ledger to judge"),
        pytest.param(["ledger", "rejudge", "--reason", "x"], 2, id="a reason without a row"),
        pytest.param(["ledger", "rejudge", "--with", "nowhere"], 1, id="no data"),
        pytest.param(["ledger", "rejudge", "--supersede", "1", "--reason", "x"], 1, id="no ledger to supersede in"),
        pytest.param(["ledger", "export", "out.jsonl", "--day", "soon"], 1, id="no day"),
        pytest.param(["ledger", "export", "out.jsonl", "--signed", "--csv"], 2, id="a signed table"),
        pytest.param(["ledger", "check-export", "nothing.jsonl"], 1, id="no export"),
        pytest.param(["ledger", "check-export", "."], 1, id="a folder as an export"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    arguments: list[str],
    status: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == status
    said = capsys.readouterr().err
    assert said.strip()
    assert "defect" not in said
    assert list(tmp_path.iterdir()) == []


def test_the_ledger_is_judged_again_and_a_report_replaced(
    ledger: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    inspected(ledger, tmp_path, "Tesla T4", capsys)
    found = document(["ledger", "rejudge", "--ledger", str(ledger)], capsys)
    assert (found["judged"], found["changed"], found["unreadable"]) == (1, [], [])
    assert main(["ledger", "rejudge", "--supersede", "1", "--ledger", str(ledger)]) == 1
    new = document(["ledger", "rejudge", "--supersede", "1", "--reason", "wrong case", "--ledger", str(ledger)], capsys)
    assert (new["number"], new["supersedes"]) == (2, 1)
    assert Path(new["report"]).is_file()
    rows = document(["history", "--ledger", str(ledger)], capsys)["inspections"]
    assert [(row["number"], row["supersedes"], row["superseded_by"]) for row in rows] == [(2, 1, None), (1, None, 2)]
    main(["history", "--ledger", str(ledger)])
    said = capsys.readouterr().out
    assert "replaced by 2" in said
    assert "replaces 1" in said
    assert main(["verify", new["report"]]) == 3


def test_other_data_are_held_against_the_ledger(
    ledger: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import shutil

    from gpu_inspector import resources

    inspected(ledger, tmp_path, "Tesla T4", capsys)
    data = tmp_path / "data"
    shutil.copytree(resources.root() / "products", data)
    for path in data.glob("*.jsonl"):
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        path.write_text("".join(line for line in lines if "T4" not in line), encoding="utf-8")
    found = document(["ledger", "rejudge", "--with", str(data), "--ledger", str(ledger)], capsys)
    (changed,) = found["changed"]
    assert changed["number"] == 1
    assert len(changed["reports"]) == 1
    assert changed["cards"][0]["changes"]
    assert main(["ledger", "rejudge", "--with", str(data), "--ledger", str(ledger)]) == 0
    said = capsys.readouterr().out
    assert "1 come out otherwise" in said
    assert changed["reports"][0] in said


def test_a_days_export_is_signed_and_checked(ledger: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    inspected(ledger, tmp_path, "Tesla T4", capsys)
    out = tmp_path / "day.jsonl"
    year = ["--since", "2020", "--until", "2100"]
    made = document(["ledger", "export", str(out), "--signed", *year, "--ledger", str(ledger)], capsys)
    assert (made["rows"], made["signed"]) == (1, True)
    ledger.unlink()
    found = document(["ledger", "check-export", str(out)], capsys, 3)
    assert (found["rows"], found["problem"]) == (1, None)
    trust = ["--trust", str(settings.identity_folder() / "certificate.pem")]
    assert document(["ledger", "check-export", str(out), *trust], capsys)["state"] == "trusted"
    out.write_bytes(out.read_bytes().replace(b"Tesla T4", b"Tesla V4"))
    assert "Line 1 was altered" in document(["ledger", "check-export", str(out)], capsys, 4)["problem"]


def test_a_signed_export_goes_through_a_pipe(
    ledger: Path, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    dump = tmp_path / "dump.xml"
    dump.write_bytes(dump_of(row_of("Tesla T4")))
    main(["inspect", "--from", str(dump), "--ledger", str(ledger)])
    capfdbinary.readouterr()
    assert main(["ledger", "export", "-", "--signed", "--ledger", str(ledger)]) == 0
    out = tmp_path / "piped.jsonl"
    out.write_bytes(capfdbinary.readouterr().out)
    assert main(["ledger", "check-export", str(out)]) == 3


def test_an_export_of_a_day_leaves_other_days_out(
    ledger: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    inspected(ledger, tmp_path, "Tesla T4", capsys)
    out = tmp_path / "day.csv"
    arguments = ["ledger", "export", str(out), "--csv", "--day", "2001-01-01", "--ledger", str(ledger)]
    assert document(arguments, capsys)["rows"] == 0
    assert len(out.read_text().splitlines()) == 1
