"""The facts of cards as a file, without an inspection: what `inspect --capture` writes, for whoever only looks."""

from pathlib import Path

from gpu_inspector.records.evidence import Evidence
from gpu_inspector.workflow import targets


def save(evidence: Evidence, target: Path, *, masked: bool, ledger: Path, source: Path | None = None) -> Path:
    """Write the evidence as JSON, whole or not at all; the file's own place.

    `masked` leaves serials and UUIDs out. `source` is the file that the evidence was read from: it is never written
    over. Raises TargetError where the place must not be written to, CaptureError where it cannot.
    """
    from gpu_inspector.probes import capture  # who saves nothing pays for nothing

    targets.check(target, targets.JSON, kept=(*targets.ledger_files(ledger), source))
    capture.write(evidence, target, masked)
    return target
