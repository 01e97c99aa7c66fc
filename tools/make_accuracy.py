"""Counts how often each check was tried on real machines' dumps and how often it was wrong: resources/accuracy.json.

    python -m tools.make_accuracy [--from DIR] [--to DIR]

The dumps stay outside of this repository; only the counts come in, with docs/accuracy.md, which says what they mean.
One trial is one machine: the cards of one machine share a driver and mostly a maker, and two dumps of one product by
one publisher may be of one machine, so each of these counts once. Nothing that a program of ours wrote is counted.
"""

import argparse
import csv
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from gpu_inspector.checks import ALL_CHECKS
from gpu_inspector.records import canonical
from gpu_inspector.records.accuracy import FILE, Accuracy, Trials, bound_words, cells
from gpu_inspector.records.catalogue import Catalogue, load
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.finding import Finding, Outcome
from gpu_inspector.records.forgery import LOOKED
from gpu_inspector.records.words import GRAVE
from gpu_inspector.workflow.collecting import collect_bytes
from gpu_inspector.workflow.judging import judge

REPOSITORY = Path(__file__).resolve().parent.parent
CASES = REPOSITORY.parent / "shared" / "cases"
ALTERED = {"gtx-1070-ti.xml": ("memory-total",)}
"""Dumps that INDEX.md names as altered -> the checks whose kind the alteration is of."""
_BUNDLED = "influxdata/telegraf"
"""Publisher of the dumps that have no line in an INDEX.csv."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One dump: what each check answered for its cards."""

    file: str
    machine: tuple[str, str]
    """Publisher and product: dumps of the same are not taken to be independent."""
    findings: tuple[Finding, ...]


def main(arguments: list[str] | None = None) -> int:
    """Run the program; 0 when the counts were written."""
    parser = argparse.ArgumentParser(description="Count the trials of every check on real dumps.")
    parser.add_argument("--from", dest="source", type=Path, default=CASES)
    parser.add_argument("--to", type=Path, default=REPOSITORY)
    options = parser.parse_args(arguments)
    if not options.source.is_dir():
        print(f"There is no folder {options.source}: name the folder of real dumps with --from.", file=sys.stderr)
        return 1
    found = count(trials_in(options.source, load()))
    for name, data in made(found).items():
        path = options.to / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    print(f"{found.genuine_machines} genuine machines, {found.altered_dumps} altered dumps.")
    return 0


def made(found: Accuracy) -> dict[str, bytes]:
    """The files, by their path in the repository."""
    return {f"resources/{FILE}": canonical.encode(found) + b"\n", "docs/accuracy.md": page(found).encode()}


def trials_in(folder: Path, catalogue: Catalogue) -> tuple[Trial, ...]:
    """Every dump of the folder, judged without a declaration."""
    publishers = {row["file"]: row["repo"] for row in _index(folder)}
    trials = []
    for path in sorted(path for path in folder.glob("*/*") if path.suffix in (".xml", ".txt")):
        judgement = judge(collect_bytes(path.read_bytes(), path.name, catalogue), Declaration(), catalogue)
        findings = tuple(finding for card in judgement.cards for finding in card.findings)
        product = judgement.cards[0].product if judgement.cards else path.name
        trials.append(Trial(path.name, (publishers.get(path.name, _BUNDLED), product), findings))
    return tuple(trials)


def _index(folder: Path) -> Iterable[dict[str, str]]:
    for path in sorted(folder.glob("*/INDEX.csv")):
        yield from csv.DictReader(path.read_text(encoding="utf-8").splitlines())


def count(trials: tuple[Trial, ...]) -> Accuracy:
    """The counts of every check that was tried at all."""
    genuine = [trial for trial in trials if trial.file not in ALTERED]
    altered = [trial for trial in trials if trial.file in ALTERED]
    machines = {trial.machine for trial in genuine}
    counted = {}
    for check in ALL_CHECKS:
        looked = {trial.machine for trial in genuine if _said(trial, check.id, LOOKED)}
        accused = {trial.machine for trial in genuine if _said(trial, check.id, GRAVE)}
        meant = [trial for trial in altered if check.id in ALTERED[trial.file] and _said(trial, check.id, LOOKED)]
        found = [trial for trial in meant if _said(trial, check.id, GRAVE)]
        trial_counts = Trials(
            genuine=len(looked), accused=len(accused), altered=len(meant), missed=len(meant) - len(found)
        )
        if trial_counts != Trials():
            counted[check.id] = trial_counts
    return Accuracy(
        checks=counted,
        genuine_dumps=len(genuine),
        genuine_machines=len(machines),
        accused_machines=len({trial.machine for trial in genuine if _accused(trial)}),
        altered_dumps=len(altered),
    )


def _said(trial: Trial, check: str, outcomes: tuple[Outcome, ...]) -> bool:
    return any(finding.check == check and finding.outcome in outcomes for finding in trial.findings)


def _accused(trial: Trial) -> bool:
    return any(finding.outcome in GRAVE for finding in trial.findings)


HEAD = """# How often each check was wrong

Made by `tools/make_accuracy.py`; do not edit. Every report prints these counts in a section of its own.

Tried on {genuine_dumps} real dumps of genuine cards, of {machines} independent machines, and on {altered_dumps}
real dump that its publisher had altered by hand. Two dumps of one product by one publisher count as one machine,
and a machine counts once, however many cards it holds. A check counts as tried where it looked: consistent, noted,
unexplained deviation or contradicted. Wrong on a genuine machine is an unexplained deviation or a contradiction on
any of its cards; wrong on an altered one is neither. An altered dump counts only for the checks whose kind its
alteration is of.

- **At most** is the one-sided 95 % upper bound of the rate of error after Clopper and Pearson: for no error in n
  trials 1 - 0.05^(1/n), rounded up. It says what the trials exclude, not how often the check is wrong.
- The dumps were at hand while the checks were written. The bounds hold for cards like these, and are optimistic for
  others.
- Nothing that this program wrote itself is counted: no simulation, no sample, no dump with a field changed by a test.
- They are dumps: whatever needs the card itself (bench, measurement) or a declaration was not tried. What was
  measured on real cards stands in measurements.md.
- The checks together are less careful than each alone: one false accusation counts for the whole. Of the
  {machines} genuine machines {whole_wrong} were accused by any check (at most {whole_bound}).

| check | genuine machines | accused | at most | altered | missed | at most |
|---|---|---|---|---|---|---|
"""


def page(found: Accuracy) -> str:
    """docs/accuracy.md."""
    rows = [f"| {check.id} | {' | '.join(cells(found.checks.get(check.id, Trials())))} |" for check in ALL_CHECKS]
    head = HEAD.format(
        genuine_dumps=found.genuine_dumps,
        altered_dumps=found.altered_dumps,
        machines=found.genuine_machines,
        whole_wrong=found.accused_machines,
        whole_bound=bound_words(found.accused_machines, found.genuine_machines),
    )
    return head + "\n".join(rows) + "\n"


if __name__ == "__main__":
    sys.exit(main())
