"""A signed report outlives its signer's certificate: one more revision with a time stamp, and with what proves it.

A signature is worth what is known about its certificate at the time. Later, when the certificate has run out or was
revoked, somebody else must have said that the signature stood there before (a document time stamp, RFC 3161 in
ETSI EN 319 142-1), and what was known then must be at hand (certificates, revocation lists, OCSP answers: the document
security store, DSS). Both go into one update, the store first, so that the stamp covers it. PAdES calls it B-LTA where
nothing is missing; where something is, the file is at B-T, whatever the store holds. Before the service's own
certificate runs out, the same is done again.

Every byte that was there stays. pyHanko writes the update; the token comes in the form of `timestamp.normalised`.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from io import BytesIO

from gpu_inspector.errors import ReportError, TimeStampError
from gpu_inspector.report import cms, timestamp
from gpu_inspector.report.certificate import UNREADABLE, chain_of, name_of, readable
from gpu_inspector.report.proofs import Proofs
from gpu_inspector.report.revocation import Sources, gathered
from gpu_inspector.report.signature import TIME_FIELD, _Writer
from gpu_inspector.report.standing import Held, complete
from gpu_inspector.report.trust import lifetime
from gpu_inspector.report.tsa import Stamp, TimeStamp

# Behind `signature`, which sees to it that pyHanko's packages are loaded in part only.
from pyhanko.pdf_utils import generic  # noqa: TID251  isort:skip
from pyhanko.pdf_utils.misc import PdfError  # noqa: TID251  isort:skip
from pyhanko.sign.fields import SigFieldSpec, enumerate_sig_fields  # noqa: TID251  isort:skip
from pyhanko.sign.general import SigningError  # noqa: TID251  isort:skip
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup  # noqa: TID251  isort:skip
from pyhanko.sign.signers.pdf_byterange import DocumentTimestamp  # noqa: TID251  isort:skip

MOST_SERVICES = 4
"""Certificates that one service may answer with in turn before it is given up."""
NOWHERE = Sources()
"""Nothing at hand, and no network: only what the file itself holds."""
_LISTS = ("/Certs", "/CRLs", "/OCSPs")


@dataclass(frozen=True, slots=True)
class Upgrade:
    """The report with one more time stamp."""

    pdf: bytes
    level: str
    """PAdES level of the file as a whole: "B-T" or "B-LTA"."""
    at: datetime
    """The time stamp's time, by the service's clock; aware, in UTC."""
    remarks: tuple[str, ...] = ()
    """What could not be had, and what else a person should know, in sentences."""


@dataclass(frozen=True, slots=True)
class _Sealed:
    """One signature or time stamp that is in the file already."""

    certificate: bytes
    chain: tuple[bytes, ...]
    end: int
    """Bytes of the file that it closes."""
    at: datetime | None = None
    """Of a time stamp: its time."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """What goes into the update beside the time stamp, for one service's certificate."""

    service: bytes
    certificates: tuple[bytes, ...]
    proofs: Proofs
    held: Held
    """All that the file will hold then."""
    remarks: tuple[str, ...]


def upgraded(pdf: bytes, stamp: Stamp, now: datetime, sources: Sources = NOWHERE) -> Upgrade:
    """The report with the security store brought up to `now`, and a time stamp over all of it.

    `pdf` must be an intact report: it is not examined here. `stamp` is asked twice, the first time to learn whose
    certificate the service signs with, so that what proves it can stand before the stamp. Raises TimeStampError where
    there is no stamp to be had, ReportError where the file cannot be extended; then nothing is lost but the attempt.
    """
    try:
        sealed = _sealed(pdf)
        first = stamp(os.urandom(32))
        for _attempt in range(MOST_SERVICES):
            plan = _planned(pdf, sealed, first, now, sources)
            done, second = _stamped(pdf, plan, stamp, len([one for one in sealed if one.at is not None]) + 1)
            if second.certificates[0] == plan.service:
                return _told(done, sealed, plan, second)
            first = second  # a service of several machines: prepare for the one that answered now
    except (PdfError, SigningError, *UNREADABLE) as error:
        raise ReportError(f"The report could not be stamped ({error}).") from error
    raise TimeStampError(
        "The time-stamp service signs each time with another certificate.", "Choose another service in the settings."
    )


def _sealed(pdf: bytes) -> list[_Sealed]:
    """In the order in which they closed the file."""
    found = []
    writer = _Writer(BytesIO(pdf))
    for _name, _value, reference in enumerate_sig_fields(writer, filled_status=True):
        held = reference.get_object()["/V"]
        end = int(held["/ByteRange"][2]) + int(held["/ByteRange"][3])
        contents = bytes(held.raw_get("/Contents"))
        envelope = contents[: 4 + int.from_bytes(contents[2:4], "big")]
        if held.get("/Type", "") == "/DocTimeStamp":
            token = timestamp.parts(envelope)
            found.append(_Sealed(token.certificate, (), end, token.gen_time))
        else:
            certificate, chain, _signature = cms.parts(envelope)
            found.append(_Sealed(certificate, chain, end))
    if not found or any(one.at is not None for one in found[:1]):
        raise ReportError("The file is no signed report.", "Only a report that this program signed can be stamped.")
    return sorted(found, key=lambda one: one.end)


def _planned(pdf: bytes, sealed: list[_Sealed], first: TimeStamp, now: datetime, sources: Sources) -> _Plan:
    """Gather for every signer and every service of the file what is still missing, and for the new service."""
    service = first.certificates[0]
    inside = tuple(dict.fromkeys(one for seal in sealed for one in (seal.certificate, *seal.chain)))
    stored = _stored(_Writer(BytesIO(pdf)))
    stored_certificates = (one for one in stored[0].values() if readable(one))
    there = Held((*inside, *stored_certificates), Proofs(tuple(stored[1].values()), tuple(stored[2].values())))
    pool = (*there.certificates, *sources.certificates, *(one for one in first.certificates if readable(one)))
    sources = replace(sources, certificates=tuple(dict.fromkeys(pool)))
    held = there
    remarks: list[str] = []
    moments = [(one.certificate, one.at or _first_stamp(one, sealed) or now) for one in sealed]
    for certificate, moment in dict.fromkeys((*moments, (service, now))):
        if certificate != service and complete(certificate, moment, held):
            continue
        found = gathered(certificate, max(moment, now), held.proofs, sources)
        if found.revoked and certificate == service:
            raise TimeStampError(
                f"The time-stamp service cannot be relied on. {found.revoked}", "Choose another service."
            )
        remarks += found.remarks
        proofs = Proofs(_more(held.proofs.lists, found.proofs.lists), _more(held.proofs.answers, found.proofs.answers))
        held = Held(_more(held.certificates, (certificate, *found.chain)), proofs)
    # Each path's authorities are stored although an envelope may hold them: other readers look for them here alone.
    ends = (*(one.certificate for one in sealed), service)
    authorities = _more((), (one for end in ends for one in chain_of(end, held.certificates)))
    return _Plan(
        service=service,
        certificates=tuple(one for one in authorities if one not in stored[0].values()),
        proofs=Proofs(
            tuple(one for one in held.proofs.lists if one not in there.proofs.lists),
            tuple(one for one in held.proofs.answers if one not in there.proofs.answers),
        ),
        held=held,
        remarks=tuple(dict.fromkeys(remarks)),
    )


def _first_stamp(one: _Sealed, sealed: list[_Sealed]) -> datetime | None:
    """When the first time stamp behind a signature proves it; None where there is none yet."""
    return next((other.at for other in sealed if other.at is not None and other.end > one.end), None)


def _more(held: tuple[bytes, ...], new: Iterable[bytes]) -> tuple[bytes, ...]:
    return tuple(dict.fromkeys((*held, *new)))


def _stored(writer: _Writer) -> tuple[dict[generic.IndirectObject, bytes], ...]:
    """Reference and contents (DER) of each certificate, list and answer in the security store."""
    if "/DSS" not in writer.root:
        return {}, {}, {}
    held = writer.root["/DSS"]
    return tuple(
        {one: bytes(one.get_object().data) for one in _references(held[name])} if name in held else {}  # type: ignore[no-untyped-call]
        for name in _LISTS
    )


def _references(array: generic.ArrayObject) -> list[generic.IndirectObject]:
    return [array.raw_get(index) for index in range(len(array))]


def _stamped(pdf: bytes, plan: _Plan, stamp: Stamp, number: int) -> tuple[bytes, TimeStamp]:
    """Write the store, let pyHanko write field and dictionary, have the digest stamped."""
    writer = _Writer(BytesIO(pdf))
    _store(writer, plan)
    name = f"{TIME_FIELD}{number}"
    steps = PdfCMSEmbedder(new_field_spec=SigFieldSpec(name, on_page=-1)).write_cms(name, writer)
    next(steps)
    steps.send(SigObjSetup(sig_placeholder=DocumentTimestamp(bytes_reserved=2 * timestamp.LARGEST)))  # type: ignore[no-untyped-call]
    prepared, output = steps.send(SigIOSetup(md_algorithm="sha256"))
    answer = stamp(prepared.document_digest)
    steps.send(answer.token)
    return output.getvalue(), answer


def _store(writer: _Writer, plan: _Plan) -> None:
    """Put what is new behind what the store has. Streams are DER as it is: packed, it could be read in two ways."""
    new = (plan.certificates, plan.proofs.lists, plan.proofs.answers)
    if not any(new):
        return
    old = [list(found) for found in _stored(writer)]
    held = generic.DictionaryObject({generic.pdf_name("/Type"): generic.pdf_name("/DSS")})  # type: ignore[no-untyped-call]
    for name, there, more in zip(_LISTS, old, new, strict=True):
        added = [writer.add_object(generic.StreamObject(stream_data=one)) for one in more]
        if there or added:
            held[generic.pdf_name(name)] = generic.ArrayObject([*there, *added])
    if "/DSS" in writer.root:
        store = writer.root["/DSS"]
        store.clear()
        store.update(held)
        writer.update_container(store)
    else:
        writer.root[generic.pdf_name("/DSS")] = writer.add_object(held)
        writer.update_root()  # type: ignore[no-untyped-call]


def _told(pdf: bytes, sealed: list[_Sealed], plan: _Plan, stamped: TimeStamp) -> Upgrade:
    """The level that the whole file has now: the lowest of its signatures and stamps."""
    held = Held(_more(plan.held.certificates, (plan.service,)), plan.held.proofs)
    moments = [(one.certificate, one.at or _first_stamp(one, sealed) or stamped.at) for one in sealed]
    moments.append((plan.service, stamped.at))
    whole = all(complete(certificate, moment, held) for certificate, moment in moments)
    late = [
        f"The certificate of {name_of(certificate)} ran out on {end:%Y-%m-%d}, before the first time stamp behind its"
        " signature: nothing proves that it signed in time."
        for certificate, moment in moments
        if (end := lifetime(certificate)[1]) < moment
    ]
    remarks = (*plan.remarks, *late, *((stamped.remark,) if stamped.remark else ()))
    return Upgrade(pdf, "B-LTA" if whole else "B-T", stamped.at, tuple(dict.fromkeys(remarks)))
