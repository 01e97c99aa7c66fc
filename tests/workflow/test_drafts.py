"""A draft comes back as it was typed; a broken one is kept aside and named; a full disk is a sentence."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sampling import examples

from gpu_inspector.errors import SettingsError
from gpu_inspector.records.appearance import Answered, Appearance, MemoryChips, Power, Seen
from gpu_inspector.records.declaration import Binding, Case, Declaration, Photograph
from gpu_inspector.workflow import drafts, templates
from gpu_inspector.workflow.drafts import Draft, NamedObject, ObjectDraft
from gpu_inspector.workflow.templates import Template

MOMENT = datetime(2026, 11, 24, 14, 32, tzinfo=UTC)
PHOTOGRAPH = Photograph(sha256="ab" * 32, name="a.jpg", size_bytes=3, shows="label")
FULL = Draft(
    saved_at=MOMENT,
    declaration=Declaration(product="RTX 4090", memory_gb=24, value="1,850 EUR"),
    case=Case(number="C-1", note="zwei\nZeilen"),
    objects=(
        NamedObject(
            key="card 0000:01:00.0",
            title="RTX 4090",
            draft=ObjectDraft(binding=Binding(exhibit="EX-1"), photographs=(PHOTOGRAPH,), serial="032"),
        ),
    ),
)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GPU_INSPECTOR_HOME", str(tmp_path))
    return tmp_path


def test_a_draft_comes_back_as_it_was_typed() -> None:
    drafts.save(FULL)
    assert drafts.load() == drafts.Found(FULL)
    assert not FULL.blank


def test_what_was_seen_comes_back_and_an_object_that_was_only_looked_at_is_kept() -> None:
    seen = Appearance(
        power=Power.DOES_NOT_START,
        answers=(Answered(question="package-surface", seen=Seen.DEVIATES, note="dull", photographs=("ab" * 32,)),),
        memory=(MemoryChips(marking="D8BZC", count=12, side="rear"),),
        weight_g=2186.5,
    )
    draft = replace(FULL, objects=(NamedObject(key="", title="", draft=ObjectDraft(seen=seen)),))
    drafts.save(draft)
    assert drafts.load() == drafts.Found(draft)
    assert ObjectDraft(seen=seen).with_(ObjectDraft(serial="1")).seen == seen
    assert ObjectDraft(serial="1").with_(ObjectDraft(seen=seen)).seen == seen


def test_a_draft_and_a_template_of_an_earlier_version_are_read() -> None:
    later = ("description", "brand", "country_of_origin", "destination", "headquarters", "control_class", "export_date")
    drafts.save(FULL)
    plain = json.loads(drafts.path().read_bytes())
    for name in later:
        del plain["declaration"][name]
    for one in plain["objects"]:
        del one["draft"]["seen"]
    drafts.path().write_bytes(json.dumps(plain).encode())
    assert drafts.load() == drafts.Found(FULL)
    templates.save(Template(name="zoll", declaration=Declaration(product="RTX 4090")))
    (path,) = templates.folder().glob("*.json")
    plain = json.loads(path.read_bytes())
    for name in later:
        del plain["declaration"][name]
    path.write_bytes(json.dumps(plain).encode())
    (template,) = templates.load_all().templates
    assert template.declaration == Declaration(product="RTX 4090")


def test_without_a_draft_there_is_nothing_to_say() -> None:
    assert drafts.load() == drafts.Found(None, "")


def test_what_was_discarded_is_gone() -> None:
    drafts.save(FULL)
    drafts.drop()
    drafts.drop()
    assert drafts.load().draft is None


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"\x00\xff" * 50, id="binary"),
        pytest.param(b'{"format":2,"saved_at":"2026-11-24T14:32:00Z"}', id="newer"),
        pytest.param(b'{"format":1}', id="without its time"),
        pytest.param(b'{"format":1,"saved_at":"2026-11-24T14:32:00Z","case":{"number":7}}', id="wrong type"),
        pytest.param(
            b'{"format":1,"saved_at":"2026-11-24T14:32:00Z","declaration":{"quantity":' + b"9" * 18 + b"}}", id="huge"
        ),
        pytest.param(b" " * (drafts.LARGEST + 1), id="too large"),
    ],
)
def test_a_broken_draft_is_kept_aside_and_named(data: bytes) -> None:
    for number in ("", "-2"):
        drafts.path().parent.mkdir(exist_ok=True)
        drafts.path().write_bytes(data)
        found = drafts.load()
        aside = drafts.path().with_name(f"case.broken{number}.json")
        assert found.draft is None
        assert str(aside) in found.trouble
        assert aside.read_bytes() == data
    assert drafts.load() == drafts.Found(None, "")


@given(data=st.binary(max_size=300))
@hypothesis_settings(
    max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_bytes_are_a_draft_or_a_sentence(data: bytes) -> None:
    drafts.path().parent.mkdir(exist_ok=True)
    drafts.path().write_bytes(data)
    found = drafts.load()
    assert found.draft is not None or found.trouble


def test_a_draft_that_is_a_folder_is_a_sentence() -> None:
    drafts.path().mkdir(parents=True)
    assert "cannot be read" in drafts.load().trouble


def test_where_nothing_can_be_written_the_old_draft_stays_and_the_sentence_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drafts.save(FULL)

    def full(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SettingsError, match=r"No space left.*Free some space"):
        drafts.save(Draft(saved_at=MOMENT))
    assert drafts.load().draft == FULL
    assert [path.name for path in drafts.path().parent.iterdir()] == ["case.json"]


def test_a_writer_that_is_killed_leaves_a_whole_draft(home: Path) -> None:
    program = (
        "from tests.workflow.test_drafts import FULL\n"
        "from gpu_inspector.workflow import drafts\n"
        "drafts.save(FULL)\n"
        "print('go', flush=True)\n"
        "while True: drafts.save(FULL)"
    )
    for _ in range(2):
        child = subprocess.Popen(
            [sys.executable, "-c", program],
            env={**os.environ, "GPU_INSPECTOR_HOME": str(home), "PYTHONPATH": str(Path(__file__).parents[1])},
            cwd=Path(__file__).parents[2],
            stdout=subprocess.PIPE,
        )
        assert child.stdout is not None
        child.stdout.readline()
        time.sleep(0.05)
        child.send_signal(signal.SIGKILL)
        child.wait()
        child.stdout.close()
        assert drafts.load().draft == FULL


def test_two_words_of_one_object_are_joined_and_nothing_is_there_twice() -> None:
    mine = ObjectDraft(photographs=(PHOTOGRAPH,), serial="1")
    other = ObjectDraft(
        binding=Binding(exhibit="E"),
        photographs=(PHOTOGRAPH, Photograph(sha256="cd" * 32, name="b", size_bytes=1)),
        serial="2",
        part_number="P",
    )
    both = mine.with_(other)
    assert both.binding.exhibit == "E"
    assert [one.name for one in both.photographs] == ["a.jpg", "b"]
    assert (both.serial, both.part_number) == ("1", "P")
    assert both.not_in(mine) == ObjectDraft(photographs=(other.photographs[1],))


# --- templates


def test_templates_are_kept_by_name_and_without_what_changes() -> None:
    lasting = templates.lasting(Declaration(product="RTX 4090", value="1 EUR", papers="7", serial="1", quantity=4))
    assert lasting == Declaration(product="RTX 4090")
    for name in ("zoll", "Köln", "../../etc/passwd", "a" * 60, "\u202e\n"):
        templates.save(Template(name=name, office=name, declaration=lasting))
    shelf = templates.save(Template(name="zoll", office="other"))
    assert shelf.trouble == ""
    assert {one.name: one.office for one in shelf.templates}["zoll"] == "other"
    assert len(shelf.templates) == 5
    assert all(path.parent == templates.folder() for path in templates.folder().rglob("*"))
    assert len(templates.delete("Köln").templates) == 4
    assert len(templates.delete("Köln").templates) == 4


def test_what_the_usual_papers_say_of_goods_and_way_is_lasting_and_the_day_is_not() -> None:
    declared = Declaration(
        description="graphics cards",
        brand="ASUS",
        country_of_origin="TW",
        destination="CN",
        headquarters="SG",
        control_class="EAR99",
        export_date="2026-11-30",
        part_number="P",
    )
    usual = templates.lasting(declared)
    assert usual == replace(declared, export_date="", part_number="")
    typed = Declaration(destination="DE", brand="", papers="7", export_date="2026-12-01")
    both = templates.with_usual(typed, replace(usual, destination=""))
    assert (both.destination, both.brand, both.papers, both.export_date) == ("DE", "ASUS", "7", "2026-12-01")


@pytest.mark.parametrize("name", ["", "  ", "a" * 61])
def test_a_template_needs_a_name(name: str) -> None:
    with pytest.raises(SettingsError, match="needs a name"):
        templates.save(Template(name=name))


def test_a_broken_template_is_left_out_and_named() -> None:
    templates.save(Template(name="good"))
    (templates.folder() / "bad.json").write_bytes(b"{")
    shelf = templates.load_all()
    assert [one.name for one in shelf.templates] == ["good"]
    assert "bad.json" in shelf.trouble


def test_a_template_that_cannot_be_written_is_a_sentence(home: Path) -> None:
    (home / "templates").write_text("in the way")
    with pytest.raises(SettingsError, match="cannot be kept"):
        templates.save(Template(name="a"))
    assert templates.load_all().templates == ()
