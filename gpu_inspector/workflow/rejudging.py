"""Every inspection of the ledger judged again, with today's checks and data or with other data: what would change.

Nothing is rewritten. What changes is listed with the reports that it touches, so that they can be called back; a
superseding inspection of the same evidence is a new row, which says what it replaces and why.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from gpu_inspector.errors import DataError, GpuInspectorError, LedgerError
from gpu_inspector.language import ENGLISH, N_
from gpu_inspector.records.catalogue import ALWAYS_OWN, KNOWN_LIST, Catalogue, known_files
from gpu_inspector.records.finding import Outcome
from gpu_inspector.records.inspection import CardJudgement, Inspection, LedgerEntry, Supersession
from gpu_inspector.workflow import data_named, inspecting, signing
from gpu_inspector.workflow.judging import judge
from gpu_inspector.workflow.progress import Progress, silent

LONGEST_REASON = 1000
_LARGEST_DATA = 64 * 1024 * 1024
_QUIET = (Outcome.CONSISTENT, Outcome.NOT_APPLICABLE)
"""What a check that is new may answer without changing any conclusion."""
_FORM = N_("Name a folder in the form of resources/products.")


class RejudgeError(GpuInspectorError):
    """An inspection cannot be superseded."""


@dataclass(frozen=True, slots=True)
class Change:
    """One conclusion, before and after; "" where it was not drawn."""

    what: str
    """Either "identity", "condition", "control", or the id of a check."""
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class CardChange:
    """What changes for one card."""

    label: str
    product: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RowChange:
    """One inspection of which a conclusion changes, and the reports that it touches."""

    seq: int
    id: str
    made_at: datetime
    case: str
    before: str
    """The verdict on record."""
    after: str
    cards: tuple[CardChange, ...]
    reports: tuple[Path, ...]
    """Report files of it in the report folder; others may have been handed out."""
    superseded_by: int
    """The row that replaces it already; 0 where none does."""
    tool_version: str
    reference_version: str


@dataclass(frozen=True, slots=True)
class Same:
    """An inspection of which nothing changes."""

    seq: int


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A row that cannot be judged again, and why."""

    seq: int
    reason: str
    without_data: bool = False
    """The row is sound, and the data that it names are not here."""


def data_of(folder: Path) -> Catalogue:
    """The reference data of a folder, in the form of resources/products. Raises DataError.

    Known modifications are those of the folder where it has a list, and the program's own where it has none; the
    markings of memory and the rules of export control are always the program's own.
    """
    files: dict[str, bytes] = {}
    left = _LARGEST_DATA
    try:
        for path in sorted(folder.iterdir()):
            if path.suffix not in (".jsonl", ".json", ".toml") or not path.is_file():
                continue
            with path.open("rb") as file:
                files[path.name] = file.read(left + 1)
            left -= len(files[path.name])
            if left < 0:
                raise DataError(f"The files of {folder} are larger than any reference data.", _FORM)
    except OSError as error:
        raise DataError(f"{folder} cannot be read ({error.strerror}).", _FORM) from error
    own = known_files()
    files |= own if KNOWN_LIST not in files else {name: own[name] for name in ALWAYS_OWN}
    try:
        return Catalogue(files)
    except DataError as error:
        raise DataError(f"{folder} holds no reference data: {error.message}", _FORM) from error


def changes(
    ledger_path: Path, catalogue: Catalogue, progress: Progress = silent, *, as_recorded: bool = False
) -> Iterator[RowChange | Same | Unreadable]:
    """Each row in order, one at a time: however long the ledger, one inspection is in memory. Raises LedgerError.

    With `as_recorded` each is judged with the data that it names: what changes then is the program's doing alone. A row
    whose data are not kept here cannot be judged so.
    """
    from gpu_inspector.ledger.store import Ledger

    with Ledger(ledger_path, readonly=True) as ledger:
        rows = ledger.count()
        for seq in range(1, rows + 1):
            progress(N_("judging again"), (seq - 1) / rows)
            try:
                entry, inspection = ledger.inspection(seq)
            except LedgerError as error:
                yield Unreadable(seq, str(error))
                continue
            judging = data_named.of_record(inspection, catalogue) if as_recorded else catalogue
            named = inspection.judgement.reference_version
            if as_recorded and judging.version != named:
                yield Unreadable(seq, N_(f"The reference data {named[:60]} are not kept here."), without_data=True)
                continue
            yield _compared(entry, inspection, judging, ledger.finder.superseded_by(seq))
        progress(N_("judged again"), 1.0)


def _compared(
    entry: LedgerEntry, inspection: Inspection, catalogue: Catalogue, superseded_by: int
) -> RowChange | Same | Unreadable:
    before = inspection.judgement
    after = judge(inspection.evidence, inspection.declaration, catalogue)
    if len(before.cards) != len(after.cards):
        return Unreadable(entry.seq, N_(f"It has {len(before.cards)} judgements of {len(after.cards)} cards."))
    cards = tuple(
        CardChange(one.label, one.product, found)
        for one, other in zip(before.cards, after.cards, strict=True)
        if (found := tuple(_of_card(one, other)))
    )
    if not cards and before.verdict is after.verdict:
        return Same(entry.seq)
    return RowChange(
        seq=entry.seq,
        id=inspection.id,
        made_at=inspection.made_at,
        case=inspection.case.number,
        before=before.verdict.value,
        after=after.verdict.value,
        cards=cards,
        reports=reports_of(inspection, entry),
        superseded_by=superseded_by,
        tool_version=before.tool_version,
        reference_version=before.reference_version,
    )


def _of_card(before: CardJudgement, after: CardJudgement) -> Iterator[Change]:
    """Headlines first, then the outcome of each check, in the order of the checks as they are today."""
    for what, one, other in (
        ("identity", before.identity.value, after.identity.value),
        ("condition", before.condition.value, after.condition.value),
        ("control", before.control, after.control),
    ):
        if one != other:
            yield Change(what, one, other)
    theirs = {finding.check: finding.outcome for finding in before.findings}
    ours = {finding.check: finding.outcome for finding in after.findings}
    for check in dict.fromkeys((*ours, *theirs)):
        one_outcome, other_outcome = theirs.get(check), ours.get(check)
        if one_outcome is other_outcome or (one_outcome is None and other_outcome in _QUIET):
            continue
        yield Change(check, one_outcome.value if one_outcome else "", other_outcome.value if other_outcome else "")


def reports_of(inspection: Inspection, entry: LedgerEntry) -> tuple[Path, ...]:
    """The report files of an inspection that lie in the report folder, by the names that this program gives them."""
    usual = inspecting.default_report_path(inspection, entry)
    try:
        return tuple(sorted(path for path in usual.parent.iterdir() if _is_named(path, usual)))
    except OSError:
        return ()


def _is_named(path: Path, usual: Path) -> bool:
    """The usual name, or that of a report that was made again: with a number behind it."""
    ending = path.stem.removeprefix(usual.stem)
    return (
        path.suffix == usual.suffix
        and path.stem.startswith(usual.stem)
        and (not ending or (ending[0] == "-" and ending[1:].isdecimal()))
    )


def superseding(reference: str, reason: str, ledger_path: Path, catalogue: Catalogue) -> Inspection:
    """A new inspection of the same evidence, judged anew, which says what it replaces; it is not stored yet.

    Raises LedgerError where there is no such row, RejudgeError where it is replaced already or no reason is given.
    """
    from gpu_inspector.ledger.store import Ledger

    reason = reason.strip()
    if not reason:
        raise RejudgeError("A superseding report says why it replaces the other one.", "Give --reason TEXT.")
    if len(reason) > LONGEST_REASON:
        raise RejudgeError(f"The reason has {len(reason):,} characters; {LONGEST_REASON:,} fit on the page.")
    with Ledger(ledger_path, readonly=True) as ledger:
        entry, old = ledger.inspection(reference)
        newer = ledger.finder.superseded_by(entry.seq)
    if newer:
        raise RejudgeError(
            f"Inspection {entry.seq} is replaced by inspection {newer} already.", f"Supersede {newer} instead."
        )
    now = datetime.now().astimezone()
    offset = now.utcoffset()
    return Inspection(
        id=str(uuid.uuid4()),
        made_at=now.astimezone(UTC),
        utc_offset_minutes=int(offset.total_seconds() // 60) if offset is not None else 0,
        case=old.case,
        declaration=old.declaration,
        evidence=old.evidence,
        judgement=judge(old.evidence, old.declaration, catalogue),
        policy=old.policy,
        data=inspecting.data_behind(catalogue),
        supersedes=Supersession(seq=entry.seq, id=old.id, digest=entry.digest, made_at=old.made_at, reason=reason),
    )


def supersede(
    reference: str,
    reason: str,
    ledger_path: Path,
    catalogue: Catalogue,
    report: Path | None = None,
    page: str = "a4",
    ask: signing.Ask = signing.nobody,
    *,
    language: str = ENGLISH,
) -> inspecting.Done:
    """Append the superseding inspection and write its report. Raises as `superseding` and LedgerError."""
    inspection = superseding(reference, reason, ledger_path, catalogue)
    return inspecting.store_and_report(inspection, ledger_path, report, page=page, ask=ask, language=language)
