"""Weight and size against published figures: only two cards have any, NVIDIA's own RTX 4090 and RTX 3090.

A partner's card of the same name weighs what its cooler weighs, so figures count for a Founders Edition alone. They
find a missing cooler or another model. They do not find a missing die: it weighs 20 to 40 g, less than published
figures, scales and brackets differ by, and the answer says so each time. What fools this check: a weight put under the
cooler. What is innocent: a water block, another bracket, a scale. So it is a weak sign at most.
Source: research note on modified cards, section 5, item 3 (press reviews; no card was weighed for this program).
"""

import math
import re

from gpu_inspector.checks import thresholds_eye_label as limits
from gpu_inspector.checks.answer import Answer, consistent, inconclusive, sign
from gpu_inspector.checks.label_meaning import said_by
from gpu_inspector.checks.limit import Limit
from gpu_inspector.checks.runner import check
from gpu_inspector.language import N_
from gpu_inspector.records.appearance import Appearance, Label
from gpu_inspector.records.catalogue import Catalogue, normalise
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.finding import Strength
from gpu_inspector.records.makers import makers_of
from gpu_inspector.records.product import Product

_FOUNDERS = re.compile(r"(?i:founders|(?<![a-z])FE(?![a-z]))")
_FIGURES: dict[str, dict[str, Limit]] = {
    "geforce rtx 4090": {
        "weight": limits.FE_4090_WEIGHT_G,
        "length": limits.FE_4090_LENGTH_MM,
        "height": limits.FE_4090_HEIGHT_MM,
        "thickness": limits.FE_4090_THICKNESS_MM,
    },
    "geforce rtx 3090": {
        "weight": limits.FE_3090_WEIGHT_G,
        "length": limits.FE_3090_LENGTH_MM,
        "height": limits.FE_3090_HEIGHT_MM,
        "thickness": limits.FE_3090_THICKNESS_MM,
    },
}
"""A Founders Edition's name, normalised -> its published figures, in the units of `Appearance`."""
_WEIGHT = "weight"
_NO_DIE = N_("A missing die, {die} g at most, would not show in any weight.")


@check("board-size", N_("Weight and size"))
def size(
    seen: Appearance,
    products: tuple[Product, ...] | None,
    subsystem: str | None,
    declaration: Declaration | None,
    catalogue: Catalogue,
) -> Answer:
    """A card that is far from its model's weight or length has another cooler, or is another model."""
    measured = _measured(seen)
    if not measured:
        return inconclusive(
            N_("Nobody weighed or measured it."), advice=N_("Weigh it without its box, on a scale that you know.")
        )
    told = ", ".join(f"{what} {value:g} {_unit(what)}" for what, value in measured.items())
    figures = _figures(seen.label, products, subsystem, declaration, catalogue)
    if figures is None:
        return inconclusive(
            N_("Measured: {told}. The reference data has no figure of this model. ") + _NO_DIE,
            advice=N_("Compare it with a card of the same model on the same scale."),
            told=told,
            die=int(limits.MISSING_DIE_G),
        )
    name, published = figures
    odd = [what for what, value in measured.items() if _far(what, value, published[what])]
    expected = ", ".join(f"{what} {published[what]:g} {_unit(what)}" for what in measured)
    if not odd:
        return consistent(
            N_("Measured: {told}, as published of {name} (Founders Edition). ") + _NO_DIE,
            expected=expected,
            observed=told,
            source=published[_WEIGHT].source,
            told=told,
            name=name,
            die=int(limits.MISSING_DIE_G),
        )
    return _far_off(name, told, expected, ", ".join(odd), published[odd[0]].source)


def _far_off(name: str, told: str, expected: str, odd: str, source: str) -> Answer:
    return sign(
        Strength.WEAK,
        N_("Measured: {told}; published of {name} (Founders Edition): {expected}. Too far off: {odd}. ") + _NO_DIE,
        expected=expected,
        observed=told,
        source=source,
        witness=N_("eye"),
        cause="another board",
        innocent=(
            N_("another cooler, or a water block"),
            N_("another scale, or measured with bracket or box"),
            N_("a partner's card whose label names NVIDIA"),
        ),
        advice=N_("Measure once more, and compare with a card of the same model."),
        values={
            "told": told,
            "name": name,
            "expected": expected,
            "odd": odd,
            "die": int(limits.MISSING_DIE_G),
        },
    )


def _measured(seen: Appearance) -> dict[str, float]:
    said = {
        _WEIGHT: seen.weight_g,
        "length": seen.length_mm,
        "height": seen.height_mm,
        "thickness": seen.thickness_mm,
    }
    return {what: value for what, value in said.items() if value is not None and math.isfinite(value) and value > 0}


def _figures(
    label: Label,
    products: tuple[Product, ...] | None,
    subsystem: str | None,
    declaration: Declaration | None,
    catalogue: Catalogue,
) -> tuple[str, dict[str, Limit]] | None:
    """The figures of the one card that it can be, where it is a Founders Edition by label, paper or NVIDIA's own id."""
    words = f"{label.model} {label.text} {(declaration.product if declaration else None) or ''}"
    own = bool(subsystem) and (subsystem or "").startswith("10DE:")
    nvidias = {one.name for one in makers_of(label.brand)} == {"NVIDIA"}
    if not (_FOUNDERS.search(words) or (nvidias and own)):
        return None
    said = said_by(label, catalogue)
    rows = products or (said.products if said is not None else ())
    if not rows and declaration is not None and declaration.product:
        rows = catalogue.resolve(declaration.product)
    names = {normalise(row.name) for row in rows}
    name = next(iter(names)) if len(names) == 1 else ""
    return (rows[0].name, _FIGURES[name]) if name in _FIGURES else None


def _far(what: str, value: float, published: Limit) -> bool:
    if what == _WEIGHT:
        return abs(value - published) > published * limits.WEIGHT_SHARE
    return abs(value - published) > limits.LENGTH_OFF_MM


def _unit(what: str) -> str:
    return "g" if what == _WEIGHT else "mm"
