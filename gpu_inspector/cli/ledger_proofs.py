"""`ledger prove`, `ledger check-proof` and `ledger custody`: what others are shown of one row, and who did what."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gpu_inspector.cli import options
from gpu_inspector.cli.ledger_checks import EXIT_ALTERED, complain
from gpu_inspector.cli.printing import write_json
from gpu_inspector.errors import CaptureError, LedgerError
from gpu_inspector.language import N_, _, moment, said, told, visible

if TYPE_CHECKING:
    from gpu_inspector.cli.documents_ledger import CheckedProof, CustodyDocument, CustodyLine
    from gpu_inspector.workflow.checkpoints import Checked
    from gpu_inspector.workflow.row_proofs import RowProof

EXIT_UNKNOWN = 3


@click.command("prove")
@click.argument("reference", metavar="ID")
@click.argument("out", required=False, type=click.Path(path_type=Path, readable=False))
@click.option("--digest-only", is_flag=True, help="Tell the record's SHA-256 alone, not the record.")
@options.ledger_option
def prove(reference: str, out: Path | None, digest_only: bool, ledger: Path) -> None:
    """Write what a third party needs to see that inspection ID was in the ledger; without OUT to standard output."""
    from gpu_inspector.ledger.store import Ledger
    from gpu_inspector.records import canonical
    from gpu_inspector.workflow import custody, row_proofs, targets
    from gpu_inspector.workflow.whole_files import write_whole

    if out is not None:
        targets.check(out, targets.JSON, kept=targets.ledger_files(ledger))
    with Ledger(ledger, readonly=True) as kept:
        proof = row_proofs.prove(kept, reference, digest_only=digest_only)
    data = canonical.encode(proof)
    if out is None:
        sys.stdout.buffer.write(data + b"\n")
        sys.stdout.buffer.flush()
    else:
        write_whole(out, data)
        text = said("The proof of inspection {number} is in {file}.", number=proof.entry.seq, file=out)
        click.echo(visible(text))
    complain(custody.note(ledger, custody.What.PROVED, proof.entry.seq, "" if out is None else out.name))


@click.command("check-proof")
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path, readable=False))
@options.trust_option
@options.json_option
def check_proof(path: Path, trust: tuple[bytes, ...], as_json: bool) -> None:
    """Check a proof without any ledger.

    Exit status: 0 it holds and the signer is trusted, 3 it holds and the signer is not known here, 4 it does not hold,
    1 it could not be read at all, 2 wrong usage.
    """
    from gpu_inspector.probes import incoming
    from gpu_inspector.workflow import row_proofs
    from gpu_inspector.workflow.statements import StatementError

    proof = row_proofs.read(incoming.open_file(path, None, empty=True).rstrip(b"\n"))
    checked = None
    try:
        shown = row_proofs.check(proof, trust)
        checked, problem = shown.checked, shown.problem
    except (CaptureError, StatementError) as error:
        problem = N_(f"Its checkpoint is not sound: {error.message}")
    known = checked is not None and checked.signer.known
    if as_json:
        document: CheckedProof = {
            "format": 1,
            "problem": problem,
            "number": proof.entry.seq,
            "digest": proof.entry.digest,
            "record": proof.record is not None,
            "record_sha256": proof.record_sha256,
            "rows": None if checked is None else checked.statement.seq,
            "made_at": None if checked is None else checked.statement.made_at.isoformat(),
            "signer": None if checked is None else checked.signer.fingerprint,
            "trusted": known,
        }
        write_json(document)
    elif problem is not None or checked is None:
        click.echo(visible(said("The proof does not hold: {reason}", reason=told(problem or ""))))
    else:
        _tell(proof, checked)
    sys.exit(EXIT_ALTERED if problem is not None else 0 if known else EXIT_UNKNOWN)


def _tell(proof: RowProof, checked: Checked) -> None:
    statement, signer = checked.statement, checked.signer
    row = {"row": proof.entry.seq, "rows": statement.seq, "digest": proof.entry.digest}
    if proof.record is not None:
        text = said("This record was row {row} of a ledger of {rows} rows, digest {digest}.", **row)
    else:
        text = said("A record that is not shown here was row {row} of a ledger of {rows} rows, digest {digest}.", **row)
    click.echo(text)
    by = said(
        "So says {signer}, certificate SHA-256 {fingerprint} ({known}), on {time} UTC by its own clock.",
        signer=signer.name,
        fingerprint=signer.fingerprint,
        known=_("trusted") if signer.known else _("not known here"),
        time=moment(statement.made_at, seconds=False),
    )
    click.echo(visible(by))
    if proof.record is None:
        text = said(
            "Its SHA-256 is said to be {digest}: only who has the record can sum up whether it has that digest, and"
            " that of the row.",
            digest=proof.record_sha256,
        )
        click.echo(text)


@click.command("custody")
@click.argument("reference", metavar="[ID]", required=False)
@options.ledger_option
@options.json_option
def custody_log(reference: str | None, ledger: Path, as_json: bool) -> None:
    """List who looked at, exported or printed what, the oldest first; with ID what was done with that inspection."""
    from gpu_inspector.ledger.custody_log import NO_LOG
    from gpu_inspector.ledger.store import Ledger

    with Ledger(ledger, readonly=True) as kept:
        if not kept.keeps_custody:
            raise LedgerError(NO_LOG)
        seq = None if reference is None else kept.entry(reference)[0].seq
        lines = kept.custody.lines(seq)
    if as_json:
        found: list[CustodyLine] = [
            {
                "line": one.number,
                "digest": one.digest,
                "what": one.event.what,
                "number": one.event.seq,
                "at": one.event.at.isoformat(),
                "user": one.event.user,
                "inspector": one.event.inspector,
                "host": one.event.host,
                "detail": one.event.detail,
            }
            for one in lines
        ]
        document: CustodyDocument = {"format": 1, "custody": found}
        write_json(document)
        return
    if not lines:
        click.echo(
            _("The custody log has no line of this.") if reference is not None else _("The custody log is empty.")
        )
    for one in lines:
        event = one.event
        who = f"{event.inspector} ({event.user})" if event.inspector else event.user
        row = said("inspection {number}", number=event.seq) if event.seq is not None else ""
        what = "  ".join(part for part in (told(event.what.value), row, told(event.detail)) if part)
        line = said("{who} at {host}: {what}", who=who, host=event.host, what=what)
        when = moment(event.at.astimezone(), seconds=False)
        click.echo(visible(f"{one.number:>6}  {when}  {line}"))
