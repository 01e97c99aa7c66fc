"""Kernels as the compiler makes them, each once."""

from pathlib import Path
from typing import Any

from measure.keeping import Keeper

from gpu_inspector.measure import kernel_sources


def compiled_once(keeper: Keeper, nvrtc: Any, name: str, text: str, target: str) -> bytes:
    """What `kernel_sources.compiled` gives."""
    how = Path(kernel_sources.__file__).read_text(encoding="utf-8")  # the options, and whatever else is done

    def make(path: Path) -> None:
        path.write_bytes(kernel_sources.compiled(nvrtc, name, text, target))

    return keeper.file(f"{name}-{target}", (text, name, target, str(nvrtc.getVersion()), how), make).read_bytes()
