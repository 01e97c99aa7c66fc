"""A worker of ours on one machine: one question at a time, this program's own functions, and no code that is sent.

It has no nanny: a node that dies stays away, and is not started again with the question that it died of. Where the
scheduler went away it waits for it to come back, for so long and no longer.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Sequence
from typing import Any

from gpu_inspector.cluster import dask_setup, guard, security

LINGER_S = 600.0
"""Longer than any collector waits for its scheduler; a worker of this machine ends with the pipe to it before that."""
_PAUSE_S, _STAGGER_S = 0.5, 0.1
_SHORTEST_S = 10.0
"""For the first line to a scheduler."""


def _worker(address: str, **options: Any) -> Any:
    """Dask's worker, which does not wait for a question that hangs when the line to the scheduler breaks."""
    base: Any = dask_setup.prepare().Worker

    class Ours(base):  # type: ignore[misc]  # its base is known when Dask is loaded
        async def close(self, *args: Any, **more: Any) -> Any:
            return await super().close(*args, **{**more, "executor_wait": False})

    blocked = dask_setup.SETTINGS["distributed.worker.blocked-handlers"]
    made = Ours(
        address, nthreads=1, memory_limit=0, dashboard=False, dashboard_address="127.0.0.1:0", nanny=None, **options
    )
    made.blocked_handlers = blocked
    return made


async def serve(
    address: str,
    name: str,
    secure: Any,
    linger_s: float = LINGER_S,
    *,
    told: bool = False,
    host: str = "",
    port: int = 0,
    contact: str = "",
    folder: str = "",
) -> bool:
    """Work for the scheduler at `address` until it is gone for longer than `linger_s`; whether it ever was there.

    `host`, `port` and `contact` are where this worker listens and how the scheduler reaches it, where Dask cannot know.
    """
    places = {"host": host, "port": port, "contact_address": contact, "local_directory": folder}
    options = {key: value for key, value in places.items() if value}
    met, lost = False, time.monotonic()
    while True:
        left = max(_SHORTEST_S, linger_s - (time.monotonic() - lost))
        worker = _worker(address, name=name, security=secure, death_timeout=left, **options)
        try:
            await worker
            met = True
            if told:
                print(worker.address, flush=True)  # noqa: T201 - to whoever started it
                told = False
            await worker.finished()
            lost = time.monotonic()
        except (OSError, TimeoutError, RuntimeError, ValueError):
            await worker.close(nanny=False)
        if time.monotonic() - lost >= linger_s:
            return met
        await asyncio.sleep(_PAUSE_S)


async def serve_all(address: str, names: Sequence[str], secure: Any) -> None:
    """Workers of these names in this one process, until standard input ends or the scheduler is gone."""
    ending = asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    works = []
    for at, name in enumerate(names):
        works.append(asyncio.create_task(serve(address, name, secure, told=not at)))
        await asyncio.sleep(_STAGGER_S)  # the first one is told of before the others crowd the loop
    served = asyncio.ensure_future(asyncio.gather(*works, return_exceptions=True))
    await asyncio.wait([ending, served], return_when=asyncio.FIRST_COMPLETED)
    sys.stdout.flush()
    os._exit(0)  # a question that hangs in its thread must not keep the process


def main(arguments: list[str]) -> None:
    """Serve: ADDRESS NAME..., and one line with certificates on standard input."""
    address, *names = arguments
    dask_setup.prepare()
    line = sys.stdin.readline()
    secure = security.taken_over(line) if line.strip() else None
    with guard.guarded(guard.TASKS):
        asyncio.run(serve_all(address, names, secure))


if __name__ == "__main__":
    main(sys.argv[1:])
