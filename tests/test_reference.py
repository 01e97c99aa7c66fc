"""What lies in the user's folder of reference data: any bytes are a pack or a sentence, and no name is a path."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gpu_inspector import reference
from gpu_inspector.errors import DataError

VERSION = "2026-11-25+0123456789ab"
STATEMENT: dict[str, Any] = {
    "format": 1,
    "kind": reference.KIND,
    "version": VERSION,
    "made_at": "2026-11-25T10:00:00Z",
    "files": {"products/ada.jsonl": '{"ä": 1}\n', "modifications.toml": ""},
}


@pytest.fixture(autouse=True)
def _anew() -> Iterator[None]:
    reference.chosen.cache_clear()
    yield
    reference.chosen.cache_clear()


def framed(**fields: Any) -> bytes:
    return json.dumps({"format": 1, "signature": "", "statement": {**STATEMENT, **fields}}).encode()


def keep(data: bytes, version: str = VERSION) -> reference.Pack:
    path = reference.pack_path(version)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return reference.read(data)


def choose(pack: reference.Pack) -> None:
    reference.chosen_path().write_bytes(reference.chosen_text(pack))


def test_without_a_choice_it_is_the_programs_own_data_and_nothing_is_made() -> None:
    assert reference.chosen() is None
    assert not reference.folder().exists()


def test_the_chosen_pack_is_read_with_the_names_that_a_catalogue_takes() -> None:
    choose(keep(framed()))
    found = reference.chosen()
    assert found is not None
    assert found.files() == {"ada.jsonl": '{"ä": 1}\n'.encode(), "modifications.toml": b""}


def test_a_choice_is_made_once_for_the_life_of_the_program() -> None:
    choose(keep(framed()))
    first = reference.chosen()
    reference.chosen_path().unlink()
    assert reference.chosen() is first


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        pytest.param({"version": "../../x"}, "version is none", id="version is a path"),
        pytest.param({"version": "2026-11-25+0123456789AB"}, "version is none", id="version in capitals"),
        pytest.param({"version": "2026-11-24+0123456789ab"}, "lies here as", id="another version"),
        pytest.param({"kind": "watch-list"}, "no reference data", id="another kind"),
        pytest.param({"format": 2}, "format 2", id="newer format"),
        pytest.param({"files": {"../x.json": ""}}, "name", id="name is a path"),
        pytest.param({"files": {"products/x.jsonl\n": ""}}, "name", id="name with a line's end"),
        pytest.param({"files": {"products/modifications.json": "", "modifications.json": ""}}, "one", id="twice"),
        pytest.param({"files": {f"products/a{n}.jsonl": "" for n in range(65)}}, "65 files", id="many files"),
        pytest.param({"note": "n" * 2001}, "longer", id="long note"),
        pytest.param({"made_at": "2026-11-25T10:00:00"}, "time zone", id="no time zone"),
        pytest.param({"needs": "1.2; rm"}, "need is none", id="needs no number"),
        pytest.param({"files": {"products/x.jsonl": 1}}, "no data pack", id="file is no text"),
    ],
)
def test_a_pack_that_is_none_is_refused_in_a_sentence(fields: dict[str, Any], said: str) -> None:
    with pytest.raises(DataError, match=said):
        reference.read(framed(**fields), VERSION)


@pytest.mark.parametrize("data", [b"", b"\xff", b"[" * 200_000, b'{"statement":1}', b"null", b'{"statement":{"kind":"'])
def test_what_is_no_pack_at_all_is_refused_in_a_sentence(data: bytes) -> None:
    with pytest.raises(DataError):
        reference.read(data)


@pytest.mark.parametrize("choice", [b"", b"{}", b"\xff", b"[" * 5000, b'{"version":"../x","sha256":"0"}', b"x" * 9000])
def test_a_choice_that_cannot_be_read_is_no_choice_of_the_own_data(choice: bytes) -> None:
    reference.folder().mkdir(parents=True)
    reference.chosen_path().write_bytes(choice)
    with pytest.raises(DataError, match="data use own"):
        reference.chosen()


def test_a_pack_that_was_changed_or_is_gone_is_refused() -> None:
    choose(keep(framed()))
    reference.pack_path(VERSION).write_bytes(framed(note="other"))
    with pytest.raises(DataError, match=r"changed after they were installed.*data use own"):
        reference.chosen()
    reference.pack_path(VERSION).unlink()
    with pytest.raises(DataError, match=r"are gone.*data use own"):
        reference.chosen()


def test_what_is_kept_is_found_by_its_version_and_never_by_a_path(tmp_path: Path) -> None:
    keep(framed())
    assert reference.kept(VERSION) is not None
    for name in ("", "own", "../packs/" + VERSION, VERSION + "\n", "2026-11-25+0123456789ac", str(tmp_path), "\0"):
        assert reference.kept(name) is None
    for place in (reference.pack_path, reference.copy_path):
        with pytest.raises(DataError, match="no version"):
            place("../" + VERSION)


def test_a_folder_in_the_place_of_a_file_is_an_error_and_no_crash() -> None:
    reference.pack_path(VERSION).mkdir(parents=True)
    with pytest.raises(DataError, match="no regular file"):
        reference.kept(VERSION)
    reference.chosen_path().mkdir()
    with pytest.raises(DataError, match="data use own"):
        reference.chosen()
