"""Writes docs/checks.md from the code: from a finding's id to the function, its limits and its sources in two steps.

    python -m tools.make_checks_doc [--to FILE]

Beside it, in the same folder, docs/heuristics.md is written, from the table of rules on rework.

Everything is read out of the source text: which helpers a check calls, which constants these use, which outcomes they
can give. So nothing in the page can say other than the code; a test fails where the committed page is stale.
"""

import argparse
import ast
import inspect
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType

from gpu_inspector.checks import ALL_CHECKS, thresholds
from gpu_inspector.checks.limit import Limit
from gpu_inspector.checks.runner import Check
from gpu_inspector.records.accuracy import NOT_TRIED, cells, of
from gpu_inspector.records.words import ROLES
from tools import checks_fooled, heuristics_page

REPOSITORY = Path(__file__).resolve().parent.parent
TARGET = REPOSITORY / "docs" / "checks.md"
HEURISTICS = "heuristics.md"
"""The page beside it."""
PACKAGE = "gpu_inspector.checks"
LONGEST = 160
"""Characters of a value or a source that are shown."""
FRAME = ("answer", "runner", "subject", "limit")
"""Modules of the checks that every check goes through, and that judge nothing."""
ANSWERS = {
    "consistent": "CONSISTENT",
    "inconclusive": "INCONCLUSIVE",
    "not_applicable": "NOT_APPLICABLE",
    "contradicted": "CONTRADICTED",
}
SIGNS = ("NOTED", "SUSPICIOUS")
"""What a sign becomes: the strong ones are SUSPICIOUS."""
STRONG = "Strength.STRONG"
HEAD = """# The checks

Made by `tools/make_checks_doc.py` from the code; do not edit. A finding in a report names its check; under that id
stands here the function that gave the answer, with the limits and the sources that it and its helpers name. `sign`
gives NOTED for a weak or medium sign and SUSPICIOUS ("unexplained deviation") for a strong one; a check whose needs are
missing, or that fails, answers INCONCLUSIVE by [the runner](../gpu_inspector/checks/runner.py). The outcomes
are the most that the code can give. How often each check was tried is explained in [accuracy.md](accuracy.md); the
rules on rework, and how far each of them may go, stand in [heuristics.md](heuristics.md); the known forgeries, and
which check shows each, stand [behind the checks](#forgeries), and every threshold [at the end](#thresholds).
"""
THRESHOLDS = """## thresholds

Every number that a check compares with, with its unit, its reason and its source, from the `thresholds*.py` of
`gpu_inspector/checks/`. Shares are of 1. A test fails where a check compares with a number of its own.

| name | value | unit | why | source |
|---|---|---|---|---|
"""


@dataclass(slots=True)
class Reach:
    """What a check's function comes to, through its helpers."""

    functions: list[str] = field(default_factory=list)
    constants: dict[str, str] = field(default_factory=dict)
    """Module and name -> value and comment."""
    limits: dict[str, Limit] = field(default_factory=dict)
    """Thresholds by name."""
    outcomes: set[str] = field(default_factory=set)
    strong: bool = False
    """Whether anything on the way names a strong sign."""
    varied: bool = False
    """Whether a sign's strength is reckoned, and not written beside it."""
    sources: list[str] = field(default_factory=list)
    innocent: list[str] = field(default_factory=list)
    """Innocent explanations that its findings name."""


@cache
def tree_of(module: ModuleType) -> ast.Module:
    """The module's own text, parsed."""
    return ast.parse(inspect.getsource(module))


@cache
def functions_of(module: ModuleType) -> dict[str, ast.FunctionDef | ast.ClassDef]:
    """Functions and classes at the module's top, by name."""
    body = tree_of(module).body
    return {node.name: node for node in body if isinstance(node, ast.FunctionDef | ast.ClassDef)}


@cache
def constants_of(module: ModuleType) -> dict[str, tuple[str, str]]:
    """Upper-case names at the module's top -> (value, the text below it)."""
    found = {}
    body = tree_of(module).body
    for place, node in enumerate(body):
        if not isinstance(node, ast.Assign | ast.AnnAssign):
            continue
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        if not isinstance(target, ast.Name) or not target.id.isupper() or node.value is None:
            continue
        after = body[place + 1] if place + 1 < len(body) else None
        told = after.value.value if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant) else ""
        value = ast.unparse(node.value)
        found[target.id] = (value, inspect.cleandoc(told) if isinstance(told, str) else "")
    return found


@cache
def imported_by(module: ModuleType) -> dict[str, tuple[str, str]]:
    """Names that come from other modules of the checks -> (module, name there; "" for a whole module)."""
    found = {}
    for node in ast.walk(tree_of(module)):
        if isinstance(node, ast.ImportFrom) and node.module == PACKAGE:
            found.update({one.asname or one.name: (f"{PACKAGE}.{one.name}", "") for one in node.names})
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith(f"{PACKAGE}."):
            found.update({one.asname or one.name: (str(node.module), one.name) for one in node.names})
    return found


def reach_of(check: Check) -> Reach:
    """Everything that the check's function and its helpers, one after the other, name."""
    reach = Reach()
    module = import_module(check.answer.__module__)
    waiting = [(module, check.answer.__name__)]
    seen: set[tuple[str, str]] = set()
    while waiting:
        module, name = waiting.pop(0)
        node = functions_of(module).get(name)
        if node is None or (module.__name__, name) in seen or module.__name__.removeprefix(f"{PACKAGE}.") in FRAME:
            continue
        seen.add((module.__name__, name))
        reach.functions.append(f"{module.__name__.removeprefix(f'{PACKAGE}.')}.{name}")
        _look(node, module, reach)
        told = [one for one in checks_fooled.innocent_in(node, module) if "{" not in one]
        reach.innocent += [one for one in dict.fromkeys(told) if one not in reach.innocent]
        waiting += _called(node, module)
    reach.outcomes |= set(SIGNS if reach.strong else SIGNS[:1]) if reach.varied else set()
    return reach


def _within(node: ast.AST) -> Iterator[ast.AST]:
    """Everything in a function's body; its decorator and the types of its parameters call nothing."""
    for part in getattr(node, "body", ()):
        yield from ast.walk(part)


def _look(node: ast.AST, module: ModuleType, reach: Reach) -> None:
    """The constants, outcomes and sources that one function names."""
    for one in _within(node):
        if isinstance(one, ast.Name | ast.Attribute):
            _note_constant(one, module, reach)
            reach.strong |= ast.unparse(one) == STRONG
        if not isinstance(one, ast.Call):
            continue
        called = one.func.id if isinstance(one.func, ast.Name) else ""
        if called in ANSWERS:
            reach.outcomes.add(ANSWERS[called])
        if called == "sign":
            strength = one.args[0] if one.args else None
            named = ast.unparse(strength) if isinstance(strength, ast.Attribute) else ""
            if named.startswith("Strength."):
                reach.outcomes.add(SIGNS[named == STRONG])
            else:
                reach.varied = True
        for keyword in one.keywords:
            if keyword.arg == "outcome" and ast.unparse(keyword.value).startswith("Outcome."):
                reach.outcomes.add(ast.unparse(keyword.value).removeprefix("Outcome."))
            if keyword.arg in ("source", "against") and isinstance(
                keyword.value, ast.Constant | ast.JoinedStr | ast.Name
            ):
                text = _text(keyword.value, module)
                reach.sources += [text] if text and text not in reach.sources else []


def _note_constant(one: ast.Name | ast.Attribute, module: ModuleType, reach: Reach) -> None:
    owner, name = module, one.id if isinstance(one, ast.Name) else ""
    if isinstance(one, ast.Attribute) and isinstance(one.value, ast.Name):
        place, inner = imported_by(module).get(one.value.id, ("", ""))
        owner, name = (import_module(place), one.attr) if place and not inner else (module, "")
    elif name in imported_by(module):
        place, name = imported_by(module)[name]
        owner = import_module(place)
    limit = vars(owner).get(name) if name else None
    if isinstance(limit, Limit):
        reach.limits[name] = limit
    elif isinstance(limit, Mapping):
        reach.limits |= {f"{name}[{key}]": each for key, each in limit.items() if isinstance(each, Limit)}
    if not name or name not in constants_of(owner) or owner.__name__.removeprefix(f"{PACKAGE}.") in FRAME:
        return
    value, told = constants_of(owner)[name]
    reach.strong |= STRONG in value
    if not isinstance(limit, Limit) and _is_limit(value):
        key = f"{owner.__name__.removeprefix(f'{PACKAGE}.')}.{name}"
        reach.constants[key] = f"`{_cut(value)}`" + (f": {' '.join(told.split())}" if told else "")


def _is_limit(value: str) -> bool:
    """Numbers and lists of names are limits; sentences for people, and what says that a fact is missing, are not."""
    return not any(call in value for call in ("N_(", "Missing(")) and not value.startswith(("'", '"'))


def _text(value: ast.expr, module: ModuleType) -> str:
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        return value.value
    if isinstance(value, ast.Name):
        place, name = imported_by(module).get(value.id, (module.__name__, value.id))
        found = constants_of(import_module(place)).get(name, ("", ""))[0]
        read = ast.parse(found, mode="eval").body if found else None
        if isinstance(read, ast.Call) and read.args:
            read = read.args[0]
        return read.value if isinstance(read, ast.Constant) and isinstance(read.value, str) else ""
    return ""


def _called(node: ast.AST, module: ModuleType) -> Iterator[tuple[ModuleType, str]]:
    """Helpers that stand in the same module or in another one of the checks, in the order of the text."""
    names = [one for one in _within(node) if isinstance(one, ast.Name | ast.Attribute)]
    for one in sorted(names, key=lambda each: (each.lineno, each.col_offset)):
        if isinstance(one, ast.Name):
            place, name = imported_by(module).get(one.id, (module.__name__, one.id))
            if name:
                yield import_module(place), name
        elif isinstance(one.value, ast.Name):
            place, inner = imported_by(module).get(one.value.id, ("", ""))
            if place and not inner:
                yield import_module(place), one.attr


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def entry(check: Check) -> str:
    """The page's part on one check."""
    module = import_module(check.answer.__module__)
    path = Path(inspect.getfile(module)).resolve().relative_to(REPOSITORY).as_posix()
    line = functions_of(module)[check.answer.__name__].lineno
    reach = reach_of(check)
    reach.outcomes.add("INCONCLUSIVE")
    order = ("CONSISTENT", "NOTED", "INCONCLUSIVE", "SUSPICIOUS", "CONTRADICTED", "NOT_APPLICABLE")
    needs = ", ".join(f"{need} (may be missing)" if need in check.optional else need for need in check.needs)
    lines = [
        f"## {check.id}",
        "",
        f"**{check.title}** · {ROLES[check.role]} · [`{path}:{line}`](../{path}#L{line}), `{check.answer.__name__}`",
        "",
        f"{' '.join(check.reason.split())}",
        "",
        f"- Needs: {needs}",
        f"- Can answer: {', '.join(one for one in order if one in reach.outcomes)}",
    ]
    lines += checks_fooled.lines(check, reach.innocent)
    lines += [f"- {heuristics_page.limit_words(name, limit)}" for name, limit in sorted(reach.limits.items())]
    lines += [f"- List `{name}` = {told}" for name, told in sorted(reach.constants.items())]
    lines += [f"- Source: {_cut(source)}" for source in reach.sources]
    if len(reach.functions) > 1:
        lines.append(f"- Through: {', '.join(f'`{name}`' for name in reach.functions[1:])}")
    tried, accused, bound, altered, missed, missed_bound = cells(of(check.id))
    known = f"{tried} machines, {accused} accused, at most {bound}" if tried != NOT_TRIED else NOT_TRIED
    forged = f"{altered}, {missed} missed, at most {missed_bound}" if altered != NOT_TRIED else NOT_TRIED
    lines.append(f"- On genuine cards: {known}; on altered ones: {forged}")
    return "\n".join(lines) + "\n"


def page() -> str:
    """docs/checks.md."""
    index = "\n".join(f"- [{check.id}](#{check.id}): {check.title}" for check in ALL_CHECKS)
    return "\n".join((HEAD, f"{index}\n", *map(entry, ALL_CHECKS), checks_fooled.forgeries(), _thresholds()))


def _thresholds() -> str:
    """One table of all thresholds."""
    rows = (
        f"| `{name}` | {float(limit):g} | {limit.unit} | {limit.why} | {limit.source} |"
        for name, limit in sorted(thresholds.all_limits().items())
    )
    return THRESHOLDS + "\n".join(rows) + "\n"


def main(arguments: list[str] | None = None) -> int:
    """Always 0; a check that cannot be read is a defect and raises."""
    parser = argparse.ArgumentParser(description="Write docs/checks.md and docs/heuristics.md from the code.")
    parser.add_argument("--to", type=Path, default=TARGET)
    options = parser.parse_args(arguments)
    options.to.write_text(page(), encoding="utf-8")
    options.to.with_name(HEURISTICS).write_text(heuristics_page.page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
