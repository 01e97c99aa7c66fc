"""What Slurm's own commands say of a partition's nodes and of our jobs: read with bounds, and asked nothing twice.

Their text is asked for in a form that no reason can break: the free text stands last in each line.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gpu_inspector.cluster.engine import MOST_NODES
from gpu_inspector.cluster.fleet import word
from gpu_inspector.cluster.hosts_file import NODE_NAME
from gpu_inspector.errors import ClusterError
from gpu_inspector.language import N_

PARTITION = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.+-]{0,118})")
_CARDS = re.compile(r"(?:^|,)gpu(?::[A-Za-z0-9_.-]{1,64})?:([0-9]{1,4})(?![0-9])")
_JOB_NAME = re.compile(r"gpu-inspector\.(?P<pid>[0-9]{1,9})\.(?P<host>[A-Za-z0-9_.-]{1,100})")
_COMMAND_S = 60.0
_LARGEST_ANSWER = 16 * 1024 * 1024
_NODE_FIELDS, _JOB_FIELDS = 4, 4
_NOT_STARTING = frozenset(
    {"down", "drained", "draining", "drain", "fail", "failing", "error", "unknown", "future", "maint", "inval"}
)
"""States of a node on which Slurm starts no job until somebody has looked at it."""
_MARKS = "*~#!%$@^-+"
"""What `sinfo` sets behind a state; * is a node that does not respond."""
_NO_REASON = frozenset({"", "none", "(null)", "unknown", "n/a"})
_MOST_IN_A_COMMAND = 500


@dataclass(frozen=True, slots=True)
class SlurmNode:
    """A node as `sinfo` has it."""

    name: str
    state: str
    gres: str
    reason: str

    @property
    def startable(self) -> bool:
        """Slurm may start a job on it, now or when its present one has ended."""
        return self.state.rstrip(_MARKS) not in _NOT_STARTING and "*" not in self.state


@dataclass(frozen=True, slots=True)
class SlurmJob:
    """A job as `squeue` has it; `status` is the exit status of what it ran."""

    id: str
    state: str
    status: int
    reason: str


def nodes(partition: str) -> tuple[SlurmNode, ...]:
    """Every node of the partition, by sinfo. Raises ClusterError."""
    if not PARTITION.fullmatch(partition):
        raise ClusterError(f"“{word(partition)}” is no name of a Slurm partition.")
    said = command(["sinfo", "--noheader", "--Node", f"--partition={partition}", "--format=%N|%T|%G|%E"])
    found = parse_nodes(said)
    if not found:
        raise ClusterError(f"Slurm knows no partition {partition}, or it has no nodes.", "See them with: sinfo")
    if len(found) > MOST_NODES:
        raise ClusterError(f"The partition has {len(found):,} nodes; at most {MOST_NODES:,} are audited at once.")
    return found


def parse_nodes(said: str) -> tuple[SlurmNode, ...]:
    """sinfo's lines; what is none is passed over, and each node is there once."""
    found: dict[str, SlurmNode] = {}
    for line in said.splitlines():
        fields = line.split("|", _NODE_FIELDS - 1)
        if len(fields) == _NODE_FIELDS and NODE_NAME.fullmatch(fields[0]):
            name, state, gres, reason = fields
            given = "" if reason.strip().lower() in _NO_REASON else word(reason)
            found.setdefault(name, SlurmNode(name, word(state.lower()), word(gres), given))
    return tuple(found.values())


def cards(gres: str) -> int:
    """How many cards Slurm knows of a node: "gpu:a100:4(S:0-1),gpu:2" has six; all of them are asked for."""
    return sum(int(count) for count in _CARDS.findall(gres))


def jobs(ids: Sequence[str]) -> dict[str, SlurmJob]:
    """Those of these jobs that Slurm still remembers. Raises ClusterError."""
    found: dict[str, SlurmJob] = {}
    for start in range(0, len(ids), _MOST_IN_A_COMMAND):
        some = ",".join(ids[start : start + _MOST_IN_A_COMMAND])
        form = "JobID:|,State:|,exit_code:|,Reason:"
        said = command(
            ["squeue", "--noheader", "--states=all", f"--jobs={some}", f"--Format={form}"], absent="Invalid job id"
        )
        found |= parse_jobs(said)
    return found


def parse_jobs(said: str) -> dict[str, SlurmJob]:
    """squeue's lines; what is none is passed over."""
    found: dict[str, SlurmJob] = {}
    for line in said.splitlines():
        fields = [field.strip() for field in line.split("|", _JOB_FIELDS - 1)]
        if len(fields) == _JOB_FIELDS and fields[0].isascii() and fields[0].isdigit():
            code = int(fields[2]) if fields[2].isascii() and fields[2].isdigit() and len(fields[2]) < 9 else 0
            # A status as `wait` has it: what was returned stands above the signal.
            status = -(code & 0x7F) if code & 0x7F else code >> 8
            found[fields[0]] = SlurmJob(fields[0], word(fields[1].upper()), status, word(fields[3]))
    return found


def orphans(host: str) -> tuple[str, ...]:
    """Our jobs of an audit on this machine whose process is no more: they wait for a node, and would join nobody."""
    form = "--format=%i|%j"
    found = []
    for line in command(["squeue", "--noheader", "--me", form]).splitlines():
        number, _, name = line.partition("|")
        named = _JOB_NAME.fullmatch(name.strip())
        if named and named["host"] == host and number.isascii() and number.isdigit() and not _runs(int(named["pid"])):
            found.append(number)
    return tuple(found)


def job_name(host: str, process: int) -> str:
    """What an audit's jobs are called: which process of which machine they belong to."""
    return f"gpu-inspector.{process}.{host}"


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def cancel(ids: Iterable[str]) -> None:
    """Take these jobs out of the queue, running or waiting; those that are gone already are no fault."""
    every = list(ids)
    for start in range(0, len(every), _MOST_IN_A_COMMAND):
        command(["scancel", "--quiet", *every[start : start + _MOST_IN_A_COMMAND]], absent="Invalid job id")


def command(words: Sequence[str], absent: str = "") -> str:
    """What one of Slurm's commands prints. Raises ClusterError; a fault that says `absent` is an empty answer."""
    try:
        done = subprocess.run(words, capture_output=True, timeout=_COMMAND_S, check=False, stdin=subprocess.DEVNULL)
    except FileNotFoundError as error:
        raise ClusterError(
            f"Slurm's command {words[0]} is not installed on this machine.",
            "Run the audit on a machine from which jobs are submitted.",
        ) from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ClusterError(f"Slurm's command {words[0]} did not answer: {word(str(error))}") from error
    if done.returncode:
        fault = done.stderr.decode("utf-8", "replace")
        if absent and absent in fault:
            return done.stdout[:_LARGEST_ANSWER].decode("utf-8", "replace")
        raise ClusterError(f"Slurm's command {words[0]} failed: {word(fault) or done.returncode}")
    return done.stdout[:_LARGEST_ANSWER].decode("utf-8", "replace")


def why_not(node: SlurmNode) -> str:
    """Why Slurm starts nothing on this node, in its own words."""
    if node.reason:
        return N_(f"Slurm starts nothing on this node: it is {node.state} (“{node.reason}”).")
    return N_(f"Slurm starts nothing on this node: it is {node.state}.")
