"""`verify` from outside: intact, trusted, altered; and a signer who lies with the true key."""

import json
import random
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from cards import row_of
from dumps import dump_of

from gpu_inspector import settings
from gpu_inspector.cli.main import main
from gpu_inspector.ledger.store import Ledger
from gpu_inspector.records import canonical, catalogue, chain
from gpu_inspector.records.evidence import Origin
from gpu_inspector.records.finding import Identity, Outcome
from gpu_inspector.records.inspection import Inspection, LedgerEntry
from gpu_inspector.report import document, identity, signature
from gpu_inspector.workflow import inspecting, signing
from gpu_inspector.workflow.judging import judge


@pytest.fixture
def report(tmp_path: Path) -> Path:
    dump = tmp_path / "card.xml"
    dump.write_bytes(dump_of(row_of("NVIDIA GeForce RTX 4090"), fb_memory_usage__total="49140 MiB"))
    path = tmp_path / "r.pdf"
    assert main(["inspect", "--from", str(dump), "--report", str(path), "--inspector", "Żofia Кузнецова"]) == 12
    return path


def stored() -> tuple[LedgerEntry, Inspection]:
    with Ledger(settings.ledger_path(), readonly=True) as ledger:
        return ledger.inspection("1")


def test_intact_but_the_signer_is_not_known(report: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["verify", str(report), "--json"]) == 3
    found = json.loads(capsys.readouterr().out)
    assert found["verdict"] == found["judged_again"] == "CONTRADICTED"
    assert not found["problems"]


def test_intact_and_trusted(report: Path) -> None:
    certificate = settings.identity_folder() / "certificate.pem"
    assert main(["verify", str(report), "--trust", str(certificate)]) == 0


@pytest.mark.parametrize("program", [("pdfsig", "-nocert"), ("qpdf", "--check")], ids=["pdfsig", "qpdf"])
def test_other_programs_call_it_sound(program: tuple[str, ...], report: Path) -> None:
    if shutil.which(program[0]) is None:
        pytest.skip(f"{program[0]} is not installed")
    done = subprocess.run([*program, str(report)], capture_output=True, text=True, check=True)
    assert "Signature is Valid" in done.stdout or "No syntax or stream encoding errors" in done.stdout


def test_one_changed_byte_anywhere_is_found(report: Path, tmp_path: Path) -> None:
    data = report.read_bytes()
    places = random.Random(20261124).sample(range(len(data)), 40)
    for place in (*places, 0, len(data) - 1):
        altered = bytearray(data)
        altered[place] ^= 1 << (place % 8)
        path = tmp_path / "altered.pdf"
        path.write_bytes(altered)
        assert main(["verify", str(path)]) == 4, f"byte {place}"


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda data: data + b"\n% a remark\n", id="text after the end"),
        pytest.param(lambda data: data[:-700], id="cut"),
        pytest.param(lambda data: b"\n" + data, id="a byte in front"),
        pytest.param(lambda data: data.replace(b"/ByteRange", b"/ByteRamge"), id="no range"),
    ],
)
def test_altered(change: object, report: Path) -> None:
    assert callable(change)
    report.write_bytes(change(report.read_bytes()))
    assert main(["verify", str(report)]) == 4


def sign_again(inspection: Inspection, entry: LedgerEntry, path: Path, shown: Inspection | None = None) -> None:
    """What the holder of the true key can do: sign any record under any pages."""
    signer = identity.load_or_make(settings.identity_folder())
    pages = document.draw(shown or inspection, entry, signer=signer.fingerprint)
    path.write_bytes(
        signature.sign(
            pages,
            canonical.encode(inspection),
            entry,
            signer,
            reason=inspecting.reason_of(entry),
            place=inspection.case.place,
        )
    )


def test_the_true_record_signed_again_is_intact(report: Path) -> None:
    entry, inspection = stored()
    sign_again(inspection, entry, report)
    assert main(["verify", str(report)]) == 3


def test_a_changed_finding_signed_again_with_the_true_key(report: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, inspection = stored()
    (card,) = inspection.judgement.cards
    cleared = tuple(
        replace(one, outcome=Outcome.CONSISTENT) if one.outcome is Outcome.CONTRADICTED else one
        for one in card.findings
    )
    judgement = replace(
        inspection.judgement,
        verdict=Identity.INCONCLUSIVE,
        cards=(replace(card, identity=Identity.INCONCLUSIVE, findings=cleared),),
    )
    lying = replace(inspection, judgement=judgement)
    sign_again(lying, chain.entry_for(1, chain.GENESIS, canonical.encode(lying)), report)
    capsys.readouterr()
    assert main(["verify", str(report)]) == 4
    assert "do not follow" in capsys.readouterr().out


def test_a_softened_text_of_a_finding_signed_again_with_the_true_key(report: Path) -> None:
    _, inspection = stored()
    (card,) = inspection.judgement.cards
    first, *rest = card.findings
    softened = replace(card, findings=(replace(first, text="Nothing to see here."), *rest))
    lying = replace(inspection, judgement=replace(inspection.judgement, cards=(softened,)))
    sign_again(lying, chain.entry_for(1, chain.GENESIS, canonical.encode(lying)), report)
    assert main(["verify", str(report)]) == 4


def test_pages_of_another_record_signed_again_with_the_true_key(report: Path) -> None:
    entry, inspection = stored()
    shown = replace(inspection, case=replace(inspection.case, number="another case"))
    sign_again(inspection, entry, report, shown)
    assert main(["verify", str(report)]) == 4


def test_a_record_that_does_not_fit_its_ledger_entry(report: Path) -> None:
    entry, inspection = stored()
    sign_again(inspection, replace(entry, digest="0" * 64), report)
    assert main(["verify", str(report)]) == 4


def test_another_versions_pages_must_show_their_own_record(report: Path) -> None:
    _, inspection = stored()
    old = replace(inspection, judgement=replace(inspection.judgement, tool_version="0.0.1"))
    old_entry = chain.entry_for(1, chain.GENESIS, canonical.encode(old))
    sign_again(old, old_entry, report)
    assert main(["verify", str(report)]) == 3
    sign_again(old, old_entry, report, shown=inspection)
    assert main(["verify", str(report)]) == 4


def test_a_reason_that_is_not_the_records_is_found(report: Path) -> None:
    entry, inspection = stored()
    signer = identity.load_or_make(settings.identity_folder())
    pages = document.draw(inspection, entry, signer=signer.fingerprint)
    record = canonical.encode(inspection)
    report.write_bytes(signature.sign(pages, record, entry, signer, reason="identity CONSISTENT", place=""))
    assert main(["verify", str(report)]) == 4


def test_another_version_is_shown_as_that(report: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, inspection = stored()
    (card,) = inspection.judgement.cards
    older = replace(inspection.judgement, tool_version="0.0.1", cards=(replace(card, findings=card.findings[:-1]),))
    old = replace(inspection, judgement=older)
    sign_again(old, chain.entry_for(1, chain.GENESIS, canonical.encode(old)), report)
    capsys.readouterr()
    assert main(["verify", str(report)]) == 3
    assert "version 0.0.1" in capsys.readouterr().out


def test_the_ledger_is_held_against_a_report(report: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ledger", "verify", "--report", str(report)]) == 0
    entry, inspection = stored()
    inspecting.write_report(inspection, replace(entry, seq=entry.seq), report, identity=signing.signer())
    settings.ledger_path().unlink()
    for left in settings.ledger_path().parent.glob("ledger.sqlite-*"):
        left.unlink()
    dump = report.parent / "card.xml"
    main(["inspect", "--from", str(dump), "--case", "another"])
    capsys.readouterr()
    assert main(["ledger", "verify", "--report", str(report)]) == 4
    assert "1" in capsys.readouterr().out


def as_an_earlier_version_wrote(inspection: Inspection, version: str = "0.0.1") -> bytes:
    """The record's bytes without the fields that came later in the same format."""
    plain = canonical.plain(inspection)
    plain["judgement"]["tool_version"] = version
    for card in plain["evidence"]["cards"]:
        del card["silicon"]
    for card in plain["judgement"]["cards"]:
        for finding in card["findings"]:
            del finding["condition"]
    return rfc8785.dumps(plain)


def test_a_report_of_an_earlier_version_with_fewer_fields_is_intact(
    report: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, inspection = stored()
    body = as_an_earlier_version_wrote(inspection)
    old = canonical.decode(body, Inspection, "inspection")
    inspecting.write_report(old, chain.entry_for(1, chain.GENESIS, body), report, body=body, identity=signing.signer())
    assert main(["verify", str(report)]) == 3, capsys.readouterr().out


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda plain: plain.update(remark="hidden"), id="a field that nobody reads"),
        pytest.param(lambda plain: plain["evidence"].update(cards=plain["evidence"]["cards"] * 2), id="a card twice"),
    ],
)
def test_a_record_of_an_earlier_version_hides_nothing(
    change: Callable[[dict[str, Any]], None], report: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, inspection = stored()
    plain = json.loads(as_an_earlier_version_wrote(inspection))
    change(plain)
    body = rfc8785.dumps(plain)
    old = canonical.decode(body, Inspection, "inspection")
    inspecting.write_report(old, chain.entry_for(1, chain.GENESIS, body), report, body=body, identity=signing.signer())
    assert main(["verify", str(report)]) == 4
    capsys.readouterr()


def test_this_version_leaves_no_field_out(report: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, inspection = stored()
    body = as_an_earlier_version_wrote(inspection, inspection.judgement.tool_version)
    old = canonical.decode(body, Inspection, "inspection")
    inspecting.write_report(old, chain.entry_for(1, chain.GENESIS, body), report, body=body, identity=signing.signer())
    assert main(["verify", str(report)]) == 4
    assert "canonical" in capsys.readouterr().out


def test_a_row_of_an_earlier_version_is_reported_by_its_own_bytes(
    report: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _, inspection = stored()
    ledger = tmp_path / "old.sqlite"
    with monkeypatch.context() as earlier, Ledger(ledger) as kept:
        earlier.setattr("gpu_inspector.ledger.rows.canonical.encode", as_an_earlier_version_wrote)
        kept.append(inspection)
    assert main(["report", "1", str(report), "--ledger", str(ledger)]) == 0
    assert main(["verify", str(report)]) == 3, capsys.readouterr().out
    assert main(["ledger", "verify", "--ledger", str(ledger), "--report", str(report)]) == 0


def test_a_simulation_that_calls_itself_real_is_told(report: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, inspection = stored()
    lying = replace(inspection.evidence, origin=Origin.MACHINE, notes=("SIMULATION genuine-h100, seed 0",))
    judged = judge(lying, inspection.declaration, catalogue.load())
    record = replace(inspection, evidence=lying, judgement=judged)
    sign_again(record, chain.entry_for(1, chain.GENESIS, canonical.encode(record)), report)
    capsys.readouterr()
    assert main(["verify", str(report)]) == 3
    assert "bears marks of one: the note" in capsys.readouterr().out


@pytest.fixture
def certificate(tmp_path: Path, report: Path) -> Path:
    """The bench's own certificate, in a folder beside something that is none."""
    folder = tmp_path / "trusted"
    folder.mkdir()
    (folder / "office.pem").write_bytes((settings.identity_folder() / "certificate.pem").read_bytes())
    (folder / "notes.txt").write_text("not looked at")
    return folder / "office.pem"


@pytest.mark.parametrize("folder", [False, True], ids=["file", "folder"])
def test_trust_is_a_certificate_or_a_folder_of_them(folder: bool, report: Path, certificate: Path) -> None:
    assert main(["verify", str(report), "--trust", str(certificate.parent if folder else certificate)]) == 0


def test_a_folder_without_a_certificate_is_a_sentence(
    report: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty").mkdir()
    assert main(["verify", str(report), "--trust", str(tmp_path / "empty")]) == 1
    assert "holds no certificate" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("moment", "status"),
    [("2027-01-01", 0), ("2050-06-30", 3), ("2050-06-30T12:00:00+02:00", 3), ("tomorrow", 2)],
)
def test_the_answer_as_of_another_day(moment: str, status: int, report: Path, certificate: Path) -> None:
    """The bench's certificate runs for ten years; later nothing but a time stamp could prove that it signed within."""
    assert main(["verify", str(report), "--trust", str(certificate), "--at", moment]) == status


def test_programs_get_every_signature_with_its_own_trust(
    report: Path, certificate: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert main(["verify", str(report), "--trust", str(certificate), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    (seal,) = told["signatures"]
    assert (told["level"], told["attached"]) == ("B-B", ["checkpoint.json"])
    assert (seal["kind"], seal["trusted"], seal["fingerprint"]) == ("report", True, told["fingerprint"])
