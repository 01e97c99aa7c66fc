"""The hall's file: which node stands where, as a table that any spreadsheet writes.

One line a node under the names of the columns: node, rack, unit, and as they are needed cards, simulate, seed and
trouble. Comma or semicolon, in UTF-8, with lines that begin with # and empty lines as anybody likes. It is somebody's
file: all that is wrong with it is told at once, each with its line, and nothing is guessed.
"""

import csv
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from gpu_inspector.errors import CaptureError
from gpu_inspector.language import N_, visible
from gpu_inspector.records.hall import HIGHEST_UNIT, LONGEST_NAME, MOST_CARDS, MOST_NODES, Hall, Place
from gpu_inspector.records.hall_view import natural
from gpu_inspector.records.node import Trouble

LARGEST = 4 * 1024 * 1024
"""Bytes; eight thousand nodes with long names have two millions."""
HIGHEST_SEED = 2**31 - 1
NEEDED = ("node", "rack", "unit")
COLUMNS = (*NEEDED, "cards", "simulate", "seed", "trouble")
_MOST_FAULTS = 12
_SHOWN = 60
_BOM = b"\xef\xbb\xbf"
_SAVE = N_("Save the sheet as CSV in UTF-8, with the columns node, rack and unit.")


@dataclass(frozen=True, slots=True, kw_only=True)
class HallRow:
    """One node of the file."""

    node: str
    rack: str = ""
    unit: int = 0
    cards: int = 0
    simulate: str = ""
    """The name of a simulation; "" is the node's own cards."""
    seed: int = 0
    trouble: str = ""
    """Of a simulated node, one of `node.Trouble`."""
    line: int = 0
    """In the file, 1 is the first."""


@dataclass(frozen=True, slots=True)
class HallFile:
    """The file's nodes, in its order."""

    rows: tuple[HallRow, ...]

    def hall(self, audit: str = "") -> Hall:
        """Where these nodes stand. `audit` is the id of the audit."""
        places = tuple(Place(node=one.node, rack=one.rack, unit=one.unit, cards=one.cards) for one in self.rows)
        return Hall(places=places, audit=audit)


def of_names(names: Iterable[str], audit: str = "") -> Hall:
    """A hall of which nobody handed a file in: the nodes in the order of their names."""
    return Hall(places=tuple(Place(node=name) for name in sorted(set(names), key=natural)), audit=audit)


def read(data: bytes) -> HallFile:
    """The nodes of a hall's file. Raises CaptureError with all that is wrong, each fault with its line."""
    lines = _text(data).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    kept = [(at, line) for at, line in enumerate(lines, 1) if line.strip(" \t,;") and not line.lstrip().startswith("#")]
    if not kept:
        raise CaptureError("The hall's file names no node.", _SAVE)
    first, head = kept[0]
    separator = ";" if head.count(";") > head.count(",") else ","
    faults: list[str] = []
    names = [cell.casefold() for cell in _cells(head, separator, first, faults)]
    faults += _head_faults(first, names)
    if not faults and len(kept) - 1 > MOST_NODES:
        faults.append(N_(f"It has {len(kept) - 1:,} nodes, and a hall has {MOST_NODES:,} at most."))
    if faults:
        raise _wrong(faults)
    rows = []
    for at, line in kept[1:]:
        cells = _full(_cells(line, separator, at, faults), at, len(names), faults)
        rows.append(_row(at, dict(zip(names, cells, strict=True)), faults))
    faults += _twice(rows)
    if not rows:
        faults.append(N_("It names no node below the names of its columns."))
    if faults:
        raise _wrong(faults)
    return HallFile(tuple(rows))


def _text(data: bytes) -> str:
    if len(data) > LARGEST:
        raise CaptureError(f"The hall's file has {len(data):,} bytes; no more than {LARGEST:,} are read.", _SAVE)
    try:
        text = data.removeprefix(_BOM).decode()
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise CaptureError(f"Line {line} of the hall's file is no text in UTF-8.", _SAVE) from error
    if "\x00" in text:
        raise CaptureError("The hall's file is no text.", _SAVE)
    return text


def _cells(line: str, separator: str, at: int, faults: list[str]) -> list[str]:
    """The cells of one line. No cell goes on in the next one: a quotation mark that is not closed is a fault."""
    try:
        cells = next(csv.reader([line], delimiter=separator, strict=True), [])
    except csv.Error:
        faults.append(N_(f"Line {at}: a quotation mark is not closed, or stands where none can."))
        cells = line.split(separator)
    return [cell.strip() for cell in cells]


def _head_faults(line: int, names: list[str]) -> list[str]:
    """What is wrong with the names of the columns; empty ones at the end are a spreadsheet's."""
    while names and not names[-1]:
        names.pop()
    faults = [N_(f"Line {line}: the column “{one}” is missing.") for one in NEEDED if one not in names]
    strange = [one for one in names if one not in COLUMNS]
    faults += [N_(f"Line {line}: “{_short(one)}” is no column of a hall's file.") for one in strange[:3]]
    faults += [N_(f"Line {line}: the column “{one}” is there twice.") for one in COLUMNS if names.count(one) > 1]
    return faults


def _full(cells: list[str], line: int, wanted: int, faults: list[str]) -> list[str]:
    """As many cells as the head has; a spreadsheet leaves out empty ones at the end, or adds some."""
    if any(cells[wanted:]):
        faults.append(N_(f"Line {line}: there are more cells than columns."))
    return [*cells, *[""] * wanted][:wanted]


def _row(line: int, cells: dict[str, str], faults: list[str]) -> HallRow:
    for column in ("node", "rack", "simulate"):
        text = cells.get(column, "")
        if len(text) > LONGEST_NAME or not text.isprintable():  # marks that reorder would make two look alike
            faults.append(
                N_(f"Line {line}: “{_short(text)}” is no name of 1 to {LONGEST_NAME} printable characters ({column}).")
            )
    if not cells["node"]:
        faults.append(N_(f"Line {line}: the node has no name."))
    simulate, seed, trouble = (cells.get(one, "") for one in ("simulate", "seed", "trouble"))
    if (seed or trouble) and not simulate:
        faults.append(N_(f"Line {line}: a seed and a trouble are for simulated nodes alone."))
    if trouble and trouble not in set(Trouble):
        faults.append(N_(f"Line {line}: “{_short(trouble)}” is none of {', '.join(Trouble)}."))
    unit = cells["unit"].upper().removeprefix("U").strip()
    return HallRow(
        node=cells["node"],
        rack=cells["rack"],
        unit=_number(line, "unit", unit, 1, HIGHEST_UNIT, faults),
        cards=_number(line, "cards", cells.get("cards", ""), 1, MOST_CARDS, faults),
        simulate=simulate,
        seed=_number(line, "seed", seed, 0, HIGHEST_SEED, faults),
        trouble=trouble,
        line=line,
    )


def _number(line: int, column: str, text: str, least: int, most: int, faults: list[str]) -> int:
    """The number of a cell; 0 where it is empty, and where it is none, which is a fault."""
    if not text:
        return 0
    if text.isascii() and text.isdecimal() and len(text) <= len(str(most)) and least <= int(text) <= most:
        return int(text)
    faults.append(N_(f"Line {line}: “{_short(text)}” is no whole number from {least} to {most} ({column})."))
    return 0


def _twice(rows: list[HallRow]) -> list[str]:
    """Nodes that are named twice, also where capitals or wide letters alone tell them apart."""
    first: dict[str, HallRow] = {}
    faults = []
    for row in rows:
        name = unicodedata.normalize("NFKC", row.node).casefold()
        before = first.setdefault(name, row)
        if before is not row and name:
            faults.append(N_(f"Line {row.line}: the node “{_short(row.node)}” stands in line {before.line} already."))
    return faults


def _short(text: str) -> str:
    """Safe to print: it is told in the very line that it may have come to disturb."""
    return visible(text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…")


def _wrong(faults: list[str]) -> CaptureError:
    told = faults[:_MOST_FAULTS]
    if len(faults) > _MOST_FAULTS:
        told.append(N_(f"There are {len(faults) - _MOST_FAULTS:,} faults more."))
    return CaptureError(f"The hall's file cannot be used. {' '.join(told)}", N_("Mend these lines, and try again."))
