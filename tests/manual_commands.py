"""Every command that the manual names, and what click says of it.

A command is a line of a block that begins with `gpu-inspector` (a `$ ` before it is no part of it; behind a pipe it
counts as well), or words in backquotes that begin so. In what is not a story, CAPITALS, `…`, `<…>` and `$NAME` are
places for somebody's own words; `[…]` may be left out, and `A|B` are two commands.
"""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from gpu_inspector.cli.main import commands

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
PROGRAM = "gpu-inspector"
_INLINE = re.compile(r"`(?:\$ )?(gpu-inspector(?: [^`]*)?)`", re.DOTALL)
_PLACE = re.compile(r"[A-Z][A-Z0-9_.-]*(?:=[A-Z]+)?(?:\.[a-z0-9]+)?\Z|.*(?:…|\.\.\.|[<>$]).*\Z", re.DOTALL)
_ENDS = frozenset({"|", "||", "&&", ";", ">", ">>", "<", "2>", "&", ")"})


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced or indented block of a page."""

    page: str
    line: int
    kind: str
    """The word behind the fence; "indented" for a block without one."""
    text: str


@dataclass(frozen=True, slots=True)
class Said:
    """One command as it stands in the manual."""

    page: str
    line: int
    text: str
    synopsis: bool
    """Whether brackets and bars are the manual's own signs: words in backquotes."""

    def __str__(self) -> str:
        return f"{self.page}:{self.line}: {self.text}"


def pages() -> list[Path]:
    """All pages of the manual."""
    return sorted(DOCS.rglob("*.md"))


def blocks(path: Path) -> list[Block]:
    """The page's blocks, in its order."""
    page = path.relative_to(DOCS).as_posix()
    found: list[Block] = []
    kind: str | None = None
    kept: list[str] = []
    begun = 0
    for number, line in enumerate([*path.read_text(encoding="utf-8").splitlines(), ""], 1):
        fence = re.match(r"\s*```(\S*)", line)
        if fence and kind in (None, "indented"):
            kind, kept, begun = fence[1], [], number + 1
        elif fence and kind is not None:
            found.append(Block(page, begun, kind, "\n".join(kept)))
            kind = None
        elif kind is None and re.match(r"    \S", line):
            kind, kept, begun = "indented", [line[4:]], number
        elif kind == "indented" and not line.startswith("    "):
            found.append(Block(page, begun, kind, "\n".join(kept)))
            kind = None
        elif kind is not None:
            kept.append(line[4:] if kind == "indented" else line)
    return found


def lines_of(block: Block) -> Iterator[tuple[int, str]]:
    """(line's number, command) of a block: lines that go on are one."""
    begun, whole = 0, ""
    for number, line in enumerate(block.text.splitlines(), block.line):
        begun = begun or number
        whole += line.strip() if whole else line.rstrip()
        if whole.endswith("\\"):
            whole = whole[:-1].rstrip() + " "
            continue
        if whole.strip():
            yield begun, whole.strip().removeprefix("$ ")
        begun, whole = 0, ""


def said(path: Path) -> list[Said]:
    """Every command of the program on one page."""
    page = path.relative_to(DOCS).as_posix()
    found = [
        Said(page, number, piece, False)
        for block in blocks(path)
        if block.kind not in ("python", "toml", "json")
        for number, line in lines_of(block)
        for piece in pieces(line)
    ]
    text = path.read_text(encoding="utf-8")
    outside = re.sub(r"(?ms)^\s*```.*?^\s*```", lambda block: "\n" * block[0].count("\n"), text)
    for match in _INLINE.finditer(outside):
        words = " ".join(match[1].split())
        found.append(Said(page, outside.count("\n", 0, match.start()) + 1, words.replace("\\|", "|"), True))
    return found


def pieces(line: str) -> list[str]:
    """The calls of the program in one line of a shell, each without what is before, behind and beside it."""
    if PROGRAM not in line:
        return []
    told = _without_words_behind(line) if line.startswith(PROGRAM) else line
    reader = shlex.shlex(told, posix=True, punctuation_chars="|;&<>()")
    reader.whitespace_split = True
    reader.commenters = "#"
    found: list[list[str]] = []
    open_call = False
    before = ""
    for token in reader:
        if token == PROGRAM and (not before or before in ("|", "||", "&&", ";", "(", "$(", "do", "then", "!")):
            found.append([])
            open_call = True
        elif token in _ENDS:
            open_call = False
        elif open_call:
            found[-1].append(token)
        before = token
    return [shlex.join([PROGRAM, *words]) for words in found]


def _without_words_behind(line: str) -> str:
    """The line up to the first wide gap outside of quotes: behind it stands what the command is for."""
    for gap in re.finditer(r"\s{2,}", line):
        before = line[: gap.start()]
        if before.count('"') % 2 == 0 and before.count("'") % 2 == 0:
            return before
    return line


def meant(command: Said) -> list[list[str]]:
    """The words behind the program's name; of a synopsis once with each of its alternatives."""
    text = re.sub(r"[\[\]]", " ", command.text) if command.synopsis else command.text
    words = shlex.split(text)[1:]
    if not command.synopsis:
        return [words]
    words = [word for word in words if word not in ("…", "...")]
    choices = [word.split("|") for word in words]
    ways = [[each[0] for each in choices]]
    for place, each in enumerate(choices):
        ways += [[*ways[0][:place], other, *ways[0][place + 1 :]] for other in each[1:]]
    return ways


def refusal(words: list[str], *, whole: bool = True) -> str:
    """Why the command line would not take these words; "" where it does. Nothing is run and no file is opened.

    Where the words are not the whole command, what must be given may be missing.
    """
    command: click.Command = commands
    context = click.Context(command, info_name=PROGRAM)
    left = list(words)
    try:
        while True:
            values, left, _order = command.make_parser(context).parse_args(left)
            if not isinstance(command, click.Group):
                return f"it takes no {left[0]!r}" if left else _values_refused(command, context, values, whole)
            if not left:
                return "it needs a command" if whole and not command.invoke_without_command else ""
            if command.name == "report" and left[0] not in command.commands:
                left = ["write", *left]  # as cli/reporting.py has it
            name, found, left = command.resolve_command(context, left)
            assert found is not None
            command, context = found, click.Context(found, context, info_name=name)
    except click.ClickException as error:
        return error.format_message()


def _values_refused(command: click.Command, context: click.Context, values: dict[str, Any], whole: bool) -> str:
    for parameter in command.params:
        value = values.get(parameter.name or "")
        given = _flat(value)
        if whole and parameter.required and not given:
            return f"{parameter.name} is missing"
        if isinstance(parameter.type, click.Path | click.File) or (
            isinstance(parameter, click.Option) and parameter.is_flag
        ):
            continue
        for one in given:
            if isinstance(one, str) and not _PLACE.match(one):
                parameter.type.convert(one, parameter, context)
    return ""


def _flat(value: Any) -> list[Any]:
    """What was given, as a list; what was not given is a sign of click's own, or None."""
    if value is None or type(value).__name__ == "Sentinel":
        return []
    return [each for one in value for each in _flat(one)] if isinstance(value, list | tuple) else [value]
