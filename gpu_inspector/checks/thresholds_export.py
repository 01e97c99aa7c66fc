"""The thresholds of export control that are ours: the guard band of what was measured, and how much a sentence names.

The limits of the rules themselves are data (`resources/export/`); published figures are compared as they stand.
"""

from gpu_inspector.checks.limit import Limit

_NOTE = "research note on export control"
_OWN = "this program's choice"

GUARD_BAND = Limit(
    0.07,
    "of a measured TPP",
    f"{_NOTE}, 4 (L17); research note on-device tests, 3.4",
    "taken off before a measured rate counts: 5 % is the method's error of a rate per clock, 2 % that of a clock; "
    "neither was measured by this program's makers",
)
BEYOND_RATED = Limit(
    1.25,
    "times the rated clock",
    _OWN,
    "where the rated clock is not known: makers' boards boost a tenth beyond it, no card runs a quarter beyond",
)
MOST_KEPT = Limit(
    512, "classes", _OWN, "that are kept to be found again; a capture that is measured has one of its own"
)
MOST_PRODUCTS = Limit(
    64, "products", _OWN, "that are classed for one card; no id, name or die has as many with figures of their own"
)
CHECKS_TOLD = Limit(
    3, "checks", _OWN, "named in the sentence that says why a claim is no ground; the rest stand in the list"
)
