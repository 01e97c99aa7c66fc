"""Questions that the registry did not answer in time, asked again, and the notices of what it said then.

Each question and each notice is a file of its own in the user's data folder, written whole or not at all: two programs
at once never lose each other's. A notice is told once, and kept.
"""

from __future__ import annotations

import os
import re
import time
import uuid
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from gpu_inspector import settings
from gpu_inspector.errors import CaptureError, GpuInspectorError, LedgerError, RegistryError
from gpu_inspector.language import N_
from gpu_inspector.records import canonical
from gpu_inspector.records.numbers import Number
from gpu_inspector.records.registry_notice import NOTICE, QUESTION, RegistryNotice, WaitingNumber, WaitingQuestion
from gpu_inspector.records.sighting import RegistrySighting
from gpu_inspector.workflow.whole_files import read_at_most, write_whole

if TYPE_CHECKING:
    from gpu_inspector.registry.sightings import Seen

MOST_WAITING = 500
"""Questions that wait; a registry that is away for a year must not fill the disk."""
MOST_KEPT = 2_000
"""Notices; the oldest ones that were told go."""
AT_ONCE = 50
"""Questions of one go."""
_LARGEST = 4 * 1024 * 1024
_NAME = re.compile(r"\d{20}-[0-9a-f]{32}(\.told)?\.json")
_MOST_ROWS = 20
_KINDS = {"uuid": "UUID", "serial": "serial", "device_identifier": N_("device identifier")}


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice with the name that it is kept under."""

    name: str
    notice: RegistryNotice
    told: bool


def put(collected_at: datetime, ledger: Path, numbers: tuple[WaitingNumber, ...]) -> bool:
    """Let a question wait; whether it does. Never raises: the inspection goes on without it."""
    question = WaitingQuestion(
        asked_at=_now(), collected_at=collected_at, ledger=str(ledger.absolute()), numbers=numbers
    )
    try:
        if len(_files(_waiting())) >= MOST_WAITING:
            return False
        write_whole(_waiting() / _new_name(), canonical.encode(question))
    except (OSError, GpuInspectorError):
        return False
    return True


def waiting() -> int:
    """How many questions wait."""
    with suppress(RuntimeError):
        return len(_files(_waiting()))
    return 0


def ask_again(url: str, wait_s: float = 2.0) -> tuple[Notice, ...]:
    """Ask the registry what waits, the oldest first; the notices that came of it.

    Never raises: what it does not answer waits on. A question that nobody met the cards of ends without a notice.
    """
    found: list[Notice] = []
    try:
        files = _files(_waiting())[:AT_ONCE]
        ends = time.monotonic() + wait_s
        for path in files:
            left = ends - time.monotonic()
            if left <= 0:
                break
            found += _asked(path, url, left)
    except (OSError, RegistryError, RuntimeError):
        pass  # it is away still
    return tuple(found)


def notices(*, told: bool = False) -> tuple[Notice, ...]:
    """The notices that were not told yet, or all of them; the oldest first."""
    try:
        files = _files(_kept())
    except (OSError, RuntimeError):
        return ()
    return tuple(one for path in files if (one := _notice(path)) is not None and (told or not one.told))


def mark_told(found: tuple[Notice, ...]) -> None:
    """They were told; told again where that cannot be written down."""
    for one in found:
        if not one.told:
            with suppress(OSError):
                (_kept() / one.name).replace(_kept() / one.name.replace(".json", ".told.json"))


def sentences(found: RegistryNotice) -> tuple[str, ...]:
    """A notice in words, a sentence for each office's sighting."""
    row = N_(f"inspection {found.row}") if found.row else N_("an inspection that is not in the ledger")
    said = [
        N_(f"The registry answered later, of {row}: card {one.card} was seen by {one.office} on {one.day}{_more(one)}.")
        for one in found.sightings
    ]
    if found.left_out:
        said.append(N_(f"It knows {found.left_out} sightings more."))
    return tuple(said)


def _more(one: RegistrySighting) -> str:
    verdict = N_(f", verdict there {one.identity}") if one.identity is not None else ""
    kinds = ", ".join(_KINDS.get(kind, "") for kind in one.differing)
    other = N_(f", with another {kinds}") if kinds else ""
    return f"{verdict}{other}"


def _asked(path: Path, url: str, wait_s: float) -> Iterator[Notice]:
    """Ask one question; its file goes when the answer is kept. Raises RegistryError, OSError."""
    from gpu_inspector.workflow import registry_sightings

    try:
        question = canonical.decode(read_at_most(path, _LARGEST), WaitingQuestion, QUESTION)
    except CaptureError:
        path.unlink(missing_ok=True)  # nobody can ask what nobody can read
        return
    seen = registry_sightings.ask(url, question.numbers, wait_s)
    if not seen.visible:
        path.unlink(missing_ok=True)
        return
    made = _noticed(question, seen)
    if made.sightings:
        write_whole(_kept() / path.name, canonical.encode(made))
        _make_room()
    path.unlink(missing_ok=True)
    _note(made)
    if made.sightings:
        yield Notice(path.name, made, told=False)


def _noticed(question: WaitingQuestion, seen: Seen) -> RegistryNotice:
    return RegistryNotice(
        asked_at=question.asked_at,
        answered_at=_now(),
        ledger=question.ledger,
        row=_row_of(question),
        sightings=seen.sightings,
        left_out=seen.left_out,
    )


def _row_of(question: WaitingQuestion) -> int:
    """The row that the question's evidence went into, found by its numbers and its moment; 0 where there is none."""
    from gpu_inspector.ledger.store import Ledger

    if not os.path.lexists(question.ledger):
        return 0
    numbers = tuple(Number(one.kind, one.value) for one in question.numbers)
    try:
        with Ledger(Path(question.ledger), readonly=True) as ledger:
            for seq in ledger.finder.seen(numbers, _MOST_ROWS)[0]:
                if ledger.inspection(seq)[1].evidence.collected_at == question.collected_at:
                    return seq
    except LedgerError:
        return 0
    return 0


def _note(made: RegistryNotice) -> None:
    """A line in the custody log of the row; a ledger that cannot be written to has none."""
    from gpu_inspector.workflow import custody

    if made.row:
        offices = ", ".join(dict.fromkeys(one.office for one in made.sightings)) or "no other office"
        detail = f"asked the registry later: seen by {offices}"
        custody.note(Path(made.ledger), custody.What.REGISTRY_ANSWERED, made.row, detail)


def _make_room() -> None:
    told = [path for path in _files(_kept()) if path.name.endswith(".told.json")]
    for path in told[: max(0, len(_files(_kept())) - MOST_KEPT)]:
        path.unlink(missing_ok=True)


def _notice(path: Path) -> Notice | None:
    try:
        found = canonical.decode(read_at_most(path, _LARGEST), RegistryNotice, NOTICE)
    except (OSError, CaptureError):
        return None
    return Notice(path.name, found, path.name.endswith(".told.json"))


def _files(folder: Path) -> list[Path]:
    """In the order in which they were put. Raises OSError."""
    try:
        return sorted(path for path in folder.iterdir() if _NAME.fullmatch(path.name))
    except FileNotFoundError:
        return []


def _waiting() -> Path:
    return settings.data_folder() / "registry" / "waiting"


def _kept() -> Path:
    return settings.data_folder() / "registry" / "notices"


def _new_name() -> str:
    return f"{time.time_ns():020d}-{uuid.uuid4().hex}.json"


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
