"""What was computed on the card against the figures of the product that it is said to be: a lower bound can refute.

The bound has its guard band taken off, and is brought to the rated clock, since boards run beyond it. It never supports
"none": the rule asks for the highest rate that is possible, and a test reaches less. Which honest card would trip this:
one whose maker sets the published figure below what its units do (RTX 5090 D, L20), since nobody has measured how: that
is noted, adds to nothing by itself, and the class follows what was computed. Where a published figure is at odds with
the product's own units otherwise (L40), the higher one counts.
Source: research note on export control, 0.4 and 1.2.
"""

from typing import TYPE_CHECKING

from gpu_inspector.checks.answer import Answer, consistent, contradicted, inconclusive, sign
from gpu_inspector.checks.export_control import shown
from gpu_inspector.checks.reached import Reached
from gpu_inspector.checks.runner import check
from gpu_inspector.language import N_
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.finding import Strength, Value
from gpu_inspector.records.product import Product

if TYPE_CHECKING:
    from gpu_inspector.checks.export_outrun import Outrun
    from gpu_inspector.records.export_figures import Figures

_CAUSE = "throughput"
_LIMITER = N_("how the maker holds this product below its units is not known, and the test may not meet it")
_TABLE = N_("an error in the published figure, or in the rated clock")
_TEXT = N_(
    "Measured: TPP of {bound} at least ({operation}, brought to the rated clock, guard band taken off), although the"
    " figure of {product}{said} is {figure}."
)


@check("export-measured", N_("Throughput reached against the product's figure"))
def measured(
    reached: Reached,
    claimed_products: tuple[Product, ...] | None,
    declaration: Declaration | None,
    catalogue: Catalogue,
) -> Answer:
    """No paper can argue away what was computed, and no test can show that there is not more."""
    from gpu_inspector.checks import export_outrun

    declared = catalogue.resolve(declaration.product) if declaration is not None and declaration.product else ()
    over = export_outrun.outrun_of(declared, reached, catalogue)
    if over is not None:
        return _against_the_paper(over, reached)
    over = export_outrun.outrun_of(claimed_products or (), reached, catalogue)
    if over is not None:
        return _against_the_claim(over, reached)
    known = export_outrun.figures_with_bound((*declared, *(claimed_products or ())), reached, catalogue)
    if not known:
        return inconclusive(
            N_(
                "TPP of {bound} at least was measured; the reference data has no figure of this card to hold it"
                " against."
            ),
            bound=shown(reached.at_least(None)),
        )
    return consistent(
        N_(
            "TPP of {bound} at least was measured, no more than the {figure} of {product}. A lower bound: the card"
            " may do more."
        ),
        expected=f"TPP <= {shown(max((one.most or 0.0 for one in known), default=None))}",
        observed=f"TPP >= {shown(min(one.tpp_at_least or 0.0 for one in known))}",
        source="; ".join(dict.fromkeys(one.tpp.source for one in known if one.tpp is not None)),
        **_values(known[0], reached, ""),
    )


def _against_the_paper(over: "Outrun", reached: Reached) -> Answer:
    values = _values(over.nearest, reached, N_(", which was declared,"))
    observed = f"TPP >= {values['bound']}"
    if over.by_units and over.published:
        return contradicted(
            _TEXT,
            expected=f"TPP {values['figure']}",
            observed=observed,
            against=N_("the declaration"),
            witness=N_("silicon"),
            cause=_CAUSE,
            innocent=(_TABLE, N_("papers of another card")),
            advice=N_("The card computes more than the declared product can. Compare the chip's own marking."),
            values=values,
        )
    strength = Strength.STRONG if over.by_units else Strength.MEDIUM
    return _sign(strength, over, values, N_("papers of another card"))


def _against_the_claim(over: "Outrun", reached: Reached) -> Answer:
    values = _values(over.nearest, reached, "")
    return _sign(Strength.STRONG if over.by_units else Strength.WEAK, over, values, _TABLE)


def _sign(strength: Strength, over: "Outrun", values: dict[str, Value], other: str) -> Answer:
    innocent = () if over.by_units else (_LIMITER,)
    return sign(
        strength,
        _TEXT,
        expected=f"TPP {values['figure']}",
        observed=f"TPP >= {values['bound']}",
        source=over.nearest.tpp.source if over.nearest.tpp is not None else "",
        witness=N_("silicon"),
        cause=_CAUSE,
        innocent=(*innocent, other),
        advice=N_("Measure again; the class by what was measured stands under export-class."),
        values=values,
    )


def _values(figures: "Figures", reached: Reached, said: str) -> dict[str, Value]:
    return {
        "bound": shown(figures.tpp_at_least),
        "operation": reached.operation,
        "product": figures.product,
        "said": said,
        "figure": shown(figures.most),
    }
