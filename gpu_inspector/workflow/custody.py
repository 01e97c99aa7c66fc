"""A line in the ledger's custody log for what was done with its records; never at the cost of what was done.

Whoever looks at a ledger on a read-only medium, or while another program holds it, still sees it: then the answer is
the sentence why there is no line, and it is the caller's to show.
"""

import getpass
import platform
import sqlite3
import sys
from datetime import UTC, datetime
from pathlib import Path

from gpu_inspector import preferences
from gpu_inspector.errors import LedgerError
from gpu_inspector.language import N_
from gpu_inspector.records.custody import Event, What, fitting

__all__ = ["What", "event", "note"]

PATIENCE_SECONDS = 2.0
"""How long a line waits for another program: nobody is to wait half a minute for having looked at a report."""
_NOT_NOTED = N_("This is not noted in the custody log")


def event(what: What, seq: int | None = None, detail: str = "") -> Event:
    """What happens now, here, by whom, as far as this machine tells."""
    found, _trouble = preferences.load()
    return Event(
        what=what,
        at=datetime.now(UTC),
        user=fitting(user()),
        inspector=fitting(found.inspector),
        host=fitting(platform.node()),
        seq=seq,
        detail=fitting(detail),
    )


def note(ledger: Path, what: What, seq: int | None = None, detail: str = "") -> str:
    """Put a line into the log of this ledger. "" where it stands, else the sentence why it does not. Never raises.

    A file of an older schema is left as it is: it is brought up to date by the next inspection, not by a look at it.
    """
    from gpu_inspector.ledger.custody_log import NO_LOG
    from gpu_inspector.ledger.store import Ledger

    try:
        with Ledger(ledger, readonly=True) as opened:
            if not opened.keeps_custody:
                return f"{_NOT_NOTED}. {NO_LOG}"
        with Ledger(ledger, patience=PATIENCE_SECONDS) as opened:
            opened.custody.note(event(what, seq, detail))
    except LedgerError as error:
        code = getattr(error.__cause__, "sqlite_errorcode", 0) & 0xFF
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return N_(f"{_NOT_NOTED}: another program holds the ledger {ledger}.")
        return f"{_NOT_NOTED}: {error.message}"
    return ""


def user() -> str:
    """The account's name: of the process, not of the environment, which anyone can set."""
    try:
        if sys.platform == "win32":
            return getpass.getuser()
        import os
        import pwd

        return pwd.getpwuid(os.getuid()).pw_name
    except (KeyError, OSError, ImportError):
        return ""
