"""CUDA's numbers become the right errors, each with a sentence to act on."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sampling import examples

from gpu_inspector.measure import cuda_errors
from gpu_inspector.measure.device import (
    DeviceError,
    DeviceLost,
    KernelFault,
    LaunchTimeout,
    MemoryFault,
    NoSuchKernel,
    OutOfMemory,
    Unavailable,
)


class CudaError(RuntimeError):
    """As CuPy's: a status and "cudaErrorName: words"."""

    def __init__(self, status: int, text: str = "cudaErrorSome: some words") -> None:
        super().__init__(text)
        self.status = status


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (2, "End the programs"),
        (3, "nvidia_uvm"),
        (35, "older than the CUDA libraries"),
        (36, "too old"),
        (46, "nvidia-smi -c 0"),
        (100, "MIG"),
        (304, "/dev/nvidia"),
        (802, "Fabric Manager"),
        (803, "Restart"),
        (804, "cuda-compat"),
        (805, "multi-process service"),
        (999, "nvidia_uvm"),
    ],
    ids=lambda one: str(one),
)
def test_before_it_is_open_a_device_is_unavailable(code: int, words: str) -> None:
    error = cuda_errors.while_opening(CudaError(code))
    assert type(error) is Unavailable
    assert words in str(error)
    assert f"CUDA error {code}" in error.message
    assert error.ends_all


@pytest.mark.parametrize(
    ("code", "kind", "ends_all"),
    [
        (2, OutOfMemory, False),
        (500, NoSuchKernel, False),
        (209, NoSuchKernel, False),
        (701, NoSuchKernel, False),
        (700, KernelFault, True),
        (710, KernelFault, True),
        (714, KernelFault, True),
        (715, KernelFault, True),
        (716, KernelFault, True),
        (717, KernelFault, True),
        (718, KernelFault, True),
        (719, KernelFault, True),
        (702, LaunchTimeout, True),
        (214, MemoryFault, True),
        (46, DeviceLost, True),
        (100, DeviceLost, True),
        (999, DeviceLost, True),
        (12345, DeviceError, True),
    ],
    ids=lambda one: one.__name__ if isinstance(one, type) else str(one),
)
def test_afterwards_it_says_what_happened(code: int, kind: type[DeviceError], ends_all: bool) -> None:
    error = cuda_errors.while_running(CudaError(code, "cudaErrorThis: an explanation\nand more"))
    assert type(error) is kind
    assert error.ends_all is ends_all
    assert "{" not in str(error)
    assert "and more" not in str(error)


@pytest.mark.parametrize("number", sorted(cuda_errors.OPENING), ids=str)
def test_every_refusal_says_what_to_do(number: int) -> None:
    error = cuda_errors.while_opening(CudaError(number))
    assert error.message.endswith(".")
    assert error.advice.endswith(".")


@given(text=st.text(), status=st.none() | st.integers())
@settings(max_examples=examples(100), deadline=None)
def test_whatever_a_library_says_becomes_one_clean_line(text: str, status: int | None) -> None:
    error = RuntimeError(text)
    if status is not None:
        error.status = status  # type: ignore[attr-defined]
    for said in (
        cuda_errors.while_opening(error), cuda_errors.while_running(error),
        cuda_errors.no_library(error), cuda_errors.no_compiler(error),
    ):  # fmt: skip
        assert str(said).isprintable()
        assert 0 < len(str(said)) < 700


def test_a_missing_library_is_told_apart_from_a_broken_one() -> None:
    missing = cuda_errors.no_library(ModuleNotFoundError("No module named 'cupy'", name="cupy"))
    assert "not installed" in missing.message
    assert "gpu-inspector[cuda12]" in missing.advice
    broken = cuda_errors.no_library(ImportError("libcublas.so.12: cannot open shared object file"))
    assert "cannot be loaded: libcublas.so.12" in broken.message
    assert "libcuda" in str(cuda_errors.no_driver())
    assert "NVRTC" in str(cuda_errors.no_compiler(RuntimeError("libnvrtc.so.12 not found")))
