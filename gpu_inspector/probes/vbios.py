"""A vBIOS image as a reading: the file as a card's EEPROM, nvflash, GPU-Z or the kernel gives it.

Everything in it is untrusted: each number is looked at before it is used, counts are cut at what real images have, and
any bytes give a reading or a ProbeError. The layout was compared with NVIDIA's own sources (open-gpu-kernel-modules,
open-gpu-doc, nova-core), with nouveau and envytools, and tried on twenty public images (MCP79 to GB206); facts were
taken and no code. Where a fact is from stands in the modules of its parts: `vbios_chain.py`, `vbios_bit.py`,
`vbios_tables.py`.
"""

import hashlib
import re

from gpu_inspector.errors import ProbeError
from gpu_inspector.language import N_
from gpu_inspector.probes import vbios_bit, vbios_chain
from gpu_inspector.probes.vbios_chain import Chain
from gpu_inspector.probes.vbios_view import View
from gpu_inspector.records.firmware import EFI, EXTENSION, PC_AT, VbiosReading

LARGEST = 16 * 1024 * 1024
"""Bytes; NVIDIA's EEPROMs hold 1 or 2 MiB, and a dump of one is no larger."""
SMALLEST = 512
MOST_REMARKS = 40
_AGAIN = N_("Read the card again, or save its vBIOS with nvflash or GPU-Z and hand that file in.")
_OTHER_MAKERS = {"1002": "AMD", "1022": "AMD", "8086": "Intel", "102B": "Matrox", "1A03": "ASPEED"}
_FILES = (
    (b"PK\x03\x04", N_("a ZIP archive"), N_("Unpack it and hand in the image from it.")),
    (b"\x1f\x8b", N_("a gzip archive"), N_("Unpack it and hand in the image from it.")),
    (b"7z\xbc\xaf", N_("a 7-Zip archive"), N_("Unpack it and hand in the image from it.")),
    (b"Rar!", N_("a RAR archive"), N_("Unpack it and hand in the image from it.")),
    (b"\xfd7zXZ", N_("an xz archive"), N_("Unpack it and hand in the image from it.")),
    (b"%PDF-", "a PDF", N_("Hand in the image itself.")),
    (b"\x89PNG", "a picture", N_("Hand in the image of the firmware, not a picture of it.")),
    (b"\xff\xd8\xff", "a picture", N_("Hand in the image of the firmware, not a picture of it.")),
    (b"MZ", "a program", N_("It was not run. Hand in the image that the maker's update program writes.")),
    (b"\x7fELF", "a program", N_("It was not run. Hand in the image itself.")),
)
_REFUSED = (0xBADF, 0xBAD0)
"""Upper halves of what a card's registers answer where they do not let themselves be read."""
_TEXT = re.compile(rb"[\t\n\r\x20-\x7e]*")


def looks_like(data: bytes) -> bool:
    """Whether these bytes are a vBIOS image, whole or damaged, with or without a block before it."""
    if data.startswith((b"NVGI", b"\x55\xaa")):
        return True
    return SMALLEST <= len(data) <= LARGEST and vbios_chain.start_of(data) is not None


def parse(data: bytes, *, source: str, file_name: str = "") -> VbiosReading:
    """The reading of an image. `source` is "card" or "file"; pure, and bounded in time and memory.

    Raises ProbeError where the bytes hold no image of an NVIDIA card, with what they are instead where that shows.
    """
    _look(data)
    start = vbios_chain.start_of(data)
    if start is None:
        raise _no_image(data)
    chain = vbios_chain.walk(data, start.offset)
    makers = [image.vendor_id for image in chain.images if image.vendor_id != vbios_chain.NO_MAKER]
    if makers and vbios_chain.NVIDIA not in makers:
        maker = makers[0]
        raise ProbeError(
            f"The image is for a card of {_OTHER_MAKERS.get(maker, 'another maker')} (PCI vendor {maker}).",
            "Hand in the vBIOS of the NVIDIA card.",
        )
    remarks = [start.remark] if start.remark else []
    remarks += chain.remarks
    view, x86_end = _view(data, start.offset, chain)
    bit = vbios_bit.read(view, x86_end, remarks)
    return VbiosReading(
        source=source,
        file_name=file_name,
        size_bytes=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        wrapper=start.wrapper,
        rom_offset=start.offset,
        ifr_subsystem=start.subsystem,
        images=chain.images,
        images_sha256=hashlib.sha256(data[start.offset : chain.end]).hexdigest(),
        ends=chain.ends,
        partial=chain.partial,
        trailing_bytes=len(data) - chain.end,
        bit=bit,
        remarks=tuple(dict.fromkeys(remarks))[:MOST_REMARKS],
    )


def _view(data: bytes, start: int, chain: Chain) -> tuple[View, int]:
    """The images' bytes with the rule of pointers, and where the x86 part ends: pointers count from its start."""
    whole = chain.ends and not chain.partial
    x86 = next((image for image in chain.images if image.code_type == PC_AT), None)
    if x86 is None:
        return View(data, start, chain.end, whole=whole), start
    behind = x86.offset + x86.length_bytes
    later = [image for image in chain.images if image.offset > x86.offset]
    extension = next((image.offset for image in later if image.code_type == EXTENSION), None)
    between = sum(image.length_bytes for image in later if image.code_type == EFI)
    shift = extension - behind if extension is not None else between
    return View(data, x86.offset, chain.end, x86.length_bytes, shift, whole), min(behind, chain.end)


def _look(data: bytes) -> None:
    """Raises ProbeError for what is plainly no image."""
    if not data:
        raise ProbeError("The file is empty.", _AGAIN)
    if len(data) > LARGEST:
        raise ProbeError(
            f"The file has {len(data):,} bytes; a vBIOS image never has more than {LARGEST:,}.",
            "Hand in the image of the card's vBIOS alone.",
        )
    for beginning, what, advice in _FILES:
        if data.startswith(beginning):
            raise ProbeError(f"The file is {what}, not a vBIOS image.", advice)
    if len(data) < SMALLEST:
        raise ProbeError(f"The file has {len(data)} bytes, too few for a vBIOS image.", _AGAIN)


def _no_image(data: bytes) -> ProbeError:
    """The sentence for bytes in which no image begins."""
    sample = data[:4096]
    filling = next((value for value in (0xFF, 0x00) if data.count(value) == len(data)), None)
    if filling is not None:
        return ProbeError(N_(f"The file holds nothing but bytes of 0x{filling:02X}: the EEPROM was not read."), _AGAIN)
    words = [int.from_bytes(sample[at + 2 : at + 4], "little") for at in range(0, len(sample) - 3, 4)]
    if sum(word in _REFUSED for word in words) > len(words) // 2:
        return ProbeError(
            N_("The file holds the card's answer to reads that it refuses (0xBAD…), not its vBIOS."), _AGAIN
        )
    if b"NVIDIA Firmware Update Utility" in sample or b"nvflash" in sample.lower():
        return ProbeError(
            N_("The file is nvflash's printed output, not a vBIOS image."), N_("Save one: nvflash --save FILE.")
        )
    if _TEXT.fullmatch(sample):
        return ProbeError(N_("The file is a text, not a vBIOS image."), _AGAIN)
    if data.startswith((b"NVGI", b"\x55\xaa")):
        return ProbeError(N_("The file begins like a vBIOS image, but no whole image is in it."), _AGAIN)
    return ProbeError(N_("The file holds no image of an expansion ROM."), _AGAIN)
