"""The measuring child's own work within the test's process: what is planted in the program is then in the child too."""

from collections.abc import Sequence

from gpu_inspector.measure import child, messages
from gpu_inspector.measure.voice import Voice
from gpu_inspector.probes import cuda
from gpu_inspector.records.evidence import Gap


class _Listener(Voice):
    def __init__(self) -> None:
        self.heard: list[messages.Message] = []

    def say(self, message: messages.Message) -> None:
        self.heard.append(message)


def measured_here(
    targets: Sequence[cuda.Target], profile: str, progress: cuda.Progress, *, minutes: float = 0.0, watch: object = None
) -> tuple[cuda.Measured, ...]:
    """In place of `cuda.measure`, for simulations whose child ends of itself."""
    answers = []
    for target in targets:
        listener = _Listener()
        child._Child(child._asked([target.uuid, "--profile", profile, "--seed", str(target.seed)]), listener).work()
        readings = [one.reading for one in listener.heard if isinstance(one, messages.Result)]
        gaps = [one for one in listener.heard if isinstance(one, messages.Missing)]
        found = tuple(Gap(one.source, one.reason, one.advice) for one in gaps)
        answers.append(cuda.Measured(readings[-1] if readings else None, found))
    return tuple(answers)
