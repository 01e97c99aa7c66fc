"""Draws docs/architecture.svg from the imports of the package itself: floors, rooms, and who uses whom.

    python -m tools.manual.picture [--to FILE]

The floors are those of the import contract in pyproject.toml. An arrow is an import that really stands in the code; one
that follows from two others is left out, or nothing could be seen. An arrow that points up is a defect, and ends it.
Below a room's name stand the packages of others that it alone imports. A test fails where the picture
is stale.
"""

import argparse
import ast
import sys
import tomllib
from collections import defaultdict
from html import escape
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "docs" / "architecture.svg"
PACKAGE = "gpu_inspector"
WIDTH, HIGH, GAP, MARGIN = 980, 54, 40, 20
"""Of the picture, of a room, between floors, around all."""


def floors() -> list[list[str]]:
    """The floors from the top, each with its rooms."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (contract,) = [one for one in project["tool"]["importlinter"]["contracts"] if one["type"] == "layers"]
    return [[room.strip() for room in floor.replace(":", "|").split("|")] for floor in contract["layers"]]


def room_of(path: Path) -> str:
    """The part of the package that a file belongs to."""
    first = path.relative_to(ROOT / PACKAGE).parts[0]
    return first.removesuffix(".py")


def imported(path: Path) -> set[str]:
    """What a file imports: `gpu_inspector.ROOM`, or the name of another package."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [one.name for one in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module == PACKAGE:
            names = [f"{PACKAGE}.{one.name}" for one in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [node.module]
        else:
            continue
        found |= {".".join(name.split(".")[: 2 if name.split(".")[0] == PACKAGE else 1]) for name in names}
    return found


def graph(rooms: set[str]) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """(room -> rooms that it imports, room -> packages that it alone imports)."""
    uses: dict[str, set[str]] = {room: set() for room in rooms}
    packages: dict[str, set[str]] = defaultdict(set)
    for path in sorted((ROOT / PACKAGE).rglob("*.py")):
        room = room_of(path)
        if room not in rooms:
            continue
        for name in imported(path):
            own = name.removeprefix(f"{PACKAGE}.")
            if name.startswith(f"{PACKAGE}."):
                uses[room] |= {own} & rooms - {room}
            elif name not in sys.stdlib_module_names and name != PACKAGE:
                packages[name].add(room)
    alone: dict[str, set[str]] = defaultdict(set)
    for name, users in packages.items():
        if len(users) == 1:
            alone[next(iter(users))].add(name)
    return uses, alone


def needed(uses: dict[str, set[str]]) -> list[tuple[str, str]]:
    """The arrows that follow from no two others."""

    def reach(room: str) -> set[str]:
        found: set[str] = set()
        waiting = list(uses[room])
        while waiting:
            one = waiting.pop()
            if one not in found:
                found.add(one)
                waiting += uses[one]
        return found

    return sorted(
        (room, to)
        for room, targets in uses.items()
        for to in targets
        if not any(to in reach(via) for via in targets - {to})
    )


def picture() -> str:
    """The drawing, as SVG."""
    rows = floors()
    rooms = {room for row in rows for room in row}
    uses, alone = graph(rooms)
    level = {room: place for place, row in enumerate(rows) for room in row}
    for room, targets in uses.items():
        for to in targets:
            if level[to] <= level[room]:
                raise ValueError(f"{room} imports {to}, which does not lie below it")
    boxes: dict[str, tuple[float, float, float]] = {}
    for place, row in enumerate(rows):
        wide = min(300.0, (WIDTH - 2 * MARGIN - 16 * (len(row) - 1)) / len(row))
        left = (WIDTH - wide * len(row) - 16 * (len(row) - 1)) / 2
        for column, room in enumerate(row):
            boxes[room] = (left + column * (wide + 16), MARGIN + place * (HIGH + GAP), wide)
    high = MARGIN * 2 + len(rows) * (HIGH + GAP) - GAP
    lines = [_arrow(boxes[one], boxes[to]) for one, to in needed(uses)]
    drawn = [_box(room, boxes[room], sorted(alone[room])) for room in boxes]
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {high}" width="{WIDTH}" height="{high}"'
            ' font-family="Open Sans, Helvetica, Arial, sans-serif" role="img" aria-label="The floors of the program">',
            '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
            '<path d="M0 0L8 4L0 8z" fill="#5b6b7b"/></marker></defs>',
            f'<rect width="{WIDTH}" height="{high}" fill="#ffffff"/>',
            *lines,
            *drawn,
            "</svg>\n",
        )
    )


def _arrow(one: tuple[float, float, float], to: tuple[float, float, float]) -> str:
    x1, y1 = one[0] + one[2] / 2, one[1] + HIGH
    x2, y2 = to[0] + to[2] / 2, to[1] - 2
    way = f"M{x1:.0f} {y1:.0f}L{x2:.0f} {y2:.0f}"
    return f'<path d="{way}" stroke="#5b6b7b" stroke-width="1.3" fill="none" marker-end="url(#tip)"/>'


def _box(room: str, at: tuple[float, float, float], packages: list[str]) -> str:
    left, top, wide = at
    middle = left + wide / 2
    most = int(wide / 5.6)
    whole = ", ".join(packages)
    cut = whole if len(whole) <= most else whole[: most - 1].rsplit(",", 1)[0] + ", …"
    return "\n".join(
        (
            f'<rect x="{left:.0f}" y="{top:.0f}" width="{wide:.0f}" height="{HIGH}" rx="5"'
            ' fill="#eef3f8" stroke="#38587a"/>',
            f'<text x="{middle:.0f}" y="{top + 21:.0f}" text-anchor="middle" font-size="14" font-weight="bold"'
            f' fill="#15293d">{escape(room)}</text>',
            f'<text x="{middle:.0f}" y="{top + 41:.0f}" text-anchor="middle" font-size="10.5"'
            f' fill="#44586c">{escape(cut)}</text>',
        )
    )


def main(arguments: list[str] | None = None) -> int:
    """Always 0; an import that points up is a defect and raises."""
    parser = argparse.ArgumentParser(description="Draw docs/architecture.svg from the package's imports.")
    parser.add_argument("--to", type=Path, default=TARGET)
    options = parser.parse_args(arguments)
    options.to.write_text(picture(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
