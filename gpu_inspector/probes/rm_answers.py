"""What the driver's inner calls answered: bytes that anybody may have written, as fields of a reading.

A field that holds nothing, or what it cannot hold, is left out; no bytes raise an error. Meanings are those of the
headers' comments. They call the vendor of the memory one "from the Memory Information Table in the VBIOS": what is
told there is the row that the strap selects, not a word of the memory chips themselves.
"""

import ctypes
from collections.abc import Callable
from datetime import date
from typing import Any

from gpu_inspector.language import N_
from gpu_inspector.probes import rm_layout as layout
from gpu_inspector.probes.untrusted import clean

UNKNOWN = 0xFFFF_FFFF
MAKERS = {"S": "Samsung", "H": N_("SK hynix"), "I": "Infineon"}
"""memoryManufacturer of the InfoROM's OEM record, by ctrl2080gpu.h: "'S'amsung/'H'ynix/'I'nfineon"."""
NVIDIA = 0x10DE

Fields = dict[str, object]
"""Fields of RmReading."""


def decode(command: int, data: bytes) -> Fields:
    """The fields that an answered structure gives; {} where it is of another size than the call's, or no known call."""
    if command == layout.FB_GET_INFO_V2:
        return _memory(data)
    kind, read = _READERS.get(command, (None, None))
    if kind is None or read is None or len(data) != ctypes.sizeof(kind):
        return {}
    return {name: value for name, value in read(kind.from_buffer_copy(data)).items() if value is not None}


def _chip(answer: Any) -> Fields:
    return {
        "device_id": _device(answer.pciDevId),
        "chip_sku": _text(answer.chipSku),
        "chip_major": _known(answer.chipMajor),
        "chip_minor": _known(answer.chipMinor),
    }


def _sku(answer: Any) -> Fields:
    return {
        "bios_chip_sku": _text(answer.chipSKU),
        "project": _text(answer.project),
        "project_sku": _text(answer.projectSKU),
    }


def _board(answer: Any) -> Fields:
    letter = clean(bytes([answer.memoryManufacturer]))
    return {
        "build_date": _day(answer.buildDate),
        "memory_manufacturer": MAKERS.get(letter, letter) or None,
        "memory_part": _text(answer.memoryPartID),
        "memory_date_code": _text(answer.memoryDateCode),
        "part_number_900": _text(answer.productPartNumber),
        "part_number_699": _text(answer.board699PartNumber),
        "part_number_965": _text(answer.board965PartNumber),
        "board_revision": _text(answer.boardRevision),
    }


def _architecture(answer: Any) -> Fields:
    return {
        "chip_architecture": _known(answer.architecture),
        "chip_implementation": _known(answer.implementation),
        "chip_revision": _known(answer.revision),
    }


def _memory(data: bytes) -> Fields:
    """The entries of a list, as many as it says that it has and holds."""
    head, entry = ctypes.sizeof(layout.U32), ctypes.sizeof(layout.MemoryFact)
    if len(data) < head:
        return {}
    count = min(int.from_bytes(data[:head], "little"), (len(data) - head) // entry)
    found: Fields = {}
    for number in range(count):
        one = layout.MemoryFact.from_buffer_copy(data, head + number * entry)
        if one.index in _MEMORY_FACTS and one.data != UNKNOWN:
            name, unit, zero_means_nothing = _MEMORY_FACTS[one.index]
            if one.data or not zero_means_nothing:
                found[name] = one.data * unit
    return found


def _known(value: int) -> int | None:
    return None if value == UNKNOWN else value


def _device(value: int) -> str | None:
    """ "2684", of the id alone or of the register with the vendor in its lower half."""
    if value > 0xFFFF:
        value = value >> 16 if value & 0xFFFF == NVIDIA else 0
    return f"{value:04X}" if value not in (0, 0xFFFF) else None


def _text(letters: Any) -> str | None:
    """ASCII that zeros fill up, on either side."""
    return clean(bytes(letters).strip(b"\x00")) or None


def _day(value: int) -> str | None:
    """Of eight digits in BCD, 0x20221004, "2022-10-04"."""
    digits = f"{value:08X}"
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:])).isoformat()
    except ValueError:
        return None


_READERS: dict[int, tuple[type[ctypes.Structure], Callable[[Any], Fields]]] = {
    layout.GPU_GET_CHIP_DETAILS: (layout.ChipDetails, _chip),
    layout.BIOS_GET_SKU_INFO: (layout.SkuInfo, _sku),
    layout.GPU_GET_OEM_BOARD_INFO: (layout.BoardInfo, _board),
    layout.MC_GET_ARCH_INFO: (layout.ArchInfo, _architecture),
}

_MEMORY_FACTS: dict[int, tuple[str, int, bool]] = {
    layout.RAM_SIZE: ("ram_size_bytes", 1024, True),
    layout.BUS_WIDTH: ("bus_width_bits", 1, True),
    layout.RAM_CFG: ("ram_cfg", 1, False),
    layout.RAM_TYPE: ("ram_type", 1, True),
    layout.FBP_MASK: ("partition_mask", 1, True),
    layout.L2CACHE_SIZE: ("l2_bytes", 1, True),
    layout.MEMORYINFO_VENDOR_ID: ("memory_vendor", 1, True),
}
"""Index -> field of the reading, what a unit of its is worth, and whether 0 says nothing."""
