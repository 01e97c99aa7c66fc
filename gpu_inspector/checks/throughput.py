"""The throughput that was really reached: a lower bound of what the card can do, for export control to hold on to.

TPP, as the control lists define it, is 2 x MacTOPS x bit length, the highest over all kinds of operation. A rate per
clock that was measured, times multiprocessors and clock that were measured, is reached by this card; its peak may be
higher: clocks under test stay below boost, and `mma.sync` does not reach all of Hopper and later. Source: research
note on export control; nothing is judged here.
"""

from gpu_inspector.checks.answer import Answer, consistent, inconclusive
from gpu_inspector.checks.die_fit import count_of
from gpu_inspector.checks.runner import check
from gpu_inspector.checks.thresholds_silicon import FASTEST_MHZ, MOST_PER_CLOCK
from gpu_inspector.language import N_
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


@check("die-throughput", N_("Throughput reached, a lower bound of TPP"))
def throughput(measured_die: DieReading) -> Answer:
    """What was computed in the test, this card can compute; no paper can argue it away."""
    reading, count = measured_die, count_of(measured_die)
    clock = reading.clock_mhz or 0.0
    if count is None or not 0.0 < clock < FASTEST_MHZ or reading.disturbed:
        return inconclusive(
            "Counts, rates and clock were not all measured undisturbed: no bound can be given.",
            advice="Measure again with nothing else on the card.",
        )
    scale = count * clock * 1e6 / 1e12
    found = [
        (one.per_clock_per_sm * scale * factor, bits[one.operation], one.operation)
        for one in reading.rates
        for factor, bits in ((2, _MACS), (1, _OPERATIONS))
        if one.operation in bits and 0.0 < one.per_clock_per_sm < MOST_PER_CLOCK
    ]
    if not found:
        return inconclusive("No rate was measured that TPP counts.", advice="Measure again.")
    tops, length, name = max(found, key=lambda one: one[0] * one[1])
    return consistent(
        "TPP of {tpp} at least: {operation} reached {tops} TOPS at {bits} bit, {clock} MHz on {count} multiprocessors.",
        observed=f"TPP >= {tops * length:.0f}",
        source="measurement",
        tpp=f"{tops * length:.0f}",
        operation=name,
        tops=f"{tops:.4g}",
        bits=length,
        clock=f"{clock:.0f}",
        count=count,
    )
