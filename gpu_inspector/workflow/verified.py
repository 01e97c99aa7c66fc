"""Many signed reports, one after the other: each gets its answer, and no file can stop those behind it."""

import csv
from dataclasses import dataclass, replace
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

from gpu_inspector.errors import CaptureError, GpuInspectorError
from gpu_inspector.language import N_
from gpu_inspector.records import words
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.workflow import targets
from gpu_inspector.workflow.identities import write_whole
from gpu_inspector.workflow.progress import Progress, silent
from gpu_inspector.workflow.verifying import Verification, verify

if TYPE_CHECKING:
    from gpu_inspector.report.seen import Seal

UNREADABLE = N_("could not be read")
HEADINGS = (
    *("file", "state", "verdict", "judged again", "ledger number", "inspection", "signer", "certificate SHA-256"),
    *("signed at", "problems", "added after signing", "notes", "level", "other signatures", "as of"),
)
_CSV = (b"file,", b"\xef\xbb\xbffile,")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""Beginnings by which a spreadsheet takes a text of a stranger for a formula."""


@dataclass(frozen=True, slots=True)
class Verified:
    """What became of one file: an answer, or the sentence why there is none."""

    path: Path
    found: Verification | None
    trouble: str = ""
    at: datetime | None = None
    """As of when it was answered (aware); None is the time of the answer itself."""

    @property
    def state(self) -> str:
        """The state in words, as the command line has it."""
        return self.found.state.value if self.found is not None else UNREADABLE


def verify_file(
    path: Path,
    trust: tuple[Path, ...],
    catalogue: Catalogue,
    progress: Progress = silent,
    at: datetime | None = None,
) -> Verified:
    """Examine one file, as of a time or of now; whatever it is, there is an answer.

    Raises Cancelled through `progress` alone.
    """
    progress("reading", 0.0)
    try:
        data = _read(path)
    except GpuInspectorError as error:
        return Verified(path, None, str(error), at)
    certificates, notes = _certificates(trust)
    progress("examining", 0.2)
    found = verify(data, certificates, catalogue, at, words=True)
    return Verified(path, replace(found, notes=(*found.notes, *notes)), at=at)


def save_list(results: tuple[Verified, ...], target: Path) -> Path:
    """The results as CSV, for a spreadsheet.

    Raises ReportError where it cannot be written, TargetError for a place where it must not go.
    """
    targets.check(target, _CSV, kept=tuple(one.path for one in results))
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADINGS)
    for one in results:
        writer.writerow([_inert(text) for text in _row(one)])
    write_whole(target, out.getvalue())
    return target


def _read(path: Path) -> bytes:
    from gpu_inspector.probes import incoming

    return incoming.open_file(path, None, empty=True)


def _certificates(trust: tuple[Path, ...]) -> tuple[tuple[bytes, ...], tuple[str, ...]]:
    """Those that can be read, and a note on each that cannot: a missing file makes nobody known."""
    from gpu_inspector.probes import incoming

    found: list[bytes] = []
    notes: list[str] = []
    for path in trust:
        try:
            found.append(incoming.open_file(path, None))
        except CaptureError as error:
            notes.append(N_(f"An accepted certificate cannot be read: {error.message}"))
    return tuple(found), tuple(notes)


def _row(one: Verified) -> tuple[str, ...]:
    found = one.found
    if found is None:
        return (str(one.path), one.state, *("" for _ in HEADINGS[2:9]), one.trouble, "", "", "", "", _moment(one))
    inspection = found.inspection
    return (
        str(one.path),
        one.state,
        words.IDENTITIES[inspection.judgement.verdict] if inspection is not None else "",
        found.judged_again,
        str(found.entry.seq) if found.entry is not None else "",
        inspection.id if inspection is not None else _summary(found),
        found.signer,
        found.fingerprint,
        found.signed_at,
        " ".join(found.problems),
        " ".join(found.added),
        " ".join(found.notes),
        found.level,
        "; ".join(_seal(one) for one in found.seals[1:]),
        _moment(one),
    )


def _summary(found: Verification) -> str:
    """Which summary it is, where it is one."""
    if found.lot is not None:
        return N_(f"lot summary {found.lot.id}")
    return N_(f"batch summary {found.batch.id}") if found.batch is not None else ""


def _seal(one: "Seal") -> str:
    """A time stamp or a second signature, with its own trust."""
    return f"{one.kind.value} of {one.signer}, {one.at}, {'accepted' if one.trusted else 'not known here'}"


def _moment(one: Verified) -> str:
    return one.at.isoformat() if one.at is not None else ""


def _inert(text: str) -> str:
    """A text that no spreadsheet runs, and that is one line."""
    line = " ".join(text.split())
    return f"'{line}" if line.startswith(_FORMULA) else line
