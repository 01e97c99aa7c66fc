"""The file of answers: what an inspector saw of an object, written down away from the program.

TOML or JSON, told by its content. A name that this page does not know is refused with its place: a mistyped answer
must not become "not looked at" in silence. docs/by-eye.md describes the file for the people who write it.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from gpu_inspector.errors import CaptureError
from gpu_inspector.language import N_
from gpu_inspector.probes import incoming
from gpu_inspector.records.appearance import Power, Seen
from gpu_inspector.records.canonical import FORMAT
from gpu_inspector.records.checklist import QUESTIONS, SHOTS
from gpu_inspector.records.declaration import SHOWS

LARGEST = 1 << 20
"""Bytes; a file of every answer with notes has some ten thousand."""
Line = Annotated[str, msgspec.Meta(max_length=200)]
Text = Annotated[str, msgspec.Meta(max_length=4000)]
File = Annotated[str, msgspec.Meta(min_length=1, max_length=1000)]
Files = Annotated[tuple[File, ...], msgspec.Meta(max_length=60)]
Grams = Annotated[float, msgspec.Meta(gt=0, le=100_000)]
Millimetres = Annotated[float, msgspec.Meta(gt=0, le=10_000)]
Count = Annotated[int, msgspec.Meta(ge=1, le=200)]


class _Strict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of the file; another name than these is a mistake."""


class WrittenAnswer(_Strict, frozen=True, kw_only=True):
    """`[answers.package-marking]`."""

    seen: Seen
    note: Text = ""
    photographs: Files = ()


class WrittenLabel(_Strict, frozen=True, kw_only=True):
    """`[label]`; `codes_confirmed` are texts of bar codes that the inspector held against the label."""

    brand: Line = ""
    model: Line = ""
    part_number: Line = ""
    serial: Line = ""
    text: Text = ""
    codes_confirmed: Annotated[tuple[Line, ...], msgspec.Meta(max_length=40)] = ()
    photographs: Files = ()


class WrittenDie(_Strict, frozen=True, kw_only=True):
    """`[die]`."""

    present: bool | None = None
    lines: Annotated[tuple[Line, ...], msgspec.Meta(max_length=12)] = ()
    photographs: Files = ()


class WrittenChips(_Strict, frozen=True, kw_only=True):
    """`[[memory]]`: chips of one marking."""

    marking: Line
    count: Count
    side: Literal["", "front", "rear"] = ""
    photographs: Files = ()


class WrittenPhotograph(_Strict, frozen=True, kw_only=True):
    """`[[photographs]]`: one that belongs to the case and to no single answer, or that wants a caption."""

    file: File
    shows: str = "other"
    caption: Line = ""


class Written(_Strict, frozen=True, kw_only=True):
    """The whole file."""

    format: int = FORMAT
    power: Power = Power.NOT_TRIED
    whole_card: bool | None = None
    label: WrittenLabel = msgspec.field(default_factory=WrittenLabel)
    die: WrittenDie = msgspec.field(default_factory=WrittenDie)
    memory: Annotated[tuple[WrittenChips, ...], msgspec.Meta(max_length=60)] = ()
    weight_g: Grams | None = None
    length_mm: Millimetres | None = None
    height_mm: Millimetres | None = None
    thickness_mm: Millimetres | None = None
    board_marking: Line = ""
    answers: dict[str, WrittenAnswer] = msgspec.field(default_factory=dict)
    shots: dict[str, Files] = msgspec.field(default_factory=dict)
    photographs: Annotated[tuple[WrittenPhotograph, ...], msgspec.Meta(max_length=60)] = ()


@dataclass(frozen=True, slots=True)
class AnswersFile:
    """What the file says, and the folder that its photographs are named from."""

    written: Written
    folder: Path = field(default_factory=Path)


def read(path: Path) -> AnswersFile:
    """Raises CaptureError where it cannot be read, or says what no such file says."""
    return AnswersFile(parse(incoming.open_file(path, None), path.name), path.parent)


def parse(data: bytes, name: str) -> Written:
    """The bytes of an answers file. Raises CaptureError."""
    if len(data) > LARGEST:
        raise CaptureError(f"{name} is larger than {LARGEST >> 20} MiB: no file of answers is.", _ADVICE)
    document: dict[str, Any] = {}
    try:
        document = _document(data)
        return _checked(document, name)
    except UnicodeDecodeError as error:
        raise CaptureError(f"{name} is no file of answers: its text is not UTF-8.", "Save it as UTF-8.") from error
    except (msgspec.MsgspecError, RecursionError, ValueError) as error:  # TOML's is a ValueError
        raise CaptureError(f"{name} is no file of answers: {_where(error, document)}.", _ADVICE) from error


def of(document: dict[str, Any]) -> AnswersFile:
    """Answers that were asked for one by one; photographs are named from the current folder. Raises CaptureError."""
    try:
        return AnswersFile(_checked(document, N_("What was typed")))
    except (msgspec.MsgspecError, ValueError) as error:
        raise CaptureError(f"What was typed cannot be taken: {_where(error, document)}.", "Answer again.") from error


def _checked(document: dict[str, Any], name: str) -> Written:
    """Raises CaptureError, and msgspec's errors. A whole number stands for a fraction, as people write weights."""
    number = document.get("format", FORMAT)
    if isinstance(number, int) and number > FORMAT:
        raise CaptureError(
            f"{name} bears the format {number}; this program reads up to {FORMAT}.", "Use a newer GPU Inspector."
        )
    written = msgspec.convert(document, Written, strict=True)
    for wrong in sorted(set(written.answers) - set(QUESTIONS)):
        raise CaptureError(
            f"{name} answers “{_short(wrong)}”, which is no question of the checklist.",
            "The questions and their names: gpu-inspector checklist",
        )
    for wrong in sorted(set(written.shots) - set(map(str, range(1, _SHOTS + 1)))):
        raise CaptureError(
            f"{name} names files for photograph “{_short(wrong)}”; the fixed list has 1 to {_SHOTS}.",
            "Other photographs go to the answers that they show, or into [[photographs]].",
        )
    for one in written.photographs:
        if one.shows not in SHOWS:
            raise CaptureError(
                f"{name} says that a photograph shows “{_short(one.shows)}”.", f"Write one of: {', '.join(SHOWS)}."
            )
    return written


_SHOTS = len(SHOTS)
_ADVICE = N_(
    "Mend it there; docs/by-eye.md shows each part, and gpu-inspector checklist --write FILE makes a blank one."
)
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
"""How editors begin a text that they save as "Unicode"."""
_WANTED = {
    "array": N_("a list in square brackets is wanted"),
    "str": N_("a text in quotation marks is wanted"),
    "float": N_("a number without quotation marks is wanted"),
    "int": N_("a whole number without quotation marks is wanted"),
    "bool": N_("true or false is wanted, without quotation marks"),
    "object": N_("a table is wanted"),
}
"""What msgspec calls it -> in words of who writes the file."""
_BOUNDS = {
    "Expected `float`": N_("a number is wanted that is"),
    "Expected `int`": N_("a whole number is wanted that is"),
    "Expected `str`": N_("a text is wanted"),
    "Expected `array`": N_("a list is wanted"),
}
"""How msgspec begins where a value is out of its bounds, likewise."""


def _document(data: bytes) -> dict[str, Any]:
    text = data.decode("utf-16" if data[:2] in _UTF_16 else "utf-8-sig")
    if text.lstrip()[:1] == "{":
        return msgspec.json.decode(text, type=dict[str, Any])
    import tomllib  # only a file that is TOML needs it

    return tomllib.loads(text)


def _where(error: Exception, document: dict[str, Any]) -> str:
    """What is wrong, and where, in words of who wrote the file; other errors keep their own."""
    if isinstance(error, RecursionError):
        return N_("it is nested too deep")
    said, _, path = str(error).rstrip(".").partition(" - at `$")
    path = path.rstrip("`").lstrip(".")
    kinds = {"answers": WrittenAnswer, "shots": Files}
    for group, kind in kinds.items():
        if path.startswith(f"{group}[...]"):
            path = path.replace("[...]", f".{_offender(document.get(group), kind)}", 1)
    what = _in_words(said, path)
    return _short(f"at {path}: {what}" if path else what)


def _offender(table: object, kind: Any) -> str:
    """The first entry of a table that cannot be taken: msgspec does not name it."""
    for name, value in table.items() if isinstance(table, dict) else ():
        try:
            msgspec.convert(value, kind, strict=True)
        except (msgspec.ValidationError, RecursionError):
            return str(name)
    return "?"


def _in_words(said: str, path: str) -> str:
    if said.startswith("Invalid enum value"):
        kinds = Power if path == "power" else Seen
        return f"{said.removeprefix('Invalid enum value ')} is none of: {', '.join(kinds)}"
    if said.startswith("Object missing required field"):
        return f"{said.removeprefix('Object missing required field ')} lacks"
    if said.startswith("Object contains unknown field"):
        return N_(f"{said.removeprefix('Object contains unknown field ')} is no name that belongs there")
    wanted, _, given = said.removeprefix("Expected ").partition(", got ")
    if given and (words := _WANTED.get(wanted.strip("`").partition(" ")[0])):
        return words
    for begins, words in _BOUNDS.items():
        if said.startswith(begins):
            return words + said.removeprefix(begins)
    return said


def _short(text: str) -> str:
    clean = "".join(one if one.isprintable() else " " for one in text.encode("utf-8", "replace").decode())
    return clean if len(clean) <= 160 else f"{clean[:159]}…"
