"""By what one firmware image is known again in another: its version, its board, and the digests of its parts.

The images of a chain hold nothing that belongs to one card alone: serial number and UUID stand in the InfoROM, beside
them. So two cards of one board with one version should hold the same bytes. Pure; all values are claims of an image.
"""

import re
from collections.abc import Iterable

from gpu_inspector.records import simulated
from gpu_inspector.records.evidence import Evidence, Origin
from gpu_inspector.records.firmware import PC_AT, VbiosReading
from gpu_inspector.records.firmware_compared import part_names

FROM_CARD = "card"
"""The source of an image that the system's kernel read out of the card."""
LONGEST_VERSION = 32
"""Characters; "95.02.18.80.5F" has 14, and what a forger writes must not swell the ledger's side table."""
UNUSED_MEMORY = 15
"""The number of a row of the image's memory table that stands for nothing."""
_DIGEST = re.compile(r"[0-9a-f]{64}")


def own_first(images: Iterable[VbiosReading]) -> tuple[VbiosReading, ...]:
    """The images of one card, what was read out of it before any file that was handed in for it."""
    return tuple(sorted(images, key=lambda one: one.source != FROM_CARD))


def version_of(image: VbiosReading) -> str:
    """The version by which an image is looked up, in upper case; "" where it has none that could be one."""
    version = image.bit.version.strip().upper() if image.bit is not None else ""
    return version if version.isascii() and len(version) <= LONGEST_VERSION else ""


def board_of(image: VbiosReading) -> tuple[str, str]:
    """What the image calls its board: the board text and the board code of the sign-on."""
    return ("", "") if image.bit is None else (image.bit.board_text.strip(), image.bit.board_code.strip())


def whole(image: VbiosReading) -> bool:
    """Whether the chain of images comes to its end and none of them was cut."""
    return bool(image.images) and image.ends and all(one.whole for one in image.images)


def ids_of(image: VbiosReading) -> tuple[str, str]:
    """Device id and subsystem of the x86 part, "" where there is none."""
    part = next((one for one in image.images if one.code_type == PC_AT), None)
    return ("", "") if part is None else (part.device_id, part.subsystem or "")


def differing_parts(one: VbiosReading, other: VbiosReading) -> tuple[str, ...]:
    """Names of the parts that both have whole, with different bytes. What one of the two lacks is not told here."""
    mine, theirs = _digests(one), _digests(other)
    return tuple(name for name, digest in mine.items() if digest and theirs.get(name, digest) not in ("", digest))


def lacking_parts(one: VbiosReading, other: VbiosReading) -> tuple[str, ...]:
    """Names of the parts that only one of the two has."""
    mine, theirs = _digests(one), _digests(other)
    return tuple(name for name in dict.fromkeys((*mine, *theirs)) if (name in mine) is not (name in theirs))


def _digests(image: VbiosReading) -> dict[str, str]:
    """Name of the part -> its digest, "" where it was cut."""
    names = part_names(image.images)
    return {name: one.sha256 if one.whole else "" for name, one in zip(names, image.images, strict=True)}


def images_of(evidence: Evidence) -> tuple[tuple[str, str], ...]:
    """(version, digest of the chain) of each image that was read out of an inspected card, each once, sorted.

    What was handed in as a file is in no collection. Simulated cards and samples have nothing to collect.
    """
    if evidence.origin in (Origin.SAMPLE, Origin.SIMULATION) or simulated.marks(evidence):
        return ()
    found = {
        (version, image.images_sha256)
        for card in evidence.cards
        for image in card.vbios
        if image.source == FROM_CARD and (version := version_of(image)) and _DIGEST.fullmatch(image.images_sha256)
    }
    return tuple(sorted(found))
