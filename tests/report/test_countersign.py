"""The second officer's signature: in its prepared field alone, by another certificate, on an intact report."""

import shutil
import subprocess
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from asn1crypto import x509 as asn1
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from report.authorities import Court, Party
from report.test_archive import changed, stamped

from gpu_inspector.errors import ReportError
from gpu_inspector.report.countersign import countersigned
from gpu_inspector.report.examine import examine
from gpu_inspector.report.identity import SigningIdentity
from gpu_inspector.report.seen import Kind


def own(officer: Party) -> SigningIdentity:
    return SigningIdentity(officer.der, officer.key, officer.chain)


def second(pdf: bytes, court: Court) -> bytes:
    return countersigned(pdf, own(court.second), reason="Countersignature of GPU Inspector report 17", place="Ülzen")


@pytest.fixture(scope="module")
def both(issued_report: bytes, bench_court: Court) -> bytes:
    return second(issued_report, bench_court)


def test_both_signatures_are_sound_and_each_has_its_own_trust(
    both: bytes, issued_report: bytes, bench_court: Court
) -> None:
    assert both.startswith(issued_report)
    found = examine(both, (bench_court.root.der,))
    assert (found.problems, found.intact, found.trusted) == ((), True, True)
    assert [seal.kind for seal in found.seals] == [Kind.REPORT, Kind.COUNTERSIGNATURE]
    assert found.seals[1].signer.endswith("Officer Two")
    assert found.seals[1].reason == "Countersignature of GPU Inspector report 17"
    assert found.seals[1].location == "Ülzen"
    alone = examine(both, (bench_court.second.der,))
    assert (alone.intact, alone.trusted) == (True, False)
    assert [seal.trusted for seal in alone.seals] == [False, True]


def test_the_update_is_the_signature_and_its_field(both: bytes) -> None:
    added, replaced = changed(both)
    assert (len(added), len(replaced)) == (1, 1)
    with pikepdf.open(BytesIO(both)) as opened:
        fields = opened.Root.AcroForm.Fields
        assert [str(one.T) for one in fields] == ["GPUInspector", "GPUInspectorReviewer"]
        assert "/Reference" not in fields[1].V
        assert opened.Root.Perms.DocMDP.Reference[0].TransformParams.P == 2


def test_the_prepared_field_is_empty_and_draws_nothing(issued_report: bytes, signed: bytes) -> None:
    with pikepdf.open(BytesIO(issued_report)) as opened:
        prepared = opened.Root.AcroForm.Fields[1]
        assert set(prepared.keys()) == {"/FT", "/T", "/Type", "/Subtype", "/F", "/Rect", "/P"}
        assert [float(side) for side in prepared.Rect] == [0, 0, 0, 0]
        assert len(opened.pages[-1].Annots) == 2
    with pikepdf.open(BytesIO(signed)) as opened:
        assert len(opened.Root.AcroForm.Fields) == 1
        assert opened.Root.Perms.DocMDP.Reference[0].TransformParams.P == 1


def test_pyhanko_allows_it(both: bytes, bench_court: Court) -> None:
    reader = PdfFileReader(BytesIO(both), strict=True)
    context = ValidationContext(trust_roots=[asn1.Certificate.load(bench_court.root.der)], allow_fetching=False)
    first, other = (
        validate_pdf_signature(one, signer_validation_context=context) for one in reader.embedded_regular_signatures
    )
    assert first.bottom_line
    assert first.modification_level is ModificationLevel.FORM_FILLING
    assert other.bottom_line
    assert other.coverage is not None
    assert other.coverage.name == "ENTIRE_FILE"


def test_other_readers_call_both_valid(both: bytes, tmp_path: Path) -> None:
    for name in ("pdfsig", "qpdf"):
        if shutil.which(name) is None:
            pytest.skip(f"the program {name} is not installed")
    path = tmp_path / "report.pdf"
    path.write_bytes(both)
    told = subprocess.run(["pdfsig", "-nocert", path], capture_output=True, text=True, timeout=60).stdout
    assert told.count("Signature is Valid") == 2
    assert subprocess.run(["qpdf", "--check", path], capture_output=True, timeout=60).returncode == 0


def test_a_stamp_before_it_behind_it_and_on_both_sides(issued_report: bytes, bench_court: Court) -> None:
    trust = (bench_court.root.der,)
    before = second(stamped(issued_report, bench_court).pdf, bench_court)
    assert examine(before, trust).problems == ()
    around = stamped(before, bench_court)
    assert around.level == "B-LTA"
    found = examine(around.pdf, trust)
    assert (found.problems, found.trusted) == ((), True)
    assert [seal.kind.value for seal in found.seals] == ["report", "time stamp", "countersignature", "time stamp"]
    assert all(seal.trusted for seal in found.seals)
    behind = stamped(second(issued_report, bench_court), bench_court)
    assert behind.level == "B-LTA"
    assert examine(behind.pdf, trust).problems == ()


def test_no_field_no_signature(signed: bytes, bench_court: Court) -> None:
    with pytest.raises(ReportError, match=r"No second signature was foreseen .* settings"):
        second(signed, bench_court)


def test_only_once(both: bytes, bench_court: Court) -> None:
    with pytest.raises(ReportError, match="countersigned already"):
        second(both, bench_court)


def test_not_by_the_same_certificate(issued_report: bytes, bench_court: Court) -> None:
    with pytest.raises(ReportError, match="same certificate"):
        countersigned(issued_report, own(bench_court.officer), reason="r", place="")


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda pdf: pdf[:-1], id="cut"),
        pytest.param(lambda pdf: pdf[:3000] + bytes((pdf[3000] ^ 1,)) + pdf[3001:], id="a bit"),
        pytest.param(lambda pdf: pdf + b"\n", id="a byte more"),
        pytest.param(lambda _pdf: b"", id="empty"),
        pytest.param(lambda _pdf: b"%PDF-1.7", id="no report"),
    ],
)
def test_only_an_intact_report(spoil: object, issued_report: bytes, bench_court: Court) -> None:
    assert callable(spoil)
    with pytest.raises(ReportError, match="Only an intact report"):
        second(spoil(issued_report), bench_court)


def test_hostile_reason_and_place_stay_on_one_line(issued_report: bytes, bench_court: Court) -> None:
    done = countersigned(issued_report, own(bench_court.second), reason="x\n) /OpenAction (\u202e\x00", place="\n")
    assert examine(done).problems == ()
    with pikepdf.open(BytesIO(done)) as opened:
        held = opened.Root.AcroForm.Fields[1].V
        assert str(held.Reason) == "x) /OpenAction ("
        assert "/Location" not in held
