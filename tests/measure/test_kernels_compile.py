"""Every kernel is compiled for every generation that we serve; NVRTC needs no card for that."""

from typing import Any

import pytest
from measure.cubins import compiled_once
from measure.keeping import Keeper

from gpu_inspector.measure import kernel_sources
from gpu_inspector.measure.device import NoSuchKernel, Unavailable
from gpu_inspector.measure.operations import LATENCIES, OPERATIONS

CAPABILITIES = (
    (5, 0), (5, 2), (6, 0), (6, 1), (7, 0), (7, 5), (8, 0), (8, 6), (8, 7), (8, 9), (9, 0), (10, 0), (10, 3), (12, 0),
)  # fmt: skip
EVERYWHERE = (
    "fill", "verify", "diagnose", "gather", "poke", "write_all", "read_all", "copy_all", "burn",
    "multiprocessors", "residency", "chase_prepare", "chase",
)  # fmt: skip
FILES = sorted(kernel_sources.texts())


@pytest.fixture(scope="module")
def nvrtc() -> Any:
    library = pytest.importorskip("cupy_backends.cuda.libs.nvrtc", reason="CuPy is not installed here")
    try:
        library.getVersion()
    except (RuntimeError, OSError) as error:
        pytest.skip(f"NVRTC is not installed here: {error}")
    return library


def kernels_in(code: bytes) -> set[str]:
    """A cubin is an ELF file with a section .text.NAME for each kernel."""
    return {piece.split(b"\0", 1)[0].decode() for piece in code.split(b"\0.text.")[1:]}


@pytest.mark.parametrize("capability", CAPABILITIES, ids=lambda one: f"sm_{one[0]}{one[1]}")
def test_every_kernel_exists_where_it_should(nvrtc: Any, capability: tuple[int, int], keeper: Keeper) -> None:
    supported = nvrtc.getSupportedArchs()
    if capability[0] * 10 + capability[1] < min(supported):
        pytest.skip(f"This NVRTC starts at {min(supported)}; the one of CUDA 12.9 serves older cards")
    target = kernel_sources.architecture(capability, supported)
    assert target == f"sm_{capability[0]}{capability[1]}"
    found: dict[str, set[str]] = {}
    for name, text in kernel_sources.texts().items():
        found[name] = kernels_in(compiled_once(keeper, nvrtc, name, text, target))
    wanted = {*EVERYWHERE, *(one.kernel for one in (*OPERATIONS, *LATENCIES) if one.first_capability <= capability)}
    missing = {kernel for kernel in wanted if kernel not in found.get(kernel_sources.home_of(kernel), set())}
    assert missing == set()
    above = {one.kernel for one in (*OPERATIONS, *LATENCIES) if one.first_capability > capability}
    assert above & set().union(*found.values()) == set(), "exists below its first capability"


def test_a_text_that_does_not_compile_says_where(nvrtc: Any) -> None:
    with pytest.raises(RuntimeError) as caught:
        kernel_sources.compiled(nvrtc, "broken", "__global__ void f() { no_such_thing(); }", "sm_75")
    assert any("no_such_thing" in note and "broken.cu" in note for note in caught.value.__notes__)


def test_virtual_code_is_ptx(nvrtc: Any) -> None:
    code = kernel_sources.compiled(nvrtc, "speed", kernel_sources.texts()["speed"], "compute_75")
    assert b".visible .entry copy_all" in code


@pytest.mark.parametrize(
    ("capability", "supported", "target"),
    [
        ((8, 9), (80, 86, 89, 90), "sm_89"),
        ((12, 1), (80, 90, 120), "sm_120"),
        ((8, 7), (75, 80, 86, 89), "sm_86"),
        ((13, 0), (80, 90, 120), "compute_120"),
        ((10, 0), (80, 90), "compute_90"),
    ],
    ids=["its own", "lower minor number", "never a higher minor number", "newer major number", "between"],
)
def test_the_code_is_made_for_what_can_run_it(
    capability: tuple[int, int], supported: tuple[int, ...], target: str
) -> None:
    assert kernel_sources.architecture(capability, supported) == target


def test_a_card_older_than_the_compiler_is_told_what_to_install() -> None:
    with pytest.raises(Unavailable, match="cuda12"):
        kernel_sources.architecture((6, 1), (75, 80, 86))


def test_an_unknown_kernel_is_named() -> None:
    with pytest.raises(NoSuchKernel, match="frobnicate"):
        kernel_sources.home_of("frobnicate")


def test_the_digest_covers_every_file(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = {kernel_sources.digest()}
    assert len(kernel_sources.digest()) == 64
    for name, text in kernel_sources.texts().items():
        other = {**kernel_sources.texts(), name: text + " "}
        with monkeypatch.context() as patch:
            patch.setattr(kernel_sources, "texts", lambda other=other: other)
            seen.add(kernel_sources.digest.__wrapped__())
    assert len(seen) == 1 + len(FILES)
    assert FILES
