"""`registry` from outside: addresses, keys, what leaves, and two offices with a gate between them."""

from __future__ import annotations

import json
import os
import re
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from cards import row_of
from dumps import dump_of
from policy_files import certificate, written

from gpu_inspector import addresses, log, preferences, settings
from gpu_inspector.cli.main import main
from gpu_inspector.errors import SettingsError
from gpu_inspector.ledger.store import Ledger
from gpu_inspector.records.leaves import Leaves
from gpu_inspector.records.registry_notice import WaitingNumber
from gpu_inspector.workflow import policy_keeping, registry_leaves, registry_settings, registry_sightings

if TYPE_CHECKING:
    from registry_server import Urls

SECRET = "horse-and-cart"
SERIAL = "1324520012345"
NOBODY = "postgresql://office@127.0.0.1:9/registry"
"""A port that nobody listens on."""


@pytest.fixture(autouse=True)
def _no_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GPU_INSPECTOR_REGISTRY", "GPU_INSPECTOR_REGISTRY_KEY", "PGPASSWORD"):
        monkeypatch.delenv(name, raising=False)


def document(arguments: list[str], capsys: pytest.CaptureFixture[str], status: int = 0) -> dict[str, Any]:
    capsys.readouterr()
    assert main([*arguments, "--json"]) == status, capsys.readouterr().err
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


# --- the address


@pytest.mark.parametrize(
    "address",
    [
        pytest.param(f"postgresql://office:{SECRET}@registry.example/registry", id="before the host"),
        pytest.param(f"postgresql://registry.example/registry?password={SECRET}", id="behind the question mark"),
        pytest.param(f"postgresql://registry.example/registry?p%61ssword={SECRET}", id="with a sign written otherwise"),
        pytest.param(f"postgres://o:{SECRET}@a,b/registry", id="with several hosts"),
        pytest.param(f"host=registry.example password={SECRET}", id="as words"),
        pytest.param(f"postgresql://registry.example/registry?sslpassword={SECRET}", id="of the client's key"),
        pytest.param(f"postgresql://h/registry?scram_client_key={SECRET}", id="made of the password"),
        pytest.param(f"postgresql://office:{SECRET}?@registry.example/registry", id="with a question mark in it"),
        pytest.param(f"postgresql://office%3A{SECRET}@registry.example/registry", id="as one name"),
    ],
)
@pytest.mark.parametrize("where", ["option", "environment", "settings"])
def test_an_address_with_a_password_is_refused_wherever_it_stands_and_repeated_nowhere(
    address: str, where: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["--registry", address] if where == "option" else []
    if where == "environment":
        monkeypatch.setenv("GPU_INSPECTOR_REGISTRY", address)
    elif where == "settings":
        preferences.path().parent.mkdir(parents=True, exist_ok=True)
        preferences.path().write_text(f"registry = {json.dumps(address)}\n", encoding="utf-8")
    assert main(["registry", "search", *given]) == 1
    said = capsys.readouterr()
    assert "must" in said.err
    kept = "".join(one.read_text() for one in log.files())
    assert SECRET not in said.out + said.err + kept


def test_an_address_with_a_password_cannot_be_chosen() -> None:
    with pytest.raises(SettingsError) as refused:
        preferences.change({"registry": f"postgresql://o:{SECRET}@h/r"})
    assert SECRET not in str(refused.value)
    assert not preferences.path().exists()


@pytest.mark.parametrize(
    "address",
    [
        "postgresql:///?service=registry",
        "postgresql://office_north@registry.example/registry?sslmode=verify-full",
        "postgres://[2001:db8::1]:5433/registry",
        "postgresql://a.example:5432,b.example:5432/registry?target_session_attrs=read-write",
    ],
)
def test_an_address_without_one_is_taken(address: str) -> None:
    assert addresses.registry_fault(address) == ""
    preferences.change({"registry": address})
    assert registry_settings.url() == registry_settings.configured() == address


def test_the_option_goes_before_the_environment_and_that_before_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    assert registry_settings.configured() is None
    preferences.change({"registry": "postgresql://settings/r"})
    assert registry_settings.url() == "postgresql://settings/r"
    monkeypatch.setenv("GPU_INSPECTOR_REGISTRY", "postgresql://environment/r")
    assert registry_settings.url() == "postgresql://environment/r"
    assert registry_settings.url("postgresql://option/r") == "postgresql://option/r"


def test_without_an_address_the_sentence_says_how_one_is_given(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["registry", "status"]) == 1
    said = capsys.readouterr().err
    assert "No registry is named." in said
    assert "GPU_INSPECTOR_REGISTRY" in said


# --- the key for numbers


def test_a_key_is_made_once_handed_on_and_taken_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made = document(["registry", "key", "new"], capsys)
    place = Path(made["file"])
    if os.name == "posix":
        assert stat.S_IMODE(place.stat().st_mode) == 0o600
        assert stat.S_IMODE(place.parent.stat().st_mode) == 0o700
    assert main(["registry", "key", "new"]) == 1
    assert document(["registry", "key", "show"], capsys)["key"] == made["key"]
    handed = tmp_path / "handed"
    assert document(["registry", "key", "export", str(handed)], capsys)["key"] == made["key"]
    assert main(["registry", "key", "export", str(handed)]) == 1  # never over a file
    monkeypatch.setenv("GPU_INSPECTOR_HOME", str(tmp_path / "other"))
    assert document(["registry", "key", "show"], capsys)["key"] is None
    assert document(["registry", "key", "import", str(handed)], capsys)["key"] == made["key"]
    assert document(["registry", "key", "import", str(handed)], capsys)["key"] == made["key"]
    digits = handed.read_text().split()[-1]
    assert made["key"] not in digits
    assert digits not in "".join(one.read_text() for one in log.files())


def test_another_key_never_takes_the_place_of_the_one_that_is_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home = os.environ["GPU_INSPECTOR_HOME"]
    monkeypatch.setenv("GPU_INSPECTOR_HOME", str(tmp_path / "other"))
    main(["registry", "key", "new"])
    main(["registry", "key", "export", str(tmp_path / "theirs")])
    monkeypatch.setenv("GPU_INSPECTOR_HOME", home)
    mine = document(["registry", "key", "new"], capsys)["key"]
    assert main(["registry", "key", "import", str(tmp_path / "theirs")]) == 1
    assert "nothing was changed" in capsys.readouterr().err
    assert document(["registry", "key", "show"], capsys)["key"] == mine


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such rights")
def test_a_key_that_others_may_read_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["registry", "key", "new"])
    main(["registry", "key", "export", str(tmp_path / "k")])
    (tmp_path / "k").chmod(0o644)
    assert main(["registry", "key", "import", str(tmp_path / "k")]) == 1
    assert "Others may read" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["", "{}", "gpu-inspector registry key 1\n", "gpu-inspector registry key 1\nabc\n"])
def test_a_file_that_is_no_key_is_named(text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "k").write_text(text)
    (tmp_path / "k").chmod(0o600)
    assert main(["registry", "key", "import", str(tmp_path / "k")]) == 1
    assert "registry" in capsys.readouterr().err
    assert not (settings.data_folder() / "registry" / "key").exists()


# --- what leaves


def ruled(tmp_path: Path, **changes: Any) -> None:
    path, pem = written(tmp_path / "policy.json", **changes), certificate()
    policy_keeping.install(path, (pem,))


@pytest.mark.parametrize(
    ("said", "chosen", "holds", "who"),
    [
        pytest.param(None, "", Leaves.NO_PERSONS, "nobody", id="nobody said anything"),
        pytest.param(None, "everything", Leaves.EVERYTHING, "settings", id="the settings alone"),
        pytest.param("digests", "everything", Leaves.DIGESTS, "policy", id="a stricter policy"),
        pytest.param("everything", "nothing", Leaves.NOTHING, "settings", id="stricter settings"),
        pytest.param("everything", "", Leaves.EVERYTHING, "policy", id="the policy alone"),
        pytest.param("", "everything", Leaves.EVERYTHING, "settings", id="a policy that says nothing of it"),
    ],
)
def test_the_stricter_of_policy_and_settings_holds(
    said: str | None, chosen: str, holds: Leaves, who: str, tmp_path: Path
) -> None:
    if said is not None:
        ruled(tmp_path, leaves=said)
    preferences.change({"registry_leaves": chosen})
    rule = registry_leaves.rule()
    assert rule.leaves is holds
    assert who in rule.why


def test_numbers_that_must_be_keyed_wait_for_the_key(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ruled(tmp_path, numbers_keyed=True)
    assert main(["registry", "push", "--registry", NOBODY]) == 1
    assert "registry key import" in capsys.readouterr().err
    main(["registry", "key", "new"])
    rule = registry_leaves.rule()
    assert rule.key is not None
    assert rule.leaves is Leaves.NO_PERSONS


def test_nothing_leaves_where_nothing_may(capsys: pytest.CaptureFixture[str]) -> None:
    preferences.change({"registry_leaves": "nothing"})
    assert main(["registry", "push", "--registry", NOBODY]) == 1
    assert "nothing was sent" in capsys.readouterr().err


def test_a_policy_that_cannot_be_used_lets_nothing_leave(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ruled(tmp_path, leaves="everything")
    (kept,) = (settings.data_folder() / "policy").glob("*.json")
    kept.write_bytes(kept.read_bytes().replace(b"everything", b"everythinG"))
    assert main(["registry", "push", "--registry", NOBODY]) == 1
    assert "policy" in capsys.readouterr().err


def test_policy_write_says_what_may_leave(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    certificate()
    words = ["--office", "North", "--number", "1", "--leaves", "digests", "--numbers-keyed"]
    found = document(["policy", "write", str(tmp_path / "p.json"), *words], capsys)["policy"]
    assert (found["leaves"], found["numbers_keyed"]) == ("digests", True)
    assert main(["policy", "check", str(tmp_path / "p.json")]) == 3
    said = capsys.readouterr().out
    assert "digests of the rows alone" in said
    assert "keyed digests alone" in said
    words[5] = "everything"
    assert main(["policy", "write", str(tmp_path / "p2.json"), *words]) == 1
    assert "keyed numbers alone" in capsys.readouterr().err


# --- the registry itself


class Office:
    """One office: a home with a ledger and a key, and its role."""

    def __init__(self, folder: Path, url: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.url, self.name, self._patched = folder, url, name, monkeypatch
        folder.mkdir()
        self.pem = folder / "signs.pem"

    def run(self, *words: str, status: int | None = None) -> int:
        self._patched.setenv("GPU_INSPECTOR_HOME", str(self.folder))
        self._patched.setenv("GPU_INSPECTOR_REGISTRY", self.url)
        found = main(list(words))
        assert status is None or found == status, words
        return found

    def signs(self) -> Path:
        self._patched.setenv("GPU_INSPECTOR_HOME", str(self.folder))
        self.pem.write_bytes(certificate())
        return self.pem

    def inspects(self, dump: Path, *words: str) -> None:
        self.run("inspect", "--from", str(dump), *words, status=10)


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    path = tmp_path / "dump.xml"
    path.write_bytes(dump_of(row_of("Tesla T4"), serial=SERIAL))
    return path


@pytest.fixture
def offices(registry_urls: Urls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Office]:
    """The keeper, the gate, and an office that sees sightings and one that sees everything; both enrolled."""
    urls = registry_urls
    made = {
        "owner": Office(tmp_path / "owner", urls.owner, "", monkeypatch),
        "gate": Office(tmp_path / "gate", urls.registrar, "", monkeypatch),
        "north": Office(tmp_path / "north", urls.office_b, "Office B", monkeypatch),
        "south": Office(tmp_path / "south", urls.office_c, "Office C", monkeypatch),
    }
    for name in ("north", "south"):
        one = made[name]
        made["owner"].run("registry", "office", "certificate", one.name, "--add", str(one.signs()), status=0)
    return made


def test_two_offices_and_a_gate(
    offices: dict[str, Office], dump: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    north, south, gate = offices["north"], offices["south"], offices["gate"]
    north.inspects(dump, "--case", "AZ 17-1", "--inspector", "A. Jansen", "--consignee", "Petersen")
    north.run("registry", "push", "--wait", "0.2", status=3)
    assert "1 row is delivered" in capsys.readouterr().out
    gate.run("registry", "accept", status=0)
    assert "Office B, rows 1 to 1: accepted." in capsys.readouterr().out
    north.run("registry", "push", status=0)
    north.run("registry", "status", status=0)
    assert "What leaves: records without persons, papers and texts" in capsys.readouterr().out
    south.run("registry", "search", "tesla", status=0)
    found = capsys.readouterr().out
    assert found.startswith("Office B 1  ")
    south.run("registry", "pull", str(tmp_path / "rows.jsonl"), "--office", "Office B", status=0)
    pulled = (tmp_path / "rows.jsonl").read_text()
    for stays in ("Jansen", "Petersen", "AZ 17-1"):  # an id can hold the figures alone
        assert stays not in pulled
        south.run("registry", "search", stays, status=0)
        assert "No inspection fits." in capsys.readouterr().out
    assert SERIAL in pulled
    north.run("registry", "verify", status=0)
    said = capsys.readouterr().out
    assert "agrees row for row with the ledger here" in said
    assert re.search(r"certificate SHA-256 [0-9a-f]{64} \(compare the fingerprint\)", said)
    north.run("ledger", "custody", status=0)
    assert "rows 1 to 1: records without persons, papers and texts" in capsys.readouterr().out


def test_numbers_leave_keyed_and_are_found_by_nobody_else(
    offices: dict[str, Office], dump: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    north, south, gate = offices["north"], offices["south"], offices["gate"]
    north.run("registry", "key", "new", status=0)
    preferences.change({"registry_numbers_keyed": True})
    north.inspects(dump)
    north.run("registry", "push", "--wait", "0", status=3)
    gate.run("registry", "accept", status=0)
    south.run("registry", "pull", str(tmp_path / "rows.jsonl"), "--office", "Office B", status=0)
    assert SERIAL not in (tmp_path / "rows.jsonl").read_text()
    capsys.readouterr()
    south.run("registry", "search", SERIAL, status=0)
    assert "No inspection fits." in capsys.readouterr().out


def test_what_a_stranger_signed_is_refused_and_said(
    offices: dict[str, Office], dump: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    north, gate = offices["north"], offices["gate"]
    north.run("key", "new", status=0)  # another key than the one that the registry knows
    north.inspects(dump)
    north.run("registry", "push", "--wait", "0", status=3)
    gate.run("registry", "accept", status=0)
    assert "refused" in capsys.readouterr().out
    north.run("registry", "status", status=4)
    assert "refused:" in capsys.readouterr().out


def test_a_registry_that_is_away_keeps_rows_waiting(
    dump: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    office = Office(tmp_path / "alone", NOBODY, "Alone", monkeypatch)
    office.signs()
    office.inspects(dump)
    office.inspects(dump)
    capsys.readouterr()
    office.run("registry", "push", status=3)
    assert "2 rows of the ledger wait; nothing is lost." in capsys.readouterr().err
    office.run("registry", "status", status=3)
    assert "does not answer" in capsys.readouterr().out
    found = document(["registry", "push"], capsys, 3)
    assert (found["waiting"], found["accepted"]) == (2, 0)
    assert "127.0.0.1:9" not in "".join(one.read_text() for one in log.files())


def test_whom_the_registry_does_not_let_is_told_what_to_ask(
    offices: dict[str, Office], capsys: pytest.CaptureFixture[str]
) -> None:
    north, owner = offices["north"], offices["owner"]
    for words, says in (
        (("registry", "init"), "does not own"),
        (("registry", "accept"), "no registrar"),
        (("registry", "office", "add", "X", "--role", "x", "--certificate", str(north.pem)), "does not let this role"),
    ):
        capsys.readouterr()
        north.run(*words, status=1)
        assert says in capsys.readouterr().err
    owner.run("registry", "office", "certificate", "Office B", "--withdraw", "ab", status=2)
    owner.run("registry", "office", "certificate", "Nowhere", "--add", str(north.pem), status=1)
    capsys.readouterr()
    owner.run("registry", "office", "list", status=0)
    said = capsys.readouterr().out
    assert "Office A" in said
    owner.run("registry", "office", "sees", "Office B", "own", status=0)
    owner.run("registry", "init", status=0)


def test_a_private_key_is_never_sent_to_a_registry(
    offices: dict[str, Office], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key = tmp_path / "north" / "identity" / "key.pem"
    assert key.exists()
    offices["owner"].run("registry", "office", "certificate", "Office B", "--add", str(key), status=1)
    assert "private key" in capsys.readouterr().err


def test_a_refused_push_is_noted_too_since_its_rows_left(
    offices: dict[str, Office], dump: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    north = offices["north"]
    north.run("key", "new", status=0)
    north.inspects(dump)
    north.run("registry", "push", "--wait", "0", status=3)
    offices["gate"].run("registry", "accept", status=0)
    north.run("registry", "push", "--wait", "0", status=3)
    capsys.readouterr()
    north.run("ledger", "custody", status=0)
    assert capsys.readouterr().out.count("rows 1 to 1: records without persons") == 2


@pytest.mark.parametrize(
    ("chosen", "keyed_alone", "with_key", "plain", "keyed"),
    [
        pytest.param("everything", False, False, True, False, id="whole records"),
        pytest.param("", False, True, True, True, id="plain numbers, and a key"),
        pytest.param("", True, True, False, True, id="keyed alone"),
        pytest.param("", True, False, False, False, id="keyed alone, and no key"),
        pytest.param("digests", False, True, False, True, id="digests"),
        pytest.param("nothing", False, True, False, False, id="nothing"),
    ],
)
def test_a_question_tells_no_more_than_a_row(
    chosen: str, keyed_alone: bool, with_key: bool, plain: bool, keyed: bool
) -> None:
    preferences.change({"registry_leaves": chosen, "registry_numbers_keyed": keyed_alone})
    if with_key:
        main(["registry", "key", "new"])
    asked = registry_sightings.asked_numbers([WaitingNumber(card="1", kind="serial", value=SERIAL)])
    assert [one.keyed for one in asked] == [False] * plain + [True] * keyed
    assert any(one.value == SERIAL for one in asked) is plain


def brought(
    offices: dict[str, Office], dump: Path, tmp_path: Path, leaves: str = "everything", rows: int = 3
) -> tuple[Path, bytes]:
    """What was pulled of an office that pushed some rows, and the ledger that it had after the first of them."""
    north, gate = offices["north"], offices["gate"]
    older = tmp_path / "older.sqlite"
    north.signs()
    preferences.change({"registry_leaves": leaves})
    for number in range(rows):
        north.inspects(dump, "--case", f"17-{number}")
        if not number:
            north.run("ledger", "backup", str(older), status=0)
    north.run("registry", "push", "--wait", "0", status=3)
    gate.run("registry", "accept", status=0)
    north.run("registry", "pull", str(tmp_path / "rows.jsonl"), status=0)
    return tmp_path / "rows.jsonl", older.read_bytes()


def test_a_lost_ledger_comes_back_byte_for_byte_and_goes_on(
    offices: dict[str, Office], dump: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pulled, older = brought(offices, dump, tmp_path)
    north, ledger = offices["north"], tmp_path / "north" / "ledger.sqlite"
    with Ledger(ledger, readonly=True) as kept:
        before = [kept.entry(seq) for seq in (1, 2, 3)]
    for start in (b"", older):  # nothing at all, and an older backup
        for one in ledger.parent.glob("ledger.sqlite*"):
            one.unlink()
        if start:
            ledger.write_bytes(start)
            north.run("registry", "push", status=4)
            assert "tail was cut off" in capsys.readouterr().err
        north.run("registry", "restore", str(pulled), status=0)
        assert f"{2 if start else 3} rows came back" in capsys.readouterr().out
        with Ledger(ledger, readonly=True) as kept:
            assert [kept.entry(seq) for seq in (1, 2, 3)] == before
        north.run("ledger", "verify", status=0)
        north.run("registry", "restore", str(pulled), status=0)
    north.inspects(dump)
    north.run("registry", "push", "--wait", "0", status=3)
    offices["gate"].run("registry", "accept", status=0)
    north.run("registry", "verify", status=0)


def test_what_did_not_leave_whole_brings_no_ledger_back(
    offices: dict[str, Office], dump: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pulled, _older = brought(offices, dump, tmp_path, leaves="no-persons", rows=1)
    other = tmp_path / "other.sqlite"
    offices["north"].run("registry", "restore", str(pulled), "--ledger", str(other), status=1)
    assert "did not leave the office whole" in capsys.readouterr().err
    assert not other.exists()


def test_a_pulled_file_that_was_changed_or_is_of_another_ledger_writes_nothing(
    offices: dict[str, Office], dump: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pulled, _older = brought(offices, dump, tmp_path, rows=2)
    whole, beside = pulled.read_bytes(), Path(f"{pulled}.checkpoint")
    signed = beside.read_bytes()
    other, north = tmp_path / "other.sqlite", offices["north"]
    lines = whole.splitlines(keepends=True)
    for changed in (whole.replace(b"17-1", b"17-9"), lines[0], b"".join(lines[::-1]), whole + b"{}\n", b"\0"):
        pulled.write_bytes(changed)
        north.run("registry", "restore", str(pulled), "--ledger", str(other), status=1)
        assert str(pulled) in capsys.readouterr().err
        assert not other.exists()
    pulled.write_bytes(whole)
    for vouches in (None, b"", signed[:-9] + b"AAAAAAAAA"):
        beside.unlink(missing_ok=True)
        if vouches is not None:
            beside.write_bytes(vouches)
        north.run("registry", "restore", str(pulled), "--ledger", str(other), status=1)
        assert not other.exists()
    beside.write_bytes(signed)
    offices["south"].inspects(dump)
    capsys.readouterr()
    offices["south"].run("registry", "restore", str(pulled), status=1)
    assert "Row 1 of the ledger is another one" in capsys.readouterr().err
