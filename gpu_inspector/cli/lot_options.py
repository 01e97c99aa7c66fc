"""Options of the lots' commands: the sampling rule, and where the reports go."""

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from gpu_inspector.cli import options
from gpu_inspector.records.lot import Plan, Rule

_RULES = {"whole": Rule.WHOLE, "sqrt": Rule.SQUARE_ROOT, "hypergeometric": Rule.HYPERGEOMETRIC}


@dataclass(frozen=True, slots=True)
class Paper:
    """On what and in which language pages are written."""

    page: str
    language: str


def paper(command: options.Command) -> options.Command:
    """`--page` and `--report-language`; the command gets one `Paper` as `on`."""

    @click.option(
        "--page", type=click.Choice(["a4", "letter"]), default="a4", show_default=True, help="Size of the pages."
    )
    @options.report_language_option
    @functools.wraps(command)
    def wrapped(*arguments: Any, page: str, language: str, **given: Any) -> Any:
        return command(*arguments, on=Paper(page, language), **given)

    return wrapped


def places(command: options.Command) -> options.Command:
    """`--reports FOLDER`, and what `paper` has."""
    command = click.option(
        "--reports",
        type=click.Path(path_type=Path, file_okay=False),
        metavar="FOLDER",
        help="Where each card's signed report goes; else the data folder.",
    )(command)
    return paper(command)


def planned(command: options.Command) -> options.Command:
    """The sampling rule; the command gets one `Plan` as `plan`."""

    @click.option(
        "--rule", type=click.Choice(tuple(_RULES)), default="whole", show_default=True, help="How many to examine."
    )
    @click.option(
        "--confidence",
        type=click.FloatRange(50, 99.9999),
        metavar="PERCENT",
        help="Of the hypergeometric rule, and of the statement; 95 where none is given.",
    )
    @click.option(
        "--share",
        type=click.FloatRange(0, 100, min_open=True),
        metavar="PERCENT",
        help="Of the hypergeometric rule: the share of deviating cards that must not stay unseen.",
    )
    @click.option("--stop-at-first", is_flag=True, help="The first contradiction ends the examination.")
    @functools.wraps(command)
    def wrapped(
        *arguments: Any, rule: str, confidence: float | None, share: float | None, stop_at_first: bool, **given: Any
    ) -> Any:
        if (rule == "hypergeometric") != (share is not None):
            raise click.UsageError("--share goes with --rule hypergeometric, and is needed there.")
        level = 95.0 if confidence is None and share is not None else confidence
        plan = Plan(
            rule=_RULES[rule],
            confidence=level / 100 if level is not None else None,
            share=share / 100 if share is not None else None,
            stop_at_first=stop_at_first,
        )
        return command(*arguments, plan=plan, **given)

    return wrapped
