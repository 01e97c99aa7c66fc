"""The interpreter and the system's libraries in a folder that PyInstaller made, with their licences.

A library of the system is found by its name among the installed Debian packages, whose `copyright` file is its notice;
the interpreter brings its own. What cannot be found is answered without a text, and is then named as missing.
"""

import re
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

Found = tuple[str, str, str, str, tuple[tuple[str, str], ...]]
"""Name, version, licence, homepage, texts."""


def parts(bundle: Path) -> list[Found]:
    """The interpreter first, then each Debian package that a library came from, then what nobody knows."""
    return [_interpreter(), *_libraries(bundle)]


def _interpreter() -> Found:
    home = Path(sysconfig.get_paths()["stdlib"])
    places = [home / "LICENSE.txt", Path("/usr/share/doc") / f"python3.{sys.version_info[1]}" / "copyright"]
    texts = [(one.name, one.read_text(encoding="utf-8", errors="replace")) for one in places if one.is_file()]
    version = ".".join(map(str, sys.version_info[:3]))
    return ("Python", version, "PSF-2.0 and others", "https://www.python.org", tuple(texts[:1]))


def _libraries(bundle: Path) -> Iterator[Found]:
    internal = bundle / "_internal" if (bundle / "_internal").is_dir() else bundle
    names = sorted(one.name for one in internal.glob("*.so*") if not re.search(r"cpython-|abi3|^libpython", one.name))
    seen: dict[str, list[str]] = {}
    unknown = []
    for name in names:
        owner = _owner(name)
        if owner:
            seen.setdefault(owner, []).append(name)
        else:
            unknown.append(name)
    for owner, files in sorted(seen.items()):
        text = Path("/usr/share/doc") / owner.split(":")[0] / "copyright"
        texts = ((f"{owner}: copyright", text.read_text(encoding="utf-8", errors="replace")),) if text.is_file() else ()
        yield (f"{owner.split(':')[0]} (Debian: {', '.join(files)})", _version(owner), "see its text", "", texts)
    for name in unknown:
        yield (name, "version not known", "not known", "", ())


def _owner(name: str) -> str:
    """The Debian package that installs a library of that name in the system's folders, or ""."""
    for line in _asked("dpkg-query", "-S", f"*/{name}").splitlines():
        package, _, path = line.rpartition(": ")
        if package and re.match(r"(/usr)?/lib/", path):
            return package.split(", ")[0]
    return ""


def _version(package: str) -> str:
    return _asked("dpkg-query", "-W", "-f", "${Version}", package)


def _asked(*command: str) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return done.stdout if done.returncode == 0 else ""
