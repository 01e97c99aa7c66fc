"""HWiNFO's saved report as text (.LOG, .TXT): the sections on video adapters, "  Label:      value" on each line.

Other sections have lines of the same names (driver, hardware id), so that what stands behind an adapter's own lines is
left alone. Source: labels and values as public excerpts of such reports and programs that read them have them ("Video
Chipset:", "Video Memory: 2048 MBytes of GDDR5 SDRAM [Hynix]", "Hardware ID: PCI\\VEN_10DE&DEV_..."); English only.
"""

import re

from gpu_inspector.language import N_
from gpu_inspector.probes import tool_fields as fields
from gpu_inspector.probes.foreign_text import head_of, labelled, text_of
from gpu_inspector.probes.handed import Handed

FORM = "hwinfo-text"
_ASK = N_("Ask for the whole report of HWiNFO, saved as text.")
_CHIPSET = re.compile(r"^[ \t>]*Video Chipset:[ \t]+\S", re.MULTILINE)
_OTHERS = re.compile(r"^[ \t>]*Video (?:Bus|BIOS Version|Memory|Card):[ \t]+\S", re.MULTILINE)
_PROGRAM = re.compile(r"\bHWiNFO(?:32|64)?[^\n]{0,40}?\bv?([5-9]\.[0-9]{2}(?:-[0-9]{1,5})?)", re.IGNORECASE)
_SECTION = re.compile(r"-{10,}\s*$")
_MEMORY = re.compile(r"([0-9 .,]{1,15}(?:MBytes|GBytes|MB|GB)) of ([A-Z0-9]{3,10})[^\[]{0,30}(?:\[([\w .&-]{1,30})\])?")
_BUS = re.compile(
    r"PCIe v?([1-7]\.[01]) x([0-9]{1,2})(?: \([0-9.]{1,5} GT/s\))?(?: @ x([0-9]{1,2})(?: \(([0-9.]{1,5}) GT/s\))?)?"
)
_HARDWARE = re.compile(
    r"PCI\\VEN_([0-9A-F]{4})&DEV_([0-9A-F]{4})(?:&SUBSYS_([0-9A-F]{4})([0-9A-F]{4}))?", re.IGNORECASE
)
_GENERATIONS = {"2.5": "1.0", "5.0": "2.0", "8.0": "3.0", "16.0": "4.0", "32.0": "5.0", "64.0": "6.0"}
_LABELS = {
    "video chipset": "cardname",
    "video chipset codename": "gpuname",
    "video memory": "memory",
    "video card": "boardname",
    "video bus": "bus",
    "video bios version": "biosversion",
    "video chipset revision": "gpurevision",
    "graphics processor clock": "clockgpu",
    "graphics memory clock": "clockmem",
    "graphics memory bus width": "membuswidth",
    "memory bus width": "membuswidth",
    "number of rops": "numrops",
    "number of unified shaders": "numshadersunified",
    "number of alus (cores)": "numshadersunified",
    "number of tmus (texture mapping units)": "numtmus",
    "resizable bar support": "resizablebar",
    "hardware id": "ids",
    "driver version": "driverversion",
    "driver date": "driverdate",
}


def looks_like(data: bytes) -> bool:
    """Whether a video adapter of such a report stands in the beginning of the text."""
    text = head_of(data)
    return _CHIPSET.search(text) is not None and _OTHERS.search(text) is not None


def to_cards(data: bytes, name: str) -> Handed:
    """The NVIDIA cards of the report. Raises ProbeError where it holds none."""
    text, notes = text_of(data)
    found = _PROGRAM.search(text)
    version = found[1] if found is not None else ""
    return fields.handed(fields.Report("HWiNFO", version, FORM, _cards(text), _ASK), text, notes)


def _cards(text: str) -> list[fields.Card]:
    cards: list[fields.Card] = []
    inside = False
    for line in text.split("\n"):
        if _SECTION.search(line[-200:]):
            inside = False
        found = labelled(line)
        key = _LABELS.get(found[0].casefold()) if found is not None else None
        if found is None or key is None:
            continue
        if key == "cardname":
            fields.opened(cards)
            inside = True
        if inside:
            for part, value in _parts(key, found[1]):
                # The first counts: an excerpt without the lines between sections runs on into another device's.
                cards[-1].values.setdefault(part, value)
    return cards


def _parts(key: str, value: str) -> list[tuple[str, str]]:
    """A line's fields in GPU-Z's names and forms."""
    if key == "memory":
        memory = _MEMORY.match(value)
        if memory is None:
            return [("memsize", value)]
        maker = [("memvendor", memory[3])] if memory[3] else []
        return [("memsize", memory[1].strip()), ("memtype", memory[2]), *maker]
    if key == "bus":
        bus = _BUS.match(value)
        if bus is None:
            return []
        now = f" @ x{bus[3]} {_GENERATIONS.get(bus[4] or '', '')}".rstrip() if bus[3] else ""
        return [("businterface", f"PCIe x{bus[2]} {bus[1]}{now}")]
    if key == "ids":
        ids = _HARDWARE.match(value)
        if ids is None:
            return []
        names = ("vendorid", "deviceid", "subsysid", "subvendorid")
        return [(part, one) for part, one in zip(names, ids.groups(), strict=True) if one]
    if key == "membuswidth":
        return [(key, value.replace("-bit", " bit"))]
    return [(key, value)]
