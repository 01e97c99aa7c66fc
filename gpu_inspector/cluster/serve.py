"""The worker that an audit starts on a node: `python -P -m gpu_inspector.cluster.serve`, its task in a line on stdin.

One line of JSON says whom it joins, under which name and with which key; so the key stands in no command line and in
no environment, which the measuring children inherit. Over ssh the line stays open: the worker ends when it closes, or
when nothing more is heard on it, so that nothing is left on a node whose collector died or whose cable was pulled. Its
exit status says why it ended (`served`).
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import select
import shutil
import signal
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

import msgspec

from gpu_inspector.cluster import dask_setup, guard, security, worker_process
from gpu_inspector.cluster.served import DEATH_S, FORMAT, LINGER_S, LONGEST_LINE, SILENCE_S, Status

_HERE = "127.0.0.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the collector tells a worker."""

    format: int
    name: str
    scheduler: str
    distributed: str
    """Dask's version there: two of them need not understand each other."""
    secure: str
    """The key of this audit, as `security` hands it on."""
    slurm: bool = False
    """Slurm started it, and must have done so on the node of this name."""
    spoken: bool = False
    """stdin stays open, and is spoken on; the worker is reached through ssh alone, at an address that follows."""


@dataclass(frozen=True, slots=True)
class Contact:
    """Where the collector reaches this worker."""

    contact: str


class _Line:
    """stdin, a line at a time, straight from the descriptor: what waits in a buffer would not wake `select`."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._held = b""

    def read(self, limit_s: float) -> bytes | None:
        """The next line without its end; None at the end of all, after a silence, or where a line is too long."""
        while b"\n" not in self._held:
            if not select.select([self._descriptor], [], [], limit_s)[0]:
                return None
            more = os.read(self._descriptor, LONGEST_LINE)
            self._held += more
            if not more or len(self._held) > LONGEST_LINE:
                return None
        line, self._held = self._held.split(b"\n", 1)
        return line


def main() -> int:
    """Serve until the audit is over; the exit status."""
    line = _Line(sys.stdin.fileno())
    try:
        told = msgspec.json.decode(line.read(SILENCE_S) or b"", type=Told)
    except msgspec.MsgspecError:
        return Status.TOLD_WRONG
    if told.format != FORMAT:
        return Status.TOLD_WRONG
    if told.slurm and os.environ.get("SLURMD_NODENAME") != told.name:
        return Status.OTHER_NODE
    try:
        if version("distributed") != told.distributed:
            return Status.OTHER_DASK
    except PackageNotFoundError:
        return Status.NO_DASK
    folder = tempfile.mkdtemp(prefix="gpu-inspector-node-")

    def leave(status: int) -> None:
        # Whatever a thread still does: its measuring children end with this process.
        shutil.rmtree(folder, ignore_errors=True)
        os._exit(status)

    signal.signal(signal.SIGTERM, lambda *_: leave(Status.ENDED))
    if told.spoken:
        found = _meet(line)
        if found is None:
            return Status.TOLD_WRONG
        threading.Thread(target=_listen, args=(line, leave), daemon=True).start()
        leave(_work(told, folder, *found))
    leave(_work(told, folder))
    return Status.ENDED


def _meet(line: _Line) -> tuple[int, str] | None:
    """Say on which port this worker will listen, and hear where that port is reached from the collector."""
    with socket.socket() as looking:
        looking.bind((_HERE, 0))
        port: int = looking.getsockname()[1]
    sys.stdout.write(json.dumps({"port": port}) + "\n")
    sys.stdout.flush()
    while (said := line.read(SILENCE_S)) is not None:
        if said.strip():
            with contextlib.suppress(msgspec.MsgspecError):
                return port, msgspec.json.decode(said, type=Contact).contact
            return None
    return None


def _listen(line: _Line, leave: Callable[[int], None]) -> None:
    """End when the collector does, or when it cannot be heard any more."""
    while line.read(SILENCE_S) is not None:
        pass
    leave(Status.ENDED)


def _work(told: Told, folder: str, port: int = 0, contact: str = "") -> int:
    """Work for the scheduler; the exit status."""
    dask_setup.prepare()
    with guard.guarded(guard.TASKS):
        met = asyncio.run(_joined(told, folder, port, contact))
    return Status.ENDED if met else Status.NO_SCHEDULER


async def _joined(told: Told, folder: str, port: int, contact: str) -> bool:
    """Join the scheduler, however long it takes within bounds, and stay until it is gone; whether it ever was there."""
    secure = security.taken_over(told.secure)
    host = _HERE if contact else ""
    until = time.monotonic() + DEATH_S
    while not await worker_process.serve(
        told.scheduler, told.name, secure, LINGER_S, host=host, port=port, contact=contact, folder=folder
    ):
        if time.monotonic() > until:
            return False
    return True


if __name__ == "__main__":
    sys.exit(main())
