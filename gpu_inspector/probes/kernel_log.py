"""What known patches of the driver leave behind: lines of the kernel log, options and parameters of the module.

A stock machine has none of these. An unsigned module, an "out-of-tree" line or a taint is *not* a sign: every
honest DKMS build without Secure Boot has them.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from gpu_inspector.language import N_
from gpu_inspector.probes import xid
from gpu_inspector.probes.bench import LARGE, Bench
from gpu_inspector.probes.untrusted import clean
from gpu_inspector.records.evidence import Gap, PcieError
from gpu_inspector.records.server import DriverEvent


@dataclass(frozen=True, slots=True)
class Sign:
    """A text that one known patch writes, and where that patch was read."""

    pattern: re.Pattern[str]
    source: str


LOG_SIGNS = (
    Sign(re.compile(r"\bSEC2_DEBUG"), "amoghmunikote/cmpunlocker, CMP 170HX with other memory geometry"),
    Sign(re.compile(r"name string overridden to"), "amoghmunikote/cmpunlocker, name-string.patch"),
    Sign(re.compile(r"\bCMP\d{2,3}(HX)?(_[A-Z0-9_]+)?: "), "cmp90hx-unlock, cmp50hx-unlock: CMP with full rates"),
    Sign(re.compile(r"\bcmpunlocker\b"), "cmpunlocker and its branches"),
)
OPTION_SIGNS = (
    Sign(re.compile(r"\bcmp\d{2,3}\w*="), "xrip/cmp50hx-unlock: cmp50_rebar_size"),
    Sign(re.compile(r"\bRmForceEnableGen2=1\b"), "amoghmunikote/cmpunlocker: PCIe generation 2 on a CMP"),
)
PARAMETER_SIGN = Sign(re.compile(r"cmp\d{2,3}\w*"), "xrip/cmp50hx-unlock: a parameter of the loaded module")

MODPROBE_FOLDERS = ("/etc/modprobe.d", "/run/modprobe.d", "/usr/lib/modprobe.d")
LOG_FILES = ("/var/log/kern.log", "/var/log/dmesg")
START = "Linux version "
"""The kernel's first line; a log without it has lost its beginning, where the driver's lines stand."""
LOADED = re.compile(r"\bNVRM: loading NVIDIA UNIX .*Kernel Module")
"""What the driver's module says when it is loaded, the patched ones too: what they write comes after it."""
MOST_LINES_PER_SIGN = 3
MOST_PLACES = 50
"""Of PCI Express errors: places, severities and layers that are kept apart."""

_PCIE = re.compile(
    r"(?<![0-9a-f])([0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]): (?:AER: )?PCIe Bus Error: "
    r"severity=([A-Za-z]{4,20}(?: \([A-Za-z-]{3,12}\))?)(?:, type=([A-Za-z ]{4,30}))?"
)
"""As the kernel's error reporting writes it: the device, then severity and layer (drivers/pci/pcie/aer.c)."""
_AUDIT = re.compile(r"\baudit[:(\[]")
"""The audit trail quotes the commands that people type, and somebody may have searched for these very words."""


@dataclass(frozen=True, slots=True)
class KernelSigns:
    """What was found, whether the log could be read as far back as the driver's start, and what was not seen."""

    log_read: bool
    signs: tuple[str, ...]
    gaps: tuple[Gap, ...]
    pcie_errors: tuple[PcieError, ...] | None = None
    """None where no log may be read."""
    events: tuple[DriverEvent, ...] | None = None
    """The driver's error reports in what could be read of the log; None where nothing could."""


def read(bench: Bench) -> KernelSigns:
    """Signs of known patches in this start's kernel log, in modprobe's options and in the loaded module."""
    logs, whole = _log(bench)
    gaps: tuple[Gap, ...] = ()
    if not logs:
        reason = N_("The kernel log may not be read, so lines of a patched driver would not be seen.")
        gaps = (Gap(N_("kernel log"), reason, N_("Run GPU Inspector as root, or allow it to read the kernel log.")),)
    elif not whole:
        reason = N_("The kernel log no longer reaches back to the start of the machine.")
        gaps = (Gap(N_("kernel log"), reason, N_("Start the machine again and inspect the card soon after.")),)
    # A log that lost the driver's start cannot clear anybody, but the signs that it still has count.
    whole_text = "\n".join(logs)
    return KernelSigns(
        log_read=bool(logs) and whole,
        signs=(*scan_log(whole_text), *_options(bench), *_parameters(bench)),
        gaps=gaps,
        pcie_errors=pcie_errors(logs) if logs else None,
        events=xid.united(logs) if logs else None,
    )


def scan_log(log: str) -> tuple[str, ...]:
    """Lines of a kernel log that known patches write; pure."""
    found: list[str] = []
    counts = dict.fromkeys(LOG_SIGNS, 0)
    for line in log.splitlines():
        for sign in LOG_SIGNS:
            if sign.pattern.search(line) and not _AUDIT.search(line):
                counts[sign] += 1
                if counts[sign] <= MOST_LINES_PER_SIGN:
                    found.append(N_(f"kernel log: {clean(line)}"))
                break
    return tuple(found)


def pcie_errors(logs: Iterable[str]) -> tuple[PcieError, ...]:
    """Reports of PCI Express errors, equal ones counted; what several logs of one start hold counts once. Pure."""
    counts: dict[tuple[str, str, str], int] = {}
    for log in logs:
        for key, times in _counted(log).items():
            if key in counts or len(counts) < MOST_PLACES:
                counts[key] = max(counts.get(key, 0), times)
    return tuple(
        PcieError(address=address, severity=severity, layer=layer, times=times)
        for (address, severity, layer), times in counts.items()
    )


def _counted(log: str) -> Counter[tuple[str, str, str]]:
    found: Counter[tuple[str, str, str]] = Counter()
    for line in log.splitlines():
        match = _PCIE.search(line) if "PCIe Bus Error" in line and not _AUDIT.search(line) else None
        if match is not None:
            found[match[1], match[2], (match[3] or "").strip()] += 1
    return found


def _log(bench: Bench) -> tuple[list[str], bool]:
    """The fullest logs of this start that may be read, and whether they reach back to the driver's start.

    That is so where one has the kernel's first line, or the line by which the module says that it is being loaded.
    """
    cut: list[str] = []
    for command in (("dmesg",), ("journalctl", "-k", "-b", "--no-pager", "-q", "-o", "short-monotonic")):
        text = bench.ask(*command)
        if text and text.strip():
            if START in text[:4096]:
                return [text], True
            cut.append(text)
    for path in LOG_FILES:
        data = bench.data(path, LARGE) or b""
        text = data.decode("utf-8", errors="replace")
        # The file holds earlier starts too, with drivers that are gone; one that was cut may end before this start.
        if START in text and len(data) < LARGE:
            return [START + text.rpartition(START)[2], *cut], True
        if text.strip() and START not in text:
            cut.append(text)
    return cut, any(LOADED.search(line) and not _AUDIT.search(line) for text in cut for line in text.splitlines())


def _options(bench: Bench) -> list[str]:
    found: list[str] = []
    for folder in MODPROBE_FOLDERS:
        for name in bench.names(folder):
            for line in (bench.text(f"{folder}/{name}") or "").splitlines():
                words = line.split()
                if words[:1] != ["options"] or not any(word.startswith("nvidia") for word in words[1:2]):
                    continue
                if any(sign.pattern.search(line) for sign in OPTION_SIGNS):
                    found.append(N_(f"module option in {clean(f'{folder}/{name}')}: {clean(line)}"))
    return found


def _parameters(bench: Bench) -> list[str]:
    names = bench.names("/sys/module/nvidia/parameters")
    return [
        N_(f"parameter of the loaded module: {clean(name)}") for name in names if PARAMETER_SIGN.pattern.match(name)
    ]
