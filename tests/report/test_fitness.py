"""Before anything is signed: who may not sign is told so, and who may is known to those who trust the authority."""

import dataclasses
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from hypothesis import given
from hypothesis import settings as tries
from hypothesis import strategies as st
from report.authorities import DER, Key, Party, party, revocation_list
from sampling import examples

from gpu_inspector.errors import ReportError
from gpu_inspector.report import fitness, revoked
from gpu_inspector.report.certificate import SigningIdentity, algorithm_of, chain_of, pem_of
from gpu_inspector.report.fitness import examine

NOW = datetime.now(UTC).replace(microsecond=0)
ROOT = party("Root", authority=True)
ISSUING = party("Issuing", ROOT, authority=True)
OFFICER = party("Officer One", ISSUING)
LISTS = (revocation_list(ISSUING), revocation_list(ROOT))
OFF = dict.fromkeys(
    ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement"), False
) | dict.fromkeys(("key_cert_sign", "crl_sign", "encipher_only", "decipher_only"), False)


def certified(
    issuer: Party = ISSUING,
    key: Any = None,
    usage: dict[str, bool] | None = None,
    more: tuple[tuple[x509.ExtensionType, bool], ...] = (),
    authority: bool | None = False,
    length: int | None = None,
) -> Party:
    """A certificate that `party` does not make."""
    own = key or ec.generate_private_key(ec.SECP256R1())
    made = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Odd One")]))
        .issuer_name(issuer.certificate.subject)
        .public_key(own.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=30))
    )
    if authority is not None:
        made = made.add_extension(x509.BasicConstraints(ca=authority, path_length=length), critical=True)
    if usage is not None:
        made = made.add_extension(x509.KeyUsage(**{**OFF, **usage}), critical=True)
    for extension, critical in more:
        made = made.add_extension(extension, critical=critical)
    return Party(made.sign(issuer.key, hashes.SHA256()), own, issuer)


def over_sha1(one: Party) -> Party:
    """The same with the name of another digest: the library itself makes no such certificate any more."""
    sha256, sha1 = bytes.fromhex("06082a8648ce3d040302"), bytes.fromhex("06072a8648ce3d0401")
    whole = asn1.Certificate.load(one.der)
    for part in (whole["signature_algorithm"], whole["tbs_certificate"]["signature"]):
        assert part.dump() == b"\x30\x0a" + sha256
        part["algorithm"] = "sha1_ecdsa"
    der = whole.dump(force=True)
    assert sha1 in der
    return Party(x509.load_der_x509_certificate(der), one.key, one.issuer)


SIGNS = {"digital_signature": True}


def refusal(one: Party, lists: tuple[bytes, ...] = LISTS, now: datetime | None = None) -> str:
    found = examine(one.der, one.chain, lists, now)
    assert bool(found.refusal) == bool(found.advice)
    return found.refusal


def test_an_officer_of_an_authority_with_fresh_lists_may_sign_without_a_remark() -> None:
    assert examine(OFFICER.der, OFFICER.chain, LISTS) == fitness.Fitness()


@pytest.mark.parametrize(
    "key",
    [
        pytest.param(ec.generate_private_key(ec.SECP384R1()), id="P-384"),
        pytest.param(ec.generate_private_key(ec.SECP521R1()), id="P-521"),
        pytest.param(rsa.generate_private_key(65537, 2048), id="RSA-2048"),
    ],
)
def test_each_kind_of_key_that_is_promised_may_sign(key: Key) -> None:
    assert refusal(party("Officer", ISSUING, key=key)) == ""


WRONG = [
    pytest.param(lambda: party("Late", ISSUING, begin=NOW - timedelta(days=9), days=5), "has run out", id="expired"),
    pytest.param(lambda: party("Early", ISSUING, begin=NOW + timedelta(days=2)), "not valid yet", id="not yet valid"),
    pytest.param(lambda: certified(usage={"key_encipherment": True}), "not made for signing", id="for encryption"),
    pytest.param(lambda: party("CA", ROOT, authority=True), "is an authority's", id="an authority"),
    pytest.param(lambda: certified(usage=SIGNS | {"key_cert_sign": True}), "is an authority's", id="may certify"),
    pytest.param(
        lambda: party("Web", ISSUING, purpose=ExtendedKeyUsageOID.SERVER_AUTH), "another purpose.*web servers", id="web"
    ),
    pytest.param(
        lambda: party("Clock", ISSUING, purpose=ExtendedKeyUsageOID.TIME_STAMPING), "another purpose", id="time stamps"
    ),
    pytest.param(
        lambda: certified(usage=SIGNS, key=rsa.generate_private_key(65537, 1024)), "RSA key of 1024 bits", id="RSA-1024"
    ),
    pytest.param(
        lambda: certified(usage=SIGNS, key=ec.generate_private_key(ec.SECP256K1())), "curve secp256k1", id="odd curve"
    ),
    pytest.param(
        lambda: certified(usage=SIGNS, key=ec.generate_private_key(ec.SECP224R1())), "curve secp224r1", id="small curve"
    ),
    pytest.param(
        lambda: certified(usage=SIGNS, key=ed25519.Ed25519PrivateKey.generate()), "signs no reports", id="Ed25519"
    ),
    pytest.param(lambda: over_sha1(certified(usage=SIGNS)), "signed over SHA1", id="SHA-1"),
    pytest.param(
        lambda: certified(party("Old", ROOT, authority=True, begin=NOW - timedelta(days=9), days=5), usage=SIGNS),
        "authority's certificate “Old” has run out",
        id="expired authority",
    ),
    pytest.param(
        lambda: certified(OFFICER, usage=SIGNS), "“Officer One” may not issue certificates", id="officer as authority"
    ),
    pytest.param(
        lambda: certified(certified(ROOT, authority=True, usage=SIGNS), usage=SIGNS),
        "may not issue certificates",
        id="authority without the right",
    ),
    pytest.param(
        lambda: certified(
            certified(certified(ROOT, authority=True, length=0), authority=True, length=None), usage=SIGNS
        ),
        "may not have so many authorities below it",
        id="chain longer than allowed",
    ),
    pytest.param(
        lambda: certified(certified(ROOT, authority=True, key=rsa.generate_private_key(65537, 1024)), usage=SIGNS),
        "authority's certificate has an RSA key of 1024 bits",
        id="weak authority",
    ),
    pytest.param(
        lambda: certified(over_sha1(certified(ROOT, authority=True)), usage=SIGNS),
        "authority's certificate is signed over SHA1",
        id="forgeable authority",
    ),
]


@pytest.mark.parametrize(("make", "sentence"), WRONG)
def test_who_may_not_sign_is_told_why(make: Callable[[], Party], sentence: str) -> None:
    import re

    assert re.search(sentence, refusal(make())), refusal(make())


@pytest.mark.parametrize("days", [-2, 400])
def test_the_time_asked_for_decides(days: int) -> None:
    assert "clock says" in refusal(OFFICER, now=NOW + timedelta(days=days))


@pytest.mark.parametrize(
    "chain",
    [
        pytest.param((ROOT.der,), id="a link is missing"),
        pytest.param((ROOT.der, ISSUING.der), id="wrong order"),
        pytest.param(
            (party("Issuing", party("Root", authority=True), authority=True).der,), id="same names, other keys"
        ),
        pytest.param((ISSUING.der, party("Root", authority=True).der), id="another root of the same name"),
    ],
)
def test_a_chain_that_does_not_hang_together_is_refused(chain: tuple[bytes, ...]) -> None:
    assert "does not hang together" in examine(OFFICER.der, chain, LISTS).refusal


def test_a_chain_longer_than_an_envelope_takes_is_refused() -> None:
    last = ROOT
    for number in range(6):
        last = party(f"Level {number}", last, authority=True)
    assert "at most 5 go into a report" in refusal(party("Officer", last))


def test_bytes_that_are_no_certificate_are_a_refusal() -> None:
    assert "cannot be read" in examine(b"nothing", (), ()).refusal
    assert "cannot be read" in examine(OFFICER.der, (b"nothing",), ()).refusal


def test_the_certificate_of_another_key_is_refused() -> None:
    with pytest.raises(ReportError, match="belongs to another key"):
        fitness.require(SigningIdentity(OFFICER.der, ISSUING.key, OFFICER.chain), LISTS)
    assert fitness.require(SigningIdentity(OFFICER.der, OFFICER.key, OFFICER.chain), LISTS) == ()


def _revoked(reason: x509.ReasonFlags | None = None, other: bool = False, **list_options: Any) -> bytes:
    """A list of the issuing authority that names the officer, or somebody else."""
    entry = (
        x509.RevokedCertificateBuilder()
        .serial_number(4711 if other else OFFICER.certificate.serial_number)
        .revocation_date(NOW - timedelta(hours=5))
    )
    if reason is not None:
        entry = entry.add_extension(x509.CRLReason(reason), critical=False)
    return _list(entry.build(), **list_options)


def _list(
    entry: x509.RevokedCertificate,
    issuer: Party = ISSUING,
    days: float = 30,
    more: tuple[tuple[x509.ExtensionType, bool], ...] = (),
    key: Key | None = None,
) -> bytes:
    made = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.certificate.subject)
        .last_update(NOW - timedelta(days=40))
        .next_update(NOW - timedelta(days=40) + timedelta(days=40 + days))
        .add_revoked_certificate(entry)
    )
    for extension, critical in more:
        made = made.add_extension(extension, critical=critical)
    return made.sign(key or issuer.key, hashes.SHA256()).public_bytes(DER)


@pytest.mark.parametrize(
    ("lists", "sentence"),
    [
        pytest.param((_revoked(),), "“Officer One” was revoked by its authority on", id="revoked"),
        pytest.param((_revoked(x509.ReasonFlags.key_compromise),), "may be in other hands", id="key compromise"),
        pytest.param((_revoked(x509.ReasonFlags.certificate_hold),), "for the time being", id="on hold"),
        pytest.param((_revoked(days=-5),), "was revoked", id="by a list that is out of date"),
        pytest.param((*LISTS, _revoked()), "was revoked", id="by one list of several"),
    ],
)
def test_a_revoked_certificate_is_refused(lists: tuple[bytes, ...], sentence: str) -> None:
    assert sentence in refusal(OFFICER, lists)


def test_a_revoked_authority_is_refused() -> None:
    root = party("Root", authority=True)
    issuing = party("Issuing", root, authority=True)
    root.revoked[issuing.certificate.serial_number] = NOW - timedelta(hours=1)
    assert "“Issuing” was revoked" in refusal(party("Officer", issuing), (revocation_list(root),))


def test_it_does_not_matter_that_the_list_is_as_mail_sends_it() -> None:
    import base64

    text = b"-----BEGIN X509 CRL-----\n" + base64.encodebytes(_revoked()) + b"-----END X509 CRL-----\n"
    assert revoked.lists_in(text + text) == (_revoked(),) * 2 or len(revoked.lists_in(text + text)) == 2
    assert "was revoked" in refusal(OFFICER, revoked.lists_in(text))
    assert revoked.lists_in(b"nothing") == revoked.lists_in(pem_of(OFFICER.der)) == ()


STRANGER = party("Issuing", party("Root", authority=True), authority=True)
URI = x509.UniformResourceIdentifier("http://crl.invalid/other")


def _point(**options: Any) -> tuple[x509.IssuingDistributionPoint, bool]:
    usual = dict.fromkeys(
        ("only_contains_user_certs", "only_contains_ca_certs", "indirect_crl", "only_contains_attribute_certs"), False
    )
    point: dict[str, Any] = {"full_name": None, "relative_name": None, "only_some_reasons": None, **usual, **options}
    return x509.IssuingDistributionPoint(**point), True


@pytest.mark.parametrize(
    "lists",
    [
        pytest.param((), id="none at hand"),
        pytest.param((b"nothing",), id="no list"),
        pytest.param((revocation_list(ROOT),), id="of another authority"),
        pytest.param((_revoked(key=STRANGER.key),), id="signed by a stranger"),
        pytest.param((_revoked(other=True, more=(_point(only_contains_ca_certs=True),)),), id="for authorities alone"),
        pytest.param((_revoked(other=True, more=(_point(full_name=[URI]),)),), id="another part"),
        pytest.param((_revoked(other=True, more=((x509.DeltaCRLIndicator(1), True),)),), id="changes alone"),
        pytest.param(
            (_revoked(other=True, more=(_point(only_some_reasons=frozenset({x509.ReasonFlags.superseded})),)),),
            id="some reasons alone",
        ),
    ],
)
def test_a_list_that_cannot_clear_the_officer_is_a_remark_and_no_refusal(lists: tuple[bytes, ...]) -> None:
    found = examine(OFFICER.der, OFFICER.chain, lists)
    assert found.refusal == ""
    assert any("“Officer One” was revoked could not be asked" in one for one in found.remarks)


def test_an_old_list_clears_up_to_its_end_alone() -> None:
    found = examine(OFFICER.der, OFFICER.chain, (_revoked(other=True, days=-5), revocation_list(ROOT)))
    assert found.refusal == "" and len(found.remarks) == 1
    assert "to be renewed by" in found.remarks[0]


def test_an_entry_that_lifts_a_revocation_or_speaks_of_another_authority_revokes_nothing() -> None:
    assert refusal(OFFICER, (_revoked(x509.ReasonFlags.remove_from_crl),)) == ""
    foreign = (
        x509.RevokedCertificateBuilder()
        .serial_number(OFFICER.certificate.serial_number)
        .revocation_date(NOW)
        .add_extension(x509.CertificateIssuer([x509.DirectoryName(ROOT.certificate.subject)]), critical=True)
        .build()
    )
    assert refusal(OFFICER, (_list(foreign, more=(_point(indirect_crl=True),)),)) == ""


def test_what_may_stand_in_the_way_of_who_verifies_is_a_remark() -> None:
    own = party("Own")
    (remark,) = examine(own.der, (), ()).remarks
    assert "signed by its own key" in remark
    alone = examine(OFFICER.der, (), LISTS)
    assert alone.refusal == "" and "not at hand" in alone.remarks[0]
    silent = certified()
    assert any("no key usage" in one for one in examine(silent.der, silent.chain, LISTS).remarks)
    strict = certified(usage=SIGNS, more=((x509.PolicyConstraints(0, None), True),))
    assert any("2.5.29.36" in one for one in examine(strict.der, strict.chain, LISTS).remarks)


@pytest.mark.parametrize(
    "purpose",
    [
        ExtendedKeyUsageOID.EMAIL_PROTECTION,
        ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,
        x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36"),
    ],
    ids=["mail", "any", "documents"],
)
def test_purposes_under_which_documents_are_signed_are_fit(purpose: x509.ObjectIdentifier) -> None:
    assert refusal(party("Officer", ISSUING, purpose=purpose)) == ""


def test_a_chain_is_found_whatever_lies_beside_it() -> None:
    pool = [STRANGER.der, ROOT.der, OFFICER.der, party("Other", ISSUING).der, ISSUING.der]
    for start in range(len(pool)):
        assert chain_of(OFFICER.der, pool[start:] + pool[:start]) == (ISSUING.der, ROOT.der)
    assert chain_of(OFFICER.der, [STRANGER.der]) == chain_of(ROOT.der, pool) == ()


def test_of_an_authority_that_was_certified_anew_the_longer_valid_one_is_taken() -> None:
    renewed = party("Issuing", ROOT, authority=True, key=ISSUING.key, days=4000)
    assert chain_of(OFFICER.der, [ISSUING.der, renewed.der]) == (renewed.der,)


def test_two_authorities_that_certify_each_other_end_the_chain() -> None:
    one, two = party("One", authority=True), party("Two", authority=True)
    a = party("One", two, authority=True, key=one.key)
    b = party("Two", one, authority=True, key=two.key)
    officer = party("Officer", a)
    assert len(chain_of(officer.der, [a.der, b.der])) == 2


def test_the_kind_of_a_key_is_said_in_words() -> None:
    assert algorithm_of(OFFICER.der) == "P-256"
    assert algorithm_of(certified(key=rsa.generate_private_key(65537, 2048)).der) == "RSA, 2048 bits"


def test_who_is_fit_is_known_to_those_who_trust_the_issuer() -> None:
    """What may sign here must not be refused by `verify` for its own sake."""
    from gpu_inspector.report import trust

    purposes = [None, *sorted(fitness.DOCUMENTS, key=lambda one: one.dotted_string)]
    for purpose in purposes:
        officer = party("Officer", ISSUING, purpose=purpose)
        assert refusal(officer) == ""
        signer = trust.Signer(officer.der, NOW)
        assert trust.chain_to(ISSUING.der, signer) is not None


@pytest.mark.filterwarnings("ignore:Parsed a serial number")
@tries(max_examples=examples(150), deadline=None)
@given(place=st.integers(0, 10_000), bit=st.integers(0, 7), which=st.sampled_from(["leaf", "authority", "list"]))
def test_a_flipped_bit_anywhere_gives_an_answer(place: int, bit: int, which: str) -> None:
    parts = {"leaf": OFFICER.der, "authority": ISSUING.der, "list": _revoked()}
    damaged = bytearray(parts[which])
    damaged[place % len(damaged)] ^= 1 << bit
    parts[which] = bytes(damaged)
    found = examine(parts["leaf"], (parts["authority"], ROOT.der), (parts["list"], LISTS[1]))
    assert found.refusal or (found.remarks and which == "list")


def test_an_answer_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        examine(OFFICER.der, (), ()).refusal = "x"  # type: ignore[misc]
