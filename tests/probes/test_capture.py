"""Evidence written as a file and read back: nothing lost, nothing untyped, and on wish nothing that names one card."""

import os
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sampling import examples

from gpu_inspector.errors import CaptureError
from gpu_inspector.probes import capture
from gpu_inspector.records import canonical
from gpu_inspector.records.claims import Absence, NvmlReading, SmiReading
from gpu_inspector.records.declaration import Case, Declaration
from gpu_inspector.records.evidence import CardEvidence, Evidence, Gap, HostReading, Origin
from gpu_inspector.records.finding import Identity
from gpu_inspector.records.firmware import (
    AttestationReading,
    BitReading,
    BitToken,
    MemoryRow,
    MemoryTable,
    RmCall,
    RmReading,
    RomImage,
    SignedCode,
    VbiosReading,
)
from gpu_inspector.records.inspection import Inspection, Judgement

UUID = "GPU-513536b6-7d19-9063-b049-1e69664bb298"
SERIAL = "1650522003820"
PDI = "531E7660F021A0D4"
EVIDENCE = Evidence(
    collected_at=datetime(2026, 11, 24, 10, 0, tzinfo=UTC),
    tool_version="0.1.0",
    reference_version="2026-11-24",
    origin=Origin.MACHINE,
    cards=(
        CardEvidence(
            label="0000:01:00.0",
            nvml=NvmlReading(name="NVIDIA A100-SXM4-80GB", uuid=UUID, serial=SERIAL, device_identifier=PDI),
            nvidia_smi=SmiReading(
                name="NVIDIA A100-SXM4-80GB", uuid=UUID, absent=(Absence("serial", "no permission"),)
            ),
            vbios=(
                VbiosReading(
                    source="file",
                    file_name=f"{SERIAL}.rom",
                    size_bytes=2,
                    sha256="00",
                    bit=BitReading(offset=2, checksum_ok=True, sign_on=f"board {SERIAL}", version="92.00.36.00.01"),
                    remarks=(f"behind {PDI}",),
                ),
            ),
            rm=RmReading(
                driver_version="580.95.05",
                headers_version="595.45.04",
                calls=(
                    RmCall(name="GPU_GET_CHIP_DETAILS", command="208001A4", status=0, raw="84260000"),
                    RmCall(
                        name="GPU_GET_OEM_BOARD_INFO", command="2080013F", status=0, raw=SERIAL.encode().hex() + "00"
                    ),
                    RmCall(name="written by another program", command="2080013f", raw=SERIAL.encode().hex()),
                    RmCall(name="MC_GET_ARCH_INFO", command="20801701", failure=f"{UUID} is busy"),
                ),
                memory_part="K4ZAF325BC",
                memory_date_code=SERIAL,
            ),
            attestation=AttestationReading(nonce="00" * 32, report="QUJD", certificate_chain="REVG"),
            gaps=(Gap("vbios", f"no image of {UUID} could be read", f"ask for {SERIAL}"),),
        ),
        CardEvidence(label=UUID, nvml=NvmlReading(serial="7")),
    ),
    host=HostReading(system="Debian 12", preloaded=(f"LD_PRELOAD=/tmp/{UUID.lower()}.so",)),
    file_name=f"{SERIAL}.xml",
    notes=(f"card {UUID.removeprefix('GPU-')} was read twice", "7 lines were passed over"),
    gaps=(Gap("nvml", f"{PDI.lower()} did not answer"),),
)


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "capture.json"
    capture.write(EVIDENCE, path)
    assert capture.parse(path.read_bytes()) == EVIDENCE
    assert path.read_bytes() == canonical.encode(EVIDENCE)
    assert os.listdir(tmp_path) == ["capture.json"]  # noqa: PTH208


def test_an_older_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "capture.json"
    path.write_bytes(b"x" * 1_000_000)
    capture.write(EVIDENCE, path)
    assert capture.parse(path.read_bytes()) == EVIDENCE


def test_masking_takes_out_all_that_names_one_card_wherever_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "capture.json"
    capture.write(EVIDENCE, path, True)
    text = path.read_text()
    for secret in (UUID, UUID.removeprefix("GPU-"), SERIAL, SERIAL.encode().hex(), PDI, "REVG"):
        assert not re.search(secret, text, re.IGNORECASE), secret
    read = capture.parse(text.encode())
    assert read.masked
    first, second = read.cards
    assert first.nvml is not None and second.nvml is not None and first.nvidia_smi is not None
    assert first.nvml.name == "NVIDIA A100-SXM4-80GB"
    assert {absence.field for absence in first.nvml.absent} == {"serial", "uuid", "device_identifier"}
    assert {absence.reason for absence in first.nvml.absent} == {"masked"}
    assert second.nvml.serial is None
    assert "7 lines were passed over" in read.notes


def test_masking_keeps_what_the_inner_calls_said_of_the_kind_of_card() -> None:
    first = capture.mask(EVIDENCE).cards[0]
    assert first.rm is not None
    assert [call.raw for call in first.rm.calls] == ["84260000", "", "", ""]
    assert (first.rm.memory_part, first.rm.memory_date_code) == ("K4ZAF325BC", "[masked]")
    assert (first.attestation, first.vbios[0].file_name) == (None, "[masked].rom")


def test_masking_keeps_what_an_image_says_of_the_kind_of_card() -> None:
    (image,) = capture.mask(EVIDENCE).cards[0].vbios
    assert image.bit is not None
    assert (image.bit.version, image.bit.sign_on, image.remarks) == (
        "92.00.36.00.01",
        "board [masked]",
        ("behind [masked]",),
    )


def test_masking_leaves_the_reason_of_what_was_absent_before() -> None:
    reading = capture.mask(EVIDENCE).cards[0].nvidia_smi
    assert reading is not None
    assert Absence("serial", "no permission") in reading.absent
    assert Absence("uuid", "masked") in reading.absent


def test_masking_twice_is_masking_once() -> None:
    once = capture.mask(EVIDENCE)
    assert capture.mask(once) == once


def test_the_record_of_an_inspection_holds_its_evidence() -> None:
    judgement = Judgement(verdict=Identity.INCONCLUSIVE, cards=(), tool_version="0", reference_version="0")
    record = Inspection(
        id="1",
        made_at=EVIDENCE.collected_at,
        utc_offset_minutes=60,
        case=Case(),
        declaration=Declaration(),
        evidence=EVIDENCE,
        judgement=judgement,
    )
    assert capture.parse(canonical.encode(record)) == EVIDENCE


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        pytest.param('"format":1', '"format":2', "has format 2", id="newer format"),
        pytest.param('"format":1', '"format":0', "never existed", id="format nought"),
        pytest.param('"masked":false', '"masked":"no"', "no capture of GPU Inspector", id="wrong type"),
        pytest.param('"this machine"', '"elsewhere"', "no capture of GPU Inspector", id="unknown origin"),
        pytest.param("2026-11-24T10:00:00Z", "2026-11-24T10:00:00", "has no zone", id="time without a zone"),
        pytest.param('"format":1', '"format":1}', "no capture", id="broken JSON"),
        pytest.param(
            '"memory_total_bytes":null', f'"memory_total_bytes":{2**60}', "no record can hold", id="huge number"
        ),
    ],
)
def test_what_is_no_capture_is_refused_with_its_sentence(old: str, new: str, sentence: str) -> None:
    text = canonical.encode(EVIDENCE).decode()
    assert old in text
    with pytest.raises(CaptureError, match=sentence):
        capture.parse(text.replace(old, new, 1).encode())


def test_a_capture_without_cards_or_with_thousands_is_refused() -> None:
    with pytest.raises(CaptureError, match="holds no card"):
        capture.parse(canonical.encode(replace(EVIDENCE, cards=())))
    with pytest.raises(CaptureError, match="no machine has as many"):
        capture.parse(canonical.encode(replace(EVIDENCE, cards=EVIDENCE.cards * 1000)))


@given(st.binary(max_size=300))
@settings(max_examples=examples(100), deadline=None)
def test_any_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(CaptureError):
        capture.parse(data)


@given(st.integers(0, len(canonical.encode(EVIDENCE)) - 1), st.integers(0, 255))
@settings(max_examples=examples(100), deadline=None)
def test_one_changed_byte_gives_a_record_that_can_be_kept_or_a_refusal(place: int, value: int) -> None:
    data = bytearray(canonical.encode(EVIDENCE))
    data[place] = value
    try:
        read = capture.parse(bytes(data))
    except CaptureError as error:
        assert str(error)
    else:
        assert canonical.encode(read)


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(CaptureError, match="could not be written"):
        capture.write(EVIDENCE, tmp_path / "missing" / "capture.json")
    with pytest.raises(CaptureError, match="is not a file that could be replaced"):
        capture.write(EVIDENCE, tmp_path)
    with pytest.raises(CaptureError, match="could not be written"):
        capture.write(EVIDENCE, Path("bad\0name"))


def test_a_failed_write_leaves_the_older_file_and_no_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "capture.json"
    path.write_text("older")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CaptureError, match="No space left on device"):
        capture.write(EVIDENCE, path)
    assert path.read_text() == "older"
    assert [one.name for one in tmp_path.iterdir()] == ["capture.json"]


PART = RomImage(offset=0, length_bytes=512, code_type=0, vendor_id="10DE", device_id="20B0")


@pytest.mark.parametrize(
    ("image", "what"),
    [
        pytest.param({"images": (PART,) * 33}, "33 parts", id="parts"),
        pytest.param({"images": (replace(PART, device_list=("20B0",) * 65),)}, "65 device ids", id="device ids"),
        pytest.param({"remarks": ("x",) * 41}, "41 remarks", id="remarks"),
        pytest.param(
            {"bit": {"tokens": (BitToken(id="B", version=2, size=5, offset=0),) * 65}}, "65 tokens", id="tokens"
        ),
        pytest.param(
            {"bit": {"signed_code": (SignedCode(application=5, target=7),) * 65}}, "65 signed entries", id="signed code"
        ),
        pytest.param(
            {"bit": {"memory": MemoryTable(rows=(MemoryRow(strap=0, type=9),) * 65)}}, "65 memory rows", id="rows"
        ),
        pytest.param({"bit": {"memory": MemoryTable(translation=(0,) * 65)}}, "65 straps", id="straps"),
    ],
)
def test_a_capture_with_more_firmware_than_an_image_can_hold_is_refused(image: dict[str, Any], what: str) -> None:
    fields = {**image, "bit": BitReading(offset=0, checksum_ok=True, **image.get("bit", {}))}
    reading = VbiosReading(source="card", size_bytes=512, sha256="00", **fields)
    with pytest.raises(CaptureError, match=what):
        capture.parse(canonical.encode(with_firmware(vbios=(reading,))))


def test_a_capture_with_more_images_or_calls_than_an_inspection_makes_is_refused() -> None:
    image = VbiosReading(source="card", size_bytes=512, sha256="00")
    assert capture.parse(canonical.encode(with_firmware(vbios=(image,) * 3))).cards[0].vbios == (image,) * 3
    with pytest.raises(CaptureError, match="4 vBIOS images"):
        capture.parse(canonical.encode(with_firmware(vbios=(image,) * 4)))
    calls = RmReading(driver_version="", headers_version="", calls=(RmCall(name="", command=""),) * 65)
    with pytest.raises(CaptureError, match="65 inner calls"):
        capture.parse(canonical.encode(with_firmware(rm=calls)))


def with_firmware(**fields: Any) -> Evidence:
    return replace(EVIDENCE, cards=(replace(EVIDENCE.cards[0], **fields),))
