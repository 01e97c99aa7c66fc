"""What the inspector's eye found, in words for people: the same in the report, the window and on a terminal.

What was not looked at is said to be so, and is never "as expected". Markings and label stand as they were typed; what
they mean is the checks' to say.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from gpu_inspector.language import N_, _, counted, listed, number, said, sentences, told
from gpu_inspector.records.appearance import (
    NO_LABEL,
    SIDES,
    Answered,
    Appearance,
    DieMarking,
    Label,
    LabelCode,
    MemoryChips,
    Power,
    Seen,
    Sure,
)
from gpu_inspector.records.checklist import QUESTIONS, SHOTS, STEPS
from gpu_inspector.records.declaration import Photograph
from gpu_inspector.records.evidence import Origin
from gpu_inspector.records.finding import Finding, Outcome
from gpu_inspector.records.quantity_words import ungrouped
from gpu_inspector.records.question import Step
from gpu_inspector.records.words import Clean, filled

NOT_LOOKED_AT = N_("not looked at")
POWERS = {
    Power.STARTS: N_("It starts when power is put on it."),
    Power.DOES_NOT_START: N_("Power was put on it, and it does not start."),
    Power.NOT_TRIED: N_("Whether it starts was not tried, or not written down."),
}
RAN = N_("It was in the machine of the bench while it was inspected.")
SURE = {
    Sure.CHECKSUM: N_("the code's own checksum holds"),
    Sure.OFFICER: N_("the inspector held it against the label"),
    Sure.NOT: N_("not sure: shown, and decides nothing"),
}
"""Why a text that was read off a picture may be believed -> in words."""
ANSWERS = {
    Seen.AS_EXPECTED: N_("as expected"),
    Seen.DEVIATES: N_("deviates"),
    Seen.NOT_VISIBLE: N_("not visible"),
}
WHOLE = {True: N_("a populated board"), False: N_("a bare chip or a bare board"), None: ""}
PRESENT = {True: N_("There is a die."), False: N_("There is no die on the package."), None: ""}
UNKNOWN_PHOTOGRAPH = N_("not in this record")
ELSEWHERE = N_("Questions that this version does not ask")
_WITNESSES = {"die marking": "die-marking", "memory marking": "memory-marking"}
"""Who is read off a chip -> how ids of the checks that decode it begin."""


@dataclass(frozen=True, slots=True)
class Row:
    """One question and its answer."""

    asks: str
    answer: str
    note: str
    photographs: str
    deviates: bool = False


@dataclass(frozen=True, slots=True)
class StepRows:
    """One step: what was answered, and the questions that were not."""

    title: str
    rows: tuple[Row, ...]
    left_out: tuple[str, ...]


def numbered(digests: Sequence[str], photographs: Sequence[Photograph]) -> str:
    """The numbers that these photographs have in the annex, "No. 2, 5"; "" where there is none."""
    places = {one.sha256: number for number, one in reversed(list(enumerate(photographs, 1)))}
    known = sorted({places[digest] for digest in digests if digest in places})
    missing = sum(digest not in places for digest in digests)
    parts = [said("No. {numbers}", numbers=listed([str(one) for one in known]))] if known else []
    parts += [said("{number} not in this record", number=missing)] if missing else []
    return "; ".join(parts)


def steps_of(seen: Appearance, photographs: Sequence[Photograph], clean: Clean) -> tuple[StepRows, ...]:
    """All twelve steps in their order, each answer with note and photographs; then answers to unknown questions."""
    answers: dict[str, list[Answered]] = {}
    for one in seen.answers:
        answers.setdefault(one.question, []).append(one)
    found = [_step(step, answers, photographs, clean) for step in STEPS]
    strange = [one for name, given in answers.items() if name not in QUESTIONS for one in given]
    if strange:
        rows = tuple(_row(clean(one.question), one, photographs, clean) for one in strange)
        found.append(StepRows(_(ELSEWHERE), rows, ()))
    return tuple(found)


def _step(step: Step, answers: dict[str, list[Answered]], photographs: Sequence[Photograph], clean: Clean) -> StepRows:
    rows = [
        _row(_(question.asks), one, photographs, clean)
        for question in step.questions
        for one in answers.get(question.id, ())
    ]
    return StepRows(_(step.title), tuple(rows), tuple(_(one.asks) for one in step.questions if one.id not in answers))


def _row(asks: str, one: Answered, photographs: Sequence[Photograph], clean: Clean) -> Row:
    return Row(
        asks, _(ANSWERS[one.seen]), clean(one.note), numbered(one.photographs, photographs), one.seen is Seen.DEVIATES
    )


def power_words(seen: Appearance, origin: Origin) -> str:
    """What the object did under power; of a card that was asked by a program nobody needs to say so."""
    if origin is Origin.SEEN or seen.power is not Power.NOT_TRIED:
        return _(POWERS[seen.power])
    return _(RAN if origin is Origin.MACHINE else NOT_LOOKED_AT)


def object_facts(seen: Appearance, origin: Origin, clean: Clean) -> tuple[tuple[str, str], ...]:
    """Power, kind of object, weight and size; what was not looked at is said."""
    return (
        (_("Power"), power_words(seen, origin)),
        (_("Object"), _(WHOLE[seen.whole_card] or NOT_LOOKED_AT)),
        (_("Weight"), _length(seen.weight_g, "g")),
        (_("Length"), _length(seen.length_mm, "mm")),
        (_("Height"), _length(seen.height_mm, "mm")),
        (_("Thickness"), _length(seen.thickness_mm, "mm")),
        (_("Number of the board"), clean(seen.board_marking) or _(NOT_LOOKED_AT)),
    )


def _length(value: float | None, unit: str) -> str:
    return _(NOT_LOOKED_AT) if value is None else f"{ungrouped(value, 6)} {unit}"


def label_facts(label: Label, photographs: Sequence[Photograph], clean: Clean) -> tuple[tuple[str, str], ...]:
    """What label and box say; () where nobody typed it."""
    if label == NO_LABEL:
        return ()
    text = (one for one in label.text.splitlines() if one.strip())
    pairs = [
        (_("Brand"), clean(label.brand)),
        (_("Model"), clean(label.model)),
        (_("Part number"), clean(label.part_number)),
        (_("Serial number"), clean(label.serial)),
        (_("What else it says"), clean(" / ".join(text))),
        (_("Photographs"), numbered(label.photographs, photographs)),
    ]
    return tuple((name, value or _(NOT_LOOKED_AT)) for name, value in pairs)


def code_row(code: LabelCode, photographs: Sequence[Photograph], clean: Clean) -> tuple[str, str, str, str]:
    """Kind of code, text, why it may be believed, photograph."""
    shown = numbered((code.photograph,), photographs) if code.photograph else "–"
    return clean(told(code.kind)), clean(code.text), _(SURE[code.sure]), shown


def die_facts(die: DieMarking, photographs: Sequence[Photograph], clean: Clean) -> tuple[tuple[str, str], ...]:
    """Whether there is a die, and its lines as typed."""
    return (
        (_("Die"), _(PRESENT[die.present] or NOT_LOOKED_AT)),
        (_("Marking, as typed"), clean(" / ".join(die.lines)) or _(NOT_LOOKED_AT)),
        (_("Photographs"), numbered(die.photographs, photographs) or _("none")),
    )


def chip_row(chips: MemoryChips, photographs: Sequence[Photograph], clean: Clean) -> tuple[str, str, str, str]:
    """How many, the marking as typed, the side, photographs."""
    side = _(SIDES[chips.side]) if chips.side in SIDES else clean(chips.side) or _(NOT_LOOKED_AT)
    return number(chips.count), clean(chips.marking), side, numbered(chips.photographs, photographs) or "–"


def shots_of(seen: Appearance, photographs: Sequence[Photograph], clean: Clean) -> tuple[tuple[str, str], ...]:
    """Of the fixed list of photographs, those that were taken, each with its numbers."""
    return tuple(
        (clean(told(one.what)), numbered(one.photographs, photographs)) for one in seen.shots if one.photographs
    )


def decoded(findings: Sequence[Finding], witness: str, clean: Clean) -> tuple[str, ...]:
    """What the checks that read a marking ("die marking", "memory marking") say that it means."""
    start = _WITNESSES[witness]
    return tuple(
        filled(one.text, one, clean)
        for one in findings
        if one.outcome is not Outcome.NOT_APPLICABLE and (one.check.startswith(start) or one.witness == witness)
    )


def left_out(seen: Appearance) -> tuple[tuple[str, str], ...]:
    """What was not looked at: by step, and what was not typed or measured; each with what lacks."""
    asked = {one.question for one in seen.answers}
    found = [] if asked else [(_("The twelve steps"), _("none of their questions was answered"))]
    for step in STEPS if asked else ():
        missing = [_(one.asks) for one in step.questions if one.id not in asked and not _typed_in(one.id, seen)]
        if len(missing) == len(step.questions):
            found.append((_(step.title), _("the whole step")))
        elif missing:
            found.append((_(step.title), sentences(*missing)))
    untyped = (
        (seen.label == NO_LABEL, _("label and box")),
        (seen.die.present is None and not seen.die.lines, _("marking of the die")),
        (not seen.memory, _("markings of the memory chips")),
        (not seen.board_marking, _("number of the board")),
        (seen.weight_g is None, _("weight")),
        (seen.length_mm is None, _("length")),
        (seen.height_mm is None, _("height")),
        (seen.thickness_mm is None, _("thickness")),
        (seen.whole_card is None, _("whether it is a whole card")),
    )
    if missing := [words for absent, words in untyped if absent]:
        found.append((_("Not typed in or measured"), listed(missing)))
    taken = {one.what for one in seen.shots if one.photographs}
    if untaken := [what for what in SHOTS if what not in taken]:
        found.append((_("Photographs not taken"), listed([_(what) for what in untaken])))
    return tuple(found)


def _typed_in(question: str, seen: Appearance) -> bool:
    """Whether a question without an answer is answered beside the questions: a die that was written down is there."""
    return question == "package-present" and (seen.die.present is not None or bool(seen.die.lines))


def tally(seen: Appearance) -> str:
    """How many questions were answered how: "20 of 36 questions answered: 17 as expected, 2 deviate, 1 not visible"."""
    given = {one.question: one.seen for one in seen.answers if one.question in QUESTIONS}
    if not given:
        return said("None of the {questions} questions was answered.", questions=len(QUESTIONS))
    answers = Counter(given.values())
    parts = []
    if count := answers[Seen.DEVIATES]:
        parts.append(counted("{number} deviates", "{number} deviate", count))
    if count := answers[Seen.AS_EXPECTED]:
        parts.append(counted("{number} as expected", "{number} as expected", count))
    if count := answers[Seen.NOT_VISIBLE]:
        parts.append(counted("{number} not visible", "{number} not visible", count))
    return said(
        "{given} of {questions} questions answered: {answers}.",
        given=len(given),
        questions=len(QUESTIONS),
        answers=listed(parts),
    )


def brief(seen: Appearance, origin: Origin, clean: Clean) -> tuple[str, ...]:
    """A few lines for a terminal: power, count of answers, each deviation, label, markings."""
    lines = [power_words(seen, origin), tally(seen)]
    places = {name: place for place, name in enumerate(QUESTIONS)}
    deviating = [one for one in seen.answers if one.seen is Seen.DEVIATES]
    for one in sorted(deviating, key=lambda one: places.get(one.question, len(places)))[: len(QUESTIONS)]:
        asks = _(QUESTIONS[one.question].asks) if one.question in QUESTIONS else clean(one.question)
        note = f" {_cut(clean(one.note))}" if one.note else ""
        lines.append(said("deviates: {what}", what=f"{asks}{note}"))
    label = " ".join(filter(None, (seen.label.brand, seen.label.model, seen.label.part_number, seen.label.serial)))
    lines += [said("label: {text}", text=_cut(clean(label)))] if label else []
    lines += [_(PRESENT[False])] if seen.die.present is False else []
    lines += [said("die: {text}", text=_cut(clean(" / ".join(seen.die.lines))))] if seen.die.lines else []
    for chips in seen.memory[:_CHIPS]:
        marking = _cut(clean(chips.marking))
        lines.append(
            counted("memory: {number} chip {marking}", "memory: {number} chips {marking}", chips.count, marking=marking)
        )
    if len(seen.memory) > _CHIPS:
        lines.append(
            counted(
                "memory: {number} more kinds of chips",
                "memory: {number} more kinds of chips",
                len(seen.memory) - _CHIPS,
            )
        )
    if seen.weight_g is not None:
        lines.append(said("weight: {weight}", weight=_length(seen.weight_g, "g")))
    return tuple(lines)


_CHIPS = 4
_BRIEF = 160
"""Characters of one text that somebody typed, in a brief line; the report has more, and the record all."""


def _cut(text: str) -> str:
    return text if len(text) <= _BRIEF else f"{text[: _BRIEF - 1].rstrip()}…"
