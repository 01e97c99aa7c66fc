"""Tables behind the tokens: kinds of memory, limits of power, signed code, and pointers that lead astray."""

import hashlib
from struct import pack

import pytest
from rom_builder import Rom, build

from gpu_inspector.probes import vbios
from gpu_inspector.records.firmware import BitReading, PowerLimits, VbiosReading

GENUINE = build(Rom())
SMALL = Rom(extensions=0, efi_driver=None, x86_blocks=8)


def read(data: bytes) -> tuple[BitReading, VbiosReading]:
    reading = vbios.parse(data, source="file")
    assert reading.bit is not None
    return reading.bit, reading


# --- memory


@pytest.mark.parametrize(
    ("number", "name"),
    [
        (0, "DDR2"),
        (1, "DDR3"),
        (2, "GDDR3"),
        (3, "GDDR5"),
        (4, ""),
        (5, ""),
        (6, "HBM2"),
        (7, ""),
        (8, "GDDR5X"),
        (9, "GDDR6"),
        (10, "GDDR6X"),
        (11, ""),
        (12, ""),
        (13, "GDDR7"),
        (14, ""),
        (15, ""),
    ],
)
def test_kinds_of_memory_have_the_names_that_a_source_gives_and_no_other(number: int, name: str) -> None:
    bit, _ = read(build(Rom(memory=((number, 5, 3),))).data)
    assert bit.memory is not None
    (row,) = bit.memory.rows
    assert (row.type, row.type_name, row.strap, row.group, row.vendor) == (number, name, 5, 3, "")


def test_an_image_without_the_token_of_memory_says_nothing_of_it() -> None:
    bit, reading = read(build(Rom(memory=None)).data)
    assert (bit.memory, reading.remarks) == (None, ())


def test_an_image_without_translation_of_straps() -> None:
    bit, _ = read(build(Rom(translation=None)).data)
    assert bit.memory is not None and bit.memory.translation == ()


@pytest.mark.parametrize("changes", [{"memory_version": 0x20}, {"memory_selector": 1}], ids=["version", "selector"])
def test_an_unknown_form_of_the_memory_table_is_not_read(changes: dict[str, int]) -> None:
    bit, reading = read(build(Rom(**changes)).data)  # type: ignore[arg-type]
    assert bit.memory is not None and bit.memory.rows == ()
    assert any("memory information table has an unknown form" in remark for remark in reading.remarks)


def test_more_rows_than_straps_are_cut() -> None:
    bit, reading = read(GENUINE.changed("memory table", b"\xff", skip=3))
    assert bit.memory is not None and len(bit.memory.rows) == 64
    assert "The memory information table counts 255 rows; the first 64 were read." in reading.remarks


@pytest.mark.parametrize(
    ("skip", "remark"),
    [(1, "The table that translates straps lies outside"), (3, "The memory information table lies outside")],
)
def test_memory_tables_outside_are_said(skip: int, remark: str) -> None:
    bit, reading = read(build(SMALL).changed("data M", pack("<H", 0xFFF0), skip=skip))
    assert bit.memory is not None
    assert any(remark in one for one in reading.remarks)


def test_a_memory_token_of_another_version_is_not_read() -> None:
    assert read(GENUINE.changed("token M", b"\x01", skip=1))[0].memory is None


def test_a_short_memory_token_is_read_as_far_as_it_goes() -> None:
    bit, _ = read(GENUINE.changed("token M", pack("<H", 1), skip=2))
    assert bit.memory is not None
    assert (bit.memory.strap_count, bit.memory.translation, bit.memory.rows) == (16, (), ())


# --- power


@pytest.mark.parametrize("version", [0x20, 0x30, 0x40])
@pytest.mark.parametrize("behind", [False, True], ids=["in the x86 part", "behind the UEFI part"])
@pytest.mark.parametrize("driver", [None, b"MZ" + bytes(70_000)], ids=["no UEFI part", "a UEFI part"])
def test_limits_of_power_are_those_of_the_boards_entry(version: int, behind: bool, driver: bytes | None) -> None:
    rom = Rom(power=(100_000, 320_000, 400_000), power_version=version, power_in_extension=behind, efi_driver=driver)
    assert read(build(rom).data)[0].power == PowerLimits(lowest_mw=100_000, default_mw=320_000, highest_mw=400_000)


@pytest.mark.parametrize("version", [0x50, 0x00])
def test_an_unknown_power_table_is_not_read(version: int) -> None:
    bit, reading = read(build(Rom(power_version=version)).data)
    assert bit.power is None
    assert f"The power budget table has an unknown form (version 0x{version:02X}); it was not read." in reading.remarks


def test_the_newest_form_is_read_in_its_known_sizes_alone() -> None:
    bit, reading = read(build(Rom(power_version=0x40)).changed("power table", b"\x67", skip=2))
    assert bit.power is None
    assert "The power budget table has an unknown form (version 0x40); it was not read." in reading.remarks


def test_the_oldest_power_table_names_no_entry() -> None:
    bit, reading = read(build(Rom(power_version=0x10)).data)
    assert (bit.power, reading.remarks) == (None, ())


@pytest.mark.parametrize(
    ("entry", "remarks"),
    [(0xFF, ()), (3, ("The power budget table names an entry that it does not have.",))],
    ids=["none named", "one too many"],
)
def test_a_power_table_without_the_boards_entry(entry: int, remarks: tuple[str, ...]) -> None:
    bit, reading = read(build(Rom(power_cap_entry=entry)).data)
    assert (bit.power, reading.remarks) == (None, remarks)


def test_limits_that_are_not_there_are_none() -> None:
    assert read(build(Rom(power=(0, 250_000, 0xFFFFFFFF))).data)[0].power == PowerLimits(default_mw=250_000)


def test_limits_that_no_board_has_are_not_taken() -> None:
    bit, reading = read(build(Rom(power=(1, 0x12345678, 2))).data)
    assert bit.power is None
    assert any("limits that no board has" in remark for remark in reading.remarks)


def test_limits_out_of_order_are_said() -> None:
    bit, reading = read(build(Rom(power=(400_000, 300_000, 200_000))).data)
    assert bit.power == PowerLimits(lowest_mw=400_000, default_mw=300_000, highest_mw=200_000)
    assert any("not in order" in remark for remark in reading.remarks)


@pytest.mark.parametrize("pointer", [0x2000, 0x7FFFFFFF, 0xFFFFFFFF])
def test_a_power_table_outside_is_said(pointer: int) -> None:
    bit, reading = read(build(SMALL).changed("data P", pack("<I", pointer), skip=0x2C))
    assert bit.power is None
    assert "The power budget table lies outside of the image." in reading.remarks


def test_no_pointer_is_no_table() -> None:
    bit, reading = read(GENUINE.changed("data P", bytes(4), skip=0x2C, mend=True))
    assert (bit.power, reading.remarks) == (None, ())


# --- signed code


@pytest.mark.parametrize("driver", [None, b"MZ" + bytes(70_000)], ids=["no UEFI part", "a UEFI part"])
@pytest.mark.parametrize("extensions", [1, 2, 3])
@pytest.mark.parametrize("wrapper", [0, 3])
def test_signed_code_is_found_over_the_uefi_part(driver: bytes | None, extensions: int, wrapper: int) -> None:
    rom = Rom(efi_driver=driver, extensions=extensions, wrapper=wrapper)  # type: ignore[arg-type]
    built = build(rom)
    (first, second) = read(built.data)[0].signed_code
    for number, entry in enumerate((first, second)):
        at = built.places[f"descriptor {number}"]
        whole = 44 + 384 + len(rom.code)
        assert entry.sha256 == hashlib.sha256(built.data[at : at + whole]).hexdigest()
    assert (first.application, first.target, first.descriptor_version, first.signatures) == (0x85, 7, 3, 1)


def test_a_changed_byte_of_the_code_changes_its_digest() -> None:
    before = read(GENUINE.data)[0].signed_code
    after = read(GENUINE.changed("descriptor 0", b"\x55", skip=44 + 384 + 20))[0].signed_code
    assert before[0].sha256 != after[0].sha256
    assert before[1] == after[1]


def test_turings_descriptors_have_no_count_of_signatures() -> None:
    (entry, _) = read(build(Rom(descriptor_version=2)).data)[0].signed_code
    assert (entry.descriptor_version, entry.signatures, len(entry.sha256)) == (2, None, 64)


@pytest.mark.parametrize(
    ("head", "version"),
    [(44 << 16 | 3 << 8, None), (44 << 16 | 4 << 8 | 1, 4), (40 << 16 | 3 << 8 | 1, 3)],
    ids=["says no version", "unknown version", "too small"],
)
def test_an_unknown_descriptor_has_no_digest(head: int, version: int | None) -> None:
    (entry, _) = read(GENUINE.changed("descriptor 0", pack("<I", head)))[0].signed_code
    assert (entry.descriptor_version, entry.signatures, entry.sha256) == (version, None, "")


def test_code_that_ends_outside_is_said() -> None:
    bit, reading = read(GENUINE.changed("descriptor 0", pack("<I", 0x8000), skip=4))
    assert bit.signed_code[0].sha256 == ""
    assert "The signed code of application 0x85 lies outside of the image." in reading.remarks


def test_other_code_that_lies_outside_is_no_contradiction() -> None:
    """Newer cards have entries that lead to something else."""
    rom = build(Rom(signed_code=((0x18, 1),)))
    bit, reading = read(rom.changed("falcon table", pack("<I", 0x7FFFFFFF), skip=8))
    assert (bit.signed_code[0].descriptor_version, reading.remarks) == (None, ())


def test_empty_entries_are_left_out() -> None:
    (entry,) = read(GENUINE.changed("falcon table", bytes(6), skip=6))[0].signed_code
    assert entry.application == 0x45


def test_code_larger_than_any_is_not_hashed() -> None:
    bit, _ = read(GENUINE.changed("descriptor 0", pack("<I", 0xFFFFFFFF), skip=4))
    assert (bit.signed_code[0].descriptor_version, bit.signed_code[0].sha256) == (3, "")


@pytest.mark.parametrize("pointer", [0x7FFFFFFF, 0xFFFFFFFF, 0x20000])
def test_a_code_table_outside_is_said(pointer: int) -> None:
    bit, reading = read(GENUINE.changed("data p", pack("<I", pointer)))
    assert bit.signed_code == ()
    assert "The falcon code table lies outside of the image." in reading.remarks


def test_an_unknown_code_table_is_not_read() -> None:
    bit, reading = read(GENUINE.changed("falcon table", b"\x02"))
    assert bit.signed_code == ()
    assert any("falcon code table has an unknown form" in remark for remark in reading.remarks)


def test_more_entries_than_a_code_table_has_are_cut() -> None:
    bit, reading = read(GENUINE.changed("falcon table", b"\xff", skip=3))
    assert len(bit.signed_code) <= 64
    assert "The falcon code table counts 255 entries; the first 64 were read." in reading.remarks


def test_an_image_without_signed_code() -> None:
    assert read(build(Rom(signed_code=None)).data)[0].signed_code == ()
