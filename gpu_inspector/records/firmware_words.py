"""The words for a vBIOS image: the same on a terminal, in the window and on paper.

They say what stands in the image and what of it could be checked, never more: a certificate's name is what the
certificate calls itself, and no root is known to this program. Every list is cut with a word about the rest, whatever
a forged record holds; every foreign text goes through the caller's `clean`.
"""

import re
from dataclasses import dataclass

from gpu_inspector.language import N_, _, counted, listed, number, said, told, told_value
from gpu_inspector.records.efi_words import LISTED as LISTED
from gpu_inspector.records.efi_words import UNKNOWN_END as UNKNOWN_END
from gpu_inspector.records.efi_words import Pairs as Pairs
from gpu_inspector.records.efi_words import T as T
from gpu_inspector.records.efi_words import driver_lines as driver_lines
from gpu_inspector.records.efi_words import first_of
from gpu_inspector.records.efi_words import signature_words as signature_words
from gpu_inspector.records.firmware import (
    PC_AT,
    BitReading,
    MemoryTable,
    PowerLimits,
    RomImage,
    SignedCode,
    VbiosReading,
)
from gpu_inspector.records.firmware_compared import (
    ABSENT,
    Difference,
    Kind,
    capital,
    compared,
    kinds_of,
    part_names,
    ranges,
)
from gpu_inspector.records.measured_words import size_words
from gpu_inspector.records.quantity_words import ungrouped
from gpu_inspector.records.words import Clean, spaced

_DIGEST = re.compile(r"[0-9a-f]{64}")
READ_OUT = N_("vBIOS image read out of the card")
FROM_CARD = N_("by the system's kernel, out of the card")
SAME = N_("The images do not differ in anything that they say.")
SAME_PARTS = N_("The parts that both readings have do not differ; one of them was not read to its end.")
UNKNOWN_BLOCK = N_("a block of unknown form")
PARTIAL = N_("it was read only as far as its own header says, and more parts may follow")
_APPLICATIONS = {
    0x85: N_("FWSEC, production"),
    0x45: N_("FWSEC, debugging"),
    0x05: N_("licence of firmware security"),
}
"""Application of signed code -> what it is (nova-core's vbios.rs)."""


@dataclass(frozen=True, slots=True)
class Part:
    """One titled group of facts."""

    title: str
    lines: Pairs


def name_of(reading: VbiosReading, clean: Clean) -> str:
    """What an image is called in headings and before a list of them."""
    if reading.source == "card":
        return _(READ_OUT)
    return said("vBIOS file “{name}”", name=clean(reading.file_name)) if reading.file_name else _("vBIOS file")


def _part(name: str) -> str:
    """A part of the chain by its English name, with its number if it has one: "extension 1"."""
    kind, space, place = name.rpartition(" ")
    return f"{_(kind)} {place}" if space and place.isdigit() else told(name)


def lines_of_image(reading: VbiosReading, clean: Clean) -> Pairs:
    """All facts of one image below each other, a label and a text each."""
    return tuple(line for part in parts_of_image(reading, clean) for line in part.lines)


def parts_of_image(reading: VbiosReading, clean: Clean) -> tuple[Part, ...]:
    """All facts of one image in groups; a group that has nothing to say is left out."""
    chain = first_of(zip(part_names(reading.images), reading.images, strict=True))
    drivers = [(name, image.efi) for name, image in chain if image.efi is not None]
    groups = [
        Part(_("What was read"), _read(reading, clean)),
        Part(
            _("Parts of the chain"),
            (
                *((capital(_part(name)), part_words(image, clean)) for name, image in chain),
                *_rest(len(reading.images), _("Further parts")),
            ),
        ),
        Part(_("UEFI driver"), tuple(line for name, efi in drivers for line in driver_lines(efi, clean))),
    ]
    if reading.bit is not None:
        groups += _of_table(reading.bit, clean)
    else:
        groups.append(Part(_("BIOS information table"), ((_("Information table"), _(ABSENT)),)))
    groups.append(Part(_("Remarks"), tuple((_("Remark"), clean(told(one))) for one in first_of(reading.remarks))))
    return tuple(group for group in groups if group.lines)


def short_words(reading: VbiosReading, clean: Clean) -> str:
    """What was recognised, in a line: version, device, size, and how the image calls itself."""
    legacy = next((one for one in reading.images if one.code_type == PC_AT), None)
    table = reading.bit
    parts = (
        clean(table.version) if table is not None else "",
        _device(legacy, clean) if legacy is not None else "",
        size_words(reading.size_bytes),
        _parts(len(reading.images)),
        clean(table.sign_on) if table is not None else "",
    )
    return listed(list(filter(None, parts)))


def _device(image: RomImage, clean: Clean) -> str:
    return said("device {id}", id=f"{clean(image.vendor_id)}:{clean(image.device_id)}")


def part_words(image: RomImage, clean: Clean) -> str:
    """One part of the chain in a line: where, how large, for which device, and whether its bytes sum to 0."""
    device = _device(image, clean)
    if image.device_list:
        device = counted(
            "{device} and {number} more", "{device} and {number} more", len(image.device_list), device=device
        )
    parts = [said("{size} at {offset}", size=size_words(image.length_bytes), offset=f"0x{image.offset:X}"), device]
    parts += [said("subsystem {id}", id=clean(image.subsystem))] if image.subsystem else []
    parts += [said("class {id}", id=clean(image.class_code))] if image.class_code else []
    parts += [checksum_words(image)] if image.checksum_ok is not None else []
    parts += [] if image.whole else [_("cut: the file ends before it does")]
    parts += [said("header {name}", name=clean(image.header))] if image.header != "PCIR" else []
    return listed(parts)


def checksum_words(image: RomImage) -> str:
    """Whether the part's bytes add up; a sum guards against damage alone: whoever edits an image mends it."""
    if image.checksum_ok is None:
        return "–"
    return _("bytes sum to 0") if image.checksum_ok else _("bytes do not sum to 0")


def memory_lines(memory: MemoryTable, clean: Clean) -> Pairs:
    """Which kinds of memory the image can drive, and how a strap chooses one."""
    translation = listed([str(one) for one in first_of(memory.translation)])
    straps = counted("{number} strap", "{number} straps", memory.strap_count)
    if translation:
        straps = said("{straps}; translation table {table}", straps=straps, table=translation)
    kinds = kinds_of(memory)
    shown = [clean(_kind_words(kind)) for kind in first_of(kinds)]
    more = len(kinds) - len(shown)
    shown += [said("and {number} more", number=number(more))] if more > 0 else []
    return ((_("Memory straps"), straps), (_("Kinds of memory"), "; ".join(shown) or _(ABSENT)))


def _kind_words(kind: Kind) -> str:
    """ "GDDR6, Samsung: straps 0 to 3, 7"."""
    named = listed(list(filter(None, (told_value(kind.name), kind.maker))))
    straps = ranges(kind.straps)
    return counted("{kind}: strap {straps}", "{kind}: straps {straps}", len(kind.straps), kind=named, straps=straps)


def power_words(power: PowerLimits) -> str:
    """The whole board's limits as the image has them."""
    limits = (
        (power.default_mw, N_("{watts} by default")),
        (power.lowest_mw, N_("{watts} at least")),
        (power.highest_mw, N_("{watts} at most")),
    )
    shown = [said(text, watts=f"{ungrouped(mw / 1000, 6)} W") for mw, text in limits if mw is not None]
    return listed(shown) or _(ABSENT)


def code_words(code: SignedCode, clean: Clean) -> str:
    """One entry of signed code. Whether its signature holds only the chip can tell."""
    if code.application in _APPLICATIONS:
        parts = [_(_APPLICATIONS[code.application])]
    else:
        parts = [said("application {number}", number=f"0x{code.application:02X}")]
    if code.descriptor_version is not None:
        parts.append(said("descriptor {version}", version=code.descriptor_version))
    if code.signatures is not None:
        parts.append(counted("{number} signature", "{number} signatures", code.signatures))
    if code.sha256:
        parts.append(f"SHA-256 {spaced(clean(code.sha256))}")
    return listed(parts)


def differences(one: VbiosReading, other: VbiosReading, clean: Clean) -> tuple[tuple[str, str, str], ...]:
    """In what two images differ: label, as the first has it, as the second has it; () where in nothing."""

    def shown(value: str) -> str:
        return clean(spaced(value) if _DIGEST.fullmatch(value) else told_value(value))

    return tuple((clean(_label(row)), shown(row.one), shown(row.other)) for row in compared(one, other))


def _label(row: Difference) -> str:
    """Of a part of the chain with the part's name before it."""
    part, colon, _field = row.field.partition(": ")
    if not colon:
        return told(row.label)
    return f"{capital(_part(part))}: {_(row.label.rpartition(': ')[2])}"


def same_words(one: VbiosReading, other: VbiosReading) -> str:
    """What is said of two images without a difference: no more than was compared."""
    return _(SAME_PARTS if one.partial or other.partial else SAME)


def _read(reading: VbiosReading, clean: Clean) -> Pairs:
    if reading.source == "card":
        named = _(FROM_CARD)
    elif reading.file_name:
        named = said("from the file {name}", name=clean(reading.file_name))
    else:
        named = _("from a file")
    wrapper = _(UNKNOWN_BLOCK) if reading.wrapper == "other" else clean(reading.wrapper)
    start = said("first image at {offset}", offset=f"0x{reading.rom_offset:X}") if wrapper or reading.rom_offset else ""
    ends = _("comes to its last image") if reading.ends else _("does not come to an image that calls itself the last")
    ends = f"{ends}; {_(PARTIAL)}" if reading.partial else ends
    size = said("{size} ({number} bytes)", size=size_words(reading.size_bytes), number=number(reading.size_bytes))
    lines = (
        (_("Read"), f"{named}, {size}"),
        (_("SHA-256 of all bytes"), spaced(clean(reading.sha256))),
        (_("SHA-256 of the chain"), spaced(clean(reading.images_sha256)) or _(ABSENT)),
        (_("Before the chain"), listed(list(filter(None, (wrapper, start))))),
        (_("Subsystem before it"), clean(reading.ifr_subsystem or "")),
        (_("Chain"), f"{_parts(len(reading.images))}; {ends}"),
        (
            _("Behind the chain"),
            counted("{number} byte", "{number} bytes", reading.trailing_bytes) if reading.trailing_bytes else "",
        ),
    )
    return tuple(line for line in lines if line[1])


def _parts(count: int) -> str:
    return counted("{number} part", "{number} parts", count)


def _of_table(table: BitReading, clean: Clean) -> list[Part]:
    tokens = "".join(clean(one.id) for one in first_of(table.tokens))
    texts = (
        (_("Version"), table.version),
        (_("Version as text"), "" if table.version_text.endswith(table.version) else table.version_text),
        (_("Build date"), table.build_date),
        (_("Sign-on"), table.sign_on),
        (_("Board code"), table.board_code),
        (_("Board's project"), table.project),
        (_("Board text"), table.board_text),
        (_("Device behind a bridge"), table.bridged_device_id or ""),
        (_("For laptops"), {True: _("yes"), False: _("no"), None: ""}[table.mobile]),
        (_("OEM"), ", ".join(filter(None, (table.oem, table.oem_vendor, table.oem_product, table.oem_revision)))),
        (_("Copyright"), table.copyright),
    )
    named = tuple((label, clean(text)) for label, text in texts if text)
    values = {"offset": f"0x{table.offset:X}", "tokens": tokens or _(ABSENT)}
    if table.checksum_ok:
        found = said("at {offset}, tokens {tokens}, checksum agrees", **values)
    else:
        found = said("at {offset}, tokens {tokens}, checksum does not agree", **values)
    codes = tuple((_("Signed code"), code_words(one, clean)) for one in first_of(table.signed_code))
    return [
        Part(_("BIOS information table"), (*named, (_("Information table"), found))),
        Part(_("Memory that the image can drive"), memory_lines(table.memory, clean) if table.memory else ()),
        Part(_("Power"), ((_("Power limit"), power_words(table.power)),) if table.power else ()),
        Part(_("Table of signed code"), (*codes, *_rest(len(table.signed_code), _("Further")))),
    ]


def _rest(count: int, label: str) -> Pairs:
    return (
        ((label, said("{number} more stand in the record", number=number(count - LISTED))),) if count > LISTED else ()
    )
