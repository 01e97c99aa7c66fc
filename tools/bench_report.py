"""The report's part of `make bench`: a full inspection with ten photographs, signed, and verified again.

The photographs are made here, noise over squares, so that they pack as badly as those of a camera. The floors are what
nobody can do without: the bytes written to disk, and hashed once.
"""

import hashlib
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

from gpu_inspector.records import canonical
from gpu_inspector.records.catalogue import load
from gpu_inspector.records.chain import GENESIS, entry_for
from gpu_inspector.records.declaration import Case, Declaration, Photograph
from gpu_inspector.records.inspection import Inspection, LedgerEntry
from gpu_inspector.report import signature
from gpu_inspector.workflow import inspecting, photographs, signing
from gpu_inspector.workflow.collecting import collect_simulation
from gpu_inspector.workflow.verifying import State, verify

RUNS = 9
PICTURES = 10
SIZE = (4000, 3000)
QUALITY = 88
CARD = "genuine-rtx-4090"
GOAL_SIGN_S, GOAL_VERIFY_S = 1.5, 0.3


def bench() -> None:
    """Prints its lines, and judges nothing. Needs GPU_INSPECTOR_HOME to be a folder that may be filled."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.pdf"
        inspection = _inspection()
        _one(inspection, path, f"{PICTURES} photographs")
        _one(replace(inspection, case=Case(number="without")), path, "no photograph")


def _inspection() -> Inspection:
    """A simulated card, measured, with its photographs."""
    evidence = collect_simulation(CARD, 1, "standard", load())
    case = Case(number="bench", photographs=tuple(_photograph(number) for number in range(PICTURES)))
    return inspecting.inspection_of(evidence, Declaration(), case, load())


def _photograph(seed: int) -> Photograph:
    random = np.random.default_rng(seed)
    wide, high = SIZE
    squares = np.kron(random.integers(0, 255, (high // 100, wide // 100, 3)), np.ones((100, 100, 1))).astype(np.int16)
    noisy = np.clip(squares + random.integers(-14, 15, squares.shape), 0, 255).astype(np.uint8)
    out = BytesIO()
    Image.fromarray(noisy).save(out, "JPEG", quality=QUALITY)
    return photographs.take(out.getvalue(), f"picture-{seed}.jpg").photograph


def _one(inspection: Inspection, path: Path, what: str) -> None:
    entry: LedgerEntry = entry_for(1, GENESIS, canonical.encode(inspection))
    identity = signing.signer(signing.nobody)
    signed = _median(lambda: inspecting.write_report(inspection, entry, path, identity=identity))
    data = path.read_bytes()
    written = _median(lambda: signature.write(path, data))
    catalogue = load()
    if verify(data, (), catalogue).state is not State.UNKNOWN_SIGNER:
        raise SystemExit("The report of the bench is not found intact.")
    verified = _median(lambda: verify(data, (), catalogue))
    hashed = _median(lambda: hashlib.sha256(data).digest())
    size = f"{len(data) / 1e6:.1f} MB"
    print(f"signed PDF of a full inspection, {what}, {size}   {signed:.2f} s (goal {GOAL_SIGN_S} s)")
    print(f"  floor: the same bytes written to disk   {written * 1e3:.0f} ms: ratio {signed / written:.1f}")
    print(f"verify of the same   {verified:.2f} s (goal {GOAL_VERIFY_S} s)")
    print(f"  floor: the same bytes hashed once   {hashed * 1e3:.0f} ms: ratio {verified / hashed:.1f}")


def _median(action: Callable[[], object]) -> float:
    times = []
    for _ in range(RUNS):
        started = time.perf_counter()
        action()
        times.append(time.perf_counter() - started)
    return statistics.median(times)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as home:
        os.environ["GPU_INSPECTOR_HOME"] = home
        bench()
    sys.exit(0)
