"""The table of sensors: units in its head, times that a spreadsheet knows, and no cell that runs."""

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gpu_inspector.errors import ReportError
from gpu_inspector.records.live import Sample
from gpu_inspector.workflow import sensor_table
from gpu_inspector.workflow.sensor_table import SensorRow

BEGAN = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)


def rows_of(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_units_stand_in_the_head_and_times_are_iso(tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    sensor_table.write(path, (SensorRow("card", BEGAN, Sample(1.5, 61.0, 250.5, None, 812.25)),))
    head, row = rows_of(path)
    assert head[3:] == ["temperature (°C)", "power (W)", "clock (MHz)", "memory bandwidth (GB/s)"]
    assert row == ["2026-03-01T09:30:01.500+00:00", "card", "1.50", "61", "250.5", "", "812.25"]


@pytest.mark.parametrize("name", ['=cmd|"/c calc"!A1', "+1", "-1", "@SUM(A1)", "\tx", 'a"b,c\nd'])
def test_no_name_of_a_card_becomes_a_formula(tmp_path: Path, name: str) -> None:
    path = tmp_path / "s.csv"
    sensor_table.write(path, (SensorRow(name, BEGAN, Sample(0.0, 40.0)),))
    cell = rows_of(path)[1][1]
    assert cell in (name, f"'{name}") and not cell.startswith(("=", "+", "-", "@", "\t"))


def test_a_place_that_cannot_be_written_is_a_sentence_and_the_old_file_stays(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("old")
    with pytest.raises(ReportError, match="cannot be saved"):
        sensor_table.write(tmp_path / "file" / "s.csv", ())
    assert (tmp_path / "file").read_text() == "old"
