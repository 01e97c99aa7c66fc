"""How work says how far it is, and how it is stopped: the words between whoever works and whoever waits."""

from collections.abc import Callable

from gpu_inspector.errors import GpuInspectorError

Progress = Callable[[str, float], None]
"""Called with what is being done, and the share that is done, 0 to 1. May raise Cancelled."""


class Cancelled(GpuInspectorError):
    """The inspector stopped the inspection; nothing was stored."""


def silent(step: str, share: float) -> None:
    """Progress that nobody looks at."""
