"""`lot`: many cards under one declaration, examined by a plan, with one signed summary."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gpu_inspector.cli import asking, declared, lot_lines, lot_options, options, policies
from gpu_inspector.cli.lot_options import Paper
from gpu_inspector.cli.printing import write_json
from gpu_inspector.cli.progress import Meter
from gpu_inspector.records import lot_beside
from gpu_inspector.records.catalogue import load
from gpu_inspector.records.declaration import Case, Declaration
from gpu_inspector.records.finding import worst
from gpu_inspector.records.lot import Plan
from gpu_inspector.workflow import judging, lots, targets
from gpu_inspector.workflow.lot_filling import Added
from gpu_inspector.workflow.lots import LotState

if TYPE_CHECKING:
    from gpu_inspector.cli.documents_lots import AddedToLot, LotsDocument, LotSummaryDocument, SummaryWritten, SummedLot


@click.group("lot")
def lot_group() -> None:
    """Examine many cards under one declaration: all of them, or a sample."""


@lot_group.command("new")
@click.argument("name")
@click.option("--declared", "pieces", type=click.IntRange(1, 1_000_000), required=True, metavar="N", help="Pieces.")
@lot_options.planned
@click.option(
    "--from",
    "sources",
    multiple=True,
    type=click.Path(path_type=Path, readable=False),
    metavar="FILE|FOLDER",
    help="Review these files as cards of the lot at once.",
)
@click.option(
    "--report",
    "summary",
    type=click.Path(path_type=Path, readable=False),
    metavar="PDF",
    help="Write the lot's signed summary at once.",
)
@lot_options.places
@declared.declared_options
@options.case_options
@options.ledger_option
@options.json_option
def new(
    name: str,
    pieces: int,
    plan: Plan,
    sources: tuple[Path, ...],
    summary: Path | None,
    reports: Path | None,
    on: Paper,
    declaration: Declaration,
    case: Case,
    ledger: Path,
    as_json: bool,
) -> None:
    """Open a lot of N pieces. Its plan cannot be changed afterwards.

    With --from and --report the whole work is one command. Exit status: 0 where no cards were given, else as `inspect`,
    of the worst card.
    """
    from gpu_inspector.workflow import lot_filling

    files = lot_filling.files_of(sources)
    if summary is not None:
        targets.check(summary, targets.PDF, kept=(*targets.ledger_files(ledger), *files))
    state = lots.open_lot(ledger, name=name, declared=pieces, plan=plan, case=case, declaration=declaration)
    if not as_json:
        lot_lines.opened(state)
    added, seconds = _filled(ledger, state, files, reports, on, as_json=as_json) if files else ((), 0.0)
    _end(ledger, state, added, seconds, summary, on, as_json=as_json)


@lot_group.command("add")
@click.argument("lot")
@click.argument("sources", nargs=-1, type=click.Path(path_type=Path, readable=False), metavar="[FILE|FOLDER]...")
@click.option("--inspection", "rows", multiple=True, metavar="ID", help="An inspection of the ledger: number or id.")
@click.option("--card", metavar="CARD", help="Inspect this card of this machine, and put it in; “all” is every card.")
@click.option("--piece", type=click.IntRange(1), metavar="N", help="Which piece of the lot this one card is.")
@options.measuring_options
@lot_options.places
@options.ledger_option
@options.json_option
def add(
    lot: str,
    sources: tuple[Path, ...],
    rows: tuple[str, ...],
    card: str | None,
    piece: int | None,
    wanted: options.Measuring,
    reports: Path | None,
    on: Paper,
    ledger: Path,
    as_json: bool,
) -> None:
    """Put cards into a lot: files that are reviewed, a card of this machine, or inspections that are there already.

    Each card is inspected under the lot's own case and declaration, kept, and reported, before the next one is begun;
    called again after a stop, files that are in already are left out. Exit status as `inspect`: of the worst card that
    was put in, or of the lot where all were in already.
    """
    from gpu_inspector.workflow import lot_filling

    live = card is not None or wanted.simulate is not None
    ways = (bool(sources), bool(rows), card is not None, wanted.simulate is not None)
    if sum(ways) != 1:
        raise click.UsageError("Name files, or --inspection, or --card, or --simulate: one of them.")
    if wanted.asked and not live:
        raise click.UsageError("A file holds no silicon that could be measured: leave --profile and --no-measure out.")
    if piece is not None and len(sources) + len(rows) > 1:
        raise click.UsageError("--piece goes with one card.")
    state = lots.state(ledger, lot)
    if rows:
        begun = time.perf_counter()
        after = lots.add(ledger, state.lot.id, rows, piece)
        fresh = after.members[len(state.members) :]
        added: tuple[Added, ...] = (Added("", fresh, seconds=time.perf_counter() - begun),)
        seconds = added[0].seconds
        if not as_json:
            lot_lines.line(added[0])
    elif live:
        added, seconds = _examined(ledger, state, card, wanted, piece, reports, on, as_json=as_json)
    else:
        files = lot_filling.files_of(sources)
        added, seconds = _filled(ledger, state, files, reports, on, piece, as_json=as_json)
    _end(ledger, state, added, seconds, None, on, as_json=as_json)


def _examined(
    ledger: Path,
    state: LotState,
    card: str | None,
    wanted: options.Measuring,
    piece: int | None,
    reports: Path | None,
    on: Paper,
    *,
    as_json: bool,
) -> tuple[tuple[Added, ...], float]:
    """A card of this machine, or a simulated one, measured as `inspect` does it."""
    from gpu_inspector.workflow import collecting, inspecting, lot_filling, measuring

    begun = time.perf_counter()
    inspecting.require_ledger(ledger)
    origin = policies.origin_of(wanted, None)
    wanted, _named = policies.bound(wanted, state.lot.case, state.lot.declaration, origin, many=True)
    with Meter() as meter:
        if wanted.simulate is not None:
            name = wanted.simulate
            evidence = collecting.collect_simulation(name, wanted.seed, wanted.profile, load(), meter)
        else:
            name = card or ""
            evidence = collecting.collect_machine(load(), None if card == "all" else card, meter)
            if wanted.profile is not None:
                evidence = measuring.measured(evidence, wanted.profile, meter, wanted.minutes)
    _state, one = lot_filling.one_more(
        ledger,
        state,
        evidence,
        name,
        reports=reports,
        page=on.page,
        language=on.language,
        ask=asking.ask,
        piece=piece,
        profile=wanted.profile,
        begun=begun,
    )
    if not as_json:
        lot_lines.line(one)
    return (one,), time.perf_counter() - begun


def _filled(
    ledger: Path,
    state: LotState,
    files: tuple[Path, ...],
    reports: Path | None,
    on: Paper,
    piece: int | None = None,
    *,
    as_json: bool,
) -> tuple[tuple[Added, ...], float]:
    from gpu_inspector.workflow import lot_filling

    begun = time.perf_counter()
    tell = (lambda one: None) if as_json else lot_lines.line
    added = lot_filling.from_files(
        ledger,
        state.lot.id,
        files,
        reports=reports,
        page=on.page,
        language=on.language,
        ask=asking.ask,
        piece=piece,
        tell=tell,
    )
    return added, time.perf_counter() - begun


def _end(
    ledger: Path,
    before: LotState,
    added: tuple[Added, ...],
    seconds: float,
    summary: Path | None,
    on: Paper,
    *,
    as_json: bool,
) -> None:
    """What came of it: the lot as it stands, the summary where one is asked for, and the exit status."""
    state = lots.state(ledger, before.lot.id)
    written = _summary(ledger, state, summary, on) if summary is not None else None
    if as_json:
        document: AddedToLot = {**lot_lines.json_of(state), **lot_lines.json_of_added(added, seconds)}
        if written is None:
            write_json(document)
        else:
            summed: SummedLot = {**document, **written}
            write_json(summed)
    else:
        lot_lines.end(state, added, seconds)
        if written is not None:
            lot_lines.written(written)
    if not added:
        return
    if not any(one.members or one.skipped for one in added):
        sys.exit(1)
    fresh = tuple(member.identity for one in added for member in one.members)
    sys.exit(judging.EXITS[worst(fresh or tuple(member.identity for member in state.members))])


@lot_group.command("status")
@click.argument("lot", required=False)
@options.ledger_option
@options.json_option
def status(lot: str | None, ledger: Path, as_json: bool) -> None:
    """Show a lot with its cards and what the numbers allow to be said, or all lots of the ledger."""
    if lot is None:
        found = lots.every(ledger)
        if as_json:
            document: LotsDocument = {"format": 1, "lots": [lot_lines.json_of(one) for one in found]}
            write_json(document)
        else:
            lot_lines.listed(found)
        return
    state = lots.state(ledger, lot)
    if as_json:
        write_json(lot_lines.json_of(state))
    else:
        lot_lines.whole(state)


@lot_group.command("report")
@click.argument("lot")
@click.argument("out", type=click.Path(path_type=Path, readable=False))
@lot_options.paper
@options.ledger_option
@options.json_option
def report(lot: str, out: Path, on: Paper, ledger: Path, as_json: bool) -> None:
    """Write the signed summary of a lot to OUT: each card's report is named in it by its digest."""
    targets.check(out, targets.PDF, kept=targets.ledger_files(ledger))
    written = _summary(ledger, lots.state(ledger, lot), out, on)
    if as_json:
        document: LotSummaryDocument = {"format": 1, **written}
        write_json(document)
    else:
        lot_lines.written(written)


def _summary(ledger: Path, state: LotState, out: Path, on: Paper) -> SummaryWritten:
    from gpu_inspector.workflow import lot_summing

    done = lot_summing.write(ledger, state.lot.id, out, on.page, asking.ask, language=on.language)
    beside = list(lot_beside.sentences(done.summary))
    return {"report": str(out), "id": done.summary.id, "level": done.level, "remark": done.remark, "beside": beside}
