"""Who signs: the key of a PKCS#12 file (RFC 7292), as offices hand them to their officers.

The file is untrusted: how often its passphrase is to be hashed is looked at before it is opened, so that no file keeps
a bench busy for hours. A wrong passphrase and a damaged inside cannot be told apart, and the sentence says both.
"""

import contextlib
import stat
from pathlib import Path

from asn1crypto import cms as asn1_cms
from asn1crypto import pkcs12 as asn1
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12

from gpu_inspector.errors import ReportError
from gpu_inspector.report import fitness
from gpu_inspector.report.certificate import UNREADABLE, SigningIdentity, chain_of, readable
from gpu_inspector.report.cms import SigningKey
from gpu_inspector.report.identity import refuse_loose
from gpu_inspector.report.secret import PASSPHRASE_VARIABLE, Ask, Source, nobody

LARGEST = 1024 * 1024
"""Bytes of a file."""
MOST_ROUNDS = 10_000_000
"""Of hashing a passphrase: seconds, where a file of our own takes a tenth of one."""
_ROUNDS = 100_000
"""Of hashing in files made here."""
_FROM_BACKUP = "Put it back from your backup, or ask for it again."


def ring_entry(path: Path) -> str:
    """The key ring's entry for the passphrase of this file."""
    return f"file:{path.name}"


def load(path: Path, ask: Ask = nobody, *, guarded: bool = True) -> SigningIdentity:
    """The key, its certificate and the authorities' certificates of a PKCS#12 file.

    `guarded` refuses a file that other users can read. Raises ReportError: the file cannot be read or is damaged, the
    passphrase is missing or wrong, the file holds no key or a kind that signs no reports.
    """
    data = _read(path, guarded)
    found = _opened(data, path, ask, locked=_is_locked(data, path))
    if found.key is None or found.cert is None:
        what = "private key" if found.key is None else "certificate for its key"
        raise ReportError(f"{path} holds no {what}.", "Export it again, key and certificate together.")
    key = _sound(found.key, path)
    certificate = found.cert.certificate.public_bytes(serialization.Encoding.DER)
    others = [one.certificate.public_bytes(serialization.Encoding.DER) for one in found.additional_certs]
    if not all(readable(one) for one in (certificate, *others)):
        raise ReportError(f"A certificate in {path} cannot be read in all its parts.", _FROM_BACKUP)
    chain = chain_of(certificate, others)
    if others and not chain and found.cert.certificate.issuer != found.cert.certificate.subject:
        raise ReportError(
            f"{path} holds authorities' certificates, and none of them issued the signer's.",
            "Put the certificates of the true authorities into the file.",
        )
    loaded = SigningIdentity(certificate, key, chain)
    fitness.require_pair(loaded)
    return loaded


def made(identity: SigningIdentity, passphrase: str) -> bytes:
    """A PKCS#12 file of an identity whose key is at hand, locked with AES-256.

    Raises ReportError where the key is on a card, which never gives it away, or the passphrase is empty.
    """
    key = identity.key
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise ReportError("The key is on a card, and never leaves it.", "Export the certificate alone.")
    if not passphrase:
        raise ReportError("A key is not written without a passphrase.", "Choose one.")
    from cryptography import x509

    lock = (
        serialization.PrivateFormat.PKCS12.encryption_builder()
        .kdf_rounds(_ROUNDS)
        .key_cert_algorithm(pkcs12.PBES.PBESv2SHA256AndAES256CBC)
        .hmac_hash(hashes.SHA256())
        .build(passphrase.encode())
    )
    certificate = x509.load_der_x509_certificate(identity.certificate)
    chain = [x509.load_der_x509_certificate(one) for one in identity.chain]
    return pkcs12.serialize_key_and_certificates(identity.name.encode(), key, certificate, chain or None, lock)


def _read(path: Path, guarded: bool) -> bytes:
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise ReportError(f"{path} is no file.", "Name the PKCS#12 file of the signing key.")
        if guarded:
            refuse_loose(path)
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise ReportError(
            f"The signing key's file {path} cannot be read ({error.strerror}).",
            "Put it back, or choose another: gpu-inspector key import FILE",
        ) from error
    if len(data) > LARGEST:
        raise ReportError(f"{path} is too large for a PKCS#12 file.", "Name the PKCS#12 file of the signing key.")
    return data


def _is_locked(data: bytes, path: Path) -> bool:
    """Whether something in it is encrypted.

    Raises ReportError where it is no such file, or wants its passphrase hashed without end.
    """
    try:
        outer = asn1.Pfx.load(data, strict=True)
        sealed = [outer["mac_data"]["iterations"].native] if outer["mac_data"].native is not None else []
        rounds: list[int] = []
        for content in outer.authenticated_safe:
            if content["content_type"].native == "encrypted_data":
                rounds.append(_rounds(content["content"]["encrypted_content_info"]["content_encryption_algorithm"]))
            elif content["content_type"].native == "data":
                rounds += _rounds_of_bags(content["content"].native)
    except UNREADABLE as error:
        raise ReportError(f"{path} is no PKCS#12 file, or it is damaged.", _FROM_BACKUP) from error
    most = max((*sealed, *rounds), default=0)
    if most > MOST_ROUNDS:
        raise ReportError(
            f"{path} wants its passphrase hashed {most:,} times, which would take hours.",
            "Export it again with the usual settings.",
        )
    return bool(rounds)


def _rounds_of_bags(content: bytes) -> list[int]:
    kinds = ("pkcs8_shrouded_key_bag",)
    bags = asn1.SafeContents.load(content, strict=True)
    return [_rounds(bag["bag_value"]["encryption_algorithm"]) for bag in bags if bag["bag_id"].native in kinds]


def _rounds(algorithm: asn1_cms.EncryptionAlgorithm) -> int:
    """How often a passphrase is hashed for this encryption; 0 where the encryption has no such figure."""
    parameters = algorithm["parameters"]
    if algorithm["algorithm"].native == "pbes2":
        parameters = parameters["key_derivation_func"]["parameters"]
        return int(parameters["iteration_count"].native)
    return int(parameters["iterations"].native)


def _opened(data: bytes, path: Path, ask: Ask, locked: bool) -> pkcs12.PKCS12KeyAndCertificates:
    """With the passphrase that is offered; without one where the file opens so."""
    found = None if locked else _opened_without(data)
    if found is not None:
        return found
    source = Source(PASSPHRASE_VARIABLE, ring_entry(path), ask)
    passphrase = source.get(f"Passphrase of {path.name}")
    if passphrase is None:
        found = _opened_without(data)
        if found is not None:
            return found
        raise ReportError(f"{path} is protected by a passphrase, and none is offered.", source.advice())
    try:
        return pkcs12.load_pkcs12(data, passphrase.encode())
    except UnsupportedAlgorithm as error:
        raise ReportError(
            f"{path} is locked in a way that this program does not know.", "Export it again with AES-256."
        ) from error
    except (ValueError, TypeError, OverflowError) as error:
        raise ReportError(
            f"The passphrase does not open {path}, or the file is damaged.",
            f"Check {PASSPHRASE_VARIABLE} and the key ring, or type it again.",
        ) from error


def _opened_without(data: bytes) -> pkcs12.PKCS12KeyAndCertificates | None:
    for nothing in (None, b""):
        with contextlib.suppress(ValueError, TypeError, UnsupportedAlgorithm):
            return pkcs12.load_pkcs12(data, nothing)
    return None


def _sound(key: object, path: Path) -> SigningKey:
    if isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        return key
    raise ReportError(
        f"The signing key in {path} is of a kind that signs no reports.",
        f"Use a key of an elliptic curve, or RSA with {fitness.SMALLEST_RSA_BITS} bits and more.",
    )
