"""A signed report gets its time stamp, at once or later: the report itself is never at stake.

The report stands signed in its place (PAdES B-B) before anybody is asked. A service that is down, slow or wrong costs
the stamp, not the report: its path waits in a list, and `report upgrade` works that. A stamped report takes the place
of the old one in one step, and only where it is found intact by the examiner that everybody uses, and where nobody
changed the file in between.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from gpu_inspector import preferences
from gpu_inspector.errors import ReportError
from gpu_inspector.language import N_
from gpu_inspector.report.deferred import LOADING
from gpu_inspector.workflow import due, signing
from gpu_inspector.workflow.whole_files import read_at_most

if TYPE_CHECKING:
    from gpu_inspector.report.archive import Upgrade
    from gpu_inspector.report.fetching import Fetch
    from gpu_inspector.workflow.due import Due

PATIENCE_S = 20.0
"""For everything that is fetched while an inspector waits for the report."""
YOUNG = timedelta(hours=1)
"""How long an entry waits for its report to be there."""
LATER = "gpu-inspector report upgrade"
_LARGEST_CERTIFICATE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Stamped:
    """How far a report came: its PAdES level, and what a person should know, in sentences ("" for nothing)."""

    level: str
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one report; `failure` says why it is as it was, where it is."""

    report: Path
    level: str
    at: datetime | None = None
    remarks: tuple[str, ...] = ()
    failure: str = ""


def write_and_stamp(path: Path, signed: bytes) -> Stamped:
    """Put a signed report in its place, and stamp it where a service is set. Raises ReportError: then it is not there.

    Without a service, or where that fails, the report is what it was: `signed`, at level B-B.
    """
    with LOADING:
        from gpu_inspector.report import signature

    url = preferences.load()[0].timestamp_url
    trouble = _wait(path) if url else ""
    try:
        signature.write(path, signed)
    except ReportError:
        due.remove(path.resolve())
        raise
    return after_signing(path, signed, trouble) if url else Stamped("B-B")


def after_signing(path: Path, signed: bytes, trouble: str = "") -> Stamped:
    """Stamp the report `signed` that lies there, where a service is set. Never raises for a service's sake.

    `trouble` says why it could not be put on the list of those that wait, where somebody tried already.
    """
    url = preferences.load()[0].timestamp_url
    if not url:
        return Stamped("B-B")
    trouble = trouble or _wait(path)
    try:
        done = _upgraded(signed, url, patient=False)
        put(path.resolve(), signed, done.pdf)
    except ReportError as error:
        waits = N_(f"It waits for one; later: {LATER}") if not trouble else f"{trouble} Later: {LATER} FILE"
        return Stamped("B-B", N_(f"The report has no time stamp yet. {error} {waits}"))
    due.remove(path.resolve())
    return Stamped(done.level, " ".join(done.remarks))


def _wait(path: Path) -> str:
    """Put it on the list, before it lies there: a kill in between loses nothing. A sentence where that fails."""
    try:
        due.add(path.resolve())
    except OSError as error:
        return N_(f"It could not be put on the list of those that wait ({error.strerror}).")
    return ""


def upgrade(path: Path, url: str = "") -> Outcome:
    """One more time stamp for an intact report, and what proves it. Raises ReportError: then the file is as it was."""
    url = url or service()
    path = path.resolve()
    data = read(path)
    with LOADING:
        from gpu_inspector.report import examine
    found = examine.examine(data)
    if not found.intact:
        why = found.problems[0] if found.problems else N_("It is no report.")
        raise ReportError(f"{path} is no intact report, so it gets no time stamp. {why}")
    done = _upgraded(data, url, patient=True)
    put(path, data, done.pdf)
    due.remove(path)
    return Outcome(path, done.level, done.at, done.remarks)


def work_the_list(url: str = "") -> Iterator[Outcome]:
    """Each report that waits, as it is done. A report that cannot be stamped now stays on the list.

    Raises ReportError where no service is set, or the list itself cannot be read.
    """
    try:
        waiting = due.listed()
    except OSError as error:
        raise ReportError(f"The list of reports in {due.folder()} cannot be read ({error.strerror}).") from error
    if waiting:
        url = url or service()
    for one in waiting:
        yield _worked(one, url)


def service() -> str:
    """The address of the time-stamp service that the settings name. Raises ReportError where there is none."""
    found, trouble = preferences.load()
    if trouble:
        raise ReportError(trouble, "Set the time-stamp service again.")
    if not found.timestamp_url:
        raise ReportError(
            "No time-stamp service is set.", "Name one with --service URL, or set timestamp_url in the settings."
        )
    return found.timestamp_url


def _worked(one: Due, url: str) -> Outcome:
    path = one.report
    try:
        if not path.exists():
            return _missing(one)
        with LOADING:
            from gpu_inspector.report import examine
        found = examine.examine(read(path))
        if not found.intact:
            due.remove(path)
            why = found.problems[0] if found.problems else ""
            return Outcome(path, "", failure=N_(f"It is no intact report any more, and is off the list. {why}").strip())
        if found.level != "B-B":  # stamped, and the program was killed before it could say so
            due.remove(path)
            return Outcome(path, found.level)
        return upgrade(path, url)
    except ReportError as error:
        return Outcome(path, "B-B", failure=str(error))


def _missing(one: Due) -> Outcome:
    """An entry is there before its report: another program may be about to put it in its place."""
    if datetime.now(UTC) - one.since < YOUNG:
        return Outcome(one.report, "", failure=N_("There is no report yet; it stays on the list for an hour."))
    due.remove(one.report)
    return Outcome(one.report, "", failure=N_("The report is no longer there; it is off the list."))


def read(path: Path) -> bytes:
    with LOADING:
        from gpu_inspector.report.examine import LARGEST
    try:
        data = read_at_most(path, LARGEST)
    except OSError as error:
        raise ReportError(f"The report {path} cannot be read ({error.strerror}).", "Look where it lies.") from error
    if len(data) > LARGEST:
        raise ReportError(f"{path} is larger than any report.", "Name a report of this program.")
    return data


def _upgraded(data: bytes, url: str, *, patient: bool) -> Upgrade:
    """The stamped report, found intact. Raises ReportError."""
    with LOADING:
        from gpu_inspector.report import archive, examine, fetching, tsa
        from gpu_inspector.report.proofs import Proofs
        from gpu_inspector.report.revocation import Sources

    fetch = fetching.fetch if patient else _within(fetching.fetch, PATIENCE_S)
    stamp = tsa.stamper(url, fetch=fetch, pauses_s=tsa.PAUSES_S if patient else ())
    proofs = Proofs(signing.revocation_lists().found)
    done = archive.upgraded(data, stamp, datetime.now(UTC), Sources(_known_authorities(), proofs, fetch))
    found = examine.examine(done.pdf)
    if not found.intact:
        why = found.problems[0] if found.problems else ""
        raise ReportError(N_(f"The stamped report would not be intact, so the report stays as it is. {why}").strip())
    return done


def _within(fetch: Fetch, seconds: float) -> Fetch:
    """The same, with an end to the time that all calls take together."""
    with LOADING:
        from gpu_inspector.report import fetching
    end = time.monotonic() + seconds

    def within(url: str, body: bytes | None, media: str) -> bytes:
        left = min(fetching.TIMEOUT_S, end - time.monotonic())
        if left <= 0:
            raise fetching.FetchError("There was no time left to ask, while somebody waits for the report.")
        return fetching.fetch(url, body, media, timeout_s=left)

    return within


def _known_authorities() -> tuple[bytes, ...]:
    """The certificates that the settings trust: a service's chain may end in one of them."""
    with LOADING:
        from gpu_inspector.report.certificate import certificates_in
    found: list[bytes] = []
    for name in preferences.load()[0].trusted:
        try:
            found += certificates_in(read_at_most(Path(name), _LARGEST_CERTIFICATE))
        except OSError:
            continue  # `verify` says so; a stamp does not need it
    return tuple(dict.fromkeys(found))


def put(path: Path, before: bytes, after: bytes) -> None:
    """Take the place of the old report, unless somebody changed it meanwhile. Raises ReportError."""
    with LOADING:
        from gpu_inspector.report import signature
    try:
        with due.alone():
            if read(path) != before:
                raise ReportError(f"{path} was changed by somebody else meanwhile.", "Call again.")
            signature.write(path, after)
    except OSError as error:
        raise ReportError(f"The report {path} cannot be replaced ({error.strerror}).", "Look at its folder.") from error
