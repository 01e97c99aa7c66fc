"""`registry key`: the key that the offices of a registry share, so that numbers of cards can leave as digests."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from gpu_inspector.cli import options
from gpu_inspector.cli.printing import write_json
from gpu_inspector.language import _, said, visible

if TYPE_CHECKING:
    from gpu_inspector.cli.documents_registry import RegistryKeyDocument

_FILE = click.Path(path_type=Path, readable=False)


@click.group("key")
def key_group() -> None:
    """The key that turns numbers of cards into digests before they leave an office; all offices need the same.

    It is as secret as the numbers: hand it on by a safe way, never by mail. No address, setting or log holds it.
    """


@key_group.command("new")
@options.json_option
def new(as_json: bool) -> None:
    """Make the key, in one office; the others import it."""
    from gpu_inspector.workflow import registry_keys

    _tell(registry_keys.new(), registry_keys.place(), as_json=as_json)


@key_group.command("import")
@click.argument("path", metavar="FILE", type=_FILE)
@options.json_option
def take_in(path: Path, as_json: bool) -> None:
    """Keep the key in FILE, which another office exported; another key that is here already stays."""
    from gpu_inspector.workflow import registry_keys

    _tell(registry_keys.take_in(path), registry_keys.place(), as_json=as_json)


@key_group.command("export")
@click.argument("target", metavar="FILE", type=_FILE)
@options.json_option
def give_out(target: Path, as_json: bool) -> None:
    """Write the key to FILE, which only you can read, for another office."""
    from gpu_inspector.workflow import registry_keys

    _tell(registry_keys.give_out(target), target, as_json=as_json)


@key_group.command("show")
@options.json_option
def show(as_json: bool) -> None:
    """Show the key's id, by which two offices can compare theirs."""
    from gpu_inspector.records.keyed import key_id
    from gpu_inspector.workflow import registry_keys

    found = registry_keys.key()
    _tell(None if found is None else key_id(found), None, as_json=as_json)


def _tell(key: str | None, file: Path | None, *, as_json: bool) -> None:
    if as_json:
        document: RegistryKeyDocument = {"format": 1, "key": key, "file": str(file) if file is not None else None}
        write_json(document)
    elif key is None:
        click.echo(_("No key of a registry is here."))
    elif file is None:
        click.echo(said("Key {key}", key=key))
    else:
        click.echo(visible(said("Key {key} is in {file}", key=key, file=file)))
