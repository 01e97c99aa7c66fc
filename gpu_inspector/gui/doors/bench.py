"""What the bench page asks for: which cards this machine has, what files and simulations claim, facts into a file."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from gpu_inspector import preferences
from gpu_inspector.errors import GpuInspectorError
from gpu_inspector.gui.subject import Subject
from gpu_inspector.language import _
from gpu_inspector.records.catalogue import load
from gpu_inspector.records.evidence import Evidence
from gpu_inspector.workflow import bench_memory, collecting, glancing
from gpu_inspector.workflow.glancing import Glance, Look, Seen, Standing
from gpu_inspector.workflow.progress import Progress


@dataclass(frozen=True, slots=True)
class BenchDoors:
    """All raise GpuInspectorError with a sentence. They are called in a worker's thread."""

    look: Callable[[Progress], Look]
    """The cards of this machine, and its state."""
    glance: Callable[[tuple[Subject, ...], Progress], tuple[Glance, ...]]
    """What files and simulations claim, a row for each; one that cannot be read says why in its row."""
    simulations: Callable[[], tuple[tuple[str, str], ...]]
    """The simulated cards: name, and what each is."""
    save_facts: Callable[[Evidence | None, tuple[Subject, ...], Path, bool, Progress], Path]
    """What is known of these subjects, as JSON; without serials on wish; where it lies then.

    Cards of this machine are taken out of the evidence that is given. A file or a simulation stands alone.
    """
    recall: Callable[[], tuple[Seen, ...]]
    """The cards of this machine that were chosen last."""
    remember: Callable[[tuple[Seen, ...]], None]


def real() -> BenchDoors:
    """The program's own."""
    return BenchDoors(
        look=_look,
        glance=_glance,
        simulations=_simulations,
        save_facts=_save_facts,
        recall=bench_memory.recall,
        remember=bench_memory.remember,
    )


def _look(progress: Progress) -> Look:
    return glancing.look(load(), progress)


def _glance(subjects: tuple[Subject, ...], progress: Progress) -> tuple[Glance, ...]:
    rows: list[Glance] = []
    for number, subject in enumerate(subjects):
        progress(subject.title, number / len(subjects))
        if subject.file is not None:
            rows.append(glancing.of_file(subject.file, load()))
            continue
        try:
            rows.append(glancing.of_simulation(subject.simulation, subject.seed, load()))
        except GpuInspectorError as error:
            rows.append(Glance(where=subject.title, state=str(error), standing=Standing.UNREADABLE))
    return tuple(rows)


def _simulations() -> tuple[tuple[str, str], ...]:
    from gpu_inspector.workflow import measuring  # the measurement's libraries wait until they are asked for

    return measuring.simulations()


def _save_facts(
    seen: Evidence | None, subjects: tuple[Subject, ...], target: Path, masked: bool, progress: Progress
) -> Path:
    from gpu_inspector.workflow import capturing

    progress(_("collecting"), 0.0)
    first = subjects[0]
    if first.file is not None:
        evidence = collecting.collect_file(first.file, None, load())
    elif first.simulation:
        evidence = collecting.collect_simulation(first.simulation, first.seed, None, load())
    elif seen is not None:
        evidence = glancing.chosen_of(seen, (one.card for one in subjects if one.card is not None))
    else:
        raise collecting.NoCard(_("The cards of this machine were not looked at."), _("Look again, then save."))
    progress(_("writing"), 0.5)
    return capturing.save(evidence, target, masked=masked, ledger=preferences.ledger_path(), source=first.file)
