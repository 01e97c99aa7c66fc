"""Options that several commands share, and what is made of them."""

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from gpu_inspector import settings
from gpu_inspector.records.declaration import Case, Declaration

Command = Callable[..., Any]


def ledger_option(command: Command) -> Command:
    """`--ledger FILE`, or GPU_INSPECTOR_LEDGER, or the platform's data folder."""
    return click.option(
        "--ledger",
        type=click.Path(path_type=Path, readable=False),
        envvar="GPU_INSPECTOR_LEDGER",
        default=settings.ledger_path,
        show_default="the user's data folder",
        help="The ledger's file.",
    )(command)


def json_option(command: Command) -> Command:
    """`--json`: one JSON document on stdout, for programs."""
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")(command)


def declared_options(command: Command) -> Command:
    """What the paper says; the command gets one `Declaration`."""

    @click.option("--declared-product", metavar="TEXT", help="The product as the papers name it.")
    @click.option(
        "--declared-memory", metavar="GB", type=click.IntRange(1, 65536), help="The memory that the papers state."
    )
    @click.option("--declared-modified", is_flag=True, help="The papers say openly that the card was modified.")
    @functools.wraps(command)
    def wrapped(
        *arguments: Any,
        declared_product: str | None,
        declared_memory: int | None,
        declared_modified: bool,
        **options: Any,
    ) -> Any:
        product = _whole(declared_product) if declared_product is not None else None
        declaration = Declaration(product=product, memory_gb=declared_memory, modified=declared_modified)
        return command(*arguments, declaration=declaration, **options)

    return wrapped


def case_options(command: Command) -> Command:
    """Who looks, for which file, where; the command gets one `Case`."""

    @click.option("--case", "number", default="", metavar="TEXT", help="Number of the case.")
    @click.option("--inspector", default="", metavar="TEXT", help="Name of the inspector.")
    @click.option("--office", default="", metavar="TEXT", help="The office.")
    @click.option("--place", default="", metavar="TEXT", help="Where the inspection is made.")
    @click.option("--note", default="", metavar="TEXT", help="A note for the report.")
    @functools.wraps(command)
    def wrapped(
        *arguments: Any, number: str, inspector: str, office: str, place: str, note: str, **options: Any
    ) -> Any:
        texts = (number, inspector, office, place, note)
        number, inspector, office, place, note = (_whole(text) for text in texts)
        case = Case(number=number, inspector=inspector, office=office, place=place, note=note)
        return command(*arguments, case=case, **options)

    return wrapped


def _whole(text: str) -> str:
    """Bytes of an argument that are no text of this system's encoding become question marks, not a broken record."""
    return text.encode("utf-8", "replace").decode("utf-8")


def say(step: str, share: float) -> None:
    """Progress, on stderr."""
    click.echo(f"{share:4.0%}  {step}", err=True)
