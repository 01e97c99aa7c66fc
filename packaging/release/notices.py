"""The licence notices of everything inside, in one file: `make notices` -> dist/THIRD-PARTY-NOTICES.txt.

    python packaging/release/notices.py OUT [--cuda] [--bundle FOLDER]

Gathered from the packages' own metadata and files; a text that stands in several packages is printed once. What brings
no text is named as missing, at the top, and is never passed over. With --bundle also of the interpreter and of the
system's libraries in a folder that PyInstaller made. Runs on the bare interpreter.
"""
# ruff: noqa: T201

import argparse
import importlib.metadata
import json
import re
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]

import environment  # noqa: E402
import system_libraries  # noqa: E402

LICENCES = Path(__file__).parent / "licences"
NAMES = re.compile(r"(?i)(^|[-_. ])(licen[cs]es?|copying|notices?|copyright|authors|ofl)([-_. ]|$)")
HEADING = re.compile(r"\A(?:#[^\n]*\n)+")
QT = frozenset({"pyside6-essentials", "shiboken6"})
QT_TEXTS = ("LGPL-3.0-only.txt", "GPL-3.0-only.txt")
ADDED = {
    "lxml": (("LGPL-2.1-only.txt",), "Its text names LGPL 2.1 for libiconv by a link alone; that text is printed too."),
    "psycopg": (("GPL-3.0-only.txt",), "Its licence, LGPL 3, adds to GPL 3; that text is printed too."),
    "psycopg-binary": (
        (
            *("GPL-3.0-only.txt", "PostgreSQL.txt", "Apache-2.0.txt", "MIT-Kerberos.txt", "OLDAP-2.8.txt"),
            *("Cyrus-SASL.txt", "libcom_err.txt", "libxcrypt.txt", "LGPL-2.1-only.txt"),
        ),
        "Its licence, LGPL 3, adds to GPL 3. Its wheel for Linux holds libpq (PostgreSQL), OpenSSL (Apache-2.0), MIT"
        " Kerberos, OpenLDAP, Cyrus SASL, libcom_err, libxcrypt and keyutils (both LGPL 2.1 or later). It brings no"
        " text for these; their makers' texts are printed too.",
    ),
}
"""Texts that a package needs beside its own, and what is said of them."""
PSYCOPG = frozenset({"psycopg", "psycopg-binary"})
REPLACING = """\
PySide6, Shiboken and the libraries of Qt are used under the GNU Lesser General Public License, version 3, unaltered,
as separate shared libraries. You may replace them by versions of your own, and may take the program apart to find out
why yours do not work with it:
 - installed with pip, pipx or from the offline archive: install other packages PySide6-Essentials and shiboken6 into
   the same environment (pip install --force-reinstall FILE.whl), or replace single files in its folder PySide6/Qt/lib;
 - the portable folder and the Debian package: replace the files in _internal/PySide6 (Qt's libraries are in
   _internal/PySide6/Qt/lib) by those of a build of the same version line; the program loads what lies there.
Their sources are published by the Qt Project: see the homepage below. Qt holds further parts under licences of their
own (among them ICU, FreeType, HarfBuzz, libpng, libjpeg, zlib, PCRE2, SQLite); Qt's documentation lists them under
"Third-Party Code Used in Qt".
"""
REPLACING_PSYCOPG = """\
psycopg and psycopg-binary, which speak to a registry's PostgreSQL, are used under the GNU Lesser General Public
License, version 3, unaltered, as modules of their own. You may replace them by versions of your own, and may take the
program apart to find out why yours do not work with it:
 - installed with pip, pipx or from the offline archive: install other packages psycopg and psycopg-binary into the same
   environment;
 - the portable folder and the Debian package: replace the files in _internal/psycopg, _internal/psycopg_binary and
   _internal/psycopg_binary.libs by those of a build of the same version line; the program loads what lies there.
Their sources are published by the Psycopg project: see the homepage below.
"""
HOLDS = {
    "pyside6-essentials": "Qt with parts of others (named above)",
    "cryptography": "OpenSSL (Apache-2.0) and libraries written in Rust",
}
"""Wheels with libraries of others inside of their binaries, for which they bring no text."""
RULE = "-" * 100


@dataclass(frozen=True)
class Part:
    """Something inside, with the licence that its maker states and the texts that it brings."""

    name: str
    version: str
    licence: str
    homepage: str = ""
    texts: tuple[tuple[str, str], ...] = ()
    """Name of the file and its text."""
    remarks: tuple[str, ...] = field(default=())


def parts_of(site: Path) -> list[Part]:
    """Every package of a folder `site-packages`, sorted by name."""
    found = [_part(one) for one in importlib.metadata.distributions(path=[str(site)])]
    return sorted(found, key=lambda one: one.name.lower())


def parts_of_wheels(wheels: Iterable[Path]) -> list[Part]:
    """The same of wheels that are not installed. Raises OSError, zipfile.BadZipFile."""
    with tempfile.TemporaryDirectory() as folder:
        for wheel in wheels:
            with zipfile.ZipFile(wheel) as packed:
                for name in packed.namelist():
                    last = name.rsplit("/", 1)[-1]
                    if ".dist-info/" in name or NAMES.search(last) or "/" not in name:
                        packed.extract(name, folder)
        return parts_of(Path(folder))


def _part(package: importlib.metadata.Distribution) -> Part:
    about = package.metadata
    name = about["Name"]
    normal = re.sub(r"[-_.]+", "-", name).lower()
    texts = list(_texts(package))
    remarks = []
    if normal in QT and not texts:
        texts = [(one, (LICENCES / one).read_text(encoding="utf-8")) for one in QT_TEXTS]
        remarks.append("It brings no text of its licence; the standard texts of LGPL and GPL are printed.")
    if normal in ADDED:
        texts += [(one, (LICENCES / one).read_text(encoding="utf-8")) for one in ADDED[normal][0]]
        remarks.append(ADDED[normal][1])
    if normal in HOLDS:
        remarks.append(f"Its wheel holds {HOLDS[normal]}; it brings no text for these.")
    if not texts:
        texts = list(_heading(package))
        if texts:
            remarks.append("It brings no file with its licence; the heading of its source is printed.")
    remarks += [*_libraries(package), *_listed_inside(package)]
    return Part(name, package.version, _licence(about), _homepage(about), tuple(texts), tuple(remarks))


def _texts(package: importlib.metadata.Distribution) -> Iterator[tuple[str, str]]:
    for path in sorted(package.files or (), key=str):
        plain = path.suffix.lower() not in {".py", ".pyc", ".pyi", ".so", ".h", ".html", ".json"}
        inside = any(NAMES.search(part) for part in path.parts[-1:]) or "licenses" in path.parts
        if plain and inside:
            text = _read(Path(str(path.locate())))
            if text:
                yield str(path), text


def _heading(package: importlib.metadata.Distribution) -> Iterator[tuple[str, str]]:
    """The comment at the top of a package's single module, where it grants rights (as that of NVML's binding does)."""
    modules = [one for one in package.files or () if one.suffix == ".py" and len(one.parts) == 1]
    for path in sorted(modules, key=lambda one: (-(one.size or 0), str(one))):
        match = HEADING.match(_read(Path(str(path.locate()))))
        if match and "Redistribution" in match[0]:
            yield str(path), re.sub(r"(?m)^#+ ?", "", match[0])
            return


def _listed_inside(package: importlib.metadata.Distribution) -> Iterator[str]:
    """What the package's own list (PEP 770) says that its wheel holds of others."""
    for path in sorted(package.files or (), key=str):
        if "sboms" in path.parts and path.suffix == ".json":
            try:
                listed = json.loads(_read(Path(str(path.locate()))))
                names = [f"{one['name']} {one.get('version', '')}".strip() for one in listed.get("components", ())]
            except (ValueError, KeyError, TypeError, AttributeError):
                continue
            if names:
                yield f"Its own list {path.name} names inside: {', '.join(sorted(set(names)))}."


def libraries(files: Iterable[importlib.metadata.PackagePath]) -> list[importlib.metadata.PackagePath]:
    """The libraries of others that a wheel carries in a folder of its own beside the package: `NAME.libs/`."""
    return sorted((one for one in files if one.parts[0].endswith(".libs") and ".so" in one.name), key=str)


def _libraries(package: importlib.metadata.Distribution) -> Iterator[str]:
    names = [re.sub(r"-[0-9a-f]{8}(?=\.)", "", one.name) for one in libraries(package.files or ())]
    if names:
        yield f"Libraries beside it: {', '.join(names)}."


def _licence(about: importlib.metadata.PackageMetadata) -> str:
    stated = about.get("License-Expression") or ""
    if not stated:
        classes = [one.split(" :: ")[-1] for one in about.get_all("Classifier") or () if one.startswith("License")]
        short = (about.get("License") or "").strip().splitlines()
        stated = short[0] if short and len(short[0]) < 80 else ""
        stated = stated or ", ".join(classes)
    return stated or "not stated"


def _homepage(about: importlib.metadata.PackageMetadata) -> str:
    links = dict(one.split(", ", 1) for one in about.get_all("Project-URL") or () if ", " in one)
    named = {key.lower(): value for key, value in links.items()}
    found = about.get("Home-page") or next(
        (named[key] for key in ("homepage", "home", "source", "source code", "repository", "github") if key in named),
        "",
    )
    return "" if re.search(r"(?i)pypi\.(org|python\.org)|pythonhosted", found) else found


def _read(path: Path) -> str:
    try:
        text = path.read_bytes().decode("utf-8", errors="replace")
    except OSError:
        return ""
    return re.sub(r"[ \t]+$", "", text.replace("\r\n", "\n").replace("\f", ""), flags=re.MULTILINE).strip("\n")


def page(parts: Iterable[Part]) -> str:
    """The whole file: what is missing, the list, how to replace Qt and psycopg, and each different text once."""
    parts = list(parts)
    missing = [f"{one.name} {one.version} ({one.licence}): no text at all" for one in parts if not one.texts]
    doubts = [(one, remark) for one in parts for remark in one.remarks if "brings no" in remark]
    missing += [f"{one.name} {one.version}: {remark}" for one, remark in doubts]
    numbers: dict[str, int] = {}
    users: dict[int, list[str]] = {}
    lines = []
    for one in parts:
        own = []
        for where, text in one.texts:
            number = numbers.setdefault(text, len(numbers) + 1)
            users.setdefault(number, []).append(f"{one.name}: {where}")
            own.append(number)
        lines += [f"{one.name} {one.version}", f"    Licence: {one.licence}"]
        lines += [f"    Homepage: {one.homepage}"] if one.homepage else []
        lines += [f"    {remark}" for remark in one.remarks]
        lines.append(f"    Texts: {', '.join(map(str, sorted(set(own)))) or 'MISSING: it brings none'}")
    top = ["GPU Inspector: licence notices of what it carries", "", _OPENING]
    top += ["Missing:", *(f"  {one}" for one in missing)] if missing else ["Missing: no part is without a text."]
    inside = {re.sub(r"[-_.]+", "-", one.name).lower() for one in parts}
    body = ["", RULE, "Qt and PySide6", RULE, "", REPLACING] if inside & QT else [""]
    body += [RULE, "psycopg", RULE, "", REPLACING_PSYCOPG] if inside & PSYCOPG else []
    body += [RULE, "What is inside", RULE, "", *lines]
    for text, number in numbers.items():
        body += ["", RULE, f"Text {number}", *(f"  {one}" for one in users[number]), RULE, "", text]
    return "\n".join((*top, *body)) + "\n"


_OPENING = """\
The program's own licence stands in LICENSE, and the sources of its reference data in NOTICE. This file is gathered
from the metadata and the files of the packages that the program needs while it runs; a text that is the same in
several of them is printed once. The fonts in reports are Open Sans (package ttf-opensans) and, for Chinese and
Japanese, Noto Sans SC and JP (package justmytype-intl-cjk). A wheel of another maker may hold libraries of others:
where that maker says so, the text is among that maker's.
"""


def main() -> int:
    """Exit status: 0, or 1 with a sentence."""
    parser = argparse.ArgumentParser(description="Writes the licence notices of everything inside.")
    parser.add_argument("out", type=Path, help="file to write")
    parser.add_argument("--cuda", action="store_true", help="of CUDA's packages as well")
    parser.add_argument("--bundle", type=Path, help="folder of PyInstaller: with its interpreter and system libraries")
    asked = parser.parse_args()
    try:
        site = next(environment.runtime(cuda=asked.cuda).parents[1].glob("**/site-packages"))
        parts = parts_of(site)
        if asked.bundle:
            parts += [Part(*one) for one in system_libraries.parts(asked.bundle)]
        asked.out.parent.mkdir(parents=True, exist_ok=True)
        asked.out.write_text(page(parts), encoding="utf-8")
    except (environment.NotReady, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    without = sum(not one.texts for one in parts)
    print(f"{asked.out.name}  {len(parts)} parts, {without} of them without a text of their licence")
    return 0


if __name__ == "__main__":
    sys.exit(main())
