"""What an office types again and again, kept under a name: its place, and what its usual papers declare.

Only what is the same from one consignment to the next: numbers of papers, serials and values are never filled in.
"""

import hashlib
from dataclasses import dataclass, field, replace
from pathlib import Path

from gpu_inspector import settings
from gpu_inspector.errors import CaptureError, SettingsError
from gpu_inspector.language import N_
from gpu_inspector.records import canonical
from gpu_inspector.records.canonical import FORMAT
from gpu_inspector.records.declaration import UNDECLARED, Declaration
from gpu_inspector.workflow.whole_files import read_at_most, write_whole

LARGEST = 64 * 1024
"""Bytes of one file."""
MOST = 500
LONGEST_NAME = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """Named defaults of an office."""

    name: str
    office: str = ""
    place: str = ""
    declaration: Declaration = UNDECLARED
    format: int = field(default=FORMAT)


@dataclass(frozen=True, slots=True)
class Shelf:
    """All templates by name, and a sentence about those that could not be read."""

    templates: tuple[Template, ...] = ()
    trouble: str = ""


LASTING = (
    *("product", "memory_gb", "modified", "description", "brand", "hs_code", "country_of_origin"),
    *("destination", "headquarters", "control_class", "consignee"),
)
"""Fields of a declaration that are the same for the next consignment."""


def lasting(declaration: Declaration) -> Declaration:
    """What of a declaration is the same for the next consignment."""
    return Declaration(**{name: getattr(declaration, name) for name in LASTING})


def with_usual(typed: Declaration, usual: Declaration) -> Declaration:
    """What was typed, with the template's word wherever that has one."""
    return replace(typed, **{name: getattr(usual, name) or getattr(typed, name) for name in LASTING})


def folder() -> Path:
    """Where they lie, one file each."""
    return settings.data_folder() / "templates"


def load_all() -> Shelf:
    """All that can be read, by name. Never raises."""
    found: dict[str, Template] = {}
    broken: list[str] = []
    try:
        paths = sorted(folder().glob("*.json"))[:MOST]
    except OSError as error:
        return Shelf((), N_(f"The templates in {folder()} cannot be read ({error.strerror})."))
    for path in paths:
        try:
            data = read_at_most(path, LARGEST)
            if len(data) > LARGEST:
                raise CaptureError("It is too large.")
            template = canonical.decode(data, Template, "template")
            canonical.encode(template)
            found[template.name] = template
        except (OSError, CaptureError):
            broken.append(path.name)
    trouble = (
        N_(f"Templates that cannot be read were left out: {', '.join(broken[:5])}, in {folder()}.") if broken else ""
    )
    return Shelf(tuple(sorted(found.values(), key=lambda one: one.name.casefold())), trouble)


def save(template: Template) -> Shelf:
    """Keep it; one of the same name is replaced. All templates after that. Raises SettingsError."""
    if not template.name.strip() or len(template.name) > LONGEST_NAME:
        raise SettingsError(f"A template needs a name of at most {LONGEST_NAME} characters.")
    try:
        write_whole(_path(template.name), canonical.encode(template))
    except OSError as error:
        raise SettingsError(
            f"The template cannot be kept in {folder()} ({error.strerror}).", "Free some space, or mend its rights."
        ) from error
    return load_all()


def delete(name: str) -> Shelf:
    """Remove the template of that name. All others. Raises SettingsError."""
    try:
        _path(name).unlink(missing_ok=True)
    except OSError as error:
        raise SettingsError(f"The template cannot be removed from {folder()} ({error.strerror}).") from error
    return load_all()


def _path(name: str) -> Path:
    """Any name makes a file name that every file system takes."""
    readable = "".join(one for one in name if one.isascii() and one.isalnum())[:24] or "template"
    return folder() / f"{readable}-{hashlib.sha256(name.encode('utf-8')).hexdigest()[:12]}.json"
