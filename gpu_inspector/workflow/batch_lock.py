"""One run at a time works on a batch of a ledger: the lock lies beside the ledger, and goes with whoever holds it.

It only saves work. That nothing is judged twice is the ledger's own doing, which takes an id once.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from gpu_inspector import platforms
from gpu_inspector.errors import LedgerError


def path_of(ledger: Path, batch: str) -> Path:
    """Where the lock of a batch of this ledger lies while it is held."""
    return ledger.with_name(f"{ledger.name}.batch-{batch[:13]}.lock")


class Alone:
    """A lock that is held from now on. Where the program dies, the system lets it go."""

    def __init__(self, ledger: Path, batch: str) -> None:
        """Raises LedgerError where another run holds it, or it cannot be made."""
        self._path = path_of(ledger, batch)
        try:
            while True:
                self._file = self._path.open("ab")
                held = _taken(self._file.fileno())
                if not held or _is_there(self._file.fileno(), self._path):
                    break
                self._file.close()  # the one who held it took it away in this moment
        except OSError as error:
            raise LedgerError(f"{self._path} cannot be made ({error.strerror}).", "Free some space.") from error
        if not held:
            self._file.close()
            raise LedgerError(
                "Another run works on this batch just now; nothing was begun here.",
                "Wait for it to end, or give another --name.",
            )

    def release(self) -> None:
        """Let it go, and take its file away. A second time does nothing."""
        if self._file.closed:
            return
        with contextlib.suppress(OSError):
            if not platforms.is_windows():
                self._path.unlink()  # still held: whoever opened it meanwhile finds another file, or none, there
        self._file.close()


def _is_there(descriptor: int, path: Path) -> bool:
    """Whether the file under this name is the one that was opened."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def _taken(descriptor: int) -> bool:
    """Whether the lock could be had at once."""
    try:
        platforms.lock(descriptor, wait=False)
    except OSError:
        return False
    return True
