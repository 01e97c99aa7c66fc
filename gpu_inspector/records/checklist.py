"""The twelve steps of the visual examination, as questions, for window, command line and report.

A question is answered "as expected", "deviates" or "not visible", each answer with its photographs. Every question is
put so that "as expected" is the answer of an untouched card. No answer alone goes beyond a deviation that wants an
explanation, but two that stand against a document: no die under the cooler, and a die's marking that contradicts the
paper. Source: research note on modified cards, section 5.
"""

from types import MappingProxyType
from typing import Final

from gpu_inspector.language import N_
from gpu_inspector.records.checklist_inside import AFTER
from gpu_inspector.records.checklist_outside import BEFORE
from gpu_inspector.records.question import Question, Step

__all__ = ["QUESTIONS", "SHOTS", "STEPS", "STEP_OF", "Question", "Step"]

STEPS: Final = (*BEFORE, *AFTER)
"""In the order of the examination: nothing is taken off before what hides it was photographed."""

SHOTS: Final = (
    N_("label of the box"),
    N_("front of the card"),
    N_("rear of the card"),
    N_("bracket"),
    N_("upper edge with connectors"),
    N_("number of the board"),
    N_("marking of the GPU, close, under two angles of light"),
    N_("one memory chip of each vendor, close"),
    N_("memory of the vBIOS"),
    N_("PCIe fingers"),
)
"""The fixed list of photographs, a scale bar in each."""

QUESTIONS: Final = MappingProxyType({one.id: one for step in STEPS for one in step.questions})
STEP_OF: Final = MappingProxyType({one.id: step for step in STEPS for one in step.questions})
