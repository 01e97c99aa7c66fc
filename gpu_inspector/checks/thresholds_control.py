"""By how much a figure of the office's own control card may differ between two days, without anything being amiss.

The errors of the methods are those of the research note; none of these shares was measured over days on a card by this
program's makers. They are wide on purpose: a control card asks for a second look, and accuses nobody.
"""

from gpu_inspector.checks.limit import Limit

_NOTE = "research note on-device tests"
_OWN = "this program's choice"
_REFERENCE = "of the reference"

DRIFT = {
    "multiprocessors": Limit(0.0, _REFERENCE, "a count", "a die neither wins nor loses multiprocessors"),
    "resident": Limit(0.0, _REFERENCE, "a count", "the same, counted a second way"),
    "memory-total": Limit(
        0.01,
        _REFERENCE,
        "reference data: 94 and 96 GB, the closest sizes of one die, are 2 % apart",
        "another driver keeps another few hundred MiB for itself",
    ),
    "memory-right": Limit(0.0, _REFERENCE, "a count", "memory that is sound reads back all that was written"),
    "copy": Limit(0.08, _REFERENCE, f"{_NOTE}, 3.1", "error of a bandwidth; neighbouring widths are 16 % apart"),
    "read": Limit(0.08, _REFERENCE, f"{_NOTE}, 3.1", "error of a bandwidth; neighbouring widths are 16 % apart"),
    "write": Limit(0.08, _REFERENCE, f"{_NOTE}, 3.1", "error of a bandwidth; neighbouring widths are 16 % apart"),
    "to-device": Limit(0.20, _REFERENCE, f"{_NOTE}, 4.1", "0.72 to 0.88 of the raw rate is usual: a fifth apart"),
    "to-host": Limit(0.20, _REFERENCE, f"{_NOTE}, 4.1", "0.72 to 0.88 of the raw rate is usual: a fifth apart"),
    "link-generation": Limit(0.0, _REFERENCE, "a count", "in the same slot, under load, a link trains the same"),
    "link-width": Limit(0.0, _REFERENCE, "a count", "in the same slot, under load, a link trains the same"),
    "rate": Limit(0.05, _REFERENCE, f"{_NOTE}, 3.4", "error of the method; a rate per clock moves with nothing else"),
    "l1-latency": Limit(0.05, _REFERENCE, f"{_OWN}; calibrated on no card", "counted in the die's own clocks"),
    "l2-latency": Limit(0.15, _REFERENCE, f"{_OWN}; calibrated on no card", "the cache may have a clock of its own"),
    "memory-latency": Limit(
        0.30, _REFERENCE, f"{_OWN}; calibrated on no card", "counted in the die's clocks, which rise and fall with heat"
    ),
    "heat": Limit(
        0.35,
        _REFERENCE,
        f"{_OWN}, wider than the 20 to 30 K·mm²/W that the research note on heat (4.2) has from memory",
        "sensors round to whole degrees, and paste settles",
    ),
}
"""Kind of a figure (records/drift.py) -> the share by which it may differ."""
