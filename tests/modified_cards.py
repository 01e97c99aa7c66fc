"""A card that fits a row of the list of known modifications: a genuine one with the row's features forged into it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import product as every
from typing import Any

from cards import MIB, forged, genuine
from silicon_records import folded, memory_of, silicon_of_row, with_silicon

from gpu_inspector.records.catalogue import load
from gpu_inspector.records.claims import Absence
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.evidence import Evidence
from gpu_inspector.records.firmware import BitReading, RomImage, VbiosReading
from gpu_inspector.records.modification import Fact, Feature, Modification, Role

GIB = 1024 * MIB


def ways(row: Modification) -> Iterator[tuple[Feature, ...]]:
    """The features that decide, once for each choice among keys of which one is enough."""
    groups: dict[str, list[Feature]] = {}
    for place, feature in enumerate(row.features):
        if feature.role is not Role.DESCRIBES:
            groups.setdefault(feature.group or str(place), []).append(feature)
    yield from every(*groups.values())


def fitted(features: tuple[Feature, ...], *, measured: bool = True) -> tuple[Evidence, Declaration]:
    """A card with these features, and the paper beside it. Measured features come where `measured` says so."""
    catalogue = load()
    by_fact = {one.fact: one for one in features if one.any or one.least is not None or one.most is not None}
    device = str(by_fact[Fact.DEVICE].any[0]) if Fact.DEVICE in by_fact else _device_for(by_fact)
    rows = catalogue.by_device(device)
    base = rows[0] if rows else catalogue.by_device("2684")[0]
    card = genuine(base)
    declaration = Declaration()
    card = forged(card, device_id=device, gpu_part_number=None)
    for feature in features:
        card, declaration = _with(feature, card, declaration)
    facts = {one.fact for one in features}
    if measured and facts & {Fact.TRUE_MEMORY, Fact.MISSING, Fact.COUNT, Fact.TRUE_CAPABILITY, Fact.BUS}:
        card = _measured(card, features)
    return card, declaration


def _device_for(by_fact: dict[Fact, Feature]) -> str:
    if Fact.LAPTOP_ID in by_fact:
        return "249D"
    if Fact.OLD_ID in by_fact:
        return "0DC4"
    return "2504" if Fact.SAID_MEMORY in by_fact else "20B5" if Fact.INFOROM in by_fact else "2684"


def _with(feature: Feature, card: Evidence, declaration: Declaration) -> tuple[Evidence, Declaration]:
    fact = feature.fact
    value = feature.any[0] if feature.any else feature.most if feature.most is not None else ""
    text = str(value).replace("*", "9") if value != "" else "NVIDIA GeForce RTX 3080"
    if fact is Fact.SAID:
        return card, replace(declaration, product=text)
    if fact is Fact.SAID_MEMORY:
        return card, replace(declaration, memory_gb=int(value))
    if fact is Fact.SAID_OTHER:
        return card, replace(declaration, product="contactor controllers")
    if fact is Fact.SUBSYSTEM and feature.any:
        vendor, device = text.split(":")
        return forged(card, subsystem_vendor=vendor, subsystem_id=device), declaration
    if fact is Fact.CORES:
        (one,) = card.cards
        assert one.nvml is not None
        return replace(card, cards=(replace(one, nvml=replace(one.nvml, cores=int(value))),)), declaration
    if fact is Fact.CAPABILITY:
        return forged_capability(card, text), declaration
    if fact in (Fact.SIGN_ON, Fact.BOARD_CODE, Fact.IMAGE_DEVICE):
        return _with_image(card, fact, text), declaration
    fields: dict[Fact, Callable[[], dict[str, Any]]] = {
        Fact.NAME: lambda: {"name": text},
        Fact.MEMORY: lambda: {"memory_total_bytes": int(value or 6) * GIB},
        Fact.INFOROM: lambda: {"inforom_image": f"{text}0000.01.04"},
        Fact.ECC_OBJECT: lambda: {"inforom_ecc": None, "absent": (Absence("inforom_ecc", "not supported"),)},
        Fact.VBIOS: lambda: {"vbios_version": text},
    }
    return (forged(card, **fields[fact]()) if fact in fields else card), declaration


def forged_capability(card: Evidence, capability: str) -> Evidence:
    """Only NVML and the newer nvidia-smi say it."""
    (one,) = card.cards
    assert one.nvml is not None
    return replace(card, cards=(replace(one, nvml=replace(one.nvml, compute_capability=capability)),))


def _with_image(card: Evidence, fact: Fact, text: str) -> Evidence:
    (one,) = card.cards
    assert one.pci is not None
    table = BitReading(
        offset=0,
        checksum_ok=True,
        sign_on=f"{text} SKU 10 VGA BIOS" if fact is Fact.SIGN_ON else "",
        board_code=text if fact is Fact.BOARD_CODE else "",
    )
    inside = text if fact is Fact.IMAGE_DEVICE else one.pci.device_id
    image = RomImage(offset=0, length_bytes=65536, code_type=0, vendor_id="10DE", device_id=inside)
    vbios = VbiosReading(source="card", size_bytes=65536, sha256="ab" * 32, images=(image,), bit=table)
    return replace(card, cards=(replace(one, vbios=(vbios,)),))


def _measured(card: Evidence, features: tuple[Feature, ...]) -> Evidence:
    """What the silicon says: the claims, but for the features that speak of it."""
    (one,) = card.cards
    assert one.nvml is not None and one.pci is not None
    catalogue = load()
    base = (catalogue.by_device(one.pci.device_id) or catalogue.by_device("2684"))[0]
    silicon = silicon_of_row(base)
    total = (one.nvml.memory_total_bytes or 0) // MIB
    wanted: dict[Fact, str | int] = {one.fact: one.most for one in features if one.most is not None}
    wanted |= {feature.fact: feature.any[0] for feature in features if feature.any}
    missing = wanted.get(Fact.MISSING) == "yes"
    true = int(wanted[Fact.TRUE_MEMORY]) * 1024 if Fact.TRUE_MEMORY in wanted else total // 2
    assert silicon.die is not None and silicon.speed is not None
    count = int(wanted.get(Fact.COUNT, base.sm or 20))
    silicon = replace(
        silicon,
        memory=folded(total, true) if missing else memory_of(total),
        compute_capability=str(wanted.get(Fact.TRUE_CAPABILITY, silicon.compute_capability)),
        die=replace(silicon.die, multiprocessors_by_id=count, multiprocessors_by_residency=count),
        speed=replace(silicon.speed, bus_bits_implied=float(wanted.get(Fact.BUS, base.bus_bits or 256))),
    )
    return with_silicon(card, silicon)
