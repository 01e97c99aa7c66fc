"""Whether a certificate that the caller offered speaks for a signer, directly or through authorities between them.

The offered certificate is the signer's own, byte for byte; or it is an authority's from which a chain of signatures
leads to the signer's, each link issued by an authority that may issue, all valid at the moment that counts. No name is
ever compared for trust. Where a rule is in doubt the answer is no: the report stays intact, and its signer unknown.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from functools import lru_cache
from typing import TypeVar

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID, ObjectIdentifier

from gpu_inspector.report.certificate import issued_by

MOST_LINKS = 5
"""Certificates between the signer's and the offered one, both counted."""
MOST_OTHERS = 100
"""Certificates of the file that a chain is looked for in."""
_DOCUMENTS = frozenset(
    {
        ExtendedKeyUsageOID.EMAIL_PROTECTION,
        ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,
        ObjectIdentifier("1.3.6.1.5.5.7.3.36"),  # document signing, RFC 9336
    }
)
_TIMES = frozenset({ExtendedKeyUsageOID.TIME_STAMPING})
_UNDERSTOOD = frozenset({ExtensionOID.BASIC_CONSTRAINTS, ExtensionOID.KEY_USAGE, ExtensionOID.EXTENDED_KEY_USAGE})
"""RFC 5280, 4.2: a certificate with any other critical extension must be refused by who does not apply it."""
BROKEN_HASHES = (hashes.MD5, hashes.SHA1)
"""Two certificates can be made to bear one signature over these."""

Kind = TypeVar("Kind", bound=x509.ExtensionType)


class Purpose(Enum):
    """What the last certificate of a chain signed."""

    DOCUMENT = "documents"
    TIME = "time stamps"


@dataclass(frozen=True, slots=True)
class Signer:
    """A certificate (DER), the moment at which it must have been valid (None where unsaid), and what it signed.

    `others` are certificates of the file itself: links of a chain, never its end.
    """

    certificate: bytes
    moment: datetime | None
    purpose: Purpose = Purpose.DOCUMENT
    others: tuple[bytes, ...] = ()


def lifetime(certificate: bytes) -> tuple[datetime, datetime]:
    """First and last moment of a certificate (DER). Raises ValueError where it cannot be read."""
    parsed = _loaded(certificate)
    return parsed.not_valid_before_utc, parsed.not_valid_after_utc


def chain_to(offered: bytes, signer: Signer) -> tuple[bytes, ...] | None:
    """The certificates from the signer's to the offered one (DER); None where that does not make the signer known.

    May raise whatever cryptography raises on a certificate that it cannot read: ValueError, UnsupportedAlgorithm,
    DuplicateExtension and others; the caller stands behind the wall.
    """
    if signer.moment is None or not _valid_at(signer.certificate, signer.moment):
        return None
    if offered == signer.certificate:
        return (offered,)
    leaf = _loaded(signer.certificate)
    if not (_valid_at(offered, signer.moment) and _may_sign(leaf, signer.purpose)):
        return None
    links = tuple(dict.fromkeys(one for one in signer.others if one not in (offered, signer.certificate)))
    return _onwards((signer.certificate,), offered, links[:MOST_OTHERS], signer, set())


def _onwards(
    chain: tuple[bytes, ...], offered: bytes, links: tuple[bytes, ...], signer: Signer, tried: set[tuple[bytes, int]]
) -> tuple[bytes, ...] | None:
    """One link more; `tried` are those that led nowhere at that length, or a file could make the search endless."""
    below = len(chain) - 1
    if _issued(chain[-1], offered, below, signer.purpose):
        return (*chain, offered)
    if len(chain) + 1 >= MOST_LINKS:
        return None
    for link in links:
        if link in chain or (link, below) in tried or not _valid_at(link, signer.moment):
            continue
        if _issued(chain[-1], link, below, signer.purpose):
            tried.add((link, below))
            found = _onwards((*chain, link), offered, links, signer, tried)
            if found is not None:
                return found
    return None


@lru_cache(maxsize=1024)
def _loaded(certificate: bytes) -> x509.Certificate:
    return x509.load_der_x509_certificate(certificate)


def _valid_at(certificate: bytes, moment: datetime | None) -> bool:
    begin, end = lifetime(certificate)
    return moment is not None and begin <= moment <= end


def _issued(certificate: bytes, issuer: bytes, below: int, purpose: Purpose) -> bool:
    """Whether this authority may issue, with so many authorities below it, and issued this certificate."""
    return _may_issue(_loaded(issuer), below, purpose) and issued(certificate, issuer)


def _may_issue(authority: x509.Certificate, below: int, purpose: Purpose) -> bool:
    constraints = _value(authority, x509.BasicConstraints)
    usage = _value(authority, x509.KeyUsage)
    return (
        _plain(authority, purpose)
        and constraints is not None
        and constraints.ca
        and (constraints.path_length is None or constraints.path_length >= below)
        and (usage is None or usage.key_cert_sign)
        and _value(authority, x509.NameConstraints) is None
    )


def _may_sign(leaf: x509.Certificate, purpose: Purpose) -> bool:
    constraints = _value(leaf, x509.BasicConstraints)
    usage = _value(leaf, x509.KeyUsage)
    purposes = _value(leaf, x509.ExtendedKeyUsage)
    allowed = usage is not None and (usage.digital_signature or usage.content_commitment)
    if purpose is Purpose.TIME:  # RFC 3161, 2.3: this purpose and no other
        allowed = (usage is None or allowed) and purposes is not None and set(purposes) == _TIMES
    return _plain(leaf, purpose) and (constraints is None or not constraints.ca) and allowed


def _plain(certificate: x509.Certificate, purpose: Purpose) -> bool:
    """Version 3, nothing critical that is not applied here, and not made for another purpose such as web servers."""
    purposes = _value(certificate, x509.ExtendedKeyUsage)
    fitting = _DOCUMENTS if purpose is Purpose.DOCUMENT else _TIMES | {ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE}
    return (
        certificate.version is x509.Version.v3
        and all(one.oid in _UNDERSTOOD for one in certificate.extensions if one.critical)
        and (purposes is None or not fitting.isdisjoint(purposes))
    )


@lru_cache(maxsize=16_384)
def issued(certificate: bytes, issuer: bytes) -> bool:
    """Whether the issuer's key signed this certificate (DER both), whatever it may do besides.

    Remembered: whoever fills a file with certificates that vouch for each other costs each pair once.
    """
    leaf = _loaded(certificate)
    return not isinstance(leaf.signature_hash_algorithm, BROKEN_HASHES) and issued_by(leaf, _loaded(issuer))


def _value(certificate: x509.Certificate, kind: type[Kind]) -> Kind | None:
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None
