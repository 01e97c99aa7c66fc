"""How a forger changes a fact in a text: in the XML of nvidia-smi, in its plain text, or in a capture's JSON.

He searches for the line and writes another value into it, as with an editor. Nothing of the program is imported.
"""

import json
import re
from collections.abc import Callable

_XML = {
    "name": "product_name",
    "architecture": "product_architecture",
    "vbios": "vbios_version",
    "part": "gpu_part_number",
    "board_part": "board_part_number",
    "inforom": "img_version",
    "device": "pci_device_id",
    "subsystem": "pci_sub_system_id",
}
_TEXT = {
    "name": "Product Name",
    "architecture": "Product Architecture",
    "vbios": "VBIOS Version",
    "part": "GPU Part Number",
    "board_part": "Board Part Number",
    "inforom": "Image Version",
    "device": "Device Id",
    "subsystem": "Sub System Id",
}
_CAPTURE = {
    "name": "name",
    "architecture": "architecture",
    "vbios": "vbios_version",
    "part": "gpu_part_number",
    "board_part": "board_part_number",
    "inforom": "inforom_image",
    "device": "device_id",
    "capability": "compute_capability",
    "cores": "cores",
    "bus": "bus_width_bits",
    "total": "memory_total_bytes",
}
_NUMBERS = ("cores", "bus")
_READINGS = ("pci", "nvml", "nvidia_smi")
_ONLY_SMI = ("part",)
"""No call of NVML gives the part number: only nvidia-smi prints it."""
_VENDOR = "10DE"


def told(text: str, form: str, change: dict[str, str]) -> str:
    """The text with the facts of `change` written into it. Raises ValueError where it has no such line."""
    if form == "capture":
        return _capture(text, change)
    write: Callable[[str, str, str], str] = _xml if form == "xml" else _plain
    for fact, value in change.items():
        text = write(text, fact, value)
    return text


def _printed(fact: str, value: str) -> str:
    """As nvidia-smi prints it: ids with the vendor behind them; what is painted over stays as it is."""
    if value.startswith("["):
        return value
    if fact == "device":
        return f"{value}{_VENDOR}"
    if fact == "subsystem":
        vendor, _, device = value.partition(":")
        return f"{device}{vendor}"
    return value


def _xml(text: str, fact: str, value: str) -> str:
    if fact == "total":
        return _once(r"(<fb_memory_usage>\s*<total>)[^<]*", rf"\g<1>{value} MiB", text)
    tag = _XML[fact]
    return _once(rf"(<{tag}>)[^<]*", rf"\g<1>{_printed(fact, value)}", text)


def _plain(text: str, fact: str, value: str) -> str:
    if fact == "total":
        return _once(r"(FB Memory Usage\s+Total\s*: )[^\n]*", rf"\g<1>{value} MiB", text)
    shown = f"0x{_printed(fact, value)}" if fact in ("device", "subsystem") else value
    return _once(rf"(\n\s+{_TEXT[fact]}\s*: )[^\n]*", rf"\g<1>{shown}", text)


def _once(pattern: str, new: str, text: str) -> str:
    changed, count = re.subn(pattern, new, text, count=1)
    if not count:
        raise ValueError(f"nothing to lie about: {pattern}")
    return changed


def _capture(text: str, change: dict[str, str]) -> str:
    record = json.loads(text)
    (card,) = record["cards"]
    for fact, value in change.items():
        readings = [card[name] for name in _READINGS if card.get(name)]
        if fact in _ONLY_SMI:
            readings = [card["nvidia_smi"]]
        if fact == "subsystem":
            vendor, _, device = value.partition(":")
            for reading in readings:
                reading.update(subsystem_vendor=vendor, subsystem_id=device)
            continue
        key = _CAPTURE[fact]
        shown: object = int(value) << 20 if fact == "total" else int(value) if fact in _NUMBERS else value
        held = [reading for reading in readings if key in reading]
        if not held:
            raise ValueError(f"nothing to lie about: {key}")
        for reading in held:
            reading[key] = None if shown == "N/A" else shown
    return json.dumps(record)
