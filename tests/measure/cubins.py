"""Kernels as the compiler makes them, each once for a whole run of the tests."""

import os
from hashlib import sha256
from typing import Any

import pytest

from gpu_inspector.measure import kernel_sources


def compiled_once(factory: pytest.TempPathFactory, nvrtc: Any, name: str, text: str, target: str) -> bytes:
    """What `kernel_sources.compiled` gives; other test files and other workers find it in the run's folder."""
    folder = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    kept = folder / f"{name}-{target}-{sha256(text.encode()).hexdigest()[:16]}.cubin"
    if not kept.exists():
        own = folder / f"{name}-{target}-{os.getpid()}.part"
        own.write_bytes(kernel_sources.compiled(nvrtc, name, text, target))
        own.rename(kept)  # another worker finds all of it or nothing
    return kept.read_bytes()
