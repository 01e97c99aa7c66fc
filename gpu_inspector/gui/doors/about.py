"""What the about page asks for: what this machine can look at, what the program is made of, the texts of licences."""

from collections.abc import Callable
from dataclasses import dataclass

from gpu_inspector import preferences
from gpu_inspector.language import _
from gpu_inspector.workflow import about
from gpu_inspector.workflow.about import Portrait
from gpu_inspector.workflow.progress import Progress
from gpu_inspector.workflow.topics import Topic


@dataclass(frozen=True, slots=True)
class AboutDoors:
    """All raise GpuInspectorError with a sentence. They are called in a worker's thread."""

    examine: Callable[[Progress], tuple[Topic, ...]]
    """The sources, what measures, the bench, and the user's own places."""
    portrait: Callable[[], Portrait]
    """Versions and libraries."""
    licence_text: Callable[[str], str]
    """The program's own LICENSE or NOTICE, or the licence files of one library."""


def real() -> AboutDoors:
    """The program's own."""
    return AboutDoors(_examine, about.portrait, about.licence_text)


def _examine(progress: Progress) -> tuple[Topic, ...]:
    from gpu_inspector.workflow import examining

    progress(_("this machine"), 0.0)
    topics = examining.examine_machine()
    progress(_("your own places"), 0.8)
    return (*topics, *examining.examine_places(preferences.ledger_path()))
