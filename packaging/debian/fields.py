"""The texts that dpkg reads: control, md5sums, the copyright file, the changelog; all made out of the project."""

import hashlib
import re
import textwrap
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

PACKAGE = "gpu-inspector"
MAINTAINER = "GPU Inspector contributors <packages@gpu-inspector.invalid>"
"""No address exists yet; `.invalid` is reserved for this (RFC 2606). Whoever hands packages out names their own."""
SUMMARY = "inspect whether an NVIDIA graphics card is what it is said to be"
DESCRIPTION = """\
Customs inspectors and repair-shop auditors run GPU Inspector on a workstation
with a suspicious card in it. It puts three columns side by side: what the
papers declare, what the card's firmware and driver claim, and what is measured
on the silicon. It judges them with checks that anyone can read, keeps every
inspection in an append-only ledger, and signs a PDF report.
.
Dumps and captures that came by mail are reviewed as files of unknown origin;
cards that do not start are inspected by eye. Offices may share a registry in
a PostgreSQL database; the library that speaks to it is inside, the database is
not. The audit of many machines needs Dask, which is not inside either.
.
Python, Qt and the libraries that the program was tested with are inside, since
Debian's stable release does not have all of them. CUDA, which measures a card,
comes as a second download. It is neither made nor endorsed by NVIDIA."""
ALWAYS = ("python3",)
"""The helper that reads a vBIOS runs on the system's own Python, never on the bundled one: root trusts the system's."""
RECOMMENDS = ("pkexec",)
SUGGESTS = ("nvidia-driver", "nvidia-smi", "opensc-pkcs11", "libsecret-1-0", "postgresql")
"""PostgreSQL's server is for who keeps a registry; an office that sends rows to one needs nothing of it."""
BLOCK = 1024


@dataclass(frozen=True)
class Part:
    """A bundled part: what it is, under which licence and from whom it came, and where it lies in the package."""

    name: str
    comment: str
    licence: str
    holders: tuple[str, ...]
    files: tuple[str, ...]
    text: str
    """Where its licence's text is to be found."""


def debian_version(version: str) -> str:
    """A Python version as dpkg sorts it: what comes before a release gets a tilde. Raises ValueError."""
    found = re.sub(r"\.?(dev|a|b|rc)(\d+)", r"~\1\2", version)
    if not re.fullmatch(r"\d[A-Za-z0-9.+~]*", found):
        raise ValueError(f"{version!r} is no version that a Debian package can bear.")
    return found


def installed_size(root: Path) -> int:
    """KiB as dpkg counts them: each file rounded up, one for everything that is no file."""
    return sum(
        -(-path.stat().st_size // BLOCK) if path.is_file() and not path.is_symlink() else 1
        for path in root.rglob("*")
        if path.parts[len(root.parts)] != "DEBIAN"
    )


def control(version: str, maintainer: str, depends: str, size: int) -> str:
    """The control file."""
    fields = {
        "Package": PACKAGE,
        "Version": debian_version(version),
        "Architecture": "amd64",
        "Maintainer": maintainer,
        "Installed-Size": str(size),
        "Depends": ", ".join(filter(None, (depends, *ALWAYS))),
        "Recommends": ", ".join(RECOMMENDS),
        "Suggests": ", ".join(SUGGESTS),
        "Section": "utils",
        "Priority": "optional",
        "Description": SUMMARY + "\n" + textwrap.indent(DESCRIPTION, " ", lambda line: True),
    }
    return "".join(f"{name}: {value}\n" for name, value in fields.items())


def md5sums(root: Path) -> str:
    """A line for each file, by which `dpkg --verify` finds a changed one."""
    lines = []
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if path.is_file() and not path.is_symlink() and not name.startswith("DEBIAN/"):
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False))
            lines.append(f"{digest.hexdigest()}  {name}\n")
    return "".join(lines)


def changelog(text: str, version: str, maintainer: str, epoch: int) -> str:
    """CHANGELOG.md in the form that apt shows; what is not released yet bears this build's version and time."""
    sections = re.split(r"^## +", text, flags=re.MULTILINE)[1:]
    when = time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime(epoch))
    made = []
    for section in sections:
        heading, _, body = section.partition("\n")
        number = re.search(r"\d+(?:\.\d+)+\S*", heading)
        day = re.search(r"\d{4}-\d\d-\d\d", heading)
        named = number[0] if number and not (day and number[0] == day[0]) else version
        stamp = time.strftime("%a, %d %b %Y 00:00:00 +0000", time.strptime(day[0], "%Y-%m-%d")) if day else when
        entries = "\n\n".join(entry(one) for one in re.split(r"^- ", body, flags=re.MULTILINE)[1:])
        status = "unstable" if number else "UNRELEASED"
        head = f"{PACKAGE} ({debian_version(named)}) {status}; urgency=medium"
        made.append(f"{head}\n\n{entries}\n\n -- {maintainer}  {stamp}\n")
    return "\n".join(made)


def entry(text: str) -> str:
    """One point of the list, with those below it, filled to 80 columns; links are their words alone."""
    plain = re.sub(r"\[([^\]]+)\]\([^)]+\)", r"\1", text).replace("`", "'")
    points = re.split(r"^ +- ", plain, flags=re.MULTILINE)
    lines = [textwrap.fill(" ".join(points[0].split()), 78, initial_indent="  * ", subsequent_indent="    ")]
    lines += [
        textwrap.fill(" ".join(point.split()), 78, initial_indent="    - ", subsequent_indent="      ")
        for point in points[1:]
    ]
    return "\n".join(lines)


COPYRIGHT = """\
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: GPU Inspector
Comment: Built by the project itself, not by Debian. The full text of every
 licence of a bundled part, as that part brings it, stands in
 /usr/share/doc/gpu-inspector/THIRD-PARTY-NOTICES.txt.gz, what the reference
 data rests on in /usr/share/doc/gpu-inspector/NOTICE.gz.
"""


def paragraph(files: Iterable[str], holders: Iterable[str], licence: str, comment: str = "") -> str:
    """One paragraph of the copyright file; `licence` is its name, with lines of text below it or alone."""
    lines = ["Files: " + "\n ".join(files), "Copyright: " + "\n ".join(holders)]
    return "\n".join(lines + ([f"Comment: {comment}"] if comment else []) + [f"License: {licence}"]) + "\n"


def indented(text: str) -> str:
    """Lines below a field's name, with empty lines as full stops."""
    return "\n".join(f" {line.rstrip()}" if line.strip() else " ." for line in text.strip().splitlines())


def copyright_file(licence: str, parts: Iterable[Part]) -> str:
    """The copyright file (DEP-5). `licence` is the project's own LICENSE: title, holder, text.

    Raises ValueError where it is not of that form.
    """
    pieces = licence.strip().split("\n\n", 2)
    holder = re.fullmatch(r"Copyright \(c\) (.+)", pieces[1].strip()) if len(pieces) == 3 else None
    if holder is None:
        raise ValueError("LICENSE does not begin with its title and its holder any more.")
    paragraphs = [COPYRIGHT, paragraph(["*"], [holder[1]], "Expat\n" + indented(pieces[2]))]
    for part in parts:
        text = "\n".join(textwrap.wrap(part.text, 76, break_long_words=False, break_on_hyphens=False))
        paragraphs.append(paragraph(part.files, part.holders, f"{part.licence}\n{indented(text)}", part.comment))
    return "\n".join(paragraphs)
