"""The one time that everything in a release bears, so that two builds of the same sources are the same bytes.

SOURCE_DATE_EPOCH where it is set; else the time of the last commit; else, in an unpacked source archive, the time that
the archive gave its own list of metadata. Runs on the bare interpreter.
"""

import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EARLIEST = 315532800
"""1 January 1980: a zip file cannot tell of an earlier time."""


class NoTime(Exception):
    """There is no time to build with; the text is one sentence that says what to do."""


def source_date_epoch(root: Path = ROOT) -> int:
    """Seconds since 1970. Raises NoTime."""
    given = os.environ.get("SOURCE_DATE_EPOCH", "").strip()
    if given:
        if not (given.isascii() and given.isdigit() and len(given) <= 10 and int(given) >= EARLIEST):
            raise NoTime(f"SOURCE_DATE_EPOCH takes whole seconds since 1970, from {EARLIEST} on; it is {given[:40]!r}.")
        return int(given)
    if (root / ".git").exists():
        commit = git(root, "log", "-1", "--format=%ct")
        if commit and commit.isdigit():
            return int(commit)
    metadata = root / "PKG-INFO"
    if metadata.is_file():
        return int(metadata.stat().st_mtime)
    raise NoTime("Neither git nor a source archive tells the time of these sources: set SOURCE_DATE_EPOCH.")


def git(root: Path, *arguments: str) -> str | None:
    """What git answers, without the last line feed; None where there is no git or it refuses."""
    try:
        done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=False)
    except OSError:
        return None
    return done.stdout.rstrip("\n") if done.returncode == 0 else None
