"""Logs of memtest_vulkan: the text of its window, or the file "memtest_vulkan.log" that it keeps beside itself.

What its versions write, known from its public source (GpuZelenograd/memtest_vulkan, versions 0.1 to 0.6, read; nothing
of it is used here) and from logs in its issues (11, 18, 34, 44, 60, 69):
- "Testing 1: Bus=0x01:00 DevId=0x2204   24GB NAME" (to 0.4), or "Standard 5-minute test of 1: ..." (since), after the
  first iteration, so that errors of the first one stand before it; the size is the largest heap, rounded up to GiB;
- a line of progress: "Since last report passed 1.0s written 1.0GB, read: 2.0GB" (to 0.4), "Passed 1.0 seconds
  written: ... checked: ..." (0.4.2, 0.5), the same without the number of the iteration (0.6);
- a block for each faulty window: its count of errors, addresses, and a table of which bits were wrong.
A file of logs goes on for years: one file may tell of several cards. Its last words ("testing PASSed") stand in the
window only, and come after two seconds as well, when somebody stops it; so only the standard test's own word is a pass.

What an iteration checked is the span that was looked at: never the whole card, and a passed test says nothing of the
rest (docs/other-files.md).
"""

import re
from dataclasses import dataclass, field

from gpu_inspector.errors import ProbeError
from gpu_inspector.language import N_
from gpu_inspector.probes import foreign_tests, untrusted
from gpu_inspector.probes.handed import Handed
from gpu_inspector.probes.memtest_lines import ERROR, RANGE, Progress, ends_with, progress_of, wrong_bits
from gpu_inspector.probes.smi_decode import decode
from gpu_inspector.probes.smi_reading import MOST_CARDS
from gpu_inspector.records.evidence import CardEvidence, Gap
from gpu_inspector.records.foreign import ForeignTest, ToolReading
from gpu_inspector.records.measured_words import counted

FORM = "memtest-vulkan"
TOOL = "memtest_vulkan"
GIB = 1024**3
_DEVICE = re.compile(
    r"(?<!\d)(?P<index>\d{1,3}): Bus=0x(?P<bus>[0-9A-Fa-f]{1,2}:[0-9A-Fa-f]{1,2}) DevId=0x(?P<id>[0-9A-Fa-f]{1,8})"
    r"(?P<api>[^\n]{0,80}?)\s(?P<gib>\d{1,4})GB (?P<name>[^\n]{1,200})"
)
_VERSION = re.compile(r"memtest_vulkan v(\d{1,3}(?:\.\d{1,3}){1,3})")
_HEADERS = ("Testing ", "Standard 5-minute test of ")
_WORDS = re.compile(
    r"memtest_vulkan|\d iteration\. |5-minute test|logging started at|Error found\. Mode (?:INITIAL|NEXT_RE)_READ"
)
_STARTS = ("logging started at", "github.com/GpuZelenograd/memtest_vulkan v")
_NVIDIAS = re.compile(
    r"nvidia|geforce|quadro|tesla|titan|\b[rg]tx\b|\bcmp\b|\bgrid\b|\bnvs\b|\bp10[246]-|^a\d{1,3}\b|^graphics device$",
    re.IGNORECASE,
)
"""Names by which a device is taken for NVIDIA's: the log names no vendor, and other makers use the same device ids."""
_NVK = re.compile(r"\s*\((NVK [^()]{1,40})\)$")
"""What Mesa's driver for NVIDIA's cards writes behind the card's name."""
_PCI_DIGITS = 4
_MOST_RUNS = 4096
_LONGEST_LINE = 2000
_MOST_LINES = foreign_tests.MOST_DETAIL
_NO_DEVICE = N_("The log names no device.")
_ROUNDED = N_("the log's size of the memory is that of the driver's largest heap, rounded up to whole GB")


@dataclass(slots=True)
class _Run:
    """One run of the test, as far as the log has it."""

    device: re.Match[str] | None = None
    standard: bool = False
    progress: list[Progress] = field(default_factory=list)
    errors: list[int] = field(default_factory=list)
    detail: list[str] = field(default_factory=list)
    endings: list[str] = field(default_factory=list)
    """Lines that say how it broke; they stand before the others."""
    last_words: str = ""
    """One of "", "pass", "fail", "broken", "stopped"."""

    @property
    def empty(self) -> bool:
        return self.device is None and not self.errors and not self.last_words and not self.progress


def looks_like(data: bytes) -> bool:
    """Whether it is a log of memtest_vulkan; never raises."""
    head = foreign_tests.head_of(data)
    if re.search(r"memtest_vulkan:? early exit during init", head):
        return True
    if ERROR.search(head) and RANGE.search(head):
        return True
    return _DEVICE.search(head) is not None and _WORDS.search(head) is not None


def to_cards(data: bytes, name: str) -> Handed:
    """A card for each device that was tested. Raises ProbeError where the log is of other makers' devices only."""
    text, notes = decode(data)
    versions = set(_VERSION.findall(text[: foreign_tests.HEAD]))
    tool = f"{TOOL} {versions.pop()}" if len(versions) == 1 else TOOL
    runs, listed = _runs(text)
    real = [one for one in listed.values() if "llvmpipe" not in _name(one).casefold()]
    runs = runs or [_Run(device=one) for one in real]
    groups: dict[str, list[_Run]] = {}
    for run in runs:
        # A run that broke before its header is of the one device that the machine has, where it has one.
        run.device = run.device or (real[0] if len(real) == 1 else None)
        groups.setdefault(_key(run.device), []).append(run)
    others = [key for key, members in groups.items() if not _nvidias(members[0].device)]
    if groups and len(others) == len(groups):
        named = "; ".join(sorted(_name(groups[key][0].device) for key in others)[:4])
        raise ProbeError(
            f"The log of memtest_vulkan is of no device that bears a name of NVIDIA's: {named}.",
            "Ask for a log of the card in question; the program numbers the machine's devices.",
        )
    if others:
        notes = (*notes, N_(f"left out: the tests of {counted(len(others), 'device', 'devices')} of other makers"))
    mine = [members for key, members in groups.items() if key not in others]
    if not mine:
        raise ProbeError("The log of memtest_vulkan holds no test.", "Ask for the whole log.")
    if len(mine) > MOST_CARDS:
        raise ProbeError(f"The log names {len(mine):,} devices; no machine has as many.", "Ask for the log as it was.")
    cards: list[CardEvidence] = []
    for number, members in enumerate(mine, 1):
        card, said = _card(members, number, tool)
        cards.append(card)
        notes = (*notes, *said)
    sized = any(card.tool is not None and card.tool.memory_total_bytes for card in cards)
    return Handed(cards=tuple(cards), notes=(*notes, *((_ROUNDED,) if sized else ())))


def _runs(text: str) -> tuple[list[_Run], dict[str, re.Match[str]]]:
    """The runs in the log's order, and the devices that it lists without a test of theirs."""
    runs: list[_Run] = []
    listed: dict[str, re.Match[str]] = {}
    now = _Run()

    def close() -> None:
        nonlocal now
        if not now.empty and len(runs) < _MOST_RUNS:
            runs.append(now)
        now = _Run()

    for line in text.split("\n"):
        if len(line) > _LONGEST_LINE:
            continue
        if any(mark in line for mark in _STARTS):
            close()
        elif "DevId=0x" in line and (found := _DEVICE.search(line)):
            if line[: found.start()].strip(" >|\t").startswith(tuple(word.strip() for word in _HEADERS)):
                # Errors of the first iteration stand before its header: they belong to the run that it opens.
                if now.device is not None or now.progress:
                    close()
                now.device, now.standard = found, "5-minute" in line
            else:
                if now.device is not None:
                    close()
                listed.setdefault(_key(found), found)
        else:
            _line(now, line)
    close()
    return runs, listed


def _line(run: _Run, line: str) -> None:
    """One line of the log, put to its run."""
    if "written" in line and (found := progress_of(line)):
        run.progress.append(found)
    elif "Error found" in line and (block := ERROR.search(line)):
        run.errors.append(int(block["count"], 16) if block["count"] else 0)
        _keep(run.detail, line)
    elif "..=" in line and RANGE.search(line):
        _keep(run.detail, line)
    elif bits := wrong_bits(line):
        _keep(run.detail, bits)
    elif word := ends_with(line):
        if run.last_words != "fail" and (word != "stopped" or not run.last_words):
            run.last_words = word
        if word != "pass":
            _keep(run.endings, line)


def _keep(lines: list[str], line: str) -> None:
    """A log repeats its blocks for hours: no more lines are held than can be kept."""
    if len(lines) < _MOST_LINES and line not in lines:
        lines.append(line)


def _card(members: list[_Run], number: int, tool: str) -> tuple[CardEvidence, tuple[str, ...]]:
    tests, notes = foreign_tests.kept([_test(run, tool) for run in members])
    device = members[0].device
    asked = Gap(
        "driver",
        N_(f"{TOOL} writes no serial number, no subsystem, no firmware's version and no vendor.")
        if device is not None
        else _NO_DEVICE,
        N_("Inspect the card itself."),
    )
    reading = _reading(device, tool) if device is not None else None
    label = (
        N_(f"{reading.name}, bus {device['bus']}")
        if reading is not None and device is not None
        else N_(f"card {number}")
    )
    gaps = (
        *(
            Gap(source, N_("Not looked at: the evidence is a file."), N_("Inspect the card itself."))
            for source in ("pci", "nvml")
        ),
        asked,
    )
    return CardEvidence(label=label, tool=reading, tests=tests, gaps=gaps), notes


def _reading(device: re.Match[str], tool: str) -> ToolReading:
    """What the log's own line says of the device. The bus stands among the sensors: the line names no PCI domain."""
    api = untrusted.clean(device["api"])
    own = len(device["id"]) <= _PCI_DIGITS
    more = [(N_("Bus, device"), device["bus"].lower())]
    more += [] if own else [(N_("Device id, not of PCI"), device["id"].upper())]
    more += [("Vulkan", api)] if api else []
    name = _name(device)
    more += [(N_("Vulkan driver"), mesa[1])] if (mesa := _NVK.search(name)) else []
    gib = int(device["gib"])
    return ToolReading(
        tool=tool,
        form=FORM,
        name=_NVK.sub("", name),
        device_id=device["id"].upper().zfill(_PCI_DIGITS) if own else None,
        memory_total_bytes=gib * GIB if gib else None,
        sensors=tuple(more),
    )


def _test(run: _Run, tool: str) -> ForeignTest:
    count = foreign_tests.errors(run.errors)
    return ForeignTest(
        tool=tool,
        form=FORM,
        name=N_("Standard 5-minute test") if run.standard else TOOL,
        outcome=_outcome(run, count),
        errors=count if run.errors else None,
        bytes_tested=_span(run),
        seconds=_seconds(run),
        detail=foreign_tests.detail((*run.endings, *run.detail)),
    )


def _outcome(run: _Run, count: int) -> str:
    if count or run.last_words == "fail":
        return "fail"
    if run.errors:
        return "unknown"  # "Error found" with a count of nought: the driver or the program broke, by its author's word
    if run.last_words == "pass":
        return "pass"
    # The last words come when somebody stops it, after two seconds as well: a standard test was not finished then.
    return "pass" if run.last_words == "stopped" and not run.standard and run.progress else N_("not finished")


def _span(run: _Run) -> int | None:
    """Bytes that one iteration checked: by the report that has the most iterations, since sizes are rounded."""
    best, bytes_tested, before = 0, None, 0
    for place, one in enumerate(run.progress):
        number = one.iteration if one.iteration is not None else (1 if not place else None)
        if number is not None and number - before > best:
            best = number - before
            bytes_tested = int(one.checked_gib / best * GIB)
        before = number if number is not None else before
    return bytes_tested if run.device is not None and bytes_tested else None


def _seconds(run: _Run) -> float | None:
    if not run.progress:
        return None
    last = run.progress[-1].since_start_s
    return round(last if last is not None else sum(one.seconds or 0.0 for one in run.progress), 3)


def _key(device: re.Match[str] | None) -> str:
    return "" if device is None else f"{device['bus']} {device['id']} {device['gib']} {_name(device)}".casefold()


def _name(device: re.Match[str] | None) -> str:
    return untrusted.clean(device["name"]) if device is not None else ""


def _nvidias(device: re.Match[str] | None) -> bool:
    return device is None or _NVIDIAS.search(_name(device)) is not None
