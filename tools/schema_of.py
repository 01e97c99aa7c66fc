"""A JSON schema (draft 2020-12) out of a record or a typed document, with the words that stand beside its fields.

msgspec, which validates every record that is read, also says what it accepts; what it leaves out (the form of a time,
the number of the format) is added here, so that schema and program refuse the same.
"""

import ast
import copy
import enum
import inspect
import json
import textwrap
import typing
from collections.abc import Iterator
from dataclasses import is_dataclass
from datetime import date, datetime
from functools import cache
from itertools import pairwise
from types import ModuleType
from typing import Any

import msgspec

DIALECT = "https://json-schema.org/draft/2020-12/schema"
FORMAT = {"const": 1, "description": "The number of the format: within 1, fields are only added."}
TIME = {
    "type": "string",
    "format": "date-time",
    "pattern": r"^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:?\d{2})?$",
}
DAY = {"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
_REF = "#/$defs/"


def schema_of(kinds: tuple[type, ...], name: str, about: str, *, printed: bool) -> dict[str, Any]:
    """The schema of a file that holds one of these; `name` is its place in the program's own namespace.

    `printed` documents have a number of the format wherever they have one; of a record only the record itself.
    """
    references, parts = msgspec.json.schema_components(kinds, ref_template=_REF + "{name}")
    classes = {one.__name__: one for kind in kinds for one in _classes(kind)}
    parts = json.loads(json.dumps(parts))  # lists for tuples, as a file has them
    for title, part in parts.items():
        _complete(part, classes[title])
    roots = [reference["$ref"].removeprefix(_REF) for reference in references]
    for title in parts if printed else roots:
        _number(parts[title])
    head = {"$schema": DIALECT, "$id": f"urn:gpu-inspector:schema:1:{name}", "title": name, "description": about}
    if printed:
        return {**head, "anyOf": [{"$ref": _REF + title} for title in roots], "$defs": parts}
    (root,) = roots
    body = copy.deepcopy(parts[root])
    if not any(_REF + root in _references(part) for part in parts.values()):
        del parts[root]
    return {**body, **head, **({"$defs": parts} if parts else {})}


def framed(statement: dict[str, Any]) -> dict[str, Any]:
    """The schema of a signed statement's file: the statement, and the signature over its bytes."""
    head = {key: statement[key] for key in ("$schema", "$id", "title", "description")}
    inner = {key: value for key, value in statement.items() if key not in head and key != "$defs"}
    properties = {
        "format": FORMAT,
        "signature": {
            "type": "string",
            "pattern": "^[A-Za-z0-9+/]+=*$",
            "contentEncoding": "base64",
            "description": "Detached CMS in DER over the bytes of the statement, as they stand in the file.",
        },
        "statement": inner,
    }
    rest = {"$defs": statement["$defs"]} if "$defs" in statement else {}
    required = sorted(properties)
    return {
        **head,
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
        **rest,
    }


def _number(part: dict[str, Any]) -> None:
    if "format" in part.get("properties", {}):
        part["properties"]["format"] = FORMAT
        part["required"] = [*(one for one in part.get("required", []) if one != "format"), "format"]


def _complete(part: dict[str, Any], kind: type) -> None:
    """Words of the source, and the form of times."""
    if "description" in part:
        part["description"] = _folded(part["description"])
    if "properties" not in part:
        return
    words, hints = _words(kind), typing.get_type_hints(kind)
    for name, field in part["properties"].items():
        part["properties"][name] = field = _timed(field, hints[name])
        if name in words:
            field["description"] = words[name]


def _timed(field: dict[str, Any], hint: Any) -> dict[str, Any]:
    """msgspec says of a time that it is a text."""
    members = _members(hint)
    form = TIME if datetime in members else DAY if date in members else None
    if form is None:
        return field
    if "anyOf" in field:
        return {**field, "anyOf": [form if one.get("type") == "string" else one for one in field["anyOf"]]}
    return {**field, **form}


def _members(hint: Any) -> tuple[Any, ...]:
    """The kinds of a union, or the one kind."""
    return typing.get_args(hint) if hint is not None and type(None) in typing.get_args(hint) else (hint,)


def _classes(kind: Any, seen: set[Any] | None = None) -> Iterator[type]:
    """Every class that a type leads to."""
    seen = set() if seen is None else seen
    if kind in seen:
        return
    seen.add(kind)
    for argument in typing.get_args(kind):
        if isinstance(argument, type) or typing.get_args(argument):
            yield from _classes(argument, seen)
    if not isinstance(kind, type) or typing.get_origin(kind) is not None:
        return
    if issubclass(kind, enum.Enum):
        yield kind
    elif is_dataclass(kind) or typing.is_typeddict(kind):
        yield kind
        for hint in typing.get_type_hints(kind).values():
            yield from _classes(hint, seen)


def _references(part: Any) -> set[str]:
    if isinstance(part, dict):
        own = {part["$ref"]} if isinstance(part.get("$ref"), str) else set()
        return own.union(*map(_references, part.values()))
    return set().union(*map(_references, part)) if isinstance(part, list) else set()


def _words(kind: type) -> dict[str, str]:
    """A field's name -> the text that stands below it in the source, of its bases as well."""
    found: dict[str, str] = {}
    for base in reversed(_bases(kind)):
        node = _source(inspect.getmodule(base)).get(base.__name__)
        body = node.body if node is not None else []
        for before, after in pairwise(body):
            if (
                isinstance(before, ast.AnnAssign)
                and isinstance(before.target, ast.Name)
                and isinstance(after, ast.Expr)
            ):
                said = after.value.value if isinstance(after.value, ast.Constant) else None
                if isinstance(said, str):
                    found[before.target.id] = _folded(said)
    return found


def _bases(kind: type) -> list[type]:
    """The class and those that it takes fields from; a TypedDict keeps them elsewhere than a class does."""
    bases = [*getattr(kind, "__orig_bases__", ()), *kind.__mro__[1:]]
    named = [one for one in bases if isinstance(one, type) and (is_dataclass(one) or typing.is_typeddict(one))]
    return [kind, *(inner for one in named for inner in _bases(one))]


@cache
def _source(module: ModuleType | None) -> dict[str, ast.ClassDef]:
    tree = ast.parse(inspect.getsource(module)) if module is not None else ast.Module(body=[], type_ignores=[])
    return {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}


def _folded(text: str) -> str:
    return " ".join(textwrap.dedent(text).split())
