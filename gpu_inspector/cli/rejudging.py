"""`ledger rejudge`: what newer checks or data conclude of what is on the ledger, and which reports that touches."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gpu_inspector.cli import asking, options
from gpu_inspector.cli.inspecting import write_json
from gpu_inspector.cli.ledger_checks import complain
from gpu_inspector.cli.progress import Meter
from gpu_inspector.language import visible
from gpu_inspector.records import words
from gpu_inspector.records.catalogue import load
from gpu_inspector.version import build

if TYPE_CHECKING:
    from gpu_inspector.records.catalogue import Catalogue
    from gpu_inspector.workflow.rejudging import RowChange, Unreadable

EXIT_ALTERED = 4


@click.command("rejudge")
@click.option(
    "--with",
    "data",
    type=click.Path(path_type=Path, readable=False),
    metavar="DATA",
    help="Reference data in the form of resources/products, in place of the program's own.",
)
@click.option("--supersede", metavar="ID", help="Replace the report of this inspection: a new row, judged anew.")
@click.option("--reason", default="", metavar="TEXT", help="Why it is replaced; stands on the new report's first page.")
@click.option(
    "--report",
    type=click.Path(path_type=Path, readable=False),
    metavar="FILE",
    help="Where the superseding report goes; else the data folder.",
)
@click.option("--page", type=click.Choice(["a4", "letter"]), default="a4", show_default=True, help="Size of its pages.")
@options.ledger_option
@options.json_option
def rejudge(
    data: Path | None,
    supersede: str | None,
    reason: str,
    report: Path | None,
    page: str,
    ledger: Path,
    as_json: bool,
) -> None:
    """Judge every inspection again with today's checks and data, and list each conclusion that changes.

    Nothing is rewritten. With --supersede, one inspection gets a new row and a report that replaces the old one.
    Exit status: 0 all could be judged, 4 a row is altered or cannot be read, 1, 2.
    """
    from gpu_inspector.workflow import custody, rejudging

    if supersede is None and (reason or report is not None):
        raise click.UsageError("--reason and --report go with --supersede ID.")
    catalogue = rejudging.data_of(data) if data is not None else load()
    if supersede is not None:
        _supersede(supersede, reason, ledger, catalogue, report, page, as_json)
        return
    changed: list[RowChange] = []
    unreadable: list[Unreadable] = []
    judged = 0
    with Meter() as meter:
        for one in rejudging.changes(ledger, catalogue, meter):
            if isinstance(one, rejudging.Unreadable):
                unreadable.append(one)
                continue
            judged += 1
            if isinstance(one, rejudging.RowChange):
                changed.append(one)
    detail = f"{judged} inspections with the data {catalogue.version}, {len(changed)} otherwise"
    complain(custody.note(ledger, custody.What.REJUDGED, None, detail))
    if as_json:
        write_json(
            {
                "format": 1,
                "tool_version": build(),
                "reference_version": catalogue.version,
                "judged": judged,
                "changed": [_document(one) for one in changed],
                "unreadable": [{"number": one.seq, "reason": one.reason} for one in unreadable],
            }
        )
    else:
        _tell(changed, unreadable, judged, catalogue)
    sys.exit(EXIT_ALTERED if unreadable else 0)


def _tell(changed: list[RowChange], unreadable: list[Unreadable], judged: int, catalogue: Catalogue) -> None:
    for one in unreadable:
        click.echo(visible(f"{one.seq:>6}  cannot be judged again: {one.reason}"))
    for row in changed:
        case = f"  case {row.case}" if row.case else ""
        verdict = row.before if row.before == row.after else f"{row.before} -> {row.after}"
        replaced = f"  (replaced by {row.superseded_by} already)" if row.superseded_by else ""
        click.echo(visible(f"{row.seq:>6}  {row.made_at:%Y-%m-%d}  {verdict}{case}{replaced}"))
        for card in row.cards:
            click.echo(visible(f"        {card.label}  {card.product}"))
            for change in card.changes:
                before, after = change.before or "not asked then", change.after or "no longer asked"
                click.echo(visible(f"          {change.what}: {before} -> {after}"))
        for path in row.reports:
            click.echo(visible(f"        report: {path}"))
        if not row.reports:
            click.echo("        report: no file of it lies in the report folder")
    click.echo(
        f"{judged} inspections judged again by GPU Inspector {build()} with the data {catalogue.version}:"
        f" {len(changed)} come out otherwise. Nothing was rewritten."
    )
    if changed:
        click.echo("To replace a report: gpu-inspector ledger rejudge --supersede NUMBER --reason TEXT")


def _document(row: RowChange) -> dict[str, Any]:
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
    as_json: bool,
) -> None:
    from gpu_inspector.workflow import rejudging, targets

    if report is not None:
        targets.check(report, targets.PDF, kept=targets.ledger_files(ledger))
    done = rejudging.supersede(reference, reason, ledger, catalogue, report, page, asking.ask)
    replaced = done.inspection.supersedes
    assert replaced is not None
    verdict = done.inspection.judgement.verdict
    if as_json:
        where = str(done.report) if done.report is not None else None
        document = {"format": 1, "number": done.entry.seq, "id": done.inspection.id, "supersedes": replaced.seq}
        write_json({**document, "verdict": verdict.value, "report": where})
    else:
        click.echo(f"Inspection {done.entry.seq} replaces inspection {replaced.seq}: {words.IDENTITIES[verdict]}.")
        if done.report is not None:
            click.echo(f"Signed report: {done.report}")
    if done.failure:
        again = f"gpu-inspector report {done.entry.seq} FILE"
        click.echo(f"{done.failure} Inspection {done.entry.seq} is kept; make its report again with: {again}", err=True)
        sys.exit(1)
