"""What this program is made of, for its own page: versions, licences, and all of it as one text to send.

The licences of the libraries are read from what is installed, so that they are those of this very copy.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gpu_inspector import __version__, resources
from gpu_inspector.errors import DataError
from gpu_inspector.language import N_, _, told
from gpu_inspector.records.catalogue import load
from gpu_inspector.version import build
from gpu_inspector.workflow.topics import Topic

if TYPE_CHECKING:
    from importlib import metadata

PROGRAM = "gpu-inspector"
OWN_TEXTS = ("LICENSE", "NOTICE")
LARGEST = 512 * 1024
"""Characters of a text that is shown."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_LICENCE_FILE = re.compile(r"(LICEN[CS]E|COPYING|NOTICE)", re.IGNORECASE)
_LONGEST_WORDS = 80


@dataclass(frozen=True, slots=True)
class Package:
    """A library that this program uses, as it is installed here."""

    name: str
    version: str
    licence: str
    """In the package's own words; "" where it says none."""


@dataclass(frozen=True, slots=True)
class Portrait:
    """What the program is made of."""

    versions: tuple[tuple[str, str], ...]
    packages: tuple[Package, ...]


def portrait() -> Portrait:
    """Versions and libraries of this copy. Raises DataError where the reference data cannot be read."""
    import platform

    versions = (
        ("GPU Inspector", build()),
        (_("Reference data"), load().version),
        ("Python", platform.python_version()),
        (_("System"), platform.platform(terse=True)),
    )
    return Portrait(versions, packages())


def packages() -> tuple[Package, ...]:
    """The libraries that the program asks for, and those that they ask for, as far as they are installed."""
    from importlib import metadata  # it brings the parser of e-mail along, which no start of the window needs

    found: dict[str, Package] = {}
    waiting = [PROGRAM]
    while waiting:
        try:
            one = metadata.distribution(waiting.pop())
        except metadata.PackageNotFoundError:
            continue  # an extra that is not here, or a copy without its own metadata
        key = _key(one.name)
        if key in found:
            continue
        found[key] = Package(one.name, one.version, _licence(one))
        own = key == PROGRAM
        # Of our own extras only what serves the measuring is part of the program; tests and tools are not.
        waiting.extend(_names(one.requires or (), extras=("cuda12", "cuda13") if own else ()))
    found.pop(PROGRAM, None)
    return tuple(found[key] for key in sorted(found))


def licence_text(name: str) -> str:
    """The program's own LICENSE or NOTICE, or all licence files of one library.

    Raises DataError where there is none to be read.
    """
    from importlib import metadata

    if name in OWN_TEXTS:
        return _own_text(name)
    try:
        one = metadata.distribution(name)
    except metadata.PackageNotFoundError as error:
        raise DataError(N_("{name} is not installed here.").format(name=name)) from error
    texts = []
    for file in one.files or ():
        # Some libraries have modules or headers whose names say "licence", too.
        if _LICENCE_FILE.search(file.name) and file.suffix.casefold() not in (".py", ".pyc", ".pyi", ".h", ".json"):
            text = _read(Path(str(file.locate())))
            if text:
                texts.append(f"{file}\n{'-' * 72}\n{text.strip()}\n")
    if not texts:
        licence = _licence(one) or N_("none is named")
        raise DataError(
            N_("{name} came without the text of its licence; it names: {licence}.").format(name=name, licence=licence)
        )
    return "\n\n".join(texts)[:LARGEST]


def as_text(portrait: Portrait, topics: Iterable[Topic], more: Iterable[tuple[str, str]] = ()) -> str:
    """All of it as plain text, to be sent to somebody who helps. It names no serial."""
    lines = [f"GPU Inspector {__version__}", ""]
    lines += [f"{name}: {version}" for name, version in (*portrait.versions, *more)]
    lines += ["", _("What this machine can look at"), ""]
    for topic in topics:
        lines.append(f"[{'ok' if topic.well else ' !'}] {told(topic.title)}: {told(topic.says)}")
        if topic.advice:
            lines.append(f"     {told(topic.advice)}")
    lines += ["", _("Libraries and their licences"), ""]
    lines += [f"{one.name} {one.version}: {one.licence or '–'}" for one in portrait.packages]
    return "\n".join(lines) + "\n"


def _own_text(name: str) -> str:
    from importlib import metadata

    above = Path(__file__).resolve().parents[2]
    if (above / "pyproject.toml").is_file() and (text := _read(above / name)):
        return text  # of a working copy, whose installed copy of the text may be older
    places = [above / name]
    try:
        files = metadata.distribution(PROGRAM).files or ()
        places[:0] = [Path(str(file.locate())) for file in files if file.name == name and "licenses" in file.parts]
    except metadata.PackageNotFoundError:
        places.append(resources.root().parent / name)
    for place in places:
        text = _read(place)
        if text:
            return text
    raise DataError(
        N_("The text {name} of this program is missing.").format(name=name),
        N_("Install GPU Inspector again from a whole package."),
    )


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(LARGEST).decode("utf-8", "replace")
    except OSError:
        return ""


def _names(requirements: Iterable[str], extras: tuple[str, ...]) -> list[str]:
    """The names of what is required; of an extra only where it is one of `extras`."""
    names = []
    for requirement in requirements:
        name = _NAME.match(requirement)
        extra = re.search(r"extra\s*==\s*['\"]([^'\"]+)", requirement)
        if name is not None and (extra is None or extra[1] in extras):
            names.append(name[0])
    return names


def _licence(one: "metadata.Distribution") -> str:
    """The expression, else the words, else the classifiers: packages of several ages say it in several places."""
    said, words = ("".join(one.metadata.get_all(name) or ()).strip() for name in ("License-Expression", "License"))
    if not said and words and "\n" not in words and len(words) <= _LONGEST_WORDS:
        said = words
    if not said:
        mark = "License :: "
        found = (text for text in one.metadata.get_all("Classifier") or () if text.startswith(mark))
        said = ", ".join(text.rpartition(" :: ")[2] for text in found)
    return " ".join(said.split())[:_LONGEST_WORDS]


def _key(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
