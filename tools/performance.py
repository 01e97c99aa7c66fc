"""`make performance`: runs `make bench` as a whole and writes its table, docs/performance.md, with what it ran on.

Each figure is one that the bench printed in that run, on that machine; nothing is carried over from an earlier one. A
run that did not come to its end writes nothing. What the machine was busy with before and after stands beside the
figures, since a loaded machine makes them worth little. Its name does not.
"""

import argparse
import importlib.metadata
import os
import platform
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from gpu_inspector import __version__

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "docs" / "performance.md"
LIBRARIES = ("reportlab", "pyHanko", "sqlite-utils", "msgspec", "numpy", "PySide6-Essentials", "click")
BUSY = 0.5
"""Load for each core before the run, from which on the page warns."""
_GOAL = re.compile(r"\s*\(goal ([^;)]+)(?:; ([^)]*))?\)")
_NUMBER = re.compile(r"(-?\d[\d,]*\.?\d*)[^\d]*$")
_RATIO = re.compile(r"ratio (\d[\d,.]*)|(\d[\d,.]*) of its speed|, (\d[\d,.]*) x$")
_AT_LEAST = ("a minute", "a second", "of its speed", "of the copy")
"""Figures that are better when they are larger."""
NOT_HERE = (
    "What a card itself does: `make bench-gpu` prints each pass of the memory test beside that card's own copy, on a"
    " machine with a card. Measured figures of real cards are in [measurements.md](measurements.md).",
    "A card's own part of an inspection: here the card is simulated, and only the host's part is timed.",
    "Windows: [windows.md](windows.md).",
    "Size and start of the packages: the README of each under `packaging/`.",
)


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was measured, and what stands beside it."""

    what: str
    figure: str
    floor: str = ""
    ratio: str = ""
    goal: str = ""
    met: bool | None = None
    """None where no goal is named."""
    of_ratio: bool = False
    """Whether the goal is one for the ratio; else it is one for the figure."""
    beside: tuple[str, ...] = ()


@dataclass(slots=True)
class Part:
    """A heading of the bench, and its lines."""

    name: str
    lines: list[Line] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Machine:
    """What it ran on, without a name."""

    processor: str
    cores: int
    memory_gib: float
    system: str
    python: str
    versions: tuple[str, ...]


def read(printed: str) -> list[Part]:
    """What the bench printed, by its headings. No line is dropped: one that is not understood stands as it is."""
    parts = [Part("")]
    block: list[str] = []
    for text in (*printed.splitlines(), ""):
        if block and not text.startswith("  "):
            parts[-1].lines.append(_line(block))
            block = []
        if text.startswith("# "):
            parts.append(Part(text[2:].strip()))
        elif text.strip():
            block.append(text)
    return [part for part in parts if part.lines]


def _line(block: list[str]) -> Line:
    """A line and those that are indented below it."""
    head, *below = block
    if head.startswith("  "):
        return Line("", head.strip())
    what, figure = _divided(head.strip())
    figure, _semicolon, inline = figure.partition("; floor ")
    floors = [f"floor {inline}"] if inline else []
    floors += [text.strip() for text in below if text.strip().startswith("floor")]
    beside = tuple(text.strip() for text in below if not text.strip().startswith("floor"))
    floor = floors[0].removeprefix("floor").lstrip(": ") if floors else ""
    goal, met = _goal(figure) if "(goal" in figure else _goal(floor)
    ratio = _RATIO.search(_without_goal(floor)) or _RATIO.search(_without_goal(figure))
    number = next(filter(None, ratio.groups()), "") if ratio is not None else ""
    of_speed = f"{number} of its speed" if ratio is not None and ratio[2] else number
    plain = re.sub(r": (ratio [\d,.]+|[\d,.]+ of its speed)", "", _without_goal(floor))
    return Line(
        what=what,
        figure=_without_goal(figure),
        floor=re.sub(r"\s{2,}", ": ", plain).strip(),
        ratio=of_speed,
        goal=goal,
        met=met,
        of_ratio="(goal" not in figure,
        beside=(*(re.sub(r"\s{2,}", ": ", text) for text in beside), *floors[1:]),
    )


def _divided(text: str) -> tuple[str, str]:
    """What it is, and its figure: divided by a gap, or else by the last colon before a number."""
    parts = re.split(r"\s{2,}", text, maxsplit=1)
    if len(parts) == 2:
        return parts[0], parts[1]
    what, colon, figure = text.partition(": ")
    return (what, figure) if colon else (text, "")


def _goal(text: str) -> tuple[str, bool | None]:
    """The goal in words, and whether the number before it keeps it."""
    found = _GOAL.search(text)
    if found is None:
        return "", None
    before, wanted = text[: found.start()], found[1].strip()
    least = any(before.endswith(end) for end in _AT_LEAST)
    number, bound = _NUMBER.search(before), re.search(r"\d[\d,.]*", wanted)
    if number is None or bound is None:
        return wanted, None
    is_now, limit = float(number[1].replace(",", "")), float(bound[0].replace(",", ""))
    return f"{'at least' if least else 'at most'} {wanted}", is_now >= limit if least else is_now <= limit


def _without_goal(text: str) -> str:
    return _GOAL.sub(lambda found: f" ({found[2]})" if found[2] else "", text).strip()


def page(parts: list[Part], machine: Machine, began: datetime, loads: tuple[str, str], *, quick: bool = False) -> str:
    """The whole page. Raises ValueError where nothing was measured."""
    if not parts:
        raise ValueError("nothing was measured")
    missed = [line for part in parts for line in part.lines if line.met is False]
    counted = sum(line.met is not None for part in parts for line in part.lines)
    lines = [
        "# Performance",
        "",
        "Written by `make performance`, which runs `make bench` as a whole; nothing here is typed by hand. Each figure",
        "stands beside a floor of the same run: what nobody can do without. On another machine the times differ, the",
        "ratios much less.",
        "",
        *(["**A quick trial with few runs: not to be believed.**", ""] if quick else []),
        *_of(machine, began, loads),
        "",
        f"Goals: {counted - len(missed)} of {counted} met." + (" Missed:" if missed else ""),
        *(f"- {line.what}: {_measured(line)}, goal {line.goal}" for line in missed),
    ]
    for part in parts:
        lines += [
            "",
            f"## {part.name or 'Measured'}",
            "",
            "| what | figure | floor | ratio | goal |",
            "|---|---|---|---|---|",
        ]
        lines += [row for line in part.lines for row in _rows(line)]
    lines += ["", "## Not measured here", "", *(f"- {text}" for text in NOT_HERE)]
    return "\n".join(lines) + "\n"


def _measured(line: Line) -> str:
    return f"ratio {line.ratio}" if line.of_ratio and line.ratio else line.figure


def _rows(line: Line) -> Iterator[str]:
    goal = f"{line.goal}: {'met' if line.met else 'missed'}" if line.met is not None else line.goal
    yield _cells(line.what, line.figure, line.floor, line.ratio, goal)
    for text in line.beside:
        yield _cells(f"– {text}", "", "", "", "")


def _cells(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _of(machine: Machine, began: datetime, loads: tuple[str, str]) -> list[str]:
    found = [
        f"- Day: {began:%Y-%m-%d}, begun {began:%H:%M} UTC; GPU Inspector {__version__}",
        f"- Machine: {machine.processor}, {machine.cores} cores, {machine.memory_gib:.1f} GiB of memory, no GPU used",
        f"- System: {machine.system}; Python {machine.python}",
        f"- Libraries: {', '.join(machine.versions)}",
        f"- Load of the last minute: {loads[0]} before, {loads[1]} after (the bench's own work is in the second)",
    ]
    first = re.match(r"[\d.]+", loads[0])
    if first is not None and float(first[0]) > BUSY * machine.cores:
        found.append("- **The machine was busy before the run began: these figures are worth little.**")
    return found


def this_machine() -> Machine:
    """Read from the system; what it does not tell is "unknown"."""
    return Machine(
        processor=_processor(),
        cores=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        memory_gib=_memory_bytes() / 2**30,
        system=f"{platform.system()} {platform.release().partition('-')[0]}, {platform.machine()}",
        python=platform.python_version(),
        versions=tuple(f"{name} {_version(name)}" for name in LIBRARIES),
    )


def _processor() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        text = ""
    found = re.search(r"^model name\s*:\s*(.+)$", text, re.MULTILINE)
    return found[1].strip() if found is not None else platform.processor() or "unknown processor"


def _memory_bytes() -> int:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):
        return 0


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"


def _load() -> str:
    try:
        return f"{os.getloadavg()[0]:.2f}"
    except (AttributeError, OSError):
        return "unknown"


def _run(quick: bool) -> tuple[str, int]:
    """What the bench printed, shown while it comes, and its status."""
    command = [sys.executable, "-m", "tools.bench", *(["--quick"] if quick else [])]
    printed: list[str] = []
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        for line in child.stdout:
            print(line, end="", flush=True)
            printed.append(line)
    return "".join(printed), child.returncode


def main(arguments: list[str]) -> int:
    """0, or 1 where the bench did not come to its end."""
    reader = argparse.ArgumentParser(prog="make performance", description=__doc__.partition("\n")[0])
    reader.add_argument("--quick", action="store_true", help="few runs, to try it; needs --out")
    reader.add_argument("--out", type=Path, default=TARGET, help="where the page is written to")
    wish = reader.parse_args(arguments)
    if wish.quick and wish.out.resolve() == TARGET:
        reader.error("a quick trial is not for docs/: name another place with --out")
    began, before = datetime.now(UTC), _load()
    printed, status = _run(wish.quick)
    after = _load()
    if status:
        print(f"The bench ended with {status}: nothing was written.", file=sys.stderr)
        return 1
    text = page(read(printed), this_machine(), began, (before, after), quick=wish.quick)
    wish.out.write_text(text, encoding="utf-8")
    print(f"Written to {wish.out}.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
