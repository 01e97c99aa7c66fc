"""The words for what is recorded and concluded from by nobody: the driver's inner calls, and a card's attestation."""

from collections.abc import Callable

from gpu_inspector.language import N_
from gpu_inspector.records.firmware import AttestationReading, RmReading
from gpu_inspector.records.firmware_words import LISTED, Pairs
from gpu_inspector.records.measured_words import counted, size_words
from gpu_inspector.records.words import Clean, spaced

UNSEEN = N_("not yet seen on hardware")
INNER_CALLS = N_("The driver's inner calls")
ATTESTATION = N_("Attestation")
RAW = N_("stored raw in the attached record; nothing is concluded from it")
RAM_TYPES = {
    1: "SDRAM",
    2: "DDR",
    3: "DDR2",
    4: "GDDR2",
    5: "GDDR3",
    6: "GDDR4",
    7: "DDR3",
    8: "GDDR5",
    9: "LPDDR2",
    12: "DDR4",
    13: "LPDDR4",
    14: "HBM1",
    15: "HBM2",
    16: "GDDR5X",
    17: "GDDR6",
    18: "GDDR6X",
    19: "LPDDR5",
    20: "HBM3",
    21: "GDDR7",
}
"""NV2080_CTRL_FB_INFO_RAM_TYPE of the open kernel module's ctrl2080fb.h."""
VENDORS = {1: "Samsung", 6: "SK hynix", 15: "Micron"}
"""NV2080_CTRL_FB_INFO_MEMORYINFO_VENDOR_ID of the same header: of the row of the vBIOS's table that the strap picks."""


def ram_type_of(reading: RmReading) -> str:
    """The name of its kind of memory; "" where none was given."""
    number = reading.ram_type
    return "" if number is None else RAM_TYPES.get(number, f"type {number}")


def vendor_of(reading: RmReading) -> str:
    """The name of the memory's maker; "" where none was given."""
    number = reading.memory_vendor
    return "" if number is None else VENDORS.get(number, f"vendor {number}")


def lines_of_rm(reading: RmReading, clean: Clean) -> Pairs:
    """What the inner calls answered, in short; the answered structures stand raw in the record."""
    seen = "" if reading.seen_on_hardware else f"{UNSEEN}: nothing may be concluded from them alone; "
    versions = (
        f"asked of driver {clean(reading.driver_version)} in the form of {clean(reading.headers_version)}'s headers"
    )
    rows: tuple[tuple[str, str], ...] = (
        (N_("Standing"), f"{seen}{versions}"),
        (N_("Chip"), _chip(reading)),
        (N_("Device"), _joined(clean, ("", reading.device_id), ("SKU", reading.chip_sku), ("", _revision(reading)))),
        (
            N_("Board by the vBIOS"),
            _joined(
                clean,
                ("project", reading.project),
                ("SKU", reading.project_sku),
                ("chip SKU", reading.bios_chip_sku),
            ),
        ),
        (
            N_("Board by the InfoROM"),
            _joined(
                clean,
                ("built", reading.build_date),
                ("", reading.part_number_900),
                ("", reading.part_number_699),
                ("", reading.part_number_965),
                ("revision", reading.board_revision),
            ),
        ),
        (
            N_("Memory by the InfoROM"),
            _joined(
                clean,
                ("", reading.memory_manufacturer),
                ("part", reading.memory_part),
                ("date code", reading.memory_date_code),
            ),
        ),
        (N_("Memory by the chip"), _memory(reading)),
        (N_("Maker by strap and vBIOS"), vendor_of(reading)),
        (N_("Not answered"), _refused(reading, clean)),
    )
    return tuple(row for row in rows if row[1])


def lines_of_attestation(reading: AttestationReading, clean: Clean) -> Pairs:
    """What was given, by its size: only those who can verify it may say more."""
    given = (
        ("report", reading.report),
        ("report of the board's controller", reading.cec_report),
        ("certificates", reading.certificate_chain),
        ("certificates of the attestation", reading.attestation_chain),
    )
    said = ", ".join(f"{name} ({_base64_bytes(text):,} bytes)" for name, text in given if text)
    return (
        (N_("Given"), f"{said or 'nothing'}; {RAW}"),
        (N_("Nonce"), spaced(clean(reading.nonce))),
    )


def _chip(reading: RmReading) -> str:
    parts = (
        ("architecture", reading.chip_architecture),
        ("implementation", reading.chip_implementation),
        ("revision", reading.chip_revision),
    )
    return ", ".join(f"{name} 0x{value:X}" for name, value in parts if value is not None)


def _revision(reading: RmReading) -> str | None:
    if reading.chip_major is None or reading.chip_minor is None:
        return None
    return f"revision {reading.chip_major:X}{reading.chip_minor:X}"


def _memory(reading: RmReading) -> str:
    def told(value: int | None, words: Callable[[int], str]) -> str:
        return "" if value is None else words(value)

    parts = (
        ram_type_of(reading),
        told(reading.ram_size_bytes, size_words),
        told(reading.bus_width_bits, "bus of {:,} bit".format),
        told(reading.partition_mask, "partitions 0x{:X}".format),
        told(reading.l2_bytes, lambda size: f"L2 cache of {size_words(size)}"),
        told(reading.ram_cfg, "strap RAM_CFG {}".format),
    )
    return ", ".join(filter(None, parts))


def _refused(reading: RmReading, clean: Clean) -> str:
    refused = [one for one in reading.calls if one.failure or one.status not in (0, None)]
    said = [
        f"{clean(one.name)}: {clean(one.failure) if one.failure else f'status 0x{one.status or 0:X}'}"
        for one in refused[:LISTED]
    ]
    more = counted(len(refused) - LISTED, "more call", "more calls") if len(refused) > LISTED else ""
    return "; ".join(filter(None, (*said, more)))


def _joined(clean: Clean, *parts: tuple[str, str | None]) -> str:
    return ", ".join(f"{name} {clean(value)}".strip() for name, value in parts if value)


def _base64_bytes(text: str) -> int:
    return max(len(text) * 3 // 4 - text[-2:].count("="), 0)
