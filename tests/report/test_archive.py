"""Time stamps and what proves them, put behind a signed report: by others' judgement, and years later."""

import hashlib
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from asn1crypto import crl as asn1_crl
from asn1crypto import x509 as asn1
from cryptography.x509.oid import ExtendedKeyUsageOID as Purpose
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import validate_pdf_signature, validate_pdf_timestamp
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from report.authorities import Court, Party, Service, answer, court, party, revocation_list
from report.report_records import entry_of, suspicious
from report.services import Site, served

from gpu_inspector.errors import ReportError, TimeStampError
from gpu_inspector.records import canonical
from gpu_inspector.report import fetching, timestamp, tsa
from gpu_inspector.report.archive import Upgrade, upgraded
from gpu_inspector.report.document import draw
from gpu_inspector.report.examine import examine
from gpu_inspector.report.identity import SigningIdentity
from gpu_inspector.report.proofs import Proofs
from gpu_inspector.report.revocation import Sources
from gpu_inspector.report.signature import sign


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


def stamping(service: Service) -> tsa.Stamp:
    return tsa.stamper(
        "http://stamps.test",
        fetch=lambda _url, body, _media: service.answered(body or b""),
        now=service.clock.now,
    )


def stamped(pdf: bytes, court: Court, *, proofs: Proofs | None = None, ahead: timedelta = timedelta(0)) -> Upgrade:
    """With everything at hand, at a time that is so much ahead."""
    court.service.clock.offset = ahead
    now = datetime.now(UTC) + ahead
    lists = tuple(revocation_list(one, now.replace(microsecond=0)) for one in (court.root, court.issuing))
    return upgraded(pdf, stamping(court.service), now, Sources(proofs=Proofs(lists) if proofs is None else proofs))


def signed_by(officer: Party, chain: bool = True) -> bytes:
    own = SigningIdentity(officer.der, officer.key, officer.chain if chain else ())
    record = suspicious()
    pages = draw(record, entry_of(record), signer=own.fingerprint)
    return sign(pages, canonical.encode(record), entry_of(record), own, reason="r", place="p")


def revisions(pdf: bytes) -> PdfFileReader:
    return PdfFileReader(BytesIO(pdf), strict=True)


def changed(pdf: bytes) -> tuple[set[int], set[int]]:
    """Numbers of the objects that the last revision adds, and of those that it replaces."""
    xrefs = revisions(pdf).xrefs
    last = xrefs.total_revisions - 1
    written = {one.idnum for one in xrefs.explicit_refs_in_revision(last)}
    before = {one.idnum for earlier in range(last) for one in xrefs.explicit_refs_in_revision(earlier)}
    return written - before, written & before


# ------------------------------------------------------------------------------------------------------- levels


def test_all_at_hand_is_lta_and_intact(lta_report: bytes, issued_report: bytes, bench_court: Court) -> None:
    assert lta_report.startswith(issued_report)
    found = examine(lta_report, (bench_court.root.der,))
    assert (found.problems, found.intact, found.trusted, found.level) == ((), True, True, "B-LTA")
    assert [seal.trusted for seal in found.seals] == [True, True]


def test_without_proofs_it_is_a_stamp_and_says_what_is_missing(issued_report: bytes, bench_court: Court) -> None:
    done = stamped(issued_report, bench_court, proofs=Proofs())
    assert done.level == "B-T"
    for name in ("Officer One", "Test Issuing", "Test Time Stamps"):
        assert any(name in remark for remark in done.remarks)
    found = examine(done.pdf, (bench_court.root.der,))
    assert (found.problems, found.intact, found.level) == ((), True, "B-T")


def test_a_self_signed_signer_needs_the_service_s_proofs_alone(signed: bytes, bench_court: Court) -> None:
    assert stamped(signed, bench_court).level == "B-LTA"
    assert stamped(signed, bench_court, proofs=Proofs()).level == "B-T"


def test_where_there_is_nothing_to_store_the_update_is_the_stamp_alone(signed: bytes) -> None:
    alone = party("Stamps of its own", purpose=Purpose.TIME_STAMPING)
    done = upgraded(signed, stamping(Service(alone)), datetime.now(UTC))
    assert done.level == "B-LTA"  # both vouch for themselves: there is nothing that could be looked up
    assert examine(done.pdf).problems == ()
    added, replaced = changed(done.pdf)
    assert (len(added), len(replaced)) == (2, 2)
    with pikepdf.open(BytesIO(done.pdf)) as opened:
        assert "/DSS" not in opened.Root
        assert [str(one.T) for one in opened.Root.AcroForm.Fields] == ["GPUInspector", "GPUInspectorTime1"]


def test_the_update_holds_what_it_should_and_no_more(lta_report: bytes, bench_court: Court) -> None:
    added, replaced = changed(lta_report)
    assert (len(added), len(replaced)) == (2 + 1 + 2 + 2, 3)  # field, stamp; store, two authorities, two lists
    with pikepdf.open(BytesIO(lta_report)) as opened:
        store = opened.Root.DSS
        assert set(store.keys()) == {"/Type", "/Certs", "/CRLs"}
        for stream in (*store.Certs, *store.CRLs):
            assert set(stream.keys()) == {"/Length"}
        stamp = opened.Root.AcroForm.Fields[-1].V
        assert set(stamp.keys()) == {"/Type", "/Filter", "/SubFilter", "/ByteRange", "/Contents"}
        assert len(bytes(stamp.Contents)) == timestamp.LARGEST


def test_the_same_proofs_are_not_stored_twice(lta_report: bytes, bench_court: Court) -> None:
    again = stamped(lta_report, bench_court, proofs=Proofs())
    assert again.level == "B-LTA"
    added, replaced = changed(again.pdf)
    assert (len(added), len(replaced)) == (2, 2)
    assert examine(again.pdf, (bench_court.root.der,)).problems == ()


# ----------------------------------------------------------------------------------------------------- by others


def hanko(pdf: bytes, court: Court, at: datetime) -> bool:
    """pyHanko's validation on a day of our choice: the newest stamp then, each thing before it when that one proves.

    Its own `ades_lta_validation` is of no use here: it wants a second time stamp inside of the signature's envelope
    (its text: "No signature timestamp present"), where ETSI EN 319 142-1, table 1, lets a document time stamp do.
    """
    reader = revisions(pdf)
    store = DocumentSecurityStore.read_dss(reader)
    day = at.replace(microsecond=0)
    lists = [revocation_list(one, day - timedelta(minutes=1)) for one in (court.root, court.issuing)]

    def context(moment: datetime) -> ValidationContext:
        return store.as_validation_context(
            {
                "trust_roots": [asn1.Certificate.load(court.root.der)],
                "crls": [asn1_crl.CertificateList.load(one) for one in lists],
                "allow_fetching": False,
                "revocation_mode": "require",
                "moment": moment,
                "retroactive_revinfo": True,
            }
        )

    for seal in reversed(reader.embedded_timestamp_signatures):
        stamp = validate_pdf_timestamp(seal, validation_context=context(day))
        if not (stamp.intact and stamp.valid and stamp.trusted):
            return False
        day = stamp.timestamp
        lists = []
    found = validate_pdf_signature(reader.embedded_regular_signatures[0], signer_validation_context=context(day))
    return bool(found.bottom_line)


def test_pyhanko_finds_it_good_today_and_when_the_officer_s_certificate_is_over(
    lta_report: bytes, bench_court: Court
) -> None:
    now = datetime.now(UTC)
    assert hanko(lta_report, bench_court, now)
    assert hanko(lta_report, bench_court, now + timedelta(days=5 * 365))


def test_pyhanko_takes_no_report_whose_proofs_are_missing(issued_report: bytes, bench_court: Court) -> None:
    done = stamped(issued_report, bench_court, proofs=Proofs(bench_court.lists[:1]))
    assert done.level == "B-T"
    assert not hanko(done.pdf, bench_court, datetime.now(UTC) + timedelta(days=5 * 365))


def test_the_examiner_says_the_same(lta_report: bytes, issued_report: bytes, bench_court: Court) -> None:
    later = datetime.now(UTC) + timedelta(days=5 * 365)
    assert examine(lta_report, (bench_court.root.der,), later).trusted
    assert not examine(issued_report, (bench_court.root.der,), later).trusted


def test_pyhanko_allows_the_update_and_covers_it(lta_report: bytes, bench_court: Court) -> None:
    context = ValidationContext(
        trust_roots=[asn1.Certificate.load(bench_court.root.der)],
        crls=list(bench_court.lists),
        allow_fetching=False,
        revocation_mode="require",
    )
    reader = revisions(lta_report)
    report = validate_pdf_signature(reader.embedded_regular_signatures[0], signer_validation_context=context)
    assert report.bottom_line
    assert report.modification_level is ModificationLevel.LTA_UPDATES
    stamp = validate_pdf_timestamp(reader.embedded_timestamp_signatures[0], validation_context=context)
    assert stamp.intact
    assert stamp.valid
    assert stamp.trusted
    assert stamp.coverage is SignatureCoverageLevel.ENTIRE_FILE


def program(name: str, *arguments: str | Path) -> str:
    if shutil.which(name) is None:
        pytest.skip(f"the program {name} is not installed")
    done = subprocess.run([name, *arguments], capture_output=True, text=True, timeout=60)
    return f"{done.returncode} {done.stdout}{done.stderr}"


def test_other_readers_find_no_fault(lta_report: bytes, tmp_path: Path) -> None:
    path = tmp_path / "report.pdf"
    path.write_bytes(lta_report)
    assert "Signature is Valid" in program("pdfsig", "-nocert", path)
    assert program("qpdf", "--check", path).startswith("0 ")
    assert "edits since signing" in program("mutool", "sign", "-v", path)  # it knows no time stamps: the note, 1.5


def test_openssl_takes_the_token_out_of_the_file(lta_report: bytes, bench_court: Court, tmp_path: Path) -> None:
    stamp = revisions(lta_report).embedded_timestamp_signatures[0]
    first, second = int(stamp.byte_range[1]), int(stamp.byte_range[2])
    digest = hashlib.sha256(lta_report[:first] + lta_report[second:]).hexdigest()
    raw = bytes.fromhex(lta_report[first + 1 : second - 1].decode())
    (tmp_path / "token").write_bytes(raw[: 4 + int.from_bytes(raw[2:4], "big")])
    (tmp_path / "root.pem").write_bytes(_pem(bench_court.root))
    (tmp_path / "issuing.pem").write_bytes(_pem(bench_court.issuing))
    command = f"ts -verify -digest {digest} -in token -token_in -CAfile root.pem -untrusted issuing.pem"
    found = subprocess.run(["openssl", *command.split()], cwd=tmp_path, capture_output=True, text=True, timeout=30)
    assert "Verification: OK" in found.stdout + found.stderr


def _pem(one: Party) -> bytes:
    from cryptography.hazmat.primitives import serialization

    return one.certificate.public_bytes(serialization.Encoding.PEM)


# ---------------------------------------------------------------------------------------------- over the network


@pytest.fixture
def site() -> Iterator[Site]:
    with served() as one:
        yield one


def world(site: Site, **options: object) -> Court:
    made = court(site.url, **options)  # type: ignore[arg-type]
    site.service, site.authorities = made.service, [made.root, made.issuing]
    return made


def online(site: Site, pdf: bytes) -> Upgrade:
    return upgraded(pdf, tsa.stamper(f"{site.url}/tsa"), datetime.now(UTC), Sources(fetch=fetching.fetch))


def kinds(pdf: bytes) -> dict[str, int]:
    with pikepdf.open(BytesIO(pdf)) as opened:
        store = opened.Root.DSS if "/DSS" in opened.Root else pikepdf.Dictionary()
        return {name: len(store[name]) for name in ("/Certs", "/CRLs", "/OCSPs") if name in store}


def test_everything_can_be_had_from_the_authorities_themselves(site: Site) -> None:
    """The officer brings no authority along, the service none either: both are asked for where the certificates say."""
    made = world(site)
    made.service.with_chain = False
    done = online(site, signed_by(made.officer, chain=False))
    assert (done.level, done.remarks) == ("B-LTA", ())
    assert kinds(done.pdf) == {"/Certs": 2, "/OCSPs": 3}
    found = examine(done.pdf, (made.root.der,))
    assert (found.problems, found.trusted, found.level) == ((), True, "B-LTA")
    assert hanko(done.pdf, made, datetime.now(UTC))


def test_where_nobody_answers_the_list_is_asked_for(site: Site) -> None:
    made = world(site)
    site.modes = {"ocsp": "error"}
    done = online(site, signed_by(made.officer))
    assert (done.level, done.remarks) == ("B-LTA", ())
    assert kinds(done.pdf) == {"/Certs": 2, "/CRLs": 2}


def test_a_responder_of_the_authority_may_answer_for_it(site: Site) -> None:
    made = world(site)
    site.responder = party("Answers", made.issuing, purpose=Purpose.OCSP_SIGNING, nocheck=True)
    done = online(site, signed_by(made.officer))
    assert done.level == "B-LTA"
    assert kinds(done.pdf) == {
        "/Certs": 2,
        "/OCSPs": 2,
        "/CRLs": 1,
    }  # of the root, for which that responder does not speak
    assert examine(done.pdf, (made.root.der,)).problems == ()


@pytest.mark.parametrize("mode", ["garbage", "empty", "error", "down"])
def test_what_cannot_be_had_is_said_and_the_report_is_stamped_all_the_same(mode: str, site: Site) -> None:
    made = world(site)
    site.modes = {"ocsp": mode, "crl": mode}
    done = online(site, signed_by(made.officer))
    assert done.level == "B-T"
    assert any("whether the certificate of Officer One was revoked" in remark for remark in done.remarks)
    assert examine(done.pdf, (made.root.der,)).problems == ()


def test_a_later_try_brings_what_was_missing(site: Site) -> None:
    made = world(site)
    site.modes = {"ocsp": "down", "crl": "down"}
    first = online(site, signed_by(made.officer))
    site.modes = {}
    done = online(site, first.pdf)
    assert (first.level, done.level, done.remarks) == ("B-T", "B-LTA", ())
    assert examine(done.pdf, (made.root.der,)).level == "B-LTA"


def test_addresses_in_a_certificate_lead_nowhere_but_the_web(issued_report: bytes, bench_court: Court) -> None:
    asked: list[str] = []

    def fetch(url: str, _body: bytes | None, _media: str) -> bytes:
        asked.append(url)
        raise fetching.FetchError("no")

    odd = court("file:///etc/passwd#")
    sources = Sources(fetch=fetch)
    upgraded(signed_by(odd.officer), stamping(odd.service), datetime.now(UTC), sources)
    assert asked == []


# ------------------------------------------------------------------------------------------- proofs that are none


def _lists(change: Callable[[Court], tuple[bytes, ...]]) -> Callable[[Court], Proofs]:
    return lambda made: Proofs(change(made))


NO_PROOFS: dict[str, Callable[[Court], Proofs]] = {
    "of another authority": _lists(
        lambda _made: tuple(revocation_list(one) for one in (court().root, court().issuing))
    ),
    "out of date": _lists(
        lambda made: tuple(
            revocation_list(one, datetime.now(UTC).replace(microsecond=0) - timedelta(days=40), days=30)
            for one in (made.root, made.issuing)
        )
    ),
    "still to come": _lists(
        lambda made: tuple(
            revocation_list(one, datetime.now(UTC).replace(microsecond=0) + timedelta(days=1))
            for one in (made.root, made.issuing)
        )
    ),
    "noise": _lists(lambda _made: (b"", b"\x30\x03\x02\x01\x01", bytes(500))),
    "an answer by a stranger": lambda made: Proofs(
        (), (answer(made.officer.certificate, made.issuing, party("Stranger", purpose=Purpose.OCSP_SIGNING)),)
    ),
    "an answer by another officer": lambda made: Proofs(
        (), (answer(made.officer.certificate, made.issuing, made.second),)
    ),
}


@pytest.mark.parametrize("case", NO_PROOFS)
def test_what_proves_nothing_is_not_stored(case: str, issued_report: bytes, bench_court: Court) -> None:
    done = stamped(issued_report, bench_court, proofs=NO_PROOFS[case](bench_court))
    assert done.level == "B-T"
    assert set(kinds(done.pdf)) <= {"/Certs"}


def test_a_revoked_officer_is_said_and_a_revoked_service_is_not_used() -> None:
    made = court()
    pdf = signed_by(made.officer)
    made.issuing.revoked[made.officer.certificate.serial_number] = datetime.now(UTC).replace(microsecond=0) - timedelta(
        1
    )
    done = stamped(pdf, made)
    assert any("Officer One was revoked on" in remark for remark in done.remarks)
    assert not examine(done.pdf, (made.root.der,)).trusted
    made.issuing.revoked = {made.service.party.certificate.serial_number: datetime.now(UTC).replace(microsecond=0)}
    with pytest.raises(TimeStampError, match=r"cannot be relied on\. The certificate of Test Time Stamps was revoked"):
        stamped(pdf, made)


def test_a_certificate_that_ran_out_before_the_first_stamp_is_said() -> None:
    made = court(days=3)
    done = stamped(signed_by(made.officer), made, ahead=timedelta(days=9))
    assert any("ran out" in remark and "nothing proves" in remark for remark in done.remarks)


# ------------------------------------------------------------------------------------------------- years later


def test_stamps_of_thirty_years_keep_a_report_good() -> None:
    """A new service each ten years: the certificates of all before it are over by then."""
    made = court(days=365)
    pdf = signed_by(made.officer)
    for years in (0, 10, 20):
        ahead = timedelta(days=365 * years)
        begin = datetime.now(UTC).replace(microsecond=0) + ahead - timedelta(days=1)
        stamps = party(f"Stamps {years}", made.issuing, purpose=Purpose.TIME_STAMPING, begin=begin, days=11 * 365)
        made = replace(made, service=Service(stamps))
        done = stamped(pdf, made, ahead=ahead)
        assert (done.level, done.remarks) == ("B-LTA", ())
        assert done.pdf.startswith(pdf)
        pdf = done.pdf
    day = datetime.now(UTC) + timedelta(days=29 * 365)
    found = examine(pdf, (made.root.der,), day)
    assert (found.problems, found.trusted, found.level) == ((), True, "B-LTA")
    assert [seal.trusted for seal in found.seals] == [True] * 4
    assert hanko(pdf, made, day)


def test_a_service_of_several_machines_is_followed(issued_report: bytes, bench_court: Court) -> None:
    """Each request may be answered under another certificate; the store must speak of the one that stamped."""
    parties = [party(f"Machine {n}", bench_court.issuing, purpose=Purpose.TIME_STAMPING) for n in range(9)]

    def turns(order: str) -> tsa.Stamp:
        left = iter(order)
        return tsa.stamper(
            "http://x", fetch=lambda _url, body, _media: Service(parties[int(next(left))]).answered(body or b"")
        )

    sources = Sources(proofs=Proofs(bench_court.lists))
    done = upgraded(issued_report, turns("011"), datetime.now(UTC), sources)
    assert done.level == "B-LTA"
    assert examine(done.pdf, (bench_court.root.der,)).seals[-1].signer.endswith("Machine 1")
    with pytest.raises(TimeStampError, match="another certificate"):
        upgraded(issued_report, turns("012345678"), datetime.now(UTC), sources)


# ----------------------------------------------------------------------------------------------- what cannot be


@pytest.mark.parametrize("pdf", [b"", b"%PDF-1.7\nnothing", b"no pdf at all"])
def test_what_is_no_report_is_a_sentence(pdf: bytes, bench_court: Court) -> None:
    with pytest.raises(ReportError):
        stamped(pdf, bench_court)


def test_an_unsigned_report_gets_no_stamp(drawn: bytes, bench_court: Court) -> None:
    with pytest.raises(ReportError, match="no signed report"):
        stamped(drawn, bench_court)


def test_a_token_too_large_for_the_gap_is_refused(monkeypatch: pytest.MonkeyPatch, bench_court: Court) -> None:
    monkeypatch.setattr(timestamp, "LARGEST", 600)
    with pytest.raises(TimeStampError, match="one form that reports hold"):
        stamping(bench_court.service)(bytes(32))
