"""The list of known modifications: whole, sourced, without rumours, and nothing in it decided from memory."""

import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

from gpu_inspector import resources
from gpu_inspector.errors import DataError
from gpu_inspector.records.catalogue import KNOWN_LIST, KNOWN_MADE, Catalogue, known_files, load
from gpu_inspector.records.modification import (
    ABOUT,
    KINDS,
    SURE,
    Counterfeit,
    Fact,
    Feature,
    Kind,
    Modification,
    Prototype,
    Role,
    Sure,
)
from tools import make_modifications_doc

ROWS = load().modifications


def files() -> dict[str, bytes]:
    """All of the reference data."""
    found = resources.names("products", ".jsonl") + resources.names("products", ".json")
    return {Path(name).name: resources.read(name) for name in found} | known_files()


RAW = tomllib.loads(resources.read(KNOWN_LIST).decode())


def test_every_key_is_one_that_the_program_reads() -> None:
    known = {
        "modification": {field.name for field in fields(Modification)},
        "prototype": {field.name for field in fields(Prototype)},
        "counterfeit": {field.name for field in fields(Counterfeit)},
    }
    assert set(RAW) == set(known)
    for table, names in known.items():
        for row in RAW[table]:
            assert set(row) <= names, row
    for row in RAW["modification"]:
        for feature in row.get("features", ()):
            assert set(feature) <= {field.name for field in fields(Feature)}, feature


def test_ids_and_titles_are_given_once() -> None:
    assert len({row.id for row in ROWS}) == len(ROWS) == len({row.title for row in ROWS})


@pytest.mark.parametrize("row", ROWS, ids=[row.id for row in ROWS])
def test_every_row_has_its_sources_and_its_innocent_explanation(row: Modification) -> None:
    assert row.sources and all(row.sources)
    assert row.honest.endswith(".")
    assert row.made_from and row.made_by
    # What stands in a finding as a template of its own holds no brackets that would be filled.
    assert not any(sign in row.honest for sign in "{}")
    keys = [one for one in row.features if one.role is Role.KEY]
    assert bool(keys) != bool(row.unseen), "a signature, or why there is none"


@pytest.mark.parametrize("row", ROWS, ids=[row.id for row in ROWS])
def test_nothing_from_memory_decides(row: Modification) -> None:
    assert not [one for one in row.features if one.sure is Sure.MEMORY and one.role is not Role.DESCRIBES]
    assert row.sure is not Sure.MEMORY or not row.features


@pytest.mark.parametrize("row", ROWS, ids=[row.id for row in ROWS])
def test_every_feature_says_what_it_must_be(row: Modification) -> None:
    for one in row.features:
        assert one.any or one.none or one.least is not None or one.most is not None
        assert not one.group or one.role is Role.KEY
        kinds = {type(value) for value in (*one.any, *one.none)}
        assert len(kinds) <= 1


def test_everything_has_its_words_and_every_fact_is_used() -> None:
    assert set(ABOUT) == set(Fact) == {one.fact for row in ROWS for one in row.features}
    assert set(KINDS) == set(Kind) == {row.kind for row in ROWS}
    assert set(SURE) == set(Sure)


@pytest.mark.parametrize(
    ("device", "size"),
    [("1E04", 44), ("2204", 48), ("2B85", 96), ("2B85", 128), ("2684", 96), ("2329", 141), ("20B5", 96), ("26B9", 96)],
)
def test_rumours_are_left_out(device: str, size: int) -> None:
    sizes = {
        value
        for row in ROWS
        if device in row.device_ids
        for one in row.features
        if one.fact is Fact.MEMORY
        for value in one.any
    }
    assert size not in sizes


def test_every_prototype_is_a_row_too() -> None:
    for prototype in load().prototypes:
        rows = [row for row in ROWS if row.kind is Kind.SAMPLE and prototype.device_id in row.device_ids]
        assert any(row.memory_mib == prototype.memory_mib for row in rows), prototype


def test_the_digest_of_the_data_follows_the_list() -> None:
    held = files()
    changed = {**held, KNOWN_LIST: held[KNOWN_LIST] + b"\n"}
    assert Catalogue(changed).version != Catalogue(held).version == load().version


@pytest.mark.parametrize(
    "body",
    [b"[[modification]", b"\xff", b"", b'[[modification]]\nid = "A"\n', b"modification = 1\n"],
    ids=["cut", "bytes", "empty", "no fields", "type"],
)
def test_a_damaged_list_is_refused_by_name(body: bytes) -> None:
    with pytest.raises(DataError, match=r"modifications\.toml"):
        Catalogue({**files(), KNOWN_LIST: body})


def test_both_forms_of_the_list_say_the_same() -> None:
    assert resources.read(KNOWN_MADE) == make_modifications_doc.made(), (
        "resources/modifications.json is stale: make documents"
    )
    held = files()
    del held[KNOWN_MADE]
    written, made = Catalogue(held), load()
    assert written.modifications == made.modifications and written.prototypes == made.prototypes
    assert written.counterfeits == made.counterfeits
    assert written.version != made.version


def test_a_form_of_another_list_is_not_read() -> None:
    held = files()
    title = ROWS[0].title.encode()
    other = held[KNOWN_LIST].replace(title, b"Another title", 1)
    assert Catalogue({**held, KNOWN_LIST: other}).modifications[0].title == "Another title"
    forged = held[KNOWN_MADE].replace(title, b"Another title", 1)
    assert Catalogue({**held, KNOWN_MADE: forged}).version != load().version


@pytest.mark.parametrize("body", [b"{", b"\xff", b"", b"{}", b'{"sha256": 1, "rows": {}}'])
def test_a_damaged_form_is_refused_by_name(body: bytes) -> None:
    with pytest.raises(DataError, match=r"modifications\.json"):
        Catalogue({**files(), KNOWN_MADE: body})


def test_a_missing_list_is_refused_by_name() -> None:
    held = files()
    del held[KNOWN_LIST]
    with pytest.raises(DataError, match=r"modifications\.toml"):
        Catalogue(held)


def test_the_wheel_takes_the_list_from_the_folder_that_it_takes_whole() -> None:
    assert all((Path(__file__).parents[2] / "resources" / name).is_file() for name in (KNOWN_LIST, KNOWN_MADE))
