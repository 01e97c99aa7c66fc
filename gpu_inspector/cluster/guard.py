"""What of Dask's messages becomes an object in this process: bytes and a few named classes, and nothing that can run.

Dask sends results, errors, types and much of its own business as pickles, and whoever unpickles runs what the sender
wrote. The process that collects holds the office's signing key, and the sender may be a node that somebody altered. So
each pickle is taken apart by a reader that calls nothing: every name in it becomes an inert stand-in, but for those
that this process needs to do its part. What cannot be read so is one stand-in as a whole, and never an error that
would break the line to the scheduler.
"""

from __future__ import annotations

import importlib
import io
import pickle
import types
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

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
        self.named: list[str] = []

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in self._allowed:
            return super().find_class(module, name)
        if len(self.named) < _MOST_NAMED:
            self.named.append(f"{module}.{name}"[:_LONGEST_NAMED])
        return Refused

    def persistent_load(self, _pid: Any) -> Any:
        return Refused()


def loads(data: Any, allowed: frozenset[tuple[str, str]] = frozenset(), **more: Any) -> Any:
    """What a pickle holds, without anything that could run.

    Where nothing is allowed that is the class `bytes` or a stand-in. Raises TypeError for a traceback and for all else.
    """
    if bytes(data) in _BYTES:
        return bytes
    reader = _Reader(io.BytesIO(data), allowed, **more)
    try:
        found = reader.load()
    except _ODD:
        found = Refused()
    if isinstance(found, Refused):
        found.said = next((one for one in reader.named if not one.startswith("tblib.")), "")
    if reader.named[:1] == [_TRACEBACK] or not (allowed or isinstance(found, Refused)):
        raise TypeError("it is not taken")  # by which Dask knows that there is no traceback
    return found


@contextmanager
def guarded(allowed: Iterable[tuple[str, str]] = ()) -> Iterator[None]:
    """While it lasts, all of `distributed` in this process reads pickles so. Not to be nested."""
    core: Any = importlib.import_module("distributed.protocol.core")
    dask_pickle: Any = importlib.import_module("distributed.protocol.pickle")
    names = frozenset(allowed)
    before, merged, whole = dask_pickle.pickle, core.merge_and_deserialize, core.pickle
    ours = types.SimpleNamespace(**{one: getattr(before, one) for one in dir(before) if not one.startswith("__")})
    ours.loads = lambda data, **more: loads(data, names, **more)

    def merge(header: Any, frames: Any, deserializers: Any = None) -> Any:
        return _unbroken(merged, header, frames, deserializers=deserializers)

    dask_pickle.pickle = ours
    core.merge_and_deserialize = merge
    core.pickle = types.SimpleNamespace(
        dumps=whole.dumps, loads=lambda *given, **more: _unbroken(whole.loads, *given, **more)
    )
    try:
        yield
    finally:
        dask_pickle.pickle, core.merge_and_deserialize, core.pickle = before, merged, whole


def _unbroken(read: Callable[..., Any], *given: Any, **more: Any) -> Any:
    """An object within a message, or its stand-in: one that is none must not break the line to the scheduler."""
    try:
        return read(*given, **more)
    except _ODD:
        return Refused()
