"""How much an image weighs: one that was read out of the card is the card's own claim, a file is somebody's word.

A file that somebody handed in beside a live card may be a copy of anything: it never weighs more than a weak sign, and
weak signs never add up. Nor does it clear anything: that it fits the card says nothing of what the card holds. Where
the evidence as a whole is a file of unknown origin, image and dump are one pile, and the usual rules hold.

The version and the part number that the driver tells come out of the same EEPROM as the image, so all of them are one
witness, "vBIOS": two signs of it are one source and do not add up.
"""

from dataclasses import replace

from gpu_inspector.checks.answer import Answer
from gpu_inspector.language import N_
from gpu_inspector.records.finding import Outcome, Strength

WITNESS = "vBIOS"
WITNESS_FILE = "vBIOS file"
_NOT_ITS_COPY = N_("a file that is no copy of what this card holds")
_READ_OUT = N_(
    "The image is a file that was handed in: whether the card holds it, nobody has seen. Read it out of the card"
    " (--read-vbios)."
)


def weighed(answer: Answer, *, handed_in: bool) -> Answer:
    """The answer as it stands for an image of the card's own; for a handed-in file, what a file may say at most."""
    if not handed_in:
        return answer
    if answer.outcome is Outcome.CONSISTENT:
        return replace(answer, outcome=Outcome.INCONCLUSIVE, advice=_READ_OUT)
    if answer.outcome in (Outcome.NOTED, Outcome.SUSPICIOUS, Outcome.CONTRADICTED):
        weight = Strength.NONE if answer.strength is Strength.NONE else Strength.WEAK
        return replace(
            answer,
            outcome=Outcome.NOTED,
            strength=weight,
            witness=WITNESS_FILE,
            innocent=(*answer.innocent, _NOT_ITS_COPY),
            advice=_READ_OUT,
        )
    return answer
