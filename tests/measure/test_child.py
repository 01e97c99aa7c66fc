"""The child as its parent meets it: parts in their order, what was kept before a loss, and a pipe that is its own."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gpu_inspector.measure import messages
from gpu_inspector.measure.messages import Hello, Message, Missing, Part, Result, Step
from gpu_inspector.records.silicon import DieReading, LinkReading

ROOT = Path(__file__).resolve().parents[2]
UUID = "GPU-8a1f6a37-5b0c-4e0e-9d55-3c1b7f2a90d4"
PLAY = """
import os, sys, time
from gpu_inspector.measure import child
from gpu_inspector.measure.device import Attributes, DeviceLost, OutOfMemory, Sensors
from gpu_inspector.records.evidence import Gap
from gpu_inspector.records.silicon import DieReading, HeatReading, LinkReading, MemoryReading, SpeedReading

class Card:
    attributes = Attributes(name="a card", uuid="{uuid}", compute_capability=(8, 9), multiprocessors=128)
    def now_s(self):
        return time.monotonic()
    def glance(self):
        return Sensors(temperature_c=41, power_w=99.0, clock_mhz=None)

def die(device, run):
    run.tell(0.5, 0.1, gb_per_s=float("nan"), power_w=61.25)
    return DieReading(multiprocessors_by_id=128)

def link(device, run):
    return LinkReading(gen_under_load=4)

def always(profile):
    return True

stages = dict(die=die, link=link)
{script}
child._open = lambda uuid, seed: Card()
child.PARTS = tuple(child.Stage(name, 1.0, always, measure) for name, measure in stages.items())
sys.exit(child.run(["{uuid}", "--profile", "quick"]))
"""


def program(script: str = "") -> list[str]:
    return [sys.executable, "-c", PLAY.format(uuid=UUID, script=script)]


def heard(script: str = "") -> tuple[int, list[Message], str]:
    """The exit status, the messages, and the complaints."""
    done = subprocess.run(program(script), capture_output=True, cwd=ROOT, check=False, timeout=60)
    lines = messages.Lines()
    found = lines.feed(done.stdout)
    assert lines.garbage == 0
    return done.returncode, found, done.stderr.decode()


def test_parts_come_in_their_order_and_then_the_result() -> None:
    status, found, complaints = heard()
    assert (status, complaints) == (0, "")
    first, last = found[0], found[-1]
    assert isinstance(first, Hello)
    assert (first.device, first.uuid, first.steps, first.profile) == ("a card", UUID, ("die", "link"), "quick")
    assert isinstance(last, Result)
    reading = last.reading
    assert reading.complete and reading.compute_capability == "8.9" and reading.simulation == ""
    assert len(reading.kernels_sha256) == 64
    assert (reading.die, reading.link) == (DieReading(multiprocessors_by_id=128), LinkReading(gen_under_load=4))
    steps = [message for message in found if isinstance(message, Step)]
    assert [step.step for step in steps] == ["die", "die", "link"]
    assert [step.share for step in steps] == [0.0, 0.25, 0.5]
    assert (steps[1].within_s, steps[1].figures) == (
        7.0,
        {"power_w": 61.25, "temperature_c": 41.0},
    )


def test_a_lost_card_ends_with_what_was_kept_and_a_gap_for_each_missing_part() -> None:
    status, found, _ = heard("""
def lost(device, run):
    run.keep(LinkReading(gen_under_load=3))
    raise DeviceLost("It fell off the bus.", "Reseat it.")
stages = dict(die=die, link=lost, memory=die, speed=die)
""")
    assert status == 3
    assert not any(isinstance(message, Result) for message in found)
    kept = [message.reading for message in found if isinstance(message, Part)][-1]
    assert kept.link == LinkReading(gen_under_load=3) and not kept.complete
    gaps = [message for message in found if isinstance(message, Missing)]
    assert [gap.source for gap in gaps] == ["measure: link", "measure: memory", "measure: speed"]
    assert (gaps[0].reason, gaps[0].advice) == ("It fell off the bus.", "Reseat it.")


def test_an_error_that_is_not_the_end_is_a_gap_and_the_rest_goes_on() -> None:
    status, found, _ = heard("""
def full(device, run):
    run.gaps.append(Gap("measure: die", "No chase."))
    raise OutOfMemory("No memory.", "Free some.")
stages = dict(die=full, link=link)
""")
    assert status == 0
    assert [message.reason for message in found if isinstance(message, Missing)] == ["No chase.", "No memory."]
    last = found[-1]
    assert isinstance(last, Result) and last.reading.die is None and last.reading.link is not None


def test_a_defect_in_one_part_does_not_silence_the_others() -> None:
    status, found, complaints = heard("""
def broken(device, run):
    return {}["gone"]
stages = dict(die=broken, link=link)
""")
    assert status == 0
    (gap,) = [message for message in found if isinstance(message, Missing)]
    assert gap.source == "measure: die" and "KeyError" in gap.reason and "nothing about the card" in gap.reason
    assert "KeyError: 'gone'" in complaints
    last = found[-1]
    assert isinstance(last, Result) and last.reading.link is not None


def test_what_a_library_prints_is_no_line() -> None:
    status, found, complaints = heard("""
def talkative(device, run):
    print("hello from Python", flush=True)
    os.system("echo hello from a program")
    os.write(1, b"hello from C\\n")
    return DieReading()
stages = dict(die=talkative)
""")
    assert status == 0 and isinstance(found[-1], Result)
    assert complaints.count("hello from") == 3


def test_a_reader_that_went_away_ends_the_child() -> None:
    script = "def die(device, run):\n    while True: run.tell(0.5)\nstages = dict(die=die)"
    with subprocess.Popen(program(script), stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT) as child:
        assert child.stdout is not None and child.stderr is not None
        child.stdout.readline()
        child.stdout.close()
        assert child.wait(timeout=10) == 1
        assert child.stderr.read() == b""


def test_signals_are_as_the_parent_needs_them() -> None:
    script = "def die(device, run):\n    run.tell(0.5)\n    time.sleep(60)\nstages = dict(die=die)"
    with subprocess.Popen(program(script), stdout=subprocess.PIPE, cwd=ROOT) as child:
        assert child.stdout is not None
        for _ in range(3):
            child.stdout.readline()
        child.send_signal(signal.SIGINT)
        time.sleep(0.2)
        assert child.poll() is None, "Ctrl-C is the parent's to judge"
        child.terminate()
        assert child.wait(timeout=5) == -signal.SIGTERM


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child with its parent by itself")
def test_no_child_outlives_its_parent(tmp_path: Path) -> None:
    script = (
        f"open({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid()))\n"
        "def die(device, run):\n    time.sleep(60)\nstages = dict(die=die)"
    )
    parent = f"import subprocess\nsubprocess.Popen({program(script)!r}).wait()"
    with subprocess.Popen([sys.executable, "-c", parent], stdout=subprocess.PIPE, cwd=ROOT) as one:
        assert one.stdout is not None
        one.stdout.readline()
        one.kill()
    number = int((tmp_path / "pid").read_text())
    for _ in range(100):
        try:
            state = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):  # also where it goes between opening and reading
            return
        if state == "Z":  # ended; nobody has asked for its status yet
            return
        time.sleep(0.05)
    os.kill(number, signal.SIGKILL)
    pytest.fail("the child lived on")


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param([], id="no card"),
        pytest.param([UUID, "--profile", "thorough"], id="unknown profile"),
        pytest.param([UUID, "--seed", "-1"], id="negative seed"),
        pytest.param([UUID, "--minutes", "nan"], id="minutes that are no number"),
    ],
)
def test_wrong_usage_exits_2_and_writes_no_line(arguments: list[str]) -> None:
    command = [sys.executable, "-m", "gpu_inspector", "measure", *arguments]
    done = subprocess.run(command, capture_output=True, cwd=ROOT, check=False)
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"usage" in done.stderr


def test_an_unknown_simulation_is_a_gap_with_the_names() -> None:
    command = [sys.executable, "-m", "gpu_inspector", "measure", "simulation:nothing"]
    done = subprocess.run(command, capture_output=True, cwd=ROOT, check=False)
    assert done.returncode == 3
    (only,) = messages.Lines().feed(done.stdout)
    assert isinstance(only, Missing) and only.source == "measure" and "genuine-h100" in f"{only.reason} {only.advice}"


def test_a_simulation_loads_no_cuda() -> None:
    program = (
        "import sys\nfrom gpu_inspector.measure import child\n"
        "status = child.run(['simulation:genuine-rtx-3060', '--profile', 'quick', '--seed', '7'])\n"
        "print('loaded' if 'cupy' in sys.modules or 'pynvml' in sys.modules else 'clean', file=sys.stderr)\n"
        "sys.exit(status)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr.decode()
    assert done.stderr.decode().strip() == "clean"
    last = messages.Lines().feed(done.stdout)[-1]
    assert isinstance(last, Result)
    assert (last.reading.simulation, last.reading.seed, last.reading.kernels_sha256) == ("genuine-rtx-3060", 7, "")
    assert last.reading.memory is not None and last.reading.die is not None and last.reading.heat is None


def test_the_users_cuda_variables_do_not_reach_the_library(tmp_path: Path) -> None:
    (tmp_path / "cupy.py").write_text(
        "import os, sys\nprint({k: v for k, v in os.environ.items() if k[:5] in ('CUDA_', 'CUPY_')}, file=sys.stderr)\n"
        "raise ImportError('no CuPy here')\n"
    )
    wanted = {"CUDA_DEVICE_ORDER": "PCI_BUS_ID", "CUDA_VISIBLE_DEVICES": UUID}
    theirs = {"CUDA_INJECTION64_PATH": "/evil.so", "CUDA_VISIBLE_DEVICES": "3", "CUPY_CACHE_DIR": "/evil"}
    done = subprocess.run(
        [sys.executable, "-m", "gpu_inspector", "measure", UUID],
        capture_output=True,
        cwd=ROOT,
        check=False,
        env={**os.environ, **theirs, "PYTHONPATH": f"{tmp_path}"},
    )
    assert done.returncode == 3
    (only,) = messages.Lines().feed(done.stdout)
    assert isinstance(only, Missing) and only.source == "measure" and only.advice
    complaints = done.stderr.decode()
    assert "evil" not in complaints
    for name, value in wanted.items():
        assert f"'{name}': '{value}'" in complaints
