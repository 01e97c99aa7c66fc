"""How one row of the ledger carries the row before it: the one place where that sum is made.

The ledger chains with it, and a signed report is held against it, without either knowing the other.
"""

import hashlib
import re

from gpu_inspector.records.inspection import LedgerEntry

GENESIS = bytes(32)
"""What stands before the first row."""

LARGEST_SEQ = 2**63 - 1
"""The largest row number that the ledger's file can hold."""

_MARK = b"gi-ledger-v1\0"
"""Keeps these digests apart from any other SHA-256 over similar bytes."""

_HEXADECIMAL = re.compile(r"[0-9a-f]{64}")


def chain_digest(seq: int, previous: bytes, body: bytes, mark: bytes = _MARK) -> bytes:
    """SHA-256 (32 bytes) of the mark, the row's number as 8 bytes big endian, the digest before, the body.

    Another `mark` keeps the digests of another chain apart from these.

    Raises ValueError for a number that no row can have, or a digest that is not 32 bytes long.
    """
    if not 0 < seq <= LARGEST_SEQ:
        raise ValueError(f"no row of a ledger has the number {seq}")
    if len(previous) != len(GENESIS):
        raise ValueError(f"a digest has {len(GENESIS)} bytes, this one {len(previous)}")
    whole = hashlib.sha256(mark + seq.to_bytes(8, "big") + previous)
    whole.update(body)  # the body is not copied for it
    return whole.digest()


def entry_for(seq: int, previous: bytes, body: bytes) -> LedgerEntry:
    """The entry of a row with that body. Raises ValueError as `chain_digest` does."""
    return LedgerEntry(seq=seq, previous=previous.hex(), digest=chain_digest(seq, previous, body).hex())


def fits(entry: LedgerEntry, body: bytes) -> bool:
    """Whether an entry, from wherever it comes, is the one that this body has at that place of a ledger."""
    if not 0 < entry.seq <= LARGEST_SEQ or not _HEXADECIMAL.fullmatch(entry.previous):
        return False
    return entry_for(entry.seq, bytes.fromhex(entry.previous), body) == entry
