"""Why a node of an audit brought nothing, in sentences: what the engine saw, and what somebody can do about it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from gpu_inspector.cluster.engine import Answer, Missing, Node, Trouble
from gpu_inspector.language import N_
from gpu_inspector.records.node import Lack, NodeGap
from gpu_inspector.workflow.node_envelope import gap
from gpu_inspector.workflow.node_hello import SAME_PROGRAM

MOST_CARDS = 64
MOST_STRANGERS = 50
"""Workers that are named though nobody expected them; a scheduler may have thousands that are not ours."""
_FEW_MINUTES, _TENTHS_S = 2, 10.0
_OTHER_PROGRAM = frozenset({"ModuleNotFoundError", "ImportError", "AttributeError", "ClusterError"})
_START = N_("Start its worker under this name, and give the same command again.")
_LOOK = N_("Look at the machine, start its worker again, and give the same command again.")


def absent(node: str, *, met: bool) -> NodeGap:
    """No worker of this name came, or none came back."""
    if met:
        return gap(node, Lack.LOST, N_("Its worker went away, and did not come back."), _LOOK)
    return gap(node, Lack.ABSENT, N_("No worker of this name came to the scheduler."), _START)


def missing(node: str, why: Missing, *, met: bool) -> NodeGap:
    """The engine could not bring it up."""
    return gap(node, Lack.LOST if met else Lack.ABSENT, why.reason, why.advice)


def two_workers(node: str) -> NodeGap:
    """Which of the two is the node, nobody can tell."""
    return gap(
        node,
        Lack.TWICE,
        N_("Two workers or more bear this name, and neither was asked."),
        N_("Start one worker on each machine, under one name."),
    )


def scheduler(node: str, detail: str) -> NodeGap:
    """The line to all of them was lost; of the node itself nothing is known."""
    reason = N_("The scheduler was lost while this node was asked, and the node itself was not heard.")
    said = f"{reason} {detail}" if detail else reason
    return gap(node, Lack.LOST, said, N_("Give the same command again: what is in the ledger is not asked again."))


def troubled(node: str, found: Answer, *, greeted: bool) -> NodeGap:
    """What the engine tells of a question without an answer."""
    if found.trouble is Trouble.GONE:
        if greeted:
            return gap(
                node, Lack.LOST, N_("Its worker died while its cards were examined, or the way to it broke."), _LOOK
            )
        return gap(node, Lack.LOST, N_("Its worker died before it answered, or the way to it broke."), _LOOK)
    if found.trouble is Trouble.LATE:
        return gap(node, Lack.SILENT, _late(found.seconds, greeted=greeted), _LOOK)
    if found.trouble is Trouble.REFUSED:
        return gap(node, Lack.REFUSED, N_("What it sent is no answer, and was not looked into."), _LOOK)
    if found.detail in _OTHER_PROGRAM:
        reason = N_(f"Its worker has no GPU Inspector, or another one, and could not be asked ({found.detail}).")
        return gap(node, Lack.OTHER_PROGRAM, reason, SAME_PROGRAM)
    return gap(
        node, Lack.FAILED, N_(f"Its worker could not carry the question out ({found.detail or 'no reason'})."), _LOOK
    )


def _late(waited_s: float, *, greeted: bool) -> str:
    """That it was waited for, no longer than it was: under two minutes in seconds."""
    minutes, seconds = int(waited_s // 60), f"{waited_s:.{0 if waited_s >= _TENTHS_S else 1}f}"
    if greeted:
        if minutes < _FEW_MINUTES:
            return N_(
                f"It did not answer within {seconds} seconds: it is slower than that, or its measurement, its driver"
                " or the machine hangs."
            )
        return N_(
            f"It did not answer within {minutes} minutes: it is slower than that, or its measurement, its driver or"
            " the machine hangs."
        )
    if minutes < _FEW_MINUTES:
        return N_(f"It did not greet within {seconds} seconds: it hangs, or works on something else.")
    return N_(f"It did not greet within {minutes} minutes: it hangs, or works on something else.")


def strangers(there: Iterable[Node], planned: Collection[str]) -> Iterator[NodeGap]:
    """Workers that the hall's file does not name: they were not asked, and somebody should know of them."""
    names = sorted({one.name for one in there} - set(planned))
    for name in names[:MOST_STRANGERS]:
        yield gap(
            name or "?",
            Lack.REFUSED,
            N_("A worker of this name is there, and is not among the nodes of this audit: it was not asked."),
            N_("Name it in the hall's file, or end its worker."),
        )
