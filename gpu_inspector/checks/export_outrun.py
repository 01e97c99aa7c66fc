"""Whether more was computed on a card than products can do, by their published figures and by their units."""

from dataclasses import dataclass, replace

from gpu_inspector.checks.reached import Reached
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.export_figures import PUBLISHED, Figures
from gpu_inspector.records.export_products import CONFIDENCE, figures_of
from gpu_inspector.records.product import Product


@dataclass(frozen=True, slots=True)
class Outrun:
    """Products of which more was measured than their figure."""

    figures: tuple[Figures, ...]
    nearest: Figures
    """With the largest figure."""
    by_units: bool
    """More than their units can do, not only more than the maker says."""

    @property
    def published(self) -> bool:
        """Whether the maker's own figures are exceeded; what was written down from memory contradicts nobody."""
        sources = {one.tpp.source for one in self.figures if one.tpp is not None}
        return all(one.basis == PUBLISHED for one in self.figures) and CONFIDENCE["M"] not in sources


def figures_with_bound(rows: tuple[Product, ...], reached: Reached, catalogue: Catalogue) -> tuple[Figures, ...]:
    """Of the products that have a TPP, each once, with the bound at their own rated clock."""
    every = (with_bound(figures_of((row,), catalogue), reached) for row in rows)
    return tuple(dict.fromkeys(one for one in every if one.tpp is not None))


def with_bound(figures: Figures, reached: Reached) -> Figures:
    """The figures of a product with what was measured, at the clock at which they are rated.

    An H100 SXM reaches 1,980 MHz and is rated at 1,830.
    """
    return replace(figures, tpp_at_least=round(reached.at_least(figures.rated_mhz), 1))


def outrun_of(rows: tuple[Product, ...], reached: Reached, catalogue: Catalogue) -> Outrun | None:
    """None where one of the products explains what was measured, or has no figure."""
    every = tuple(with_bound(figures_of((row,), catalogue), reached) for row in rows)
    if not every or not all(one.outrun for one in every):
        return None
    return Outrun(every, max(every, key=lambda one: one.most or 0.0), all(map(_beyond_units, every)))


def _beyond_units(figures: Figures) -> bool:
    """Of a product that is limited for its market the formula tells what its units could do."""
    if not figures.limited:
        return True
    return figures.tpp_formula is not None and (figures.tpp_at_least or 0.0) > figures.tpp_formula
