"""Where a file may be written: never over the ledger, the key, the input, or anything that is not of its own kind.

Looked at before anything is collected or stored: an inspection must not enter the ledger once more for each try at a
report's path, and a slip of the hand must not destroy evidence.
"""

import os
from collections.abc import Iterable
from pathlib import Path

from gpu_inspector import settings
from gpu_inspector.errors import GpuInspectorError

PDF = (b"%PDF-",)
JSON = (b"{",)
EXPORT = (b"{", b"seq,")
_HEAD_BYTES = 32


class TargetError(GpuInspectorError):
    """A file must not, or cannot, be written to the named place."""


def check(target: Path, heads: tuple[bytes, ...], *, kept: Iterable[Path | None] = ()) -> None:
    """Raises TargetError where writing to `target` would destroy something, or cannot succeed.

    `kept` are files that must stay as they are (the ledger with its companions, the input). An existing file is
    replaced only where it is empty or begins as files of its kind do (`heads`).
    """
    try:
        _check(target, heads, [path for path in kept if path is not None])
    except OSError as error:
        raise TargetError(f"{target} cannot be written to ({error.strerror}).", "Name another place.") from error


def ledger_files(ledger: Path) -> tuple[Path, ...]:
    """The ledger, the files that SQLite keeps beside it, and the last signed checkpoint."""
    return tuple(ledger.with_name(ledger.name + ending) for ending in ("", "-wal", "-shm", "-journal", ".checkpoint"))


def _check(target: Path, heads: tuple[bytes, ...], kept: list[Path]) -> None:
    if not target.name:
        raise TargetError("A file cannot be written without a name.", "Name a file.")
    resolved = target.resolve()
    if any(resolved == path.resolve() for path in kept):
        raise TargetError(f"{target} is the ledger or a file that this command reads.", "Name another place.")
    own = settings.identity_folder()
    keys = (own, settings.signers_folder(), *own.parent.glob(f"{own.name}-until-*"))  # older keys are kept there
    if any(resolved.is_relative_to(folder.resolve()) for folder in keys):
        raise TargetError(f"{target} lies in the folder of the signing key.", "Name another place.")
    folder = resolved.parent
    if not folder.is_dir():
        raise TargetError(f"There is no folder {folder}.", "Make it first, or name another place.")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise TargetError(f"The folder {folder} may not be written to.", "Name another place.")
    if not resolved.exists():
        return
    if not resolved.is_file():
        raise TargetError(f"{target} is no regular file.", "Name another place.")
    with resolved.open("rb") as existing:
        head = existing.read(_HEAD_BYTES)
    if head and not head.startswith(heads):
        raise TargetError(
            f"{target} exists and is a file of another kind; it is not overwritten.", "Name another place."
        )
