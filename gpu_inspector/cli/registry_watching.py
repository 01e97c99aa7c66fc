"""`registry watch`: watch-lists both ways, put into the registry by one office and taken in by the others."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gpu_inspector.cli import options
from gpu_inspector.cli.printing import write_json
from gpu_inspector.cli.registry_options import EXIT_ALTERED, registry_option
from gpu_inspector.language import _, counted, day, said, told, visible

if TYPE_CHECKING:
    from gpu_inspector.cli.documents_registry import (
        ListedWatchList,
        PulledWatchLists,
        PutWatchList,
        RegistryWatchLists,
    )
    from gpu_inspector.registry.watching import ListedFile
    from gpu_inspector.workflow.registry_watch import Pulled


@click.group("watch")
def watch_group() -> None:
    """Watch-lists of all offices: put yours in, take theirs in, examined as if they had come by mail."""


@watch_group.command("push")
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path, readable=False))
@registry_option
@options.json_option
def push(path: Path, url: str, as_json: bool) -> None:
    """Put the signed watch-list FILE (watchlist export) into the registry."""
    from gpu_inspector.workflow import registry_watch

    done = registry_watch.push(path, url=url)
    if as_json:
        document: PutWatchList = {"format": 1, "id": done.held.digest, "new": done.new}
        write_json(document)
    elif done.new:
        click.echo(said("Watch-list {digest} is in the registry.", digest=done.held.digest))
    else:
        click.echo(said("Watch-list {digest} was in the registry before.", digest=done.held.digest))


@watch_group.command("list")
@registry_option
@options.json_option
def list_lists(url: str, as_json: bool) -> None:
    """List the watch-lists that lie in the registry; nothing of them is examined before they are pulled."""
    from gpu_inspector.workflow import registry_watch

    found = registry_watch.listed(url=url)
    if as_json:
        document: RegistryWatchLists = {"format": 1, "lists": [_document(one) for one in found]}
        write_json(document)
        return
    for one in found:
        click.echo(visible(f"{one.digest[:16]}  {day(one.put_at)}  {one.office}"))
    if not found:
        click.echo(_("No watch-list is in the registry."))


@watch_group.command("pull")
@options.trust_option
@registry_option
@options.json_option
def pull(trust: tuple[bytes, ...], url: str, as_json: bool) -> None:
    """Take in the other offices' watch-lists that are not kept here yet, as watchlist import does.

    Exit status: 0 all taken in, 4 where one cannot be used, 1 failed.
    """
    from gpu_inspector.workflow import registry_watch

    done = registry_watch.pull(trust, url=url)
    if as_json:
        write_json(_pulled(done))
    else:
        _tell(done)
    sys.exit(EXIT_ALTERED if done.refused else 0)


def _tell(done: Pulled) -> None:
    for one, held in done.taken:
        known = _("signer known here") if held.signer.known else _("signer not known here")
        click.echo(visible(f"{one.digest[:16]}  {one.office}  {known}: {held.signer.name}"))
    for refused in done.refused:
        text = said("cannot be used: {reason}", reason=told(refused.reason))
        click.echo(visible(f"{refused.listed.digest[:16]}  {refused.listed.office}  {text}"))
    count = len(done.taken)
    click.echo(counted("{count} watch-list taken in.", "{count} watch-lists taken in.", count, count=count))


def _document(one: ListedFile) -> ListedWatchList:
    return {
        "id": one.digest,
        "office": one.office,
        "mine": one.mine,
        "bytes": one.size,
        "put_at": one.put_at.isoformat(),
    }


def _pulled(done: Pulled) -> PulledWatchLists:
    return {
        "format": 1,
        "taken": [
            {"id": one.digest, "office": one.office, "signer": held.signer.name, "known": held.signer.known}
            for one, held in done.taken
        ],
        "refused": [
            {"id": one.listed.digest, "office": one.listed.office, "problem": one.reason} for one in done.refused
        ],
        "known": done.known,
    }
