"""Images on their way into the signed report: kept under their digest, attached, and held against the record again."""

import hashlib
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from cards import genuine, row_of
from pyhanko.pdf_utils.reader import PdfFileReader
from rom_builder import Rom, build

from gpu_inspector.records import canonical
from gpu_inspector.records.catalogue import load
from gpu_inspector.records.chain import GENESIS, entry_for
from gpu_inspector.records.declaration import Case, Declaration
from gpu_inspector.records.evidence import Evidence
from gpu_inspector.records.inspection import Inspection
from gpu_inspector.report import attached, examine
from gpu_inspector.report import firmware_files as carried
from gpu_inspector.report.document import draw
from gpu_inspector.report.identity import SigningIdentity
from gpu_inspector.report.signature import Attachment, sign
from gpu_inspector.workflow import firmware_files, signing
from gpu_inspector.workflow.firmware import FirmwareWish, with_firmware
from gpu_inspector.workflow.inspecting import inspection_of, report_from_ledger, store_and_report
from gpu_inspector.workflow.verifying import State, verify

DATA = build(Rom()).data
DIGEST = hashlib.sha256(DATA).hexdigest()
NAME = f"vbios-{DIGEST[:16]}.rom"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GPU_INSPECTOR_HOME", str(tmp_path / "home"))
    return tmp_path


@pytest.fixture
def evidence(tmp_path: Path) -> Evidence:
    file = tmp_path / "handed-in.rom"
    file.write_bytes(DATA)
    return with_firmware(genuine(row_of("NVIDIA GeForce RTX 4090")), FirmwareWish(files=(file,)))


@pytest.fixture(scope="module")
def identity(tmp_path_factory: pytest.TempPathFactory) -> SigningIdentity:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GPU_INSPECTOR_HOME", str(tmp_path_factory.mktemp("identity")))
        return signing.signer(signing.nobody)


def _inspection(evidence: Evidence) -> Inspection:
    return inspection_of(evidence, Declaration(), Case(), load())


def _signed(inspection: Inspection, identity: SigningIdentity, *more: Attachment) -> bytes:
    record = canonical.encode(inspection)
    entry = entry_for(1, GENESIS, record)
    drawn = draw(inspection, entry, signer=identity.fingerprint)
    return sign(drawn, record, entry, identity, reason="GPU Inspector report 1", place="", more=more)


def _attached(pdf: bytes) -> dict[str, bytes]:
    return attached.attachments(PdfFileReader(BytesIO(pdf)))


def _as(name: str, data: bytes) -> Attachment:
    return Attachment(
        name=name,
        data=data,
        description=carried.DESCRIPTION,
        media_type=carried.FILE_TYPE,
        relationship=carried.RELATIONSHIP,
    )


def test_a_handed_in_image_stands_in_the_report_byte_for_byte_and_it_verifies(home: Path, evidence: Evidence) -> None:
    done = store_and_report(_inspection(evidence), home / "ledger.sqlite")
    assert done.report is not None, done.failure
    pdf = done.report.read_bytes()
    assert _attached(pdf)[NAME] == DATA
    with pikepdf.open(done.report) as opened:
        assert opened.attachments[NAME].get_file().read_bytes() == DATA
    found = verify(pdf, (), load())
    assert (found.state, found.problems) == (State.UNKNOWN_SIGNER, ())


def test_a_report_made_again_from_the_ledger_has_it_too(home: Path, evidence: Evidence) -> None:
    done = store_and_report(_inspection(evidence), home / "ledger.sqlite")
    again = report_from_ledger(str(done.entry.seq), home / "ledger.sqlite", home / "again.pdf")
    assert again.report is not None
    assert NAME in _attached(again.report.read_bytes())


def test_an_image_that_is_gone_or_was_changed_is_left_out_and_the_report_still_verifies(
    home: Path, evidence: Evidence
) -> None:
    kept = firmware_files.folder() / f"{DIGEST}.rom"
    kept.write_bytes(b"\x00" + DATA[1:])
    assert firmware_files.kept_bytes(evidence) == {}
    done = store_and_report(_inspection(evidence), home / "ledger.sqlite")
    assert done.report is not None
    pdf = done.report.read_bytes()
    assert NAME not in _attached(pdf)
    assert verify(pdf, (), load()).problems == ()


def test_an_attached_image_that_the_record_does_not_name_is_refused(
    evidence: Evidence, identity: SigningIdentity
) -> None:
    inspection = _inspection(evidence)
    assert verify(_signed(inspection, identity, _as(NAME, DATA)), (), load()).problems == ()
    other = b"\x00" + DATA[1:]
    for name, data in ((NAME, other), (NAME, DATA + b"\x00"), (f"vbios-{'0' * 16}.rom", DATA)):
        found = verify(_signed(inspection, identity, _as(name, data)), (), load())
        assert found.problems == ("The attached firmware images are not those that belong to the attached record.",)


@pytest.mark.parametrize("name", ["vbios-1.rom", f"vbios-{'g' * 16}.rom", "vbios.exe", f"x/{NAME}"])
def test_no_other_name_gets_into_a_report(name: str, evidence: Evidence, identity: SigningIdentity) -> None:
    found = examine.examine(_signed(_inspection(evidence), identity, _as(name, DATA)))
    assert not found.intact


def test_of_masked_evidence_no_image_is_attached_for_an_eeprom_can_hold_a_serial(evidence: Evidence) -> None:
    images = firmware_files.kept_bytes(evidence)
    assert list(images) == [DIGEST]
    assert [one.name for one in carried.attachments(evidence, images)] == [NAME]
    assert carried.attachments(replace(evidence, masked=True), images) == ()
    assert not carried.belong(replace(evidence, masked=True), {NAME: DATA})


def test_the_same_image_twice_is_attached_once(evidence: Evidence) -> None:
    (card,) = evidence.cards
    twice = replace(evidence, cards=(replace(card, vbios=card.vbios * 2), replace(card, label="other")))
    assert [one.name for one in carried.attachments(twice, {DIGEST: DATA})] == [NAME]


def test_what_has_no_room_is_left_out_by_the_record_alone(evidence: Evidence) -> None:
    (card,) = evidence.cards
    large = replace(card.vbios[0], sha256="0" * 64, size_bytes=carried.MOST_BYTES)
    full = replace(evidence, cards=(replace(card, vbios=(large, *card.vbios)),))
    assert carried.attachments(full, {DIGEST: DATA}) == ()
    assert not carried.belong(full, {NAME: DATA})


def test_a_forged_digest_names_no_file_outside_of_the_folder(evidence: Evidence, home: Path) -> None:
    (card,) = evidence.cards
    (home / "home").mkdir(exist_ok=True)
    path = "../" * 21 + "a"
    forged = replace(card.vbios[0], sha256=path)
    assert firmware_files.kept_bytes(replace(evidence, cards=(replace(card, vbios=(forged,)),))) == {}
    assert carried.name_of(forged) == ""


def test_an_image_that_cannot_be_kept_is_a_gap_and_the_inspection_goes_on(home: Path) -> None:
    (home / "home").mkdir(exist_ok=True)
    firmware_files.folder().parent.mkdir(parents=True, exist_ok=True)
    firmware_files.folder().write_text("in the way")
    gap = firmware_files.keep(DATA)
    assert gap is not None
    assert gap.source == "vbios"
    assert "the report will not have the file" in gap.reason


def test_a_report_without_images_can_be_made_without_their_folder(home: Path) -> None:
    done = store_and_report(_inspection(genuine(row_of("NVIDIA GeForce RTX 4090"))), home / "ledger.sqlite")
    assert done.report is not None
    assert not firmware_files.folder().exists()
