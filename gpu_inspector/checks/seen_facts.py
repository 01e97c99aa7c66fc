"""Facts that the inspector's own eye gave: label, die marking, board number - or why nobody looked."""

from dataclasses import replace
from functools import cached_property

from gpu_inspector.checks.facts import Missing
from gpu_inspector.checks.sources import Sources
from gpu_inspector.language import N_
from gpu_inspector.records.appearance import NO_LABEL, NO_MARKING, Appearance, DieMarking, Label, Seen
from gpu_inspector.records.die_marking import Marking, decode

_PRESENT = "package-present"
_COOLER = N_("Have a trained person take the cooler off, photograph it, and type its lines in.")


BY_EYE = frozenset({"seen", "label", "die_marking", "marked_die", "board_marking"})
"""The facts of this module: what an object that was never started can still give."""


class SeenFacts(Sources):
    """What was seen of the object; "not looked at" is never "as expected"."""

    @cached_property
    def seen(self) -> Appearance | Missing:
        return self.card.seen or Missing(
            N_("Nobody wrote down what the card looks like."), N_("Answer the questions of the visual examination.")
        )

    @cached_property
    def label(self) -> Label | Missing:
        """What label and box say."""
        seen = self.seen
        if isinstance(seen, Missing):
            return seen
        return (
            seen.label
            if seen.label != NO_LABEL
            else Missing(
                N_("Nobody wrote down what the label says."),
                N_("Photograph the label, and type its lines in or have them read."),
            )
        )

    @cached_property
    def die_marking(self) -> DieMarking | Missing:
        """The GPU package with the cooler off: whether there is a die, and its lines as they were typed.

        Who answers the question after the die with "deviates", and no more, says that there is none.
        """
        seen = self.seen
        if isinstance(seen, Missing):
            return seen
        die = seen.die
        told = next((one for one in seen.answers if one.question == _PRESENT and one.seen is Seen.DEVIATES), None)
        if told is not None and die.present is None and not die.lines:
            return replace(die, present=False, photographs=(*die.photographs, *told.photographs))
        return die if die != NO_MARKING else Missing(N_("Nobody wrote down what is on the die."), _COOLER)

    @cached_property
    def marked_die(self) -> Marking | Missing:
        """The die marking, decoded; missing too where there is no die, or a die without a line."""
        seen = self.die_marking
        if isinstance(seen, Missing):
            return seen
        if not any(line.strip() for line in seen.lines):
            return Missing(N_("Nobody typed in what the die is marked with."), _COOLER)
        return decode(seen.lines)

    @cached_property
    def board_marking(self) -> str | Missing:
        """The board's number as it is printed on it, "PG139"."""
        seen = self.seen
        if isinstance(seen, Missing):
            return seen
        return seen.board_marking.strip() or Missing(
            N_("Nobody wrote down the number that is printed on the board."),
            N_("It stands near the slot, or under the cooler: PG139, P1001."),
        )
