"""The words for what is recorded and concluded from by nobody: the driver's inner calls, and a card's attestation."""

from collections.abc import Callable

from gpu_inspector.language import N_, _, counted, listed, number, said, told
from gpu_inspector.records.firmware import AttestationReading, RmReading
from gpu_inspector.records.firmware_words import LISTED, Pairs
from gpu_inspector.records.measured_words import size_words
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
    kind = reading.ram_type
    return "" if kind is None else RAM_TYPES.get(kind, N_(f"type {kind}"))


def vendor_of(reading: RmReading) -> str:
    """The name of the memory's maker; "" where none was given."""
    vendor = reading.memory_vendor
    return "" if vendor is None else VENDORS.get(vendor, N_(f"vendor {vendor}"))


def lines_of_rm(reading: RmReading, clean: Clean) -> Pairs:
    """What the inner calls answered, in short; the answered structures stand raw in the record."""
    values = {"version": clean(reading.driver_version), "headers": clean(reading.headers_version)}
    if reading.seen_on_hardware:
        standing = said("asked of driver {version} in the form of {headers}'s headers", **values)
    else:
        standing = said(
            "not yet seen on hardware: nothing may be concluded from them alone; "
            "asked of driver {version} in the form of {headers}'s headers",
            **values,
        )
    rows: tuple[tuple[str, str], ...] = (
        (_("Standing"), standing),
        (_("Chip"), _chip(reading)),
        (_("Device"), _joined(clean, ("", reading.device_id), ("SKU", reading.chip_sku), ("", _revision(reading)))),
        (
            _("Board by the vBIOS"),
            _joined(
                clean,
                (_("project"), reading.project),
                ("SKU", reading.project_sku),
                (_("chip SKU"), reading.bios_chip_sku),
            ),
        ),
        (
            _("Board by the InfoROM"),
            _joined(
                clean,
                (_("built"), reading.build_date),
                ("", reading.part_number_900),
                ("", reading.part_number_699),
                ("", reading.part_number_965),
                (_("revision"), reading.board_revision),
            ),
        ),
        (
            _("Memory by the InfoROM"),
            _joined(
                clean,
                ("", reading.memory_manufacturer),
                (_("part"), reading.memory_part),
                (_("date code"), reading.memory_date_code),
            ),
        ),
        (_("Memory by the chip"), _memory(reading)),
        (_("Maker by strap and vBIOS"), vendor_of(reading)),
        (_("Not answered"), _refused(reading, clean)),
    )
    return tuple(row for row in rows if row[1])


def lines_of_attestation(reading: AttestationReading, clean: Clean) -> Pairs:
    """What was given, by its size: only those who can verify it may say more."""
    given = (
        (_("report"), reading.report),
        (_("report of the board's controller"), reading.cec_report),
        (_("certificates"), reading.certificate_chain),
        (_("certificates of the attestation"), reading.attestation_chain),
    )
    shown = [
        said("{name} ({number} bytes)", name=name, number=number(_base64_bytes(text))) for name, text in given if text
    ]
    return (
        (_("Given"), f"{listed(shown) or _('nothing')}; {_(RAW)}"),
        (_("Nonce"), spaced(clean(reading.nonce))),
    )


def _chip(reading: RmReading) -> str:
    parts = (
        (_("architecture"), reading.chip_architecture),
        (_("implementation"), reading.chip_implementation),
        (_("revision"), reading.chip_revision),
    )
    return listed([f"{name} 0x{value:X}" for name, value in parts if value is not None])


def _revision(reading: RmReading) -> str | None:
    if reading.chip_major is None or reading.chip_minor is None:
        return None
    return said("revision {number}", number=f"{reading.chip_major:X}{reading.chip_minor:X}")


def _memory(reading: RmReading) -> str:
    def shown(value: int | None, words: Callable[[int], str]) -> str:
        return "" if value is None else words(value)

    parts = (
        told(ram_type_of(reading)),
        shown(reading.ram_size_bytes, size_words),
        shown(reading.bus_width_bits, lambda bits: said("bus of {number} bit", number=number(bits))),
        shown(reading.partition_mask, lambda mask: said("partitions {mask}", mask=f"0x{mask:X}")),
        shown(reading.l2_bytes, lambda size: said("L2 cache of {size}", size=size_words(size))),
        shown(reading.ram_cfg, lambda strap: said("strap RAM_CFG {number}", number=strap)),
    )
    return listed(list(filter(None, parts)))


def _refused(reading: RmReading, clean: Clean) -> str:
    refused = [one for one in reading.calls if one.failure or one.status not in (0, None)]
    shown = [
        f"{clean(one.name)}: {clean(told(one.failure)) if one.failure else _status(one.status or 0)}"
        for one in refused[:LISTED]
    ]
    more = counted("{number} more call", "{number} more calls", len(refused) - LISTED) if len(refused) > LISTED else ""
    return "; ".join(filter(None, (*shown, more)))


def _status(number: int) -> str:
    return said("status {number}", number=f"0x{number:X}")


def _joined(clean: Clean, *parts: tuple[str, str | None]) -> str:
    return listed([f"{name} {clean(value)}".strip() for name, value in parts if value])


def _base64_bytes(text: str) -> int:
    return max(len(text) * 3 // 4 - text[-2:].count("="), 0)
