"""Cards into a lot, one after another: each is inspected, kept, reported and put in before the next one is begun.

Whoever is stopped in the middle goes on by the same command: a file that is in the lot already is left out, known by
its SHA-256. A file that cannot be read is told and does not stop the others.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from gpu_inspector.errors import CaptureError, LedgerError, ProbeError, ReportError
from gpu_inspector.language import ENGLISH, N_
from gpu_inspector.probes import incoming
from gpu_inspector.records import lot_statistics
from gpu_inspector.records.catalogue import load
from gpu_inspector.records.evidence import Evidence, Origin
from gpu_inspector.records.lot import Member
from gpu_inspector.records.policy import PolicyNamed
from gpu_inspector.workflow import collecting, inspecting, lots, policy, sighting, signing
from gpu_inspector.workflow.collecting import NoCard
from gpu_inspector.workflow.lots import LotState

MOST_FILES = 100_000


@dataclass(frozen=True, slots=True)
class Added:
    """What became of one source: the members that it brought, or the sentence why there are none."""

    source: str
    members: tuple[Member, ...] = ()
    failure: str = ""
    skipped: bool = False
    """It was in the lot already."""
    report: Path | None = None
    remark: str = ""
    seconds: float = 0.0
    """Of this machine, from the opened file to the lot's entry."""


def files_of(places: Iterable[Path]) -> tuple[Path, ...]:
    """The files, and those of the folders in the order of their names; hidden ones are left out.

    Raises CaptureError for a folder without any.
    """
    found: list[Path] = []
    for place in places:
        if not place.is_dir():
            found.append(place)
            continue
        try:
            inside = sorted(one for one in place.iterdir() if one.is_file() and not one.name.startswith("."))
        except OSError as error:
            raise CaptureError(f"The folder {place} cannot be read ({error.strerror}).") from error
        if not inside:
            raise CaptureError(f"The folder {place} holds no file.", "Name a folder of dumps or captures.")
        found += inside
    if len(found) > MOST_FILES:
        raise CaptureError(f"These are {len(found):,} files, more than {MOST_FILES:,}.", "Name fewer at a time.")
    return tuple(found)


def from_files(
    ledger: Path,
    reference: str,
    files: Iterable[Path],
    *,
    reports: Path | None = None,
    page: str = "a4",
    ask: signing.Ask = signing.nobody,
    piece: int | None = None,
    tell: Callable[[Added], None] = lambda added: None,
    language: str = ENGLISH,
) -> tuple[Added, ...]:
    """Review each file as a card of the lot. Raises LotError, LedgerError, ReportError where nothing more can be kept.

    `reports` is a folder for the signed reports, else the user's own. Ends early where the lot's plan has ended.
    """
    done: list[Added] = []
    for one in _reviewed(ledger, reference, files, reports, page, ask, piece, language):
        tell(one)
        done.append(one)
    return tuple(done)


def _reviewed(
    ledger: Path,
    reference: str,
    files: Iterable[Path],
    reports: Path | None,
    page: str,
    ask: signing.Ask,
    piece: int | None,
    language: str,
) -> Iterator[Added]:
    state = lots.state(ledger, reference)
    known = {member.file_sha256 for member in state.members if member.file_sha256}
    require_policy(state, Origin.FILE)
    inspecting.prepare()
    for path in files:
        if state.ended:
            return
        begun = time.perf_counter()
        try:
            data = incoming.open_file(path, None)
            digest = hashlib.sha256(data).hexdigest()
            if digest in known:
                yield Added(path.name, skipped=True)
                continue
            evidence = collecting.collect_bytes(data, path.name, load())
            _require_kind(state, evidence)
        except (lots.LotError, CaptureError, ProbeError, NoCard) as error:
            yield Added(path.name, failure=str(error))
            continue
        known.add(digest)
        state, added = one_more(
            ledger,
            state,
            evidence,
            path.name,
            reports=reports,
            page=page,
            ask=ask,
            piece=piece,
            begun=begun,
            language=language,
        )
        yield added


def _require_kind(state: LotState, evidence: Evidence) -> None:
    """Raises LotError ahead of all work where a simulation or a sample would come among real cards, or one among them.

    The lot itself refuses it too; by then the inspection would have been kept, and the files behind it not looked at.
    """
    unreal = lot_statistics.unreal
    if any(unreal(one.origin) is not unreal(evidence.origin.value) for one in state.members):
        raise lots.LotError(
            f"The lot “{state.lot.name}” cannot hold real cards and simulations or samples together.",
            "Open another lot for the simulations.",
        )


def require_policy(state: LotState, origin: Origin, profile: str | None = None) -> PolicyNamed | None:
    """The office's policy for a card of this lot, asked before it is collected. Raises PolicyError, PolicyNotMet.

    What is of one object is not asked for: the lot has one declaration for all.
    """
    try:
        return policy.require(state.lot.case, state.lot.declaration, profile, origin, many=True)
    except policy.PolicyNotMet as error:
        advice = N_(f"The papers of a lot cannot be changed: open another one with them. {error.advice}")
        raise policy.PolicyNotMet(error.message, advice) from error


def one_more(
    ledger: Path,
    state: LotState,
    evidence: Evidence,
    source: str,
    *,
    reports: Path | None = None,
    page: str = "a4",
    ask: signing.Ask = signing.nobody,
    piece: int | None = None,
    profile: str | None = None,
    begun: float | None = None,
    language: str = ENGLISH,
) -> tuple[LotState, Added]:
    """Judge, keep, report and put in what was collected: under the lot's own case and declaration.

    `profile` is the one that a card of this machine was measured with, `begun` the `time.perf_counter` of when the work
    on it began. Raises LotError, PolicyError, LedgerError, ReportError.
    """
    start = time.perf_counter() if begun is None else begun
    if state.ended:
        raise lots.LotError(state.ended, "Open another lot for what is examined beyond the plan.")
    _require_kind(state, evidence)
    named = require_policy(state, evidence.origin, profile)
    evidence = sighting.informed(evidence, ledger)
    inspection = inspecting.inspection_of(evidence, state.lot.declaration, state.lot.case, load(), named)
    target = None
    if reports is not None:
        inspecting.make_folder(reports)
        target = reports / f"report-{inspection.id[:13]}.pdf"
    done = inspecting.store_and_report(inspection, ledger, target, page=page, ask=ask, language=language)
    before = len(state.members)
    try:
        after = lots.add(ledger, state.lot.id, (done.entry.seq,), piece)
    except (LedgerError, lots.LotError) as error:
        kept = N_(f"Inspection {done.entry.seq} is kept, and is not in the lot: {error.message}")
        raise type(error)(kept, error.advice) from error
    if done.report is None and done.failure:
        raise ReportError(
            f"{done.failure} Inspection {done.entry.seq} is kept and in the lot.",
            f"Make its report again with: gpu-inspector report {done.entry.seq} FILE",
        )
    seconds = time.perf_counter() - start
    return after, Added(source, after.members[before:], report=done.report, remark=done.remark, seconds=seconds)
