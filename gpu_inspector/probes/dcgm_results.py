"""The results in a diagnosis of DCGM, sorted by GPU: which test said what of which card, whatever the layout."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from gpu_inspector.language import N_
from gpu_inspector.probes import foreign_tests, untrusted
from gpu_inspector.records.foreign import ForeignTest

OUTCOMES = {
    "pass": "pass",
    "fail": "fail",
    "warn": "warn",
    "skip": "skip",
    "skipped": "skip",
    "not run": "not finished",
}
"""DCGM's words, folded -> ours. A word that is not here is "unknown", never a pass."""
_INNER = ("DCGM Diagnostic", "DCGM GPU Diagnostic")
_MOST_RESULTS = 20_000
_MOST_GPU = 4096
"""The largest number of a GPU that is believed."""
_NAME = 80


@dataclass(slots=True)
class Results:
    """What was gathered: results with the GPU's number, None for all of them, and what identifies each GPU."""

    tests: list[tuple[int | None, ForeignTest]] = field(default_factory=list)
    gpus: dict[int, dict[str, str]] = field(default_factory=dict)
    others: int = 0
    """Results of entities that are no GPUs."""

    @staticmethod
    def number(value: object) -> int | None:
        """DCGM's number of a GPU, written as a number or as a text; None for anything else."""
        if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit() and len(value) <= 8:
            value = int(value)
        good = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MOST_GPU
        return value if good and isinstance(value, int) else None


def added(results: Results, run: dict[str, Any], suffix: str) -> None:
    """Put the results of one run to the others; `suffix` tells runs apart in the names of the tests."""
    inner = next((run[key] for key in _INNER if isinstance(run.get(key), dict)), run)
    trouble = inner.get("runtime_error")
    if isinstance(trouble, str):
        _add(results, None, N_(f"Diagnosis{suffix}"), N_("not finished"), [trouble])
    for category in _dicts(inner.get("test_categories")):
        for test in _dicts(category.get("tests")):
            name = f"{_clean(test.get('name')) or 'test without a name'}{suffix}"
            entries = list(_dicts(test.get("results")))
            for entry in entries:
                _entry(results, name, entry)
            summary = test.get("test_summary")
            if not entries and isinstance(summary, dict):
                _add(results, None, name, _outcome(summary), _said(summary))


def _entry(results: Results, name: str, entry: dict[str, Any]) -> None:
    group = entry.get("entity_group")
    if "entity_id" in entry and group not in (None, "GPU"):
        results.others += 1
        return
    owners: list[int | None] = [*_owners(results, entry)]
    for owner in owners or [None]:
        if owner is not None:
            results.gpus.setdefault(owner, {})
        _add(results, owner, name, _outcome(entry), _said(entry))


def _owners(results: Results, entry: dict[str, Any]) -> Iterator[int]:
    """The GPUs that a result names: one number, or a text of several with commas."""
    for key in ("gpu_id", "gpu_ids", "entity_id"):
        value = entry.get(key)
        parts = value[:4096].split(",") if isinstance(value, str) else [value]
        for part in parts[: foreign_tests.MOST_TESTS]:
            if (number := results.number(part)) is not None:
                yield number


def _add(results: Results, owner: int | None, name: str, outcome: str, said: list[str]) -> None:
    if len(results.tests) < _MOST_RESULTS:
        test = ForeignTest(tool="", form="", name=name, outcome=outcome, detail=foreign_tests.detail(said))
        results.tests.append((owner, test))


def _outcome(entry: dict[str, Any]) -> str:
    return OUTCOMES.get(_clean(entry.get("status")).casefold(), "unknown")


def _said(entry: dict[str, Any]) -> list[str]:
    """The warnings with their error's number, then what is said for information."""
    warnings, info = entry.get("warnings"), entry.get("info")
    said: list[str] = []
    for one in _some(warnings):
        if isinstance(one, dict):
            text = _clean(one.get("warning")) or _clean(one.get("warnings"))
            code = one.get("error_id")
            numbered = isinstance(code, int) and not isinstance(code, bool) and 0 < code <= foreign_tests.MOST_ERRORS
            said.append(N_(f"{text} (DCGM error {code})") if numbered and text else text)
        else:
            said.append(_clean(one))
    return said + [_clean(one) for one in _some(info)]


def _some(value: object) -> list[object]:
    return value[: foreign_tests.MOST_DETAIL] if isinstance(value, list) else [value]


def _dicts(value: object) -> Iterator[dict[str, Any]]:
    """The objects of a list, its holes left out."""
    yield from (one for one in value if isinstance(one, dict)) if isinstance(value, list) else ()


def _clean(value: object) -> str:
    return untrusted.clean(value) if isinstance(value, str) else ""
