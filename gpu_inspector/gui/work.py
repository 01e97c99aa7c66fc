"""What the pages ask to have done, as functions that are handed in: tests hand in others.

Everything here is called in a worker's thread and passes frozen records only.
"""

import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from gpu_inspector import settings
from gpu_inspector.errors import ReportError
from gpu_inspector.records.catalogue import load
from gpu_inspector.records.declaration import Case, Declaration
from gpu_inspector.records.evidence import CardEvidence, Evidence
from gpu_inspector.workflow import collecting, inspecting
from gpu_inspector.workflow.collecting import Cancelled, NoCard, Progress
from gpu_inspector.workflow.inspecting import Done


@dataclass(frozen=True, slots=True)
class Subject:
    """What can be inspected: a card of this machine, all of them, a file, or a simulated card."""

    title: str
    detail: str = ""
    card: str | None = None
    """The card's label; None is all cards of this machine, unless there is a file."""
    file: Path | None = None
    simulation: str = ""
    """The simulated card's name."""
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Work:
    """The doors into the workflow. All raise GpuInspectorError with a sentence."""

    list_cards: Callable[[Progress], tuple[CardEvidence, ...]]
    """() where this machine has none."""
    product_names: Callable[[], tuple[str, ...]]
    collect_machine: Callable[[str | None, Progress], Evidence]
    collect_file: Callable[[Path, Progress], Evidence]
    finish: Callable[[Evidence, Declaration, Case, Progress], Done]
    """Judge, store, report. From the moment of storing on it cannot be cancelled."""
    save_report: Callable[[Done, Path], Path]
    simulations: Callable[[], tuple[tuple[str, str], ...]]
    """The simulated cards: name, and what each is."""
    collect_simulation: Callable[[str, int, str | None, Progress], Evidence]
    """By name, seed and profile; without a profile its claims alone."""
    measure: Callable[[Evidence, str, Progress], Evidence]
    """The evidence of this machine's cards with what their silicon says, by a profile."""

    def inspect(
        self, subject: Subject, profile: str | None, declaration: Declaration, case: Case, progress: Progress
    ) -> Done:
        """One whole inspection; without a profile nothing is measured."""
        collected, measured = (0.5, 0.5) if profile is None or subject.file is not None else (0.1, 0.85)

        def between(start: float, end: float) -> Progress:
            return lambda step, share: progress(step, start + share * (end - start))

        if subject.file is not None:
            evidence = self.collect_file(subject.file, between(0.0, collected))
        elif subject.simulation:
            evidence = self.collect_simulation(subject.simulation, subject.seed, profile, between(0.0, measured))
        else:
            evidence = self.collect_machine(subject.card, between(0.0, collected))
            if profile is not None:
                evidence = self.measure(evidence, profile, between(collected, measured))
        return self.finish(evidence, declaration, case, between(measured, 1.0))


def real_work() -> Work:
    """The program's own workflow, on the user's own ledger."""
    return Work(
        list_cards=_list_cards,
        product_names=_product_names,
        collect_machine=lambda card, progress: collecting.collect_machine(load(), card, progress),
        collect_file=_collect_file,
        finish=_finish,
        save_report=_save_report,
        simulations=_simulations,
        collect_simulation=_collect_simulation,
        measure=_measure,
    )


def _list_cards(progress: Progress) -> tuple[CardEvidence, ...]:
    try:
        return collecting.collect_machine(load(), None, progress).cards
    except NoCard:
        return ()


def _product_names() -> tuple[str, ...]:
    return tuple(sorted({row.name for row in load().products}, key=str.casefold))


def _simulations() -> tuple[tuple[str, str], ...]:
    from gpu_inspector.workflow import measuring  # the measurement's libraries wait until they are asked for

    return measuring.simulations()


def _collect_simulation(name: str, seed: int, profile: str | None, progress: Progress) -> Evidence:
    if profile is not None:
        inspecting.require_ledger(settings.ledger_path())
    return collecting.collect_simulation(name, seed, profile, load(), progress)


def _measure(evidence: Evidence, profile: str, progress: Progress) -> Evidence:
    from gpu_inspector.workflow import measuring

    inspecting.require_ledger(settings.ledger_path())
    return measuring.measured(evidence, profile, progress)


def _collect_file(path: Path, progress: Progress) -> Evidence:
    progress("reading the file", 0.0)
    evidence = collecting.collect_file(path, None, load())
    progress("collected", 1.0)
    return evidence


def _finish(evidence: Evidence, declaration: Declaration, case: Case, progress: Progress) -> Done:
    progress("judging", 0.0)
    inspection = inspecting.inspection_of(evidence, declaration, case, load())
    progress("storing", 0.1)

    def no_way_back(step: str, share: float) -> None:
        # A row that stands in the ledger stays there: to stop now would only hide it from the inspector.
        with suppress(Cancelled):
            progress(step, 0.1 + share * 0.9)

    return inspecting.store_and_report(inspection, settings.ledger_path(), None, no_way_back)


def _save_report(done: Done, target: Path) -> Path:
    """The signed report at another place, whole or not at all; made anew from the ledger where it was not written."""
    if done.report is None:
        inspecting.report_from_ledger(str(done.entry.seq), settings.ledger_path(), target)
        return target
    try:
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".gpu-inspector-") as folder:
            copy = Path(folder) / target.name
            shutil.copyfile(done.report, copy)
            copy.replace(target)
    except OSError as error:
        raise ReportError(
            f"The report cannot be copied to {target} ({error.strerror}).", "Choose another place, or free some space."
        ) from error
    return target
