"""Which Debian packages the bundled program needs: asked of its ELF files, and of the packages installed here.

A library that an ELF file names and the folder does not hold must come from the system. `readelf` tells the names and
the versions of the symbols, `ldconfig` where such a library lies here, dpkg whose it is and from which version on it
has these symbols. So the list holds for what was built, and needs no hand.
"""

import re
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

LOADER = re.compile(r"ld-linux.*|linux-vdso.*")
MAGIC = b"\x7fELF"


class Unknown(Exception):
    """A library that no package of this machine brings; the text is a sentence."""


@dataclass
class Needs:
    """What ELF files ask of the libraries beside them and of the system's."""

    libraries: dict[str, set[str]] = field(default_factory=dict)
    """Library's name: names of the files that ask for it."""
    versions: dict[str, set[str]] = field(default_factory=dict)
    """Library's name: versions of symbols such as GLIBC_2.34."""
    own: set[str] = field(default_factory=set)
    """Names of the libraries that lie in the folder."""

    def outside(self) -> list[str]:
        """The libraries that the system must have."""
        return sorted(name for name in self.libraries if name not in self.own and not LOADER.fullmatch(name))


def elf_files(folder: Path) -> list[Path]:
    """Every ELF file of a folder, by content."""
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            with path.open("rb") as file:
                if file.read(4) == MAGIC:
                    found.append(path)
    return found


def said(command: list[str], *, accept: tuple[int, ...] = (0,)) -> str:
    """Standard output of a tool in the C locale. Raises Unknown where it is missing or fails."""
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, env={"LC_ALL": "C", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
        )
    except FileNotFoundError:
        raise Unknown(f"{command[0]} is missing: apt install binutils dpkg-dev.") from None
    if done.returncode not in accept:
        raise Unknown(f"{command[0]} failed: {done.stderr.strip()[:300]}")
    return done.stdout


def parse(text: str, needs: Needs) -> None:
    """What `readelf -dVW FILE...` prints."""
    library = ""
    source = ""
    for line in text.splitlines():
        if line.startswith("File: "):
            source = Path(line[6:]).name
        elif match := re.search(r"\((NEEDED|SONAME)\).*\[([^\]]+)\]", line):
            if match[1] == "SONAME":
                needs.own.add(match[2])
            else:
                needs.libraries.setdefault(match[2], set()).add(source)
        elif match := re.search(r"Version: \d+\s+File: (\S+)\s+Cnt:", line):
            library = match[1]
        elif library and (match := re.search(r"\sName: (\S+)\s+Flags:", line)):
            needs.versions.setdefault(library, set()).add(match[1])
        elif not line.strip():
            library = ""


def needs_of(folder: Path) -> Needs:
    """What the ELF files of a folder need. Raises Unknown."""
    files = elf_files(folder)
    needs = Needs(own={path.name for path in folder.rglob("*.so*")})
    if files:
        parse(said(["readelf", "-dVW", *map(str, files)]), needs)
    return needs


def places(text: str) -> dict[str, str]:
    """Where libraries lie, of what `ldconfig -p` prints; 64-bit x86 ones only."""
    return {
        match[1]: match[2] for match in re.finditer(r"^\s*(\S+) \(libc6,x86-64[^)]*\) => (\S+)$", text, re.MULTILINE)
    }


def owner(path: Path) -> str:
    """The package that brings a file. Raises Unknown."""
    real = path.resolve()
    names = {str(one) for one in (path, real)}
    names |= {name.removeprefix("/usr") for name in names} | {f"/usr{name}" for name in names if name[:5] == "/lib/"}
    found = re.search(r"^([^\s:,]+)[^\s,]*: ", said(["dpkg-query", "-S", *sorted(names)], accept=(0, 1)), re.MULTILINE)
    if not found:
        raise Unknown(f"No package of this machine brings {path}; build on a Debian system.")
    return found[1]


def least(symbols: str, versions: Iterable[str]) -> str:
    """The least version of a package that has these versions of symbols, by its `symbols` file; "" without any."""
    found = [
        match[1]
        for version in versions
        if (match := re.search(rf"^ {re.escape(version)}@{re.escape(version)} (\S+)", symbols, re.MULTILINE))
    ]
    return max(found, key=lambda one: [int(number) for number in re.findall(r"\d+", one)], default="")


def packages(folder: Path) -> dict[str, str]:
    """Each package that the folder needs of the system, with its least version ("" where any does). Raises Unknown."""
    needs = needs_of(folder)
    there = places(said(["/sbin/ldconfig", "-p"]))
    absent = [library for library in needs.outside() if library not in there]
    if absent:
        wanted = ", ".join(f"{one} (for {', '.join(sorted(needs.libraries[one])[:2])})" for one in absent)
        raise Unknown(f"Neither in the folder nor on this machine: {wanted}. Install the packages that bring them.")
    found: dict[str, str] = {}
    for library in needs.outside():
        package = owner(Path(there[library]))
        list_of_symbols = Path(f"/var/lib/dpkg/info/{package}:amd64.symbols")
        symbols = list_of_symbols.read_text(encoding="utf-8") if list_of_symbols.is_file() else ""
        version = least(symbols, needs.versions.get(library, ()))
        found[package] = max(found.get(package, ""), version, key=lambda one: [int(n) for n in re.findall(r"\d+", one)])
    return found


def field_of(found: dict[str, str]) -> str:
    """The packages as a field of `control`."""
    return ", ".join(f"{name} (>= {version})" if version else name for name, version in sorted(found.items()))
