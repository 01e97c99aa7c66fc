"""The signing identity: made once, kept safe, refused with a sentence where it is not sound."""

import base64
import concurrent.futures
import datetime
import multiprocessing
import shutil
import stat
from pathlib import Path

import keyring
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import NameOID

from gpu_inspector.errors import ReportError
from gpu_inspector.report.identity import SigningIdentity, certificates_in, load_or_make


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "home" / "identity"


def _certificate(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey, days: int = 30, age: int = 1) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Office")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=age))
        .not_valid_after(now - datetime.timedelta(days=age) + datetime.timedelta(days=days))
        .sign(key, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM)


def test_first_use_makes_it_and_second_use_finds_it(folder: Path) -> None:
    first = load_or_make(folder)
    assert load_or_make(folder).fingerprint == first.fingerprint
    assert stat.S_IMODE((folder / "key.pem").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [path.name for path in folder.parent.iterdir()] == ["identity"]


def test_an_empty_folder_is_filled(folder: Path) -> None:
    folder.mkdir(parents=True)
    assert load_or_make(folder).fingerprint


def test_the_certificate_is_for_signatures_only_and_names_no_machine(folder: Path) -> None:
    certificate = x509.load_der_x509_certificate(load_or_make(folder).certificate)
    usage = certificate.extensions.get_extension_for_class(x509.KeyUsage)
    basic = certificate.extensions.get_extension_for_class(x509.BasicConstraints)
    assert usage.critical and basic.critical and not basic.value.ca
    assert usage.value.digital_signature and usage.value.content_commitment and not usage.value.key_cert_sign
    assert load_or_make(folder).name.startswith("GPU Inspector, bench key ")
    years = (certificate.not_valid_after_utc - certificate.not_valid_before_utc).days / 365.25
    assert 9.9 < years < 10.1


def test_the_key_does_not_show_in_a_trace(folder: Path) -> None:
    assert "key=" not in repr(load_or_make(folder))


def _fingerprint(folder: str) -> str:
    return load_or_make(Path(folder)).fingerprint


def test_programs_that_start_together_share_one_identity(folder: Path) -> None:
    context = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(2, mp_context=context) as pool:
        found = set(pool.map(_fingerprint, [str(folder)] * 6))
    assert len(found) == 1


def test_threads_that_start_together_share_one_identity(tmp_path: Path) -> None:
    for attempt in range(10):
        place = str(tmp_path / str(attempt) / "identity")
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            assert len(set(pool.map(_fingerprint, [place] * 8))) == 1
        assert [path.name for path in Path(place).parent.iterdir()] == ["identity"]


def test_a_passphrase_from_the_environment_locks_the_key(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GPU_INSPECTOR_PASSPHRASE", "right")
    first = load_or_make(folder)
    assert b"ENCRYPTED" in (folder / "key.pem").read_bytes()
    assert load_or_make(folder).fingerprint == first.fingerprint
    monkeypatch.setenv("GPU_INSPECTOR_PASSPHRASE", "wrong")
    with pytest.raises(ReportError, match="passphrase does not open"):
        load_or_make(folder)
    monkeypatch.delenv("GPU_INSPECTOR_PASSPHRASE")
    with pytest.raises(ReportError, match="protected by a passphrase"):
        load_or_make(folder)


def test_a_passphrase_from_the_key_ring_locks_the_key(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, str]] = []

    def get_password(service: str, entry: str) -> str:
        asked.append((service, entry))
        return "from the ring"

    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
    monkeypatch.setattr(keyring, "get_password", get_password)
    first = load_or_make(folder)
    assert b"ENCRYPTED" in (folder / "key.pem").read_bytes()
    assert load_or_make(folder).fingerprint == first.fingerprint
    assert set(asked) == {("gpu-inspector", "signing-key")}


def test_the_key_ring_is_not_asked_for_a_key_without_passphrase(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load_or_make(folder)

    def get_password(_service: str, _entry: str) -> str:
        raise AssertionError("the ring was asked")

    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
    monkeypatch.setattr(keyring, "get_password", get_password)
    assert load_or_make(folder).fingerprint


def _damage(folder: Path, case: str) -> None:
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    other = ec.generate_private_key(ec.SECP256R1())
    if case == "key-missing":
        key.unlink()
    elif case == "certificate-missing":
        certificate.unlink()
    elif case == "key-damaged":
        key.write_bytes(key.read_bytes()[:60])
    elif case == "key-empty":
        key.write_bytes(b"")
    elif case == "certificate-damaged":
        certificate.write_bytes(certificate.read_bytes()[:200])
    elif case == "another-certificate":
        certificate.write_bytes(_certificate(other))
    elif case == "two-certificates":
        certificate.write_bytes(certificate.read_bytes() * 2)
    elif case == "key-open-to-others":
        key.chmod(0o644)
    elif case == "folder-open-to-others":
        folder.chmod(0o777)
    elif case == "kind-of-key":
        private = ed25519.Ed25519PrivateKey.generate()
        pem = private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        key.write_bytes(pem)
    elif case == "folder-is-a-file":
        shutil.rmtree(folder)
        folder.write_bytes(b"")


@pytest.mark.parametrize(
    ("case", "sentence"),
    [
        ("key-missing", "key.pem is missing"),
        ("certificate-missing", "certificate.pem is missing"),
        ("key-damaged", "is damaged"),
        ("key-empty", "is damaged"),
        ("certificate-damaged", "0 readable certificates"),
        ("another-certificate", "belongs to another key"),
        ("two-certificates", "2 readable certificates"),
        ("key-open-to-others", "Other users can reach the signing key"),
        ("folder-open-to-others", "Other users can reach the signing key"),
        ("kind-of-key", "of a kind that signs no reports"),
        ("folder-is-a-file", "cannot be used"),
    ],
)
def test_an_unsound_identity_is_refused(folder: Path, case: str, sentence: str) -> None:
    load_or_make(folder)
    _damage(folder, case)
    with pytest.raises(ReportError, match=sentence):
        load_or_make(folder)


@pytest.mark.parametrize(("days", "age"), [pytest.param(5, 10, id="ran-out"), pytest.param(5, -2, id="not-yet-valid")])
def test_a_certificate_out_of_its_time_is_refused(folder: Path, days: int, age: int) -> None:
    _put(folder, ec.generate_private_key(ec.SECP256R1()), days, age)
    with pytest.raises(ReportError, match="clock says"):
        load_or_make(folder)


def test_an_office_may_bring_an_rsa_key_of_its_own(folder: Path) -> None:
    _put(folder, rsa.generate_private_key(65537, 2048))
    assert isinstance(load_or_make(folder), SigningIdentity)


def _put(folder: Path, key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey, days: int = 30, age: int = 1) -> None:
    folder.mkdir(parents=True, mode=0o700)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "key.pem").write_bytes(pem)
    (folder / "key.pem").chmod(0o600)
    (folder / "certificate.pem").write_bytes(_certificate(key, days, age))


def test_certificates_are_read_in_both_forms(identity: SigningIdentity) -> None:
    pem = x509.load_der_x509_certificate(identity.certificate).public_bytes(serialization.Encoding.PEM)
    assert certificates_in(identity.certificate) == (identity.certificate,)
    assert certificates_in(b"comment\r\n" + pem + pem) == (identity.certificate,) * 2
    assert certificates_in(pem.replace(b"\n", b"\r\n")) == (identity.certificate,)
    assert certificates_in(b"") == certificates_in(b"nothing") == certificates_in(pem[:100]) == ()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("2a8648ce3d030107", "2a8648ce3d030108", id="unsupported-curve"),
        pytest.param("2a8648ce3d0201", "2a8648ce3d0209", id="unknown-kind-of-key"),
        pytest.param("0603551d23", "0603551d0e", id="extension-twice"),
        pytest.param("0404030206c0", "0404030006c0", id="bits-of-no-length"),
    ],
)
def test_an_odd_certificate_is_refused_in_a_sentence(old: str, new: str, tmp_path: Path) -> None:
    folder = tmp_path / "identity"
    odd = load_or_make(folder).certificate.replace(bytes.fromhex(old), bytes.fromhex(new))
    text = base64.encodebytes(odd).decode()
    assert odd != load_or_make(folder).certificate
    (folder / "certificate.pem").write_text(f"-----BEGIN CERTIFICATE-----\n{text}-----END CERTIFICATE-----\n")
    with pytest.raises(ReportError):
        load_or_make(folder)
