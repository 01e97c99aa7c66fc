"""Evidence to ledger row to signed PDF: the row is durable before the report says its number.

The heavy libraries are loaded here, when they are needed: the window and the short commands never pay for them.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from gpu_inspector import log, reference, settings
from gpu_inspector.errors import ReportError
from gpu_inspector.language import ENGLISH, N_
from gpu_inspector.records import canonical
from gpu_inspector.records.catalogue import Catalogue, own
from gpu_inspector.records.declaration import Case, Declaration
from gpu_inspector.records.evidence import Evidence
from gpu_inspector.records.inspection import Inspection, LedgerEntry
from gpu_inspector.records.policy import PolicyNamed
from gpu_inspector.records.program import ReferencePack
from gpu_inspector.report.deferred import LOADING
from gpu_inspector.workflow import checkpoints, custody, firmware_files, noting, photographs, signing, upgrading
from gpu_inspector.workflow.judging import judge
from gpu_inspector.workflow.progress import Progress, silent

if TYPE_CHECKING:
    from gpu_inspector.report.identity import SigningIdentity


@dataclass(frozen=True, slots=True)
class Done:
    """A finished inspection; `failure` says why there is no report, where there is none."""

    inspection: Inspection
    entry: LedgerEntry
    report: Path | None
    failure: str = ""
    remark: str = ""
    """What a person should know of the report's time stamp, in sentences."""
    level: str = ""
    """The report's PAdES level: B-B, B-T or B-LTA; "" where there is no report."""


def inspection_of(
    evidence: Evidence,
    declaration: Declaration,
    case: Case,
    catalogue: Catalogue,
    policy: PolicyNamed | None = None,
) -> Inspection:
    """The record, judged, not stored yet. `policy` is what `policy.require` answered before anything was collected."""
    noting.hide_case(case)
    noting.hide_evidence(evidence)
    data = data_behind(catalogue)
    now = datetime.now().astimezone()
    offset = now.utcoffset()
    return Inspection(
        id=str(uuid.uuid4()),
        made_at=now.astimezone(UTC),
        utc_offset_minutes=int(offset.total_seconds() // 60) if offset is not None else 0,
        case=case,
        declaration=declaration,
        evidence=evidence,
        judgement=judge(evidence, declaration, catalogue),
        policy=policy,
        data=data,
    )


def data_behind(catalogue: Catalogue) -> ReferencePack | None:
    """Who signed the data that judge, where they are a data pack's. Raises DataError where they are not in order."""
    if reference.chosen() is None and catalogue is own():
        return None
    from gpu_inspector.workflow import data_packs  # of whoever installed one

    found = data_packs.source_of(catalogue)
    if found is not None:
        log.event("data-used", version=found.version)
    return found


def _copy_kept(version: str) -> str:
    """Keep the program's own data for the day when it has others; "" or the sentence why that could not be.

    It comes last: the copy must not take the disk's last room from key and report.
    """
    if not reference.is_version(version) or reference.copy_path(version).exists():
        return ""
    from gpu_inspector.workflow import data_writing  # once for each version of the program's data

    return data_writing.keep_own(version)


def store_and_report(
    inspection: Inspection,
    ledger_path: Path,
    report_path: Path | None = None,
    progress: Progress = silent,
    page: str = "a4",
    ask: signing.Ask = signing.nobody,
    *,
    language: str = ENGLISH,
) -> Done:
    """Append to the ledger, then write the signed report (to the user's report folder where no path is named).

    `language` is that of the report's pages; the record is the same in all. A language that is none is a failure.
    Raises LedgerError: then nothing was stored. A report that cannot be written is no loss: the row stands, and the
    report can be made from it again; `Done.failure` says why.
    """
    from gpu_inspector.ledger.store import Ledger

    progress(N_("ledger"), 0.0)
    with Ledger(ledger_path) as ledger:
        entry = ledger.append(inspection)
    noting.judged(inspection.judgement, inspection.evidence)
    log.event("ledger-row", number=entry.seq)
    progress("report", 0.3)
    path = report_path or default_report_path(inspection, entry)
    identity, failure = _signer(ask)
    made = checkpoints.after_append(ledger_path, entry, identity)
    if identity is None:
        return _unreported(inspection, entry, failure, made.remark)
    try:
        if report_path is None:
            make_folder(path.parent)
        stamped = write_report(
            inspection, entry, path, page, identity=identity, checkpoint=made.data, language=language
        )
    except ReportError as error:
        return _unreported(inspection, entry, str(error), made.remark)
    except OSError as error:
        why = N_(f"The report cannot be made ({error.strerror or error}).")
        return _unreported(inspection, entry, why, made.remark)
    noted = custody.note(ledger_path, custody.What.REPORT_MADE, entry.seq, path.name)
    log.event("report-written", number=entry.seq, level=stamped.level)
    copied = _copy_kept(inspection.judgement.reference_version)
    progress("done", 1.0)
    remark = " ".join(filter(None, (made.remark, stamped.remark, noted, copied)))
    return Done(inspection, entry, path, remark=remark, level=stamped.level)


def _unreported(inspection: Inspection, entry: LedgerEntry, why: str, remark: str) -> Done:
    log.error("report-failed", why, number=entry.seq)
    copied = _copy_kept(inspection.judgement.reference_version)
    return Done(inspection, entry, None, why, remark=" ".join(filter(None, (remark, copied))))


def _signer(ask: signing.Ask) -> tuple[SigningIdentity | None, str]:
    """Who signs, or None and the sentence why nobody can: the inspection is kept all the same."""
    try:
        return signing.signer(ask), ""
    except ReportError as error:
        return None, str(error)
    except OSError as error:
        return None, N_(f"The signing key cannot be used ({error.strerror or error}).")


def prepare() -> None:
    """Load what ledger and report need, which takes a second: ahead of an inspection rather than at its end.

    Raises ReportError where a font is damaged.
    """
    from gpu_inspector.ledger import store  # noqa: F401

    with LOADING:
        from gpu_inspector.report import (  # noqa: F401
            code,
            document,
            examine,
            fonts,
            identity,
            identity_card,
            identity_file,
            photographs,
            signature,
        )

        # What these load by themselves keeps Python from a window for a fifth of a second.
        code.marks("", 0.0, 0.0, 1.0)
        for name in (fonts.REGULAR, fonts.BOLD):
            fonts.face(name)


def require_ledger(path: Path) -> None:
    """Raises LedgerError where the inspection could not be kept: asked before a measurement, which takes minutes."""
    from gpu_inspector.ledger.store import Ledger

    with Ledger(path) as ledger:
        ledger.require_ready()


def make_folder(folder: Path) -> None:
    """Make a folder for reports. Raises ReportError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ReportError(f"The folder {folder} cannot be made ({error.strerror}).") from error


def default_report_path(inspection: Inspection, entry: LedgerEntry) -> Path:
    """In the user's report folder, by ledger number and inspection id."""
    return settings.report_folder() / f"report-{entry.seq:06d}-{inspection.id[:8]}.pdf"


def reason_of(entry: LedgerEntry) -> str:
    """What the signature itself says it is for; PDF readers show it, so `verify` compares it."""
    return N_(f"GPU Inspector report {entry.seq}")


def write_report(
    inspection: Inspection,
    entry: LedgerEntry,
    path: Path,
    page: str = "a4",
    body: bytes | None = None,
    *,
    identity: SigningIdentity,
    checkpoint: bytes = b"",
    language: str = ENGLISH,
) -> upgrading.Stamped:
    """Draw, sign, write and time-stamp the report of a stored inspection. Raises ReportError.

    A time stamp that cannot be had is a remark: the report stands signed without it. `body` are the row's own bytes,
    where an earlier version may have stored it: they carry the row's digest. `checkpoint` is the ledger's, or b"".
    `language` is that of the pages; everything else in the file is the same in all.
    """
    with LOADING:
        from gpu_inspector.report import document, signature
        from gpu_inspector.report import firmware_files as carried
        from gpu_inspector.report import photographs as printed

    if page not in ("a4", "letter"):
        raise ReportError(f"“{page}” is no page size of this program.", "Use a4 or letter.")
    record = canonical.encode(inspection) if body is None else body
    paper: document.Paper = "letter" if page == "letter" else "a4"
    pictures = photographs.kept_bytes(inspection.case)
    signer = identity.fingerprint
    drawn = document.draw(
        inspection, entry, signer=signer, page=paper, record=record, photographs=pictures, language=language
    )
    kept = (signature.Attachment(name=checkpoints.NAME, data=checkpoint, description=checkpoints.DESCRIPTION),)
    signed = signature.sign(
        drawn,
        record,
        entry,
        identity,
        reason=reason_of(entry),
        place=inspection.case.place,
        more=(
            *(kept if checkpoint else ()),
            *printed.attachments(inspection.case.photographs, pictures),
            *carried.attachments(inspection.evidence, firmware_files.kept_bytes(inspection.evidence)),
        ),
        reviewer=signing.choice().countersigned,
    )
    return upgrading.write_and_stamp(path, signed)


def report_from_ledger(
    reference: str,
    ledger_path: Path,
    out: Path,
    page: str = "a4",
    ask: signing.Ask = signing.nobody,
    *,
    language: str = ENGLISH,
) -> Done:
    """The report of a row that is in the ledger already, signed anew. Raises LedgerError, ReportError."""
    from gpu_inspector.ledger.store import Ledger

    with Ledger(ledger_path, readonly=True) as ledger:
        entry, body = ledger.entry(reference)
        _, inspection = ledger.inspection(entry.seq)
    identity = signing.signer(ask)
    checkpoint = checkpoints.kept_for(ledger_path, entry.seq)
    stamped = write_report(
        inspection, entry, out, page, body, identity=identity, checkpoint=checkpoint, language=language
    )
    return Done(inspection, entry, out, remark=stamped.remark, level=stamped.level)
