"""The auditor's queries over a ledger that the program itself made: each runs, read only, and finds what it is for.

A copy of the ledger is asked, as the page says, through the file alone: nothing of this program stands between.
"""

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import batch_dumps
import pytest

from gpu_inspector.cli.main import main

PAGE = Path(__file__).resolve().parents[2] / "docs" / "manual" / "auditor.md"
QUERIES = dict(
    re.findall(r"^### ([^\n]+)\n\n```sql\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
)
"""Heading -> query."""
CASE = "K 7"
"""The case that the page asks for."""


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A backup of a small ledger: two dumps of one case, one of them in a lot too, one judged anew, one simulation."""
    at = tmp_path_factory.mktemp("auditor")
    dumps = at / "dumps"
    dumps.mkdir()
    (dumps / "one.xml").write_bytes(batch_dumps.one(1))
    (dumps / "two.xml").write_bytes(batch_dumps.one(2, "49140 MiB"))
    declared, one = ("--declared-product", "RTX 4090", "--destination", "CN"), str(dumps / "one.xml")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GPU_INSPECTOR_HOME", str(at / "home"))
        patch.setenv("GPU_INSPECTOR_LANGUAGE", "en")
        patch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
        patch.delenv("GPU_INSPECTOR_LEDGER", raising=False)
        ran = [
            main(["batch", str(dumps), "--case", CASE, *declared, "--report", str(at / "batch.pdf")]),
            main(["lot", "new", "waybill 77", "--declared", "2", *declared, "--from", one, "--reports", str(at)]),
            main(["ledger", "rejudge", "--supersede", "2", "--reason", "Tried.", "--report", str(at / "again.pdf")]),
            main(["inspect", "--simulate", "genuine-h100", "--no-measure", "--report", str(at / "simulated.pdf")]),
            main(["ledger", "backup", str(at / "copy.sqlite")]),
        ]
    assert ran == [12, 10, 0, 10, 0]
    yield at / "copy.sqlite"


def _asked(copy: Path, heading: str) -> list[dict[str, object]]:
    ledger = sqlite3.connect(f"{copy.as_uri()}?mode=ro&immutable=1", uri=True)
    try:
        ledger.row_factory = sqlite3.Row
        return [dict(row) for row in ledger.execute(QUERIES[heading])]
    finally:
        ledger.close()


def test_the_page_has_its_queries() -> None:
    assert len(QUERIES) == PAGE.read_text(encoding="utf-8").count("```sql")
    assert len(QUERIES) >= 10


@pytest.mark.parametrize("heading", QUERIES)
def test_each_query_reads_and_changes_nothing(copy: Path, heading: str) -> None:
    before = copy.read_bytes()
    assert _asked(copy, heading)
    assert copy.read_bytes() == before
    assert [path.name for path in copy.parent.glob("copy.sqlite*")] == [copy.name]


def test_the_newest_row_stands_first(copy: Path) -> None:
    rows = _asked(copy, "What was inspected, the newest first")
    assert [row["seq"] for row in rows] == [5, 4, 3, 2, 1]
    assert [row["origin"] for row in rows[:2]] == ["simulation", "file of unknown origin"]


def test_a_simulation_counts_in_no_month(copy: Path) -> None:
    rows = _asked(copy, "How many of each answer, by month")
    assert sum(int(str(row["inspections"])) for row in rows) == 4


def test_what_was_judged_anew_is_named_by_its_newer_row(copy: Path) -> None:
    assert [row["seq"] for row in _asked(copy, "What deviates and was not judged anew")] == [4]


def test_a_check_is_counted_once_for_a_card_that_was_judged_twice(copy: Path) -> None:
    times = {row["check"]: row["times"] for row in _asked(copy, "Which checks deviated, and how often")}
    assert times and set(times.values()) == {1}


def test_the_card_that_came_twice_is_found_with_both_cases(copy: Path) -> None:
    rows = _asked(copy, "The same number in more than one inspection")
    assert {(row["kind"], row["inspections"], row["rows"]) for row in rows} == {
        ("serial", 2, "1, 3"),
        ("uuid", 2, "1, 3"),
    }
    assert all(CASE in str(row["cases"]) for row in rows)


def test_a_destination_stands_beside_the_class(copy: Path) -> None:
    assert all(row["control"] != "none" for row in _asked(copy, "Controlled goods by destination"))


def test_the_custody_log_tells_of_the_case_alone(copy: Path) -> None:
    rows = _asked(copy, "What was done with the inspections of one case")
    assert {row["inspection"] for row in rows} == {1, 2, 4}


def test_rows_of_a_batch_without_reports_have_none(copy: Path) -> None:
    assert [row["seq"] for row in _asked(copy, "Inspections without a report")] == [1, 2]


def test_the_lot_is_there_with_its_plan(copy: Path) -> None:
    assert _asked(copy, "The lots") == [{"lot": "waybill 77", "declared": 2, "rule": "whole lot"}]
