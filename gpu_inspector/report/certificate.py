"""Certificates as bytes: read out of files, named, and put in the order in which each issued the one before.

What a file or a card calls a certificate is untrusted: nothing goes on from here that both libraries could not read.
"""

import base64
import binascii
import hashlib
import re
import warnings
from collections.abc import Iterable
from dataclasses import dataclass, field

from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.utils import CryptographyDeprecationWarning

from gpu_inspector.report.cms import MOST_CERTIFICATES, AnyKey

# Some old authorities have a serial number of zero; an inspector is not told about it by the library at the terminal.
warnings.filterwarnings("ignore", "Parsed a serial number", CryptographyDeprecationWarning)

UNREADABLE = (
    *(binascii.Error, ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError),
    *(UnsupportedAlgorithm, x509.DuplicateExtension, x509.UnsupportedGeneralNameType, x509.InvalidVersion),
)
"""What the two libraries raise on damaged certificates: each of these was seen on flipped bits or is documented."""

_CURVES = {"secp256r1": "P-256", "secp384r1": "P-384", "secp521r1": "P-521"}
_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----\s+([A-Za-z0-9+/=\s]+?)-----END CERTIFICATE-----")


@dataclass(frozen=True, slots=True)
class SigningIdentity:
    """A certificate (DER), the private key that belongs to it, and the certificates of its authorities.

    Each of `chain` (DER) issued the one before it; the last may be a root.
    """

    certificate: bytes
    key: AnyKey = field(repr=False)
    chain: tuple[bytes, ...] = ()

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate, 64 hexadecimal digits: what people compare over another channel."""
        return fingerprint_of(self.certificate)

    @property
    def name(self) -> str:
        """The certificate's subject in words; its common name where it has one."""
        return name_of(self.certificate)


def fingerprint_of(der: bytes) -> str:
    """SHA-256 of a certificate, 64 hexadecimal digits."""
    return hashlib.sha256(der).hexdigest()


def name_of(der: bytes) -> str:
    """What a certificate that was read by `certificates_in` calls its owner."""
    subject = asn1.Certificate.load(der).subject
    return str(subject.native.get("common_name", subject.human_friendly))


def certificates_in(data: bytes) -> tuple[bytes, ...]:
    """The certificates (DER) of a file in PEM or DER form; none where it is neither."""
    blocks = _PEM.findall(data)
    if not blocks:
        blocks = [base64.b64encode(data)]
    found = []
    for block in blocks:
        try:
            der = base64.b64decode(b"".join(block.split()), validate=True)
        except (binascii.Error, ValueError):
            continue
        if readable(der):
            found.append(der)
    return tuple(found)


def readable(der: bytes) -> bool:
    """Whether both libraries read the certificate and each field that is used later: they read lazily."""
    try:
        certificate = asn1.Certificate.load(der, strict=True)
        _ = (certificate.native, certificate.public_key.native, certificate.subject.human_friendly)
        again = x509.load_der_x509_certificate(der)
        _ = (again.public_key(), again.extensions, again.not_valid_before_utc, again.not_valid_after_utc)
    except UNREADABLE:
        return False
    return True


def pem_of(*certificates: bytes) -> bytes:
    """Certificates (DER) in PEM form, one after the other."""
    blocks = (base64.encodebytes(der).decode().replace("\n", "") for der in certificates)
    lines = ("\n".join(block[start : start + 64] for start in range(0, len(block), 64)) for block in blocks)
    return "".join(f"-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n" for text in lines).encode()


def chain_of(certificate: bytes, pool: Iterable[bytes]) -> tuple[bytes, ...]:
    """The authorities of a certificate (DER, all readable) among those that lie beside it, its issuer first.

    A self-signed one ends the chain. Certificates that belong to another are left out; where two would do, as with an
    authority that was certified anew, the one that is valid longest is taken.
    """
    left = {der: x509.load_der_x509_certificate(der) for der in pool if der != certificate}
    order = sorted(left, key=lambda der: left[der].not_valid_after_utc, reverse=True)
    chain: list[bytes] = []
    last = x509.load_der_x509_certificate(certificate)
    while len(chain) < MOST_CERTIFICATES and last.issuer != last.subject:
        issuer = next((der for der in order if der not in chain and issued_by(last, left[der])), None)
        if issuer is None:
            break
        chain.append(issuer)
        last = left[issuer]
    return tuple(chain)


def issued_by(certificate: x509.Certificate, authority: x509.Certificate) -> bool:
    """Whether the authority's key signed the certificate, which names it as its issuer."""
    try:
        certificate.verify_directly_issued_by(authority)
    except (InvalidSignature, ValueError, TypeError, UnsupportedAlgorithm):
        return False
    return True


def algorithm_of(der: bytes) -> str:
    """The kind and size of a certificate's key in words: "P-256", "RSA, 3072 bits"."""
    key = x509.load_der_x509_certificate(der).public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return f"RSA, {key.key_size} bits"
    if isinstance(key, ec.EllipticCurvePublicKey):
        return _CURVES.get(key.curve.name, key.curve.name)
    return type(key).__name__
