"""The signature's own envelope (CMS, RFC 5652), made from three parts and nothing else: one text for both sides.

The signer makes it with `assemble`; the examiner makes it again from the certificate, the digest and the signature
value that it found, and compares bytes. So no byte of the envelope can differ from what this program writes,
not even those that no signature covers (the set of digest algorithms, a parameter, an unsigned attribute, a
second certificate).

The signed attributes are those of PAdES B-B (ETSI EN 319 142-1, table 1): content type, message digest and the
ESS signing certificate v2, which binds the certificate; and RFC 6211's protection of the algorithms. The time of
signing stands in the PDF's signature dictionary, as PAdES wants it.
"""

import hashlib

from asn1crypto import algos, cms, core, tsp, x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

SigningKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

_LARGEST_ECDSA = 2 * 66 + 9
"""Bytes of the largest signature of an elliptic curve in use (P-521) with its DER frame."""


def sign(certificate: bytes, key: SigningKey, digest: bytes) -> bytes:
    """The envelope over a SHA-256 digest of the signed bytes; `certificate` is DER and belongs to the key."""
    parsed = x509.Certificate.load(certificate)
    signed = _signed_attributes(parsed, digest).dump()
    if isinstance(key, rsa.RSAPrivateKey):
        value = key.sign(signed, padding.PKCS1v15(), hashes.SHA256())
    else:
        value = lowest(key.sign(signed, ec.ECDSA(hashes.SHA256())), key.curve)
    return assemble(certificate, digest, value)


def assemble(certificate: bytes, digest: bytes, value: bytes) -> bytes:
    """The envelope's DER from the signer's certificate (DER), the SHA-256 digest and the signature value.

    Raises ValueError where the certificate is none, or its key neither RSA nor of an elliptic curve.
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
            "signed_attrs": _signed_attributes(parsed, digest),
            "signature_algorithm": _algorithm(parsed),
            "signature": value,
        }
    )
    content = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": cms.DigestAlgorithms((algos.DigestAlgorithm(sha256),)),
            "encap_content_info": {"content_type": "data"},
            "certificates": [parsed],
            "signer_infos": [signer],
        }
    )
    whole: bytes = cms.ContentInfo({"content_type": "signed_data", "content": content}).dump()
    return whole


def largest(certificate: bytes) -> int:
    """Bytes that the envelope of this signer needs at most."""
    key = x509.Certificate.load(certificate).public_key
    room = key.byte_size if key.algorithm == "rsa" else _LARGEST_ECDSA
    return len(assemble(certificate, bytes(32), bytes(room)))


def parts(envelope: bytes) -> tuple[bytes, bytes]:
    """The one certificate (DER) and the signature value of an envelope.

    Raises ValueError, or whatever asn1crypto raises, where it is not such an envelope: the reader of foreign
    files stands behind a wall.
    """
    info = cms.ContentInfo.load(envelope, strict=True)
    if info["content_type"].native != "signed_data":
        raise ValueError("the signature's envelope holds no signed data")
    signed = info["content"]
    if len(signed["certificates"]) != 1 or len(signed["signer_infos"]) != 1:
        raise ValueError("the signature's envelope holds more or less than one certificate and one signer")
    return signed["certificates"][0].chosen.dump(), signed["signer_infos"][0]["signature"].native


def signature_fits(certificate: bytes, digest: bytes, value: bytes) -> bool:
    """Whether the value is the certificate's key's signature over the attributes that carry this digest."""
    parsed = x509.Certificate.load(certificate)
    signed = _signed_attributes(parsed, digest).dump()
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


def _signed_attributes(certificate: x509.Certificate, digest: bytes) -> cms.CMSAttributes:
    bound = tsp.SigningCertificateV2(
        {"certs": [tsp.ESSCertIDv2({"cert_hash": hashlib.sha256(certificate.dump()).digest()})]}
    )
    protection = cms.CMSAlgorithmProtection(
        {
            "digest_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}),
            "signature_algorithm": _algorithm(certificate),
        }
    )
    values: dict[str, core.Asn1Value | str | bytes] = {
        "content_type": "data",
        "message_digest": digest,
        "signing_certificate_v2": bound,
        "cms_algorithm_protection": protection,
    }
    return cms.CMSAttributes([cms.CMSAttribute({"type": name, "values": (value,)}) for name, value in values.items()])
