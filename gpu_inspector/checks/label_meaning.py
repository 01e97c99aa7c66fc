"""The product and the size that a label names, against the card's claims.

The label is the maker's or the seller's word on what this is. A model code is read only as far as its form is known
(`records/label_products.py`); one that leaves several products open accuses none of them. A label of another product
is SUSPICIOUS at most, as every label against the electronics (`label.py` says why): coolers are exchanged with their
labels. What fools this check: a label printed to fit. What is innocent: a card built of two, a laptop's own label, a
rework that bears the size it has now. Source: research note on modified cards, sections 1A, 1B and 5.
"""

from collections.abc import Iterable

from gpu_inspector.checks import sizes
from gpu_inspector.checks import thresholds_eye_label as limits
from gpu_inspector.checks.answer import Answer, consistent, inconclusive, sign
from gpu_inspector.checks.facts import MemoryClaim
from gpu_inspector.checks.limit import MIB_PER_GIB
from gpu_inspector.checks.marking_words import meant as declared_rows
from gpu_inspector.checks.runner import check
from gpu_inspector.language import N_
from gpu_inspector.records.appearance import Label
from gpu_inspector.records.catalogue import Catalogue, normalise
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.finding import Strength
from gpu_inspector.records.label_products import Model, model_of, model_of_code, model_of_part
from gpu_inspector.records.label_words import part_texts
from gpu_inspector.records.product import Product
from gpu_inspector.records.product_names import take_apart

_WITNESS = "label"
_CAUSE = "label"
_TELLING = frozenset({"ti", "super", "d", "laptop", "mobile", "notebook", "max-q"})
"""Words that make another product of a name: a label that leaves one out names the other product."""
_COOLER = N_("a repair that exchanged the cooler or the shroud with its label")
_LOOK = N_("Compare the label with the maker's own picture, and the board's print and the die with the product.")


@check("identity-label-model", N_("Model on the label against the card"))
def model(
    label: Label,
    name: str | None,
    products: tuple[Product, ...] | None,
    mobile: bool,
    memory: MemoryClaim | None,
    declaration: Declaration | None,
    catalogue: Catalogue,
) -> Answer:
    """What the label calls the card must be one of the products that the card can be, with a size that it has."""
    said = said_by(label, catalogue)
    if said is None:
        return inconclusive(N_("No model of the label was typed in or read for sure."))
    if not said.products:
        return inconclusive(N_("“{model}” means no product that the program can read out of a label."), model=said.text)
    claimed = _claimed(name, products, catalogue)
    meant = names_of(said.products)
    if claimed and not agree(meant, claimed):
        paper = names_of(declared_rows(declaration, catalogue))
        idle = agree(paper, claimed) and _larger(said.products, products or ())
        return _other_product(said, meant, claimed, mobile=mobile, idle=idle)
    size = size_said(said, catalogue)
    if size is not None and (odd := _size(said, size, None if mobile else memory, catalogue)) is not None:
        return odd
    if not claimed:
        return inconclusive(
            N_("The label names {meant}; no source says in words or ids that the reference data has what the card is."),
            meant=listed(meant),
        )
    return consistent(
        N_("The label names {meant}, as the card does."),
        expected=listed(meant),
        observed=listed(claimed),
        source=N_("the label; reference data"),
        meant=listed(meant),
    )


def said_by(label: Label, catalogue: Catalogue) -> Model | None:
    """What the label means: the model in words or code, then the part number; None where neither was given."""
    codes = part_texts(label)
    found = [model_of(label.model, catalogue)] if label.model.strip() else []
    found += [model_of_code(one, catalogue) for one in codes]
    found += [model_of_part(one, catalogue) for one in codes]
    return next((one for one in found if one.products), found[0] if found else None)


def names_of(rows: Iterable[Product]) -> tuple[str, ...]:
    """The names of some products, each once, sorted."""
    return tuple(sorted({row.name for row in rows}))


def agree(shorter: Iterable[str], longer: Iterable[str]) -> bool:
    """Whether a name is in both, or one of the first leaves words out that labels leave out: "OEM", "Rev. 2".

    A laptop's words are not among these: a laptop's chip on a desktop board is a known fraud.
    """
    said, full = {normalise(one) for one in shorter}, {normalise(one) for one in longer}
    if said & full:
        return True
    rests = (name.removeprefix(one).split() for one in said for name in full if name.startswith(f"{one} "))
    return any(rest and not _TELLING & set(rest) for rest in rests)


def listed(names: tuple[str, ...]) -> str:
    """Some of many names, as they stand in a sentence."""
    most = int(limits.NAMES_LISTED)
    return ", ".join(names[:most]) + (", ..." if len(names) > most else "")


def _claimed(name: str | None, products: tuple[Product, ...] | None, catalogue: Catalogue) -> tuple[str, ...]:
    """Every name that the card may go by: its id's products, and the driver's word where it is a product's name."""
    by_name = {name} if name is not None and catalogue.knows_name(name) else set()
    return tuple(sorted(by_name | {row.name for row in products or ()}))


def size_said(said: Model, catalogue: Catalogue) -> int | None:
    """The one memory size in GiB that the label names of the card's own memory; None where it is none that counts."""
    if len(said.sizes_gib) != 1:
        return None
    (size,) = said.sizes_gib
    named = {one for row in said.products for one in take_apart(row.name).sizes}
    sold = sold_gib(said.products)
    consumer = all(row.segment == "GeForce" for row in said.products)
    # "GH200 480GB" counts the processor's memory, "DGX A100 640GB" eight modules': no size of one card.
    own = size in sold or (consumer and bool(sold) and size not in named)
    return size if own and size <= limits.LARGEST_LABEL_GIB else None


def sold_gib(rows: Iterable[Product]) -> tuple[int, ...]:
    """The sizes in GiB that some products were sold with."""
    return tuple(sorted({row.memory_mib // MIB_PER_GIB for row in rows if row.memory_mib}))


def _size(said: Model, size: int, memory: MemoryClaim | None, catalogue: Catalogue) -> Answer | None:
    if memory is not None and not sizes.is_of_size(memory, size * MIB_PER_GIB):
        claimed = sizes.size_class_gib(memory, catalogue.products)
        return sign(
            Strength.STRONG,
            N_("The label says {size} GB; the card claims {claimed} GB ({total})."),
            expected=f"{size} GB",
            observed=f"{memory.total_mib:,} MiB",
            source=N_("the label"),
            witness=_WITNESS,
            cause=_CAUSE,
            innocent=(_COOLER, N_("a rework that kept its old label")),
            advice=_LOOK,
            values={"size": size, "claimed": claimed, "total": f"{memory.total_mib:,} MiB"},
        )
    sold = sold_gib(said.products)
    if size in sold:
        return None
    return sign(
        Strength.MEDIUM,
        N_("The label says {size} GB; {meant} was sold with {sold} alone."),
        expected=" or ".join(f"{one} GB" for one in sold),
        observed=f"{size} GB",
        source=N_("reference data"),
        witness=_WITNESS,
        cause="memory size",
        innocent=(N_("a rework that is labelled as one"), N_("a variant that the reference data does not have")),
        advice=_LOOK,
        values={
            "size": size,
            "meant": listed(names_of(said.products)),
            "sold": " or ".join(f"{one} GB" for one in sold),
        },
    )


def _larger(printed: tuple[Product, ...], claimed: tuple[Product, ...]) -> bool:
    """Whether the label names a larger gaming card of the same die: such share their coolers.

    A larger die is another matter: a card that is said to be less than its label may be hiding what it is.
    """
    both = (*printed, *claimed)
    if len({row.die for row in both}) != 1 or any(row.segment != "GeForce" for row in both):
        return False
    more, less = [row.sm for row in printed], [row.sm for row in claimed]
    if not more or not less or None in (*more, *less):
        return False
    return min(one or 0 for one in more) > max(one or 0 for one in less)


def _other_product(
    said: Model, meant: tuple[str, ...], claimed: tuple[str, ...], *, mobile: bool, idle: bool
) -> Answer:
    """Medium where a laptop's label leaves a word out, or one observed board's number is all there is.

    And where it is `idle`: paper and card both claim less than the label says, which is of a sister's cooler.
    """
    laptop = (N_("the label of a laptop, which leaves the word out"),) if mobile else ()
    return sign(
        Strength.MEDIUM if mobile or idle or said.weak else Strength.STRONG,
        N_("The label “{model}” names {meant}; the card is {claimed}."),
        expected=listed(meant),
        observed=listed(claimed),
        source=N_("the label; reference data"),
        witness=_WITNESS,
        cause=_CAUSE,
        innocent=(*laptop, _COOLER, N_("the label of another card's box"), N_("a model code read wrong")),
        advice=_LOOK,
        values={"model": said.text, "meant": listed(meant), "claimed": listed(claimed)},
    )
