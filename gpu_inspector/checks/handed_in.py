"""What other people's programs say by themselves: a mark that the card is a fake, and traces of a patch in a log.

Both are words of a file of unknown origin: neither accuses, and their absence clears nothing. GPU-Z marks cards whose
die it reads as an older one than the name belongs to; its table knows the dies of the counterfeits that were common
when it was made. What fools these checks: whoever types the file. Sources: the press on the GPU-Z of 2018 that first
marked counterfeits; research note on modified cards, 1C and RW-28, for the patches.
"""

from gpu_inspector.checks.answer import Answer, not_applicable, sign
from gpu_inspector.checks.runner import check
from gpu_inspector.language import N_
from gpu_inspector.records.evidence import Evidence
from gpu_inspector.records.finding import Strength
from gpu_inspector.records.foreign import ToolReading


@check("identity-marked-fake", N_("Marked as a fake by another program"))
def marked_fake(tool: ToolReading) -> Answer:
    """A program that compares name and die by a table of its own says that they do not belong together."""
    if not tool.marked_fake:
        return not_applicable(
            N_(
                "{program} does not mark the card as a fake, which clears nothing: few dies are in its table, and a"
                " file is easily edited."
            ),
            program=tool.tool,
        )
    return sign(
        Strength.MEDIUM,
        N_("{program} marks the card as a fake: by its own table, the chip is another one than the name belongs to."),
        expected=N_("no mark"),
        observed="[FAKE]",
        source=N_(f"{tool.tool}: its own table"),
        # The name is what its table held against the ids: no witness and no cause beside the check of the name.
        witness=N_("driver"),
        cause="name",
        innocent=(
            N_("an error of that program's table"),
            N_("a version of the program that is older than the card"),
        ),
        advice=N_("Hold the card: look at the die and at the connectors, and have it measured on a bench of your own."),
        values={"program": tool.tool},
    )


@check("bench-handed-log", N_("Traces of known driver patches in a handed-in log"))
def handed_log(log_signs: tuple[str, ...], evidence: Evidence) -> Answer:
    """The patch that gives a mining card other words leaves lines in the kernel's log, wherever that log was read.

    The log is the machine's: where several cards are in it, an honest neighbour of a patched card must not bear it.
    """
    if not log_signs:
        return not_applicable(
            N_("The kernel log in the file bears no trace of a known patch, which clears nothing: a file can be cut.")
        )
    several = len(evidence.cards) > 1
    return sign(
        Strength.WEAK if several else Strength.MEDIUM,
        N_(
            "The kernel log in the file bears traces of a known driver patch: {signs}. What the driver said of any of"
            " the cards there may be the patch's words; for which of them it is made, is not told."
        )
        if several
        else N_(
            "The kernel log in the file bears traces of a known driver patch: {signs}. What the driver said of the"
            " card there may be the patch's words."
        ),
        expected=N_("none"),
        observed=log_signs[0],
        source=N_("lines that known patches write"),
        witness=N_("driver"),
        cause="driver patch",
        innocent=(N_("a driver that its owner patched for another purpose, or for another card of the machine"),),
        advice=N_("Inspect the card itself, with an unmodified driver, from your own medium."),
        values={"signs": " | ".join(log_signs)},
    )
