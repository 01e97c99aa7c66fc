"""A worker whose node was altered: it answers with what no honest one would, and runs as ours does otherwise."""

import os
import signal
import sys
import time
import types
from collections.abc import Callable
from pathlib import Path

from gpu_inspector.cluster import guard, worker_process

MARK = "GPU_INSPECTOR_TEST_MARK"


EXPLODE = f"import os, pathlib; pathlib.Path(os.environ[{MARK!r}] + '-' + str(os.getpid())).touch()"
"""Dask unpickles an error on the worker itself as well: so the file names the process in which it happened."""


class Bomb:
    """Whoever unpickles it makes a file."""

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return exec, (EXPLODE,)


class BombError(Exception):
    """Likewise, as an error."""

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return exec, (EXPLODE,)


def echo(data: bytes, stopped: Callable[[], bool]) -> bytes:
    return data[::-1]


def bomb(data: bytes, stopped: Callable[[], bool]) -> object:
    return Bomb()


def nested(data: bytes, stopped: Callable[[], bool]) -> object:
    return {"a": [Bomb(), b"x"]}


def raises(data: bytes, stopped: Callable[[], bool]) -> bytes:
    raise BombError("no")


def text(data: bytes, stopped: Callable[[], bool]) -> object:
    return "no bytes"


def large(data: bytes, stopped: Callable[[], bool]) -> bytes:
    return bytes(int(data))


def hangs(data: bytes, stopped: Callable[[], bool]) -> bytes:
    """Until it is taken back; then it says so in a file."""
    end = time.monotonic() + 60
    while not stopped() and time.monotonic() < end:
        time.sleep(0.05)
    mark = Path(os.environ[MARK])
    told = mark.with_name("told")
    told.write_text("stopped" if stopped() else "not stopped")
    told.rename(mark)  # whoever finds it finds all of it
    return b"late"


def shouts(data: bytes, stopped: Callable[[], bool]) -> bytes:
    """Tries to print on the collector's terminal."""
    from distributed import get_worker

    get_worker().log_event("print", {"args": ("SHOUTED",), "sep": " ", "end": "\n", "file": 1, "flush": True})
    get_worker().log_event("warn", {"message": b"no pickle"})
    return b"done"


def claims(data: bytes, stopped: Callable[[], bool]) -> bytes:
    """Tells the scheduler that it has the answers to these questions, which were asked of another node."""
    from distributed import get_worker

    worker = get_worker()
    keys = data.decode().split()
    for key in keys:
        worker.data[key] = b"forged"
    worker.loop.add_callback(worker.batched_stream.send, {"op": "add-keys", "keys": keys, "stimulus_id": "claims"})
    time.sleep(1.0)
    return b"done"


def dies(data: bytes, stopped: Callable[[], bool]) -> bytes:
    os.kill(os.getpid(), signal.SIGKILL)
    return b""


def main() -> None:
    odd = types.ModuleType("gpu_inspector.workflow.node_odd")
    for function in (echo, bomb, nested, raises, text, large, hangs, shouts, claims, dies):
        setattr(odd, function.__name__, function)
    sys.modules[odd.__name__] = odd
    guard.guarded = __import__("contextlib").nullcontext  # an altered node keeps no rule
    worker_process.main(sys.argv[1:])


if __name__ == "__main__":
    main()
