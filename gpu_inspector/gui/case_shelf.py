"""What was typed of each object on the table, by its subject's key: the words behind the panel, without widgets."""

from dataclasses import dataclass, replace

from gpu_inspector.gui.look_edits import finished, kept_only
from gpu_inspector.gui.subject import Subject
from gpu_inspector.language import _
from gpu_inspector.records.appearance import NOTHING_SEEN, Appearance
from gpu_inspector.records.declaration import Photograph
from gpu_inspector.workflow.drafts import NamedObject, ObjectDraft

NO_CARD = ""
"""The key of what was handed in before any card was chosen, and of an object that is only looked at."""
NOTHING = ObjectDraft()


@dataclass(frozen=True, slots=True)
class InSight:
    """The object in sight, for whoever shows what was seen of it."""

    key: str
    objects: tuple[tuple[str, str], ...]
    """Keys and titles of all that can be brought into sight."""
    draft: ObjectDraft
    single: bool = True
    """It is one card, so that one object's looks can be its own."""


class Shelf:
    """Drafts by key, and the subjects that they may belong to."""

    def __init__(self) -> None:
        self.subjects: tuple[Subject, ...] = ()
        self.key = NO_CARD
        """Of the object in sight."""
        self.apart = False
        """The inspector wants an object in sight that is none of the chosen cards."""
        self.labels: dict[str, tuple[str, ...]] = {}
        """Of files: under which labels they tell of cards."""
        self._drafts: dict[str, ObjectDraft] = {}
        self._titles: dict[str, str] = {}

    @property
    def keys(self) -> tuple[str, ...]:
        """Of the objects in the list, in its order."""
        pending = not self.subjects or self.apart or not self.draft(NO_CARD).empty
        return (*(subject.key for subject in self.subjects), *((NO_CARD,) if pending else ()))

    def draft(self, key: str) -> ObjectDraft:
        return self._drafts.get(key, NOTHING)

    def put(self, key: str, draft: ObjectDraft) -> None:
        """In place of what stands there; an answer keeps no photograph that the object has no more."""
        seen = draft.seen
        if seen != NOTHING_SEEN:
            seen = kept_only(seen, tuple(one.sha256 for one in draft.photographs))
        self._drafts[key] = draft if seen == draft.seen else replace(draft, seen=seen)

    def subject(self, key: str) -> Subject | None:
        return next((one for one in self.subjects if one.key == key), None)

    def title(self, key: str) -> str:
        return self._titles.get(key, "")

    def addresses(self, key: str) -> tuple[str, ...]:
        """Of the cards that this object may be."""
        subject = self.subject(key)
        if subject is None or subject.together:
            return subject.together if subject is not None else ()
        return self.labels.get(key, ()) if subject.file is not None else (subject.address,)

    def name(self, key: str) -> str:
        """How the object is called in a list."""
        subject = self.subject(key)
        if subject is not None:
            return f"{subject.title}, {subject.detail}"
        return _("No card is chosen yet") if self.draft(NO_CARD).seen == NOTHING_SEEN else _("Looked at, not started")

    def objects(self) -> tuple[NamedObject, ...]:
        """All that hold anything."""
        return tuple(
            NamedObject(key=key, title=self.title(key), draft=draft)
            for key, draft in self._drafts.items()
            if not draft.empty
        )

    def restore(self, objects: tuple[NamedObject, ...]) -> None:
        """What was typed before; that an object is a card at an address is to be said anew: cards may have moved."""
        for one in objects:
            self.put(one.key, replace(one.draft, binding=replace(one.draft.binding, address="")))
            self._titles[one.key] = one.title

    def choose(self, subjects: tuple[Subject, ...]) -> None:
        """These may be inspected next."""
        self.subjects = subjects
        for subject in subjects:
            before, self._titles[subject.key] = self._titles.get(subject.key, subject.title), subject.title
            draft = self.draft(subject.key)
            if before != subject.title and draft.binding.address:  # another card sits there now
                self.put(subject.key, replace(draft, binding=replace(draft.binding, address="")))

    def adopt(self, *, asked: bool = False) -> bool:
        """Give what was handed in before a card was chosen to the one card that is chosen now.

        What was looked at may be another object than the one card that this machine has: then it must be `asked` for.
        """
        draft = self.draft(NO_CARD)
        if len(self.subjects) != 1 or draft.empty:
            return False
        if not asked and (self.apart or draft.seen != NOTHING_SEEN):
            return False
        key = self.subjects[0].key
        self.put(key, self.draft(key).with_(self._drafts.pop(NO_CARD)))
        self.apart = False
        return True

    def bring(self, key: str) -> None:
        """Into sight; what was typed apart from the chosen cards stays in the list."""
        self.apart = key == NO_CARD or (self.apart and not self.draft(NO_CARD).empty)
        self.key = key

    def look(self) -> InSight:
        """The object in sight, and what else could be."""
        named = tuple((subject.key, f"{subject.title}, {subject.detail}") for subject in self.subjects)
        return InSight(self.key, named, self.draft(self.key), self._single(self.key))

    def _single(self, key: str) -> bool:
        """Whether it is one card, as far as that is known."""
        return key == NO_CARD or len(self.addresses(key)) < 2

    def seen(self, key: str) -> Appearance | None:
        """What was seen of this object, for its record. Of a file of several cards, no label's code is any one's."""
        draft = self.draft(key)
        if draft.seen == NOTHING_SEEN and not self._single(key):
            return None
        return finished(draft.seen, draft.photographs)

    def see(self, key: str, seen: Appearance) -> None:
        """What was seen of this object."""
        self.put(key, replace(self.draft(key), seen=seen))

    def add(self, key: str, photograph: Photograph) -> None:
        """One photograph more of this object."""
        draft = self.draft(key)
        self.put(key, replace(draft, photographs=(*draft.photographs, photograph)))

    def clear(self) -> None:
        """Nothing was typed."""
        self._drafts.clear()
        self.apart = False


def unpowered(draft: ObjectDraft) -> Subject:
    """The object that is only looked at, called by its exhibit's tag in the record."""
    tag = draft.binding.exhibit
    return Subject(f"exhibit {tag}" if tag else "object on the table", unpowered=True)
