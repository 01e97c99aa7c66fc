"""What vBIOS images and the driver's inner calls claim beside the other sources, by the label of a line.

An image that was read out of the card and one that somebody handed in for it are sources of their own: that they
differ, from each other or from the driver, is the very thing to see. The inner calls have been seen on no card yet:
they are shown, and held against nothing.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from gpu_inspector.language import N_
from gpu_inspector.records.claim_words import pair, unit, watts
from gpu_inspector.records.evidence import CardEvidence
from gpu_inspector.records.firmware import PC_AT, MemoryRow, RmReading, RomImage, VbiosReading
from gpu_inspector.records.inner_words import UNSEEN, ram_type_of, vendor_of
from gpu_inspector.records.measured_words import size_words

INNER = N_("driver, inner calls")
SIGN_ON, BOARD, TYPES, MAKERS = N_("Board sign-on"), N_("Board number"), N_("Memory types"), N_("Memory maker")
"""Labels of lines that stand only where firmware or the inner calls speak."""

MOST = 4
"""Images of one card that are shown as sources; no inspection has more, a forged record might."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One source's word on one fact."""

    source: str
    value: str
    others: frozenset[str] = frozenset()
    """Further values, folded, that it agrees with: an image serves a list of devices, and drives kinds of memory."""
    counts: bool = True
    """False where it is shown and held against nothing."""


def source_of(reading: VbiosReading, card: CardEvidence) -> str:
    """Who speaks: "vBIOS image" of the card, "vBIOS file" of somebody; several files are numbered."""
    if reading.source == "card":
        return N_("vBIOS image")
    files = [one for one in card.vbios if one.source != "card"]
    number = next((place for place, one in enumerate(files, 1) if one is reading), 0)
    return N_(f"vBIOS file {number}") if len(files) > 1 and number else N_("vBIOS file")


def claims_of(label: str, card: CardEvidence) -> tuple[Claim, ...]:
    """What this card's images and inner calls say of the fact of this label."""
    return (*_of_images(label, card), *_of_inner_calls(label, card))


def _of_images(label: str, card: CardEvidence) -> Iterator[Claim]:
    for reading in card.vbios[:MOST]:
        claim = _IMAGES[label](reading) if label in _IMAGES else None
        if claim is not None and claim.value:
            yield replace(claim, source=source_of(reading, card))
        if label == "Subsystem" and reading.ifr_subsystem and (claim is None or reading.ifr_subsystem != claim.value):
            yield Claim(N_(f"{source_of(reading, card)}, before its chain"), reading.ifr_subsystem)


def _of_inner_calls(label: str, card: CardEvidence) -> Iterator[Claim]:
    value = _INNER[label](card.rm) if card.rm is not None and label in _INNER else None
    if card.rm is not None and value:
        seen = card.rm.seen_on_hardware
        yield Claim(INNER if seen else f"{INNER} ({UNSEEN})", value, counts=seen)


def _legacy(reading: VbiosReading) -> RomImage | None:
    """The part that bears the card's own ids: extensions bear those of its family, and the UEFI part none."""
    return next((one for one in reading.images if one.code_type == PC_AT), None)


def _device(reading: VbiosReading) -> Claim | None:
    image = _legacy(reading)
    if image is None:
        return None
    more = [*image.device_list, *([reading.bit.bridged_device_id] if reading.bit is not None else [])]
    others = frozenset((pair(image.vendor_id, one) or "").casefold() for one in more if one)
    return Claim("", pair(image.vendor_id, image.device_id) or "", others)


def _subsystem(reading: VbiosReading) -> Claim | None:
    image = _legacy(reading)
    return Claim("", image.subsystem) if image is not None and image.subsystem else None


def _version(reading: VbiosReading) -> Claim | None:
    return Claim("", reading.bit.version) if reading.bit is not None else None


def _sign_on(reading: VbiosReading) -> Claim | None:
    return Claim("", reading.bit.sign_on) if reading.bit is not None else None


def _board(reading: VbiosReading) -> Claim | None:
    if reading.bit is None:
        return None
    return Claim("", reading.bit.board_code or reading.bit.project.partition("-")[0])


def _power(reading: VbiosReading) -> Claim | None:
    power = reading.bit.power if reading.bit is not None else None
    return Claim("", watts(power.default_mw) or "") if power is not None else None


def _of_memory(reading: VbiosReading, name: Callable[[MemoryRow], str]) -> Claim | None:
    memory = reading.bit.memory if reading.bit is not None else None
    if memory is None:
        return None
    names = sorted({name(row) for row in memory.rows} - {""})
    return Claim("", ", ".join(names), frozenset(one.casefold() for one in names))


_IMAGES: dict[str, Callable[[VbiosReading], Claim | None]] = {
    "Device id": _device,
    "Subsystem": _subsystem,
    "vBIOS version": _version,
    SIGN_ON: _sign_on,
    BOARD: _board,
    "Default power limit": _power,
    TYPES: lambda reading: _of_memory(reading, lambda row: row.type_name),
    MAKERS: lambda reading: _of_memory(reading, lambda row: row.vendor),
}
_INNER: dict[str, Callable[[RmReading], str | None]] = {
    "Device id": lambda rm: rm.device_id,
    "Board part number": lambda rm: rm.part_number_900,
    "Memory bus": lambda rm: unit(rm.bus_width_bits, "bit"),
    BOARD: lambda rm: rm.project,
    TYPES: ram_type_of,
    MAKERS: vendor_of,
    "L2 cache": lambda rm: None if rm.l2_bytes is None else size_words(rm.l2_bytes),
}
