"""What the page for the inspection by eye asks for: what a marking means that was typed off a chip."""

from collections.abc import Callable
from dataclasses import dataclass

from gpu_inspector.records.catalogue import load


@dataclass(frozen=True, slots=True)
class LookDoors:
    """Called in a worker's thread. They raise GpuInspectorError with a sentence."""

    explain_die: Callable[[tuple[str, ...]], str]
    """What the lines of a die's marking say, in a sentence; "" where nothing of it is known."""
    explain_memory: Callable[[str], str]
    """Likewise of a memory chip's marking."""


def real() -> LookDoors:
    """The program's own."""
    return LookDoors(explain_die=_explain_die, explain_memory=_explain_memory)


def _explain_die(lines: tuple[str, ...]) -> str:
    from gpu_inspector.workflow import marking_words

    return marking_words.explain_die(lines, load())


def _explain_memory(marking: str) -> str:
    from gpu_inspector.workflow import marking_words

    return marking_words.explain_memory(marking, load())
