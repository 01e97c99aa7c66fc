"""What the second column says for and against a product: ids, names, sizes and firmware, each with its source."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from gpu_inspector.checks import sizes
from gpu_inspector.checks.facts import MemoryClaim, Missing
from gpu_inspector.checks.ranking_facts import Held, Verdict, capability, equal, size_of
from gpu_inspector.checks.thresholds import NAME_CHARACTERS
from gpu_inspector.language import N_
from gpu_inspector.records.catalogue import Catalogue, normalise
from gpu_inspector.records.firmware import MemoryTable
from gpu_inspector.records.image_parts import UNUSED_MEMORY
from gpu_inspector.records.modification import CLAIMED
from gpu_inspector.records.product import Product

if TYPE_CHECKING:
    from gpu_inspector.checks.subject import Subject

PART_NUMBER = re.compile(r"(?P<device>[0-9A-F]{4})-\d{3}[A-Z]?(-[A-Z0-9]+)*")
CONSUMER_IMAGE = re.compile(r"G00\d\.")


def claimed_facts(subject: "Subject") -> Iterator[Held]:
    """What every source of claims says."""
    yield from _of_pci(subject)
    yield from _of_the_driver(subject)
    yield from _of_firmware(subject)


def _of_pci(subject: "Subject") -> Iterator[Held]:
    device, subsystem, link = subject.device_id, subject.subsystem, subject.link
    if not isinstance(device, Missing):
        yield Held(
            *(CLAIMED, "PCI", N_("device id"), N_(f"device id {device}")),
            lambda row: device in row.device_ids,
            _ids,
        )
        if not isinstance(subsystem, Missing):
            yield Held(
                *(CLAIMED, "PCI", "subsystem", N_(f"subsystem {subsystem}")),
                lambda row: _bound(row, device, subsystem),
                lambda row: " or ".join(one.partition("/")[2] for one in row.subsystems[:2]),
            )
    if not isinstance(link, Missing):
        if link.gen is not None:
            yield Held(
                *(CLAIMED, "PCI", N_("link generation"), N_(f"link of generation {link.gen}")),
                _link("pcie_gen", link.gen),
                lambda row: f"{row.pcie_gen}",
            )
        if link.width is not None and link.width_is_devices_own:
            yield Held(
                *(CLAIMED, "PCI", N_("link width"), N_(f"link of x{link.width}")),
                _link("pcie_width", link.width),
                lambda row: f"x{row.pcie_width}",
            )


def _bound(row: Product, device: str, subsystem: str) -> bool | None:
    """Rows without a subsystem of their own are those of every one; no list of subsystems is complete."""
    bound = [one for one in row.subsystems if one.startswith(f"{device}/")]
    return f"{device}/{subsystem}" in bound if bound else None


def _link(field: str, value: int) -> Verdict:
    own = equal(field, value)
    # A laptop's maker decides how many lanes are wired.
    return lambda row: None if row.mobile else own(row)


def _of_the_driver(subject: "Subject") -> Iterator[Held]:
    catalogue, name, memory = subject.catalogue, subject.name, subject.memory
    if not isinstance(name, Missing) and catalogue.knows_name(name):
        plain = normalise(name)
        yield Held(
            *(CLAIMED, "driver", "name", N_(f"name “{name[: int(NAME_CHARACTERS)]}”")),
            lambda row: normalise(row.name) == plain,
            lambda row: row.name,
        )
    if not isinstance(memory, Missing):
        yield Held(
            *(CLAIMED, "driver", N_("memory total"), N_(f"memory total of {memory.total_mib:,} MiB")),
            lambda row: _total(memory, row),
            size_of,
        )
    if not isinstance(subject.cores, Missing):
        cores = subject.cores
        yield Held(
            *(CLAIMED, "driver", "cores", N_(f"{cores} cores")),
            lambda row: _cores(cores, row, catalogue),
            lambda row: f"{(row.sm or 0) * catalogue.dies[row.die].lanes_per_sm}",
        )
    if not isinstance(subject.bus_width, Missing):
        bits = subject.bus_width
        yield Held(
            *(CLAIMED, "driver", N_("bus width"), N_(f"bus of {bits} bits")),
            equal("bus_bits", bits),
            lambda row: f"{row.bus_bits}",
        )
    if not isinstance(subject.compute_capability, Missing):
        yield capability(CLAIMED, "driver", subject.compute_capability, catalogue)


def _of_firmware(subject: "Subject") -> Iterator[Held]:
    catalogue = subject.catalogue
    if not isinstance(subject.vbios, Missing):
        version = subject.vbios.upper()
        image = catalogue.vbios_prefixes.get(version[:5])
        if image is not None:
            yield Held(
                *(
                    CLAIMED,
                    "vBIOS",
                    N_("vBIOS version"),
                    N_(f"vBIOS {version[: int(NAME_CHARACTERS)]}, as {image.die} has"),
                ),
                lambda row: True if row.die == image.die else (False if image.observed else None),
                lambda row: row.die,
            )
    if not isinstance(subject.gpu_part_number, Missing):
        number = PART_NUMBER.fullmatch(subject.gpu_part_number)
        if number is not None and catalogue.by_device(number["device"]):
            device = number["device"]
            yield Held(
                *(CLAIMED, "vBIOS", N_("part number"), N_(f"part number {subject.gpu_part_number}")),
                lambda row: device in row.device_ids,
                _ids,
            )
    table = subject.image_table
    if not isinstance(table, Missing) and table.memory is not None and not subject.handed_in:
        types = _memory_types(table.memory)
        if types is not None:
            yield types
    if not isinstance(subject.inforom_image, Missing):
        image_of = subject.inforom_image[: int(NAME_CHARACTERS)]
        yield Held(
            *(CLAIMED, "InfoROM", "InfoROM", N_(f"InfoROM {image_of}")),
            lambda row: _inforom(image_of, row),
            lambda row: " or ".join(row.inforom_prefixes) or N_(f"a board's own ({row.segment})"),
        )


def _cores(cores: int, row: Product, catalogue: Catalogue) -> bool | None:
    count, rest = divmod(cores, catalogue.dies[row.die].lanes_per_sm)
    return equal("sm", -1 if rest else count)(row)


def _total(memory: MemoryClaim, row: Product) -> bool | None:
    """A total that fits the other state of ECC says nothing: of some products nobody knows what ECC leaves of it."""
    if row.memory_mib is None:
        return None
    if sizes.fits(memory, row):
        return True
    return None if sizes.fits_other_ecc(memory, row) or "memory_mib" in row.from_memory else False


def _memory_types(table: MemoryTable) -> Held | None:
    """The image drives some kinds of memory and no others; a kind that no source names says nothing."""
    rows = [row for row in table.rows if row.type != UNUSED_MEMORY]
    types = {row.type_name for row in rows}
    if not rows or "" in types:
        return None

    def verdict(row: Product) -> bool | None:
        if row.memory_type is None or "memory_type" in row.from_memory:
            return True if row.memory_type in types else None
        return row.memory_type in types

    said = " or ".join(sorted(types))
    return Held(
        *(CLAIMED, "vBIOS", N_("memory type"), N_(f"vBIOS image for {said}")),
        verdict,
        lambda row: row.memory_type or "",
    )


def _inforom(image: str, row: Product) -> bool | None:
    """Consumer cards share a few images; a datacentre board has its own."""
    prefix = ".".join(image.split(".")[:2])
    if prefix in row.inforom_prefixes:
        return True
    if CONSUMER_IMAGE.match(image):
        return False if row.segment == "datacentre" else None
    return False if row.inforom_prefixes else None


def _ids(row: Product) -> str:
    return " or ".join(row.device_ids)
