"""`verify`: is a signed report whole, whose is it, and do its conclusions follow from its evidence?"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gpu_inspector.cli import options
from gpu_inspector.cli.inspecting import write_json
from gpu_inspector.language import visible
from gpu_inspector.records import words
from gpu_inspector.records.catalogue import load
from gpu_inspector.records.finding import Identity

if TYPE_CHECKING:
    from gpu_inspector.workflow.verifying import Verification


@click.command()
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path, readable=False))
@click.option(
    "--trust",
    multiple=True,
    type=click.Path(path_type=Path, readable=False),
    metavar="CERT",
    help="A certificate (PEM or DER) whose signatures are accepted.",
)
@options.json_option
def verify(path: Path, trust: tuple[Path, ...], as_json: bool) -> None:
    """Check a signed report: the signature over the whole file, additions, the evidence judged again, the pages.

    Exit status: 0 intact and trusted, 3 intact but the signer is not known here, 4 altered, mangled or not ours, 1 the
    file could not be read at all, 2 wrong usage.
    """
    from gpu_inspector.probes import incoming
    from gpu_inspector.workflow import verifying

    certificates = tuple(incoming.open_file(one, None) for one in trust)
    found = verifying.verify(incoming.open_file(path, None, empty=True), certificates, load())
    if as_json:
        write_json(
            {
                "format": 1,
                "state": found.state.value,
                "problems": list(found.problems),
                "added": list(found.added),
                "notes": list(found.notes),
                "signer": found.signer,
                "fingerprint": found.fingerprint,
                "signed_at": found.signed_at,
                "number": found.entry.seq if found.entry is not None else None,
                "id": found.inspection.id if found.inspection is not None else None,
                "verdict": found.inspection.judgement.verdict.value if found.inspection is not None else None,
                "judged_again": found.judged_again or None,
                "differences": list(found.differences),
            }
        )
    else:
        _tell(found)
    sys.exit(verifying.EXITS[found.state])


def _tell(found: Verification) -> None:
    click.echo(f"{found.state.value}")
    for problem in found.problems:
        click.echo(f"  {visible(problem)}")
    for addition in found.added:
        click.echo(f"  {visible(addition)}")
    if found.signer:
        click.echo(f"  signed by {visible(found.signer)}, certificate SHA-256 {found.fingerprint}, {found.signed_at}")
    if found.inspection is not None and found.entry is not None and not found.problems:
        click.echo(
            f"  inspection {found.entry.seq}, id {found.inspection.id}:"
            f" {words.IDENTITIES[found.inspection.judgement.verdict]}; judged again here:"
            f" {words.IDENTITIES[Identity(found.judged_again)]}"
        )
    for note in found.notes:
        click.echo(f"  {visible(note)}")
