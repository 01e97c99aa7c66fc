"""Firmware joins the evidence where it was asked for; a refusal of the card is a gap, a bad file is an error."""

from dataclasses import replace
from pathlib import Path

import pytest
from cards import genuine, row_of
from rom_builder import Rom, build

from gpu_inspector.errors import CaptureError, ProbeError
from gpu_inspector.probes import rm, rom_reading
from gpu_inspector.records.evidence import Evidence, Origin
from gpu_inspector.records.firmware import RmReading
from gpu_inspector.workflow.firmware import FirmwareWish, read_image, with_firmware

IMAGE = build(Rom()).data


@pytest.fixture
def evidence() -> Evidence:
    return genuine(row_of("NVIDIA GeForce RTX 4090"))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "handed-in.rom"
    path.write_bytes(IMAGE)
    return path


def test_nothing_is_asked_unasked(evidence: Evidence) -> None:
    assert FirmwareWish().empty
    assert with_firmware(evidence, FirmwareWish()) is evidence


def test_a_handed_in_file_is_an_image_of_the_card_and_says_whence_it_is(evidence: Evidence, file: Path) -> None:
    (card,) = with_firmware(evidence, FirmwareWish(files=(file,))).cards
    assert [(one.source, one.file_name) for one in card.vbios] == [("file", "handed-in.rom")]
    assert card.gaps == evidence.cards[0].gaps


def test_the_image_of_the_card_stands_before_the_files(
    evidence: Evidence, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def read(address: str, sysfs: Path = Path("/sys")) -> bytes:
        asked.append(address)
        return IMAGE

    monkeypatch.setattr(rom_reading, "read", read)
    other = file.with_name("other.rom")
    other.write_bytes(IMAGE + b"\xff" * 512)
    (card,) = with_firmware(evidence, FirmwareWish(files=(file, other), read=True)).cards
    assert asked == ["0000:01:00.0"]
    assert [one.source for one in card.vbios] == ["card", "file", "file"]


def test_a_file_that_is_handed_in_twice_is_not_held_against_itself(evidence: Evidence, file: Path) -> None:
    copy = file.with_name("copy.rom")
    copy.write_bytes(IMAGE)
    for twice in ((file, file), (file, copy)):
        with pytest.raises(CaptureError, match="twice"):
            with_firmware(evidence, FirmwareWish(files=twice))
    once = with_firmware(evidence, FirmwareWish(files=(file,)))
    with pytest.raises(CaptureError, match="twice"):
        with_firmware(replace(once, origin=Origin.FILE), FirmwareWish(files=(copy,)))


def test_no_file_is_dropped_where_a_capture_has_images_already(evidence: Evidence, file: Path) -> None:
    (card,) = evidence.cards
    image = read_image(file)
    full = replace(evidence, cards=(replace(card, vbios=tuple(replace(image, sha256=one * 64) for one in "abc")),))
    with pytest.raises(CaptureError, match="4 vBIOS images"):
        with_firmware(full, FirmwareWish(files=(file,)))


def test_a_card_that_gives_no_image_is_a_gap_and_the_inspection_goes_on(
    evidence: Evidence, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(address: str, sysfs: Path = Path("/sys")) -> bytes:
        raise ProbeError("The helper is not installed.", "Hand in a dump with --vbios.")

    monkeypatch.setattr(rom_reading, "read", refuse)
    (card,) = with_firmware(evidence, FirmwareWish(read=True)).cards
    assert card.vbios == ()
    assert [(gap.source, gap.reason, gap.advice) for gap in card.gaps] == [
        ("vbios", "The helper is not installed.", "Hand in a dump with --vbios.")
    ]


def test_bytes_of_the_card_that_are_no_image_are_a_gap_as_well(
    evidence: Evidence, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rom_reading, "read", lambda address, sysfs=Path("/sys"): b"\xff" * 65536)
    (card,) = with_firmware(evidence, FirmwareWish(read=True)).cards
    assert card.vbios == () and card.gaps[-1].source == "vbios"


def test_a_files_evidence_has_no_card_to_read_out_of_or_to_ask(evidence: Evidence) -> None:
    file = replace(evidence, origin=Origin.FILE)
    (card,) = with_firmware(file, FirmwareWish(read=True, control_calls=True)).cards
    assert [gap.source for gap in card.gaps] == ["vbios", "rm"]
    assert card.rm is None and card.vbios == ()


@pytest.mark.parametrize("data", [b"", b"no image at all", b"PK\x03\x04" + bytes(4096)], ids=["empty", "text", "ZIP"])
def test_a_file_that_holds_no_image_is_the_inspectors_to_put_right(
    evidence: Evidence, tmp_path: Path, data: bytes
) -> None:
    path = tmp_path / "x.rom"
    path.write_bytes(data)
    with pytest.raises(CaptureError):
        with_firmware(evidence, FirmwareWish(files=(path,)))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CaptureError, match=r"missing\.rom"):
        read_image(tmp_path / "missing.rom")


def test_with_several_cards_nobody_knows_whose_the_file_is(evidence: Evidence, file: Path) -> None:
    two = replace(evidence, cards=evidence.cards * 2)
    with pytest.raises(CaptureError, match="2 cards"):
        with_firmware(two, FirmwareWish(files=(file,)))


def test_the_drivers_inner_calls_are_asked_of_the_card_by_its_address_and_driver(
    evidence: Evidence, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, str]] = []

    def read(pci_bus_id: str, driver_version: str) -> RmReading:
        asked.append((pci_bus_id, driver_version))
        return RmReading(driver_version=driver_version, headers_version="x")

    monkeypatch.setattr(rm, "read", read)
    (card,) = with_firmware(evidence, FirmwareWish(control_calls=True)).cards
    assert asked == [("0000:01:00.0", "550.163.01")]
    assert card.rm is not None and not card.rm.seen_on_hardware


def test_without_a_drivers_version_no_call_is_sent(evidence: Evidence, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(pci_bus_id: str, driver_version: str) -> RmReading:
        raise AssertionError("a call was sent")

    monkeypatch.setattr(rm, "read", never)
    silent = replace(evidence, cards=(replace(evidence.cards[0], nvml=None, nvidia_smi=None),))
    (card,) = with_firmware(silent, FirmwareWish(control_calls=True)).cards
    assert card.rm is None and card.gaps[-1].source == "rm"


def test_calls_that_the_driver_refuses_are_a_gap(evidence: Evidence, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(pci_bus_id: str, driver_version: str) -> RmReading:
        raise ProbeError("Not this driver.", "Another.")

    monkeypatch.setattr(rm, "read", refuse)
    (card,) = with_firmware(evidence, FirmwareWish(control_calls=True)).cards
    assert (card.rm, card.gaps[-1].source, card.gaps[-1].reason) == (None, "rm", "Not this driver.")
