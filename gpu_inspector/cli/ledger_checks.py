"""`ledger verify` and `ledger checkpoint`: does the ledger stand, and what will vouch for it later?"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gpu_inspector.cli import asking, options
from gpu_inspector.cli.printing import write_json
from gpu_inspector.language import N_, counted, said, told, visible

if TYPE_CHECKING:
    from gpu_inspector.cli.documents_ledger import CheckpointDocument, VerifiedLedger
    from gpu_inspector.workflow.ledger_checks import Result

EXIT_ALTERED = 4


@click.command("verify")
@click.option(
    "--report",
    type=click.Path(path_type=Path, readable=False),
    metavar="PDF",
    help="Hold the ledger against a signed report and the checkpoint in it, too.",
)
@click.option(
    "--checkpoint",
    type=click.Path(path_type=Path, readable=False),
    metavar="FILE",
    help="Hold the ledger against an exported checkpoint, too.",
)
@click.option("--all", "everything", is_flag=True, help="Read every row and examine every signature again.")
@options.trust_option
@options.ledger_option
@options.json_option
def verify(
    report: Path | None,
    checkpoint: Path | None,
    everything: bool,
    trust: tuple[bytes, ...],
    ledger: Path,
    as_json: bool,
) -> None:
    """Check every row, the chain, and the checkpoints. Exit status: 0 whole, 4 altered (the row is named), 1, 2."""
    from gpu_inspector.workflow import custody, ledger_checks

    done = ledger_checks.verify(ledger, report=report, checkpoint=checkpoint, everything=everything, trust=trust)
    if as_json:
        _write(done)
    else:
        _tell(done)
    if done.problem is None:
        found = done.found
        complain(custody.note(ledger, custody.What.VERIFIED, found.rows or None, N_(f"head {found.head}")))
    sys.exit(0 if done.problem is None else EXIT_ALTERED)


def complain(why: str) -> None:
    """A sentence that is no failure of what was asked for."""
    if why:
        click.echo(visible(told(why)), err=True)


def _write(done: Result) -> None:
    document: VerifiedLedger = {
        "format": 1,
        "rows": done.found.rows,
        "head": done.found.head,
        "row": done.row,
        "problem": done.problem,
        "unread": done.found.unread,
        "checkpoints": done.found.checkpoints,
        "examined": done.examined,
        "custody": done.found.custody,
        "outside": list(done.outside),
        "signers": [{"name": one.name, "fingerprint": one.fingerprint, "known": one.known} for one in done.signers],
        "notes": list(done.notes),
    }
    write_json(document)


def _tell(done: Result) -> None:
    found = done.found
    if done.problem is not None:
        click.echo(visible(told(done.problem)))
        return
    click.echo(
        counted(
            "The ledger is whole: {rows} inspections, head {head}.",
            "The ledger is whole: {rows} inspections, head {head}.",
            found.rows,
            rows=found.rows,
            head=found.head,
        )
    )
    if found.checkpoints:
        click.echo(
            said(
                "{checkpoints} signed checkpoints agree with it, {examined} of their signatures were examined; the"
                " custody log has {lines} lines.",
                checkpoints=found.checkpoints,
                examined=done.examined,
                lines=found.custody,
            )
        )
    for what in done.outside:
        click.echo(visible(said("{what} agrees with it.", what=told(what))))
    for signer in done.signers:
        values = {"signer": signer.name, "fingerprint": signer.fingerprint}
        if signer.known:
            text = said("Checkpoints signed by {signer}, certificate SHA-256 {fingerprint} (trusted).", **values)
        else:
            text = said(
                "Checkpoints signed by {signer}, certificate SHA-256 {fingerprint} (compare the fingerprint).", **values
            )
        click.echo(visible(text))
    for note in done.notes:
        click.echo(visible(told(note)))


@click.command("checkpoint")
@click.argument("out", required=False, type=click.Path(path_type=Path, readable=False))
@options.ledger_option
@options.json_option
def checkpoint(out: Path | None, ledger: Path, as_json: bool) -> None:
    """Sign what the ledger holds now, and keep it in the ledger, beside it, and in OUT, to be kept elsewhere."""
    from gpu_inspector.workflow import checkpoints, custody, signing, targets
    from gpu_inspector.workflow.whole_files import write_whole

    if out is not None:
        targets.check(out, targets.JSON, kept=targets.ledger_files(ledger))
    event = None if out is None else custody.event(custody.What.EXPORTED, None, N_(f"checkpoint {out.name}"))
    made = checkpoints.make(ledger, signing.signer(asking.ask), None, event)
    if out is not None:
        write_whole(out, made.data)
    found = checkpoints.check(made.data)
    if as_json:
        document: CheckpointDocument = {
            "format": 1,
            "rows": found.statement.seq,
            "head": found.statement.digest,
            "root": found.statement.root,
            "signer": found.signer.fingerprint,
            "checkpoint": str(out) if out is not None else None,
        }
        write_json(document)
    else:
        click.echo(
            counted(
                "Checkpoint of {rows} inspections, head {head}.",
                "Checkpoint of {rows} inspections, head {head}.",
                found.statement.seq,
                rows=found.statement.seq,
                head=found.statement.digest,
            )
        )
        click.echo(said("Signed by certificate SHA-256 {fingerprint}.", fingerprint=found.signer.fingerprint))
        if out is not None:
            text = said("Kept in {file}: store it where nobody who can reach the ledger can reach it.", file=out)
            click.echo(visible(text))
    complain(made.remark)
