"""Limits of what is said of other programs' tests (foreign.py); `thresholds.py` lists them with the others."""

from gpu_inspector.checks.limit import Limit

TESTS_NAMED = Limit(
    6,
    "tests",
    "proposed by this project: what fits into one sentence of a report",
    "A diagnosis of DCGM has about twenty-five tests a card; the report's own section lists them all.",
)
