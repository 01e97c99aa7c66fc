"""What the child does to its own process before it measures: signals, limits, and the variables that CUDA reads."""

import os
import signal
import sys

_KEPT_VARIABLES = frozenset({"CUDA_PATH", "CUDA_HOME", "CUDA_MPS_PIPE_DIRECTORY", "CUDA_MPS_LOG_DIRECTORY"})
_PR_SET_PDEATHSIG = 1


def settle() -> None:
    """Signals and limits: Ctrl-C is the parent's to judge, TERM ends us at once, and so does the parent's own end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if sys.platform == "linux":
        import ctypes
        import resource

        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        # A crash of the driver's library must not leave gigabytes of a core file behind.
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def nobody_listens(out: int) -> bool:
    """Whether the parent ended before its end could end us: then nobody reads the pipe any more."""
    if sys.platform != "linux":
        return False
    import select

    ends = select.poll()
    ends.register(out, 0)  # asks for nothing, so that only a reader who is gone is told
    return bool(ends.poll(0))


def prepare_for_cuda(uuid: str) -> None:
    """The variables that CUDA and CuPy read while they load.

    What the user's shell has for them is dropped: a cache, an injected library or an option of the compiler would put
    other kernels in the place of ours. Compiled kernels stay in memory: none comes from a file of an earlier run.
    """
    for name in list(os.environ):
        if name.startswith(("CUDA_", "CUPY_", "NVRTC_")) and name not in _KEPT_VARIABLES:
            del os.environ[name]
    os.environ |= {
        "CUDA_DEVICE_ORDER": "PCI_BUS_ID",
        "CUDA_VISIBLE_DEVICES": uuid,
        "CUDA_CACHE_DISABLE": "1",
        "CUPY_CACHE_IN_MEMORY": "1",
    }
