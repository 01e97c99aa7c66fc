"""An audit over a made-up engine: every node ends as an inspection or as a gap with its reason, once."""

import itertools
from collections import Counter
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from cards import genuine, row_of
from fake_engine import FakeEngine

from gpu_inspector.cluster.engine import Answer, Missing, Node, Trouble
from gpu_inspector.ledger.store import Ledger
from gpu_inspector.records import canonical, hall_file
from gpu_inspector.records.audit import AuditTerms
from gpu_inspector.records.declaration import Case, Declaration
from gpu_inspector.records.evidence import Evidence, Origin
from gpu_inspector.records.finding import Identity
from gpu_inspector.records.lot import Plan
from gpu_inspector.records.node import Hello, Lack, Machine, NodeReading, Wish
from gpu_inspector.workflow import audit_collect, audit_gaps, audit_plan, lots, node_envelope, node_hello, signing
from gpu_inspector.workflow.audit import Audit, Told
from gpu_inspector.workflow.audit_collect import Asking
from gpu_inspector.workflow.audit_plan import AuditError

GENUINE, ALTERED = "genuine-h100-sxm", "cmp-170hx-as-a100"
TERMS = AuditTerms(name="Hall 7", case=Case(number="7", office="", place=""), declaration=Declaration())


def hall(*rows: str) -> hall_file.HallFile:
    return hall_file.read("\n".join(("node,rack,unit,cards,simulate,seed,trouble", *rows)).encode())


def row(name: str, card: str = GENUINE, trouble: str = "") -> str:
    return f"{name},R1,{int(name[1:])},1,{card},1,{trouble}"


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    return tmp_path / "ledger.sqlite"


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_collect, "_LOOK_S", 0.0)
    monkeypatch.setattr(audit_collect, "_TWICE_S", 0.0)


def run(
    ledger: Path,
    engine: FakeEngine,
    file: hall_file.HallFile | None = None,
    *,
    again: bool = False,
    absent_s: float = 0.01,
) -> tuple[list[Told], lots.LotState, Audit]:
    plan = audit_plan.plan(engine, file)
    with Audit(ledger, TERMS, signing.signer(), plan, again=again, asking=Asking("", absent_s=absent_s)) as audit:
        told = list(audit.work(engine))
        return told, audit.end(), audit


def lacks(told: list[Told]) -> dict[str, Lack]:
    return {one.node: one.gap.lack for one in told if one.gap is not None}


def test_nodes_become_inspections_and_the_lot_holds_their_cards(ledger: Path) -> None:
    engine = FakeEngine(["n1", "n2", "n3"])
    told, state, audit = run(ledger, engine, hall(row("n1"), row("n2", ALTERED), row("n3")))
    assert [one.node for one in told] == ["n1", "n2", "n3"]
    assert [(one.node, one.identity) for one in state.members] == [
        ("n1", Identity.INCONCLUSIVE),
        ("n2", Identity.CONTRADICTED),
        ("n3", Identity.INCONCLUSIVE),
    ]
    assert state.lot.declared == 3
    assert state.lot.ledger_rows == 0  # it was open before the first inspection was kept
    assert state.hall is not None
    assert state.hall.audit == audit.id
    assert engine.finished == ["n1", "n2", "n3"]
    with Ledger(ledger, readonly=True) as opened:
        assert opened.verify().problem is None
        _entry, inspection = opened.inspection(2)
        assert inspection.evidence.node is not None
        assert (inspection.evidence.node.name, inspection.evidence.origin) == ("n2", Origin.SIMULATION)
        newest = opened.checkpoints.newest(least=3)
        assert newest is not None


@pytest.mark.parametrize(
    ("at", "becomes", "lack", "words"),
    [
        ("hello", Trouble.GONE, Lack.LOST, "died before it answered"),
        ("answer", Trouble.GONE, Lack.LOST, "died while its cards were examined"),
        ("hello", Trouble.LATE, Lack.SILENT, "did not greet within 90 seconds"),
        ("answer", Trouble.LATE, Lack.SILENT, "did not answer within 90 seconds"),
        ("answer", Trouble.REFUSED, Lack.REFUSED, "no answer, and was not looked into"),
        ("hello", Trouble.FAILED, Lack.OTHER_PROGRAM, "no GPU Inspector, or another one"),
        ("hello", b"", Lack.REFUSED, ""),
        ("answer", b"", Lack.REFUSED, ""),
        ("answer", b"\x00" * 5000, Lack.REFUSED, ""),
    ],
)
def test_a_node_that_fails_is_a_gap_and_stops_nobody(
    ledger: Path, at: str, becomes: bytes | Trouble, lack: Lack, words: str
) -> None:
    engine = FakeEngine(["n1", "n2"])
    engine.twists["n1"] = lambda function, said: becomes if function.endswith(at) else said
    told, state, _audit = run(ledger, engine, hall(row("n1"), row("n2")))
    assert lacks(told) == {"n1": lack}
    (gap,) = [one.gap for one in told if one.gap is not None]
    assert words in gap.reason
    assert (gap.rack, gap.unit) == ("R1", "1")
    assert [one.node for one in state.members] == ["n2"]
    assert state.hall is not None
    assert [one.node for one in state.hall.gaps] == ["n1"]
    assert state.statement.most_deviating is None


@pytest.mark.parametrize(
    ("seconds", "said"), [(0.6, "0.6 seconds"), (18, "18 seconds"), (119, "119 seconds"), (600, "10 minutes")]
)
def test_a_node_is_never_said_to_have_had_longer_than_it_had(seconds: float, said: str) -> None:
    late = Answer(Node("n1", "fake://1"), trouble=Trouble.LATE, seconds=seconds)
    for greeted in (False, True):
        assert f" within {said}: " in audit_gaps.troubled("n1", late, greeted=greeted).reason


@pytest.mark.parametrize("claimed", [-50, -(2**53) + 1, 2**53 - 1])
def test_a_node_that_claims_a_number_of_cards_that_nobody_has_stops_nobody(ledger: Path, claimed: int) -> None:
    def counted(function: str, said: bytes) -> bytes | Trouble:
        if not function.endswith("hello"):
            return Trouble.GONE
        return canonical.encode(replace(canonical.decode(said, Hello, "greeting"), cards=claimed))

    engine = FakeEngine(["n1", "n2"])
    engine.twists["n1"] = counted
    file = hall_file.read(f"node,rack,unit,simulate\nn1,R1,1,{GENUINE}\nn2,R1,2,{GENUINE}".encode())
    _told, state, _audit = run(ledger, engine, file)
    assert [one.node for one in state.members] == ["n2"]
    assert state.lot.declared >= 2


def test_each_trouble_of_a_simulated_node_is_named(ledger: Path) -> None:
    engine = FakeEngine(["n1", "n2", "n3", "n4"])
    file = hall(
        row("n1", trouble="no-driver"), row("n2", trouble="other-version"), row("n3", trouble="other-clock"), row("n4")
    )
    told, _state, _audit = run(ledger, engine, file)
    assert lacks(told) == {"n1": Lack.NO_DRIVER, "n2": Lack.OTHER_PROGRAM, "n3": Lack.OTHER_CLOCK}


def test_who_has_no_worker_two_workers_or_is_no_node_of_the_hall_is_named(ledger: Path) -> None:
    engine = FakeEngine(["n2", "n2", "n3", "stranger"], away={"n4": Missing("Slurm has it drained.", "Ask.")})
    told, state, _audit = run(ledger, engine, hall(row("n1"), row("n2"), row("n3"), row("n4")))
    found = lacks(told)
    assert found == {"n1": Lack.ABSENT, "n2": Lack.TWICE, "n4": Lack.ABSENT, "stranger": Lack.REFUSED}
    assert "Slurm has it drained." in {one.gap.reason for one in told if one.gap is not None}
    assert [one.node for one in state.members] == ["n3"]
    assert ("stranger", "hello") not in engine.asked


def test_a_node_that_comes_late_is_asked_when_it_comes(ledger: Path) -> None:
    engine = FakeEngine(["n1"])

    def and_another(function: str, said: bytes) -> bytes:
        engine.names[:] = ["n1", "n2"]
        return said

    engine.twists["n1"] = and_another
    told, _state, _audit = run(ledger, engine, hall(row("n1"), row("n2")), absent_s=60.0)
    assert [one.gap for one in told] == [None, None]


def test_a_second_start_asks_only_who_is_missing_and_one_that_is_asked_for_again_all(ledger: Path) -> None:
    file = hall(row("n1"), row("n2"), row("n3"))
    broken = FakeEngine(["n1", "n2", "n3"])
    broken.twists["n2"] = lambda _function, _said: Trouble.GONE
    _told, before, first = run(ledger, broken, file)
    assert len(before.members) == 2
    whole = FakeEngine(["n1", "n2", "n3"])
    told, state, second = run(ledger, whole, file)
    assert {name for name, _function in whole.asked} == {"n2"}
    assert Counter(one.node for one in told) == {"n1": 1, "n2": 1, "n3": 1}
    assert second.resumed and second.id == first.id and second.kept == 1
    assert sorted(one.node for one in state.members) == ["n1", "n2", "n3"]
    assert state.hall is not None and state.hall.gaps == ()
    anew = FakeEngine(["n1", "n2", "n3"])
    _told, other, third = run(ledger, anew, file, again=True)
    assert (third.terms.run, other.lot.name, len(other.members)) == (2, "Hall 7, run 2", 3)
    assert {name for name, _function in anew.asked} == {"n1", "n2", "n3"}
    with Ledger(ledger, readonly=True) as opened:
        assert opened.count() == 6
    nobody = FakeEngine(["n1", "n2", "n3"])
    _told, same, fourth = run(ledger, nobody, file)
    assert (fourth.terms.run, nobody.asked, len(same.members)) == (2, [], 3)


def test_a_collector_that_is_killed_goes_on_with_what_the_ledger_has(ledger: Path) -> None:
    file = hall(row("n1"), row("n2"))
    engine = FakeEngine(["n1", "n2"])
    engine.twists["n2"] = lambda function, said: _killed() if function.endswith("answer") else said
    plan = audit_plan.plan(engine, file)
    with pytest.raises(KeyboardInterrupt), Audit(ledger, TERMS, signing.signer(), plan) as audit:
        for _one in audit.work(engine):
            pass
    # n1 was judged and not yet durable: it is asked again, and stands in the ledger once.
    told, state, _audit = run(ledger, FakeEngine(["n1", "n2"]), file)
    assert [one.node for one in told] == ["n1", "n2"]
    assert [one.node for one in state.members] == ["n1", "n2"]
    with Ledger(ledger, readonly=True) as opened:
        assert opened.count() == 2


def _killed() -> bytes:
    raise KeyboardInterrupt


def test_one_that_is_stopped_keeps_what_it_has_and_names_no_gap(ledger: Path) -> None:
    file = hall(row("n1"), row("n2"))
    engine = FakeEngine(["n1", "n2"])
    engine.twists["n2"] = lambda function, said: _killed() if function.endswith("answer") else said
    with Audit(ledger, TERMS, signing.signer(), audit_plan.plan(engine, file)) as audit:
        with pytest.raises(KeyboardInterrupt):
            list(audit.work(engine))
        assert [one.node for one in audit.stop()] == ["n1"]
    state = lots.state(ledger, "Hall 7")
    assert [one.node for one in state.members] == ["n1"]
    assert state.hall is not None and state.hall.gaps == ()


def test_a_scheduler_that_is_lost_is_waited_for_and_nobody_is_kept_twice(ledger: Path) -> None:
    engine = FakeEngine(["n1", "n2", "n3"], losses=[3, 2, 1])
    told, state, _audit = run(ledger, engine, hall(row("n1"), row("n2"), row("n3")))
    assert Counter(one.node for one in told) == {"n1": 1, "n2": 1, "n3": 1}
    assert sorted(one.node for one in state.members) == ["n1", "n2", "n3"]


def test_a_scheduler_that_stays_away_or_is_lost_for_ever_is_the_reason_of_every_gap(ledger: Path) -> None:
    engine = FakeEngine(["n1", "n2"], losses=[0] * 50)
    told, _state, _audit = run(ledger, engine, hall(row("n1"), row("n2")))
    assert lacks(told) == {"n1": Lack.LOST, "n2": Lack.LOST}
    away = FakeEngine(["n1", "n2"], gone_for_good=True)
    told, _state, _audit = run(ledger, away, hall(row("n1"), row("n2")))
    assert all(one.gap is not None and "scheduler" in one.gap.reason for one in told)
    assert len(told) == 2


def test_one_card_that_two_nodes_claim_is_named_and_seen_before(ledger: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = genuine(row_of("NVIDIA H100 PCIe"))

    def checked(data: bytes, wish: Wish, greeted: object, trust: tuple[bytes, ...]) -> Evidence:
        machine = Machine(host=wish.node)
        node = NodeReading(name=wish.node, audit=wish.audit, machine=machine, evidence_sha256="0" * 64)
        return replace(made, origin=Origin.MACHINE, node=node)

    monkeypatch.setattr(node_envelope, "check", checked)
    monkeypatch.setattr(node_hello, "twin", lambda _one, _known: None)
    monkeypatch.setattr("gpu_inspector.workflow.node_answers.answer", lambda _data, _stopped: b"real")
    _told, state, audit = run(ledger, FakeEngine(["n1", "n2"]), None)
    assert len(state.members) == 2
    (remark,) = [one for one in audit.remarks if "several nodes" in one]
    assert remark.endswith("n1, n2.")
    with Ledger(ledger, readonly=True) as opened:
        assert opened.inspection(1)[1].evidence.sightings == ()
        assert [one.row for one in opened.inspection(2)[1].evidence.sightings] == [1]


def test_another_audits_lot_and_another_run_at_work_are_not_touched(ledger: Path) -> None:
    lots.open_lot(ledger, name="Hall 7", declared=1, plan=Plan(), case=TERMS.case, declaration=Declaration())
    engine = FakeEngine(["n1"])
    with pytest.raises(AuditError, match="not of this audit"):
        run(ledger, engine, hall(row("n1")))
    other = replace(TERMS, name="Hall 8")
    plan = audit_plan.plan(engine, hall(row("n1")))
    with Audit(ledger, other, signing.signer(), plan), pytest.raises(AuditError, match="Another run works"):
        Audit(ledger, other, signing.signer(), plan)


def test_a_plan_needs_nodes_of_one_kind_with_names() -> None:
    assert [one.node for one in audit_plan.plan(FakeEngine(["n10", "n9"]), None).rows] == ["n9", "n10"]
    assert [one.node for one in audit_plan.plan(FakeEngine([], brought=("x",)), None).rows] == ["x"]
    with pytest.raises(AuditError, match="no node"):
        audit_plan.plan(FakeEngine([]), None)
    with pytest.raises(AuditError, match="no name for a node"):
        audit_plan.plan(FakeEngine([""]), None)
    with pytest.raises(AuditError, match="cannot be audited together"):
        audit_plan.plan(FakeEngine(["n1"]), hall(row("n1"), "n2,R1,2,1,,,"))


def test_a_hall_with_more_cards_than_a_summary_holds_is_refused_before_anybody_is_asked() -> None:
    engine = FakeEngine([])
    names = ["node,rack,unit,cards,simulate,seed,trouble"]
    real = [*names, *(f"n{at},R,1,64,,," for at in range(126))]
    with pytest.raises(AuditError, match=r"8,064 cards, and one summary has room for 8,000"):
        audit_plan.plan(engine, hall_file.read("\n".join(real).encode()))
    simulated = [*names, *(f"n{at},R,1,,hgx-h100-8,1," for at in range(1001))]
    with pytest.raises(AuditError, match=r"8,008 cards"):
        audit_plan.plan(engine, hall_file.read("\n".join(simulated).encode()))
    assert len(audit_plan.plan(engine, hall_file.read("\n".join(simulated[:-1]).encode())).rows) == 1000


def test_why_a_worker_went_is_told_by_who_brought_it_up_a_moment_later(
    ledger: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = itertools.count()  # in looks at the clock: how long one of them takes is the machine's load
    monkeypatch.setattr(audit_collect, "time", SimpleNamespace(monotonic=lambda: float(next(looked))))
    monkeypatch.setattr(audit_collect, "_REASON_S", 20.0)
    engine = FakeEngine(["n1", "n2", "n3"], brought=("n1", "n2", "n3"))
    looks: list[bool] = []

    def missing() -> dict[str, Missing]:
        looks.append(True)
        return {"n1": Missing("Slurm ended the node's job.", "Ask.")} if len(looks) > 3 else {}

    monkeypatch.setattr(engine, "missing", missing)
    for name in ("n1", "n2"):
        engine.twists[name] = lambda function, said: Trouble.GONE if function.endswith("answer") else said
    told, _state, _audit = run(ledger, engine, hall(row("n1"), row("n2"), row("n3")))
    found = {one.node: one.gap for one in told if one.gap is not None}
    assert {name: gap.lack for name, gap in found.items()} == {"n1": Lack.LOST, "n2": Lack.LOST}
    assert (found["n1"].reason, found["n1"].advice) == ("Slurm ended the node's job.", "Ask.")
    assert "died while its cards were examined" in found["n2"].reason
    assert Counter(engine.asked)[("n1", "answer")] == 1


def test_how_many_cards_are_declared_is_said_by_file_node_or_most_others() -> None:
    plan = audit_plan.plan(
        FakeEngine(["a", "b", "c", "d"]), hall_file.read(b"node,rack,unit,cards\na,R,1,8\nb,R,2,\nc,R,3,\nd,R,4,\n")
    )
    assert audit_plan.declared(plan, {"b": 8, "c": 4}) == 8 + 8 + 4 + 8
    assert audit_plan.declared(replace(plan, rows=plan.rows[1:]), {}) == 3
