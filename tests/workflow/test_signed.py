"""Who signed a report is read out of the file; a file in its place that is another one is told."""

from pathlib import Path

import pytest
from cards import genuine, row_of

from gpu_inspector import settings
from gpu_inspector.errors import ReportError
from gpu_inspector.records.catalogue import load
from gpu_inspector.records.declaration import Case, Declaration
from gpu_inspector.records.inspection import LedgerEntry
from gpu_inspector.report import identity
from gpu_inspector.workflow.inspecting import inspection_of, write_report
from gpu_inspector.workflow.signed import signed_by


def _report(path: Path, seq: int) -> LedgerEntry:
    inspection = inspection_of(genuine(row_of("NVIDIA GeForce RTX 4090")), Declaration(), Case(), load())
    entry = LedgerEntry(seq=seq, previous="0" * 64, digest=f"{seq:064x}")
    write_report(inspection, entry, path, identity=identity.load_or_make(settings.identity_folder()))
    return entry


def test_the_signer_of_a_report_is_told_with_the_fingerprint_of_the_identity_in_use(tmp_path: Path) -> None:
    entry = _report(tmp_path / "a.pdf", 1)
    found = signed_by(tmp_path / "a.pdf", entry)
    mine = identity.load_or_make(settings.identity_folder())
    assert (found.fingerprint, found.trouble) == (mine.fingerprint, "")
    assert mine.name in found.name
    assert found.at


def test_the_report_of_another_inspection_in_its_place_is_told(tmp_path: Path) -> None:
    entry = _report(tmp_path / "a.pdf", 1)
    _report(tmp_path / "b.pdf", 2)
    assert "another inspection" in signed_by(tmp_path / "b.pdf", entry).trouble


@pytest.mark.parametrize("change", [b"", b"%PDF-1.7 nothing", None], ids=["empty", "stub", "one byte"])
def test_a_file_that_is_no_longer_as_it_was_signed_is_told(tmp_path: Path, change: bytes | None) -> None:
    path = tmp_path / "a.pdf"
    entry = _report(path, 1)
    data = bytearray(path.read_bytes())
    data[len(data) // 3] ^= 1
    path.write_bytes(bytes(data) if change is None else change)
    assert "no longer as it was signed" in signed_by(path, entry).trouble


def test_a_report_that_is_gone_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="cannot be read"):
        signed_by(tmp_path / "gone.pdf", LedgerEntry(seq=1, previous="0" * 64, digest="0" * 64))
