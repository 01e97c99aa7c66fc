"""The texts of the kernels, what stands in which file, and how a text becomes code for one compute capability.

NVRTC is handed in, since only `cupy_device.py` (and the tests, which compile for every architecture without a card)
may load CUDA. The digest over all texts goes into every reading: a report says exactly which kernels ran.
"""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from gpu_inspector.language import N_
from gpu_inspector.measure.device import NoSuchKernel, Unavailable

FOLDER = Path(__file__).parent / "kernels"
OPTIONS = ("--std=c++17",)
_MEMORY = ("fill", "verify", "diagnose", "gather", "poke")
_SPEED = ("write_all", "read_all", "copy_all", "burn")
_DIE = ("multiprocessors", "residency", "chase_prepare", "chase")
_HOMES = {name: home for home, names in (("memory", _MEMORY), ("speed", _SPEED), ("die", _DIE)) for name in names}
_PREFIXES = (("rate_tensor_", "tensor"), ("latency_tensor_", "tensor"), ("rate_", "die"), ("latency_", "die"))


@cache
def texts() -> dict[str, str]:
    """Every kernel file by its name without ".cu", in the order of the names."""
    return {path.stem: path.read_bytes().decode() for path in sorted(FOLDER.glob("*.cu"))}


@cache
def digest() -> str:
    """SHA-256 over the names and texts of all files, in the order of the names; 64 hexadecimal digits."""
    all_of_it = hashlib.sha256()
    for name, text in texts().items():
        data = text.encode()
        # The length keeps two files from being taken for two others with the same joint text.
        all_of_it.update(f"{name} {len(data)}\n".encode() + data)
    return all_of_it.hexdigest()


def home_of(kernel: str) -> str:
    """The file that holds a kernel. Raises NoSuchKernel for a name that is none of ours."""
    if kernel in _HOMES:
        return _HOMES[kernel]
    for prefix, home in _PREFIXES:
        if kernel.startswith(prefix):
            return home
    raise NoSuchKernel(f"This program has no kernel {kernel}.")


def architecture(capability: tuple[int, int], supported: tuple[int, ...]) -> str:
    """What to compile for: "sm_89", or "compute_90" where the compiler does not know the card yet.

    `supported` are NVRTC's architectures, such as 86. Code for a lower minor number runs on a higher one of the same
    major number; for a newer major number the driver itself translates the virtual code of the highest one. Raises
    Unavailable for a card that the compiler no longer knows.
    """
    wanted = capability[0] * 10 + capability[1]
    same_major = [one for one in supported if one <= wanted and one // 10 == capability[0]]
    if same_major:
        return f"sm_{max(same_major)}"
    older = [one for one in supported if one < wanted]
    if older:
        return f"compute_{max(older)}"
    raise Unavailable(
        f"The installed CUDA compiler makes no code for compute capability {capability[0]}.{capability[1]}.",
        "Install the libraries of CUDA 12, which serve older cards: pip install 'gpu-inspector[cuda12]'.",
    )


def compiled(nvrtc: Any, name: str, text: str, target: str) -> bytes:
    """The code of one file for `target` (see `architecture`): a cubin, or PTX for a virtual architecture.

    `nvrtc` is CuPy's module. Its own exceptions pass; for a text that does not compile, they bear the compiler's log.
    """
    program = nvrtc.createProgram(text, f"{name}.cu", (), ())
    try:
        try:
            nvrtc.compileProgram(program, (f"--gpu-architecture={target}", *OPTIONS))
        except nvrtc.NVRTCError as error:
            error.add_note(N_(f"{name}.cu for {target}:\n{nvrtc.getProgramLog(program)}"))
            raise
        code: bytes = nvrtc.getCUBIN(program) if target.startswith("sm_") else nvrtc.getPTX(program)
        return code
    finally:
        nvrtc.destroyProgram(program)
