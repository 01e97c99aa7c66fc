"""What a simulated chip does in a clock, by the family of its die.

Rates are operations per clock and SM (a tensor unit's multiply-add counts two), latencies clocks. FP32, FP64 and
integer rates are those of CUDA's table of arithmetic throughput; tensor rates follow from published peak rates (note,
3.3), halved for sums of 32 bits on GeForce; latencies of caches and DRAM are the note's table 3.2 for GA100, GA102,
AD102 and GH100, and set from memory for all others [M]. Hopper's matrix instructions reach about 60 % of its peak from
these kernels [M]. Limits of shared memory are those of CUDA's table of compute capabilities [M].
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from gpu_inspector.measure.simulation.silicon import Chip

_KIB = 1024
_HOPPER_SHARE = 0.62
_THROTTLED = 32.0
"""CMP 170HX: 0.39 TFLOPS of FMA against 6.25 of additions, an FMA counting two (note, 3.3)."""
_THROTTLED_TENSOR = 64.0
"""CMP 170HX: 6.3 TFLOPS on 70 SMs at 1,410 MHz (note, 3.3)."""
_THROTTLED_TENSOR_CLOCKS = 256.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Dies that do the same in a clock."""

    capability: tuple[int, int]
    fp32: float
    fp64: float
    mad: float
    dp4a: float
    fp16: float
    tensor: float = 0.0
    """Of 16-bit floats with sums of 16 bits; 0 where tensor units are missing."""
    wide_sums: float = 1.0
    """What is left of it with sums of 32 bits."""
    fp64_tensor: float = 4.0
    shared_bytes_per_block: int
    shared_bytes_per_multiprocessor: int
    threads: int
    l1_bytes: int
    l1_cycles: float
    l2_cycles: float
    dram_cycles: float
    l2_halves: bool = False
    tensor_latency: float = 32.0


_PASCAL = Family(
    capability=(6, 1), fp32=128, fp64=4, mad=43, dp4a=128, fp16=1,
    shared_bytes_per_block=48 * _KIB, shared_bytes_per_multiprocessor=96 * _KIB, threads=2048,
    l1_bytes=24 * _KIB, l1_cycles=82.0, l2_cycles=216.0, dram_cycles=430.0,
)  # fmt: skip
_TURING = Family(
    capability=(7, 5), fp32=64, fp64=2, mad=64, dp4a=64, fp16=64, tensor=1024, wide_sums=0.5,
    shared_bytes_per_block=64 * _KIB, shared_bytes_per_multiprocessor=64 * _KIB, threads=1024,
    l1_bytes=64 * _KIB, l1_cycles=32.0, l2_cycles=190.0, dram_cycles=430.0,
)  # fmt: skip
_GA100 = Family(
    capability=(8, 0), fp32=64, fp64=32, mad=64, dp4a=64, fp16=128, tensor=2048, fp64_tensor=128,
    shared_bytes_per_block=163 * _KIB, shared_bytes_per_multiprocessor=164 * _KIB, threads=2048,
    l1_bytes=160 * _KIB, l1_cycles=33.0, l2_cycles=205.0, dram_cycles=530.0, l2_halves=True,
)  # fmt: skip
_GA10X = Family(
    capability=(8, 6), fp32=128, fp64=2, mad=64, dp4a=64, fp16=64, tensor=1024, wide_sums=0.5,
    shared_bytes_per_block=99 * _KIB, shared_bytes_per_multiprocessor=100 * _KIB, threads=1536,
    l1_bytes=112 * _KIB, l1_cycles=33.0, l2_cycles=250.0, dram_cycles=550.0,
)  # fmt: skip
_ADA = Family(
    capability=(8, 9), fp32=128, fp64=2, mad=64, dp4a=64, fp16=64, tensor=1024, wide_sums=0.5,
    shared_bytes_per_block=99 * _KIB, shared_bytes_per_multiprocessor=100 * _KIB, threads=1536,
    l1_bytes=112 * _KIB, l1_cycles=34.0, l2_cycles=274.0, dram_cycles=600.0,
)  # fmt: skip
_HOPPER = Family(
    capability=(9, 0), fp32=128, fp64=64, mad=64, dp4a=64, fp16=128,
    tensor=4096 * _HOPPER_SHARE, fp64_tensor=256 * _HOPPER_SHARE,
    shared_bytes_per_block=227 * _KIB, shared_bytes_per_multiprocessor=228 * _KIB, threads=2048,
    l1_bytes=224 * _KIB, l1_cycles=32.0, l2_cycles=280.0, dram_cycles=650.0, l2_halves=True,
)  # fmt: skip
FAMILIES: Final = {
    "GP107": _PASCAL,
    "TU102": _TURING,
    "GA100": _GA100,
    "GA102": _GA10X,
    "GA104": _GA10X,
    "GA106": _GA10X,
    "AD102": _ADA,
    "GH100": _HOPPER,
}
"""By die."""


def chip(
    die: str,
    *,
    multiprocessors: int,
    l2_bytes: int,
    clock_mhz: float,
    area_mm2: float,
    seed: int,
    throttled: bool = False,
) -> Chip:
    """A chip of a die. The seed gives how near to its peak each unit comes, the clock's bin and the latencies."""
    family = FAMILIES[die]
    vary = np.random.default_rng([seed, 10])

    def about(value: float, spread: float) -> float:
        return value * float(vary.uniform(1.0 - spread, 1.0 + spread))

    rates = {name: rate * float(vary.uniform(0.985, 1.0)) for name, rate in _rates(family, throttled).items()}
    tensor_clocks = _THROTTLED_TENSOR_CLOCKS if throttled else family.tensor_latency
    return Chip(
        die=die,
        compute_capability=family.capability,
        multiprocessors=multiprocessors,
        lanes=round(family.fp32),
        rates=rates,
        latencies={"fp32-fma": 4.0 if family.capability >= (7, 0) else 6.0, "tensor-f16-f32": tensor_clocks},
        shared_bytes_per_block=family.shared_bytes_per_block,
        shared_bytes_per_multiprocessor=family.shared_bytes_per_multiprocessor,
        threads_per_multiprocessor=family.threads,
        l1_bytes=family.l1_bytes,
        l2_bytes=l2_bytes,
        l2_halves=family.l2_halves,
        knee_share=float(vary.uniform(0.95, 0.99)),
        l1_cycles=about(family.l1_cycles, 0.01),
        l2_cycles=about(family.l2_cycles, 0.02),
        dram_cycles=about(family.dram_cycles, 0.03),
        clock_mhz=about(clock_mhz, 0.02),
        area_mm2=area_mm2,
    )


def _rates(family: Family, throttled: bool) -> dict[str, float]:
    """By the names of operations.py."""
    slow = _THROTTLED if throttled else 1.0
    half = _THROTTLED_TENSOR if throttled else family.tensor
    wide = half * family.wide_sums
    rates = {
        "fp32-fma": family.fp32 / slow,
        "fp32-add": family.fp32,
        "fp32-mul": family.fp32,
        "fp64-fma": family.fp64 / slow,
        "int32-mad": family.mad,
        "int8-dp4a": family.dp4a,
        "fp16-fma2": family.fp16,
    }
    if family.tensor:
        rates |= {
            "tensor-f16-f16": half,
            "tensor-f16-f32": wide,
            "tensor-s8": 2 * half,
            "tensor-bf16": wide,
            "tensor-tf32": wide / 2,
            "tensor-f64": family.fp64_tensor / slow,
            "tensor-fp8": 2 * wide,
        }
    return rates
