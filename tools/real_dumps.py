"""Real machines' dumps, each judged by every check, and the counts of them: the ground of what is called accuracy.

The dumps stay outside of this repository. One trial is one machine: the cards of one machine share a driver and mostly
a maker, and two dumps of one product by one publisher may be of one machine, so each of these counts once. Nothing
that a program of ours wrote is counted.
"""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from gpu_inspector.checks import ALL_CHECKS
from gpu_inspector.records.accuracy import Accuracy, Trials
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.evidence import CardEvidence
from gpu_inspector.records.finding import Finding, Outcome
from gpu_inspector.records.forgery import LOOKED
from gpu_inspector.records.words import GRAVE
from gpu_inspector.workflow.collecting import collect_bytes
from gpu_inspector.workflow.judging import judge
from tools.product_classes import CLASSES, UNKNOWN, class_of

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
    product_class: str = UNKNOWN


def trials_in(folder: Path, catalogue: Catalogue) -> tuple[Trial, ...]:
    """Every dump of the folder, judged without a declaration."""
    publishers = {row["file"]: row["repo"] for row in _index(folder)}
    trials = []
    for path in sorted(path for path in folder.glob("*/*") if path.suffix in (".xml", ".txt")):
        evidence = collect_bytes(path.read_bytes(), path.name, catalogue)
        judgement = judge(evidence, Declaration(), catalogue)
        findings = tuple(finding for card in judgement.cards for finding in card.findings)
        product = judgement.cards[0].product if judgement.cards else path.name
        machine = (publishers.get(path.name, _BUNDLED), product)
        trials.append(Trial(path.name, machine, findings, _class_of(evidence.cards[0], catalogue)))
    return tuple(trials)


def _index(folder: Path) -> Iterable[dict[str, str]]:
    for path in sorted(folder.glob("*/INDEX.csv")):
        yield from csv.DictReader(path.read_text(encoding="utf-8").splitlines())


def _class_of(card: CardEvidence, catalogue: Catalogue) -> str:
    said = card.nvidia_smi
    by_id = catalogue.by_device(said.device_id) if said is not None and said.device_id else ()
    return class_of(by_id or (catalogue.by_name(said.name) if said is not None and said.name else ()))


def count(trials: Sequence[Trial]) -> Accuracy:
    """The counts of every check that was tried at all, and of every class of product."""
    genuine = [trial for trial in trials if trial.file not in ALTERED]
    altered = [trial for trial in trials if trial.file in ALTERED]
    checks = [check.id for check in ALL_CHECKS]
    counted = {check: _of_check(check, genuine, altered) for check in checks}
    whole = {
        name: _counts([trial for trial in genuine if trial.product_class == name], tuple(checks)) for name in CLASSES
    }
    return Accuracy(
        checks={check: found for check, found in counted.items() if found != Trials()},
        genuine_dumps=len(genuine),
        genuine_machines=len({trial.machine for trial in genuine}),
        accused_machines=len(_said(genuine, tuple(checks), GRAVE)),
        altered_dumps=len(altered),
        classes={name: found for name, found in whole.items() if found != Trials()},
    )


def by_class(trials: Sequence[Trial]) -> dict[str, dict[str, Trials]]:
    """Check -> class of product -> its counts on genuine machines, where it looked on any."""
    genuine = [trial for trial in trials if trial.file not in ALTERED]
    found: dict[str, dict[str, Trials]] = {}
    for check in ALL_CHECKS:
        for name in CLASSES:
            counts = _counts([trial for trial in genuine if trial.product_class == name], (check.id,))
            if counts.genuine:
                found.setdefault(check.id, {})[name] = counts
    return found


def _of_check(check: str, genuine: Sequence[Trial], altered: Sequence[Trial]) -> Trials:
    meant = [trial for trial in altered if check in ALTERED[trial.file] and _said([trial], (check,), LOOKED)]
    missed = [trial for trial in meant if not _said([trial], (check,), GRAVE)]
    counts = _counts(genuine, (check,))
    return Trials(
        genuine=counts.genuine,
        accused=counts.accused,
        suspicious=counts.suspicious,
        contradicted=counts.contradicted,
        noted=counts.noted,
        altered=len(meant),
        missed=len(missed),
    )


def _counts(genuine: Sequence[Trial], checks: tuple[str, ...]) -> Trials:
    return Trials(
        genuine=len(_said(genuine, checks, LOOKED)),
        accused=len(_said(genuine, checks, GRAVE)),
        suspicious=len(_said(genuine, checks, (Outcome.SUSPICIOUS,))),
        contradicted=len(_said(genuine, checks, (Outcome.CONTRADICTED,))),
        noted=len(_said(genuine, checks, (Outcome.NOTED,))),
    )


def _said(trials: Sequence[Trial], checks: tuple[str, ...], outcomes: tuple[Outcome, ...]) -> set[tuple[str, str]]:
    """The machines on any of whose cards any of the checks gave any of the outcomes."""
    return {
        trial.machine
        for trial in trials
        if any(finding.check in checks and finding.outcome in outcomes for finding in trial.findings)
    }
