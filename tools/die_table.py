"""Writes docs/die-identity.md: what the program says of every simulated die.

    python -m tools.die_table [--to FILE] [--seeds N]

Every die of the reference data is simulated with noise, measured by the same host code as a real card, and named.
The simulation and the judge share one table of rates, so that this is self-consistency, and never accuracy.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from gpu_inspector.checks.die_fit import Candidate, Fit, candidates, fit
from gpu_inspector.measure import die as measuring
from gpu_inspector.measure.run import PROFILES, Run
from gpu_inspector.measure.simulation.device import SimulatedDevice
from gpu_inspector.measure.simulation.silicon import Chip, CudaClaims, Memory, Silicon
from gpu_inspector.records.catalogue import Catalogue, load
from gpu_inspector.records.product import DieVector
from gpu_inspector.records.silicon import DieReading

TARGET = Path(__file__).resolve().parent.parent / "docs" / "die-identity.md"
SEEDS = 2
"""Noise for each bin of each die in the written table; the tests' full count is larger."""
HELPED_BY_FP16_UNITS = 256
"""Tensor operations per clock of a die without tensor units: 64 fused operations on two halves, twice two each."""
UNPUBLISHED_TENSOR = 1024
"""What the simulation gives to dies whose rate by `mma.sync` nobody has published."""
_GIB = 1 << 30


def rates_of(vector: DieVector, *, professional: bool) -> dict[str, float]:
    """The rates of one die by the names of operations; professional cards do the full rate with FP32 accumulation."""
    fast = float(vector.tensor_f16_f16[0] if vector.tensor_f16_f16 else UNPUBLISHED_TENSOR)
    if not vector.tensor_units:
        fast = float(HELPED_BY_FP16_UNITS)
    wide = vector.tensor_f16_f32[-1 if professional else 0] if vector.tensor_f16_f32 else fast
    return {
        **dict.fromkeys(("fp32-fma", "fp32-add", "fp32-mul"), float(vector.fp32)),
        "fp64-fma": float(vector.fp64[0] if vector.fp64 else 1),
        "int32-mad": vector.fp32 / 2,
        "int8-dp4a": float(vector.dp4a or 1),
        "fp16-fma2": float(vector.fp16x2 or 1),
        "tensor-f16-f16": fast,
        **dict.fromkeys(("tensor-f16-f32", "tensor-bf16", "tensor-tf32"), float(wide)),
        **dict.fromkeys(("tensor-s8", "tensor-fp8"), 2 * fast),
        "tensor-f64": float(2 * vector.fp64[0] if vector.fp64 else 2),
    }


def bins_of(one: Candidate, catalogue: Catalogue) -> Iterator[tuple[int, int]]:
    """Multiprocessors and L2 of the full die, and of every product on it that says both."""
    found: dict[tuple[int, int], None] = {}
    if one.die.full_sm is not None and one.die.full_l2_bytes is not None:
        found[one.die.full_sm, one.die.full_l2_bytes] = None
    for row in catalogue.products:
        if row.die == one.die.name and row.sm is not None and row.l2_bytes is not None:
            found[row.sm, row.l2_bytes] = None
    yield from found


def simulated(one: Candidate, count: int, l2_bytes: int, seed: int) -> SimulatedDevice:
    """A card with this bin of a die."""
    major, minor = (int(part) for part in one.die.compute_capability.split("."))
    halves = bool(one.vector.l2_halves)
    chip = Chip(
        die=one.die.name,
        compute_capability=(major, minor),
        multiprocessors=count,
        lanes=one.vector.fp32,
        rates=rates_of(one.vector, professional=bool(seed % 2)),
        l1_bytes=(192 if halves else 32) * 1024,
        l2_bytes=l2_bytes,
        l2_halves=halves,
        l2_cycles=205.0 if halves else 250.0,
    )
    claims = CudaClaims(name=one.die.name)
    return SimulatedDevice(Silicon(chip=chip, memory=Memory(size_bytes=4 * _GIB), claims=claims), seed)


def named(one: Candidate, count: int, l2_bytes: int, seed: int, dies: tuple[Candidate, ...]) -> Fit:
    """What the judge says of a simulated card."""
    reading: DieReading = measuring.measure(simulated(one, count, l2_bytes, seed), Run(PROFILES["quick"], salt=seed))
    return fit(reading, one.die.compute_capability, dies)


def written(seeds: int) -> str:
    """The document."""
    catalogue = load()
    dies = candidates(catalogue)
    rows, confused = [], Counter[tuple[str, str]]()
    shown: set[str] = set()
    for one in sorted(dies, key=lambda one: (float(one.die.compute_capability), one.die.name)):
        bins = sorted(bins_of(one, catalogue), reverse=True)
        if not bins:
            continue
        fits = [named(one, count, l2, seed, dies) for count, l2 in bins for seed in range(seeds)]
        for found in fits:
            confused[one.die.name, found.best.name if found.best is not None else "none"] += 1
        rows.append(_row(one, len(bins), fits))
        shown.add(one.die.name)
    missing = ", ".join(sorted(set(catalogue.dies) - shown)) or "none"
    return _TEXT.format(seeds=seeds, rows="\n".join(rows), missing=missing, matrix=_matrices(confused, catalogue))


def _row(one: Candidate, bins: int, fits: list[Fit]) -> str:
    right = sum(found.best is not None and found.best.name == one.die.name for found in fits)
    close = sum(one.die.name in found.not_told_from for found in fits)
    alike = {other for found in fits if found.best is not None for other in (found.best.name, *found.not_told_from)}
    full = fits[0]
    against = f"{full.neighbour}: {full.fact}" if full.neighbour else ""
    names = ", ".join(sorted(alike - {one.die.name})) or "–"
    cells = (one.die.name, one.die.compute_capability, bins, f"{right} of {len(fits)}", close, names, against)
    return f"| {' | '.join(map(str, cells))} |"


def _matrices(confused: Counter[tuple[str, str]], catalogue: Catalogue) -> str:
    """One for each compute capability in which something was named otherwise than simulated."""
    capabilities: dict[str, set[str]] = {}
    for true, seen in confused:
        capabilities.setdefault(catalogue.dies[true].compute_capability, set()).update((true, seen))
    tables = []
    for capability, names in sorted(capabilities.items(), key=lambda pair: float(pair[0])):
        if any(confused[true, seen] for true in names for seen in names if true != seen):
            tables.append(f"Compute capability {capability}:\n\n{_matrix(confused, sorted(names))}")
    return "\n\n".join(tables) or "Nothing was named otherwise."


def _matrix(confused: Counter[tuple[str, str]], names: list[str]) -> str:
    head = f"| simulated \\ named | {' | '.join(names)} |\n|---|{'---|' * len(names)}"
    lines = (f"| {true} | {' | '.join(str(confused[true, seen] or '·') for seen in names)} |" for true in names)
    return "\n".join((head, *lines))


_TEXT = """# Which die is it: every simulated die, named

Written by `python -m tools.die_table`; a test holds it against the program.

This is **self-consistency, never accuracy**: the simulation takes its rates, counts and sizes from the same reference
data that the judge uses, and adds noise ({seeds} seeds for each bin). It shows that the host code finds what the model
holds, which dies the method can tell apart at all, and what it says where it cannot. It says nothing about real chips;
`docs/measurements.md` holds what was measured on those.

A bin is a pair of multiprocessors and L2 under which the die was sold, or the full die. "Alike" counts the cards that
another, smaller die fits as well and is named for; the answer then says that the two cannot be told apart. Nothing but
counts and sizes of L2 tells dies of one compute capability from each other here; the width of the memory's bus, where
it is measured too, tells some of them.

| die | capability | bins | named | alike | cannot be told from | full die: nearest neighbour, and what excludes it |
|---|---|---|---|---|---|---|
{rows}

Left out, since the reference data does not know their multiprocessors or their L2: {missing}. A card that claims one
of them is never cleared by its die.

## Confusion

Where everything was named as it was simulated, no table is shown. "none" stands for "no die fits".

{matrix}
"""


def main(arguments: list[str] | None = None) -> int:
    """Run the program."""
    parser = argparse.ArgumentParser(description="Write docs/die-identity.md.")
    parser.add_argument("--to", type=Path, default=TARGET)
    parser.add_argument("--seeds", type=int, default=SEEDS)
    options = parser.parse_args(arguments)
    options.to.parent.mkdir(parents=True, exist_ok=True)
    options.to.write_text(written(options.seeds), encoding="utf-8")
    print(f"{options.to} written.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
