"""`audit --slurm`: one job a node of the partition, each with the whole node, submitted through dask-jobqueue.

A card is where it is, so each job names its node. Slurm decides when; a node that it starts nothing on, that is busy
for longer than the audit waits, or whose job is ended by somebody else, is missing with Slurm's own reason. No job is
started twice, and none is left in the queue.
"""

from __future__ import annotations

import asyncio
import os
import re
import shlex
import signal
import socket
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from gpu_inspector.cluster import dask_setup, slurm_queue
from gpu_inspector.cluster.engine import Missing
from gpu_inspector.cluster.fleet import Brought, ended, interpreter, settings, word
from gpu_inspector.cluster.slurm_queue import SlurmJob, SlurmNode
from gpu_inspector.errors import ClusterError
from gpu_inspector.language import N_

_LOOK_S = 2.0
_SUBMITTED_AT_ONCE = 8
_CANCEL_TRIES = 5
_NOT_HEARD = "Unable to contact slurm controller"
_FORGOTTEN_LOOKS = 5
"""A job that Slurm does not list so many times in a row is gone."""
_OPTION = re.compile(r"--[a-z][a-z-]*(?:=[^\n\r\0]{1,400})?")
_OURS = frozenset({"--array", "--nodelist", "--exclude", "--nodes", "--ntasks", "--wrap", "--requeue", "--wait"})
_WAITING = frozenset(
    {"PENDING", "CONFIGURING", "REQUEUED", "REQUEUE_HOLD", "REQUEUE_FED", "SPECIAL_EXIT", "RESV_DEL_HOLD"}
)
_RUNNING = frozenset({"RUNNING", "COMPLETING", "SUSPENDED", "STOPPED", "SIGNALING", "STAGE_OUT", "RESIZING"})


@dataclass(frozen=True, slots=True)
class SlurmWishes:
    """How the jobs are submitted."""

    options: Sequence[str] = ()
    """More for sbatch, one directive each: "--account=audits"."""
    wait_minutes: float = 60.0
    """So long a job may wait in the queue."""
    jobs: int = 0
    """So many jobs at a time; 0 is one for each node at once."""
    minutes: int = 0
    """The time limit of a job; 0 is the partition's own."""
    address: str = ""
    """This machine's address as the nodes reach it; "" is the one that leads outside."""
    python: str = ""
    """The Python on the nodes; "" is the path of this program's own."""


class SlurmFleet(Brought):
    """The nodes of a partition."""

    def __init__(self, partition: str, nodes: Sequence[SlurmNode], wishes: SlurmWishes) -> None:
        self._partition, self._wishes = partition, wishes
        self._nodes = {node.name: node for node in nodes}
        self._places = asyncio.Semaphore(wishes.jobs or len(nodes))
        self._submitting = asyncio.Semaphore(_SUBMITTED_AT_ONCE)
        self._seen: dict[str, SlurmJob] = {}
        self._looks = 0
        self._under_way: dict[str, str] = {}
        self._left: list[str] = []
        self._looking: asyncio.Task[None] | None = None
        self._job_class = _job_class()
        self.unknown = N_(f"Slurm's partition {partition} has no node of this name.")
        self.where = N_(f"Slurm, partition {partition}, {len(nodes)} nodes")
        super().__init__(tuple(self._nodes), wishes.address or _own_address())

    async def live(self, name: str) -> Missing | None:
        """Submit the node's job, and follow it to its end."""
        node = self._nodes[name]
        if not node.startable:
            return Missing(slurm_queue.why_not(node), N_("Look at it with: scontrol show node"))
        async with self._places:
            job = self._job(name)
            try:
                # Once sbatch runs, its job's number must be heard, or nobody could cancel it.
                await asyncio.shield(submitting := asyncio.create_task(self._submit(job)))
            except RuntimeError as error:
                return Missing(N_(f"Slurm refuses the job for this node: {_sbatch_said(str(error))}"))
            except asyncio.CancelledError:
                with suppress(RuntimeError, OSError):
                    await submitting
                await self._leave(job.job_id)
                raise
            self._under_way[job.job_id] = name
            try:
                return await self._follow(job.job_id)
            finally:
                self._under_way.pop(job.job_id, None)
                await self._leave(job.job_id)

    def _job(self, name: str) -> Any:
        python = interpreter(self._wishes.python)
        more = ["--nodes=1", "--ntasks=1", "--exclusive", "--mem=0", f"--nodelist={name}", "--no-requeue"]
        more += ["--output=/dev/null", "--error=/dev/null"]
        cards = slurm_queue.cards(self._nodes[name].gres)
        more += [f"--gres=gpu:{cards}"] if cards else []
        more += [f"--time={self._wishes.minutes}"] if self._wishes.minutes else []
        return self._job_class(
            self.address,
            name=name,
            queue=self._partition,
            cores=1,
            memory="1GB",
            processes=1,
            interface="",
            python=python,
            job_name=slurm_queue.job_name(_host(), os.getpid()),
            job_directives_skip=["--cpus-per-task=", "--mem=", "-n 1", "-t "],
            job_extra_directives=[*self._wishes.options, *more],
            told=settings(name, self.address, self.security, slurm=True),
        )

    async def _submit(self, job: Any) -> None:
        """A controller that is being started anew is waited for: it never heard of the job, which is so submitted once.

        Of any other fault nobody knows whether the job stands in the queue by now, so it is not tried again.
        """
        until = time.monotonic() + 60 * self._wishes.wait_minutes
        while True:
            try:
                async with self._submitting:
                    await job
                return
            except RuntimeError as error:
                if _NOT_HEARD not in str(error) or self.closing or time.monotonic() > until:
                    raise
            await asyncio.sleep(_LOOK_S)

    async def _follow(self, number: str) -> Missing | None:
        """Wait until the job ends by itself, or has waited for too long."""
        until = time.monotonic() + 60 * self._wishes.wait_minutes
        missed, looks = 0, self._looks
        if self._looking is None:
            self._looking = asyncio.create_task(self._look())
        while True:
            await asyncio.sleep(_LOOK_S / 2)
            seen = self._seen.get(number)
            if self._looks == looks:
                continue
            looks = self._looks
            missed = missed + 1 if seen is None else 0
            if missed >= _FORGOTTEN_LOOKS:
                return Missing(N_("The node's job is not in Slurm's queue any more."))
            if seen is not None and seen.state not in _WAITING | _RUNNING:
                return self._ended(seen)
            if seen is not None and seen.state in _WAITING and time.monotonic() > until:
                minutes, reason = f"{self._wishes.wait_minutes:g}", seen.reason
                return Missing(
                    N_(f"Slurm did not start the node's job within one minute ({reason}).")
                    if minutes == "1"
                    else N_(f"Slurm did not start the node's job within {minutes} minutes ({reason})."),
                    N_("Audit the rest later: what is in the ledger is not asked again."),
                )

    def _ended(self, job: SlurmJob) -> Missing:
        if job.state in ("FAILED", "COMPLETED"):
            return ended(job.status, word(interpreter(self._wishes.python)))
        return Missing(N_(f"Slurm ended the node's job: {job.state} ({job.reason})."))

    async def _look(self) -> None:
        """Ask Slurm for all jobs that are under way, once for all of them."""
        while True:
            if self._under_way:
                with suppress(ClusterError):
                    self._seen = await asyncio.to_thread(slurm_queue.jobs, list(self._under_way))
                    self._looks += 1
            await asyncio.sleep(_LOOK_S)

    async def _leave(self, number: str | None) -> None:
        """Take a job out of the queue; at the end of all they go together."""
        if number and self.closing:
            self._left.append(number)
        elif number:
            await self._cancel([number])

    async def _cancel(self, numbers: Sequence[str]) -> None:
        for _ in range(_CANCEL_TRIES if numbers else 0):
            try:
                await asyncio.to_thread(slurm_queue.cancel, numbers)
                return
            except ClusterError:  # its controller may be starting anew; a job that stays finds no scheduler, and ends
                await asyncio.sleep(_LOOK_S)

    async def at_end(self) -> None:
        """One command for all jobs that are left."""
        if self._looking is not None:
            self._looking.cancel()
        await self._cancel(self._left)


def fleet(partition: str, wishes: SlurmWishes | None = None) -> SlurmFleet:
    """The nodes of this partition, and a scheduler on this machine; no job is submitted yet. Raises ClusterError."""
    wishes = wishes or SlurmWishes()
    for option in wishes.options:
        if not _OPTION.fullmatch(option) or option.partition("=")[0] in _OURS:
            raise ClusterError(
                f"“{word(option)}” is no option that a job of the audit can have.", "Write it as --name=value."
            )
    nodes = slurm_queue.nodes(partition)
    with suppress(ClusterError):  # an older Slurm may not know how to list one's own jobs
        slurm_queue.cancel(slurm_queue.orphans(_host()))
    dask_setup.prepare()
    return SlurmFleet(partition, nodes, wishes)


def _job_class() -> Any:
    """dask-jobqueue's job for Slurm, whose script starts this program's worker. Raises ClusterError."""
    import dask.config

    kept, dask.config.PATH = dask.config.PATH, "/dev/null"  # else it leaves a file of settings in the user's home
    # It takes Ctrl-C for itself as it is loaded, and ends the program with 0.
    signals = {one: signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        from dask_jobqueue.slurm import SLURMJob
    except ImportError as error:
        raise ClusterError(
            "Slurm's jobs are submitted by the package dask-jobqueue, which is not installed.",
            "Install GPU Inspector with its extra “cluster”.",
        ) from error
    finally:
        dask.config.PATH = kept
        for one, handler in signals.items():
            if handler is not None:
                signal.signal(one, handler)

    class NodeJob(SLURMJob):
        submit_command = "sbatch --parsable"
        job_id_regexp = r"^(?P<job_id>\d+)"

        def __init__(self, *given: Any, told: str, python: str, **more: Any) -> None:
            super().__init__(*given, python=python, **more)  # type: ignore[no-untyped-call]
            self._told, self._python = told, python

        def job_script(self) -> str:
            """The key of the audit is told on stdin: in an environment the measuring children would inherit it."""
            command = f"exec {shlex.quote(self._python)} -P -m gpu_inspector.cluster.serve"
            return f"#!/bin/sh\n{self.job_header}\n{command} <<'TOLD'\n{self._told}\nTOLD\n"

        @contextmanager
        def job_file(self) -> Iterator[str]:
            """For its owner alone, since the key stands in it."""
            with tempfile.NamedTemporaryFile("w", suffix=".sh", encoding="utf-8") as file:
                file.write(self.job_script())
                file.flush()
                yield file.name

    return NodeJob


def _host() -> str:
    """This machine, in letters that a job's name can have."""
    return re.sub(r"[^A-Za-z0-9_-]", "-", socket.gethostname().partition(".")[0])[:64] or "here"


def _own_address() -> str:
    from distributed.utils import get_ip

    return str(get_ip())  # type: ignore[no-untyped-call]


def _sbatch_said(error: str) -> str:
    """What sbatch itself said, out of dask-jobqueue's own words around it."""
    said = error.partition("stderr:")[2] or error
    return word(said.replace("sbatch: error:", " "))
