"""Whether the object starts: the inspector's word on what it did when power was put on it.

A card that does not start does not work as it lies here, and that is its condition. It says nothing about what the
card is: honest cards die, and so do boards without a chip. It is the inspector's trial, so the bench may be at fault
too: a slot, a cable, a machine that cannot map a datacentre board's memory. The answer names these, and asks for a
second trial; a machine that read the card all the same takes the word away. That a card starts says nothing of its
condition. Source: research note on modified cards, 1B (cards that never start).
"""

from gpu_inspector.checks.answer import Answer, consistent, inconclusive, not_applicable
from gpu_inspector.checks.runner import check
from gpu_inspector.language import N_
from gpu_inspector.records.appearance import Appearance, Power
from gpu_inspector.records.evidence import CardEvidence
from gpu_inspector.records.finding import Condition, Outcome


@check("condition-start", N_("Does it start?"))
def start(seen: Appearance | None, card: CardEvidence) -> Answer:
    """An object that does not start when power is put on it is defective as it lies here, whatever it is."""
    read = bool(card.claims) or card.pci is not None or card.silicon is not None
    if seen is None or (read and seen.power is not Power.DOES_NOT_START):
        return not_applicable(N_("The question arises for an object that is looked at, and not read."))
    if seen.power is Power.NOT_TRIED:
        return inconclusive(
            N_("Whether it starts was not tried, or not written down."),
            advice=N_("Try it in a machine of your own, if the case allows: that alters it."),
        )
    if seen.power is Power.STARTS:
        return consistent(
            N_("It starts, by the inspector's word; its condition was not examined."),
            expected=N_("starts"),
            observed=N_("starts"),
            source=_SOURCE,
        )
    if read:
        return inconclusive(
            N_(
                "The inspector wrote down that it does not start, and yet a machine read it: one of the two is of"
                " another card, or it started later."
            )
        )
    return Answer(
        outcome=Outcome.NOTED,
        text=N_(
            "It did not start when power was put on it, by the inspector's word. That is a defect, and no sign of what"
            " the card is."
        ),
        expected=N_("starts"),
        observed=N_("does not start"),
        source=_SOURCE,
        witness=N_("eye"),
        cause="does not start",
        innocent=(
            N_("a broken card"),
            N_("a slot, a cable or a power supply at fault"),
            N_("a machine that cannot start with such a board"),
        ),
        advice=N_("Try a card that works in the same slot with the same cables, and this one in a second machine."),
        condition=Condition.FAULTY,
    )


_SOURCE = N_("the inspector's trial")
