"""`batch` from outside: folders and lists, resumed and stopped, exits, JSON lines, the summary, who vouches for it."""

import io
import json
import os
import shutil
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import batch_dumps
import pytest

from gpu_inspector.cli.main import main
from gpu_inspector.ledger.store import Ledger
from gpu_inspector.workflow import batch, collecting
from gpu_inspector.workflow.batch import Batch

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A command on a ledger of its own: exit status, stdout and stderr; `stdin` are bytes."""

    def command(*arguments: str | Path, stdin: bytes = b"") -> tuple[int, str, str]:
        words = [str(argument) for argument in arguments]
        if words[0] != "verify":
            words += ["--ledger", str(tmp_path / "l.sqlite")]
        if words[0] == "batch":
            words += ["--report", str(tmp_path / "s.pdf")]
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        status = main(words)
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return command


def documents(out: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines()]


def test_a_folder_is_judged_summed_up_verified_and_held_against_its_ledger(run: Run, tmp_path: Path) -> None:
    batch_dumps.write(tmp_path / "in", 3)
    (tmp_path / "in" / "001.xml").write_bytes(batch_dumps.one(1, "49140 MiB"))
    (tmp_path / "in" / "junk").write_bytes(b"no dump")
    status, out, err = run("batch", tmp_path / "in", "--case", "K 7")
    assert status == 12
    lines = out.splitlines()
    assert [line.split()[0] for line in lines[:4]] == ["not", "INCONCLUSIVE", "CONTRADICTED", "INCONCLUSIVE"]
    assert "begins" in err
    assert "3 inspections of 3 cards; 1 could not be judged" in out
    status, out, _err = run("verify", tmp_path / "s.pdf")
    assert (status, "1 × CONTRADICTED" in out) == (3, True)
    status, out, _err = run("ledger", "verify", "--report", tmp_path / "s.pdf")
    assert (status, "3 rows of it, agrees with it" in out) == (0, True)
    status, out, _err = run("history", "in")
    assert out.count("case K 7") == 3


def test_going_on_tells_all_again_judges_the_new_and_keeps_the_exit(run: Run, tmp_path: Path) -> None:
    batch_dumps.write(tmp_path / "in", 2)
    assert run("batch", tmp_path / "in")[0] == 10
    batch_dumps.write(tmp_path / "in", 1, start=2)
    status, out, err = run("batch", tmp_path / "in")
    assert (status, "goes on" in err) == (10, True)
    assert out.count("(judged before)") == 2
    assert "New in this run: 1" in out
    assert run("batch", tmp_path / "in")[1].count("(judged before)") == 3


def test_other_options_make_another_batch_and_under_a_name_they_are_refused(run: Run, tmp_path: Path) -> None:
    batch_dumps.write(tmp_path / "in", 1)
    run("batch", tmp_path / "in")
    status, out, _err = run("batch", tmp_path / "in", "--declared-memory", "48")
    assert (status, "(judged before)" in out) == (12, False)
    run("batch", tmp_path / "in", "--name", "crate")
    status, _out, err = run("batch", tmp_path / "in", "--name", "crate", "--declared-memory", "48")
    assert (status, "in this ledger already" in err) == (1, True)
    with Ledger(tmp_path / "l.sqlite", readonly=True) as kept:
        assert kept.count() == 3


def test_json_is_one_document_a_line_and_a_last_one(run: Run, tmp_path: Path) -> None:
    batch_dumps.write(tmp_path / "in", 2)
    (tmp_path / "in" / "junk").write_bytes(b"no dump")
    os.mkfifo(tmp_path / "in" / "pipe")
    for before in (False, True):
        status, out, _err = run("batch", tmp_path / "in", "--json")
        assert status == 10
        told = documents(out)
        assert all(one["format"] == 1 for one in told)
        by_name = {one["file"]: one for one in told[:-1]}
        assert by_name["000.xml"]["number"] == 1
        assert by_name["000.xml"]["cards"][0]["findings"]
        assert by_name["000.xml"]["before"] is before
        assert by_name["000.xml"]["origin"] == "file of unknown origin"
        assert (by_name["junk"]["verdict"], by_name["junk"]["left_out"]) == (None, False)
        assert by_name["pipe"]["left_out"] is True
        end = told[-1]
        assert end["verdict"] == "INCONCLUSIVE"
        assert (end["judged"], end["new"], end["not_judged"], end["left_out"]) == (2, 0 if before else 2, 1, 1)
        assert end["summary"] == str(tmp_path / "s.pdf")
        assert end["identities"] == {"INCONCLUSIVE": 2}


def test_a_list_names_files_and_simulations_and_each_is_judged_once(run: Run, tmp_path: Path) -> None:
    batch_dumps.write(tmp_path / "in", 1)
    odd = tmp_path / os.fsdecode(b"odd\n\xff.xml")
    odd.write_bytes(batch_dumps.one(5))
    names = [
        str(tmp_path / "in" / "000.xml"),
        "simulation:genuine-rtx-3060:3",
        "simulation:nobody",
        str(tmp_path / "no"),
    ]
    lines = b"\0".join(map(os.fsencode, [*names, str(odd), names[0]]))
    status, out, _err = run("batch", "-", "-0", "--profile", "none", "--json", stdin=lines)
    assert status == 10
    *told, end = documents(out)
    assert [bool(one["failure"]) for one in told] == [False, False, True, True, False, False]
    assert [one.get("before") for one in told] == [False, False, None, None, False, True]
    assert told[1]["origin"] == "simulation"
    assert told[1]["file"] == "simulation:genuine-rtx-3060:3"
    assert told[4]["file"].endswith("odd\n\\xff.xml")
    assert "There is no simulation" in told[2]["failure"]
    assert (end["judged"], end["not_judged"]) == (3, 2)
    status, out, _err = run("batch", "-", "-0", "--profile", "none", "--json", stdin=lines)
    assert documents(out)[-1]["new"] == 0
    assert "In part: Review of a file of unknown origin; SIMULATION" in run("verify", tmp_path / "s.pdf")[1]


def test_another_list_is_another_batch_and_the_verdict_of_the_first_is_not_its_own(run: Run, tmp_path: Path) -> None:
    batch_dumps.write(tmp_path / "in", 1)
    first = b"simulation:gtx-1050-ti-folded\n" + os.fsencode(tmp_path / "no")
    status, out, _err = run("batch", "-", "--profile", "quick", "--json", stdin=first)
    assert status > 10
    named = documents(out)[-1]["batch"]["name"]
    second = os.fsencode(tmp_path / "in" / "000.xml")
    status, out, _err = run("batch", "-", "--profile", "quick", "--json", stdin=second)
    assert status == 10
    assert documents(out)[-1]["batch"]["name"] != named


def test_a_simulation_is_measured_as_the_profile_says(run: Run) -> None:
    status, out, _err = run("batch", "-", "--profile", "quick", "--json", stdin=b"simulation:genuine-rtx-3060\n")
    assert status == 0
    assert documents(out)[0]["verdict"] == "CONSISTENT"


def test_a_card_is_known_again_by_its_numbers_and_one_without_any_is_not(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    from gpu_inspector.records.catalogue import load
    from gpu_inspector.records.evidence import Evidence, Origin

    shown = collecting.collect_bytes(batch_dumps.one(1), "x", load())
    (card,) = shown.cards
    assert card.nvidia_smi is not None
    bare = replace(card, nvidia_smi=replace(card.nvidia_smi, uuid=None, serial=None))

    def machine(*arguments: object) -> Evidence:
        if arguments[1] not in ("0", "1"):
            raise collecting.NoCard(f"There is no card “{arguments[1]}” in this machine.")
        return replace(shown, origin=Origin.MACHINE, cards=(card if arguments[1] == "0" else bare,))

    monkeypatch.setattr(collecting, "collect_machine", machine)
    for new in (2, 1):
        _status, out, _err = run("batch", "-", "--profile", "none", "--json", stdin=b"0\n1\n0\n7\n")
        *told, end = documents(out)
        assert [one["file"] for one in told] == ["0000:01:00.0"] * 3 + ["7"]
        assert end["new"] == new
        assert "There is no card “7”" in told[3]["failure"]


def test_each_report_is_written_once_verified_and_made_again_where_it_is_missing(run: Run, tmp_path: Path) -> None:
    batch_dumps.write(tmp_path / "in", 2)
    run("batch", tmp_path / "in", "--reports", tmp_path / "out")
    reports = sorted((tmp_path / "out").iterdir())
    assert len(reports) == 2
    assert run("verify", reports[0])[0] == 3
    assert run("ledger", "verify", "--report", reports[1])[0] == 0
    kept = reports[0].read_bytes()
    reports[1].unlink()
    status, out, _err = run("batch", tmp_path / "in", "--reports", tmp_path / "out", "--json")
    assert [one["report"] for one in documents(out)[:-1]] == list(map(str, reports))
    assert reports[0].read_bytes() == kept
    assert reports[1].exists()
    status, out, _err = run("verify", tmp_path / "s.pdf", "--reports", tmp_path / "out")
    assert (status, "2 of 2 rows were held against their own reports" in out) == (3, True)


def test_a_summary_that_says_otherwise_than_its_reports_or_its_ledger_is_altered(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    from gpu_inspector.workflow import batch_summing

    batch_dumps.write(tmp_path / "in", 2)
    made = batch_summing.summary

    def lying(*arguments: Any) -> Any:
        true = made(*arguments)
        (card,) = true.rows[0].cards
        return replace(true, rows=(replace(true.rows[0], cards=(replace(card, product="RTX 5090"),)), *true.rows[1:]))

    monkeypatch.setattr(batch_summing, "summary", lying)
    run("batch", tmp_path / "in", "--reports", tmp_path / "out")
    assert run("verify", tmp_path / "s.pdf")[0] == 3
    status, out, _err = run("verify", tmp_path / "s.pdf", "--reports", tmp_path / "out")
    assert (status, "“000.xml” is not what its own report No. 1 says of it: cards" in out) == (4, True)
    status, out, _err = run("ledger", "verify", "--report", tmp_path / "s.pdf")
    assert (status, "“000.xml” is not what row 1 of the ledger says of it" in out) == (4, True)
    monkeypatch.setattr(batch_summing, "summary", lambda *one: replace(made(*one), rows=made(*one).rows[1:]))
    run("batch", tmp_path / "in")
    status, out, _err = run("ledger", "verify", "--report", tmp_path / "s.pdf")
    assert (status, "leaves out 1 rows of the batch" in out) == (4, True)


def test_a_ledger_of_which_a_row_was_cut_off_is_found_by_the_summary(run: Run, tmp_path: Path) -> None:
    batch_dumps.write(tmp_path / "in", 1)
    run("batch", tmp_path / "in")
    shutil.copy(tmp_path / "l.sqlite", tmp_path / "before.sqlite")
    batch_dumps.write(tmp_path / "in", 1, start=1)
    run("batch", tmp_path / "in")
    connection = sqlite3.connect(tmp_path / "l.sqlite")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    shutil.copy(tmp_path / "before.sqlite", tmp_path / "l.sqlite")
    status, out, _err = run("ledger", "verify", "--report", tmp_path / "s.pdf")
    assert (status, "Row 2 of the summary" in out) == (4, True)


def test_ctrl_c_keeps_what_was_judged_and_says_how_to_go_on(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch_dumps.write(tmp_path / "in", 4)
    take = Batch.take

    def interrupted(self: Batch, item: Any) -> Any:
        if item is not None and item.name == "002.xml":
            raise KeyboardInterrupt
        return take(self, item)

    with monkeypatch.context() as patched:
        patched.setattr(Batch, "take", interrupted)
        status, out, err = run("batch", tmp_path / "in")
    assert status == 130
    assert out.count("INCONCLUSIVE") == 2
    assert "2 were judged in this run, and are kept" in err
    assert not (tmp_path / "s.pdf").exists()
    assert "New in this run: 2" in run("batch", tmp_path / "in")[1]


def test_a_full_disk_ends_with_one_and_the_same_command_goes_on(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch_dumps.write(tmp_path / "in", 3)
    monkeypatch.setattr(batch, "GROUP", 1)
    with monkeypatch.context() as patched:
        append = Ledger.append_all

        def full(self: Ledger, *arguments: Any) -> Any:
            if self.count() == 1:
                error = sqlite3.OperationalError("database or disk is full")
                error.sqlite_errorcode = sqlite3.SQLITE_FULL
                from gpu_inspector.ledger.connection import ledger_error

                raise ledger_error(error, self.path)
            return append(self, *arguments)

        patched.setattr(Ledger, "append_all", full)
        status, out, err = run("batch", tmp_path / "in")
    assert (status, out.count("No. 1"), "disk is full" in err) == (1, 1, True)
    assert "New in this run: 2" in run("batch", tmp_path / "in")[1]


def test_what_this_program_writes_into_the_folder_is_no_dump(run: Run, tmp_path: Path) -> None:
    batch_dumps.write(tmp_path / "in", 1)
    words = ("batch", tmp_path / "in", "--recursive", "--reports", tmp_path / "in" / "reports")
    for _ in range(2):
        status, out, _err = run(*words, "--report", tmp_path / "in" / "s.pdf")
        assert status == 10
        assert "1 inspections of 1 cards." in out


def test_the_summary_never_falls_on_a_file_of_another_kind(run: Run, tmp_path: Path) -> None:
    batch_dumps.write(tmp_path / "in", 1)
    (tmp_path / "s.pdf").write_bytes(b"something else")
    status, _out, err = run("batch", tmp_path / "in")
    assert (status, "not overwritten" in err) == (1, True)
    assert not (tmp_path / "l.sqlite").exists()


@pytest.mark.parametrize(
    ("words", "status", "sentence"),
    [
        pytest.param(("batch", "nowhere"), 2, "no folder", id="no-folder"),
        pytest.param(("batch", "empty"), 1, "Nothing was judged", id="empty"),
        pytest.param(("batch", "empty", "--profile", "quick"), 2, "none can be measured", id="profile-of-files"),
        pytest.param(("batch", "-", "--recursive"), 2, "--recursive goes with a folder", id="recursive-list"),
        pytest.param(("batch", "-"), 1, "Nothing was judged", id="empty-list"),
        pytest.param(("batch", "empty", "--name", "a\u202eb"), 2, "printable", id="name"),
    ],
)
def test_wrong_calls_are_told(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], status: int, sentence: str
) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path)
    found, out, err = run(*words)
    assert found == status
    assert sentence in out + err


def test_only_files_that_cannot_be_read_are_inconclusive(run: Run, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "junk").write_bytes(b"no dump")
    status, out, _err = run("batch", tmp_path / "in")
    assert (status, "not judged" in out) == (10, True)
    assert run("verify", tmp_path / "s.pdf")[0] == 3


def test_reports_do_not_go_among_the_dumps(run: Run, tmp_path: Path) -> None:
    batch_dumps.write(tmp_path / "in", 1)
    status, _out, err = run("batch", tmp_path / "in", "--reports", tmp_path / "in")
    assert (status, "another folder" in err) == (2, True)
    assert not (tmp_path / "l.sqlite").exists()


def test_the_lock_beside_a_ledger_in_the_watched_folder_is_no_dump(tmp_path: Path, run: Run) -> None:
    batch_dumps.write(tmp_path, 1)
    words = ("--every", "0.05", "--until-idle", "0.1", "--report", tmp_path / "s.pdf")
    out = run("watch", tmp_path, *words)[1]
    assert "1 inspections of 1 cards." in out


def test_another_ledger_takes_neither_the_reports_nor_the_summary_of_the_first(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from gpu_inspector import settings

    batch_dumps.write(tmp_path / "in", 1)
    for _ in range(2):
        for name in ("a", "b"):
            ledger = ("--ledger", str(tmp_path / name))
            assert main(["batch", str(tmp_path / "in"), "--reports", str(tmp_path / "out"), *ledger]) == 10
    assert len(list((tmp_path / "out").iterdir())) == 2
    summaries = sorted(settings.report_folder().glob("batch-*.pdf"))
    assert len(summaries) == 2
    held = [[main(["ledger", "verify", "--report", str(one), "--ledger", str(tmp_path / name)]) for one in summaries]
            for name in ("a", "b")]  # fmt: skip
    assert sorted(held) == [[0, 4], [4, 0]]
    capsys.readouterr()


def test_a_summary_says_nothing_of_a_ledger_that_never_had_its_batch(run: Run, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "junk").write_bytes(b"no dump")
    run("batch", tmp_path / "in")
    (tmp_path / "l.sqlite").rename(tmp_path / "away")
    batch_dumps.write(tmp_path / "other", 1)
    assert main(["batch", str(tmp_path / "other"), "--ledger", str(tmp_path / "l.sqlite")]) == 10
    status, out, _err = run("ledger", "verify", "--report", tmp_path / "s.pdf")
    assert (status, "The ledger knows no such batch" in out) == (4, True)
