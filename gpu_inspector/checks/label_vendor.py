"""The brand on the label against the maker whose id the board's firmware bears.

Gaming boards bear their maker's PCI subsystem vendor, which the chip takes from the vBIOS image; a label of another
maker means a foreign label or a foreign image. Both happen to honest cards: owners flash sister boards' images, and so
do shops. So this is a medium sign at most. It is none at all where NVIDIA's own id stands on a partner's board (makers
leave it there), where the label is that of a house that sells other makers' cards (PNY, Dell, HP, small brands), and
between brands of one group (Palit and Gainward; ZOTAC, Inno3D and Manli).
What fools this check: a label and an image of one maker. Source: pci.ids, by the research note on modified cards,
section 2; the groups are from memory, and only ever excuse.
"""

from gpu_inspector.checks.answer import Answer, consistent, inconclusive, not_applicable, sign
from gpu_inspector.checks.marking_words import cut
from gpu_inspector.checks.runner import check
from gpu_inspector.language import N_
from gpu_inspector.records.appearance import Label
from gpu_inspector.records.finding import Strength
from gpu_inspector.records.makers import MAKERS, Maker, makers_of
from gpu_inspector.records.product import Product

_NVIDIA = "10DE"
_CHIP = "NVIDIA"
_NVIDIAS_OWN = ("datacentre", "Quadro/RTX pro")
_UNPROGRAMMED = ("0000", "FFFF")
_BUILDERS = frozenset({"ASUS", "MSI", "Gigabyte", "EVGA", "ZOTAC", "Palit", "GALAX", "Inno3D", "Colorful"})
"""Makers of gaming boards whose boards bear their own id: only between two of them does a difference tell."""
_GROUPS = (frozenset({"Palit", "GALAX"}), frozenset({"ZOTAC", "Inno3D", "Manli"}))
"""Houses of one group, whose factories build for each other."""
_FLASHED = N_("an image of another maker's board that an owner flashed")
_COOLER = N_("a repair that exchanged the cooler or the shroud with its label")
_MADE_FOR = N_("a board that one maker built for another")


@check("board-label-vendor", N_("Brand on the label against the board's maker"))
def vendor(
    label: Label, subsystem: str, not_a_guest: bool, mobile: bool, products: tuple[Product, ...] | None
) -> Answer:
    """A gaming maker's label on a board that bears another's id, or NVIDIA's label on a partner's board."""
    if mobile:
        return not_applicable(N_("A laptop's maker puts its own label on the whole, and its own id into the board."))
    said = _makers(label)
    if not said:
        if not (label.brand.strip() or label.model.strip()):
            return inconclusive(N_("No brand of the label was typed in."))
        return inconclusive(
            N_("“{brand}” names no maker that the program knows."), brand=cut(label.brand or label.model)
        )
    number, _, device = subsystem.partition(":")
    if number in _UNPROGRAMMED or device in _UNPROGRAMMED:
        return inconclusive(N_("The subsystem {subsystem} names no maker."), subsystem=subsystem)
    owners = [maker for maker in MAKERS if number in maker.vendors]
    names = ", ".join(maker.name for maker in said)
    if number != _NVIDIA and owners and not _fits(said, owners):
        if owners[0].name in _BUILDERS and _tells(said, products):
            return _odd(names, owners[0], subsystem)
        return inconclusive(
            N_(
                "The label is {names}'s, the board's id is {own}'s: one of them has its cards made by others, so that"
                " nothing follows."
            ),
            names=names,
            own=owners[0].name,
        )
    if not owners:
        return inconclusive(
            N_("The board's subsystem {subsystem} is of a maker that the program does not know."), subsystem=subsystem
        )
    known = ", ".join(maker.name for maker in owners)
    return consistent(
        N_("The label is {names}'s; the board's id {subsystem} is {known}'s, which goes together."),
        expected=known,
        observed=names,
        source="pci.ids",
        names=names,
        subsystem=subsystem,
        known=known,
    )


def _fits(said: tuple[Maker, ...], owners: list[Maker]) -> bool:
    """One house, or houses of one group."""
    labels, makers = {one.name for one in said}, {one.name for one in owners}
    return bool(labels & makers) or any(group & labels and group & makers for group in _GROUPS)


def _makers(label: Label) -> tuple[Maker, ...]:
    """The makers that the label names; NVIDIA's name beside a partner's is the chip's, and so is a model's."""
    said = makers_of(label.brand if label.brand.strip() else label.model)
    return tuple(one for one in said if one.name != _CHIP) or (said if label.brand.strip() else ())


def _tells(said: tuple[Maker, ...], products: tuple[Product, ...] | None) -> bool:
    """Whether the label's makers put their own id on such a board; NVIDIA builds pro and datacentre boards itself."""
    if all(one.name == _CHIP for one in said):
        return bool(products) and all(row.segment in _NVIDIAS_OWN for row in products or ())
    return all(one.name in _BUILDERS for one in said)


def _odd(names: str, own: Maker, subsystem: str) -> Answer:
    return sign(
        Strength.MEDIUM,
        N_("The label is {names}'s; the board bears the id of {own} ({subsystem})."),
        expected=own.name,
        observed=names,
        source="pci.ids",
        witness=N_("label"),
        cause="label",
        innocent=(_FLASHED, _COOLER, _MADE_FOR),
        advice=N_("Compare the board's print, and the vBIOS label on the board, with both makers' boards."),
        values={"names": names, "own": own.name, "subsystem": subsystem},
    )
