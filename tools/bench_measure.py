"""The measuring half of `make bench`: what the host adds to a measurement, on simulated cards and without a GPU."""

import importlib.util
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from gpu_inspector.measure import messages
from gpu_inspector.probes import cuda
from gpu_inspector.probes.child_story import Story
from gpu_inspector.probes.cuda import Measured, Target

RUNS = 3
CARD = "genuine-rtx-4090"
"""A simulated card of 24 GB."""
SIMULATED = f"simulation:{CARD}"
CARDS = 8
PROGRESS_LINES = 10_000
PIECE_BYTES = 65536
NO_CARD = "GPU-00000000-0000-0000-0000-000000000000"
"""No driver has it: where there is no GPU, the child loads CuPy and then says that there is none."""
QUIET_S = 120.0


def bench() -> None:
    """Prints its lines, and judges nothing."""
    # An installed program starts from compiled files; so does what is measured here, after a first round.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    _measured(1)
    _quick()
    _parallel()
    _lines()
    _start()


def _silent(step: str, share: float) -> None:
    """Progress that nobody looks at."""


def _measured(count: int) -> float:
    """Seconds to measure `count` simulated cards side by side; ends the bench where one of them was not measured."""
    targets = [Target(f"card {number}", SIMULATED, number) for number in range(count)]
    started = time.perf_counter()
    answers = cuda.measure(targets, "quick", _silent)
    took = time.perf_counter() - started
    _must_be_whole(answers)
    return took


def _must_be_whole(answers: tuple[Measured, ...]) -> None:
    for answer in answers:
        if answer.silicon is None or not answer.silicon.complete:
            raise SystemExit(f"A simulated card was not measured whole: {answer.gaps}")


def _quick() -> None:
    """One card: child, simulation and parent together; then the whole command with ledger row and signed PDF."""
    took = statistics.median(_measured(1) for _ in range(RUNS))
    print(f"quick measurement of a simulated 24 GB card, host and simulation   {took:.2f} s (goal 2 s)")
    with tempfile.TemporaryDirectory() as folder:
        report = str(Path(folder) / "r.pdf")
        command = ["inspect", "--simulate", CARD, "--profile", "quick", "--report", report]
        whole = statistics.median(_command(command) for _ in range(RUNS))
    print(f"  beside: the whole command, to ledger row and signed PDF   {whole:.2f} s")


def _command(arguments: list[str]) -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, "-m", "gpu_inspector", *arguments], capture_output=True, check=True)
    return time.perf_counter() - started


def _parallel() -> None:
    """Several cards on fewer cores cannot take less than their work divided by the cores."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    one = statistics.median(_measured(1) for _ in range(RUNS))
    several = statistics.median(_measured(CARDS) for _ in range(RUNS))
    floor = one * CARDS / min(cores, CARDS)
    print(f"{CARDS} simulated cards side by side   {several:.2f} s")
    print(f"  floor: one of them, {one:.2f} s, {CARDS} times on {cores} cores: ratio {several / floor:.2f} (goal 1.15)")


def _lines() -> None:
    """Progress of one child, as its parent reads it: pieces of a pipe, not whole lines."""
    step = messages.Step("memory", 0.5, 6.0, {"gb_per_s": 812.3, "temperature_c": 61.0})
    text = messages.encode(step) * PROGRESS_LINES
    times = []
    for _ in range(RUNS):
        story = Story("card", SIMULATED, 0, "quick")
        story.hear(messages.encode(messages.Hello(CARD, "", "quick", "simulation", ("memory",))))
        started = time.perf_counter()
        for begun in range(0, len(text), PIECE_BYTES):
            story.hear(text[begun : begun + PIECE_BYTES])
        times.append(time.perf_counter() - started)
        if abs(story.share - step.share) > 0.01:
            raise SystemExit("The progress lines were not taken.")
    print(f"{PROGRESS_LINES:,} progress lines   {statistics.median(times) * 1e3:.0f} ms (goal 1,000 ms)")


def _start() -> None:
    """From the start of a child to its first word, beside the import that it cannot do without."""
    if importlib.util.find_spec("cupy") is None:
        print("start of the child   not measured: CuPy is not installed")
        return
    uuid = _first_card()
    _first_word(uuid or NO_CARD)
    _import()
    pairs = [(_first_word(uuid or NO_CARD), _import()) for _ in range(RUNS + 2)]
    first, floor = (statistics.median(column) for column in zip(*pairs, strict=True))
    until = "hello" if uuid else "it says that there is no card"
    print(f"start of the child until {until}   {first:.2f} s")
    print(f"  floor: python -c 'import cupy'   {floor:.2f} s: ratio {first / floor:.2f} (goal 1.2)")
    if uuid is None:
        print("  there is no GPU here: the hello of a real card was not measured")


def _first_card() -> str | None:
    """The first card that the driver names, or None."""
    try:
        done = subprocess.run(
            ["nvidia-smi", "--query-gpu=uuid", "--format=csv,noheader"],
            capture_output=True,
            text=True,
            timeout=QUIET_S,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return next((line.strip() for line in done.stdout.splitlines() if line.startswith("GPU-")), None)


def _first_word(uuid: str) -> float:
    started = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-m", "gpu_inspector", "measure", uuid, "--profile", "quick"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as child:
        if child.stdout is None or not child.stdout.readline():
            raise SystemExit("The measuring child said nothing.")
        took = time.perf_counter() - started
        child.kill()
    return took


def _import() -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import cupy"], capture_output=True, check=True)
    return time.perf_counter() - started
