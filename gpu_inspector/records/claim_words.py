"""How the values of claims are written, so that two sources that mean the same write the same."""

from gpu_inspector.records.measured_words import counted

MIB = 1 << 20


def unit(value: int | None, name: str, divisor: int = 1) -> str | None:
    """A whole number of units."""
    return None if value is None else f"{value // divisor:,} {name}".strip()


def watts(milliwatts: int | None) -> str | None:
    """Rounded: nvidia-smi prints two decimals of what NVML gives in milliwatts."""
    return unit(None if milliwatts is None else milliwatts + 500, "W", 1000)


def pair(vendor: str | None, number: str | None) -> str | None:
    """An id with its vendor before it, where that is known."""
    return number if vendor is None or number is None else f"{vendor}:{number}"


def link(generation: int | None, lanes: int | None) -> str | None:
    """A link of PCI Express."""
    parts = [f"generation {generation}"] if generation is not None else []
    parts += [counted(lanes, "lane", "lanes")] if lanes is not None else []
    return ", ".join(parts) or None


def switch(value: bool | None) -> str | None:
    """Something that is on or off."""
    return None if value is None else "on" if value else "off"
