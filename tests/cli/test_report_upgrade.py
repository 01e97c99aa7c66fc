"""`report`, `report upgrade` and `report countersign` from outside."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from cards import row_of
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates
from dumps import dump_of
from report.authorities import Court, Party, court
from report.services import Site, served

from gpu_inspector import preferences
from gpu_inspector.cli.main import main
from gpu_inspector.report.examine import examine

Capture = pytest.CaptureFixture[str]
PASSPHRASE = "walrus under the stairs"


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def site() -> Iterator[Site]:
    with served() as one:
        yield one


@pytest.fixture
def world(site: Site) -> Court:
    made = court(site.url)
    site.service, site.authorities = made.service, [made.root, made.issuing]
    return made


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """A ledger with one inspection; its report lies beside it, as it was before any service was set."""
    (tmp_path / "card.xml").write_bytes(dump_of(row_of("NVIDIA GeForce RTX 4090")))
    arguments = ["inspect", "--from", str(tmp_path / "card.xml"), "--report", str(tmp_path / "r.pdf")]
    assert main([*arguments, "--ledger", str(tmp_path / "l.sqlite")]) == 10
    return tmp_path / "l.sqlite"


def said(capsys: Capture, *arguments: object, status: int = 0) -> str:
    capsys.readouterr()
    found = main([str(one) for one in arguments])
    told = capsys.readouterr()
    assert found == status, told
    return told.out + told.err


def document(capsys: Capture, *arguments: object, status: int = 0) -> dict[str, object]:
    found: dict[str, object] = json.loads(said(capsys, *arguments, "--json", status=status))
    return found


def test_report_is_what_it_was_and_has_two_commands_more(ledger: Path, tmp_path: Path, capsys: Capture) -> None:
    out = tmp_path / "again.pdf"
    assert "Signed report" in said(capsys, "report", 1, out, "--ledger", ledger)
    assert "Signed report" in said(capsys, "report", "--page", "letter", 1, out, "--ledger", ledger)
    assert "Signed report" in said(capsys, "report", "write", 1, out, "--ledger", ledger)
    found = document(capsys, "report", 1, out, "--ledger", ledger)
    assert (found["number"], found["level"], found["remark"]) == (1, "B-B", "")
    told = said(capsys, "report", "--help")
    assert "upgrade" in told
    assert "countersign" in told
    said(capsys, "report", "1", status=2)
    said(capsys, "report", "nothing", "of", "this", status=2)


def test_inspect_says_the_level(world: Court, site: Site, ledger: Path, tmp_path: Path, capsys: Capture) -> None:
    preferences.change({"timestamp_url": f"{site.url}/tsa"})
    arguments = ("inspect", "--from", tmp_path / "card.xml", "--ledger", ledger, "--report", tmp_path / "2.pdf")
    assert "PAdES B-LTA" in said(capsys, *arguments, status=10)
    site.mode = "error"
    told = said(capsys, *arguments, status=10)
    assert "PAdES B-B" in told
    assert "no time stamp yet" in told
    assert "gpu-inspector report upgrade" in told
    assert examine((tmp_path / "2.pdf").read_bytes()).intact


def test_the_list_is_worked_when_the_service_is_back(
    world: Court, site: Site, ledger: Path, tmp_path: Path, capsys: Capture
) -> None:
    preferences.change({"timestamp_url": f"{site.url}/tsa"})
    site.mode = "error"
    said(capsys, "report", 1, tmp_path / "2.pdf", "--ledger", ledger)
    assert "not stamped" in said(capsys, "report", "upgrade", status=1)
    site.mode = ""
    told = said(capsys, "report", "upgrade")
    assert told.startswith("B-LTA")
    assert "UTC by the service's clock" in told
    assert said(capsys, "report", "upgrade") == "No report waits for a time stamp.\n"
    assert examine((tmp_path / "2.pdf").read_bytes()).level == "B-LTA"


def test_named_files_are_stamped_each_for_itself(
    world: Court, site: Site, ledger: Path, tmp_path: Path, capsys: Capture
) -> None:
    (tmp_path / "bad.pdf").write_bytes(b"%PDF-1.7 nothing")
    service = ("--service", f"{site.url}/tsa")
    found = document(capsys, "report", "upgrade", tmp_path / "bad.pdf", tmp_path / "r.pdf", *service, status=1)
    reports = found["reports"]
    assert isinstance(reports, list)
    assert [one["level"] for one in reports] == [None, "B-LTA"]
    assert "no intact report" in reports[0]["failure"]
    assert reports[1]["at"].endswith("+00:00")
    verified = document(capsys, "verify", tmp_path / "r.pdf", status=3)
    assert verified["problems"] == []


def test_what_is_missing_is_said(world: Court, site: Site, ledger: Path, tmp_path: Path, capsys: Capture) -> None:
    site.modes = {"ocsp": "error", "crl": "error"}
    told = said(capsys, "report", "upgrade", tmp_path / "r.pdf", "--service", f"{site.url}/tsa")
    assert told.startswith("B-T ")
    assert "whether the certificate of Test Time Stamps was revoked" in told


@pytest.mark.parametrize("service", ["nonsense", "file:///etc/passwd", "ftp://x/tsa"])
def test_an_address_that_is_none_is_a_sentence(service: str, ledger: Path, tmp_path: Path, capsys: Capture) -> None:
    before = (tmp_path / "r.pdf").read_bytes()
    told = said(capsys, "report", "upgrade", tmp_path / "r.pdf", "--service", service, status=1)
    assert "no address" in told
    assert (tmp_path / "r.pdf").read_bytes() == before


def test_without_a_service_it_says_what_to_do(ledger: Path, tmp_path: Path, capsys: Capture) -> None:
    told = said(capsys, "report", "upgrade", tmp_path / "r.pdf", status=1)
    assert "No time-stamp service is set. Name one with --service URL" in told


def _key_file(officer: Party, folder: Path) -> Path:
    path = folder / "second.p12"
    chain = [one.certificate for one in (officer.issuer, officer.issuer.issuer if officer.issuer else None) if one]
    path.write_bytes(
        serialize_key_and_certificates(
            b"second", officer.key, officer.certificate, chain, BestAvailableEncryption(PASSPHRASE.encode())
        )
    )
    path.chmod(0o600)
    return path


def test_a_second_officer_signs_with_a_key_file(
    ledger: Path, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch, world: Court
) -> None:
    preferences.change({"countersigned": True})
    out = tmp_path / "2.pdf"
    said(capsys, "report", 1, out, "--ledger", ledger)
    key = _key_file(world.second, tmp_path)
    monkeypatch.setenv("GPU_INSPECTOR_PASSPHRASE", PASSPHRASE)
    told = said(capsys, "report", "countersign", out, "--p12", key, "--place", "Kiel")
    assert "Report 1 is countersigned by Officer Two" in told
    assert PASSPHRASE not in told
    found = examine(out.read_bytes(), (world.root.der,))
    assert found.problems == ()
    assert (found.seals[1].reason, found.seals[1].location) == ("Countersignature of GPU Inspector report 1", "Kiel")
    assert found.seals[1].trusted
    assert "countersigned already" in said(capsys, "report", "countersign", out, "--p12", key, status=1)


def test_a_countersigned_report_gets_its_stamp_as_well(
    ledger: Path, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch, world: Court, site: Site
) -> None:
    preferences.change({"countersigned": True, "timestamp_url": f"{site.url}/tsa"})
    out = tmp_path / "2.pdf"
    said(capsys, "report", 1, out, "--ledger", ledger)
    monkeypatch.setenv("GPU_INSPECTOR_PASSPHRASE", PASSPHRASE)
    found = document(capsys, "report", "countersign", out, "--p12", _key_file(world.second, tmp_path))
    assert found["level"] == "B-LTA"
    kinds = [seal.kind.value for seal in examine(out.read_bytes()).seals]
    assert kinds == ["report", "time stamp", "countersignature", "time stamp"]


def test_refusals_of_a_countersignature(ledger: Path, tmp_path: Path, capsys: Capture) -> None:
    told = said(capsys, "report", "countersign", tmp_path / "r.pdf", status=1)
    assert "same certificate" in told or "No second signature was foreseen" in told
    assert "cannot be read" in said(capsys, "report", "countersign", tmp_path / "none.pdf", status=1)
    (tmp_path / "x.pdf").write_bytes(b"x")
    assert "Only an intact report" in said(capsys, "report", "countersign", tmp_path / "x.pdf", status=1)
