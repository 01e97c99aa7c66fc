"""From the bytes of a list in text form to rows of cells: what spreadsheets of many countries write as "CSV".

Whichever of comma, semicolon, tab and bar stands between the columns, whichever encoding the program that wrote it
took for granted, and with quotation marks that were never closed. Nothing is guessed about values. Bounded: so many
bytes, rows, cells and characters are read, and what was left out is said.
"""

import codecs
import csv
import io
from collections.abc import Callable
from dataclasses import dataclass

from gpu_inspector.errors import CaptureError
from gpu_inspector.language import N_

LARGEST = 8 * 1024 * 1024
"""Bytes; a list of ten thousand pieces has about one megabyte."""
MOST_ROWS = 20_000
MOST_CELLS = 64
LONGEST_CELL = 2000
"""Characters; a cell beyond was made by a quotation mark that nobody closed."""
_SEPARATORS = (",", ";", "\t", "|")
_HEAD_ROWS = 60
"""Rows at the top among which the names of the columns are looked for."""
_LOOKED_AT = 4096
"""Characters at the head by which text is told from noise."""
_SHEET = N_("Save the sheet as CSV (comma separated values), and hand that in.")
_MISTAKEN = (
    (b"%PDF-", "a PDF", N_("Copy its table into a sheet, save that as CSV, and check it against the paper.")),
    (b"PK\x03\x04", N_("a workbook or an archive"), _SHEET),
    (b"\xd0\xcf\x11\xe0", N_("an old workbook"), _SHEET),
    (b"\x89PNG", "a picture", N_("Type the table into a sheet, and save that as CSV.")),
    (b"\xff\xd8\xff", "a picture", N_("Type the table into a sheet, and save that as CSV.")),
    (b"\x1f\x8b", N_("a gzip archive"), N_("Unpack it first.")),
    (b"{\\rtf", N_("a word processor's document"), N_("Copy its table into a sheet, and save that as CSV.")),
)


@dataclass(frozen=True, slots=True)
class Cells:
    """The rows of a list: the number of the line on which each begins, from 1, and its cells."""

    rows: tuple[tuple[int, tuple[str, ...]], ...]
    notes: tuple[str, ...] = ()


def cells_of(data: bytes, likeness: Callable[[tuple[str, ...]], int]) -> Cells:
    """The cells of a list. `likeness` says how many cells of a row look like names of columns: the separator under
    which the most do is the list's own.

    Raises CaptureError where the data is empty, too large, no text, or plainly another kind of file.
    """
    text, notes = _text(data)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    first = 0
    given = lines[0].strip().strip('"').casefold()
    named = None
    if given.startswith("sep=") and len(given) <= len("sep=") + 1:
        named, first = (lines[0].strip().strip('"')[4:] or "\t"), 1
    if len(lines) > MOST_ROWS:
        notes.append(N_(f"only the first {MOST_ROWS:,} of {len(lines):,} lines were read"))
        lines = lines[:MOST_ROWS]
    best, most = (named or ","), -1
    for separator in (named,) if named is not None else _SEPARATORS:
        head = _split(lines[first : first + _HEAD_ROWS], separator, first)
        found = max((likeness(row) for _, row in head), default=0)
        if found > most:
            best, most = separator, found
    rows = _split(lines[first:], best, first)
    longest = max((len(cell) for _, row in rows for cell in row), default=0)
    swallowed = text.count('"') % 2 == 1 and any("\n" in cell for _, row in rows for cell in row)
    if swallowed or longest > LONGEST_CELL:
        notes.append(N_("a quotation mark is not closed: the lines were read one by one"))
        rows = [(first + at, _one_line(line, best)) for at, line in enumerate(lines[first:], start=1)]
    if any(len(row) > MOST_CELLS for _, row in rows):
        notes.append(N_(f"only the first {MOST_CELLS} columns were read"))
    kept = ((line, tuple(cell[:LONGEST_CELL].strip() for cell in row[:MOST_CELLS])) for line, row in rows)
    return Cells(tuple((line, row) for line, row in kept if any(row)), tuple(notes))


def _text(data: bytes) -> tuple[str, list[str]]:
    for beginning, what, advice in _MISTAKEN:
        if data.startswith(beginning):
            raise CaptureError(f"The list is {what}, no text.", advice)
    if not data.strip(b" \t\r\n\x00"):
        raise CaptureError("The list is empty.", "Ask for it again.")
    if len(data) > LARGEST:
        raise CaptureError(f"The list has {len(data):,} bytes; no more than {LARGEST:,} are read.", "Hand in a part.")
    text, notes = _decoded(data)
    head = text[:_LOOKED_AT]
    if sum(not (one.isprintable() or one in "\t\n\r\f\v") for one in head) * 50 > len(head):
        raise CaptureError("The list is no text.", _SHEET)
    return text, notes


def _split(lines: list[str], separator: str, first: int) -> list[tuple[int, tuple[str, ...]]]:
    """The rows with the number of their first line; a quoted cell may run over several lines."""
    rows: list[tuple[int, tuple[str, ...]]] = []
    reader = csv.reader(io.StringIO("\n".join(lines), newline=""), delimiter=separator)
    before = 0
    try:
        for row in reader:
            rows.append((first + before + 1, tuple(row)))
            before = reader.line_num
    except csv.Error:  # a cell beyond the library's own limit: a quotation mark that nobody closed
        return [(first + at, _one_line(line, separator)) for at, line in enumerate(lines, start=1)]
    return rows


def _one_line(line: str, separator: str) -> tuple[str, ...]:
    return tuple(cell.strip().strip('"') for cell in line.split(separator))


def _decoded(data: bytes) -> tuple[str, list[str]]:
    """The text, and a note where its encoding had to be inferred."""
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if data.startswith(mark):
            return data[len(mark) :].decode(name, errors="replace"), []
    head = data[:64]
    if len(head) >= len(b"a\x00b\x00") and head.count(0) * 4 >= len(head):
        return data.decode("utf-16-be" if head[0] == 0 else "utf-16-le", errors="replace"), []
    try:
        return data.decode("utf-8"), []
    except UnicodeDecodeError:
        pass
    # Chinese Windows writes GB 18030, western Windows cp1252. Digits and capitals are the same in all of them.
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        text = ""
    if any("一" <= one <= "鿿" for one in text) and any(
        word in text for word in ("序", "型号", "数量", "名称", "料号")
    ):
        return text, [N_("no encoding is named; the text was read as GB 18030")]
    return data.decode("cp1252", errors="replace"), [N_("no encoding is named; the text was read as Windows-1252")]
