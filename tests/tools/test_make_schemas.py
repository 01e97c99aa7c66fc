"""The published schemas: their promises stay, they are what the code says, and they refuse what the program does."""

import copy
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from cards import genuine, row_of
from jsonschema import Draft202012Validator

from gpu_inspector.cli import documents
from gpu_inspector.cli.main import commands
from gpu_inspector.errors import CaptureError
from gpu_inspector.records import canonical
from gpu_inspector.records.catalogue import Catalogue, load
from gpu_inspector.records.checkpoint import Statement
from gpu_inspector.records.declaration import NO_CASE, Declaration
from gpu_inspector.records.evidence import Evidence
from gpu_inspector.records.inspection import Inspection
from gpu_inspector.workflow import inspecting
from tools import make_schemas
from tools.schema_stability import breaches

SCHEMAS = make_schemas.schemas()
MUTATIONS = 150
STALE = "docs/schemas is stale: make documents"


def of_commands(group: click.Group, before: str = "") -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from of_commands(command, f"{before}{name} ")
        else:
            yield f"{before}{name}", command


def test_every_command_that_takes_json_has_a_schema_and_no_other() -> None:
    taking = {
        name
        for name, command in of_commands(commands)
        if any("--json" in option.opts for option in command.params if isinstance(option, click.Option))
    }
    assert taking == set(documents.PRINTED)


def test_every_document_is_printed_by_some_command() -> None:
    printed = {kind for kinds in documents.PRINTED.values() for kind in kinds}
    assert printed == set(documents.ALL)


def test_the_committed_schemas_are_what_the_code_says() -> None:
    made = make_schemas.files()
    there = {path.name for path in make_schemas.FOLDER.iterdir()}
    assert there == set(made), STALE
    stale = [name for name, text in made.items() if (make_schemas.FOLDER / name).read_text(encoding="utf-8") != text]
    assert stale == [], STALE


def test_the_committed_page_is_what_the_code_says() -> None:
    assert make_schemas.PAGE.read_text(encoding="utf-8") == make_schemas.page(), STALE


def test_the_committed_promises_are_kept() -> None:
    assert make_schemas.broken() == []


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_a_schema_is_one_names_no_host_and_refers_to_itself_alone(name: str) -> None:
    schema = SCHEMAS[name]
    Draft202012Validator.check_schema(schema)
    text = json.dumps(schema)
    assert text.count("://") == 1, "only the dialect has an address"
    assert schema["$id"] == f"urn:gpu-inspector:schema:1:{name}"
    for reference in set(_references(schema)):
        assert reference.removeprefix("#/$defs/") in schema["$defs"]


def _references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        part = list(part.values())
    if isinstance(part, list):
        for one in part:
            yield from _references(one)


# --- what breaks a promise


def _history() -> dict[str, Any]:
    return copy.deepcopy(SCHEMAS["json-history"])


def _row(schema: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = schema["$defs"]["HistoryRowDocument"]
    return found


def test_a_removed_field_is_named_in_a_sentence() -> None:
    new = _history()
    del _row(new)["properties"]["office"]
    (sentence,) = breaches(SCHEMAS["json-history"], new, printed=True)
    assert "“office” of each of “inspections” is no longer there" in sentence


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param({"number": {"type": "string"}}, "was of the type integer", id="retyped"),
        pytest.param({"office": {"anyOf": [{"type": "string"}, {"type": "null"}]}}, "of the type null", id="nullable"),
    ],
)
def test_a_field_of_another_type_is_a_breach(change: dict[str, Any], said: str) -> None:
    new = _history()
    _row(new)["properties"] |= change
    assert said in " ".join(breaches(SCHEMAS["json-history"], new, printed=True))


def test_a_field_that_may_be_missing_now_is_a_breach() -> None:
    new = _history()
    _row(new)["required"].remove("office")
    assert "may be missing" in " ".join(breaches(SCHEMAS["json-history"], new, printed=True))


def test_an_added_field_is_none() -> None:
    new = _history()
    _row(new)["properties"]["colour"] = {"type": "string"}
    _row(new)["required"].append("colour")
    assert breaches(SCHEMAS["json-history"], new, printed=True) == []


def test_a_word_that_is_taken_from_a_list_is_a_breach_and_one_that_is_added_is_none() -> None:
    old, new = SCHEMAS["inspection"], copy.deepcopy(SCHEMAS["inspection"])
    new["$defs"]["Outcome"]["enum"].append("PERHAPS")
    assert breaches(old, new, printed=False) == []
    new["$defs"]["Outcome"]["enum"].remove("NOTED")
    assert "could be “NOTED” and cannot" in " ".join(breaches(old, new, printed=False))


def test_a_record_must_not_demand_what_older_files_lack_nor_mean_something_else_by_its_absence() -> None:
    old, new = SCHEMAS["evidence"], copy.deepcopy(SCHEMAS["evidence"])
    new["properties"]["mood"] = {"type": "string"}
    new["required"].append("mood")
    new["$defs"]["Gap"]["properties"]["advice"]["default"] = "Ask somebody."
    said = " ".join(breaches(old, new, printed=False))
    assert "“mood” must be there now" in said
    assert "meant" in said


def test_nothing_is_written_over_a_promise_that_would_be_broken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["make_schemas", "--to", str(tmp_path)])
    assert make_schemas.main() == 0
    promised = tmp_path / "schemas" / "json-history.schema.json"
    old = json.loads(promised.read_text(encoding="utf-8"))
    old["$defs"]["HistoryRowDocument"]["properties"]["seal"] = {"type": "string"}
    promised.write_text(json.dumps(old), encoding="utf-8")
    before = promised.read_bytes()
    assert make_schemas.main() == 1
    assert "“seal”" in capsys.readouterr().err
    assert promised.read_bytes() == before


# --- schema and program refuse the same


@pytest.fixture(scope="module")
def inspection() -> Inspection:
    catalogue: Catalogue = load()
    evidence = genuine(row_of("NVIDIA GeForce RTX 4090"))
    return inspecting.inspection_of(evidence, Declaration(), NO_CASE, catalogue)


STATEMENT = {
    "seq": 3,
    "digest": "0" * 64,
    "root": "0" * 64,
    "previous": "",
    "custody_seq": 0,
    "custody_digest": "0" * 64,
    "made_at": "2026-11-26T12:00:00Z",
    "office": "",
    "tool_version": "0.1.0",
    "kind": "gpu-inspector-checkpoint",
    "format": 1,
}


def decodes(document: object, kind: type) -> bool:
    try:
        canonical.decode(json.dumps(document).encode(), kind, "record")
    except CaptureError:
        return False
    return True


def mutated(document: Any, dice: random.Random) -> Any:
    """The document with one thing in it otherwise: left out, of another type, another word, or added."""
    document = copy.deepcopy(document)
    places = list(_places(document))
    holder, key = dice.choice(places)
    change = dice.choice(("drop", "null", "number", "text", "list", "object", "flag", "add", "fraction"))
    others: dict[str, object] = {
        "null": None,
        "number": 7,
        "text": "nonsense",
        "list": [],
        "object": {},
        "flag": True,
        "fraction": 0.5,
    }
    if change == "drop":
        del holder[key]
    elif change == "add":
        (holder if isinstance(holder, dict) else document)["a field of tomorrow"] = 1
    else:
        holder[key] = others[change]
    return document


def _places(part: Any) -> Iterator[tuple[Any, Any]]:
    for key, value in list(part.items() if isinstance(part, dict) else enumerate(part)):
        yield part, key
        if isinstance(value, dict | list):
            yield from _places(value)


def _agree(document: Any, kind: type, name: str, count: int) -> None:
    validator = Draft202012Validator(SCHEMAS[name])
    assert decodes(document, kind)
    assert validator.is_valid(document)
    refused = 0
    for seed in range(count):
        other = mutated(document, random.Random(seed))
        read = decodes(other, kind)
        refused += not read
        assert validator.is_valid(other) == read, f"seed {seed}"
    assert 0 < refused < count


def test_a_capture_is_refused_by_both_or_by_neither(inspection: Inspection) -> None:
    _agree(json.loads(canonical.encode(inspection.evidence)), Evidence, "evidence", MUTATIONS)


def test_an_inspection_is_refused_by_both_or_by_neither(inspection: Inspection) -> None:
    _agree(json.loads(canonical.encode(inspection)), Inspection, "inspection", MUTATIONS // 5)


def test_a_checkpoints_statement_is_refused_by_both_or_by_neither() -> None:
    _agree(STATEMENT, Statement, "checkpoint-statement", MUTATIONS)


@pytest.mark.parametrize("number", [0, 2, "1", None, 1.5])
def test_another_number_of_the_format_is_refused_by_both(inspection: Inspection, number: object) -> None:
    document = {**json.loads(canonical.encode(inspection)), "format": number}
    assert not decodes(document, Inspection)
    assert not Draft202012Validator(SCHEMAS["inspection"]).is_valid(document)


@pytest.mark.parametrize(
    ("text", "is_time"),
    [
        ("2026-11-26T12:00:00Z", True),
        ("2026-11-26T12:00:00.123456+01:00", True),
        ("2026-11-26", False),
        ("yesterday", False),
        ("", False),
    ],
)
def test_what_is_a_time_is_one_for_both(text: str, is_time: bool) -> None:
    document = {**STATEMENT, "made_at": text}
    assert decodes(document, Statement) is is_time
    assert Draft202012Validator(SCHEMAS["checkpoint-statement"]).is_valid(document) is is_time


@pytest.mark.prove
def test_many_mutations_are_refused_by_both_or_by_neither(inspection: Inspection) -> None:
    _agree(json.loads(canonical.encode(inspection)), Inspection, "inspection", 2_000)
