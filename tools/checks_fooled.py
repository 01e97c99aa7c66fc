"""What each check rests on, who can fool that, which known forgeries it shows, which innocent explanations it names.

Read out of the code as the rest of docs/checks.md is: a check's facts tell its sources, `records/forgery.py` tells the
forgeries, the module's own account tells what fools it, and the innocent explanations are those that its findings bear.
"""

import ast
import inspect
import re
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType

from gpu_inspector.checks.runner import Check
from gpu_inspector.checks.subject import Subject
from gpu_inspector.records.forgery import KNOWN

FOOLED = {
    "what the papers say": "whoever writes the papers",
    "what the card claims": "edited firmware, a copied EEPROM, or a driver that was changed",
    "what is measured on the silicon": "nobody but whoever controls the machine that it is measured on",
    "what was seen by eye": "good work with label, laser and solder, and a slip of the one who looks",
    "what another program or another list says": "whoever wrote or edited that file",
    "what the bench says of itself": "whoever controls the bench",
}
"""What a check can rest on -> who or what can fool it (the columns of an inspection, and what stands beside them)."""
_PAPERS, _CLAIMS, _MEASURED, _SEEN, _FILES, _BENCH = FOOLED
_BY_CLASS = {
    "BenchFacts": _BENCH,
    "ToolFacts": _BENCH,
    "SeenFacts": _SEEN,
    "ForeignFacts": _FILES,
    "SiliconFacts": _MEASURED,
    "ServerFacts": _CLAIMS,
    "ExportFacts": _CLAIMS,
    "FirmwareFacts": _CLAIMS,
    "BoardFacts": _CLAIMS,
    "Subject": _CLAIMS,
}
_BY_NAME = {
    "declaration": _PAPERS,
    "drivers": _BENCH,
    "host": _BENCH,
    "tracer": _BENCH,
    "log_signs": _FILES,
    "controller_lists": _FILES,
    "packing_lists": _PAPERS,
    "label_lists": _SEEN,
    "common_heat": _MEASURED,
    "reached": _MEASURED,
    "display_active": _CLAIMS,
}
_NO_SOURCE = frozenset(
    (
        *("card", "catalogue", "evidence", "findings", "products", "whole_card", "not_a_guest", "answering"),
        *("memory_gap", "others", "siblings", "equals", "desktop_rows", "known_matches", "known_device"),
        *("known_images", "datacentre", "multi_gpu_board", "mobile", "server", "server_seen"),
    )
)
"""Facts that are the reference data, a guard, or the whole record: they tell of no source of their own."""


def rests_on(check: Check) -> list[str]:
    """The sources of the check's facts, in the order of FOOLED."""
    found = set()
    for need in check.needs:
        if need in _NO_SOURCE:
            continue
        owner = next((one.__name__ for one in Subject.__mro__ if need in vars(one)), "")
        found.add(_BY_NAME.get(need) or _BY_CLASS[owner])
    return [one for one in FOOLED if one in found]


def fools(module: ModuleType) -> str:
    """What the module itself says that fools its checks; "" where it says nothing of it."""
    found = re.search(r"What fools .*?(?=\s+Sources?:|\n\n|\Z)", inspect.getdoc(module) or "", re.DOTALL)
    return " ".join(found[0].split()) if found else ""


def lines(check: Check, innocent: list[str]) -> list[str]:
    """The page's lines on one check."""
    said = fools(import_module(check.answer.__module__))
    rests = rests_on(check)
    told = "; ".join(f"{one} (can be fooled by {FOOLED[one]})" for one in rests)
    shows = [f"[{one.name}](#{one.id})" for one in KNOWN if check.id in one.seen_by]
    found = [f"- Rests on: {told}"] if rests else []
    found += [f"- {said}"] if said else []
    found += [f"- Shows, of the known forgeries: {'; '.join(shows)}"] if shows else []
    return found + ([f"- Innocent explanations: {'; '.join(innocent)}"] if innocent else [])


def forgeries() -> str:
    """The page's last part: each known forgery, and the checks that show it."""
    parts = [
        "## forgeries",
        "",
        "Known ways to pass a card off as another, from `gpu_inspector/records/forgery.py`. One that no check shows"
        " passes every inspection; a report names those that its own checks do not rule out. What nobody has described"
        " yet is in no list.",
        "",
    ]
    for one in KNOWN:
        shown = ", ".join(f"[{check}](#{check})" for check in one.seen_by) or "**no check**"
        sold = f" Offered as: {', '.join(one.sold_as)}." if one.sold_as else ""
        parts += [f"### {one.id}", "", f"{one.name[0].upper()}{one.name[1:]}. {one.text}{sold}", ""]
        parts += [f"- Shown by: {shown}", f"- Source: research note on modified cards, {one.source}", ""]
    return "\n".join(parts)


def innocent_in(node: ast.AST, module: ModuleType) -> Iterator[str]:
    """The innocent explanations that a function's findings name; those that are put together are left out."""
    for call in ast.walk(node):
        if not isinstance(call, ast.Call):
            continue
        for keyword in call.keywords:
            if keyword.arg == "innocent":
                yield from _texts(keyword.value, module)


def _texts(value: ast.AST, module: ModuleType) -> Iterator[str]:
    if isinstance(value, ast.Tuple):
        for one in value.elts:
            yield from _texts(one, module)
    elif isinstance(value, ast.Call) and ast.unparse(value.func) == "N_" and isinstance(value.args[0], ast.Constant):
        if isinstance(value.args[0].value, str):
            yield value.args[0].value
    elif isinstance(value, ast.Name) and value.id.isupper():
        held = vars(module).get(value.id)
        yield from (one for one in (held if isinstance(held, tuple) else (held,)) if isinstance(one, str))
    elif isinstance(value, ast.IfExp):
        yield from _texts(value.body, module)
        yield from _texts(value.orelse, module)
    elif isinstance(value, ast.Starred):
        yield from _texts(value.value, module)
