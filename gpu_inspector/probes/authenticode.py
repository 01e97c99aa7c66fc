"""An Authenticode signature: what it signs, who signed it by its own certificates, and whether it holds together.

Sources: "Windows Authenticode Portable Executable Signature Format", Microsoft 2008, and RFC 2315 (PKCS #7). No root
is shipped and none is asked: that certificates follow from one another says nothing of who made the last of them.
Dates are not looked at: a card's firmware outlives its certificates.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from gpu_inspector.language import N_
from gpu_inspector.probes import der
from gpu_inspector.probes.der import Der, NotDer
from gpu_inspector.probes.untrusted import clean

if TYPE_CHECKING:
    from cryptography import x509

MOST_CERTIFICATES = 32
_LONGEST_CHAIN = 8
_SIGNED_DATA = "1.2.840.113549.1.7.2"
_INDIRECT_DATA = "1.3.6.1.4.1.311.2.1.4"
_CONTENT_TYPE, _MESSAGE_DIGEST = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"
_DIGESTS = {
    "1.3.14.3.2.26": "sha1",
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}
_PLAIN_RSA = "1.2.840.113549.1.1.1"
_SIGNATURES = {
    "1.2.840.113549.1.1.5": "sha1",
    "1.2.840.113549.1.1.11": "sha256",
    "1.2.840.113549.1.1.12": "sha384",
    "1.2.840.113549.1.1.13": "sha512",
    "1.2.840.10045.4.3.2": "sha256",
    "1.2.840.10045.4.3.3": "sha384",
    "1.2.840.10045.4.3.4": "sha512",
}
"""RSA after PKCS #1 version 1.5, and ECDSA, each with its digest."""
NO_ISSUER = N_("The certificate of the signer's issuer is not in the image.")
SELF_ISSUED = N_("The signer's certificate names itself as its issuer.")
UNKNOWN_CERTIFICATE = N_("A certificate in the signature is of a kind that this program does not read.")
NO_SIGNER = N_("The signer's certificate is not in the image.")
UNKNOWN_KIND = N_("The signature is of a kind that this program does not read.")
UNREADABLE = N_("The signature is damaged: it cannot be read.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """What one signature holds; None is "could not be told", and `remark` says why."""

    algorithm: str = ""
    """hashlib's name of the digest that was taken of the file; "" for one that is not read."""
    digest: bytes = b""
    signers: tuple[str, ...] = ()
    fingerprints: tuple[str, ...] = ()
    issuer: str = ""
    sound: bool | None = None
    chain_sound: bool | None = None
    remark: str = ""


@dataclass(frozen=True, slots=True)
class _Certificate:
    whole: bytes
    serial: bytes
    issuer: bytes
    subject: bytes


@dataclass(frozen=True, slots=True)
class _Signer:
    issuer: bytes
    serial: bytes
    digest_name: str
    signature_name: str
    attributes: Der | None
    signature: bytes


def read(data: bytes) -> Signature:
    """The signature in the entry of a certificate table; padding may stand behind it. Never raises."""
    try:
        content, kind, certificates, signers = _signed_data(data)
    except NotDer:
        return Signature(remark=UNREADABLE)
    if kind != _INDIRECT_DATA or len(signers) != 1:
        return Signature(remark=UNKNOWN_KIND)
    try:
        algorithm, digest = _file_digest(content)
        sound, remark = _sound(signers[0], content, certificates)
        chain = _chain(signers[0], certificates)
        chain_sound, of_chain = _chain_sound(chain)
    except NotDer:
        return Signature(remark=UNREADABLE)
    known = [_loaded(one) for one in chain]
    return Signature(
        algorithm=algorithm,
        digest=digest,
        signers=tuple(_common_name(one) for one in known),
        issuer=_common_name(known[-1], of_issuer=True) if known else "",
        fingerprints=tuple(hashlib.sha256(one.whole).hexdigest() for one in chain),
        sound=sound,
        chain_sound=chain_sound,
        remark=remark or of_chain or ("" if algorithm else UNKNOWN_KIND),
    )


def _signed_data(data: bytes) -> tuple[Der, str, list[_Certificate], list[_Signer]]:
    """The signed content, its kind, the certificates and the signers (RFC 2315, 9.1)."""
    outer = der.read(data).expect(der.SEQUENCE).parts()
    if der.name_of(der.take(outer, der.OBJECT)) != _SIGNED_DATA:
        raise NotDer("no signed data")
    (inner,) = _exactly(der.take(outer, 0xA0).parts(), 1)
    parts = inner.expect(der.SEQUENCE).parts()
    der.take(parts, der.INTEGER)
    der.take(parts, der.SET)
    signed = der.take(parts, der.SEQUENCE).parts()
    kind = der.name_of(der.take(signed, der.OBJECT))
    (content,) = _exactly(der.take(signed, 0xA0).parts(), 1)
    bundled = der.take_if(parts, 0xA0)
    der.take_if(parts, 0xA1)
    signers = [_signer(one) for one in der.take(parts, der.SET).parts()]
    found = bundled.parts() if bundled is not None else []
    if len(found) > MOST_CERTIFICATES:
        raise NotDer("more certificates than any signature has")
    return content, kind, [_certificate(one) for one in found if one.tag == der.SEQUENCE], signers


def _exactly(parts: list[Der], count: int) -> list[Der]:
    if len(parts) != count:
        raise NotDer("more or less parts than expected")
    return parts


def _certificate(node: Der) -> _Certificate:
    """The parts of a certificate by which others refer to it (RFC 5280, 4.1), as they stand there."""
    outer = node.parts()
    parts = der.take(outer, der.SEQUENCE).parts()
    der.take_if(parts, 0xA0)
    serial = der.take(parts, der.INTEGER).body
    der.take(parts, der.SEQUENCE)
    issuer = der.take(parts, der.SEQUENCE).whole
    der.take(parts, der.SEQUENCE)
    return _Certificate(node.whole, serial, issuer, der.take(parts, der.SEQUENCE).whole)


def _signer(node: Der) -> _Signer:
    parts = node.expect(der.SEQUENCE).parts()
    der.take(parts, der.INTEGER)
    name = der.take(parts, der.SEQUENCE).parts()
    issuer = der.take(name, der.SEQUENCE).whole
    serial = der.take(name, der.INTEGER).body
    digest_name = der.name_of(der.take(der.take(parts, der.SEQUENCE).parts(), der.OBJECT))
    attributes = der.take_if(parts, 0xA0)
    signature_name = der.name_of(der.take(der.take(parts, der.SEQUENCE).parts(), der.OBJECT))
    return _Signer(issuer, serial, digest_name, signature_name, attributes, der.take(parts, der.OCTETS).body)


def _file_digest(content: Der) -> tuple[str, bytes]:
    """The digest that was signed, out of SpcIndirectDataContent, and hashlib's name of its kind, "" for another."""
    parts = content.expect(der.SEQUENCE).parts()
    der.take(parts, der.SEQUENCE)
    info = der.take(parts, der.SEQUENCE).parts()
    kind = der.name_of(der.take(der.take(info, der.SEQUENCE).parts(), der.OBJECT))
    return _DIGESTS.get(kind, ""), der.take(info, der.OCTETS).body


def _sound(signer: _Signer, content: Der, certificates: list[_Certificate]) -> tuple[bool | None, str]:
    """Whether the signature over the content is the named certificate's own."""
    algorithm = _DIGESTS.get(signer.digest_name, "")
    of_signature = _SIGNATURES.get(signer.signature_name, algorithm if signer.signature_name == _PLAIN_RSA else "")
    if not algorithm or of_signature != algorithm:
        return None, UNKNOWN_KIND
    own = _named(signer, certificates)
    if own is None:
        return None, NO_SIGNER
    signed = content.body
    if signer.attributes is not None:
        said = _attributes(signer.attributes)
        if said.get(_MESSAGE_DIGEST) != (der.OCTETS, hashlib.new(algorithm, content.body).digest()):
            return False, ""
        if (kind := said.get(_CONTENT_TYPE)) is None or der.name_of(Der(*kind, b"")) != _INDIRECT_DATA:
            return False, ""
        # They were signed as the set that they are, not under the tag that stands there (RFC 2315, 9.3).
        signed = bytes([der.SET]) + signer.attributes.whole[1:]
    return _verified(own, signer.signature, signed, algorithm)


def _attributes(node: Der) -> dict[str, tuple[int, bytes]]:
    """Each signed attribute's one value, by its name. Raises NotDer where one stands twice."""
    found: dict[str, tuple[int, bytes]] = {}
    for one in node.parts():
        parts = one.expect(der.SEQUENCE).parts()
        name = der.name_of(der.take(parts, der.OBJECT))
        values = der.take(parts, der.SET).parts()
        if name in found or not values:
            raise NotDer("an attribute that stands twice")
        found[name] = (values[0].tag, values[0].body)
    return found


def _named(signer: _Signer, certificates: list[_Certificate]) -> _Certificate | None:
    return next((one for one in certificates if (one.issuer, one.serial) == (signer.issuer, signer.serial)), None)


def _verified(own: _Certificate, signature: bytes, signed: bytes, algorithm: str) -> tuple[bool | None, str]:
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

    old = hashes.SHA1()  # noqa: S303 - what was signed long ago is told; nothing is trusted for it
    kind = {"sha1": old, "sha256": hashes.SHA256(), "sha384": hashes.SHA384()}.get(algorithm, hashes.SHA512())
    loaded = _loaded(own)
    if loaded is None:
        return None, UNKNOWN_CERTIFICATE
    try:
        key = loaded.public_key()
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, signed, padding.PKCS1v15(), kind)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, signed, ec.ECDSA(kind))
        else:
            return None, UNKNOWN_KIND
    except InvalidSignature:
        return False, ""
    except (UnsupportedAlgorithm, ValueError):
        return None, UNKNOWN_KIND
    return True, ""


def _chain(signer: _Signer, certificates: list[_Certificate]) -> list[_Certificate]:
    """The signer's certificate and its issuers', as far as they are in the image; of one name the one that did sign."""
    own = _named(signer, certificates)
    chain = [own] if own is not None else []
    while chain and chain[-1].issuer != chain[-1].subject and len(chain) < _LONGEST_CHAIN:
        last = chain[-1]
        above = [one for one in certificates if one.subject == last.issuer and one not in chain]
        if not above:
            break
        chain.append(next((one for one in above if _issued(_loaded(last), _loaded(one))), above[0]))
    return chain


def _chain_sound(chain: list[_Certificate]) -> tuple[bool | None, str]:
    """Whether each was signed by the next, and each above the signer's own may sign others; None for one alone."""
    if not chain:
        return None, NO_SIGNER
    if len(chain) < 2:
        return None, SELF_ISSUED if chain[0].issuer == chain[0].subject else NO_ISSUER
    steps = [_issued(_loaded(one), _loaded(by)) for one, by in pairwise(chain)]
    if None in steps and False not in steps:
        return None, UNKNOWN_CERTIFICATE
    return False not in steps, ""


def _issued(one: x509.Certificate | None, by: x509.Certificate | None) -> bool | None:
    """Whether `by` signed `one` and may do so; None where one of them is of a kind that is not read."""
    from cryptography import x509
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

    if one is None or by is None:
        return None
    try:
        one.verify_directly_issued_by(by)
        return by.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (InvalidSignature, x509.ExtensionNotFound):
        return False
    except (UnsupportedAlgorithm, ValueError, TypeError, x509.DuplicateExtension, x509.UnsupportedGeneralNameType):
        return None


def _loaded(one: _Certificate) -> x509.Certificate | None:
    from cryptography import x509

    try:
        return x509.load_der_x509_certificate(one.whole)
    except (ValueError, x509.InvalidVersion):
        return None


def _common_name(certificate: x509.Certificate | None, *, of_issuer: bool = False) -> str:
    """As the certificate has it, fit to be shown; "unnamed" where it has none."""
    from cryptography.x509.oid import NameOID

    if certificate is None:
        return "unnamed"
    try:
        name = certificate.issuer if of_issuer else certificate.subject
        names = name.get_attributes_for_oid(NameOID.COMMON_NAME)
    except (ValueError, TypeError):  # a text of a type that only one kind of name has
        return "unnamed"
    return (clean(names[0].value) if names else "") or "unnamed"
