"""Declared, claimed and measured of one card, side by side, one line a fact: what the middle table shows.

Sources that disagree are each shown with their own value: that they disagree is the very thing to see.
"""

from collections.abc import Callable
from dataclasses import dataclass

from gpu_inspector.gui.words import safe
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.evidence import CardClaims, CardEvidence, PciReading

NOT_DECLARED = "not declared"
NOT_MEASURED = "not measured"
CLAIM_ONLY = "–"
"""A fact that exists only as a claim: nothing on the silicon could be measured for it."""
NOT_GIVEN = "not given"
_LONGEST = 160
_MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Line:
    """One fact; `differ` where the sources of the claim do not say the same."""

    label: str
    declared: str
    claimed: str
    measured: str
    differ: bool = False


@dataclass(frozen=True, slots=True)
class _Fact:
    label: str
    claim: Callable[[CardClaims], str | None]
    fields: tuple[str, ...]
    """Names under which a source may say why it does not give the value."""
    pci: Callable[[PciReading], str | None] = lambda reading: None
    measurable: bool = False
    comparable: bool = True
    """False where sources mean different things: a slot's maximum, a resting link, a driver's name and version."""


def _unit(value: int | None, unit: str, divisor: int = 1) -> str | None:
    return None if value is None else f"{value // divisor:,} {unit}".strip()


def _pair(vendor: str | None, number: str | None) -> str | None:
    return number if vendor is None or number is None else f"{vendor}:{number}"


def _link(generation: int | None, lanes: int | None) -> str | None:
    if generation is None and lanes is None:
        return None
    return f"generation {generation or '?'}, {lanes or '?'} lanes"


def _switch(value: bool | None) -> str | None:
    return None if value is None else "on" if value else "off"


_FACTS = (
    _Fact("Product", lambda c: c.name, ("name",), measurable=True),
    _Fact("Memory", lambda c: _unit(c.memory_total_bytes, "MiB", _MIB), ("memory_total_bytes",), measurable=True),
    _Fact("Cores", lambda c: _unit(c.cores, ""), ("cores",), measurable=True),
    _Fact("Architecture", lambda c: c.architecture, ("architecture",), measurable=True),
    _Fact("Compute capability", lambda c: c.compute_capability, ("compute_capability",), measurable=True),
    _Fact("Memory bus", lambda c: _unit(c.bus_width_bits, "bit"), ("bus_width_bits",), measurable=True),
    _Fact(
        "Device id",
        lambda c: _pair(c.vendor_id, c.device_id),
        ("device_id", "vendor_id"),
        lambda p: _pair(p.vendor_id, p.device_id),
    ),
    _Fact(
        "Subsystem",
        lambda c: _pair(c.subsystem_vendor, c.subsystem_id),
        ("subsystem_id", "subsystem_vendor"),
        lambda p: _pair(p.subsystem_vendor, p.subsystem_id),
    ),
    _Fact("vBIOS version", lambda c: c.vbios_version, ("vbios_version",)),
    _Fact("InfoROM image", lambda c: c.inforom_image, ("inforom_image",)),
    _Fact("GPU part number", lambda c: c.gpu_part_number, ("gpu_part_number",)),
    _Fact("Board part number", lambda c: c.board_part_number, ("board_part_number",)),
    _Fact("Serial number", lambda c: c.serial, ("serial",)),
    _Fact("UUID", lambda c: c.uuid, ("uuid",)),
    _Fact("ECC", lambda c: _switch(c.ecc_now), ("ecc_now",)),
    _Fact("BAR1", lambda c: _unit(c.bar1_total_bytes, "MiB", _MIB), ("bar1_total_bytes",)),
    _Fact(
        "PCIe at most",
        lambda c: _link(c.link_gen_device_max or c.link_gen_max, c.link_width_max),
        ("link_gen_device_max", "link_gen_max"),
        lambda p: _link(p.link_gen_max, p.link_width_max),
        measurable=True,
        comparable=False,
    ),
    _Fact(
        "PCIe now",
        lambda c: _link(c.link_gen_now, c.link_width_now),
        ("link_gen_now",),
        lambda p: _link(p.link_gen_now, p.link_width_now),
        comparable=False,
    ),
    _Fact("Default power limit", lambda c: _unit(c.power_default_mw, "W", 1000), ("power_default_mw",)),
    _Fact("Driver", lambda c: c.driver_version, ("driver_version",), lambda p: p.driver, comparable=False),
)


def lines_of(card: CardEvidence | None, declaration: Declaration) -> tuple[Line, ...]:
    """All facts of one card; what no source gives is said, not left out."""
    return tuple(_line(fact, card, declaration) for fact in _FACTS)


def _line(fact: _Fact, card: CardEvidence | None, declaration: Declaration) -> Line:
    said = _said(fact, card)
    values = {value.casefold() for _, value in said}
    if not said:
        claimed = _silence(fact, card)
    elif len(values) == 1:
        claimed = f"{said[0][1]}  ({', '.join(source for source, _ in said)})"
    else:
        claimed = "\n".join(f"{source}: {value}" for source, value in said)
    return Line(
        label=fact.label,
        declared=_declared(fact.label, declaration),
        claimed=claimed,
        measured=NOT_MEASURED if fact.measurable else CLAIM_ONLY,
        differ=fact.comparable and len(values) > 1,
    )


def _said(fact: _Fact, card: CardEvidence | None) -> list[tuple[str, str]]:
    """(source, value) of every source that speaks."""
    if card is None:
        return []
    said = [("PCI", fact.pci(card.pci))] if card.pci is not None else []
    said += [(source, fact.claim(claims)) for source, claims in _claims(card)]
    return [(source, safe(value, _LONGEST)) for source, value in said if value]


def _silence(fact: _Fact, card: CardEvidence | None) -> str:
    """Why nobody says anything, as far as a source gives a reason."""
    reasons = [
        f"{source}: {safe(absence.reason, _LONGEST)}"
        for source, claims in (_claims(card) if card is not None else ())
        for absence in claims.absent
        if absence.field in fact.fields
    ]
    return f"{NOT_GIVEN} ({'; '.join(reasons)})" if reasons else NOT_GIVEN


def _claims(card: CardEvidence) -> tuple[tuple[str, CardClaims], ...]:
    both = (("NVML", card.nvml), ("nvidia-smi", card.nvidia_smi))
    return tuple((source, claims) for source, claims in both if claims is not None)


def _declared(label: str, declaration: Declaration) -> str:
    if label == "Product":
        named = safe(declaration.product, _LONGEST) if declaration.product else NOT_DECLARED
        return f"{named}; declared as modified" if declaration.modified else named
    if label == "Memory":
        return f"{declaration.memory_gb} GB" if declaration.memory_gb is not None else NOT_DECLARED
    return CLAIM_ONLY
