"""How the values of claims are written, so that two sources that mean the same write the same."""

from gpu_inspector.language import _, listed, number
from gpu_inspector.records.measured_words import generation_words

MIB = 1 << 20


def unit(value: int | None, name: str, divisor: int = 1) -> str | None:
    """A whole number of units."""
    return None if value is None else f"{number(value // divisor)} {name}".strip()


def watts(milliwatts: int | None) -> str | None:
    """Rounded: nvidia-smi prints two decimals of what NVML gives in milliwatts."""
    return unit(None if milliwatts is None else milliwatts + 500, "W", 1000)


def pair(vendor: str | None, device: str | None) -> str | None:
    """An id with its vendor before it, where that is known."""
    return device if vendor is None or device is None else f"{vendor}:{device}"


def link(generation: int | None, lanes: int | None) -> str | None:
    """A link of PCI Express."""
    return listed(generation_words(generation, lanes)) or None


def switch(value: bool | None) -> str | None:
    """Something that is on or off."""
    return None if value is None else _("on") if value else _("off")
