"""Firmware images and the driver's inner calls join the evidence, when the inspector asks for them.

None of it is read unasked: reading an image out needs the administrator's password, a file is somebody's word, and
the inner calls have been seen on no card yet. What card or driver refuse is a gap with its reason; a file that cannot
be read is the inspector's to put right, and so is an error.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from gpu_inspector.errors import CaptureError, ProbeError
from gpu_inspector.language import N_
from gpu_inspector.probes import incoming
from gpu_inspector.probes.untrusted import clean
from gpu_inspector.records.evidence import CardEvidence, Evidence, Gap, Origin
from gpu_inspector.records.firmware import VbiosReading
from gpu_inspector.records.image_parts import FROM_CARD
from gpu_inspector.workflow import firmware_files
from gpu_inspector.workflow.progress import Progress, silent

MOST_FILES = 2
"""Images that are handed in for one card: more than two are compared with each other by nobody."""
VBIOS, RM = "vbios", "rm"
"""Sources of gaps."""


@dataclass(frozen=True, slots=True)
class FirmwareWish:
    """What an inspector asks for beside what every inspection reads."""

    files: tuple[Path, ...] = ()
    """Images that were handed in as the card's own."""
    read: bool = False
    """Read the image out of the card."""
    control_calls: bool = False
    """Ask the driver's inner calls."""

    @property
    def empty(self) -> bool:
        """Nothing is asked for."""
        return not (self.files or self.read or self.control_calls)


def read_image(path: Path) -> VbiosReading:
    """The image that a file holds. Raises CaptureError where the file cannot be read, or holds none."""
    return _read_file(path)[0]


def _read_file(path: Path) -> tuple[VbiosReading, bytes]:
    from gpu_inspector.probes import vbios

    try:
        # A file's name may be bytes that are no text; a record holds text only.
        name = path.name.encode("utf-8", "replace").decode("utf-8")
        data = incoming.open_file(path, None)
        return vbios.parse(data, source="file", file_name=name), data
    except ProbeError as error:
        raise CaptureError(f"{path}: {error.message}", error.advice) from error


def with_firmware(evidence: Evidence, wish: FirmwareWish, progress: Progress = silent) -> Evidence:
    """The evidence with what was asked for; as it was where nothing was.

    Raises CaptureError for a file that cannot be read or holds no image, for more than two, for one that is handed in
    twice, and for files where several cards are inspected: whose image it is must be beyond doubt.
    """
    if wish.empty:
        return evidence
    files, unkept = _handed_in(evidence, wish.files)
    cards = []
    for card in evidence.cards:
        images, gaps = list(files), list(unkept)
        if wish.read:
            progress(N_("the card's vBIOS image"), 0.0)
            read, gap = _read_out(card, evidence)
            images[:0] = [read] if read is not None else []
            gaps += [gap] if gap is not None else []
        card = replace(card, vbios=(*card.vbios, *images), gaps=(*card.gaps, *gaps))
        if wish.control_calls:
            progress(N_("the driver's inner calls"), 0.0)
            card = _asked(card, evidence)
        cards.append(card)
    return replace(evidence, cards=tuple(cards))


def _handed_in(evidence: Evidence, files: tuple[Path, ...]) -> tuple[tuple[VbiosReading, ...], tuple[Gap, ...]]:
    """The images of the files, kept for the report; and a gap for each that cannot be kept."""
    if not files:
        return (), ()
    if len(evidence.cards) != 1:
        raise CaptureError(
            f"A vBIOS file was handed in, and {len(evidence.cards)} cards are inspected.",
            "Name the one card that the file belongs to.",
        )
    if len(files) > MOST_FILES:
        raise CaptureError(f"{len(files)} vBIOS files were handed in; two at most.", "Leave the others out.")
    earlier = evidence.cards[0].vbios
    together, most = len(earlier) + len(files), MOST_FILES + 1
    if together > most:
        raise CaptureError(
            f"With these files there are {together} vBIOS images of the card; {most} at most are compared.",
            "Hand in fewer files: the capture has some already.",
        )
    read = [_read_file(path) for path in files]
    _refuse_twice(earlier, [reading for reading, _data in read])
    gaps = (firmware_files.keep(data) for _reading, data in read)
    return tuple(reading for reading, _data in read), tuple(gap for gap in gaps if gap is not None)


def _refuse_twice(earlier: tuple[VbiosReading, ...], files: list[VbiosReading]) -> None:
    """Raises CaptureError: a dump that is held against itself would agree, and say nothing."""
    seen = {one.sha256 for one in earlier if one.source != FROM_CARD}
    for one in files:
        if one.sha256 in seen:
            raise CaptureError(
                f"The vBIOS file “{clean(one.file_name)}” was handed in twice: held against itself it says nothing.",
                "Hand it in once, or another dump of this card beside it.",
            )
        seen.add(one.sha256)


def _read_out(card: CardEvidence, evidence: Evidence) -> tuple[VbiosReading | None, Gap | None]:
    """The card's own image, or why there is none, or why its bytes cannot be kept for the report."""
    if evidence.origin is not Origin.MACHINE or card.pci is None:
        return None, Gap(
            VBIOS, N_("No card is there that an image could be read out of."), N_("Inspect the card itself.")
        )
    from gpu_inspector.probes import rom_reading, vbios

    try:
        data = rom_reading.read(card.pci.address)
        return vbios.parse(data, source="card"), firmware_files.keep(data)
    except ProbeError as error:
        return None, Gap(VBIOS, error.message, error.advice)


def _asked(card: CardEvidence, evidence: Evidence) -> CardEvidence:
    gaps = list(_hindrances(card, evidence))
    if not gaps:
        from gpu_inspector.probes import rm

        assert card.pci is not None
        version = next(one.driver_version for one in (card.nvml, card.nvidia_smi) if one and one.driver_version)
        assert version is not None
        try:
            return replace(card, rm=rm.read(card.pci.address, version))
        except ProbeError as error:
            gaps.append(Gap(RM, error.message, error.advice))
    return replace(card, gaps=(*card.gaps, *gaps))


def _hindrances(card: CardEvidence, evidence: Evidence) -> Iterator[Gap]:
    """Why the inner calls cannot even be tried."""
    if evidence.origin is not Origin.MACHINE or card.pci is None:
        yield Gap(RM, N_("No card is there whose driver could be asked."), N_("Inspect the card itself."))
    elif not any(one is not None and one.driver_version for one in (card.nvml, card.nvidia_smi)):
        yield Gap(RM, N_("The driver's version is not known, and so not the form of its inner calls."))
