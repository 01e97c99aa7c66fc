"""A node that does not exist, with the cards of a simulation, and on wish with a trouble: for trials of an audit.

Whatever it sends is a SIMULATION by its origin, its note, its bench and its cards' numbers, as any other is. A trouble
is carried out on nothing but a simulated node: no wish makes a machine with cards die or hang.
"""

import os
import signal
import threading
import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace

from gpu_inspector.language import N_
from gpu_inspector.records.catalogue import load
from gpu_inspector.records.evidence import Evidence
from gpu_inspector.records.node import Lack, Trouble, Wish
from gpu_inspector.workflow import collecting
from gpu_inspector.workflow.node_fault import NodeFault
from gpu_inspector.workflow.progress import Progress

LONGEST_HANG_S = 3600.0
_LOOK_S = 0.05
_MEASURING = threading.Lock()
"""Several simulated nodes may live in one process; they measure in turn, or hundreds of children would start."""


def evidence(asked: Wish, progress: Progress, stopped: Callable[[], bool]) -> Evidence:
    """The evidence of the simulation that the wish names. Raises NodeFault, GpuInspectorError; may not come back."""
    if asked.trouble == Trouble.DIES:
        _die()
    if asked.trouble == Trouble.HANGS:
        _hang(stopped)
    if asked.trouble == Trouble.NO_DRIVER:
        raise NodeFault(Lack.NO_DRIVER, N_("NVIDIA's driver does not drive the cards of this simulated node."))
    with _MEASURING if asked.profile else nullcontext():
        progress("measuring", 0.0)  # the wait for one's turn may have been long
        found = collecting.collect_simulation(
            asked.simulate, asked.seed, asked.profile or None, load(), progress, asked.minutes
        )
    if asked.trouble == Trouble.PATCHED_DRIVER:
        from gpu_inspector.probes import simulated

        return replace(found, host=simulated.bench(patched=True))
    return found


def _die() -> None:
    """As a machine that loses its power: nothing is said, nothing is tidied up."""
    if hasattr(signal, "SIGKILL"):
        os.kill(os.getpid(), signal.SIGKILL)
    os._exit(1)


def _hang(stopped: Callable[[], bool]) -> None:
    end = time.monotonic() + LONGEST_HANG_S
    while not stopped() and time.monotonic() < end:
        time.sleep(_LOOK_S)
