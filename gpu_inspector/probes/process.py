"""What stands between this program and the card: variables that steer CUDA, a service that shares the card out, a
debugger, a container that was given a part of the cards.

None of it is wrong by itself: a cluster's node has most of it. It only has to be known before a count is believed.
"""

import re

from gpu_inspector.language import N_
from gpu_inspector.probes.bench import Bench
from gpu_inspector.probes.untrusted import clean

STEERING = ("CUDA_", "CUPY_", "NVRTC_", "NVIDIA_TF32_OVERRIDE", "NVIDIA_VISIBLE_DEVICES")
"""How names begin of variables that CUDA, its compiler, CuPy or a container's runtime read."""
HARMLESS = frozenset(
    {
        *("CUDA_PATH", "CUDA_HOME", "CUDA_ROOT", "CUDA_DIR", "CUDA_VERSION", "CUDA_INC_PATH", "CUDA_BIN_PATH"),
        *("CUDA_CACHE_PATH", "CUPY_CACHE_DIR"),
    }
)
"""Where the toolkit or a cache lies: none changes what a driver shows. Clusters' modules and images of
containers set them."""
INJECTING = ("CUDA_INJECTION",)
"""These load a library into every program that uses CUDA: the list of what is preloaded has them."""
SHARING = ("CUDA_MPS_",)
MPS_PROGRAM = "nvidia-cuda-mps"
"""The kernel keeps 15 characters of a program's name: nvidia-cuda-mps-control and nvidia-cuda-mps-server alike."""
MPS_FOLDER = "/tmp/nvidia-mps"  # noqa: S108 - the service's own default place
MPS_PIPE = "control"
PIPE_VARIABLE = "CUDA_MPS_PIPE_DIRECTORY"
PLACES = frozenset({PIPE_VARIABLE, "CUDA_MPS_LOG_DIRECTORY"})
"""Where the service's files lie, which modules of clusters set whether it runs or not."""
KERNEL_THREAD = "kthreadd"
"""Process 2 of every Linux machine; a container, and a user who may not see others' processes, does not see it."""
MOST_PROCESSES = 20_000
MOST_NAMED = 50
PCI_FOLDER = "/sys/bus/pci/drivers/nvidia"

_ADDRESS = re.compile(r"[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]")
_DEVICE = re.compile(r"nvidia[0-9]{1,4}")
_TRACER = re.compile(r"^TracerPid:[ \t]*([0-9]{1,10})[ \t]*$", re.MULTILINE)


def steering(bench: Bench) -> tuple[str, ...]:
    """Variables that change what CUDA shows or how it computes, "NAME=value", in the order of their names."""
    found = [
        f"{clean(name)}={clean(value)}"
        for name, value in sorted(bench.environment.items())
        if name.startswith(STEERING) and name not in {*HARMLESS, *PLACES} and not name.startswith(INJECTING)
    ]
    return tuple(found[:MOST_NAMED])


def mps(bench: Bench) -> tuple[str, ...] | None:
    """Traces of the multi-process service: its programs, its pipe, and variables that set a share.

    Where every process is seen and none is the service, the variables alone share nothing out: `steering` has them.
    None where there is no list of processes to look at, and nothing else tells.
    """
    processes = [name for name in bench.names("/proc") if name.isascii() and name.isdigit()][:MOST_PROCESSES]
    found: list[str] = []
    for number in processes:
        name = clean(bench.text(f"/proc/{number}/comm") or "")
        if name.startswith(MPS_PROGRAM):
            found.append(N_(f"{name} (process {number})"))
    # Where all processes are seen, the kernel's own among them, a pipe without its service is left over.
    whole = (bench.text("/proc/2/comm") or "").strip() == KERNEL_THREAD
    folder = bench.environment.get(PIPE_VARIABLE) or MPS_FOLDER
    if not whole and not found and MPS_PIPE in bench.names(folder):
        found.append(clean(f"{folder}/{MPS_PIPE}"))
    if found or not whole:
        found += [
            f"{clean(name)}={clean(value)}"
            for name, value in sorted(bench.environment.items())
            if name.startswith(SHARING) and name not in PLACES
        ]
    return tuple(found[:MOST_NAMED]) if found or processes else None


def tracer(bench: Bench) -> str | None:
    """Who is attached to this process by ptrace(2), "" where nobody is; None where the kernel does not say."""
    match = _TRACER.search(bench.text("/proc/self/status") or "")
    if match is None:
        return None
    if int(match[1]) == 0:
        return ""
    name = clean(bench.text(f"/proc/{int(match[1])}/comm") or "") or N_("a program that is not visible from here")
    return N_(f"{name} (process {int(match[1])})")


def cards_hidden(bench: Bench) -> int | None:
    """How many of the cards that the driver has lack their device file here, as in a container that got a part."""
    cards = [name for name in bench.names(PCI_FOLDER) if _ADDRESS.fullmatch(name)]
    devices = [name for name in bench.names("/dev") if _DEVICE.fullmatch(name)]
    return max(len(cards) - len(devices), 0) if cards and devices else None
