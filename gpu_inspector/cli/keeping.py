"""`history` and `ledger`: what was inspected before, and whether the record still stands."""

from __future__ import annotations

import os
from pathlib import Path

import click

from gpu_inspector.cli import ledger_checks, ledger_proofs, options
from gpu_inspector.cli.inspecting import write_json
from gpu_inspector.cli.ledger_checks import complain
from gpu_inspector.language import visible
from gpu_inspector.records import words as words_of


@click.command()
@click.argument("words", nargs=-1)
@click.option("--limit", type=click.IntRange(1, 100_000), default=50, show_default=True, help="How many rows.")
@options.ledger_option
@options.json_option
def history(words: tuple[str, ...], limit: int, ledger: Path, as_json: bool) -> None:
    """List inspections, the newest first; WORDS are looked for in case, product, serial, UUID, people and verdict."""
    from gpu_inspector.ledger.places import objection
    from gpu_inspector.ledger.query import HistoryRow
    from gpu_inspector.ledger.store import Ledger

    rows: tuple[HistoryRow, ...] = ()
    if os.path.lexists(ledger):
        with Ledger(ledger, readonly=True) as kept:
            rows = kept.history(" ".join(words), limit)
        complain(objection(ledger) or "")
    if as_json:
        write_json(
            {
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
            }
        )
        return
    marks = {origin.value: mark for origin, mark in words_of.WATERMARKS.items()}
    if not rows:
        click.echo("No inspection fits." if words else "The ledger has no inspection yet.")
    for row in rows:
        made = row.made_at.astimezone().strftime("%Y-%m-%d %H:%M")
        line = f"{row.seq:>6}  {made}  {row.verdict:<13} {row.product}"
        line += f"  {marks[row.origin]}" if row.origin in marks else ""
        line += f"  replaced by {row.superseded_by}" if row.superseded_by else ""
        line += f"  replaces {row.supersedes}" if row.supersedes else ""
        click.echo(visible(f"{line}  case {row.case}" if row.case else line))


@click.group("ledger")
def ledger_group() -> None:
    """Check, vouch for, copy and export the ledger."""


for command in (
    ledger_checks.verify,
    ledger_checks.checkpoint,
    ledger_proofs.prove,
    ledger_proofs.check_proof,
    ledger_proofs.custody_log,
):
    ledger_group.add_command(command)


@ledger_group.command()
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
        write_json({"format": 1, "backup": str(target), "rows": rows})
    else:
        click.echo(f"{rows} inspections copied to {target}, verified.")
