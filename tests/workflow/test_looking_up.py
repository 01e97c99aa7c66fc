"""Looking up: proofs in a sentence, dates as people write them, exports, an older ledger that is only looked at."""

import csv
import os
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cards import genuine, row_of
from ledger import first_schema

from gpu_inspector.errors import GpuInspectorError, LedgerError
from gpu_inspector.ledger import schema
from gpu_inspector.ledger.query import Query
from gpu_inspector.ledger.store import Ledger
from gpu_inspector.records.catalogue import load
from gpu_inspector.records.custody import What
from gpu_inspector.records.declaration import Case, Declaration
from gpu_inspector.records.inspection import Inspection
from gpu_inspector.workflow import custody, inspecting, looking_up
from gpu_inspector.workflow.dates import days
from gpu_inspector.workflow.progress import Cancelled, silent


@pytest.fixture(scope="module")
def inspections() -> tuple[Inspection, ...]:
    """Three inspections; the second one's case is a formula."""
    base = inspecting.inspection_of(genuine(row_of("NVIDIA GeForce RTX 4090")), Declaration(), Case(), load())
    formula = Case(number='=HYPERLINK("x")', office="@office", inspector="+49", place="-1")
    made = [replace(base, id=f"{number:08x}", case=formula if number == 2 else Case()) for number in (1, 2, 3)]
    return tuple(made)


@pytest.fixture
def path(tmp_path: Path, inspections: tuple[Inspection, ...]) -> Iterator[Path]:
    """Their ledger."""
    with Ledger(tmp_path / "ledger.sqlite") as ledger:
        for inspection in inspections:
            ledger.append(inspection)
    yield tmp_path / "ledger.sqlite"


def test_a_row_comes_with_its_proof_and_its_report(path: Path, inspections: tuple[Inspection, ...]) -> None:
    first = looking_up.kept(path, 1)
    assert first.proof.startswith(
        "Row 1 of the ledger stands as it was written: it is the first row, row 2 follows it."
    )
    assert "No report file of it lies in the report folder." in first.proof
    report = looking_up.report_again(path, 1)
    again = looking_up.kept(path, 1)
    assert (again.done.report, again.done.inspection) == (report, inspections[0])
    assert f"A report file lies at {report}" in again.proof
    last = looking_up.kept(path, 3)
    assert "it follows row 2, it is the last row" in last.proof


def test_that_a_row_was_looked_at_is_noted(path: Path) -> None:
    looking_up.kept(path, 2)
    with Ledger(path, readonly=True) as ledger:
        assert [(line.event.what, line.event.seq) for line in ledger.custody.lines(2)] == [(What.LOOKED_AT, 2)]
        assert ledger.verify().problem is None


def test_a_look_that_cannot_be_noted_is_a_look_that_says_so(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(custody, "note", lambda *_told: "This is not noted in the custody log.")
    assert looking_up.kept(path, 2).proof.endswith("This is not noted in the custody log.")


def test_a_report_that_is_there_is_never_replaced(path: Path) -> None:
    first = looking_up.report_again(path, 2)
    before = first.read_bytes()
    second = looking_up.report_again(path, 2)
    assert second.name == first.name.replace(".pdf", "-2.pdf")
    assert first.read_bytes() == before


def test_a_row_that_is_not_there_is_a_sentence(path: Path) -> None:
    for ask in (looking_up.kept, looking_up.report_again):
        with pytest.raises(LedgerError, match="no row 9"):
            ask(path, 9)


def test_a_filtered_table_runs_nothing_in_a_spreadsheet(path: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    assert looking_up.export(path, target, Query(words="hyperlink"), silent) == 1
    with target.open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["case"], row["office"], row["inspector"], row["place"]) == (
        '\'=HYPERLINK("x")',
        "'@office",
        "'+49",
        "'-1",
    )
    assert (row["seq"], row["condition"], row["control"]) == ("2", "NOT EXAMINED", "3A090.a")


def test_all_and_chosen_rows_are_exported(path: Path, tmp_path: Path) -> None:
    assert looking_up.export(path, tmp_path / "all.jsonl", None, silent) == 3
    assert looking_up.export(path, tmp_path / "two.JSON", (3, 1), silent) == 2
    with pytest.raises(LedgerError, match="no row 7"):
        looking_up.export(path, tmp_path / "none.csv", (7,), silent)
    assert not (tmp_path / "none.csv").exists()


def test_an_export_over_a_file_of_another_kind_is_refused(path: Path, tmp_path: Path) -> None:
    letter = tmp_path / "letter.csv"
    letter.write_text("Dear Sir", encoding="utf-8")
    with pytest.raises(GpuInspectorError, match="of another kind"):
        looking_up.export(path, letter, None, silent)
    assert letter.read_text(encoding="utf-8") == "Dear Sir"


def test_there_is_nothing_where_no_ledger_is(tmp_path: Path) -> None:
    look = looking_up.first(tmp_path / "none", Query(), silent)
    assert (look.rows, look.head) == ((), 0)
    assert not (tmp_path / "none").exists()


def test_an_older_ledger_is_brought_up_to_date_by_a_look(tmp_path: Path, inspections: tuple[Inspection, ...]) -> None:
    path = tmp_path / "old.sqlite"
    first_schema.make(path, inspections)
    look = looking_up.first(path, Query(conditions=("NOT EXAMINED",)), silent)
    assert [found.seq for found in look.rows] == [3, 2, 1]
    assert first_schema.version_of(path) == schema.VERSION


def test_an_older_ledger_that_may_not_be_written_is_looked_at_as_it_is(
    tmp_path: Path, inspections: tuple[Inspection, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "old.sqlite"
    first_schema.make(path, inspections)
    monkeypatch.setattr(os, "access", lambda *_args: False)
    assert len(looking_up.first(path, Query(words="4090"), silent).rows) == 3
    with pytest.raises(LedgerError, match="older form"):
        looking_up.first(path, Query(serial="1"), silent)
    assert first_schema.version_of(path) == 1


def test_a_check_says_whether_the_ledger_is_whole(path: Path) -> None:
    found = looking_up.check(path, silent)
    assert found.whole
    assert found.sentence.startswith("The ledger is whole: 3 inspections")
    import sqlite3

    with closing(sqlite3.connect(path, isolation_level=None)) as forger:
        forger.execute("UPDATE listing SET office = 'x' WHERE seq = 2")
    found = looking_up.check(path, silent)
    assert not found.whole
    assert "row 2" in found.sentence


def test_a_question_that_was_cancelled_ends_as_cancelled(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from gpu_inspector.ledger import finder

    def stop(step: str, share: float) -> None:
        raise Cancelled("stopped")

    monkeypatch.setattr(finder, "_STEPS", 1)
    for ask in (lambda: looking_up.first(path, Query(), stop), lambda: looking_up.check(path, stop)):
        with pytest.raises(Cancelled):
            ask()


@pytest.mark.parametrize(
    ("text", "length"),
    [
        pytest.param("2026-11-24", timedelta(days=1), id="day"),
        pytest.param(" 2026-2 ", timedelta(days=28), id="month"),
        pytest.param("2024-02", timedelta(days=29), id="leap-year"),
        pytest.param("2026", timedelta(days=365), id="year"),
    ],
)
def test_a_day_a_month_or_a_year(text: str, length: timedelta, monkeypatch: pytest.MonkeyPatch) -> None:
    found = days(text)
    assert found is not None
    begin, end = (moment.replace(tzinfo=None) for moment in found)
    assert end - begin == length
    assert all(moment.tzinfo is not None for moment in found)


def test_no_text_is_no_date() -> None:
    assert days("  ") is None


@pytest.mark.parametrize(
    "text", ["2026-13", "2026-02-30", "yesterday", "26-11-24-1", "0000", "-", "9999-12-31", "٢٠٢٦"]
)
def test_what_is_no_date_is_a_sentence(text: str) -> None:
    with pytest.raises(GpuInspectorError, match="is no date"):
        days(text)
