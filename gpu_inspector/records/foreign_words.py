"""What other programs' files say, in the words of the terminal, the window and the report alike.

Nothing here sounds like a finding: each word is the file's, and is called so.
"""

from dataclasses import fields

from gpu_inspector.language import N_, _, counted, said, told
from gpu_inspector.language import number as plain
from gpu_inspector.records.claim_words import MIB, pair, switch, unit, watts
from gpu_inspector.records.claims import CardClaims
from gpu_inspector.records.evidence import CardEvidence
from gpu_inspector.records.foreign import ForeignTest, ToolReading
from gpu_inspector.records.measured_words import number, size_words
from gpu_inspector.records.words import Clean

TITLE = N_("By other programs' files")
WORD = N_(
    "What follows is the word of a file of unknown origin. Nothing of it was seen on a card here, and nobody can tell "
    "from a file which card it is of, nor whether it was edited. A test that passed there clears nothing."
)
SAID = N_("Said of the card")
TESTS = N_("Tests, as their log tells them")
TEST_HEADINGS = (N_("Test"), N_("The log says"), N_("Lines of the log"))
FORMS = {
    "bug-report": N_("report of the driver's bug reporting script"),
    "gpu-z-xml": N_("GPU-Z report, XML"),
    "gpu-z-text": N_("GPU-Z report, text"),
    "hwinfo-csv": N_("HWiNFO sensor log"),
    "hwinfo-text": N_("HWiNFO report, text"),
    "lspci": N_("output of lspci"),
    "dmesg": N_("excerpt of a kernel log"),
    "memtest-vulkan": N_("log of memtest_vulkan"),
    "dcgm-json": N_("diagnosis of DCGM, JSON"),
    "mats": N_("report of MATS"),
}
"""Name of a form -> what it is, for people; a form that is not here stands by its own name."""
OUTCOMES = {
    "pass": N_("passed, by the file's word"),
    "fail": N_("failed, by the file's word"),
    "warn": N_("warned, by the file's word"),
    "skip": N_("left out, by the file's word"),
    "not finished": N_("not finished, by the file's word"),
    "unknown": N_("no result that is understood"),
}
FAKE = N_("Called a fake")
CALLED_FAKE = N_("by the tool itself, before the card's name")
_LISTED = 64
"""Lines of one reading; a record holds no more of its own making."""
_OWN = (
    ("die", N_("Die")),
    ("revision", N_("Revision")),
    ("shaders", N_("Shaders")),
    ("rops", N_("ROPs")),
    ("tmus", N_("TMUs")),
    ("memory_type", N_("Memory type")),
    ("memory_maker", N_("Maker of the memory")),
    ("transistors_million", N_("Transistors, million")),
)
_SHARED = (
    ("name", N_("Name")),
    ("pci_bus_id", N_("PCI address")),
    ("vbios_version", N_("vBIOS version")),
    ("serial", N_("Serial number")),
    ("uuid", N_("UUID")),
    ("driver_version", N_("Driver version")),
)


def failed(test: ForeignTest) -> bool:
    """Whether the log tells of errors or of a warning."""
    return test.outcome in ("fail", "warn") or bool(test.errors)


def named(test: ForeignTest) -> str:
    """A test and its tool, with the number of errors where the log counts them."""
    name = _name(test, str)
    return f"{name} ({_errors(test.errors)})" if test.errors else name


def _errors(count: int) -> str:
    return counted("{number} error", "{number} errors", count)


def outcome_words(test: ForeignTest) -> str:
    """What the log says came of it, how much it looked at, and for how long."""
    parts = [_(OUTCOMES.get(test.outcome, OUTCOMES["unknown"]))]
    parts += [_errors(test.errors)] if test.errors is not None else []
    parts += [said("{size} looked at", size=size_words(test.bytes_tested))] if test.bytes_tested else []
    parts += [number(test.seconds, "s", digits=3)] if test.seconds is not None else []
    return "; ".join(parts)


def test_row(test: ForeignTest, clean: Clean) -> tuple[str, str, str]:
    """Test and tool, what the log says, and its lines."""
    return _name(test, clean), outcome_words(test), " | ".join(clean(told(line)) for line in test.detail) or "–"


def _name(test: ForeignTest, clean: Clean) -> str:
    """The test and its tool; the tool alone where the tool has one test only, which bears its name."""
    only = test.tool.casefold().startswith(test.name.casefold())
    return clean(test.tool) if only else f"{clean(test.name)}, {clean(test.tool)}"


def tool_lines(tool: ToolReading, clean: Clean) -> tuple[tuple[str, str], ...]:
    """Everything that a tool's file says of the card, a line a value, the tool first."""
    pairs: list[tuple[str, str | None]] = [
        (_("Tool"), f"{tool.tool} ({form_words(tool.form)})"),
        (_(FAKE), _(CALLED_FAKE) if tool.marked_fake else None),
        *((_(label), _plain(getattr(tool, name))) for name, label in (*_SHARED, *_OWN)),
        (_("Device id"), pair(tool.vendor_id, tool.device_id)),
        (_("Subsystem"), pair(tool.subsystem_vendor, tool.subsystem_id)),
        (_("Memory"), unit(tool.memory_total_bytes, "MiB", MIB)),
        (_("Memory bus"), unit(tool.bus_width_bits, "bit")),
        (_("Memory bandwidth"), _rate(tool.bandwidth_bytes_per_s)),
        (_("Area of the die"), number(tool.die_size_mm2, "mm²", digits=4) if tool.die_size_mm2 is not None else None),
        (_("UEFI firmware"), switch(tool.bios_uefi)),
        (_("Default power limit"), watts(tool.power_default_mw)),
    ]
    lines = [(label, clean(value)) for label, value in pairs if value]
    return (*lines, *((clean(name), clean(value)) for name, value in tool.sensors[:_LISTED]))


def form_words(form: str) -> str:
    """What a file's form is, for people."""
    return _(FORMS[form]) if form in FORMS else form


def brief(card: CardEvidence, clean: Clean) -> tuple[str, ...]:
    """A line for the tool's reading and one for each test; () where no such file was handed in."""
    lines = []
    if card.tool is not None:
        given = sum(getattr(card.tool, one.name) is not None for one in fields(CardClaims) if one.name != "absent")
        name = f": {clean(card.tool.name)}" if card.tool.name else ""
        values = counted("{number} value", "{number} values", given)
        lines.append(f"{clean(card.tool.tool)}, {form_words(card.tool.form)}{name}; {values}")
    for test in card.tests[:_LISTED]:
        name, outcome, _lines = test_row(test, clean)
        lines.append(f"{name}: {outcome}")
    return tuple(lines)


def _plain(value: object) -> str | None:
    return None if value is None else plain(value) if isinstance(value, int) else str(value)


def _rate(value: float | None) -> str | None:
    return None if value is None else number(value / 1e9, "GB/s", digits=4)
