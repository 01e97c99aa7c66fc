"""`inspect --not-starting`, `--answers` and `checklist` from outside: from answers and pictures to a signed report."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest
from PIL import Image

from gpu_inspector.cli.main import main
from gpu_inspector.ledger.store import Ledger
from gpu_inspector.records.checklist import QUESTIONS, SHOTS
from gpu_inspector.records.evidence import Origin

Run = Callable[..., tuple[int, str, str]]
HEAD = 'format = 1\npower = "does not start"\n'
DIE = '[die]\nlines = ["S TW 2231A1", "{line}"]\nphotographs = ["die.png"]\n'


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """A command's exit status, stdout and stderr."""

    def command(*arguments: str | Path) -> tuple[int, str, str]:
        status = main([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return command


@pytest.fixture
def answers(tmp_path: Path) -> Callable[[str], Path]:
    """A file of answers with one photograph beside it."""
    Image.new("RGB", (320, 240), (40, 90, 60)).save(tmp_path / "die.png")

    def write(text: str) -> Path:
        path = tmp_path / "answers.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def json_of(run: Run, *arguments: str | Path) -> tuple[int, dict[str, Any]]:
    status, out, err = run("inspect", "--not-starting", *arguments, "--json")
    assert out, err
    return status, json.loads(out)


def test_a_marking_that_contradicts_the_paper_reaches_contradicted_and_a_signed_report(
    run: Run, answers: Callable[[str], Path], tmp_path: Path
) -> None:
    report, ledger = tmp_path / "r.pdf", tmp_path / "l.sqlite"
    path = answers(HEAD + DIE.format(line="GA102-225-A1"))
    status, document = json_of(
        run, "--answers", path, "--declared-product", "RTX 4090", "--exhibit", "E 7", "--report", report,
        "--ledger", ledger,
    )  # fmt: skip
    assert status == 12
    assert document["verdict"] == "CONTRADICTED"
    assert document["origin"] == Origin.SEEN.value
    (card,) = document["cards"]
    marking = next(one for one in card["findings"] if one["check"] == "die-marking")
    assert marking["outcome"] == "CONTRADICTED"
    status, out, err = run("verify", report)
    assert status == 3, (out, err)  # intact; nobody named the signer


def test_the_photographs_are_in_the_case_and_the_answers_name_them(
    run: Run, answers: Callable[[str], Path], tmp_path: Path
) -> None:
    ledger = tmp_path / "l.sqlite"
    json_of(run, "--answers", answers(HEAD + DIE.format(line="AD102-300-A1")), "--ledger", ledger)
    with Ledger(ledger, readonly=True) as opened:
        _, inspection = opened.inspection(1)
    (photograph,) = inspection.case.photographs
    (card,) = inspection.evidence.cards
    assert card.seen is not None
    assert card.seen.die.photographs == (photograph.sha256,)
    assert photograph.shows == "die"


@pytest.mark.parametrize("line", ["AD102-300-A1", "", "no such thing"])
def test_what_was_only_looked_at_is_never_consistent(
    run: Run, answers: Callable[[str], Path], tmp_path: Path, line: str
) -> None:
    status, document = json_of(
        run, "--answers", answers(HEAD + DIE.format(line=line)), "--declared-product", "RTX 4090",
        "--ledger", tmp_path / "l.sqlite",
    )  # fmt: skip
    assert status == 10
    assert document["cards"][0]["control"] != "none"


def test_bench_checks_do_not_arise_for_an_object_that_was_not_started(
    run: Run, answers: Callable[[str], Path], tmp_path: Path
) -> None:
    _status, document = json_of(run, "--answers", answers(HEAD), "--ledger", tmp_path / "l.sqlite")
    found = {one["check"]: one["outcome"] for one in document["cards"][0]["findings"]}
    assert found["bench-origin"] == "INCONCLUSIVE"
    assert {found[name] for name in ("bench-preload", "bench-driver", "bench-machine", "bench-patches")} == {
        "NOT_APPLICABLE"
    }
    assert found["memory-measured"] == found["die-measured"] == "INCONCLUSIVE"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('format = 1\n[answers.package-markin]\nseen = "deviates"\n', "no question of the checklist"),
        ('format = 1\n[answers.package-marking]\nseen = "deviats"\n', "no file of answers"),
        ("format = 1\nweigth_g = 3\n", "no file of answers"),
        ("format = 1\nweight_g = -3\n", "no file of answers"),
        ("format = 99\n", "format 99"),
        ("format = 1\n[shots]\n11 = []\n", "photograph “11”; the fixed list has 1 to 10"),
        ('format = 1\n[die]\nphotographs = ["gone.png"]\n', "gone.png"),
        ('format = 1\n[die]\nphotographs = ["answers.toml"]\n', "no picture"),
        ('format = 1\npower = "starts"\n', "starts"),
        ("{", "no file of answers"),
        ('{"answers": {"package-marking": {"seen": 7}}}', "no file of answers"),
    ],
)
def test_a_slip_in_the_answers_is_a_sentence_and_no_inspection(
    run: Run, answers: Callable[[str], Path], tmp_path: Path, text: str, says: str
) -> None:
    ledger = tmp_path / "l.sqlite"
    status, out, err = run("inspect", "--not-starting", "--answers", answers(text), "--ledger", ledger)
    assert (status, out) == (1, "")
    assert says in err
    assert not ledger.exists()


@pytest.mark.parametrize(
    "more", [("0",), ("--from", "x"), ("--simulate", "genuine-h100"), ("--no-measure",), ("--control-calls",)]
)
def test_an_object_that_does_not_start_can_be_asked_nothing(
    run: Run, answers: Callable[[str], Path], more: tuple[str, ...]
) -> None:
    status, _out, err = run("inspect", "--not-starting", "--answers", answers(HEAD), *more)
    assert status == 2, err


def test_without_terminal_and_file_the_usage_is_told(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False, raising=False)
    status, _out, err = run("inspect", "--not-starting")
    assert status == 2
    assert "--answers" in err


def test_at_a_terminal_the_questions_are_asked_one_by_one(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def typed(asks: str, **_options: object) -> str:
        for part, answer in (("under power", "d"), ("marking, a semicolon", "GA102-225-A1"), ("model", "RTX 4090")):
            if part in asks:
                return answer
        return ""

    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(click, "prompt", typed)
    status, document = json_of(run, "--declared-product", "RTX 4090", "--ledger", tmp_path / "l.sqlite")
    marking = next(one for one in document["cards"][0]["findings"] if one["check"] == "die-marking")
    assert (status, marking["outcome"]) == (11, "SUSPICIOUS")  # no photograph: a strong sign, no contradiction


def test_answers_stand_beside_a_card_that_runs(run: Run, answers: Callable[[str], Path], tmp_path: Path) -> None:
    path = answers('format = 1\n[label]\nbrand = "Toys Inc"\nmodel = "RTX 4090"\n')
    status, out, err = run(
        "inspect", "--simulate", "genuine-rtx-4090", "--answers", path, "--ledger", tmp_path / "l.sqlite", "--json"
    )
    assert status in (0, 10, 11, 12), err
    found = {one["check"]: one["outcome"] for one in json.loads(out)["cards"][0]["findings"]}
    assert found["board-label-vendor"] != "NOT_APPLICABLE"


def test_the_blank_file_answers_nothing_and_names_every_question(run: Run, tmp_path: Path) -> None:
    path, ledger = tmp_path / "blank.toml", tmp_path / "l.sqlite"
    assert run("checklist", "--write", path)[0] == 0
    text = path.read_text(encoding="utf-8")
    assert all(f"[answers.{name}]" in text for name in QUESTIONS)
    assert json_of(run, "--answers", path, "--ledger", ledger)[0] == 10
    assert run("checklist", "--write", path)[0] == 1  # what was written in it is never lost


def test_checklist_says_all_questions_and_photographs(run: Run) -> None:
    status, out, _err = run("checklist")
    assert status == 0
    assert all(name in out for name in QUESTIONS)
    assert all(what in out for what in SHOTS)
    document = json.loads(run("checklist", "--json")[1])
    assert sum(len(step["questions"]) for step in document["steps"]) == len(QUESTIONS)
