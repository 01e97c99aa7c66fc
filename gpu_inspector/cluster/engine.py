"""What an engine of many machines is to the audit: nodes that can be asked, each for itself, in bytes.

Bytes go out, bytes come back, and nothing else: what a node says is untrusted input, and no object of another machine
is built here. A card is where it is, so an answer is asked of its own node once, and never of another one instead.
"""

from __future__ import annotations

import importlib
import re
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import TracebackType
from typing import Any, Protocol, Self, cast

from gpu_inspector.errors import ClusterError

LONGEST_NAME = 200
"""Characters of a node's name, and of its host's."""
MOST_NODES = 10_000
MOST_ANSWER_BYTES = 64 * 1024 * 1024
"""Of one answer; a longer one is not looked into."""
_REFERENCE = re.compile(r"(gpu_inspector\.workflow\.(?:node|audit)_[a-z0-9_]+):([a-z][a-z0-9_]*)")
"""What may be asked for: public functions of the modules that are written for it, and nothing else of the program."""

OnNode = Callable[[bytes, Callable[[], bool]], bytes]
"""From bytes to bytes; the second argument tells, when it is asked, whether nobody waits for the answer any more."""


class Trouble(StrEnum):
    """Why there is no answer. What is said of it to a person is the audit's to word."""

    GONE = "gone"
    """Its worker is not there any more, or never was: the node died, or its link did."""
    LATE = "late"
    """It did not answer within the time that it had; what comes afterwards is thrown away."""
    FAILED = "failed"
    """Its worker runs, and could not run what was asked: another program, or none of ours."""
    REFUSED = "refused"
    """It answered with something that is no bytes, or too many of them; nothing of it was looked into."""
    SCHEDULER = "scheduler"
    """The scheduler was lost, and did not come back in time: the node itself was not heard."""


@dataclass(frozen=True, slots=True)
class Node:
    """A worker as it presents itself: all of it is the node's own word, bounded and printable."""

    name: str
    address: str
    """What a question is pinned to; of one engine each is there once."""
    host: str = ""
    id: str = ""
    """The folder of this worker's run, whose name is drawn: another run at the same address has another."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a question to one node."""

    node: Node
    data: bytes | None = None
    trouble: Trouble | None = None
    detail: str = ""
    """In short what the engine knows besides: the name of the error, cleaned; it is shown as the node's word."""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Mapped:
    """What became of one of many equal pieces of work; `index` is its place among them, 0 the first."""

    index: int
    data: bytes | None = None
    trouble: Trouble | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Missing:
    """Why a node has no worker, as an English sentence, and what may help."""

    reason: str
    advice: str = ""


class Talk(Protocol):
    """Questions under way, each pinned to the one worker of its node. Closing it takes the open ones back."""

    def ask(self, node: Node, function: str, data: bytes, timeout_s: float) -> None:
        """Ask a node, which has so many seconds to answer; `function` is "module:name" of an `OnNode`.

        One question a node at a time. Never raises for a node or a scheduler that is gone: `answer` tells.
        """
        ...

    def answer(self, wait_s: float) -> Answer | None:
        """The next answer, or what became of a question; None where nothing came within `wait_s`.

        Each question is told once. An answer waits on its node until it is fetched here, so that none heap up.
        """
        ...

    @property
    def asked(self) -> int:
        """How many questions are under way."""
        ...

    def close(self) -> None:
        """Take back what is under way; what comes of it later is thrown away."""
        ...


class Engine(Protocol):
    """Machines that can be asked. Use it as a context; one thread at a time."""

    @property
    def where(self) -> str:
        """In a few words which machines these are, for the record: "local, 4 workers"."""
        ...

    def nodes(self) -> tuple[Node, ...]:
        """The workers that are there now, by name; two may have one name. Raises ClusterError."""
        ...

    def talk(self) -> Talk:
        """A new talk with the nodes. Raises ClusterError where the scheduler does not answer."""
        ...

    def map(self, function: str, arguments: Iterable[bytes], *, timeout_s: float) -> Iterator[Mapped]:
        """Work that any node may do, each piece on one that is free, in the order in which they end.

        A few pieces are under way at a time, so that neither arguments nor results heap up. Raises ClusterError.
        """
        ...

    def expected(self) -> tuple[str, ...]:
        """The names of the nodes that this engine brings up itself; () where it finds who is there."""
        ...

    def bring(self, names: Collection[str]) -> None:
        """Begin to bring them up; comes back at once. Nothing where it brings nobody up."""
        ...

    def missing(self) -> Mapping[str, Missing]:
        """Which of them have no worker and will have none, and why; it only grows."""
        ...

    def done(self, name: str) -> None:
        """Nothing more is asked of this node in this audit."""
        ...

    def close(self) -> None:
        """Let go of the machines, and end what this engine started. A second time does nothing."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def ask_all(engine: Engine, function: str, questions: Iterable[tuple[Node, bytes, float]]) -> Iterator[Answer]:
    """Ask several nodes, and give the answers as they come, each once."""
    talk = engine.talk()
    try:
        for node, data, timeout_s in questions:
            talk.ask(node, function, data, timeout_s)
        while talk.asked:
            if (one := talk.answer(1.0)) is not None:
                yield one
    finally:
        talk.close()


def function_of(reference: str) -> OnNode:
    """The function of this program behind "module:name". Raises ClusterError where there is none."""
    found = _REFERENCE.fullmatch(reference)
    if found is None:
        raise ClusterError(f"“{reference}” is no function of this program.")
    try:
        function = getattr(importlib.import_module(found[1]), found[2])
    except (ImportError, AttributeError) as error:
        raise ClusterError(f"This program has no function “{reference}”.") from error
    if not callable(function):
        raise ClusterError(f"“{reference}” is no function of this program.")
    return cast("OnNode", function)


_alone: dict[str, threading.Lock] = {}
"""By the name of the worker: in a process may be several, where nodes are simulated."""


def answered(reference: str, data: bytes) -> bytes:
    """What runs on a node: this program's own function of that name. Dask sends it by its name, never by its code.

    One at a time: where an earlier question was given up and its measurement still ends, the next one waits for it.
    """
    function = function_of(reference)
    name, stopped = _worker()
    with _alone.setdefault(name, threading.Lock()):
        return function(data, stopped)


def _worker() -> tuple[str, Callable[[], bool]]:
    """The name of the worker that this runs on, and a function that tells whether nobody wants the answer any more."""
    dask: Any = importlib.import_module("distributed.worker")
    try:
        worker = dask.get_worker()
    except ValueError:  # not on a worker
        return "", never
    key = getattr(dask.thread_state, "key", None)

    def stopped() -> bool:
        task = worker.state.tasks.get(key)
        ending = worker.status.name in ("closing", "closed", "failed")
        return ending or task is None or task.state in ("cancelled", "resumed")

    return str(worker.name), stopped


def never() -> bool:
    """Nobody takes the question back."""
    return False
