"""`registry office`: which offices push to a registry, as which role, signing with which certificates."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from gpu_inspector.cli import options
from gpu_inspector.cli.printing import write_json
from gpu_inspector.cli.registry_options import registry_option
from gpu_inspector.language import _, day, said, visible

if TYPE_CHECKING:
    from gpu_inspector.cli.documents_registry import OfficesDocument, RegistryOffice
    from gpu_inspector.registry.offices import Enrolled, Kept

SEES = ("own", "sightings", "everything")
_FILE = click.Path(path_type=Path, readable=False)


@click.group("office")
def office_group() -> None:
    """The offices of a registry: enrol them, let them see more or less, add and withdraw certificates.

    For who keeps the registry, as the role that owns it.
    """


@office_group.command("add")
@click.argument("name", metavar="OFFICE")
@click.option("--role", required=True, metavar="ROLE", help="The database role of this office alone.")
@click.option(
    "--certificate",
    "files",
    multiple=True,
    required=True,
    type=_FILE,
    metavar="CERT",
    help="The certificate that signs the office's checkpoints.",
)
@click.option(
    "--sees",
    type=click.Choice(SEES),
    default="sightings",
    show_default=True,
    help="What it sees of other offices: nothing, where its own cards were seen, or all.",
)
@registry_option
@options.json_option
def add(name: str, role: str, files: tuple[Path, ...], sees: str, url: str, as_json: bool) -> None:
    """Enrol OFFICE under a name that stays its own; its role is made where it is missing."""
    from gpu_inspector.workflow import registry_offices

    made = registry_offices.enrol(url, name, role, files, sees)
    if as_json:
        _write(tuple(one for one in registry_offices.listed(url) if one.office.number == made.number))
    else:
        click.echo(
            visible(said("Office {number}, {name}, pushes as {role}.", number=made.number, name=name, role=role))
        )


@office_group.command("list")
@registry_option
@options.json_option
def list_offices(url: str, as_json: bool) -> None:
    """List the offices with their certificates, as far as your role may see them."""
    from gpu_inspector.workflow import registry_offices

    found = registry_offices.listed(url)
    if as_json:
        _write(found)
    elif not found:
        click.echo(_("The registry has no office, or your role may see none."))
    else:
        for one in found:
            for line in _lines(one):
                click.echo(visible(line))


@office_group.command("sees")
@click.argument("name", metavar="OFFICE")
@click.argument("sees", metavar="SEES", type=click.Choice(SEES))
@registry_option
def let_see(name: str, sees: str, url: str) -> None:
    """Change what OFFICE sees of the others; SEES is own, sightings or everything."""
    from gpu_inspector.workflow import registry_offices

    registry_offices.let_see(url, name, sees)
    click.echo(visible(said("{name} sees from now on: {sees}", name=name, sees=sees)))


@office_group.command("certificate")
@click.argument("name", metavar="OFFICE")
@click.option("--add", "file", type=_FILE, metavar="CERT", help="A further certificate that signs for it.")
@click.option("--withdraw", "beginning", metavar="SHA256", help="One that counts no more, by its fingerprint.")
@click.option("--reason", default="", metavar="TEXT", help="Why it was withdrawn.")
@registry_option
def certificate(name: str, file: Path | None, beginning: str | None, reason: str, url: str) -> None:
    """Add or withdraw a certificate that signs the checkpoints of OFFICE. A withdrawn one never counts again."""
    from gpu_inspector.workflow import registry_offices

    if (file is None) == (beginning is None):
        raise click.UsageError("Give --add CERT or --withdraw SHA256.")
    if beginning is not None:
        if not reason.strip():
            raise click.UsageError("Say with --reason why the certificate is withdrawn.")
        fingerprint = registry_offices.withdraw_certificate(url, name, beginning, options.whole(reason))
        click.echo(said("Withdrawn: certificate SHA-256 {fingerprint}", fingerprint=fingerprint))
        return
    assert file is not None
    for one in registry_offices.add_certificates(url, name, file):
        text = said("Added: {signer}, certificate SHA-256 {fingerprint}", signer=one.name, fingerprint=one.fingerprint)
        click.echo(visible(text))


def _lines(one: Enrolled) -> tuple[str, ...]:
    office = one.office
    head = said(
        "{number}  {name}  role {role}, sees: {sees}",
        number=f"{office.number:>4}",
        name=office.name,
        role=office.role,
        sees=office.sees,
    )
    return (head, *(f"      {_line(kept)}" for kept in one.certificates))


def _line(kept: Kept) -> str:
    whose = {"signer": kept.name, "fingerprint": kept.fingerprint}
    if kept.withdrawn_at is None:
        return said("{signer}, certificate SHA-256 {fingerprint}", **whose)
    return said(
        "{signer}, certificate SHA-256 {fingerprint}, withdrawn {day}: {reason}",
        **whose,
        day=day(kept.withdrawn_at),
        reason=kept.reason,
    )


def _write(found: tuple[Enrolled, ...]) -> None:
    document: OfficesDocument = {"format": 1, "offices": [_document(one) for one in found]}
    write_json(document)


def _document(one: Enrolled) -> RegistryOffice:
    return {
        "number": one.office.number,
        "name": one.office.name,
        "role": one.office.role,
        "sees": one.office.sees,
        "certificates": [
            {
                "name": kept.name,
                "fingerprint": kept.fingerprint,
                "added_at": kept.added_at.isoformat(),
                "withdrawn_at": kept.withdrawn_at.isoformat() if kept.withdrawn_at is not None else None,
                "reason": kept.reason,
            }
            for kept in one.certificates
        ],
    }
