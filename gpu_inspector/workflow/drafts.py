"""What was typed for a case and not inspected yet: it survives a crash, a power-off and a card swap.

One file, written whole a moment after each change. What cannot be read is kept aside and named, and never stops work.
"""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from gpu_inspector import settings
from gpu_inspector.errors import CaptureError, SettingsError
from gpu_inspector.language import N_
from gpu_inspector.records import canonical
from gpu_inspector.records.appearance import NOTHING_SEEN, Appearance
from gpu_inspector.records.canonical import FORMAT
from gpu_inspector.records.declaration import NO_CASE, UNDECLARED, UNSAID, Binding, Case, Declaration, Photograph
from gpu_inspector.workflow.firmware import MOST_FILES
from gpu_inspector.workflow.whole_files import put_aside, read_at_most, write_whole

LARGEST = 4 * 1024 * 1024
"""Bytes; a draft with a hundred cards and all their photographs has a few hundred thousand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectDraft:
    """What belongs to one object on the table, and so to one card."""

    binding: Binding = UNSAID
    photographs: tuple[Photograph, ...] = ()
    serial: str = ""
    """As label or paper say."""
    part_number: str = ""
    firmware: tuple[str, ...] = ()
    """Paths of the vBIOS images that were handed in as this object's."""
    seen: Appearance = NOTHING_SEEN
    """What the inspector's eye found of it, so far."""

    @property
    def empty(self) -> bool:
        return self == ObjectDraft()

    def with_(self, other: "ObjectDraft") -> "ObjectDraft":
        """Both as one object; where both say something, this one's word stands."""
        mine = {one.sha256 for one in self.photographs}
        return ObjectDraft(
            binding=other.binding if self.binding == UNSAID else self.binding,
            photographs=(*self.photographs, *(one for one in other.photographs if one.sha256 not in mine)),
            serial=self.serial or other.serial,
            part_number=self.part_number or other.part_number,
            firmware=tuple(dict.fromkeys((*self.firmware, *other.firmware)))[:MOST_FILES],
            seen=other.seen if self.seen == NOTHING_SEEN else self.seen,
        )

    def not_in(self, inspected: "ObjectDraft") -> "ObjectDraft":
        """The photographs that the inspected object did not have, of an object of which nothing else is said."""
        kept = {one.sha256 for one in inspected.photographs}
        return ObjectDraft(photographs=tuple(one for one in self.photographs if one.sha256 not in kept))


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedObject:
    """The draft of the object that belongs to the subject of this key, which was called `title` then."""

    key: str
    title: str
    draft: ObjectDraft


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Everything that was typed; `declaration` and `case` are what all cards of the case share."""

    saved_at: datetime
    declaration: Declaration = UNDECLARED
    case: Case = NO_CASE
    objects: tuple[NamedObject, ...] = ()
    read_vbios: bool = False
    """The image is to be read out of each card."""
    control_calls: bool = False
    """The driver's inner calls are to be asked."""
    format: int = field(default=FORMAT)

    @property
    def blank(self) -> bool:
        """Nothing stands in it but who looks, and where."""
        case = self.case
        return self.declaration.empty and not self.objects and not (case.number or case.seals or case.note)


@dataclass(frozen=True, slots=True)
class Found:
    """The draft that is there, if any, and "" or a sentence about one that could not be read."""

    draft: Draft | None = None
    trouble: str = ""


def path() -> Path:
    """The file of the draft."""
    return settings.data_folder() / "drafts" / "case.json"


def save(draft: Draft) -> None:
    """Write it, whole or not at all. Raises SettingsError."""
    try:
        write_whole(path(), canonical.encode(draft))
    except OSError as error:
        raise SettingsError(
            f"What was typed cannot be kept in {path()} ({error.strerror}); a crash would lose it.",
            "Free some space, or mend its rights.",
        ) from error


def load() -> Found:
    """The draft. Never raises: one that cannot be read is kept aside, and the sentence names where."""
    try:
        data = read_at_most(path(), LARGEST)
    except FileNotFoundError:
        return Found()
    except OSError as error:
        return Found(None, N_(f"The draft in {path()} cannot be read ({error.strerror})."))
    try:
        if len(data) > LARGEST:
            raise CaptureError("It is too large.")
        draft = canonical.decode(data, Draft, "draft")
        canonical.encode(draft)  # what no record can hold would stop an inspection later
    except CaptureError as error:
        return Found(None, _aside(error))
    return Found(draft)


def drop() -> None:
    """Discard the draft. Raises SettingsError."""
    try:
        path().unlink(missing_ok=True)
    except OSError as error:
        raise SettingsError(f"The draft in {path()} cannot be removed ({error.strerror}).") from error


def _aside(error: CaptureError) -> str:
    try:
        aside = put_aside(path())
    except OSError as trouble:
        return N_(f"The draft in {path()} is broken and cannot be moved aside ({trouble.strerror}).")
    return N_(f"The draft of the last case cannot be read; it is kept as {aside}. ({error.message})")
