"""Options of `batch` and `watch`: the name, where reports and summary go, and how cards of a list are measured."""

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from gpu_inspector.cli import options

LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is wished of a batch beside what everything is judged under."""

    name: str
    """ "" where it is to follow from folder and options."""
    summary: Path | None
    reports: Path | None
    page: str
    language: str
    """Of the pages that are written."""


def one_line(_context: click.Context, _parameter: click.Parameter, text: str) -> str:
    """One line that can be printed. Raises click.BadParameter."""
    name = " ".join(options.whole(text).split())
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise click.BadParameter(f"Use 1 to {LONGEST_NAME} printable characters.")
    return name


def batch_options(command: options.Command) -> options.Command:
    """The command gets one `Wanted`."""

    @click.option(
        "--name",
        default="",
        callback=one_line,
        metavar="TEXT",
        show_default="from folder and options",
        help="Of the batch: the same name and options go on with it.",
    )
    @click.option(
        "--report",
        "summary",
        type=click.Path(path_type=Path, readable=False),
        metavar="FILE",
        help="Where the signed summary goes; else the data folder.",
    )
    @click.option(
        "--reports",
        type=click.Path(path_type=Path, file_okay=False),
        metavar="FOLDER",
        help="Write the signed report of each inspection into this folder, too.",
    )
    @click.option(
        "--page", type=click.Choice(["a4", "letter"]), default="a4", show_default=True, help="Size of the pages."
    )
    @options.report_language_option
    @functools.wraps(command)
    def wrapped(
        *arguments: Any,
        name: str,
        summary: Path | None,
        reports: Path | None,
        page: str,
        language: str,
        **given: Any,
    ) -> Any:
        return command(*arguments, wanted=Wanted(name, summary, reports, page, language), **given)

    return wrapped


def measured(command: options.Command) -> options.Command:
    """`--profile` and `--minutes`, for the cards and simulations of a list."""
    command = click.option(
        "--minutes",
        type=click.FloatRange(0, 24 * 60),
        default=0.0,
        metavar="N",
        help="With the profile deep: repeat the memory passes for so long.",
    )(command)
    return click.option(
        "--profile",
        type=click.Choice((*options.PROFILES, "none")),
        show_default="standard",
        help="How much is measured of each card of a list: quick, standard, deep, or none.",
    )(command)


def profile(named: str | None) -> str | None:
    """The profile for the cards of a list, as the office's policy asks for at least. Raises PolicyError."""
    from gpu_inspector.workflow import policy  # with all that it asks; most commands never do

    wanted = None if named == "none" else named or "standard"
    return policy.profile_for(wanted, named=named is not None)
