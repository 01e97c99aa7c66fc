"""A time stamp's token taken apart, and the one form in which each of its parts is written (RFC 5652, RFC 3161).

Only `timestamp` uses this; it says there why a token has one form.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from asn1crypto import algos, cms, core, x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes

HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
"""No SHA-1: two documents can be made to bear one stamp over it."""
DAMAGED = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, UnsupportedAlgorithm)
"""What the two libraries raise on damaged structures."""


@dataclass(frozen=True, slots=True)
class Parts:
    """A token taken apart; each is DER where it is bytes."""

    told: bytes
    """The TSTInfo, exactly as the service signed it."""
    attributes: bytes
    """The contents of the signed attributes: their frame is made anew."""
    certificate: bytes
    digest: str
    signature: bytes
    digest_algorithm: bytes
    signature_algorithm: bytes
    others: tuple[bytes, ...]


@contextmanager
def in_words() -> Iterator[None]:
    """Whatever the libraries raise on a stranger's bytes comes out as one kind of error."""
    try:
        yield
    except ValueError:
        raise
    except DAMAGED as error:
        raise ValueError(f"it is damaged ({type(error).__name__})") from error


def wrap(tag: int, *contents: bytes) -> bytes:
    """One DER object: tag, shortest length, contents."""
    body = b"".join(contents)
    size = len(body)
    if size < 0x80:
        return bytes((tag, size)) + body
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + body


def taken_apart(token: bytes) -> Parts:
    """The parts of a token (DER). Raises ValueError, or another of DAMAGED: its callers stand in `in_words`."""
    info = cms.ContentInfo.load(token, strict=True)
    if info["content_type"].native != "signed_data":
        raise ValueError("it holds no signed data")
    held = info["content"]
    if held["encap_content_info"]["content_type"].native != "tst_info" or len(held["signer_infos"]) != 1:
        raise ValueError("it holds no time, or is signed more or less than once")
    signer = held["signer_infos"][0]
    attributes = signer["signed_attrs"]
    certificates = tuple(one.chosen.dump() for one in held["certificates"] or ())
    certificate = _bound(attributes, certificates)
    digest = signer["digest_algorithm"]["algorithm"].native
    if digest not in HASHES:
        raise ValueError(f"it is signed with {digest}, which is not accepted")
    return Parts(
        told=bytes(held["encap_content_info"]["content"]),
        attributes=attributes.contents,
        certificate=certificate,
        digest=digest,
        signature=signer["signature"].native,
        digest_algorithm=algos.DigestAlgorithm({"algorithm": digest}).dump(),
        signature_algorithm=_signature_algorithm(signer, x509.Certificate.load(certificate), digest),
        others=tuple(one for one in dict.fromkeys(certificates) if one != certificate),
    )


def _bound(attributes: cms.CMSAttributes, certificates: tuple[bytes, ...]) -> bytes:
    """The certificate that the signed attributes name by its digest (ESS, RFC 2634 and 5035)."""
    for name, standard in (("signing_certificate_v2", ""), ("signing_certificate", "sha1")):
        for value in values_of(attributes, name):
            named = value["certs"][0]
            kind = standard or named["hash_algorithm"]["algorithm"].native
            wanted = named["cert_hash"].native
            # SHA-1 is enough here: nobody but the service itself could have made a second certificate for it
            for one in certificates:
                if kind in (*HASHES, "sha1") and hashlib.new(kind, one, usedforsecurity=False).digest() == wanted:
                    return one
            raise ValueError("the certificate that it is bound to is not in it")
    raise ValueError("it is bound to no certificate")


def values_of(attributes: cms.CMSAttributes, name: str) -> list[core.Asn1Value]:
    found = [one["values"] for one in attributes if one["type"].native == name]
    if len(found) > 1 or any(len(one) != 1 for one in found):
        raise ValueError(f"its signed attribute {name} is there more than once")
    return [one[0] for one in found]


def _signature_algorithm(signer: cms.SignerInfo, certificate: x509.Certificate, digest: str) -> bytes:
    """The one form of the algorithm's name: the protected copy (RFC 6211) where there is one, else the plainest."""
    found = signer["signature_algorithm"]
    kind = certificate.public_key.algorithm
    if found.signature_algo == "rsassa_pss":
        return _pss(found, digest)
    if (kind, found.signature_algo) not in (("rsa", "rsassa_pkcs1v15"), ("ec", "ecdsa")):
        raise ValueError(f"a key of the kind {kind} with {found['algorithm'].native} is not understood here")
    plain = {"rsa": f"{digest}_rsa", "ec": f"{digest}_ecdsa"}[kind]
    for protection in values_of(signer["signed_attrs"], "cms_algorithm_protection"):
        protected: algos.SignedDigestAlgorithm = protection["signature_algorithm"]
        if protected["algorithm"].native not in (plain, "rsassa_pkcs1v15"):
            raise ValueError("its protected algorithm is another one than it was signed with")
        return bytes(protected.untag().dump())
    return bytes(algos.SignedDigestAlgorithm({"algorithm": plain}).dump())


def _pss(found: algos.SignedDigestAlgorithm, digest: str) -> bytes:
    """RSASSA-PSS with one digest throughout and a salt of its length, as RFC 8017 has it; nothing else is taken."""
    told = found["parameters"].native
    mask = told["mask_gen_algorithm"]
    size = HASHES[digest].digest_size
    same = told["hash_algorithm"]["algorithm"] == mask["parameters"]["algorithm"] == digest
    if not same or mask["algorithm"] != "mgf1" or told["salt_length"] != size:
        raise ValueError("its kind of RSA signature is not understood here")
    hashed = {"algorithm": digest}
    return bytes(
        algos.SignedDigestAlgorithm(
            {
                "algorithm": "rsassa_pss",
                "parameters": algos.RSASSAPSSParams(
                    {
                        "hash_algorithm": hashed,
                        "mask_gen_algorithm": {"algorithm": "mgf1", "parameters": hashed},
                        "salt_length": size,
                    }
                ),
            }
        ).dump()
    )
