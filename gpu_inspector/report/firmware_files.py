"""The firmware images of a report as files inside of it: for those who want to read them with tools of their own.

The record holds their digests and what was read in them; the bytes themselves are attached where they are at hand,
each under the name that its digest gives it. Who draws the report again needs none of them.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping

from gpu_inspector.records.evidence import Evidence
from gpu_inspector.records.firmware import VbiosReading
from gpu_inspector.report.signature import Attachment

DESCRIPTION = "A vBIOS image as it was read; its digest stands in the record"
FILE_TYPE = "application/octet-stream"
RELATIONSHIP = "/Supplement"
LISTED = 32
"""Images of one report at most."""
MOST_BYTES = 64 * 1024 * 1024
"""Of all of them together, as the record counts them: a signed report must stay below what `examine` looks at."""
NAME = re.compile(r"vbios-[0-9a-f]{16}\.rom")
_DIGEST = re.compile(r"[0-9a-f]{64}")


def name_of(reading: VbiosReading) -> str:
    """What its file is called inside of the report; "" for a (forged) reading without a digest."""
    return f"vbios-{reading.sha256[:16]}.rom" if _DIGEST.fullmatch(reading.sha256) else ""


def is_name(name: str) -> bool:
    """Whether an attachment of this name is a firmware image."""
    return NAME.fullmatch(name) is not None


def attachments(evidence: Evidence, images: Mapping[str, bytes]) -> tuple[Attachment, ...]:
    """The images that are at hand, `images` being SHA-256 -> bytes; none of masked evidence: an EEPROM can hold a
    serial number."""
    found: dict[str, Attachment] = {}
    for reading in _readings(evidence):
        data = images.get(reading.sha256)
        if data is not None and _is_of(reading, data):
            name = name_of(reading)
            found[name] = Attachment(
                name=name, data=data, description=DESCRIPTION, media_type=FILE_TYPE, relationship=RELATIONSHIP
            )
    return tuple(found.values())


def belong(evidence: Evidence, attached: Mapping[str, bytes]) -> bool:
    """Whether each attached image, by its name, is one that the record names, byte for byte. They may be missing."""
    known = {name_of(reading): reading for reading in _readings(evidence)}
    return all(name in known and _is_of(known[name], data) for name, data in attached.items())


def _readings(evidence: Evidence) -> Iterator[VbiosReading]:
    """Those that there is room for: by the record alone, so that whoever checks a report finds the same."""
    if evidence.masked:
        return
    named = (reading for card in evidence.cards for reading in card.vbios if name_of(reading))
    left = MOST_BYTES
    for reading, _number in zip(named, range(LISTED), strict=False):
        if 0 <= reading.size_bytes <= left:
            left -= reading.size_bytes
            yield reading


def _is_of(reading: VbiosReading, data: bytes) -> bool:
    return len(data) == reading.size_bytes and hashlib.sha256(data).hexdigest() == reading.sha256
