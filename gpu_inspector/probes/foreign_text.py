"""Texts that programs under Windows and Linux write: their characters, their line ends, and numbers of any locale.

`smi_decode` takes a mail's or a web page's wrapping off; here it is the encoding that varies: GPU-Z and HWiNFO write
in the machine's code page (mostly Windows-1252, by whose byte B0 a degree sign is known), in UTF-8 or in UTF-16.
"""

import codecs
import re

from gpu_inspector.errors import ProbeError
from gpu_inspector.language import N_
from gpu_inspector.probes.smi_decode import LARGEST, MOST_LINES

HEAD = 256 * 1024
"""Bytes by which a form is told."""
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_LOOKED_AT = 65536
_MARK_EVERYWHERE = str.maketrans({"\ufeff": "", "\u200b": "", "\xa0": " ", "\u202f": " ", "\u2009": " "})
_GROUPED = re.compile(r"[0-9]{1,3}(?:[ .,'][0-9]{3})+", re.ASCII)
_DECIMAL = re.compile(r"([0-9]{1,3}(?:[ .,'][0-9]{3})+|[0-9]{1,12})(?:[.,]([0-9]{1,9}))?", re.ASCII)
_PARTED = re.compile(r"[:=\t]|  ")
_LONGEST_LINE, _LONGEST_LABEL, _LONGEST_VALUE = 1000, 60, 300
_DIGITS = re.compile(r"[0-9]{1,15}", re.ASCII)


def text_of(data: bytes) -> tuple[str, tuple[str, ...]]:
    """The text with plain line ends and plain blanks, and notes on how it was read.

    Raises ProbeError where the data is empty, larger than 64 MiB or two million lines, or no text.
    """
    if not data.strip(b" \t\r\n\x00"):
        raise ProbeError("The file is empty.", "Ask for it again.")
    if len(data) > LARGEST:
        raise ProbeError(f"The file has {len(data):,} bytes; no such report has more than {LARGEST:,}.")
    text, notes = _characters(data)
    head = text[:_LOOKED_AT]
    if len(_CONTROL.findall(head)) * 100 > len(head):
        raise ProbeError("The file is not text.", "Ask for the report as the program saved it.")
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_MARK_EVERYWHERE)
    if text.count("\n") > MOST_LINES:
        raise ProbeError(f"The file has more than {MOST_LINES:,} lines; no such report has as many.")
    return text, notes


def head_of(data: bytes) -> str:
    """The beginning of the file as text, whatever it is; "" where it is none. Never raises."""
    try:
        return text_of(data[:HEAD])[0]
    except ProbeError:
        return ""


def _characters(data: bytes) -> tuple[str, tuple[str, ...]]:
    for mark, name in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(name, errors="replace"), ()
    head = data[:64]
    if len(head) >= 4 and head.count(0) * 4 >= len(head):
        return data.decode("utf-16-be" if head[0] == 0 else "utf-16-le", errors="replace"), ()
    try:
        return data.decode("utf-8"), ()
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data" and error.end >= len(data):
            return data.decode("utf-8", errors="ignore"), ()  # cut within a character
    return data.decode("cp1252", errors="replace"), (N_("the text was read as Windows-1252"),)


def labelled(line: str) -> tuple[str, str] | None:
    """Label and value of a line such as "Bus Width: 384 bit": parted by a colon, "=", a tab or a run of blanks."""
    if len(line) > _LONGEST_LINE:
        return None
    line = line.strip(" \t>")
    parted = _PARTED.search(line[:_LONGEST_LABEL])
    if parted is None:
        return None
    label, value = line[: parted.start()].strip(), line[parted.end() :].lstrip(" \t:=")
    return (label, value) if label and value and len(value) <= _LONGEST_VALUE else None


def whole(text: str) -> int | None:
    """A whole number of any locale: "24576", "24,576", "24.576" and "24 576" are one; None where it is none."""
    plain = text.strip()
    if _DIGITS.fullmatch(plain):
        return int(plain)
    return int(re.sub(r"[^0-9]", "", plain)) if len(plain) <= 20 and _GROUPED.fullmatch(plain) else None


def amount(text: str) -> float | None:
    """A number of any locale with or without a fraction: "1,008.1", "1.008,1", "1 008,1"; None where it is none.

    Three digits behind a single sign are a group and no fraction: programs that print these figures print one or two.
    """
    plain = text.strip()
    if len(plain) > 24 or (found := _DECIMAL.fullmatch(plain)) is None:
        return None
    return float(re.sub(r"[^0-9]", "", found[1]) + "." + (found[2] or "0"))
