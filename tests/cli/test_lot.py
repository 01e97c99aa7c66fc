"""`lot` from outside: opened, filled from captures and the ledger, stopped and resumed, summed up in one command."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from gpu_inspector.cli.main import main
from gpu_inspector.ledger.store import Ledger
from gpu_inspector.probes import capture
from gpu_inspector.records import lot_words
from gpu_inspector.records.catalogue import load
from gpu_inspector.records.declaration import Case, Declaration
from gpu_inspector.records.evidence import Evidence, Origin
from gpu_inspector.records.lot import Plan
from gpu_inspector.workflow import collecting, inspecting, lot_filling, lots
from gpu_inspector.workflow.lots import LotState

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """A command on a ledger of its own: exit status, stdout and stderr."""

    def command(*arguments: str | Path) -> tuple[int, str, str]:
        words = [str(argument) for argument in arguments]
        if words[0] in ("lot", "inspect", "verify", "ledger") and words[0] != "verify":
            words += ["--ledger", str(tmp_path / "l.sqlite")]
        status = main(words)
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return command


@pytest.fixture(scope="module")
def claims() -> Evidence:
    """A simulated RTX 3060, its claims alone: no kernel is needed to fill a lot."""
    return collecting.collect_simulation("genuine-rtx-3060", 1, None, load())


def write(folder: Path, evidence: Evidence, names: int, start: int = 0) -> None:
    folder.mkdir(exist_ok=True)
    for number in range(start, start + names):
        capture.write(replace(evidence, notes=(*evidence.notes, f"card {number}")), folder / f"{number:03}.json", False)


def document(out: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(out)
    return found


def test_a_lot_is_opened_filled_and_shown(run: Run, claims: Evidence, tmp_path: Path) -> None:
    write(tmp_path / "in", claims, 3)
    status, out, _err = run("lot", "new", "waybill 77", "--declared", "9", "--rule", "sqrt", "--case", "C 7", "--json")
    opened = document(out)
    assert status == 0
    assert len(opened["lot"]["drawn"]) == opened["statement"]["wanted"] == 3
    status, out, _err = run("lot", "add", "WAYBILL  77", tmp_path / "in", "--reports", tmp_path / "reports", "--json")
    filled = document(out)
    assert status == 10  # claims alone are not decided
    assert [one["number"] for one in filled["members"]] == [1, 2, 3]
    assert len(list((tmp_path / "reports").iterdir())) == 3
    status, out, _err = run("lot", "status", opened["lot"]["id"][:8])
    assert status == 0
    assert "3 could not be decided" in out
    assert "SIMULATION" in out
    assert run("ledger", "verify")[0] == 0


def test_a_file_that_is_in_the_lot_already_is_left_out(run: Run, claims: Evidence, tmp_path: Path) -> None:
    write(tmp_path / "in", claims, 2)
    run("lot", "new", "a", "--declared", "4", "--from", tmp_path / "in")
    write(tmp_path / "in", claims, 1, start=2)
    _status, out, _err = run("lot", "add", "a", tmp_path / "in")
    assert out.count("in the lot already") == 2
    assert len(lots.state(tmp_path / "l.sqlite", "a").members) == 3


def test_a_file_that_cannot_be_read_is_told_and_stops_nothing(run: Run, claims: Evidence, tmp_path: Path) -> None:
    write(tmp_path / "in", claims, 1)
    (tmp_path / "in" / "000a.txt").write_text("no dump")
    status, out, _err = run("lot", "new", "a", "--declared", "4", "--from", tmp_path / "in")
    assert status == 10
    assert "not examined" in out
    assert len(lots.state(tmp_path / "l.sqlite", "a").members) == 1


def test_inspections_of_the_ledger_are_put_in_once(run: Run, tmp_path: Path) -> None:
    run("lot", "new", "a", "--declared", "4")
    for seed in (1, 2):
        run("inspect", "--simulate", "genuine-rtx-3060", "--seed", str(seed), "--no-measure")
    assert run("lot", "add", "a", "--inspection", "1", "--piece", "3")[0] == 10
    status, _out, err = run("lot", "add", "a", "--inspection", "1")
    assert (status, "already" in err) == (1, True)
    status, _out, err = run("lot", "add", "a", "--inspection", "2", "--piece", "3")
    assert (status, "examined already" in err) == (1, True)
    status, _out, err = run("lot", "add", "a", "--inspection", "2", "--piece", "5")
    assert (status, "pieces 1 to 4" in err) == (1, True)
    (member,) = lots.state(tmp_path / "l.sqlite", "a").members
    assert member.piece == 3


def test_the_first_contradiction_ends_a_lot_that_is_planned_so(run: Run, claims: Evidence, tmp_path: Path) -> None:
    card = claims.cards[0]
    assert card.nvml is not None
    assert card.nvidia_smi is not None
    folded = replace(
        card,
        nvml=replace(card.nvml, memory_total_bytes=48 * 2**30),
        nvidia_smi=replace(card.nvidia_smi, memory_total_bytes=48 * 2**30),
    )
    write(tmp_path / "in", replace(claims, cards=(folded,)), 1)
    write(tmp_path / "in", claims, 2, start=1)
    status, out, _err = run("lot", "new", "a", "--declared", "9", "--stop-at-first", "--from", tmp_path / "in")
    assert status == 12
    assert "no share is stated" in out
    assert len(lots.state(tmp_path / "l.sqlite", "a").members) == 1
    run("inspect", "--simulate", "genuine-rtx-3060", "--no-measure")
    status, _out, err = run("lot", "add", "a", "--inspection", "2")
    assert (status, "has ended" in err) == (1, True)


def test_a_simulated_card_is_examined_into_a_lot(run: Run) -> None:
    run("lot", "new", "a", "--declared", "4")
    status, out, _err = run("lot", "add", "a", "--simulate", "genuine-rtx-3060", "--seed", "4", "--no-measure")
    assert status == 10
    assert "s a card" in out


def _as_file(evidence: Evidence) -> Evidence:
    """The same claims as a file of a real card would have them: without the marks that a simulation bears."""
    card = evidence.cards[0]
    assert card.nvml is not None
    assert card.nvidia_smi is not None
    uuid = "GPU-1f3c9a7b-7a2e-4c1d-9b8f-3e5a6d7c8b90"
    bare = replace(card, nvml=replace(card.nvml, uuid=uuid), nvidia_smi=replace(card.nvidia_smi, uuid=uuid))
    return replace(evidence, origin=Origin.FILE, cards=(bare,), notes=(), host=None)


def test_a_simulation_among_real_cards_is_refused_and_the_files_behind_it_are_still_examined(
    run: Run, claims: Evidence, tmp_path: Path
) -> None:
    (tmp_path / "in").mkdir()
    capture.write(_as_file(claims), tmp_path / "in" / "1.json", False)
    capture.write(claims, tmp_path / "in" / "2.json", False)
    capture.write(replace(_as_file(claims), notes=("b",)), tmp_path / "in" / "3.json", False)
    _status, out, _err = run("lot", "new", "a", "--declared", "4", "--from", tmp_path / "in")
    assert "2.json: The lot “a” cannot hold real cards and simulations" in out
    assert len(lots.state(tmp_path / "l.sqlite", "a").members) == 2
    status, _out, err = run("lot", "add", "a", "--simulate", "genuine-rtx-3060", "--no-measure")
    assert (status, "simulations or samples together" in err) == (1, True)
    run("inspect", "--simulate", "genuine-rtx-3060", "--no-measure")
    status, _out, err = run("lot", "add", "a", "--inspection", "3")
    assert (status, "simulations or samples together" in err) == (1, True)
    assert run("lot", "status", "a")[0] == 0


@pytest.mark.parametrize("name", ["lot \u202e7", "lot\u200b 7", "lot \x1b[2J"])
def test_a_name_that_would_look_like_another_ones_is_refused(run: Run, name: str) -> None:
    status, _out, err = run("lot", "new", name, "--declared", "3")
    assert (status, "printable" in err) == (1, True)


def test_one_name_in_other_letters_is_taken(run: Run) -> None:
    run("lot", "new", "LOT \u2116 7", "--declared", "3")
    status, _out, err = run("lot", "new", "\uff2cot no 7", "--declared", "3")
    assert (status, "already" in err) == (1, True)
    assert run("lot", "status", "lot no 7")[0] == 0


def test_a_row_that_was_judged_anew_gives_way_to_the_newer_one(run: Run, tmp_path: Path) -> None:
    run("lot", "new", "a", "--declared", "4")
    run("lot", "add", "a", "--simulate", "genuine-rtx-3060", "--no-measure")
    assert run("ledger", "rejudge", "--supersede", "1", "--reason", "newer data")[0] in (0, 10)
    status, _out, err = run("lot", "report", "a", tmp_path / "lot.pdf")
    assert (status, "2 took its place" in err) == (1, True)
    status, _out, err = run("lot", "add", "a", "--inspection", "1")
    assert (status, "2 took its place" in err) == (1, True)
    assert run("lot", "add", "a", "--inspection", "2")[0] == 10
    assert run("lot", "report", "a", tmp_path / "lot.pdf")[0] == 0


def test_a_card_whose_result_was_known_when_the_lot_was_opened_is_named(run: Run, tmp_path: Path) -> None:
    run("inspect", "--simulate", "genuine-rtx-3060", "--no-measure")
    run("lot", "new", "a", "--declared", "9", "--rule", "sqrt")
    run("lot", "add", "a", "--simulate", "genuine-rtx-3060", "--seed", "3", "--no-measure")
    run("lot", "add", "a", "--inspection", "1")
    found = lots.state(tmp_path / "l.sqlite", "a")
    said = lot_words.choice(found.lot, found.members, found.statement)
    assert "with the result known when it was put in: card No. 2" in said
    decided = replace(found.statement, most_deviating=8)
    drawn = tuple(replace(one, piece=found.lot.drawn[one.number - 1]) for one in found.members)
    assert lot_words.RANDOM in lot_words.rests_on(found.lot, drawn, decided)
    assert lot_words.DRAWN in lot_words.rests_on(found.lot, drawn[:1], decided)


@pytest.mark.parametrize(
    ("words", "status", "sentence"),
    [
        pytest.param(("status", "nobody"), 1, "There is no lot", id="unknown"),
        pytest.param(("new", "  ", "--declared", "3"), 1, "needs a name", id="no-name"),
        pytest.param(("new", "a", "--declared", "0"), 2, "not in the range", id="none-declared"),
        pytest.param(("new", "a", "--declared", "3", "--rule", "hypergeometric"), 2, "--share", id="no-share"),
        pytest.param(("add", "first"), 2, "one of them", id="nothing-to-add"),
        pytest.param(("add", "first", "/nowhere"), 1, "", id="no-file"),
        pytest.param(("new", "FIRST", "--declared", "3"), 1, "already", id="taken"),
    ],
)
def test_wrong_calls_are_told(run: Run, words: tuple[str, ...], status: int, sentence: str) -> None:
    run("lot", "new", "first", "--declared", "3")
    found, out, err = run("lot", *words)
    assert found == status
    assert sentence in out + err


def test_a_ledger_without_lots_says_so(run: Run) -> None:
    status, out, _err = run("lot", "status")
    assert (status, "no lot yet" in out) == (0, True)


def test_an_inspection_of_the_case_that_was_left_out_is_named(run: Run, tmp_path: Path) -> None:
    run("lot", "new", "first", "--declared", "4", "--case", "C 77")
    run("lot", "new", "second", "--declared", "4", "--case", "c 77")
    run("inspect", "--simulate", "genuine-rtx-3060", "--no-measure", "--case", "C 77", "--declared-memory", "24")
    run("inspect", "--simulate", "genuine-rtx-3060", "--no-measure", "--case", "C 78")
    run("lot", "add", "first", "--simulate", "genuine-rtx-3060", "--no-measure")
    summary = lots.summary(tmp_path / "l.sqlite", "first")
    assert [(one.seq, one.identity.value) for one in summary.beside] == [(1, "CONTRADICTED")]
    assert summary.other_lots == ("second",)
    status, out, _err = run("lot", "report", "first", tmp_path / "s.pdf")
    assert status == 0
    assert "not in it: 1. No. 1 contradicted" in out
    assert "Other lots of the same case in this ledger: “second”" in out
    assert run("verify", tmp_path / "s.pdf")[0] == 3


def test_an_inspection_before_the_lot_and_one_that_was_replaced_are_not_named(run: Run, tmp_path: Path) -> None:
    run("inspect", "--simulate", "genuine-rtx-3060", "--no-measure", "--case", "C 77")
    run("lot", "new", "first", "--declared", "4", "--case", "C 77")
    summary = lots.summary(tmp_path / "l.sqlite", "first")
    assert summary.beside == ()
    assert summary.other_lots == ()


def test_a_clock_that_is_set_back_hides_no_inspection_that_was_left_out(
    run: Run, claims: Evidence, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = tmp_path / "l.sqlite"
    run("inspect", "--simulate", "genuine-rtx-3060", "--no-measure", "--case", "C 77")
    state = lots.open_lot(
        ledger, name="a", declared=4, plan=Plan(), case=Case(number="C 77"), declaration=Declaration()
    )
    assert state.lot.ledger_rows == 1
    made = inspecting.inspection_of(claims, state.lot.declaration, state.lot.case, load())
    with Ledger(ledger) as opened:
        opened.append(replace(made, made_at=state.lot.opened_at - timedelta(days=1)))
    assert [one.seq for one in lots.summary(ledger, "a").beside] == [2]


def test_a_lot_that_ended_meanwhile_says_that_the_inspection_is_kept(
    run: Run, claims: Evidence, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = tmp_path / "l.sqlite"
    state = lots.open_lot(ledger, name="a", declared=4, plan=Plan(), case=Case(), declaration=Declaration())

    def ended(*_arguments: object) -> LotState:
        raise lots.LotError("It has ended.")

    monkeypatch.setattr(lots, "add", ended)
    with pytest.raises(lots.LotError, match=r"Inspection 1 is kept, and is not in the lot: It has ended\."):
        lot_filling.one_more(ledger, state, claims, "x")
