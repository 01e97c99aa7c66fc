"""What proves that a certificate was not revoked: lists and answers, from files at hand and from the authority itself.

While a report is signed the network may be asked, at the addresses that the certificates name (RFC 5280, 4.2.1.13 and
4.2.2.1). Such an address is a stranger's word and so is what lies there: it is kept only where `proofs` takes it, the
same test that the examiner makes years later, signed by the right authority and fitting the time. What could not be had
is said in a sentence; it is never the end of a report.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID

from gpu_inspector.report.certificate import UNREADABLE, certificates_in, chain_of, name_of
from gpu_inspector.report.cms import MOST_CERTIFICATES
from gpu_inspector.report.fetching import Fetch, FetchError
from gpu_inspector.report.proofs import CLOCKS_APART, NONE, Proofs, Standing, standing

ASK = "application/ocsp-request"
MOST_ADDRESSES = 3
"""Addresses of one kind that one certificate may send us to."""


@dataclass(frozen=True, slots=True)
class Sources:
    """Where proofs and authorities' certificates come from: DER at hand, and the network where it may be asked."""

    certificates: tuple[bytes, ...] = ()
    proofs: Proofs = NONE
    fetch: Fetch | None = None


@dataclass(frozen=True, slots=True)
class Material:
    """What was found for one certificate: its authorities, the new proofs, and sentences on what is missing."""

    chain: tuple[bytes, ...] = ()
    proofs: Proofs = NONE
    remarks: tuple[str, ...] = ()
    revoked: str = ""
    """The sentence that says that the certificate itself, or an authority's, was revoked by then."""


def gathered(certificate: bytes, moment: datetime, held: Proofs, sources: Sources) -> Material:
    """Authorities and proofs for a certificate (DER) as of a moment (aware), beside the proofs that are `held` already.

    A self-signed certificate is a root: it needs none. Raises ValueError where the certificate itself cannot be read.
    """
    chain, remarks = _chain(certificate, sources)
    lists: list[bytes] = []
    answers: list[bytes] = []
    revoked = ""
    for one, issuer in zip((certificate, *chain), chain, strict=False):
        found = standing(one, issuer, moment, Proofs((*held.lists, *lists), (*held.answers, *answers)))
        if not found.known:
            found = Standing(False)
            trouble: list[str] = []
            for kind, data in _offers(one, issuer, sources, trouble):
                proof = Proofs((data,)) if kind == "list" else Proofs((), (data,))
                if not _issued_by_now(kind, data, moment):
                    continue
                found = standing(one, issuer, moment, proof)
                if found.known:
                    (lists if kind == "list" else answers).append(data)
                    break
        name = name_of(one)
        if found.since is not None:
            revoked = f"The certificate of {name} was revoked on {found.since:%Y-%m-%d %H:%M} UTC."
            remarks.append(revoked)
        elif not found.known:
            remarks.append(f"Nothing could be had that says whether the certificate of {name} was revoked.")
            remarks += trouble
    return Material(chain, Proofs(tuple(lists), tuple(answers)), tuple(dict.fromkeys(remarks)), revoked)


def _chain(certificate: bytes, sources: Sources) -> tuple[tuple[bytes, ...], list[str]]:
    """The authorities from those at hand; what is missing is asked for where the certificate says it lies."""
    pool = list(sources.certificates)
    remarks: list[str] = []
    while True:
        chain = chain_of(certificate, pool)
        last = x509.load_der_x509_certificate(chain[-1] if chain else certificate)
        if last.issuer == last.subject:
            return chain, remarks
        found = () if len(chain) + 1 >= MOST_CERTIFICATES else _issuer_of(last, sources.fetch, remarks)
        new = [one for one in found if one not in pool]
        pool += new
        if not new or len(chain_of(certificate, pool)) == len(chain):
            name = name_of(chain[-1] if chain else certificate)
            remarks.append(f"The certificate of the authority that issued {name} is not at hand.")
            return chain, remarks


def _issuer_of(certificate: x509.Certificate, fetch: Fetch | None, remarks: list[str]) -> tuple[bytes, ...]:
    if fetch is None:
        return ()
    for url in _access(certificate, AuthorityInformationAccessOID.CA_ISSUERS):
        data = _tried(partial(fetch, url, None, ""), remarks)
        if found := certificates_in(data):
            return found
    return ()


def _offers(certificate: bytes, issuer: bytes, sources: Sources, remarks: list[str]) -> Iterator[tuple[str, bytes]]:
    """Proofs that may do, the cheapest first: at hand, then the authority's answer, which is small, then its list."""
    yield from (("answer", one) for one in sources.proofs.answers)
    yield from (("list", one) for one in sources.proofs.lists)
    if sources.fetch is None:
        return
    leaf, authority = x509.load_der_x509_certificate(certificate), x509.load_der_x509_certificate(issuer)
    question = ocsp.OCSPRequestBuilder().add_certificate(leaf, authority, hashes.SHA1())  # noqa: S303 - RFC 5019, 2.1.1
    asked = question.build().public_bytes(serialization.Encoding.DER)
    for url in _access(leaf, AuthorityInformationAccessOID.OCSP):
        if data := _tried(partial(sources.fetch, url, asked, ASK), remarks):
            yield "answer", data
    for url in _points(leaf):
        if data := _tried(partial(sources.fetch, url, None, ""), remarks):
            yield "list", _unarmoured(data)


def _tried(fetch: Callable[[], bytes], remarks: list[str]) -> bytes:
    try:
        return fetch()
    except FetchError as error:
        remarks.append(str(error))
        return b""


def _issued_by_now(kind: str, data: bytes, moment: datetime) -> bool:
    """Not one that says of itself that it is still to come: some clock is wrong, and nobody knows whose."""
    try:
        if kind == "list":
            begin = x509.load_der_x509_crl(data).last_update_utc
        else:
            begin = min(one.this_update_utc for one in ocsp.load_der_ocsp_response(data).responses)
    except UNREADABLE:
        return False
    return begin.astimezone(UTC) <= moment + CLOCKS_APART


def _unarmoured(data: bytes) -> bytes:
    """DER, also where an authority serves its list as text."""
    try:
        return x509.load_pem_x509_crl(data).public_bytes(serialization.Encoding.DER)
    except UNREADABLE:
        return data


def _access(certificate: x509.Certificate, kind: x509.ObjectIdentifier) -> list[str]:
    try:
        described = certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    except (x509.ExtensionNotFound, *UNREADABLE):
        return []
    names = (one.access_location for one in described if one.access_method == kind)
    return _addresses(name for name in names if isinstance(name, x509.UniformResourceIdentifier))


def _points(certificate: x509.Certificate) -> list[str]:
    try:
        points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except (x509.ExtensionNotFound, *UNREADABLE):
        return []
    names = (name for point in points if point.reasons is None for name in point.full_name or ())
    return _addresses(name for name in names if isinstance(name, x509.UniformResourceIdentifier))


def _addresses(names: Iterator[x509.UniformResourceIdentifier]) -> list[str]:
    """Those that can be asked here; LDAP and the like are passed over without a word."""
    return [name.value for name in names if name.value.startswith(("http://", "https://"))][:MOST_ADDRESSES]
