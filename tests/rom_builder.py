"""Builds vBIOS images from the layout, genuine ones and any other: nothing here is shared with the parser.

The layout is that of the sources which `gpu_inspector/probes/vbios.py` names, and of public images. Code and signatures
are filling: no image was copied, and nothing here would run.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from struct import pack, pack_into
from typing import Any, Literal

from cards import claims_of

from gpu_inspector.records.product import Product

BLOCK = 512
PCIR_AT, BIT_AT, DATA_AT = 0x1A0, 0x210, 0x300
SIGNATURE_BYTES = 384
MEMORY_NUMBERS = {
    "DDR2": 0, "DDR3": 1, "GDDR3": 2, "GDDR5": 3, "HBM2": 6, "HBM2e": 6, "GDDR5X": 8, "GDDR6": 9, "GDDR6X": 10,
    "GDDR7": 13,
}  # fmt: skip
"""What an image writes for a type; the rest of the catalogue's types gets a number that no source names."""
NAMELESS_MEMORY = 12
STUB_DRIVER = b"MZ" + bytes(range(256)) * 3
"""In the place of UEFI's driver where a case is not about it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rom:
    """Every field of an image; the defaults are one consistent card. None leaves a table or a token out."""

    vendor_id: int = 0x10DE
    device_id: int = 0x2684
    class_code: int = 0x030000
    subsystem: tuple[int, int] = (0x10DE, 0x16F4)
    device_list: tuple[int, ...] = ()
    vendor_revision: int = 1
    rom_signature: int = 0xAA55
    header: bytes = b"PCIR"
    """Of the x86 and UEFI parts."""
    extension_header: bytes = b"NPDS"
    modern: bool = True
    """As from Ampere on: the subsystem in NPDE of revision 1.1, another mark at its old place, a UEFI part without
    ids. Or as until Pascal."""
    extended_header: bool = True
    extended_last: bool = True
    """Whether NPDE is long enough for its own last-image flag."""
    x86_blocks: int = 128
    pcir_blocks: int | None = None
    """The length that PCIR tells of the x86 part where it is not that of NPDE."""
    version: str = "95.02.18.80.5F"
    info_version: str | None = None
    """The token i's, where it is another one than the token B's."""
    version_text: str | None = None
    """The string, where it is not "Version " and the version."""
    build_date: str = "08/12/22"
    mobile: bool = False
    bridged_device: int = 0
    board_text: str = "3500G1390330"
    sign_on: str = "NVIDIA GeForce RTX 4090 VGA BIOS PG139 SKU 330\r\n"
    copyright: str = "Copyright (C) 1996-2022 NVIDIA Corp.\r\n"
    oem: str = ""
    oem_vendor: str = "NVIDIA"
    oem_product: str = "AD102 Board"
    oem_revision: str = "Chip Rev"
    strap_count: int = 16
    translation: tuple[int, ...] | None = tuple(range(16))
    memory: tuple[tuple[int, int, int], ...] | None = ((10, 0, 0), (10, 1, 0))
    """Rows of (type, strap, group)."""
    memory_version: int = 0x10
    memory_selector: int = 0
    power: tuple[int, int, int] | None = (150_000, 450_000, 600_000)
    """Milliwatts: lowest, default, highest."""
    power_version: int = 0x30
    power_cap_entry: int = 1
    power_in_extension: bool = False
    """Whether the table stands behind the x86 part, where the rule of pointers is needed."""
    signed_code: tuple[tuple[int, int], ...] | None = ((0x85, 0x07), (0x45, 0x07))
    """Entries of (application, target)."""
    signatures: int = 1
    descriptor_version: int = 3
    code: bytes = bytes(range(256)) * 4
    extensions: int = 2
    efi_driver: bytes | None = STUB_DRIVER
    """A PE file, or what stands in its place; compressed already where `efi_compression` says so."""
    efi_compression: int = 0
    efi_machine: int = 0x8664
    more_tokens: tuple[tuple[bytes, int, bytes], ...] = ()
    """(id, version, data)."""
    wrapper: Literal[0, 1, 2, 3] = 0
    """Version of the NVGI header in front; 0 is none."""
    ifr_subsystem: tuple[int, int] | None = None
    """In that header, where it is not the image's."""
    standard_ends_early: bool = True
    """Whether PCIR calls the last image before NVIDIA's own the last, and only NPDE goes on: all cards do so."""
    trailing: bytes = b""


@dataclass(frozen=True, slots=True)
class Built:
    """A finished image, and where its fields lie in the file."""

    data: bytes
    places: dict[str, int]

    def changed(self, place: str, new: bytes, *, skip: int = 0, mend: bool = False) -> bytes:
        """The file with other bytes at a place; `mend` makes the x86 part's sum right again, as a forger would."""
        data = bytearray(self.data)
        at = self.places[place] + skip
        data[at : at + len(new)] = new
        if mend:
            start, end = self.places["image 0"], self.places["checksum"]
            data[end] = -sum(data[start:end]) & 0xFF
        return bytes(data)


def build(rom: Rom) -> Built:
    """The file of a ROM, and where its fields lie.

    Places are "rom" (the first image), "image 0", "pcir 0" and "npde 0" of each image of the chain, "subsystem", "bit",
    "token B" (its entry) and "data B" (what it leads to) of each token, "sign-on", "version text" and other strings,
    "memory table", "translation", "power table", "falcon table", "descriptor 0" of each entry, and "checksum" (the byte
    that makes the x86 part's sum right).
    """
    places: dict[str, int] = {}
    tail, later = _extensions(rom, places)
    x86 = _x86(rom, places, later)
    images = [x86, *([_efi(rom)] if rom.efi_driver is not None else []), *tail]
    before = _wrapper(rom)
    start = len(before)
    places = {name: at + start for name, at in places.items() if not name.startswith("~")} | {"rom": start}
    shift = start + sum(map(len, images[: len(images) - len(tail)]))
    places |= {name[1:]: at + shift for name, at in _tail_places(rom).items()}
    for index, image in enumerate(images):
        last = index == len(images) - 1
        at = int.from_bytes(image[0x18:0x1A], "little")
        blocks = len(image) // BLOCK
        image[at + 0x15] = 0x80 if last else 0
        extended = at + 0x20
        if rom.extended_header:
            early = rom.standard_ends_early and rom.extended_last and index == len(images) - len(tail) - 1
            told = rom.pcir_blocks if index == 0 and rom.pcir_blocks is not None else blocks
            pack_into("<H", image, at + 0x10, told)
            image[extended : extended + 0x14] = _npde(rom, blocks, image[at + 0x15], x86=image is x86)
            image[at + 0x15] |= 0x80 if early else 0
            places[f"npde {index}"] = start + extended
        places |= {f"image {index}": start, f"pcir {index}": start + at}
        start += len(image)
    x86[-1] = -sum(x86[:-1]) & 0xFF
    places["checksum"] = places["rom"] + len(x86) - 1
    return Built(before + b"".join(images) + rom.trailing, places)


def _npde(rom: Rom, blocks: int, last: int, *, x86: bool) -> bytes:
    """NVIDIA's own header; the older one ends after its flags, the oldest before the mark of the last image."""
    revision, length = (0x0101, 0x14) if rom.modern else (0x0100, 0x0C)
    if not rom.extended_last:
        revision, length = 0x0100, 0x0A
    head = b"NPDE" + pack("<HHHBB", revision, length, blocks, last, int(x86))
    told = rom.subsystem if x86 and length == 0x14 else (0, 0)
    return head + pack("<IHH", 0, *told)


def rom_for(row: Product, device_id: str | None = None, **changes: Any) -> Rom:
    """A genuine image of a product: what `cards.genuine` says through the driver, said by its vBIOS."""
    claims = claims_of(row, device_id)
    number = MEMORY_NUMBERS.get(row.memory_type or "", NAMELESS_MEMORY)
    watts = row.tdp_w or 100
    rom = Rom(
        device_id=int(claims["device_id"], 16),
        class_code=0x030200 if row.segment == "datacentre" else 0x030000,
        subsystem=(int(claims["subsystem_vendor"], 16), int(claims["subsystem_id"], 16)),
        version=claims["vbios_version"],
        mobile=row.mobile,
        sign_on=f"{row.name} VGA BIOS\r\n",
        board_text="",
        memory=((number, 0, 0), (number, 1, 0)),
        power=(min(watts, 100) * 1000, watts * 1000, watts * 1100),
    )
    return replace(rom, **changes)


def image_for(row: Product, device_id: str | None = None, **changes: Any) -> bytes:
    """The bytes of `rom_for`."""
    return build(rom_for(row, device_id, **changes)).data


def efi_image(driver: bytes, rom: Rom | None = None) -> bytes:
    """An image of code type 3 around a PE file, marked as the last, as a chain holds it."""
    image = _efi(replace(rom or Rom(), efi_driver=driver, extended_header=False))
    image[int.from_bytes(image[0x18:0x1A], "little") + 0x15] = 0x80
    return bytes(image)


def _shell(rom: Rom, blocks: int, code_type: int, pcir: int) -> bytearray:
    """An empty image with its two headers; the marks of the last one are set when the chain is put together."""
    header, vendor, device, kind = rom.header, rom.vendor_id, rom.device_id, rom.class_code
    if code_type == 0xE0:
        # An extension serves a family of cards.
        header, device, kind = rom.extension_header, device & 0xFF80, 0
    elif code_type == 3 and rom.modern:
        vendor = device = kind = 0
    image = bytearray(blocks * BLOCK)
    pack_into("<H", image, 0, rom.rom_signature)
    pack_into("<H", image, 0x18, pcir)
    revision, length = (3, 0x1C) if rom.device_list else (0, 0x18)
    listed = 0x40 if rom.device_list else 0
    image[pcir : pcir + 4] = header
    pack_into("<HHHHB", image, pcir + 4, vendor, device, listed, length, revision)
    image[pcir + 0x0D : pcir + 0x10] = kind.to_bytes(3, "little")
    pack_into("<HHBBH", image, pcir + 0x10, blocks, rom.vendor_revision, code_type, 0, blocks)
    for index, device in enumerate(rom.device_list):
        pack_into("<H", image, pcir + listed + 2 * index, device)
    return image


def _efi(rom: Rom) -> bytearray:
    driver = rom.efi_driver or b""
    image = _shell(rom, -(-(0x100 + len(driver)) // BLOCK), 3, 0x20)
    pack_into("<HIHHH", image, 2, len(image) // BLOCK, 0x0EF1, 0x0B, rom.efi_machine, rom.efi_compression)
    pack_into("<H", image, 0x16, 0x100)
    image[0x100 : 0x100 + len(driver)] = driver
    return image


def _tail_places(rom: Rom) -> dict[str, int]:
    places: dict[str, int] = {}
    _extensions(rom, places)
    return places


def _extensions(rom: Rom, places: dict[str, int]) -> tuple[list[bytearray], dict[str, int]]:
    """NVIDIA's own images. Positions are from the first one's start, under "~" in `places`; the table of code, its
    descriptors and, where it is asked for, the power table stand in the second, the only one if there is one."""
    if not rom.extensions:
        return [], {}
    images = [_shell(rom, 4, 0xE0, 0x20) for _ in range(rom.extensions - 1)]
    start = len(images) * 4 * BLOCK
    content = bytearray(0x100)

    def put(name: str, data: bytes) -> int:
        at = start + len(content)
        places["~" + name] = at
        content.extend(data + bytes(-len(data) % 4))
        return at

    later = {"power table": put("power table", _power_table(rom))} if rom.power_in_extension and rom.power else {}
    if rom.signed_code is not None:
        base = rom.x86_blocks * BLOCK
        entries = b""
        for index, (application, target) in enumerate(rom.signed_code):
            signatures = rom.signatures if rom.descriptor_version == 3 else 0
            words = 11 if rom.descriptor_version == 3 else 15
            head = (words * 4 + signatures * SIGNATURE_BYTES) << 16 | rom.descriptor_version << 8 | 1
            half = len(rom.code) // 2
            if rom.descriptor_version == 3:
                body = pack("<9I", head, len(rom.code), 0, 0, 0, half, 0, 0, len(rom.code) - half)
                body += pack("<HBBHH", 0x0400, 9, signatures, (1 << signatures) - 1, 0)
            else:
                body = pack("<15I", head, len(rom.code), 0, 0, 0, 0, half, 0, 0, 0, half, 0, len(rom.code) - half, 0, 0)
            filling = bytes([0xA0 + index]) * (signatures * SIGNATURE_BYTES)
            at = put(f"descriptor {index}", body + filling + rom.code)
            entries += pack("<BBI", application, target, base + at)
        later["falcon table"] = put("falcon table", pack("<6B", 1, 6, 6, len(rom.signed_code), 3, 44) + entries)
    last = _shell(rom, -(-len(content) // BLOCK), 0xE0, 0x20)
    last[0x100 : len(content)] = content[0x100:]
    return [*images, last], later


def _power_table(rom: Rom) -> bytes:
    """Three entries, of which the header names the board's; the others hold other numbers."""
    lowest, default, highest = rom.power or (0, 0, 0)
    head = bytearray(0x10)
    head[:4] = bytes([rom.power_version, len(head), 0x16, 3])
    head[0x09 if rom.power_version == 0x20 else 0x0A] = rom.power_cap_entry
    if rom.power_version == 0x40:
        return _newest_power_table(rom)
    entries = b""
    for index in range(3):
        numbers = (lowest, default, highest) if index == 1 else (1000 + index, 2000 + index, 3000 + index)
        entries += pack("<H3I8x", 0, *numbers)
    return bytes(head) + entries


def _newest_power_table(rom: Rom) -> bytes:
    head = bytearray(0x38)
    head[:4], head[0x16] = bytes([0x40, len(head), 0x66, 3]), rom.power_cap_entry
    entries = [bytes(0x66), bytes(0x0D) + pack("<3I", *(rom.power or (0, 0, 0))) + bytes(0x4D), bytes(0x66)]
    return bytes(head) + b"".join(entries)


def _version(text: str) -> bytes:
    """The numbers as an image holds them: four bytes backwards, then the fifth."""
    numbers = bytes(int(part, 16) for part in text.split("."))
    return numbers[3::-1] + numbers[4:5]


def _x86(rom: Rom, places: dict[str, int], later: dict[str, int]) -> bytearray:
    """The x86 part with its table of information; positions are from its start."""
    image = _shell(rom, rom.x86_blocks, 0, PCIR_AT)
    image[2] = min(rom.x86_blocks, 0xFF)
    image[3:6] = b"\xeb\x4b\x37"
    if rom.modern and rom.extended_header and rom.extended_last:
        image[0x54:0x58] = b"PMID"
        places["subsystem"] = PCIR_AT + 0x30
    else:
        pack_into("<HH", image, 0x54, *rom.subsystem)
        image[0x6A:0x6C] = b"\xa5\x5b"
        places["subsystem"] = 0x54
    end = DATA_AT

    def put(name: str, data: bytes) -> int:
        nonlocal end
        at = end
        image[at : at + len(data)] = data
        places[name] = at
        end += len(data) + len(data) % 2
        assert end < len(image), "the x86 part is too small"
        return at

    tokens = _tokens(rom, put, later)
    head = b"\xff\xb8BIT\x00" + pack("<HBBB", 0x0100, 12, 6, len(tokens))
    image[BIT_AT : BIT_AT + 12] = head + bytes([-sum(head) & 0xFF])
    assert BIT_AT + 12 + 6 * len(tokens) <= DATA_AT, "too many tokens"
    places["bit"] = BIT_AT
    for index, (name, version, data) in enumerate(tokens):
        entry = BIT_AT + 12 + 6 * index
        letter = name.decode("latin-1")
        at = put(f"data {letter}", data) if data else 0
        places[f"token {letter}"] = entry
        image[entry : entry + 6] = name + pack("<BHH", version, len(data), at)
    return image


def _tokens(rom: Rom, put: Callable[[str, bytes], int], later: dict[str, int]) -> list[tuple[bytes, int, bytes]]:
    info = bytearray(0x44)
    info[0:5] = _version(rom.info_version or rom.version)
    pack_into("<H", info, 5, 0x10 if rom.mobile else 0)
    info[0x0F:0x17] = rom.build_date.encode("latin-1")[:8].ljust(8, b"\x00")
    pack_into("<H", info, 0x17, rom.bridged_device)
    info[0x30:0x3C] = rom.board_text.encode("latin-1")[:12].ljust(12, b"\x00")
    texts = b""
    for name, text in (
        ("sign-on", rom.sign_on),
        ("version text", f"Version {rom.version} " if rom.version_text is None else rom.version_text),
        ("copyright", rom.copyright),
        ("oem", rom.oem),
        ("oem vendor", rom.oem_vendor),
        ("oem product", rom.oem_product),
        ("oem revision", rom.oem_revision),
    ):
        data = text.encode("latin-1") + b"\x00"
        texts += pack("<HB", put(name, data), min(len(data), 0xFF))
    tokens = [(b"B", 2, _version(rom.version) + bytes(0x1B)), (b"i", 2, bytes(info)), (b"S", 2, texts)]
    if rom.memory is not None:
        rows = b"".join(pack("<BB", kind & 15 | strap << 4, group) for kind, strap, group in rom.memory)
        head = pack("<BBBBBH", rom.memory_version, 7, 2, len(rom.memory), rom.memory_selector, 0)
        table = put("memory table", head + rows)
        straps = 0 if rom.translation is None else put("translation", bytes(rom.translation))
        tokens.append((b"M", 2, pack("<BHH", rom.strap_count, straps, table).ljust(0x15, b"\x00")))
    if rom.power is not None:
        base = rom.x86_blocks * BLOCK
        table = base + later["power table"] if "power table" in later else put("power table", _power_table(rom))
        tokens.append((b"P", 2, bytes(0x2C) + pack("<I", table) + bytes(0x20)))
    if "falcon table" in later:
        tokens.append((b"p", 2, pack("<I", rom.x86_blocks * BLOCK + later["falcon table"])))
    return [*tokens, *rom.more_tokens, (b"N", 0, b"")]


def _wrapper(rom: Rom) -> bytes:
    """The header in front of the images, as its three versions lead to them."""
    if not rom.wrapper:
        return b""
    subsystem = rom.ifr_subsystem or rom.subsystem
    if rom.wrapper < 3:
        fixed, at = 0x20, 0x600
        head = bytearray(at)
        pack_into("<4sIIHH", head, 0, b"NVGI", fixed << 16 | rom.wrapper << 8, 0x100, *subsystem)
        pack_into("<I", head, fixed + 4, at)
        return bytes(head)
    total, status, at = 0x200, 0x400, 0x1600
    head = bytearray(at)
    pack_into("<4sIIHH", head, 0, b"NVGI", 0x20 << 16 | 3 << 8, total, *subsystem)
    pack_into("<I", head, total, status)
    pack_into("<4sII", head, status + 4096, b"RFRD", 0, at)
    return bytes(head)
