"""Whether a process that a test started is still there, running or not yet waited for.

The registry's PostgreSQL is a child of the same process where tests of it ran before, and stays for those that follow;
so is what Python itself starts with the first pool of processes, and ends with the tests' own process.
"""

import os
from pathlib import Path

_SERVER = "postgres"
_TRACKER = b"multiprocessing.resource_tracker"


def none_is_left() -> bool:
    """No child of this process is there but the tests' own server, and Python's own tracker."""
    return not [name for name in _children() if name != _SERVER]


def _children() -> list[str]:
    """The names of this process's children, as the kernel has them; of one that ended and nobody waited for, too."""
    found = []
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            text = (folder / "stat").read_text(encoding="utf-8", errors="replace")
            name, _close, rest = text.partition("(")[2].rpartition(")")
            if int(rest.split()[1]) == os.getpid() and _TRACKER not in (folder / "cmdline").read_bytes():
                found.append(name)
        except OSError:
            continue  # it ended meanwhile
    return found
