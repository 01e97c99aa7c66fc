"""What a stranger needs to find a defect, and nothing that says whose cards, cases and machines these are.

Versions, what this machine can look at, and the end of the log, as one plain text that the user can read before
sending it. Serial numbers, UUIDs, digests, the user's and the machine's names and folders are masked: those that are
known here by their value, and whatever looks like one by its form. Choices are named, never what was typed.
"""

import getpass
import json
import os
import platform
import sys
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path
from typing import Any

from gpu_inspector import __version__, preferences, settings
from gpu_inspector.errors import GpuInspectorError
from gpu_inspector.language import N_
from gpu_inspector.log import masked_names, without
from gpu_inspector.records.catalogue import load
from gpu_inspector.records.evidence import CardEvidence
from gpu_inspector.version import build
from gpu_inspector.workflow import collecting, data_standing, examining, support_names, targets
from gpu_inspector.workflow.identities import write_whole
from gpu_inspector.workflow.progress import Progress, silent
from gpu_inspector.workflow.topics import Topic

HEAD = N_("Diagnostics of GPU Inspector")
LOG_BYTES = 64 * 1024
"""Of the log, this much of its end."""
_KIND = (HEAD.encode(),)
_PACKAGES = (
    *("PySide6-Essentials", "nvidia-ml-py", "sqlite-utils", "reportlab", "pyhanko", "cryptography", "msgspec"),
    *("numpy", "pillow", "zxing-cpp", "pyqtgraph", "cupy-cuda12x", "cupy-cuda13x"),
)
_ORDINARY = frozenset({"root", "localhost", "user", "none", "admin"})
"""Names that say nothing of anybody."""


def export(target: Path, progress: Progress = silent) -> Path:
    """Write the diagnostics as plain text to `target`.

    Raises ReportError where it cannot be written, TargetError for a place where it must not go.
    """
    targets.check(target, _KIND, kept=(settings.log_path(), preferences.path()))
    progress(N_("looking at this machine"), 0.1)
    text = diagnostics()
    progress("writing", 0.9)
    write_whole(target, text)
    return target


def diagnostics() -> str:
    """The text, masked."""
    names = known()
    head = [
        f"{HEAD} {__version__}\n\nSerial numbers, UUIDs, digests, names and folders of users are masked.",
        "Versions\n" + "\n".join(versions()),
    ]
    rest = [
        "What this machine can look at\n" + "\n".join(map(said_of, topics())),
        "Choices\n" + "\n".join(_choices()),
    ]
    lines = [masked_line(one, names) for one in _log().splitlines()]
    end = "\n".join(one for one in lines if one is not None) or "There is no log: no defect was met."
    # Versions of ours may have the form of a serial number, and are what is asked for first.
    parts = (without("\n\n".join(head), names), masked_names("\n\n".join(rest), names), f"End of the log\n{end}")
    return "\n\n".join(parts) + "\n"


def masked_line(line: str, known: Iterable[str], *, whole: bool = True) -> str | None:
    """A line of the log without anybody's values; None for one that was written with them, by the user's wish.

    With `whole` also a line of an earlier version, which was a text.
    """
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):  # somebody's brackets, thousands deep
        found = None
    if not isinstance(found, dict):
        return masked_names(line, known) if whole else None
    if found.get("masked") is not True:
        return None
    return json.dumps(_masked_value(found, known), ensure_ascii=False)


def _masked_value(value: Any, known: Iterable[str]) -> Any:
    """Texts decoded first: a name that JSON escapes would not be known again."""
    if isinstance(value, dict):
        return {name: _masked_value(one, known) for name, one in value.items()}
    if isinstance(value, list):
        return [_masked_value(one, known) for one in value]
    return masked_names(value, known) if isinstance(value, str) else value


def versions() -> list[str]:
    """Of the program, its data, Python, the system and the libraries, a line each."""
    lines = [
        f"program {build()[:40]}",
        f"reference data {data_standing.in_words()}",
        f"Python {platform.python_version()}, {sys.platform}, {platform.machine()}",
        f"system {platform.system()} {platform.release()}",
    ]
    for package in _PACKAGES:
        try:
            lines.append(f"{package} {metadata.version(package)}")
        except metadata.PackageNotFoundError:
            lines.append(f"{package} is not installed")
    return lines


def topics(ledger: Path | None = None) -> tuple[Topic, ...]:
    """What this machine can look at; of the ledger that is named, or of the usual one."""
    found = examining.examine_machine()
    try:
        return (*found, *examining.examine_places(ledger or preferences.ledger_path()))
    except (GpuInspectorError, OSError) as error:
        return (*found, Topic(N_("places"), False, str(error)))


def said_of(topic: Topic) -> str:
    """One topic as a line."""
    return f"{'well' if topic.well else 'AMISS'}: {topic.title}: {topic.says} {topic.advice}".rstrip()


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


def known(ledger: Path | None = None) -> set[str]:
    """Values that are known to belong to somebody: of the cards here, of the user, and of the machine."""
    home = Path.home()
    found = {str(home), home.name, platform.node(), platform.node().partition(".")[0], *_user()}
    chosen = preferences.load()[0]
    found |= {chosen.office, chosen.inspector, chosen.place, *support_names.of_this_bench(ledger)}
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
