"""What the verdict page asks for: the signed report at another place, who signed it, and other sightings of a card."""

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from gpu_inspector import preferences
from gpu_inspector.errors import ReportError
from gpu_inspector.records.inspection import Inspection, LedgerEntry
from gpu_inspector.workflow import comparing, inspecting, signed
from gpu_inspector.workflow.comparing import Earlier
from gpu_inspector.workflow.inspecting import Done
from gpu_inspector.workflow.signed import SignedBy


@dataclass(frozen=True, slots=True)
class VerdictDoors:
    """All raise GpuInspectorError with a sentence. They are called in a worker's thread."""

    save_report: Callable[[Done, Path], Path]
    signed_by: Callable[[Path, LedgerEntry], SignedBy]
    """Who signed the report at this place, which should be that of this row."""
    earlier_of: Callable[[Inspection, int], Earlier]
    """Other inspections that saw this card of an inspection."""


def real() -> VerdictDoors:
    """The program's own, on the user's own ledger."""
    return VerdictDoors(
        save_report=_save_report,
        signed_by=signed.signed_by,
        earlier_of=lambda inspection, card: comparing.earlier_of(inspection, card, preferences.ledger_path()),
    )


def _save_report(done: Done, target: Path) -> Path:
    """The signed report at another place, whole or not at all; made anew from the ledger where it was not written."""
    if done.report is None:
        inspecting.report_from_ledger(str(done.entry.seq), preferences.ledger_path(), target)
        return target
    try:
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".gpu-inspector-") as folder:
            copy = Path(folder) / target.name
            shutil.copyfile(done.report, copy)
            copy.replace(target)
    except OSError as error:
        raise ReportError(
            f"The report cannot be copied to {target} ({error.strerror}).", "Choose another place, or free some space."
        ) from error
    return target
