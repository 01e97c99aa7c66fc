"""Shapes and colours of the answers on paper: who sees no colours, or prints in grey, loses nothing."""

from gpu_inspector.records.finding import Condition, Identity, Outcome
from gpu_inspector.report.layout import BLACK, GREY, Colour, Shape

GREEN: Colour = (0.08, 0.38, 0.20)
AMBER: Colour = (0.60, 0.33, 0.0)
RED: Colour = (0.66, 0.06, 0.08)

Look = tuple[Shape, Colour]

OUTCOMES: dict[Outcome, Look] = {
    Outcome.CONSISTENT: (Shape.CHECK, GREEN),
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
    Condition.SOUND: (Shape.CHECK, GREEN),
    Condition.WORN: (Shape.RING, BLACK),
    Condition.FAULTY: (Shape.TRIANGLE, AMBER),
    Condition.NOT_EXAMINED: (Shape.DASH, GREY),
}
NEUTRAL: Look = (Shape.DASH, GREY)
ASSESSED: Look = (Shape.RING, GREY)
