"""That a row was in the ledger, shown to somebody who has no ledger: one file with all that the sum takes.

The row's digest follows from the record, the row's number and the digest before it; a few hashes lead from it to the
root that a signed checkpoint names. Nothing else of the ledger goes along. `docs/ledger.md` has the arithmetic.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from gpu_inspector.errors import CaptureError, LedgerError
from gpu_inspector.language import N_
from gpu_inspector.ledger.store import Ledger
from gpu_inspector.records import canonical, chain, merkle
from gpu_inspector.records.canonical import FORMAT
from gpu_inspector.records.inspection import LedgerEntry
from gpu_inspector.workflow import checkpoints
from gpu_inspector.workflow.checkpoints import Checked

KIND = "gpu-inspector-row-proof"
_DIGEST = re.compile(r"[0-9a-f]{64}")
LARGEST = 2 * canonical.LARGEST


@dataclass(frozen=True, slots=True, kw_only=True)
class RowProof:
    """The file. Digests are 64 hexadecimal digits."""

    entry: LedgerEntry
    record: str | None
    """The record's exact text; None where only its digest was to be told."""
    record_sha256: str
    path: tuple[str, ...]
    """The hashes beside the way from the row's leaf to the root, the lowest first."""
    checkpoint: str
    """The checkpoint's file as a text."""
    kind: str = field(default=KIND)
    format: int = field(default=FORMAT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a proof comes to: `problem` is None where it holds."""

    proof: RowProof
    checked: Checked | None
    problem: str | None


def prove(ledger: Ledger, reference: str, *, digest_only: bool) -> RowProof:
    """The proof of a row, by its number or id, under the newest kept checkpoint that covers it and is sound.

    Raises LedgerError where there is no such row, it was altered, or no checkpoint covers it.
    """
    entry, body = ledger.entry(reference)
    file = ledger.checkpoints.newest(least=entry.seq)
    if file is None:
        raise LedgerError(
            f"No signed checkpoint covers row {entry.seq}.", "Make one first: `gpu-inspector ledger checkpoint`."
        )
    said = checkpoints.check(file).statement
    digests = ledger.checkpoints.digests(said.seq)
    path = merkle.inclusion(digests, entry.seq - 1)
    whole = merkle.is_included(bytes.fromhex(entry.digest), entry.seq - 1, said.seq, path, bytes.fromhex(said.root))
    if len(digests) != said.seq or not whole:
        raise LedgerError(
            f"The rows are not those that the checkpoint of row {said.seq} vouches for.",
            "Keep the file as it is, and run `gpu-inspector ledger verify`.",
        )
    return RowProof(
        entry=entry,
        record=None if digest_only else body.decode("utf-8"),
        record_sha256=canonical.digest(body),
        path=tuple(one.hex() for one in path),
        checkpoint=file.decode("utf-8"),
    )


def read(data: bytes) -> RowProof:
    """A proof from its file. Raises CaptureError where it is none."""
    if len(data) > LARGEST:
        raise CaptureError(f"This proof has {len(data):,} bytes, more than any proof has.")
    proof = canonical.decode(data, RowProof, N_("proof of a row"))
    if proof.kind != KIND:
        raise CaptureError("This is no proof of a ledger's row.", "Ask for the file again, unedited.")
    return proof


def check(proof: RowProof, trust: tuple[bytes, ...] = ()) -> Shown:
    """Hold a proof against itself, without any ledger.

    Raises CaptureError or StatementError where its checkpoint is none, or its signature is not sound.
    """
    checked = checkpoints.check(proof.checkpoint.encode("utf-8", "replace"), trust)
    return Shown(proof=proof, checked=checked, problem=_problem(proof, checked))


def _problem(proof: RowProof, checked: Checked) -> str | None:
    entry, said = proof.entry, checked.statement
    if not all(_DIGEST.fullmatch(one) for one in (entry.digest, entry.previous, proof.record_sha256, *proof.path)):
        return N_("One of its digests is none.")
    if not 0 < entry.seq <= said.seq:
        return N_(f"The checkpoint vouches for {said.seq:,} rows, and row {entry.seq} is none of them.")
    if proof.record is not None:
        body = proof.record.encode("utf-8", "replace")
        if canonical.digest(body) != proof.record_sha256:
            return N_("The record does not have the SHA-256 that stands beside it.")
        if not chain.fits(entry, body):
            return N_("The record does not have the digest of its row.")
    path = tuple(bytes.fromhex(one) for one in proof.path)
    if not merkle.is_included(bytes.fromhex(entry.digest), entry.seq - 1, said.seq, path, bytes.fromhex(said.root)):
        return N_("The hashes do not lead from the row to the root that the checkpoint names.")
    return None
