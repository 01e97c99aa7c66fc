"""`products`, `checks`, `simulations`, `doctor`: what the program knows, asks, plays, and can look at here."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gpu_inspector import __version__, settings
from gpu_inspector.cli import columns, options
from gpu_inspector.cli.printing import write_json
from gpu_inspector.language import N_, _, counted, number, said, told, visible
from gpu_inspector.records.finding import Role

if TYPE_CHECKING:
    from gpu_inspector.cli.documents_program import (
        BundleDocument,
        ChecksDocument,
        DoctorDocument,
        ProductsDocument,
        SimulationDocument,
        SimulationsDocument,
        TopicDocument,
    )
    from gpu_inspector.records.catalogue import Catalogue
    from gpu_inspector.records.product import Product
    from gpu_inspector.workflow.topics import Topic

_ROLES = {Role.CORE: N_("core"), Role.SUPPORTING: N_("supporting")}


@click.command()
@click.argument("words", nargs=-1)
@options.json_option
def products(words: tuple[str, ...], as_json: bool) -> None:
    """Show the genuine products that fit WORDS (name, device id, die), with the sources of each figure."""
    from gpu_inspector.records import canonical
    from gpu_inspector.records.catalogue import load

    catalogue = load()
    rows = catalogue.search(" ".join(words))
    if as_json:
        document: ProductsDocument = {
            "format": 1,
            "reference_version": catalogue.version,
            "products": [canonical.plain(row) for row in rows],
        }
        write_json(document)
        return
    if not rows:
        click.echo(_("No product fits. Try fewer words, a device id (2684) or a die (AD102)."))
        return
    if not words or len(rows) > 20:
        for row in rows:
            click.echo(f"{', '.join(row.device_ids):<11} {row.name}  {_size(row)}  {row.die}")
        click.echo(
            counted(
                "{rows} products, reference data {version}. More words show the sources of each figure.",
                "{rows} products, reference data {version}. More words show the sources of each figure.",
                len(rows),
                rows=len(rows),
                version=catalogue.version,
            )
        )
        return
    for row in rows:
        _product(row, catalogue)
    text = said("Reference data {version}. Source codes: resources/products/README.md", version=catalogue.version)
    click.echo(f"\n{text}")


def _size(row: Product) -> str:
    return said("{size} GB", size=f"{row.memory_mib / 1024:g}") if row.memory_mib else _("size not known")


def _product(row: Product, catalogue: Catalogue) -> None:
    die = catalogue.dies.get(row.die)
    units = None if row.sm is None else str(row.sm)
    if row.sm is not None and die is not None:
        units = said("{units} ({cores} cores)", units=row.sm, cores=row.sm * die.lanes_per_sm)
    formula = said("formula {formula}", formula=row.total_basis) if row.total_basis else ""
    click.secho(f"\n{row.name}", bold=True)
    facts: tuple[tuple[str, object, str], ...] = (
        (N_("device id"), ", ".join(row.device_ids), _code(row, "device_ids")),
        (N_("die"), row.die, ""),
        (N_("multiprocessors"), units, _code(row, "sm")),
        (N_("memory"), f"{_size(row)} {row.memory_type or ''}", _evidence(row)),
        (
            N_("bus"),
            said("{bits} bits", bits=row.bus_bits) if row.bus_bits is not None else None,
            _code(row, "bus_bits"),
        ),
        (N_("driver shows, ECC off"), _mib(row.total_mib_ecc_off), formula),
        (N_("driver shows, ECC on"), _mib(row.total_mib_ecc_on), formula),
        (N_("L2"), f"{number(row.l2_bytes // 1024)} KiB" if row.l2_bytes else None, _code(row, "l2_bytes")),
        (N_("boost clock"), f"{row.boost_mhz} MHz" if row.boost_mhz else None, _code(row, "boost_mhz")),
        (N_("power"), f"{row.tdp_w} W" if row.tdp_w else None, _code(row, "tdp_w")),
        (
            N_("PCIe"),
            said("generation {generation}, x{width}", generation=row.pcie_gen, width=row.pcie_width)
            if row.pcie_gen and row.pcie_width
            else None,
            _code(row, "pcie_gen"),
        ),
        (N_("GPU part numbers"), ", ".join(row.gpu_part_numbers) or None, ""),
        (N_("InfoROM"), ", ".join(row.inforom_prefixes) or None, ""),
    )
    for title, value, source in facts:
        if value is not None:
            line = f"  {columns.padded(_(title), 22)} {columns.padded(str(value), 34)} {source}"
            click.echo(line.rstrip())
    if row.note:
        click.echo(f"  {columns.padded(_('note'), 22)} {row.note}")


def _mib(value: int | None) -> str | None:
    return f"{number(value)} MiB" if value is not None else None


def _code(row: Product, field: str) -> str:
    codes = row.sources.get(field, "")
    if field in row.single_source:
        return f"{codes} {_('(one table alone)')}"
    return f"{codes} {_('(from memory)')}" if field in row.from_memory else codes


def _evidence(row: Product) -> str:
    return "; ".join(f"{device}: {codes}" for device, codes in sorted(row.memory_evidence.items()))


@click.command()
@options.json_option
def checks(as_json: bool) -> None:
    """List every check, in the order of the report."""
    from gpu_inspector.checks import ALL_CHECKS

    if as_json:
        document: ChecksDocument = {
            "format": 1,
            "checks": [
                {"check": one.id, "title": one.title, "role": one.role, "reason": one.reason} for one in ALL_CHECKS
            ],
        }
        write_json(document)
        return
    wide = max(11, *(columns.width(_(role)) for role in _ROLES.values()))
    for one in ALL_CHECKS:
        role = columns.padded(_(_ROLES[one.role]), wide)
        click.echo(f"{one.id:<26} {role} {_(one.title)}")


@click.command()
@options.json_option
def simulations(as_json: bool) -> None:
    """List the simulated cards and servers of `inspect --simulate`, and the exit status that each must come to."""
    from gpu_inspector.probes import simulated

    listed = simulated.listed()
    if as_json:
        rows: list[SimulationDocument] = [
            {"name": one.name, "about": one.about, "exit": one.exit, "cards": one.cards} for one in listed
        ]
        document: SimulationsDocument = {"format": 1, "simulations": rows}
        write_json(document)
        return
    width = max(len(one.name) for one in listed)
    for one in listed:
        click.echo(f"{one.name:<{width}}  {one.exit:>2}  {told(one.about)}")


@click.command()
@click.option(
    "--bundle",
    type=click.Path(path_type=Path, readable=False),
    metavar="FILE",
    help="Write all that a helper needs into one zip file, which can be read before it is sent.",
)
@click.option("--with-serials", "serials", is_flag=True, help="Mask nothing in the bundle; its README says so.")
@options.ledger_option
@options.json_option
def doctor(bundle: Path | None, serials: bool, ledger: Path, as_json: bool) -> None:
    """Say what this machine can and cannot look at, and what to do about it.

    With --bundle versions, this answer, settings and the log go into a zip file: without serial numbers, UUIDs, names
    and places, which are masked. Nothing is sent anywhere.
    """
    from gpu_inspector.workflow import data_standing, examining

    if serials and bundle is None:
        raise click.UsageError("--with-serials goes with --bundle FILE.")
    if bundle is not None:
        _bundle(bundle, ledger, serials=serials, as_json=as_json)
        return
    topics = (*examining.examine_machine(), *examining.examine_places(ledger))
    if as_json:
        document: DoctorDocument = {
            "format": 1,
            "tool_version": __version__,
            "topics": [_plain(topic) for topic in topics],
        }
        write_json(document)
        return
    data = data_standing.standing().version
    click.echo(said("GPU Inspector {version}, reference data {data}", version=__version__, data=data) + "\n")
    titles = [told(topic.title) for topic in topics]
    width = max(map(columns.width, titles))
    most = shutil.get_terminal_size((100, 24)).columns * 4
    fine = max(3, columns.width(_("ok")))
    for topic, title in zip(topics, titles, strict=True):
        mark = columns.padded(_("ok") if topic.well else " ! ", fine)
        click.echo(visible(f"{mark} {columns.padded(title, width)}  {told(topic.says)}"))
        if topic.advice:
            click.echo(visible(f"{'':<{fine + width + 1}}  {told(topic.advice)}"[:most]))
    log = settings.log_path()
    click.echo("\n" + said("The program's log, with the traces of its defects: {file}", file=log))


def _bundle(target: Path, ledger: Path, *, serials: bool, as_json: bool) -> None:
    from gpu_inspector.cli.progress import Meter
    from gpu_inspector.workflow import support

    with Meter() as meter:
        done = support.write(target, ledger, serials=serials, progress=meter)
    if as_json:
        document: BundleDocument = {
            "format": 1,
            "bundle": str(done.path),
            "members": list(done.members),
            "masked": done.masked,
            "left_out": done.left_out,
        }
        write_json(document)
        return
    text = counted(
        "{files} files are in {file}. Read them before you send it anywhere.",
        "{files} files are in {file}. Read them before you send it anywhere.",
        len(done.members),
        files=len(done.members),
        file=done.path,
    )
    click.echo(visible(text))
    if not done.masked:
        click.echo(_("Nothing in it is masked: serial numbers, names and places may stand in it."))
    elif done.left_out:
        click.echo(
            counted(
                "{lines} lines of the log are left out: they were written without masks.",
                "{lines} lines of the log are left out: they were written without masks.",
                done.left_out,
                lines=done.left_out,
            )
        )


def _plain(topic: Topic) -> TopicDocument:
    return {"title": topic.title, "well": topic.well, "says": topic.says, "advice": topic.advice}
