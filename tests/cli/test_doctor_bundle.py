"""`doctor --bundle`: all that a helper needs, and nothing that says whose cards, cases, people, machines these are."""

import contextlib
import hashlib
import io
import json
import os
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from cards import genuine, row_of
from dumps import dump_of
from policy_files import certificate, written

from gpu_inspector import log, preferences, settings
from gpu_inspector.cli.main import main
from gpu_inspector.preferences import Preferences
from gpu_inspector.records.evidence import Evidence, HostReading
from gpu_inspector.workflow import collecting, examining, support, targets
from gpu_inspector.workflow.topics import Topic

SERIAL = "1320920004711"
UUID = "GPU-8d2f0c1e-77aa-4b0e-9c31-0123456789ab"
SECRETS = (
    *(SERIAL, "20004711", UUID, "8d2f0c1e-77aa", "AB-77-QX"),
    *("zsofia", "other_person", "bench-7", "customs.example", "some.body", "00:1a:2b"),
    *("Zollamt", "Kuznetsova", "Hall Nord", "Fall 99", "Dispatch", "Blauer Karton", "geheim", "tsa.example"),
    *("horse and cart", "NORDAMT", "Musterkarte"),
)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with b.zip, json.zip and serials.zip of a bench full of what must not be told, and what was printed."""
    folder = tmp_path_factory.mktemp("planted")
    with pytest.MonkeyPatch.context() as monkeypatch:
        _plant(folder, monkeypatch)
        for name, more in (("b", []), ("json", ["--json"]), ("serials", ["--with-serials"])):
            out = io.StringIO()
            with contextlib.redirect_stdout(out):
                assert main(["doctor", "--bundle", str(folder / f"{name}.zip"), *more]) == 0
            (folder / f"{name}.txt").write_text(out.getvalue(), encoding="utf-8")
        with monkeypatch.context() as patch:
            patch.setattr(log, "event", lambda *arguments, **fields: None)
            patch.setattr(examining, "examine_places", lambda ledger: ())  # free space changes
            for name in ("one.zip", "two.zip"):
                support.write(folder / name, settings.ledger_path())
        yield folder
    log.forget()


def _plant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Into ledger, log, settings, policy, environment, cards, and the bench's own answers."""
    home = tmp_path / "zsofia"
    (home / "Zollamt Fall 99").mkdir(parents=True)
    for name, value in (("HOME", str(home)), ("USERPROFILE", str(home)), ("LOGNAME", "zsofia"), ("USER", "zsofia")):
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    monkeypatch.setenv("GPU_INSPECTOR_HOME", str(home / "data"))
    monkeypatch.setenv("GPU_INSPECTOR_PASSPHRASE", "horse and cart")
    monkeypatch.setattr("platform.node", lambda: "bench-7.customs.example")
    monkeypatch.chdir(home)
    log.forget()
    dump = home / "Zollamt Fall 99" / "Dispatch 4711.xml"
    dump.write_bytes(dump_of(row_of("Tesla T4"), serial=SERIAL, uuid=UUID))
    case = ["--case", "Fall 99", "--inspector", "Kuznetsova", "--office", "Zollamt Süd", "--place", "Hall Nord"]
    assert main(["inspect", "--from", str(dump), *case, "--note", "Blauer Karton", "--report", "r.pdf"]) == 10
    assert main(["judge", str(home / "Zollamt Fall 99" / "none.xml")]) == 1
    pem = tmp_path / "office.pem"
    pem.write_bytes(certificate())
    assert main(["policy", "install", str(written(tmp_path / "p.json", office="NORDAMT")), "--trust", str(pem)]) == 0
    preferences.change(
        {
            "office": "Zollamt Süd",
            "inspector": "Kuznetsova",
            "place": "Hall Nord",
            "signer_file": str(home / "geheim.p12"),
            "timestamp_url": "https://tsa.example/zollamt",
        }
    )
    monkeypatch.setattr(collecting, "collect_machine", _cards)
    said = f"card {UUID} serial {SERIAL} in {home}/Zollamt, /home/other_person/x at 00:1a:2b:3c:4d:5e"
    topics = (Topic("PCI", True, said, "Ask some.body@customs.example, or /home/other_person/Hall Nord/x.txt."),)
    monkeypatch.setattr(examining, "examine_machine", lambda: topics)
    with settings.log_path().open("a", encoding="utf-8") as out:
        out.write(f"ERROR of an older version, {SERIAL}, geheim\n")
        out.write(json.dumps({"masked": False, "says": "Kuznetsova Dispatch geheim"}) + "\n")
        out.write(json.dumps({"event": "x", "masked": True, "fields": {"says": f"Süd: Zollamt Süd, {SERIAL}"}}) + "\n")
        out.write("x" * 100_000 + "\n")


def _cards(*arguments: object, **options: object) -> Evidence:
    evidence = genuine(row_of("NVIDIA GeForce RTX 4090"))
    (card,) = evidence.cards
    assert card.nvml is not None
    card = replace(card, nvml=replace(card.nvml, serial="AB-77-QX", uuid=UUID))
    return replace(
        evidence, cards=(card,), host=HostReading(system="Linux", kernel="6.1.0", driver_version="550.54.14")
    )


def texts(path: Path) -> dict[str, str]:
    """Every member of a bundle by its name inside the folder."""
    with zipfile.ZipFile(path) as files:
        assert files.testzip() is None
        return {name.removeprefix(f"{support.FOLDER}/"): files.read(name).decode("utf-8") for name in files.namelist()}


def test_nothing_that_was_planted_is_in_it(bench: Path) -> None:
    for name, text in texts(bench / "b.zip").items():
        for secret in SECRETS:
            assert secret.casefold() not in text.casefold(), f"{secret} in {name}"
    raw = (bench / "b.zip").read_bytes()
    assert not any(secret.encode() in raw for secret in SECRETS)


def test_what_was_left_out_is_counted_and_told(bench: Path) -> None:
    assert json.loads((bench / "json.txt").read_text(encoding="utf-8"))["left_out"] == 3
    assert "3 lines of the log are left out" in (bench / "b.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("environment.json", "NVIDIA GeForce RTX 4090"),
        ("environment.json", "550.54.14"),
        ("environment.json", "6.1.0"),
        ("diagnostics.txt", "cryptography "),
        ("doctor.json", '"title": "PCI"'),
        ("settings.json", '"profile": "standard"'),
        ("settings.json", '"office": true'),
        ("reference.json", '"packs"'),
        ("files.sha256", "  gpu_inspector/cli/main.py"),
        ("log/gpu-inspector.log", '"event": "ledger-row"'),
        ("log/gpu-inspector.log", "There is no file"),
        ("README.txt", "masked"),
        ("README.txt", "3 lines of the log are left out"),
    ],
)
def test_what_finds_a_fault_is_in_it(bench: Path, name: str, kept: str) -> None:
    assert kept in texts(bench / "b.zip")[name]


def test_it_holds_what_its_readme_and_manifest_say_and_nothing_else(bench: Path) -> None:
    found = texts(bench / "b.zip")
    listed = {line.split("  ")[1]: line.split("  ")[0] for line in found["MANIFEST.sha256"].splitlines()}
    assert set(listed) == set(found) - {"MANIFEST.sha256"}
    for name, digest in listed.items():
        assert hashlib.sha256(found[name].encode()).hexdigest() == digest
    for name in set(found) - {"README.txt"}:
        assert f"  {name} " in found["README.txt"], name


def test_two_bundles_of_one_state_are_the_same_bytes(bench: Path) -> None:
    assert (bench / "one.zip").read_bytes() == (bench / "two.zip").read_bytes()


def test_with_serials_they_are_in_it_and_it_says_so(bench: Path) -> None:
    assert "Nothing in it is masked" in (bench / "serials.txt").read_text(encoding="utf-8")
    found = texts(bench / "serials.zip")
    assert "NOTHING IS MASKED" in found["README.txt"]
    assert UUID in found["environment.json"]
    assert "Dispatch geheim" in found["log/gpu-inspector.log"]
    assert not any("horse and cart" in text for text in found.values())


def test_an_older_bundle_is_replaced_and_another_file_is_not(tmp_path: Path) -> None:
    own, other, letter = tmp_path / "b.zip", tmp_path / "other.zip", tmp_path / "letter.docx"
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("something.txt", "of mine")
    letter.write_bytes(b"PK\x03\x04 of another program")
    assert main(["doctor", "--bundle", str(own)]) == 0
    assert main(["doctor", "--bundle", str(own)]) == 0
    for path in (other, letter):
        before = path.read_bytes()
        assert main(["doctor", "--bundle", str(path)]) == 1
        assert path.read_bytes() == before


@pytest.mark.parametrize("place", ["ledger", "log", "settings"])
def test_it_never_falls_on_what_it_reads(place: str) -> None:
    there = {
        "ledger": settings.ledger_path(),
        "log": settings.log_path(),
        "settings": preferences.path(),
    }[place]
    with pytest.raises(targets.TargetError):
        support.write(there, settings.ledger_path())


def test_a_bench_where_nothing_was_ever_done_has_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examining, "examine_machine", lambda: ())
    done = support.write(tmp_path / "b.zip", tmp_path / "l.sqlite")
    assert done.masked and done.left_out == 0
    found = texts(tmp_path / "b.zip")
    assert found["selftest.json"] == "null\n"
    assert json.loads(found["settings.json"])["choices"]["profile"] == Preferences().profile


def test_with_serials_alone_is_a_wrong_usage() -> None:
    assert main(["doctor", "--with-serials"]) == 2


def test_a_folder_that_may_not_be_written_to_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(os, "access", lambda *arguments, **options: False)
    assert main(["doctor", "--bundle", str(tmp_path / "b.zip")]) == 1
    assert "may not be written to" in capsys.readouterr().err
