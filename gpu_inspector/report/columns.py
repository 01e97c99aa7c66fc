"""The heart of the report: declared, claimed and measured side by side, one line a fact.

Where sources disagree, each is shown with its own value: that they disagree is the very thing to see.
"""

from collections.abc import Callable
from dataclasses import dataclass

from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.evidence import CardClaims, CardEvidence, PciReading
from gpu_inspector.report.text import shorten

NOT_MEASURED = "not measured"
CLAIM_ONLY = "–"
"""A fact that exists only as a claim: there is nothing on the silicon that could be measured."""
NOT_DECLARED = "not declared"
MIB = 1 << 20
VALUE_LIMIT = 160
"""Characters of one value in its narrow column."""


@dataclass(frozen=True, slots=True)
class Line:
    """One fact in three columns; `differ` where the sources of the claim do not say the same."""

    label: str
    declared: str
    claimed: tuple[str, ...]
    measured: str
    differ: bool = False


@dataclass(frozen=True, slots=True)
class _Fact:
    label: str
    claims: Callable[[CardClaims], str | None]
    fields: tuple[str, ...] = ()
    """Names under which a source may say why it does not give the value."""
    pci: Callable[[PciReading], str | None] | None = None
    measurable: bool = False


def _memory(claims: CardClaims) -> str | None:
    return None if claims.memory_total_bytes is None else f"{claims.memory_total_bytes // MIB:,} MiB"


def _subsystem(reading: CardClaims | PciReading) -> str | None:
    if reading.subsystem_id is None or reading.subsystem_vendor is None:
        return reading.subsystem_id
    return f"{reading.subsystem_vendor}:{reading.subsystem_id}"


def _link(generation: int | None, lanes: int | None) -> str | None:
    if generation is None and lanes is None:
        return None
    return f"gen {generation or '?'} x{lanes or '?'}"


def _yes(value: bool | None, yes: str, no: str) -> str | None:
    return None if value is None else yes if value else no


def _unit(value: int | None, unit: str, divisor: int = 1) -> str | None:
    return None if value is None else f"{(value + divisor // 2) // divisor:,} {unit}"


_FACTS = (
    _Fact("Product", lambda c: c.name, ("name",)),
    _Fact("Memory", _memory, ("memory_total_bytes",), measurable=True),
    _Fact("Device id", lambda c: c.device_id, ("device_id",), lambda p: p.device_id),
    _Fact("Subsystem", _subsystem, ("subsystem_id", "subsystem_vendor"), _subsystem),
    _Fact("Architecture", lambda c: c.architecture, ("architecture",), measurable=True),
    _Fact("Compute capability", lambda c: c.compute_capability, ("compute_capability",), measurable=True),
    _Fact("Cores", lambda c: None if c.cores is None else f"{c.cores:,}", ("cores",), measurable=True),
    _Fact("Memory bus", lambda c: _unit(c.bus_width_bits, "bit"), ("bus_width_bits",), measurable=True),
    _Fact("vBIOS version", lambda c: c.vbios_version, ("vbios_version",)),
    _Fact("InfoROM image", lambda c: c.inforom_image, ("inforom_image",)),
    _Fact("GPU part number", lambda c: c.gpu_part_number, ("gpu_part_number",)),
    _Fact("Board part number", lambda c: c.board_part_number, ("board_part_number",)),
    _Fact("Serial number", lambda c: c.serial, ("serial",)),
    _Fact("UUID", lambda c: c.uuid, ("uuid",)),
    _Fact("ECC", lambda c: _yes(c.ecc_now, "on", "off"), ("ecc_now",)),
    _Fact(
        "PCIe at most",
        lambda c: _link(c.link_gen_device_max or c.link_gen_max, c.link_width_max),
        ("link_gen_max", "link_gen_device_max"),
        lambda p: _link(p.link_gen_max, p.link_width_max),
        measurable=True,
    ),
    _Fact(
        "PCIe now",
        lambda c: _link(c.link_gen_now, c.link_width_now),
        ("link_gen_now",),
        lambda p: _link(p.link_gen_now, p.link_width_now),
    ),
    _Fact("Default power limit", lambda c: _unit(c.power_default_mw, "W", 1000), ("power_default_mw",)),
    _Fact("Driver", lambda c: c.driver_version, ("driver_version",)),
    _Fact("Bound kernel driver", lambda _c: None, (), lambda p: p.driver),
)
_NO_COMPARISON = frozenset({"PCIe at most", "PCIe now"})
"""A slot's maximum against the device's own, and a link that rests when nobody asks: no disagreement."""


def lines_of(card: CardEvidence | None, declaration: Declaration) -> list[Line]:
    """All facts of one card; what no source has is said, not left out."""
    return [_line(fact, card, declaration) for fact in _FACTS]


def _line(fact: _Fact, card: CardEvidence | None, declaration: Declaration) -> Line:
    said, silent = _asked(fact, card)
    values = {value.casefold() for _source, value in said}
    differ = len(values) > 1 and fact.label not in _NO_COMPARISON
    claimed: tuple[str, ...]
    if not said:
        claimed = (f"not given ({'; '.join(silent)})" if silent else "not given",)
    elif len(values) == 1:
        claimed = (f"{said[0][1]}  ({', '.join(source for source, _value in said)})",)
    else:
        claimed = tuple(f"{source}: {value}" for source, value in said)
    measured = NOT_MEASURED if fact.measurable else CLAIM_ONLY
    return Line(fact.label, _declared(fact.label, declaration), claimed, measured, differ)


def _asked(fact: _Fact, card: CardEvidence | None) -> tuple[list[tuple[str, str]], list[str]]:
    """(source, value) of every source that speaks, and the reasons of those that do not."""
    said: list[tuple[str, str]] = []
    silent: list[str] = []
    if card is None:
        return said, silent
    if card.pci is not None and fact.pci is not None and (value := fact.pci(card.pci)):
        said.append(("PCI", shorten(value, VALUE_LIMIT)))
    for source, claims in (("NVML", card.nvml), ("nvidia-smi", card.nvidia_smi)):
        if claims is None:
            continue
        if value := fact.claims(claims):
            said.append((source, shorten(value, VALUE_LIMIT)))
        else:
            silent += [
                f"{source}: {shorten(absence.reason, VALUE_LIMIT)}"
                for absence in claims.absent
                if absence.field in fact.fields
            ][:1]
    return said, silent


def _declared(label: str, declaration: Declaration) -> str:
    if label == "Product":
        named = shorten(declaration.product, VALUE_LIMIT) if declaration.product else NOT_DECLARED
        return f"{named}, declared as reworked" if declaration.modified else named
    if label == "Memory":
        return NOT_DECLARED if declaration.memory_gb is None else f"{declaration.memory_gb} GB"
    return ""
