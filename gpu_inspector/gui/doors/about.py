"""What the about page asks for: what this machine can look at, what the program is made of, the texts of licences."""

from collections.abc import Callable
from dataclasses import dataclass

from gpu_inspector import preferences
from gpu_inspector.language import _
from gpu_inspector.records.selftest import ControlCard, SelfTested
from gpu_inspector.workflow import about
from gpu_inspector.workflow.about import Portrait
from gpu_inspector.workflow.progress import Progress
from gpu_inspector.workflow.signing import Ask
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
    self_test: Callable[[Progress, Ask], SelfTested]
    """A quick self-test, which is kept; it asks for the secret of the key."""
    last_self_test: Callable[[], SelfTested | None]
    control_card: Callable[[], ControlCard | None]
    """The control card of the ledger; where there is none of a real card, the simulated one."""


def real() -> AboutDoors:
    """The program's own."""
    return AboutDoors(
        examine=_examine,
        portrait=about.portrait,
        licence_text=about.licence_text,
        self_test=_self_test,
        last_self_test=_last_self_test,
        control_card=_control_card,
    )


def _examine(progress: Progress) -> tuple[Topic, ...]:
    from gpu_inspector.workflow import examining

    progress(_("this machine"), 0.0)
    topics = examining.examine_machine()
    progress(_("your own places"), 0.8)
    return (*topics, *examining.examine_places(preferences.ledger_path()))


def _self_test(progress: Progress, ask: Ask) -> SelfTested:
    from gpu_inspector.records.catalogue import load
    from gpu_inspector.workflow import selftest

    return selftest.run(preferences.ledger_path(), load(), quick=True, ask=ask, progress=progress)


def _last_self_test() -> SelfTested | None:
    from gpu_inspector.workflow import selftest

    return selftest.last()


def _control_card() -> ControlCard | None:
    from gpu_inspector.workflow import control_card

    ledger = preferences.ledger_path()
    return control_card.show(ledger) or control_card.show(ledger, simulation=True)
