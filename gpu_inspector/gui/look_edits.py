"""What an inspector's hand changes in what was seen, one field at a time: functions from one record to the next.

Photographs hang at a place: a question's id, LABEL, DIE, a row of memory chips, or one of the fixed list.
"""

from collections.abc import Callable
from dataclasses import replace

from gpu_inspector.records.appearance import NOTHING_SEEN, Answered, Appearance, MemoryChips, Seen, Shot
from gpu_inspector.records.checklist import QUESTIONS, SHOTS, Step
from gpu_inspector.records.declaration import Photograph
from gpu_inspector.workflow.labels import with_codes

LABEL, DIE = "label of the card", "marking of the die"
_CHIPS, _SHOT = "chips ", "shot "
MOST = 12
"""Photographs at one place."""

Digests = tuple[str, ...]
Edit = Callable[[Digests], Digests]


def chips_place(row: int) -> str:
    """Where photographs of this row of memory chips hang."""
    return f"{_CHIPS}{row}"


def shot_place(what: str) -> str:
    """Where photographs of this one of the fixed list hang."""
    return f"{_SHOT}{what}"


def shows_at(place: str) -> str:
    """What a photograph shows that was taken for this place, as the case names it; "other" where that is not sure."""
    if place == LABEL:
        return "label"
    return "die" if place == DIE or place.startswith((_CHIPS, "package-", "memory-")) else "other"


def answer_of(seen: Appearance, question: str) -> Answered | None:
    """The answer to a question; None where nobody looked."""
    return next((one for one in seen.answers if one.question == question), None)


def answered(seen: Appearance, question: str, how: Seen | None) -> Appearance:
    """With this answer; without it, its note and its photographs, where that is None."""
    before = answer_of(seen, question)
    if how is None:
        return replace(seen, answers=tuple(one for one in seen.answers if one.question != question))
    return _with_answer(seen, Answered(question=question, seen=how) if before is None else replace(before, seen=how))


def noted(seen: Appearance, question: str, note: str) -> Appearance:
    """With this note at an answer that is there."""
    before = answer_of(seen, question)
    return seen if before is None else _with_answer(seen, replace(before, note=note))


def _with_answer(seen: Appearance, answer: Answered) -> Appearance:
    """Answers stand in the order of the questions, however they were given."""
    kept = {one.question: one for one in seen.answers} | {answer.question: answer}
    known = tuple(kept[name] for name in QUESTIONS if name in kept)
    return replace(seen, answers=(*known, *(one for one in kept.values() if one.question not in QUESTIONS)))


def photographs_at(seen: Appearance, place: str) -> Digests:
    """The digests of what hangs there."""
    found: Digests = ()

    def look(digests: Digests) -> Digests:
        nonlocal found
        found = digests
        return digests

    _edited(seen, place, look)
    return found


def takes(seen: Appearance, place: str) -> bool:
    """Whether a photograph can hang there now: at a question, once it was answered; at chips that are in the list."""
    if place in QUESTIONS:
        return answer_of(seen, place) is not None
    return not place.startswith(_CHIPS) or int(place.removeprefix(_CHIPS)) < len(seen.memory)


def hung(seen: Appearance, place: str, digest: str) -> Appearance:
    """With this photograph there; as it was, where that place is full or takes none."""
    return _edited(seen, place, lambda held: held if digest in held or len(held) >= MOST else (*held, digest))


def taken_off(seen: Appearance, place: str, digest: str) -> Appearance:
    """Without this photograph there."""
    return _edited(seen, place, lambda held: tuple(one for one in held if one != digest))


def kept_only(seen: Appearance, digests: Digests) -> Appearance:
    """Without the photographs that the case has no more."""
    places = (*QUESTIONS, LABEL, DIE, *(chips_place(row) for row in range(len(seen.memory))), *map(shot_place, SHOTS))
    for place in places:
        seen = _edited(seen, place, lambda held: tuple(one for one in held if one in digests))
    codes = tuple(
        replace(one, photograph=one.photograph if one.photograph in digests else "") for one in seen.label.codes
    )
    return seen if codes == seen.label.codes else replace(seen, label=replace(seen.label, codes=codes))


def _edited(seen: Appearance, place: str, edit: Edit) -> Appearance:
    if place == LABEL:
        return replace(seen, label=replace(seen.label, photographs=edit(seen.label.photographs)))
    if place == DIE:
        return replace(seen, die=replace(seen.die, photographs=edit(seen.die.photographs)))
    if place.startswith(_SHOT):
        return _shot(seen, place.removeprefix(_SHOT), edit)
    if place.startswith(_CHIPS):
        return replace(seen, memory=_chips(seen.memory, int(place.removeprefix(_CHIPS)), edit))
    answer = answer_of(seen, place)
    return seen if answer is None else _with_answer(seen, replace(answer, photographs=edit(answer.photographs)))


def _chips(memory: tuple[MemoryChips, ...], row: int, edit: Edit) -> tuple[MemoryChips, ...]:
    return tuple(
        replace(one, photographs=edit(one.photographs)) if number == row else one for number, one in enumerate(memory)
    )


def _shot(seen: Appearance, what: str, edit: Edit) -> Appearance:
    """A line of the list is there where it has a photograph, in the order of the list."""
    held = {one.what: one.photographs for one in seen.shots}
    held[what] = edit(held.get(what, ()))
    return replace(seen, shots=tuple(Shot(what=one, photographs=held[one]) for one in SHOTS if held.get(one)))


def standing(seen: Appearance, step: Step) -> tuple[int, int]:
    """Of a step's questions: how many are answered, and how many of these deviate."""
    given = [one for question in step.questions if (one := answer_of(seen, question.id)) is not None]
    return len(given), sum(one.seen is Seen.DEVIATES for one in given)


def missing_shots(seen: Appearance) -> tuple[str, ...]:
    """Of the fixed list, those without a photograph."""
    there = {one.what for one in seen.shots if one.photographs}
    return tuple(one for one in SHOTS if one not in there)


def finished(seen: Appearance, photographs: tuple[Photograph, ...]) -> Appearance | None:
    """As it goes into the record: without empty rows, with the codes of the label; None where there is nothing."""
    chips = tuple(one for one in seen.memory if one.marking or one.count or one.photographs)
    whole = with_codes(replace(seen, memory=chips), photographs)
    return None if whole == NOTHING_SEEN else whole


def blank(seen: Appearance) -> bool:
    """Nobody looked."""
    return seen == NOTHING_SEEN
