"""Trust is a question of its own: certificates that the caller offers, and nothing else."""

from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from report.forgery import issued, resigned

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
