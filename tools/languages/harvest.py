"""Which English texts the program can show, read out of its source: no text is written down a second time.

Marked texts are the arguments of `_`, `N_`, `ngettext`, `said` and `counted`. What an error is raised with is shown to
people too, so it counts without a mark. An f-string becomes a template: "{len(data):,} bytes" is read as "{data}
bytes", because a text that was filled long ago is recognised by its words alone (language/recognising.py).
The help of each command is its docstring, paragraph by paragraph.
"""

import ast
import contextlib
import hashlib
import inspect
import json
import os
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "gpu_inspector"
RESOURCES = ROOT / "resources"
MODIFICATIONS = "modifications.toml"
SAID = ("title", "made_from", "made_by", "look", "honest", "unseen")
"""Columns of that table that reach a report as sentences; its sources are citations."""
ONE = ("_", "N_", "said")
"""One text; further arguments are its values."""
TWO = ("ngettext", "counted")
"""A text for one thing and one for several."""
COMMANDS = ("command", "group")
HELPS = ("help", "show_default", "short_help", "epilog", "prompt")
"""What click shows of an option; names of arguments (metavar) and values are the same in every language."""
_OPTIONS = ("option", "argument", "confirmation_option", "version_option", "password_option")
_DEFECTS = ("KeyError", "TypeError", "AttributeError", "RuntimeError", "AssertionError", "NotImplementedError")
"""Raised for the program's makers alone; a ValueError's words may stand in a sentence for people."""
_WORDS = re.compile(r"[A-Za-z]{2,}")


@dataclass(slots=True)
class Message:
    """One text, or one pair of them, and where it stands: "checks/die.py"."""

    text: str
    plural: str = ""
    places: list[str] = field(default_factory=list)


@cache
def messages() -> dict[str, Message]:
    """Every text of the package, by its English, in the order of the files' names.

    Reading all sources takes seconds, so the answer is kept in build/, under the digest of all that was read.
    """
    sources = {path.relative_to(PACKAGE).as_posix(): path.read_bytes() for path in sorted(PACKAGE.rglob("*.py"))}
    state = hashlib.sha256(Path(__file__).read_bytes())
    rows = (RESOURCES / MODIFICATIONS).read_bytes()
    for place, source in {**sources, MODIFICATIONS: rows}.items():
        state.update(f"{place}\0{len(source)}\0".encode() + source)
    kept = ROOT / "build" / f"texts-{state.hexdigest()[:24]}.json"
    with contextlib.suppress(OSError, ValueError):
        rows = json.loads(kept.read_text(encoding="utf-8"))
        return {text: Message(text, plural, places) for text, plural, places in rows}
    found = _read(sources)
    for text in _told_of(tomllib.loads(rows.decode("utf-8"))):
        found.setdefault(text, Message(text, "", [MODIFICATIONS]))
    with contextlib.suppress(OSError):
        kept.parent.mkdir(exist_ok=True)
        for older in kept.parent.glob("texts-*.json"):
            older.unlink(missing_ok=True)
        part = kept.with_suffix(f".{os.getpid()}")
        part.write_text(json.dumps([[one.text, one.plural, one.places] for one in found.values()]), encoding="utf-8")
        part.replace(kept)
    return found


def _told_of(table: dict[str, Any]) -> Iterator[str]:
    """What the rows of known modifications say to people: the innocent explanation is the trader's own defence."""
    for rows in table.values():
        for row in rows if isinstance(rows, list) else ():
            yield from (row[name] for name in SAID if row.get(name))


def _read(sources: dict[str, bytes]) -> dict[str, Message]:
    found: dict[str, Message] = {}
    for place, source in sources.items():
        for text, plural in _of_file(ast.parse(source)):
            one = found.setdefault(text, Message(text))
            one.plural = one.plural or plural
            if place not in one.places:
                one.places.append(place)
    return found


def _of_file(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from _of_call(node)
        elif isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and _error(node.exc):
            yield from ((text, "") for argument in node.exc.args for text in _texts(argument))
        elif isinstance(node, ast.FunctionDef) and any(map(_is_command, node.decorator_list)):
            yield from ((paragraph, "") for paragraph in paragraphs(ast.get_docstring(node, clean=False) or ""))


def _of_call(node: ast.Call) -> Iterator[tuple[str, str]]:
    name = _name(node.func)
    if name in ONE and node.args:
        yield from ((text, "") for text in _texts(node.args[0], marked=True))
    elif name in TWO and len(node.args) > 1:
        one, several = (tuple(_texts(argument, marked=True)) for argument in node.args[:2])
        if len(one) == len(several):
            yield from zip(one, several, strict=True)
    elif name in _OPTIONS or name in COMMANDS:
        for keyword in node.keywords:
            if keyword.arg in HELPS:
                yield from ((text, "") for text in _texts(keyword.value, marked=keyword.arg != "show_default"))


def paragraphs(docstring: str) -> tuple[str, ...]:
    """A command's help, paragraph by paragraph, each on one line, as click wraps it anew.

    A paragraph that click must not wrap (it begins with a line of \\b) keeps its lines.
    """
    parts = inspect.cleandoc(docstring).partition("\f")[0].split("\n\n")
    return tuple(one if one.startswith("\b") else " ".join(one.split()) for one in parts if one.strip("\b \n"))


def _error(call: ast.Call) -> bool:
    name = _name(call.func)
    if name in _DEFECTS:
        return False
    return name.endswith(("Error", "Unavailable", "NoCard", "NotMet", "Unfit", "Absent")) or name[:2] in ("No", "Ba")


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Name):
        return function.id
    return function.attr if isinstance(function, ast.Attribute) else ""


def _is_command(decorator: ast.expr) -> bool:
    return isinstance(decorator, ast.Call) and _name(decorator.func) in COMMANDS


def _texts(node: ast.expr, *, marked: bool = False) -> Iterator[str]:
    """The texts that this expression can be: a constant, an f-string, or either side of a choice."""
    if isinstance(node, ast.IfExp):
        yield from _texts(node.body, marked=marked)
        yield from _texts(node.orelse, marked=marked)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        if node.value and (marked or len(_WORDS.findall(node.value)) > 1):
            yield node.value
    elif isinstance(node, ast.JoinedStr) and len(_WORDS.findall(words_of(node))) > 0:
        yield template_of(node)


def words_of(node: ast.JoinedStr) -> str:
    """What stands in an f-string beside its values."""
    return " ".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))


def template_of(node: ast.JoinedStr) -> str:
    """An f-string as a template with named places: one name for each expression, the same for the same."""
    names: dict[str, str] = {}
    parts: list[str] = []
    for part in node.values:
        if isinstance(part, ast.Constant):
            parts.append(str(part.value).replace("{", "{{").replace("}", "}}"))
        elif isinstance(part, ast.FormattedValue):
            expression = ast.unparse(part)
            if expression not in names:
                names[expression] = _free(_place(part.value), names)
            parts.append("{" + names[expression] + "}")
    return "".join(parts)


def _place(node: ast.expr) -> str:
    """A name for an expression that tells a translator what stands there."""
    named = [one for one in ast.walk(node) if isinstance(one, ast.Name | ast.Attribute)]
    if isinstance(node, ast.Attribute):
        return node.attr.strip("_").lower()
    if isinstance(node, ast.Name):
        return node.id.strip("_").lower()
    if isinstance(node, ast.Call) and node.args:
        return _place(node.args[0])
    for one in named:
        name = one.id if isinstance(one, ast.Name) else one.attr
        if name.isidentifier() and name not in ("len", "str", "max", "min", "sorted", "visible", "join"):
            return name.strip("_").lower()
    return "value"


def _free(name: str, names: dict[str, str]) -> str:
    taken = set(names.values())
    place, number = name or "value", 2
    while place in taken:
        place, number = f"{name}_{number}", number + 1
    return place
