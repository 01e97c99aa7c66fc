"""Every threshold stands in one place with its unit, source and reason, and no check compares with a bare number."""

import ast
import importlib
import math
from collections.abc import Iterator
from pathlib import Path

import pytest

from gpu_inspector import checks
from gpu_inspector.checks import thresholds
from gpu_inspector.checks.limit import Limit

FOLDER = Path(checks.__file__).parent
ROOMS = sorted(path.stem for path in FOLDER.glob("thresholds*.py"))
MODULES = sorted(path.stem for path in FOLDER.glob("*.py") if path.stem not in ROOMS)
UNITS = ("limit",)
"""Where the conversions of units live."""
DEFINITIONS = {"reached": {"_MACS", "_OPERATIONS"}}
"""Bits of the formats of numbers: what an operation is, and no limit."""
PLAIN = (0, 1)
"""Nothing, and one of something."""


def tree(module: str) -> ast.Module:
    return ast.parse((FOLDER / f"{module}.py").read_text(encoding="utf-8"))


def bare(node: ast.AST) -> Iterator[ast.Constant]:
    """Numbers in an expression; those inside of an index or a slice pick a part, and are not compared with."""
    if isinstance(node, ast.Subscript):
        yield from bare(node.value)
        return
    if isinstance(node, ast.Constant):
        if isinstance(node.value, int | float | complex) and not isinstance(node.value, bool):
            yield node
        return
    for child in ast.iter_child_nodes(node):
        yield from bare(child)


def compared(module: ast.Module) -> Iterator[str]:
    """Comparisons, and bounds by min and max, with a number of their own."""
    for node in ast.walk(module):
        sides: list[ast.expr] = []
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("min", "max"):
            sides = list(node.args)
        for side in sides:
            yield from (
                f"line {one.lineno}: {one.value!r} in {ast.unparse(node)}"
                for one in bare(side)
                if one.value not in PLAIN
            )


def constants(module: ast.Module) -> Iterator[str]:
    """Names at the top that hold a number, alone or in a collection."""
    for node in module.body:
        if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
            continue
        parts = [node.value]
        if isinstance(node.value, ast.Tuple | ast.List | ast.Set):
            parts = list(node.value.elts)
        elif isinstance(node.value, ast.Dict):
            parts = [*node.value.values, *(key for key in node.value.keys if key is not None)]
        if any(_is_number(part) for part in parts):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            yield ast.unparse(target)


def _is_number(node: ast.expr) -> bool:
    if isinstance(node, ast.UnaryOp):
        return _is_number(node.operand)
    if isinstance(node, ast.BinOp):
        return _is_number(node.left) and _is_number(node.right)
    return isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool)


@pytest.mark.parametrize("module", MODULES)
def test_no_check_compares_with_a_bare_number(module: str) -> None:
    assert list(compared(tree(module))) == []


@pytest.mark.parametrize("module", [one for one in MODULES if one not in UNITS])
def test_no_module_keeps_numbers_of_its_own(module: str) -> None:
    assert set(constants(tree(module))) <= DEFINITIONS.get(module, set())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("x > 0.35", True),
        ("0.1 <= x", True),
        ("a < b * 1.5", True),
        ("x == -3", True),
        ("min(x, 7)", True),
        ("len(names) > 6", True),
        ("x > 0", False),
        ("x <= 1", False),
        ("pair[2] > LIMIT", False),
        ("text[:2] == other[:2]", False),
        ("x > limits.FAR", False),
        ("max(found, default=0)", False),
    ],
)
def test_the_search_for_bare_numbers_finds_them(text: str, found: bool) -> None:
    assert bool(list(compared(ast.parse(text)))) is found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("_LIMIT = 0.35", True),
        ("A, B = 1.2, 1.3", True),
        ("SHARE: float = 15 / 16", True),
        ("_TABLE = {1: 2.5e9}", True),
        ("_LOWEST = -4", True),
        ("_NAMES = ('a', 'b')", False),
        ("_ORDER = Limit(3, 'u', 's', 'w')", False),
        ("_ON = True", False),
    ],
)
def test_the_search_for_numbers_of_a_module_finds_them(text: str, found: bool) -> None:
    assert bool(list(constants(ast.parse(text)))) is found


def rooms_of(name: str) -> list[str]:
    """The rooms in which a name is a threshold, and not one that was brought in from another room."""
    texts = {room: tree(room) for room in ROOMS}
    return [
        room
        for room, text in texts.items()
        if any(isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name for node in text.body)
    ]


@pytest.mark.parametrize(("name", "limit"), sorted(thresholds.all_limits().items()))
def test_a_threshold_has_a_unit_a_source_and_a_reason(name: str, limit: Limit) -> None:
    assert math.isfinite(limit)
    assert all(text.strip() for text in (limit.unit, limit.source, limit.why))
    assert len(limit.why) > 15
    assert name.split("[")[0].isupper()


def test_every_threshold_of_every_room_is_in_the_index() -> None:
    known = thresholds.all_limits()
    for room in ROOMS:
        names = vars(importlib.import_module(f"{checks.__name__}.{room}"))
        assert {name for name, value in names.items() if isinstance(value, Limit)} <= set(known)


def test_no_name_stands_in_two_rooms() -> None:
    assert {name: rooms_of(name) for name in thresholds.all_limits() if len(rooms_of(name)) > 1} == {}


def test_every_threshold_is_used_by_a_check() -> None:
    used: set[str] = set()
    for module in MODULES:
        for node in ast.walk(tree(module)):
            used |= {node.attr} if isinstance(node, ast.Attribute) else set()
            used |= {node.id} if isinstance(node, ast.Name) else set()
    unused = {name.split("[")[0] for name in thresholds.all_limits()} - used
    assert unused == set()


def test_a_limit_is_its_number() -> None:
    limit = Limit(0.25, "of 1", "a source", "a reason")
    assert limit == 0.25
    assert f"{limit:.0%}" == "25%"
    assert (limit.unit, limit.source, limit.why) == ("of 1", "a source", "a reason")
