"""Is a signed report what this program wrote, and do its conclusions follow from its evidence?

The summaries of lots and batches are verified as well, by `lot_verifying` and `batch_verifying`.
The signature alone cannot see a lying signer. So the attached evidence is judged again and the pages are drawn again:
under the same program and reference data, a record whose findings or pages do not come out the same was altered, even
when its signature is sound. Under another version a difference is shown as that. Where the data that it names are kept
here, in use or not, it is judged again with them.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

from gpu_inspector import log
from gpu_inspector.errors import CaptureError, GpuInspectorError
from gpu_inspector.language import N_
from gpu_inspector.records import canonical, chain, simulated, words
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.evidence import Origin
from gpu_inspector.records.inspection import Inspection, Judgement, LedgerEntry
from gpu_inspector.report.deferred import LOADING
from gpu_inspector.version import build
from gpu_inspector.workflow import checkpoints, data_named, lot_verifying, own_pages, policy_vouching
from gpu_inspector.workflow.inspecting import reason_of
from gpu_inspector.workflow.judging import judge
from gpu_inspector.workflow.verification import EXITS, Held, State, Verification

if TYPE_CHECKING:
    from gpu_inspector.report.seen import Examination

__all__ = ["EXITS", "MOST_CARDS", "State", "Verification", "verify"]

MOST_CARDS = 1024
"""As many as a reading of a dump can have; judging compares every pair."""
_FARTHEST_OFFSET_MINUTES = 18 * 60
_SHOWN = 8
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def verify(
    data: bytes,
    trust: tuple[bytes, ...],
    catalogue: Catalogue,
    at: datetime | None = None,
    *,
    words: bool = False,
) -> Verification:
    """Examine a report's bytes; `trust` are certificates, PEM or DER, whose signatures are accepted here.

    Those of the office's policy in force count with them, and a note says where it is the policy that vouches. With
    `words` the answer holds the text of the pages. `at` (aware) stands for today: certificates run out, and time stamps
    outlive them.
    """
    with LOADING:
        from gpu_inspector.report import examine

    vouched = policy_vouching.asked()
    found = examine.examine(data, (*trust, *vouched.certificates), at)
    problems = list(found.problems)
    notes = [*policy_vouching.vouches(vouched, found, data, trust, at)]
    kept = Held()
    try:
        _hold(kept, data, found, catalogue, problems, notes)
    except Exception as error:  # noqa: BLE001 - a wall: the record of a foreign PDF may be anything
        problems.append(N_(f"The attached record cannot be judged again ({type(error).__name__})."))
    intact = found.intact and not problems
    state = State.ALTERED if not intact else State.TRUSTED if found.trusted else State.UNKNOWN_SIGNER
    log.event("verified", state=state.value, problems=len(problems), lot=kept.lot is not None)
    return Verification(
        state=state,
        problems=tuple(problems),
        notes=(*_natures(kept, vouched), *own_pages.translated(found), *found.remarks, *notes),
        signer=found.signer,
        fingerprint=found.fingerprint,
        signed_at=found.signed_at,
        entry=kept.entry,
        inspection=kept.inspection,
        lot=kept.lot,
        batch=kept.batch,
        judged_again=kept.again,
        differences=kept.differences,
        added=() if found.intact else examine.added(data),
        printed=examine.printed(data[: found.signed_bytes]) if words and found.intact else "",
        seals=found.seals,
        level=found.level,
        attached=tuple(sorted(found.attached)),
    )


def _hold(
    kept: Held, data: bytes, found: Examination, catalogue: Catalogue, problems: list[str], notes: list[str]
) -> None:
    """The records that are attached, each held against the file by its own rules."""
    if found.lot is not None:
        kept.lot = lot_verifying.hold_together(data, found, problems, notes)
    elif found.batch is not None:
        from gpu_inspector.workflow import batch_verifying  # it brings the ledger along, which no other report needs

        kept.batch = batch_verifying.hold_together(data, found, problems, notes)
    else:
        kept.inspection, kept.entry = _records(found.record, found.entry, problems)
        kept.again, kept.differences = _hold_together(
            data, kept.inspection, kept.entry, found, catalogue, problems, notes
        )


def _hold_together(
    data: bytes,
    inspection: Inspection | None,
    entry: LedgerEntry | None,
    found: Examination,
    catalogue: Catalogue,
    problems: list[str],
    notes: list[str],
) -> tuple[str, tuple[str, ...]]:
    """The evidence judged again and the pages drawn again; what does not fit goes to `problems` or `notes`."""
    if inspection is None or entry is None:
        return "", ()
    problems.extend(_impossible(inspection))
    if problems:
        return "", ()
    problems.extend(own_pages.labelled(found, reason_of(entry), inspection.case.place))
    problems.extend(_checkpoint(entry, found))
    problems.extend(data_named.faults_of(inspection))
    judging = data_named.of_record(inspection, catalogue)
    notes.extend(data_named.said_of(inspection, judging, catalogue))
    again, differences = _judge_again(inspection, judging)
    if _same_version(inspection.judgement, judging):
        if found.record != canonical.encode(inspection):
            problems.append(N_("The attached record is not in the canonical form of the version that it names."))
        if differences:
            problems.append(N_(f"The findings do not follow from the attached evidence: {'; '.join(differences[:5])}."))
        problems.extend(_draw_again(data, inspection, entry, found))
        return again, differences
    texts = (entry.digest, canonical.digest(found.record or b""), inspection.id)
    problems.extend(own_pages.shown(data, found, texts, N_("the digests and the id")))
    if differences:
        notes.append(
            N_(
                f"It was judged by version {inspection.judgement.tool_version} with the data"
                f" {inspection.judgement.reference_version}; here some findings come out otherwise:"
                f" {'; '.join(differences[:_SHOWN])}."
            )
        )
    notes.append(
        N_("Another version made the pages, so they were not drawn again: read the attached record, not the pages.")
    )
    return again, differences


def _natures(kept: Held, vouched: policy_vouching.Vouched) -> tuple[str, ...]:
    """What the reader should know of whatever it is, ahead of the rest."""
    own = (*_nature(kept.inspection), *policy_vouching.nature(kept.inspection, vouched))
    if kept.batch is None:
        return (*own, *lot_verifying.nature(kept.lot))
    from gpu_inspector.workflow import batch_verifying

    return (*own, *batch_verifying.nature(kept.batch))


def _nature(inspection: Inspection | None) -> tuple[str, ...]:
    """That it replaces another, or is of a simulation, must not be left to the reader of its pages."""
    if inspection is None:
        return ()
    replaced = inspection.supersedes
    if replaced is not None:
        return (N_(f"It replaces report No. {replaced.seq} of {replaced.made_at:%Y-%m-%d}."), *_origin(inspection))
    return _origin(inspection)


def _origin(inspection: Inspection) -> tuple[str, ...]:
    if inspection.evidence.origin is Origin.SIMULATION:
        return (f"{words.TITLES[Origin.SIMULATION]}. {words.NATURES[Origin.SIMULATION]}",)
    if marks := simulated.marks(inspection.evidence):
        return (N_(f"It does not call itself a simulation, and yet bears marks of one: {'; '.join(marks[:_SHOWN])}."),)
    return ()


def _checkpoint(entry: LedgerEntry, found: Examination) -> list[str]:
    """The ledger's checkpoint that came along is sound, and speaks of the same row or of later ones."""
    data = found.attached.get(checkpoints.NAME)
    if data is None:
        return []
    try:
        statement = checkpoints.check(data).statement
    except GpuInspectorError as error:
        return [N_(f"The attached checkpoint of the ledger is not sound ({error.message})")]
    if statement.seq < entry.seq or (statement.seq == entry.seq and statement.digest != entry.digest):
        return [N_("The attached checkpoint is not of the ledger that holds the attached record.")]
    return []


def _impossible(inspection: Inspection) -> list[str]:
    """What no inspection of this program can be, whoever signed it."""
    problems = []
    cards = inspection.evidence.cards
    if not 0 < len(cards) <= MOST_CARDS or len(inspection.judgement.cards) != len(cards):
        problems.append(N_("The attached record has a number of cards that no inspection has."))
    if not _UUID.fullmatch(inspection.id):
        problems.append(N_("The attached record has no inspection's id."))
    if inspection.made_at.tzinfo is None or abs(inspection.utc_offset_minutes) > _FARTHEST_OFFSET_MINUTES:
        problems.append(N_("The attached record has no time that a clock can show."))
    return problems


def _records(
    record: bytes | None, ledger: bytes | None, problems: list[str]
) -> tuple[Inspection | None, LedgerEntry | None]:
    """The attached records, where they can be read and belong together."""
    if record is None or ledger is None:
        if not problems:
            problems.append(N_("The report carries no record of an inspection."))
        return None, None
    try:
        inspection = canonical.decode(record, Inspection, "inspection")
        entry = canonical.decode_plain(ledger, LedgerEntry, N_("ledger entry"))
    except CaptureError as error:
        problems.append(str(error))
        return None, None
    if not canonical.is_of(record, inspection) or canonical.encode(entry) != ledger:
        problems.append(N_("The attached record is not in its canonical form."))
    if not chain.fits(entry, record):
        problems.append(N_("The attached record does not have the digest of its ledger entry."))
    return inspection, entry


def _same_version(judgement: Judgement, catalogue: Catalogue) -> bool:
    return judgement.tool_version == build() and judgement.reference_version == catalogue.version


def _judge_again(inspection: Inspection, catalogue: Catalogue) -> tuple[str, tuple[str, ...]]:
    again = judge(inspection.evidence, inspection.declaration, catalogue)
    return again.verdict.value, _differences(inspection.judgement, again)


def _differences(before: Judgement, after: Judgement) -> tuple[str, ...]:
    found: list[str] = []
    if before.verdict is not after.verdict:
        found.append(N_(f"verdict {before.verdict} there, {after.verdict} here"))
    if len(before.cards) != len(after.cards):
        return (*found, N_(f"{len(before.cards)} cards judged there, {len(after.cards)} here"))
    for one, other in zip(before.cards, after.cards, strict=True):
        theirs = {finding.check: finding for finding in one.findings}
        ours = {finding.check: finding for finding in other.findings}
        for check in sorted(theirs.keys() | ours.keys()):
            if theirs.get(check) != ours.get(check):
                there = theirs[check].outcome.value if check in theirs else "absent"
                here = ours[check].outcome.value if check in ours else "absent"
                found.append(N_(f"{one.label}, {check}: {there} there, {here} here"))
        if one != other and not found:
            found.append(N_(f"{one.label}: the headlines differ"))
    if before != after and not found:
        found.append(N_("the order of the findings or the versions differ"))
    return tuple(found)


def _draw_again(data: bytes, inspection: Inspection, entry: LedgerEntry, found: Examination) -> tuple[str, ...]:
    with LOADING:
        from gpu_inspector.report import document, firmware_files, photographs

    pictures = photographs.shown_in(data[: found.signed_bytes])
    expected = {one.name: one.data for one in photographs.attachments(inspection.case.photographs, pictures)}
    attached = {name: held for name, held in found.attached.items() if photographs.is_name(name)}
    if attached != expected:
        return (N_("The attached photographs are not those that belong to the attached record."),)
    images = {name: held for name, held in found.attached.items() if firmware_files.is_name(name)}
    if not firmware_files.belong(inspection.evidence, images):
        return (N_("The attached firmware images are not those that belong to the attached record."),)

    def draw(language: str) -> bytes:
        return document.draw(
            inspection,
            entry,
            signer=found.fingerprint,
            page=found.page,
            photographs=pictures,
            language=language,
        )

    return own_pages.drawn_again(data, found, draw)
