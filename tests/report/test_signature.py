"""A signed report as others see it, and what is attached; and the file that is written in one step."""

import datetime
import shutil
import subprocess
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from report.report_records import entry_of, suspicious

from gpu_inspector.errors import ReportError
from gpu_inspector.records import canonical
from gpu_inspector.report.cms import SigningKey
from gpu_inspector.report.examine import examine
from gpu_inspector.report.identity import SigningIdentity
from gpu_inspector.report.signature import sign, write


def _program(name: str, *arguments: str | Path) -> str:
    if shutil.which(name) is None:
        pytest.skip(f"the program {name} is not installed")
    done = subprocess.run([name, *arguments], capture_output=True, text=True, timeout=60)
    return f"{done.returncode} {done.stdout}{done.stderr}"


def _self_signed(key: SigningKey) -> SigningIdentity:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Office")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    return SigningIdentity(made.public_bytes(serialization.Encoding.DER), key)


def test_pdfsig_calls_it_valid_and_whole(signed: bytes, tmp_path: Path) -> None:
    path = tmp_path / "report.pdf"
    path.write_bytes(signed)
    out = _program("pdfsig", "-nocert", path)
    assert out.startswith("0 ")
    assert "Signature is Valid" in out
    assert "Total document signed" in out
    assert "GPUInspector" in out


def test_qpdf_finds_no_error(signed: bytes, tmp_path: Path) -> None:
    path = tmp_path / "report.pdf"
    path.write_bytes(signed)
    assert _program("qpdf", "--check", path).startswith("0 ")


def test_the_attachments_are_the_exact_bytes(signed: bytes) -> None:
    with pikepdf.open(BytesIO(signed)) as opened:
        assert sorted(opened.attachments) == ["inspection.json", "ledger.json"]
        record = opened.attachments["inspection.json"].get_file().read_bytes()
        entry = opened.attachments["ledger.json"].get_file().read_bytes()
    assert record == canonical.encode(suspicious())
    assert entry == canonical.encode(entry_of(suspicious()))


def test_the_drawn_file_stands_unchanged_at_the_beginning(signed: bytes, drawn: bytes) -> None:
    assert signed.startswith(drawn)


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: ec.generate_private_key(ec.SECP256R1()), id="P-256"),
        pytest.param(lambda: ec.generate_private_key(ec.SECP521R1()), id="P-521"),
        pytest.param(lambda: rsa.generate_private_key(65537, 2048), id="RSA"),
    ],
)
def test_every_kind_of_key_signs_and_is_found_intact(make: object, drawn: bytes, tmp_path: Path) -> None:
    assert callable(make)
    own = _self_signed(make())
    for _attempt in range(4):  # an ECDSA signature has no fixed length
        done = sign(drawn, canonical.encode(suspicious()), entry_of(suspicious()), own, reason="r", place="p")
        found = examine(done, (own.certificate,))
        assert (found.problems, found.intact, found.trusted) == ((), True, True)
    path = tmp_path / "report.pdf"
    path.write_bytes(done)
    assert "Signature is Valid" in _program("pdfsig", "-nocert", path)


def test_hostile_reason_and_place_stay_on_one_line(drawn: bytes, identity: SigningIdentity) -> None:
    reason = "x\n) /OpenAction (\u202e\x00"
    done = sign(drawn, b"{}", entry_of(suspicious()), identity, reason=reason, place="\n")
    assert examine(done).intact
    with pikepdf.open(BytesIO(done)) as opened:
        dictionary = opened.Root.AcroForm.Fields[0].V
        assert str(dictionary.Reason) == "x) /OpenAction ("
        assert "/Location" not in dictionary


def test_what_is_no_pdf_cannot_be_signed(identity: SigningIdentity) -> None:
    with pytest.raises(ReportError, match="could not be signed"):
        sign(b"no pdf", b"{}", entry_of(suspicious()), identity, reason="", place="")


def test_writing_replaces_in_one_step_and_leaves_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "new" / "report.pdf"
    write(path, b"first")
    write(path, b"second")
    assert path.read_bytes() == b"second"
    assert [entry.name for entry in path.parent.iterdir()] == ["report.pdf"]


def test_writing_where_it_cannot_be_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(ReportError, match=r"could not be written .* safe in the ledger"):
        write(tmp_path / "file" / "report.pdf", b"x")
    (tmp_path / "folder.pdf").mkdir()
    with pytest.raises(ReportError, match="could not be written"):
        write(tmp_path / "folder.pdf", b"x")
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["file", "folder.pdf"]
