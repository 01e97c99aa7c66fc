"""`ledger restore`: the way back from a damaged or lost ledger to its last backup."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from gpu_inspector.cli import options
from gpu_inspector.cli.printing import write_json
from gpu_inspector.errors import CaptureError
from gpu_inspector.language import _, counted, said, sentences, told, visible

if TYPE_CHECKING:
    from gpu_inspector.cli.documents_ledger import RestoreDocument
    from gpu_inspector.workflow.restoring import Known


@click.command("restore")
@click.argument("backup", type=click.Path(path_type=Path, readable=False))
@click.option(
    "--report",
    "reports",
    multiple=True,
    type=click.Path(path_type=Path, readable=False),
    metavar="PDF",
    help="A signed report whose row should be there; may be given again.",
)
@click.option(
    "--checkpoint",
    "checkpoints",
    multiple=True,
    type=click.Path(path_type=Path, readable=False),
    metavar="FILE",
    help="A checkpoint whose rows should be there; may be given again.",
)
@options.ledger_option
@options.json_option
def restore(
    backup: Path, reports: tuple[Path, ...], checkpoints: tuple[Path, ...], ledger: Path, as_json: bool
) -> None:
    """Put BACKUP where the ledger is to be. A whole ledger is never replaced; a damaged one is moved aside."""
    from gpu_inspector.workflow import restoring

    known = [*(_of_report(path) for path in reports), *(_of_checkpoint(path) for path in checkpoints)]
    done = restoring.restore(backup, ledger, known)
    if done.remark:
        click.echo(visible(told(done.remark)), err=True)
    if as_json:
        document: RestoreDocument = {
            "format": 1,
            "ledger": str(ledger),
            "rows": done.rows,
            "moved_to": None if done.aside is None else str(done.aside),
            "damage": done.damage or None,
            "missing": list(done.missing),
        }
        write_json(document)
        return
    text = counted(
        "{rows} inspections restored from {backup} to {ledger}, verified.",
        "{rows} inspections restored from {backup} to {ledger}, verified.",
        done.rows,
        rows=done.rows,
        backup=backup,
        ledger=ledger,
    )
    click.echo(visible(text))
    if done.aside is not None:
        kept = said("What stood there is now {file}: keep it.", file=done.aside)
        click.echo(visible(sentences(kept, told(done.damage)).rstrip()))
    for sentence in done.missing:
        click.echo(visible(said("Missing: {what}", what=told(sentence))))
    if not known:
        click.echo(_("What is missing is told by signed reports and checkpoints: hold the ledger against them too."))


def _of_report(path: Path) -> Known:
    from gpu_inspector.probes import incoming
    from gpu_inspector.records.catalogue import load
    from gpu_inspector.workflow import restoring, verifying

    found = verifying.verify(incoming.open_file(path, None, empty=True), (), load())
    if found.state is verifying.State.ALTERED or found.entry is None:
        raise CaptureError(f"The report {path} is not intact, so nothing can be held against it.", "Leave it out.")
    return restoring.known_by_report(path.name, found.entry)


def _of_checkpoint(path: Path) -> Known:
    from gpu_inspector.workflow import restoring

    try:
        return restoring.known_by_checkpoint(path)
    except OSError as error:
        raise CaptureError(f"The checkpoint {path} cannot be read ({error.strerror}).", "Name another file.") from error
