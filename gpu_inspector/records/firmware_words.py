"""The words for a vBIOS image: the same on a terminal, in the window and on paper.

They say what stands in the image and what of it could be checked, never more: a certificate's name is what the
certificate calls itself, and no root is known to this program. Every list is cut with a word about the rest, whatever
a forged record holds; every foreign text goes through the caller's `clean`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from gpu_inspector.language import N_
from gpu_inspector.records.firmware import (
    PC_AT,
    BitReading,
    EfiPart,
    MemoryTable,
    PowerLimits,
    RomImage,
    SignedCode,
    VbiosReading,
)
from gpu_inspector.records.firmware_compared import ABSENT, capital, compared, kinds_of, part_names
from gpu_inspector.records.measured_words import counted, size_words
from gpu_inspector.records.words import Clean, spaced

LISTED = 24
"""Entries of one list that are shown; the attached record has all."""
Pairs = tuple[tuple[str, str], ...]
T = TypeVar("T")

_DIGEST = re.compile(r"[0-9a-f]{64}")
READ_OUT = N_("vBIOS image read out of the card")
FROM_CARD = N_("by the system's kernel, out of the card")
SAME = N_("The images do not differ in anything that they say.")
SAME_PARTS = N_("The parts that both readings have do not differ; one of them was not read to its end.")
UNKNOWN_BLOCK = N_("a block of unknown form")
PARTIAL = N_("it was read only as far as its own header says, and more parts may follow")
UNKNOWN_END = N_("the chain ends at a certificate that this program does not know")
_APPLICATIONS = {0x85: "FWSEC, production", 0x45: "FWSEC, debugging", 0x05: "licence of firmware security"}
"""Application of signed code -> what it is (nova-core's vbios.rs)."""


@dataclass(frozen=True, slots=True)
class Part:
    """One titled group of facts."""

    title: str
    lines: Pairs


def name_of(reading: VbiosReading, clean: Clean) -> str:
    """What an image is called in headings and before a list of them."""
    if reading.source == "card":
        return READ_OUT
    return f"vBIOS file “{clean(reading.file_name)}”" if reading.file_name else N_("vBIOS file")


def lines_of_image(reading: VbiosReading, clean: Clean) -> Pairs:
    """All facts of one image below each other, a label and a text each."""
    return tuple(line for part in parts_of_image(reading, clean) for line in part.lines)


def parts_of_image(reading: VbiosReading, clean: Clean) -> tuple[Part, ...]:
    """All facts of one image in groups; a group that has nothing to say is left out."""
    chain = _first(zip(part_names(reading.images), reading.images, strict=True))
    drivers = [(name, image.efi) for name, image in chain if image.efi is not None]
    groups = [
        Part(N_("What was read"), _read(reading, clean)),
        Part(
            N_("Parts of the chain"),
            (
                *((capital(name), part_words(image, clean)) for name, image in chain),
                *_rest(len(reading.images), N_("Further parts")),
            ),
        ),
        Part(N_("UEFI driver"), tuple(line for name, efi in drivers for line in driver_lines(efi, clean))),
    ]
    if reading.bit is not None:
        groups += _of_table(reading.bit, clean)
    else:
        groups.append(Part(N_("BIOS information table"), ((N_("Information table"), ABSENT),)))
    groups.append(Part(N_("Remarks"), tuple((N_("Remark"), clean(one)) for one in _first(reading.remarks))))
    return tuple(group for group in groups if group.lines)


def short_words(reading: VbiosReading, clean: Clean) -> str:
    """What was recognised, in a line: version, device, size, and how the image calls itself."""
    legacy = next((one for one in reading.images if one.code_type == PC_AT), None)
    table = reading.bit
    said = (
        clean(table.version) if table is not None else "",
        f"device {clean(legacy.vendor_id)}:{clean(legacy.device_id)}" if legacy is not None else "",
        size_words(reading.size_bytes),
        counted(len(reading.images), "part", "parts"),
        clean(table.sign_on) if table is not None else "",
    )
    return ", ".join(filter(None, said))


def part_words(image: RomImage, clean: Clean) -> str:
    """One part of the chain in a line: where, how large, for which device, and whether its bytes sum to 0."""
    said = [
        f"{size_words(image.length_bytes)} at 0x{image.offset:X}",
        f"device {clean(image.vendor_id)}:{clean(image.device_id)}",
    ]
    if image.device_list:
        said[-1] += f" and {counted(len(image.device_list), 'more', 'more')}"
    said += [f"subsystem {clean(image.subsystem)}"] if image.subsystem else []
    said += [f"class {clean(image.class_code)}"] if image.class_code else []
    said += [checksum_words(image)] if image.checksum_ok is not None else []
    said += [] if image.whole else [N_("cut: the file ends before it does")]
    said += [f"header {clean(image.header)}"] if image.header != "PCIR" else []
    return ", ".join(said)


def checksum_words(image: RomImage) -> str:
    """Whether the part's bytes add up; a sum guards against damage alone: whoever edits an image mends it."""
    if image.checksum_ok is None:
        return "–"
    return N_("bytes sum to 0") if image.checksum_ok else N_("bytes do not sum to 0")


def driver_lines(efi: EfiPart, clean: Clean) -> Pairs:
    """The UEFI driver and its signature, each answer by itself."""
    kind = "x86-64" if efi.machine == 0x8664 else f"machine 0x{efi.machine:04X}"
    version = f", {clean(efi.version)}" if efi.version else ""
    lines = [(N_("UEFI driver"), f"{kind}{', compressed' if efi.compressed else ''}{version}")]
    lines.append((N_("Its signature"), signature_words(efi, clean)))
    prints = "; ".join(spaced(clean(one)) for one in _first(efi.fingerprints))
    lines += [(N_("Its certificates, SHA-256"), prints)] if prints else []
    lines += [(N_("Remark on it"), clean(efi.remark))] if efi.remark else []
    return tuple(lines)


def signature_words(efi: EfiPart, clean: Clean) -> str:
    """What its signature is worth: the names are the certificates' own, and no root is known."""
    if not efi.readable:
        return N_("not looked at: the driver could not be unpacked")
    if efi.signed is None:
        return N_("could not be looked for")
    if not efi.signed:
        return N_("none")
    names = [f"“{clean(one)}”" for one in _first(efi.signers)]
    said = [f"signed by {names[0]}" if names else N_("signed, by a certificate without a name")]
    said += [f"issued by {', '.join(names[1:])}"] if names[1:] else []
    answers = (
        (efi.digest_matches, "the signed digest is that of the driver", "the signed digest is not that of the driver"),
        (
            efi.signature_sound,
            "the signature is that certificate's own",
            "the signature is not that certificate's own",
        ),
        (
            efi.chain_sound,
            f"each certificate is signed by the next; {UNKNOWN_END}",
            "the certificates do not sign each other",
        ),
    )
    said += [(yes if value else no) for value, yes, no in answers if value is not None]
    unread = [
        name
        for value, name in (
            (efi.digest_matches, "the digest"),
            (efi.signature_sound, "the signature"),
            (efi.chain_sound, "the chain of certificates"),
        )
        if value is None
    ]
    return "; ".join([*said, *([f"not checked: {', '.join(unread)}"] if unread else [])])


def memory_lines(memory: MemoryTable, clean: Clean) -> Pairs:
    """Which kinds of memory the image can drive, and how a strap chooses one."""
    translation = ", ".join(map(str, _first(memory.translation)))
    straps = counted(memory.strap_count, "strap", "straps")
    lines = [(N_("Memory straps"), f"{straps}; translation table {translation}" if translation else straps)]
    kinds = kinds_of(memory)
    said = [clean(kind.words) for kind in _first(kinds)]
    more = len(kinds) - len(said)
    said += [f"and {more:,} more"] if more > 0 else []
    return (*lines, (N_("Kinds of memory"), "; ".join(said) or ABSENT))


def power_words(power: PowerLimits) -> str:
    """The whole board's limits as the image has them."""
    limits = ((power.default_mw, "by default"), (power.lowest_mw, "at least"), (power.highest_mw, "at most"))
    return ", ".join(f"{mw / 1000:g} W {name}" for mw, name in limits if mw is not None) or ABSENT


def code_words(code: SignedCode, clean: Clean) -> str:
    """One entry of signed code. Whether its signature holds only the chip can tell."""
    name = _APPLICATIONS.get(code.application, f"application 0x{code.application:02X}")
    version = f", descriptor {code.descriptor_version}" if code.descriptor_version is not None else ""
    signatures = f", {counted(code.signatures, 'signature', 'signatures')}" if code.signatures is not None else ""
    digest = f", SHA-256 {spaced(clean(code.sha256))}" if code.sha256 else ""
    return f"{name}{version}{signatures}{digest}"


def differences(one: VbiosReading, other: VbiosReading, clean: Clean) -> tuple[tuple[str, str, str], ...]:
    """In what two images differ: label, as the first has it, as the second has it; () where in nothing."""

    def told(value: str) -> str:
        return clean(spaced(value) if _DIGEST.fullmatch(value) else value)

    return tuple((clean(row.label), told(row.one), told(row.other)) for row in compared(one, other))


def same_words(one: VbiosReading, other: VbiosReading) -> str:
    """What is said of two images without a difference: no more than was compared."""
    return SAME_PARTS if one.partial or other.partial else SAME


def _read(reading: VbiosReading, clean: Clean) -> Pairs:
    card = reading.source == "card"
    named = FROM_CARD if card else f"from the file {clean(reading.file_name)}" if reading.file_name else "from a file"
    wrapper = UNKNOWN_BLOCK if reading.wrapper == "other" else clean(reading.wrapper)
    before = f"{wrapper}, " if wrapper else ""
    start = f"{before}first image at 0x{reading.rom_offset:X}" if before or reading.rom_offset else ""
    ends = "comes to its last image" if reading.ends else "does not come to an image that calls itself the last"
    ends = f"{ends}; {PARTIAL}" if reading.partial else ends
    subsystem = f"{clean(reading.ifr_subsystem)}" if reading.ifr_subsystem else ""
    lines = (
        (N_("Read"), f"{named}, {size_words(reading.size_bytes)} ({reading.size_bytes:,} bytes)"),
        (N_("SHA-256 of all bytes"), spaced(clean(reading.sha256))),
        (N_("SHA-256 of the chain"), spaced(clean(reading.images_sha256)) or ABSENT),
        (N_("Before the chain"), start),
        (N_("Subsystem before it"), subsystem),
        (N_("Chain"), f"{counted(len(reading.images), 'part', 'parts')}; {ends}"),
        (N_("Behind the chain"), counted(reading.trailing_bytes, "byte", "bytes") if reading.trailing_bytes else ""),
    )
    return tuple(line for line in lines if line[1])


def _of_table(table: BitReading, clean: Clean) -> list[Part]:
    tokens = "".join(clean(one.id) for one in _first(table.tokens))
    checksum = "checksum agrees" if table.checksum_ok else "checksum does not agree"
    texts = (
        (N_("Version"), table.version),
        (N_("Version as text"), "" if table.version_text.endswith(table.version) else table.version_text),
        (N_("Build date"), table.build_date),
        (N_("Sign-on"), table.sign_on),
        (N_("Board code"), table.board_code),
        (N_("Board's project"), table.project),
        (N_("Board text"), table.board_text),
        (N_("Device behind a bridge"), table.bridged_device_id or ""),
        (N_("For laptops"), {True: "yes", False: "no", None: ""}[table.mobile]),
        (N_("OEM"), ", ".join(filter(None, (table.oem, table.oem_vendor, table.oem_product, table.oem_revision)))),
        (N_("Copyright"), table.copyright),
    )
    said = tuple((label, clean(text)) for label, text in texts if text)
    table_line = (N_("Information table"), f"at 0x{table.offset:X}, tokens {tokens or ABSENT}, {checksum}")
    codes = tuple((N_("Signed code"), code_words(one, clean)) for one in _first(table.signed_code))
    return [
        Part(N_("BIOS information table"), (*said, table_line)),
        Part(N_("Memory that the image can drive"), memory_lines(table.memory, clean) if table.memory else ()),
        Part(N_("Power"), ((N_("Power limit"), power_words(table.power)),) if table.power else ()),
        Part(N_("Table of signed code"), (*codes, *_rest(len(table.signed_code), "Further"))),
    ]


def _first(items: Iterable[T]) -> tuple[T, ...]:
    return tuple(item for item, _number in zip(items, range(LISTED), strict=False))


def _rest(count: int, label: str) -> Pairs:
    return ((label, f"{count - LISTED:,} more stand in the record"),) if count > LISTED else ()
