"""Many nodes in one process that answer at once with so many bytes: what is timed then is the engine alone."""

import os
import sys
import types
from collections.abc import Callable

from gpu_inspector.cluster import worker_process

BYTES = "GPU_INSPECTOR_BENCH_BYTES"


def main(arguments: list[str]) -> None:
    """As a worker of ours, whose only function is this one."""
    said = os.urandom(int(os.environ[BYTES]))
    bench = types.ModuleType("gpu_inspector.workflow.node_bench")

    def answer(data: bytes, stopped: Callable[[], bool]) -> bytes:
        return said if data else b"hello"

    vars(bench)["answer"] = answer
    sys.modules[bench.__name__] = bench
    worker_process.main(arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
