"""A hall in the log of lots: written down before the first node is asked, lost nodes behind it, old entries as ever."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from lot_cards import lot

from gpu_inspector.ledger.store import Ledger
from gpu_inspector.records import canonical, lot_log
from gpu_inspector.records.catalogue import load
from gpu_inspector.records.declaration import Case, Declaration
from gpu_inspector.records.finding import Identity
from gpu_inspector.records.hall import Hall, Place
from gpu_inspector.records.lot import LotSummary, Plan
from gpu_inspector.records.lot_log import LotEntry
from gpu_inspector.records.node import Lack, Machine, NodeGap, NodeReading
from gpu_inspector.records.silicon import HeatReading, HeatSample, MemoryReading, PassReading, SiliconReading
from gpu_inspector.workflow import collecting, inspecting, lot_members, lots

HALL = Hall(
    places=(Place(node="n1", rack="A", unit=3), Place(node="n2", rack="A", unit=1), Place(node="n3", rack="B", unit=1)),
    gaps=(NodeGap(node="n1", lack=Lack.LOST, reason="not kept"),),
    audit="6f2f1f0b-8a11-4c55-9d0c-0b7c9a523000",
)
SILENT = NodeGap(node="n2", lack=Lack.SILENT, reason="It did not answer.", advice="Look.")


def opened(path: Path, hall: Hall | None = HALL, declared: int = 3) -> lots.LotState:
    return lots.open_lot(
        path, name="hall 3", declared=declared, plan=Plan(), case=Case(), declaration=Declaration(), hall=hall
    )


def kept(path: Path, node: str) -> int:
    """The row of an inspection of a simulated card in that node."""
    evidence = collecting.collect_simulation("genuine-rtx-4090", 1, None, load())
    reading = NodeReading(name=node, audit=HALL.audit, machine=Machine(host=node), evidence_sha256="ab" * 32)
    inspection = inspecting.inspection_of(replace(evidence, node=reading), Declaration(), Case(), load())
    with Ledger(path) as ledger:
        return ledger.append(inspection).seq


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A ledger with the lot of three nodes: one examined, one lost, one of which nothing was kept."""
    path = tmp_path_factory.mktemp("hall") / "l.sqlite"
    opened(path)
    lots.lose(path, "hall 3", (SILENT, replace(SILENT, node="n1")))
    lots.add(path, "hall 3", (kept(path, "n1"),))
    yield path


def test_the_hall_stands_in_the_log_before_the_first_node_is_asked_and_without_gaps(tmp_path: Path) -> None:
    path = tmp_path / "l.sqlite"
    state = opened(path)
    assert state.hall == replace(HALL, gaps=()) and state.statement.unexamined_nodes == 3
    with Ledger(path, readonly=True) as ledger:
        (entry,) = ledger.lots.entries()
        assert entry.hall == replace(HALL, gaps=()) and entry.gaps == ()
        assert ledger.verify().problem is None


def test_a_lost_node_stays_lost_until_it_is_examined(audited: Path) -> None:
    state = lots.state(audited, "hall 3")
    assert state.hall is not None and state.hall.gaps == (SILENT,)
    assert state.statement.unexamined_nodes == 2 and state.statement.most_deviating is None
    (member,) = state.members
    assert (member.node, member.temperature_c) == ("n1", None)
    with Ledger(audited, readonly=True) as ledger:
        verdict = ledger.verify()
        assert (verdict.problem, verdict.lots) == (None, 3)
    assert [one.hall for one in lots.every(audited)] == [state.hall]


def test_the_summary_holds_the_hall_with_the_gaps_that_are_in_force(audited: Path) -> None:
    summary = lots.summary(audited, "hall 3")
    assert summary.hall == replace(HALL, gaps=(SILENT,))
    assert summary.statement.unexamined_nodes == 2
    again = canonical.decode(canonical.encode(summary), LotSummary, "summary of a lot")
    assert again == summary


def test_the_highest_temperature_is_that_of_the_measurement_and_only_of_an_audit() -> None:
    plain = collecting.collect_simulation("genuine-rtx-4090", 1, None, load())
    reading = NodeReading(name="n1", audit="a", machine=Machine(host="h"), evidence_sha256="ab" * 32)
    heat = HeatReading(usable=True, peak_c=81.0, samples=(HeatSample(at_s=1, temperature_c=83.5), HeatSample(at_s=2)))
    write = PassReading(name="write hash", moved_bytes=1, seconds=1, temperature_c=85.0)
    memory = MemoryReading(claimed_bytes=1, free_bytes=1, covered_bytes=1, passes=(write,))

    def at(of_node: bool = True, **parts: Any) -> float | None:
        card = replace(plain.cards[0], silicon=SiliconReading(profile="standard", **parts) if parts else None)
        evidence = replace(plain, cards=(card,), node=reading if of_node else None)
        return lot_members.temperature_of(replace(inspection, evidence=evidence), 0)

    inspection = inspecting.inspection_of(plain, Declaration(), Case(), load())
    assert at(heat=heat) == 83.5
    assert at(heat=heat, memory=memory) == 85.0
    assert at(heat=replace(heat, peak_c=1e300)) == 83.5
    assert at(heat=HeatReading(usable=False)) is None and at() is None
    assert at(of_node=False, heat=heat) is None


def test_what_keeps_a_card_of_an_audit_undecided_is_named_the_bench_first_and_of_no_other_lot() -> None:
    evidence = collecting.collect_simulation("genuine-rtx-4090", 1, None, load())
    assert evidence.host is not None
    patched = replace(evidence, host=replace(evidence.host, patch_signs=("NVRM: GPU unlock",)))
    inspection = inspecting.inspection_of(patched, Declaration(), Case(), load())
    assert inspection.judgement.cards[0].identity is Identity.INCONCLUSIVE
    assert lot_members.reasons_of(inspection, 0) == ()
    reading = NodeReading(name="n1", audit="a", machine=Machine(host="h"), evidence_sha256="ab" * 32)
    found = lot_members.reasons_of(replace(inspection, evidence=replace(patched, node=reading)), 0)
    assert found[0].check == "bench-patches" and "NVRM: GPU unlock" in found[0].text
    assert 1 <= len(found) <= 4 and {one.outcome for one in found} == {"INCONCLUSIVE"}


def test_nodes_are_lost_of_a_hall_alone(tmp_path: Path) -> None:
    path = tmp_path / "l.sqlite"
    opened(path, None)
    with pytest.raises(lots.LotError, match="is of no hall"):
        lots.lose(path, "hall 3", (SILENT,))
    assert lots.state(path, "hall 3").hall is None


def _without(plain: Any, *names: str) -> Any:
    if isinstance(plain, dict):
        return {name: _without(one, *names) for name, one in plain.items() if name not in names}
    return [_without(one, *names) for one in plain] if isinstance(plain, list | tuple) else plain


def test_a_ledger_of_an_earlier_version_is_whole_and_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "l.sqlite"
    new = ("hall", "gaps", "node", "temperature_c")

    def as_before(entry: LotEntry) -> bytes:
        return canonical.encode(_without(canonical.plain(entry), *new))

    with monkeypatch.context() as before:
        before.setattr(lot_log, "encode", as_before)
        state = opened(path, None)
    old = lot_log.decode(as_before(LotEntry(lot_id="x", opened=lot(3))))
    assert old == LotEntry(lot_id="x", opened=lot(3)) and old.hall is None and old.gaps == ()
    assert lots.state(path, state.lot.id).lot == state.lot
    with Ledger(path, readonly=True) as ledger:
        assert ledger.verify().problem is None
    lots.open_lot(path, name="next", declared=1, plan=Plan(), case=Case(), declaration=Declaration(), hall=HALL)
    with Ledger(path, readonly=True) as ledger:
        assert ledger.verify().problem is None and len(ledger.lots.entries()) == 2
