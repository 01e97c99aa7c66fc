"""The key of a PKCS#12 file: opened once, refused in a sentence where it is not sound."""

import base64
from pathlib import Path

import pytest
from asn1crypto import keys as asn1_keys
from asn1crypto import pkcs12 as asn1
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from hypothesis import HealthCheck, given
from hypothesis import settings as tries
from hypothesis import strategies as st
from report.authorities import Key, Party, party
from sampling import examples

from gpu_inspector.errors import ReportError
from gpu_inspector.report import cms, identity_file
from gpu_inspector.report.identity import SigningIdentity
from gpu_inspector.report.secret import Ask

PASSPHRASE = "Ein Satz mit Ümlaut 26"
ROOT = party("Test Root", authority=True)
ISSUING = party("Test Issuing", ROOT, authority=True)
OFFICER = party("Officer One", ISSUING)
FORMAT = serialization.PrivateFormat.PKCS12


def packed(
    officer: Party = OFFICER,
    passphrase: str | None = PASSPHRASE,
    others: tuple[Party, ...] = (ROOT, ISSUING),
    rounds: int = 1000,
    key: Key | None = None,
) -> bytes:
    lock: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if passphrase is not None:
        lock = (
            FORMAT.encryption_builder()
            .kdf_rounds(rounds)
            .key_cert_algorithm(pkcs12.PBES.PBESv2SHA256AndAES256CBC)
            .hmac_hash(hashes.SHA256())
            .build(passphrase.encode())
        )
    chain = [one.certificate for one in others]
    return pkcs12.serialize_key_and_certificates(b"officer", key or officer.key, officer.certificate, chain, lock)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "officer.p12"


def put(place: Path, data: bytes, mode: int = 0o600) -> Path:
    place.write_bytes(data)
    place.chmod(mode)
    return place


def answering(secret: str | None) -> Ask:
    return lambda wanted: secret


@pytest.mark.parametrize(
    "key",
    [
        pytest.param(ec.generate_private_key(ec.SECP256R1()), id="P-256"),
        pytest.param(ec.generate_private_key(ec.SECP384R1()), id="P-384"),
        pytest.param(ec.generate_private_key(ec.SECP521R1()), id="P-521"),
        pytest.param(rsa.generate_private_key(65537, 2048), id="RSA-2048"),
    ],
)
def test_key_certificate_and_authorities_come_in_order_and_sign(key: Key, place: Path) -> None:
    officer = party("Officer", ISSUING, key=key)
    loaded = identity_file.load(put(place, packed(officer)), answering(PASSPHRASE))
    assert (loaded.certificate, loaded.chain) == (officer.der, (ISSUING.der, ROOT.der))
    envelope = cms.sign(loaded.certificate, loaded.key, bytes(range(32)), loaded.chain)
    certificate, chain, value = cms.parts(envelope)
    assert cms.signature_fits(certificate, bytes(range(32)), value, chain)


def test_the_key_does_not_show_in_a_trace(place: Path) -> None:
    assert "key=" not in repr(identity_file.load(put(place, packed()), answering(PASSPHRASE)))


def test_certificates_of_others_are_left_out(place: Path) -> None:
    stranger = party("Stranger Root", authority=True)
    loaded = identity_file.load(put(place, packed(others=(stranger, ROOT, ISSUING))), answering(PASSPHRASE))
    assert loaded.chain == (ISSUING.der, ROOT.der)


def test_a_file_without_passphrase_asks_for_none(place: Path) -> None:
    def ask(wanted: str) -> str:
        raise AssertionError(wanted)

    assert identity_file.load(put(place, packed(passphrase=None)), ask).certificate == OFFICER.der


def test_a_file_under_an_empty_passphrase_opens_where_nothing_is_offered(place: Path) -> None:
    import shutil
    import subprocess

    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    put(place, packed(passphrase=None))
    pem = place.with_suffix(".pem")
    start = ["openssl", "pkcs12", "-in", str(place), "-nodes", "-passin", "pass:", "-out", str(pem)]
    subprocess.run(start, check=True, capture_output=True)
    again = ["openssl", "pkcs12", "-export", "-in", str(pem), "-passout", "pass:", "-out", str(place)]
    subprocess.run(again, check=True, capture_output=True)
    assert identity_file.load(place).certificate == OFFICER.der


def test_a_passphrase_that_has_no_bytes_is_a_sentence_without_it(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ReportError, match="is no text in UTF-8") as refused:
        identity_file.load(put(place, packed()), answering("geheim-\udcff"))
    assert refused.value.__context__ is None and "geheim" not in repr(refused.value)


def test_the_passphrase_comes_from_the_environment_first(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GPU_INSPECTOR_PASSPHRASE", PASSPHRASE)
    assert identity_file.load(put(place, packed()), answering("another")).certificate == OFFICER.der


def test_the_passphrase_comes_from_the_key_rings_own_entry(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import keyring

    asked: list[tuple[str, str]] = []

    def get_password(service: str, entry: str) -> str:
        asked.append((service, entry))
        return PASSPHRASE

    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
    monkeypatch.setattr(keyring, "get_password", get_password)
    assert identity_file.load(put(place, packed()), answering("another")).certificate == OFFICER.der
    assert asked == [("gpu-inspector", "file:officer.p12")]


def test_where_nobody_can_be_asked_the_sentence_names_the_ways(place: Path) -> None:
    with pytest.raises(ReportError, match=r"none is offered.*GPU_INSPECTOR_PASSPHRASE.*file:officer\.p12"):
        identity_file.load(put(place, packed()))


def test_a_wrong_passphrase_is_a_sentence_without_it(place: Path) -> None:
    with pytest.raises(ReportError, match="does not open") as refused:
        identity_file.load(put(place, packed()), answering("Fehl-Versuch-9"))
    trace = "".join(map(str, (refused.value, refused.value.__cause__, repr(refused.value))))
    assert "Fehl-Versuch-9" not in trace


def _odd_kind() -> bytes:
    key = ed25519.Ed25519PrivateKey.generate()
    officer = party("Edwards", ISSUING, key=key)  # type: ignore[arg-type]
    return packed(officer)


def _without_key() -> bytes:
    lock = serialization.BestAvailableEncryption(PASSPHRASE.encode())
    return pkcs12.serialize_key_and_certificates(b"none", None, None, [OFFICER.certificate], lock)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        pytest.param(b"", "no PKCS#12 file", id="empty"),
        pytest.param(b"nothing" * 50, "no PKCS#12 file", id="something else"),
        pytest.param(packed()[:-40], "no PKCS#12 file", id="cut short"),
        pytest.param(packed() + b"\0", "no PKCS#12 file", id="something behind it"),
        pytest.param(base64.encodebytes(packed()), "no PKCS#12 file", id="as mail sends it"),
        pytest.param(b"0" * (2**20 + 1), "too large", id="too large"),
        pytest.param(_without_key(), "no private key", id="certificates alone"),
        pytest.param(_odd_kind(), "of a kind that signs no reports", id="Ed25519"),
        pytest.param(
            packed(others=(party("Foreign Root", authority=True),)), "none of them issued", id="foreign chain"
        ),
    ],
)
def test_an_unsound_file_is_refused_in_a_sentence(data: bytes, sentence: str, place: Path) -> None:
    with pytest.raises(ReportError, match=sentence):
        identity_file.load(put(place, data), answering(PASSPHRASE))


def test_the_certificate_of_another_key_is_refused(place: Path) -> None:
    """The writer refuses to make such a file, so the key in its bag is exchanged for another one."""
    outer = asn1.Pfx.load(packed(passphrase=None))
    bags = asn1.SafeContents.load(outer.authenticated_safe[0]["content"].native)
    (bag,) = (one for one in bags if one["bag_id"].native == "key_bag")
    form = (serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    bag["bag_value"] = asn1_keys.PrivateKeyInfo.load(party("Other", ISSUING).key.private_bytes(*form))
    safe = asn1.AuthenticatedSafe([{"content_type": "data", "content": bags.dump(force=True)}])
    both = asn1.Pfx({"version": "v3", "auth_safe": {"content_type": "data", "content": safe.dump()}})
    with pytest.raises(ReportError, match=r"belongs to another key|holds no certificate for its key"):
        identity_file.load(put(place, both.dump()), answering(PASSPHRASE))


@pytest.mark.parametrize("part", ["mac", "bag"])
def test_a_file_that_wants_its_passphrase_hashed_without_end_is_refused_at_once(part: str, place: Path) -> None:
    whole = asn1.Pfx.load(packed())
    if part == "mac":
        whole["mac_data"]["iterations"] = 2**31
    else:
        safe = whole.authenticated_safe
        changed = []
        for content in safe:
            if content["content_type"].native == "encrypted_data":
                info = content["content"]["encrypted_content_info"]["content_encryption_algorithm"]
                info["parameters"]["key_derivation_func"]["parameters"]["iteration_count"] = 2**31
            changed.append(content)
        whole["auth_safe"]["content"] = asn1.AuthenticatedSafe(changed).dump()
    with pytest.raises(ReportError, match=r"hashed 2,147,483,648 times"):
        identity_file.load(put(place, whole.dump(force=True)), answering(PASSPHRASE))


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604])
def test_a_file_that_others_can_read_is_refused(mode: int, place: Path) -> None:
    with pytest.raises(ReportError, match="Other users can reach"):
        identity_file.load(put(place, packed(), mode), answering(PASSPHRASE))
    assert identity_file.load(place, answering(PASSPHRASE), guarded=False).certificate == OFFICER.der


def test_a_missing_file_and_a_folder_are_sentences(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="cannot be read"):
        identity_file.load(tmp_path / "none.p12")
    with pytest.raises(ReportError, match="is no file"):
        identity_file.load(tmp_path)


WHOLE = packed(rounds=1)


@pytest.mark.filterwarnings("ignore:Parsed a serial number")
@tries(max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(0, len(WHOLE) - 1), bit=st.integers(0, 7))
def test_a_flipped_bit_is_a_sentence_or_changes_nothing(tmp_path: Path, place: int, bit: int) -> None:
    damaged = bytearray(WHOLE)
    damaged[place] ^= 1 << bit
    path = put(tmp_path / "flipped.p12", bytes(damaged))
    try:
        loaded = identity_file.load(path, answering(PASSPHRASE))
    except ReportError:
        return
    assert loaded.certificate == OFFICER.der


def test_a_file_made_here_comes_back_under_its_passphrase_alone(place: Path) -> None:
    made = identity_file.made(SigningIdentity(OFFICER.der, OFFICER.key, OFFICER.chain), PASSPHRASE)
    loaded = identity_file.load(put(place, made), answering(PASSPHRASE))
    assert (loaded.certificate, loaded.chain) == (OFFICER.der, OFFICER.chain)
    with pytest.raises(ReportError, match="does not open"):
        identity_file.load(place, answering("other"))
    with pytest.raises(ReportError, match="without a passphrase"):
        identity_file.made(SigningIdentity(OFFICER.der, OFFICER.key), "")
