"""What the kernel wrote down of errors on the way to the card: a riser, a slot or a dirty contact, before the card.

Corrected errors cost nothing but time, and a link shows some when it is trained; uncorrectable ones end programs. A
card with lifted fingers makes the same reports, and so do power saving states of some boards. Source: PCI Express,
advanced error reporting; the kernel's drivers/pci/pcie/aer.c.
"""

from gpu_inspector.checks.answer import Answer, consistent, sign
from gpu_inspector.checks.runner import check
from gpu_inspector.checks.thresholds_bench import VALUES_NAMED
from gpu_inspector.language import N_
from gpu_inspector.records.evidence import PcieError
from gpu_inspector.records.finding import Strength


@check("link-errors", N_("Errors on the way to the card"))
def errors(link_reports: tuple[PcieError, ...]) -> Answer:
    """Errors at the card and at the port above it are of what lies between the two as well."""
    if not link_reports:
        return consistent(
            N_(
                "The kernel's log, as far as it could be read, holds no report of PCI Express errors at the card or"
                " at the port above it."
            ),
            expected=N_("none"),
            observed=N_("none"),
            source=N_("the kernel's log"),
        )
    shown = link_reports[: int(VALUES_NAMED)]
    told = ", ".join(
        (*map(_words, shown), *(("…",) if len(link_reports) > len(shown) else ())),
    )
    return sign(
        Strength.WEAK,
        N_(
            "The kernel's log reports PCI Express errors on the way to the card: {errors}. Riser, slot or contacts"
            " first."
        ),
        expected=N_("none"),
        observed=told,
        source=N_("the kernel's log; PCI Express, advanced error reporting"),
        witness="PCI",
        cause="link under load",
        innocent=(
            N_("a riser, a slot, or a dirty edge connector"),
            N_("power saving of the link, which some boards do badly"),
            N_("another card that was in this slot since the machine was started, as in an external case"),
        ),
        advice=N_("Plug the card straight into another slot, without a riser, and inspect again."),
        values={"errors": told},
    )


def _words(one: PcieError) -> str:
    layer = f", {one.layer}" if one.layer else ""
    return N_(f"{one.address} {one.severity}{layer} ({one.times} times)")
