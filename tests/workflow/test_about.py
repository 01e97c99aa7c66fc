"""What the program says of itself: versions, libraries, and texts of licences as they are installed."""

from importlib import metadata
from pathlib import Path

import pytest

from gpu_inspector.errors import DataError
from gpu_inspector.records.catalogue import load
from gpu_inspector.version import build
from gpu_inspector.workflow import about
from gpu_inspector.workflow.topics import Topic

ROOT = Path(__file__).resolve().parents[2]


def test_versions_name_the_build_and_the_digest_of_the_reference_data() -> None:
    found = dict(about.portrait().versions)
    assert found["GPU Inspector"] == build()
    assert found["Reference data"] == load().version
    assert found["Python"].startswith("3.")


def test_the_libraries_are_those_of_the_project_and_no_tool_of_its_making() -> None:
    found = {one.name.casefold().replace("_", "-") for one in about.packages()}
    assert {"pyside6-essentials", "pyhanko", "reportlab", "msgspec", "cryptography"} <= found
    assert not {"pytest", "mypy", "ruff", "hypothesis", "gpu-inspector"} & found


def test_a_copy_without_metadata_has_no_libraries_to_name(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> metadata.Distribution:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "distribution", missing)
    assert about.packages() == ()
    assert about.licence_text("LICENSE").startswith("MIT License")


@pytest.mark.parametrize("name", about.OWN_TEXTS)
def test_the_programs_own_texts_are_read_whole(name: str) -> None:
    assert about.licence_text(name) == (ROOT / name).read_text(encoding="utf-8")


def test_the_text_of_a_library_is_that_of_the_installed_one() -> None:
    text = about.licence_text("msgspec")
    assert "Redistribution and use" in text
    assert "LICENSE" in text.split("\n")[0]


def test_a_library_that_is_not_here_or_brings_no_text_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DataError, match="is not installed here"):
        about.licence_text("no-such-library")
    monkeypatch.setattr(about, "_read", lambda path: "")
    with pytest.raises(DataError, match="came without the text of its licence; it names: BSD-3-Clause"):
        about.licence_text("msgspec")
    with pytest.raises(DataError, match="LICENSE of this program is missing"):
        about.licence_text("LICENSE")


def test_all_of_it_is_one_text() -> None:
    topics = (Topic("NVML", False, "It does not answer.", "Restart."), Topic("ledger", True, "4 inspections"))
    text = about.as_text(about.portrait(), topics, (("Qt", "6.11"),))
    assert "[ !] NVML: It does not answer.\n     Restart.\n[ok] ledger: 4 inspections\n" in text
    assert "\nQt: 6.11\n" in text
    assert "\nmsgspec " in text
