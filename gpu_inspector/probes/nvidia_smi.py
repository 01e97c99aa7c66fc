"""nvidia-smi: what colleagues send by mail, and what the program prints here. Recognised by content, not by name.

It is read also where NVML answers, since it gives what NVML has no call for (the GPU part number). Everything in it
is a claim: a dump is a text that anyone can edit.
"""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace

from gpu_inspector.errors import ProbeError
from gpu_inspector.language import N_
from gpu_inspector.probes import smi_live, smi_table, smi_text, smi_xml
from gpu_inspector.probes.smi_decode import decode
from gpu_inspector.probes.smi_reading import Lines, readings
from gpu_inspector.records.claims import SmiReading

ASK = N_("Ask for the output of `nvidia-smi -q -x`, saved as it is.")


@dataclass(frozen=True, slots=True)
class SmiLog:
    """A dump: a reading of each card, the form it was written in, and what a reader of it should know."""

    readings: tuple[SmiReading, ...]
    form: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Form:
    name: str
    looks_like: Callable[[str], bool]
    read: Callable[[str], Lines]


_FORMS = (
    _Form("xml", smi_xml.looks_like, smi_xml.read),
    _Form("text", smi_text.looks_like, smi_text.read),
    _Form("table", smi_table.looks_like, smi_table.read),
)
"""From the form that says most to the one that says least: a file with several is read in the first."""
_CORRUPTED = re.compile(
    r"^[ \t]*WARNING: infoROM is corrupted at gpu ([0-9A-Fa-f]{4,8}:[0-9A-Fa-f]{2}:[0-9A-Fa-f]{2}\.[0-7])[ \t\r]*$",
    re.MULTILINE,
)
"""A line of its own: within one, the words may be the name that somebody gave to a process on the card."""
_END_OF_XML = "</nvidia_smi_log>"
_ADDRESS = len("0000:01:00.0")
"""Characters of an address as readings have it; old drivers write the domain with eight digits."""
_TAIL = 8192
"""Characters at the end of a dump, where nvidia-smi prints its warnings."""
_COMPLAINTS = (
    ("couldn't communicate with the NVIDIA driver", N_("nvidia-smi could not talk to the driver")),
    ("Driver/library version mismatch", N_("the driver's module and its library are of different versions")),
    ("No devices were found", N_("nvidia-smi found no card")),
    ("Insufficient Permissions", N_("nvidia-smi was not allowed to read the card")),
    ("GPU is lost", N_("the card fell off the bus while nvidia-smi read it")),
    ("Unable to determine the device handle", N_("the driver could not reach a card")),
)
"""What nvidia-smi prints in place of a dump."""


def recognise(data: bytes) -> str | None:
    """Which form a file has: "xml", "text" or "table"; None where it is nothing of nvidia-smi."""
    try:
        text, _ = decode(data)
    except ProbeError:
        return None
    return next((form.name for form in _FORMS if form.looks_like(text)), None)


def parse(data: bytes) -> SmiLog:
    """All cards of a dump, read as far as it holds.

    Raises ProbeError, with the line where there is one, when nothing can be read.
    """
    text, undone = decode(data)
    form = next((form for form in _FORMS if form.looks_like(text)), None)
    if form is None:
        raise _foreign(text)
    lines = form.read(text)
    cards = readings(lines)
    if not cards:
        ending = f" ({lines.notes[-1]})" if lines.notes and form.name != "table" else ""
        raise ProbeError(f"The dump of nvidia-smi holds no card that could be read{ending}.", ASK)
    notes = [*undone, *lines.notes]
    if lines.announced > len(cards):
        notes.append(N_(f"the dump speaks of {lines.announced} cards and holds {len(cards)}"))
    warned = [one[1] for one in _CORRUPTED.finditer(_behind(text, form.name))]
    notes += (N_(f"nvidia-smi warns that the InfoROM of {address} is corrupted") for address in warned)
    return SmiLog(_with_warnings(cards, warned), form.name, tuple(notes))


def _behind(text: str, form: str) -> str:
    """What may hold warnings: the end of a dump, and of XML only what stands behind it, if it has an end."""
    tail = text[-_TAIL:]
    return tail.rpartition(_END_OF_XML)[2] if form == "xml" else tail


def _with_warnings(cards: tuple[SmiReading, ...], warned: list[str]) -> tuple[SmiReading, ...]:
    """The cards with what the warnings behind the dump say of them; of two cards at one address it says nothing."""
    places = {address.lower()[-_ADDRESS:] for address in warned}
    counted = Counter(card.pci_bus_id for card in cards)
    return tuple(
        replace(card, inforom_valid=False)
        if card.pci_bus_id is not None and counted[card.pci_bus_id] == 1 and card.pci_bus_id in places
        else card
        for card in cards
    )


def read(program: str = "nvidia-smi") -> SmiLog:
    """All cards of this machine, as nvidia-smi prints them now.

    Raises ProbeError where the program is absent, does not answer within 30 s, or has a complaint in place of a dump.
    """
    return parse(smi_live.output(program))


def _foreign(text: str) -> ProbeError:
    """What the text is instead, as far as it can be told."""
    for phrase, meaning in _COMPLAINTS:
        if phrase in text:
            return ProbeError(
                N_(f"There is no dump but a complaint: {meaning}."), N_("`gpu-inspector doctor` says more.")
            )
    root = smi_xml.foreign_root(text)
    if root is not None:
        return ProbeError(N_(f"This XML is not nvidia-smi's: its root element is <{root}>."), ASK)
    return ProbeError(N_("The file is no output of nvidia-smi that this program knows."), ASK)
