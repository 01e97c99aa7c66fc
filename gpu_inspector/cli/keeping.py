"""`history` and `ledger`: what was inspected before, and whether the record still stands."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gpu_inspector.cli import options
from gpu_inspector.cli.inspecting import write_json
from gpu_inspector.errors import CaptureError
from gpu_inspector.language import visible
from gpu_inspector.records import words as words_of
from gpu_inspector.records.catalogue import load

if TYPE_CHECKING:
    from gpu_inspector.ledger.store import Ledger

EXIT_ALTERED = 4


@click.command()
@click.argument("words", nargs=-1)
@click.option("--limit", type=click.IntRange(1, 100_000), default=50, show_default=True, help="How many rows.")
@options.ledger_option
@options.json_option
def history(words: tuple[str, ...], limit: int, ledger: Path, as_json: bool) -> None:
    """List inspections, the newest first; WORDS are looked for in case, product, serial, UUID, people and verdict."""
    from gpu_inspector.ledger.query import HistoryRow
    from gpu_inspector.ledger.store import Ledger

    rows: tuple[HistoryRow, ...] = ()
    if os.path.lexists(ledger):
        with Ledger(ledger, readonly=True) as kept:
            rows = kept.history(" ".join(words), limit)
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
        click.echo(visible(f"{line}  case {row.case}" if row.case else line))


@click.group("ledger")
def ledger_group() -> None:
    """Check, copy and export the ledger."""


@ledger_group.command("verify")
@click.option(
    "--report",
    type=click.Path(path_type=Path, readable=False),
    metavar="PDF",
    help="Hold the ledger against a signed report, too.",
)
@options.ledger_option
@options.json_option
def verify_ledger(report: Path | None, ledger: Path, as_json: bool) -> None:
    """Check every row and the chain between them. Exit status: 0 whole, 4 altered (the row is named), 1, 2."""
    from gpu_inspector.ledger.store import Ledger

    with Ledger(ledger, readonly=True) as kept:
        found = kept.verify()
        problem, row = found.problem, found.row
        if problem is None and report is not None:
            problem = _against(report, kept)
    if as_json:
        write_json({"format": 1, "rows": found.rows, "head": found.head, "row": row, "problem": problem})
    elif problem is None:
        click.echo(f"The ledger is whole: {found.rows} inspections, head {found.head}.")
        if report is None:
            click.echo("A tail that was cut off is found only from outside: give a signed report with --report.")
    else:
        click.echo(visible(problem))
    sys.exit(0 if problem is None else EXIT_ALTERED)


def _against(report: Path, kept: Ledger) -> str | None:
    from gpu_inspector.probes import incoming
    from gpu_inspector.workflow import verifying

    found = verifying.verify(incoming.open_file(report, None, empty=True), (), load())
    if found.state is verifying.State.ALTERED or found.entry is None:
        raise CaptureError(
            f"The report itself is not intact, so nothing can be held against it: {' '.join(found.problems)}"
        )
    return kept.holds(found.entry)


@ledger_group.command()
@click.argument("target", type=click.Path(path_type=Path, readable=False))
@options.ledger_option
@options.json_option
def backup(target: Path, ledger: Path, as_json: bool) -> None:
    """Copy the ledger to TARGET while it is in use; the copy is verified before it gets its name."""
    from gpu_inspector.ledger.store import Ledger

    with Ledger(ledger, readonly=True) as kept:
        kept.backup(target)
        rows = kept.count()
    if as_json:
        write_json({"format": 1, "backup": str(target), "rows": rows})
    else:
        click.echo(f"{rows} inspections copied to {target}, verified.")


@ledger_group.command()
@click.argument("target", type=click.Path(path_type=Path, readable=False))
@click.option("--csv", "form", flag_value="csv", help="A table of the searched fields instead of the whole records.")
@click.option("--jsonl", "form", flag_value="jsonl", default=True, help="One JSON document a row (the default).")
@options.ledger_option
@options.json_option
def export(target: Path, form: str, ledger: Path, as_json: bool) -> None:
    """Write every inspection to TARGET; - writes to standard output."""
    from gpu_inspector.ledger.store import Ledger
    from gpu_inspector.workflow import targets
    from gpu_inspector.workflow.exporting import export_to

    if str(target) != "-":
        targets.check(target, targets.EXPORT, kept=targets.ledger_files(ledger))
    with Ledger(ledger, readonly=True) as kept:
        if str(target) == "-":
            # The export is UTF-8 whatever the terminal's encoding is, and has the line ends of its own form.
            out = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", newline="", write_through=True)
            try:
                kept.export(out, "csv" if form == "csv" else "jsonl")
            finally:
                out.detach()
            return
        rows = export_to(kept, target, form)
    if as_json:
        write_json({"format": 1, "export": str(target), "rows": rows})
    else:
        click.echo(f"{rows} inspections exported to {target}.")
