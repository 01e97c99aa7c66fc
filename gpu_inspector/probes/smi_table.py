"""The plain `nvidia-smi` table: name and total memory, and little else; a picture for people, cut to 79 columns.

A name that the table itself cut ("NVIDIA GeForce ...") is no name: it is noted and not used.
"""

import re
from io import StringIO
from itertools import islice

from gpu_inspector.language import N_
from gpu_inspector.probes.smi_reading import CardLines, Lines

LITTLE = N_("this is the plain table of nvidia-smi: it shows name and memory only; ask for `nvidia-smi -q -x`")
_HEAD = re.compile(r"\|\s{0,80}NVIDIA-SMI\s+\S{1,20}\s")
_DRIVER = re.compile(r"Driver Version:\s{0,10}([0-9][0-9.]{3,15})(?=[ |])")
_CUDA = re.compile(r"CUDA Version:\s{0,10}([0-9]{1,3}\.[0-9]{1,3})(?=[ |])")
_CARD = re.compile(
    r"[|│]\s{0,10}([0-9]{1,4})\s{1,10}(\S.{0,60}?)\s{1,60}(On|Off|N/A|TCC|WDDM|MCDM)\s{0,20}[|│]"
    r"\s{0,20}([0-9A-Fa-f]{4,8}:[0-9A-Fa-f]{2}:[0-9A-Fa-f]{2}\.[0-9A-Fa-f])\s{1,10}(On|Off|N/A)\s{0,10}[|│]"
    r"\s{0,40}([^\s|│]{1,20})\s",
    re.ASCII,
)
_MEMORY = re.compile(r"[|│]\s{0,30}(?:[0-9]{1,9}\s?MiB|N/A)\s{0,10}/\s{0,10}([0-9]{1,9}\s?MiB)\s{0,10}[|│]", re.ASCII)
_SLICES = re.compile(r"[|│]\s{1,60}(Enabled\*?|Disabled\*?)\s{0,10}[|│]\s*$", re.ASCII)
_OTHER_TABLE = re.compile(r"[|│]\s{0,10}(?:Processes|MIG devices|GPU\s+GI\s)", re.ASCII)
_LONGEST_LINE = 400


def looks_like(text: str) -> bool:
    """Whether the plain table stands in the text."""
    return _HEAD.search(text) is not None or any(
        _CARD.match(line.strip()) for line in islice(StringIO(text), 2000) if len(line) <= _LONGEST_LINE
    )


def read(text: str) -> Lines:
    """The lines of all cards.

    Raises ProbeError where more cards are listed than any machine has.
    """
    lines = Lines(form="table", notes=[LITTLE])
    card: CardLines | None = None
    for raw in StringIO(text):
        line = raw.strip() + " "
        if len(line) > _LONGEST_LINE or ("|" not in line and "│" not in line):
            continue
        if _OTHER_TABLE.match(line):
            card = None
            continue
        found = _CARD.match(line)
        if found is not None:
            card = _open(found, lines)
        elif card is not None:
            _second_lines(line, card)
        else:
            _versions(line, lines)
    return lines


def _open(found: re.Match[str], lines: Lines) -> CardLines:
    """A card's first line: index, name, persistence or driver model, address, display, uncorrected ECC errors."""
    index, name, model, address, _display, errors = found.groups()
    card = lines.open()
    card.put("@id", address)
    if name.endswith(("...", "…")):
        lines.notes.append(N_(f'the table cuts the name of card {index} to "{name}"; it was not used'))
    else:
        card.put("product_name", name)
    if model in ("TCC", "WDDM", "MCDM"):
        card.put("driver_model/current_dm", model)
    # The column counts errors where ECC is on, and says "Off" where it could be.
    if errors == "Off" or errors.isdecimal():
        card.put("ecc_mode/current_ecc", "Disabled" if errors == "Off" else "Enabled")
    return card


def _second_lines(line: str, card: CardLines) -> None:
    """Below it: used and total memory, then the MIG mode."""
    memory = _MEMORY.search(line)
    if memory is not None:
        card.put("fb_memory_usage/total", memory[1])
    slices = _SLICES.search(line)
    if slices is not None:
        mode = slices[1].rstrip("*")
        card.put("mig_mode/current_mig", mode)


def _versions(line: str, lines: Lines) -> None:
    for pattern, name in ((_DRIVER, "driver_version"), (_CUDA, "cuda_version")):
        found = pattern.search(line)
        if found is not None:
            lines.share(name, found[1])
