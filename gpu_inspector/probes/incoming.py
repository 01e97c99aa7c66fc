"""A file that someone hands in: opened with care, told by its content, and turned into evidence of unknown origin.

The file's name says nothing. Nothing is executed or followed, and nothing is unpacked but a bug report of NVIDIA's
driver, within bounds; what cannot be read is refused with a sentence.
"""

import codecs
import hashlib
import os
import stat
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path, PurePath
from typing import BinaryIO

from gpu_inspector.errors import CaptureError, ProbeError
from gpu_inspector.language import N_
from gpu_inspector.probes import capture, foreign_forms, handed, nvidia_smi
from gpu_inspector.probes.handed import Handed
from gpu_inspector.probes.smi_decode import LARGEST, decode
from gpu_inspector.probes.untrusted import clean
from gpu_inspector.records.claims import SmiReading
from gpu_inspector.records.evidence import CardEvidence, Evidence, Gap, Origin
from gpu_inspector.records.inventory import InventoryList

LARGEST_REPORT = 512 * 1024 * 1024
"""Bytes of a PDF; a report with a case full of photographs has some tens of megabytes."""
_REPORT = b"%PDF-"
ASK = N_("Ask for the output of `nvidia-smi -q -x`, saved as it is.")
_BROUGHT = N_(" (by the reviewed file's own words)")
SAMPLE_MARK = handed.SAMPLE_MARK
_LONGEST_NAME = 200
IMAGE = "vbios"
"""The form of a file that is a vBIOS image."""
_IMAGES = (b"\x55\xaa", b"NVGI")
_HEAD = 512
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_LOOKED, _ADVICE = N_("Not looked at: the evidence is a file."), N_("Inspect the card itself.")
_BINARY = (
    (b"%PDF-", "a PDF", N_("For a signed report use `gpu-inspector verify` or `gpu-inspector judge`.")),
    (b"\x89PNG", "a picture", N_("A photograph of a screen cannot be read; ") + ASK[0].lower() + ASK[1:]),
    (b"\xff\xd8\xff", "a picture", N_("A photograph of a screen cannot be read; ") + ASK[0].lower() + ASK[1:]),
    (b"GIF8", "a picture", N_("A photograph of a screen cannot be read; ") + ASK[0].lower() + ASK[1:]),
    (b"PK\x03\x04", N_("a ZIP archive or an office document"), N_("Unpack it first, or save the text from it.")),
    (b"\x1f\x8b", N_("a gzip archive"), N_("Unpack it first.")),
    (b"7z\xbc\xaf", N_("a 7-Zip archive"), N_("Unpack it first.")),
    (b"\xfd7zXZ", N_("an xz archive"), N_("Unpack it first.")),
    (b"SQLite format 3", "a database", N_("For a ledger use `gpu-inspector ledger verify --ledger FILE`.")),
    (b"{\\rtf", N_("a word processor's document"), N_("Save it as plain text.")),
    (b"\x7fELF", "a program", N_("It was not run. ") + ASK),
    (b"MZ", "a program", N_("It was not run. ") + ASK),
)
"""Beginnings of files that are handed in by mistake: what each is, and what to do instead."""


def open_file(path: Path | None, stream: BinaryIO | None, *, empty: bool = False) -> bytes:
    """All bytes of a regular file, or of a stream where there is no path; at most 64 MiB, of a PDF 512 MiB.

    Raises CaptureError where it is missing, not permitted, a folder, a device or a pipe, larger than that, or empty
    (unless `empty` allows that).
    """
    if path is not None:
        data = _open_regular(path)
    elif stream is not None:
        try:
            data = stream.read(LARGEST + 1)
            if len(data) > LARGEST and data.startswith(_REPORT):
                data += stream.read(LARGEST_REPORT - LARGEST)
        except OSError as error:
            raise CaptureError(f"Standard input cannot be read ({error.strerror}).") from error
    else:
        raise CaptureError("No file was named.", "Name one, or - for standard input.")
    if len(data) > _limit(data):
        raise _too_large(None, _limit(data))
    if not data and not empty:
        raise CaptureError("The file is empty.", "Ask for it again.")
    return data


def _open_regular(path: Path) -> bytes:
    """Opened without waiting, and looked at once it is open: a pipe in the file's place neither hangs nor floods us."""
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
    try:
        descriptor = os.open(path, flags)
        with os.fdopen(descriptor, "rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise CaptureError(f"{path} is a device or a pipe.", "Name a file, or - for standard input.")
            head = file.read(len(_REPORT))
            if status.st_size > _limit(head):
                raise _too_large(status.st_size, _limit(head))
            return head + file.read(_limit(head) + 1 - len(head))
    except IsADirectoryError as error:
        raise CaptureError(f"{path} is a folder.", "Name one file; `judge` takes a folder.") from error
    except FileNotFoundError as error:
        raise CaptureError(f"There is no file {path}.", "Look at the name.") from error
    except PermissionError as error:
        raise CaptureError(f"{path} may not be read.", "Ask its owner for permission, or for a copy.") from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise CaptureError(f"{path} cannot be read ({reason}).", "Ask for the file again.") from error


def _limit(head: bytes) -> int:
    return LARGEST_REPORT if head.startswith(_REPORT) else LARGEST


def _too_large(size: int | None, limit: int) -> CaptureError:
    found = N_(f"The file has {size:,} bytes") if size is not None else N_(f"There are more than {limit:,} bytes")
    if limit == LARGEST_REPORT:
        return CaptureError(N_(f"{found}; a report never has more than {limit:,}."), N_("Ask for the report itself."))
    return CaptureError(N_(f"{found}; a dump or a capture never has more than {limit:,}."), ASK)


def recognise(data: bytes) -> str | None:
    """Which form a file has; None for none that this program reads.

    "capture", "vbios", "xml", "text", "table", or the name of one of other people's forms (`foreign_forms.FORMS`).
    """
    if (found := foreign_forms.find(data, before_dumps=True)) is not None:
        return found[0]
    if _mistaken(data) is not None:
        return None
    if _is_image(data):
        return IMAGE
    if _is_json(data):
        return "capture"
    own = nvidia_smi.recognise(data)
    found = foreign_forms.find(data, before_dumps=False) if own is None else None
    return found[0] if found is not None else own


def to_evidence(
    data: bytes, file_name: str, *, tool_version: str, reference_version: str, collected_at: datetime
) -> Evidence:
    """The evidence that a handed-in file holds, marked as a file of unknown origin (or as our own sample).

    A capture keeps its own time and versions, as it claims them. Raises CaptureError where the file holds none.
    """
    name = _plain_name(file_name)
    sha256 = hashlib.sha256(data).hexdigest()
    foreign = foreign_forms.find(data, before_dumps=True)
    if foreign is None:
        mistaken = _mistaken(data)
        if mistaken is not None:
            raise mistaken
        if _is_json(data):
            return _of_capture(data, name, sha256)
    try:
        form, found = _read(data, name, foreign)
    except ProbeError as error:
        raise CaptureError(error.message, error.advice) from error
    return Evidence(
        collected_at=collected_at,
        tool_version=tool_version,
        reference_version=reference_version,
        origin=Origin.SAMPLE if found.sample else Origin.FILE,
        cards=found.cards,
        file_name=name,
        file_sha256=sha256,
        file_form=form,
        notes=found.notes,
        gaps=(
            Gap(
                "host",
                N_("The machine that the dump was made on was not looked at."),
                N_("Inspect the card itself on a bench of your own."),
            ),
            *found.gaps,
        ),
        driver_events=found.driver_events,
        log_signs=found.log_signs,
    )


def _read(data: bytes, name: str, foreign: tuple[str, foreign_forms.Reader] | None) -> tuple[str, Handed]:
    """The form and what the file holds; our own forms come first, but for files that hold one of them amid others."""
    if foreign is None and _is_image(data):
        return IMAGE, Handed(cards=(_of_image(data, name),))
    if foreign is None and nvidia_smi.recognise(data) is None:
        foreign = foreign_forms.find(data, before_dumps=False)
    if foreign is not None:
        return foreign[0], foreign[1].to_cards(data, name)
    log = nvidia_smi.parse(data)
    cards = tuple(_card(number, reading) for number, reading in enumerate(log.readings, start=1))
    return log.form, Handed(cards=cards, notes=log.notes, sample=SAMPLE_MARK in decode(data)[0])


def _is_image(data: bytes) -> bool:
    """Whether it is a vBIOS image, with or without the block that flashing tools keep before it."""
    if data.startswith(_IMAGES):
        return True
    # Erased memory (FF) stands before the first image of newer cards' dumps, and in no text but UTF-16's mark.
    if not {0, 0xFF} & set(data[:_HEAD]) or data.startswith(_UTF16):
        return False  # a text, as nearly every dump is
    from gpu_inspector.probes import vbios

    return vbios.looks_like(data)


def _of_image(data: bytes, name: str) -> CardEvidence:
    """A card of which nothing is known but the image that somebody calls its own."""
    from gpu_inspector.probes import vbios  # most files are dumps of the driver's tool

    return CardEvidence(
        label=N_("the image of the file"),
        gaps=_gaps("pci", "nvml", "driver"),
        vbios=(vbios.parse(data, source="file", file_name=name),),
    )


def _card(number: int, reading: SmiReading) -> CardEvidence:
    label = reading.pci_bus_id or N_(f"card {number} of the file")
    return CardEvidence(label=label, nvidia_smi=reading, gaps=_gaps("pci", "nvml"))


def _gaps(*sources: str) -> tuple[Gap, ...]:
    return tuple(Gap(source, _LOOKED, _ADVICE) for source in sources)


def _of_capture(data: bytes, name: str, sha256: str) -> Evidence:
    """A capture says itself where it comes from; that, too, is only a claim, unless it admits to be no real card."""
    evidence = capture.parse(_as_utf8(data))
    origin = evidence.origin if evidence.origin in (Origin.SAMPLE, Origin.SIMULATION) else Origin.FILE
    when = f"{evidence.collected_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    said = N_(f"a capture, by its own words of {when} from: {evidence.origin.value}")
    notes = evidence.notes if said in evidence.notes else (*evidence.notes, said)
    return replace(
        evidence,
        origin=origin,
        file_name=name,
        file_sha256=sha256,
        file_form="capture",
        notes=notes,
        node=None,  # who signed it on the way was seen by whoever wrote the file, not here
        inventories=tuple(map(_brought_along, evidence.inventories)) if origin is Origin.FILE else evidence.inventories,
    )


def _brought_along(listed: InventoryList) -> InventoryList:
    """A list that nobody read here must not look like one that the inspector named: whoever wrote the file wrote it."""
    if listed.name.endswith(_BROUGHT):
        return listed
    return replace(listed, name=f"{clean(listed.name)}{_BROUGHT}")


def _as_utf8(data: bytes) -> bytes:
    """Some shells write UTF-16 when output is redirected."""
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, errors="replace").encode("utf-8", errors="replace")
    return data.removeprefix(codecs.BOM_UTF8)


def _is_json(data: bytes) -> bool:
    return _as_utf8(data[:4096])[:2048].lstrip()[:1] == b"{"


def _mistaken(data: bytes) -> CaptureError | None:
    """The sentence for a file that is plainly something else."""
    for beginning, what, advice in _BINARY:
        if data.startswith(beginning):
            return CaptureError(N_(f"The file is {what}, not a dump or a capture."), advice)
    return None


def _plain_name(file_name: str) -> str:
    """The name without its folder, as text that can be kept: a name on disk may be no text at all."""
    name = PurePath(file_name).name or file_name
    shown = name.encode("utf-8", errors="replace").decode("utf-8")
    return "".join(character if character.isprintable() else "?" for character in shown)[:_LONGEST_NAME]
