"""Ids inside of a vBIOS image against the card around it: device, subsystem, board, version.

The chip checks the signature of code in the image, not of its ids, texts and tables: whoever has a programmer writes
these. But an image must drive the chip it sits on, so most forgeries leave the donor's marks in it. What fools these
checks: a whole image of the very product that the card is passed off as. What is innocent: an owner who flashed the
image of a sister board, a card with two images and a switch, a laptop whose system firmware sets the ids.
Sources: research note on modified cards, 1B RELABEL-MOBILE, 1C M40-M6000, sections 2, 3 (RW-26) and 4.
"""

import re

from gpu_inspector.checks.answer import Answer, consistent, inconclusive, sign
from gpu_inspector.checks.facts import Given
from gpu_inspector.checks.firmware import prefix_answer
from gpu_inspector.checks.firmware_versions import SWITCH, driver_differs, texts_differ
from gpu_inspector.checks.firmware_weight import TWO_BOARDS, WITNESS, weighed
from gpu_inspector.checks.runner import check
from gpu_inspector.language import N_
from gpu_inspector.records.catalogue import Catalogue, normalise
from gpu_inspector.records.finding import Outcome, Strength
from gpu_inspector.records.firmware import EFI, PC_AT, BitReading, RomImage, VbiosReading
from gpu_inspector.records.product import Die, Product

OTHER_BOARD = N_("vBIOS of another board")
_NVIDIA = "10DE"
_ANY_DEVICE = "0000"
"""What UEFI's driver names in public images of Ampere and later."""
_UNPROGRAMMED = ("0000", "FFFF")
_CONSUMER_IMAGE = re.compile(r"G00\d\.")
_BOARD_CODE = re.compile(r"P(?P<board>[GH]\d{3}|\d{4})")
_PROJECT = re.compile(r"(?P<board>[GH]\d{3}|10\d\d)-\d{4}")
"""The table's project, "G133-0500". A number like 4904 is an engineering board's, E4904, which no InfoROM names."""
_BOARD_IMAGE = re.compile(r"(?P<board>[GH]\d{3}|\d{4})\.")
_FLASHED = N_("an image of a sister board that an owner flashed")
_COMPARE = N_("Compare the image with one of the product, and the board's print with both.")


@check("firmware-image-ids", N_("Ids in the vBIOS image against the card"))
def ids(
    vbios_image: VbiosReading,
    device_id: str,
    die: Die | None,
    named: tuple[Product, ...] | None,
    products: tuple[Product, ...] | None,
    handed_in: Given,
    catalogue: Catalogue,
) -> Answer:
    """An image names the device it was made for; the one of another product gives away where it came from."""
    first = next((one for one in vbios_image.images if one.code_type == PC_AT), None)
    if first is None:
        return inconclusive(
            N_("The image has no x86 part that could be read: no other one names the device for certain.")
        )
    if first.vendor_id != _NVIDIA:
        return weighed(_foreign_vendor(first), handed_in=handed_in)
    served = _served(first, vbios_image.bit)
    if device_id not in served:
        return weighed(_other_device(first, served, device_id, die, catalogue), handed_in=handed_in)
    drivers = [one for one in vbios_image.images if one.code_type == EFI and one.device_id != _ANY_DEVICE]
    odd = next((one for one in drivers if not served & _served(one, None)), None)
    if odd is not None:
        return weighed(_parts_differ(odd, first), handed_in=handed_in)
    if _laptop_image(vbios_image.bit, (*(named or ()), *(products or ()))):
        return weighed(_laptop(device_id), handed_in=handed_in)
    answer = consistent(
        N_("The image is made for device {device_id}, as the card is."),
        expected=device_id,
        observed=", ".join(sorted(served)),
        source=N_("the header of each image (PCIR)"),
        device_id=device_id,
    )
    return weighed(answer, handed_in=handed_in)


def _served(image: RomImage, table: BitReading | None) -> set[str]:
    """Every device that an image says it serves; a board with a bridge keeps its own in the table."""
    bridged = {table.bridged_device_id} if table is not None and table.bridged_device_id else set()
    return {image.device_id, *image.device_list, *bridged}


def _foreign_vendor(image: RomImage) -> Answer:
    return sign(
        Strength.STRONG,
        N_("The image names the vendor {vendor}; NVIDIA's is 10DE."),
        expected=_NVIDIA,
        observed=f"{image.vendor_id}:{image.device_id}",
        source=N_("the header of each image (PCIR)"),
        witness=WITNESS,
        cause=OTHER_BOARD,
        innocent=(N_("a dump that was damaged or taken of another device"),),
        values={"vendor": image.vendor_id},
    )


def _other_device(image: RomImage, served: set[str], device_id: str, die: Die | None, catalogue: Catalogue) -> Answer:
    """Another product's image is a strong sign, another id of the same product a weak one."""
    other = ", ".join(sorted(served))
    names = {normalise(row.name) for one in served for row in catalogue.by_device(one)}
    own = {normalise(row.name) for row in catalogue.by_device(device_id)}
    known = bool(names and own)
    other_die = catalogue.die_of(image.device_id)
    if not known:
        strength = Strength.MEDIUM
    elif names & own:
        strength = Strength.WEAK
    else:
        strength = Strength.STRONG
    called = ", ".join(sorted({row.name for one in served for row in catalogue.by_device(one)})) or N_("unknown")
    return sign(
        strength,
        N_("The image is made for device {other} ({called}); the card's id is {device_id}."),
        expected=f"{device_id}{f' ({die.name})' if die is not None else ''}",
        observed=f"{other}{f' ({other_die.name})' if other_die is not None else ''}",
        source=N_("the header of each image (PCIR); reference data"),
        witness=WITNESS,
        cause=OTHER_BOARD,
        innocent=(_FLASHED, N_("an image for several devices that lists them elsewhere")),
        advice=_COMPARE,
        values={"other": other, "called": called, "device_id": device_id},
    )


def _parts_differ(odd: RomImage, first: RomImage) -> Answer:
    """Where UEFI's driver names a device, it is that of the x86 part; the extensions name a family of devices."""
    return sign(
        Strength.MEDIUM,
        N_("Within the image the UEFI part is made for device {odd}, the x86 part for {first}."),
        expected=first.device_id,
        observed=odd.device_id,
        source=N_("the header of each image (PCIR)"),
        witness=WITNESS,
        cause="vBIOS image altered",
        innocent=(N_("a UEFI driver that an owner put into an older image"),),
        values={"odd": odd.device_id, "first": first.device_id},
    )


def _laptop_image(table: BitReading | None, rows: tuple[Product, ...]) -> bool:
    """Laptop parts of older generations bear the desktop card's name: none of name and id may be one."""
    return table is not None and table.mobile is True and bool(rows) and not any(row.mobile for row in rows)


def _laptop(device_id: str) -> Answer:
    return sign(
        Strength.MEDIUM,
        N_("The image calls itself one for laptops; the card's name is a desktop card's."),
        expected=N_("an image for desktop cards"),
        observed=f"{device_id}, {N_('for laptops')}",
        source=N_("the image's own flag (token i)"),
        witness=WITNESS,
        cause="laptop image",
        innocent=(N_("a small computer whose maker uses a laptop's image"),),
    )


@check("firmware-image-subsystem", N_("Subsystem in the vBIOS image against the card"))
def subsystem(vbios_image: VbiosReading, subsystem: str, mobile: bool, handed_in: Given) -> Answer:
    """The chip takes its subsystem from the image: another one there means another image than the one it began with."""
    if mobile or (vbios_image.bit is not None and vbios_image.bit.mobile is True):
        return inconclusive(N_("A laptop's system firmware sets the subsystem by itself; the image's decides nothing."))
    first = next((one for one in vbios_image.images if one.code_type == PC_AT), None)
    said = {
        "x86 part": first.subsystem if first is not None else None,
        "block before the images": vbios_image.ifr_subsystem,
    }
    told = {place: value.upper() for place, value in said.items() if value and not _blank(value)}
    if not told:
        return inconclusive(
            N_("The image names no subsystem: its fields are empty, as on boards that set it elsewhere.")
        )
    others = {value for value in told.values() if value != subsystem.upper()}
    if not others:
        answer = consistent(
            N_("The image's subsystem is {subsystem}, as the card's is."),
            expected=subsystem,
            observed=", ".join(told.values()),
            source=N_("the image's subsystem field; PCI configuration space"),
            subsystem=subsystem,
        )
        return weighed(answer, handed_in=handed_in)
    return weighed(
        _other_subsystem(sorted(others), len(others) < len(set(told.values())), subsystem), handed_in=handed_in
    )


def _blank(subsystem: str) -> bool:
    vendor, _, device = subsystem.upper().partition(":")
    return vendor in _UNPROGRAMMED or device in _UNPROGRAMMED


def _other_subsystem(others: list[str], one_agrees: bool, subsystem: str) -> Answer:
    """Another maker's is strong, another board of the same maker medium; where one of two places agrees, weak."""
    maker = subsystem.upper().partition(":")[0]
    same_maker = _blank(subsystem) or all(one.partition(":")[0] == maker for one in others)
    strength = Strength.WEAK if one_agrees else Strength.MEDIUM if same_maker else Strength.STRONG
    return sign(
        strength,
        N_("The image's subsystem is {other}; the card shows {subsystem}."),
        expected=subsystem,
        observed=", ".join(others),
        source=N_("the image's subsystem field; PCI configuration space (RW-26)"),
        witness=WITNESS,
        cause=OTHER_BOARD,
        innocent=(_FLASHED, SWITCH),
        advice=_COMPARE,
        values={"other": ", ".join(others), "subsystem": subsystem},
    )


@check("firmware-image-board", N_("Board in the vBIOS image against the InfoROM"))
def board(image_table: BitReading, inforom_image: str, handed_in: Given) -> Answer:
    """Both name the board on the boards of NVIDIA's own numbers: vBIOS and InfoROM of two boards were put together."""
    project = image_table.project.upper()
    code = _PROJECT.fullmatch(project) or _BOARD_CODE.fullmatch(image_table.board_code.upper())
    own = _BOARD_IMAGE.match(inforom_image.upper())
    if code is None or own is None or _CONSUMER_IMAGE.match(inforom_image.upper()):
        return inconclusive(N_("Image and InfoROM do not both name a board in the same form; nothing can be compared."))
    named = project if _PROJECT.fullmatch(project) else image_table.board_code
    if code["board"] == own["board"]:
        answer = consistent(
            N_("Image and InfoROM name the board {board}."),
            expected=own["board"],
            observed=named,
            source=N_("the image's project or sign-on; the InfoROM's image"),
            board=own["board"],
        )
        return weighed(answer, handed_in=handed_in)
    answer = sign(
        Strength.MEDIUM,
        N_("The image names the board {code}; the InfoROM is that of {own}."),
        expected=own["board"],
        observed=named,
        source=N_("the image's project or sign-on; the InfoROM's image (RW-26)"),
        witness=WITNESS,
        cause=TWO_BOARDS,
        innocent=(
            N_("a repair with another board's InfoROM, or an image of a sister board that an owner flashed"),
            N_("a board of another number that was made from this one"),
        ),
        advice=_COMPARE,
        values={"code": named, "own": own["board"]},
    )
    return weighed(answer, handed_in=handed_in)


@check("firmware-image-version", N_("Version in the vBIOS image"))
def version(image_table: BitReading, vbios: str | None, die: Die, handed_in: Given, catalogue: Catalogue) -> Answer:
    """The image bears its version as numbers and as text, and the driver tells one: all three are one version.

    The text may lack the last number, which is the OEM's.
    """
    number = image_table.version.upper()
    text = image_table.version_text.upper().removeprefix("VERSION").strip()
    if not number:
        return inconclusive(N_("The image's table gives no version."))
    answer = prefix_answer(number, die, catalogue)
    if answer.outcome is Outcome.SUSPICIOUS:
        return weighed(answer, handed_in=handed_in)  # no smaller sign stands before it
    if text and text not in (number, number.rpartition(".")[0]):
        return weighed(texts_differ(number, text), handed_in=handed_in)
    if answer.outcome is not Outcome.NOTED and vbios is not None and vbios.upper() != number:
        return weighed(driver_differs(number, vbios), handed_in=handed_in)
    if answer.outcome is not Outcome.CONSISTENT:
        return weighed(answer, handed_in=handed_in)
    answer = consistent(
        N_("The image is version {version}, {driver}, and begins as images for {die} do."),
        expected=answer.expected,
        observed=number,
        source=answer.source,
        version=number,
        driver=N_("as the driver says") if vbios is not None else N_("of which the driver said nothing"),
        die=die.name,
    )
    return weighed(answer, handed_in=handed_in)
