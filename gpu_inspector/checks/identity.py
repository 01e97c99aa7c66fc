"""Who the card says it is: ids, name, and whether its own sources agree.

The name comes from a table inside the driver, keyed by the PCI ids: a board flashed with another id reports the
other name, and a patched driver reports any. From Maxwell 2 on the id is fused into the die, so name against id is
a strong test; before that it is worthless. What fools it: an honest rename by a laptop maker's subsystem, a driver
older than the card, a new product. Source: research note on reference data, sections 3 and 5.
"""

import re
from collections.abc import Iterator

from gpu_inspector.checks import sizes
from gpu_inspector.checks.answer import Answer, consistent, contradicted, inconclusive, not_applicable, sign
from gpu_inspector.checks.facts import BESIDE_KEPLER, FIRST_MAXWELL_ID, MemoryClaim
from gpu_inspector.checks.limit import MIB
from gpu_inspector.checks.runner import check
from gpu_inspector.checks.thresholds_claims import NAMES_OF_ID, ROUNDING_MIB
from gpu_inspector.language import N_
from gpu_inspector.records.catalogue import Catalogue, normalise
from gpu_inspector.records.claims import CardClaims
from gpu_inspector.records.evidence import CardEvidence, PciReading
from gpu_inspector.records.finding import Role, Strength
from gpu_inspector.records.foreign import ToolReading
from gpu_inspector.records.product import DeviceName, Product

_GENERIC = re.compile(r"^(nvidia )?(graphics device|device [0-9a-f]{4}|gpu|(tesla )?pg\d{3}.*)$", re.IGNORECASE)
"""Names that a driver makes up for a card younger than itself; a PG name is an old driver before it is a sample."""

_NVIDIA_TABLES = frozenset({"nvreleased", "nvjson", "nvreadme"})


@check("identity-counterfeit-id", N_("Known counterfeit device id"), Role.CORE)
def counterfeit_id(raw_device_id: str, catalogue: Catalogue) -> Answer:
    """Some ids exist on forged cards only; registers list them as such and NVIDIA's tables do not have them."""
    device_id = raw_device_id
    listed = next((row for row in catalogue.counterfeits if row.device_id == device_id), None)
    if listed is None:
        return consistent(
            N_("Device id {device_id} is not listed as counterfeit."),
            expected=N_("an id that no register lists as counterfeit"),
            observed=device_id,
            source="pci.ids",
            device_id=device_id,
        )
    return contradicted(
        N_("Device id {device_id} is registered as that of a counterfeit ({title}); no genuine product bears it."),
        expected=N_("a device id that NVIDIA gave to a product"),
        observed=device_id,
        against=listed.source,
        witness="PCI",
        cause="device id",
        advice=N_("Hold the card and have the die looked at."),
        values={"device_id": device_id, "title": listed.title},
    )


@check("identity-device", N_("Device id in the reference tables"), Role.CORE)
def device(device_id: str, known_device: bool, catalogue: Catalogue) -> Answer:
    """An id that no table has cannot be held against anything."""
    names = sorted({row.name for row in catalogue.names_of(device_id)})
    return consistent(
        N_("Device id {device_id} is known: {names}."),
        expected=N_("an id of the tables"),
        observed=device_id,
        source=N_("NVIDIA's id tables, pci.ids"),
        device_id=device_id,
        names=", ".join(names[: int(NAMES_OF_ID)]) + (", ..." if len(names) > NAMES_OF_ID else ""),
    )


@check("identity-name", N_("Name against device id and subsystem"), Role.CORE)
def name(name: str, device_id: str, subsystem: str | None, catalogue: Catalogue) -> Answer:
    """The driver names a card after its ids; a name that no row of the id bears was put there by someone."""
    if _GENERIC.match(name):
        return inconclusive(
            N_("The driver calls the card “{name}”: it is older than the card, and does not know its name."),
            advice=N_("Install a newer driver and inspect again."),
            name=name,
        )
    if not catalogue.knows_device(device_id):
        return _unknown_id(name, device_id, catalogue)
    rows = catalogue.names_of(device_id)
    bearing = [row for row in rows if normalise(row.name) == normalise(name)]
    products = [row for row in catalogue.by_device(device_id) if normalise(row.name) == normalise(name)]
    expected = ", ".join(sorted({row.name for row in rows if _NVIDIA_TABLES & set(row.sources)} or {"?"}))
    if not bearing and not products:
        if expected == "?":
            return _unregistered(name, device_id, catalogue)
        return _strange_name(name, device_id, expected, catalogue)
    own = [row for row in rows if subsystem is not None and row.subsystem == subsystem]
    if own and not any(normalise(row.name) == normalise(name) for row in own):
        nvidias = [row for row in own if _NVIDIA_TABLES & set(row.sources)]
        if nvidias or all(catalogue.by_name(row.name) for row in own):
            return _another_subsystem(name, device_id, nvidias, own)
    return consistent(
        N_("The name “{name}” belongs to device id {device_id}."),
        expected=expected,
        observed=name,
        source=N_("NVIDIA's id tables, pci.ids"),
        name=name,
        device_id=device_id,
    )


def _another_subsystem(name: str, device_id: str, nvidias: list[DeviceName], own: list[DeviceName]) -> Answer:
    """The tables have the board's very subsystem, under another name of the same device id."""
    named = ", ".join(sorted({row.name for row in nvidias or own}))
    return sign(
        Strength.MEDIUM if nvidias else Strength.WEAK,
        N_(
            "The name “{name}” belongs to another subsystem of device id {device_id}; subsystem {subsystem} is {named}."
        ),
        expected=named,
        observed=name,
        source=N_("NVIDIA's id tables") if nvidias else "pci.ids",
        witness=N_("driver"),
        cause="name",
        innocent=(N_("a driver of another age, whose table differs"),),
        values={"name": name, "device_id": device_id, "named": named, "subsystem": own[0].subsystem},
    )


def _unknown_id(name: str, device_id: str, catalogue: Catalogue) -> Answer:
    """An id older than every die of the name: the classic fake, a Fermi card that calls itself a newer one."""
    dies = {row.die for row in catalogue.by_name(name)}
    old = device_id < FIRST_MAXWELL_ID
    if not old or not dies or dies & BESIDE_KEPLER:
        return inconclusive(
            N_(
                "Device id {device_id} is not in the reference tables, which begin with Maxwell (2014)."
                " That is no sign of anything."
            ),
            advice=N_("Look the id up by hand, or update the reference data."),
            device_id=device_id,
        )
    return sign(
        Strength.STRONG,
        N_("The card calls itself “{name}”, a name of {dies}; its device id {device_id} is older than every such die."),
        expected=product_name(catalogue.by_name(name)),
        observed=N_(f"device id {device_id}"),
        source=N_("NVIDIA's id tables"),
        witness=N_("driver"),
        cause="name",
        innocent=(N_("a name that NVIDIA used before, which the reference data does not have"),),
        advice=N_("Look at the die and at the connectors: such cards are usually ten years older than their name."),
        values={"name": name, "dies": ", ".join(sorted(dies)), "device_id": device_id},
    )


def _unregistered(name: str, device_id: str, catalogue: Catalogue) -> Answer:
    """NVIDIA's tables do not name the id: a name of another die, or another kind of product, is held against it."""
    die = catalogue.die_of(device_id)
    dies = {row.die for row in catalogue.by_name(name)}
    known = ", ".join(sorted({row.name for row in catalogue.names_of(device_id)}))
    # A mining card (CMP 170HX) is in no table of NVIDIA's, and on the die of what it is passed off as (A100).
    of_id = {row.segment for row in catalogue.by_device(device_id)}
    of_name = {row.segment for row in catalogue.by_name(name)}
    if of_id and of_name and not of_id & of_name:
        return _strange_name(name, device_id, known, catalogue)
    if die is not None and dies and die.name not in dies:
        return _strange_name(name, device_id, known, catalogue)
    return inconclusive(
        N_("NVIDIA's tables do not name device id {device_id} (pci.ids: {known}); “{name}” cannot be held against it."),
        device_id=device_id,
        known=known,
        name=name,
    )


def product_name(rows: tuple[Product, ...]) -> str:
    """The names of the rows, in words."""
    return ", ".join(sorted({row.name for row in rows}))


def _strange_name(name: str, device_id: str, expected: str, catalogue: Catalogue) -> Answer:
    if not catalogue.knows_name(name):
        return inconclusive(
            N_("“{name}” is no product's name in the reference data; device id {device_id} is {expected}."),
            advice=N_("Ask where the name comes from: rental services and new drivers rename cards."),
            name=name,
            device_id=device_id,
            expected=expected,
        )
    dies = sorted({row.die for row in catalogue.by_name(name)})
    die = catalogue.die_of(device_id)
    return sign(
        Strength.STRONG,
        N_("The card calls itself “{name}”, a name of {dies}; its device id {device_id} is {expected} on {die}."),
        expected=expected,
        observed=name,
        source=N_("NVIDIA's id tables"),
        witness=N_("driver"),
        cause="name",
        innocent=(
            N_("a driver that was patched for another purpose"),
            N_("a rename newer than the reference data"),
        ),
        advice=N_("Inspect again with an unmodified driver, from your own medium."),
        values={
            "name": name,
            "dies": ", ".join(dies) or N_("another die"),
            "device_id": device_id,
            "expected": expected,
            "die": die.name if die else N_("an unknown die"),
        },
    )


_DOUBLED = N_("given twice")
"""How the readers of dumps name a value that stands twice and differs."""
_AGREE = (
    "vendor_id",
    "device_id",
    "subsystem_vendor",
    "subsystem_id",
    "name",
    "uuid",
    "serial",
    "vbios_version",
)


@check("identity-sources", N_("Agreement of the card's own sources"), Role.CORE)
def sources(card: CardEvidence, drivers: tuple[tuple[str, CardClaims], ...] | None) -> Answer:
    """PCI, NVML and nvidia-smi read the same card; a library that lies for one of them forgets another."""
    read: tuple[CardClaims | PciReading, ...] = (
        *((card.pci,) if card.pci is not None else ()),
        *(said for _, said in drivers or ()),
    )
    doubled = sorted({one.field for said in read for one in said.absent if _DOUBLED in one.reason})
    if doubled:
        return sign(
            Strength.MEDIUM,
            N_("One dump gives these facts twice, with different values: {fields}."),
            expected=N_("each fact once"),
            observed=", ".join(doubled),
            source=N_("the form of nvidia-smi's output")
            if card.nvidia_smi is not None
            else N_("the form of such files"),
            witness=N_("file"),
            cause="edited file",
            innocent=(N_("two outputs pasted into one another"),),
            advice=N_("Ask for the file again, unedited."),
            values={"fields": ", ".join(doubled)},
        )
    compared, differing = 0, []
    for field, said in _fields(card.pci, drivers or ()):
        if len(said) <= 1:
            continue
        compared += 1
        if len({value.casefold() for value in said.values()}) > 1:
            differing.append(f"{field}: " + ", ".join(f"{who} {value}" for who, value in said.items()))
    if not compared:
        return not_applicable(N_("Only one source speaks of this card."))
    if not differing:
        return consistent(
            N_("{count} facts were given by more than one source, and agree."),
            expected=N_("the same from every source"),
            observed=N_("the same"),
            count=compared,
        )
    return sign(
        Strength.STRONG,
        N_("The card's sources disagree: {differing}."),
        expected=N_("the same from every source"),
        observed="; ".join(differing),
        source=N_("PCI configuration space, NVML and nvidia-smi of one machine"),
        witness=N_("driver"),
        cause="sources disagree",
        innocent=(N_("cards that were swapped between two readings"),),
        advice=N_("Restart the machine and inspect again, from your own medium."),
        values={"differing": "; ".join(differing)},
    )


def _fields(
    pci: PciReading | None, drivers: tuple[tuple[str, CardClaims], ...]
) -> Iterator[tuple[str, dict[str, str]]]:
    readings: tuple[tuple[str, object], ...] = (("PCI", pci), *drivers) if pci is not None else drivers
    for field in _AGREE:
        said = {who: getattr(reading, field, None) for who, reading in readings}
        yield field, {who: str(value) for who, value in said.items() if value is not None}
    totals = {who: one.memory_total_bytes // MIB for who, one in drivers if one.memory_total_bytes is not None}
    for who in [who for who, one in drivers if isinstance(one, ToolReading) and who in totals]:
        # A program prints the nominal size, of which the driver's total is a little less.
        beside = [total for other, total in totals.items() if other != who]
        if beside and all(sizes.is_of_size(MemoryClaim(total, None, None), totals[who]) for total in beside):
            del totals[who]
    if totals and max(totals.values()) - min(totals.values()) <= ROUNDING_MIB:
        totals = dict.fromkeys(totals, max(totals.values()))
    yield N_("memory total"), {who: f"{total} MiB" for who, total in totals.items()}
