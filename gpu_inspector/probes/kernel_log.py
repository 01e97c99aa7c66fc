"""What known patches of the driver leave behind: lines of the kernel log, options and parameters of the module.

A stock machine has none of these. An unsigned module, an "out-of-tree" line or a taint is *not* a sign: every
honest DKMS build without Secure Boot has them.
"""

import re
from dataclasses import dataclass

from gpu_inspector.probes.bench import LARGE, Bench
from gpu_inspector.probes.untrusted import clean
from gpu_inspector.records.evidence import Gap


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

_AUDIT = re.compile(r"\baudit[:(\[]")
"""The audit trail quotes the commands that people type, and somebody may have searched for these very words."""


@dataclass(frozen=True, slots=True)
class KernelSigns:
    """What was found, whether the log could be read as far back as the driver's start, and what was not seen."""

    log_read: bool
    signs: tuple[str, ...]
    gaps: tuple[Gap, ...]


def read(bench: Bench) -> KernelSigns:
    """Signs of known patches in this start's kernel log, in modprobe's options and in the loaded module."""
    log, whole = _log(bench)
    gaps: tuple[Gap, ...] = ()
    if log is None:
        reason = "The kernel log may not be read, so lines of a patched driver would not be seen."
        gaps = (Gap("kernel log", reason, "Run GPU Inspector as root, or allow it to read the kernel log."),)
    elif not whole:
        reason = "The kernel log no longer reaches back to the start of the machine."
        gaps = (Gap("kernel log", reason, "Start the machine again and inspect the card soon after."),)
    # A log that lost the driver's start cannot clear anybody, but the signs that it still has count.
    return KernelSigns(log is not None and whole, (*scan_log(log or ""), *_options(bench), *_parameters(bench)), gaps)


def scan_log(log: str) -> tuple[str, ...]:
    """Lines of a kernel log that known patches write; pure."""
    found: list[str] = []
    counts = dict.fromkeys(LOG_SIGNS, 0)
    for line in log.splitlines():
        for sign in LOG_SIGNS:
            if sign.pattern.search(line) and not _AUDIT.search(line):
                counts[sign] += 1
                if counts[sign] <= MOST_LINES_PER_SIGN:
                    found.append(f"kernel log: {clean(line)}")
                break
    return tuple(found)


def _log(bench: Bench) -> tuple[str | None, bool]:
    """The fullest log of this start that may be read, and whether it reaches back to the driver's start.

    That is so where it has the kernel's first line, or the line by which the module says that it is being loaded.
    """
    best: str | None = None
    for command in (("dmesg",), ("journalctl", "-k", "-b", "--no-pager", "-q", "-o", "short-monotonic")):
        text = bench.ask(*command)
        if text and text.strip():
            if START in text[:4096]:
                return text, True
            best = text if best is None else f"{best}\n{text}"
    for path in LOG_FILES:
        data = bench.data(path, LARGE) or b""
        text = data.decode("utf-8", errors="replace")
        # The file holds earlier starts too, with drivers that are gone; one that was cut may end before this start.
        if START in text and len(data) < LARGE:
            return "\n".join((START + text.rpartition(START)[2], best or "")), True
        if text.strip() and START not in text:
            best = text if best is None else f"{best}\n{text}"
    return best, any(LOADED.search(line) and not _AUDIT.search(line) for line in (best or "").splitlines())


def _options(bench: Bench) -> list[str]:
    found: list[str] = []
    for folder in MODPROBE_FOLDERS:
        for name in bench.names(folder):
            for line in (bench.text(f"{folder}/{name}") or "").splitlines():
                words = line.split()
                if words[:1] != ["options"] or not any(word.startswith("nvidia") for word in words[1:2]):
                    continue
                if any(sign.pattern.search(line) for sign in OPTION_SIGNS):
                    found.append(f"module option in {clean(f'{folder}/{name}')}: {clean(line)}")
    return found


def _parameters(bench: Bench) -> list[str]:
    names = bench.names("/sys/module/nvidia/parameters")
    return [f"parameter of the loaded module: {clean(name)}" for name in names if PARAMETER_SIGN.pattern.match(name)]
