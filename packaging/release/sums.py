"""SHA256SUMS of a release's files, and whether a folder still is what it says.

    python packaging/release/sums.py FOLDER        says what is missing, altered or not listed; exit status 0 or 1

An office needs none of this: `sha256sum -c SHA256SUMS` does the same, but for files that nobody listed.
Standard library alone.
"""
# ruff: noqa: T201

import hashlib
import re
import sys
from pathlib import Path

NAME = "SHA256SUMS"
SIGNATURE = "SHA256SUMS.p7s"
_LINE = re.compile(r"([0-9a-f]{64})  ([A-Za-z0-9][A-Za-z0-9._+~-]*)")


def digest(path: Path) -> str:
    """SHA-256 of a file, as hexadecimal digits. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write(folder: Path) -> Path:
    """Lists every file of the folder but the list and its signature, sorted by name.

    Raises ValueError where a name holds what sha256sum or a shell could misread, or is a folder; OSError.
    """
    lines = []
    for path in sorted(folder.iterdir(), key=lambda one: one.name):
        if path.name in (NAME, SIGNATURE):
            continue
        line = f"{digest(path) if path.is_file() and not path.is_symlink() else ''}  {path.name}"
        if not _LINE.fullmatch(line):
            raise ValueError(f"{path.name!r} cannot stand in {NAME}")
        lines.append(line + "\n")
    (folder / NAME).write_text("".join(lines), encoding="ascii")
    return folder / NAME


def wrong(folder: Path) -> list[str]:
    """What differs between the list and the folder, a sentence each; empty where all agree."""
    try:
        text = (folder / NAME).read_bytes().decode("ascii")
    except (OSError, UnicodeDecodeError):
        return [f"{NAME} cannot be read."]
    listed: dict[str, str] = {}
    for line in text.split("\n")[:-1]:
        match = _LINE.fullmatch(line)
        if match is None or match[2] in listed:
            return [f"{NAME} is damaged."]
        listed[match[2]] = match[1]
    if not text.endswith("\n") or not listed:
        return [f"{NAME} is damaged."]
    there = {one.name for one in folder.iterdir()} - {NAME, SIGNATURE}
    found = [f"{name} is not in {NAME}." for name in sorted(there - set(listed))]
    for name, expected in sorted(listed.items()):
        path = folder / name
        if path.is_symlink() or not path.is_file():
            found.append(f"{name} is missing.")
        elif digest(path) != expected:
            found.append(f"{name} was altered or is damaged.")
    return found


def main() -> int:
    """Exit status: 0 where all agree, 1 otherwise, 2 for wrong usage."""
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_dir():
        print("python packaging/release/sums.py FOLDER", file=sys.stderr)
        return 2
    found = wrong(Path(sys.argv[1]))
    print("\n".join(found) or f"Every file agrees with {NAME}. Whose list it is, only its signature tells.")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
