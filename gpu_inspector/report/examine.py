"""Is this file a report that this program signed, unchanged; who signed it; and what is attached?

Three questions with three answers: *intact* (not one byte differs from what was signed, and nothing is in the file
that a report has not), *ours* (it has the one shape of a report), *trusted* (the signer's certificate is one that
the caller offered, or leads to one). Nothing else is ever trusted, and no name is ever compared. Time stamps and a
countersignature may follow the report's own signature; each has its own trust.

Two readers must agree: our own strict one and pyHanko. A foreign file may be anything, so this module is a wall:
whatever breaks while reading is an answer, "altered or unreadable", and never an exception.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from io import BytesIO
from typing import TypeVar

from asn1crypto import x509 as asn1

from gpu_inspector.language import N_
from gpu_inspector.report.deferred import postpone
from gpu_inspector.report.layout import PAPER
from gpu_inspector.report.proofs import Proofs
from gpu_inspector.report.seen import Examination, Kind, Seal

# Nothing is fetched while a file is looked at: the heads of these would load a web client.
postpone("pyhanko_certvalidator", "pyhanko.sign", "pyhanko.sign.signers")

from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: E402, TID251
from pyhanko.sign.diff_analysis import ModificationLevel  # noqa: E402, TID251
from pyhanko.sign.validation import validate_pdf_signature  # noqa: E402, TID251
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature  # noqa: E402, TID251
from pyhanko.sign.validation.status import SignatureCoverageLevel  # noqa: E402, TID251
from pyhanko_certvalidator import ValidationContext  # noqa: E402

from gpu_inspector.report import (  # noqa: E402
    additions,
    attached,
    matching,
    reading,
    standing,
    strict,
    timestamp,
    updates,
)
from gpu_inspector.report.signature import BATCH_NAME, FIELD, LEDGER_NAME, LOT_NAME, RECORD_NAME  # noqa: E402
from gpu_inspector.report.standing import Held, Offered  # noqa: E402

LARGEST = 512 * 1024 * 1024
"""Bytes; a report with a case full of photographs has some tens of megabytes."""
_ALLOWED = (ModificationLevel.NONE, ModificationLevel.LTA_UPDATES, ModificationLevel.FORM_FILLING)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Found:
    """One signature with what its envelope holds: the certificate (DER), those of its authorities, the proven time."""

    embedded: EmbeddedPdfSignature
    kind: Kind
    certificate: bytes
    chain: tuple[bytes, ...] = ()
    stamped_at: datetime | None = None
    reason: str = ""
    location: str = ""


def examine(data: bytes, trust: tuple[bytes, ...] = (), at: datetime | None = None) -> Examination:
    """Look at any bytes. `trust` are certificate files in PEM or DER form; `at` stands for today. Never raises."""
    return _behind_the_wall(
        lambda: _look(data, trust, at or datetime.now(UTC)),
        lambda error: _refused(N_(f"The file is altered or unreadable ({_brief(error)}).")),
    )


def pages_match(signed: bytes, redrawn: bytes) -> bool:
    """Whether the signed file shows exactly the pages that were drawn again from its record. Never raises.

    The document's information (title, author) belongs to them; the rules are those of `matching`.
    """
    return _behind_the_wall(lambda: matching.same(_opened(signed), _opened(redrawn)), lambda _error: False)


def printed(data: bytes) -> str:
    """The text of the pages, as `reading.printed` reads it; "" where it cannot. Never raises."""
    return _behind_the_wall(lambda: reading.printed(_opened(data)), lambda _error: "")


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


def _look(data: bytes, trust: tuple[bytes, ...], today: datetime) -> Examination:
    if not data:
        return _refused(N_("The file is empty."))
    if len(data) > LARGEST:
        return _refused(N_(f"The file has {len(data):,} bytes, more than any report can have."))
    if not data.startswith(b"%PDF-"):
        return _refused(N_("This is no PDF file, so no report."))
    reader = _opened(data)
    embedded = list(reader.embedded_signatures)
    if not embedded:
        return _refused(N_("The file is not signed."))
    ours = embedded[0].field_name == FIELD
    try:
        ends = strict.ends(data, [list(one.byte_range) for one in embedded])
        first = data[: ends[0]]
        before = _opened(first) if ends[0] != len(data) else reader
        report = next(iter(before.embedded_signatures))
        found = [_of_report(first, report), *(_behind(data[:end], one) for end, one in _pairs(ends, embedded))]
        problems = [*strict.structure(before, report), *updates.problems(data, ends), *_second_opinion(embedded, found)]
        files = attached.attachments(before)
    except strict.Altered as altered:
        return Examination(problems=(str(altered),), ours=ours)
    known = replace(_known(before, found[0]), ours=ours, signed_bytes=ends[0])
    if problems:
        return replace(known, problems=tuple(dict.fromkeys(problems)))
    held = _held(found, updates.store_of(reader))
    seals = _seals(found, held, standing.offered_in(trust), today)
    return replace(
        known,
        intact=True,
        trusted=seals[0].trusted,
        seals=seals,
        remarks=seals[0].remarks,
        level=_level(found, held),
        record=files.pop(RECORD_NAME, None),
        entry=files.pop(LEDGER_NAME, None),
        lot=files.pop(LOT_NAME, None),
        batch=files.pop(BATCH_NAME, None),
        attached=files,
    )


def _pairs(ends: list[int], embedded: list[EmbeddedPdfSignature]) -> Iterator[tuple[int, EmbeddedPdfSignature]]:
    return zip(ends[1:], embedded[1:], strict=True)


def _of_report(data: bytes, signature: EmbeddedPdfSignature) -> _Found:
    certificate, chain = strict.signer_of(data, [int(number) for number in signature.byte_range])
    reason, location = strict.texts(signature)
    return _Found(signature, Kind.REPORT, certificate, chain, None, reason, location)


def _behind(data: bytes, signature: EmbeddedPdfSignature) -> _Found:
    """A time stamp or countersignature that closes the file as it was with it."""
    numbers = [int(number) for number in signature.byte_range]
    if not updates.is_stamp(signature):
        return replace(_of_report(data, signature), kind=Kind.COUNTERSIGNATURE)
    token, digest = strict.envelope_in(data, numbers)
    if timestamp.normalised(token) != token:
        raise strict.Altered("A time stamp holds bytes that no signature covers.")
    try:
        timestamp.verify_token(token, digest)
    except ValueError as error:
        raise strict.Altered(f"A time stamp is not of the bytes before it, or was changed ({error}).") from error
    parts = timestamp.parts(token)
    return _Found(signature, Kind.TIME_STAMP, parts.certificate, (), parts.gen_time)


def _known(reader: PdfFileReader, found: _Found) -> Examination:
    """What the file says of its signer, its time and its paper."""
    kids = strict.items(reader.root["/Pages"]["/Kids"])
    sides = [float(side) for side in strict.items(kids[0]["/MediaBox"])[2:]]
    letter = all(abs(side - paper) < 1 for side, paper in zip(sides, PAPER["letter"], strict=True))
    parsed = asn1.Certificate.load(found.certificate)
    return Examination(
        signer=str(parsed.subject.human_friendly),
        fingerprint=parsed.sha256.hex(),
        signed_at=_time(found),
        page="letter" if letter else "a4",
        language=str(reader.root.get("/Lang", ""))[:40],
        pages=len(kids),
        reason=found.reason,
        location=found.location,
    )


def _time(found: _Found) -> str:
    moment = found.stamped_at or found.embedded.self_reported_timestamp
    return moment.astimezone(UTC).isoformat() if moment is not None else ""


def _second_opinion(embedded: list[EmbeddedPdfSignature], found: list[_Found]) -> Iterator[str]:
    """pyHanko's answer, which knows nothing of our strict layer; trust is not asked of it."""
    for one, ours in zip(embedded, found, strict=True):
        if ours.kind is Kind.TIME_STAMP:  # `timestamp` verified it; pyHanko's word on the others covers its update
            continue
        context = ValidationContext(trust_roots=[asn1.Certificate.load(ours.certificate)], allow_fetching=False)
        status = validate_pdf_signature(one, signer_validation_context=context)
        if not (status.intact and status.valid):
            yield "The signed bytes were changed."
        last = one is embedded[-1]
        if status.coverage is not (
            SignatureCoverageLevel.ENTIRE_FILE if last else SignatureCoverageLevel.ENTIRE_REVISION
        ):
            yield "The signature does not cover the whole file."
        if not status.docmdp_ok or status.modification_level not in (_ALLOWED if not last else _ALLOWED[:1]):
            yield "The file was changed after it was signed."


def _held(found: list[_Found], store: updates.Store) -> Held:
    bundled = tuple(certificate for one in found for certificate in (one.certificate, *one.chain))
    return Held((*bundled, *store.certificates), Proofs(store.lists, store.answers))


def _level(found: list[_Found], held: Held) -> str:
    """What the file holds for a later reader, by ETSI EN 319 142-1; whom that reader believes is another question.

    The lowest of all signatures and stamps; a countersignature without a stamp behind it is left to its own words.
    """
    if not any(one.stamped_at for one in found):
        return "B-B"
    needed: list[tuple[bytes, datetime]] = []
    behind: datetime | None = None
    for one in reversed(found):
        behind = one.stamped_at or behind
        if behind is not None:
            needed.append((one.certificate, one.stamped_at or behind))
    return "B-LTA" if all(standing.complete(one, moment, held) for one, moment in needed) else "B-T"


def _seals(found: list[_Found], held: Held, offered: Offered, today: datetime) -> tuple[Seal, ...]:
    """Each signature with its own trust, the newest time stamp judged today, and so back to the report's own."""
    proven: datetime | None = None
    day = today
    seals: list[Seal] = []
    for one in reversed(found):
        if one.stamped_at is not None:
            answer = standing.stamp(one.certificate, day, offered, held)
            if answer.trusted:
                proven = day = one.stamped_at
        else:
            claimed = one.embedded.self_reported_timestamp
            answer = standing.signer(one.certificate, claimed, proven, today, offered, held)
        seals.append(_seal(one, answer))
    return tuple(reversed(seals))


def _seal(one: _Found, answer: standing.Answer) -> Seal:
    parsed = asn1.Certificate.load(one.certificate)
    return Seal(
        kind=one.kind,
        signer=str(parsed.subject.human_friendly),
        fingerprint=parsed.sha256.hex(),
        at=_time(one),
        trusted=answer.trusted,
        remarks=answer.remarks,
        reason=one.reason,
        location=one.location,
    )
