"""What of Dask's messages becomes an object in this process: bytes and a few named classes, and nothing that can run.

Dask sends results, errors, types and much of its own business as pickles, and whoever unpickles runs what the sender
wrote. The process that collects holds the office's signing key, and the sender may be a node that somebody altered. So
it unpickles nothing: the name of an error is read off its pickle, and all else is one stand-in. Scheduler and workers
must read their own tasks, with a reader that calls nothing but what they need.

A few bytes can ask for much memory, too: a pickle by the number under which it keeps something, a message by the length
that it claims, by compression, by naming the same part of it again and again. Each of those has a bound.
"""

from __future__ import annotations

import importlib
import io
import itertools
import pickle
import pickletools
import types
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from gpu_inspector.cluster.engine import MOST_ANSWER_BYTES

MOST_MESSAGE_BYTES = 2 * MOST_ANSWER_BYTES
"""Of one message to the process that collects: an answer, or ten thousand workers."""
MOST_HANDED_ON_BYTES = 2 * 1024**3
"""Of one message to a scheduler or a worker of ours: many pieces of work can stand in one."""
_BYTES = frozenset(pickle.dumps(bytes, protocol=one) for one in range(pickle.HIGHEST_PROTOCOL + 1))
"""How Dask says of a result that it is bytes; it is never unpickled for that."""
TASKS = frozenset(
    {
        ("dask._expr", "Expr._reconstruct"),
        ("dask._expr", "LLGExpr"),
        ("dask._task_spec", "Task"),
        ("gpu_inspector.cluster.engine", "answered"),
    }
)
"""What a scheduler and a worker of our own must read: a task that calls this program's own function."""
_TRACEBACK = "tblib.pickling_support.unpickle_traceback"
_MOST_NAMED, _LONGEST_NAMED = 8, 200
_LOOKED_AT = 64 * 1024
"""Bytes of a pickle in which the name of its class is looked for."""
_MOST_STEPS, _MOST_KEPT = 100_000, 65_536
"""Of a pickle that is read: steps, and things that it keeps by their numbers. Room is made for the highest number."""
_MOST_ITEMS = 100_000
"""Of one list in a message: room is made for as many as it claims."""
_ODD = (
    *(ArithmeticError, AttributeError, AssertionError, EOFError, ImportError, LookupError, MemoryError, NameError),
    *(OSError, RuntimeError, TypeError, ValueError, pickle.PickleError),
)


class Refused(Exception):
    """In the place of what was not built. It is an exception, since Dask asserts that of an error's place."""

    said = ""
    """The first class that it named."""

    def __init__(self, *_given: object, **_named: object) -> None:
        super().__init__("refused")

    def __setstate__(self, _state: object) -> None:
        """Nothing of it is taken over."""


class _Reader(pickle.Unpickler):
    """A pickle reader for which no name leads to anything but what is allowed."""

    def __init__(self, file: io.BytesIO, allowed: frozenset[tuple[str, str]], **more: Any) -> None:
        super().__init__(file, **more)
        self._allowed = allowed

    def find_class(self, module: str, name: str) -> Any:
        return super().find_class(module, name) if (module, name) in self._allowed else Refused

    def persistent_load(self, _pid: Any) -> Any:
        return Refused()


def loads(data: Any, allowed: frozenset[tuple[str, str]] = frozenset(), **more: Any) -> Any:
    """What a pickle holds, without anything that could run.

    Where nothing is allowed that is the class `bytes` or a stand-in. Raises TypeError for a traceback and for all else.
    """
    if bytes(data[:_LOOKED_AT]) in _BYTES:
        return bytes
    named = tuple(itertools.islice(_named(data), _MOST_NAMED))
    found: Any = Refused()
    if allowed and _modest(data):
        try:
            found = _Reader(io.BytesIO(data), allowed, **more).load()
        except _ODD:
            found = Refused()
    if isinstance(found, Refused):
        found.said = next((one for one in named if not one.startswith("tblib.")), "")
    if named[:1] == (_TRACEBACK,) or not (allowed or found.said):
        raise TypeError("it is not taken")  # by which Dask knows that there is no traceback
    return found


def _named(data: Any) -> Iterator[str]:
    """The classes and functions that a pickle names at its beginning, in their order; nothing of it is built."""
    words: list[str] = []
    kept: dict[Any, str] = {}
    last = ""
    try:
        for step, given, _at in pickletools.genops(bytes(data[:_LOOKED_AT])):
            if step.name in ("GLOBAL", "INST"):
                yield str(given).replace(" ", ".", 1)[:_LONGEST_NAMED]
            elif step.name == "STACK_GLOBAL":
                yield ".".join(words[-2:])[:_LONGEST_NAMED]
            elif step.name in ("MEMOIZE", "PUT", "BINPUT", "LONG_BINPUT"):
                kept[len(kept) if given is None else given] = last
                continue
            last = given if isinstance(given, str) else ""
            if step.name in ("GET", "BINGET", "LONG_BINGET"):
                last = kept.get(given, "")
            if last:
                words = [*words[-1:], last]
    except _ODD:
        return


def _modest(data: Any) -> bool:
    """Whether reading it takes no more room than it has bytes: a reader makes room for the highest number at once."""
    try:
        for number, (step, given, _at) in enumerate(pickletools.genops(bytes(data))):
            if number > _MOST_STEPS or (step.name in ("PUT", "BINPUT", "LONG_BINPUT") and int(given or 0) > _MOST_KEPT):
                return False
    except _ODD:
        return False
    return True


@contextmanager
def guarded(allowed: Iterable[tuple[str, str]] = ()) -> Iterator[None]:
    """While it lasts, all of `distributed` in this process reads messages so. Not to be nested."""
    core: Any = importlib.import_module("distributed.protocol.core")
    dask_pickle: Any = importlib.import_module("distributed.protocol.pickle")
    tcp: Any = importlib.import_module("distributed.comm.tcp")
    client: Any = importlib.import_module("distributed.client")
    names = frozenset(allowed)
    before, whole = dask_pickle.pickle, core.pickle
    ours = types.SimpleNamespace(**{one: getattr(before, one) for one in dir(before) if not one.startswith("__")})
    ours.loads = lambda data, **more: loads(data, names, **more)
    most = MOST_HANDED_ON_BYTES if names else MOST_MESSAGE_BYTES
    read, unpacked = _bounded(tcp, most)
    set_here: tuple[tuple[Any, str, Any], ...] = (
        (dask_pickle, "pickle", ours),
        (core, "merge_and_deserialize", _merging(core.merge_and_deserialize)),
        (
            core,
            "pickle",
            types.SimpleNamespace(
                dumps=whole.dumps, loads=lambda *given, **more: _unbroken(whole.loads, *given, **more)
            ),
        ),
        (core, "decompress", lambda _header, frames: list(frames)),  # a node decides what comes out, and how much
        (core, "msgpack_opts", {**core.msgpack_opts, "max_array_len": _MOST_ITEMS}),
        (tcp, "read_bytes_rw", read),
        (tcp, "unpack_frames", unpacked),
        (client, "clean_exception", _cleaned),
    )
    kept = [(place, name, getattr(place, name)) for place, name, _new in set_here]
    for place, name, new in set_here:
        setattr(place, name, new)
    try:
        yield
    finally:
        for place, name, old in kept:
            setattr(place, name, old)


def _bounded(tcp: Any, most: int) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """Dask's two readers of a message, for which it has no more than so many bytes: who claims more is cut off."""
    closed: Any = importlib.import_module("distributed.comm.core").CommClosedError
    read_bytes, unpack = tcp.read_bytes_rw, tcp.unpack_frames

    async def read(stream: Any, size: int) -> Any:
        if size > most:
            raise closed("a message is larger than any")
        return await read_bytes(stream, size)

    def unpacked(data: Any, **more: Any) -> Any:
        found = unpack(data, **more)
        if more.get("partial") and sum(found[1]) > most:
            raise closed("a message is larger than any")
        return found

    return read, unpacked


def _merging(merged: Callable[..., Any]) -> Callable[..., Any]:
    """Dask's own way to an object within a message, for which each part of it is there once."""

    def merge(header: Any, frames: Any, deserializers: Any = None) -> Any:
        parts = header.get("split-num-sub-frames", ()) if isinstance(header, dict) else None
        if not isinstance(parts, (tuple, list)) or not all(isinstance(one, int) and one >= 0 for one in parts):
            return Refused()
        if "is-collection" in header or sum(parts) > len(frames):
            return Refused()
        return _unbroken(merged, header, frames, deserializers=deserializers)

    return merge


def _cleaned(exception: Any = None, _traceback: Any = None, **_more: Any) -> tuple[type, BaseException, None]:
    """In place of Dask's own: of an error its name, and no traceback. It never raises, or the client would wait on."""
    found: Any = Refused()
    if isinstance(exception, BaseException):
        found = exception
    elif isinstance(exception, (bytes, bytearray, memoryview)):
        found.said = next((one for one in _named(exception) if not one.startswith("tblib.")), "")
    return type(found), found, None


def _unbroken(read: Callable[..., Any], *given: Any, **more: Any) -> Any:
    """An object within a message, or its stand-in: one that is none must not break the line to the scheduler."""
    try:
        return read(*given, **more)
    except _ODD:
        return Refused()
