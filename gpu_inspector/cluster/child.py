"""Processes of an audit on this machine: each ends when the pipe to it does, so that none outlives who started it."""

from __future__ import annotations

import contextlib
import os
import queue
import subprocess
import sys
import threading

from gpu_inspector.errors import ClusterError

_LONGEST_LINE = 4096
_ENDING_S = 5.0


class Child:
    """`python -m MODULE ARGUMENTS`, a module of ours: it is told one line, and says one when it works."""

    def __init__(self, module: str, *arguments: str, told: str, quiet: bool = True) -> None:
        """Raises ClusterError where it cannot be started."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("DASK_")}
        try:
            self.process = subprocess.Popen(
                [sys.executable, "-m", module, *arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL if quiet else None,
                env=kept,
                start_new_session=True,  # Ctrl-C is the audit's to hear: it keeps what came, and ends them then
            )
        except OSError as error:
            raise ClusterError(f"A process of the audit cannot be started ({error.strerror}).") from error
        self._said: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        threading.Thread(target=self._listen, daemon=True).start()
        with contextlib.suppress(OSError):
            assert self.process.stdin is not None
            self.process.stdin.write(told.encode() + b"\n")
            self.process.stdin.flush()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        self._said.put(self.process.stdout.readline(_LONGEST_LINE))
        while self.process.stdout.read(_LONGEST_LINE):
            pass

    def says(self, wait_s: float) -> str:
        """Its first line. Raises ClusterError where there is none in time: it ended, or hangs."""
        try:
            line = self._said.get(timeout=wait_s)
        except queue.Empty:
            line = b""
        if not line:
            self.close()
            raise ClusterError(
                "A process of the audit on this machine did not begin to work.",
                "Look into the log: `gpu-inspector log`; is Dask installed (pip install 'gpu-inspector[cluster]')?",
            )
        return line.decode("utf-8", "replace").strip()

    def end(self) -> None:
        """Tell it to end, and do not wait for it."""
        with contextlib.suppress(OSError):
            assert self.process.stdin is not None
            self.process.stdin.close()

    def close(self) -> None:
        """End it. A second time does nothing."""
        self.end()
        try:
            self.process.wait(_ENDING_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.process.stdout is not None and not self.process.stdout.closed:
            with contextlib.suppress(OSError, ValueError):
                self.process.stdout.close()
