"""Reports that wait for a time stamp: one small file each, so that no crash and no second program can lose another's.

An entry is written before the service is asked and goes when the stamped report stands in its place. Whoever is killed
in between leaves an entry for a report that may be stamped already; who works the queue sees that in the report.
"""

import contextlib
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from gpu_inspector import platforms, settings
from gpu_inspector.workflow.whole_files import read_at_most, write_whole

_LARGEST = 64 * 1024
MOST = 10_000
"""Entries that are listed; the rest waits for the next time."""


@dataclass(frozen=True, slots=True)
class Due:
    """A report that waits, and since when (aware, UTC)."""

    report: Path
    since: datetime


def folder() -> Path:
    """Where the entries lie."""
    return settings.data_folder() / "time-stamps-due"


def add(report: Path) -> None:
    """Put a report on the list; one that is there already stays as it is. Raises OSError: nothing was written then."""
    entry = _entry(report)
    if entry.is_file():
        return
    since = datetime.now(UTC).replace(microsecond=0).isoformat()
    write_whole(entry, json.dumps({"format": 1, "report": str(report), "since": since}).encode())


def remove(report: Path) -> None:
    """Take a report off the list. Where that fails it stays, and the next who works the list finds it stamped."""
    with contextlib.suppress(OSError):
        _entry(report).unlink(missing_ok=True)


def listed() -> tuple[Due, ...]:
    """All that wait, the oldest first; what is no entry of ours is passed over. Raises OSError."""
    try:
        paths = sorted(folder().glob("*.json"))[:MOST]
    except FileNotFoundError:
        return ()
    found = [one for path in paths if (one := _read(path)) is not None]
    return tuple(sorted(found, key=lambda one: (one.since, str(one.report))))


@contextmanager
def alone() -> Iterator[None]:
    """One program at a time puts a report in another's place; where it dies, the system lets go. Raises OSError."""
    place = folder() / "lock"
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.open("ab") as file:
        platforms.lock(file.fileno())
        yield


def _entry(report: Path) -> Path:
    return folder() / f"{hashlib.sha256(str(report).encode('utf-8', 'surrogateescape')).hexdigest()[:32]}.json"


def _read(path: Path) -> Due | None:
    try:
        held = json.loads(read_at_most(path, _LARGEST))
        since = datetime.fromisoformat(held["since"])
        if held["format"] != 1 or not isinstance(held["report"], str) or since.tzinfo is None:
            return None
        return Due(Path(held["report"]), since)
    except (OSError, ValueError, KeyError, TypeError):
        return None
