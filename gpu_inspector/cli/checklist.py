"""`checklist`: the questions of a visual examination, and the blank file that their answers are written in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from gpu_inspector.cli import options
from gpu_inspector.cli.printing import write_json
from gpu_inspector.errors import CaptureError
from gpu_inspector.language import _, said, visible
from gpu_inspector.records.checklist import SHOTS, STEPS
from gpu_inspector.workflow.whole_files import write_whole

if TYPE_CHECKING:
    from gpu_inspector.cli.documents_cards import ChecklistDocument


@click.command()
@click.option(
    "--write",
    "out",
    type=click.Path(path_type=Path, readable=False),
    metavar="FILE",
    help="Write a blank answers file.",
)
@options.json_option
def checklist(out: Path | None, as_json: bool) -> None:
    """The twelve steps of a visual examination: the questions, and the file that their answers are written in.

    `inspect --not-starting --answers FILE` makes a signed report of them.
    """
    if out is not None:
        from gpu_inspector.workflow import blank_answers

        if out.exists():
            raise CaptureError(f"{out} is there already: answers in it would be lost.", "Name another file.")
        try:
            write_whole(out, blank_answers.text().encode())
        except OSError as error:
            raise CaptureError(f"{out} cannot be written ({error.strerror}).", "Choose another place.") from error
        click.echo(visible(said("Written: {file}", file=out)))
        return
    if as_json:
        write_json(_document())
        return
    for number, step in enumerate(STEPS, 1):
        click.echo(f"{number}. {said('{title}: {text}', title=_(step.title), text=_(step.lead))}")
        for one in step.questions:
            click.echo(f"   {one.id:<18} {_(one.asks)}\n{'':<22}{_(one.look)}")
    shots = "; ".join(f"{number} {_(what)}" for number, what in enumerate(SHOTS, 1))
    click.echo(said("Photographs, a scale bar in each: {list}", list=shots))


def _document() -> ChecklistDocument:
    return {
        "format": 1,
        "steps": [
            {
                "id": step.id,
                "title": step.title,
                "lead": step.lead,
                "questions": [{"id": one.id, "asks": one.asks, "look": one.look} for one in step.questions],
            }
            for step in STEPS
        ],
        "photographs": list(SHOTS),
    }
