"""Questions to nodes over Dask: each pinned to its worker, with its own deadline, told once, fetched one at a time."""

from __future__ import annotations

import contextlib
import queue
import secrets
import time
from concurrent.futures import CancelledError
from dataclasses import dataclass
from typing import Any

from gpu_inspector.cluster import engine, guard
from gpu_inspector.cluster.engine import Answer, Node, Trouble
from gpu_inspector.errors import ClusterError
from gpu_inspector.language import visible

FETCH_S = 30.0
"""For one answer, once it lies ready."""
_LOOK_S = 2.0
"""Between two looks at which workers are there."""
_CALL_S = 10.0
"""For a small question to the scheduler itself."""
LOST = (OSError, TimeoutError, CancelledError, RuntimeError, ValueError, TypeError, guard.Refused)
"""What Dask raises for a line that broke; `OSError` holds its CommClosedError."""


@dataclass(slots=True)
class _Open:
    """A question under way."""

    node: Node
    future: Any
    began: float
    until: float


class DaskTalk:
    """A talk over one client; where that loses its scheduler, every question ends with that, and so does the talk."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._ready: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._open: dict[str, _Open] = {}
        self._ended: list[Answer] = []
        self._look = time.monotonic() + _LOOK_S

    @property
    def asked(self) -> int:
        """See `Talk`."""
        return len(self._open) + len(self._ended)

    def ask(self, node: Node, function: str, data: bytes, timeout_s: float) -> None:
        """See `Talk`."""
        try:
            future = sent(self._client, function, data, node.address)
        except LOST as error:
            self._ended.append(Answer(node, trouble=Trouble.SCHEDULER, detail=said(error)))
            return
        now = time.monotonic()
        self._open[future.key] = _Open(node, future, now, now + timeout_s)
        future.add_done_callback(self._ready.put)

    def answer(self, wait_s: float) -> Answer | None:
        """See `Talk`."""
        until = time.monotonic() + wait_s
        while True:
            if self._ended:
                return self._ended.pop(0)
            now = time.monotonic()
            if now >= self._look:
                self._look_round()
            else:
                try:
                    future = self._ready.get(timeout=max(0.0, min(until, self._look) - now))
                except queue.Empty:
                    future = None
                if future is not None and (one := self._open.pop(future.key, None)) is not None:
                    return self._answer(one)
                if future is None and time.monotonic() >= until:
                    return None

    def _look_round(self) -> None:
        """Which questions are late, and whose worker is not there any more."""
        now = time.monotonic()
        for key in [key for key, one in self._open.items() if one.until <= now]:
            self._ended.append(_without(self._open.pop(key), Trouble.LATE))
        for key in self._gone():
            self._ended.append(_without(self._open.pop(key), Trouble.GONE))
        # A scheduler of thousands takes a moment to tell: it is not asked more often than it can answer.
        self._look = time.monotonic() + max(_LOOK_S, 10 * (time.monotonic() - now))

    def _gone(self) -> list[str]:
        """The questions whose worker went; none where the scheduler itself does not answer: that is told by Dask."""
        if not self._open or self._client.status != "running":
            return []
        try:
            there = {one.id for one in nodes_of(self._client)}
        except (*LOST, ClusterError):
            return []
        pending = [(key, one) for key, one in self._open.items() if one.future.status == "pending"]
        return [key for key, one in pending if one.node.id not in there]

    def _answer(self, one: _Open) -> Answer:
        status = one.future.status
        if status == "error":
            return _without(one, *failed(one.future))
        if status != "finished":
            lost = status == "cancelled" or self._client.status != "running"
            return _without(one, Trouble.SCHEDULER if lost else Trouble.GONE)
        data, trouble, detail = fetched(self._client, one.future)
        if trouble is not None:
            return _without(one, trouble, detail)
        with contextlib.suppress(*LOST):
            one.future.release()
        return Answer(one.node, data, seconds=time.monotonic() - one.began)

    def close(self) -> None:
        """See `Talk`."""
        for one in self._open.values():
            given_up(one.future)
        self._open.clear()
        self._ended.clear()


def sent(client: Any, function: str, data: bytes, address: str | None = None) -> Any:
    """A question on its way: to the worker at `address` and to no other, or to any where that is None."""
    pinned = {"workers": [address], "allow_other_workers": False, "retries": 0} if address else {}
    key = f"gpu-inspector-{secrets.token_hex(16)}"  # no worker is to guess what another one is asked
    return client.submit(engine.answered, function, data, key=key, pure=False, **pinned)


def nodes_of(client: Any) -> tuple[Node, ...]:
    """The workers that the scheduler has, bounded and printable, by name. Raises what is in LOST; ClusterError."""
    info = client.sync(client.scheduler.identity, n_workers=-1, callback_timeout=_CALL_S)
    workers = info.get("workers") if isinstance(info, dict) else None
    if not isinstance(workers, dict):
        return ()
    if len(workers) > engine.MOST_NODES:
        raise ClusterError(f"The scheduler has {len(workers):,} workers, more than {engine.MOST_NODES:,}.")
    found = [_node(str(address), one) for address, one in workers.items() if isinstance(one, dict)]
    return tuple(sorted(found, key=lambda one: (one.name, one.address)))


def _node(address: str, said_: dict[str, object]) -> Node:
    """A worker that nobody gave a name calls itself by its address, which is another one after each start."""
    name, host = _text(said_.get("name")), _text(said_.get("host"))
    return Node(host if name == address and host else name, address[:300], host, _text(said_.get("local_directory")))


def _text(value: object) -> str:
    return visible(str(value)[: engine.LONGEST_NAME]) if isinstance(value, (str, int)) else ""


def _without(one: _Open, trouble: Trouble, detail: str = "") -> Answer:
    given_up(one.future)
    return Answer(one.node, trouble=trouble, detail=detail, seconds=time.monotonic() - one.began)


def given_up(future: Any) -> None:
    """Take a question back: what comes of it later is thrown away by Dask."""
    with contextlib.suppress(*LOST):
        future.cancel()
        future.release()


def failed(future: Any) -> tuple[Trouble, str]:
    """Why a task of Dask failed, by the name of the error alone: it is not built here."""
    try:
        error = future.exception(timeout=1)
    except LOST:
        error = None
    said = getattr(error, "said", "") or type(error).__name__
    name = visible(str(said).rpartition(".")[2])[:80]
    gone = name in ("KilledWorker", "NoValidWorkerError", "NoWorkerError")
    return (Trouble.GONE if gone else Trouble.FAILED), name


def fetched(client: Any, future: Any) -> tuple[bytes | None, Trouble | None, str]:
    """The bytes of an answer that lies ready on its worker; or why there are none."""
    try:
        # Asked for by itself, and not as Dask's `result` does: that has a question answered again whose answer is gone.
        # How large it is, only its node could say beforehand: the length of a message is bounded by `guard`.
        found = client.sync(client.scheduler.gather, keys=[future.key], callback_timeout=FETCH_S)
    except LOST as error:
        lost = client.status != "running"
        return None, (Trouble.SCHEDULER if lost else Trouble.GONE), said(error)
    if not isinstance(found, dict) or found.get("status") != "OK" or not isinstance(found.get("data"), dict):
        return None, Trouble.GONE, ""
    data = found["data"].get(future.key)
    if not isinstance(data, (bytes, bytearray, memoryview)) or len(data) > engine.MOST_ANSWER_BYTES:
        return None, Trouble.REFUSED, ""
    return bytes(data), None, ""


def said(error: BaseException) -> str:
    return visible(str(error)[:200]) or type(error).__name__
