"""A lost ledger brought back from what was pulled out of the registry, where its records had left the office whole.

The very bytes come back, so each row has the digest that it had, and the registry goes on with it. Nothing is written
before all of the file was held against its own digests and the signed checkpoint beside it; a ledger that has the first
of the rows already, as an older backup has, gets the others.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import msgspec

from gpu_inspector.errors import GpuInspectorError, RegistryError
from gpu_inspector.language import N_
from gpu_inspector.ledger.store import Ledger
from gpu_inspector.records import canonical, checkpoint
from gpu_inspector.records.custody import Event, What
from gpu_inspector.records.decoders import decoder
from gpu_inspector.records.inspection import Inspection, LedgerEntry
from gpu_inspector.records.registry import Kind
from gpu_inspector.records.registry_chain import BrokenError, Following, Mark
from gpu_inspector.workflow import custody, registry_rows
from gpu_inspector.workflow.whole_files import read_at_most

AT_ONCE = 100
"""Rows of one transaction."""
_LONGEST_LINE = canonical.LARGEST + 1024
_PULL = N_("Pull it again: gpu-inspector registry pull FILE")


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What the ledger has now."""

    rows: int
    added: int
    signer: str
    """The fingerprint of the certificate under whose checkpoint they were verified: to be compared."""


class _Line(msgspec.Struct):
    seq: int
    prev: str
    digest: str
    body: msgspec.Raw
    kind: Kind = Kind.WHOLE


def restore(pulled: Path, ledger: Path) -> Restored:
    """Put the rows of this file into the ledger, which may be missing, or older than they are.

    Raises RegistryError where the file is not whole or not vouched for, a row did not leave the office whole, or the
    ledger has other rows; LedgerError. Then nothing was written.
    """
    there = _digests(ledger)
    signer, rows = _verified(pulled, there)
    if rows <= len(there):
        return Restored(rows=len(there), added=0, signer=signer)
    with Ledger(ledger) as opened:
        due = (one for one in _lines(pulled) if one.seq > len(there))
        while some := tuple(islice(due, AT_ONCE)):
            pairs = [(canonical.decode(bytes(one.body), Inspection, "inspection"), bytes(one.body)) for one in some]
            opened.append_all(pairs, lambda entry, _inspection: _noted(entry, pulled))
    return Restored(rows=rows, added=rows - len(there), signer=signer)


def _digests(ledger: Path) -> tuple[str, ...]:
    if not ledger.exists():
        return ()
    with Ledger(ledger, readonly=True) as opened:
        return tuple(one.hex() for one in opened.checkpoints.digests(opened.count()))


def _verified(pulled: Path, there: tuple[str, ...]) -> tuple[str, int]:
    """The signer, and how many rows the file has. Raises RegistryError."""
    following = Following()
    try:
        for one in _lines(pulled):
            body = None if one.kind is Kind.DIGEST else bytes(one.body)
            following.take(one.seq, bytes.fromhex(one.prev), bytes.fromhex(one.digest), one.kind, body)
            if one.seq <= len(there) and there[one.seq - 1] != one.digest:
                raise RegistryError(
                    f"Row {one.seq} of the ledger is another one than {pulled} has; nothing was written.",
                    "Restore the ledger's own backup first, or name another ledger.",
                )
            if one.seq > len(there) and one.kind is not Kind.WHOLE:
                raise RegistryError(
                    f"Row {one.seq} did not leave the office whole, so the registry cannot bring it back; nothing was"
                    " written.",
                    "See docs/registry.md on an office machine that was lost.",
                )
        return _under_checkpoint(pulled, following), following.rows
    except (BrokenError, msgspec.MsgspecError, ValueError, RecursionError) as error:
        said = error.message if isinstance(error, BrokenError) else N_("a line is none of a pulled file")
        raise RegistryError(f"{pulled} is not as it was pulled: {said}", _PULL) from error


def _under_checkpoint(pulled: Path, following: Following) -> str:
    beside = pulled.with_name(f"{pulled.name}.checkpoint")
    try:
        signed = registry_rows.sound(read_at_most(beside, checkpoint.LARGEST))
    except OSError as error:
        raise RegistryError(f"{beside} cannot be read ({error.strerror or error}).", _PULL) from error
    except GpuInspectorError as error:
        raise RegistryError(f"{beside} is not sound: {error.message}", _PULL) from error
    said = signed.statement
    if said.seq != following.rows:
        raise RegistryError(f"{beside} vouches for {said.seq} rows, and {pulled} has {following.rows}.", _PULL)
    following.hold(
        Mark(seq=said.seq, digest=bytes.fromhex(said.digest), root=bytes.fromhex(said.root), made_at=said.made_at)
    )
    return signed.fingerprint


def _lines(pulled: Path) -> Iterator[_Line]:
    """Raises RegistryError where the file cannot be read, msgspec.MsgspecError for a line that is none."""
    try:
        with pulled.open("rb") as file:
            while line := file.readline(_LONGEST_LINE):
                yield decoder(_Line).decode(line)
    except OSError as error:
        raise RegistryError(f"{pulled} cannot be read ({error.strerror}).", "Look at the name.") from error


def _noted(entry: LedgerEntry, pulled: Path) -> Event:
    return custody.event(What.RESTORED, entry.seq, N_(f"from the registry: {pulled.name}"))
