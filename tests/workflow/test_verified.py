"""Many reports: each file gets an answer, whatever it is, and the list of answers is safe for a spreadsheet."""

import csv
import errno
import os
from pathlib import Path
from typing import NoReturn

import pytest
from cards import row_of
from dumps import dump_of

from gpu_inspector import settings
from gpu_inspector.cli.main import main
from gpu_inspector.errors import GpuInspectorError, ReportError
from gpu_inspector.probes import incoming
from gpu_inspector.records.catalogue import load
from gpu_inspector.workflow import identities, verified
from gpu_inspector.workflow.verified import Verified, verify_file
from gpu_inspector.workflow.verifying import State, Verification


@pytest.fixture
def report(tmp_path: Path) -> Path:
    dump, path = tmp_path / "card.xml", tmp_path / "r.pdf"
    dump.write_bytes(dump_of(row_of("NVIDIA GeForce RTX 4090")))
    assert main(["inspect", "--from", str(dump), "--report", str(path)]) == 10
    return path


@pytest.fixture
def certificate(report: Path) -> Path:
    return settings.identity_folder() / "certificate.pem"


def test_a_report_is_intact_and_its_pages_can_be_read(report: Path) -> None:
    found = verify_file(report, (), load())
    assert found.state == State.UNKNOWN_SIGNER.value
    assert found.found is not None and "RTX 4090" in found.found.printed
    assert found.found.judged_again == "INCONCLUSIVE" and not found.found.differences


def test_a_report_of_an_accepted_signer_is_trusted(report: Path, certificate: Path) -> None:
    assert verify_file(report, (certificate,), load()).state == State.TRUSTED.value


def test_what_was_added_is_told(report: Path) -> None:
    report.write_bytes(report.read_bytes() + b"%more\n")
    found = verify_file(report, (), load())
    assert found.state == State.ALTERED.value
    assert found.found is not None
    assert "more bytes" in found.found.added[0]
    assert not found.found.printed


def test_an_accepted_certificate_that_is_gone_makes_nobody_known_and_is_named(report: Path, tmp_path: Path) -> None:
    found = verify_file(report, (tmp_path / "gone.pem",), load())
    assert found.state == State.UNKNOWN_SIGNER.value
    assert found.found is not None and "gone.pem" in found.found.notes[-1]


@pytest.mark.parametrize("kind", ["missing", "folder", "huge", "empty", "text", "half a report"])
def test_any_file_gets_an_answer(report: Path, tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"{kind}.pdf"
    if kind == "folder":
        path.mkdir()
    elif kind == "huge":
        with path.open("wb") as file:
            file.write(b"%PDF-")
            file.truncate(incoming.LARGEST_REPORT + 1)
    elif kind == "empty":
        path.touch()
    elif kind == "text":
        path.write_text("Dear Sir")
    elif kind == "half a report":
        path.write_bytes(report.read_bytes()[:9000])
    found = verify_file(path, (), load())
    if kind in ("missing", "folder", "huge"):
        assert found.state == verified.UNREADABLE
        assert found.trouble.endswith(".") and "nvidia-smi" not in found.trouble
    else:
        assert found.state == State.ALTERED.value
        assert found.found is not None and found.found.problems


def test_the_list_is_a_table_that_runs_no_formula(tmp_path: Path) -> None:
    hostile = Verification(state=State.ALTERED, signer="=HYPERLINK(1)", problems=("a\nb", "@c"))
    results = (Verified(Path("-1+1.pdf"), hostile), Verified(Path("b.pdf"), None, "There is no file."))
    target = verified.save_list(results, tmp_path / "list.csv")
    with target.open(encoding="utf-8", newline="") as file:
        first, second = csv.DictReader(file)
    assert first["file"] == "'-1+1.pdf"
    assert first["signer"] == "'=HYPERLINK(1)"
    assert first["problems"] == "a b @c"
    assert second["state"] == "could not be read"
    assert second["problems"] == "There is no file."
    assert len(first) == len(verified.HEADINGS)
    assert verified.save_list(results, target) == target


@pytest.mark.parametrize("over", ["report", "ledger's key", "other"])
def test_the_list_overwrites_nothing_of_another_kind(report: Path, certificate: Path, over: str) -> None:
    target = {"report": report, "ledger's key": certificate, "other": report.with_name("card.xml")}[over]
    before = target.read_bytes()
    with pytest.raises(GpuInspectorError):
        verified.save_list((Verified(report, None, "x"),), target)
    assert target.read_bytes() == before


def test_a_full_disk_is_a_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def full(*arguments: object) -> NoReturn:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(ReportError, match="No space left"):
        verified.save_list((), tmp_path / "a.csv")
    assert list(tmp_path.iterdir()) == []


def test_the_identity_is_shown_without_its_key(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate.with_name("key.pem").unlink()
    known = identities.signing()
    assert known is not None
    assert len(known.fingerprint) == 64 and known.begin < known.end
    assert known.name.startswith("GPU Inspector, bench key")


def test_no_identity_yet_is_none_and_exports_nothing(tmp_path: Path) -> None:
    assert identities.signing() is None
    with pytest.raises(ReportError, match="No signing identity"):
        identities.export(tmp_path / "c.pem")


def test_the_exported_certificate_holds_no_key_even_where_its_file_does(
    certificate: Path, report: Path, tmp_path: Path
) -> None:
    key = certificate.with_name("key.pem").read_text()
    certificate.write_text(key + certificate.read_text())
    exported = identities.export(tmp_path / "c.pem")
    assert "PRIVATE" not in exported.read_text()
    assert exported.read_text().count("BEGIN CERTIFICATE") == 1
    assert verify_file(report, (exported,), load()).state == State.TRUSTED.value


@pytest.mark.parametrize("name", ["certificate.pem", "key.pem", "new.pem"])
def test_nothing_is_exported_into_the_keys_folder(certificate: Path, name: str) -> None:
    with pytest.raises(GpuInspectorError, match="signing key"):
        identities.export(certificate.with_name(name))


def test_a_damaged_identity_is_a_sentence(certificate: Path) -> None:
    certificate.write_text("no certificate")
    with pytest.raises(ReportError, match="holds no certificate"):
        identities.signing()
