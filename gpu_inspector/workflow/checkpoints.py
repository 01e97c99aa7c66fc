"""Signed checkpoints of the ledger: made after each inspection, kept within the file, beside it and in every report.

A failure here is a remark and no more: the row is on the disk, and its report is worth having without a checkpoint. No
checkpoint is signed, though, over a ledger that contradicts the one that lies beside it: the office's key must not
vouch for a file that was exchanged or cut.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from gpu_inspector import preferences
from gpu_inspector.errors import CaptureError, GpuInspectorError, LedgerError
from gpu_inspector.language import N_
from gpu_inspector.ledger.connection import sync_folder
from gpu_inspector.records import canonical, checkpoint
from gpu_inspector.records.checkpoint import Statement
from gpu_inspector.records.custody import Event, What, fitting
from gpu_inspector.records.inspection import LedgerEntry
from gpu_inspector.version import build
from gpu_inspector.workflow import custody, statements
from gpu_inspector.workflow.whole_files import put_aside, read_at_most, write_whole

if TYPE_CHECKING:
    from gpu_inspector.ledger.checkpoints import Ground
    from gpu_inspector.ledger.store import Ledger
    from gpu_inspector.report.identity import SigningIdentity

NAME = "checkpoint.json"
"""What a checkpoint is called within a report."""
DESCRIPTION = N_("A signed checkpoint of the ledger that holds the inspection")
"""What readers show beside it."""


@dataclass(frozen=True, slots=True)
class Made:
    """A checkpoint's file, b"" where none could be made; `remark` says what did not succeed, "" where all did."""

    data: bytes
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """A checkpoint whose signature fits its statement, and whose signature it is."""

    statement: Statement
    signer: statements.Signer
    file: bytes


def beside(ledger: Path) -> Path:
    """Where the newest checkpoint of a ledger lies outside of it."""
    return ledger.with_name(f"{ledger.name}.checkpoint")


def check(data: bytes, trust: tuple[bytes, ...] = ()) -> Checked:
    """Take a checkpoint's file apart and examine its signature; `trust` are certificates (PEM or DER).

    Raises CaptureError where it is no checkpoint, StatementError where its signature is not sound.
    """
    found = checkpoint.read(data)
    signer = statements.check(found.text, found.envelope, trust, found.statement.made_at)
    return Checked(found.statement, signer, data)


def after_append(ledger: Path, entry: LedgerEntry, identity: SigningIdentity | None) -> Made:
    """The checkpoint of a row that was just put in, and the line in the custody log that it was. Never raises.

    `identity` is None where nobody can sign here: then there is the line alone.
    """
    if identity is None:
        return Made(b"", custody.note(ledger, What.INSPECTED, entry.seq))
    try:
        return make(ledger, identity, entry.seq, custody.event(What.INSPECTED, entry.seq))
    except GpuInspectorError as error:
        also = custody.note(ledger, What.INSPECTED, entry.seq)
        return Made(b"", N_(f"No checkpoint of row {entry.seq} was made: {error} {also}").strip())


def make(ledger: Path, identity: SigningIdentity, seq: int | None = None, event: Event | None = None) -> Made:
    """Make a checkpoint of rows 1 to `seq` (None for all), and keep it within the ledger and beside it.

    Raises LedgerError where the ledger takes none, ReportError where the key does not sign. That it cannot be put
    beside the ledger is a remark.
    """
    from gpu_inspector.ledger.store import Ledger

    Ledger(ledger, readonly=True).close()  # one that went away is not made anew
    with Ledger(ledger) as opened:
        remark = _held_against_beside(opened, beside(ledger))
        file = opened.checkpoints.keep(seq, event, lambda ground: _signed(ground, identity))
        try:
            opened.checkpoints.publish(lambda newest: _put_beside(beside(ledger), newest))
        except LedgerError as error:
            remark = N_(f"{remark} The checkpoint cannot be kept beside the ledger: {error.message}").strip()
    return Made(file, remark)


def kept_for(ledger: Path, seq: int) -> bytes:
    """The file of a kept checkpoint that covers row `seq`: its own where there is one, else the newest; b"" for none.

    Raises LedgerError.
    """
    from gpu_inspector.ledger.store import Ledger

    with Ledger(ledger, readonly=True) as opened:
        kept = opened.checkpoints
        return kept.newest(least=seq, most=seq) or kept.newest(least=seq) or b""


def _signed(ground: Ground, identity: SigningIdentity) -> bytes:
    found, _trouble = preferences.load()
    statement = Statement(
        seq=ground.seq,
        digest=ground.digest,
        root=ground.root,
        previous=ground.previous,
        custody_seq=ground.custody_seq,
        custody_digest=ground.custody_digest,
        made_at=datetime.now(UTC),
        office=fitting(found.office),
        tool_version=build(),
    )
    text = canonical.encode(statement)
    return checkpoint.file_of(text, statements.sign(text, identity))


def _held_against_beside(ledger: Ledger, path: Path) -> str:
    """A remark on what lies beside the ledger, "" where it fits. Raises LedgerError where it speaks of other rows."""
    try:
        said = checkpoint.read(read_at_most(path, checkpoint.LARGEST)).statement
    except FileNotFoundError:
        return ""
    except (CaptureError, OSError) as error:
        return _moved(path, str(error))
    against = ledger.checkpoints.contradicts(said)
    if against is not None:
        raise LedgerError(
            f"The checkpoint {path} is of another ledger: {against}.",
            "Keep both files as they are, and run `gpu-inspector ledger verify`.",
        )
    return ""


def _moved(path: Path, reason: str) -> str:
    try:
        return N_(f"{path} could not be read ({reason}); it is kept as {put_aside(path)}.")
    except OSError as error:
        return N_(f"{path} cannot be read ({reason}), nor moved aside ({error.strerror}).")


def _put_beside(path: Path, data: bytes) -> None:
    try:
        write_whole(path, data)
    except OSError as error:
        raise LedgerError(f"{path} cannot be written ({error.strerror}).") from error
    sync_folder(path.parent)
