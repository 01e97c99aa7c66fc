"""Signs SHA256SUMS: a detached CMS signature that OpenSSL alone can check.

GPU_INSPECTOR_RELEASE_KEY          the key with its certificate: PKCS#12, or PEM
GPU_INSPECTOR_RELEASE_CERTIFICATE  the certificate, where the PEM file of the key does not hold it; its chain may follow
GPU_INSPECTOR_RELEASE_PASSPHRASE   the passphrase; asked for on a terminal where it is not set

The key is read, used once and forgotten; no other file is written. Runs in `.venv`, for its `cryptography`.
"""

import getpass
import os
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs7, pkcs12

KEY, CERTIFICATE, PASSPHRASE = (f"GPU_INSPECTOR_RELEASE_{name}" for name in ("KEY", "CERTIFICATE", "PASSPHRASE"))
LARGEST = 1 << 20
"""A file with a key is some thousand bytes; a wrong name must not read a disk image into memory."""


class NotSigned(Exception):
    """No signature was made; the text is a sentence."""


@dataclass(frozen=True)
class Signer:
    """Who signs: a private key, its certificate, and the chain that goes with it."""

    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...] = ()

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate, as `openssl x509 -fingerprint -sha256` prints it."""
        return self.certificate.fingerprint(hashes.SHA256()).hex(":").upper()


def signer() -> Signer | None:
    """The signer that the environment names; None where it names none. Raises NotSigned."""
    named = os.environ.get(KEY, "").strip()
    if not named:
        return None
    data = _read(Path(named), KEY)
    try:
        found = _pem(data) if b"-----BEGIN" in data else _pkcs12(data)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise NotSigned(
            f"The key that {KEY} names cannot be read; is the passphrase right? It takes PKCS#12, or PEM."
        ) from error
    _hold(found)
    return found


def sign(data: bytes, by: Signer) -> bytes:
    """The signature (CMS, DER, detached), the certificates inside. Raises NotSigned."""
    digest = hashes.SHA384() if isinstance(by.key, ec.EllipticCurvePrivateKey) and by.key.key_size > 256 else None
    builder = pkcs7.PKCS7SignatureBuilder().set_data(data)
    builder = builder.add_signer(by.certificate, by.key, digest or hashes.SHA256())
    for one in by.chain:
        builder = builder.add_certificate(one)
    options = [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary]
    try:
        return builder.sign(serialization.Encoding.DER, options)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise NotSigned(f"The key cannot sign ({error}).") from error


def _read(path: Path, variable: str) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise NotSigned(f"The file that {variable} names cannot be read ({error.strerror}).") from error
    if len(data) > LARGEST:
        raise NotSigned(f"The file that {variable} names is too large for a key.")
    return data


def _passphrase() -> bytes:
    given = os.environ.get(PASSPHRASE)
    if given is None:
        if not sys.stdin.isatty():
            raise NotSigned(f"The key has a passphrase: set {PASSPHRASE}, or run this on a terminal to be asked.")
        given = getpass.getpass("Passphrase of the release key: ")
    return given.encode()


def _pkcs12(data: bytes) -> Signer:
    # Without a passphrase first: an office's trial key may have none, and nobody should be asked for it.
    try:
        key, certificate, more = pkcs12.load_key_and_certificates(data, None)
    except ValueError:
        key, certificate, more = pkcs12.load_key_and_certificates(data, _passphrase())
    return _whole(key, certificate, tuple(more))


def _pem(data: bytes) -> Signer:
    try:
        key = serialization.load_pem_private_key(data, None)
    except TypeError:  # encrypted
        key = serialization.load_pem_private_key(data, _passphrase())
    named = os.environ.get(CERTIFICATE, "").strip()
    source = _read(Path(named), CERTIFICATE) if named else data
    certificates = x509.load_pem_x509_certificates(source) if b"BEGIN CERTIFICATE" in source else []
    if not certificates and named:
        certificates = [x509.load_der_x509_certificate(source)]
    own = [one for one in certificates if one.public_key() == key.public_key()]
    chain = tuple(one for one in certificates if one not in own)
    return _whole(key, own[0] if own else None, chain)


def _whole(key: object, certificate: x509.Certificate | None, chain: tuple[x509.Certificate, ...]) -> Signer:
    if certificate is None or key is None:
        raise NotSigned(f"No certificate goes with the key: put it into the same file, or name it in {CERTIFICATE}.")
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise NotSigned("The release key must be RSA or elliptic (P-256, P-384, P-521): OpenSSL checks CMS of these.")
    if certificate.public_key() != key.public_key():
        raise NotSigned("The certificate belongs to another key.")
    return Signer(key, certificate, chain)


def _hold(found: Signer) -> None:
    now, about = datetime.now(UTC), found.certificate
    if not about.not_valid_before_utc <= now <= about.not_valid_after_utc:
        days = f"{about.not_valid_before_utc:%Y-%m-%d} to {about.not_valid_after_utc:%Y-%m-%d}"
        raise NotSigned(f"The certificate is valid from {days} alone; OpenSSL would refuse the signature today.")
    if isinstance(found.key, rsa.RSAPrivateKey) and found.key.key_size < 3072:
        raise NotSigned("The release key has fewer than 3072 bits; make a longer one.")
    try:
        usage = about.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return
    if not (usage.digital_signature or usage.content_commitment):
        raise NotSigned("The certificate does not allow its key to sign (key usage).")
