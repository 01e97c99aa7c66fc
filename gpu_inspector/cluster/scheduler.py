"""A Dask scheduler for one audit, in a process of its own: it reads from every node, and has no key of the office.

It listens with TLS, on a key that is made for this one audit and never written down.
"""

from __future__ import annotations

from typing import Any

from gpu_inspector.cluster import security as securities
from gpu_inspector.cluster.child import Child

PROCESS = "gpu_inspector.cluster.scheduler_process"
_BEGINNING_S = 180.0
"""Dask takes seconds to load, and on a machine that is busy a minute."""


class OwnScheduler:
    """A scheduler that runs while this object is open."""

    def __init__(self, host: str = "127.0.0.1", port: int = 0, security: Any = None) -> None:
        """`host` is the address of this machine as the nodes reach it. Raises ClusterError."""
        self.security = security if security is not None else securities.temporary()
        self._child = Child(PROCESS, host, str(port), told=securities.handed_on(self.security))
        self.address = self._child.says(_BEGINNING_S)

    @property
    def pid(self) -> int:
        """The process that it runs in."""
        return self._child.process.pid

    def kill(self) -> None:
        """As a scheduler dies whose machine does: for trials."""
        self._child.process.kill()
        self._child.close()

    def close(self) -> None:
        """End it, and with it the line of every worker. A second time does nothing."""
        self._child.close()
