"""Was a certificate revoked at some moment? Answered from lists and OCSP answers that lie in the file.

Only a revocation list signed by the certificate's own issuer counts, and only an OCSP answer signed by the issuer or
by a responder that the issuer named for it (RFC 6960, 4.2.2.2). A list for some of the certificates, or one that only
tells of changes, clears nobody. What nothing speaks of is unknown, and is said to be so.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from gpu_inspector.report import revoked
from gpu_inspector.report.certificate import UNREADABLE, issued_by

CLOCKS_APART = timedelta(minutes=10)
"""How far the clocks of a bench, an authority and a time-stamp service may be apart."""
LONGEST_ANSWER = timedelta(days=1)
"""How long an OCSP answer that names no end speaks."""


@dataclass(frozen=True, slots=True)
class Proofs:
    """What the file holds on revocation, DER each."""

    lists: tuple[bytes, ...] = ()
    answers: tuple[bytes, ...] = ()


NONE = Proofs()


@dataclass(frozen=True, slots=True)
class Standing:
    """`known` where anything that counts speaks of it at the moment; `since` where it was revoked by then."""

    known: bool
    since: datetime | None = None


def standing(certificate: bytes, issuer: bytes, moment: datetime, proofs: Proofs) -> Standing:
    """Whether `certificate`, issued by `issuer` (DER both), was revoked at `moment`.

    Raises ValueError where one of them is no certificate. A revocation that any proof tells holds against every other.
    """
    leaf, authority = x509.load_der_x509_certificate(certificate), x509.load_der_x509_certificate(issuer)
    said = [*_by_lists(leaf, authority, moment, proofs.lists), *_by_answers(leaf, authority, moment, proofs.answers)]
    by_then = [since for since in said if since is not None and since <= moment]
    return Standing(bool(said), min(by_then, default=None))


def _by_lists(
    leaf: x509.Certificate, authority: x509.Certificate, moment: datetime, lists: tuple[bytes, ...]
) -> Iterator[datetime | None]:
    """When each list that counts says that it was revoked; None where it clears it at the moment."""
    for one in revoked.readable(lists):
        try:
            if one.issuer != leaf.issuer or not revoked.signed(one, authority):
                continue
            entry = one.get_revoked_certificate_by_serial_number(leaf.serial_number)
            until = one.next_update_utc
            if entry is not None and revoked.counts(entry):
                yield entry.revocation_date_utc
            elif entry is None and revoked.covers(one, leaf) and until is not None and moment <= until + CLOCKS_APART:
                yield None
        except UNREADABLE:
            continue


def _by_answers(
    leaf: x509.Certificate, authority: x509.Certificate, moment: datetime, answers: tuple[bytes, ...]
) -> Iterator[datetime | None]:
    for der in answers:
        try:
            response = ocsp.load_der_ocsp_response(der)
            if response.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL or not _signed(response, authority):
                continue
            for one in response.responses:
                if one.serial_number != leaf.serial_number or not _same_issuer(one, authority):
                    continue
                until = one.next_update_utc or one.this_update_utc + LONGEST_ANSWER
                if one.certificate_status is ocsp.OCSPCertStatus.REVOKED:
                    yield one.revocation_time_utc
                elif one.certificate_status is ocsp.OCSPCertStatus.GOOD and moment <= until + CLOCKS_APART:
                    yield None
        except UNREADABLE:
            continue


def _same_issuer(one: ocsp.OCSPSingleResponse, authority: x509.Certificate) -> bool:
    """The issuer's key in the answer is this authority's: the digest over its key, as RFC 6960 makes it."""
    again = ocsp.OCSPRequestBuilder().add_certificate(authority, authority, one.hash_algorithm).build()
    return one.issuer_key_hash == again.issuer_key_hash


def _signed(response: ocsp.OCSPResponse, authority: x509.Certificate) -> bool:
    """By the authority itself, or by a responder with a certificate of the authority for that purpose."""
    signers = [authority, *(one for one in response.certificates if _named(one, authority))]
    return any(_verifies(response, one) for one in signers)


def _named(responder: x509.Certificate, authority: x509.Certificate) -> bool:
    try:
        purposes = responder.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except (x509.ExtensionNotFound, *UNREADABLE):
        return False
    return ExtendedKeyUsageOID.OCSP_SIGNING in purposes and issued_by(responder, authority)


def _verifies(response: ocsp.OCSPResponse, signer: x509.Certificate) -> bool:
    key, digest = signer.public_key(), response.signature_hash_algorithm
    if digest is None:
        return False
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(response.signature, response.tbs_response_bytes, padding.PKCS1v15(), digest)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(response.signature, response.tbs_response_bytes, ec.ECDSA(digest))
        else:
            return False
    except InvalidSignature:
        return False
    return True
