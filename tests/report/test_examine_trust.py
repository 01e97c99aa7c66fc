"""Trust is a question of its own: certificates that the caller offers, and nothing else."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from hypothesis import given, settings
from hypothesis import strategies as st
from report.forgery import flipped, issued, resigned
from sampling import examples

from gpu_inspector.report import standing
from gpu_inspector.report.examine import examine
from gpu_inspector.report.identity import SigningIdentity, load_or_make


def test_signed_again_by_another_key_is_intact_but_not_trusted(
    drawn: bytes, identity: SigningIdentity, tmp_path: Path
) -> None:
    other = load_or_make(tmp_path / "other")
    found = examine(resigned(drawn, other), (identity.certificate,))
    assert (found.intact, found.ours, found.trusted) == (True, True, False)
    assert found.fingerprint == other.fingerprint != identity.fingerprint


def test_a_stranger_with_the_same_name_is_not_trusted(drawn: bytes, identity: SigningIdentity) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    honest = x509.load_der_x509_certificate(identity.certificate)
    twin = issued(honest.subject, honest.subject, key, key, serial=honest.serial_number)
    found = examine(resigned(drawn, SigningIdentity(twin, key)), (identity.certificate,))
    assert (found.intact, found.trusted) == (True, False)


@pytest.mark.parametrize("form", ["der", "pem"])
def test_the_offered_certificate_is_trusted(form: str, signed: bytes, identity: SigningIdentity) -> None:
    offered = identity.certificate
    if form == "pem":
        offered = x509.load_der_x509_certificate(offered).public_bytes(serialization.Encoding.PEM)
    assert examine(signed, (b"", offered)).trusted


def test_a_trust_file_without_certificate_is_said(signed: bytes) -> None:
    found = examine(signed, (b"no certificate",))
    assert (found.intact, found.trusted) == (True, False)
    assert any("no certificate that can be read" in remark for remark in found.remarks)


@pytest.mark.parametrize(
    ("authority", "stranger", "trusted"),
    [
        pytest.param(True, False, True, id="authority-of-the-signer"),
        pytest.param(True, True, False, id="another-authority-of-the-same-name"),
        pytest.param(False, False, False, id="issuer-that-is-no-authority"),
    ],
)
def test_an_offered_authority(authority: bool, stranger: bool, trusted: bool, drawn: bytes) -> None:
    office, officer, other = (ec.generate_private_key(ec.SECP256R1()) for _ in range(3))
    names = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]) for name in ("Office", "Officer One")]
    root_key = other if stranger else office
    root = issued(names[0], names[0], root_key, root_key, authority=authority)
    leaf = issued(names[1], names[0], officer, office)
    found = examine(resigned(drawn, SigningIdentity(leaf, officer)), (root,))
    assert (found.intact, found.trusted) == (True, trusted)


def test_a_certificate_that_ran_out_before_signing_is_not_trusted(drawn: bytes) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Old")])
    old = issued(name, name, key, key, days=5, age=20)
    found = examine(resigned(drawn, SigningIdentity(old, key)), (old,))
    assert (found.intact, found.trusted) == (True, False)
    assert any("not within the certificate's" in remark for remark in found.remarks)


OFFICE, OFFICER = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
NAMES = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]) for name in ("Office", "Officer One")]
MAIL, SERVER = ExtendedKeyUsageOID.EMAIL_PROTECTION, ExtendedKeyUsageOID.SERVER_AUTH


def _root(**differs: Any) -> bytes:
    return issued(NAMES[0], NAMES[0], OFFICE, OFFICE, **{"authority": True, **differs})


def _leaf(**differs: Any) -> bytes:
    return issued(NAMES[1], NAMES[0], OFFICER, OFFICE, **differs)


@pytest.mark.parametrize(
    ("root", "leaf", "trusted"),
    [
        pytest.param({}, {}, True, id="plain"),
        pytest.param({"usage": False}, {}, True, id="authority-without-key-usage"),
        pytest.param({}, {"extra": (x509.ExtendedKeyUsage([SERVER, MAIL]),)}, True, id="signer-for-mail-too"),
        pytest.param({}, {"extra": (x509.ExtendedKeyUsage([SERVER]),)}, False, id="signer-for-web-servers"),
        pytest.param({"extra": (x509.ExtendedKeyUsage([SERVER]),)}, {}, False, id="authority-for-web-servers"),
        pytest.param({}, {"usage": False}, False, id="signer-without-key-usage"),
        pytest.param({}, {"authority": True}, False, id="signer-is-an-authority"),
        pytest.param({"age": 20, "days": 5}, {"age": 18}, False, id="authority-ran-out-before-signing"),
        pytest.param({"age": 1}, {"age": 5}, True, id="authority-renewed-since"),
        pytest.param(
            {"extra": (x509.NameConstraints(None, [x509.DirectoryName(NAMES[1])]),)}, {}, False, id="names-constrained"
        ),
    ],
)
def test_only_an_authority_for_signers_makes_a_signer_known(
    root: dict[str, Any], leaf: dict[str, Any], trusted: bool, drawn: bytes
) -> None:
    done = resigned(drawn, SigningIdentity(_leaf(**leaf), OFFICER))
    found = examine(done, (_root(**root),))
    assert (found.intact, found.trusted) == (True, trusted)
    assert examine(done, (_leaf(**leaf),)).trusted is False  # another certificate of the same names and key


def _doubled(der: bytes) -> bytes:
    parsed = asn1.Certificate.load(der)
    parsed["tbs_certificate"]["extensions"].append(parsed["tbs_certificate"]["extensions"][0].copy())
    return bytes(parsed.dump(force=True))


ODD: dict[str, Callable[[bytes], bytes]] = {
    "unsupported-curve": lambda der: der.replace(bytes.fromhex("2a8648ce3d030107"), bytes.fromhex("2a8648ce3d030108")),
    "unknown-kind-of-key": lambda der: der.replace(bytes.fromhex("2a8648ce3d0201"), bytes.fromhex("2a8648ce3d0209")),
    "extension-twice": _doubled,
    "empty-key-usage": lambda der: der.replace(bytes.fromhex("040403020204"), bytes.fromhex("040403000204")),
    "empty-curve-point": lambda der: der.replace(bytes.fromhex("03420004"), bytes.fromhex("03420005")),
}


@pytest.mark.parametrize("change", ODD.values(), ids=ODD.keys())
def test_an_odd_trust_file_says_nothing_about_the_report(
    change: Callable[[bytes], bytes], signed: bytes, identity: SigningIdentity
) -> None:
    plain = _root()
    odd = change(plain)
    assert odd != plain
    found = examine(signed, (odd,))
    assert (found.intact, found.trusted, found.problems) == (True, False, ())
    assert any("can be read" in remark or "cannot be read" in remark for remark in found.remarks)
    assert examine(signed, (odd, identity.certificate)).trusted


@given(place=st.integers(min_value=0, max_value=len(_root()) - 1), bit=st.integers(min_value=0, max_value=7))
@settings(deadline=None, max_examples=examples(60))
def test_a_flipped_trust_file_never_breaks_the_examination(place: int, bit: int) -> None:
    root = _root(serial=7)
    changed = flipped(root, place % len(root), bit)
    now = datetime.now(UTC)
    found = standing.signer(_leaf(), now, None, now, standing.offered_in((changed,)), standing.Held())
    assert found.trusted or found.remarks
    assert all(remark.endswith(".") for remark in found.remarks)


def test_a_file_full_of_certificates_that_vouch_for_each_other_is_answered_soon() -> None:
    """One key, a hundred authorities of one name, each issued by every other: a search of all paths would never end."""
    key, stranger = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    ring = tuple(issued(NAMES[0], NAMES[0], key, key, authority=True) for _ in range(100))
    leaf = issued(NAMES[1], NAMES[0], OFFICER, key)
    offered = tuple(issued(NAMES[0], NAMES[0], stranger, stranger, authority=True) for _ in range(3))
    now = datetime.now(UTC)
    found = standing.signer(leaf, now, None, now, standing.Offered(offered), standing.Held(ring))
    assert not found.trusted
