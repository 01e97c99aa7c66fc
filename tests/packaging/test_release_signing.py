"""The signature over SHA256SUMS: OpenSSL alone accepts it, finds every change, and a bad key is told in a sentence.

The keys are made here and thrown away.
"""

import os
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID
from packaging_scripts import script

signing = script("signing")
SUMS = b"".join(b"%064x  file-%d.whl\n" % (number * 7919, number) for number in range(1, 5))
NOW = datetime.now(UTC)
OPENSSL = pytest.mark.skipif(shutil.which("openssl") is None, reason="there is no openssl here")
Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey


def certificate(key: Key, name: str = "Release", days: int = 10, issuer: Key | None = None) -> x509.Certificate:
    """A certificate of ten days, or one that has run out."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    by = subject if issuer is None else x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Office")])
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(by).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number()).not_valid_before(NOW - timedelta(days=30))
    builder = builder.not_valid_after(NOW + timedelta(days=days))
    builder = builder.add_extension(x509.BasicConstraints(ca=name == "Office", path_length=None), critical=True)
    algorithm = None if isinstance(issuer or key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    return builder.sign(issuer or key, algorithm)


@pytest.fixture(scope="module")
def long_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 3072)


@pytest.fixture(autouse=True)
def no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (signing.KEY, signing.CERTIFICATE, signing.PASSPHRASE):
        monkeypatch.delenv(name, raising=False)


def pem(key: Key, *certificates: x509.Certificate, passphrase: bytes = b"") -> bytes:
    how = serialization.BestAvailableEncryption(passphrase) if passphrase else serialization.NoEncryption()
    text = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, how)
    return text + b"".join(one.public_bytes(serialization.Encoding.PEM) for one in certificates)


def use(monkeypatch: pytest.MonkeyPatch, path: Path, data: bytes, passphrase: str | None = None) -> None:
    path.write_bytes(data)
    monkeypatch.setenv(signing.KEY, str(path))
    if passphrase is not None:
        monkeypatch.setenv(signing.PASSPHRASE, passphrase)


def accepted(folder: Path, content: bytes, signature: bytes, trusted: x509.Certificate) -> bool:
    """What the command of docs/releasing.md says."""
    (folder / "SHA256SUMS").write_bytes(content)
    (folder / "SHA256SUMS.p7s").write_bytes(signature)
    (folder / "release.pem").write_bytes(trusted.public_bytes(serialization.Encoding.PEM))
    command = "openssl cms -verify -binary -inform DER -in SHA256SUMS.p7s -content SHA256SUMS -CAfile release.pem"
    asked = [*command.split(), "-purpose", "any", "-out", os.devnull]
    return subprocess.run(asked, cwd=folder, capture_output=True, check=False).returncode == 0


def test_without_a_key_there_is_no_signer() -> None:
    assert signing.signer() is None


@OPENSSL
@pytest.mark.parametrize("form", ["pkcs12", "pem", "pem with a passphrase", "certificate apart", "P-256", "P-384"])
def test_openssl_accepts_it_and_finds_every_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, long_key: rsa.RSAPrivateKey, form: str
) -> None:
    curve = {"P-256": ec.SECP256R1(), "P-384": ec.SECP384R1()}.get(form)
    key: Key = ec.generate_private_key(curve) if curve else long_key
    own = certificate(key)
    assert not isinstance(key, ed25519.Ed25519PrivateKey)
    if form == "pkcs12":
        how = serialization.BestAvailableEncryption(b"pass")
        packed = pkcs12.serialize_key_and_certificates(b"x", key, own, None, how)
        use(monkeypatch, tmp_path / "key", packed, "pass")
    elif form == "certificate apart":
        use(monkeypatch, tmp_path / "key", pem(key))
        (tmp_path / "apart.der").write_bytes(own.public_bytes(serialization.Encoding.DER))
        monkeypatch.setenv(signing.CERTIFICATE, str(tmp_path / "apart.der"))
    else:
        secret = "pass" if "passphrase" in form else ""
        use(monkeypatch, tmp_path / "key", pem(key, own, passphrase=secret.encode()), secret or None)
    by = signing.signer()
    signature = signing.sign(SUMS, by)
    assert accepted(tmp_path, SUMS, signature, own)
    other = certificate(ec.generate_private_key(ec.SECP256R1()))
    assert not accepted(tmp_path, SUMS, signature, other)
    for place in range(0, len(SUMS), 41):
        changed = SUMS[:place] + bytes([SUMS[place] ^ 1]) + SUMS[place + 1 :]
        assert not accepted(tmp_path, changed, signature, own), f"byte {place}"
    assert not accepted(tmp_path, SUMS + b"\n", signature, own)
    assert SUMS not in signature
    assert by.fingerprint == own.fingerprint(hashes.SHA256()).hex(":").upper()


@OPENSSL
def test_a_chain_travels_with_the_signature(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, long_key: rsa.RSAPrivateKey
) -> None:
    office = ec.generate_private_key(ec.SECP256R1())
    above, own = certificate(office, "Office"), certificate(long_key, issuer=office)
    use(monkeypatch, tmp_path / "key", pem(long_key, above, own))
    by = signing.signer()
    assert by.certificate == own and by.chain == (above,)
    assert accepted(tmp_path, SUMS, signing.sign(SUMS, by), above)


def test_a_wrong_passphrase_and_a_missing_one_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, long_key: rsa.RSAPrivateKey
) -> None:
    own = certificate(long_key)
    how = serialization.BestAvailableEncryption(b"pass")
    packed = pkcs12.serialize_key_and_certificates(b"x", long_key, own, None, how)
    for data in (packed, pem(long_key, own, passphrase=b"pass")):
        use(monkeypatch, tmp_path / "key", data, "wrong")
        with pytest.raises(signing.NotSigned, match="is the passphrase right"):
            signing.signer()
        monkeypatch.delenv(signing.PASSPHRASE)
        with pytest.raises(signing.NotSigned, match="on a terminal"):
            signing.signer()


def bad_keys(long_key: rsa.RSAPrivateKey) -> dict[str, tuple[bytes, str]]:
    short, edwards = rsa.generate_private_key(65537, 2048), ed25519.Ed25519PrivateKey.generate()
    return {
        "no certificate": (pem(long_key), "No certificate"),
        "certificate of another": (pem(long_key, certificate(short)), "No certificate"),
        "run out": (pem(long_key, certificate(long_key, days=-1)), "valid from"),
        "short": (pem(short, certificate(short)), "3072"),
        "Ed25519": (pem(edwards, certificate(edwards)), "RSA or elliptic"),
        "certificate alone": (pem(long_key, certificate(long_key)).split(b"-----\n", 2)[0], "cannot be read"),
        "bytes": (bytes(range(256)) * 9, "cannot be read"),
        "empty": (b"", "cannot be read"),
        "large": (b"-----BEGIN" + bytes(1 << 20), "too large"),
    }


def test_a_key_that_is_of_no_use_is_told_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, long_key: rsa.RSAPrivateKey
) -> None:
    for kind, (data, words) in bad_keys(long_key).items():
        use(monkeypatch, tmp_path / "key", data, "x")
        with pytest.raises(signing.NotSigned, match=words):
            pytest.fail(f"{kind}: {signing.signer()}")
    monkeypatch.setenv(signing.KEY, str(tmp_path / "nowhere"))
    with pytest.raises(signing.NotSigned, match="cannot be read"):
        signing.signer()
