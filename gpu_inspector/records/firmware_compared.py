"""Two firmware images held against each other, field by field: what a check, a command and a page say of them.

Only what the images themselves say is compared. How a file was wrapped, what it was called and what lies behind the
last image differ between two dumps of one EEPROM. Every value here is foreign and uncleaned.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from gpu_inspector.language import N_
from gpu_inspector.records.firmware import (
    EFI,
    EXTENSION,
    NBSI,
    PC_AT,
    BitReading,
    EfiPart,
    MemoryRow,
    MemoryTable,
    RomImage,
    VbiosReading,
)

MOST_PARTS = 64
"""Parts of a chain that are compared: no chain has so many, a forged record might."""
MOST_ROWS = 256
"""Kinds of memory that are looked at: the image counts them in one byte."""
ABSENT = N_("not there")
UNUSED = N_("unused")
_SKIPPED = 15
"""The type of a row that the image skips."""
YES, NO = N_("yes"), N_("no")
PARTS = {PC_AT: N_("x86 part"), EFI: N_("UEFI part"), NBSI: N_("laptop's table"), EXTENSION: N_("extension")}
"""Code type of an image -> what people call that part of the chain."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that two images do not agree in."""

    field: str
    """A name that stays the same whatever the language: "version", "x86 part: subsystem"."""
    label: str
    one: str
    """As the first image has it; ABSENT where it has none."""
    other: str


Fact = tuple[str, str, str]
"""Field, label, value."""


def part_names(images: Iterable[RomImage]) -> tuple[str, ...]:
    """What each image of a chain is called: "x86 part", "UEFI part", "extension 1"; a second of a kind is numbered."""
    seen: dict[int, int] = {}
    names = []
    for image in images:
        number = seen[image.code_type] = seen.get(image.code_type, 0) + 1
        name = PARTS.get(image.code_type, N_(f"part of type 0x{image.code_type:02X}"))
        # A chain usually ends in two extensions: the first bears its number, too.
        names.append(f"{name} {number}" if number > 1 or image.code_type == EXTENSION else name)
    return tuple(names)


def compared(one: VbiosReading, other: VbiosReading) -> tuple[Difference, ...]:
    """Every field in which the two differ, in the order of the image; () where they say the same in all.

    Of a partial reading only the parts are compared that both have: the system's kernel reads no further than the
    image's own header says, a flashing tool does.
    """
    if one.partial or other.partial:
        both = min(len(one.images), len(other.images))
        one, other = (_beginning(reading, both) for reading in (one, other))
    mine, theirs = (dict(_labelled(reading)) for reading in (one, other))
    found = []
    for field in dict.fromkeys((*mine, *theirs)):
        label, left = mine.get(field, ("", ABSENT))
        other_label, right = theirs.get(field, ("", ABSENT))
        if left != right and not (field in _TOLD_BY_SOME and ABSENT in (left, right)):
            found.append(Difference(field, label or other_label, left, right))
    return tuple(found)


def _beginning(reading: VbiosReading, parts: int) -> VbiosReading:
    """So many parts of it, and nothing that only the whole chain has."""
    return replace(reading, images=reading.images[:parts], images_sha256="", ends=True)


_TOLD_BY_SOME = frozenset({"subsystem before the images"})
"""Fields that one dump has and another of the same EEPROM has not: no difference where one is silent."""


def _labelled(reading: VbiosReading) -> Iterator[tuple[str, tuple[str, str]]]:
    for field, label, value in _facts(reading):
        yield field, (label, value or ABSENT)


def _facts(reading: VbiosReading) -> Iterator[Fact]:
    yield "chain", N_("Chain of images, SHA-256"), reading.images_sha256
    yield "images", N_("Number of images"), str(len(reading.images))
    yield "ends", N_("Chain comes to its end"), _said(reading.ends)
    yield "subsystem before the images", N_("Subsystem before the images"), reading.ifr_subsystem or ""
    images = reading.images[:MOST_PARTS]
    for name, image in zip(part_names(images), images, strict=True):
        for field, label, value in _of_image(image):
            yield f"{name}: {field}", f"{capital(name)}: {label}", value
    if reading.bit is not None:
        yield from _of_table(reading.bit)


def _of_image(image: RomImage) -> Iterator[Fact]:
    yield "sha256", "SHA-256", image.sha256
    yield "length", N_("length"), f"{image.length_bytes:,} bytes"
    yield "device", N_("device"), f"{image.vendor_id}:{image.device_id}"
    yield "more devices", N_("more devices"), ", ".join(image.device_list)
    yield "class", N_("class"), image.class_code
    yield "header", N_("header"), f"{image.header} {image.header_revision}{', NPDE' if image.extended_header else ''}"
    yield "vendor revision", N_("vendor's revision"), str(image.vendor_revision)
    yield "last", N_("calls itself the last"), _said(image.last)
    yield "whole", N_("whole"), _said(image.whole)
    yield "checksum", N_("bytes sum to 0"), _said(image.checksum_ok)
    yield "subsystem", N_("subsystem"), image.subsystem or ""
    if image.efi is not None:
        yield from _of_driver(image.efi)


def _of_driver(efi: EfiPart) -> Iterator[Fact]:
    yield "uefi driver", N_("UEFI driver"), efi.version
    yield "machine", N_("machine"), f"0x{efi.machine:04X}"
    yield "readable", N_("could be unpacked"), _said(efi.readable)
    yield "signed", N_("signed"), _said(efi.signed)
    yield "signers", N_("signers"), ", ".join(efi.signers)
    yield "digest matches", N_("signed digest agrees"), _said(efi.digest_matches)
    yield "signature sound", N_("signature is its certificate's"), _said(efi.signature_sound)
    yield "chain sound", N_("certificates sign each other"), _said(efi.chain_sound)


def _of_table(table: BitReading) -> Iterator[Fact]:
    yield "table checksum", N_("Checksum of the information table agrees"), _said(table.checksum_ok)
    yield "version", N_("Version"), table.version
    yield "version text", N_("Version as text"), table.version_text
    yield "build date", N_("Build date"), table.build_date
    yield "sign-on", N_("Sign-on"), table.sign_on
    yield "board", N_("Board code"), table.board_code
    yield "project", N_("Board's project"), table.project
    yield "board text", N_("Board text"), table.board_text
    yield "bridged device", N_("Device behind a bridge"), table.bridged_device_id or ""
    yield "mobile", N_("For laptops"), _said(table.mobile)
    yield "oem", N_("OEM"), table.oem
    yield "oem vendor", N_("OEM's vendor"), table.oem_vendor
    yield "oem product", N_("OEM's product"), table.oem_product
    yield "oem revision", N_("OEM's revision"), table.oem_revision
    yield "copyright", N_("Copyright"), table.copyright
    if table.memory is not None:
        memory = table.memory
        yield "straps", N_("Memory straps"), str(memory.strap_count)
        yield "strap table", N_("Strap table"), ", ".join(map(str, memory.translation))
        yield "memory rows", N_("Kinds of memory"), "; ".join(kind.words for kind in kinds_of(memory))
    if table.power is not None:
        for name, milliwatts in (
            ("lowest", table.power.lowest_mw),
            ("default", table.power.default_mw),
            ("highest", table.power.highest_mw),
        ):
            yield f"power {name}", N_(f"Power limit, {name}"), "" if milliwatts is None else f"{milliwatts / 1000:g} W"
    yield (
        "signed code",
        N_("Signed code"),
        "; ".join(
            f"0x{one.application:02X} for 0x{one.target:02X}, SHA-256 {one.sha256 or ABSENT}"
            for one in table.signed_code
        ),
    )
    yield "tokens", N_("Tokens"), ", ".join(f"{one.id}{one.version} ({one.size})" for one in table.tokens)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of memory that an image can drive, and the values of the strap that select it."""

    name: str
    maker: str
    straps: tuple[int, ...]

    @property
    def words(self) -> str:
        """ "GDDR6, Samsung: straps 0 to 3, 7"."""
        plural = "straps" if len(self.straps) > 1 else "strap"
        return f"{', '.join(filter(None, (self.name, self.maker)))}: {plural} {ranges(self.straps)}"


def kinds_of(memory: MemoryTable) -> tuple[Kind, ...]:
    """The table's rows by kind and maker, in the order in which the image first names each; unused rows last."""
    found: dict[tuple[str, str], list[int]] = {}
    for row in memory.rows[:MOST_ROWS]:
        found.setdefault((kind_of(row), row.vendor), []).append(row.strap)
    kinds = [Kind(name, maker, tuple(straps)) for (name, maker), straps in found.items()]
    return tuple(sorted(kinds, key=lambda one: one.name == UNUSED))


def ranges(numbers: tuple[int, ...]) -> str:
    """Numbers in short: "0 to 3, 7"."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1][1:] = [number]
        else:
            runs.append([number])
    return ", ".join(str(one[0]) if len(one) == 1 else f"{one[0]} to {one[1]}" for one in runs)


def kind_of(row: MemoryRow) -> str:
    """The name of its kind of memory; its number where no source names it."""
    return row.type_name or (UNUSED if row.type == _SKIPPED else N_(f"type {row.type}"))


def capital(name: str) -> str:
    """A part's name at the beginning of a line: "x86 part" keeps its small letter."""
    return name if name.startswith("x86") else name[:1].upper() + name[1:]


def _said(value: bool | None) -> str:
    return "" if value is None else YES if value else NO
