"""The kernels compiled without a card: what the self-test asks, in a child, since only a child may load CUDA.

NVRTC needs neither a card nor a driver. One line of JSON goes out, and nothing else.
"""

import json
import sys
from collections.abc import Callable, Sequence
from typing import Any

from gpu_inspector.measure import kernel_sources
from gpu_inspector.measure.device import DeviceError

EVERY, ONE = "all", "one"
"""How many architectures are tried: the oldest, one of the middle and the newest that the compiler serves; or one."""
_WORDS = 300


def _nvrtc() -> Any:
    from gpu_inspector.measure import cupy_device

    return cupy_device.load().nvrtc


def run(arguments: Sequence[str], compiler: Callable[[], Any] = _nvrtc) -> int:
    """Compile every kernel file; `arguments` is EVERY or ONE. The exit status is 0 wherever a line was written."""
    print(json.dumps(_answer(ONE if ONE in arguments else EVERY, compiler)))  # noqa: T201 - the answer
    sys.stdout.flush()
    return 0


def _answer(how_many: str, compiler: Callable[[], Any]) -> dict[str, object]:
    """`passed` is None where there is no compiler."""
    try:
        nvrtc = compiler()
        supported = tuple(int(one) for one in nvrtc.getSupportedArchs())
        version = ".".join(map(str, nvrtc.getVersion()))
    except (DeviceError, RuntimeError, OSError) as error:
        return {"passed": None, "text": str(error)[:_WORDS]}
    chosen = _chosen(supported, how_many)
    texts = kernel_sources.texts()
    for number in chosen:
        for name, text in texts.items():
            try:
                kernel_sources.compiled(nvrtc, name, text, f"sm_{number}")
            except RuntimeError as error:
                return {"passed": False, "text": f"{name}.cu does not compile for sm_{number}: {error}"[:_WORDS]}
    targets = ", ".join(f"sm_{number}" for number in chosen)
    said = f"{len(texts)} files of kernels compile for {targets} with NVRTC {version}"
    return {"passed": bool(texts and chosen), "text": said}


def _chosen(supported: tuple[int, ...], how_many: str) -> tuple[int, ...]:
    ordered = sorted(supported)
    if not ordered:
        return ()
    middle = ordered[len(ordered) // 2]
    return (middle,) if how_many == ONE else tuple(sorted({ordered[0], middle, ordered[-1]}))
