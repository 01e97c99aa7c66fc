"""What the verdict page asks for: the signed report elsewhere, who signed it, a time stamp, a second signature."""

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from gpu_inspector import preferences
from gpu_inspector.errors import ReportError
from gpu_inspector.records.custody import What
from gpu_inspector.records.inspection import Inspection, LedgerEntry
from gpu_inspector.workflow import comparing, countersigning, custody, inspecting, signed, tagging, upgrading
from gpu_inspector.workflow.comparing import Earlier
from gpu_inspector.workflow.countersigning import Countersigned
from gpu_inspector.workflow.inspecting import Done
from gpu_inspector.workflow.signed import SignedBy
from gpu_inspector.workflow.signing import Ask
from gpu_inspector.workflow.tagging import Made, Wish
from gpu_inspector.workflow.upgrading import Outcome


@dataclass(frozen=True, slots=True)
class VerdictDoors:
    """All raise GpuInspectorError with a sentence. They are called in a worker's thread."""

    save_report: Callable[[Done, Path, Ask], Path]
    """The signed report at another place; it asks for the secret of the key where it must be signed anew."""
    signed_by: Callable[[Path, LedgerEntry], SignedBy]
    """Who signed the report at this place, which should be that of this row."""
    stamp: Callable[[Path], Outcome]
    """One more time stamp for this report, in its place; raises where there is none to be had."""
    countersign: Callable[[Path, Path | None, Ask], Countersigned]
    """The second officer's signature in this report, with a PKCS#12 file, or without one with the settings' card."""
    note: Callable[[What, int, str], str]
    """A line in the ledger's custody log on a row; the sentence why there is none, where there is none."""
    earlier_of: Callable[[Inspection, int], Earlier]
    """Other inspections that saw this card of an inspection."""
    tags: Callable[[Done, Wish], Made]
    """The tags of this inspection's cards, as they lie on paper."""
    save_tags: Callable[[Done, Wish, Path], str]
    """They as a PDF at this place; the sentence why that is not in the custody log, where it is not."""


def real() -> VerdictDoors:
    """The program's own, on the user's own ledger."""
    return VerdictDoors(
        save_report=_save_report,
        signed_by=signed.signed_by,
        stamp=upgrading.upgrade,
        countersign=lambda report, file, ask: countersigning.countersign(
            report, key_file=file, card=file is None, ask=ask
        ),
        note=lambda what, seq, detail: custody.note(preferences.ledger_path(), what, seq, detail),
        earlier_of=lambda inspection, card: comparing.earlier_of(inspection, card, preferences.ledger_path()),
        tags=lambda done, wish: tagging.draw(done.inspection, done.entry, wish),
        save_tags=lambda done, wish, target: tagging.save(
            tagging.draw(done.inspection, done.entry, wish), preferences.ledger_path(), target
        ),
    )


def _save_report(done: Done, target: Path, ask: Ask) -> Path:
    """The signed report at another place, whole or not at all; made anew from the ledger where it was not written."""
    if done.report is None:
        language = preferences.languages()[1]
        inspecting.report_from_ledger(
            str(done.entry.seq), preferences.ledger_path(), target, ask=ask, language=language
        )
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
