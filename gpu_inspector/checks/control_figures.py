"""By which shares the figures of a control card may differ: what the record of one is made with, ahead of judging.

The shares go into the record with their sources, so that a report tells them and judging it again needs no others.
"""

from collections.abc import Mapping
from types import MappingProxyType

from gpu_inspector.checks.thresholds_control import DRIFT
from gpu_inspector.records.drift import Allowed

ALLOWED: Mapping[str, Allowed] = MappingProxyType(
    {kind: Allowed(float(limit), limit.source) for kind, limit in DRIFT.items()}
)
"""Kind of a figure -> its share and where that is from."""
