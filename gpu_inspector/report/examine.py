"""Is this file a report that this program signed, unchanged; who signed it; and what is attached?

Three questions with three answers: *intact* (not one byte differs from what was signed, and nothing is in the file
that a report has not), *ours* (it has the one shape of a report), *trusted* (the signer's certificate is one that
the caller offered, or was issued by one). Nothing else is ever trusted, and no name is ever compared.

Two readers must agree: our own strict one and pyHanko. A foreign file may be anything, so this module is a wall:
whatever breaks while reading is an answer, "altered or unreadable", and never an exception.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from io import BytesIO
from typing import TypeVar

from asn1crypto import x509 as asn1
from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: TID251
from pyhanko.sign.diff_analysis import ModificationLevel  # noqa: TID251
from pyhanko.sign.validation import validate_pdf_signature  # noqa: TID251
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature  # noqa: TID251
from pyhanko.sign.validation.status import SignatureCoverageLevel  # noqa: TID251
from pyhanko_certvalidator import ValidationContext

from gpu_inspector.report import additions, matching, reading, strict, trust
from gpu_inspector.report.document import Paper
from gpu_inspector.report.identity import certificates_in
from gpu_inspector.report.layout import PAPER
from gpu_inspector.report.signature import FIELD

LARGEST = 256 * 1024 * 1024
"""Bytes; a report of hundreds of cards has a few megabytes."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """What was found. `problems` say why the file is not intact, `remarks` what else a reader should know."""

    intact: bool = False
    ours: bool = False
    trusted: bool = False
    problems: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    record: bytes | None = None
    """The attached inspection.json of the signed revision; only of an intact report."""
    entry: bytes | None = None
    """The attached ledger.json, likewise."""
    signer: str = ""
    """The certificate's subject: what the signer calls itself."""
    fingerprint: str = ""
    """SHA-256 of the signer's certificate, 64 hexadecimal digits."""
    signed_at: str = ""
    """ISO 8601, as the signer's clock had it."""
    page: Paper = "a4"
    """The paper that it was drawn for."""
    pages: int = 0
    reason: str = ""
    """As it stands in the signature, where readers show it: `signature.plain` of what was given to `sign`."""
    location: str = ""
    """The place, likewise."""
    printed: str = ""
    """The text of the pages, as `reading.printed` reads it; empty where it cannot, and of a file not intact."""


def examine(data: bytes, trust: tuple[bytes, ...] = ()) -> Examination:
    """Look at any bytes. `trust` are certificate files in PEM or DER form. Never raises."""
    return _behind_the_wall(
        lambda: _look(data, trust),
        lambda error: _refused(f"The file is altered or unreadable ({_brief(error)})."),
    )


def pages_match(signed: bytes, redrawn: bytes) -> bool:
    """Whether the signed file shows exactly the pages that were drawn again from its record. Never raises.

    The document's information (title, author) belongs to them; the rules are those of `matching`.
    """
    return _behind_the_wall(lambda: matching.same(_opened(signed), _opened(redrawn)), lambda _error: False)


def added(data: bytes) -> tuple[str, ...]:
    """What stands behind the signed part, in sentences, as the file itself has it. Never raises."""
    return _behind_the_wall(
        lambda: additions.added(data), lambda _error: ("What was added to the file cannot be read.",)
    )


def _behind_the_wall(look: Callable[[], T], otherwise: Callable[[Exception], T]) -> T:
    """The reader of foreign files: pyHanko raises bare ValueErrors and more on damaged ones."""
    try:
        return look()
    except Exception as error:  # noqa: BLE001
        return otherwise(error)


def _brief(error: Exception) -> str:
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text[:160]}" if text else type(error).__name__


def _opened(data: bytes) -> PdfFileReader:
    return PdfFileReader(BytesIO(data), strict=True)


def _refused(sentence: str) -> Examination:
    return Examination(problems=(sentence,))


def _look(data: bytes, offered: tuple[bytes, ...]) -> Examination:
    if not data:
        return _refused("The file is empty.")
    if len(data) > LARGEST:
        return _refused(f"The file has {len(data):,} bytes, more than any report can have.")
    if not data.startswith(b"%PDF-"):
        return _refused("This is no PDF file, so no report.")
    reader = _opened(data)
    signatures = list(reader.embedded_signatures)
    if not signatures:
        return _refused("The file is not signed.")
    if len(signatures) != 1:
        return _refused(f"The file bears {len(signatures)} signatures; a report bears one.")
    ours = signatures[0].field_name == FIELD
    try:
        certificate = strict.signer_of(data, [int(number) for number in signatures[0].byte_range])
        problems = [*strict.structure(reader, signatures[0]), *_second_opinion(signatures[0], certificate)]
        record, entry = strict.attachments(reader)
        reason, location = strict.texts(signatures[0])
    except strict.Altered as altered:
        return Examination(problems=(str(altered),), ours=ours)
    known = replace(_known(reader, signatures[0], certificate), ours=ours, reason=reason, location=location)
    if problems:
        return replace(known, problems=tuple(problems))
    trusted, remarks = _trust(certificate, known.signed_at, offered)
    known = replace(known, record=record, entry=entry, printed=reading.printed(reader))
    return replace(known, intact=True, trusted=trusted, remarks=tuple(remarks))


def _known(reader: PdfFileReader, signature: EmbeddedPdfSignature, certificate: bytes) -> Examination:
    """What the file says of its signer, its time and its paper."""
    kids = strict.items(reader.root["/Pages"]["/Kids"])
    sides = [float(side) for side in strict.items(kids[0]["/MediaBox"])[2:]]
    letter = all(abs(side - paper) < 1 for side, paper in zip(sides, PAPER["letter"], strict=True))
    moment = signature.self_reported_timestamp
    parsed = asn1.Certificate.load(certificate)
    return Examination(
        signer=str(parsed.subject.human_friendly),
        fingerprint=parsed.sha256.hex(),
        signed_at=moment.astimezone(UTC).isoformat() if moment is not None else "",
        page="letter" if letter else "a4",
        pages=len(kids),
    )


def _second_opinion(signature: EmbeddedPdfSignature, certificate: bytes) -> Iterator[str]:
    """pyHanko's answer, which knows nothing of our strict layer; trust is not asked of it."""
    context = ValidationContext(trust_roots=[asn1.Certificate.load(certificate)], allow_fetching=False)
    status = validate_pdf_signature(signature, signer_validation_context=context)
    if not (status.intact and status.valid):
        yield "The signed bytes were changed."
    if status.coverage is not SignatureCoverageLevel.ENTIRE_FILE:
        yield "The signature does not cover the whole file."
    if not status.docmdp_ok or status.modification_level is not ModificationLevel.NONE:
        yield "The file was changed after it was signed."


def _trust(certificate: bytes, signed_at: str, offered: tuple[bytes, ...]) -> tuple[bool, list[str]]:
    """Whether the caller knows this signer, and what to say about it.

    A wall of its own: an odd certificate, offered or the signer's, is a remark, and says nothing of the report.
    """
    moment = datetime.fromisoformat(signed_at) if signed_at else None
    signer = trust.Signer(certificate, moment)
    remarks: list[str] = []
    trusted = False
    for file in offered:
        known = _readable(file)
        if not known:
            remarks.append("An offered file holds no certificate that can be read.")
        for der in known:
            answer = _speaks_for(der, signer)
            if answer is None:
                remarks.append("An offered certificate, or the signer's own, cannot be read; it makes nobody known.")
            elif answer:
                trusted = True
                remarks += _ran_out("authority", der) if der != certificate else []
    if not trusted:
        remarks.append("The signer is not known here: compare the fingerprint with the office that sent the report.")
    remarks += _behind_the_wall(
        lambda: [*_timely(certificate, moment), *_ran_out("signer", certificate)],
        lambda _error: ["The lifetime of the signer's certificate cannot be read."],
    )
    return trusted, list(dict.fromkeys(remarks))


def _readable(file: bytes) -> tuple[bytes, ...]:
    return _behind_the_wall(lambda: certificates_in(file), lambda _error: ())


def _speaks_for(offered: bytes, signer: trust.Signer) -> bool | None:
    """None where the offered certificate breaks the libraries that read it."""
    return _behind_the_wall(lambda: trust.speaks_for(offered, signer), lambda _error: None)


def _timely(certificate: bytes, moment: datetime | None) -> Iterator[str]:
    begin, end = trust.lifetime(certificate)
    if moment is None or not begin <= moment <= end:
        yield f"The signature's time is not within the certificate's, {begin:%Y-%m-%d} to {end:%Y-%m-%d}."
    elif moment > datetime.now(UTC):
        yield "The signature bears a time that is still to come by this machine's clock."


def _ran_out(whose: str, certificate: bytes) -> list[str]:
    end = trust.lifetime(certificate)[1]
    if datetime.now(UTC) <= end:
        return []
    return [f"The {whose}'s certificate ran out on {end:%Y-%m-%d}; the time of signing is the signer's own."]
