"""A lot's summary held against the signed reports of its cards: is each row what that card's own report says?

The summary names each report by the digest of its row in the ledger, which no other record has. So a report that bears
it is the one that is meant, and every difference is the summary's. A report is verified as a whole first: an altered
one speaks for nobody. Reports that are not in the folder are named, and nothing is said of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from gpu_inspector.errors import CaptureError, GpuInspectorError
from gpu_inspector.language import N_
from gpu_inspector.records import lot_words
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.inspection import Inspection, LedgerEntry
from gpu_inspector.records.lot import LotSummary, Member
from gpu_inspector.version import build
from gpu_inspector.workflow import lot_members
from gpu_inspector.workflow.verification import State, Verification
from gpu_inspector.workflow.verifying import verify

MOST_FILES = 10_000
_NAMED = 5
"""Files that are named in one sentence."""


@dataclass(slots=True)
class Folder:
    """What the reports of a folder say of the members."""

    found: dict[str, tuple[Inspection, LedgerEntry]]
    """By the digest of the row."""
    altered: list[str]
    """Names of files that are no intact report."""
    strangers: list[str]
    """Names of intact reports whose signer is neither known here nor the summary's own."""


def held_against(
    verified: Verification, folder: Path, trust: tuple[bytes, ...], catalogue: Catalogue, at: datetime | None = None
) -> Verification:
    """The answer on a summary, with what the reports in the folder add to it.

    A row that is not what its own report says makes the summary an altered one. Raises CaptureError where the folder
    cannot be read, or the file is no summary of a lot.
    """
    if verified.state is State.ALTERED:
        return verified
    summary = verified.lot
    if summary is None:
        raise CaptureError("Only the summary of a lot is held against reports.", "Name the summary, and the folder.")
    digests = {one.digest for one in summary.members}
    read = read_folder(folder, digests, verified.fingerprint, trust, catalogue, at)
    same = summary.tool_version == build()
    problems = tuple(
        problem for one in summary.members for problem in _differences(one, read.found.get(one.digest), same=same)
    )
    return replace(
        verified,
        state=State.ALTERED if problems else verified.state,
        problems=(*verified.problems, *problems),
        notes=(*verified.notes, *_notes(summary, read)),
    )


def read_folder(
    folder: Path,
    digests: set[str],
    fingerprint: str,
    trust: tuple[bytes, ...],
    catalogue: Catalogue,
    at: datetime | None,
) -> Folder:
    """The intact reports of a folder that bear one of these digests of rows. Raises CaptureError: it cannot be read."""
    from gpu_inspector.probes import incoming

    read = Folder({}, [], [])
    for path in _files(folder):
        try:
            one = verify(incoming.open_file(path, None, empty=True), trust, catalogue, at)
        except GpuInspectorError:
            read.altered.append(path.name)
            continue
        if one.lot is not None or one.batch is not None:
            continue  # a summary lies beside the reports that it sums up
        if one.state is State.ALTERED or one.inspection is None or one.entry is None:
            read.altered.append(path.name)
        elif one.entry.digest in digests:
            read.found[one.entry.digest] = (one.inspection, one.entry)
            if one.state is not State.TRUSTED and one.fingerprint != fingerprint:
                read.strangers.append(path.name)
    return read


def _files(folder: Path) -> list[Path]:
    try:
        paths = sorted(one for one in folder.iterdir() if one.suffix.lower() == ".pdf" and one.is_file())
    except OSError as error:
        raise CaptureError(f"The folder {folder} cannot be read ({error.strerror}).", "Look where it lies.") from error
    if len(paths) > MOST_FILES:
        raise CaptureError(f"{folder} holds {len(paths):,} reports; {MOST_FILES:,} are read at once.")
    return paths


def _differences(member: Member, report: tuple[Inspection, LedgerEntry] | None, *, same: bool) -> Iterator[str]:
    """What the summary says of a card otherwise than its own report, in one sentence.

    `same`: this version wrote the summary, and takes the same numbers for a card's own.
    """
    if report is None:
        return
    inspection, entry = report
    judged = inspection.judgement.cards
    if member.card >= len(judged):
        yield N_(f"Card No. {member.number}: report No. {entry.seq} has no card {member.card + 1}.")
        return
    card = judged[member.card]
    against = tuple((one.check, one.outcome) for one in lot_members.reasons_of(inspection, member.card))
    pairs = {
        "number of the report": (member.seq, entry.seq),
        "inspection": (member.inspection, inspection.id),
        "label": (member.label, card.label),
        "product": (member.product, card.product),
        "origin": (member.origin, inspection.evidence.origin.value),
        "identity": (member.identity, card.identity),
        "condition": (member.condition, card.condition),
        "control class": (member.control, card.control),
        "time": (member.made_at, inspection.made_at),
        "file": (member.file_sha256, inspection.evidence.file_sha256),
        "numbers": (member.numbers if same else (), lot_members.numbers_of(inspection, member.card) if same else ()),
        "node": (member.node, lot_members.node_of(inspection)),
        "temperature": (
            member.temperature_c if same else None,
            lot_members.temperature_of(inspection, member.card) if same else None,
        ),
        "reasons": (tuple((one.check, one.outcome) for one in member.reasons), against),
    }
    wrong = [name for name, (said, is_so) in pairs.items() if said != is_so]
    if wrong:
        yield N_(f"Card No. {member.number} is not what its own report No. {entry.seq} says of it: {', '.join(wrong)}.")


def _notes(summary: LotSummary, read: Folder) -> Iterator[str]:
    members = summary.members
    held = [one.number for one in members if one.digest in read.found]
    yield N_(f"{len(held):,} of {len(members):,} cards were held against their own reports.")
    missing = [one.number for one in members if one.digest not in read.found]
    if missing:
        yield N_(
            f"No intact report was found there for card No. {lot_words.numbers(missing)}: nothing is said of them."
        )
    yield from notes_on(read)


def notes_on(read: Folder) -> Iterator[str]:
    """What else lay in the folder and was not used, or used with a doubt."""
    if read.altered:
        yield N_(f"Altered, or no report of ours, and not used: {_listed(read.altered)}.")
    if read.strangers:
        yield N_(f"Signed by somebody who is not known here: {_listed(read.strangers)}.")


def _listed(names: list[str]) -> str:
    more = N_(f" and {len(names) - _NAMED} more") if len(names) > _NAMED else ""
    return f"{', '.join(name[:80] for name in names[:_NAMED])}{more}"
