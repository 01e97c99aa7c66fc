"""What the verify page asks for: one report examined, a certificate read, the list of results as a file."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from gpu_inspector.records.catalogue import load
from gpu_inspector.workflow import identities, verified
from gpu_inspector.workflow.identities import Known
from gpu_inspector.workflow.progress import Progress
from gpu_inspector.workflow.verified import Verified


@dataclass(frozen=True, slots=True)
class VerifyDoors:
    """All raise GpuInspectorError with a sentence. They are called in a worker's thread."""

    verify: Callable[[Path, tuple[Path, ...], datetime | None, Progress], Verified]
    """One file, with the certificates whose signatures are accepted, as of a time or of now; there is an answer to any
    file."""
    certificates: Callable[[Path], tuple[Known, ...]]
    """What a file of certificates holds; raises where it holds none."""
    save_list: Callable[[tuple[Verified, ...], Path], Path]


def real() -> VerifyDoors:
    """The program's own."""
    return VerifyDoors(_verify, identities.read, verified.save_list)


def _verify(path: Path, trust: tuple[Path, ...], at: datetime | None, progress: Progress) -> Verified:
    return verified.verify_file(path, trust, load(), progress, at)
