"""The questions at a terminal: nothing typed is lost, nothing that was not said is taken for said."""

import json
from pathlib import Path
from typing import Any

import click
import pytest
from PIL import Image

from gpu_inspector.cli import looking
from gpu_inspector.errors import GpuInspectorError
from gpu_inspector.records.checklist import QUESTIONS, STEPS
from gpu_inspector.records.declaration import NO_CASE
from gpu_inspector.workflow import answers_file


class Typist:
    """Answers each prompt by the first key that it holds; else with Enter."""

    def __init__(self, said: dict[str, list[str]], stop: str = "") -> None:
        self.said = {asks: list(texts) for asks, texts in said.items()}
        self.stop = stop

    def __call__(self, asks: str, **_options: Any) -> str:
        if self.stop and self.stop in asks:
            raise click.Abort
        for part, texts in self.said.items():
            if part in asks and texts:
                return texts.pop(0)
        return ""


@pytest.fixture(autouse=True)
def at_a_terminal(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GPU_INSPECTOR_HOME", str(tmp_path / "home"))
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)


def typed(monkeypatch: pytest.MonkeyPatch, said: dict[str, list[str]], stop: str = "") -> None:
    monkeypatch.setattr(click, "prompt", Typist({"under power": ["d"], **said}, stop))


def kept(tmp_path: Path) -> Path:
    (found,) = (tmp_path / "home" / "typed").iterdir()
    return found


def test_no_control_code_stands_among_the_questions(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed(monkeypatch, {})
    assert looking.asked_at_terminal() == {"power": "does not start"}
    shown = capsys.readouterr().err
    assert "[U+" not in shown
    assert all(one.asks in shown and one.look in shown for one in QUESTIONS.values())
    assert all(step.lead in shown for step in STEPS)


def test_chips_are_asked_for_until_they_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    typed(
        monkeypatch, {"Marking of memory": ["D8BZC"], "How many": ["", "12.5", "0", "201", "12"], "which side": ["f"]}
    )
    assert looking.asked_at_terminal()["memory"] == [{"marking": "D8BZC", "count": 12, "side": "front"}]


def test_sizes_photographs_and_the_kind_of_object_are_asked_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    picture = tmp_path / "with space.jpg"
    Image.new("RGB", (64, 64)).save(picture)
    said = {"Weight": ["2,2 kg", "2180,5"], "Length": ["304"], "whole card": ["y"], "  1. ": [f'"{picture}"']}
    typed(monkeypatch, said)
    found = looking.asked_at_terminal()
    assert (found["weight_g"], found["length_mm"], found["whole_card"]) == (2180.5, 304.0, True)
    assert found["shots"] == {"1": [str(picture)]}
    answers_file.of(found)


def test_stopped_in_the_middle_what_was_typed_is_kept_and_can_be_given_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    typed(monkeypatch, {"serial": ["0325219012345 华硕"]}, stop="Weight in grams")
    with pytest.raises(click.Abort):
        looking.looked(looking.Eye(not_starting=True), NO_CASE)
    path = kept(tmp_path)
    assert str(path) in capsys.readouterr().err
    monkeypatch.undo()
    assert answers_file.read(path).written.label.serial == "0325219012345 华硕"


def test_a_picture_that_is_none_costs_no_answer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    bad = tmp_path / "bad.jpg"
    bad.write_bytes(b"no picture")
    typed(monkeypatch, {"Photographs of the label": [str(bad)], "Number of the board": ["PG139"]})
    with pytest.raises(GpuInspectorError, match=r"bad\.jpg"):
        looking.looked(looking.Eye(not_starting=True), NO_CASE)
    assert json.loads(kept(tmp_path).read_text("utf-8"))["board_marking"] == "PG139"


def test_a_folder_that_takes_nothing_stops_no_question(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "home").write_text("a file where the folder would be")
    typed(monkeypatch, {"Number of the board": ["PG139"]})
    found, _case = looking.looked(looking.Eye(not_starting=True), NO_CASE)
    assert found.appearance.board_marking == "PG139"
    assert capsys.readouterr().err.count("cannot be kept") == 1


def test_answers_of_an_object_that_does_not_start_are_not_those_of_a_card_that_runs(tmp_path: Path) -> None:
    answers = tmp_path / "answers.toml"
    answers.write_text('power = "does not start"')
    with pytest.raises(GpuInspectorError, match="does not start"):
        looking.looked(looking.Eye(answers=answers), NO_CASE, asked=True)
    found, _case = looking.looked(looking.Eye(answers=answers), NO_CASE)
    assert found.appearance.power.value == "does not start"
