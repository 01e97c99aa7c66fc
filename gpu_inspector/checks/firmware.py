"""Firmware: vBIOS version, InfoROM and part number are written by the board's maker and can be rewritten by others.

The first two bytes of a vBIOS version follow the die, not the name. A datacentre board's InfoROM bears its board
number and an ECC object; a converted mining card keeps the consumer image (G001, G002, G005) under its new name.
What fools these checks: a full image of the right board. Sources: research notes on reference data, section 2, and on
modified cards, 1C and 2.
"""

import re

from gpu_inspector.checks.answer import Answer, consistent, inconclusive, not_applicable, sign
from gpu_inspector.checks.runner import check
from gpu_inspector.language import N_
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.finding import Strength
from gpu_inspector.records.product import Die, Product, VbiosPrefix

_CONSUMER_IMAGE = re.compile(r"^G00\d\.")
_DIE_BIN = re.compile(r"^(?P<device>[0-9A-F]{4})-(?P<bin>\d{3}[A-Z]?)(?:-[A-Z0-9]+)*$")
_VERSION = re.compile(r"^[0-9A-F]{2}(\.[0-9A-F]{2}){4}$")


@check("firmware-vbios-prefix", N_("vBIOS version against the die"))
def vbios_prefix(vbios: str, die: Die, catalogue: Catalogue) -> Answer:
    """An image of another die does not even start; a version that names one was written by hand."""
    return prefix_answer(vbios.upper(), die, catalogue)


def prefix_answer(version: str, die: Die, catalogue: Catalogue) -> Answer:
    """What the first two bytes of a version say, whoever told it; `version` is in upper case."""
    if not _VERSION.match(version):
        return inconclusive(N_("“{version}” is no vBIOS version of the usual form."), version=version)
    prefix = version[:5]
    row = catalogue.vbios_prefixes.get(prefix)
    if row is not None and row.die == die.name and not row.observed:
        return inconclusive(
            N_("{version} begins as images for {die} are remembered to; none was observed."),
            version=version,
            die=die.name,
        )
    if row is not None and row.die == die.name:
        return consistent(
            N_("{version} begins as images for {die} do."),
            expected=N_(f"{prefix}. for {die.name}"),
            observed=version,
            source=row.source,
            version=version,
            die=die.name,
        )
    return _other_prefix(version, row, die, catalogue)


def _other_prefix(version: str, row: VbiosPrefix | None, die: Die, catalogue: Catalogue) -> Answer:
    """The prefix is not the die's: how much that says depends on what was observed and what only remembered."""
    family = _family(version, catalogue)
    if family and die.architecture not in family and (row is None or not row.observed):
        return _other_family(version, family, die)
    own = [one for one in catalogue.vbios_prefixes.values() if one.die == die.name]
    if not any(one.observed for one in (*own, *([row] if row is not None else []))):
        return inconclusive(
            N_("{version}: no observed image of {die} is in the reference data to compare with."),
            version=version,
            die=die.name,
        )
    if row is None or not row.observed:
        return sign(
            Strength.MEDIUM,
            N_("{version} does not begin as images for {die} do ({expected}); nobody has observed the prefix."),
            expected=", ".join(N_(f"{one.prefix}. for {die.name}") for one in own),
            observed=version,
            source=", ".join(one.source for one in own),
            witness="vBIOS",
            cause="vBIOS",
            innocent=(N_("a second series of images that the reference data does not have yet"),),
            values={
                "version": version,
                "die": die.name,
                "expected": ", ".join(one.prefix for one in own),
            },
        )
    return sign(
        Strength.STRONG,
        N_("{version} begins as images for {other} do; the device id is one of {die}."),
        expected=", ".join(N_(f"{one.prefix}. for {die.name}") for one in own) or N_(f"an image for {die.name}"),
        observed=N_(f"{version}, as {row.die} has"),
        source="; ".join(one.source for one in [row, *own] if one.observed),
        witness="vBIOS",
        cause="vBIOS",
        innocent=(N_("a version text mistyped in the file"),),
        advice=N_("Read the vBIOS image out and compare it with one of the product."),
        values={"version": version, "other": row.die, "die": die.name},
    )


def _family(version: str, catalogue: Catalogue) -> list[str]:
    """The architectures whose observed images share the version's first byte: it changes with the generation."""
    observed = [one for one in catalogue.vbios_prefixes.values() if one.observed and one.prefix[:2] == version[:2]]
    return sorted({catalogue.dies[one.die].architecture for one in observed if one.die in catalogue.dies})


def _other_family(version: str, family: list[str], die: Die) -> Answer:
    return sign(
        Strength.STRONG,
        N_("{version} begins as images of the {family} generation do; the device id is one of {die} ({architecture})."),
        expected=N_(f"an image for {die.name}"),
        observed=version,
        source=N_("vBIOS versions of observed boards"),
        witness="vBIOS",
        cause="vBIOS",
        innocent=(N_("a version text mistyped in the file"),),
        advice=N_("Read the vBIOS image out and compare it with one of the product."),
        values={
            "version": version,
            "family": ", ".join(family),
            "die": die.name,
            "architecture": die.architecture,
        },
    )


@check("firmware-inforom", N_("InfoROM of a datacentre product"))
def inforom(
    inforom_image: str,
    datacentre: bool,
    name: str,
    named: tuple[Product, ...],
    ecc_object: str | None,
    ecc_object_denied: bool,
    catalogue: Catalogue,
) -> Answer:
    """Datacentre boards bear their board number and an ECC object; a consumer image under such a name is foreign."""
    if not datacentre:
        return not_applicable(N_("Only datacentre products have an InfoROM image that can be told from others."))
    expected = sorted({prefix for row in named for prefix in row.inforom_prefixes})
    if _CONSUMER_IMAGE.match(inforom_image):
        return sign(
            Strength.STRONG,
            N_("“{name}” is a datacentre product, but its InfoROM image {image} is that of consumer cards."),
            expected=", ".join(expected) or N_("a board's own image"),
            observed=inforom_image + ("" if ecc_object else N_(", no ECC object")),
            source=N_("InfoROM images of observed boards"),
            witness="InfoROM",
            cause="InfoROM",
            innocent=(N_("a repair with the wrong InfoROM image"),),
            advice=N_("Compare the board number printed on the card with the name."),
            values={"name": name, "image": inforom_image},
        )
    prefix = ".".join(inforom_image.split(".")[:2])
    owners = [row for row in catalogue.products if prefix in row.inforom_prefixes] if prefix not in expected else []
    if owners:
        return _other_board(inforom_image, name, expected, owners, named)
    if ecc_object is None and ecc_object_denied and _board_has_ecc(named):
        return sign(
            Strength.MEDIUM,
            N_("“{name}” has an ECC object in its InfoROM; this card shows none."),
            expected=N_("an ECC object"),
            observed=N_("none"),
            source=N_("InfoROM objects of observed boards"),
            witness="InfoROM",
            cause="InfoROM",
            innocent=(N_("a driver that does not print it"),),
            values={"name": name},
        )
    return consistent(
        N_("The InfoROM image {image} is a board's own."),
        expected=", ".join(expected) or N_("a board's own image"),
        observed=inforom_image,
        source=N_("InfoROM images of observed boards"),
        image=inforom_image,
    )


def _other_board(
    image: str, name: str, expected: list[str], owners: list[Product], named: tuple[Product, ...]
) -> Answer:
    """The image of another board that was observed; of another die it is a strong sign."""
    other_die = not {row.die for row in owners} & {row.die for row in named}
    return sign(
        Strength.STRONG if other_die else Strength.MEDIUM,
        N_("“{name}” has the InfoROM image {image}, which was observed on {owners}."),
        expected=", ".join(expected) or N_("a board's own image"),
        observed=image,
        source=N_("InfoROM images of observed boards"),
        witness="InfoROM",
        cause="InfoROM",
        innocent=(N_("a repair with another board's InfoROM image"),),
        advice=N_("Compare the board number printed on the card with the name."),
        values={"name": name, "image": image, "owners": ", ".join(sorted({row.name for row in owners}))},
    )


def _board_has_ecc(named: tuple[Product, ...]) -> bool:
    """Observed, not remembered: the defaults from memory decide nothing."""
    return all(row.ecc in ("on", "off") and "ecc" not in row.from_memory for row in named)


@check("firmware-part-number", N_("GPU part number against the device id"))
def part_number(
    gpu_part_number: str, device_id: str | None, products: tuple[Product, ...] | None, catalogue: Catalogue
) -> Answer:
    """A number like 2684-300-A1 is device id and die bin. A foreign id in it is a sign; an unlisted bin is none."""
    match = _DIE_BIN.match(gpu_part_number.upper())
    if match is None:
        return not_applicable(N_("“{number}” does not have the form of a die bin."), number=gpu_part_number)
    # Where the id is masked, the ids of the name stand for it.
    rows = products or ()
    ids = {device_id} if device_id is not None else {one for row in rows for one in row.device_ids}
    if not ids:
        return inconclusive(N_("The device id is not given, and no product is known that could stand for it."))
    if match["device"] not in ids:
        if not catalogue.knows_device(match["device"]):
            return inconclusive(
                N_("{number} names an id other than the card's, but {unknown} is in no table: masked, or too new."),
                number=gpu_part_number,
                unknown=match["device"],
            )
        unknown = device_id is not None and not catalogue.knows_device(device_id)
        return _foreign_number(gpu_part_number, match["device"], ids, unknown=unknown)
    known = sorted({number for row in rows for number in row.gpu_part_numbers})
    listed = gpu_part_number.upper() in {number.upper() for number in known}
    return consistent(
        N_("{number} belongs to the device id; its bin is {listed}."),
        expected=", ".join(known) or f"{match['device']}-...",
        observed=gpu_part_number,
        number=gpu_part_number,
        listed=N_("listed") if listed else N_("in no table, which is no sign"),
    )


def _foreign_number(number: str, other: str, ids: set[str], *, unknown: bool) -> Answer:
    """An id that no table has may be one that its publisher invented over his own: no more than weak."""
    expected = ", ".join(f"{one}-..." for one in sorted(ids))
    return sign(
        Strength.WEAK if unknown else Strength.STRONG,
        N_(
            "The GPU part number {number} belongs to device id {other}; the card's is {device_id}, which is in no"
            " table."
        )
        if unknown
        else N_("The GPU part number {number} belongs to device id {other}; the card's is {device_id}."),
        expected=expected,
        observed=number,
        source=N_("the form of GPU part numbers: device id, bin, stepping"),
        witness="vBIOS",
        cause="part number",
        innocent=(
            *((N_("a publisher who wrote other digits over the device id"),) if unknown else ()),
            N_("a genuine image of a sister product, flashed by an owner"),
        ),
        advice=N_("Read the vBIOS image out and compare it with one of the product."),
        values={"number": number, "other": other, "device_id": ", ".join(sorted(ids))},
    )
