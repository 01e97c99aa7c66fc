"""`selftest` and `control-card`: whether this bench still measures and judges as it must."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gpu_inspector.cli import asking, columns, options
from gpu_inspector.cli.printing import write_json
from gpu_inspector.cli.progress import Meter
from gpu_inspector.language import N_, _, counted, moment, said, told, visible
from gpu_inspector.language import number as figure_of
from gpu_inspector.records import bench_words, canonical, drift
from gpu_inspector.records.catalogue import load
from gpu_inspector.records.measured_words import number
from gpu_inspector.records.selftest import ControlCard, SelfTested

if TYPE_CHECKING:
    from gpu_inspector.cli.documents_program import (
        ControlCardDocument,
        ControlCardPlain,
        SelfTestDocument,
        SelfTestPlain,
    )

_MARKS = {True: N_("passed"), False: N_("FAILED"), None: N_("not tried")}
_simulated = click.option("--simulation", is_flag=True, help="The simulated control card, not the real one.")


@click.command()
@click.option("--quick", is_flag=True, help="Measure three simulated cards only, compile for one architecture.")
@options.ledger_option
@options.json_option
def selftest(quick: bool, ledger: Path, as_json: bool) -> None:
    """Try what is known beforehand: simulations, planted faults, kernels, data, fonts, key, ledger, disk.

    The result is kept, and every later report tells it with its age. A locked signing key is asked for at a terminal
    only, and not tried elsewhere. Exit status: 0 where nothing failed (what could not be tried is named), 1 where
    something did.
    """
    from gpu_inspector.workflow import selftest as testing

    with Meter() as meter:
        found = testing.run(ledger, load(), quick=quick, ask=asking.ask, progress=meter)
    if as_json:
        plain: SelfTestPlain = canonical.plain(found)
        document: SelfTestDocument = {"format": canonical.FORMAT, "passed": not found.failed, **plain}
        write_json(document)
    else:
        _tell(found)
    sys.exit(1 if found.failed else 0)


def _tell(found: SelfTested) -> None:
    named = [told(one.what) for one in found.tried]
    width = max(map(columns.width, named))
    for one, name in zip(found.tried, named, strict=True):
        mark, what = columns.padded(_(_MARKS[one.passed]), 9), columns.padded(name, width)
        seconds = columns.right(figure_of(one.seconds, 1), 6)
        click.echo(visible(f"{mark} {what} {seconds} s  {told(one.text)}"))
    result = bench_words.result_of(found, visible)
    click.echo(f"\n{said('Self-test: {result}.', result=result)}")


@click.group("control-card")
def control_card_group() -> None:
    """A card that the office knows, inspected each day: do its figures drift?

    Inspect it, take that inspection as its reference, and inspect it again every day in the same slot. Reports tell its
    last inspection with its age.
    """


@control_card_group.command("set")
@click.argument("inspection")
@click.option("--name", default="", help="The office's own name of the card; else its product.")
@options.ledger_option
def set_card(inspection: str, name: str, ledger: Path) -> None:
    """Take INSPECTION (its number or id) as the reference of its card; a line of the custody log says so."""
    from gpu_inspector.workflow import control_card

    control, remark = control_card.set_reference(ledger, inspection, name)
    _show(control)
    if remark:
        click.echo(told(remark), err=True)


@control_card_group.command("show")
@_simulated
@options.ledger_option
@options.json_option
def show_card(simulation: bool, ledger: Path, as_json: bool) -> None:
    """Show its figures, at the reference and at the last inspection. Exit status: 0, or 1 where one drifted."""
    from gpu_inspector.workflow import control_card

    control = control_card.show(ledger, simulation=simulation)
    if as_json:
        card: ControlCardPlain | None = canonical.plain(control)
        if card is not None and control is not None:
            card["drifted"] = [one.name for one in control.drifted]
        document: ControlCardDocument = {"format": canonical.FORMAT, "control_card": card}
        write_json(document)
    elif control is None:
        click.echo(_("This ledger has no control card. Name one: gpu-inspector control-card set INSPECTION"))
    else:
        _show(control)
    sys.exit(1 if control is not None and control.drifted else 0)


@control_card_group.command("forget")
@_simulated
@options.ledger_option
def forget_card(simulation: bool, ledger: Path) -> None:
    """End the control card; its inspections stay, and a line of the custody log says so."""
    from gpu_inspector.workflow import control_card

    row = control_card.forget(ledger, simulation=simulation)
    click.echo(said("The card of inspection {number} is no control card any more.", number=row))


def _show(control: ControlCard) -> None:
    named = {"name": control.name, "number": control.reference_row}
    if control.simulation:
        click.echo(visible(said("SIMULATION: {name}, reference: inspection {number}", **named)))
    else:
        click.echo(visible(said("{name}, reference: inspection {number}", **named)))
    text = counted(
        "{inspections} inspections; the last one {time} UTC",
        "{inspections} inspections; the last one {time} UTC",
        control.inspections,
        inspections=control.inspections,
        time=moment(control.made_at, seconds=False),
    )
    click.echo(text)
    rows: list[tuple[str, ...]] = [("", _("reference"), _("last"), _("may differ"), _("inspections"))]
    rows += [_row(one) for one in drift.series(control)]
    widths = [max(columns.width(row[place]) for row in rows) for place in range(len(rows[0]))]
    for name, *values in rows:
        cells = "  ".join(columns.right(value, width) for value, width in zip(values, widths[1:], strict=True))
        click.echo(visible(f"{columns.padded(name, widths[0])}  {cells}".rstrip()))
    click.echo(visible(bench_words.drift_of(control, visible)))


def _row(one: drift.Series) -> tuple[str, ...]:
    figure = one.figure
    mark = f" {_('DRIFTED')}" if figure.drifted else ""
    times = sum(value is not None for _at, value in one.points)
    share = f"{number(figure.spread * 100, digits=3)} %"
    return f"{told(figure.name)}{mark}", number(figure.reference), number(figure.last), share, str(times)
