"""How many rows of the ledger wait for the registry, told without asking it: a hint from the last push.

The queue itself is the ledger, and what is due is asked of the registry when a push begins; this only lets a command
that made a row say in a millisecond that rows wait. Where the hint is missing, foreign or damaged, nothing is said.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from gpu_inspector.errors import CaptureError, LedgerError
from gpu_inspector.ledger.store import Ledger
from gpu_inspector.records import canonical
from gpu_inspector.records.canonical import FORMAT
from gpu_inspector.workflow.whole_files import read_at_most, write_whole

_LARGEST = 16 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What the last push left."""

    rows: int
    """Rows of the ledger that the registry did not have then, or that came since."""
    pushed_at: datetime | None
    """When the registry last answered; None where it never did."""
    refused: str = ""
    """Why it took no more then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Hint:
    registry: str
    head: int
    at: datetime
    refused: str = ""
    format: int = field(default=FORMAT)


def path_of(ledger: Path) -> Path:
    """Where the hint lies."""
    return ledger.with_name(f"{ledger.name}.registry")


def note(ledger: Path, url: str, head: int, refused: str = "") -> None:
    """Remember how far the registry was; where that fails, nothing is lost but the hint."""
    hint = _Hint(registry=_named(url), head=head, at=datetime.now(UTC), refused=refused[:1000])
    with suppress(OSError, CaptureError):
        write_whole(path_of(ledger), canonical.encode(hint))


def due(ledger: Path, url: str) -> Due | None:
    """What waits for this registry, as far as it is known here; None where that cannot be told. Never raises."""
    try:
        with Ledger(ledger, readonly=True) as opened:
            rows = opened.count()
    except LedgerError:
        return None
    hint = _read(path_of(ledger))
    if hint is None or hint.registry != _named(url) or hint.head > rows:
        return Due(rows=rows, pushed_at=None)
    return Due(rows=rows - hint.head, pushed_at=hint.at, refused=hint.refused)


def had(ledger: Path, url: str) -> int:
    """How many of its rows this registry had when it last answered a push; 0 where that is not known. Never raises."""
    hint = _read(path_of(ledger))
    return hint.head if hint is not None and hint.registry == _named(url) else 0


def _read(path: Path) -> _Hint | None:
    try:
        return canonical.decode(read_at_most(path, _LARGEST), _Hint, "hint")
    except (OSError, CaptureError):
        return None


def _named(url: str) -> str:
    """A registry by the digest of its address: the file tells nobody where it is."""
    return hashlib.sha256(url.encode("utf-8", "replace")).hexdigest()
