"""The program's own evidence as a file: written for a colleague, read back, its serials taken out on wish.

What comes back is as untrusted as any other file, and as strictly typed as what was written.
"""

import codecs
import os
import re
import secrets
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import UTC
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from gpu_inspector.errors import CaptureError
from gpu_inspector.probes import capture_bounds, capture_masks
from gpu_inspector.probes.capture_masks import HIDDEN
from gpu_inspector.probes.smi_masks import MASKED
from gpu_inspector.probes.smi_reading import MOST_CARDS
from gpu_inspector.records import canonical
from gpu_inspector.records.claims import Absence, CardClaims
from gpu_inspector.records.decoders import decoder
from gpu_inspector.records.evidence import CardEvidence, Evidence, Gap
from gpu_inspector.records.firmware import BitReading, RmReading, VbiosReading
from gpu_inspector.records.foreign import ToolReading
from gpu_inspector.records.inspection import Inspection

IDENTIFYING = ("serial", "uuid", "device_identifier")
"""Fields of CardClaims that name one single card."""
NAMES_ONE = "2080013F"
"""The inner call whose answer holds the board's serial number, GPU_GET_OEM_BOARD_INFO."""
_SHORTEST = 6
"""Characters of a text that may be searched for in others: a serial "1" would erase every 1."""
Claims = TypeVar("Claims", bound=CardClaims)
_ANY_UUID = re.compile(r"\b(?:GPU-)?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", re.IGNORECASE)


class _Outer(msgspec.Struct):
    """What tells an inspection's record from bare evidence."""

    evidence: msgspec.Raw = msgspec.Raw()
    judgement: msgspec.Raw = msgspec.Raw()


def parse(data: bytes) -> Evidence:
    """The evidence of a capture, or of an inspection's record as a report carries it.

    Raises CaptureError where it is no capture, of a newer format, or holds what no capture can.
    """
    text = data.removeprefix(codecs.BOM_UTF8)
    if _is_inspection(text):
        evidence = canonical.decode(text, Inspection, "inspection").evidence
    else:
        evidence = canonical.decode(text, Evidence, "capture")
    if not evidence.cards:
        raise CaptureError("This capture holds no card.", "Make it again on the machine with the card.")
    if len(evidence.cards) > MOST_CARDS:
        raise CaptureError(f"This capture holds {len(evidence.cards):,} cards; no machine has as many.")
    if found := capture_bounds.beyond(evidence):
        raise CaptureError(
            f"This capture holds {found}; no inspection writes as many.", "Ask for the file again, unedited."
        )
    if evidence.collected_at.tzinfo is None:
        raise CaptureError("The time in this capture has no zone.", "Ask for the file again, unedited.")
    try:
        canonical.encode(evidence)
        evidence.collected_at.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise CaptureError(
            f"This capture holds what no record can hold ({error}).", "Ask for the file again, unedited."
        ) from error
    return evidence


def write(evidence: Evidence, path: Path, masked: bool = False) -> None:
    """Write the evidence as canonical JSON, whole or not at all; `masked` takes serials and UUIDs out first.

    Raises CaptureError where the file cannot be written.
    """
    data = canonical.encode(mask(evidence) if masked else evidence)
    beside = path.with_name(f".{path.name[:100]}.{secrets.token_hex(4)}.part")
    try:
        if path.exists() and not path.is_file():
            raise CaptureError(f"{path} is not a file that could be replaced.", "Name another one.")
        try:
            with beside.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise CaptureError(f"The capture {path} could not be written ({reason}).", "Name another place.") from error


def mask(evidence: Evidence) -> Evidence:
    """The evidence without what names one single card: serials, UUIDs, device identifiers, and where texts repeat them.

    The digest of the handed-in file stays: whoever holds the file can still tell that it was this one.
    """
    cards = (*evidence.cards, *evidence.bystanders)
    readings = [reading for card in cards for reading in (card.nvml, card.nvidia_smi, card.tool) if reading is not None]
    names_one = {value for reading in readings for name in IDENTIFYING if (value := getattr(reading, name))}
    names_one |= set(capture_masks.names_of_others(evidence))
    names_one |= {uuid.removeprefix("GPU-") for uuid in names_one}
    words = sorted((word for word in names_one if len(word) >= _SHORTEST), key=lambda word: (-len(word), word))

    def clean(text: str) -> str:
        for word in words:
            text = re.sub(re.escape(word), HIDDEN, text, flags=re.IGNORECASE)
        return _ANY_UUID.sub(HIDDEN, text)

    return replace(
        evidence,
        cards=tuple(_mask_card(card, clean) for card in evidence.cards),
        bystanders=tuple(_mask_card(card, clean) for card in evidence.bystanders),
        file_name=clean(evidence.file_name),
        notes=tuple(map(clean, evidence.notes)),
        gaps=_clean_gaps(evidence.gaps, clean),
        # Where else the card was seen names it as its serial does, and says what is in this office's ledger.
        sightings=(),
        ledger_asked=None,
        registry_sightings=(),
        registry_asked=None,
        watched=(),
        lists_asked=(),
        known_images=(),
        node=None,
        masked=True,
        **capture_masks.whole(evidence, clean),
    )


def _mask_card(card: CardEvidence, clean: Callable[[str], str]) -> CardEvidence:
    return replace(
        card,
        label=clean(card.label),
        nvml=_mask_claims(card.nvml, clean) if card.nvml is not None else None,
        nvidia_smi=_mask_claims(card.nvidia_smi, clean) if card.nvidia_smi is not None else None,
        tool=_mask_tool(card.tool, clean) if card.tool is not None else None,
        silicon=replace(card.silicon, uuid="") if card.silicon is not None else None,
        vbios=tuple(_mask_image(image, clean) for image in card.vbios),
        rm=_mask_calls(card.rm, clean) if card.rm is not None else None,
        # Its certificates name the one chip that they were made for.
        attestation=None,
        gaps=_clean_gaps(card.gaps, clean),
        **capture_masks.beside(card, clean),
    )


def _mask_image(image: VbiosReading, clean: Callable[[str], str]) -> VbiosReading:
    """Its texts may repeat a number, as any may; its digests stay, as that of a handed-in file does."""
    return replace(
        image,
        file_name=clean(image.file_name),
        bit=replace(image.bit, **_clean_texts(image.bit, clean)) if image.bit is not None else None,
        remarks=tuple(map(clean, image.remarks)),
    )


def _mask_calls(reading: RmReading, clean: Callable[[str], str]) -> RmReading:
    """Without the bytes of the board's record, which hold its serial number; what was made of them stays."""
    calls = tuple(
        replace(one, raw="" if one.command.upper() == NAMES_ONE else one.raw, failure=clean(one.failure))
        for one in reading.calls
    )
    return replace(reading, calls=calls, **_clean_texts(reading, clean))


def _clean_texts(record: BitReading | RmReading, clean: Callable[[str], str]) -> dict[str, Any]:
    """Each text of a record, cleaned, by its field."""
    texts = {one.name: getattr(record, one.name) for one in fields(record)}
    return {name: clean(text) for name, text in texts.items() if isinstance(text, str)}


def _mask_claims(claims: Claims, clean: Callable[[str], str]) -> Claims:
    hidden = {name for name in IDENTIFYING if getattr(claims, name) is not None}
    absent = tuple(Absence(one.field, clean(one.reason)) for one in claims.absent if one.field not in hidden) + tuple(
        Absence(name, MASKED) for name in IDENTIFYING if name in hidden
    )
    nothing: dict[str, Any] = dict.fromkeys(hidden)
    return replace(claims, absent=absent, **nothing)


def _mask_tool(tool: ToolReading, clean: Callable[[str], str]) -> ToolReading:
    return capture_masks.tool_reading(_mask_claims(tool, clean), clean)


def _clean_gaps(gaps: tuple[Gap, ...], clean: Callable[[str], str]) -> tuple[Gap, ...]:
    return tuple(Gap(gap.source, clean(gap.reason), clean(gap.advice)) for gap in gaps)


def _is_inspection(text: bytes) -> bool:
    try:
        outer = decoder(_Outer).decode(text)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return False
    return bool(bytes(outer.evidence)) and bool(bytes(outer.judgement))
