"""`ledger rejudge`: what newer checks or data conclude of what is on the ledger, and which reports that touches."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gpu_inspector import reference
from gpu_inspector.cli import asking, keeping, options
from gpu_inspector.cli.inspecting import say_how_to_report
from gpu_inspector.cli.ledger_checks import complain
from gpu_inspector.cli.printing import write_json
from gpu_inspector.cli.progress import Meter
from gpu_inspector.language import N_, _, counted, day, said, told, visible
from gpu_inspector.records import words
from gpu_inspector.version import build

if TYPE_CHECKING:
    from gpu_inspector.cli.documents_ledger import ChangedRow, RejudgedDocument, SupersededDocument
    from gpu_inspector.records.catalogue import Catalogue
    from gpu_inspector.workflow.rejudging import RowChange, Unreadable

EXIT_ALTERED = 4
OWN = "own"


@click.command("rejudge")
@click.option(
    "--with",
    "data",
    default="",
    metavar="DATA",
    help="Other reference data: a version kept here, own, a data pack's file, or a folder as resources/products.",
)
@click.option("--as-recorded", is_flag=True, help="Each inspection with the reference data that it names.")
@click.option("--supersede", metavar="ID", help="Replace the report of this inspection: a new row, judged anew.")
@click.option("--reason", default="", metavar="TEXT", help="Why it is replaced; stands on the new report's first page.")
@click.option(
    "--report",
    type=click.Path(path_type=Path, readable=False),
    metavar="FILE",
    help="Where the superseding report goes; else the data folder.",
)
@click.option("--page", type=click.Choice(["a4", "letter"]), default="a4", show_default=True, help="Size of its pages.")
@options.report_language_option
@options.ledger_option
@options.json_option
def rejudge(
    data: str,
    as_recorded: bool,
    supersede: str | None,
    reason: str,
    report: Path | None,
    page: str,
    language: str,
    ledger: Path,
    as_json: bool,
) -> None:
    """Judge every inspection again with today's checks and the data in use, and list each conclusion that changes.

    With --as-recorded each is judged with the data that it names. Nothing is rewritten. With --supersede, one
    inspection gets a new row and a report that replaces the old one. Exit status: 0 all could be judged, 4 a row is
    altered or cannot be read, 1 (also where the data that a row names are not kept here), 2.
    """
    from gpu_inspector.workflow import custody, rejudging

    _check_usage(supersede, reason, report, as_recorded=as_recorded, data=data)
    catalogue = options.data_named(data)
    if supersede is not None:
        _supersede(supersede, reason, ledger, catalogue, report, page, language, as_json)
        return
    changed: list[RowChange] = []
    unreadable: list[Unreadable] = []
    judged = 0
    with Meter() as meter:
        for one in rejudging.changes(ledger, catalogue, meter, as_recorded=as_recorded):
            if isinstance(one, rejudging.Unreadable):
                unreadable.append(one)
                continue
            judged += 1
            if isinstance(one, rejudging.RowChange):
                changed.append(one)
    version = N_("that each names") if as_recorded else catalogue.version
    detail = N_(f"{judged} inspections with the data {version}, {len(changed)} otherwise")
    complain(custody.note(ledger, custody.What.REJUDGED, None, detail))
    if as_json:
        document: RejudgedDocument = {
            "format": 1,
            "tool_version": build(),
            "reference_version": None if as_recorded else version,
            "judged": judged,
            "changed": [_document(one) for one in changed],
            "unreadable": [{"number": one.seq, "reason": one.reason} for one in unreadable],
        }
        write_json(document)
    else:
        _tell(changed, unreadable, judged, version)
    sys.exit(_status(unreadable))


def _check_usage(supersede: str | None, reason: str, report: Path | None, *, as_recorded: bool, data: str) -> None:
    """What cannot be meant together. Raises click.UsageError."""
    if supersede is None and (reason or report is not None):
        raise click.UsageError("--reason and --report go with --supersede ID.")
    if as_recorded and (data or supersede is not None):
        raise click.UsageError("--as-recorded names the data by itself: leave --with and --supersede out.")
    if supersede is not None and data not in ("", OWN) and not reference.is_version(data):
        # A report of data that nobody vouched for could not say whose they are.
        raise click.UsageError("A report names data that are kept here: install them first, see gpu-inspector data.")


def _status(unreadable: list[Unreadable]) -> int:
    if any(not one.without_data for one in unreadable):
        return EXIT_ALTERED
    return 1 if unreadable else 0


def _tell(changed: list[RowChange], unreadable: list[Unreadable], judged: int, version: str) -> None:
    for one in unreadable:
        text = said("cannot be judged again: {reason}", reason=told(one.reason))
        click.echo(visible(f"{one.seq:>6}  {text}"))
    for row in changed:
        _tell_row(row)
    click.echo(
        counted(
            "{judged} inspections judged again by GPU Inspector {program} with the data {data}: {changed} come out"
            " otherwise. Nothing was rewritten.",
            "{judged} inspections judged again by GPU Inspector {program} with the data {data}: {changed} come out"
            " otherwise. Nothing was rewritten.",
            judged,
            judged=judged,
            program=build(),
            data=told(version),
            changed=len(changed),
        )
    )
    if changed:
        click.echo(_("To replace a report: gpu-inspector ledger rejudge --supersede NUMBER --reason TEXT"))


def _tell_row(row: RowChange) -> None:
    """One inspection that comes out otherwise: what changes on which card, and its reports."""
    case = f"  {said('case {case}', case=row.case)}" if row.case else ""
    before, after = keeping.verdict_of(row.before), keeping.verdict_of(row.after)
    verdict = before if row.before == row.after else f"{before} -> {after}"
    by = row.superseded_by
    replaced = f"  {said('(replaced by {number} already)', number=by)}" if by else ""
    click.echo(visible(f"{row.seq:>6}  {day(row.made_at)}  {verdict}{case}{replaced}"))
    for card in row.cards:
        click.echo(visible(f"        {card.label}  {card.product}"))
        for change in card.changes:
            old = keeping.verdict_of(change.before) if change.before else _("not asked then")
            new = keeping.verdict_of(change.after) if change.after else _("no longer asked")
            text = said("{what}: {before} -> {after}", what=told(change.what), before=old, after=new)
            click.echo(visible(f"          {text}"))
    for path in row.reports:
        click.echo(visible(f"        {said('report: {file}', file=path)}"))
    if not row.reports:
        click.echo(f"        {_('report: no file of it lies in the report folder')}")


def _document(row: RowChange) -> ChangedRow:
    return {
        "number": row.seq,
        "id": row.id,
        "made_at": row.made_at.isoformat(),
        "case": row.case,
        "before": row.before,
        "after": row.after,
        "tool_version": row.tool_version,
        "reference_version": row.reference_version,
        "superseded_by": row.superseded_by or None,
        "reports": [str(path) for path in row.reports],
        "cards": [
            {
                "label": card.label,
                "product": card.product,
                "changes": [
                    {"what": change.what, "before": change.before or None, "after": change.after or None}
                    for change in card.changes
                ],
            }
            for card in row.cards
        ],
    }


def _supersede(
    reference: str,
    reason: str,
    ledger: Path,
    catalogue: Catalogue,
    report: Path | None,
    page: str,
    language: str,
    as_json: bool,
) -> None:
    from gpu_inspector.workflow import rejudging, targets

    if report is not None:
        targets.check(report, targets.PDF, kept=targets.ledger_files(ledger))
    done = rejudging.supersede(reference, reason, ledger, catalogue, report, page, asking.ask, language=language)
    replaced = done.inspection.supersedes
    assert replaced is not None
    verdict = done.inspection.judgement.verdict
    if as_json:
        where = str(done.report) if done.report is not None else None
        document: SupersededDocument = {
            "format": 1,
            "number": done.entry.seq,
            "id": done.inspection.id,
            "supersedes": replaced.seq,
            "verdict": verdict,
            "report": where,
        }
        write_json(document)
    else:
        text = said(
            "Inspection {number} replaces inspection {replaced}: {identity}.",
            number=done.entry.seq,
            replaced=replaced.seq,
            identity=_(words.IDENTITIES[verdict]),
        )
        click.echo(text)
        if done.report is not None:
            click.echo(said("Signed report: {report}", report=done.report))
    if done.failure:
        say_how_to_report(done)
        sys.exit(1)
