"""How much an image weighs: one that was read out of the card is the card's own claim, a file is somebody's word.

A file that somebody handed in beside a live card may be a copy of anything: it never weighs more than a weak sign, and
weak signs never add up. Nor does it clear anything: that it fits the card says nothing of what the card holds. Where
the evidence as a whole is a file of unknown origin, image and dump are one pile, and the usual rules hold.

The same holds inside of a virtual machine, where the image is what its host gives the guest: often a file (`romfile`).

The version and the part number that the driver tells come out of the same EEPROM as the image, so all of them are one
witness, "vBIOS": two signs of it are one source and do not add up.
"""

from dataclasses import replace

from gpu_inspector.checks.answer import Answer
from gpu_inspector.checks.facts import Given
from gpu_inspector.language import N_
from gpu_inspector.records.finding import Outcome, Strength

TWO_BOARDS = N_("vBIOS and InfoROM of two boards")
"""Cause of a sign that holds these two against each other: it counts with no other sign of either (`board_sum.py`)."""
WITNESS = "vBIOS"
WITNESS_FILE = N_("vBIOS file")
_NOT_ITS_COPY = N_("a file that is no copy of what this card holds")
_READ_OUT = N_(
    "The image is a file that was handed in: whether the card holds it, nobody has seen. Read it out of the card"
    " (--read-vbios)."
)
_HOSTS_CHOICE = N_("a virtual machine whose host gives it an image of its own choice")
_REAL_MACHINE = N_(
    "The image is what the virtual machine's host gives: whether the card holds it, nobody has seen. Read it out in a"
    " real machine."
)


def weighed(answer: Answer, *, handed_in: Given) -> Answer:
    """The answer as it stands for an image of the card's own; for another's word, what such a word may say at most."""
    if handed_in is Given.CARD:
        return answer
    of_host = handed_in is Given.HOST
    innocent, advice = (_HOSTS_CHOICE, _REAL_MACHINE) if of_host else (_NOT_ITS_COPY, _READ_OUT)
    if answer.outcome is Outcome.CONSISTENT:
        return replace(answer, outcome=Outcome.INCONCLUSIVE, advice=advice)
    if answer.outcome in (Outcome.NOTED, Outcome.SUSPICIOUS, Outcome.CONTRADICTED):
        weight = Strength.NONE if answer.strength is Strength.NONE else Strength.WEAK
        return replace(
            answer,
            outcome=Outcome.NOTED,
            strength=weight,
            witness=answer.witness if of_host else WITNESS_FILE,
            innocent=(*answer.innocent, innocent),
            advice=advice,
        )
    return answer
