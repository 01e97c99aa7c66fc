"""What a child says that it measured, made fit for a record: texts cleaned, and parts refused that nothing can measure.

The lines come from a process in which a driver may have written where it should not. A number that no measurement
gives is no evidence of anything, and must reach neither a check nor a page.
"""

from dataclasses import fields, is_dataclass, replace
from math import isfinite
from typing import Any, TypeVar

from gpu_inspector.errors import CaptureError
from gpu_inspector.probes.untrusted import clean
from gpu_inspector.records import canonical
from gpu_inspector.records.silicon import KEPT_WORDS, MAP_CELLS, MAP_LETTERS, MemoryReading, SiliconReading

PARTS = ("die", "memory", "speed", "link", "heat")
"""The fields of SiliconReading that hold a part."""
_LONGEST_TEXT = 600
"""Characters; the longest are sentences on what a driver refused."""
_LARGEST = 2**53 - 1
"""Of any size, rate, count, time or seed: nine petabytes, nine petabytes a second, centuries."""
_BELOW_ZERO = frozenset(
    {"distances_bytes", "temperature_c", "start_c", "peak_c", "after_cut_c", "hotspot_c", "memory_c", "drop_k_per_w"}
)
"""Fields that may hold less than nothing."""
Record = TypeVar("Record")


class _UnfitError(Exception):
    """A value that no measurement gives."""


def fit(reading: SiliconReading) -> tuple[SiliconReading | None, tuple[str, ...]]:
    """The reading as a record can hold it, None where its head cannot be held; and the names of the parts left out."""
    nothing: dict[str, Any] = dict.fromkeys(PARTS)
    head = _fit(replace(reading, **nothing))
    if head is None:
        return None, ()
    found = {name: part for name in PARTS if (part := getattr(reading, name)) is not None}
    fitting: dict[str, Any] = {name: _fit(part) for name, part in found.items()}
    return replace(head, **fitting), tuple(name for name, part in fitting.items() if part is None)


def _fit(record: Record) -> Record | None:
    try:
        cleaned: Record = _walk(record, "")
        canonical.encode(cleaned)
    except (_UnfitError, CaptureError):
        return None
    return cleaned


def _walk(value: Any, name: str) -> Any:
    """The same value with its texts cleaned; `name` is the field that it stands in."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return clean(value, _LONGEST_TEXT)
    if isinstance(value, int | float):
        _require(isfinite(value) and abs(value) <= _LARGEST and (value >= 0 or name in _BELOW_ZERO))
        return value
    if isinstance(value, tuple):
        _require(len(value) <= KEPT_WORDS)
        return tuple(_walk(one, name) for one in value)
    assert is_dataclass(value) and not isinstance(value, type)
    if isinstance(value, MemoryReading):
        _require(len(value.map) <= MAP_CELLS and set(value.map) <= MAP_LETTERS.keys())
    changed = {one.name: _walk(getattr(value, one.name), one.name) for one in fields(value)}
    return replace(value, **changed)


def _require(holds: bool) -> None:
    if not holds:
        raise _UnfitError
