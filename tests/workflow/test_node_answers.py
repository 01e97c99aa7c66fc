"""A node asked: the same evidence as `inspect` collects, a reason where there is none, and no child left behind."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from importlib import util
from pathlib import Path
from typing import Any

import pytest
from node_cards import asked_of, real_cards, wish

from gpu_inspector.errors import ProbeError
from gpu_inspector.probes import cuda
from gpu_inspector.probes.cuda import Measured, Target
from gpu_inspector.records.evidence import CardEvidence, Evidence, Gap, Origin, PciReading
from gpu_inspector.records.node import Lack, NodeGap
from gpu_inspector.records.silicon import SiliconReading
from gpu_inspector.workflow import chassis, collecting, node_answers, node_envelope, node_program
from gpu_inspector.workflow.collecting import NoCard


@pytest.fixture(autouse=True)
def _as_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files that are worked on while the tests run are no changed program."""
    monkeypatch.setattr(node_program, "changed", lambda: False)


def machine(monkeypatch: pytest.MonkeyPatch, found: Evidence | Exception) -> None:
    def collect(*_arguments: object, **_named: object) -> Evidence:
        if isinstance(found, Exception):
            raise found
        return found

    monkeypatch.setattr(collecting, "collect_machine", collect)


def gap_of(found: object) -> NodeGap:
    assert isinstance(found, NodeGap), found
    return found


def test_every_card_is_measured_in_a_child_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, str, float]] = []

    def measure(
        targets: list[Target], profile: str, progress: cuda.Progress, *, minutes: float = 0.0, watch: object = None
    ) -> tuple[Measured, ...]:
        asked.extend((one.uuid, profile, minutes) for one in targets)
        return tuple(Measured(SiliconReading(profile=profile, uuid=one.uuid, seconds=1.0)) for one in targets)

    machine(monkeypatch, real_cards())
    monkeypatch.setattr(cuda, "measure", measure)
    monkeypatch.setattr(util, "find_spec", lambda name: name)
    found = asked_of(wish(profile="deep", minutes=5.0))
    assert isinstance(found, Evidence)
    assert [one[1:] for one in asked] == [("deep", 5.0)]
    assert found.cards[0].silicon is not None and found.cards[0].silicon.profile == "deep"
    assert isinstance(asked_of(wish()), Evidence) and len(asked) == 1, "nothing is measured unasked"


def test_all_together_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    machine(monkeypatch, real_cards())
    asked: list[str | None] = []

    def together(evidence: Evidence, profile: str | None, *_more: object) -> Evidence:
        asked.append(profile)
        return evidence

    monkeypatch.setattr(chassis, "together", together)
    assert isinstance(asked_of(wish(together=True)), Evidence)
    assert asked == [None]


def test_a_machine_without_cards_is_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    machine(monkeypatch, NoCard("No NVIDIA card was found in this machine.", "Look."))
    found = gap_of(asked_of(wish()))
    assert (found.lack, found.reason, found.advice) == (
        Lack.NO_CARD,
        "The node says: “No NVIDIA card was found in this machine. Look.”",
        "",
    )


def test_cards_that_no_driver_answers_for_are_a_gap_that_counts_them(monkeypatch: pytest.MonkeyPatch) -> None:
    bare = tuple(
        CardEvidence(
            label=f"0000:0{number}:00.0",
            pci=PciReading(address=f"0000:0{number}:00.0", vendor_id="10DE", device_id="2330"),
            gaps=(Gap("driver", "NVIDIA's driver does not drive this card (bound: none).", "Load NVIDIA's driver."),),
        )
        for number in range(1, 9)
    )
    machine(monkeypatch, replace(real_cards(), cards=bare))
    found = gap_of(asked_of(wish()))
    assert found.lack is Lack.NO_DRIVER
    assert "none of its 8 cards" in found.reason and "bound: none" in found.reason
    assert found.reason.endswith("Load NVIDIA's driver.”"), "its advice is its own word as well"


@pytest.mark.parametrize(
    "trouble",
    [ProbeError("The probe broke.", "Mend it."), OSError(28, "No space left on device")],
    ids=["own", "system"],
)
def test_what_goes_wrong_on_the_node_is_an_answer(trouble: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    machine(monkeypatch, trouble)
    found = gap_of(asked_of(wish()))
    assert found.lack is Lack.FAILED
    assert "broke" in found.reason or "No space left" in found.reason


def test_a_program_that_was_changed_under_its_worker_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    machine(monkeypatch, real_cards())
    monkeypatch.setattr(node_program, "changed", lambda: True)
    found = gap_of(asked_of(wish()))
    assert found.lack is Lack.OTHER_PROGRAM and "changed after its worker was started" in found.reason


def test_a_simulated_node_is_a_simulation_everywhere() -> None:
    found = asked_of(wish(simulate="hgx-h100-8-altered", seed=5))
    assert isinstance(found, Evidence) and found.node is not None
    assert found.origin is Origin.SIMULATION
    assert found.node.machine.host == "simulated node"
    assert found.notes == ("SIMULATION hgx-h100-8-altered, seed 5",)
    assert len(found.cards) == 8


def test_a_simulation_that_there_is_not_is_named() -> None:
    found = gap_of(asked_of(wish(simulate="hgx-h900")))
    assert found.lack is Lack.FAILED and "hgx-h900" in found.reason


def test_a_patched_driver_is_seen_on_the_bench_of_its_node() -> None:
    found = asked_of(wish(simulate="genuine-h100-sxm", trouble="patched-driver"))
    assert isinstance(found, Evidence) and found.host is not None
    assert found.host.patch_signs and found.origin is Origin.SIMULATION
    assert gap_of(asked_of(wish(simulate="genuine-h100-sxm", trouble="no-driver"))).lack is Lack.NO_DRIVER


def test_a_node_that_hangs_is_let_go() -> None:
    begun = time.monotonic()
    told = node_answers.answer(
        node_envelope.wish_bytes(wish(simulate="genuine-h100-sxm", trouble="hangs")),
        lambda: time.monotonic() - begun > 0.3,
    )
    assert told and time.monotonic() - begun < 20


def test_a_node_that_dies_takes_its_process_with_it() -> None:
    program = (
        "import sys; from gpu_inspector.workflow import node_answers;"
        " node_answers.answer(sys.stdin.buffer.read()); print('alive')"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        input=node_envelope.wish_bytes(wish(simulate="genuine-h100-sxm", trouble="dies")),
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (-signal.SIGKILL, b"")


def children_of(pid: int) -> list[int]:
    """Processes whose parent this one is."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            fields = (place / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid and fields[0] != "Z":
            found.append(int(place.name))
    return found


def until(true: Callable[[], bool], seconds: float = 60.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.05)
    return False


LONG: dict[str, Any] = {"simulate": "genuine-h100-sxm", "profile": "deep", "minutes": 60.0}


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="processes are counted in /proc")
def test_who_is_told_to_stop_leaves_no_measuring_child() -> None:
    stop = threading.Event()
    before = set(children_of(os.getpid()))
    told: list[bytes] = []
    asked = node_envelope.wish_bytes(wish(**LONG))
    worker = threading.Thread(target=lambda: told.append(node_answers.answer(asked, stop.is_set)))
    worker.start()
    try:
        assert until(lambda: bool(set(children_of(os.getpid())) - before)), "no child was started"
    finally:
        stop.set()
        worker.join(60)
    assert not worker.is_alive() and len(told) == 1
    assert until(lambda: set(children_of(os.getpid())) <= before), "a child is left"


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel of Linux ends a child with its parent")
def test_a_worker_that_is_killed_leaves_no_measuring_child() -> None:
    program = (
        "import sys; from gpu_inspector.workflow import node_answers; node_answers.answer(sys.stdin.buffer.read())"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE) as worker:
        assert worker.stdin is not None
        worker.stdin.write(node_envelope.wish_bytes(wish(**LONG)))
        worker.stdin.close()
        assert until(lambda: bool(children_of(worker.pid))), "no child was started"
        left = children_of(worker.pid)
        worker.kill()
    assert until(lambda: not any(Path(f"/proc/{one}/cmdline").exists() for one in left)), "a child is left"


def test_times_are_in_utc() -> None:
    found = asked_of(wish(simulate="genuine-h100-sxm"))
    assert isinstance(found, Evidence)
    assert found.collected_at.tzinfo == UTC
    assert abs((found.collected_at - datetime.now(UTC)).total_seconds()) < 60
