"""The ledger as a plain file for other programs: written whole or not at all."""

import io
import os
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import BinaryIO

from gpu_inspector.errors import LedgerError
from gpu_inspector.ledger.store import Ledger


def export_to(ledger: Ledger, target: Path, form: str, seqs: Iterable[int] | None = None) -> int:
    """The number of rows written to `target`, "jsonl" or "csv"; an older file of that name is replaced.

    All rows, or those of these numbers. Raises LedgerError when the file cannot be written.
    """

    def write(out: BinaryIO) -> int:
        text = io.TextIOWrapper(out, encoding="utf-8", newline="", write_through=True)
        try:
            return ledger.export(text, "csv" if form == "csv" else "jsonl", seqs)
        finally:
            text.detach()

    return written(target, write)


def written(target: Path, write: Callable[[BinaryIO], int]) -> int:
    """What `write` says of the file that it wrote, which then takes its name whole. Raises LedgerError."""
    try:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=target.name, suffix=".part")
        try:
            with os.fdopen(handle, "wb") as out:
                rows = write(out)
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise LedgerError(
            f"The export cannot be written to {target} ({error.strerror}).", "Choose another place."
        ) from error
    return rows
