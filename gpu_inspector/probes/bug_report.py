"""nvidia-bug-report.log, plain or as .log.gz: what NVIDIA's own script collects of a machine under Linux.

Sections stand between lines of underscores: files ("*** /proc/driver/nvidia/gpus/0000:01:00.0/information", with "./"
before "gpus" from older scripts), commands (lspci, nvidia-smi --query) and logs. Each is written through gzip by
itself, so that the file is a chain of gzip members, and a script that was stopped leaves its end cut. Taken are the
lists of PCI devices, the output of nvidia-smi, the kernel's logs and the driver's own files of each card; dumps in
base64 and the rest are passed over. Source: the script's text and such reports, as public repositories have them.

Nothing is unpacked to disk; how much may come out of how little is bounded, so that a bomb is refused with a sentence.
"""

import re
import zlib
from collections.abc import Iterator
from dataclasses import replace

from gpu_inspector.errors import ProbeError
from gpu_inspector.language import N_
from gpu_inspector.probes import dmesg, lspci, nvidia_smi
from gpu_inspector.probes.foreign_text import HEAD, head_of
from gpu_inspector.probes.handed import SAMPLE_MARK, Handed
from gpu_inspector.probes.smi_values import Absent, address, uuid
from gpu_inspector.probes.untrusted import clean
from gpu_inspector.records.claims import SmiReading
from gpu_inspector.records.evidence import CardEvidence, Gap
from gpu_inspector.records.foreign import ToolReading

FORM = "bug-report"
GZIP = b"\x1f\x8b"
LARGEST_PACKED = 64 * 1024 * 1024
LARGEST = 256 * 1024 * 1024
"""Bytes after unpacking; a report of eight cards has some tens of megabytes."""
_FREE, _RATIO = 16 * 1024 * 1024, 100
"""So many bytes may come out whatever went in; beyond, a hundred for each. Text packs ten to thirty times."""
_ROOM, _LINES = 48 * 1024 * 1024, 1_000_000
"""Bytes and lines of the sections that are read, together."""
_MOST_SECTIONS = 20_000
_MOST_MEMBERS = 20_000
"""The script writes some hundreds."""
_CHUNK, _FED = 1024 * 1024, 32 * 1024
"""Bytes that come out at once at most, and that are fed at once."""
_OPENING = "Start of NVIDIA bug report log file"
_ASK = N_("Ask for nvidia-bug-report.log.gz as the script wrote it.")
_RULE = re.compile(rb"^_{20,}[ \t\r]*$", re.MULTILINE)
_SCRIPT = re.compile(r"nvidia-bug-report\.sh Version: ([0-9]{4,12})")
_INFORMATION = re.compile(r"\*\*\* /proc/driver/nvidia/(?:\./)?gpus/([0-9a-f:.]{4,20})/information")
_FIELD = re.compile(
    r"^(Model|GPU UUID|Video BIOS|Bus Type|Bus Location|Device Minor|GPU Firmware):[ \t]+(\S.{0,200}?)[ \t\r]*$", re.M
)
_MODULE = re.compile(
    r"NVRM version: NVIDIA UNIX .{0,60}?Kernel Module(?: for \w{1,20})?\s{1,4}([0-9]{3,4}(?:\.[0-9]{2,3}){1,2})\b"
)
_SMI = re.compile(r"^\S*nvidia-smi .*$", re.MULTILINE)
_BIOS = re.compile(r"[0-9a-f]{2}(?:\.[0-9a-f]{2}){4}", re.IGNORECASE)


def looks_like(data: bytes) -> bool:
    """Whether the script's opening words stand in the beginning, unpacked where it is packed."""
    if not data.startswith(GZIP):
        return _OPENING in head_of(data)
    head = bytearray()
    try:
        for part in _Unpacking(data[:_CHUNK]).parts():
            head += part
            if len(head) > HEAD:
                break
    except ProbeError:
        return False
    return _OPENING in head_of(bytes(head[:HEAD]))


class _Unpacking:
    """A chain of gzip members, one behind the other, as far as it holds; `note` says where it does not."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._place = 0
        self._came = 0
        self.note = ""

    def parts(self) -> Iterator[bytes]:
        """The bytes, in parts of 1 MiB at most.

        Raises ProbeError where more comes out than a report has, or more than text can be packed into so little.
        """
        members = 0
        while self._data.startswith(GZIP, self._place) and not self.note:
            members += 1
            if members > _MOST_MEMBERS:
                raise ProbeError(
                    f"The archive has more than {_MOST_MEMBERS:,} members; no script writes as many.", _ASK
                )
            yield from self._member()
        if not self.note and self._data[self._place :].strip(b"\0"):
            self.note = N_("something stands behind the archive's end, and was not read")

    def _member(self) -> Iterator[bytes]:
        """One member; the place then stands behind it."""
        member = zlib.decompressobj(wbits=31)
        while not member.eof:
            fed = self._data[self._place : self._place + _FED]
            try:
                part = member.decompress(fed, _CHUNK)
            except zlib.error as error:
                self.note = N_(f"the archive is damaged ({clean(str(error))}); read as far as it holds")
                return
            used = len(fed) - len(member.unconsumed_tail) - len(member.unused_data)
            if not used and not part and not member.eof:
                self.note = N_("the archive is cut; read as far as it holds")
                return
            self._place += used
            self._came += len(part)
            if self._came > min(LARGEST, _FREE + _RATIO * len(self._data)):
                raise ProbeError(
                    f"More than {self._came:,} bytes come out of {len(self._data):,}: the archive is no bug report.",
                    N_("It was not unpacked further. ") + _ASK,
                )
            yield part


def unpack(data: bytes) -> tuple[bytes, tuple[str, ...]]:
    """The bytes of a chain of gzip members, and a note where it breaks off.

    Raises ProbeError where the file is larger than such files are, or where it is a bomb.
    """
    if len(data) > LARGEST_PACKED:
        raise ProbeError(f"The file has {len(data):,} bytes; no bug report has more than {LARGEST_PACKED:,}.")
    archive = _Unpacking(data)
    out = b"".join(archive.parts())
    return out, (archive.note,) if archive.note else ()


def to_cards(data: bytes, name: str) -> Handed:
    """The cards of the report, joined by their PCI addresses. Raises ProbeError where it tells of none."""
    notes: tuple[str, ...] = ()
    if data.startswith(GZIP):
        data, notes = unpack(data)
    found = _Sections(data)
    log = dmesg.log_of(tuple(found.logs)) if found.logs else None
    cards = _cards(found, notes)
    if not cards:
        raise ProbeError("The bug report tells of no NVIDIA card that could be read.", _ASK)
    return Handed(
        cards=cards,
        driver_events=log.events if log is not None else None,
        log_signs=log.signs if log is not None else (),
        notes=(*notes, *found.notes, *(dmesg.notes_on(log) if log is not None else ())),
        gaps=(Gap(N_("kernel log"), N_("A bug report has the log's lines that its script picked; it may be cut.")),),
        sample=SAMPLE_MARK.encode() in data,
    )


class _Sections:
    """The parts of a report that tell of the cards, as text."""

    def __init__(self, data: bytes) -> None:
        self.lists: list[str] = []
        self.smi: list[str] = []
        self.logs: list[str] = []
        self.files: dict[str, str] = {}
        """PCI address -> the text of its information file."""
        self.notes: list[str] = []
        self.driver_version: str | None = None
        self.script = ""
        self._room, self._lines = _ROOM, _LINES
        start = 0
        for count, rule in enumerate(_RULE.finditer(data)):
            self._take(data[start : rule.start()])
            start = rule.end()
            if count > _MOST_SECTIONS:
                raise ProbeError(f"The bug report has more than {_MOST_SECTIONS:,} sections; no script writes as many.")
        self._take(data[start:])

    def _take(self, section: bytes) -> None:
        head = section[:4096].decode("utf-8", errors="replace").strip()
        title = head.split("\n", 1)[0].strip()
        information = _INFORMATION.match(title)
        if _OPENING in head:
            script = _SCRIPT.search(head)
            self.script = script[1] if script is not None else ""
        elif information is not None:
            self._file(information[1], section)
        elif title.startswith("*** /proc/driver/nvidia/") and title.endswith("/version"):
            module = _MODULE.search(head)
            self.driver_version = module[1] if module is not None else None
        elif re.match(r"\S*lspci\b", title) and "does not exist" not in title:
            self.lists.append(self._text(section, title))
        elif title == "dmesg:" or title.startswith("Scanning kernel log files"):
            self.logs.append(self._text(section, title))
        elif re.match(r"\S*nvidia-smi\b", title) or b"=NVSMI LOG=" in section:
            self.smi.append(_query(self._text(section, title)))

    def _file(self, place: str, section: bytes) -> None:
        try:
            self.files.setdefault(address(place), self._text(section, "information"))
        except Absent:
            self.notes.append(N_("a file of the driver stands under an address that is none"))

    def _text(self, section: bytes, title: str) -> str:
        """A section as text, as far as there is room: all that is taken is bounded together."""
        taken = section[: self._room]
        if (lines := taken.count(b"\n")) > self._lines:
            taken = b"\n".join(taken.split(b"\n", self._lines)[: self._lines])
        if len(taken) < len(section):
            self.notes.append(N_(f"more stands in the section “{clean(title, 60)}” than any report has; it was cut"))
        self._room -= len(taken)
        self._lines -= min(lines, self._lines)
        text = taken.decode("utf-8", errors="replace")
        return text.replace("\r\n", "\n").replace("\r", "\n")


def _query(text: str) -> str:
    """What the first of several commands printed: those behind it speak of units and links."""
    commands = list(_SMI.finditer(text))
    return text[: commands[1].start()] if len(commands) > 1 else text


def _cards(found: _Sections, notes: tuple[str, ...]) -> tuple[CardEvidence, ...]:
    cards: dict[str, CardEvidence] = {}
    for listed in lspci.cards_of("\n\n".join(found.lists)):
        cards[listed.label] = replace(listed, tool=None, gaps=())
    for place, text in found.files.items():
        reading = _information(place, text, found)
        cards[place] = replace(cards.get(place, CardEvidence(label=place)), tool=reading)
    nameless: list[CardEvidence] = []
    for said in _printed(found):
        key = said.pci_bus_id
        if key is None or (key in cards and cards[key].nvidia_smi is not None):
            nameless.append(CardEvidence(label=N_(f"card {len(nameless) + 1} without a place"), nvidia_smi=said))
        else:
            cards[key] = replace(cards.get(key, CardEvidence(label=key)), nvidia_smi=said)
    return tuple(_with_gaps(one) for one in (*(cards[key] for key in sorted(cards)), *nameless))


def _printed(found: _Sections) -> tuple[SmiReading, ...]:
    for text in found.smi:
        if nvidia_smi.recognise(text.encode()) is None:
            continue
        try:
            log = nvidia_smi.parse(text.encode())
        except ProbeError as error:
            found.notes.append(N_(f"the output of nvidia-smi in the report could not be read: {error.message}"))
            continue
        found.notes += log.notes
        return log.readings
    return ()


def _information(place: str, text: str, found: _Sections) -> ToolReading:
    """The driver's own file of a card, /proc/driver/nvidia/gpus/.../information."""
    said = {match[1]: clean(match[2]) for match in _FIELD.finditer(text)}
    bios = _BIOS.fullmatch(said.get("Video BIOS", ""))
    minor = said.get("Device Minor", "")
    try:
        number = uuid(said.get("GPU UUID", ""))
    except Absent:
        number = None
    return ToolReading(
        tool=f"nvidia-bug-report.sh {found.script}".strip(),
        form=FORM,
        driver_version=found.driver_version,
        name=said["Model"] if said.get("Model", "Unknown").casefold() != "unknown" else None,
        pci_bus_id=place,
        uuid=number,
        vbios_version=bios[0].upper() if bios is not None else None,
        minor_number=int(minor) if minor.isascii() and minor.isdecimal() and len(minor) <= 4 else None,
        sensors=tuple((key, said[key]) for key in ("Bus Type", "GPU Firmware") if key in said),
    )


def _with_gaps(card: CardEvidence) -> CardEvidence:
    gaps = [Gap("nvml", N_("Not looked at: the evidence is a file."), N_("Inspect the card itself."))]
    if card.pci is None:
        gaps.append(Gap("pci", N_("The report's list of PCI devices does not have this card."), _ASK))
    if card.nvidia_smi is None:
        gaps.append(
            Gap("nvidia-smi", N_("The report has no output of nvidia-smi for this card (a safe mode leaves it out)."))
        )
    return replace(card, gaps=tuple(gaps))
