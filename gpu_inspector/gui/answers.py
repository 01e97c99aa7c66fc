"""Which sign an outcome and a headline bear.

A check mark in a headline is read as "all clear". So a headline bears one only where nothing is open beside its
answer (`records.reserve`); a good answer beside an open question bears a plain ring in the colour of text instead, and
its meaning says what is open. No sign is green at all: see `theme`.
"""

from gpu_inspector.gui.signs import CLEAR, NEUTRAL, RESERVED, WARNING, Shape, Sign
from gpu_inspector.records.evidence import Origin
from gpu_inspector.records.finding import NOT_ASSESSED, Condition, Identity, Outcome
from gpu_inspector.records.inspection import CardJudgement
from gpu_inspector.records.reserve import INDETERMINATE, NOT_CONTROLLED, Question, beside, is_good

OUTCOMES: dict[Outcome, Sign] = {
    Outcome.CONSISTENT: (Shape.CHECK, "calm"),
    Outcome.NOTED: (Shape.RING, "text"),
    Outcome.INCONCLUSIVE: (Shape.DIAMOND, "open"),
    Outcome.SUSPICIOUS: (Shape.TRIANGLE, "deviation"),
    Outcome.CONTRADICTED: (Shape.CROSS, "contradiction"),
    Outcome.NOT_APPLICABLE: (Shape.DASH, "muted"),
}
IDENTITIES: dict[Identity, Sign] = {
    Identity.CONSISTENT: OUTCOMES[Outcome.CONSISTENT],
    Identity.INCONCLUSIVE: OUTCOMES[Outcome.INCONCLUSIVE],
    Identity.SUSPICIOUS: OUTCOMES[Outcome.SUSPICIOUS],
    Identity.CONTRADICTED: OUTCOMES[Outcome.CONTRADICTED],
}
CONDITIONS: dict[Condition, Sign] = {
    Condition.SOUND: (Shape.CHECK, "calm"),
    Condition.WORN: (Shape.RING, "text"),
    Condition.FAULTY: (Shape.TRIANGLE, "deviation"),
    Condition.NOT_EXAMINED: (Shape.DASH, "muted"),
}


def headline(card: CardJudgement, origin: Origin, question: Question) -> Sign:
    """The sign of one of the three headlines."""
    if is_good(card, question):
        return RESERVED if beside(card, origin, question) else CLEAR
    return _answer(card, question)


def _answer(card: CardJudgement, question: Question) -> Sign:
    if question is Question.IDENTITY:
        return IDENTITIES[card.identity]
    if question is Question.CONDITION:
        return CONDITIONS[card.condition]
    known = {NOT_ASSESSED: NEUTRAL, NOT_CONTROLLED: RESERVED, INDETERMINATE: OUTCOMES[Outcome.INCONCLUSIVE]}
    return known.get(card.control, WARNING)
