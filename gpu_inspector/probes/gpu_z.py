"""GPU-Z as text: the lines of its window or of its validation page, "label: value", as people copy, type and send them.

The program itself saves XML (`gpu_z_xml.py`); the text goes around in forums, with a colon, a tab or a run of blanks
behind the label, and with the decimal signs of the machine that it was made on. Only English labels are known.
Source: the labels are those of the program's window, from memory, and as a public description of each field lists them
(GPU-Z's fields explained, jaq123.com, cldb53.com); the values as `tool_values.py` says.
"""

import re

from gpu_inspector.language import N_
from gpu_inspector.probes import tool_fields as fields
from gpu_inspector.probes.foreign_text import head_of, labelled, text_of
from gpu_inspector.probes.handed import Handed

FORM = "gpu-z-text"
_ASK = N_("Ask for the XML that `GPU-Z.exe -dump FILE.xml` writes, or inspect the card itself.")
_PROGRAM = re.compile(r"\bGPU-Z(?:[ :]{1,3}(?:version )?v?([0-9]{1,2}\.[0-9]{1,3}(?:\.[0-9]{1,3})?))?", re.IGNORECASE)
_IDS = re.compile(r"([0-9A-F]{4})[ :]([0-9A-F]{4})(?: ?- ?([0-9A-F]{4})[ :]([0-9A-F]{4}))?", re.IGNORECASE | re.ASCII)
_PAIR = re.compile(r"([0-9]{1,5}) ?/ ?([0-9]{1,5})", re.ASCII)
_VENDOR_ID = re.compile(r"[(\[]([0-9A-F]{4})[)\]]", re.IGNORECASE | re.ASCII)
_MAKER = re.compile(r"\(([A-Za-z][\w .&-]{1,30})\)")
_MOST_LINES = 20_000
"""Lines by which the form is told."""
_ENOUGH, _ENOUGH_NAMED = 7, 4
"""Labels that tell the form: without the program's name, and with it."""
_LABELS = {
    "card name": "cardname",
    "name": "cardname",
    "graphics card": "cardname",
    "gpu": "gpuname",
    "gpu name": "gpuname",
    "graphics processor": "gpuname",
    "revision": "gpurevision",
    "gpu revision": "gpurevision",
    "technology": "processsize",
    "process size": "processsize",
    "die size": "diesize",
    "gpu die size": "diesize",
    "transistors": "transistors",
    "release date": "releasedate",
    "bios version": "biosversion",
    "bios": "biosversion",
    "uefi": "biosuefi",
    "uefi bios": "biosuefi",
    "subvendor": "subvendor",
    "device id": "ids",
    "rops/tmus": "units",
    "rops": "numrops",
    "tmus": "numtmus",
    "bus interface": "businterface",
    "shaders": "numshadersunified",
    "shading units": "numshadersunified",
    "directx support": "directxsupport",
    "directx": "directxsupport",
    "pixel fillrate": "fillratepixel",
    "pixel fill rate": "fillratepixel",
    "texture fillrate": "fillratetexel",
    "texture fill rate": "fillratetexel",
    "memory type": "memtype",
    "bus width": "membuswidth",
    "memory bus width": "membuswidth",
    "memory size": "memsize",
    "bandwidth": "membandwidth",
    "memory bandwidth": "membandwidth",
    "driver version": "driverversion",
    "driver date": "driverdate",
    "digital signature": "whql",
    "resizable bar": "resizablebar",
    "gpu clock": "clockgpu",
    "boost": "clockgpuboost",
    "boost clock": "clockgpuboost",
    "memory clock": "clockmem",
    "default clock": "clockgpudefault",
    "default boost": "clockgpuboostdefault",
    "default memory clock": "clockmemdefault",
}
"""Label -> the name of the field in `tool_fields.KEYS`; "ids" and "units" hold several."""
_TELLING = frozenset(("bios version", "subvendor", "rops/tmus", "bus interface", "pixel fillrate", "texture fillrate"))
"""Labels that no form of nvidia-smi and no letter has in this wording."""


def looks_like(data: bytes) -> bool:
    """Whether enough of the window's labels stand at the beginning of lines, one that only GPU-Z has among them."""
    text = head_of(data)
    labels = {found[0].casefold() for found in map(labelled, text.split("\n")[:_MOST_LINES]) if found is not None}
    known = labels & _LABELS.keys()
    wanted = _ENOUGH_NAMED if _PROGRAM.search(text) else _ENOUGH
    return len(known) >= wanted and bool(known & _TELLING)


def to_cards(data: bytes, name: str) -> Handed:
    """The NVIDIA cards of the report. Raises ProbeError where it holds none."""
    text, notes = text_of(data)
    found = _PROGRAM.search(text)
    version = found[1] or "" if found is not None else ""
    return fields.handed(fields.Report("GPU-Z", version, FORM, _cards(text), _ASK), text, notes)


def _cards(text: str) -> list[fields.Card]:
    """The fields of each card; a second name begins another one."""
    cards: list[fields.Card] = []
    for line in text.split("\n"):
        found = labelled(line)
        key = _LABELS.get(found[0].casefold()) if found is not None else None
        if found is None or key is None:
            continue
        if not cards or (key == "cardname" and "cardname" in cards[-1].values):
            fields.opened(cards)
        for part, value in _parts(key, found[1]):
            cards[-1].put(part, value)
    return cards


def _parts(key: str, value: str) -> list[tuple[str, str]]:
    """A line's fields: "10DE 2684 - 1043 889F" are four, "176 / 512" are two."""
    if key == "ids":
        found = _IDS.fullmatch(value)
        if found is None:
            return []
        names = ("vendorid", "deviceid", "subvendorid", "subsysid")
        return [(part, one) for part, one in zip(names, found.groups(), strict=True) if one]
    if key == "units":
        pair = _PAIR.fullmatch(value)
        return [("numrops", pair[1]), ("numtmus", pair[2])] if pair is not None else []
    if key == "subvendor" and (vendor := _VENDOR_ID.search(value)) is not None:
        return [(key, value), ("subvendorid", vendor[1])]
    if key == "memtype" and (maker := _MAKER.search(value)) is not None:
        return [(key, value), ("memvendor", maker[1])]
    return [(key, value)]
