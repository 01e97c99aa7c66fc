"""Readings of firmware made by hand for one card: an image as an RTX 4090 might hold it, and the inner calls."""

from dataclasses import replace
from typing import Any

from gpu_inspector.records.firmware import (
    EFI,
    EXTENSION,
    PC_AT,
    AttestationReading,
    BitReading,
    BitToken,
    EfiPart,
    MemoryRow,
    MemoryTable,
    PowerLimits,
    RmCall,
    RmReading,
    RomImage,
    SignedCode,
    VbiosReading,
)

DRIVER = EfiPart(
    machine=0x8664,
    compressed=True,
    readable=True,
    signed=True,
    signers=("Microsoft Windows UEFI Driver Publisher", "Microsoft Corporation UEFI CA 2011"),
    fingerprints=("1" * 64, "2" * 64),
    digest_matches=True,
    signature_sound=True,
    chain_sound=True,
    version="GOP 0x60016",
)


def _part(code_type: int, offset: int, length: int, digit: str, **fields: Any) -> RomImage:
    return RomImage(
        offset=offset,
        length_bytes=length,
        code_type=code_type,
        vendor_id="10DE",
        device_id="2684",
        class_code="030000",
        extended_header=True,
        sha256=digit * 64,
        **fields,
    )


TABLE = BitReading(
    offset=0x210,
    checksum_ok=True,
    tokens=tuple(BitToken(id=one, version=2, size=24, offset=0x400 + 32 * n) for n, one in enumerate("BiSMPp")),
    version="95.02.3C.00.1B",
    version_text="95.02.3C.00.1B",
    build_date="2022-08-12",
    mobile=False,
    board_text="P1234567890A",
    sign_on="NVIDIA GeForce RTX 4090 VGA BIOS PG139 SKU 330",
    copyright="Copyright (C) 1996-2022 NVIDIA Corp.",
    oem_vendor="NVIDIA",
    oem_product="GPU Board",
    oem_revision="Chip Rev",
    board_code="PG139",
    memory=MemoryTable(
        strap_count=4,
        translation=(0, 1, 2, 3),
        rows=(
            MemoryRow(strap=0, type=10, type_name="GDDR6X", group=0, vendor="Micron"),
            MemoryRow(strap=1, type=10, type_name="GDDR6X", group=1, vendor="Micron"),
        ),
    ),
    power=PowerLimits(lowest_mw=150_000, default_mw=450_000, highest_mw=600_000),
    signed_code=(SignedCode(application=0x85, target=7, descriptor_version=3, signatures=1, sha256="e" * 64),),
)
IMAGE = VbiosReading(
    source="card",
    size_bytes=1 << 20,
    sha256="1234abcd" * 8,
    images=(
        _part(PC_AT, 0, 0x10000, "a", checksum_ok=True, subsystem="10DE:16F4"),
        _part(EFI, 0x10000, 0x1C000, "b", efi=DRIVER),
        _part(EXTENSION, 0x2C000, 0x12000, "c"),
        _part(EXTENSION, 0x3E000, 0x60000, "d", last=True),
    ),
    images_sha256="5678ef90" * 8,
    trailing_bytes=401_408,
    bit=TABLE,
)
"""As it was read out of the card."""
FILE = replace(IMAGE, source="file", file_name="rtx4090.rom", wrapper="NVGI 1", rom_offset=0x9400, trailing_bytes=0)
"""The same chain in a file that somebody handed in."""
INNER = RmReading(
    driver_version="550.163.01",
    headers_version="550.163.01",
    calls=(
        RmCall(name="GPU_GET_CHIP_DETAILS", command="208001A4", status=0, raw="00"),
        RmCall(name="GPU_GET_OEM_BOARD_INFO", command="2080013F", status=0x56),
        RmCall(name="BIOS_GET_SKU_INFO", command="20800808", failure="the system refused the call"),
    ),
    chip_architecture=0x190,
    chip_implementation=2,
    chip_revision=0xA1,
    device_id="2684",
    chip_sku="300",
    chip_major=0xA,
    chip_minor=1,
    project="G139",
    part_number_900="900-1G136-2530-000",
    memory_manufacturer="Micron",
    ram_type=18,
    ram_size_bytes=24 << 30,
    bus_width_bits=384,
    partition_mask=0xFFF,
    l2_bytes=72 << 20,
    memory_vendor=15,
    ram_cfg=1,
)
ATTESTATION = AttestationReading(nonce="7" * 64, report="QUJDRA==", certificate_chain="QUJD")


def with_table(reading: VbiosReading, **fields: Any) -> VbiosReading:
    """The same image with fields of its table changed."""
    assert reading.bit is not None
    return replace(reading, bit=replace(reading.bit, **fields))


def with_part(reading: VbiosReading, number: int = 0, **fields: Any) -> VbiosReading:
    """The same image with fields of one of its parts changed."""
    images = list(reading.images)
    images[number] = replace(images[number], **fields)
    return replace(reading, images=tuple(images))


def forged_board(reading: VbiosReading) -> VbiosReading:
    """The same image with another board's subsystem and limits, the sum mended: its digests are others."""
    changed = with_part(reading, subsystem="1043:889A", sha256="f" * 64)
    changed = with_table(changed, power=PowerLimits(lowest_mw=150_000, default_mw=500_000, highest_mw=600_000))
    return replace(changed, images_sha256="0badf00d" * 8, sha256="deadbeef" * 8)
