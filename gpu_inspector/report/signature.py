"""A drawn report becomes a signed one: the records go in, and one signature closes the file.

PAdES B-B, certifying, "no changes allowed" (DocMDP level 1), in one revision with the two attachments, so that
whatever is added later shows. The field is invisible: the panel that people see is drawn on the page, where it is
covered by the signature like everything else. pyHanko writes the update, the field, the permissions and the byte
range; the envelope in the gap comes from `cms`, which the examiner uses as well.

Where a second officer is to countersign, an empty field for that one signature is made in the same revision, and the
level is 2, "filling in forms allowed": level 1 would forbid the second signature altogether.
"""

import contextlib
import logging
import os
import stat
import tempfile
from collections.abc import Generator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from gpu_inspector.errors import ReportError
from gpu_inspector.records import canonical
from gpu_inspector.records.inspection import LedgerEntry
from gpu_inspector.report import cms
from gpu_inspector.report.deferred import postpone
from gpu_inspector.report.identity import SigningIdentity

postpone("pyhanko_certvalidator", "pyhanko.sign", "pyhanko.sign.signers")

from pyhanko.pdf_utils import embed, generic  # noqa: E402, TID251
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter  # noqa: E402, TID251
from pyhanko.pdf_utils.misc import PdfError  # noqa: E402, TID251
from pyhanko.sign.fields import (  # noqa: E402, TID251
    MDPPerm,
    SigFieldSpec,
    SigSeedSubFilter,
    append_signature_field,
)
from pyhanko.sign.general import SigningError  # noqa: E402, TID251
from pyhanko.sign.signers.cms_embedder import (  # noqa: E402, TID251
    PdfCMSEmbedder,
    SigIOSetup,
    SigMDPSetup,
    SigObjSetup,
)
from pyhanko.sign.signers.pdf_byterange import SignatureObject  # noqa: E402, TID251

FIELD = "GPUInspector"
"""The name of the one signature field; a report signed in another field is not ours."""
REVIEWER = "GPUInspectorReviewer"
"""The name of the field that is prepared for a second officer, where one is to sign."""
TIME_FIELD = "GPUInspectorTime"
"""The beginning of the names of the time stamps' fields; their number follows, from 1 on."""
RECORD_NAME = "inspection.json"
LEDGER_NAME = "ledger.json"
LOT_NAME = "lot.json"
BATCH_NAME = "batch.json"
DESCRIPTIONS = {
    RECORD_NAME: "The inspection: canonical JSON, as the ledger keeps it",
    LEDGER_NAME: "Where the inspection stands in the ledger",
    LOT_NAME: "The summary of the lot: canonical JSON",
    BATCH_NAME: "The summary of the batch: canonical JSON",
}
"""What readers show beside the two attachments of a report, and the one of a lot's or a batch's summary."""
FILE_TYPE = "application/json"
_MARKS = ("þÿ", "ÿþ", "ï»¿")
"""A PDF string that begins with these letters is read as one of another encoding."""

for _name in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)  # they log traces of what we answer in a sentence


class _Writer(IncrementalPdfFileWriter):
    """Adds nothing of its own: pyHanko would stamp the document's information and write a second one in XML.

    Readers show both as the file's title and author, so the examiner wants the drawn one, and no other.
    """

    def _update_meta(self) -> None:
        return


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that goes into the report beside the two that every report has."""

    name: str
    data: bytes = field(repr=False)
    description: str
    media_type: str = FILE_TYPE
    relationship: str = "/Data"


def sign(
    pdf: bytes,
    record: bytes,
    entry: LedgerEntry,
    identity: SigningIdentity,
    *,
    reason: str,
    place: str,
    more: tuple[Attachment, ...] = (),
    reviewer: bool = False,
) -> bytes:
    """The signed report: `pdf` as drawn, with the record's exact bytes and its place in the ledger attached.

    `more` are attached behind these two, in their order. `reason` and `place` stand in the signature's own dictionary;
    control characters are left out of them. With `reviewer` a field is prepared for the countersignature of a second
    officer. The time of signing is this machine's clock. Raises ReportError where the drawn file cannot be extended.
    """
    own = (own_attachment(RECORD_NAME, record), own_attachment(LEDGER_NAME, canonical.encode(entry)))
    return seal(pdf, (*own, *more), identity, reason=reason, place=place, reviewer=reviewer)


def own_attachment(name: str, data: bytes) -> Attachment:
    """One of the files that are named in DESCRIPTIONS."""
    return Attachment(name=name, data=data, description=DESCRIPTIONS[name])


def seal(
    pdf: bytes,
    files: tuple[Attachment, ...],
    identity: SigningIdentity,
    *,
    reason: str,
    place: str,
    reviewer: bool = False,
) -> bytes:
    """As `sign`, for a drawn file of this program with exactly these attachments. Raises ReportError."""
    try:
        writer = _Writer(BytesIO(pdf))
        for one in files:
            _attach(writer, one)
        return _close(writer, identity, plain(reason), plain(place), reviewer)
    except (PdfError, SigningError) as error:
        raise ReportError(f"The report could not be signed ({error}).") from error


def _attach(writer: IncrementalPdfFileWriter, one: Attachment) -> None:
    stream = embed.EmbeddedFileObject.from_file_data(
        writer, one.data, mime_type=one.media_type, params=embed.EmbeddedFileParams(embed_checksum=False)
    )
    spec = embed.FileSpec(
        one.name,
        file_name=one.name,
        embedded_data=stream,
        description=one.description,
        af_relationship=generic.pdf_name(one.relationship),
    )
    embed.embed_file(writer, spec)


def _close(
    writer: IncrementalPdfFileWriter, identity: SigningIdentity, reason: str, place: str, reviewer: bool = False
) -> bytes:
    """Run pyHanko's protocol for an envelope made elsewhere: field, dictionary, byte range, envelope."""
    steps = PdfCMSEmbedder(new_field_spec=SigFieldSpec(FIELD, on_page=-1)).write_cms(FIELD, writer)
    next(steps)
    if reviewer:
        append_signature_field(writer, SigFieldSpec(REVIEWER, on_page=-1))
    allowed = MDPPerm.FILL_FORMS if reviewer else MDPPerm.NO_CHANGES
    permissions = SigMDPSetup(md_algorithm="sha256", certify=True, docmdp_perms=allowed)
    steps.send(SigObjSetup(sig_placeholder=dictionary_of(identity, reason, place), mdp_setup=permissions))
    return enveloped(steps, identity)


def dictionary_of(identity: SigningIdentity, reason: str, place: str) -> SignatureObject:
    """The signature's dictionary, with room for this signer's envelope; the time is this machine's clock."""
    return SignatureObject(
        timestamp=datetime.now(UTC).replace(microsecond=0),
        subfilter=SigSeedSubFilter.PADES,
        reason=reason or None,
        location=place or None,
        bytes_reserved=2 * cms.largest(identity.certificate, identity.chain),
    )


def enveloped(steps: Generator[Any, Any, Any], identity: SigningIdentity) -> bytes:
    """The whole file, with the signer's envelope over it, after pyHanko has its dictionary."""
    prepared, output = steps.send(SigIOSetup(md_algorithm="sha256"))
    steps.send(cms.sign(identity.certificate, identity.key, prepared.document_digest, identity.chain))
    signed: bytes = output.getvalue()
    return signed


def plain(text: str) -> str:
    """One line without control characters, as `reason` and `place` stand in the file: readers show them as they are."""
    line = "".join(character for character in text if character.isprintable()).strip()
    return f" {line}" if line.startswith(_MARKS) else line


def write(path: Path, pdf: bytes) -> None:
    """Put the report in its place in one step: a reader sees the old file or the whole new one.

    Raises ReportError where the folder or the disk does not allow it; nothing half-written stays.
    """
    fresh: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
        fresh = Path(name)
        with os.fdopen(handle, "wb") as file:
            file.write(pdf)
            file.flush()
            os.fsync(file.fileno())
        if path.is_file():
            fresh.chmod(stat.S_IMODE(path.stat().st_mode))  # who could read the report still can
        fresh.replace(path)
    except OSError as error:
        if fresh is not None:
            with contextlib.suppress(OSError):
                fresh.unlink()
        raise ReportError(
            f"The report could not be written to {path} ({error.strerror}).",
            "Name another place with --report, or free some space; the inspection itself is safe in the ledger.",
        ) from error
