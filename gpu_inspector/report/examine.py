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
from typing import Any, TypeVar

from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from pyhanko.pdf_utils import generic  # noqa: TID251
from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: TID251
from pyhanko.sign.diff_analysis import ModificationLevel  # noqa: TID251
from pyhanko.sign.validation import validate_pdf_signature  # noqa: TID251
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature  # noqa: TID251
from pyhanko.sign.validation.status import SignatureCoverageLevel  # noqa: TID251
from pyhanko_certvalidator import ValidationContext

from gpu_inspector.report import strict
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


def examine(data: bytes, trust: tuple[bytes, ...] = ()) -> Examination:
    """Look at any bytes. `trust` are certificate files in PEM or DER form. Never raises."""
    return _behind_the_wall(
        lambda: _look(data, trust),
        lambda error: _refused(f"The file is altered or unreadable ({_brief(error)})."),
    )


def pages_match(signed: bytes, redrawn: bytes) -> bool:
    """Whether the signed file shows exactly the pages that were drawn again from its record. Never raises.

    The drawn file's bytes may differ where another zlib packed them; objects and unpacked streams may not.
    """
    return _behind_the_wall(lambda: _same_pages(signed, redrawn), lambda _error: False)


def _behind_the_wall(look: Callable[[], T], otherwise: Callable[[Exception], T]) -> T:
    """The reader of foreign files: pyHanko raises bare ValueErrors and more on damaged ones."""
    try:
        return look()
    except Exception as error:  # noqa: BLE001
        return otherwise(error)


def _brief(error: Exception) -> str:
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text[:160]}" if text else type(error).__name__


def _refused(sentence: str) -> Examination:
    return Examination(problems=(sentence,))


def _look(data: bytes, trust: tuple[bytes, ...]) -> Examination:
    if not data:
        return _refused("The file is empty.")
    if len(data) > LARGEST:
        return _refused(f"The file has {len(data):,} bytes, more than any report can have.")
    if not data.startswith(b"%PDF-"):
        return _refused("This is no PDF file, so no report.")
    reader = PdfFileReader(BytesIO(data), strict=True)
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
    except strict.Altered as altered:
        return Examination(problems=(str(altered),), ours=ours)
    known = replace(_known(reader, signatures[0], certificate), ours=ours)
    if problems:
        return replace(known, problems=tuple(problems))
    trusted, remarks = _trust(certificate, known.signed_at, trust)
    return replace(known, intact=True, trusted=trusted, remarks=tuple(remarks), record=record, entry=entry)


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
    """Whether the caller knows this signer, and what to say about it."""
    known = [der for file in offered for der in certificates_in(file)]
    leaf = x509.load_der_x509_certificate(certificate)
    begin, end = leaf.not_valid_before_utc, leaf.not_valid_after_utc
    remarks = []
    if offered and not known:
        remarks.append("The offered file holds no certificate that can be read.")
    trusted = certificate in known or any(_issued(leaf, x509.load_der_x509_certificate(der)) for der in known)
    if not trusted:
        remarks.append("The signer is not known here: compare the fingerprint with the office that sent the report.")
    now = datetime.now(UTC)
    moment = datetime.fromisoformat(signed_at) if signed_at else None
    if moment is None or not begin <= moment <= end:
        remarks.append(f"The signature's time is not within the certificate's, {begin:%Y-%m-%d} to {end:%Y-%m-%d}.")
        trusted = False
    elif moment > now:
        remarks.append("The signature bears a time that is still to come by this machine's clock.")
    if now > end:
        remarks.append(f"The signer's certificate ran out on {end:%Y-%m-%d}; the time of signing is the signer's own.")
    return trusted, remarks


def _issued(leaf: x509.Certificate, authority: x509.Certificate) -> bool:
    """Whether an offered authority signed this very certificate for signing, and was valid itself meanwhile."""
    try:
        constraints = authority.extensions.get_extension_for_class(x509.BasicConstraints).value
        usage = authority.extensions.get_extension_for_class(x509.KeyUsage).value
        own = leaf.extensions.get_extension_for_class(x509.KeyUsage).value
        leaf.verify_directly_issued_by(authority)
    except (x509.ExtensionNotFound, InvalidSignature, ValueError, TypeError):
        return False
    inside = authority.not_valid_before_utc <= leaf.not_valid_before_utc <= authority.not_valid_after_utc
    return constraints.ca and usage.key_cert_sign and own.digital_signature and inside


def _same_pages(signed: bytes, redrawn: bytes) -> bool:
    mine, again = (PdfFileReader(BytesIO(data), strict=True) for data in (signed, redrawn))
    keys = ("/Pages", "/Outlines", "/Lang", "/PageMode")
    pairs: list[tuple[Any, Any]] = [
        (mine.root.raw_get(key), again.root.raw_get(key)) for key in keys if key in again.root
    ]
    if any((key in mine.root) != (key in again.root) for key in keys):
        return False
    seen: set[tuple[int, int]] = set()
    while pairs:
        left, right = pairs.pop()
        if isinstance(left, generic.IndirectObject) and isinstance(right, generic.IndirectObject):
            if (left.idnum, right.idnum) in seen:
                continue
            seen.add((left.idnum, right.idnum))
            left, right = _followed(left), _followed(right)
        inner = _inner(left, right)
        if inner is None:
            return False
        pairs += inner
    return True


def _followed(pointer: Any) -> Any:
    return pointer.get_object()


def _unpacked(thing: generic.DictionaryObject) -> bytes | None:
    """A stream's contents; None for a dictionary that is none."""
    return bytes(thing.data) if isinstance(thing, generic.StreamObject) else None


_PACKING = frozenset({"/Length", "/Filter", "/DecodeParms"})
_SIGNING = frozenset({"/Annots"})
"""What signing adds to the last page; `strict` has seen that it is the signature's own field."""


def _inner(left: Any, right: Any) -> list[tuple[Any, Any]] | None:
    """The pairs inside two objects that must match in their turn; None where the two differ."""
    if isinstance(left, generic.DictionaryObject) and isinstance(right, generic.DictionaryObject):
        if _unpacked(left) != _unpacked(right):
            return None
        left_keys, right_keys = (set(one) - _PACKING - _SIGNING for one in (left, right))
        if left_keys != right_keys:
            return None
        return [(left.raw_get(key), right.raw_get(key)) for key in left_keys]
    if isinstance(left, generic.ArrayObject) and isinstance(right, generic.ArrayObject):
        if len(left) != len(right):
            return None
        return [(left.raw_get(index), right.raw_get(index)) for index in range(len(left))]
    return [] if type(left) is type(right) and left == right else None
