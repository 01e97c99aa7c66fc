"""Judging what was seen before: a dump, a capture, the evidence inside a signed report, or a folder of them.

Nothing is stored here and no card is touched: the same conclusion must follow from the recorded evidence.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gpu_inspector.errors import CaptureError, GpuInspectorError
from gpu_inspector.language import N_
from gpu_inspector.probes import incoming
from gpu_inspector.records import canonical
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.evidence import Evidence, Origin
from gpu_inspector.records.finding import Identity, worst
from gpu_inspector.records.inspection import Inspection, Judgement
from gpu_inspector.report.deferred import LOADING
from gpu_inspector.workflow import data_named
from gpu_inspector.workflow.collecting import collect_bytes
from gpu_inspector.workflow.judging import judge
from gpu_inspector.workflow.verifying import MOST_CARDS

UNSIGNED = N_(
    "Judged as the file has it. Nobody signed this file: whoever had it could write into it what they wanted."
)
UNVERIFIED = N_(
    "Judged as the report's record has it. Whether the report was altered, gpu-inspector verify FILE tells."
)


@dataclass(frozen=True, slots=True)
class Review:
    """One file, and its judgement or the sentence that says why there is none."""

    path: Path
    judgement: Judgement | None
    failure: str = ""
    evidence: Evidence | None = None
    """What was judged."""
    caution: str = ""
    """What a reader must know of the file before relying on the judgement."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What a file records, before it is judged."""

    evidence: Evidence
    declaration: Declaration
    """The report's own; empty for a file that has none."""
    caution: str
    inspection: Inspection | None = None
    """Of a report."""


def review(path: Path, declaration: Declaration | None, catalogue: Catalogue, *, named: bool = False) -> Review:
    """Judge one file. A report's own declaration is used where none is given. Raises CaptureError, ProbeError.

    A report is judged with the reference data that its record names where they are kept here, and the caution says
    so; with `named`, these data were asked for by name, and judge everything.
    """
    found = opened(path, catalogue)
    caution, judging = found.caution, catalogue
    if found.inspection is not None and not named:
        judging = data_named.of_record(found.inspection, catalogue)
        caution = " ".join((caution, *data_named.said_of(found.inspection, judging, catalogue)))
    judged = judge(found.evidence, found.declaration if declaration is None else declaration, judging)
    return Review(path, judged, evidence=found.evidence, caution=caution)


def opened(path: Path, catalogue: Catalogue) -> Opened:
    """The evidence of a dump, capture, image or signed report. Raises CaptureError, ProbeError."""
    data = incoming.open_file(path, None)
    if data.startswith(b"%PDF-"):
        return _of_report(path, data)
    evidence = _recorded(data, path.name, catalogue)
    return Opened(evidence, Declaration(), UNSIGNED if evidence.origin is Origin.MACHINE else "")


def _recorded(data: bytes, name: str, catalogue: Catalogue) -> Evidence:
    """A capture is judged as it was recorded; `inspect --from` is what makes a new inspection of a handed-in file."""
    if incoming.recognise(data) == "capture":
        from gpu_inspector.probes import capture

        return capture.parse(data)
    return collect_bytes(data, name, catalogue)


def _of_report(path: Path, data: bytes) -> Opened:
    with LOADING:
        from gpu_inspector.report import examine

    found = examine.examine(data)
    if found.lot is not None:
        raise CaptureError(
            f"{path.name} is the summary of a lot, which carries no evidence.", "Name the reports of its cards."
        )
    if found.batch is not None:
        raise CaptureError(
            f"{path.name} is the summary of a batch, which carries no evidence.", "Name the reports of its inspections."
        )
    if found.record is None:
        raise CaptureError(
            f"{path.name} carries no record of an inspection: {' '.join(found.problems) or 'not a report of ours'}"
        )
    inspection = canonical.decode(found.record, Inspection, "inspection")
    if len(inspection.evidence.cards) > MOST_CARDS:
        raise CaptureError(f"{path.name} carries {len(inspection.evidence.cards)} cards, more than any inspection has.")
    return Opened(inspection.evidence, inspection.declaration, UNVERIFIED, inspection)


def review_folder(
    folder: Path, declaration: Declaration | None, catalogue: Catalogue, *, named: bool = False
) -> Iterator[Review]:
    """Every regular file of the folder, in the order of names; a file that cannot be judged says why."""
    for path in sorted(folder.iterdir()):
        if not path.is_file():
            continue
        try:
            yield review(path, declaration, catalogue, named=named)
        except GpuInspectorError as error:
            yield Review(path, None, str(error))


def verdict_of(reviews: tuple[Review, ...]) -> Identity:
    """The worst of all; a file that could not be judged was not looked at, which is INCONCLUSIVE."""
    return worst(
        tuple(one.judgement.verdict if one.judgement is not None else Identity.INCONCLUSIVE for one in reviews)
    )
