"""A time stamp (RFC 3161): somebody else's clock over a digest, in one form of bytes only.

A token is an envelope like the signature's own, made by a service. Most of its bytes are covered by the service's
signature, directly (the time with its digest, the signed attributes) or by a digest in these (the service's
certificate). The rest is not: names of algorithms, other certificates, unsigned attributes, the way in which lengths
are written. So a report holds a token only in the form that `normalised` makes from its covered parts: whoever examines
a report makes it again and compares bytes. The certificates of the service's authorities stand beside it, in the
document security store, under the next stamp's signature.

Nothing here trusts a service. `verify_token` says that the token is whole and its own certificate's; whose that
certificate is, and whether anybody should believe its clock, is asked elsewhere.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from asn1crypto import algos, cms, core, tsp, x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from gpu_inspector.report.cms import lowest
from gpu_inspector.report.tokens import HASHES, Parts, in_words, taken_apart, values_of, wrap

LARGEST = 8192
"""Bytes of one token in a report: its gap has this size always."""
SMALLEST_RSA_BITS = 2048
_SIGNED_ONCE = ("content_type", "message_digest")


@dataclass(frozen=True, slots=True)
class Token:
    """What a time stamp says."""

    imprint: bytes
    """The SHA-256 digest that was stamped, 32 bytes."""
    gen_time: datetime
    """When, by the service's clock; aware, in UTC."""
    certificate: bytes
    """The service's own certificate (DER)."""
    policy: str
    """The policy that the service says it follows, in dotted numbers."""
    nonce: int | None
    """The number of the request that it answers."""
    others: tuple[bytes, ...]
    """Other certificates (DER) of the token: claims; none in one that was normalised."""


def parts(token: bytes) -> Token:
    """What a token (DER) says; nothing is verified. Raises ValueError where it is none that is understood here."""
    with in_words():
        found = taken_apart(token)
        told = tsp.TSTInfo.load(found.told, strict=True)
        imprint = told["message_imprint"]
        if told["version"].native != "v1" or imprint["hash_algorithm"]["algorithm"].native != "sha256":
            raise ValueError("it stamps another kind of digest than SHA-256")
        if any(one["critical"].native for one in told["extensions"]):
            raise ValueError("it bears a critical extension that is not known here")
        return Token(
            imprint=imprint["hashed_message"].native,
            gen_time=_moment(told["gen_time"]),
            certificate=found.certificate,
            policy=told["policy"].dotted,
            nonce=told["nonce"].native,
            others=found.others,
        )


def normalised(token: bytes) -> bytes:
    """The same time stamp in the one form that a report holds. Raises ValueError where it cannot be written so."""
    with in_words():
        found = taken_apart(token)
        certificate = x509.Certificate.load(found.certificate)
        value = found.signature
        if certificate.public_key.algorithm == "ec":
            value = lowest(value, _elliptic(certificate).curve)
        sid = wrap(0x30, certificate.issuer.dump(), certificate["tbs_certificate"]["serial_number"].dump())
        signer = wrap(
            0x30,
            core.Integer(1).dump(),
            sid,
            found.digest_algorithm,
            wrap(0xA0, found.attributes),
            found.signature_algorithm,
            wrap(0x04, value),
        )
        content = wrap(
            0x30,
            core.Integer(3).dump(),
            wrap(0x31, found.digest_algorithm),
            wrap(0x30, cms.ContentType("tst_info").dump(), wrap(0xA0, wrap(0x04, found.told))),
            wrap(0xA0, found.certificate),
            wrap(0x31, signer),
        )
        return wrap(0x30, cms.ContentType("signed_data").dump(), wrap(0xA0, content))


def verify_token(token: bytes, digest: bytes) -> Token:
    """The token, after it was found to be a whole stamp over this SHA-256 digest by the certificate in it.

    Raises ValueError with the reason: another digest; a signature that does not fit; a certificate that the token is
    not bound to, that is not for time stamps alone, was not valid at the time told, or has a weak key.
    """
    found = parts(token)
    with in_words():
        if found.imprint != digest:
            raise ValueError("it is over another digest")
        taken = taken_apart(token)
        _require_signature(taken)
        _require_purpose(x509.Certificate.load(found.certificate), found.gen_time)
    return found


def _require_signature(found: Parts) -> None:
    attributes = cms.CMSAttributes.load(wrap(0x31, found.attributes), strict=True)
    for name in _SIGNED_ONCE:
        if len(values_of(attributes, name)) != 1:
            raise ValueError(f"its signed attribute {name} is missing")
    if values_of(attributes, "content_type")[0].native != "tst_info":
        raise ValueError("its signature is over another kind of content")
    digest = HASHES[found.digest]
    if values_of(attributes, "message_digest")[0].native != hashlib.new(found.digest, found.told).digest():
        raise ValueError("its time was changed after it was signed")
    key = serialization.load_der_public_key(x509.Certificate.load(found.certificate).public_key.dump())
    signed = wrap(0x31, found.attributes)
    algorithm = algos.SignedDigestAlgorithm.load(found.signature_algorithm)
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(found.signature, signed, ec.ECDSA(digest))
        elif not isinstance(key, rsa.RSAPublicKey) or key.key_size < SMALLEST_RSA_BITS:
            raise ValueError("the key of its service is weak, or of a kind that is not known here")
        elif algorithm.signature_algo == "rsassa_pss":
            key.verify(found.signature, signed, padding.PSS(padding.MGF1(digest), digest.digest_size), digest)
        else:
            key.verify(found.signature, signed, padding.PKCS1v15(), digest)
    except InvalidSignature as error:
        raise ValueError("its signature is not that of the certificate in it") from error


def _require_purpose(certificate: x509.Certificate, moment: datetime) -> None:
    """RFC 3161, 2.3: a key for time stamps, and for nothing else, by a critical extension."""
    purposes = certificate.extended_key_usage_value
    if (
        purposes is None
        or purposes.native != ["time_stamping"]
        or "extended_key_usage" not in certificate.critical_extensions
    ):
        raise ValueError("its certificate is not one for time stamps alone")
    usage = certificate.key_usage_value
    if usage is not None and not usage.native & {"digital_signature", "non_repudiation"}:
        raise ValueError("its certificate is not one for signatures")
    if not certificate.not_valid_before <= moment <= certificate.not_valid_after:
        raise ValueError("its certificate was not valid at the time that it tells")


def _elliptic(certificate: x509.Certificate) -> ec.EllipticCurvePublicKey:
    key = serialization.load_der_public_key(certificate.public_key.dump())
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise ValueError("its key is of a kind that is not known here")
    return key


def _moment(told: core.GeneralizedTime) -> datetime:
    """RFC 3161 wants UTC, with seconds, and fractions of them at will."""
    found = told.native
    if not isinstance(found, datetime) or not told.contents.endswith(b"Z"):
        raise ValueError("its time is none in UTC")
    return found.astimezone(UTC)
