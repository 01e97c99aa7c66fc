"""Who signs: a key and its certificate in the user's own folder, made on first use.

The certificate is signed by its own key, so it proves continuity (the same bench signed both reports) and nothing
about a person; the report says so beside the signature. An office that has a certificate of its own puts
`key.pem` and `certificate.pem` in the folder before the first report.

The key is of the curve P-256: made in under a millisecond, and verified by every reader tried (poppler 22.12,
pyHanko 0.38). Both files appear at once, by renaming a whole folder: of two programs that start together, one
wins and both sign with the same key.
"""

import base64
import binascii
import datetime
import hashlib
import os
import re
import shutil
import stat
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from gpu_inspector.errors import ReportError
from gpu_inspector.report.cms import AnyKey, SigningKey

PASSPHRASE_VARIABLE = "GPU_INSPECTOR_PASSPHRASE"  # noqa: S105 - the variable's name, no passphrase
RING_SERVICE = "gpu-inspector"
RING_ENTRY = "signing-key"
YEARS = 10
"""How long a certificate made here is valid: as long as customs files are commonly kept."""
SMALLEST_RSA_BITS = 2048

_UNREADABLE = (
    *(binascii.Error, ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError),
    *(UnsupportedAlgorithm, x509.DuplicateExtension, x509.UnsupportedGeneralNameType, x509.InvalidVersion),
)
"""What the two libraries raise on damaged certificates: each of these was seen on flipped bits or is documented."""

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


def load_or_make(folder: Path) -> SigningIdentity:
    """The identity in this folder, made there first where the folder is missing or empty.

    Raises ReportError: the folder cannot be read or written, others may read the key, a passphrase is missing or
    wrong, a file is damaged, the certificate is another key's or has run out.
    """
    try:
        if not folder.exists() or not any(folder.iterdir()):
            _make(folder)
        return _load(folder)
    except OSError as error:
        raise ReportError(
            f"The signing identity in {folder} cannot be used ({error.strerror}).",
            "Give your user account read and write permission on this folder.",
        ) from error


def certificates_in(data: bytes) -> tuple[bytes, ...]:
    """The certificates (DER) of a file in PEM or DER form; none where it is neither."""
    blocks = _PEM.findall(data)
    if not blocks:
        blocks = [base64.b64encode(data)]
    found = []
    for block in blocks:
        try:
            der = base64.b64decode(b"".join(block.split()), validate=True)
            _touch(der)
        except _UNREADABLE:
            continue
        found.append(der)
    return tuple(found)


def _touch(der: bytes) -> None:
    """Look at the fields that are used later: both libraries read lazily, and damage shows only then."""
    certificate = asn1.Certificate.load(der, strict=True)
    _ = (certificate.native, certificate.public_key.native, certificate.subject.human_friendly)
    again = x509.load_der_x509_certificate(der)
    _ = (again.public_key(), again.extensions, again.not_valid_before_utc, again.not_valid_after_utc)


def _load(folder: Path) -> SigningIdentity:
    key_path, certificate_path = folder / "key.pem", folder / "certificate.pem"
    for path in (key_path, certificate_path):
        if not path.is_file():
            raise ReportError(
                f"{path} is missing: a signing identity is the key and its certificate together.",
                "Put the file back from your backup, or move the folder aside; the next report makes a new identity.",
            )
    _refuse_loose(key_path)
    found = certificates_in(certificate_path.read_bytes())
    if len(found) != 1:
        raise ReportError(
            f"{certificate_path} holds {len(found)} readable certificates where one belongs.",
            "Put the file back from your backup, or move the folder aside; the next report makes a new identity.",
        )
    key = _key_from(key_path)
    _refuse_unfit(found[0], key, certificate_path)
    return SigningIdentity(found[0], key)


def _refuse_loose(path: Path) -> None:
    for place in (path, path.parent):
        mode = place.stat().st_mode
        too_much = stat.S_IRWXG | stat.S_IRWXO if place == path else stat.S_IWGRP | stat.S_IWOTH
        if mode & too_much:
            raise ReportError(
                f"Other users can reach the signing key: {place} has mode {stat.S_IMODE(mode):04o}.",
                f"Run: chmod {'600' if place == path else '700'} '{place}'. If others used this machine meanwhile, "
                "move the folder aside instead; the next report makes a new identity.",
            )


def _key_from(path: Path) -> SigningKey:
    text = path.read_bytes()
    passphrase = None
    if b"ENCRYPTED" in text:
        passphrase = _passphrase()
        if passphrase is None:
            raise ReportError(
                "The signing key is protected by a passphrase, and none is offered.",
                f"Set {PASSPHRASE_VARIABLE}, or put it in the system's key ring: "
                f"keyring set {RING_SERVICE} {RING_ENTRY}",
            )
    try:
        key = serialization.load_pem_private_key(text, passphrase)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        if passphrase is not None:
            raise ReportError(
                "The passphrase does not open the signing key, or the key file is damaged.",
                f"Check {PASSPHRASE_VARIABLE} and the key ring's entry {RING_SERVICE}.",
            ) from error
        raise ReportError(
            f"The signing key {path} is damaged.",
            "Put it back from your backup, or move the folder aside; the next report makes a new identity.",
        ) from error
    if isinstance(key, rsa.RSAPrivateKey) and key.key_size >= SMALLEST_RSA_BITS:
        return key
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return key
    raise ReportError(
        f"The signing key {path} is of a kind that signs no reports.",
        f"Use a key of an elliptic curve, or RSA with {SMALLEST_RSA_BITS} bits and more.",
    )


def _refuse_unfit(der: bytes, key: SigningKey, path: Path) -> None:
    certificate = asn1.Certificate.load(der)
    public = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    if certificate.public_key.dump() != public:
        raise ReportError(
            f"The certificate {path} belongs to another key than the one beside it.",
            "Put back the pair that belongs together, or move the folder aside.",
        )
    now = datetime.datetime.now(datetime.UTC)
    if not certificate.not_valid_before <= now <= certificate.not_valid_after:
        raise ReportError(
            f"The certificate {path} is valid from {certificate.not_valid_before:%Y-%m-%d} to "
            f"{certificate.not_valid_after:%Y-%m-%d}, and this machine's clock says {now:%Y-%m-%d}.",
            "Set the clock right, or move the folder aside; the next report makes a new identity.",
        )


def _passphrase() -> bytes | None:
    """From the environment, else from the system's key ring; never from an argument, which others can list."""
    offered = os.environ.get(PASSPHRASE_VARIABLE)
    if offered:
        return offered.encode()
    if not _ring_in_reach():
        return None
    import keyring
    from keyring.errors import KeyringError

    try:
        kept = keyring.get_password(RING_SERVICE, RING_ENTRY)
    except (KeyringError, RuntimeError, OSError):
        return None
    return kept.encode() if kept else None


def _ring_in_reach() -> bool:
    """A Linux bench without a session bus has no key ring, and need not wait 0.2 s to hear it."""
    if not sys.platform.startswith("linux") or os.environ.get("PYTHON_KEYRING_BACKEND"):
        return True
    bus = Path(os.environ.get("XDG_RUNTIME_DIR", "/nonexistent"), "bus")
    return bool(os.environ.get("DBUS_SESSION_BUS_ADDRESS")) or bus.exists()


def _make(folder: Path) -> None:
    """Write key and certificate into a folder of their own and rename it: whoever comes second finds the first's."""
    folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = ec.generate_private_key(ec.SECP256R1())
    passphrase = _passphrase()
    lock = serialization.BestAvailableEncryption(passphrase) if passphrase else serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, lock)
    fresh = Path(tempfile.mkdtemp(prefix=".identity-", dir=folder.parent))
    try:
        _write(fresh / "key.pem", private)
        _write(fresh / "certificate.pem", _self_signed(key))
        try:
            fresh.rename(folder)
        except OSError:
            if not (folder / "key.pem").is_file():  # nobody was quicker: the folder itself is the trouble
                raise
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    if os.name == "posix":
        _make_durable(folder.parent)


def _write(path: Path, data: bytes) -> None:
    with open(path, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _make_durable(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _self_signed(key: ec.EllipticCurvePrivateKey) -> bytes:
    """A certificate for signatures only, in PEM; it names no person and no machine."""
    public = key.public_key()
    identifier = x509.SubjectKeyIdentifier.from_public_key(public)
    name = x509.Name(
        [
            x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, "GPU Inspector"),
            x509.NameAttribute(x509.NameOID.COMMON_NAME, f"GPU Inspector, bench key {identifier.digest.hex()[:8]}"),
        ]
    )
    purposes = dict.fromkeys(
        ("key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign"), False
    )
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=True, encipher_only=False, decipher_only=False, **purposes
    )
    begin = datetime.datetime.now(datetime.UTC).replace(microsecond=0) - datetime.timedelta(hours=1)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + datetime.timedelta(days=round(365.25 * YEARS)))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(identifier, critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(public), critical=False)
    )
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
