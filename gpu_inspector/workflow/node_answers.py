"""What a node does when it is asked: collect and measure its cards as `inspect` would, and send the evidence signed.

It runs in a worker of somebody else's engine, so it takes bytes and gives bytes, and whatever goes wrong with cards,
driver or key is an answer too. Who is told to stop leaves no measuring child behind.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from gpu_inspector.errors import GpuInspectorError
from gpu_inspector.language import N_
from gpu_inspector.records import canonical
from gpu_inspector.records import node as of_node
from gpu_inspector.records.catalogue import load
from gpu_inspector.records.evidence import Evidence
from gpu_inspector.records.node import Lack, Statement, Wish
from gpu_inspector.workflow import node_envelope, node_hello, node_key, node_program
from gpu_inspector.workflow.collecting import NoCard
from gpu_inspector.workflow.node_fault import NodeFault
from gpu_inspector.workflow.progress import Cancelled, Progress

Stopped = Callable[[], bool]
"""Asked often, also from other threads: whether nobody waits for the answer any more."""


def never() -> bool:
    """Where nobody can stop it."""
    return False


def answer(data: bytes, stopped: Stopped = never) -> bytes:
    """On the node: the envelope for a wish, in bytes; with a reason in place of evidence where there is none.

    Raises nothing of this program's own errors.
    """
    try:
        asked = node_envelope.wish_of(data)
    except GpuInspectorError:
        return b""  # the greeting said why; whoever asks so is no collector of this program
    began = node_hello.now_for(asked)
    try:
        found = canonical.encode(_collected(asked, stopped))
        return _packed(asked, began, evidence=found)
    except NodeFault as fault:
        return _told(asked, began, fault.lack, fault.message, fault.advice)
    except NoCard as error:
        return _told(asked, began, Lack.NO_CARD, error.message, error.advice)
    except GpuInspectorError as error:
        return _told(asked, began, Lack.FAILED, error.message, error.advice)
    except OSError as error:
        return _told(asked, began, Lack.FAILED, N_(f"The system refused: {error.strerror or error}."))


def _collected(asked: Wish, stopped: Stopped) -> Evidence:
    progress = _watching(stopped)
    if asked.simulate:
        from gpu_inspector.workflow import node_simulated  # NumPy comes with it, which no card needs

        return node_simulated.evidence(asked, progress, stopped)
    from gpu_inspector.workflow import chassis, collecting, measuring

    if node_program.changed():
        raise NodeFault(
            Lack.OTHER_PROGRAM,
            N_("The files of GPU Inspector on the node were changed after its worker was started."),
            N_("Start its worker again."),
        )
    found = collecting.collect_machine(load(), None, progress)
    if not any(card.nvml is not None or card.nvidia_smi is not None for card in found.cards):
        raise _no_driver(found)
    if asked.together:
        return chassis.together(found, asked.profile or None, progress, asked.minutes)
    if not asked.profile:
        return found
    return measuring.measured(found, asked.profile, progress, asked.minutes)


def _no_driver(found: Evidence) -> NodeFault:
    gaps = [*found.gaps, *(gap for card in found.cards for gap in card.gaps)]
    why = next((gap for gap in gaps if gap.source in ("driver", "nvml")), None)
    number = len(found.cards)
    reason = N_(f"NVIDIA's driver answers for none of its {number} cards.")
    return NodeFault(
        Lack.NO_DRIVER, f"{reason} {why.reason}" if why is not None else reason, why.advice if why is not None else ""
    )


def _watching(stopped: Stopped) -> Progress:
    """Progress that nobody looks at, by which the work is stopped."""

    def look(_step: str, _share: float) -> None:
        if stopped():
            raise Cancelled("Nobody waits for this answer any more.")

    return look


def _told(asked: Wish, began: datetime, lack: Lack, reason: str, advice: str = "") -> bytes:
    """An envelope without evidence; where the key itself is the trouble, without a signature either."""
    longest = of_node.LONGEST_TEXT
    said = replace(_statement(asked, began), lack=lack.value, reason=reason[:longest], advice=advice[:longest])
    try:
        return node_envelope.packed(said, b"", node_key.load())
    except (GpuInspectorError, OSError):
        return node_envelope.packed(said, b"", None)


def _packed(asked: Wish, began: datetime, evidence: bytes) -> bytes:
    said = replace(_statement(asked, began), evidence_sha256=canonical.digest(evidence))
    return node_envelope.packed(said, evidence, node_key.load())


def _statement(asked: Wish, began: datetime) -> Statement:
    return Statement(
        kind=of_node.KIND,
        audit=asked.audit,
        node=asked.node,
        nonce=asked.nonce,
        program=node_hello.program_for(asked),
        machine=node_hello.machine_for(asked),
        began_at=began,
        ended_at=node_hello.now_for(asked),
    )
