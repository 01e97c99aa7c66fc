"""docs/performance.md out of what the bench prints: every figure with its floor and goal, none of its own."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tools import performance
from tools.performance import Machine, page, read

PRINTED = """
# Start
gpu-inspector --version, whole process   151 ms (median of 15, in turns)
  floor: python -c 'import click'   62 ms: ratio 2.44
window shown, whole process   320 ms (median of 9, in turns)
  floor: an empty PySide6 window   260 ms: ratio 1.23 (goal 1.3)

# A dump, a folder, a batch
dump to ledger row and signed PDF, whole process     281.1 ms (median of 15)
  floor: python -c 'import reportlab, pyhanko, sqlite_utils'   69.0 ms: ratio 4.07 (goal 3)
  beside: the modules that drawing and signing need, imported alone   330.4 ms: ratio 0.85
judging one capture   0.22 ms (goal 20 ms)
  beside: loading the reference data   4.1 ms
judge of a folder   1000 captures in 0.62 s: 96,898 a minute (goal 1,000)
batch of a folder   1000 dumps in 6.20 s: 161 a second, each kept, one summary
  floor: judge of that folder, which keeps nothing   3.10 s: ratio 2.00

# Ledger
durable append, bodies of 30 KiB   1.20 ms (median of 300)
  floor: plain sqlite3 with the same pragmas and bytes   0.90 ms: 0.75 of its speed (goal 0.8; by sums 0.77)
ledger verify, everything: 2,500 inspections of 60 MiB   90 ms (median of 3)
  floor: SHA-256 over the same bytes   50 ms: 0.56 of its speed (goal 0.5)

# History
history, search as typed, median of 61 beginnings                  12.3 ms (goal 50 ms); floor 0.4 ms: ratio 30.8
history, memory: 1.2 MiB more for the page with 1,000,000 rows, 0.1 MiB more after 200 jumps; 300 rows held

# Window
curves of 4 cards at 10 Hz   5.1% of a core (goal 10%)
memory map of 12,288 pages, half verified   3.0 ms, 0.5 x
start of the child   not measured: CuPy is not installed
"""
MACHINE = Machine("A Processor | 2 GHz", 2, 7.8, "Linux 6.1.0, x86_64", "3.11.2", ("reportlab 4.4",))
BEGAN = datetime(2026, 11, 26, 13, 5, tzinfo=UTC)


def lines() -> dict[str, performance.Line]:
    return {line.what: line for part in read(PRINTED) for line in part.lines}


def text(loads: tuple[str, str] = ("0.10", "1.90"), printed: str = PRINTED) -> str:
    return page(read(printed), MACHINE, BEGAN, loads)


def test_the_parts_are_the_bench_s_own() -> None:
    assert [part.name for part in read(PRINTED)] == [
        "Start",
        "A dump, a folder, a batch",
        "Ledger",
        "History",
        "Window",
    ]


@pytest.mark.parametrize(
    ("what", "figure", "floor", "ratio", "goal", "met"),
    [
        (
            "dump to ledger row and signed PDF, whole process",
            "281.1 ms (median of 15)",
            "python -c 'import reportlab, pyhanko, sqlite_utils': 69.0 ms",
            "4.07",
            "at most 3",
            False,
        ),
        (
            "window shown, whole process",
            "320 ms (median of 9, in turns)",
            "an empty PySide6 window: 260 ms",
            "1.23",
            "at most 1.3",
            True,
        ),
        ("judging one capture", "0.22 ms", "", "", "at most 20 ms", True),
        ("judge of a folder", "1000 captures in 0.62 s: 96,898 a minute", "", "", "at least 1,000", True),
        (
            "durable append, bodies of 30 KiB",
            "1.20 ms (median of 300)",
            "plain sqlite3 with the same pragmas and bytes: 0.90 ms (by sums 0.77)",
            "0.75 of its speed",
            "at least 0.8",
            False,
        ),
        ("history, search as typed, median of 61 beginnings", "12.3 ms", "0.4 ms", "30.8", "at most 50 ms", True),
        ("curves of 4 cards at 10 Hz", "5.1% of a core", "", "", "at most 10%", True),
        ("memory map of 12,288 pages, half verified", "3.0 ms, 0.5 x", "", "0.5", "", None),
        ("start of the child", "not measured: CuPy is not installed", "", "", "", None),
        (
            "history, memory",
            "1.2 MiB more for the page with 1,000,000 rows, 0.1 MiB more after 200 jumps; 300 rows held",
            "",
            "",
            "",
            None,
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 60 else None,
)
def test_a_line_with_its_floor_ratio_and_goal(
    what: str, figure: str, floor: str, ratio: str, goal: str, met: bool | None
) -> None:
    line = lines()[what]
    assert (line.figure, line.floor, line.ratio, line.goal, line.met) == (figure, floor, ratio, goal, met)


def test_what_stands_beside_is_kept() -> None:
    assert lines()["judging one capture"].beside == ("beside: loading the reference data: 4.1 ms",)
    assert "imported alone: 330.4 ms: ratio 0.85" in text()


def test_no_figure_is_lost_and_none_is_added() -> None:
    import re

    def figures(of: str) -> set[str]:
        return set(re.findall(r"\d[\d,.]*\d|\d", of))

    shown = text()
    assert figures(PRINTED) <= figures(shown)
    tables = "\n".join(line for line in shown.splitlines() if line.startswith("|") and "---" not in line)
    assert figures(tables) <= figures(PRINTED)


def test_missed_goals_are_named_first() -> None:
    head = text().partition("## Start")[0]
    assert "6 of 8 met" in head and "Missed:" in head
    assert "- dump to ledger row and signed PDF, whole process: ratio 4.07, goal at most 3" in head
    assert "durable append" in head


def test_day_machine_and_load_stand_there_and_no_name() -> None:
    import platform

    shown = text()
    for word in ("2026-11-26", "A Processor", "2 cores", "7.8 GiB", "Linux 6.1.0", "Python 3.11.2", "0.10 before"):
        assert word in shown, word
    assert (
        platform.node() not in page(read(PRINTED), performance.this_machine(), BEGAN, ("0.1", "0.2"))
        or not platform.node()
    )
    assert "bench-gpu" in shown and "Not measured here" in shown


def test_a_busy_machine_is_said_to_be_one() -> None:
    assert "worth little" not in text(("0.99", "5.00"))
    assert "worth little" in text(("1.01", "1.00"))
    assert "unknown before" in text(("unknown", "unknown"))


def test_a_table_is_a_table() -> None:
    rows = [line for line in text().splitlines() if line.startswith("|")]
    assert {line.replace("\\|", "").count("|") for line in rows} == {6}


@pytest.mark.parametrize("printed", ["", "\n\n", "# Start\n# Ledger\n"])
def test_nothing_measured_is_no_page(printed: str) -> None:
    with pytest.raises(ValueError, match="nothing was measured"):
        text(printed=printed)


@pytest.mark.parametrize(
    "printed", ["  alone and indented\n", "odd: \n", "(goal x)\n", "a  b (goal 3)\n", "# \nx   1 (goal 1 of 2; y)\n"]
)
def test_a_line_that_is_not_understood_stands_as_it_is(printed: str) -> None:
    assert text(printed=printed)


def test_a_quick_trial_is_kept_out_of_the_docs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(performance, "_run", lambda quick: (PRINTED, 0))
    monkeypatch.setattr(performance, "TARGET", tmp_path / "performance.md")
    with pytest.raises(SystemExit):
        performance.main(["--quick", "--out", str(tmp_path / "performance.md")])
    assert performance.main(["--quick", "--out", str(tmp_path / "trial.md")]) == 0
    assert "not to be believed" in (tmp_path / "trial.md").read_text()


def test_a_bench_that_did_not_end_writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(performance, "_run", lambda quick: (PRINTED, 1))
    assert performance.main(["--out", str(tmp_path / "p.md")]) == 1
    assert not (tmp_path / "p.md").exists()


def test_this_machine_is_read() -> None:
    found = performance.this_machine()
    assert found.processor and found.cores >= 1 and found.memory_gib > 0.1
    assert any(one.startswith("msgspec ") for one in found.versions)
