"""The control class of a product by its name, or of the cards of a file: the answer of `gpu-inspector export-class`.

Nothing is stored. A name that means several products is answered with all of them: they agree, or it is
indeterminate, and each is told with its own. Never legal advice.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from gpu_inspector.errors import GpuInspectorError
from gpu_inspector.language import N_
from gpu_inspector.records.catalogue import Catalogue, normalise
from gpu_inspector.records.control import ControlClass
from gpu_inspector.records.control_merge import merged
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.export_classify import classify
from gpu_inspector.records.export_figures import NOTHING, Figures
from gpu_inspector.records.export_products import figures_of
from gpu_inspector.workflow import reviewing
from gpu_inspector.workflow.judging import judge

MOST_PRODUCTS = 64
"""Products that one name may mean: more is no name."""


class UnknownProduct(GpuInspectorError):
    """Neither a file nor a product."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The day and the way that the rules are applied to; "" is not named."""

    on: date | None = None
    """None is the file's own day, or today."""
    destination: str = ""
    headquarters: str = ""


@dataclass(frozen=True, slots=True)
class Classed:
    """One product, or one card of a file."""

    what: str
    """The text that was asked for, or the card's label."""
    control: ControlClass
    members: tuple[ControlClass, ...] = ()
    """Where a name means several products with figures of their own: each of them."""
    caution: str = ""
    """What a reader must know of the file."""


def class_of_text(text: str, asked: Asked, catalogue: Catalogue, today: date) -> Classed:
    """The class of the products that the words mean. Raises UnknownProduct where they mean none."""
    members = tuple(
        classify(
            catalogue.export_law,
            figures,
            on=asked.on or today,
            destination=asked.destination,
            headquarters=asked.headquarters,
        )
        for figures in _figures(text, catalogue)
    )
    if not members:
        raise UnknownProduct(
            N_(f"“{text}” is neither a file nor a product of the reference data."),
            N_("Write the product as its maker does, “RTX 4090” for one; see: gpu-inspector products."),
        )
    return Classed(text, merged(members), members if len(members) > 1 else ())


def _figures(text: str, catalogue: Catalogue) -> Iterator[Figures]:
    """Of the table's own row of that name, of the rows that it means in the trade, or of the catalogue's products.

    The table goes first: it has products that the reference data lacks ("MI300X"), and a list of what names mean.
    """
    table, wanted = catalogue.export_products, normalise(text)
    if any(normalise(row.product) == wanted for row in table.rows):
        yield figures_of(text, catalogue)
        return
    meant = next((one.rows for one in table.names if normalise(one.name) == wanted), ())
    if len(meant) == 1:
        yield figures_of(text, catalogue)
        return
    products = () if meant else catalogue.resolve(text)[:MOST_PRODUCTS]
    each = [figures_of(row, catalogue) for row in meant] or [figures_of((one,), catalogue) for one in products]
    if not each:
        each = [one for one in (figures_of(text, catalogue),) if one.basis != NOTHING]
    yield from dict.fromkeys(each)


def classes_of_file(path: Path, asked: Asked, catalogue: Catalogue) -> tuple[Classed, ...]:
    """The class of every card of a dump, capture, vBIOS image or signed report. Raises CaptureError, ProbeError."""
    found = reviewing.opened(path, catalogue)
    judged = judge(found.evidence, _asked_of(found.declaration, asked), catalogue)
    return tuple(
        Classed(card.label, card.control_class, caution=found.caution)
        for card in judged.cards
        if card.control_class is not None
    )


def _asked_of(declaration: Declaration, asked: Asked) -> Declaration:
    """The file's own papers, with what was asked for in their place."""
    return replace(
        declaration,
        export_date=asked.on.isoformat() if asked.on is not None else declaration.export_date,
        destination=asked.destination or declaration.destination,
        headquarters=asked.headquarters or declaration.headquarters,
    )
