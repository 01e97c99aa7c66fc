"""Files that are handed in: opened without harm, told by their content, and marked as of unknown origin."""

import codecs
import hashlib
import io
import os
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rom_builder import Rom, build
from sampling import examples

from gpu_inspector.errors import CaptureError
from gpu_inspector.probes import incoming, sample
from gpu_inspector.probes.smi_decode import LARGEST
from gpu_inspector.records import canonical
from gpu_inspector.records.evidence import Evidence, Origin
from gpu_inspector.records.product import Die, Product

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
DIE = Die(name="TU104", architecture="Turing", compute_capability="7.5", chip_id="164", lanes_per_sm=64)
PRODUCT = Product(
    name="Tesla T4",
    device_ids=("1EB8",),
    subsystems=("1EB8/10DE:12A2",),
    die="TU104",
    segment="datacentre",
    memory_mib=16384,
    ecc="on",
    total_mib_ecc_off=16384,
    total_mib_ecc_on=15360,
)
XML = sample.write(PRODUCT, DIE).encode()
FOREIGN = XML.replace(incoming.SAMPLE_MARK.encode(), b"as printed")


def evidence_of(data: bytes, name: str = "dump.xml") -> Evidence:
    return incoming.to_evidence(data, name, tool_version="0.1.0", reference_version="today", collected_at=NOW)


# Opening


def test_a_file_and_a_stream_give_their_bytes(tmp_path: Path) -> None:
    path = tmp_path / "dump"
    path.write_bytes(XML)
    assert incoming.open_file(path, None) == XML
    assert incoming.open_file(None, io.BytesIO(XML)) == XML


def test_a_link_to_a_file_is_followed(tmp_path: Path) -> None:
    (tmp_path / "dump").write_bytes(XML)
    (tmp_path / "link").symlink_to("dump")
    assert incoming.open_file(tmp_path / "link", None) == XML


def test_what_cannot_be_opened_is_refused_with_its_sentence(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "empty").touch()
    (tmp_path / "loop").symlink_to("loop")
    started = time.monotonic()
    for path, sentence in (
        (tmp_path, "is a folder"),
        (tmp_path / "missing", "There is no file"),
        (tmp_path / "pipe", "is a device or a pipe"),
        (Path("/dev/zero"), "is a device or a pipe"),
        (tmp_path / "empty", "The file is empty"),
        (tmp_path / "loop", "cannot be read"),
        (tmp_path / ("n" * 5000), "cannot be read"),
        (Path("bad\0name"), "cannot be read"),
        (tmp_path / "empty" / "below", "cannot be read"),
    ):
        with pytest.raises(CaptureError, match=sentence):
            incoming.open_file(path, None)
    assert time.monotonic() - started < 2


def test_no_permission_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(*_arguments: object, **_named: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", denied)
    with pytest.raises(CaptureError, match="may not be read"):
        incoming.open_file(tmp_path / "dump", None)


def test_200_mb_of_noise_are_refused_at_once(tmp_path: Path) -> None:
    path = tmp_path / "noise"
    with path.open("wb") as file:
        file.truncate(200_000_000)
    started = time.monotonic()
    with pytest.raises(CaptureError, match="200,000,000 bytes; a dump or a capture never has more"):
        incoming.open_file(path, None)
    assert time.monotonic() - started < 0.5


def test_an_endless_stream_is_read_up_to_the_bound() -> None:
    class Endless(io.RawIOBase):
        asked = 0

        def read(self, size: int = -1) -> bytes:
            self.asked = size
            return bytes(size)

    stream = Endless()
    with pytest.raises(CaptureError, match="more than"):
        incoming.open_file(None, cast(BinaryIO, stream))
    assert stream.asked == LARGEST + 1


def test_an_empty_file_may_be_asked_for(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    assert incoming.open_file(tmp_path / "empty", None, empty=True) == b""
    with pytest.raises(CaptureError, match="No file was named"):
        incoming.open_file(None, None)


# Telling by content


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        pytest.param(b"%PDF-1.7 ...", "a PDF.*verify", id="report"),
        pytest.param(b"\x89PNG\r\n\x1a\n", "a picture", id="photograph"),
        pytest.param(b"PK\x03\x04....", "Unpack it first", id="archive"),
        pytest.param(b"\x1f\x8b\x08....", "Unpack it first", id="compressed"),
        pytest.param(b"SQLite format 3\0....", "ledger verify", id="ledger"),
        pytest.param(b"\x55\xaa\x7f....", "image", id="the beginning of a vBIOS image and no more"),
        pytest.param(b"\x7fELF\x02....", "It was not run", id="program"),
        pytest.param(bytes(range(256)) * 8, "is not text", id="noise"),
        pytest.param(b"good morning", "no output of nvidia-smi", id="prose"),
        pytest.param(b"", "is empty", id="empty"),
        pytest.param(b"{\\rtf1 text}", "Save it as plain text", id="word processor"),
        pytest.param(b"{}", "no capture", id="empty JSON"),
        pytest.param(b'{"format":7}', "has format 7", id="newer capture"),
        pytest.param(b"<svg/>", "root element is <svg>", id="foreign XML"),
        pytest.param(b"<!DOCTYPE a [<!ENTITY b 'c'>]><nvidia_smi_log/>", "entity declarations", id="entities"),
    ],
)
def test_what_is_no_evidence_is_refused_with_its_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(CaptureError, match=sentence):
        evidence_of(data)


def test_forms_are_recognised_whatever_the_name() -> None:
    assert incoming.recognise(XML) == "xml"
    assert incoming.recognise(sample.write(PRODUCT, DIE, form="text").encode()) == "text"
    assert incoming.recognise(canonical.encode(evidence_of(XML))) == "capture"
    assert incoming.recognise(build(Rom()).data) == "vbios"
    assert incoming.recognise(build(Rom(wrapper=2)).data) == "vbios"
    assert incoming.recognise(bytes(1024) + build(Rom()).data) == "vbios"
    assert incoming.recognise(b"%PDF-1.7") is None
    assert incoming.recognise(b"prose") is None


# Evidence


@pytest.mark.parametrize("before", [b"\0" * 512, b"\x4c\xc0\xe0\x0c" + b"\xff" * 1020, b"\xff" * 4096])
def test_an_image_behind_what_an_eeprom_keeps_first_is_an_image(before: bytes) -> None:
    """A public dump of an RTX 5060 Ti begins so."""
    assert evidence_of(before + build(Rom()).data, "bios.rom").cards[0].vbios


def test_an_image_by_itself_is_a_card_of_which_nothing_else_is_known() -> None:
    evidence = evidence_of(build(Rom()).data, "/home/colleague/dump.rom")
    (card,) = evidence.cards
    assert (evidence.origin, evidence.file_form, evidence.file_name) == (Origin.FILE, "vbios", "dump.rom")
    assert card.vbios[0].source == "file"
    assert (card.pci, card.nvml, card.nvidia_smi) == (None, None, None)
    assert {gap.source for gap in card.gaps} == {"pci", "nvml", "driver"}


def test_a_dump_is_evidence_of_a_file_of_unknown_origin() -> None:
    evidence = evidence_of(FOREIGN, "/home/colleague/dump.xml")
    assert evidence.origin is Origin.FILE
    assert (evidence.file_name, evidence.file_form) == ("dump.xml", "xml")
    assert evidence.file_sha256 == hashlib.sha256(FOREIGN).hexdigest()
    assert evidence.collected_at == NOW
    assert [card.label for card in evidence.cards] == ["0000:01:00.0"]
    assert {gap.source for gap in evidence.cards[0].gaps} == {"pci", "nvml"}
    assert [gap.source for gap in evidence.gaps] == ["host"]
    assert evidence.host is None


def test_a_card_without_an_address_is_called_by_its_place() -> None:
    dump = sample.write_many([(PRODUCT, DIE)] * 2, overrides=({}, {"pci/pci_bus_id": None})).encode()
    cards = evidence_of(dump.replace(b'<gpu id="00000000:02:00.0">', b"<gpu>")).cards
    assert [card.label for card in cards] == ["0000:01:00.0", "card 2 of the file"]


@pytest.mark.parametrize("form", ["xml", "text"])
def test_our_own_sample_is_known_by_its_marker(form: str) -> None:
    assert evidence_of(sample.write(PRODUCT, DIE, form=form).encode()).origin is Origin.SAMPLE


def test_a_capture_of_another_machine_becomes_a_file_of_unknown_origin() -> None:
    original = replace(evidence_of(FOREIGN), origin=Origin.MACHINE, collected_at=datetime(2025, 1, 1, tzinfo=UTC))
    data = canonical.encode(original)
    evidence = evidence_of(data, "capture.json")
    assert evidence.origin is Origin.FILE
    assert evidence.cards == original.cards
    assert evidence.collected_at == original.collected_at
    assert (evidence.file_name, evidence.file_form) == ("capture.json", "capture")
    assert evidence.file_sha256 == hashlib.sha256(data).hexdigest()
    assert any("2025-01-01 00:00 UTC from: this machine" in note for note in evidence.notes)


@pytest.mark.parametrize("origin", [Origin.SAMPLE, Origin.SIMULATION])
def test_a_capture_that_admits_to_be_no_real_card_stays_that(origin: Origin) -> None:
    assert evidence_of(canonical.encode(replace(evidence_of(XML), origin=origin))).origin is origin


def test_a_capture_with_a_byte_order_mark_or_in_utf_16_is_read() -> None:
    text = canonical.encode(evidence_of(XML))
    for data in (codecs.BOM_UTF8 + text, codecs.BOM_UTF16_LE + text.decode().encode("utf-16-le")):
        assert evidence_of(data).cards == evidence_of(XML).cards


def test_a_name_that_is_no_text_can_be_kept() -> None:
    name = os.fsdecode(b"\xff\x1b[31m\xe2\x80\xae.xml")
    evidence = evidence_of(XML, name)
    assert evidence.file_name.isprintable()
    assert canonical.encode(evidence)


@given(st.binary(max_size=500), st.sampled_from([b"", b"{", b"<nvidia_smi_log>", b"%PDF-", b"GPU 00000000:01:00.0\n"]))
@settings(max_examples=examples(100), deadline=None)
def test_any_bytes_give_evidence_that_can_be_kept_or_a_sentence(data: bytes, head: bytes) -> None:
    try:
        evidence = evidence_of(head + data)
    except CaptureError as error:
        assert str(error)
    else:
        assert evidence.cards
        assert canonical.encode(evidence)
