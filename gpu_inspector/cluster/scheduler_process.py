"""The scheduler's own process: it tells its address, and ends when the pipe to it does.

What it unpickles is tasks of this program and nothing else, and it runs no function that anybody sends.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from gpu_inspector.cluster import dask_setup, engine, guard, security


def _hands_on_only() -> None:
    """The function of a task is a name to a scheduler: who has it called here, by a pickle of his own, gets nothing."""

    def answered(reference: str, data: bytes) -> bytes:
        return b""

    answered.__module__, answered.__qualname__ = engine.__name__, "answered"
    engine.answered = answered


def _nothing(*_given: Any, **_named: Any) -> None:
    """In place of what no node of an audit has to say."""


async def serve(host: str, port: int, secure: Any) -> None:
    """Schedule until standard input ends."""
    from distributed import Scheduler
    from distributed.spans import SpansSchedulerExtension

    scheme = "tls://" if secure is not None else "tcp://"
    async with Scheduler(
        host=f"{scheme}{host}",
        port=port,
        security=secure,
        dashboard=False,
        dashboard_address="127.0.0.1:0",
        # Locks, queues, shuffles are nothing that an audit needs, and each a way in; a heartbeat asks for this one.
        extensions={"spans": SpansSchedulerExtension},
    ) as scheduler:
        # What a node says of an answer that another one has must not be believed: it would be fetched from there.
        scheduler.stream_handlers["add-keys"] = _nothing
        print(scheduler.address, flush=True)  # noqa: T201 - to whoever started it
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


def main(arguments: list[str]) -> int:
    """0 when it was ended."""
    host, port = arguments
    dask_setup.prepare()
    _hands_on_only()
    line = sys.stdin.readline()
    secure = security.taken_over(line) if line.strip() else None
    with guard.guarded(guard.TASKS):
        asyncio.run(serve(host, int(port), secure))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
