"""How much of an inspection leaves an office for the registry of many offices: the steps, and which one holds.

Policy and settings may both say it. The stricter one holds, so that neither can be used to get around the other.
"""

from enum import StrEnum

from gpu_inspector.language import N_


class Leaves(StrEnum):
    """The most first."""

    EVERYTHING = "everything"
    NO_PERSONS = "no-persons"
    DIGESTS = "digests"
    NOTHING = "nothing"


USUAL = Leaves.NO_PERSONS
"""Where neither policy nor settings say anything: an office decides to send people's names, it does not forget to."""
WORDS = {
    Leaves.EVERYTHING: N_("whole records"),
    Leaves.NO_PERSONS: N_("records without persons, papers and texts"),
    Leaves.DIGESTS: N_("digests of the rows alone"),
    Leaves.NOTHING: N_("nothing"),
}


def stricter(one: Leaves, other: Leaves) -> Leaves:
    """Of two the one that lets less leave."""
    return max(one, other, key=list(Leaves).index)


def allowed(said: tuple[str, ...], *, numbers_keyed: bool) -> Leaves:
    """What holds of what policy and settings say, each a step or "" for nothing said.

    Where numbers leave as keyed digests alone, no whole record does: it holds them as they are.
    """
    steps = [Leaves(one) for one in said if one] or [USUAL]
    if numbers_keyed:
        steps.append(Leaves.NO_PERSONS)
    return max(steps, key=list(Leaves).index)
