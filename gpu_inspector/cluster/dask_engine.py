"""The engine over Dask distributed: its scheduler schedules, and each question is pinned to the one worker of its node.

An answer stays on its worker until it is fetched, one at a time: so nothing heaps up here while the collector judges,
however many nodes are ready. A worker is watched by its own id, since another one at the same address is another run.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import queue
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from gpu_inspector.cluster import dask_setup, dask_talk, guard
from gpu_inspector.cluster.dask_talk import LOST, DaskTalk, said
from gpu_inspector.cluster.engine import Mapped, Missing, Node, Trouble
from gpu_inspector.errors import ClusterError
from gpu_inspector.language import visible

if TYPE_CHECKING:
    from gpu_inspector.cluster.fleet import Fleet

WAIT_S = 60.0
"""For a scheduler that cannot be reached, at first and when it was lost."""
PATIENCE_S = 180.0
"""For one that is there and does not come to answering: thousands of workers greet it at once."""
_PAUSE_S = 0.5
_NO_SCHEDULER = (ImportError, TypeError, AttributeError, LookupError, AssertionError, MemoryError)
"""What Dask raises besides where something else answers, or its certificates are missing: waiting mends it not."""


class DaskEngine:
    """A client of one scheduler, and nothing of Dask but a client: see `guard`."""

    def __init__(
        self, address: str, security: Any = None, *, where: str = "", fleet: Fleet | None = None, wait_s: float = WAIT_S
    ) -> None:
        """Raises ClusterError where the scheduler does not answer within `wait_s`, or Dask is not installed."""
        self._dask = dask_setup.prepare()
        self.where = where or address
        self._address, self._security, self.fleet, self._wait_s = address, security, fleet, wait_s
        self._client: Any = None
        self._kept = contextlib.ExitStack()
        self._kept.enter_context(guard.guarded())
        try:
            self._connect()
        except BaseException:
            self.close()
            raise

    def _connect(self) -> None:
        client = _patient(self._dask.Client)
        until = time.monotonic() + self._wait_s
        while True:
            left = max(1.0, until - time.monotonic())
            try:
                self._client = client(
                    self._address, security=self._security, timeout=left, set_as_default=False, direct_to_workers=False
                )
                return
            except (*LOST, *_NO_SCHEDULER) as error:
                if isinstance(error, (ValueError, *_NO_SCHEDULER)) or time.monotonic() >= until:
                    raise ClusterError(
                        f"The scheduler at {visible(self._address)} does not answer ({said(error)}).",
                        "Is it running, and reachable from here? For tls:// give --tls-ca, --tls-cert and --tls-key.",
                    ) from error
            time.sleep(_PAUSE_S)

    def _connected(self) -> Any:
        """The client, connected anew where the scheduler was lost. Raises ClusterError where it stays away."""
        if self._client is None or self._client.status != "running":
            self._drop()
            self._connect()
        return self._client

    def _drop(self) -> None:
        if self._client is not None:
            with contextlib.suppress(*LOST):
                self._client.close(timeout=2)
            self._client = None

    def nodes(self) -> tuple[Node, ...]:
        """The workers that are there now. Raises ClusterError."""
        until = time.monotonic() + max(PATIENCE_S, self._wait_s)
        while True:
            client = self._connected()
            try:
                found = dask_talk.nodes_of(client)
            except LOST as error:
                if time.monotonic() >= until:
                    raise ClusterError(
                        f"The scheduler at {visible(self._address)} does not answer ({said(error)}).",
                        "Look at the machine that it runs on.",
                    ) from error
            else:
                return tuple(one for one in found if self.fleet is None or self.fleet.may_be(one.name, one.address))
            time.sleep(_PAUSE_S)

    def talk(self) -> DaskTalk:
        """See `Engine`."""
        return DaskTalk(self._connected())

    def map(self, function: str, arguments: Iterable[bytes], *, timeout_s: float) -> Iterator[Mapped]:
        """Work that any worker may do; see `Engine.map`."""
        client = self._connected()
        ready: queue.SimpleQueue[Any] = queue.SimpleQueue()
        most = 2 * max(1, len(self.nodes())) + 1
        open_: dict[str, tuple[int, Any]] = {}
        rest = enumerate(arguments)
        try:
            while True:
                for index, data in itertools.islice(rest, most - len(open_)):
                    future = dask_talk.sent(client, function, data)
                    open_[future.key] = (index, future)
                    future.add_done_callback(ready.put)
                if not open_:
                    return
                try:
                    future = ready.get(timeout=timeout_s)
                except queue.Empty:
                    for index, _future in open_.values():
                        yield Mapped(index, trouble=Trouble.LATE)
                    return
                index, _future = open_.pop(future.key)
                yield _mapped(client, index, future)
        finally:
            for _index, future in open_.values():
                dask_talk.given_up(future)

    def expected(self) -> tuple[str, ...]:
        """See `Engine`."""
        return self.fleet.expected() if self.fleet is not None else ()

    def bring(self, names: Collection[str]) -> None:
        """See `Engine`."""
        if self.fleet is not None:
            self.fleet.bring(names)

    def missing(self) -> Mapping[str, Missing]:
        """See `Engine`."""
        found = self.fleet.missing() if self.fleet is not None else {}
        return {name: Missing(one.reason, one.advice) for name, one in found.items()}

    def done(self, name: str) -> None:
        """See `Engine`."""
        if self.fleet is not None:
            self.fleet.done(name)

    def close(self) -> None:
        """Let go of the scheduler, and of the fleet."""
        self._drop()
        if self.fleet is not None:
            self.fleet.close()
        self._kept.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _patient(base: Any) -> Any:
    """Dask's client, which does not wait for ever on the first word of a server that says nothing, or is none."""
    base._default_event_handlers = {}  # else a worker prints on this terminal what it likes

    class Ours(base):  # type: ignore[misc]  # its base is known when Dask is loaded
        async def _ensure_connected(self, timeout: float | None = None) -> None:
            # Once to reach it, and once more for what is said then: one that thousands greet is slow.
            await asyncio.wait_for(super()._ensure_connected(timeout=timeout), 2 * (timeout or WAIT_S))

    return Ours


def _mapped(client: Any, index: int, future: Any) -> Mapped:
    if future.status == "finished":
        data, trouble, detail = dask_talk.fetched(client, future)
    elif future.status == "error":
        data, (trouble, detail) = None, dask_talk.failed(future)
    else:
        data, trouble, detail = None, Trouble.SCHEDULER, ""
    future.release()
    return Mapped(index, data, trouble, detail)
