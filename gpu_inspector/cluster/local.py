"""Workers of this machine alone: they judge what nodes wrote offline, and stand in for nodes in trials."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from gpu_inspector.cluster.child import Child
from gpu_inspector.cluster.dask_engine import DaskEngine
from gpu_inspector.cluster.engine import Missing
from gpu_inspector.cluster.scheduler import OwnScheduler
from gpu_inspector.cluster.security import handed_on
from gpu_inspector.errors import ClusterError

MOST = 256
_WORKER = "gpu_inspector.cluster.worker_process"
_BEGINNING_S = 180.0
"""Dask takes seconds to load, and on a machine that is busy a minute."""


class LocalFleet:
    """A scheduler and some workers, each a process that ends with this one."""

    def __init__(
        self,
        names: Collection[str],
        worker: str = _WORKER,
        *,
        processes: int = 0,
        alone: Collection[str] = (),
        scheduler: OwnScheduler | None = None,
    ) -> None:
        """`processes` share the names, but for those `alone`; 0 is one for each. Raises ClusterError."""
        self._names = tuple(names)
        together = [name for name in self._names if name not in alone]
        shares = [together[at :: processes or len(together)] for at in range(processes or len(together))]
        groups = [one for one in (*shares, *([name] for name in self._names if name in alone)) if one]
        if not 0 < len(groups) <= MOST:
            raise ClusterError(f"1 to {MOST} workers can be started on this machine, not {len(groups)}.")
        self._children: list[Child] = []
        self.scheduler = scheduler if scheduler is not None else OwnScheduler()
        self.address, self.security = self.scheduler.address, self.scheduler.security
        told = handed_on(self.security)
        try:
            for group in groups:
                self._children.append(Child(worker, self.address, *group, told=told))
            for child in self._children:
                child.says(_BEGINNING_S)
        except BaseException:
            self.close()
            raise

    @property
    def where(self) -> str:
        return f"local, {len(self._names)} workers"

    def expected(self) -> tuple[str, ...]:
        return self._names

    def bring(self, names: Collection[str]) -> None:
        """They are there already."""

    def missing(self) -> Mapping[str, Any]:
        return dict[str, Missing]()

    def may_be(self, name: str, address: str) -> bool:
        return True

    def done(self, name: str) -> None:
        """It serves until the end."""

    def close(self) -> None:
        for child in self._children:
            child.end()
        for child in self._children:
            child.close()
        self.scheduler.close()


def started(workers: int, names: Collection[str] = ()) -> DaskEngine:
    """An engine of so many workers of this machine, or of these names. Raises ClusterError."""
    fleet = LocalFleet(names or [f"local-{number + 1}" for number in range(workers)])
    try:
        return DaskEngine(fleet.address, fleet.security, where=fleet.where, fleet=fleet)
    except BaseException:
        fleet.close()
        raise
