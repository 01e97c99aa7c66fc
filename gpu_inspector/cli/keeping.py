"""`history` and `ledger`: what was inspected before, and whether the record still stands."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gpu_inspector.cli import columns, later, options, tables
from gpu_inspector.cli.ledger_checks import complain
from gpu_inspector.cli.printing import write_json
from gpu_inspector.language import ENGLISH, _, counted, current, moment, said, visible
from gpu_inspector.records.finding import Identity

if TYPE_CHECKING:
    from gpu_inspector.cli.documents_ledger import BackupDocument, HistoryDocument
    from gpu_inspector.ledger.query import HistoryRow
    from gpu_inspector.workflow.tagging import Found, TagError

_VERDICTS = frozenset(one.value for one in Identity)


@click.command()
@click.argument("words", nargs=-1)
@click.option("--limit", type=click.IntRange(1, 100_000), default=50, show_default=True, help="How many rows.")
@click.option(
    "--tag",
    "photograph",
    type=click.Path(path_type=Path, readable=False),
    metavar="PHOTO",
    help="Show the inspections whose tags are on this picture.",
)
@click.option("--registry", is_flag=True, help="Look through the registry of many offices instead of the ledger.")
@options.ledger_option
@options.json_option
def history(
    words: tuple[str, ...], limit: int, photograph: Path | None, registry: bool, ledger: Path, as_json: bool
) -> None:
    """List inspections, the newest first; WORDS are looked for in case, product, serial, UUID, people and verdict.

    The scanned text of a card's tag, or of a report's code, shows the inspection that it is of. Exit status: 4 where a
    tag contradicts the row that it leads to, 1 where there is no such inspection here.
    """
    from gpu_inspector.ledger.places import objection
    from gpu_inspector.ledger.store import Ledger
    from gpu_inspector.records import tag_text

    if photograph is not None and (words or registry):
        raise click.UsageError("Give words or a picture of tags, not both.")
    if registry:
        _in_registry(words, limit, as_json)
        return
    rows: tuple[HistoryRow, ...] = ()
    tags: tuple[Found, ...] = ()
    failed: tuple[TagError, ...] = ()
    scanned = photograph is not None or tag_text.begins(" ".join(words))
    if scanned:
        from gpu_inspector.cli import tagging

        tags, failed = tagging.looked_up(" ".join(words), photograph, ledger)
        rows = tagging.rows_of(tags, ledger)
    elif os.path.lexists(ledger):
        with Ledger(ledger, readonly=True) as kept:
            rows = kept.history(" ".join(words), limit)
        complain(objection(ledger) or "")
    if as_json:
        write_json(_document(rows, tags, failed))
        _end(failed)
        return
    if not rows and not scanned:
        click.echo(_("No inspection fits.") if words else _("The ledger has no inspection yet."))
    for row in rows:
        click.echo(visible(_line(row)))
        for line in _tagged(row, tags):
            click.echo(visible(line), nl=bool(line))
    _end(failed)


def _tagged(row: HistoryRow, tags: tuple[Found, ...]) -> list[str]:
    """Which cards of a row the tags are on, a line each."""
    of_row = [one for one in tags if one.entry.seq == row.seq]
    if not of_row:
        return []
    from gpu_inspector.cli import tagging

    return [tagging.card_of(one) for one in of_row]


def _end(failed: tuple[TagError, ...]) -> None:
    """As tags end that lead nowhere; nothing where all led somewhere, or none was asked for."""
    if failed:
        from gpu_inspector.cli import tagging

        tagging.end(failed)


def _in_registry(words: tuple[str, ...], limit: int, as_json: bool) -> None:
    """As `registry search` prints it. Raises RegistryError."""
    from gpu_inspector.cli import noticing, registry_reading
    from gpu_inspector.workflow import registry_settings

    registry_reading.show_found(words, limit, None, registry_settings.url(), as_json=as_json)
    noticing.tell()


def _line(row: HistoryRow) -> str:
    """One inspection as people read it."""
    from gpu_inspector.records.words import WATERMARKS

    marks = {origin.value: mark for origin, mark in WATERMARKS.items()}
    made = moment(row.made_at.astimezone(), seconds=False)
    line = f"{row.seq:>6}  {made}  {columns.padded(verdict_of(row.verdict), 13)} {row.product}"
    line += f"  {_(marks[row.origin])}" if row.origin in marks else ""
    line += f"  {said('replaced by {number}', number=row.superseded_by)}" if row.superseded_by else ""
    line += f"  {said('replaces {number}', number=row.supersedes)}" if row.supersedes else ""
    return f"{line}  {said('case {case}', case=row.case)}" if row.case else line


def verdict_of(stored: str) -> str:
    """English keeps the code that the contract has; other languages say its words."""
    if current() == ENGLISH or stored not in _VERDICTS:
        return stored
    from gpu_inspector.records.words import IDENTITIES

    return _(IDENTITIES[Identity(stored)])


def _document(rows: tuple[HistoryRow, ...], tags: tuple[Found, ...], failed: tuple[TagError, ...]) -> HistoryDocument:
    """Likewise for programs."""
    return {
        "format": 1,
        "inspections": [
            {
                "number": row.seq,
                "id": row.id,
                "made_at": row.made_at.isoformat(),
                "case": row.case,
                "product": row.product,
                "verdict": row.verdict,
                "inspector": row.inspector,
                "office": row.office,
                "place": row.place,
                "cards": row.cards,
                "origin": row.origin,
                "supersedes": row.supersedes or None,
                "superseded_by": row.superseded_by or None,
            }
            for row in rows
        ],
        "tags": [{"number": one.entry.seq, "id": one.inspection.id, "card": one.card} for one in tags],
        "tag_failures": [str(error) for error in failed],
    }


@click.group("ledger", cls=later.Listed, table=tables.LEDGER)
def ledger_group() -> None:
    """Check, vouch for, copy and export the ledger."""


@click.command()
@click.argument("target", type=click.Path(path_type=Path, readable=False))
@options.ledger_option
@options.json_option
def backup(target: Path, ledger: Path, as_json: bool) -> None:
    """Copy the ledger to TARGET while it is in use; the copy is verified before it gets its name."""
    from gpu_inspector.ledger.store import Ledger
    from gpu_inspector.workflow import custody

    with Ledger(ledger, readonly=True) as kept:
        kept.backup(target)
        rows = kept.count()
    complain(custody.note(ledger, custody.What.BACKED_UP, None, target.name))
    if as_json:
        document: BackupDocument = {"format": 1, "backup": str(target), "rows": rows}
        write_json(document)
    else:
        click.echo(
            counted(
                "{rows} inspections copied to {file}, verified.",
                "{rows} inspections copied to {file}, verified.",
                rows,
                rows=rows,
                file=target,
            )
        )
