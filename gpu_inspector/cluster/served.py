"""How the worker that an audit starts on a node says, by its exit status, why it ended: whoever started it has no more.

Slurm keeps a status and no word of what went wrong; ssh has both. Here is what each status means, as a sentence; the
worker itself is `serve`.
"""

from __future__ import annotations

from enum import IntEnum

from gpu_inspector.cluster.engine import Missing
from gpu_inspector.language import N_

FORMAT = 1
"""Of the line that `serve` is told its task with; another program may have another."""
SILENCE_S = 60.0
"""A worker that was told that it will be spoken to, and hears nothing for so long, ends."""
SPEAK_S = 15.0
"""So often it is spoken to."""
DEATH_S = 60.0
"""So long a worker looks for its scheduler at first."""
LINGER_S = 20.0
"""So long it looks for it again when the line broke; a scheduler that died with its audit is not the next one's."""
LONGEST_LINE = 64 * 1024
"""Bytes of what is told to a worker in one line, with its key."""


class Status(IntEnum):
    """Exit statuses; those below 70 are not ours, but Python's and the shell's."""

    ENDED = 0
    NO_PROGRAM = 1
    """Python found no such module, or one that it could not load."""
    OLD_PYTHON = 2
    """Python did not understand its options."""
    TOLD_WRONG = 70
    NO_DASK = 71
    OTHER_DASK = 72
    OTHER_NODE = 73
    NO_SCHEDULER = 74
    NOT_EXECUTABLE = 126
    NO_PYTHON = 127


_SAME = N_("Install the same version of GPU Inspector, with its extra “cluster”, on every node.")


def why(status: int, python: str, said: str = "") -> Missing:
    """The sentence for a worker's exit status; `said` is the end of what it wrote, cleaned, or ""."""
    match status:
        case Status.NO_PYTHON | Status.NOT_EXECUTABLE:
            return Missing(
                N_(f"The node has no Python that can be run as {python}."),
                N_("Name the one in which GPU Inspector is installed there."),
            )
        case Status.OLD_PYTHON:
            return Missing(N_(f"The Python of the node ({python}) is older than 3.11."), _SAME)
        case Status.NO_PROGRAM:
            return Missing(N_(f"GPU Inspector does not start with the node's Python ({python}): {said or '-'}"), _SAME)
        case Status.TOLD_WRONG:
            return Missing(N_("The node has another version of GPU Inspector, which cannot join this audit."), _SAME)
        case Status.NO_DASK:
            return Missing(N_("The node's GPU Inspector was installed without its extra “cluster”."), _SAME)
        case Status.OTHER_DASK:
            return Missing(N_("The node has another version of Dask, which cannot join this audit."), _SAME)
        case Status.OTHER_NODE:
            return Missing(N_("Slurm started the worker on another node than the one that was asked for."))
        case Status.NO_SCHEDULER:
            return Missing(
                N_("The node cannot reach the scheduler of the audit on this machine."),
                N_("Name an address of this machine that the nodes can reach (--address), and look at its firewall."),
            )
        case Status.ENDED:
            return Missing(N_("The worker on the node ended before it had answered."))
    return Missing(N_(f"The worker on the node ended with status {status}: {said or '-'}"))
