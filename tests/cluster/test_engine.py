"""The engine over real processes: each question to its node alone, and nothing of a node's answer is ever run here."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("distributed", reason="Dask is not installed (extra “cluster”)")

from gpu_inspector.cluster import engine as engines
from gpu_inspector.cluster.dask_engine import DaskEngine
from gpu_inspector.cluster.engine import Answer, Node, Trouble
from gpu_inspector.cluster.local import LocalFleet
from gpu_inspector.errors import ClusterError

ODD = "gpu_inspector.workflow.node_odd"
ENOUGH_S = 120.0


@pytest.fixture(scope="module")
def mark(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("odd") / "mark"


@pytest.fixture(scope="module")
def engine(mark: Path) -> Iterator[DaskEngine]:
    patch = pytest.MonkeyPatch()
    patch.setenv("GPU_INSPECTOR_TEST_MARK", str(mark))
    patch.setenv("PYTHONPATH", os.pathsep.join((str(Path(__file__).parent.parent), os.environ.get("PYTHONPATH", ""))))
    # A user's own settings of Dask must not change what an audit does.
    patch.setenv("DASK_DISTRIBUTED__WORKER__PRELOAD", "no_such_module")
    patch.setenv("DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES", "50")
    fleet = LocalFleet(("a", "b", "victim"), "cluster.odd_worker")
    with DaskEngine(fleet.address, fleet.security, where=fleet.where, fleet=fleet) as opened:
        yield opened
    patch.undo()


def node(engine: DaskEngine, name: str) -> Node:
    return next(one for one in engine.nodes() if one.name == name)


def asked(engine: DaskEngine, name: str, function: str, data: bytes = b"", seconds: float = ENOUGH_S) -> Answer:
    (answer,) = engines.ask_all(engine, f"{ODD}:{function}", [(node(engine, name), data, seconds)])
    return answer


def test_each_node_answers_for_itself(engine: DaskEngine) -> None:
    there = engine.nodes()
    assert [one.name for one in there] == ["a", "b", "victim"]
    assert len({one.id for one in there}) == len({one.address for one in there}) == 3
    said = [(there[0], b"for a", ENOUGH_S), (there[1], b"for b", ENOUGH_S)]
    found = {one.node.name: one.data for one in engines.ask_all(engine, f"{ODD}:echo", said)}
    assert found == {"a": b"a rof", "b": b"b rof"}


def exploded(engine: DaskEngine, mark: Path) -> bool:
    """Whether a node's pickle ran in the collector or in its scheduler."""
    assert isinstance(engine.fleet, LocalFleet)
    ours = (os.getpid(), engine.fleet.scheduler.pid)
    return any(mark.with_name(f"{mark.name}-{pid}").exists() for pid in ours)


@pytest.mark.parametrize("function", ["bomb", "nested", "text"])
def test_an_answer_that_is_no_bytes_is_refused_and_never_built(engine: DaskEngine, mark: Path, function: str) -> None:
    assert asked(engine, "a", function).trouble is Trouble.REFUSED
    assert not exploded(engine, mark)
    assert asked(engine, "a", "echo", b"12").data == b"21"  # the line to it holds


def test_an_error_of_a_node_is_a_name_and_is_never_built(engine: DaskEngine, mark: Path) -> None:
    answer = asked(engine, "b", "raises")
    assert answer.trouble is Trouble.FAILED
    assert not exploded(engine, mark)
    assert asked(engine, "b", "echo", b"12").data == b"21"


def test_an_answer_that_is_too_large_is_not_fetched(engine: DaskEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "MOST_ANSWER_BYTES", 1000)
    assert asked(engine, "a", "large", b"1001").trouble is Trouble.REFUSED
    assert asked(engine, "a", "large", b"100").data == bytes(100)


def test_a_node_prints_nothing_here(engine: DaskEngine, capfd: pytest.CaptureFixture[str]) -> None:
    assert asked(engine, "a", "shouts").data == b"done"
    time.sleep(0.5)
    assert "SHOUTED" not in "".join(capfd.readouterr())


def test_a_node_cannot_answer_what_another_one_was_asked(engine: DaskEngine) -> None:
    asked_of_a = [engine.talk() for _ in range(8)]
    for talk in asked_of_a:
        talk.ask(node(engine, "a"), f"{ODD}:echo", b"12", ENOUGH_S)
    futures = [one.future for talk in asked_of_a for one in talk._open.values()]
    until = time.monotonic() + ENOUGH_S
    while any(one.status != "finished" for one in futures) and time.monotonic() < until:
        time.sleep(0.05)
    assert asked(engine, "b", "claims", " ".join(one.key for one in futures).encode()).data == b"done"
    found = [talk.answer(ENOUGH_S) for talk in asked_of_a]
    assert [one.data if one is not None else None for one in found] == [b"21"] * 8


def test_what_is_late_is_taken_back_and_its_work_is_told_to_stop(engine: DaskEngine, mark: Path) -> None:
    answer = asked(engine, "b", "hangs", seconds=3.0)  # enough to have begun, on a busy machine too
    assert answer.trouble is Trouble.LATE
    until = time.monotonic() + ENOUGH_S
    while not mark.exists() and time.monotonic() < until:
        time.sleep(0.1)
    assert mark.read_text() == "stopped"
    mark.unlink()
    assert asked(engine, "b", "echo", b"12").data == b"21"


@pytest.mark.parametrize(
    "reference", ["os:getcwd", "gpu_inspector.cluster.engine:never", "gpu_inspector.workflow.node_"]
)
def test_a_node_runs_what_is_meant_for_nodes_and_nothing_else(engine: DaskEngine, reference: str) -> None:
    (answer,) = engines.ask_all(engine, reference, [(node(engine, "a"), b"", ENOUGH_S)])
    assert (answer.trouble, answer.data) == (Trouble.FAILED, None)
    with pytest.raises(ClusterError, match="no function of this program"):
        engines.function_of(reference)


def test_pieces_of_work_come_each_once_and_never_heap_up(engine: DaskEngine) -> None:
    given: list[int] = []

    def pieces() -> Iterator[bytes]:
        for number in range(40):
            given.append(number)
            yield str(number).encode()

    most, found = 0, {}
    for one in engine.map(f"{ODD}:echo", pieces(), timeout_s=ENOUGH_S):
        found[one.index] = one.data
        most = max(most, len(given) - len(found))
    assert found == {number: str(number).encode()[::-1] for number in range(40)}
    assert most <= 2 * 3 + 1


def test_a_node_that_dies_is_gone_and_is_asked_nowhere_else(engine: DaskEngine) -> None:
    began = time.monotonic()
    answer = asked(engine, "victim", "dies")
    assert answer.trouble is Trouble.GONE
    assert time.monotonic() - began < ENOUGH_S / 2
    assert [one.name for one in engine.nodes()] == ["a", "b"]
    # Who asks it after its death learns the same.
    (again,) = engines.ask_all(engine, f"{ODD}:echo", [(answer.node, b"", ENOUGH_S)])
    assert again.trouble is Trouble.GONE


def test_a_scheduler_that_is_not_there_is_told_in_a_sentence() -> None:
    with pytest.raises(ClusterError, match="does not answer"):
        DaskEngine("tcp://127.0.0.1:9", wait_s=1.0)
