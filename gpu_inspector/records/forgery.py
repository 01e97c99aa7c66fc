"""Known ways to pass a card off as another, and which checks can see each: what a clean result does not rule out.

A result of "no contradiction found" is worth as much as the forgeries that it rules out. A class stands in the report
as one that would have passed as well when no check that can see it has looked at this card, or when none exists. The
table is from the research notes on modified cards (their section stands with each class); it names what is known, so
a forgery that nobody has described yet is in no list.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from gpu_inspector.language import N_
from gpu_inspector.records.finding import Finding, Outcome

LOOKED = (Outcome.CONSISTENT, Outcome.NOTED, Outcome.SUSPICIOUS, Outcome.CONTRADICTED)
"""Outcomes of a check that looked; the others say nothing of the card."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgery:
    """One class of known forgeries."""

    id: str
    name: str
    """As it stands in a list, without an article where that reads well."""
    text: str
    """One sentence: how it is done, and why it is or is not seen."""
    source: str
    """Section and rows of the research notes on modified cards."""
    seen_by: tuple[str, ...] = ()
    """Ids of the checks that show it, each by itself, when they have looked; () where no software can."""
    sold_as: tuple[str, ...] = ()
    """Parts of the product names that it is sold under; () for any."""


_MINING = ("GTX 10", "GTX 16", "RTX 20", "RTX 30", "GRAPHICS DEVICE")
_BIG = ("A100", "PG509", "PG506", "CMP 170HX", "GRAPHICS DEVICE")

KNOWN: tuple[Forgery, ...] = (
    Forgery(
        id="papers",
        name=N_("labels or papers changed, the electronics left as they are"),
        text=N_(
            "The card is what it says it is, and the paper says something else: only held against it does it show."
        ),
        source="1B DEBRAND",
        seen_by=("declaration-product", "declaration-description"),
    ),
    Forgery(
        id="moved-label",
        name=N_("the label of another board, lifted and stuck on"),
        text=N_("The electronics keep the serial and the part number of their own board, where they hold any."),
        source="5, item 1; note on export control, 5.2",
        seen_by=("identity-label-serial", "identity-label-part-number"),
    ),
    Forgery(
        id="edited-file",
        name=N_("a text edited so that its values fit each other"),
        text=N_("Who edits a file with a product's true values at hand leaves no trace in it."),
        source="1C CMP-170HX-40-400W; 6",
        seen_by=("bench-origin",),
    ),
    Forgery(
        id="driver-name",
        name=N_("a driver whose table of names was edited"),
        text=N_("The name changes; device id, subsystem and class do not."),
        source="1A CLOUD-NAME; 1B SPOOF-DRIVER",
        seen_by=("identity-name", "die-measured"),
    ),
    Forgery(
        id="driver-all",
        name=N_("a patched driver that changes every claim, ids included"),
        text=N_("What the driver passes on is then worth nothing; what is measured on the chip remains."),
        source="1B SPOOF-DRIVER; 1C CMP-170HX-UNLOCK; 3 RW-28",
        seen_by=("die-measured",),
    ),
    Forgery(
        id="other-die",
        name=N_("another chip under this name"),
        text=N_("A smaller or older chip, its marking ground off or its firmware edited: its counts and rates tell."),
        source="1B FAKE-GTX960, FAKE-1050TI",
        seen_by=("die-measured",),
    ),
    Forgery(
        id="remarked-die",
        name=N_("a die that was ground off and marked as another"),
        text=N_(
            "The marking says what is expected, and such cards seldom start: measuring tells, or a look at the face."
        ),
        source="1B FAKE-4090-GA102, FAKE-4080-GA106; 5, step 7",
        seen_by=("die-measured", "die-eye-package"),
        sold_as=("RTX 3090", "RTX 40", "RTX 50"),
    ),
    Forgery(
        id="no-die",
        name=N_("a board without chip or memory, put together again"),
        text=N_("Fans and lights may still run; under the cooler there is nothing, and nothing answers."),
        source="1B FAKE-NODIE",
        seen_by=("die-marking", "die-measured", "identity-device"),
    ),
    Forgery(
        id="laptop-die",
        name=N_("a laptop's chip on a desktop board"),
        text=N_("The driver names it honestly; only paper or label, or the count of multiprocessors, contradicts."),
        source="1B RELABEL-MOBILE",
        seen_by=("declaration-product", "die-measured"),
        sold_as=("RTX 30", "RTX 40", "RTX 50"),
    ),
    Forgery(
        id="more-memory",
        name=N_("more memory than was ever sold, which is really there"),
        text=N_("A genuine chip on a board with twice the memory; the card is honest about it."),
        source="1A MOD-4090-48, MOD-2080TI-22, MOD-3080-20 and others",
        seen_by=("memory-total", "memory-measured"),
    ),
    Forgery(
        id="memory-variant",
        name=N_("memory raised to a size that is sold under the name"),
        text=N_("The size fits a genuine variant, so no total and no measurement tells it from one."),
        source="1A MOD-3060-12",
        sold_as=("RTX 3060", "RTX 4060 TI", "GTX 1060"),
    ),
    Forgery(
        id="memory-absent",
        name=N_("memory that is claimed and not there"),
        text=N_("Several addresses are one cell, or nothing answers: found by writing all of it before reading it."),
        source="1B FAKE-1050TI; 1C CMP-170HX-FAKE64; 3 RW-02",
        seen_by=("memory-measured",),
    ),
    Forgery(
        id="mining",
        name=N_("a mining card under a gaming name"),
        text=N_("The device id stays that of the mining card where the driver is an honest one."),
        source="1C CMP-30/40/90HX, CMP-50HX-20, P10x",
        seen_by=("identity-name", "die-measured"),
        sold_as=_MINING,
    ),
    Forgery(
        id="unlocked-mining",
        name=N_("a mining card CMP 170HX unlocked to look like an A100"),
        text=N_("A patched driver gives it 40 or 64 GB and full rates; on a clean bench they are gone."),
        source="1C CMP-170HX-UNLOCK, CMP-170HX-40-400W",
        seen_by=("bench-driver", "memory-total", "die-measured"),
        sold_as=_BIG,
    ),
    Forgery(
        id="module",
        name=N_("a server module or a car's board on an adapter, sold as a plug-in card"),
        text=N_("It keeps its own device id; the paper or the name differs from it."),
        source="1C SXM-ADAPT, DRIVE-A100",
        seen_by=("identity-name", "declaration-product"),
        sold_as=("V100", "A100"),
    ),
    Forgery(
        id="rebadged-datacentre",
        name=N_("a gaming card under a datacentre or workstation name"),
        text=N_("Its firmware can be given the other card's texts; chip and multiprocessors differ."),
        source="1A totals are not unique; 1C H100-RELABEL, L40S-RELABEL",
        seen_by=("die-measured",),
        sold_as=("TESLA", "A10", "A40", "A30", "L40", "L4", "H100", "H200", "H20", "A6000", "A5000", "6000 ADA"),
    ),
    Forgery(
        id="same-chip-product",
        name=N_("a card of the same chip with the other product's firmware"),
        text=N_("As many multiprocessors and as much memory, so that nothing measured tells them apart."),
        source="1C M40-M6000, K40-K6000, P40; 4.5",
        sold_as=("M6000", "K6000", "P6000"),
    ),
    Forgery(
        id="foreign-vbios",
        name=N_("a vBIOS of another chip"),
        text=N_("The first two numbers of the version belong to a chip, and so do the ids within the image."),
        source="2 vBIOS version prefix; 4.2",
        seen_by=("firmware-vbios-prefix", "firmware-image-ids"),
    ),
    Forgery(
        id="other-boards-vbios",
        name=N_("a vBIOS of another board of the same chip"),
        text=N_("The image carries the subsystem of the board it was made for."),
        source="3 RW-26; 4.3",
        seen_by=("firmware-image-subsystem",),
    ),
    Forgery(
        id="edited-vbios",
        name=N_("a vBIOS whose texts, limits or tables were edited"),
        text=N_("Done with care it fits its own sums: only the same version from other cards shows what was changed."),
        source="3 RW-27; 4.5",
        seen_by=("firmware-image-known",),
    ),
    Forgery(
        id="cloned-firmware",
        name=N_("vBIOS or InfoROM copied from another card of the same product"),
        text=N_(
            "Maker, serial number and UUID are then those of the other card; it is not on this bench. Only the board's"
            " own label bears another serial."
        ),
        source="2 UUID; 3 RW-26; 4.5",
        seen_by=("identity-label-serial",),
    ),
    Forgery(
        id="used-as-new",
        name=N_("a used card sold as new"),
        text=N_("Washed, repacked, chips painted: no counter shows it, the eye may."),
        source="1B USED-AS-NEW",
    ),
    Forgery(
        id="lying-bench",
        name=N_("a computer made to give false answers to everything, measurements included"),
        text=N_("Whoever controls the machine controls the answers: measure on a bench of your own."),
        source="3 RW-28",
    ),
)
"""The commonest first."""


def would_pass(findings: Iterable[Finding], product: str) -> tuple[str, ...]:
    """Names of the known forgeries that these findings of one card do not rule out.

    `product` is the name, or the names, that the card goes by; a class that is sold under other names is left out.
    """
    looked = {finding.check for finding in findings if finding.outcome in LOOKED}
    called = product.upper()
    return tuple(
        one.name
        for one in KNOWN
        if not looked.intersection(one.seen_by)
        and (not one.sold_as or not called or any(part in called for part in one.sold_as))
    )
