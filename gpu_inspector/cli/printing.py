"""The JSON of `--json` on stdout: apart from the commands, so that none loads another one for it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from gpu_inspector.cli.documents import Document


def write_json(document: Document) -> None:
    """One JSON document on stdout, in ASCII, so that no terminal and no pipe can mangle it."""
    click.echo(json.dumps(document, indent=2))


def write_line(document: Document) -> None:
    """The same on one line, of many."""
    click.echo(json.dumps(document))
