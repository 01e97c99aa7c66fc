"""What a stranger needs to find a defect, and nothing that says whose cards, cases and machines these are.

Versions, what this machine can look at, and the end of the log, as one plain text that the user can read before
sending it. Serial numbers, UUIDs, digests, the user's and the machine's names and folders are masked: those that are
known here by their value, and whatever looks like one by its form. Choices are named, never what was typed.
"""

import getpass
import os
import platform
import re
import sys
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path

from gpu_inspector import __version__, preferences, settings
from gpu_inspector.errors import GpuInspectorError
from gpu_inspector.records.catalogue import load
from gpu_inspector.records.evidence import CardEvidence
from gpu_inspector.version import build
from gpu_inspector.workflow import collecting, examining, targets
from gpu_inspector.workflow.identities import write_whole
from gpu_inspector.workflow.progress import Progress, silent
from gpu_inspector.workflow.topics import Topic

HEAD = "Diagnostics of GPU Inspector"
MASK = "[masked]"
LOG_BYTES = 64 * 1024
"""Of the log, this much of its end."""
_KIND = (HEAD.encode(),)
_PACKAGES = (
    *("PySide6-Essentials", "nvidia-ml-py", "sqlite-utils", "reportlab", "pyhanko", "cryptography", "msgspec"),
    *("numpy", "pillow", "zxing-cpp", "pyqtgraph", "cupy-cuda12x", "cupy-cuda13x"),
)
_FORMS = re.compile(
    r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"  # a UUID, of a card or of anything else
    r"|(?<![0-9A-Za-z])(?=(?:[A-Za-z]*[0-9]){6})[0-9A-Za-z]{9,}(?![0-9A-Za-z])"  # as serial numbers are: many digits
    r"|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"  # a mail address
    r"|(?<![0-9a-fA-F:])(?:[0-9a-fA-F]{2}:){5}[0-9a-fA-F]{2}(?![0-9a-fA-F:])"  # of a network card
)
_HOMES = re.compile(r"(/home/|/Users/|[A-Za-z]:\\Users\\)[^/\\\s\"']+")
"""Folders of users, also of others than the one who runs this."""
_SHORTEST = 3
"""Characters of a name that is masked wherever it stands; shorter ones would blot out half of the text."""
_TELLING = 6
"""Characters from which on a name is masked also inside of words."""
_ORDINARY = frozenset({"root", "localhost", "user", "none", "admin"})
"""Names that say nothing of anybody."""


def export(target: Path, progress: Progress = silent) -> Path:
    """Write the diagnostics as plain text to `target`.

    Raises ReportError where it cannot be written, TargetError for a place where it must not go.
    """
    targets.check(target, _KIND, kept=(settings.log_path(), preferences.path()))
    progress("looking at this machine", 0.1)
    text = diagnostics()
    progress("writing", 0.9)
    write_whole(target, text)
    return target


def diagnostics() -> str:
    """The text, masked."""
    known = _known()
    head = [
        f"{HEAD} {__version__}\n\nSerial numbers, UUIDs, digests, names and folders of users are masked.",
        "Versions\n" + "\n".join(_versions()),
    ]
    rest = [
        "What this machine can look at\n" + "\n".join(_topics()),
        "Choices\n" + "\n".join(_choices()),
        "End of the log\n" + (_log() or "There is no log: no defect was met."),
    ]
    # Versions of ours may have the form of a serial number, and are what is asked for first.
    return "\n\n".join((without("\n\n".join(head), known), masked("\n\n".join(rest), known))) + "\n"


def masked(text: str, known: Iterable[str] = ()) -> str:
    """The text without the known values, and without what has the form of a serial number, a UUID or a digest."""
    text = _HOMES.sub(lambda found: found[1] + MASK, without(text, known))
    return _FORMS.sub(MASK, text)


def without(text: str, known: Iterable[str]) -> str:
    """The text without these values, however they are written; a short one only where it stands by itself."""
    for value in sorted({one for one in known if len(one) >= _SHORTEST}, key=len, reverse=True):
        alone = r"{}" if len(value) >= _TELLING else r"(?<![0-9A-Za-z]){}(?![0-9A-Za-z])"
        text = re.sub(alone.replace("{}", re.escape(value)), MASK, text, flags=re.IGNORECASE)
    return text


def _versions() -> list[str]:
    lines = [
        f"program {build()[:40]}",
        f"reference data {load().version[:40]}",
        f"Python {platform.python_version()}, {sys.platform}, {platform.machine()}",
        f"system {platform.system()} {platform.release()}",
    ]
    for package in _PACKAGES:
        try:
            lines.append(f"{package} {metadata.version(package)}")
        except metadata.PackageNotFoundError:
            lines.append(f"{package} is not installed")
    return lines


def _topics() -> list[str]:
    topics = examining.examine_machine()
    try:
        topics = (*topics, *examining.examine_places(preferences.ledger_path()))
    except (GpuInspectorError, OSError) as error:
        topics = (*topics, Topic("places", False, str(error)))
    return [
        f"{'well' if topic.well else 'AMISS'}: {topic.title}: {topic.says} {topic.advice}".rstrip() for topic in topics
    ]


def _choices() -> list[str]:
    """Of texts only whether there is one."""
    found, trouble = preferences.load()
    shown = [
        f"profile {found.profile}, theme {found.theme}, location kept {found.keep_location}",
        f"another ledger: {bool(found.ledger)}, accepted certificates: {len(found.trusted)}",
    ]
    return [*shown, trouble] if trouble else shown


def _log() -> str:
    try:
        with settings.log_path().open("rb") as log:
            size = log.seek(0, os.SEEK_END)
            log.seek(max(0, size - LOG_BYTES))
            text = log.read(LOG_BYTES).decode("utf-8", errors="replace")
    except OSError:
        return ""
    # Where the file is longer, its first line here is half a line, and half a serial number has no serial's form.
    return text.partition("\n")[2] if size > LOG_BYTES else text


def _known() -> set[str]:
    """Values that are known to belong to somebody: of the cards here, of the user, and of the machine."""
    home = Path.home()
    found = {str(home), home.name, platform.node(), platform.node().partition(".")[0], *_user()}
    chosen = preferences.load()[0]
    found |= {chosen.office, chosen.inspector, chosen.place}
    try:
        for card in collecting.collect_machine(load(), None).cards:
            found |= _of_card(card)
    except GpuInspectorError:
        pass  # no card, no values of one
    return {one for one in found if one.casefold() not in _ORDINARY}


def _user() -> set[str]:
    try:
        return {getpass.getuser()}
    except (KeyError, OSError, ImportError):
        return set()  # a user without a name, as some containers have


def _of_card(card: CardEvidence) -> set[str]:
    found: set[str] = set()
    for claims in (card.nvml, card.nvidia_smi):
        if claims is not None:
            found |= {value for value in (claims.serial, claims.uuid) if value}
    return found
