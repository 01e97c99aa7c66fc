"""The pages of a card's firmware: what was read and not read, two images side by side, any record within bounds."""

import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from firmware_by_hand import ATTESTATION, DRIVER, FILE, IMAGE, INNER, TABLE, forged_board, with_part, with_table
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from report.report_records import card_evidence, entry_of, inspection
from report.test_measured_pages import _pages
from sampling import examples

from gpu_inspector.records.claims import Absence
from gpu_inspector.records.evidence import Gap
from gpu_inspector.records.firmware import MemoryRow, MemoryTable, RomImage, VbiosReading
from gpu_inspector.records.inspection import Inspection
from gpu_inspector.report.document import draw

needs_poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext reads the pages here")
REFUSED = Gap("vbios", "The system gives no image of this card.", "Read it as administrator.")


def _record(**fields: Any) -> Inspection:
    return inspection(evidence_cards=(replace(card_evidence(), **fields),))


def _drawn(**fields: Any) -> bytes:
    record = _record(**fields)
    return draw(record, entry_of(record))


def _words(folder: Path, **fields: Any) -> str:
    return re.sub(r"\s+", " ", " ".join(_pages(_drawn(**fields), folder)))


@needs_poppler
def test_every_fact_of_an_image_stands_on_paper(tmp_path: Path) -> None:
    text = _words(tmp_path, vbios=(IMAGE,))
    for said in (
        "Firmware images",
        "What an image says is a claim",
        "vBIOS image read out of the card",
        "by the system's kernel, out of the card, 1 MiB (1,048,576 bytes)",
        "SHA-256 of all bytes " + " ".join(["1234abcd"] * 8),
        "SHA-256 of the chain " + " ".join(["5678ef90"] * 8),
        "x86 part 0x0, 64 KiB 10DE:2684 10DE:16F4 030000 bytes sum to 0",
        "Extension 2 0x3E000, 384 KiB 10DE:2684",
        "signed by “Microsoft Windows UEFI Driver Publisher”",
        "the chain ends at a certificate that this program does not know",
        "Sign-on NVIDIA GeForce RTX 4090 VGA BIOS PG139 SKU 330",
        "Build date 2022-08-12",
        "Kinds of memory GDDR6X, Micron: straps 0 to 1",
        "Power limit 450 W by default, 150 W at least, 600 W at most",
        "FWSEC, production, descriptor 3, 1 signature",
    ):
        assert said in text, said


@needs_poppler
def test_without_firmware_there_is_no_section(tmp_path: Path) -> None:
    assert "Firmware images" not in _words(tmp_path)


@needs_poppler
def test_two_images_that_differ_stand_against_each_other(tmp_path: Path) -> None:
    text = _words(tmp_path, vbios=(IMAGE, forged_board(FILE)))
    assert "Image 1: vBIOS image read out of the card" in text
    assert "Image 2: vBIOS file “rtx4090.rom”" in text
    assert "Where the images differ: 1 and 2 Result 4 fields differ" in text
    assert "x86 part: subsystem 10DE:16F4 1043:889A" in text
    assert "Power limit, default 450 W 500 W" in text


@needs_poppler
def test_two_images_that_say_the_same_are_told_once(tmp_path: Path) -> None:
    text = _words(tmp_path, vbios=(IMAGE, FILE))
    assert "Against image 1 The images do not differ in anything that they say." in text
    assert text.count("Build date 2022-08-12") == 1


@needs_poppler
def test_inner_calls_and_attestation_are_told_in_short_and_conclude_nothing(tmp_path: Path) -> None:
    text = _words(tmp_path, rm=INNER, attestation=ATTESTATION)
    assert "Standing not yet seen on hardware: nothing may be concluded from them alone" in text
    assert "stored raw in the attached record; nothing is concluded from it" in text


@needs_poppler
def test_what_was_not_read_stands_there_with_its_reason(tmp_path: Path) -> None:
    text = _words(tmp_path, gaps=(REFUSED, Gap("rm", "The driver is not the open one")))
    assert "Not read vBIOS image The system gives no image of this card. Read it as administrator." in text
    assert "driver's inner calls The driver is not the open one." in text


@needs_poppler
def test_a_refused_attestation_stands_beside_what_was_read(tmp_path: Path) -> None:
    card = card_evidence()
    assert card.nvml is not None
    absent = replace(card.nvml, absent=(Absence("attestation", "confidential computing is off"),))
    assert "attestation Confidential computing is off." in _words(tmp_path, nvml=absent, vbios=(IMAGE,))
    assert "Firmware images" not in _words(tmp_path, nvml=absent)


@needs_poppler
def test_columns_name_the_image_as_a_source(tmp_path: Path) -> None:
    text = _words(tmp_path, vbios=(with_table(IMAGE, version="95.02.00.00.01"),))
    assert "vBIOS image: 95.02.00.00.01" in text


def test_the_same_record_gives_the_same_bytes() -> None:
    assert _drawn(vbios=(IMAGE, FILE), rm=INNER) == _drawn(vbios=(IMAGE, FILE), rm=INNER)


@needs_poppler
def test_hostile_texts_are_shown_as_code_points_and_cut(tmp_path: Path) -> None:
    evil = with_table(IMAGE, sign_on="\u202eevil" + "x" * 600, oem="\x00")
    text = _words(tmp_path, vbios=(replace(evil, source="file", file_name="a\u202eb.rom", remarks=("{0}%s" * 900,)),))
    assert "[U+202E]evil" in text
    assert "a[U+202E]b.rom" in text
    assert "more characters)" in text


@pytest.mark.parametrize(
    "image",
    [
        pytest.param(VbiosReading(source="", size_bytes=-1, sha256=""), id="nothing"),
        pytest.param(replace(IMAGE, images=IMAGE.images * 600), id="parts without end"),
        pytest.param(replace(IMAGE, remarks=("x" * 900,) * 600), id="remarks without end"),
        pytest.param(
            with_table(IMAGE, memory=MemoryTable(rows=(MemoryRow(strap=1, type=1, vendor="v" * 999),) * 600)),
            id="rows",
        ),
        pytest.param(with_table(IMAGE, signed_code=TABLE.signed_code * 600, tokens=TABLE.tokens * 600), id="code"),
        pytest.param(with_part(IMAGE, 1, efi=replace(DRIVER, signers=("s" * 999,) * 600)), id="signers"),
        pytest.param(replace(IMAGE, sha256="s" * 9_999, images_sha256="\u202e" * 9_999), id="digests"),
    ],
)
def test_any_image_can_be_drawn(image: VbiosReading) -> None:
    pdf = _drawn(vbios=(image,) * 5)
    assert pdf.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type /Page\b", pdf)) < 40


_COUNT = st.integers(-(2**52), 2**52)
_TEXT = st.text(max_size=12)
_PARTS = st.builds(
    RomImage, offset=_COUNT, length_bytes=_COUNT, code_type=_COUNT, vendor_id=_TEXT, device_id=_TEXT, sha256=_TEXT
)
_IMAGES = st.builds(
    VbiosReading,
    source=_TEXT,
    file_name=_TEXT,
    size_bytes=_COUNT,
    sha256=_TEXT,
    images=st.lists(_PARTS, max_size=3).map(tuple),
    trailing_bytes=_COUNT,
    remarks=st.lists(_TEXT, max_size=2).map(tuple),
)


@settings(max_examples=examples(30), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_IMAGES, _IMAGES)
def test_whatever_a_record_holds_it_is_drawn(one: VbiosReading, other: VbiosReading) -> None:
    assert _drawn(vbios=(one, other)).startswith(b"%PDF-")
