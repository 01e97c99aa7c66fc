"""`audit --slurm`: one job a node, each missing node with Slurm's reason, and nothing left in the queue."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fake_slurm import FakeSlurm

from gpu_inspector.cluster import fleet as fleet_module
from gpu_inspector.cluster import security as securities
from gpu_inspector.cluster import served, slurm
from gpu_inspector.cluster.dask_engine import DaskEngine
from gpu_inspector.cluster.slurm import SlurmFleet, SlurmWishes
from gpu_inspector.errors import ClusterError
from tools import slurm_here

pytest.importorskip("dask_jobqueue", reason="the extra “cluster” is not installed")

_NODES = """n1|idle|gpu:8|none
n2|idle|gpu:8|none
n3|drained|gpu:8|bad fan
n4|idle||none
n5|allocated||none
n6|idle||none
"""


def _until(reached: Callable[[], bool], seconds: float = 60.0) -> None:
    until = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < until
        time.sleep(0.1)


@pytest.fixture
def opened() -> Iterator[Callable[[SlurmWishes], SlurmFleet]]:
    """A fleet of the partition that PATH leads to; closed at the end."""
    made: list[SlurmFleet] = []

    def begin(wishes: SlurmWishes) -> SlurmFleet:
        made.append(slurm.fleet("hall", wishes))
        return made[-1]

    yield begin
    for one in made:
        one.close()


class _NoScheduler:
    """In place of a process: no worker of these tests comes so far as to join it."""

    def __init__(self, host: str) -> None:
        self.address, self.security = f"tls://{host}:9", securities.temporary()

    def close(self) -> None:
        """Nothing was begun."""


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """No scheduler is started."""
    monkeypatch.setattr(fleet_module, "OwnScheduler", _NoScheduler)


def test_every_node_has_one_job_or_a_reason_and_no_job_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, opened: Callable[[SlurmWishes], SlurmFleet]
) -> None:
    fake = FakeSlurm(tmp_path / "slurm", _NODES, held="n5", refused="n4", preempted="n6")
    monkeypatch.setenv("PATH", fake.path)
    fleet = opened(SlurmWishes(options=("--account=audits",), wait_minutes=0.05, minutes=20, address="127.0.0.1"))
    assert fleet.expected() == ("n1", "n2", "n3", "n4", "n5", "n6")
    with DaskEngine(fleet.address, fleet.security, where=fleet.where, fleet=fleet) as engine:
        engine.bring(engine.expected())
        engine.bring(engine.expected())
        _until(lambda: len(engine.nodes()) + len(engine.missing()) == 6)
        assert [node.name for node in engine.nodes()] == ["n1", "n2"]
        reasons = {name: one.reason for name, one in engine.missing().items()}
        assert "drained" in reasons["n3"]
        assert "bad fan" in reasons["n3"]
        assert "Invalid account" in reasons["n4"]
        assert "sbatch" not in reasons["n4"]
        assert "within 0.05 minutes (Resources)" in reasons["n5"]
        assert "PREEMPTED" in reasons["n6"]
        engine.done("n1")
        _until(lambda: [node.name for node in engine.nodes()] == ["n2"])
        assert "n1" not in engine.missing()
    scripts = fake.scripts()
    assert len(scripts) == 4
    assert fake.left() == set(scripts)
    one = next(text for text in scripts.values() if "--nodelist=n1" in text)
    for said in ("-p hall", "--exclusive", "--gres=gpu:8", "--time=20", "--account=audits", "--no-requeue", "--mem=0"):
        assert f"#SBATCH {said}\n" in one


@pytest.mark.usefixtures("alone")
def test_only_so_many_jobs_are_in_the_queue_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, opened: Callable[[SlurmWishes], SlurmFleet]
) -> None:
    fake = FakeSlurm(tmp_path / "slurm", "n1|idle||\nn2|idle||\nn3|idle||\n", held="n1 n2 n3")
    monkeypatch.setenv("PATH", fake.path)
    fleet = opened(SlurmWishes(jobs=1, address="127.0.0.1"))
    fleet.bring(["n1", "n2", "n3", "of-another-partition"])
    _until(lambda: len(fake.scripts()) == 1)
    fleet.done("n1")
    _until(lambda: len(fake.scripts()) == 2)
    assert fake.left() == {"1"}
    assert {name: one.reason for name, one in fleet.missing().items()} == {
        "of-another-partition": "Slurm's partition hall has no node of this name."
    }
    fleet.close()
    assert fake.left() == {"1", "2"}


@pytest.mark.usefixtures("alone")
def test_a_worker_that_ends_at_once_says_by_its_status_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, opened: Callable[[SlurmWishes], SlurmFleet]
) -> None:
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\nexit 72\n")
    python.chmod(0o755)
    monkeypatch.setenv("PATH", FakeSlurm(tmp_path / "slurm", "n1|idle||\n").path)
    fleet = opened(SlurmWishes(address="127.0.0.1", python=str(python)))
    fleet.bring(["n1"])
    _until(lambda: bool(fleet.missing()))
    assert fleet.missing()["n1"].reason == "The node has another version of Dask, which cannot join this audit."


@pytest.mark.parametrize("status", [*served.Status, -9, 9, 255])
def test_every_status_has_a_sentence_of_its_own(status: int) -> None:
    others = [served.why(one, "/usr/bin/python3").reason for one in served.Status if one != status]
    assert served.why(status, "/usr/bin/python3").reason not in others or status in (126, 127)


@pytest.mark.usefixtures("alone")
def test_the_key_of_the_audit_stands_in_no_command_and_in_no_file_that_others_may_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, opened: Callable[[SlurmWishes], SlurmFleet]
) -> None:
    fake = FakeSlurm(tmp_path / "slurm", "n1|idle||\n", refused="n1")
    sbatch = fake.folder / "sbatch"
    sbatch.unlink()
    sbatch.write_text(
        f'#!/bin/sh\nfor last; do :; done\nstat -c %a "$last" >{tmp_path}/mode\nenv >{tmp_path}/env\nexit 1\n'
    )
    sbatch.chmod(0o755)
    monkeypatch.setenv("PATH", fake.path)
    fleet = opened(SlurmWishes(address="127.0.0.1"))
    fleet.bring(["n1"])
    _until(lambda: bool(fleet.missing()))
    assert (tmp_path / "mode").read_text().strip() == "600"
    assert "PRIVATE KEY" not in (tmp_path / "env").read_text()


@pytest.mark.parametrize("option", ["account=x", "--nodelist=n9", "--array=1-9", "--x\n#SBATCH --uid=0", "-n9", "--"])
def test_an_option_that_would_break_one_job_a_node_is_refused(option: str) -> None:
    with pytest.raises(ClusterError, match="no option that a job"):
        slurm.fleet("hall", SlurmWishes(options=(option,)))


def test_ctrl_c_is_still_this_programs_own_when_dask_jobqueue_is_loaded(tmp_path: Path) -> None:
    code = (
        "import signal; from gpu_inspector.cluster import dask_setup, slurm; dask_setup.prepare(); slurm._job_class();"
        "assert signal.getsignal(signal.SIGINT) is signal.default_int_handler;"
        "assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120, env={**os.environ, "HOME": str(tmp_path)})


@pytest.mark.usefixtures("alone")
def test_nothing_of_dask_jobqueue_is_left_in_the_users_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, opened: Callable[[SlurmWishes], SlurmFleet]
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PATH", FakeSlurm(tmp_path / "slurm", "n1|idle||\n").path)
    opened(SlurmWishes(address="127.0.0.1"))
    assert not (tmp_path / "home").exists()


@pytest.mark.prove
@pytest.mark.skipif(bool(slurm_here.lacking()), reason=" ".join(slurm_here.lacking()))
def test_through_a_real_slurm_each_node_has_one_worker_and_the_queue_is_empty_afterwards(
    monkeypatch: pytest.MonkeyPatch, opened: Callable[[SlurmWishes], SlurmFleet]
) -> None:
    with slurm_here.Slurm(["n1", "n2", "n3"]) as real:
        monkeypatch.setenv("SLURM_CONF", real.environment["SLURM_CONF"])
        real.drain("n2", "bad fan")
        fleet = opened(SlurmWishes(address="127.0.0.1"))
        with DaskEngine(fleet.address, fleet.security, where=fleet.where, fleet=fleet) as engine:
            engine.bring(engine.expected())
            _until(lambda: len(engine.nodes()) == 2)
            assert [node.name for node in engine.nodes()] == ["n1", "n3"]
            assert "drained (“bad fan”)" in engine.missing()["n2"].reason
            assert os.system(f"SLURM_CONF={real.environment['SLURM_CONF']} scancel --nodelist=n3") == 0
            _until(lambda: "n3" in engine.missing())
            assert "CANCELLED" in engine.missing()["n3"].reason
        _until(lambda: not real.queue())
