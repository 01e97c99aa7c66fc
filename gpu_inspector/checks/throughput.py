"""The throughput that was really reached: a lower bound of what the card can do, for export control to hold on to.

A rate per clock that was measured, times multiprocessors and clock that were measured, is reached by this card; its
peak may be higher: clocks under test stay below boost, and `mma.sync` does not reach all of Hopper and later. Nothing
is judged here: `export_control.py` holds it against figures, with its guard band taken off.
"""

from gpu_inspector.checks.answer import Answer, consistent, inconclusive
from gpu_inspector.checks.reached import reached
from gpu_inspector.checks.runner import check
from gpu_inspector.language import N_
from gpu_inspector.records.silicon import DieReading


@check("die-throughput", N_("Throughput reached, a lower bound of TPP"))
def throughput(measured_die: DieReading) -> Answer:
    """What was computed in the test, this card can compute; no paper can argue it away."""
    found = reached(measured_die)
    if found is None:
        return inconclusive(
            N_("Counts, rates and clock were not all measured undisturbed: no bound can be given."),
            advice=N_("Measure again with nothing else on the card."),
        )
    return consistent(
        N_(
            "TPP of {tpp} at least: {operation} reached {tops} TOPS at {bits} bit, {clock} MHz on {count}"
            " multiprocessors."
        ),
        observed=f"TPP >= {found.tpp:.0f}",
        source=N_("measurement"),
        tpp=f"{found.tpp:.0f}",
        operation=found.operation,
        tops=f"{found.tops:.4g}",
        bits=found.bits,
        clock=f"{found.clock_mhz:.0f}",
        count=found.count,
    )
