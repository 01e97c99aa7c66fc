"""Whose the bundled parts are: what their own metadata and texts say, as paragraphs of Debian's copyright file.

The texts themselves are in THIRD-PARTY-NOTICES.txt, which packaging/release/notices.py gathers; this names them by
file, holder and licence. What states no holder is said to state none.
"""

import importlib.metadata
import re
import textwrap
from collections.abc import Iterable
from pathlib import Path

import notices
import system_libraries
from fields import PACKAGE, Part

WHERE = "usr/lib/gpu-inspector"
INSIDE = f"{WHERE}/_internal"
HOLDER = re.compile(r"^[ \t>*#.]*(?:Copyright|©)(?:\s+(?:\(c\)|©))?[:\s]+(\S.*)$", re.IGNORECASE | re.MULTILINE)
MOST_HOLDERS = 12
LONGEST = 120
COMMON = {"Apache-2.0": "Apache-2.0", "LGPL-3": "LGPL-3", "LGPL-2.1": "LGPL-2.1", "GPL-3": "GPL-3", "GPL-2": "GPL-2"}
TEXT = "The text that came with it stands in /usr/share/doc/gpu-inspector/THIRD-PARTY-NOTICES.txt.gz."


def parts(payload: Path) -> list[Part]:
    """Every part of the portable folder but the program itself, sorted by name."""
    internal = payload / "_internal"
    found = []
    for one in notices.parts_of(internal):
        if one.name != PACKAGE:
            package = next(iter(importlib.metadata.distributions(name=one.name, path=[str(internal)])))
            found.append(part(one, files_of(package, internal)))
    for name, version, licence, homepage, texts in system_libraries.parts(payload):
        one = notices.Part(name, version, licence, homepage, texts)
        found.append(part(one, files_of_system(name, internal)))
    return sorted(found, key=lambda one: one.name.casefold())


def part(one: notices.Part, files: tuple[str, ...]) -> Part:
    """A part as the copyright file names it."""
    name, _, more = one.name.partition(" (")
    licence = short(one.licence)
    text = TEXT if one.texts else "It brings no text of its licence."
    common = [f"/usr/share/common-licenses/{file}" for key, file in COMMON.items() if key in licence]
    if common:
        text += f" On Debian systems see also {' and '.join(common)}."
    comment = f"{name} {one.version}" + (f", {more.rstrip(')')}" if more else "")
    # Libraries of others in its wheel stand under licences of their own, which the paragraph's one cannot say.
    inside = " ".join(remark for remark in one.remarks if re.search(r"wheel\b.* holds ", remark))
    comment += "".join(f"\n {line}" for line in textwrap.wrap(inside, 76))
    return Part(name, comment, licence, holders("\n".join(text for _, text in one.texts)), files, text)


def short(licence: str) -> str:
    """A licence's name without blanks, as that file's form wants it; an SPDX expression keeps its `and` and `or`."""
    words = re.split(r"\s+(OR|AND|WITH)\s+", licence)
    if len(words) > 1 and all(re.fullmatch(r"[\w.+()-]+", word) for word in words):
        return " ".join(word.lower() if word in ("OR", "AND") else word for word in words).replace("WITH", "with")
    return re.sub(r"[^\w.+-]+", "-", licence).strip("-") or "not-stated"


def holders(text: str) -> tuple[str, ...]:
    """Who a licence's text says holds the rights, each once, at most so many of them."""
    found: list[str] = []
    for match in HOLDER.finditer(text):
        line = " ".join(re.sub(r"^(?:\(c\)|©|:)\s*", "", match[1], flags=re.IGNORECASE).split())[:LONGEST].rstrip(
            " .,*/"
        )
        own = "fsf.org" in line or line == "1991, 1999 Free Software Foundation, Inc"
        if own:  # the copyright of the licence's text itself
            continue
        if re.search(r"\d{4}|Inc|Ltd|Corp|contributors|authors", line) and "[" not in line and line not in found:
            found.append(line)
    more = [f"and others, see {TEXT.rpartition('/')[2].rstrip('.')}"] if len(found) > MOST_HOLDERS else []
    return tuple(found[:MOST_HOLDERS] + more) or ("not stated in the text that came with it",)


def files_of(package: importlib.metadata.Distribution, internal: Path) -> tuple[str, ...]:
    """The files of a library, as patterns; its modules in Python are inside of the program's executable."""
    tops = {path.parts[0] for path in package.files or () if path.parts and ".." not in path.parts}
    return patterns(sorted(top for top in tops if top not in ("__pycache__", "bin")), internal)


def files_of_system(name: str, internal: Path) -> tuple[str, ...]:
    """Those of the interpreter, or of a package of Debian's, whose libraries the name lists in parentheses."""
    if name == "Python":
        return patterns([*sorted(path.name for path in internal.glob("*python3*")), "base_library.zip"], internal)
    listed = re.search(r"Debian: ([^)]+)\)", name)
    return patterns(listed[1].split(", ") if listed else [name], internal)


def patterns(tops: Iterable[str], internal: Path) -> tuple[str, ...]:
    """Patterns of what is really there; the executable where nothing of a part lies beside it."""
    found = [top for top in tops if (internal / top).exists()]
    return tuple(f"{INSIDE}/{top}/*" if (internal / top).is_dir() else f"{INSIDE}/{top}" for top in found) or (
        f"{WHERE}/gpu-inspector",
    )
