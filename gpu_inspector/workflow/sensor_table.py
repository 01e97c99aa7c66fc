"""The sensors of a run as a table for a spreadsheet: units in the header, times as ISO 8601 writes them."""

import csv
import io
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from gpu_inspector.errors import ReportError
from gpu_inspector.records.live import FIGURES, Sample
from gpu_inspector.workflow import whole_files

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""With these a cell is taken for a formula, and a card's name may begin with anything."""


@dataclass(frozen=True, slots=True)
class SensorRow:
    """One look at one card. `began` is aware, in UTC: when the card was opened."""

    card: str
    began: datetime
    sample: Sample


def write(path: Path, rows: tuple[SensorRow, ...]) -> None:
    """Write the table whole or not at all. Raises ReportError."""
    text = io.StringIO()
    table = csv.writer(text)
    units = [f"{words.removesuffix(f' ({unit})').lower()} ({unit})" for words, unit, _, _ in FIGURES.values()]
    table.writerow(["time (ISO 8601)", "card", "seconds since the card was opened (s)", *units])
    for row in rows:
        at = row.began + timedelta(seconds=row.sample.at_s)
        figures = [getattr(row.sample, name) for name in FIGURES]
        table.writerow(
            [
                at.isoformat(timespec="milliseconds"),
                f"'{row.card}" if row.card.startswith(_FORMULA) else row.card,
                f"{row.sample.at_s:.2f}",
                *("" if value is None else f"{value:g}" for value in figures),
            ]
        )
    try:
        # A spreadsheet knows by the mark at its beginning that the file is UTF-8.
        whole_files.write_whole(path, text.getvalue().encode("utf-8-sig"))
    except OSError as error:
        raise ReportError(
            f"The sensors cannot be saved as {path} ({error.strerror}).", "Choose another place, or free some space."
        ) from error
