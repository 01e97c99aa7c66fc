"""A small hall, with real workers and a scheduler that is killed in the middle: each node is named once."""

from pathlib import Path

import pytest

pytest.importorskip("distributed", reason="Dask is not installed (extra “cluster”)")

from gpu_inspector.records.node import Trouble
from tools import audit_trial


def run(tmp_path: Path, nodes: int, lost: tuple[Trouble, ...], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setattr(audit_trial, "LOST", lost)
    made = audit_trial.cast(nodes, seed=3)
    hall = audit_trial.Hall(made, processes=1)
    try:
        return list(audit_trial.audited(made, tmp_path, hall, restart_after=2, hangs_s=120.0, profile=""))
    finally:
        hall.close()


def test_a_hall_whose_scheduler_is_killed_ends_in_one_lot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the node that hangs: it is waited for as long as its answer may take."""
    lost = tuple(one for one in audit_trial.LOST if one is not Trouble.HANGS)
    lines = run(tmp_path, 9, lost, monkeypatch)
    assert [one for one in lines if one.startswith("FAULT")] == []
    assert any("the scheduler is killed" in one for one in lines)
    assert sum("GAP" in one for one in lines) == 4
    assert (tmp_path / "audit.pdf").stat().st_size > 10_000


@pytest.mark.prove
def test_the_same_with_a_node_that_hangs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = run(tmp_path, 24, audit_trial.LOST, monkeypatch)
    assert [one for one in lines if one.startswith("FAULT")] == []
    assert sum("GAP" in one for one in lines) == 5
