"""`watch`: numbers of cards that offices ask each other to look out for, as signed files that go by mail."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from gpu_inspector import preferences
from gpu_inspector.cli import asking, options, saying
from gpu_inspector.cli.ledger_checks import complain
from gpu_inspector.cli.printing import write_json
from gpu_inspector.language import N_, _, counted, day, said, visible
from gpu_inspector.records import watching as records

if TYPE_CHECKING:
    from gpu_inspector.cli.documents_lots import (
        ExportedList,
        HeldList,
        ImportedList,
        KeptList,
        RemovedDocument,
        WatchListsDocument,
    )
    from gpu_inspector.workflow.watching import Held, Unusable

_NUMBER = "KIND=VALUE"
EXIT_UNUSABLE = 4


@click.group("watchlist")
def watch_group() -> None:
    """Watch-lists: write one for other offices, take theirs in, list and remove them.

    A card that such a list names gets a note in its inspection: who said so, and when. It decides nothing.
    """


@watch_group.command("list")
@options.json_option
def list_lists(as_json: bool) -> None:
    """Show the watch-lists that are kept here, their signatures examined anew. Exit status: 4 where one is unusable."""
    from gpu_inspector.workflow import watching

    found = tuple(watching.lists())
    unusable = [one for one in found if isinstance(one, watching.Unusable)]
    if as_json:
        document: WatchListsDocument = {"format": 1, "lists": [_either(one) for one in found]}
        write_json(document)
    elif not found:
        click.echo(_("No watch-list is kept here."))
    else:
        for one in found:
            if isinstance(one, watching.Unusable):
                text = said("cannot be used: {reason}", reason=saying.error(one.error))
                click.echo(visible(f"{one.digest[:16]}  {text}"))
            else:
                click.echo(visible(_line(one)))
    sys.exit(EXIT_UNUSABLE if unusable else 0)


def _line(one: Any) -> str:
    made = one.watch_list
    whose = {"signer": one.signer.name, "fingerprint": one.signer.fingerprint}
    if one.signer.known:
        by = said("signer known here: {signer}, certificate SHA-256 {fingerprint}", **whose)
    else:
        by = said("signer not known here: {signer}, certificate SHA-256 {fingerprint}", **whose)
    count = len(made.items)
    entries = counted("{entries} entries", "{entries} entries", count, entries=f"{count:>6}")
    return f"{one.digest[:16]}  {day(made.made_at)}  {entries}  {made.office or _('no office named')}  {by}"


def _either(one: Held | Unusable) -> KeptList:
    from gpu_inspector.workflow import watching

    if isinstance(one, watching.Unusable):
        return {"id": one.digest, "problem": str(one.error)}
    return cast("KeptList", _document(one))


def _document(one: Held) -> HeldList:
    return {
        "id": one.digest,
        "office": one.watch_list.office,
        "made_at": one.watch_list.made_at.isoformat(),
        "entries": len(one.watch_list.items),
        "signer": one.signer.name,
        "fingerprint": one.signer.fingerprint,
        "known": one.signer.known,
        "problem": None,
    }


@watch_group.command("export")
@click.argument("target", metavar="FILE", type=click.Path(path_type=Path, readable=False))
@click.option("--row", "rows", multiple=True, metavar="ID", help="All numbers of this inspection; may be given again.")
@click.option(
    "--number", "numbers", multiple=True, metavar=_NUMBER, help="A number: serial, board, uuid or pdi = value."
)
@click.option("--reason", default="", metavar="TEXT", help="Why these numbers are watched.")
@click.option("--office", default="", metavar="TEXT", help="The office that asks; else the one of the settings.")
@click.option("--prove", is_flag=True, help="Add the ledger's proof of each inspection's row.")
@options.ledger_option
@options.json_option
def export_list(
    target: Path,
    rows: tuple[str, ...],
    numbers: tuple[str, ...],
    reason: str,
    office: str,
    prove: bool,
    ledger: Path,
    as_json: bool,
) -> None:
    """Write a signed watch-list to FILE, for other offices: the numbers of inspections (--row), or given ones."""
    from gpu_inspector.workflow import custody, targets, watched_rows, watching
    from gpu_inspector.workflow.whole_files import write_whole

    targets.check(target, targets.JSON, kept=targets.ledger_files(ledger))
    items = [_item(one, reason) for one in numbers]
    items += watched_rows.items_of(ledger, rows, reason, prove=prove)
    data = watching.signed_list(items, office or preferences.load()[0].office, asking.ask)
    held = watching.read_list(data, ())
    try:
        write_whole(target, data)
    except OSError as error:
        raise watching.WatchListError(
            f"{target} cannot be written ({error.strerror}).", "Name another place."
        ) from error
    if rows:
        detail = N_(f"numbers of {len(rows)} inspections, for the watch-list {target.name}")
        complain(custody.note(ledger, custody.What.EXPORTED, None, detail))
    if as_json:
        document: ExportedList = {**_document(held), "format": 1, "file": str(target)}
        write_json(document)
    else:
        entries = len(held.watch_list.items)
        click.echo(
            counted(
                "{entries} entries written to {file}, signed; its SHA-256 is {digest}.",
                "{entries} entries written to {file}, signed; its SHA-256 is {digest}.",
                entries,
                entries=entries,
                file=target,
                digest=held.digest,
            )
        )


def _item(text: str, reason: str) -> records.WatchItem:
    kind, sign, value = text.partition("=")
    if not sign or kind.strip().casefold() not in records.KINDS or not value.strip():
        kinds = ", ".join(records.KINDS)
        raise click.UsageError(f"“{text[:60]}” is no number to watch: write {_NUMBER}, with one of {kinds}.")
    return records.WatchItem(kind=kind.strip().casefold(), value=value.strip(), reason=reason)


@watch_group.command("import")
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path, readable=False))
@options.trust_option
@options.json_option
def import_list(path: Path, trust: tuple[bytes, ...], as_json: bool) -> None:
    """Take in the watch-list FILE of another office; without --trust it is kept as one of a signer not known here."""
    from gpu_inspector.workflow import watching

    held = watching.take_in(path, trust)
    if as_json:
        document: ImportedList = {**_document(held), "format": 1}
        write_json(document)
        return
    click.echo(visible(_line(held)))
    if not held.signer.known:
        click.echo(
            _(
                "The signer is not known here: compare the certificate's SHA-256 with that office by another way, then"
                " import the file again with --trust CERT."
            )
        )


@watch_group.command("remove")
@click.argument("reference", metavar="ID")
@options.json_option
def remove_list(reference: str, as_json: bool) -> None:
    """Remove the watch-list whose digest begins with ID. Inspections that it was used in stay as they are."""
    from gpu_inspector.workflow import watching

    digest = watching.remove(reference)
    if as_json:
        document: RemovedDocument = {"format": 1, "removed": digest}
        write_json(document)
    else:
        click.echo(said("Watch-list {digest} is removed.", digest=digest))
