"""HWiNFO's sensor log (CSV): columns of values by date and time, and at its end the header again, with the devices.

It says how warm, fast and loaded a card was while it was logged, and names it in that last row only: "GPU [#0]: NVIDIA
GeForce RTX 4090: maker's board". There is no id, no memory size and no serial in it. A log that was copied while it was
written has no such row, and is refused: nothing tells whose figures they are. Units stand in brackets, names in the
language of the program; the file is in the machine's code page, UTF-8 or UTF-16; fields are parted by commas,
semicolons or tabs, and where it is a semicolon a comma is the decimal sign. Source: column names and last row as public
programs that read such logs describe them.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import StringIO

from gpu_inspector.errors import ProbeError
from gpu_inspector.language import N_
from gpu_inspector.probes.foreign_text import head_of, text_of
from gpu_inspector.probes.handed import SAMPLE_MARK, Handed
from gpu_inspector.probes.tool_fields import may_be_nvidia
from gpu_inspector.probes.untrusted import clean
from gpu_inspector.records.evidence import CardEvidence, Gap
from gpu_inspector.records.foreign import ToolReading

FORM = "hwinfo-csv"
MOST_SENSORS = 64
MOST_CARDS = 64
_ASK = N_("Ask for the log again, once logging was stopped.")
_HEAD = re.compile(r"\s{0,8}\"?Date\"?[ \t]{0,4}([,;\t])[ \t]{0,4}\"?Time\"?[ \t]{0,4}\1")
_COLUMN = re.compile(r"[^\[\]]{1,120} \[[^\[\]]{1,20}\]")
_DEVICE = re.compile(r"[di]?GPU \[#([0-9]{1,3})\]: ?([^:]{1,100})(?::.*)?", re.DOTALL)
_NUMBER = re.compile(r"-?[0-9]{1,12}(?:[.,][0-9]{1,9})?", re.ASCII)
_FIRST = re.compile(r"temp|junction|hot ?spot|power|leistung|clock|takt|memory|speicher|pcie|volt", re.IGNORECASE)
"""What is kept where a card has more columns than a record holds."""
_LONGEST_LINE = 1024 * 1024
_MOST_COLUMNS = 20_000
_LAST_LINES = 6


@dataclass(slots=True)
class _Column:
    """One sensor's figures over the log."""

    name: str
    count: int = 0
    lowest: float = 0.0
    highest: float = 0.0
    total: float = 0.0

    def take(self, text: str) -> None:
        plain = text.strip()
        if _NUMBER.fullmatch(plain) is None:
            return
        value = float(plain.replace(",", "."))
        self.lowest = value if not self.count else min(self.lowest, value)
        self.highest = value if not self.count else max(self.highest, value)
        self.total += value
        self.count += 1

    def words(self) -> str:
        mean = round(self.total / self.count, 1)
        return N_(f"lowest {self.lowest:g}, mean {mean:g}, highest {self.highest:g} of {self.count:,} values")


@dataclass(slots=True)
class _Card:
    name: str
    columns: dict[int, _Column] = field(default_factory=dict)


def looks_like(data: bytes) -> bool:
    """Whether the first row has the columns Date and Time, and others with their units in brackets."""
    text = head_of(data)
    first = text.lstrip("\n").split("\n", 1)[0]
    return _HEAD.match(first) is not None and _COLUMN.search(first) is not None


def to_cards(data: bytes, name: str) -> Handed:
    """The NVIDIA cards of the log. Raises ProbeError where it holds none, or rows that are none."""
    text, notes = text_of(data)
    text = text.lstrip("\n")
    head = _HEAD.match(text)
    if head is None:
        raise ProbeError("The file does not begin as a sensor log of HWiNFO does.", _ASK)
    try:
        header = next(_rows(text.split("\n", 1)[0], head[1]), [])
        devices = _devices(text, head[1])
        if devices is None:
            raise ProbeError(
                "The sensor log lacks its last row, which names the devices: it was copied while it was written, or"
                " cut, and tells of no card.",
                _ASK,
            )
        cards = _cards(header, devices)
        _read(text, head[1], cards)
    except csv.Error as error:
        raise ProbeError(f"The sensor log is damaged ({error}).", _ASK) from error
    if not cards:
        raise ProbeError("The sensor log has no column of an NVIDIA card.", _ASK)
    return Handed(
        cards=tuple(_card(one, number) for number, one in enumerate(cards, start=1)),
        notes=notes,
        gaps=(
            Gap("ids", N_("A sensor log has no device id, no memory size and no serial: it tells of a card's use.")),
        ),
        sample=SAMPLE_MARK in text,
    )


def _rows(text: str, delimiter: str) -> Iterator[list[str]]:
    return csv.reader((line for line in StringIO(text) if len(line) <= _LONGEST_LINE), delimiter=delimiter)


def _devices(text: str, delimiter: str) -> list[str] | None:
    """The last row, which has the name of a device in each column; None where there is none such."""
    for line in reversed(text.rstrip("\n").rsplit("\n", _LAST_LINES)[1:]):
        row = next(_rows(line, delimiter), [])
        if any(_DEVICE.fullmatch(cell.strip()) for cell in row[2:]):
            return row
    return None


def _cards(header: list[str], devices: list[str]) -> list[_Card]:
    """The NVIDIA cards and their columns."""
    if len(header) > _MOST_COLUMNS:
        raise ProbeError(f"The sensor log has more than {_MOST_COLUMNS:,} columns.", _ASK)
    found: dict[str, _Card] = {}
    for at, cell in enumerate(header[2:], start=2):
        column = clean(cell)
        device = _DEVICE.fullmatch(devices[at].strip()) if at < len(devices) else None
        if device is not None and may_be_nvidia(device[2]) and column and len(found) <= MOST_CARDS:
            found.setdefault(device[1], _Card(clean(device[2]))).columns[at] = _Column(column)
    return list(found.values())[:MOST_CARDS]


def _read(text: str, delimiter: str, cards: list[_Card]) -> None:
    wanted = [(at, column) for card in cards for at, column in card.columns.items()]
    rows = _rows(text, delimiter)
    next(rows, None)
    for row in rows:
        if row and row[0][:1].isdigit():  # not the header again, nor the devices
            for at, column in wanted:
                if at < len(row):
                    column.take(row[at])


def _card(found: _Card, number: int) -> CardEvidence:
    told = [one for one in found.columns.values() if one.count]
    told.sort(key=lambda one: _FIRST.search(one.name) is None)
    reading = ToolReading(
        tool="HWiNFO",
        form=FORM,
        name=found.name,
        sensors=tuple((one.name, one.words()) for one in told[:MOST_SENSORS]),
    )
    return CardEvidence(
        label=N_(f"card {number} of the file"),
        tool=reading,
        gaps=(
            Gap("pci", N_("Not looked at: the evidence is a sensor log of HWiNFO."), N_("Inspect the card itself.")),
            Gap(
                "driver",
                N_("A sensor log of HWiNFO has the card's name and what its sensors showed, and nothing else."),
            ),
        ),
    )
