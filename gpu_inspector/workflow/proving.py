"""The proof of a ledger's row as it goes along with a watch-list: made here, and put into words where it comes in."""

from pathlib import Path

from gpu_inspector.errors import GpuInspectorError
from gpu_inspector.language import N_
from gpu_inspector.ledger.store import Ledger
from gpu_inspector.records import canonical
from gpu_inspector.workflow import row_proofs

_LONGEST = 300


def proof_text(ledger_path: Path, seq: int) -> str:
    """The proof of a row without its record, which is nobody else's to read. Raises LedgerError where there is none."""
    with Ledger(ledger_path, readonly=True) as ledger:
        return canonical.encode(row_proofs.prove(ledger, str(seq), digest_only=True)).decode("utf-8")


def proof_in_words(proof: str, row_digest: str, fingerprint: str) -> str:
    """What a proof comes to, as a phrase; "" where none is given.

    `row_digest` is what the entry says its row has; `fingerprint` is the certificate of the list's signer.
    """
    if not proof:
        return ""
    try:
        found = row_proofs.read(proof.encode("utf-8", "replace"))
        shown = row_proofs.check(found)
    except GpuInspectorError as error:
        return N_(f"it does not hold: {error.message}")[:_LONGEST]
    if shown.problem is not None or shown.checked is None:
        return N_(f"it does not hold: {shown.problem}")[:_LONGEST]
    if found.entry.digest != row_digest:
        return N_("it is of another row than the entry names")
    said = shown.checked
    by = N_("the same certificate") if said.signer.fingerprint == fingerprint else N_("another certificate")
    return N_(
        f"row {found.entry.seq} stood in a ledger of {said.statement.seq} rows, by a checkpoint of"
        f" {said.statement.made_at:%Y-%m-%d} signed with {by}"
    )
