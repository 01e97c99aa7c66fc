"""The signature's own envelope (CMS, RFC 5652), made from three parts and nothing else: one text for both sides.

The signer makes it with `assemble`; the examiner makes it again from the certificate, the digest and the signature
value that it found, and compares bytes. So no byte of the envelope can differ from what this program writes,
not even those that no signature covers (the set of digest algorithms, a parameter, an unsigned attribute, a
second certificate).

A signer whose certificate an authority issued brings the authorities' certificates along. The set of certificates in an
envelope is covered by no signature, so the signed attribute that binds the signer's certificate (ESS, RFC 5035, which
allows a list) names the digest of each of them.

The signed attributes are those of PAdES B-B (ETSI EN 319 142-1, table 1): content type, message digest and the
ESS signing certificate v2, which binds the certificate; and RFC 6211's protection of the algorithms. The time of
signing stands in the PDF's signature dictionary, as PAdES wants it.
"""

import hashlib
from functools import lru_cache
from typing import Protocol

from asn1crypto import algos, cms, core, tsp, x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

SigningKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

MOST_CERTIFICATES = 6
"""The signer's and its authorities' in one envelope."""


class HeldKey(Protocol):
    """A private key that never leaves its card."""

    def sign_bytes(self, data: bytes) -> bytes:
        """The signature over `data` with SHA-256: PKCS#1 v1.5 of an RSA key, DER of an ECDSA key."""


AnyKey = SigningKey | HeldKey

_LARGEST_ECDSA = 2 * 66 + 9
"""Bytes of the largest signature of an elliptic curve in use (P-521) with its DER frame."""


def sign(certificate: bytes, key: AnyKey, digest: bytes, chain: tuple[bytes, ...] = ()) -> bytes:
    """The envelope over a SHA-256 digest of the signed bytes.

    `certificate` is DER and belongs to the key; `chain` are those of its authorities, each the issuer of the one
    before.
    """
    parsed = x509.Certificate.load(certificate)
    return assemble(certificate, digest, value_of(parsed, key, _attributes(certificate, digest, chain)), chain)


def value_of(certificate: x509.Certificate, key: AnyKey, data: bytes) -> bytes:
    """The signature value over `data`, in the one form that is accepted."""
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(data, padding.PKCS1v15(), hashes.SHA256())
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return lowest(key.sign(data, ec.ECDSA(hashes.SHA256())), key.curve)
    value = key.sign_bytes(data)
    public = serialization.load_der_public_key(certificate.public_key.dump())
    return lowest(value, public.curve) if isinstance(public, ec.EllipticCurvePublicKey) else value


def assemble(certificate: bytes, digest: bytes, value: bytes, chain: tuple[bytes, ...] = ()) -> bytes:
    """The envelope's DER from the certificates (DER), the SHA-256 digest and the signature value.

    Raises ValueError where a certificate is none, or the signer's key neither RSA nor of an elliptic curve.
    """
    parsed = x509.Certificate.load(certificate)
    sha256 = {"algorithm": "sha256"}
    signer = cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier(
                "issuer_and_serial_number",
                cms.IssuerAndSerialNumber({"issuer": parsed.issuer, "serial_number": parsed.serial_number}),
            ),
            "digest_algorithm": algos.DigestAlgorithm(sha256),
            "signed_attrs": cms.CMSAttributes.load(_attributes(certificate, digest, chain)),
            "signature_algorithm": _algorithm(parsed),
            "signature": value,
        }
    )
    content = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": cms.DigestAlgorithms((algos.DigestAlgorithm(sha256),)),
            "encap_content_info": {"content_type": "data"},
            "certificates": [parsed, *(x509.Certificate.load(one) for one in chain)],
            "signer_infos": [signer],
        }
    )
    whole: bytes = cms.ContentInfo({"content_type": "signed_data", "content": content}).dump()
    return whole


@lru_cache(maxsize=64)
def largest(certificate: bytes, chain: tuple[bytes, ...] = ()) -> int:
    """Bytes that the envelope of this signer needs at most."""
    key = x509.Certificate.load(certificate).public_key
    room = key.byte_size if key.algorithm == "rsa" else _LARGEST_ECDSA
    return len(assemble(certificate, bytes(32), bytes(room), chain))


def parts(envelope: bytes) -> tuple[bytes, tuple[bytes, ...], bytes]:
    """The signer's certificate (DER), those of its authorities, and the signature value of an envelope.

    Who is who tells the signed list of digests. Raises ValueError, or whatever asn1crypto raises, where it is not such
    an envelope: the reader of foreign files stands behind a wall.
    """
    info = cms.ContentInfo.load(envelope, strict=True)
    if info["content_type"].native != "signed_data":
        raise ValueError("the signature's envelope holds no signed data")
    signed = info["content"]
    if not 0 < len(signed["certificates"]) <= MOST_CERTIFICATES or len(signed["signer_infos"]) != 1:
        raise ValueError("the signature's envelope holds no certificate, too many, or more or less than one signer")
    found = {hashlib.sha256(der).digest(): der for one in signed["certificates"] if (der := one.chosen.dump())}
    named = [one["cert_hash"].native for one in _bound_certificates(signed["signer_infos"][0])]
    if set(named) != set(found) or len(named) != len(signed["certificates"]):
        raise ValueError("the certificates of the signature's envelope are not those that it was signed with")
    ordered = tuple(found[digest] for digest in named)
    return ordered[0], ordered[1:], signed["signer_infos"][0]["signature"].native


def _bound_certificates(signer: cms.SignerInfo) -> list[tsp.ESSCertIDv2]:
    for attribute in signer["signed_attrs"]:
        if attribute["type"].native == "signing_certificate_v2":
            return list(attribute["values"][0]["certs"])
    raise ValueError("the signature binds no certificate")


def signature_fits(certificate: bytes, digest: bytes, value: bytes, chain: tuple[bytes, ...] = ()) -> bool:
    """Whether the value is the certificate's key's signature over the attributes that carry this digest."""
    parsed = x509.Certificate.load(certificate)
    signed = _attributes(certificate, digest, chain)
    key = serialization.load_der_public_key(parsed.public_key.dump())
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(value, signed, padding.PKCS1v15(), hashes.SHA256())
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(value, signed, ec.ECDSA(hashes.SHA256()))
            return lowest(value, key.curve) == value
        else:
            return False
    except InvalidSignature:
        return False
    return True


def lowest(value: bytes, curve: ec.EllipticCurve) -> bytes:
    """The one accepted form of an ECDSA signature: strict DER, s in the lower half of the curve's order.

    Whoever holds (r, s) can write (r, order - s), which verifies as well; without one form, bytes of the file
    could be changed by anybody. Raises ValueError where the value is no ECDSA signature.
    """
    r, s = decode_dss_signature(value)
    return encode_dss_signature(r, min(s, curve.group_order - s))


def _algorithm(certificate: x509.Certificate) -> algos.SignedDigestAlgorithm:
    kind = certificate.public_key.algorithm
    if kind not in ("rsa", "ec"):
        raise ValueError(f"a key of the kind {kind} signs no reports")
    return algos.SignedDigestAlgorithm({"algorithm": "sha256_rsa" if kind == "rsa" else "sha256_ecdsa"})


@lru_cache(maxsize=64)
def _attributes(certificate: bytes, digest: bytes, chain: tuple[bytes, ...]) -> bytes:
    """Their DER, remembered: signing and examining each need it several times, and making it takes milliseconds."""
    whole: bytes = _signed_attributes(certificate, digest, chain).dump()
    return whole


def _signed_attributes(certificate: bytes, digest: bytes, chain: tuple[bytes, ...]) -> cms.CMSAttributes:
    bound = tsp.SigningCertificateV2(
        {"certs": [tsp.ESSCertIDv2({"cert_hash": hashlib.sha256(one).digest()}) for one in (certificate, *chain)]}
    )
    protection = cms.CMSAlgorithmProtection(
        {
            "digest_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}),
            "signature_algorithm": _algorithm(x509.Certificate.load(certificate)),
        }
    )
    values: dict[str, core.Asn1Value | str | bytes] = {
        "content_type": "data",
        "message_digest": digest,
        "signing_certificate_v2": bound,
        "cms_algorithm_protection": protection,
    }
    return cms.CMSAttributes([cms.CMSAttribute({"type": name, "values": (value,)}) for name, value in values.items()])
