"""What other people's programs wrote about a card: GPU-Z, HWiNFO, lspci and so on, and the verdicts of foreign tests.

All of it comes from a file of unknown origin. A foreign test's "pass" is that file's word, and clears nothing.
"""

from dataclasses import dataclass

from gpu_inspector.records.claims import CardClaims


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolReading(CardClaims):
    """What a program that asks the driver, the firmware or its own table printed for one card."""

    tool: str
    """The program, with its version where the file names one: "GPU-Z 2.59.0"."""
    form: str
    """The form by which the file was known: "gpu-z-text", "gpu-z-xml", "hwinfo-csv", "lspci" ..."""
    die: str | None = None
    """As the tool names it: "AD102". GPU-Z takes it from its own table by device id."""
    revision: str | None = None
    shaders: int | None = None
    rops: int | None = None
    tmus: int | None = None
    memory_type: str | None = None
    """With the maker where it is named: "GDDR6X (Micron)"."""
    memory_maker: str | None = None
    bandwidth_bytes_per_s: float | None = None
    transistors_million: int | None = None
    die_size_mm2: float | None = None
    bios_uefi: bool | None = None
    marked_fake: bool = False
    """The tool itself calls the card a fake, as GPU-Z does with "[FAKE]" before its name."""
    sensors: tuple[tuple[str, str], ...] = ()
    """Further values that only this tool has, name and value as printed, at most 64."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignTest:
    """One test of a card that another program ran, as its log tells it."""

    tool: str
    """The program, with its version where the file names one."""
    form: str
    name: str
    """Of the test, as the log names it; the tool's name where there is one test only."""
    outcome: str
    """One of "pass", "fail", "warn", "skip", "not finished", "unknown": what the log says, in these words."""
    errors: int | None = None
    bytes_tested: int | None = None
    seconds: float | None = None
    detail: tuple[str, ...] = ()
    """Lines of the log that say what failed and where, cleaned and cut, at most 16."""
