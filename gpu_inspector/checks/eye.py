"""What the inspector's eye found: the answers to the checklist, in four groups by what they would have been made by.

All answers are the word of one pair of eyes, and so one witness, "eye": they never count together with each other,
only with a sign of another source and another cause (`board_sum.py`). Within a group the heaviest answer speaks, and
all are told. An answer without a photograph is a word that nobody can look at again: it weighs one step less.
What was not answered, or was not visible, is told as not examined, never as "as expected". What fools these checks: an
inspector who has no picture of the honest product. Source: research note on modified cards, section 5.
"""

from collections.abc import Iterable, Mapping

from gpu_inspector.checks import thresholds_eye_label as limits
from gpu_inspector.checks.answer import Answer, consistent, inconclusive, sign
from gpu_inspector.checks.eye_weights import LABEL, OUTSIDE, PACKAGE, WORK, Weight
from gpu_inspector.checks.marking_words import listed, named
from gpu_inspector.checks.runner import check
from gpu_inspector.language import N_
from gpu_inspector.records.appearance import Answered, Appearance, Seen
from gpu_inspector.records.checklist import STEP_OF
from gpu_inspector.records.finding import Strength

WITNESS = "eye"
_SOURCE = N_("the inspector's eye, against the product's usual look")
_ORDER = tuple(Strength)


@check("board-eye-label", N_("Label and box, by eye"))
def label_by_eye(seen: Appearance) -> Answer:
    """A label that was moved or reprinted leaves its edge, its glue, or a number that another place does not have."""
    return _group(seen, LABEL, cause="label")


@check("board-eye-outside", N_("Outside and board, by eye"))
def outside_by_eye(seen: Appearance) -> Answer:
    """Connectors, outputs and numbers belong to the board: a card passed off as another has its own board's."""
    return _group(seen, OUTSIDE, cause="another board")


@check("board-eye-work", N_("Traces of work, by eye"))
def work_by_eye(seen: Appearance) -> Answer:
    """Chips that were taken off and put on, straps that were moved and joints of another age show a rework."""
    return _group(seen, WORK, cause="rework")


@check("die-eye-package", N_("GPU package, by eye"))
def package_by_eye(seen: Appearance) -> Answer:
    """A die that was ground and marked anew is dull, and its package keeps the parts and codes of its own kind."""
    return _group(seen, PACKAGE, cause="another die", key=frozenset({"package-marking", "package-surface"}))


def _group(seen: Appearance, weights: Mapping[str, Weight], *, cause: str, key: frozenset[str] = frozenset()) -> Answer:
    """Nothing is as expected while a `key` question, which the forgery would show in, was not looked at."""
    given: dict[str, Answered] = {}
    for one in seen.answers:
        # Of two answers to one question the deviation stands: nobody may answer it away.
        if one.question in weights and (one.question not in given or one.seen is Seen.DEVIATES):
            given[one.question] = one
    looked = {name for name, one in given.items() if one.seen is not Seen.NOT_VISIBLE}
    missing = _told(name for name in weights if name not in looked)
    if not looked:
        return inconclusive(
            N_("Nobody looked, or nothing could be seen: {missing}."),
            advice=N_("Answer the questions of these steps, each with its photographs."),
            missing=missing,
        )
    odd = [(one, weights[name]) for name, one in given.items() if one.seen is Seen.DEVIATES]
    rest = N_(f" Not examined: {missing}.") if missing else ""
    if not odd and not key <= looked:
        return inconclusive(
            N_("{count} of {all} questions answered, all as expected, but not those that tell.{rest}"),
            count=len(looked),
            all=len(weights),
            rest=rest,
        )
    if not odd:
        return consistent(
            N_("{count} of {all} questions answered, all as expected.{rest}"),
            expected=N_("as on an untouched card of the product"),
            observed=N_("as expected"),
            source=_SOURCE,
            count=len(looked),
            all=len(weights),
            rest=rest,
        )
    return _deviates(odd, cause, rest)


def _deviates(odd: list[tuple[Answered, Weight]], cause: str, rest: str) -> Answer:
    """The heaviest first: it decides, the others are told."""
    odd = sorted(odd, key=lambda pair: _ORDER.index(_strength(*pair)), reverse=True)
    most = int(limits.ANSWERS_TOLD)
    said = listed([_said(one, weight) for one, weight in odd], most)
    bare = [weight.says for one, weight in odd if not one.photographs]
    without = N_(f" No photograph shows: {listed(bare, most)}; that weighs less.") if bare else ""
    return sign(
        _strength(*odd[0]),
        N_("Seen: {said}.{without}{rest}"),
        expected=N_("as on an untouched card of the product"),
        observed=listed([f"{weight.says}{named(one.photographs)}" for one, weight in odd], most),
        source=_SOURCE,
        witness=WITNESS,
        cause=cause,
        innocent=tuple(dict.fromkeys(weight.innocent for _, weight in odd))[:most],
        advice=N_("Hold it against the maker's own pictures of this very model, and photograph what deviates."),
        values={"said": said, "without": without, "rest": rest},
    )


def _strength(one: Answered, weight: Weight) -> Strength:
    """One step less without a photograph; a weak one stays weak."""
    if one.photographs or weight.strength is Strength.WEAK:
        return weight.strength
    return _ORDER[_ORDER.index(weight.strength) - 1]


def _said(one: Answered, weight: Weight) -> str:
    note = " ".join(one.note.split())
    most = int(limits.LONGEST_NOTE)
    told = f" (“{note[:most]}{'…' if len(note) > most else ''}”)" if note else ""
    return f"{weight.says}{told}"


def _told(questions: Iterable[str]) -> str:
    """The questions that were not answered, by their steps: "Box, label, papers (3)"."""
    counts: dict[str, int] = {}
    for name in questions:
        title = STEP_OF[name].title
        counts[title] = counts.get(title, 0) + 1
    return ", ".join(f"{title} ({count})" for title, count in counts.items())
