"""nvidia-smi run here: bounded in time and size, and free of what is preloaded into this process.

A driver in trouble makes nvidia-smi hang, flood or fail; each of the three ends with a sentence.
"""

import shutil
import subprocess
import time

from gpu_inspector import platforms
from gpu_inspector.errors import ProbeError
from gpu_inspector.language import N_
from gpu_inspector.probes import pipes
from gpu_inspector.probes.smi_decode import LARGEST

TIMEOUT_S = 30.0
"""A driver that hangs keeps nvidia-smi for ever; a healthy machine of sixteen cards answers in a few seconds."""
SEARCH_PATH = "/usr/bin:/bin:/usr/sbin:/sbin:/usr/local/bin:/run/current-system/sw/bin:/usr/lib/wsl/lib"
"""Never the caller's PATH, which may put a changed program first."""
_PIECE = 65536
_DRIVER_ADVICE = N_("`gpu-inspector doctor` says what is missing.")


def output(program: str, timeout_s: float = TIMEOUT_S) -> bytes:
    """What `program -q -x` prints, and its complaints where it printed nothing else.

    Raises ProbeError where it is not there, does not start, does not end in time, or prints more than 64 MiB.
    """
    places = platforms.search_path(SEARCH_PATH)
    path = shutil.which(program, path=places)
    if path is None:
        raise ProbeError("nvidia-smi is not installed on this machine.", "It comes with the NVIDIA driver.")
    try:
        process = subprocess.Popen(
            [path, "-q", "-x"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=platforms.command_environment(places),
        )
    except OSError as error:
        raise ProbeError(f"nvidia-smi could not be started ({error.strerror}).", _DRIVER_ADVICE) from error
    with process:
        try:
            data = _drain(process, timeout_s)
        finally:
            process.kill()
    if not data.strip():
        raise ProbeError("nvidia-smi printed nothing.", _DRIVER_ADVICE)
    return data


def _drain(process: "subprocess.Popen[bytes]", timeout_s: float) -> bytes:
    assert process.stdout is not None
    deadline = time.monotonic() + timeout_s
    pieces: list[bytes] = []
    size = 0
    with pipes.reading(process.stdout, _PIECE) as following:
        while True:
            piece = following(deadline - time.monotonic())
            if piece is None:
                raise ProbeError(
                    f"nvidia-smi did not answer in {timeout_s:g} seconds.", "The driver may hang: restart the machine."
                )
            if not piece:
                return b"".join(pieces)
            pieces.append(piece)
            size += len(piece)
            if size > LARGEST:
                raise ProbeError(f"nvidia-smi printed more than {LARGEST:,} bytes.", _DRIVER_ADVICE)
