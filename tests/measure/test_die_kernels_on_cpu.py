"""The kernels of the die, run on the CPU with their instructions counted: rates are counts, so a constant that differs
between kernel and host would make every card another one."""

import ctypes
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from measure.keeping import Keeper, compiler_version

from gpu_inspector.measure import kernel_sources
from gpu_inspector.measure.operations import LATENCIES, OPERATIONS, RATE_THREADS, Operation

HEADER = Path(__file__).parent / "cpu" / "counting.h"
TEXTS = {name: kernel_sources.texts()[name] for name in ("die", "tensor")}
# The two instructions that are done and not counted.
DONE = {
    'asm volatile("mov.u32 %0, %%smid;" : "=r"(id));': "id = stated_multiprocessor;",
    'asm volatile("ld.global.ca.u64 %0, [%1];" : "=l"(value) : "l"(address) : "memory");': "value = *(u64*)address;",
}
INSTRUCTIONS = {
    "fp32-fma": "fma.rn.f32",
    "fp32-add": "add.rn.f32",
    "fp32-mul": "mul.rn.f32",
    "fp64-fma": "fma.rn.f64",
    "int32-mad": "mad.lo.u32",
    "int8-dp4a": "dp4a.u32.u32",
    "fp16-fma2": "fma.rn.f16x2",
    "tensor-f16-f16": "wmma.mma.sync.aligned.row.col.m16n16k16.f16.f16",
    "tensor-f16-f32": "wmma.mma.sync.aligned.row.col.m16n16k16.f32.f32",
    "tensor-s8": "mma.sync.aligned.m8n8k16.row.col.s32.s8.s8.s32",
    "tensor-bf16": "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32",
    "tensor-tf32": "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32",
    "tensor-f64": "mma.sync.aligned.m8n8k4.row.col.f64.f64.f64.f64",
    "tensor-fp8": "mma.sync.aligned.m16n8k32.row.col.f32.e4m3.e4m3.f32",
}
EVERY = (*OPERATIONS, *LATENCIES)
Numbers = npt.NDArray[np.uint64]


class Kernels:
    """One file of kernels as a library of the CPU."""

    def __init__(self, keeper: Keeper, name: str, text: str) -> None:
        compiler = shutil.which("g++")
        if compiler is None:
            pytest.skip("g++ is not installed")
        for asked, done in DONE.items():
            text = text.replace(asked, done)
        flags = ("-std=c++17", "-O1", "-w", "-shared", "-fPIC", "-x", "c++", "-")
        inputs = (text, HEADER.read_text(encoding="utf-8"), *flags, compiler_version(compiler))

        def make(path: Path) -> None:
            source = f'#include "{HEADER}"\n{text}'
            subprocess.run([compiler, *flags, "-o", path], check=True, input=source, encoding="utf-8")

        library = keeper.file(f"{name}.so", inputs, make)
        self._library: Any = ctypes.CDLL(str(library))
        self._library.counted_text.restype = ctypes.c_char_p
        self._library.counted.restype = ctypes.c_uint64

    def run(self, kernel: str, *arguments: int, block: int = 0, threads: int = 1, multiprocessor: int = 0) -> None:
        """All threads of one block, one after another."""
        for thread in range(threads):
            self._library.place_at(*map(ctypes.c_uint64, (block, thread, threads, multiprocessor)))
            getattr(self._library, kernel)(*map(ctypes.c_uint64, arguments))

    def counted(self) -> dict[str, int]:
        """How often each instruction came since the last question, by its text up to the operands."""
        found: dict[str, int] = {}
        for number in range(64):
            text = self._library.counted_text(number)
            if text is not None:
                literals = "".join(re.findall(r'"([^"]*)"', text.decode().split(" : ")[0]))
                name = literals.split()[0]
                found[name] = found.get(name, 0) + self._library.counted(number)
        self._library.forget()
        return found


def address(array: Numbers) -> int:
    return int(array.ctypes.data)


@pytest.fixture(scope="module")
def files(keeper: Keeper) -> dict[str, Kernels]:
    return {name: Kernels(keeper, name, text) for name, text in TEXTS.items()}


def home(operation: Operation) -> str:
    return kernel_sources.home_of(operation.kernel)


def check_operation(kernels: Kernels, operation: Operation) -> None:
    """What the host takes one iteration to be is what lies between the kernel's two readings of its clock."""
    wanted = INSTRUCTIONS[operation.name]
    shape = re.search(r"m(\d+)n(\d+)k(\d+)", wanted)
    assert operation.tensor is (shape is not None)
    each = 2 * int(np.prod([int(size) for size in shape.groups()])) if shape is not None else 1
    out = np.zeros(16, dtype=np.uint64)
    kernels.counted()
    for iterations in (1, 5):
        kernels.run(operation.kernel, iterations, address(out), block=2, multiprocessor=77)
        count = operation.per_iteration * iterations // each
        assert kernels.counted() == {wanted: count}
        left = out.reshape(4, 4)
        assert left[2, 0] == 77
        assert left[2, 2] - left[2, 1] == count + 1
        assert not left[[0, 1, 3]].any()


def check_multiprocessors(kernels: Kernels) -> None:
    bitmap = np.zeros(256, dtype=np.uint64)  # room for what a changed constant writes too: no heap is spoiled
    ids = (0, 31, 32, 63, 64, 143, 2048, 4095)
    for one in (*ids, 4096, 4160):
        kernels.run("multiprocessors", address(bitmap), 10, multiprocessor=one)
    bits = np.unpackbits(bitmap.view(np.uint8), bitorder="little")
    assert np.flatnonzero(bits).tolist() == list(ids)


def check_residency(kernels: Kernels) -> None:
    """A block that sees all others says so; one that waits in vain gives up."""
    counter, out = np.zeros(1, dtype=np.uint64), np.full(4, 9, dtype=np.uint64)
    for block in range(3):
        kernels.run("residency", address(counter), address(out), 3, 50, block=block)
    assert counter[0] == 3
    assert out.tolist() == [0, 0, 1, 9]


def check_chase(kernels: Kernels) -> None:
    """One walk through all lines, and no further; what is warmed up is not counted."""
    lines, apart = 48, 128
    memory = np.zeros((lines + 1) * apart // 8, dtype=np.uint64)
    kernels.run("chase_prepare", address(memory), lines, apart, 12345, threads=5)
    places = (memory.reshape(-1, apart // 8)[:lines, 0] - address(memory)) / apart
    assert sorted(places) == list(range(lines))
    assert np.count_nonzero(memory) == lines
    out = np.zeros(2, dtype=np.uint64)
    for steps, warm in ((lines, 0), (lines - 7, 7), (7, 2 * lines - 7)):
        kernels.run("chase", address(memory), steps, warm, address(out))
        assert out[1] == address(memory)
    kernels.run("chase", address(memory), lines - 1, 0, address(out))
    assert out[1] != address(memory)
    assert out[0] == 1


OF_DIE: tuple[Callable[[Kernels], None], ...] = (check_multiprocessors, check_residency, check_chase)


@pytest.mark.parametrize("operation", EVERY, ids=lambda one: one.kernel)
def test_an_iteration_does_what_the_host_counts(files: dict[str, Kernels], operation: Operation) -> None:
    check_operation(files[home(operation)], operation)


@pytest.mark.parametrize("check", OF_DIE, ids=lambda one: one.__name__.removeprefix("check_"))
def test_counts_and_the_chase_are_what_the_host_expects(
    files: dict[str, Kernels], check: Callable[[Kernels], None]
) -> None:
    check(files["die"])


def test_the_host_starts_as_many_threads_as_a_kernel_may_have() -> None:
    (threads,) = re.findall(r"#define RATE_THREADS (\d+)", TEXTS["die"])
    assert int(threads) == RATE_THREADS
    (threads,) = re.findall(r"MATRIX\(NAME, (\d+), FACTOR, LEFT, RIGHT, TYPE, EACH, ACCUMULATORS", TEXTS["tensor"])
    assert int(threads) == RATE_THREADS


CHANGES = {
    "chains": ("die", "#define CHAINS 16", "#define CHAINS 15"),
    "repeats": ("die", "#define REPEATS 8", "#define REPEATS 9"),
    "numbers of a block": ("die", "4ull * blockIdx.x", "3ull * blockIdx.x"),
    "operation": ("die", '"add.rn.f32 ', '"mul.rn.f32 '),
    "word of a multiprocessor": ("die", "(id >> 6)", "(id >> 5)"),
    "bit of a multiprocessor": ("die", "(id & 63)", "(id & 31)"),
    "most multiprocessors": ("die", "id < 4096", "id < 8192"),
    "one block": ("die", "atomicAdd((u64*)counter, 1ull)", "atomicAdd((u64*)counter, 2ull)"),
    "next piece": ("die", "cycle.at(i + 1)", "cycle.at(i + 2)"),
    "warm steps": ("die", "i < warm_steps", "i < warm_steps + 1"),
    "accumulators": ("tensor", "#define ACCUMULATORS 4", "#define ACCUMULATORS 8"),
    "repeats of a tensor": ("tensor", "#define REPEATS 4", "#define REPEATS 3"),
    "half of the accumulators": ("tensor", "ACCUMULATORS / 2, REPEATS * 2", "ACCUMULATORS / 2, REPEATS * 4"),
    "shape": ("tensor", "m16n8k8.row.col.f32.tf32", "m16n8k4.row.col.f32.tf32"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_one_constant_changed_is_noticed(keeper: Keeper, change: tuple[str, str, str]) -> None:
    name, before, after = change
    assert before in TEXTS[name]
    kernels = Kernels(keeper, name, TEXTS[name].replace(before, after))
    of_file = [one for one in EVERY if home(one) == name]
    with pytest.raises(AssertionError):
        for operation in of_file:
            check_operation(kernels, operation)
        for check in OF_DIE if name == "die" else ():
            check(kernels)
