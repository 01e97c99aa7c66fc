"""Whether a certificate that the caller offered speaks for the signer of a report.

Two ways and no third: the offered certificate is the signer's own, byte for byte; or it is an authority's that
issued the signer's certificate directly, for signatures on documents, and both were valid when the report was
signed. No chain is built and no name is compared. Where a rule is in doubt the answer is no: the report stays
intact, and its signer unknown.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID, ObjectIdentifier

_PURPOSES = frozenset(
    {
        ExtendedKeyUsageOID.EMAIL_PROTECTION,
        ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,
        ObjectIdentifier("1.3.6.1.5.5.7.3.36"),  # document signing, RFC 9336
    }
)
_UNDERSTOOD = frozenset({ExtensionOID.BASIC_CONSTRAINTS, ExtensionOID.KEY_USAGE, ExtensionOID.EXTENDED_KEY_USAGE})
"""RFC 5280, 4.2: a certificate with any other critical extension must be refused by who does not apply it."""
_BROKEN = (hashes.MD5, hashes.SHA1)
"""Two certificates can be made to bear one signature over these."""


Kind = TypeVar("Kind", bound=x509.ExtensionType)


@dataclass(frozen=True, slots=True)
class Signer:
    """The certificate in the report (DER), and when the signer's clock said that it signed; None where unsaid."""

    certificate: bytes
    moment: datetime | None


def lifetime(certificate: bytes) -> tuple[datetime, datetime]:
    """First and last moment of a certificate (DER). Raises ValueError where it cannot be read."""
    parsed = x509.load_der_x509_certificate(certificate)
    return parsed.not_valid_before_utc, parsed.not_valid_after_utc


def speaks_for(offered: bytes, signer: Signer) -> bool:
    """Whether this offered certificate (DER) makes the signer known.

    May raise whatever cryptography raises on a certificate that it cannot read: ValueError, UnsupportedAlgorithm,
    DuplicateExtension and others; the caller stands behind the wall.
    """
    if signer.moment is None or not _valid_at(signer.certificate, signer.moment):
        return False
    if offered == signer.certificate:
        return True
    authority = x509.load_der_x509_certificate(offered)
    leaf = x509.load_der_x509_certificate(signer.certificate)
    return (
        _valid_at(offered, signer.moment)
        and _may_issue(authority)
        and _may_sign_documents(leaf)
        and _issued(leaf, authority)
    )


def _valid_at(certificate: bytes, moment: datetime) -> bool:
    begin, end = lifetime(certificate)
    return begin <= moment <= end


def _may_issue(authority: x509.Certificate) -> bool:
    constraints = _value(authority, x509.BasicConstraints)
    usage = _value(authority, x509.KeyUsage)
    return (
        _plain(authority)
        and constraints is not None
        and constraints.ca
        and (usage is None or usage.key_cert_sign)
        and _value(authority, x509.NameConstraints) is None
    )


def _may_sign_documents(leaf: x509.Certificate) -> bool:
    constraints = _value(leaf, x509.BasicConstraints)
    usage = _value(leaf, x509.KeyUsage)
    return (
        _plain(leaf)
        and (constraints is None or not constraints.ca)
        and usage is not None
        and (usage.digital_signature or usage.content_commitment)
    )


def _plain(certificate: x509.Certificate) -> bool:
    """Version 3, nothing critical that is not applied here, and not made for another purpose such as web servers."""
    purposes = _value(certificate, x509.ExtendedKeyUsage)
    return (
        certificate.version is x509.Version.v3
        and all(one.oid in _UNDERSTOOD for one in certificate.extensions if one.critical)
        and (purposes is None or not _PURPOSES.isdisjoint(purposes))
    )


def _issued(leaf: x509.Certificate, authority: x509.Certificate) -> bool:
    if isinstance(leaf.signature_hash_algorithm, _BROKEN):
        return False
    try:
        leaf.verify_directly_issued_by(authority)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


def _value(certificate: x509.Certificate, kind: type[Kind]) -> Kind | None:
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None
