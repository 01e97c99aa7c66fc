"""The engine that an audit was asked for: a scheduler that runs, machines over ssh, a partition of Slurm, or here.

Each is loaded when it is asked for, and Dask with it: no other command pays for them.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gpu_inspector.cluster.security import Tls, open_to_others
from gpu_inspector.errors import ClusterError
from gpu_inspector.language import N_
from gpu_inspector.workflow.audit_plan import AuditError
from gpu_inspector.workflow.whole_files import read_at_most

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gpu_inspector.cluster.engine import Engine
    from gpu_inspector.cluster.fleet import Fleet
    from gpu_inspector.cluster.slurm import SlurmWishes
    from gpu_inspector.cluster.ssh import SshWishes

LARGEST_HOSTS = 1024 * 1024
OPEN = N_(
    "This scheduler speaks without TLS: whoever reaches it or its workers over the network can run programs there."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """Where the nodes are; one of the four is given."""

    scheduler: str = ""
    hosts: Path | None = None
    partition: str = ""
    local: int = 0
    tls: Tls | None = None
    """Of a scheduler that runs already; what is started here has keys of its own."""
    wait_s: float = 60.0
    """For a scheduler that does not answer, at first and when it was lost."""
    ssh: SshWishes | None = None
    slurm: SlurmWishes | None = None


def opened(way: Way, names: Sequence[str] = (), alone: Sequence[str] = ()) -> Engine:
    """The engine, which the caller closes. `names` are the nodes of the hall's file, for workers of this machine.

    Those among them that are `alone` share their process with nobody: they are simulated to die or to hang.
    Raises ClusterError where it cannot be reached or started, AuditError where not one way is given.
    """
    given = [bool(way.scheduler), way.hosts is not None, bool(way.partition), way.local > 0]
    if sum(given) != 1:
        raise AuditError("Name one way to the nodes: --scheduler, --ssh, --slurm or --local.")
    from gpu_inspector.cluster.dask_engine import DaskEngine

    if way.scheduler:
        if way.scheduler.partition("://")[0] not in ("tcp", "tls"):
            raise AuditError("A scheduler's address begins with tcp:// or tls://.")
        security = way.tls.security() if way.tls is not None else None
        return DaskEngine(way.scheduler, security, where=f"scheduler {way.scheduler}", wait_s=way.wait_s)
    fleet = _fleet(way, names, alone)
    try:
        return DaskEngine(fleet.address, fleet.security, where=fleet.where, fleet=fleet, wait_s=way.wait_s)
    except BaseException:
        fleet.close()
        raise


def _fleet(way: Way, names: Sequence[str], alone: Sequence[str]) -> Fleet:
    if way.hosts is not None:
        from gpu_inspector.cluster import hosts_file, ssh

        try:
            data = read_at_most(way.hosts, LARGEST_HOSTS)
        except OSError as error:
            raise ClusterError(
                f"The file {way.hosts} cannot be read ({error.strerror}).", "Look where it lies."
            ) from error
        return ssh.fleet(hosts_file.read(data), way.ssh)
    if way.partition:
        from gpu_inspector.cluster import slurm

        return slurm.fleet(way.partition, way.slurm)
    from gpu_inspector.cluster import local

    here = names or [f"local-{number + 1}" for number in range(way.local)]
    return local.LocalFleet(here, processes=way.local, alone=alone)


def warning(way: Way) -> str:
    """What somebody must know of the way, ahead of all else; "" where there is nothing."""
    return OPEN if way.scheduler and open_to_others(way.scheduler) else ""
