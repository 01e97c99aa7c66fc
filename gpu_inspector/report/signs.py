"""Shapes and colours of the answers on paper: who sees no colours, or prints in grey, loses nothing.

There is no green among them on purpose, as in the window: people read it as a clearance. A check mark stands in a
headline only where nothing is open beside its answer (`records.reserve`).
"""

from gpu_inspector.records.evidence import Origin
from gpu_inspector.records.finding import NOT_ASSESSED, Condition, Identity, Outcome
from gpu_inspector.records.inspection import CardJudgement
from gpu_inspector.records.reserve import INDETERMINATE, NOT_CONTROLLED, Question, beside, is_good
from gpu_inspector.report.layout import BLACK, GREY, Colour, Row, Shape, Sign, joined

CALM: Colour = (0.11, 0.35, 0.62)
AMBER: Colour = (0.60, 0.33, 0.0)
RED: Colour = (0.66, 0.06, 0.08)

Look = tuple[Shape, Colour]

OUTCOMES: dict[Outcome, Look] = {
    Outcome.CONSISTENT: (Shape.CHECK, CALM),
    Outcome.NOTED: (Shape.RING, BLACK),
    Outcome.INCONCLUSIVE: (Shape.DIAMOND, GREY),
    Outcome.SUSPICIOUS: (Shape.TRIANGLE, AMBER),
    Outcome.CONTRADICTED: (Shape.CROSS, RED),
    Outcome.NOT_APPLICABLE: (Shape.DASH, GREY),
}
IDENTITIES: dict[Identity, Look] = {
    Identity.CONSISTENT: OUTCOMES[Outcome.CONSISTENT],
    Identity.INCONCLUSIVE: OUTCOMES[Outcome.INCONCLUSIVE],
    Identity.SUSPICIOUS: OUTCOMES[Outcome.SUSPICIOUS],
    Identity.CONTRADICTED: OUTCOMES[Outcome.CONTRADICTED],
}
CONDITIONS: dict[Condition, Look] = {
    Condition.SOUND: (Shape.CHECK, CALM),
    Condition.WORN: (Shape.RING, BLACK),
    Condition.FAULTY: (Shape.TRIANGLE, AMBER),
    Condition.NOT_EXAMINED: (Shape.DASH, GREY),
}
NEUTRAL: Look = (Shape.DASH, GREY)
CONTROLLED: Look = (Shape.TRIANGLE, AMBER)
RESERVED: Look = OUTCOMES[Outcome.NOTED]
"""Of a good answer beside which another question is open."""
CLEAR: Look = OUTCOMES[Outcome.CONSISTENT]


def headline(card: CardJudgement, origin: Origin, question: Question) -> Look:
    """The look of one of the three headlines."""
    if is_good(card, question):
        return RESERVED if beside(card, origin, question) else CLEAR
    if question is Question.IDENTITY:
        return IDENTITIES[card.identity]
    if question is Question.CONDITION:
        return CONDITIONS[card.condition]
    known = {NOT_ASSESSED: NEUTRAL, INDETERMINATE: OUTCOMES[Outcome.INCONCLUSIVE], NOT_CONTROLLED: RESERVED}
    return known.get(card.control, CONTROLLED)


def gravest(cards: tuple[CardJudgement, ...], verdict: Identity, origin: Origin) -> Look:
    """The look of the gravest identity headline of several cards."""
    reserved = any(headline(card, origin, Question.IDENTITY) == RESERVED for card in cards)
    return RESERVED if verdict is Identity.CONSISTENT and reserved else IDENTITIES[verdict]


def signed(shape: Shape, colour: Colour, text: list[Row], size: float, x: float = 0.0) -> Row:
    """Lines with a sign before the first one."""
    body = joined(text)
    middle = text[0].height * 0.52
    return Row(body.height, (Sign(x + size / 2, middle, size, shape, colour), *body.marks))
