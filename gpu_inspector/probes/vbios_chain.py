"""The images of a vBIOS file: where the first one begins, and what each header says.

Sources: open-gpu-kernel-modules, `kernel_gsp_vbios_tu102.c`, `pci_exp_table.h` and tu102's `dev_bus.h` (the NVGI
header, the ROM directory, the headers of images, which length and which last-image flag wins); open-gpu-doc, BIOS
Information Table (every 512 bytes for the signature); nova-core's `vbios.rs` (code types; a length of 0 in NPDE is
none); envytools' `nvbios/bios.c` (the x86 part's sum, subsystem at 0x54 and 0x56, UEFI's header); PCI Firmware
Specification 3.0 (the device list). Seen in public images of a GK107, a GA104 and a GB206, and in no source: the
subsystem in NPDE of revision 1.1 at +0x10, and in the NVGI header at +0x0C.
"""

import hashlib
from dataclasses import dataclass, replace

from gpu_inspector.errors import ProbeError
from gpu_inspector.language import N_
from gpu_inspector.probes import efi
from gpu_inspector.probes.vbios_view import OutsideError, View
from gpu_inspector.records.firmware import EFI, NBSI, PC_AT, EfiPart, RomImage

BLOCK = 512
NVIDIA, NO_MAKER = "10DE", "0000"
ROM_SIGNATURES = (0xAA55, 0x4E56, 0xBB77)
DATA_SIGNATURES = (b"PCIR", b"NPDS", b"RGIS")
MOST_IMAGES = 32
"""A card's ROM has four, with a laptop's tables six."""
MOST_DRIVERS = 3
"""UEFI parts that are unpacked; a card has one for each kind of processor."""
MOST_LISTED = 64
"""Device ids of one list."""
_RFRD = b"RFRD"
_STATUS_BYTES = 4096
"""Between the flash status and the ROM directory of a version 3 header."""
_CHECKSUM_DISABLED = 0x04
_NO_SUBSYSTEM = "0000:0000"
_STANDARD_END = N_(
    "The dump ends with the image that the standard header calls the last; NVIDIA's own images behind it were not read."
)
_NO_MORE = N_("The dump ends with a whole image that is not the last; what should follow was not read.")
_LAST = 0x80


@dataclass(frozen=True, slots=True)
class Start:
    """Where the first image begins, and what stands before it."""

    offset: int
    wrapper: str = ""
    remark: str = ""
    subsystem: str | None = None
    """As the NVGI header has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """The images one after another, and how their row ended."""

    images: tuple[RomImage, ...]
    end: int
    """Behind the last one, at most the file's end."""
    ends: bool
    partial: bool = False
    """The file ends with a whole image behind which others should follow."""
    remarks: tuple[str, ...] = ()


def start_of(data: bytes) -> Start | None:
    """Where the first image begins; None where there is none."""
    whole = View(data, 0, len(data))
    if is_image(whole, 0):
        return Start(0)
    wrapper, remark, subsystem = "other", "", None
    if data.startswith(b"NVGI"):
        wrapper = f"NVGI {data[5] if len(data) > 5 else 0}"
        try:
            subsystem = _pair(whole.bytes(0x0C, 4))
            offset = _led_to(whole)
        except OutsideError:
            offset = None
        if offset is not None and offset % 4 == 0 and is_image(whole, offset):
            return Start(offset, wrapper, subsystem=subsystem)
        remark = N_("The NVGI header does not lead to an image; the first one was found by its signature.")
    found = [offset for offset in range(BLOCK, len(data), BLOCK) if is_image(whole, offset)]
    # Newer cards keep images of their own before the expansion ROM, which begins with its x86 part.
    first = next((offset for offset in found if _code_type(whole, offset) == PC_AT), found[0] if found else None)
    return None if first is None else Start(first, wrapper, remark, subsystem)


def is_image(view: View, at: int) -> bool:
    """Whether an image of an expansion ROM begins here: its signature, and one of the data structure it points to."""
    try:
        return view.u16(at) in ROM_SIGNATURES and view.bytes(at + view.u16(at + 0x18), 4) in DATA_SIGNATURES
    except OutsideError:
        return False


def _code_type(view: View, at: int) -> int | None:
    try:
        return view.u8(at + view.u16(at + 0x18) + 0x14)
    except OutsideError:
        return None


def walk(data: bytes, start: int) -> Chain:
    """Every image from `start` on; the chain ends with the last image, at a broken one, or at the file's end.

    Raises ProbeError where the first image has no length.
    """
    view = View(data, start, len(data))
    images: list[RomImage] = []
    remarks: list[str] = []
    at, ends, standard_end = start, False, False
    while not ends and len(images) < MOST_IMAGES:
        number = len(images) + 1
        if number > 1 and at == len(data) and images[-1].whole:
            remarks.append(_STANDARD_END if standard_end else _NO_MORE)
            return Chain(images=tuple(images), end=at, ends=standard_end, partial=True, remarks=tuple(remarks))
        if not is_image(view, at):
            remarks.append(N_(f"Behind image {number - 1}, which is not marked as the last, there is no other."))
            break
        try:
            headers = _headers(view, at)
        except OutsideError:
            remarks.append(N_(f"The header of image {number} is cut off."))
            break
        if not headers.blocks:
            remarks.append(N_(f"Image {number} gives its own length as 0; the chain was not followed further."))
            break
        drivers = sum(image.efi is not None for image in images)
        images.append(_image(view, headers, drivers < MOST_DRIVERS))
        remarks += _complaints(view, headers, images[-1], number)
        ends, standard_end = images[-1].last, headers.standard_last
        at = min(at + images[-1].length_bytes, len(data))
        if not images[-1].whole:
            break
    if not images:
        raise ProbeError(
            "The first image of the vBIOS has no length, or its header is cut off.",
            "The dump is damaged: read it again.",
        )
    if not ends and len(images) == MOST_IMAGES:
        remarks.append(N_(f"There are more than {MOST_IMAGES} images; the rest was not looked at."))
    return Chain(images=tuple(images), end=at, ends=ends, remarks=tuple(remarks))


def _led_to(view: View) -> int | None:
    """Where an NVGI header says that the images begin."""
    first, second = view.u32(4), view.u32(8)
    version = first >> 8 & 0xFF
    if version in (1, 2):
        return view.u32((first >> 16 & 0x7FFF) + 4)
    if version == 3:
        directory = view.u32(second & 0xFFFFF) + _STATUS_BYTES
        return view.u32(directory + 8) if view.bytes(directory, 4) == _RFRD else None
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Headers:
    """The two data structures of an image: the standard's own, and NVIDIA's, which wins."""

    at: int
    pcir: int
    code_type: int
    blocks: int
    last: bool
    standard_last: bool
    extended: bool
    flags: int = 0
    subsystem: str | None = None
    """NVIDIA's own header has one from revision 1.1 on; None where it has none, or it is empty."""


def _headers(view: View, at: int) -> _Headers:
    """Raises OutsideError where they are cut off."""
    pcir = at + view.u16(at + 0x18)
    view.bytes(pcir, 0x18)
    blocks, last = view.u16(pcir + 0x10), bool(view.u8(pcir + 0x15) & _LAST)
    plain = _Headers(
        at=at,
        pcir=pcir,
        code_type=view.u8(pcir + 0x14),
        blocks=blocks,
        last=last,
        standard_last=last,
        extended=False,
    )
    # Aligned within the image: what stands before the images in a file must not change how they are read.
    extension = at + (pcir - at + view.u16(pcir + 0x0A) + 15 & ~15)
    try:
        known = view.bytes(extension, 4) == b"NPDE" and view.u16(extension + 4) in (0x0100, 0x0101)
        length, own = view.u16(extension + 6), view.u16(extension + 8)
        if not known or not own:
            return plain
        if length >= 0x0B:
            last = bool(view.u8(extension + 0x0A) & _LAST)
        elif own < blocks:
            last = False
        flags = view.u8(extension + 0x0B) if length >= 0x0C else 0
        subsystem = _pair(view.bytes(extension + 0x10, 4)) if length >= 0x14 else None
    except OutsideError:
        return plain
    told = subsystem if subsystem != _NO_SUBSYSTEM else None
    return replace(plain, blocks=own, last=last, extended=True, flags=flags, subsystem=told)


def _image(view: View, headers: _Headers, unpack: bool) -> RomImage:
    """One image; its UEFI driver is looked at where `unpack` allows it."""
    at, pcir, code_type = headers.at, headers.pcir, headers.code_type
    told = headers.blocks * BLOCK
    content = view.data[at : min(at + told, view.end)]
    return RomImage(
        offset=at,
        length_bytes=told,
        code_type=code_type,
        vendor_id=f"{view.u16(pcir + 4):04X}",
        device_id=f"{view.u16(pcir + 6):04X}",
        device_list=_device_list(view, pcir, at + len(content)),
        class_code=f"{int.from_bytes(view.bytes(pcir + 0x0D, 3), 'little'):06X}",
        header=view.bytes(pcir, 4).decode("ascii"),
        header_revision=view.u8(pcir + 0x0C),
        vendor_revision=view.u16(pcir + 0x12),
        extended_header=headers.extended,
        last=headers.last or code_type == NBSI,
        whole=len(content) == told,
        checksum_ok=_sum_ok(content, headers.flags) if code_type == PC_AT else None,
        subsystem=headers.subsystem or _old_subsystem(content) if code_type == PC_AT else None,
        sha256=hashlib.sha256(content).hexdigest(),
        efi=_efi(content, unpack) if code_type == EFI else None,
    )


def _complaints(view: View, headers: _Headers, image: RomImage, number: int) -> list[str]:
    """What is cut or contradicts itself in one image."""
    found: list[str] = []
    told, there = image.length_bytes, min(image.length_bytes, view.end - image.offset)
    if there < told:
        found.append(N_(f"Image {number} has {told:,} bytes by its header; the file ends after {there:,} of them."))
    own = view.u8(image.offset + 2) * BLOCK
    if image.code_type == PC_AT and own > told:
        found.append(
            N_(
                f"The x86 part has {own:,} bytes by its own word and {told:,} by its header: the next image would begin"
                " inside of it."
            )
        )
    # NVIDIA's UEFI parts name no maker at all.
    if image.vendor_id not in (NVIDIA, NO_MAKER):
        found.append(N_(f"Image {number} is for another maker's card (PCI vendor {image.vendor_id})."))
    return found


def _device_list(view: View, pcir: int, end: int) -> tuple[str, ...]:
    """The ids of a list that a header of revision 3 points to, counted from that header."""
    pointer = view.u16(pcir + 8)
    if not pointer or view.u8(pcir + 0x0C) < 3:
        return ()
    found: list[str] = []
    for at in range(pcir + pointer, min(end - 1, pcir + pointer + 2 * MOST_LISTED), 2):
        device = view.u16(at)
        if not device:
            break
        found.append(f"{device:04X}")
    return tuple(found)


def _sum_ok(content: bytes, flags: int) -> bool | None:
    """Whether the x86 part's bytes sum to 0, over the length that stands in its third byte."""
    size = content[2] * BLOCK if len(content) > 2 else 0
    if not size or flags & _CHECKSUM_DISABLED or size > len(content):
        return None
    return sum(content[:size]) & 0xFF == 0


def _old_subsystem(content: bytes) -> str | None:
    """Of older images; newer ones have there the mark of VESA's protected mode block, "PMID"."""
    told = content[0x54:0x58]
    return _pair(told) if len(told) == 4 and told != b"PMID" else None


def _pair(told: bytes) -> str:
    """ "10DE:147F" from its two numbers."""
    return f"{int.from_bytes(told[:2], 'little'):04X}:{int.from_bytes(told[2:], 'little'):04X}"


def _efi(content: bytes, unpack: bool) -> EfiPart:
    if not unpack:
        return EfiPart(
            machine=0, compressed=False, readable=False, remark=N_("There are more UEFI parts than a card has.")
        )
    try:
        return efi.parse(content)
    except ProbeError as error:
        return EfiPart(machine=0, compressed=False, readable=False, remark=error.message)
