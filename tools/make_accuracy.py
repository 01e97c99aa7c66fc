"""How often we are wrong, in three parts that are never mixed: resources/accuracy.json and docs/accuracy.md.

    python -m tools.make_accuracy [--from DIR] [--to DIR]

The independent cases (tools/real_dumps.py) alone are called accuracy, and alone go into every report; their dumps stay
outside of this repository. Self-consistency (tools/self_consistency.py) and the lies (tools/lie_trial.py) stand on the
page beside them. The same inputs give the same bytes.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from gpu_inspector.records import canonical
from gpu_inspector.records.accuracy import FILE, Accuracy, bound_words
from gpu_inspector.records.catalogue import load
from tools import lie_trial, self_consistency
from tools.accuracy_page import page
from tools.lie_list import known
from tools.real_dumps import Trial, by_class, count, trials_in
from tools.self_consistency import Consistency

REPOSITORY = Path(__file__).resolve().parent.parent
CASES = REPOSITORY.parent / "shared" / "cases"
PAGE = "docs/accuracy.md"
COUNTS = f"resources/{FILE}"


def main(arguments: list[str] | None = None) -> int:
    """Run the program; 0 when the counts were written and nobody was accused or missed."""
    parser = argparse.ArgumentParser(description="Count how often the checks are wrong.")
    parser.add_argument("--from", dest="source", type=Path, default=CASES)
    parser.add_argument("--to", type=Path, default=REPOSITORY)
    options = parser.parse_args(arguments)
    if not options.source.is_dir():
        print(f"There is no folder {options.source}: name the folder of real dumps with --from.", file=sys.stderr)
        return 1
    trials = trials_in(options.source, load())
    found = count(trials)
    consistency = self_consistency.whole()
    lies = lie_trial.whole()
    for name, data in made(trials, consistency, lies).items():
        path = options.to / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    print("\n".join((*_independent(found), *consistency.lines, *lies.lines, _last(found, consistency, lies))))
    return 1 if consistency.accused or lies.missed or lies.accused_bases else 0


def made(trials: Sequence[Trial], consistency: Consistency, lies: lie_trial.Trial) -> dict[str, bytes]:
    """The files, by their path in the repository."""
    found = count(trials)
    text = page(found, by_class(trials), consistency, lies, len(known()))
    return {COUNTS: canonical.encode(found) + b"\n", PAGE: text.encode()}


def _independent(found: Accuracy) -> list[str]:
    """The tables of the independent cases, for a terminal."""
    lines = [f"{'accuracy, by class of product':34} machines  noted  deviation  contradicted  at most"]
    for title, counts in ((one, of) for part in (found.classes, {}, found.checks) for one, of in part.items()):
        bound = bound_words(counts.accused, counts.genuine)
        lines.append(
            f"{title:34} {counts.genuine:8} {counts.noted:6} {counts.suspicious:10} {counts.contradicted:13}  {bound}"
        )
    lines.insert(len(found.classes) + 1, f"{'accuracy, by check':34}")
    return [
        *lines,
        f"Accuracy: {found.genuine_machines} genuine machines ({found.genuine_dumps} dumps), {found.accused_machines} "
        f"accused (at most {bound_words(found.accused_machines, found.genuine_machines)}); "
        f"{found.altered_dumps} altered dumps.",
    ]


def _last(found: Accuracy, consistency: Consistency, lies: lie_trial.Trial) -> str:
    accused = found.accused_machines + len(consistency.accused) + len(lies.accused_bases)
    return f"{accused} false accusations."


if __name__ == "__main__":
    sys.exit(main())
