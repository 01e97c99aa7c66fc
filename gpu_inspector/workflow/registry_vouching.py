"""Which checkpoint vouches for rows on their way: signed by a certificate that counts, and made where there is none.

A key that was exchanged leaves checkpoints behind that the gate takes no more, though they are sound: rows under such a
one alone would be refused again and again.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from gpu_inspector.errors import GpuInspectorError
from gpu_inspector.language import N_
from gpu_inspector.records import checkpoint
from gpu_inspector.workflow import checkpoints, registry_rows

if TYPE_CHECKING:
    from gpu_inspector.ledger.store import Ledger
    from gpu_inspector.registry.connection import Registry
    from gpu_inspector.report.identity import SigningIdentity


def counting(registry: Registry, office: int) -> frozenset[str]:
    """Fingerprints of the office's certificates that were not withdrawn. Raises RegistryError."""
    from gpu_inspector.registry import rows_in

    with rows_in.moment(registry):
        return frozenset(one for one, withdrawn in rows_in.certificates(registry, office).items() if not withdrawn)


def counts(file: bytes, certificates: Collection[str]) -> bool:
    """Whether a checkpoint is sound, and signed by one of these certificates."""
    try:
        return registry_rows.sound(file).fingerprint in certificates
    except GpuInspectorError:
        return False


def covered(
    ledger: Ledger, identity: SigningIdentity | None, certificates: Collection[str], due: int
) -> tuple[int, str]:
    """The last row that a checkpoint of the ledger covers, a new one where it can be made, and what did not succeed.

    `due`: how many rows the registry does not have; for none no checkpoint is signed anew.
    """
    rows, newest = ledger.count(), ledger.checkpoints.newest()
    covers = 0 if newest is None else checkpoint.glance(newest).seq
    if identity is None or (covers == rows and not (due and newest and _better(newest, identity, certificates))):
        return covers, ""
    try:
        made = checkpoints.make(ledger.path, identity)
    except GpuInspectorError as error:
        return covers, N_(f"No checkpoint of row {rows} was made: {error}")
    return max(covers, checkpoint.glance(made.data).seq), made.remark


def _better(newest: bytes, identity: SigningIdentity, certificates: Collection[str]) -> bool:
    """Whether this key would be taken, and the one that signed is not."""
    from gpu_inspector.report.identity import fingerprint_of

    return fingerprint_of(identity.certificate) in certificates and not counts(newest, certificates)
