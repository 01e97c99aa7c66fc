"""vBIOS images, genuine and with one field changed: what comes out is what went in, or a sentence."""

from dataclasses import replace
from struct import pack

import pytest
from cards import row_of
from rom_builder import BLOCK, Rom, build, efi_image, image_for

from gpu_inspector.errors import ProbeError
from gpu_inspector.probes import vbios
from gpu_inspector.records.firmware import BitReading, MemoryRow, PowerLimits, VbiosReading

GENUINE = build(Rom())


def read(data: bytes) -> VbiosReading:
    return vbios.parse(data, source="file")


def bit_of(data: bytes) -> BitReading:
    reading = read(data)
    assert reading.bit is not None
    return reading.bit


def test_a_genuine_image_is_read_whole() -> None:
    reading = vbios.parse(GENUINE.data, source="card", file_name="a.rom")
    assert (reading.source, reading.file_name, reading.size_bytes) == ("card", "a.rom", len(GENUINE.data))
    assert (reading.wrapper, reading.rom_offset, reading.trailing_bytes) == ("", 0, 0)
    assert (reading.ends, reading.partial, reading.remarks) == (True, False, ())
    assert [image.code_type for image in reading.images] == [0, 3, 0xE0, 0xE0]
    assert [image.last for image in reading.images] == [False, False, False, True]
    assert [(image.vendor_id, image.device_id, image.class_code, image.header) for image in reading.images] == [
        ("10DE", "2684", "030000", "PCIR"),
        ("0000", "0000", "000000", "PCIR"),
        ("10DE", "2680", "000000", "NPDS"),
        ("10DE", "2680", "000000", "NPDS"),
    ]
    x86 = reading.images[0]
    assert (x86.checksum_ok, x86.subsystem, x86.extended_header, x86.header) == (True, "10DE:16F4", True, "PCIR")
    assert reading.images[1].efi is not None
    assert reading.ifr_subsystem is None


def test_the_table_of_a_genuine_image_is_read_whole() -> None:
    bit = bit_of(GENUINE.data)
    assert bit.checksum_ok
    assert [token.id for token in bit.tokens] == ["B", "i", "S", "M", "P", "p", "N"]
    assert (bit.version, bit.version_text) == ("95.02.18.80.5F", "Version 95.02.18.80.5F")
    assert (bit.build_date, bit.mobile, bit.bridged_device_id) == ("2022-08-12", False, None)
    assert (bit.board_text, bit.project) == ("3500G1390330", "G139-0330")
    assert (bit.sign_on, bit.board_code) == ("NVIDIA GeForce RTX 4090 VGA BIOS PG139 SKU 330", "PG139")
    assert (bit.oem, bit.oem_vendor, bit.oem_product, bit.oem_revision) == ("", "NVIDIA", "AD102 Board", "Chip Rev")
    assert bit.memory is not None
    assert (bit.memory.strap_count, bit.memory.translation) == (16, tuple(range(16)))
    assert bit.memory.rows[1] == MemoryRow(strap=1, type=10, type_name="GDDR6X", group=0)
    assert bit.power == PowerLimits(lowest_mw=150_000, default_mw=450_000, highest_mw=600_000)
    assert [(code.application, code.descriptor_version, code.signatures) for code in bit.signed_code] == [
        (0x85, 3, 1),
        (0x45, 3, 1),
    ]
    assert len({code.sha256 for code in bit.signed_code}) == 2


def test_the_image_of_a_product_says_what_its_row_says() -> None:
    row = row_of("Tesla T4")
    reading = read(image_for(row))
    assert reading.images[0].device_id in row.device_ids
    assert reading.images[0].class_code == "030200"
    assert reading.bit is not None and reading.bit.memory is not None
    assert {one.type_name for one in reading.bit.memory.rows} == {"GDDR6"}
    assert reading.bit.power is not None and reading.bit.power.default_mw == (row.tdp_w or 0) * 1000


# --- what stands before and behind the images


@pytest.mark.parametrize("version", [1, 2, 3])
def test_a_header_before_the_images_changes_nothing_in_them(version: int) -> None:
    wrapped = read(build(Rom(wrapper=version)).data)  # type: ignore[arg-type]
    plain = read(GENUINE.data)
    assert (wrapped.wrapper, wrapped.remarks, wrapped.ifr_subsystem) == (f"NVGI {version}", (), "10DE:16F4")
    assert wrapped.rom_offset == build(Rom(wrapper=version)).places["rom"]  # type: ignore[arg-type]
    assert wrapped.images_sha256 == plain.images_sha256
    assert wrapped.sha256 != plain.sha256
    assert [one.sha256 for one in wrapped.images] == [one.sha256 for one in plain.images]
    assert wrapped.bit is not None and plain.bit is not None
    assert replace(wrapped.bit, offset=0) == replace(plain.bit, offset=0)


def test_the_header_before_the_images_has_a_subsystem_of_its_own() -> None:
    reading = read(build(Rom(wrapper=3, ifr_subsystem=(0x1A58, 0x2018))).data)
    assert (reading.ifr_subsystem, reading.images[0].subsystem) == ("1A58:2018", "10DE:16F4")


@pytest.mark.parametrize("version", [1, 2, 3])
@pytest.mark.parametrize("damage", ["pointer outside", "pointer to nothing", "unknown version"])
def test_a_damaged_header_is_passed_by(version: int, damage: str) -> None:
    built = build(Rom(wrapper=version))  # type: ignore[arg-type]
    data = bytearray(built.data)
    if damage == "unknown version":
        data[5] = 9
    else:
        at = 0x24 if version < 3 else 0x400 + 4096 + 8
        data[at : at + 4] = pack("<I", 0xFFFFFFFC if damage == "pointer outside" else 0x40)
    reading = read(bytes(data))
    assert reading.images_sha256 == read(GENUINE.data).images_sha256
    assert reading.remarks == ("The NVGI header does not lead to an image; the first one was found by its signature.",)


def test_a_lost_directory_is_passed_by() -> None:
    built = build(Rom(wrapper=3))
    reading = read(built.data.replace(b"RFRD", b"RFRX"))
    assert (reading.wrapper, reading.rom_offset) == ("NVGI 3", built.places["rom"])


def test_images_behind_foreign_bytes_are_found_by_their_signature() -> None:
    reading = read(b"\x13" * 4 * BLOCK + GENUINE.data)
    assert (reading.wrapper, reading.rom_offset) == ("other", 4 * BLOCK)
    assert reading.images_sha256 == read(GENUINE.data).images_sha256


def test_a_signature_alone_is_no_image() -> None:
    assert read(b"\x55\xaa" + bytes(BLOCK - 2) + GENUINE.data).rom_offset == BLOCK


def test_bytes_behind_the_images_are_counted_and_not_part_of_them() -> None:
    reading = read(GENUINE.data + b"\xff" * 1000)
    assert reading.trailing_bytes == 1000
    assert reading.images_sha256 == read(GENUINE.data).images_sha256


# --- the chain


def test_an_image_without_nvidias_own_header() -> None:
    reading = read(build(Rom(extended_header=False)).data)
    assert {image.extended_header for image in reading.images} == {False}
    assert (len(reading.images), reading.remarks) == (4, ())


@pytest.mark.parametrize("header", [b"PCIR", b"NPDS", b"RGIS"])
@pytest.mark.parametrize("signature", [0xAA55, 0x4E56, 0xBB77])
def test_each_known_signature_begins_an_image(header: bytes, signature: int) -> None:
    reading = read(build(Rom(header=header, rom_signature=signature)).data)
    assert [image.header for image in reading.images] == [header.decode(), header.decode(), "NPDS", "NPDS"]


def test_nvidias_own_length_wins() -> None:
    reading = read(build(Rom(pcir_blocks=140)).data)
    assert (reading.images[0].length_bytes, len(reading.images)) == (128 * BLOCK, 4)


def test_an_extended_header_of_a_revision_that_nobody_described_is_not_believed() -> None:
    built = build(Rom(efi_driver=None))
    whole = read(built.data).images[0]
    other = read(built.changed("npde 0", b"\x00\x02\x14\x00\x01\x00", skip=4)).images[0]
    assert whole.extended_header and not other.extended_header
    assert other.length_bytes == whole.length_bytes != 512


def test_a_short_extended_header_says_by_its_length_that_more_follows() -> None:
    built = build(Rom(extended_last=False, pcir_blocks=140))
    assert len(read(built.changed("pcir 0", b"\x80", skip=0x15)).images) == 4


def test_a_list_of_devices_is_read() -> None:
    reading = read(build(Rom(device_list=(0x2684, 0x2685))).data)
    assert reading.images[0].device_list == ("2684", "2685")
    assert (reading.images[0].header_revision, reading.images[0].extended_header) == (3, True)


def test_a_laptops_table_is_the_last() -> None:
    reading = read(GENUINE.changed("pcir 1", b"\x70", skip=0x14))
    assert (len(reading.images), reading.ends) == (2, True)


def test_a_cut_file_is_read_as_far_as_it_goes() -> None:
    reading = read(GENUINE.data[:-700])
    assert [image.whole for image in reading.images] == [True, True, True, False]
    assert any("the file ends after" in remark for remark in reading.remarks)
    short = read(GENUINE.data[:30_000])
    assert short.images[0].checksum_ok is None
    assert (short.ends, short.partial) == (False, False)
    assert not any("there is no other" in remark for remark in short.remarks)


def test_a_dump_that_ends_with_a_whole_image_is_partial() -> None:
    """As the system's kernel reads it: what the standard headers leave out contradicts nothing."""
    reading = read(GENUINE.data[: GENUINE.places["image 2"]])
    assert (reading.partial, reading.ends, len(reading.images)) == (True, True, 2)
    assert reading.remarks == (
        "The dump ends with the image that the standard header calls the last; NVIDIA's own images behind it were not"
        " read.",
    )
    assert reading.bit is not None and reading.bit.signed_code == ()
    going_on = build(Rom(standard_ends_early=False))
    reading = read(going_on.data[: going_on.places["image 2"]])
    assert (reading.partial, reading.ends, len(reading.images)) == (True, False, 2)


@pytest.mark.parametrize("modern", [True, False])
def test_the_subsystem_is_found_where_images_of_each_age_have_it(modern: bool) -> None:
    built = build(Rom(modern=modern, subsystem=(0x1043, 0x898D)))
    assert read(built.data).images[0].subsystem == "1043:898D"
    assert read(built.changed("subsystem", pack("<HH", 0x1458, 0x40BF))).images[0].subsystem == "1458:40BF"


def test_an_empty_subsystem_of_nvidias_header_is_none() -> None:
    assert read(GENUINE.changed("subsystem", bytes(4))).images[0].subsystem is None


def test_images_before_the_expansion_rom_are_not_taken_for_it() -> None:
    """As on Blackwell: images of the card's own first, and no header that leads over them."""
    before = build(Rom(efi_driver=None)).data[0x10000:]
    wrapped = b"\x4c\xc0\xe0\x0c".ljust(BLOCK, b"\xff") + before[: 4 * BLOCK] + GENUINE.data
    reading = read(wrapped)
    assert (reading.wrapper, reading.rom_offset) == ("other", 5 * BLOCK)
    assert (reading.images_sha256, reading.remarks) == (read(GENUINE.data).images_sha256, ())


def test_the_x86_parts_place_is_where_pointers_count_from() -> None:
    extension = build(Rom(efi_driver=None, extended_header=False)).data[0x10000:][: 4 * BLOCK]
    reading = read(extension + GENUINE.data)
    assert [image.code_type for image in reading.images] == [0xE0, 0, 3, 0xE0, 0xE0]
    plain = read(GENUINE.data).bit
    assert reading.bit is not None and plain is not None
    assert replace(reading.bit, offset=0) == replace(plain, offset=0)


def test_a_chain_that_leads_to_nothing_is_said() -> None:
    reading = read(GENUINE.changed("image 2", b"\x00\x00"))
    assert (len(reading.images), reading.ends) == (2, False)
    assert "Behind image 2, which is not marked as the last, there is no other." in reading.remarks


def test_a_first_image_without_length_is_refused() -> None:
    built = build(Rom(extended_header=False))
    with pytest.raises(ProbeError, match="no length"):
        read(built.changed("pcir 0", b"\x00\x00", skip=0x10))


def test_a_later_image_without_length_ends_the_chain() -> None:
    built = build(Rom(extended_header=False))
    reading = read(built.changed("pcir 1", b"\x00\x00", skip=0x10))
    assert (len(reading.images), reading.ends) == (1, False)
    assert "Image 2 gives its own length as 0; the chain was not followed further." in reading.remarks


def test_no_length_in_nvidias_own_header_leaves_the_standard_one() -> None:
    assert read(GENUINE.changed("npde 0", b"\x00\x00", skip=8)).images[0].length_bytes == 128 * BLOCK


def test_images_that_overlap_are_said() -> None:
    reading = read(GENUINE.changed("npde 0", pack("<H", 64), skip=8))
    assert any("would begin inside of it" in remark for remark in reading.remarks)


def test_a_changed_byte_shows_in_the_sum_until_it_is_mended() -> None:
    changed = GENUINE.changed("subsystem", pack("<HH", 0x1458, 0x40BF))
    assert read(changed).images[0].checksum_ok is False
    mended = read(GENUINE.changed("subsystem", pack("<HH", 0x1458, 0x40BF), mend=True)).images[0]
    assert (mended.checksum_ok, mended.subsystem) == (True, "1458:40BF")


def test_a_sum_that_the_image_disables_is_not_judged() -> None:
    assert read(GENUINE.changed("npde 0", b"\x04", skip=11)).images[0].checksum_ok is None


def test_an_image_of_another_maker_within_the_chain_is_said() -> None:
    reading = read(GENUINE.changed("pcir 1", b"\x02\x10", skip=4))
    assert "Image 2 is for another maker's card (PCI vendor 1002)." in reading.remarks


def test_an_image_of_nvidias_uefi_part_alone_is_read() -> None:
    for rom in (Rom(), Rom(modern=False)):
        reading = read(efi_image(b"MZ" + bytes(3000), rom))
        assert (len(reading.images), reading.ends, reading.bit) == (1, True, None)
    assert "The image has no BIOS information table." in reading.remarks


# --- the table


def test_a_wrong_sum_of_the_tables_header_is_said() -> None:
    reading = read(GENUINE.changed("bit", b"\x00", skip=11))
    assert reading.bit is not None
    assert (reading.bit.checksum_ok, reading.bit.version) == (False, "95.02.18.80.5F")
    assert "The sum of the BIOS information table's header is wrong." in reading.remarks


def test_the_tables_mark_in_a_text_is_not_taken_for_it() -> None:
    data = bytearray(GENUINE.data)
    data[0x70:0x7C] = b"\xff\xb8BIT\x00\x00\x01\x0c\x06\xff\x77"
    reading = read(bytes(data))
    assert reading.bit is not None
    assert (reading.bit.offset, reading.bit.checksum_ok) == (0x210, True)
    behind = build(Rom(oem="\xff\xb8BIT"))
    assert bit_of(behind.data).offset == 0x210


def test_a_broken_table_is_not_replaced_by_one_behind_the_x86_part() -> None:
    data = bytearray(GENUINE.changed("bit", b"\x00", skip=11))
    head = b"\xff\xb8BIT\x00\x00\x01\x0c\x06\x00"
    at = GENUINE.places["image 3"] + 0x80
    data[at : at + 12] = head + bytes([-sum(head) & 0xFF])
    assert bit_of(bytes(data)).offset == 0x210


@pytest.mark.parametrize("count", [65, 255])
def test_more_tokens_than_an_image_has_are_cut(count: int) -> None:
    reading = read(GENUINE.changed("bit", bytes([count]), skip=10))
    assert reading.bit is not None and len(reading.bit.tokens) == 64
    assert f"The BIOS information table counts {count} tokens; the first 64 were read." in reading.remarks
    assert reading.bit.version == "95.02.18.80.5F"


def test_tokens_too_small_to_be_any_are_not_read() -> None:
    reading = read(GENUINE.changed("bit", b"\x05", skip=9))
    assert reading.bit is not None and reading.bit.tokens == ()


def test_a_token_that_leads_outside_is_said() -> None:
    built = build(Rom(extensions=0, efi_driver=None, power=None))
    reading = read(built.changed("token S", pack("<H", 0xFFF8), skip=4))
    assert reading.bit is not None and reading.bit.sign_on == ""
    assert "What the token S of the BIOS information table leads to lies outside of the image." in reading.remarks


def test_a_token_twice_is_said_and_the_first_counts() -> None:
    other = build(Rom(more_tokens=((b"B", 2, bytes(32)),)))
    reading = read(other.data)
    assert reading.bit is not None and reading.bit.version == "95.02.18.80.5F"
    assert "The BIOS information table has the token B twice; the first one was used." in reading.remarks


def test_a_token_without_a_place_is_passed_by() -> None:
    assert bit_of(GENUINE.changed("token i", b"\x00\x00", skip=4)).build_date == ""


def test_an_unprintable_token_has_its_number() -> None:
    assert "0x07" in [token.id for token in bit_of(build(Rom(more_tokens=((b"\x07", 1, b"x"),))).data).tokens]


@pytest.mark.parametrize(
    ("changes", "remark"),
    [
        ({"info_version": "94.02.18.80.5F"}, "twice and differently: 95.02.18.80.5F and 94.02.18.80.5F"),
        ({"version_text": "Version 94.02.42.40.66 "}, "another version, 94.02.42.40.66, than its numbers"),
    ],
    ids=["numbers", "text"],
)
def test_versions_that_contradict_each_other_are_said(changes: dict[str, str], remark: str) -> None:
    reading = read(build(replace(Rom(), **changes)).data)  # type: ignore[arg-type]
    assert any(remark in one for one in reading.remarks)


def test_the_makers_part_of_the_version_may_differ() -> None:
    reading = read(build(Rom(info_version="95.02.18.80.07")).data)
    assert reading.remarks == ()
    assert reading.bit is not None and reading.bit.version == "95.02.18.80.5F"


def test_a_text_with_four_parts_of_the_version_does_not_contradict_it() -> None:
    assert read(build(Rom(version_text="Version 95.02.18.80 ")).data).remarks == ()


def test_without_the_token_of_the_version_the_other_gives_it() -> None:
    assert bit_of(GENUINE.changed("token B", b"\x00\x00", skip=4)).version == "95.02.18.80.5F"


@pytest.mark.parametrize(
    ("text", "expected"),
    [("08/12/22", "2022-08-12"), ("01/02/98", "1998-01-02"), ("13/40/22", ""), ("20220812", ""), ("", "")],
)
def test_build_dates(text: str, expected: str) -> None:
    reading = read(build(Rom(build_date=text)).data)
    assert reading.bit is not None and reading.bit.build_date == expected
    assert ("The build date of the image is no date." in reading.remarks) == bool(text and not expected)


def test_marks_of_laptops_and_bridges() -> None:
    bit = bit_of(build(Rom(mobile=True, bridged_device=0x0421)).data)
    assert (bit.mobile, bit.bridged_device_id) == (True, "0421")


def test_a_board_text_with_an_end_mark_in_its_midst_is_read_whole() -> None:
    assert bit_of(build(Rom(board_text="P20\x00SKU 1")).data).board_text == "P20 SKU 1"


@pytest.mark.parametrize(
    ("text", "project"),
    [
        ("3000G1420010", "G142-0010"),
        ("775147350010", "4735-0010"),
        ("\x00\x00\x00\x00G1520010", "G152-0010"),
        ("615\x0013170000", "1317-0000"),
        ("\xff" * 12, ""),
        ("", ""),
        ("3000G142001", ""),
    ],
)
def test_projects_of_board_texts(text: str, project: str) -> None:
    assert bit_of(build(Rom(board_text=text)).data).project == project


@pytest.mark.parametrize(
    ("sign_on", "code"),
    [
        ("E4735 SKU 10 VGA BIOS", "E4735"),
        ("GK107 P2012 SKU 0001 VGA BIOS (HWDIAG)", "P2012"),
        ("PG133 SKU 200 VGA BIOS", "PG133"),
        ("GP106 PG410 SKU 30 VGA BIOS MSINV328MH.450", "PG410"),
        ("GF119INT E1317 Bringup VGA BIOS for KN3", "E1317"),
        ("GV-N2060D6-6GD/FU1/0C7A", ""),
        ("NVIDIA GeForce RTX 2080 Ti VGA BIOS V6360", ""),
        ("NVIDIA Quadro P2000 VGA BIOS", ""),
        ("NVIDIA P106-100 VGA BIOS", ""),
        ("", ""),
    ],
)
def test_board_codes_of_sign_on_texts(sign_on: str, code: str) -> None:
    assert bit_of(build(Rom(sign_on=sign_on)).data).board_code == code


def test_texts_are_cut_at_their_length_and_cleaned() -> None:
    bit = bit_of(build(Rom(sign_on="\x1b[31mRTX\u0007 4090" + "x" * 300, oem_vendor="a\u0000b")).data)
    assert bit.sign_on.startswith("[31mRTX 4090x")
    assert len(bit.sign_on) <= 200
    assert bit.oem_vendor == "a"


def test_a_text_outside_is_said() -> None:
    small = build(Rom(extensions=0, efi_driver=None, x86_blocks=4))
    reading = read(small.changed("data S", pack("<H", 0x0900)))
    assert reading.bit is not None and (reading.bit.sign_on, reading.bit.oem_vendor) == ("", "NVIDIA")
    assert "A text of the image lies outside of the image." in reading.remarks
