"""Dask, loaded with its own defaults and ours, and with nothing that lies on this machine for other programs.

A user's Dask files may name modules to run, other limits, other certificates: an audit is to behave alike on every
desk. What Dask has to say goes to this program's log, bounded, since some of it is a node's own text.
"""

from __future__ import annotations

import importlib
import logging
import sys
import warnings
from typing import Any

from gpu_inspector import log
from gpu_inspector.errors import ClusterError
from gpu_inspector.language import visible

SETTINGS: dict[str, Any] = {
    # A card is where it is: what was lost with a node is not tried again, there or elsewhere.
    "distributed.scheduler.allowed-failures": 0,
    "distributed.scheduler.work-stealing": False,
    "distributed.scheduler.active-memory-manager.start": False,
    # A worker says every few seconds that it lives, also while its node measures; one whose line broke is gone at once.
    "distributed.scheduler.worker-ttl": "180s",
    # A scheduler that a thousand workers greet at once is slow, and who gives up and comes again makes it slower.
    "distributed.comm.timeouts.connect": "60s",
    "distributed.comm.timeouts.tcp": "120s",
    "distributed.comm.compression": False,
    "distributed.worker.profile.enabled": False,
    "distributed.worker.memory.target": False,
    "distributed.worker.memory.spill": False,
    "distributed.worker.memory.pause": False,
    "distributed.worker.memory.terminate": False,
    "distributed.worker.preload": [],
    "distributed.scheduler.preload": [],
    "distributed.client.preload": [],
    # NVIDIA's library is asked by this program's own probe, and by nobody else in the worker.
    "distributed.diagnostics.nvml": False,
    # No page and no port beside the one that is needed.
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
    "distributed.admin.log-length": 100,
    "distributed.admin.low-level-log-length": 100,
    # Nothing looks at itself many times a second on a machine whose cards are being measured.
    "distributed.admin.tick.interval": "2s",
    "distributed.admin.tick.limit": "60s",
    "distributed.admin.system-monitor.interval": "30s",
    "distributed.admin.system-monitor.disk": False,
    "distributed.admin.system-monitor.gil.enabled": False,
    "distributed.worker.memory.monitor-interval": "30s",
    "distributed.client.scheduler-info-interval": "60s",
    "distributed.scheduler.events-cleanup-delay": "1m",
    # What runs code that somebody sends, or changes the machines; an audit needs none of it.
    "distributed.scheduler.blocked-handlers": [
        *("run_function", "broadcast", "proxy", "terminate", "restart", "restart_workers", "feed", "scatter"),
        *("register_scheduler_plugin", "register_worker_plugin", "register_nanny_plugin", "update_data"),
        *("replicate", "rebalance", "performance_report", "dump_cluster_state_to_url", "benchmark_hardware"),
        # What one node could do to another's question, or learn of it.
        *("add_keys", "set_restrictions", "set_resources", "retire_workers", "retry", "get_cluster_state", "get_story"),
        *("processing", "has_what", "who_has", "call_stack", "events", "get_logs", "logs", "worker_logs", "dump_state"),
    ],
    "distributed.worker.blocked-handlers": [
        *("run", "run_coroutine", "upload_file", "update_data", "actor_execute", "actor_attribute"),
        *("plugin-add", "plugin-remove", "terminate", "gather", "call_stack", "get_logs"),
        *("benchmark_disk", "benchmark_memory", "benchmark_network"),
    ],
}
_LOGGERS = ("distributed", "tornado", "asyncio", "dask_jobqueue")
_MOST_LINES, _LONGEST_LINE = 200, 500


def prepare() -> Any:
    """Load Dask, and give its package `distributed`. Raises ClusterError where it is not installed."""
    try:
        import dask.config
    except ImportError as error:
        raise ClusterError(
            "An audit of other machines needs Dask, which is not installed here.",
            "Install GPU Inspector with its extra: pip install 'gpu-inspector[cluster]'",
        ) from error
    if "distributed" not in sys.modules:
        # What `distributed` reads while it is loaded must be ours already.
        dask.config.refresh(paths=[], env={})
    try:
        distributed: Any = importlib.import_module("distributed")
    except ImportError as error:
        raise ClusterError(
            "Dask is installed here without its part “distributed”, which an audit needs.",
            "Install GPU Inspector with its extra: pip install 'gpu-inspector[cluster]'",
        ) from error
    dask.config.refresh(paths=[], env={})
    dask.config.set(SETTINGS)
    # Versions that differ are the audit's own to tell, and large questions are meant.
    warnings.filterwarnings("ignore", module=r"distributed\b.*")
    warnings.filterwarnings("ignore", category=distributed.versions.VersionMismatchWarning)
    _to_our_log()
    return distributed


class _OurLog(logging.Handler):
    """Warnings and worse of Dask, as lines of this program's log; so many and no more."""

    written = 0

    def emit(self, record: logging.LogRecord) -> None:
        if _OurLog.written >= _MOST_LINES:
            return
        _OurLog.written += 1
        try:
            says = visible(record.getMessage()[:_LONGEST_LINE])
        except (TypeError, ValueError):
            return
        log.warning("dask", logger=record.name, says=says)


def _to_our_log() -> None:
    for name in _LOGGERS:
        logger = logging.getLogger(name)
        logger.handlers[:] = [_OurLog()]
        logger.propagate = False
        logger.setLevel(logging.WARNING)
        for below in [one for one in logging.root.manager.loggerDict if one.startswith(f"{name}.")]:
            child = logging.getLogger(below)
            child.handlers[:], child.propagate = [], True
