"""Words for firmware: each fact stands, nothing is promised beyond what was checked, any record gives bounded text."""

from dataclasses import replace
from typing import Any

import pytest
from firmware_by_hand import ATTESTATION, DRIVER, FILE, IMAGE, INNER, TABLE, forged_board, with_part, with_table
from hypothesis import given, settings
from hypothesis import strategies as st
from rom_builder import Rom, build
from sampling import examples

from gpu_inspector.probes import vbios
from gpu_inspector.records.evidence import Gap
from gpu_inspector.records.firmware import EfiPart, MemoryRow, MemoryTable, RmCall, RomImage, VbiosReading
from gpu_inspector.records.firmware_compared import Difference, compared, kinds_of, part_names
from gpu_inspector.records.firmware_words import (
    LISTED,
    differences,
    lines_of_image,
    name_of,
    parts_of_image,
    power_words,
    same_words,
    short_words,
    signature_words,
)
from gpu_inspector.records.inner_words import lines_of_attestation, lines_of_rm
from gpu_inspector.records.words import source_words


def _said(reading: VbiosReading) -> dict[str, str]:
    return dict(lines_of_image(reading, str))


def _parsed(**fields: Any) -> VbiosReading:
    return vbios.parse(build(Rom(**fields)).data, source="file", file_name="dump.rom")


# --- one image


def test_every_fact_of_an_image_stands() -> None:
    said = _said(IMAGE)
    assert said["Read"] == "by the system's kernel, out of the card, 1 MiB (1,048,576 bytes)"
    assert said["SHA-256 of all bytes"].startswith("1234abcd 1234abcd")
    assert said["SHA-256 of the chain"].startswith("5678ef90 5678ef90")
    assert said["x86 part"] == ("64 KiB at 0x0, device 10DE:2684, subsystem 10DE:16F4, class 030000, bytes sum to 0")
    assert said["Extension 2"] == "384 KiB at 0x3E000, device 10DE:2684, class 030000"
    assert said["Version"] == "95.02.3C.00.1B"
    assert said["Board code"] == "PG139"
    assert said["Kinds of memory"] == "GDDR6X, Micron: straps 0 to 1"
    assert said["Power limit"] == "450 W by default, 150 W at least, 600 W at most"
    assert said["Signed code"].startswith("FWSEC, production, descriptor 3, 1 signature, SHA-256 eeeeeeee")


def test_a_built_image_is_told_whole() -> None:
    reading = _parsed()
    assert reading.bit is not None
    said = _said(reading)
    assert said["Read"].startswith("from the file dump.rom, ")
    assert said["Version"] == reading.bit.version
    assert said["Sign-on"] == reading.bit.sign_on
    assert short_words(reading, str).startswith(f"{reading.bit.version}, device 10DE:2684, ")


def test_an_image_is_called_by_where_it_came_from() -> None:
    assert name_of(IMAGE, str) == "vBIOS image read out of the card"
    assert name_of(FILE, str) == "vBIOS file “rtx4090.rom”"
    assert name_of(replace(FILE, file_name=""), str) == "vBIOS file"


def test_what_is_amiss_is_said_where_it_is_amiss() -> None:
    cut = replace(with_part(IMAGE, 3, whole=False), ends=False, remarks=("The chain is cut.",))
    said = _said(with_part(cut, 0, checksum_ok=False))
    assert said["Extension 2"].endswith("cut: the file ends before it does")
    assert said["x86 part"].endswith("bytes do not sum to 0")
    assert "does not come to an image that calls itself the last" in said["Chain"]
    assert said["Remark"] == "The chain is cut."
    assert "checksum does not agree" in _said(with_table(IMAGE, checksum_ok=False))["Information table"]


def test_an_image_without_a_table_says_so() -> None:
    assert _said(replace(IMAGE, bit=None))["Information table"] == "not there"


def test_groups_that_have_nothing_to_say_are_left_out() -> None:
    bare = VbiosReading(source="file", size_bytes=1, sha256="0" * 64, bit=TABLE)
    titles = [part.title for part in parts_of_image(replace(bare, bit=replace(TABLE, power=None)), str)]
    assert "UEFI driver" not in titles
    assert "Power" not in titles
    assert "Remarks" not in titles


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"readable": False}, "not looked at: the driver could not be unpacked"),
        ({"signed": None}, "could not be looked for"),
        ({"signed": False}, "none"),
        ({"digest_matches": False}, "the signed digest is not that of the driver"),
        ({"digest_matches": None}, "not checked: the digest"),
        ({"signature_sound": False}, "the signature is not that certificate's own"),
        ({"chain_sound": False}, "the certificates do not sign each other"),
        ({"signers": ()}, "signed, by a certificate without a name"),
    ],
)
def test_each_answer_on_a_signature_is_said_by_itself(changes: dict[str, Any], says: str) -> None:
    assert says in signature_words(replace(DRIVER, **changes), str)


def test_a_sound_signature_promises_no_more_than_was_checked() -> None:
    words = signature_words(DRIVER, str)
    assert words.startswith("signed by “Microsoft Windows UEFI Driver Publisher”; issued by “Microsoft Corporation")
    assert words.endswith("the chain ends at a certificate that this program does not know")
    assert not any(claim in words.casefold() for claim in ("genuine", "trusted", "valid", "authentic"))


def test_parts_are_named_by_their_kind_and_numbered() -> None:
    codes = (0xE0, 0xE0, 0x00, 0x03, 0x70, 0x00, 0x42)
    images = tuple(replace(IMAGE.images[0], code_type=code) for code in codes)
    names = ("extension 1", "extension 2", "x86 part", "UEFI part", "laptop's table", "x86 part 2", "part of type 0x42")
    assert part_names(images) == names


def test_straps_of_one_kind_of_memory_stand_together_and_unused_ones_last() -> None:
    rows = (15, 13, 13, 15, 13, 15)
    memory = MemoryTable(
        rows=tuple(MemoryRow(strap=n, type=one, type_name="GDDR7" if one == 13 else "") for n, one in enumerate(rows))
    )
    assert _said(with_table(IMAGE, memory=memory))["Kinds of memory"] == (
        "GDDR7: straps 1 to 2, 4; unused: straps 0, 3, 5"
    )
    assert [kind.straps for kind in kinds_of(memory)] == [(1, 2, 4), (0, 3, 5)]


def test_a_version_that_says_the_same_twice_is_told_once() -> None:
    assert "Version as text" not in _said(with_table(IMAGE, version_text="Version 95.02.3C.00.1B"))
    assert _said(with_table(IMAGE, version_text="Version 95.02.3C.00.FF"))["Version as text"].endswith("FF")


def test_limits_that_are_not_there_are_said_to_be_so() -> None:
    assert TABLE.power is not None
    assert power_words(replace(TABLE.power, lowest_mw=None, default_mw=None, highest_mw=None)) == "not there"


# --- two images


def test_two_dumps_of_one_eeprom_do_not_differ() -> None:
    assert compared(IMAGE, FILE) == ()
    assert compared(_parsed(), _parsed(wrapper=1)) == ()


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"version": "95.02.3C.00.99"}, "version"),
        ({"subsystem": (0x1043, 0x889A)}, "x86 part: subsystem"),
        ({"sign_on": "NVIDIA GeForce RTX 4090 D VGA BIOS"}, "sign-on"),
        ({"build_date": "01/02/23"}, "build date"),
        ({"device_id": 0x2685}, "x86 part: device"),
    ],
)
def test_a_field_that_differs_is_named(fields: dict[str, Any], named: str) -> None:
    found = {row.field for row in compared(_parsed(), _parsed(**fields))}
    assert named in found
    assert "chain" in found


def test_differences_stand_with_both_values_cleaned() -> None:
    rows = differences(IMAGE, forged_board(FILE), lambda text: text.upper())
    assert ("X86 PART: SUBSYSTEM", "10DE:16F4", "1043:889A") in rows
    assert ("POWER LIMIT, DEFAULT", "450 W", "500 W") in rows
    assert any(one.startswith("5678EF90 5678EF90") for _label, one, _other in rows)


def test_of_a_partial_dump_only_the_parts_are_compared_that_both_have() -> None:
    partial = replace(FILE, images=IMAGE.images[:2], images_sha256="9" * 64, partial=True)
    assert compared(IMAGE, partial) == compared(partial, IMAGE) == ()
    assert same_words(IMAGE, partial).startswith("The parts that both readings have do not differ")
    assert same_words(IMAGE, FILE) == "The images do not differ in anything that they say."
    changed = with_part(partial, 1, sha256="9" * 64)
    assert [row.field for row in compared(IMAGE, changed)] == ["UEFI part: sha256"]
    whole = replace(partial, partial=False)
    assert {"chain", "images", "extension 1: sha256"} <= {row.field for row in compared(IMAGE, whole)}


def test_a_subsystem_that_only_one_dump_has_room_for_is_no_difference() -> None:
    assert compared(IMAGE, replace(IMAGE, ifr_subsystem="10DE:16F4")) == ()
    one, other = (replace(IMAGE, ifr_subsystem=name) for name in ("10DE:16F4", "1043:889A"))
    assert compared(one, other) == (
        Difference("subsystem before the images", "Subsystem before the images", "10DE:16F4", "1043:889A"),
    )


# --- inner calls and attestation


def test_inner_calls_say_that_nobody_has_seen_them_on_hardware() -> None:
    said = dict(lines_of_rm(INNER, str))
    assert said["Standing"].startswith("not yet seen on hardware: nothing may be concluded from them alone")
    assert said["Device"] == "2684, SKU 300, revision A1"
    assert said["Memory by the chip"].startswith("GDDR6X, 24 GiB, bus of 384 bit, partitions 0xFFF")
    assert said["Maker by strap and vBIOS"] == "Micron"
    assert said["Not answered"] == (
        "GPU_GET_OEM_BOARD_INFO: status 0x56; BIOS_GET_SKU_INFO: the system refused the call"
    )


def test_unknown_numbers_of_memory_stay_numbers() -> None:
    said = dict(lines_of_rm(replace(INNER, ram_type=99, memory_vendor=99), str))
    assert said["Memory by the chip"].startswith("type 99, ")
    assert said["Maker by strap and vBIOS"] == "vendor 99"


def test_an_attestation_is_told_by_its_size_and_concluded_from_by_nobody() -> None:
    said = dict(lines_of_attestation(ATTESTATION, str))
    assert said["Given"] == (
        "report (4 bytes), certificates (3 bytes); stored raw in the attached record; nothing is concluded from it"
    )
    assert dict(lines_of_attestation(replace(ATTESTATION, report="", certificate_chain=""), str))["Given"].startswith(
        "nothing; "
    )


def test_sources_of_gaps_have_names_that_people_know() -> None:
    assert source_words(Gap("vbios", "").source) == "vBIOS image"
    assert source_words("rm") == "driver's inner calls"


# --- whatever a record holds


def test_every_foreign_text_is_cleaned_and_every_list_is_cut() -> None:
    flood = MemoryTable(strap_count=9, rows=tuple(MemoryRow(strap=n, type=n) for n in range(1000)))
    wild = replace(
        with_table(IMAGE, memory=flood, sign_on="<evil>", signed_code=TABLE.signed_code * 1000),
        images=tuple(replace(IMAGE.images[1], offset=n, efi=DRIVER) for n in range(1000)),
        remarks=("<evil>",) * 1000,
    )
    said = lines_of_image(wild, lambda text: text.replace("<evil>", "clean"))
    assert not any("evil" in text for _label, text in said)
    assert sum(label == "Remark" for label, _text in said) == LISTED
    assert dict(said)["Further parts"] == "976 more stand in the record"
    assert dict(said)["Kinds of memory"].endswith("and 232 more")
    assert max(len(text) for _label, text in said) < 5000


_NUMBERS = st.integers(-(2**53), 2**53)
_TEXTS = st.text(max_size=20)
_IMAGES = st.builds(
    RomImage,
    offset=_NUMBERS,
    length_bytes=_NUMBERS,
    code_type=_NUMBERS,
    vendor_id=_TEXTS,
    device_id=_TEXTS,
    checksum_ok=st.none() | st.booleans(),
    efi=st.none()
    | st.builds(
        EfiPart,
        machine=_NUMBERS,
        compressed=st.booleans(),
        readable=st.booleans(),
        signed=st.none() | st.booleans(),
        signers=st.lists(_TEXTS, max_size=3).map(tuple),
    ),
)
_READINGS = st.builds(
    VbiosReading,
    source=st.sampled_from(("card", "file", "")),
    size_bytes=_NUMBERS,
    sha256=_TEXTS,
    rom_offset=_NUMBERS,
    trailing_bytes=_NUMBERS,
    partial=st.booleans(),
    images=st.lists(_IMAGES, max_size=4).map(tuple),
    bit=st.none() | st.just(TABLE),
)


@settings(max_examples=examples(60), deadline=None)
@given(_READINGS, _READINGS)
def test_any_two_readings_have_words(one: VbiosReading, other: VbiosReading) -> None:
    assert lines_of_image(one, str)
    assert compared(one, one) == ()
    forth, back = compared(one, other), compared(other, one)
    assert {(row.field, row.one, row.other) for row in forth} == {(row.field, row.other, row.one) for row in back}


@settings(max_examples=examples(40), deadline=None)
@given(st.integers(-(2**53), 2**53), _TEXTS)
def test_any_answer_of_inner_calls_has_words(number: int, text: str) -> None:
    calls = (RmCall(name=text, command=text, status=number, failure=text),)
    reading = replace(INNER, calls=calls, chip_major=number, ram_type=number, l2_bytes=number, partition_mask=number)
    assert lines_of_rm(reading, str)
