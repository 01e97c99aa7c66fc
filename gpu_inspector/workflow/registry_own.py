"""An office's rows in the registry, held against the ledger that they came from: the one witness of what they said.

Digests tell of every row whether it is the ledger's. What left without persons and papers has no digest of its own: who
runs the registry's server could write another product or number into it. So each such body is held against the record.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gpu_inspector.errors import RegistryError
from gpu_inspector.language import N_
from gpu_inspector.records import canonical, leaving
from gpu_inspector.records.chain import LARGEST_SEQ
from gpu_inspector.records.registry import Kind
from gpu_inspector.records.registry_chain import BrokenError
from gpu_inspector.workflow import registry_keys

if TYPE_CHECKING:
    from gpu_inspector.ledger.store import Ledger
    from gpu_inspector.registry.rows_in import Held


class Own:
    """This office's ledger, in step with its rows in the registry. `had`: rows that the registry had once."""

    def __init__(self, ledger: Ledger, had: int = 0) -> None:
        self._ledger = ledger
        self._digests = ledger.checkpoints.digests(LARGEST_SEQ)
        self._had = had
        self._key = _key()

    @property
    def rows(self) -> int:
        """Rows of the ledger."""
        return len(self._digests)

    def hold(self, held: Held) -> None:
        """One row of the registry, whose body was read before. Raises BrokenError, LedgerError."""
        if held.seq > self.rows:
            return
        if self._digests[held.seq - 1] != held.digest or not self._said(held):
            raise BrokenError(held.seq, f"Row {held.seq} is another one than this office's ledger has.")

    def _said(self, held: Held) -> bool:
        if held.kind is not Kind.REDACTED or held.body is None:
            return True
        made = canonical.decode(held.body, leaving.Redacted, N_("redacted inspection"))
        return leaving.could_be(made, self._ledger.inspection(held.seq)[1], self._key)

    def end(self, rows: int) -> None:
        """No row comes any more behind these. Raises BrokenError."""
        own = self.rows
        if rows > own:
            raise BrokenError(
                own + 1,
                f"The registry has {rows:,} rows of this office, and its ledger only {own:,}: the ledger's tail"
                " was cut off, or it is an older copy.",
            )
        if rows < self._had <= own:
            raise BrokenError(
                rows + 1,
                f"Row {rows + 1} is missing: the registry had {self._had:,} rows of this office. The end of them was"
                " taken away, or an older copy of it was restored: push again.",
            )


def _key() -> bytes | None:
    try:
        return registry_keys.key()
    except RegistryError:
        return None
