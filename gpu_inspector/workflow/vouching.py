"""What a person takes out of the ledger to show others, and what the ledger's log says of one inspection.

For whoever sits at the window; the command line has the same as `ledger prove`, `ledger checkpoint`, `ledger custody`.
"""

from dataclasses import dataclass
from pathlib import Path

from gpu_inspector.errors import ReportError
from gpu_inspector.language import N_
from gpu_inspector.ledger.store import Ledger
from gpu_inspector.records import canonical
from gpu_inspector.records.custody import Line
from gpu_inspector.workflow import checkpoints, custody, row_proofs, signing, targets
from gpu_inspector.workflow.custody import What
from gpu_inspector.workflow.progress import Progress
from gpu_inspector.workflow.whole_files import write_whole


@dataclass(frozen=True, slots=True)
class Vouched:
    """A file that was written, the last row that it speaks of, and what did not succeed beside it, in sentences."""

    path: Path
    seq: int
    remark: str = ""


def prove(ledger: Path, seq: int, target: Path) -> Vouched:
    """Write what a third party needs to see that this row was in the ledger.

    Raises LedgerError where no checkpoint covers the row or it was altered, TargetError, ReportError.
    """
    targets.check(target, targets.JSON, kept=targets.ledger_files(ledger))
    with Ledger(ledger, readonly=True) as opened:
        proof = row_proofs.prove(opened, str(seq), digest_only=False)
    _write(target, canonical.encode(proof))
    return Vouched(target, seq, custody.note(ledger, What.PROVED, seq, target.name))


def checkpoint(ledger: Path, target: Path, ask: signing.Ask = signing.nobody) -> Vouched:
    """Sign what the ledger holds now, and write it to a file that is kept elsewhere.

    Raises LedgerError, TargetError, ReportError.
    """
    targets.check(target, targets.JSON, kept=targets.ledger_files(ledger))
    Ledger(ledger, readonly=True).close()  # a ledger that is not there is not made by this
    event = custody.event(What.EXPORTED, None, f"checkpoint {target.name}")
    made = checkpoints.make(ledger, signing.signer(ask), None, event)
    _write(target, made.data)
    return Vouched(target, checkpoints.check(made.data).statement.seq, made.remark)


def log_of(ledger: Path, seq: int, progress: Progress) -> tuple[Line, ...]:
    """The custody log's lines on one inspection, the oldest first. Raises LedgerError, Cancelled."""
    progress(N_("reading the log"), 0.0)
    with Ledger(ledger, readonly=True) as opened:
        return opened.custody.lines(seq)


def _write(target: Path, data: bytes) -> None:
    try:
        write_whole(target, data)
    except OSError as error:
        raise ReportError(f"{target} cannot be written ({error.strerror}).", "Choose another place.") from error
