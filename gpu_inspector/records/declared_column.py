"""The declared column: what the papers say of a fact, and beside it what a label says that was typed off.

Both are the declarant's word; where they differ, both stand there. `clean` makes each foreign text harmless.
"""

from gpu_inspector.language import N_, _, said
from gpu_inspector.records.appearance import NO_LABEL, Label
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.evidence import CardEvidence
from gpu_inspector.records.words import Clean

NOT_DECLARED = N_("not declared")


def nothing() -> str:
    """What stands where the papers say nothing."""
    return _(NOT_DECLARED)


def label_of(card: CardEvidence | None) -> Label:
    """The label of the object; NO_LABEL where nobody typed it off."""
    return card.seen.label if card is not None and card.seen is not None else NO_LABEL


def product(declaration: Declaration, label: Label, clean: Clean) -> str:
    """The product as it is named, the goods as they are described, and what the label says."""
    parts = [clean(declaration.product)] if declaration.product else []
    if declaration.description:
        parts.append(said("described as “{description}”", description=clean(declaration.description)))
    if not parts:
        parts = [nothing()]
    if declaration.modified:
        parts.append(_("declared as modified"))
    return _beside("; ".join(parts), label.model, clean)


def memory(declaration: Declaration, _label: Label, _clean: Clean) -> str:
    """Its size; a label says it in the model, if at all."""
    return nothing() if declaration.memory_gb is None else f"{declaration.memory_gb} GB"


def serial(declaration: Declaration, label: Label, clean: Clean) -> str:
    """As papers and label say."""
    return _beside(clean(declaration.serial) if declaration.serial else nothing(), label.serial, clean)


def part_number(declaration: Declaration, label: Label, clean: Clean) -> str:
    """As papers and label say."""
    return _beside(clean(declaration.part_number) if declaration.part_number else nothing(), label.part_number, clean)


def brand(declaration: Declaration, label: Label, clean: Clean) -> str:
    """As papers and label say."""
    return _beside(clean(declaration.brand) if declaration.brand else nothing(), label.brand, clean)


def origin(declaration: Declaration, _label: Label, clean: Clean) -> str:
    """As the papers write it."""
    return clean(declaration.country_of_origin) if declaration.country_of_origin else nothing()


def control_class(declaration: Declaration, _label: Label, clean: Clean) -> str:
    """The entry that the papers state."""
    return clean(declaration.control_class) if declaration.control_class else nothing()


def _beside(declared: str, label: str, clean: Clean) -> str:
    """What the papers say, and what a label that was typed off says beside it."""
    if not label:
        return declared
    typed = said("label: {label}", label=clean(label))
    return typed if declared == nothing() else f"{declared}; {typed}"
