"""The single lines of a memtest_vulkan log, in the spellings of its versions; `memtest_log.py` puts them together."""

import re
from dataclasses import dataclass

from gpu_inspector.language import N_

ERROR = re.compile(
    r"Error found\. Mode (?:INITIAL_READ|NEXT_RE_READ), "
    r"(?:total errors 0x(?P<count>[0-9A-Fa-f]{1,16}) out of 0x[0-9A-Fa-f]{1,16}|addresses: )"
)
RANGE = re.compile(r"(?:Errors address range|values range): ?0x[0-9A-Fa-f]{1,16}\.\.=")
_NUMBER = r"(\d{1,9}(?:\.\d{1,9})?)"
_OLD = re.compile(
    rf"(?<!\d)(\d{{1,12}}) iteration\. Since last report passed\s+{_NUMBER}(ns|µs|us|ms|s)\s+written\s+{_NUMBER}GB,"
    rf" read:\s+{_NUMBER}GB"
)
_NEW = re.compile(
    rf"(?<!\d)(\d{{1,12}}) iteration\. Passed\s+{_NUMBER} seconds\s+written:\s*{_NUMBER}GB"
    rf".{{0,40}}?checked:\s*{_NUMBER}GB"
)
_NEWEST = re.compile(
    rf"(?:NO ERRORS|LAST ERROR at \S{{1,40}})\s+written:\s*{_NUMBER}GB.{{0,40}}?checked:\s*{_NUMBER}GB"
    r"(?:.{0,40}?\s(?:(\d{1,6}):)?(\d{1,2}):(\d{1,2}(?:\.\d{1,6})?)\s*$)?"
)
_UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0}
_ENDS = (
    ("Standard 5-minute test PASSed", "pass"),
    ("Standard 5-minute test fail", "fail"),
    ("ERRORS FOUND", "fail"),
    ("INIT OR FIRST testing failed", "broken"),
    ("but THEN runtime error", "broken"),
    ("early exit during init", "broken"),
    ("Runtime error:", "broken"),
    ("no any errors, testing PASSed", "stopped"),
    ("received user interruption", "stopped"),
)
_SINGLE_BITS = ("SinglIdx", "Err1BIdx")
"""How the row is called that counts words with one wrong bit, by the number of the bit (0.4 and later, 0.3)."""
_LABEL, _CELL, _GROUP = 8, 4, 4
_COLUMNS = 16


@dataclass(frozen=True, slots=True)
class Progress:
    """One report of progress; sizes in GiB, as far as the line says them."""

    iteration: int | None
    seconds: float | None
    checked_gib: float
    since_start_s: float | None = None


def progress_of(line: str) -> Progress | None:
    """What a line of progress says; None for any other line."""
    if found := _NEW.search(line):
        return Progress(int(found[1]), float(found[2]), float(found[4]))
    if found := _OLD.search(line):
        return Progress(int(found[1]), float(found[2]) * _UNITS[found[3]], float(found[5]))
    if found := _NEWEST.search(line):
        at = int(found[3] or 0) * 3600 + int(found[4]) * 60 + float(found[5]) if found[5] is not None else None
        return Progress(None, None, float(found[2]), at)
    return None


def ends_with(line: str) -> str:
    """What the program's last words say: "pass", "fail", "broken", "stopped"; "" for any other line."""
    return next((word for text, word in _ENDS if text in line), "")


def wrong_bits(line: str) -> str:
    """Which data bits were wrong alone, from the first sixteen columns of the table's row; "" for any other line.

    The bit is told by the column's place, so a line whose columns were moved on the way says nothing.
    """
    start = next((place for word in _SINGLE_BITS if (place := line.find(word)) >= 0), -1)
    if start < 0:
        return ""
    row = line[start + _LABEL :].rstrip("\r\n")
    place, said = 0, []
    for column in range(_COLUMNS):
        cell = row[place : place + _CELL].strip()
        place += _CELL
        if cell and not re.fullmatch(r"\d{1,4}|\d{1,3}[km]", cell):
            return ""
        said += [N_(f"bit {column}: {cell}")] if cell else []
        if column % _GROUP == _GROUP - 1 and column != _COLUMNS - 1:
            if row[place : place + 1] != "|":
                return ""
            place += 1
        elif column % 2:
            place += column != _COLUMNS - 1
    return N_(f"words with one wrong bit, of the lower 16: {', '.join(said)}") if said else ""
