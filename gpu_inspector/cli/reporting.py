"""`report`: a stored inspection's report written again, its time stamps, its countersignature."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gpu_inspector.cli import asking, columns, options, tagging
from gpu_inspector.cli.inspecting import say_where
from gpu_inspector.cli.ledger_checks import complain
from gpu_inspector.cli.printing import write_json
from gpu_inspector.errors import ReportError
from gpu_inspector.language import _, moment, said, told, visible
from gpu_inspector.workflow import custody, inspecting, targets
from gpu_inspector.workflow.tagging import number_of

if TYPE_CHECKING:
    from gpu_inspector.cli.documents_reports import (
        CountersignedDocument,
        ReportDocument,
        StampedReport,
        UpgradeDocument,
    )
    from gpu_inspector.workflow.upgrading import Outcome

_FILE = click.Path(path_type=Path, readable=False)


class _WithDefault(click.Group):
    """`report ID OUT` is `report write ID OUT`: the plain command came first, and scripts rely on it."""

    def parse_args(self, context: click.Context, arguments: list[str]) -> list[str]:
        known = {*self.commands, *context.help_option_names}
        if arguments and arguments[0] not in known:
            arguments = ["write", *arguments]
        return super().parse_args(context, arguments)


@click.group(cls=_WithDefault, no_args_is_help=True, options_metavar="", subcommand_metavar="ID OUT | COMMAND ...")
def report() -> None:
    """Write the signed report of a stored inspection (ID OUT), stamp reports, countersign one."""


@report.command()
@click.argument("reference", metavar="ID")
@click.argument("out", type=_FILE)
@click.option("--page", type=click.Choice(["a4", "letter"]), default="a4", show_default=True, help="Size of the pages.")
@options.report_language_option
@options.ledger_option
@options.json_option
def write(reference: str, out: Path, page: str, language: str, ledger: Path, as_json: bool) -> None:
    """Write the signed report of an inspection that is in the ledger, by its number, its id or the text of a tag.

    `report ID OUT` is the same.
    """
    with tagging.answered():
        reference = number_of(reference, ledger)
    targets.check(out, targets.PDF, kept=targets.ledger_files(ledger))
    done = inspecting.report_from_ledger(reference, ledger, out, page, asking.ask, language=language)
    complain(custody.note(ledger, custody.What.REPORT_MADE, done.entry.seq, out.name))
    if as_json:
        document: ReportDocument = {
            "format": 1,
            "id": done.inspection.id,
            "number": done.entry.seq,
            "report": str(out),
            "level": done.level,
            "remark": done.remark,
        }
        write_json(document)
    else:
        say_where(done)


@report.command()
@click.argument("paths", metavar="[FILE]...", nargs=-1, type=_FILE)
@click.option("--service", default="", metavar="URL", help="The time-stamp service; else the one of the settings.")
@options.json_option
def upgrade(paths: tuple[Path, ...], service: str, as_json: bool) -> None:
    """Put a time stamp on signed reports, and what proves it, in their place.

    Without FILE those that wait are done: reports that were signed while the service could not be reached. A report
    that is stamped already gets one stamp more, which keeps it good for longer than the last one's certificate. Exit
    status: 0 all done, 1 one or more could not be.
    """
    from gpu_inspector.workflow import upgrading

    outcomes = _named(paths, service) if paths else upgrading.work_the_list(service)
    done = [_told(one, as_json) for one in outcomes]
    if as_json:
        document: UpgradeDocument = {"format": 1, "reports": done}
        write_json(document)
    elif not done:
        click.echo(_("No report waits for a time stamp."))
    sys.exit(1 if any(one["failure"] for one in done) else 0)


def _named(paths: tuple[Path, ...], service: str) -> Iterator[Outcome]:
    """One that fails does not keep the others from being done."""
    from gpu_inspector.workflow import upgrading

    url = service or upgrading.service()
    for path in paths:
        try:
            yield upgrading.upgrade(path, url)
        except ReportError as error:
            yield upgrading.Outcome(path, "", failure=str(error))


def _told(one: Outcome, as_json: bool) -> StampedReport:
    if not as_json:
        if one.failure:
            click.echo(visible(f"{_('not stamped')}  {one.report}: {told(one.failure)}"))
        else:
            text = str(one.report)
            if one.at is not None:
                text = said("{file}, {time} UTC by the service's clock", file=one.report, time=moment(one.at))
            click.echo(visible(f"{columns.padded(one.level, columns.width(_('not stamped')))}  {text}"))
        for remark in one.remarks:
            click.echo(visible(f"  {told(remark)}"))
    return {
        "report": str(one.report),
        "level": one.level or None,
        "at": one.at.isoformat() if one.at is not None else None,
        "remarks": list(one.remarks),
        "failure": one.failure,
    }


@report.command()
@click.argument("path", metavar="FILE", type=_FILE)
@click.option("--p12", "key_file", type=_FILE, metavar="FILE", help="The second officer's key (PKCS#12).")
@click.option("--place", default="", metavar="TEXT", help="Where it is signed; else the place of the settings.")
@options.json_option
def countersign(path: Path, key_file: Path | None, place: str, as_json: bool) -> None:
    """Sign a report as its second officer, in its place.

    The report must have been made with countersignatures switched on in the settings. Without --p12 the key of the
    settings signs; its certificate must not be the one that signed the report.
    """
    from gpu_inspector.workflow import countersigning

    done = countersigning.countersign(path, key_file=key_file, place=place, ask=asking.ask)
    if as_json:
        document: CountersignedDocument = {
            "format": 1,
            "report": str(path),
            "number": done.number,
            "signer": done.name,
            "fingerprint": done.fingerprint,
            "level": done.stamped.level,
            "remark": done.stamped.remark,
        }
        write_json(document)
        return
    values = {"number": done.number, "signer": done.name, "fingerprint": done.fingerprint}
    if done.number:
        text = said("Report {number} is countersigned by {signer}, certificate SHA-256 {fingerprint}", **values)
    else:
        text = said("The summary of the lot is countersigned by {signer}, certificate SHA-256 {fingerprint}", **values)
    click.echo(visible(text))
    if done.stamped.remark:
        click.echo(visible(told(done.stamped.remark)))
