"""The rows of one office, read in their order by somebody who does not trust who hands them out.

Pure: numbers, digests and bodies in, the first contradiction out. The registry verifies with it, and whoever takes rows
out of it; what a gate does before they come in stands in `registry/checking.py`.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from gpu_inspector.errors import RegistryError
from gpu_inspector.records import merkle
from gpu_inspector.records.chain import GENESIS, chain_digest
from gpu_inspector.records.registry import Kind


class BrokenError(RegistryError):
    """The first contradiction, and the row where it is."""

    def __init__(self, row: int, message: str) -> None:
        super().__init__(message)
        self.row = row


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What a checkpoint says of the rows up to `seq`; digests are 32 bytes."""

    seq: int
    digest: bytes
    root: bytes
    made_at: datetime


class Following:
    """The chain as far as it was read."""

    def __init__(self) -> None:
        self.rows = 0
        self.head = GENESIS
        self.kinds: Counter[Kind] = Counter()
        self.tree = merkle.Growing()

    def take(self, seq: int, prev: bytes, digest: bytes, kind: Kind, body: bytes | None) -> None:
        """One row more; `body` as it is hashed, where it is whole. Raises BrokenError."""
        wanted = self.rows + 1
        if seq > wanted:
            raise BrokenError(wanted, f"Row {wanted} is missing.")
        if seq != wanted or len(prev) != len(GENESIS) or len(digest) != len(GENESIS):
            raise BrokenError(seq, f"Row {seq} does not hold what a registry keeps.")
        if prev != self.head:
            raise BrokenError(seq, f"Row {seq} does not follow the row before it.")
        if kind is Kind.WHOLE and (body is None or chain_digest(seq, prev, body) != digest):
            raise BrokenError(seq, f"Row {seq} was altered: its content and its digest do not belong together.")
        self.tree.add(digest)
        self.rows, self.head = seq, digest
        self.kinds[kind] += 1

    def hold(self, mark: Mark) -> None:
        """Hold the rows so far against a checkpoint of just these. Raises BrokenError."""
        if (mark.seq, mark.digest, mark.root) != (self.rows, self.head, self.tree.root()):
            raise BrokenError(
                mark.seq,
                f"The rows up to row {mark.seq} are not those that the checkpoint of {mark.made_at:%Y-%m-%d %H:%M} UTC"
                " vouches for.",
            )
