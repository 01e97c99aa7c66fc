"""What a measured die computed in the test, as a number of the control lists: operations, bits, clock.

TPP, as the control lists define it, is 2 x MacTOPS x bit length, the highest over all kinds of operation. Source:
research note on export control, 1.2.
"""

from dataclasses import dataclass

from gpu_inspector.checks import thresholds_export as limits
from gpu_inspector.checks.die_fit import count_of
from gpu_inspector.checks.thresholds_silicon import FASTEST_MHZ, MOST_PER_CLOCK
from gpu_inspector.records.silicon import DieReading

_MACS = {"fp32-fma": 32, "fp64-fma": 64}
"""Operations that are one multiply-add each: two by the definition. Bits of their factors."""
_OPERATIONS = {
    "tensor-f16-f16": 16,
    "tensor-f16-f32": 16,
    "tensor-bf16": 16,
    "tensor-s8": 8,
    "tensor-fp8": 8,
    "tensor-f64": 64,
}
"""Tensor operations, where a multiply-add counts as two already. Bits of their factors."""


@dataclass(frozen=True, slots=True)
class Reached:
    """The best of what was measured."""

    operation: str
    bits: int
    per_clock: float
    """Operations per clock of the whole chip, a multiply-add counted as two."""
    count: int
    """Multiprocessors."""
    clock_mhz: float

    @property
    def tops(self) -> float:
        return self.per_clock * self.clock_mhz * 1e6 / 1e12

    @property
    def tpp(self) -> float:
        """At the clock of the test."""
        return self.tops * self.bits

    def at_least(self, rated_mhz: float | None) -> float:
        """TPP after the guard band, at the clock that the rule asks for, which is the rated one.

        Boards run beyond it: an honest RTX 4090 D at 2,750 MHz passes 4,800, and is rated at 2,520.
        """
        guarded = self.tpp * (1 - limits.GUARD_BAND)
        if rated_mhz is None or not 0 < rated_mhz < FASTEST_MHZ:
            return guarded / limits.BEYOND_RATED
        return guarded * min(rated_mhz / self.clock_mhz, 1.0)


def reached(reading: DieReading) -> Reached | None:
    """None where counts, rates and clock were not all measured undisturbed."""
    count, clock = count_of(reading), reading.clock_mhz or 0.0
    if count is None or not 0.0 < clock < FASTEST_MHZ or reading.disturbed:
        return None
    found = [
        Reached(one.operation, bits[one.operation], one.per_clock_per_sm * count * factor, count, clock)
        for one in reading.rates
        for factor, bits in ((2, _MACS), (1, _OPERATIONS))
        if one.operation in bits and 0.0 < one.per_clock_per_sm < MOST_PER_CLOCK
    ]
    return max(found, key=lambda one: one.tpp, default=None)
