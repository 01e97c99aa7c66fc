"""Who signed the report of an inspection: read out of the file itself, not out of the settings of this bench.

The settings say who would sign the next report. Only the file says who signed this one, and whether it still is the
report of this inspection: somebody may have put another one in its place.
"""

from dataclasses import dataclass
from pathlib import Path

from gpu_inspector.errors import CaptureError, ReportError
from gpu_inspector.language import N_
from gpu_inspector.records import canonical
from gpu_inspector.records.inspection import LedgerEntry
from gpu_inspector.report.deferred import LOADING
from gpu_inspector.workflow import due


@dataclass(frozen=True, slots=True)
class SignedBy:
    """The signature of a report. `trouble` is the sentence that says why it is not to be relied on; "" where it is."""

    name: str
    """What the signer's certificate calls itself: a claim."""
    fingerprint: str
    """SHA-256 of the certificate, 64 hexadecimal digits: what is compared over another channel."""
    at: str
    """ISO 8601, by the signer's clock."""
    trouble: str = ""
    level: str = ""
    """PAdES level of an intact report: "B-B", "B-T" or "B-LTA"."""
    countersigned: str = ""
    """What the second officer's certificate calls itself; "" where nobody countersigned."""
    waiting: bool = False
    """It is on the list of reports that are to get a time stamp later."""


def signed_by(report: Path, entry: LedgerEntry) -> SignedBy:
    """The signature of the report of this row. Raises ReportError where the file cannot be read."""
    with LOADING:
        from gpu_inspector.report import examine

    try:
        found = examine.examine(report.read_bytes())
    except OSError as error:
        raise ReportError(
            f"The signed report {report} cannot be read ({error.strerror}).",
            "The inspection is kept in the ledger; save its report again.",
        ) from error
    trouble = ""
    if not found.intact:
        trouble = N_("The report at this place is no longer as it was signed.")
    elif not _is_of(found.entry, entry):
        trouble = N_("The report at this place is that of another inspection.")
    second = next((one.signer for one in found.seals if one.kind == "countersignature"), "")
    return SignedBy(
        found.signer, found.fingerprint, found.signed_at, trouble, found.level, second, _waits(report.resolve())
    )


def _waits(report: Path) -> bool:
    try:
        return any(one.report == report for one in due.listed())
    except OSError:
        return False  # `report upgrade` says what is wrong with the list


def _is_of(attached: bytes | None, entry: LedgerEntry) -> bool:
    try:
        return attached is not None and canonical.decode_plain(attached, LedgerEntry, "ledger entry") == entry
    except CaptureError:
        return False
