"""What the reports of GPU-Z and HWiNFO have in common: the fields of a card, and what each of them is worth.

Both ask the driver (NVAPI) and PCI for the ids, the memory size, the bus width, the BIOS version and the clocks: these
are claims like nvidia-smi's. Die name, revision, process, die size, transistors, release date, shaders, ROPs and TMUs
they look up in a table of their own by the device id: they are that table's words, and decide nothing about the card.

Sources of the format knowledge: the names of the fields are those of GPU-Z's shared memory and of its `-dump` file, as
public programs that read either use them; the press on the GPU-Z of 2018 that first put "[FAKE]" before a name.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from gpu_inspector.errors import ProbeError
from gpu_inspector.language import N_
from gpu_inspector.probes import tool_values as values
from gpu_inspector.probes.handed import SAMPLE_MARK, Handed
from gpu_inspector.probes.tool_values import Unsaid
from gpu_inspector.probes.untrusted import clean
from gpu_inspector.records.claims import Absence
from gpu_inspector.records.evidence import CardEvidence, Gap
from gpu_inspector.records.foreign import ToolReading

NVIDIA = "10DE"
MOST_CARDS = 64
_MOST_BESIDE = 8
_OF_THE_MOMENT = frozenset({"link_gen_now", "link_width_now"})
"""Fields that two looks at one card give differently: a link sleeps."""
DOUBLED = "given twice with different values"
_NVIDIA_NAME = re.compile(r"\b(?:NVIDIA|GeForce|Quadro|Tesla|TITAN|NVS)\b", re.IGNORECASE)
_OTHER_NAME = re.compile(r"\b(?:AMD|ATI|Radeon|Intel|Microsoft|Matrox|ASPEED)\b", re.IGNORECASE)
_SENSORS = (
    ("clockgpu", "GPU clock"),
    ("clockgpuboost", "GPU clock, boost"),
    ("clockmem", "Memory clock"),
    ("clockgpudefault", "Default GPU clock"),
    ("clockgpuboostdefault", "Default GPU clock, boost"),
    ("clockmemdefault", "Default memory clock"),
    ("processsize", "Process"),
    ("releasedate", "Release date"),
    ("resizablebar", "Resizable BAR"),
    ("driverversion", "Driver"),
    ("driverdate", "Driver date"),
    ("whql", "Driver signature"),
    ("subvendor", "Subvendor"),
    ("fillratepixel", "Pixel fill rate"),
    ("fillratetexel", "Texture fill rate"),
    ("directxsupport", "DirectX"),
    ("boardname", "Board"),
)
"""Fields that are kept as printed, and how they are called."""


class Card:
    """The fields of one card as a report gives them, by their names in `KEYS`."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}
        self.others: dict[str, list[str]] = {}
        """What it gives beside the first value of a field, written differently."""

    def put(self, key: str, text: str) -> None:
        if self.values.setdefault(key, text) != text:
            beside = self.others.setdefault(key, [])
            if len(beside) < _MOST_BESIDE and text not in beside:
                beside.append(text)


def opened(cards: list[Card]) -> Card:
    """The next card of a report. Raises ProbeError where there are more than any machine has."""
    if len(cards) >= MOST_CARDS:
        raise ProbeError(f"The report tells of more than {MOST_CARDS} cards; no machine has as many.")
    cards.append(Card())
    return cards[-1]


@dataclass(frozen=True, slots=True)
class Report:
    """One file: the program that wrote it, its form, and what its reader found."""

    program: str
    version: str
    form: str
    cards: list[Card]
    ask: str
    """What to ask for instead, where the file holds no card."""


def handed(report: Report, text: str, notes: tuple[str, ...]) -> Handed:
    """The NVIDIA cards of a report. Raises ProbeError where it holds none."""
    told = [one for one in report.cards if one.values]
    own = [one for one in told if is_nvidia(one.values)]
    if not own:
        raise ProbeError(f"The report of {report.program} tells of no NVIDIA card that could be read.", report.ask)
    if len(own) < len(told):
        notes = (*notes, N_(f"the file tells of {len(told) - len(own)} further cards, of other makers"))
    table = N_(
        f"{report.program} takes die, shaders, ROPs and TMUs from a table of its own: they are no word of the card"
    )
    return Handed(
        cards=tuple(_card(_reading(one, report), number, report.program) for number, one in enumerate(own, start=1)),
        notes=(*notes, table),
        sample=SAMPLE_MARK in text,
    )


def is_nvidia(said: Mapping[str, str]) -> bool:
    """Whether the card is NVIDIA's by its id or, where there is none, by what it is called."""
    vendor = values.HEXADECIMAL.fullmatch(said.get("vendorid", "").strip())
    if vendor is not None:
        return vendor[1].upper() == NVIDIA
    return may_be_nvidia(f"{said.get('vendor', '')} {said.get('cardname', '')}")


def may_be_nvidia(names: str) -> bool:
    """Whether the words name NVIDIA or one of its lines, or at least no other maker ("L20", "A100X")."""
    return bool(_NVIDIA_NAME.search(names)) or not (_OTHER_NAME.search(names) or not names.strip())


def _reading(said: Card, report: Report) -> ToolReading:
    fields: dict[str, Any] = {}
    absent: list[Absence] = []
    for name, key, read in _FIELDS:
        if key not in said.values:
            continue
        try:
            value = read(said.values[key])
        except Unsaid as reason:
            absent.append(Absence(name, str(reason)))
            continue
        if name not in _OF_THE_MOMENT and any(_differs(read, one, value) for one in said.others.get(key, ())):
            absent.append(Absence(name, DOUBLED))
        else:
            fields[name] = value
    if "memory_maker" in fields and "memory_type" in fields and "(" not in fields["memory_type"]:
        fields["memory_type"] = f"{fields['memory_type']} ({fields['memory_maker']})"
    return ToolReading(
        tool=f"{report.program} {report.version}".strip(),
        form=report.form,
        marked_fake=values.FAKE.match(said.values.get("cardname", "")) is not None,
        sensors=tuple((label, clean(said.values[key])) for key, label in _SENSORS if said.values.get(key, "").strip()),
        absent=tuple(absent),
        **fields,
    )


def _differs(read: Callable[[str], Any], text: str, value: object) -> bool:
    """Whether another wording of a field says something else; what cannot be read does not say the same."""
    try:
        return bool(read(text) != value)
    except Unsaid:
        return True


def _card(said: ToolReading, number: int, program: str) -> CardEvidence:
    """The card that one reading is of, with what such a report cannot say of it."""
    return CardEvidence(
        label=said.pci_bus_id or N_(f"card {number} of the file"),
        tool=said,
        gaps=(
            Gap("pci", N_(f"Not looked at: the evidence is a report of {program}."), N_("Inspect the card itself.")),
            Gap(
                "driver",
                N_(f"A report of {program} has no serial, no UUID, no part number, no power limit, no ECC mode."),
            ),
            Gap("vbios", N_(f"A report of {program} names the BIOS version; the image itself is another file.")),
        ),
    )


_FIELDS: tuple[tuple[str, str, Callable[[str], Any]], ...] = (
    ("name", "cardname", values.name),
    ("vendor_id", "vendorid", values.hexadecimal),
    ("device_id", "deviceid", values.hexadecimal),
    ("subsystem_vendor", "subvendorid", values.hexadecimal),
    ("subsystem_id", "subsysid", values.hexadecimal),
    ("pci_bus_id", "location", values.address),
    ("vbios_version", "biosversion", values.bios),
    ("bios_uefi", "biosuefi", values.yes),
    ("driver_version", "driverversion", values.found(values.DRIVER)),
    ("compute_capability", "cuda_capability", values.found(values.CAPABILITY)),
    ("memory_total_bytes", "memsize", values.size),
    ("bus_width_bits", "membuswidth", values.bits),
    ("memory_type", "memtype", values.plain),
    ("memory_maker", "memvendor", values.plain),
    ("bandwidth_bytes_per_s", "membandwidth", lambda text: values.number(text) * 1e9),
    ("link_gen_max", "businterface", values.generation(1, 3)),
    ("link_width_max", "businterface", values.lanes(2)),
    ("link_gen_now", "businterface", values.generation(5)),
    ("link_width_now", "businterface", values.lanes(4)),
    ("die", "gpuname", values.plain),
    ("revision", "gpurevision", values.plain),
    ("shaders", "numshadersunified", values.count),
    ("rops", "numrops", values.count),
    ("tmus", "numtmus", values.count),
    ("transistors_million", "transistors", values.count),
    ("die_size_mm2", "diesize", values.number),
)
"""Field of the record, GPU-Z's own name of it, and how it is read."""
KEYS = frozenset({"vendor"} | {key for key, _ in _SENSORS} | {key for _, key, _ in _FIELDS})
"""The fields of a card, by GPU-Z's own names."""
