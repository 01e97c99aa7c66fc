"""Several products that a card or a paper may mean, as one control class: all agree, or it is indeterminate.

An honest answer for "H100" is that of every H100. Where the products' entries differ, none of them is chosen: the entry
is "indeterminate", each product stands with its own, and which of them it is, is the fact that is missing.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from gpu_inspector.language import N_
from gpu_inspector.records.control import INDETERMINATE, NONE, ControlClass, ControlLine, Overlay

T = TypeVar("T")
NAMED = 4
"""Products in one sentence; how many more there are is said."""
_SURE = ("published", "formula", "estimate", "rumour", "die", "nothing")
"""Bases, the firmest first: several rest on the weakest of theirs."""


def merged(classes: Sequence[ControlClass]) -> ControlClass:
    """One class of several products, judged by one day's rules. Raises ValueError where there are none."""
    if not classes:
        raise ValueError("No class can be made of none.")
    first = classes[0]
    if len(classes) == 1:
        return first
    agree = len({one.codified.entry for one in classes}) == 1
    open_facts = _all(one.missing for one in classes)
    if not agree:
        open_facts = (N_(f"which of these products it is: {said_apart(classes)}"), *open_facts)
    return replace(
        first,
        product=listed([one.product for one in classes]),
        basis=max((one.basis for one in classes), key=_rank),
        codified=_line(classes, lambda one: one.codified),
        enforced=_line(classes, lambda one: one.enforced),
        tpp=_same([one.tpp for one in classes]),
        tpp_source="; ".join(dict.fromkeys(one.tpp_source for one in classes if one.tpp_source)),
        performance_density=_same([one.performance_density for one in classes]),
        die_area_mm2=_same([one.die_area_mm2 for one in classes]),
        datacentre=_same([one.datacentre for one in classes]),
        dram_gb_per_s=_same([one.dram_gb_per_s for one in classes]),
        interconnect_gb_per_s=_same([one.interconnect_gb_per_s for one in classes]),
        tpp_at_least=_least([one.tpp_at_least for one in classes]),
        reasons=_reasons(classes),
        missing=open_facts,
        overlays=_overlays(classes),
        candidates=_all(one.candidates for one in classes),
        cautions=_all(one.cautions for one in classes),
    )


def said_apart(classes: Iterable[ControlClass]) -> str:
    """Each entry with the products that have it: "3A090.a (RTX 5090), none (RTX 5090 D)"."""
    by_entry: dict[str, list[str]] = {}
    for one in classes:
        by_entry.setdefault(one.codified.entry, []).append(one.product)
    return ", ".join(f"{entry} ({listed(names)})" for entry, names in by_entry.items())


def listed(names: Iterable[str]) -> str:
    """Names with "or" between them, each once."""
    different = list(dict.fromkeys(names))
    more = N_(f" or {len(different) - NAMED} more") if len(different) > NAMED else ""
    return " or ".join(different[:NAMED]) + more


def _line(classes: Sequence[ControlClass], of: Callable[[ControlClass], ControlLine]) -> ControlLine:
    lines = [of(one) for one in classes]
    first = lines[0]
    if all(line == first for line in lines):
        return first
    entries = {line.entry for line in lines}
    entry = first.entry if len(entries) == 1 else INDETERMINATE
    paragraphs = list(dict.fromkeys(line.paragraph for line in lines if line.paragraph))
    comparisons = first.comparisons if all(line.comparisons == first.comparisons for line in lines) else ()
    return replace(
        first,
        entry=entry,
        paragraph=" or ".join(paragraphs) if entry not in (INDETERMINATE, NONE) or len(paragraphs) == 1 else "",
        licence=_same([line.licence for line in lines]) or INDETERMINATE,
        words=_same([line.words for line in lines]) or N_("It depends on the product."),
        comparisons=comparisons,
    )


def _overlays(classes: Sequence[ControlClass]) -> tuple[Overlay, ...]:
    """Those of every product; where results differ, "indeterminate" with each product's own."""
    by_rule: dict[str, list[tuple[str, Overlay | None]]] = {}
    for rule in _all(tuple(overlay.rule for overlay in one.overlays) for one in classes):
        for one in classes:
            found = next((overlay for overlay in one.overlays if overlay.rule == rule), None)
            by_rule.setdefault(rule, []).append((one.product, found))
    return tuple(_overlay(of_products) for of_products in by_rule.values())


def _overlay(of_products: list[tuple[str, Overlay | None]]) -> Overlay:
    known = [overlay for _, overlay in of_products if overlay is not None]
    first = known[0]
    if len(known) == len(of_products) and all(one.result == first.result for one in known):
        return first
    by_result: dict[str, list[str]] = {}
    for product, overlay in of_products:
        by_result.setdefault(overlay.result if overlay is not None else NONE, []).append(product)
    words = ", ".join(f"{result} ({listed(names)})" for result, names in by_result.items())
    return replace(first, result=INDETERMINATE, words=words)


def _reasons(classes: Sequence[ControlClass]) -> tuple[str, ...]:
    """Those of all as they are; those of one with its name."""
    shared = set.intersection(*(set(one.reasons) for one in classes))
    return _all(
        tuple(
            reason if reason in shared or reason.startswith(one.product) else f"{one.product}: {reason}"
            for reason in one.reasons
        )
        for one in classes
    )


def _least(bounds: Sequence[float | None]) -> float | None:
    known = [one for one in bounds if one is not None]
    return min(known) if len(known) == len(bounds) else None


def _rank(basis: str) -> int:
    return _SURE.index(basis) if basis in _SURE else len(_SURE)


def _same(values: Sequence[T]) -> T | None:
    """The value where it is the same everywhere."""
    return values[0] if all(value == values[0] for value in values) else None


def _all(of_each: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for texts in of_each for text in texts))
