"""`data`: its commands, their exit statuses, and that each command judges with what was chosen."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import packs
import pytest
from cards import row_of
from dumps import dump_of

from gpu_inspector import reference, settings
from gpu_inspector.cli.main import main
from gpu_inspector.records.catalogue import own

DUMP = dump_of(row_of(packs.NAME))


@pytest.fixture(autouse=True)
def _anew() -> Iterator[None]:
    packs.fresh()
    yield
    packs.fresh()


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Path]]:
    """The file of a pack that halves a product's memory, and its office's certificate."""
    monkeypatch = pytest.MonkeyPatch()
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    place = tmp_path_factory.mktemp("office")
    data, certificate = packs.signed_elsewhere(
        place / "home", monkeypatch, packs.folder_with(place / "data", **packs.HALVED), "halved"
    )
    (place / "pack.json").write_bytes(data)
    (place / "office.pem").write_bytes(certificate)
    yield place / "pack.json", place / "office.pem"
    monkeypatch.undo()


def call(*arguments: object, status: int = 0) -> None:
    packs.fresh()
    assert main([str(one) for one in arguments]) == status


def document(capsys: pytest.CaptureFixture[str], *arguments: object, status: int = 0) -> dict[str, Any]:
    capsys.readouterr()
    call(*arguments, "--json", status=status)
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert found["format"] == 1
    return found


def test_from_a_pack_to_a_report_that_names_it_and_back(
    office: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pack, certificate = office
    dump = tmp_path / "dump.xml"
    dump.write_bytes(DUMP)
    old, new = tmp_path / "old.pdf", tmp_path / "new.pdf"
    before = document(capsys, "inspect", "--from", dump, "--report", old, status=10)
    assert before["data"] is None
    shown = document(capsys, "data", "show", pack)
    assert (shown["known"], shown["pack"]["note"], shown["own"]) == (False, "halved", own().version)
    assert {one["name"] for one in shown["files"]} >= {"products/ada.jsonl", "export/rules.toml"}
    call("data", "install", pack, status=1)
    done = document(capsys, "data", "install", pack, "--trust", certificate)
    after = document(capsys, "inspect", "--from", dump, "--report", new, status=12)
    assert after["data"]["version"] == after["reference_version"] == done["in_use"]
    listed = document(capsys, "data", "list")
    assert [(one["version"], one["kind"], one["in_use"], one["problem"]) for one in listed["kept"]] == sorted(
        [(done["in_use"], "pack", True, None), (own().version, "copy of the program's own", False, None)], reverse=True
    )
    for report in (old, new):
        assert document(capsys, "verify", report, status=3)["differences"] == []
    assert document(capsys, "judge", old, status=10)["reference_version"] == own().version
    assert document(capsys, "judge", old, "--data", done["in_use"], status=12)["reference_version"] == done["in_use"]
    assert document(capsys, "judge", dump, "--data", "own", status=10)["reference_version"] == own().version
    assert document(capsys, "judge", dump, "--data", pack, status=12)["reference_version"] == done["in_use"]
    assert len(document(capsys, "ledger", "rejudge")["changed"]) == 1
    assert document(capsys, "ledger", "rejudge", "--as-recorded")["changed"] == []
    assert len(document(capsys, "ledger", "rejudge", "--with", pack)["changed"]) == 1
    assert document(capsys, "data", "use", "own")["in_use"] == own().version
    assert document(capsys, "inspect", "--from", dump, status=10)["data"] is None
    assert document(capsys, "data", "remove", done["in_use"])["removed"] == done["in_use"]
    assert any("are not kept here" in note for note in document(capsys, "verify", new, status=3)["notes"])
    document(capsys, "ledger", "rejudge", "--as-recorded", status=1)
    assert document(capsys, "data", "list")["trouble"] is None


def test_an_altered_pack_is_exit_status_4(
    office: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    altered = tmp_path / "altered.json"
    altered.write_bytes(office[0].read_bytes().replace(b"12288", b"12289"))
    for arguments in (["install", altered, "--trust", office[1]], ["show", altered]):
        call("data", *arguments, status=4)
        assert "defect" not in capsys.readouterr().err


def test_data_in_use_that_were_changed_stop_every_judgement_with_the_way_out(
    office: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dump = tmp_path / "dump.xml"
    dump.write_bytes(DUMP)
    call("data", "install", office[0], "--trust", office[1])
    (path,) = (reference.folder() / "packs").iterdir()
    path.write_bytes(path.read_bytes().replace(b"12288", b"12289"))
    for arguments in (["inspect", "--from", dump], ["judge", dump], ["products", "4090"]):
        capsys.readouterr()
        call(*arguments, status=1)
        assert "gpu-inspector data use own" in capsys.readouterr().err
    assert not settings.ledger_path().exists()
    assert document(capsys, "data", "list", status=4)["trouble"]
    assert document(capsys, "data", "show", status=4)["trouble"]
    packs.fresh()
    main(["doctor"])
    assert "changed after they were installed" in capsys.readouterr().out
    call("data", "use", "own")
    call("judge", dump, status=10)


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        pytest.param(["data"], 2, id="no command"),
        pytest.param(["data", "install"], 2, id="no file"),
        pytest.param(["data", "install", "nowhere.json"], 1, id="file that is not there"),
        pytest.param(["data", "install", "."], 1, id="folder"),
        pytest.param(["data", "show", "nowhere.json"], 1, id="show what is not there"),
        pytest.param(["data", "show", "2026-11-25+0123456789ab"], 1, id="show a version that is not kept"),
        pytest.param(["data", "use", "2026-11-25+0123456789ab"], 1, id="use a version that is not kept"),
        pytest.param(["data", "use", "../../x"], 1, id="use a path"),
        pytest.param(["data", "remove", "../../x"], 1, id="remove a path"),
        pytest.param(["data", "write", "new.json"], 2, id="write without a note"),
        pytest.param(["data", "write", "new.json", "--note", "n", "--from", "nowhere"], 1, id="write of no folder"),
        pytest.param(["data", "write", "no/folder.json", "--note", "n"], 1, id="write to nowhere"),
        pytest.param(["judge", ".", "--data", "nowhere"], 1, id="judge with data that are not there"),
        pytest.param(["judge", ".", "--data", "2026-11-25+0123456789ab"], 1, id="judge with data not kept"),
        pytest.param(["ledger", "rejudge", "--as-recorded", "--with", "own"], 2, id="two ways of naming data"),
        pytest.param(
            ["ledger", "rejudge", "--supersede", "1", "--reason", "x", "--with", "."],
            2,
            id="a report by data of nobody",
        ),
    ],
)
def test_wrong_use_is_a_sentence(
    arguments: list[str],
    status: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    call(*arguments, status=status)
    said = capsys.readouterr().err
    assert said.strip()
    assert "defect" not in said
    assert list(tmp_path.iterdir()) == []


def test_what_is_written_is_installed_elsewhere_and_says_who_made_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "pack.json"
    made = document(
        capsys, "data", "write", path, "--note", "as released", "--office", "Laboratory", "--needs", "0.0.1"
    )
    assert made["version"] == own().version
    certificate = tmp_path / "office.pem"
    certificate.write_bytes(packs.certificate())
    monkeypatch.setenv("GPU_INSPECTOR_HOME", str(tmp_path / "elsewhere"))
    installed = document(capsys, "data", "install", path, "--trust", certificate)["pack"]
    assert (installed["made_by"], installed["note"]) == ("Laboratory", "as released")
    call("data", "list")
    assert "pack by Laboratory" in capsys.readouterr().out


def test_the_self_test_answers_by_the_programs_own_data_and_names_the_pack(
    office: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    from gpu_inspector.records import selftest
    from gpu_inspector.records.catalogue import load
    from gpu_inspector.workflow import selftest_parts
    from gpu_inspector.workflow.signing import nobody

    call("data", "install", office[0], "--trust", office[1])
    packs.fresh()
    bench = selftest_parts.Bench(settings.ledger_path(), load(), True, nobody, lambda step, share: None)
    for part in (selftest.JUDGING, selftest.REFERENCE_DATA, selftest.LEDGER):
        passed, said = selftest_parts.PARTS[part](bench)
        assert passed, said
        if part == selftest.REFERENCE_DATA:
            assert load().version in said
