"""Any bytes give a reading or a sentence, in bounded work; what people hand in by mistake is named."""

import random
from struct import pack
from typing import Any

import msgspec
import pytest
from cards import row_of
from hypothesis import given, settings
from hypothesis import strategies as st
from rom_builder import BLOCK, MEMORY_NUMBERS, Rom, build, efi_image, image_for, rom_for
from sampling import examples

from gpu_inspector.errors import ProbeError
from gpu_inspector.probes import vbios, vbios_chain
from gpu_inspector.records.canonical import encode
from gpu_inspector.records.catalogue import load
from gpu_inspector.records.firmware import VbiosReading

GENUINE = build(Rom(power_in_extension=True))
WRAPPED = build(Rom(wrapper=3))


def attempt(data: bytes) -> VbiosReading | None:
    """A reading that the record's own form can keep, or a sentence; anything else is a defect."""
    try:
        reading = vbios.parse(data, source="file", file_name="any.rom")
    except ProbeError as error:
        assert error.message.endswith((".", ")"))
        return None
    assert msgspec.json.decode(encode(reading), type=VbiosReading) == reading
    assert len(reading.images) <= vbios_chain.MOST_IMAGES
    assert len(reading.remarks) <= vbios.MOST_REMARKS
    assert reading.trailing_bytes >= 0
    for image in reading.images:
        assert image.length_bytes > 0
        assert 0 <= image.offset < len(data)
    return reading


# --- what is handed in by mistake


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "empty"),
        (b"\x55\xaa", "2 bytes, too few"),
        (b"PK\x03\x04" + bytes(600), "ZIP archive"),
        (b"\x1f\x8b" + bytes(600), "gzip archive"),
        (b"7z\xbc\xaf\x27\x1c" + bytes(600), "7-Zip archive"),
        (b"Rar!\x1a\x07" + bytes(600), "RAR archive"),
        (b"%PDF-1.7" + bytes(600), "a PDF"),
        (b"\x89PNG\r\n" + bytes(600), "a picture"),
        (b"MZ" + bytes(600), "a program.*not run"),
        (b"\x7fELF" + bytes(600), "a program.*not run"),
        (b"\xff" * 65536, "nothing but bytes of 0xFF"),
        (bytes(65536), "nothing but bytes of 0x00"),
        (pack("<I", 0xBADF1002) * 4096, "refuses"),
        (pack("<I", 0xBAD00200) * 4096, "refuses"),
        (b"NVIDIA Firmware Update Utility (Version 5.867.0)\r\n" + b"Version : 94.02\r\n" * 60, "printed output"),
        (b"Version              : 95.02.18.80.5F\n" * 60, "a text"),
        (b"NVGI" + bytes(range(256)) * 8, "begins like a vBIOS image"),
        (b"\x55\xaa" + bytes(range(256)) * 8, "begins like a vBIOS image"),
        (bytes(range(256)) * 8, "no image of an expansion ROM"),
        (bytes(vbios.LARGEST + 1), "never has more than 16,777,216"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_mistakes_are_named(data: bytes, sentence: str) -> None:
    with pytest.raises(ProbeError, match=sentence) as caught:
        vbios.parse(data, source="file")
    assert caught.value.advice


@pytest.mark.parametrize(("vendor", "maker"), [(0x1002, "AMD"), (0x8086, "Intel"), (0x1234, "another maker")])
def test_images_of_other_makers_are_named(vendor: int, maker: str) -> None:
    with pytest.raises(ProbeError, match=f"a card of {maker} .PCI vendor {vendor:04X}"):
        vbios.parse(build(Rom(vendor_id=vendor)).data, source="file")


def test_images_are_known_by_their_content() -> None:
    assert vbios.looks_like(GENUINE.data)
    assert vbios.looks_like(WRAPPED.data)
    assert vbios.looks_like(b"\x13" * BLOCK + GENUINE.data)
    assert vbios.looks_like(GENUINE.data[:20])
    assert not vbios.looks_like(b"")
    assert not vbios.looks_like(b"<?xml version='1.0'?><nvidia_smi_log>" + b" " * 4096)
    assert not vbios.looks_like(bytes(65536))


# --- any bytes


@settings(max_examples=examples(300))
@given(st.binary(max_size=4096))
def test_any_bytes(data: bytes) -> None:
    attempt(data)


@settings(max_examples=examples(120), deadline=None)
@given(
    st.sampled_from((GENUINE, WRAPPED)),
    st.lists(st.tuples(st.integers(0, 2**17), st.binary(min_size=1, max_size=8)), max_size=8),
    st.none() | st.integers(0, 2**17),
)
def test_any_change_of_a_genuine_image(built: Any, changes: list[tuple[int, bytes]], cut: int | None) -> None:
    data = bytearray(built.data)
    for at, new in changes:
        place = at % len(data)
        data[place : place + len(new)] = new[: len(data) - place]
    attempt(bytes(data[:cut]))


FIELDS = [name for name in GENUINE.places if not name.startswith("image")]


@settings(max_examples=examples(150), deadline=None)
@given(st.lists(st.tuples(st.sampled_from(FIELDS), st.integers(0, 48), st.binary(min_size=1, max_size=4)), max_size=6))
def test_any_change_where_it_hurts(changes: list[tuple[str, int, bytes]]) -> None:
    data = bytearray(GENUINE.data)
    for field, skip, new in changes:
        at = GENUINE.places[field] + skip
        data[at : at + len(new)] = new[: max(0, len(data) - at)]
    attempt(bytes(data))


@pytest.mark.prove
def test_thirty_thousand_changes() -> None:
    chance = random.Random(7)
    for _ in range(30_000):
        data = bytearray(GENUINE.data)
        for _change in range(chance.randint(1, 6)):
            at = GENUINE.places[chance.choice(FIELDS)] + chance.randint(0, 48)
            if at < len(data):
                data[at] = chance.choice((0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)))
        attempt(bytes(data[: chance.choice((len(data), chance.randint(1, len(data))))]))


# --- work that an adversary would like to see


def test_a_chain_of_many_small_images_is_cut() -> None:
    one = bytearray(efi_image(b"MZ"))
    one[0x20 + 0x15] = 0
    reading = attempt(bytes(one) * 3000)
    assert reading is not None and len(reading.images) == 32
    assert "There are more than 32 images; the rest was not looked at." in reading.remarks


def test_of_many_uefi_parts_a_few_are_unpacked() -> None:
    one = bytearray(efi_image(b"MZ"))
    one[0x20 + 0x15] = 0
    reading = attempt(bytes(one) * 8)
    assert reading is not None
    remarks = [image.efi.remark for image in reading.images if image.efi is not None]
    assert remarks.count("There are more UEFI parts than a card has.") == 5


def test_a_header_that_leads_back_to_itself() -> None:
    data = bytearray(WRAPPED.data)
    data[5] = 2
    data[0x24:0x28] = bytes(4)
    assert attempt(bytes(data)) is not None
    looped = bytearray(GENUINE.data)
    looped[GENUINE.places["image 1"] + 0x18 : GENUINE.places["image 1"] + 0x1A] = b"\x00\x00"
    assert attempt(bytes(looped)) is not None


def test_a_file_full_of_signatures() -> None:
    attempt((b"\x55\xaa" + bytes(22) + b"\x1c\x00\x00\x00PCIR").ljust(BLOCK, b"\x00") * 4000)


def test_a_file_full_of_tables() -> None:
    data = bytearray(GENUINE.data)
    for at in range(0x800, 0xF000, 12):
        data[at : at + 12] = b"\xff\xb8BIT\x00\x00\x01\xff\xff\xff\x00"
    reading = attempt(bytes(data))
    assert reading is not None and reading.bit is not None and reading.bit.version == "95.02.18.80.5F"


def test_the_largest_file_of_nothing() -> None:
    assert attempt(bytes(range(256)) * (vbios.LARGEST // 256)) is None


# --- round trips

VERSION = st.lists(st.integers(0, 255), min_size=5, max_size=5).map(
    lambda parts: ".".join(f"{one:02X}" for one in parts)
)
WORD = st.integers(0, 0xFFFF)
TEXT = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-", max_size=30)
POWER = st.tuples(st.integers(1, 900_000), st.integers(1, 900_000), st.integers(1, 900_000)).map(
    lambda numbers: tuple(sorted(numbers))
)
ROWS = st.lists(st.tuples(st.integers(0, 15), st.integers(0, 15), st.integers(0, 15)), max_size=16).map(tuple)
ROMS = st.builds(
    Rom,
    device_id=WORD,
    class_code=st.integers(0, 0xFFFFFF),
    subsystem=st.tuples(st.integers(1, 0xFFFF), WORD),
    modern=st.booleans(),
    standard_ends_early=st.booleans(),
    device_list=st.lists(st.integers(1, 0xFFFF), max_size=8).map(tuple),
    header=st.sampled_from((b"PCIR", b"NPDS", b"RGIS")),
    extended_header=st.booleans(),
    version=VERSION,
    mobile=st.booleans(),
    bridged_device=WORD,
    sign_on=TEXT,
    oem_vendor=TEXT,
    oem_product=TEXT,
    strap_count=st.integers(0, 16),
    memory=ROWS,
    power=POWER,
    power_version=st.sampled_from((0x20, 0x30, 0x40)),
    power_in_extension=st.booleans(),
    efi_driver=st.none() | st.binary(max_size=2000),
    extensions=st.integers(0, 3),
    signatures=st.integers(0, 4),
    wrapper=st.sampled_from((0, 1, 2, 3)),
    trailing=st.binary(max_size=100),
)


@settings(max_examples=examples(70), deadline=None)
@given(ROMS)
def test_what_was_built_is_read(rom: Rom) -> None:
    built = build(rom)
    reading = attempt(built.data)
    assert reading is not None and reading.bit is not None and reading.bit.memory is not None
    images, bit, memory = reading.images, reading.bit, reading.bit.memory
    assert (reading.ends, reading.remarks, reading.trailing_bytes) == (True, (), len(rom.trailing))
    assert reading.rom_offset == built.places["rom"]
    assert len(images) == 1 + (rom.efi_driver is not None) + rom.extensions
    assert (images[0].device_id, images[0].class_code) == (f"{rom.device_id:04X}", f"{rom.class_code:06X}")
    assert {one.device_list for one in images} == {tuple(f"{one:04X}" for one in rom.device_list)}
    subsystem = f"{rom.subsystem[0]:04X}:{rom.subsystem[1]:04X}"
    assert images[0].subsystem == subsystem
    assert reading.ifr_subsystem == (subsystem if rom.wrapper else None)
    assert images[0].checksum_ok is True
    assert (bit.version, bit.mobile) == (rom.version, rom.mobile)
    assert bit.bridged_device_id == (f"{rom.bridged_device:04X}" if rom.bridged_device else None)
    assert (bit.sign_on, bit.oem_vendor, bit.oem_product) == (rom.sign_on, rom.oem_vendor, rom.oem_product)
    assert memory.strap_count == rom.strap_count
    assert memory.translation == tuple(range(16))[: rom.strap_count]
    assert tuple((row.type, row.strap, row.group) for row in memory.rows) == rom.memory
    assert bit.power is not None
    assert (bit.power.lowest_mw, bit.power.default_mw, bit.power.highest_mw) == rom.power
    expected = [rom.signatures] * 2 if rom.extensions else []
    assert [one.signatures for one in bit.signed_code] == expected


@settings(max_examples=examples(25), deadline=None)
@given(st.sampled_from((0, 1, 2, 3)), st.binary(max_size=300))
def test_every_dump_of_one_eeprom_has_one_digest(wrapper: Any, trailing: bytes) -> None:
    reading = attempt(build(Rom(wrapper=wrapper, trailing=trailing, power_in_extension=True)).data)
    whole = attempt(GENUINE.data)
    assert reading is not None and whole is not None
    assert reading.images_sha256 == whole.images_sha256


@pytest.mark.parametrize("kind", sorted(MEMORY_NUMBERS))
def test_the_builder_writes_the_catalogues_kinds_of_memory(kind: str) -> None:
    assert 0 <= MEMORY_NUMBERS[kind] < 16


def test_images_of_products_contradict_nothing_of_their_rows() -> None:
    rows = random.Random(11).sample([row for row in load().products if row.device_ids], 40)
    for row in rows:
        reading = attempt(image_for(row))
        assert reading is not None and reading.bit is not None and reading.bit.memory is not None, row.name
        assert reading.remarks == (), row.name
        assert reading.images[0].device_id == row.device_ids[0]
        named = {one.type_name for one in reading.bit.memory.rows} - {""}
        assert named <= {"HBM2" if row.memory_type == "HBM2e" else row.memory_type}, row.name


def test_a_products_image_can_be_changed_in_one_field() -> None:
    row = row_of("NVIDIA GeForce RTX 4090")
    assert image_for(row) == build(rom_for(row)).data
    changed = vbios.parse(image_for(row, device_id="2684", version="94.02.42.40.66"), source="file")
    assert changed.bit is not None and changed.bit.version == "94.02.42.40.66"
    assert changed.images[0].device_id == "2684"
