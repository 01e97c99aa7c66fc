"""Tokens in one form, by others' judgement as well as by ours; and a service that is slow, wrong, hostile or down."""

import asyncio
import hashlib
import random
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import cms, tsp, x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.x509.oid import ExtendedKeyUsageOID as Purpose
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
from pyhanko_certvalidator import ValidationContext
from report.authorities import Party, Service, party
from report.services import HUGE, served
from sampling import examples

from gpu_inspector.errors import TimeStampError
from gpu_inspector.report import fetching, timestamp, tsa
from gpu_inspector.report.fetching import FetchError

DIGEST = hashlib.sha256(b"what was signed").digest()
REQUEST = tsp.TimeStampReq(
    {
        "version": "v1",
        "message_imprint": {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": DIGEST},
        "cert_req": True,
    }
).dump()
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


@pytest.fixture(scope="module")
def root() -> Party:
    return party("Root", authority=True, days=4000)


@pytest.fixture(scope="module")
def elliptic(root: Party) -> Party:
    return party("Stamps", root, purpose=Purpose.TIME_STAMPING)


@pytest.fixture(scope="module")
def classic(root: Party) -> Party:
    return party("Stamps RSA", root, purpose=Purpose.TIME_STAMPING, key=rsa.generate_private_key(65537, 2048))


KINDS: dict[str, Callable[[Party, Party], Service]] = {
    "P-256": lambda elliptic, _classic: Service(elliptic),
    "P-256 with SHA-512": lambda elliptic, _classic: Service(elliptic, hash="sha512"),
    "RSA": lambda _elliptic, classic: Service(classic),
    "RSA with SHA-384": lambda _elliptic, classic: Service(classic, hash="sha384"),
    "RSA-PSS": lambda _elliptic, classic: Service(classic, pss=True, hash="sha512"),
    "bound by SHA-1": lambda _elliptic, classic: Service(classic, version1=True),
    "unsigned attribute": lambda elliptic, _classic: Service(elliptic, unsigned=True),
    "protected algorithm": lambda elliptic, _classic: Service(elliptic, protected=True),
    "protected algorithm, RSA": lambda _elliptic, classic: Service(classic, protected=True),
}


@pytest.fixture(params=list(KINDS))
def service(request: pytest.FixtureRequest, elliptic: Party, classic: Party) -> Service:
    return KINDS[request.param](elliptic, classic)


def test_a_token_has_one_form_and_says_what_it_said(service: Service, root: Party) -> None:
    raw = service.token(DIGEST, 77)
    form = timestamp.normalised(raw)
    assert timestamp.normalised(form) == form
    found = timestamp.verify_token(form, DIGEST)
    assert found.imprint == DIGEST
    assert found.certificate == service.party.der
    assert found.nonce == 77
    assert found.policy == service.policy
    assert abs(found.gen_time - datetime.now(UTC)) < timedelta(minutes=1)
    assert found.others == ()
    assert timestamp.verify_token(raw, DIGEST).others == (root.der,)


def _every(form: bytes, places: Iterable[int]) -> None:
    dice = random.Random(3)
    for place in places:
        changed = bytearray(form)
        changed[place] ^= 1 << dice.randrange(8)
        assert not _taken(bytes(changed)), f"byte {place} of {len(form)}"
    for added in (form + b"\x00", form + form, form[:-1], b"\x00" + form):
        assert not _taken(added)


@pytest.mark.parametrize("kind", ["P-256", "RSA-PSS", "protected algorithm, RSA"])
def test_a_changed_byte_of_the_form_shows(kind: str, elliptic: Party, classic: Party) -> None:
    """A changed bit anywhere is either no token of ours any more, or shows in the form."""
    form = timestamp.normalised(KINDS[kind](elliptic, classic).token(DIGEST))
    _every(form, random.Random(4).sample(range(len(form)), 80))


@pytest.mark.prove
@pytest.mark.parametrize("kind", list(KINDS))
def test_every_changed_byte_of_the_form_shows(kind: str, elliptic: Party, classic: Party) -> None:
    form = timestamp.normalised(KINDS[kind](elliptic, classic).token(DIGEST))
    _every(form, range(len(form)))


def _taken(token: bytes) -> bool:
    try:
        return timestamp.normalised(token) == token and timestamp.verify_token(token, DIGEST).imprint == DIGEST
    except ValueError:
        return False


def test_the_other_half_of_an_ecdsa_signature_shows(elliptic: Party) -> None:
    """It is valid as well, and mostly a byte longer: the frame around it is made anew."""
    form = timestamp.normalised(Service(elliptic).token(DIGEST))
    info = cms.ContentInfo.load(form)
    signer = info["content"]["signer_infos"][0]
    r, s = decode_dss_signature(signer["signature"].native)
    signer["signature"] = encode_dss_signature(r, P256_ORDER - s)
    other = info.dump(force=True)
    assert timestamp.verify_token(other, DIGEST).imprint == DIGEST
    assert timestamp.normalised(other) == form != other


def test_openssl_takes_the_form(service: Service, root: Party, tmp_path: Path) -> None:
    if service.pss:
        pytest.skip("openssl's own command line needs more than a token for RSA-PSS")
    _openssl_agrees(timestamp.normalised(service.token(DIGEST)), root, tmp_path)


def _openssl_agrees(token: bytes, root: Party, folder: Path) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    (folder / "token").write_bytes(token)
    (folder / "root.pem").write_bytes(root.certificate.public_bytes(serialization.Encoding.PEM))
    verify = ["openssl", "ts", "-verify", "-digest", DIGEST.hex(), "-in", "token", "-token_in", "-CAfile", "root.pem"]
    done = subprocess.run(verify, cwd=folder, capture_output=True, text=True, timeout=30)
    assert "Verification: OK" in done.stdout + done.stderr, done.stderr


def test_pyhanko_takes_the_form_and_trusts_its_root(service: Service, root: Party) -> None:
    signed = cms.ContentInfo.load(timestamp.normalised(service.token(DIGEST)))["content"]
    context = ValidationContext(trust_roots=[x509.Certificate.load(root.der)], allow_fetching=False)
    found = asyncio.run(validate_tst_signed_data(signed, context, lambda _name: DIGEST))
    assert found["intact"]
    assert found["valid"]
    assert found["trust_problem_indic"] is None


@pytest.mark.parametrize(
    "more", ["ess_cert_id_alg=sha256", "ess_cert_id_alg=sha1\nordering=yes\ntsa_name=yes\ness_cert_id_chain=yes"]
)
def test_a_token_that_openssl_made(more: str, classic: Party, root: Party, tmp_path: Path) -> None:
    """Made by other hands than the tests' own service, and verified by these after it was written anew."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    key = classic.key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (tmp_path / "key.pem").write_bytes(key)
    (tmp_path / "tsa.pem").write_bytes(classic.certificate.public_bytes(serialization.Encoding.PEM))
    (tmp_path / "root.pem").write_bytes(root.certificate.public_bytes(serialization.Encoding.PEM))
    (tmp_path / "serial").write_text("01")
    (tmp_path / "ca.cnf").write_text(
        "[tsa]\ndefault_tsa=t\n[t]\nserial=serial\ncrypto_device=builtin\nsigner_cert=tsa.pem\nsigner_key=key.pem\n"
        "signer_digest=sha256\ndefault_policy=1.2.3.4.1\ndigests=sha256\naccuracy=secs:1\n"
        f"certs=root.pem\nclock_precision_digits=3\n{more}\n"
    )
    for command in (
        f"openssl ts -query -digest {DIGEST.hex()} -sha256 -cert -out q",
        "openssl ts -reply -config ca.cnf -queryfile q -out r -token_out",
    ):
        subprocess.run(command.split(), cwd=tmp_path, check=True, capture_output=True, timeout=30)
    raw = (tmp_path / "r").read_bytes()
    form = timestamp.normalised(raw)
    assert timestamp.verify_token(raw, DIGEST).others == (root.der,)
    assert timestamp.verify_token(form, DIGEST).policy == "1.2.3.4.1"
    assert timestamp.normalised(form) == form
    _openssl_agrees(form, root, tmp_path)


def test_lengths_that_are_not_told_are_told_in_the_form(elliptic: Party) -> None:
    """Older services write frames without a length (BER): the same stamp comes out in the same form."""
    raw = Service(elliptic, with_chain=False).token(DIGEST)
    held = cms.ContentInfo.load(raw)["content"]
    told = bytes(held["encap_content_info"]["content"])

    def open_ended(tag: int, *contents: bytes) -> bytes:
        return bytes((tag, 0x80)) + b"".join(contents) + b"\x00\x00"

    inner = open_ended(0x24, b"\x04\x10" + told[:16], bytes((0x04, 0x81, len(told) - 16)) + told[16:])
    content = open_ended(
        0x30,
        held["version"].dump(),
        held["digest_algorithms"].dump(),
        open_ended(0x30, cms.ContentType("tst_info").dump(), open_ended(0xA0, inner)),
        open_ended(0xA0, elliptic.der),
        held["signer_infos"].dump(),
    )
    loose = open_ended(0x30, cms.ContentType("signed_data").dump(), open_ended(0xA0, content))
    assert timestamp.verify_token(loose, DIGEST).imprint == DIGEST
    assert timestamp.normalised(loose) == timestamp.normalised(raw)


def _wrong(**changes: object) -> Callable[[Party, Party], bytes]:
    return lambda elliptic, _root: replace(Service(elliptic), **changes).token(DIGEST)  # type: ignore[arg-type]


def _of(**options: object) -> Callable[[Party, Party], bytes]:
    def made(_elliptic: Party, root: Party) -> bytes:
        own = party("Odd", root, **{"purpose": Purpose.TIME_STAMPING, **options})  # type: ignore[arg-type]
        return Service(own).token(DIGEST)

    return made


def _resigned(change: Callable[[tsp.TSTInfo], None]) -> Callable[[Party, Party], bytes]:
    return lambda elliptic, _root: Service(elliptic, change=change).token(DIGEST)


REFUSED: dict[str, tuple[Callable[[Party, Party], bytes], str]] = {
    "another digest": (_wrong(spoil_imprint=True), "another digest"),
    "no certificate": (_wrong(with_certificate=False), "not in it"),
    "SHA-1": (_wrong(hash="sha1"), "sha1"),
    "a certificate for web servers": (_of(purpose=Purpose.SERVER_AUTH), "time stamps alone"),
    "a purpose that is not critical": (_of(critical=False), "time stamps alone"),
    "no purpose": (_of(purpose=None), "time stamps alone"),
    "a certificate that has run out": (
        _of(begin=datetime.now(UTC).replace(microsecond=0) - timedelta(days=9), days=2),
        "not valid at the time",
    ),
    "a weak key": (_of(key=rsa.generate_private_key(65537, 1024)), "weak"),
    "an unknown critical extension": (
        _resigned(
            lambda told: told.__setitem__(
                "extensions", [{"extn_id": "1.2.3.4", "critical": True, "extn_value": b"\x05\x00"}]
            )
        ),
        "critical extension",
    ),
    "another version": (_resigned(lambda told: told.__setitem__("version", "v2")), "another kind"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_stamp_is_refused_with_its_reason(case: str, elliptic: Party, root: Party) -> None:
    make, reason = REFUSED[case]
    with pytest.raises(ValueError, match=reason):
        timestamp.verify_token(make(elliptic, root), DIGEST)


def test_a_certificate_that_the_token_is_not_bound_to_is_not_taken(elliptic: Party, root: Party) -> None:
    """The same key under another name: the signature fits, the binding does not."""
    twin = party("Somebody else", root, purpose=Purpose.TIME_STAMPING, key=elliptic.key)
    token = Service(elliptic, with_chain=False).token(DIGEST)
    info = cms.ContentInfo.load(token)
    info["content"]["certificates"] = [x509.Certificate.load(twin.der)]
    with pytest.raises(ValueError, match="not in it"):
        timestamp.verify_token(info.dump(force=True), DIGEST)


@given(st.binary(max_size=400))
@settings(max_examples=examples(100), deadline=None)
def test_any_bytes_are_a_token_or_a_value_error(data: bytes) -> None:
    for read in (timestamp.parts, timestamp.normalised, lambda one: timestamp.verify_token(one, DIGEST)):
        with pytest.raises(ValueError):
            read(data)


def test_damaged_tokens_are_value_errors(elliptic: Party) -> None:
    token = Service(elliptic).token(DIGEST)
    dice = random.Random(5)
    for _round in range(100):
        changed = bytearray(token)
        for _bit in range(dice.randint(1, 4)):
            changed[dice.randrange(len(changed))] ^= 1 << dice.randrange(8)
        for read in (timestamp.parts, timestamp.normalised, lambda one: timestamp.verify_token(one, DIGEST)):
            try:
                read(bytes(changed))
            except ValueError:
                continue


# ---------------------------------------------------------------------------------------------------- the service


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


def test_a_service_over_http_stamps(elliptic: Party, root: Party) -> None:
    with served() as site:
        site.service = Service(elliptic, unsigned=True)
        done = tsa.stamper(f"{site.url}/tsa")(DIGEST)
    assert timestamp.normalised(done.token) == done.token
    assert timestamp.verify_token(done.token, DIGEST).nonce is not None
    assert done.certificates == (elliptic.der, root.der)
    assert done.remark == ""


SPOILT: dict[str, tuple[dict[str, object], str]] = {
    "another number": ({"spoil_nonce": True}, "another question"),
    "another digest": ({"spoil_imprint": True}, "another digest"),
    "no certificate": ({"with_certificate": False}, "not in it"),
    "refusal": ({"status": "rejection", "text": "Pay first.\x1b[2J"}, r"refused .*Pay first\. "),
}


@pytest.mark.parametrize("case", SPOILT)
def test_a_service_that_answers_wrongly_is_not_asked_again(case: str, elliptic: Party) -> None:
    changes, sentence = SPOILT[case]
    service = replace(Service(elliptic), **changes)  # type: ignore[arg-type]
    with pytest.raises(TimeStampError, match=sentence) as raised:
        tsa.stamper("http://x", fetch=lambda _url, body, _media: service.answered(body or b""), sleep=_never)(DIGEST)
    assert "\x1b" not in str(raised.value)
    assert service.asked == 1


def _never(_seconds: float) -> None:
    raise AssertionError("waited")


def test_another_policy_than_the_one_asked_for_is_refused(elliptic: Party) -> None:
    service = Service(elliptic)
    stamp = tsa.stamper("http://x", "1.2.3", fetch=lambda _url, body, _media: service.answered(body or b""))
    with pytest.raises(TimeStampError, match=r"policy .* instead of 1\.2\.3"):
        stamp(DIGEST)


@pytest.mark.parametrize(
    "answer", [b"", b"<html>Log in</html>", b"\x30\x00", b"\x30\x05\x30\x03\x02\x01\x00", bytes(9)]
)
def test_an_answer_that_is_none_is_a_sentence(answer: bytes) -> None:
    with pytest.raises(TimeStampError, match="not to be relied on"):
        tsa.stamper("http://x", fetch=lambda *_asked: answer, sleep=_never)(DIGEST)


def test_a_service_that_is_down_is_asked_again_after_growing_pauses(elliptic: Party) -> None:
    service = Service(elliptic)
    waited: list[float] = []
    calls = iter(range(9))

    def fetch(_url: str, body: bytes | None, _media: str) -> bytes:
        if next(calls) < 2:
            raise FetchError("not now")
        return service.answered(body or b"")

    assert tsa.stamper("http://x", fetch=fetch, sleep=waited.append)(DIGEST).token
    assert waited == [1.0, 4.0]
    with pytest.raises(TimeStampError, match=r"No time stamp could be had\. not now"):
        tsa.stamper("http://x", fetch=lambda *_a: (_ for _ in ()).throw(FetchError("not now")), sleep=waited.append)(
            DIGEST
        )


def test_clocks_that_differ_are_said(elliptic: Party) -> None:
    service = Service(elliptic)
    service.clock.move(hours=-2)
    done = tsa.stamper("http://x", fetch=lambda _url, body, _media: service.answered(body or b""))(DIGEST)
    assert "one of them is wrong" in done.remark


@pytest.mark.parametrize(
    ("mode", "sentence"),
    [
        ("down", "cannot be reached"),
        ("slow", "did not answer within|timed out"),
        ("drip", "did not answer within"),
        ("error", "error 503"),
        ("huge", "more than"),
    ],
)
def test_a_server_that_is_no_help_costs_neither_time_nor_memory(mode: str, sentence: str, elliptic: Party) -> None:
    with served() as site:
        site.service, site.mode = Service(elliptic), mode
        begin = time.monotonic()
        with pytest.raises(FetchError, match=sentence):
            fetching.fetch(f"{site.url}/tsa", REQUEST, "x", timeout_s=0.7, largest=100_000)
        assert time.monotonic() - begin < 2.5
        assert site.sent < HUGE / 10


def test_nobody_listens(elliptic: Party) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(FetchError, match="cannot be reached"):
        fetching.fetch(f"http://127.0.0.1:{port}/tsa", b"")


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "ftp://127.0.0.1/x", "gopher://x", "//", "http://user:pass@127.0.0.1/"]
)
def test_a_redirect_that_leaves_the_web_is_not_followed(target: str) -> None:
    with served() as site:
        site.mode, site.target = "redirect", target
        with pytest.raises(FetchError):
            fetching.fetch(f"{site.url}/tsa", b"", "x")
        assert len(site.asked) < 10


def test_a_redirect_within_the_web_keeps_the_question(elliptic: Party) -> None:
    with served() as first, served() as second:
        first.mode, first.target = "redirect", f"{second.url}/tsa"
        second.service = Service(elliptic)
        assert tsa.stamper(f"{first.url}/tsa")(DIGEST).token


def test_a_circle_of_redirects_ends() -> None:
    with served() as site:
        site.mode, site.target = "redirect", f"{site.url}/tsa"
        with pytest.raises(FetchError):
            fetching.fetch(f"{site.url}/tsa", b"", "x")
        assert len(site.asked) < 10


@pytest.mark.parametrize(
    "url",
    [
        "",
        "tsa.example",
        "file:///etc/passwd",
        "ftp://x/",
        "http://",
        "http://u:p@x/",
        "http://x y/",
        "http://[",
        "x" * 9000,
    ],
)
def test_what_is_no_address_is_not_asked(url: str) -> None:
    with pytest.raises(FetchError, match="no address"):
        fetching.fetch(url)


def test_curves_larger_than_the_usual_have_room() -> None:
    own = party("Large", purpose=Purpose.TIME_STAMPING, key=ec.generate_private_key(ec.SECP521R1()))
    form = timestamp.normalised(Service(own, hash="sha512").token(DIGEST))
    assert timestamp.verify_token(form, DIGEST).imprint == DIGEST
    big = party("Larger", purpose=Purpose.TIME_STAMPING, key=rsa.generate_private_key(65537, 4096))
    assert len(timestamp.normalised(Service(big).token(DIGEST))) < timestamp.LARGEST
