"""`ledger export` and `ledger check-export`: rows for other programs and other offices, signed on wish."""

from __future__ import annotations

import io
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gpu_inspector import preferences
from gpu_inspector.cli import asking, options, saying
from gpu_inspector.cli.ledger_checks import complain
from gpu_inspector.cli.printing import write_json
from gpu_inspector.language import N_, _, counted, said, visible

if TYPE_CHECKING:
    from gpu_inspector.cli.documents_ledger import AlteredExport, ExportDocument, SoundExport
    from gpu_inspector.ledger.store import Ledger
    from gpu_inspector.workflow.signed_export import Manifest, Span
    from gpu_inspector.workflow.statements import Signer

_DAY = "DATE"


@click.command("export")
@click.argument("target", type=click.Path(path_type=Path, readable=False))
@click.option("--csv", "form", flag_value="csv", help="A table of the searched fields instead of the whole records.")
@click.option("--jsonl", "form", flag_value="jsonl", default=True, help="One JSON document a row (the default).")
@click.option("--day", default="", metavar=_DAY, help="Only inspections of this day: 2026-11-25; or 2026-11, 2026.")
@click.option("--since", default="", metavar=_DAY, help="Only from this day on.")
@click.option("--until", default="", metavar=_DAY, help="Only up to and with this day.")
@click.option("--signed", is_flag=True, help="Add a last line that is signed over all others.")
@options.ledger_option
@options.json_option
def export(
    target: Path, form: str, day: str, since: str, until: str, signed: bool, ledger: Path, as_json: bool
) -> None:
    """Write inspections to TARGET, all or those of a span; - writes to standard output."""
    from gpu_inspector.ledger.store import Ledger
    from gpu_inspector.workflow import custody, signed_export, targets

    if signed and form == "csv":
        raise click.UsageError("--signed goes with JSON lines: leave --csv out.")
    span = signed_export.span_of(day, since, until)
    if str(target) != "-":
        targets.check(target, targets.EXPORT, kept=targets.ledger_files(ledger))
    with Ledger(ledger, readonly=True) as kept:
        rows = _written(kept, target, form, span, signed)
    to = N_("standard output") if str(target) == "-" else target.name
    complain(custody.note(ledger, custody.What.EXPORTED, None, N_(f"{rows} inspections to {to}")))
    if str(target) == "-":
        return
    if as_json:
        document: ExportDocument = {"format": 1, "export": str(target), "rows": rows, "signed": signed}
        write_json(document)
    elif signed:
        click.echo(
            counted(
                "{rows} inspections exported to {file}, signed.",
                "{rows} inspections exported to {file}, signed.",
                rows,
                rows=rows,
                file=target,
            )
        )
    else:
        click.echo(
            counted(
                "{rows} inspections exported to {file}.",
                "{rows} inspections exported to {file}.",
                rows,
                rows=rows,
                file=target,
            )
        )


def _written(kept: Ledger, target: Path, form: str, span: Span, signed: bool) -> int:
    from gpu_inspector.workflow import exporting, signed_export

    office = preferences.load()[0].office
    if str(target) != "-":
        if signed:
            return exporting.written(target, lambda out: signed_export.write(kept, out, span, office, asking.ask))
        return exporting.export_to(kept, target, form, signed_export.rows_of(kept, span))
    if signed:
        return signed_export.write(kept, sys.stdout.buffer, span, office, asking.ask)
    # The export is UTF-8 whatever the terminal's encoding is, and has the line ends of its own form.
    out = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", newline="", write_through=True)
    with ExitStack() as stack:
        stack.callback(out.detach)
        return kept.export(out, "csv" if form == "csv" else "jsonl", signed_export.rows_of(kept, span))


@click.command("check-export")
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path, readable=False))
@options.trust_option
@options.json_option
def check_export(path: Path, trust: tuple[bytes, ...], as_json: bool) -> None:
    """Check a signed export without its ledger: every row, the rows' order, and the signature over all.

    Exit status: 0 sound and trusted, 3 sound but the signer is not known here, 4 altered, 1 it could not be read, 2.
    """
    from gpu_inspector.workflow import signed_export

    if not path.is_file():
        raise signed_export.ExportError(f"{path} is no file that can be read.", "Look at the name.")
    try:
        found = signed_export.check(path, trust)
    except signed_export.ExportError as error:
        if as_json:
            altered: AlteredExport = {"format": 1, "state": "altered", "problem": str(error)}
            write_json(altered)
        else:
            click.echo(saying.error(error))
        sys.exit(4)
    made, signer = found.manifest, found.signer
    if as_json:
        document: SoundExport = {
            "format": 1,
            "state": "trusted" if signer.known else "signer not known here",
            "problem": None,
            "rows": made.rows,
            "first": made.first,
            "last": made.last,
            "head": made.head,
            "since": made.since or None,
            "until": made.until or None,
            "office": made.office,
            "made_at": made.made_at.isoformat(),
            "signer": signer.name,
            "fingerprint": signer.fingerprint,
        }
        write_json(document)
    else:
        _tell(made, signer)
    sys.exit(0 if signer.known else 3)


def _tell(made: Manifest, signer: Signer) -> None:
    rows = (
        said("{rows} rows, {first} to {last}", rows=made.rows, first=made.first, last=made.last)
        if made.rows
        else _("no row")
    )
    values = {"rows": rows, "since": made.since, "until": made.until}
    if made.since and made.until:
        text = said("The export is as it was signed: {rows}, asked for from {since} until {until}.", **values)
    elif made.since:
        text = said("The export is as it was signed: {rows}, asked for from {since}.", **values)
    elif made.until:
        text = said("The export is as it was signed: {rows}, asked for until {until}.", **values)
    else:
        text = said("The export is as it was signed: {rows}.", rows=rows)
    click.echo(visible(text))
    whose = {"signer": signer.name, "time": made.made_at.isoformat(), "fingerprint": signer.fingerprint}
    if signer.known:
        by = said("signed by {signer} on {time}, certificate SHA-256 {fingerprint}, a signer known here", **whose)
    else:
        by = said(
            "signed by {signer} on {time}, certificate SHA-256 {fingerprint}, a signer NOT known here: compare the"
            " fingerprint by another way",
            **whose,
        )
    click.echo(visible(f"  {by}"))
