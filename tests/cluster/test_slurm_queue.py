"""What Slurm's commands print is read with bounds, and no reason in it breaks a line."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from fake_slurm import FakeSlurm

from gpu_inspector.cluster import slurm_queue
from gpu_inspector.cluster.slurm_queue import SlurmJob, SlurmNode
from gpu_inspector.errors import ClusterError


def test_a_node_has_a_state_cards_and_a_reason_that_may_hold_anything() -> None:
    said = (
        "n1|idle|gpu:a100:4(S:0-1)|none\nn2|drained*|(null)|bad | fan\x1b[31m\nn1|idle||twice\nno node\n$(x)|idle||\n"
    )
    assert slurm_queue.parse_nodes(said) == (
        SlurmNode("n1", "idle", "gpu:a100:4(S:0-1)", ""),
        SlurmNode("n2", "drained*", "(null)", "bad | fan[U+001B][31m"),
    )


@pytest.mark.parametrize(
    ("state", "startable"),
    [
        *((state, True) for state in ("idle", "mixed", "allocated", "allocated+", "completing", "idle~", "reserved")),
        *((state, False) for state in ("down", "down*", "drained", "draining@", "idle*", "fail", "unknown*", "maint")),
    ],
)
def test_slurm_starts_nothing_on_a_node_that_is_down_drained_or_silent(state: str, startable: bool) -> None:
    assert SlurmNode("n1", state, "", "").startable is startable


def test_all_cards_of_a_node_are_counted_of_whatever_kind() -> None:
    assert slurm_queue.cards("gpu:a100:4(S:0-1),gpu:2,nic:9") == 6
    assert slurm_queue.cards("(null)") == slurm_queue.cards("") == slurm_queue.cards("gpu:many") == 0


def test_a_jobs_status_is_told_apart_from_a_signal() -> None:
    said = "7|FAILED|18176|NonZeroExitCode\n8|CANCELLED|15|None\n9|PENDING|0|Resources, or so|x\nslurm: error\n"
    assert slurm_queue.parse_jobs(said) == {
        "7": SlurmJob("7", "FAILED", 71, "NonZeroExitCode"),
        "8": SlurmJob("8", "CANCELLED", -15, "None"),
        "9": SlurmJob("9", "PENDING", 0, "Resources, or so|x"),
    }


@pytest.mark.parametrize("partition", ["", "--help", "a,b", "a b", "$(x)"])
def test_what_is_no_partition_never_reaches_a_command(partition: str) -> None:
    with pytest.raises(ClusterError, match="no name of a Slurm partition"):
        slurm_queue.nodes(partition)


def test_without_slurm_the_missing_command_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ClusterError, match="Slurm's command sinfo is not installed"):
        slurm_queue.nodes("hall")


def test_what_slurm_says_in_its_fault_is_told_on_one_clean_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = tmp_path / "sinfo"
    fake.write_text("#!/bin/sh\nprintf 'slurm_load: \\033[2J\\nno controller' >&2\nexit 1\n")
    fake.chmod(fake.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(ClusterError, match=r"sinfo failed: slurm_load: \[U\+001B\]\[2J no controller"):
        slurm_queue.nodes("hall")


def test_jobs_of_an_audit_that_was_killed_here_are_found_and_of_one_that_runs_or_of_others_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    names = {
        "1": slurm_queue.job_name("here", dead.pid),
        "2": slurm_queue.job_name("here", os.getpid()),
        "3": slurm_queue.job_name("there", dead.pid),
        "4": "somebody's",
        "x": slurm_queue.job_name("here", dead.pid),
    }
    others = "\n".join(f"{number}|{name}" for number, name in names.items())
    monkeypatch.setenv("PATH", FakeSlurm(tmp_path / "slurm", "", others=others).path)
    assert slurm_queue.orphans("here") == ("1",)
