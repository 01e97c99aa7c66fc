"""Who signs: a key and its certificate in the user's own folder, made on first use.

The certificate is signed by its own key, so it proves continuity (the same bench signed both reports) and nothing
about a person; the report says so beside the signature. An office that has a certificate of its own signs with a
PKCS#12 file (`identity_file`) or a card (`identity_card`), or puts `key.pem` and `certificate.pem` in this folder.

The key is of the curve P-256: made in under a millisecond, and verified by every reader tried (poppler 22.12,
pyHanko 0.38). Both files appear at once, by renaming a whole folder: of two programs that start together, one
wins and both sign with the same key.
"""

import contextlib
import datetime
import os
import shlex
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from gpu_inspector import platforms
from gpu_inspector.errors import ReportError
from gpu_inspector.report import fitness
from gpu_inspector.report.certificate import SigningIdentity, certificates_in, fingerprint_of, name_of, pem_of
from gpu_inspector.report.cms import SigningKey
from gpu_inspector.report.secret import PASSPHRASE_VARIABLE, RING_SERVICE, Ask, Source, nobody

__all__ = ["SigningIdentity", "certificates_in", "fingerprint_of", "load_or_make", "name_of"]

RING_ENTRY = "signing-key"
YEARS = 10
"""How long a certificate made here is valid: as long as customs files are commonly kept."""
SMALLEST_RSA_BITS = fitness.SMALLEST_RSA_BITS


def load_or_make(folder: Path, ask: Ask = nobody) -> SigningIdentity:
    """The identity in this folder, made there first where the folder is missing or empty.

    Raises ReportError: the folder cannot be read or written, others may read the key, a passphrase is missing or
    wrong, a file is damaged, the certificate is another key's or has run out.
    """
    try:
        if not folder.exists() or not any(folder.iterdir()):
            _make(folder)
        return _load(folder, ask)
    except OSError as error:
        raise _unusable(folder, error) from error


def make_anew(folder: Path, passphrase: str | None = None) -> Path | None:
    """A new key and certificate in this folder; an older folder is kept beside it, at the place that is returned.

    Without `passphrase` the key is locked with the one that environment or key ring offer, if any. Raises ReportError.
    """
    try:
        with _fresh(folder, passphrase) as fresh:
            older = _put_aside(folder) if _holds_something(folder) else None
            fresh.rename(folder)
        platforms.make_durable(folder.parent)
    except OSError as error:
        raise _unusable(folder, error) from error
    return older


def refuse_loose(path: Path) -> None:
    """Raises ReportError where other users can read the key's file, or put another one in its place."""
    for place in (path, path.parent) if platforms.keeps_modes() else ():
        mode = place.stat().st_mode
        too_much = stat.S_IRWXG | stat.S_IRWXO if place == path else stat.S_IWGRP | stat.S_IWOTH
        if mode & too_much:
            raise ReportError(
                f"Other users can reach the signing key: {place} has mode {stat.S_IMODE(mode):04o}.",
                f"Run: chmod {'600' if place == path else '700'} {shlex.quote(str(place))}. If others used this "
                "machine meanwhile, sign with a new key instead: gpu-inspector key new",
            )


def self_signed(key: ec.EllipticCurvePrivateKey) -> bytes:
    """A certificate (DER) for signatures only; it names no person and no machine."""
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
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def write_private(path: Path, data: bytes) -> None:
    """Write a file that its owner alone may read, durable; never over one that is there. Raises OSError.

    What a full disk cuts short does not stay.
    """
    with open(path, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        try:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        except BaseException:
            path.unlink(missing_ok=True)
            raise


def _unusable(folder: Path, error: OSError) -> ReportError:
    return ReportError(
        f"The signing identity in {folder} cannot be used ({error.strerror}).",
        "Give your user account read and write permission on this folder.",
    )


def _load(folder: Path, ask: Ask) -> SigningIdentity:
    key_path, certificate_path = folder / "key.pem", folder / "certificate.pem"
    for path in (key_path, certificate_path):
        if not path.is_file():
            raise ReportError(
                f"{path} is missing: a signing identity is the key and its certificate together.",
                "Put the file back from your backup, or move the folder aside; the next report makes a new identity.",
            )
    refuse_loose(key_path)
    found = certificates_in(certificate_path.read_bytes())
    if len(found) != 1:
        raise ReportError(
            f"{certificate_path} holds {len(found)} readable certificates where one belongs.",
            "Put the file back from your backup, or move the folder aside; the next report makes a new identity.",
        )
    loaded = SigningIdentity(found[0], _key_from(key_path, ask))
    fitness.require_pair(loaded)
    fitness.require_time(loaded)
    return loaded


def _key_from(path: Path, ask: Ask) -> SigningKey:
    text = path.read_bytes()
    passphrase = None
    if b"ENCRYPTED" in text:
        source = _source(ask)
        offered = source.get("Passphrase of the signing key")
        if offered is None:
            raise ReportError("The signing key is protected by a passphrase, and none is offered.", source.advice())
        passphrase = offered.encode()
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


def _source(ask: Ask = nobody) -> Source:
    return Source(PASSPHRASE_VARIABLE, RING_ENTRY, ask)


def _make(folder: Path) -> None:
    """Write key and certificate into a folder of their own and rename it: whoever comes second finds the first's."""
    with _fresh(folder, None) as fresh:
        try:
            fresh.rename(folder)
        except OSError:
            if not (folder / "key.pem").is_file():  # nobody was quicker: the folder itself is the trouble
                raise
    platforms.make_durable(folder.parent)


@contextlib.contextmanager
def _fresh(folder: Path, passphrase: str | None) -> Iterator[Path]:
    """A new key and certificate in a folder beside this one, gone at the end where it was not renamed."""
    folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = ec.generate_private_key(ec.SECP256R1())
    locked_with = passphrase or _source().stored()
    lock = serialization.BestAvailableEncryption(locked_with.encode()) if locked_with else serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, lock)
    fresh = Path(tempfile.mkdtemp(prefix=".identity-", dir=folder.parent))
    try:
        write_private(fresh / "key.pem", private)
        write_private(fresh / "certificate.pem", pem_of(self_signed(key)))
        yield fresh
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _holds_something(folder: Path) -> bool:
    return folder.exists() and (not folder.is_dir() or any(folder.iterdir()))


def _put_aside(folder: Path) -> Path:
    """Rename the folder to a name that nothing bears; its new place. Raises OSError."""
    stamp = datetime.datetime.now(datetime.UTC).strftime("%Y%m%d-%H%M%S")
    number = 1
    older = folder.with_name(f"{folder.name}-until-{stamp}")
    while os.path.lexists(older):
        number += 1
        older = folder.with_name(f"{folder.name}-until-{stamp}-{number}")
    folder.rename(older)
    return older
