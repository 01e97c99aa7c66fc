"""The self-test: does this installation, on this machine, still answer what it must? And its last result, kept.

It is tried on what is known beforehand: simulations, planted faults, a shipped sample, a temporary ledger. It says
nothing of any card, and cannot tell of a program that was changed together with what it knows. The result goes into
every later inspection's evidence, with its age.
"""

from __future__ import annotations

import hashlib
import platform
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from gpu_inspector import settings
from gpu_inspector.errors import CaptureError, GpuInspectorError, SettingsError
from gpu_inspector.language import N_
from gpu_inspector.records import canonical, selftest
from gpu_inspector.records.canonical import FORMAT
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.selftest import SelfTested, Tried
from gpu_inspector.version import build
from gpu_inspector.workflow import custody, signing
from gpu_inspector.workflow.progress import Cancelled, Progress, silent
from gpu_inspector.workflow.whole_files import read_at_most, write_whole

if TYPE_CHECKING:
    from gpu_inspector.workflow.selftest_parts import Bench

MOST_KEPT = 50
"""Results that are kept, the newest ones."""
LARGEST = 1024 * 1024
"""Bytes of their file."""
LONGEST_TEXT = 300
"""Characters of a part's sentence."""
MOST_PARTS = 64
_DMI = Path("/sys/class/dmi/id")
_BOARD = ("sys_vendor", "product_name", "product_version", "board_vendor", "board_name", "board_version")
"""What every user may read of the machine; its serial numbers are root's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One result, and of which machine and user: a data folder on a stick comes about."""

    machine: str
    user: str
    result: SelfTested


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """The file: the oldest first."""

    tests: tuple[Kept, ...]
    format: int = field(default=FORMAT)


def path() -> Path:
    """Where the results lie."""
    return settings.data_folder() / "self-tests.json"


def run(
    ledger_path: Path,
    catalogue: Catalogue,
    *,
    quick: bool = False,
    ask: signing.Ask = signing.nobody,
    progress: Progress = silent,
) -> SelfTested:
    """Try everything, and keep the result. Raises SettingsError where it cannot be kept.

    What fails is an answer and no error. `ask` is for the passphrase or PIN of the signing key.
    """
    from gpu_inspector.workflow.selftest_parts import Bench

    bench = Bench(ledger_path, catalogue, quick, ask, silent)
    tried: list[Tried] = []
    for place, what in enumerate(selftest.TRIED):
        progress(what, place / len(selftest.TRIED))
        bench.progress = _within(progress, place)
        tried.append(_tried(what, bench))
    progress("done", 1.0)
    result = SelfTested(
        made_at=datetime.now(UTC),
        tool_version=build(),
        reference_version=catalogue.version,
        tried=tuple(tried),
        quick=quick,
    )
    _keep(result)
    return result


def _within(progress: Progress, place: int) -> Progress:
    """The share of one part as the share of the whole."""
    return lambda step, share: progress(step, (place + share) / len(selftest.TRIED))


def _tried(what: str, bench: Bench) -> Tried:
    from gpu_inspector.workflow.selftest_parts import AMISS, PARTS

    begun = time.monotonic()
    try:
        passed, text = PARTS[what](bench)
    except Cancelled:
        raise
    except AMISS as error:
        named = "" if isinstance(error, GpuInspectorError) else f"{type(error).__name__}: "
        passed, text = False, f"{named}{error}"
    return Tried(what=what, passed=passed, text=_fitting(text), seconds=round(time.monotonic() - begun, 2))


def _fitting(text: str) -> str:
    """A sentence as a record can hold it: of bounded length, on one line, without half characters."""
    return " ".join(text.split())[:LONGEST_TEXT].encode("utf-8", "replace").decode("utf-8")


def last() -> SelfTested | None:
    """The newest result of this user on this machine; None where there is none, or the file is damaged."""
    machine, user = _here()
    mine = [one.result for one in _read() if (one.machine, one.user) == (machine, user)]
    return mine[-1] if mine else None


def _read() -> tuple[Kept, ...]:
    """What the file holds and makes sense; a damaged file holds nothing."""
    try:
        data = read_at_most(path(), LARGEST)
        found = canonical.decode(data, History, N_("history of self-tests")) if len(data) <= LARGEST else None
    except (OSError, CaptureError):
        return ()
    return tuple(one for one in found.tests if _sane(one.result)) if found is not None else ()


def _sane(result: SelfTested) -> bool:
    """Whether a record can bear it: an aware time, and texts and parts of bounded number."""
    texts = (result.tool_version, result.reference_version, *(text for one in result.tried for text in _texts(one)))
    return (
        result.made_at.utcoffset() is not None
        and 0 < len(result.tried) <= MOST_PARTS
        and all(len(text) <= LONGEST_TEXT for text in texts)
    )


def _texts(one: Tried) -> tuple[str, str]:
    return one.what, one.text


def _keep(result: SelfTested) -> None:
    machine, user = _here()
    tests = (*_read(), Kept(machine=machine, user=user, result=result))[-MOST_KEPT:]
    try:
        write_whole(path(), canonical.encode(History(tests=tests)))
    except (OSError, CaptureError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise SettingsError(
            f"The self-test's result cannot be kept in {path()} ({why}).", "Free some space, or mend its rights."
        ) from error


def _here() -> tuple[str, str]:
    """This machine, as a digest of what every user may read of it, and this user."""
    said = [platform.node(), platform.machine()]
    for name in _BOARD:
        try:
            said.append((_DMI / name).read_text(encoding="utf-8", errors="replace")[:LONGEST_TEXT].strip())
        except OSError:
            said.append("")
    return hashlib.sha256("\0".join(said).encode("utf-8", "replace")).hexdigest()[:32], custody.user()
