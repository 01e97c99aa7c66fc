"""`--not-starting` and `--answers`: the answers of a file, or the questions asked one by one at a terminal."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gpu_inspector.errors import CaptureError, GpuInspectorError
from gpu_inspector.language import N_, _, said, sentences, visible
from gpu_inspector.records.appearance import Power
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.checklist import SHOTS, STEPS, Question, Step
from gpu_inspector.records.declaration import Case
from gpu_inspector.records.evidence import Evidence

if TYPE_CHECKING:
    from gpu_inspector.workflow import seeing

Command = Callable[..., Any]

_KEYS = {"e": "as expected", "d": "deviates", "n": "not visible"}
_POWER = {"d": "does not start", "n": "not tried"}
_WHOLE = {"y": "", "n": "", "": ""}
_SIDES = {"f": "front", "r": "rear", "": ""}
_SIZES = {
    "length": N_("Length in millimetres"),
    "height": N_("Height in millimetres"),
    "thickness": N_("Thickness in millimetres"),
}
_LABEL = {
    "brand": N_("Label, brand"),
    "model": N_("Label, model"),
    "part_number": N_("Label, part number"),
    "serial": N_("Label, serial"),
}
_MOST_CHIPS = 200


def asked_at_terminal(keep: Callable[[dict[str, Any]], None] = lambda _answers: None) -> dict[str, Any]:
    """The answers as an answers file has them, asked one by one; what is left empty is not there.

    `keep` is handed all answers so far after each step.
    """
    found: dict[str, Any] = {
        "power": _POWER[_one_of(_("Was it put under power? d: does not start, n: not tried"), _POWER)]
    }
    asks = _("Is it a whole card? y: a populated board, n: a bare chip or a bare board, Enter: not said")
    whole = _one_of(asks, _WHOLE)
    found |= {"whole_card": whole == "y"} if whole else {}
    if label := _label():
        found["label"] = label
    answers: dict[str, Any] = {}
    for number, step in enumerate(STEPS, 1):
        keep({**found, "answers": answers})
        _say("")
        place = said("{number} of {all}. {title}.", number=number, all=len(STEPS), title=_(step.title))
        _say(sentences(place, _(step.lead)))
        for one in step.questions:
            if answer := _answer(one):
                answers[one.id] = answer
        found |= _beside(step)
    found = {**found, "answers": answers} if answers else found
    keep(found)
    found |= {"shots": shots} if (shots := _shots()) else {}
    keep(found)
    return found


def _label() -> dict[str, Any]:
    typed = {name: _line(_(asks)) for name, asks in _LABEL.items()}
    written: dict[str, Any] = {name: text for name, text in typed.items() if text}
    files = _files(_("Photographs of the label"))
    return {**written, "photographs": files} if files else written


def _answer(one: Question) -> dict[str, Any]:
    _say(f"  {_(one.asks)}\n    {_(one.look)}")
    asks = _("e: as expected, d: deviates, n: not visible, Enter: not looked at")
    key = _one_of(f"  {asks}", {**_KEYS, "": ""})
    if not key:
        return {}
    answer: dict[str, Any] = {"seen": _KEYS[key]}
    if key == "d" and (note := _line(f"    {_('What deviates')}")):
        answer["note"] = note
    if key != "n" and (files := _files(f"    {_('Photographs')}")):
        answer["photographs"] = files
    return answer


def _beside(step: Step) -> dict[str, Any]:
    """What a step asks for beside its questions."""
    if step.id == "weight":
        weight = _number(f"  {_('Weight in grams')}", 100_000.0)
        sizes = {f"{name}_mm": _number(f"  {_(asks)}", 10_000.0) for name, asks in _SIZES.items()}
        return {name: value for name, value in {"weight_g": weight, **sizes}.items() if value is not None}
    if step.id == "board":
        return {"board_marking": text} if (text := _line(f"  {_('Number of the board')}")) else {}
    if step.id == "package":
        asks = "  " + _("Lines of the die's marking, a semicolon between")
        lines = [line.strip() for line in _line(asks).split(";")]
        files = _files(f"  {_('Photographs of the marking')}") if any(lines) else []
        die = {"lines": [line for line in lines if line], "photographs": files}
        return {"die": {name: value for name, value in die.items() if value}} if die["lines"] else {}
    if step.id == "memory":
        return {"memory": chips} if (chips := _chips()) else {}
    return {}


def _chips() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while marking := _line(f"  {_('Marking of memory chips (Enter: no more)')}"):
        chips = {"marking": marking, "count": _count(f"    {_('How many of them')}")}
        side = _one_of(f"    {_('On which side? f: front, r: rear, Enter: not said')}", _SIDES)
        files = _files(f"    {_('Photographs')}")
        found.append({**chips, "side": _SIDES[side], **({"photographs": files} if files else {})})
    return found


def _shots() -> dict[str, list[str]]:
    """The fixed list of photographs; what was named with an answer can be named again."""
    _say("\n" + _("The ten photographs, a scale bar in each."))
    asked = ((str(number), _files(f"  {number}. {_(what)}")) for number, what in enumerate(SHOTS, 1))
    return {number: files for number, files in asked if files}


def _say(text: str) -> None:
    for line in text.split("\n"):
        click.echo(visible(line), err=True)


def _line(asks: str) -> str:
    text: str = click.prompt(asks, default="", show_default=False, err=True)
    return text.strip()


def _one_of(asks: str, keys: dict[str, str]) -> str:
    while True:
        if (key := _line(asks).casefold()[:1]) in keys:
            return key
        options = ", ".join(one or _("Enter") for one in keys)
        click.echo(f"    {said('One of: {keys}', keys=options)}", err=True)


def _number(asks: str, most: float) -> float | None:
    while text := _line(asks):
        try:
            number = float(text.replace(",", "."))
        except ValueError:
            number = 0.0
        if 0.0 < number <= most:
            return number
        click.echo(f"    {_('A number, or Enter for none.')}", err=True)
    return None


def _count(asks: str) -> int:
    """Chips are counted: nothing is taken for one, and no fraction for a whole number."""
    while True:
        text = _line(asks)
        if text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= _MOST_CHIPS:
            return int(text)
        click.echo(f"    {said('A whole number from 1 to {most}.', most=_MOST_CHIPS)}", err=True)


def _files(asks: str) -> list[str]:
    """Whole paths of files that are there; another one is asked for again, so that a slip costs no answer."""
    while text := _line(said("{asks} (files, a semicolon between; Enter: none)", asks=asks)):
        # Some terminals put quotes round a file that is dropped on them.
        names = [part for name in text.split(";") if (part := name.strip().strip("\"'").strip())]
        paths = [Path(name).expanduser().absolute() for name in names]
        if missing := [name for name, path in zip(names, paths, strict=True) if not path.is_file()]:
            click.echo(visible(f"    {said('There is no file {file}.', file=missing[0])}"), err=True)
            continue
        return [str(path) for path in paths]
    return []


def _typed() -> seeing.Looked:
    """The questions, and the photographs that were named. Raises GpuInspectorError, click.Abort; all typed is kept."""
    from gpu_inspector.workflow import answers_file, seeing, typed_answers

    path = typed_answers.place(datetime.now().astimezone())
    lost: list[str] = []

    def keep(answers: dict[str, Any]) -> None:
        try:
            typed_answers.keep(path, answers)
        except OSError as error:
            if not lost:
                _say(
                    said(
                        "What you type cannot be kept in {file} ({reason}); it is taken all the same.",
                        file=path,
                        reason=error.strerror,
                    )
                )
            lost.append(str(error))

    try:
        return seeing.taken_in(answers_file.of(asked_at_terminal(keep)))
    except (click.Abort, KeyboardInterrupt, GpuInspectorError):
        if path.is_file():
            text = said(
                "What you typed is kept up to the last step: mend {file}, and give it with --answers.", file=path
            )
            _say(f"\n{text}")
        raise


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


def looked(eye: Eye, case: Case, *, asked: bool = False) -> tuple[seeing.Looked, Case]:
    """What was seen, of the file or asked for here, and the case with its photographs. Raises GpuInspectorError.

    A card that is `asked` starts: answers that say otherwise are another object's, and are refused before it is asked.
    """
    from gpu_inspector.workflow import seeing  # most inspections bring no answers

    if eye.answers is not None:
        found = seeing.read_answers(eye.answers)
    elif sys.stdin.isatty():
        found = _typed()
    else:
        raise click.UsageError("Without a terminal the answers come from a file: --answers FILE.")
    if eye.not_starting and found.appearance.power is Power.STARTS:
        raise CaptureError("The answers say that the object starts.", "Inspect it in a machine, or mend the answers.")
    if asked and found.appearance.power is Power.DOES_NOT_START:
        raise CaptureError(
            "The answers say that the object does not start.",
            "Inspect it with --not-starting, or mend the answers if they are this card's.",
        )
    return found, seeing.with_photographs(case, found)


def require_one(evidence: Evidence) -> None:
    """Raises CaptureError where what was seen could be of any of several cards."""
    from gpu_inspector.workflow import seeing

    seeing.require_one(evidence)


def beside(evidence: Evidence, seen: seeing.Looked) -> Evidence:
    """The evidence of one card with what was seen of it. Raises CaptureError where it has several."""
    from gpu_inspector.workflow import seeing

    return seeing.beside(evidence, seen.appearance)


def seen_alone(eye: Eye, case: Case, catalogue: Catalogue) -> tuple[Evidence, Case]:
    """The inspection of an object that does not start. Raises GpuInspectorError, click.UsageError."""
    from gpu_inspector.workflow import seeing

    found, case = looked(eye, case)
    return seeing.evidence_of(found.appearance, catalogue, case.binding.exhibit), case
