"""Machines that an audit brings up itself: a worker on each node, over ssh or through Slurm, and a scheduler here.

The engine asks whoever is there; a fleet sees to it that they are, and knows why one is not. The scheduler and all
workers speak TLS with a key that is made for this one audit, so that nobody else on the network can join in, or run
anything on the nodes. What nodes and other programs say is cut, cleaned and quoted, never believed.
"""

from __future__ import annotations

import asyncio
import json
import sys
import threading
from abc import ABC, abstractmethod
from collections.abc import Collection, Coroutine, Mapping
from contextlib import suppress
from importlib.metadata import version
from typing import Any, Protocol

from gpu_inspector.cluster import served
from gpu_inspector.cluster.engine import Missing
from gpu_inspector.cluster.scheduler import OwnScheduler
from gpu_inspector.cluster.security import handed_on
from gpu_inspector.language import visible

_CLOSE_S = 60.0
_LONGEST_WORD = 300


class Fleet(Protocol):
    """What the engine drives; all of it may be called from one thread, and comes back at once but for `close`."""

    @property
    def where(self) -> str:
        """In a few words which machines these are, for the record."""
        ...

    @property
    def address(self) -> str:
        """The scheduler's, for a client on this machine."""
        ...

    @property
    def security(self) -> Any:
        """Dask's own object with the key of this audit."""
        ...

    def expected(self) -> tuple[str, ...]:
        """Every node by name, in their order; those as well that cannot come."""
        ...

    def bring(self, names: Collection[str]) -> None:
        """Start a worker on each of these nodes, once; its name is the node's."""
        ...

    def missing(self) -> Mapping[str, Missing]:
        """The nodes among those brought that have no worker and get none, and why. It only grows."""
        ...

    def may_be(self, name: str, address: str) -> bool:
        """Whether a worker of this name at this address can be the one that was brought up."""
        ...

    def done(self, name: str) -> None:
        """Nothing more is asked of this node: its worker ends, and the machine is free again."""
        ...

    def close(self) -> None:
        """End every worker and the scheduler. A second time does nothing."""
        ...


class Brought(ABC):
    """What both fleets have in common: the scheduler, and for each node a task that lives as long as its worker."""

    where = ""
    unknown = ""
    """What is said of a node that was named, and is none of these."""

    def __init__(self, names: Collection[str], host: str) -> None:
        self._names = tuple(names)
        self._missing: dict[str, Missing] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._closed = threading.Lock()
        self.closing = False
        self._scheduler = OwnScheduler(host=host)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="fleet", daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        return self._scheduler.address

    @property
    def security(self) -> Any:
        return self._scheduler.security

    def expected(self) -> tuple[str, ...]:
        return self._names

    def missing(self) -> Mapping[str, Missing]:
        for task in tuple(self._tasks.values()):
            if task.done() and not task.cancelled() and (defect := task.exception()) is not None:
                raise defect  # ours: the world's faults are answers
        return dict(self._missing)

    def bring(self, names: Collection[str]) -> None:
        known = set(self._names)
        for name in names:
            if name not in known:
                self._missing.setdefault(name, Missing(self.unknown))
        self._call(self._begin([name for name in names if name in known]))

    def may_be(self, name: str, address: str) -> bool:
        return True

    def done(self, name: str) -> None:
        self._call(self._end(name))

    def close(self) -> None:
        """Whatever interrupts the waiting: the workers end by themselves when their scheduler is gone."""
        if not self._closed.acquire(blocking=False):
            return
        self.closing = True
        try:
            with suppress(TimeoutError):
                self._call(self._end_all())
        finally:
            self._scheduler.close()
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(_CLOSE_S)
            if not self._thread.is_alive():
                self._loop.close()

    @abstractmethod
    async def live(self, name: str) -> Missing | None:
        """One node's worker from its start to its end; why it ended by itself. Cancelled where it is needed no more."""

    async def at_end(self) -> None:
        """What is left to do when every node's task has ended."""
        return

    def _call(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(_CLOSE_S)

    async def _begin(self, names: Collection[str]) -> None:
        for name in names:
            if name not in self._tasks:
                self._tasks[name] = asyncio.create_task(self._live(name))

    async def _live(self, name: str) -> None:
        missing = await self.live(name)
        if missing is not None:
            self._missing[name] = missing

    async def _end(self, name: str) -> None:
        if (task := self._tasks.get(name)) is not None:
            task.cancel()

    async def _end_all(self) -> None:
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        await self.at_end()


def word(text: str, limit: int = _LONGEST_WORD) -> str:
    """What somebody else said, on one line, printable, and not too long to stand in a sentence."""
    line = visible(" ".join(text.split()))
    return line if len(line) <= limit else f"{line[: limit - 1]}…"


def settings(name: str, scheduler: str, security: Any, **more: object) -> str:
    """One line of JSON for `serve` on the node: whom it joins, under which name, with which key."""
    told = {"format": served.FORMAT, "name": name, "scheduler": scheduler, "distributed": version("distributed")}
    return json.dumps({**told, "secure": handed_on(security), **more})


def ended(status: int, python: str, said: str = "") -> Missing:
    """Why a worker ended by itself, by its exit status, and by the last that it said."""
    return served.why(status, python, word(said))


def interpreter(given: str) -> str:
    """The Python that starts a worker on a node: the one that was named, or the path of this program's own."""
    return given or sys.executable
