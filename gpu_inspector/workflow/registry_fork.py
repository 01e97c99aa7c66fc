"""Whether what the registry has of this office is the beginning of this ledger: asked before a row is sent.

A ledger that is shorter than its rows in the registry was cut, or is an older copy; one that has another row was
forked, or is another office's. Where they part is looked for by halves, so that the first such row is named.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gpu_inspector.errors import RegistryError
from gpu_inspector.language import N_
from gpu_inspector.ledger.store import Ledger

if TYPE_CHECKING:
    from gpu_inspector.registry.connection import Registry
    from gpu_inspector.registry.inbox import There

_ADVICE = N_(
    "Nothing was sent. Keep the ledger as it is, run `gpu-inspector ledger verify`, and look for its last backup."
)


class OtherLedgerError(RegistryError):
    """The ledger is not the one that the registry knows, or no longer."""

    altered = True


def require_same(ledger: Ledger, registry: Registry, office: int, there: There) -> None:
    """Raises OtherLedgerError where the ledger is not the one that the registry knows, naming the first other row."""
    rows = ledger.count()
    parted = _first_other(ledger, registry, office, min(there.seq, rows))
    if not parted and 0 < there.newest <= rows and _digest(ledger, there.newest) != there.newest_digest:
        parted = there.newest
    if parted:
        raise OtherLedgerError(
            f"Row {parted} of the ledger is another one than the registry has of this office: the ledger was forked, or"
            " is another one.",
            _ADVICE,
        )
    if max(there.seq, there.newest) > rows:
        raise OtherLedgerError(
            f"The registry knows of {max(there.seq, there.newest):,} rows of this office, and the ledger has only"
            f" {rows:,}: its tail was cut off, or it is an older copy.",
            _ADVICE,
        )


def _digest(ledger: Ledger, seq: int) -> bytes:
    return bytes.fromhex(ledger.entry(seq)[0].digest)


def _first_other(ledger: Ledger, registry: Registry, office: int, last: int) -> int:
    """The first of these rows that differs, 0 where the last one does not: all before it do not either."""
    from gpu_inspector.registry import inbox

    if last < 1 or inbox.digest_at(registry, office, last) == _digest(ledger, last):
        return 0
    same, other = 0, last
    while other - same > 1:
        middle = (same + other) // 2
        if inbox.digest_at(registry, office, middle) == _digest(ledger, middle):
            same = middle
        else:
            other = middle
    return other
