"""The ledger as a plain file for other programs: written whole or not at all."""

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from gpu_inspector.errors import LedgerError
from gpu_inspector.ledger.store import Ledger


def export_to(ledger: Ledger, target: Path, form: str, seqs: Iterable[int] | None = None) -> int:
    """The number of rows written to `target`, "jsonl" or "csv"; an older file of that name is replaced.

    All rows, or those of these numbers. Raises LedgerError when the file cannot be written.
    """
    try:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=target.name, suffix=".part")
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="") as out:
                rows = ledger.export(out, "csv" if form == "csv" else "jsonl", seqs)
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise LedgerError(
            f"The export cannot be written to {target} ({error.strerror}).", "Choose another place."
        ) from error
    return rows
