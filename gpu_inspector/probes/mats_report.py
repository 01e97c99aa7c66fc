"""Reports of MATS, NVIDIA's own memory test, which repair shops run: read with care, since its format is not public.

MATS belongs to a diagnostic suite of NVIDIA's that is not published; what is known here comes from reports that
repairers posted in public (notes on a Palit RTX 3060 Ti with a table of a GA104; a repairer's script that reads
version 455.107) and from memory. Nothing is taken from a program of NVIDIA's. What is read:
- "mats version 455.107.  Testing GA104 with 20 MB of memory starting with 0 MB." (from memory: MB are MiB);
- "Read / Write / Unknown Error Count: N";
- a table of subpartitions, "FBIOA0  0  32  0": read, write and unknown errors (older versions, from memory: partitions,
  "FBIOA  0  0  0");
- names of failing bits: "A032" is bit 32 of partition A.
Whatever else stands there is not understood, and the lines of the table that are not are counted and said. A version
that does not know the chip counts errors on a sound card (so repairers warn), small equal counts on all subpartitions
are known from it, and it tests a few megabytes unless it was told otherwise.
"""

import re
from collections.abc import Iterator

from gpu_inspector.errors import ProbeError
from gpu_inspector.language import N_
from gpu_inspector.probes import foreign_tests, untrusted
from gpu_inspector.probes.handed import Handed
from gpu_inspector.probes.smi_decode import decode
from gpu_inspector.records.evidence import CardEvidence, Gap
from gpu_inspector.records.foreign import ForeignTest, ToolReading
from gpu_inspector.records.measured_words import counted

FORM = "mats"
TOOL = "MATS"
MIB = 1024 * 1024
_HEADER = re.compile(
    r"\bmats version (?P<version>[0-9][0-9A-Za-z.]{0,30}?)\.?\s+Testing (?P<chip>[A-Z][A-Z0-9]{1,11})"
    r"(?: with (?P<mb>\d{1,7}) MB of memory)?",
    re.IGNORECASE,
)
_COUNT = re.compile(r"^\s*(Read|Write|Unknown)\s+Error Count\s*:\s*(\d{1,15})\s*$", re.IGNORECASE)
_ROW = re.compile(r"^\s*(FBIO[A-Z]\d{0,2})\s+(\d{1,15})\s+(\d{1,15})\s+(\d{1,15})\s*$")
_ANY_ROW = re.compile(r"^\s*FBIO[A-Z0-9]")
_BITS = re.compile(r"^\s*((?:[A-Z]\d{2,3}\s*){1,64})$")
_LONGEST_LINE = 2000
_TABLE = "MEMORY ERRORS BY"
_KINDS = ("read", "write", "unknown")
_CHIP = re.compile(r"[A-Z]{1,2}\d{2,3}[A-Z]?")
_AGAIN = N_("Ask for the whole report.txt, saved as it is.")


def looks_like(data: bytes) -> bool:
    """Whether MATS names itself, or its table of subpartitions stands there; never raises."""
    head = foreign_tests.head_of(data)
    if _HEADER.search(head):
        return True
    return _TABLE in head and any(_ROW.match(line) for line in head.split("\n"))


def to_cards(data: bytes, name: str) -> Handed:
    """One card, whose tests are the file's reports. Raises ProbeError where no result stands in it."""
    text, notes = decode(data)
    chips: dict[str, str] = {}
    tests: list[ForeignTest] = []
    unread = 0
    for lines in _reports(text):
        test, tool, chip, missed = _report(lines)
        unread += missed
        if test is not None:
            tests.append(test)
            if chip:
                chips.setdefault(chip, tool)
    if not tests:
        raise ProbeError("The report of MATS holds no result that this program understands.", _AGAIN)
    if unread:
        notes = (
            *notes,
            N_(f"not understood, and counting for nothing: {counted(unread, 'line', 'lines')} of MATS's tables"),
        )
    if len(chips) > 1:
        notes = (
            *notes,
            N_(f"the reports are of {len(chips)} kinds of chip, so of several cards; none is named as the card's"),
        )
    kept, said = foreign_tests.kept(tests)
    reading = None
    if len(chips) == 1:
        (chip, tool), *_ = chips.items()
        reading = ToolReading(tool=tool, form=FORM, die=chip)
    gaps = (
        *(
            Gap(source, N_("Not looked at: the evidence is a file."), N_("Inspect the card itself."))
            for source in ("pci", "nvml")
        ),
        Gap(
            "driver",
            N_(
                "A report of MATS names the chip at most: no card, no device id, no serial number, and no size of"
                " memory."
            ),
            N_("Inspect the card itself."),
        ),
    )
    card = CardEvidence(label=N_("card of the file"), tool=reading, tests=kept, gaps=gaps)
    return Handed(cards=(card,), notes=(*notes, *said))


def _reports(text: str) -> Iterator[list[str]]:
    """The lines of each report; a new one begins where MATS names itself."""
    lines: list[str] = []
    for line in text.split("\n"):
        if len(line) > _LONGEST_LINE:
            continue
        if "version" in line and _HEADER.search(line) and lines:
            yield lines
            lines = []
        lines.append(line)
    yield lines


def _report(lines: list[str]) -> tuple[ForeignTest | None, str, str, int]:
    """One report: its test, None where it says nothing; the tool, the chip, and how many rows were not understood."""
    tool, chip, tested, missed = TOOL, "", None, 0
    totals: dict[str, int] = {}
    rows: dict[str, tuple[int, int, int]] = {}
    bits: list[str] = []
    listing = False
    for line in lines:
        if "version" in line and (found := _HEADER.search(line)):
            tool = f"{TOOL} {found['version']}"
            chip = found["chip"].upper() if _CHIP.fullmatch(found["chip"].upper()) else ""
            tested = int(found["mb"]) * MIB if found["mb"] else None
        elif found := _COUNT.match(line):
            totals[found[1].lower()] = int(found[2])
        elif found := _ROW.match(line):
            rows[found[1]] = (int(found[2]), int(found[3]), int(found[4]))
        elif _ANY_ROW.match(line):
            missed += 1
        elif "Failing Bits" in line:
            listing = True
        elif listing and (found := _BITS.match(line)):
            bits += found[1].split()
        elif line.strip():
            listing = False
    if not totals and not rows:
        return None, tool, chip, missed
    count = min(max(sum(totals.values()), sum(map(sum, rows.values()))), foreign_tests.MOST_ERRORS)
    test = ForeignTest(
        tool=tool,
        form=FORM,
        name=TOOL,
        outcome=_outcome(count, totals, rows, missed),
        errors=count,
        bytes_tested=tested or None,
        detail=foreign_tests.detail(_detail(totals, rows, bits)),
    )
    return test, tool, chip, missed


def _outcome(count: int, totals: dict[str, int], rows: dict[str, tuple[int, int, int]], missed: int) -> str:
    """A report without errors has passed only where all three counts stand there: a table may be cut."""
    if count:
        return "fail"
    return "pass" if set(totals) == set(_KINDS) and not missed else "unknown"


def _detail(totals: dict[str, int], rows: dict[str, tuple[int, int, int]], bits: list[str]) -> Iterator[str]:
    if totals:
        yield ", ".join(N_(f"{kind} errors: {totals[kind]:,}") for kind in _KINDS if kind in totals)
    if bits:
        yield N_(f"failing bits: {untrusted.clean(' '.join(dict.fromkeys(bits)))}")
    worst = sorted(rows, key=lambda name: -sum(rows[name]))
    for name in worst:
        if sum(rows[name]):
            yield f"{name}: " + ", ".join(f"{kind} {number:,}" for kind, number in zip(_KINDS, rows[name], strict=True))
    if rows:
        yield N_(f"{len(rows)} subpartitions: {untrusted.clean(' '.join(rows))}")
