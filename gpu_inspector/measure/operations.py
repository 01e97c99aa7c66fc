"""The operations whose rates tell dies apart: the kernel of each, and from which compute capability on it exists.

All `rate_*` and `latency_*` kernels (`kernels/die.cu`, `kernels/tensor.cu`) take the same two arguments, (iterations,
out). Block b writes four 64-bit numbers to `out`: the %smid it ran on, clock64 before and after, and a value that
depends on the results, so that no compiler drops the work. Every thread of a rate kernel does `per_iteration`
operations in each iteration, over independent accumulators; a latency kernel does them one after another.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Operation:
    """`per_iteration` counts for a thread of a scalar kernel, for a whole warp of a tensor kernel.

    A fused multiply-add is one operation of a scalar kernel and two of a tensor kernel.
    """

    name: str
    kernel: str
    first_capability: tuple[int, int]
    per_iteration: int
    tensor: bool = False


_CHAINS = 16
"""Independent accumulators of a thread."""
_REPEATS = 8
"""Operations of each accumulator in one iteration."""
_SCALAR = _CHAINS * _REPEATS
_TENSOR = 4 * 4
"""Matrix instructions of a warp in one iteration: 4 independent accumulators, 4 times."""


def _mma(rows: int, columns: int, depth: int) -> int:
    return 2 * rows * columns * depth * _TENSOR


OPERATIONS = (
    Operation("fp32-fma", "rate_fp32_fma", (5, 0), _SCALAR),
    Operation("fp32-add", "rate_fp32_add", (5, 0), _SCALAR),
    Operation("fp32-mul", "rate_fp32_mul", (5, 0), _SCALAR),
    Operation("fp64-fma", "rate_fp64_fma", (5, 0), _SCALAR),
    Operation("int32-mad", "rate_int32_mad", (5, 0), _SCALAR),
    Operation("int8-dp4a", "rate_int8_dp4a", (6, 1), _SCALAR),
    Operation("fp16-fma2", "rate_fp16_fma2", (6, 0), _SCALAR),
    Operation("tensor-f16-f16", "rate_tensor_f16_f16", (7, 0), _mma(16, 16, 16), tensor=True),
    Operation("tensor-f16-f32", "rate_tensor_f16_f32", (7, 0), _mma(16, 16, 16), tensor=True),
    Operation("tensor-s8", "rate_tensor_s8", (7, 5), _mma(8, 8, 16), tensor=True),
    Operation("tensor-bf16", "rate_tensor_bf16", (8, 0), _mma(16, 8, 16), tensor=True),
    Operation("tensor-tf32", "rate_tensor_tf32", (8, 0), _mma(16, 8, 8), tensor=True),
    Operation("tensor-f64", "rate_tensor_f64", (8, 0), _mma(8, 8, 4), tensor=True),
    Operation("tensor-fp8", "rate_tensor_fp8", (8, 9), _mma(16, 8, 32), tensor=True),
)
LATENCIES = (
    Operation("fp32-fma", "latency_fp32_fma", (5, 0), _SCALAR),
    Operation("tensor-f16-f32", "latency_tensor_f16_f32", (7, 0), _mma(16, 16, 16), tensor=True),
)
RATE_THREADS = 1024
"""Threads of the one block that each SM gets in a rate test."""
LATENCY_THREADS = 32
