"""What the commands really print with `--json` is what their published schemas say, and has no field beside them."""

import contextlib
import copy
import io
import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import packs
import pytest
import registry_server
from cards import row_of
from dumps import dump_of
from fake_engine import FakeEngine
from jsonschema import Draft202012Validator
from rom_builder import Rom, build

from gpu_inspector import preferences
from gpu_inspector.cli import documents
from gpu_inspector.cli.main import main
from gpu_inspector.records.selftest import ControlCard, Figure, Point, SelfTested, Tried
from gpu_inspector.workflow import audit_engines, control_card, selftest
from tools import make_schemas

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
TESTED = SelfTested(made_at=NOW, tool_version="1", reference_version="1", tried=(Tried(what="disk", passed=True),))
CARD = ControlCard(
    name="the office's own",
    reference_row=1,
    last_row=2,
    made_at=NOW,
    inspections=2,
    figures=(Figure(name="copy, GB/s", reference=100.0, last=50.0, spread=0.1),),
    series=(Point(row=1, at=NOW, values=(100.0,)),),
)
Printed = dict[str, list[Any]]


class _Bench:
    """A folder, a ledger, and all that its commands printed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ledger = ("--ledger", str(folder / "l.sqlite"))
        self.printed: Printed = defaultdict(list)

    def say(self, command: str, *arguments: object) -> Any:
        """Run a command with `--json`; the last document that it printed."""
        out = io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()) as err:
            status = main([*command.split(), *map(str, arguments), "--json"])
        text = out.getvalue()
        assert text, f"{command}: {status}, {err.getvalue()}"
        found = [json.loads(text)] if text.startswith("{\n") else [json.loads(line) for line in text.splitlines()]
        self.printed[command.removesuffix(" --supersede")] += found
        return found[-1]


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Printed]:
    """One document or more of every command."""
    folder = tmp_path_factory.mktemp("bench")
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv("GPU_INSPECTOR_HOME", str(folder / "home"))
        monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
        monkeypatch.setenv("GPU_INSPECTOR_PASSPHRASE", "horse and cart")
        monkeypatch.setattr(selftest, "run", lambda *arguments, **options: TESTED)
        monkeypatch.setattr(control_card, "show", lambda *arguments, **options: CARD)
        monkeypatch.chdir(folder)
        packs.fresh()
        bench = _Bench(folder)
        preferences.change({"countersigned": True})
        _inspected(bench)
        _keys(bench)
        _reports(bench)
        _ledger(bench)
        _lots(bench)
        _program(bench)
        _governed(bench)
        _registry(bench, request)
        yield bench.printed
    packs.fresh()


def _inspected(bench: _Bench) -> None:
    (bench.folder / "dumps").mkdir()
    Path("dumps/card.xml").write_bytes(dump_of(row_of("Tesla T4")))
    Path("dumps/none.txt").write_text("nothing of this kind")
    Path("image.rom").write_bytes(build(Rom(version="95.02.79.00.04")).data)
    Path("other.rom").write_bytes(build(Rom(version="95.02.79.00.05")).data)
    bench.say("list")
    bench.say("inspect", "--from", "dumps/card.xml", "--report", "1.pdf", "--destination", "CN", *bench.ledger)
    bench.say("inspect", "--simulate", "genuine-rtx-3060", "--no-measure", "--report", "2.pdf", *bench.ledger)
    bench.say("judge", "dumps/card.xml")
    bench.say("judge", "dumps")
    bench.say("batch", "dumps", *bench.ledger)
    _audited(bench)
    bench.say("export-class", "H100")
    bench.say("export-class", "dumps/card.xml")
    bench.say("vbios", "image.rom", "other.rom")
    bench.say("vbios", "image.rom")
    bench.say("checklist")
    bench.say("history", *bench.ledger)


def _keys(bench: _Bench) -> None:
    bench.say("key new", "--p12", "second.p12")
    bench.say("key show")
    bench.say("key export", "own.pem")
    bench.say("key export", "--private", "own.p12")
    bench.say("key import", "second.p12")
    bench.say("key use", "own")


def _reports(bench: _Bench) -> None:
    bench.say("report write", "1", "again.pdf", *bench.ledger)
    bench.say("report countersign", "again.pdf", "--p12", "second.p12")
    bench.say("report upgrade", "2.pdf", "--service", "http://127.0.0.1:9/tsa")
    bench.say("verify", "again.pdf")
    bench.say("verify", "dumps/card.xml")
    bench.say("tag", "1", "tag.pdf", *bench.ledger)


def _ledger(bench: _Bench) -> None:
    assert main(["ledger", "prove", "1", "proof.json", *bench.ledger]) == 0
    bench.say("ledger verify", "--report", "1.pdf", *bench.ledger)
    bench.say("ledger checkpoint", "point.json", *bench.ledger)
    bench.say("ledger check-proof", "proof.json")
    bench.say("ledger custody", *bench.ledger)
    bench.say("ledger backup", "copy.sqlite", *bench.ledger)
    bench.say("ledger restore", "copy.sqlite", "--ledger", "restored.sqlite")
    bench.say("ledger export", "rows.jsonl", "--signed", *bench.ledger)
    bench.say("ledger check-export", "rows.jsonl")
    Path("altered.jsonl").write_bytes(Path("rows.jsonl").read_bytes().replace(b"Tesla", b"Teslo", 1))
    bench.say("ledger check-export", "altered.jsonl")
    bench.say("ledger rejudge", *bench.ledger)
    bench.say("ledger rejudge --supersede", "1", "--reason", "a test", *bench.ledger)


def _lots(bench: _Bench) -> None:
    lot = bench.say("lot new", "w", "--declared", "3", "--from", "dumps", "--report", "lot.pdf", *bench.ledger)
    bench.say("lot add", lot["lot"]["id"], "dumps/card.xml", *bench.ledger)
    bench.say("lot status", *bench.ledger)
    bench.say("lot status", lot["lot"]["id"], *bench.ledger)
    bench.say("lot report", lot["lot"]["id"], "lot.pdf", *bench.ledger)
    bench.say("verify", "lot.pdf")
    bench.say("watchlist export", "list.json", "--number", "serial=1324520012345", *bench.ledger)
    held = bench.say("watchlist import", "list.json")
    bench.say("watchlist list")
    bench.say("watchlist remove", held["id"])


def _program(bench: _Bench) -> None:
    bench.say("products", "4090")
    bench.say("checks")
    bench.say("simulations")
    bench.say("doctor", *bench.ledger)
    bench.say("doctor", "--bundle", "b.zip", *bench.ledger)
    bench.say("selftest", *bench.ledger)
    bench.say("control-card show", *bench.ledger)


def _governed(bench: _Bench) -> None:
    made = bench.say("data write", "pack.json", "--note", "a test")
    packs.fresh()
    bench.say("data show", "pack.json")
    bench.say("data install", "pack.json", "--trust", "own.pem")
    packs.fresh()
    bench.say("data list")
    bench.say("data show")
    bench.say("data use", "own")
    packs.fresh()
    bench.say("data remove", made["version"])
    bench.say("policy write", "policy.json", "--office", "North", "--number", "1", "--mandatory", "case")
    bench.say("policy check", "policy.json")
    bench.say("policy install", "policy.json", "--trust", "own.pem")
    bench.say("policy show")
    bench.say("inspect", "--from", "dumps/card.xml", "--case", "7", "--report", "3.pdf", *bench.ledger)
    bench.say("policy remove", "--yes")


def _registry(bench: _Bench, request: pytest.FixtureRequest) -> None:
    if registry_server.why_not():
        return
    server, template = request.getfixturevalue("postgres"), request.getfixturevalue("_migrated")
    urls = registry_server.enrolled(server, server.new_database(template=template, owner=registry_server.OWNER))
    owner, gate, office = (("--registry", one) for one in (urls.owner, urls.registrar, urls.office_c))
    bench.say("registry key new")
    bench.say("registry key export", "shared.key")
    bench.say("registry key import", "shared.key")
    bench.say("registry key show")
    bench.say("registry init", *owner)
    bench.say("registry office add", "Office C", "--role", urls.roles["office_c"], "--certificate", "own.pem",
              "--sees", "everything", *owner)  # fmt: skip
    bench.say("registry office list", *owner)
    bench.say("registry push", "--registry", "postgresql://127.0.0.1:9/nobody", *bench.ledger)
    bench.say("registry push", "--wait", "0", *office, *bench.ledger)
    bench.say("registry accept", *gate)
    bench.say("registry push", *office, *bench.ledger)
    bench.say("registry status", *office, *bench.ledger)
    bench.say("registry search", "tesla", *office)
    bench.say("registry pull", "pulled.jsonl", *office)
    other = ("--registry", urls.office_b)
    with pytest.MonkeyPatch.context() as elsewhere:  # an office signs with a key of its own
        elsewhere.setenv("GPU_INSPECTOR_HOME", str(bench.folder / "home-of-b"))
        preferences.change({"registry_leaves": "everything"})
        bench.say("key new")
        bench.say("key export", "b.pem")
        bench.say("registry office add", "Office B", "--role", urls.roles["office_b"], "--certificate", "b.pem", *owner)
        bench.say("registry push", "--wait", "0", *other, *bench.ledger)
    bench.say("registry accept", *gate)
    bench.say("registry pull", "whole.jsonl", *other)
    bench.say("registry restore", "whole.jsonl", "--ledger", "brought-back.sqlite")
    bench.say("registry verify", *office, *bench.ledger)
    bench.say("registry watch push", "list.json", *office)
    bench.say("registry watch list", *office)
    bench.say("registry watch pull", *office)


def _audited(bench: "_Bench") -> None:
    """A node with its evidence, and one that has none."""
    lines = (
        "node,rack,unit,simulate,seed,trouble",
        "n1,A,1,genuine-h100-sxm,1,",
        "n2,A,2,genuine-h100-sxm,2,no-driver",
    )
    (bench.folder / "hall.csv").write_text("\n".join(lines), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(audit_engines, "opened", lambda *_given: FakeEngine(["n1", "n2"]))
        bench.say("audit", "--local", "1", "--hall", "hall.csv", "--no-measure", "--ledger", "hall.sqlite")


def strict(schema: Any) -> Any:
    """The schema, refusing what it does not name."""
    if isinstance(schema, list):
        return [strict(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {key: strict(one) for key, one in schema.items()}
    if "properties" in closed and closed.get("type") == "object":
        closed.setdefault("additionalProperties", False)
    return closed


def schema_of(command: str) -> Any:
    path = make_schemas.FOLDER / f"{make_schemas.name_of(command)}{make_schemas.ENDING}"
    return strict(copy.deepcopy(json.loads(path.read_text(encoding="utf-8"))))


@pytest.mark.parametrize("command", sorted(set(documents.PRINTED) - {"watch"}))
def test_what_a_command_prints_is_what_its_schema_says(printed: Printed, command: str) -> None:
    if command.startswith("registry ") and (reason := registry_server.why_not()):
        pytest.skip(reason)
    assert printed[command], "it was not run"
    validator = Draft202012Validator(schema_of(command))
    for document in printed[command]:
        errors = sorted(validator.iter_errors(document), key=lambda error: len(error.path))
        assert [error.message[:500] for error in errors] == []


def test_watch_prints_what_batch_prints() -> None:
    assert documents.PRINTED["watch"] == documents.PRINTED["batch"]


def test_the_contract_of_inspect_is_kept_to_the_letter(printed: Printed) -> None:
    document = printed["inspect"][0]
    assert {"format", "verdict", "id", "cards"} <= set(document)
    (card,) = document["cards"]
    assert {"verdict", "condition", "control", "product", "findings"} <= set(card)
    for finding in card["findings"]:
        assert {"check", "outcome", "role", "strength", "text", "values"} <= set(finding)
        assert finding["role"] in ("core", "supporting")


@pytest.mark.parametrize(
    ("file", "name"),
    [("proof.json", "row-proof"), ("point.json", "checkpoint"), ("list.json", "watch-list")],
)
def test_files_that_commands_write_are_what_their_schemas_say(
    printed: Printed, tmp_path_factory: pytest.TempPathFactory, file: str, name: str
) -> None:
    path = next(tmp_path_factory.getbasetemp().glob(f"bench*/{file}"))
    schema = json.loads((make_schemas.FOLDER / f"{name}{make_schemas.ENDING}").read_text(encoding="utf-8"))
    assert Draft202012Validator(strict(schema)).is_valid(json.loads(path.read_text(encoding="utf-8")))


def test_lines_of_an_export_are_what_their_schemas_say(
    printed: Printed, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = next(tmp_path_factory.getbasetemp().glob("bench*/rows.jsonl"))
    *rows, last = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    for name, lines in (("export-row", rows), ("export-manifest", [last])):
        schema = json.loads((make_schemas.FOLDER / f"{name}{make_schemas.ENDING}").read_text(encoding="utf-8"))
        validator = Draft202012Validator(schema)
        assert lines
        assert all(validator.is_valid(line) for line in lines)
