"""`--not-starting` and `--answers`: the answers of a file, or the questions asked one by one at a terminal."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from gpu_inspector.errors import CaptureError
from gpu_inspector.language import visible
from gpu_inspector.records.appearance import Power
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.checklist import STEPS, Question, Step
from gpu_inspector.records.declaration import Case
from gpu_inspector.records.evidence import Evidence
from gpu_inspector.workflow import answers_file, seeing

Command = Callable[..., Any]

_KEYS = {"e": "as expected", "d": "deviates", "n": "not visible"}
_POWER = {"d": "does not start", "n": "not tried"}


def asked_at_terminal() -> dict[str, Any]:
    """The answers as an answers file has them, asked one by one; what is left empty is not there."""
    found: dict[str, Any] = {
        "power": _POWER[_one_of("Was it put under power? d: does not start, n: not tried", _POWER)]
    }
    label = {name: _line(f"Label, {name.replace('_', ' ')}") for name in ("brand", "model", "part_number", "serial")}
    written: dict[str, Any] = {name: text for name, text in label.items() if text}
    if files := _files("Photographs of the label"):
        written["photographs"] = files
    if written:
        found["label"] = written
    answers: dict[str, Any] = {}
    for number, step in enumerate(STEPS, 1):
        click.echo(visible(f"\n{number} of {len(STEPS)}. {step.title}. {step.lead}"), err=True)
        for one in step.questions:
            if said := _answer(one):
                answers[one.id] = said
        found |= _beside(step)
    return {**found, "answers": answers} if answers else found


def _answer(one: Question) -> dict[str, Any]:
    click.echo(visible(f"  {one.asks}\n    {one.look}"), err=True)
    key = _one_of("  e: as expected, d: deviates, n: not visible, Enter: not looked at", {**_KEYS, "": ""})
    if not key:
        return {}
    said: dict[str, Any] = {"seen": _KEYS[key]}
    if key == "d" and (note := _line("    What deviates")):
        said["note"] = note
    if key != "n" and (files := _files("    Photographs")):
        said["photographs"] = files
    return said


def _beside(step: Step) -> dict[str, Any]:
    """What a step asks for beside its questions."""
    if step.id == "weight":
        return {"weight_g": weight} if (weight := _number("  Weight in grams")) else {}
    if step.id == "board":
        return {"board_marking": text} if (text := _line("  Number of the board")) else {}
    if step.id == "package":
        lines = [line.strip() for line in _line("  Lines of the die's marking, a semicolon between").split(";")]
        files = _files("  Photographs of the marking") if any(lines) else []
        die = {"lines": [line for line in lines if line], "photographs": files}
        return {"die": {name: value for name, value in die.items() if value}} if die["lines"] else {}
    if step.id == "memory":
        return {"memory": chips} if (chips := _chips()) else {}
    return {}


def _chips() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while marking := _line("  Marking of memory chips (Enter: no more)"):
        count = _number("    How many of them") or 1
        side = _one_of("    On which side? f: front, r: rear, Enter: not said", {"f": "front", "r": "rear", "": ""})
        found.append({"marking": marking, "count": int(count), "side": {"f": "front", "r": "rear"}.get(side, "")})
    return found


def _line(asks: str) -> str:
    text: str = click.prompt(asks, default="", show_default=False, err=True)
    return text.strip()


def _one_of(asks: str, keys: dict[str, str]) -> str:
    while True:
        if (key := _line(asks).casefold()[:1]) in keys:
            return key
        click.echo("    One of: " + ", ".join(one or "Enter" for one in keys), err=True)


def _number(asks: str) -> float | None:
    while text := _line(asks):
        try:
            number = float(text.replace(",", "."))
        except ValueError:
            number = 0.0
        if 0.0 < number < 100_000.0:
            return number
        click.echo("    A number, or Enter for none.", err=True)
    return None


def _files(asks: str) -> list[str]:
    """Names of files that are there; another one is asked for again, so that a slip costs no answer."""
    while text := _line(f"{asks} (files, a semicolon between; Enter: none)"):
        names = [name.strip() for name in text.split(";") if name.strip()]
        if missing := [name for name in names if not Path(name).is_file()]:
            click.echo(visible(f"    There is no file {missing[0]}."), err=True)
            continue
        return names
    return []


@dataclass(frozen=True, slots=True)
class Eye:
    """Whether the object is only looked at, and the file that says what was seen."""

    not_starting: bool = False
    answers: Path | None = None

    @property
    def asked(self) -> bool:
        return self.not_starting or self.answers is not None


def eye_options(command: Command) -> Command:
    """The object itself, as the inspector sees it; the command gets one `Eye` as `eye`."""

    @click.option(
        "--not-starting", is_flag=True, help="The object does not start: inspect it by eye alone; see `checklist`."
    )
    @click.option(
        "--answers",
        type=click.Path(path_type=Path, readable=False),
        metavar="FILE",
        help="What was seen of the object, with its photographs: TOML or JSON; `checklist --write` makes a blank one.",
    )
    @functools.wraps(command)
    def wrapped(*arguments: Any, not_starting: bool, answers: Path | None, **options: Any) -> Any:
        return command(*arguments, eye=Eye(not_starting, answers), **options)

    return wrapped


def looked(eye: Eye, case: Case) -> tuple[seeing.Looked, Case]:
    """What was seen, of the file or asked for here, and the case with its photographs. Raises GpuInspectorError."""
    if eye.answers is not None:
        found = seeing.read_answers(eye.answers)
    elif sys.stdin.isatty():
        found = seeing.taken_in(answers_file.of(asked_at_terminal()))
    else:
        raise click.UsageError("Without a terminal the answers come from a file: --answers FILE.")
    if eye.not_starting and found.appearance.power is Power.STARTS:
        raise CaptureError("The answers say that the object starts.", "Inspect it in a machine, or mend the answers.")
    return found, seeing.with_photographs(case, found)


def seen_alone(eye: Eye, case: Case, catalogue: Catalogue) -> tuple[Evidence, Case]:
    """The inspection of an object that does not start. Raises GpuInspectorError, click.UsageError."""
    found, case = looked(eye, case)
    return seeing.evidence_of(found.appearance, catalogue, case.binding.exhibit), case
