"""The signed summary of a lot: one attachment, the same strict shape as a report, and nothing beside it."""

import shutil
import subprocess
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from report.lot_records import of_64, sampled
from report.report_records import entry_of, suspicious

from gpu_inspector.records import canonical
from gpu_inspector.report import signature
from gpu_inspector.report.examine import examine
from gpu_inspector.report.identity import SigningIdentity
from gpu_inspector.report.lot_document import draw
from gpu_inspector.report.signature import LOT_NAME, own_attachment, seal

OF = of_64()
BODY = canonical.encode(OF)


@pytest.fixture(scope="module")
def pages(identity: SigningIdentity) -> bytes:
    return draw(OF, signer=identity.fingerprint)


@pytest.fixture(scope="module")
def summary_file(identity: SigningIdentity, pages: bytes) -> bytes:
    return seal(pages, (own_attachment(LOT_NAME, BODY),), identity, reason="GPU Inspector lot summary", place="Köln")


def test_it_is_intact_and_carries_the_summary_alone(summary_file: bytes) -> None:
    found = examine(summary_file)
    assert found.intact, found.problems
    assert found.lot == BODY and found.record is None and found.entry is None and not found.attached
    assert found.level == "B-B" and found.reason == "GPU Inspector lot summary" and found.location == "Köln"
    with pikepdf.open(BytesIO(summary_file)) as opened:
        assert list(opened.attachments) == [LOT_NAME]
        assert opened.attachments[LOT_NAME].get_file().read_bytes() == BODY


def test_a_report_with_a_lot_beside_its_record_is_none(identity: SigningIdentity, pages: bytes) -> None:
    record = suspicious()
    own = (
        own_attachment(signature.RECORD_NAME, canonical.encode(record)),
        own_attachment(signature.LEDGER_NAME, canonical.encode(entry_of(record))),
    )
    both = seal(pages, (*own, own_attachment(LOT_NAME, BODY)), identity, reason="r", place="")
    found = examine(both)
    assert not found.intact and found.problems == ("The summary of a lot holds more than its own record.",)


def test_a_report_of_one_attachment_that_is_no_lot_is_none(identity: SigningIdentity, pages: bytes) -> None:
    for name in (signature.RECORD_NAME, signature.LEDGER_NAME):
        found = examine(seal(pages, (own_attachment(name, BODY),), identity, reason="r", place=""))
        assert found.problems == ("The record or its place in the ledger is not attached.",)
    assert not examine(seal(pages, (), identity, reason="r", place="")).intact


@pytest.mark.skipif(shutil.which("qpdf") is None, reason="qpdf looks at the file here")
def test_another_program_finds_the_file_sound(summary_file: bytes, tmp_path: Path) -> None:
    path = tmp_path / "lot.pdf"
    path.write_bytes(summary_file)
    done = subprocess.run(["qpdf", "--check", str(path)], capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.skipif(shutil.which("pdfsig") is None, reason="pdfsig looks at the signature here")
def test_another_program_finds_the_signature_valid_over_the_whole_file(summary_file: bytes, tmp_path: Path) -> None:
    path = tmp_path / "lot.pdf"
    path.write_bytes(summary_file)
    told = subprocess.run(["pdfsig", "-nocert", str(path)], capture_output=True, timeout=60, check=False)
    assert b"Signature is Valid" in told.stdout and b"Total document signed" in told.stdout, told.stdout


def test_pages_of_another_lot_are_not_these_pages(identity: SigningIdentity, summary_file: bytes) -> None:
    from gpu_inspector.report.examine import pages_match

    assert pages_match(summary_file, draw(OF, signer=identity.fingerprint))
    assert not pages_match(summary_file, draw(sampled(), signer=identity.fingerprint))
