"""The control card out of a real ledger: which inspections are its own, what it is told of, and what never counts."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cards import forged, genuine, row_of
from in_process_child import measured_here
from silicon_records import silicon_of_row, with_silicon

from gpu_inspector.checks.control_figures import ALLOWED
from gpu_inspector.errors import LedgerError
from gpu_inspector.ledger.store import Ledger
from gpu_inspector.probes import cuda
from gpu_inspector.records import drift
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.custody import What
from gpu_inspector.records.declaration import Case, Declaration
from gpu_inspector.records.evidence import Evidence, Origin
from gpu_inspector.workflow import collecting, control_card
from gpu_inspector.workflow.inspecting import inspection_of
from gpu_inspector.workflow.judging import judge
from gpu_inspector.workflow.sighting import informed

ROW = row_of("NVIDIA GeForce RTX 4090")
OWN = {"serial": "1324520012345", "uuid": "GPU-5d1f6a37-5b0c-4e0e-9d55-3c1b7f2a90d4"}
OTHER = {"serial": "1563219087421", "uuid": "GPU-11d5a9b3-7c2e-4f60-8a31-5e9d02c47f18"}
DAY = datetime(2026, 11, 1, 8, tzinfo=UTC)
SIMULATED = "genuine-rtx-3060"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.sqlite"


def measured(day: int, numbers: dict[str, str] = OWN, copy: float = 1.0, **changes: Any) -> Evidence:
    silicon = silicon_of_row(ROW)
    assert silicon.speed is not None
    speed = replace(silicon.speed, copy_bytes_per_s=silicon.speed.copy_bytes_per_s * copy)
    silicon = replace(silicon, uuid=numbers["uuid"], speed=speed)
    evidence = with_silicon(forged(genuine(ROW), **numbers), silicon)
    return replace(evidence, collected_at=DAY + timedelta(days=day), **changes)


def keep(path: Path, catalogue: Catalogue, *evidence: Evidence) -> None:
    with Ledger(path) as ledger:
        for one in evidence:
            ledger.append(inspection_of(one, Declaration(), Case(), catalogue))


def test_every_later_inspection_of_the_card_is_held_against_its_reference(path: Path, catalogue: Catalogue) -> None:
    keep(path, catalogue, measured(0, copy=0.5), measured(1), measured(2, OTHER, copy=0.5), measured(3, copy=1.02))
    first, remark = control_card.set_reference(path, "2", "desk card")
    assert not remark and first.name == "desk card" and first.reference_row == 2
    found = control_card.show(path)
    assert found == first and found is not None
    assert (found.last_row, found.inspections, found.drifted) == (4, 2, ()), "neither another card nor an older row"
    keep(path, catalogue, measured(4, copy=0.8))
    found = control_card.show(path)
    assert found is not None
    assert [one.name for one in found.drifted] == ["copy within the card, GB/s"]
    assert [one.row for one in found.series] == [2, 4, 5]


def test_it_is_told_in_the_evidence_of_other_cards_and_of_its_own(path: Path, catalogue: Catalogue) -> None:
    keep(path, catalogue, measured(0), measured(1))
    control_card.set_reference(path, "1")
    other = informed(measured(2, OTHER), path).control_card
    assert other is not None and (other.last_row, other.inspections) == (2, 2)
    own = informed(measured(3, copy=0.5), path).control_card
    assert own is not None and (own.last_row, own.inspections) == (0, 3), "this very inspection is its last"
    assert len(own.drifted) == 1 and own.made_at == DAY + timedelta(days=3)
    unmeasured = replace(measured(4), cards=tuple(replace(card, silicon=None) for card in measured(4).cards))
    last = informed(unmeasured, path).control_card
    assert last is not None and last.last_row == 2, "claims alone are no look at the bench"


@pytest.mark.parametrize("origin", [Origin.FILE, Origin.SAMPLE, Origin.SEEN])
def test_evidence_of_no_card_here_has_none_whatever_it_brings(origin: Origin, path: Path, catalogue: Catalogue) -> None:
    keep(path, catalogue, measured(0), measured(1))
    control, _remark = control_card.set_reference(path, "1")
    brought = measured(2, origin=origin, control_card=control)
    assert informed(brought, path).control_card is None
    assert informed(replace(brought, self_test=None), path).self_test is None


def test_without_a_ledger_or_a_line_there_is_none(path: Path, catalogue: Catalogue) -> None:
    assert control_card.show(path) is None
    assert informed(measured(0), path).control_card is None and not path.exists()
    with pytest.raises(LedgerError, match="no ledger"):
        control_card.set_reference(path, "1")
    assert not path.exists()
    keep(path, catalogue, measured(0))
    assert control_card.show(path) is None
    with pytest.raises(LedgerError, match="no control card"):
        control_card.forget(path)


def test_forgetting_is_a_line_too_and_an_older_card_does_not_come_back(path: Path, catalogue: Catalogue) -> None:
    keep(path, catalogue, measured(0), measured(1, OTHER))
    control_card.set_reference(path, "1", "one")
    control_card.set_reference(path, "2", "two")
    found = control_card.show(path)
    assert found is not None and found.name == "two"
    assert control_card.forget(path) == 2
    assert control_card.show(path) is None
    with Ledger(path, readonly=True) as ledger:
        lines = ledger.custody.of(What.CONTROL_CARD, What.CONTROL_CARD_FORGOTTEN)
        assert [(line.event.what, line.event.seq, line.event.detail) for line in lines] == [
            (What.CONTROL_CARD, 1, "one"),
            (What.CONTROL_CARD, 2, "two"),
            (What.CONTROL_CARD_FORGOTTEN, 2, "two"),
        ]
        assert ledger.verify().problem is None


def test_a_name_that_looks_like_a_line_is_only_a_name(path: Path, catalogue: Catalogue) -> None:
    keep(path, catalogue, measured(0))
    name = '"what":"control card forgotten","seq":1 {name} \x00 \u202e' + "x" * 1000
    control_card.set_reference(path, "1", name)
    found = control_card.show(path)
    assert found is not None and found.name.startswith('"what":') and len(found.name) == control_card.LONGEST_NAME
    with Ledger(path, readonly=True) as ledger:
        assert len(ledger.custody.of(What.CONTROL_CARD)) == 1
        assert ledger.custody.of(What.CONTROL_CARD_FORGOTTEN) == ()


def test_what_can_be_no_reference_is_said(path: Path, catalogue: Catalogue) -> None:
    claims = replace(genuine(ROW), collected_at=DAY)
    nameless = measured(1, {"serial": "0" * 13, "uuid": "GPU-00000000-0000-0000-0000-000000000000"})
    keep(path, catalogue, claims, measured(2, origin=Origin.FILE, file_name="x"), nameless)
    for row, said in (("1", "no card"), ("2", "in this machine"), ("3", "in this machine|no number")):
        with pytest.raises(LedgerError, match=said):
            control_card.set_reference(path, row)
    assert control_card.show(path) is None


def test_a_card_with_something_against_it_is_taken_with_a_remark(path: Path, catalogue: Catalogue) -> None:
    keep(path, catalogue, forged(measured(0), memory_total_bytes=80 * 2**30))
    _found, remark = control_card.set_reference(path, "1")
    assert "Something speaks against" in remark


def test_a_row_judged_anew_is_no_second_inspection(path: Path, catalogue: Catalogue) -> None:
    keep(path, catalogue, measured(0), measured(1), measured(1), measured(0))
    found, _remark = control_card.set_reference(path, "1")
    assert found.inspections == 2


def test_a_tampered_ledger_is_a_gap_and_keeps_no_card_from_being_inspected(path: Path, catalogue: Catalogue) -> None:
    keep(path, catalogue, measured(0), measured(1))
    control_card.set_reference(path, "1")
    with closing(sqlite3.connect(path)) as file:
        for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            file.execute(f'DROP TRIGGER "{name}"')
        file.commit()
    found = informed(measured(2), path)
    assert found.control_card is None
    assert [one.source for one in found.gaps].count(control_card.SOURCE) == 1
    again = informed(found, path)
    assert [one.source for one in again.gaps].count(control_card.SOURCE) == 1, "told once"


def simulated(seed: int, catalogue: Catalogue, profile: str = "quick", name: str = SIMULATED) -> Evidence:
    evidence = collecting.collect_simulation(name, seed, profile, catalogue)
    return replace(evidence, collected_at=DAY + timedelta(days=seed))


def test_a_simulated_control_card_is_marked_and_counts_for_simulations_only(
    path: Path, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cuda, "measure", measured_here)
    keep(path, catalogue, *(simulated(seed, catalogue) for seed in range(2)), measured(9))
    found, _remark = control_card.set_reference(path, "1")
    assert found.simulation and found.inspections == 2 and found.drifted == ()
    assert control_card.show(path) is None and control_card.show(path, simulation=True) == found
    assert informed(measured(10), path).control_card is None
    control_card.set_reference(path, "3", "real")
    real, played = informed(measured(10), path).control_card, informed(simulated(4, catalogue), path).control_card
    assert real is not None and not real.simulation and real.name == "real"
    assert played is not None and played.simulation and played.inspections == 3
    lane = informed(simulated(5, catalogue, name="dead-data-lane"), path).control_card
    assert lane is not None and lane.inspections == 2, "another simulated card is another card"
    control_card.forget(path, simulation=True)
    assert control_card.show(path, simulation=True) is None and control_card.show(path) is not None


def test_neither_changes_what_a_simulation_is_judged_to_be(
    path: Path, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cuda, "measure", measured_here)
    keep(path, catalogue, simulated(0, catalogue))
    control_card.set_reference(path, "1")
    evidence = simulated(1, catalogue)
    with_both = informed(evidence, path)
    assert with_both.control_card is not None
    assert judge(with_both, Declaration(), catalogue) == judge(evidence, Declaration(), catalogue)


@pytest.mark.parametrize(
    "seeds",
    [pytest.param(range(1, 2), id="some"), pytest.param(range(1, 100), id="all", marks=pytest.mark.prove)],
)
def test_no_other_day_of_a_simulated_card_drifts(
    seeds: range, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Self-consistency: the seed varies clocks, heat and noise of the same card, the shares of its bandwidth too."""
    monkeypatch.setattr(cuda, "measure", measured_here)
    reference, *others = (
        drift.Taken(seed, DAY, drift.figures_of(simulated(seed, catalogue, "standard").cards[0]))
        for seed in (0, *seeds)
    )
    drifted = {
        figure.name for other in others for figure in drift.control_card("x", reference, [other], ALLOWED).drifted
    }
    assert drifted == set()
