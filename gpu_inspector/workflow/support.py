"""One zip file for whoever helps: what finds a defect, readable in full before it is sent, and masked unless asked.

It holds no ledger, no evidence, no report and no key. Everything that could name a card, a case, a person or a machine
is masked a second time here, whatever wrote it; lines of the log that were written with such values, by the user's own
wish, are left out. The order, the times and the names of its members are always the same.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gpu_inspector import __version__, log, preferences, settings
from gpu_inspector.errors import ReportError
from gpu_inspector.language import N_
from gpu_inspector.records import canonical
from gpu_inspector.workflow import diagnosing, support_facts, targets
from gpu_inspector.workflow.progress import Progress, silent
from gpu_inspector.workflow.whole_files import read_at_most, write_whole

FOLDER = "gpu-inspector-support"
README = f"{FOLDER}/README.txt"
MANIFEST = f"{FOLDER}/MANIFEST.sha256"
_KIND = (b"PK\x03\x04",)
_LARGEST_LOG = 4 * log.LARGEST_FILE
_TIME = (1980, 1, 1, 0, 0, 0)
"""The oldest that a zip file can say: when it was made stands in the log."""
_HEAD = f"Support bundle of GPU Inspector {__version__}"
_MASKED = (
    "Serial numbers, UUIDs, names of people, cases, users and machines, and places of files are masked, as “[masked]”."
    " What has no form by which it could be known may have been missed: look through it before you send it."
)
_UNMASKED = (
    "NOTHING IS MASKED: it was asked for with --with-serials. Serial numbers, UUIDs, names, cases and places of files"
    " may stand in it. Send it only to somebody who may know them."
)
_MEMBERS = (
    ("diagnostics.txt", "versions, what this machine can look at, and what to do about it; as `doctor` says it"),
    ("doctor.json", "the same topics, as `doctor --json` prints them"),
    ("environment.json", "operating system, kernel, driver, and the cards' names without their numbers"),
    ("files.sha256", "the digest of each file of the program"),
    ("reference.json", "which reference data and which office policy are in use, by version"),
    ("selftest.json", "the last self-test of this user on this machine; null where there is none"),
    ("settings.json", "the choices: words of this program in full, of free texts only whether there is one"),
)
Clean = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Bundle:
    """What was written: the file, its members in their order, whether they are masked, and lines that were left out."""

    path: Path
    members: tuple[str, ...]
    masked: bool
    left_out: int


def write(target: Path, ledger: Path, *, serials: bool = False, progress: Progress = silent) -> Bundle:
    """Write the bundle to `target`; an older bundle is replaced, any other file is not.

    Raises TargetError for a place where it must not go, ReportError where it cannot be written.
    """
    _require_own(target, ledger)
    progress(N_("looking at this machine"), 0.1)
    names = set() if serials else diagnosing.known(ledger)
    clean: Clean = (lambda text: text) if serials else (lambda text: log.masked(text, names))
    topics = diagnosing.topics(ledger)
    facts: dict[str, bytes] = {
        "diagnostics.txt": _diagnostics(clean, [diagnosing.said_of(one) for one in topics]),
        "doctor.json": _json(support_facts.doctor(topics), clean),
        "environment.json": _json(support_facts.environment(serials=serials), clean),
        "files.sha256": support_facts.files(),
        "reference.json": _json(support_facts.reference(), clean, own=support_facts.OWN),
        "selftest.json": _json(support_facts.self_test(), clean, own=support_facts.OWN),
        "settings.json": _json(support_facts.choices(), clean),
    }
    progress(N_("the log"), 0.7)
    logs, left_out = _logs(serials=serials, known=names)
    members = {f"{FOLDER}/{name}": data for name, data in sorted({**facts, **logs}.items())}
    members = {README: _readme(sorted(logs), serials=serials, left_out=left_out), **members}
    members[MANIFEST] = "".join(
        f"{hashlib.sha256(data).hexdigest()}  {name.removeprefix(FOLDER + '/')}\n" for name, data in members.items()
    ).encode()
    progress("writing", 0.9)
    try:
        write_whole(target, _zipped(members))
    except OSError as error:
        raise ReportError(f"{target} cannot be written ({error.strerror}).", "Choose another place.") from error
    log.event("support-bundle", files=len(members), serials=serials)
    return Bundle(target, tuple(members), not serials, left_out)


def _require_own(target: Path, ledger: Path) -> None:
    """Raises TargetError: any zip file begins as ours does, so an existing one is opened."""
    kept = (*targets.ledger_files(ledger), *log.files(), settings.log_path(), preferences.path())
    targets.check(target, _KIND, kept=kept)
    if not target.exists() or not target.stat().st_size:
        return
    try:
        with zipfile.ZipFile(target) as there:
            own = there.namelist()[:1] == [README]
    except (OSError, ValueError, NotImplementedError, zipfile.BadZipFile):
        own = False
    if not own:
        raise targets.TargetError(f"{target} exists and is no support bundle; it is not overwritten.", "Name another.")


def _diagnostics(clean: Clean, topics: list[str]) -> bytes:
    parts = (
        f"{diagnosing.HEAD} {__version__}",
        "Versions\n" + "\n".join(diagnosing.versions()),
        "What this machine can look at\n" + clean("\n".join(topics)),
    )
    return ("\n\n".join(parts) + "\n").encode("utf-8", "replace")


def _json(document: object, clean: Clean, own: frozenset[str] = frozenset()) -> bytes:
    """A document with each of its texts cleaned, but for those under a name of `own`."""
    plain = _cleaned(canonical.plain(document), clean, own)
    return (json.dumps(plain, indent=2, ensure_ascii=False) + "\n").encode("utf-8", "replace")


def _cleaned(value: Any, clean: Clean, own: frozenset[str]) -> Any:
    if isinstance(value, dict):
        return {name: one if name in own else _cleaned(one, clean, own) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_cleaned(one, clean, own) for one in value]
    return clean(value) if isinstance(value, str) else value


def _logs(*, serials: bool, known: set[str]) -> tuple[dict[str, bytes], int]:
    """The log's files by their names, and how many lines were left out."""
    found: dict[str, bytes] = {}
    left_out = 0
    for path in log.files():
        try:
            data = read_at_most(path, _LARGEST_LOG)[:_LARGEST_LOG]
        except OSError:
            continue  # put aside meanwhile by another process
        if not serials:
            lines = [_line(one, known) for one in data.decode("utf-8", "replace").split("\n") if one]
            left_out += sum(one is None for one in lines)
            data = "".join(f"{one}\n" for one in lines if one is not None).encode("utf-8", "replace")
        found[f"log/{path.name}"] = data
    return found, left_out


def _line(line: str, known: set[str]) -> str | None:
    """None for a line that must not go along, or that this program did not write: none of its own is so long."""
    return diagnosing.masked_line(line, known, whole=False) if len(line) <= 2 * log.LARGEST_LINE else None


def _readme(logs: list[str], *, serials: bool, left_out: int) -> bytes:
    width = max(len(name) for name in (*(name for name, _about in _MEMBERS), *logs))
    lines = [
        _HEAD,
        "",
        "It was made by `gpu-inspector doctor --bundle` for whoever helps with a fault of the program. Nothing was sent"
        " anywhere: whether and to whom it goes is yours to decide.",
        "",
        _UNMASKED if serials else _MASKED,
        "",
        "Inside:",
        *(f"  {name:<{width}}  {about}" for name, about in _MEMBERS),
        *(f"  {name:<{width}}  the program's log, one JSON object a line" for name in logs),
        f"  {MANIFEST.rpartition('/')[2]:<{width}}  the digest of each of these files: sha256sum -c MANIFEST.sha256",
        "",
        "Not inside: the ledger, any evidence, report, photograph, key, certificate or passphrase, and no environment"
        " variable.",
    ]
    if left_out:
        lines += [
            "",
            f"{left_out} lines of the log are left out: they were written with serial numbers and names, or by an"
            " earlier version that did not mask. With --with-serials they would be in it.",
        ]
    return ("\n".join(lines) + "\n").encode()


def _zipped(members: dict[str, bytes]) -> bytes:
    """The same members give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in members.items():
            entry = zipfile.ZipInfo(name, _TIME)
            entry.external_attr = 0o600 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return out.getvalue()
