"""The figures of a product whose own are not published: TPP = SM x rated boost clock x K of its die.

The formula is second to every published figure. It is never exact: tables have highest clocks where the maker rates
the tensor figure at a lower one, a laptop's clock is its builder's, and a product that is held back for its market or
against mining does less than it gives. So it answers with a span. Source: research note on export control, 0.2 and 1.2.
"""

import re
from typing import TYPE_CHECKING

from gpu_inspector.language import N_, fill
from gpu_inspector.records.export_figures import FORMULA, NOTHING, Figures, Span
from gpu_inspector.records.export_rules import Formula
from gpu_inspector.records.product import DieVector, Product
from gpu_inspector.records.product_names import normalise

if TYPE_CHECKING:
    from gpu_inspector.records.catalogue import Catalogue

LIMITED = re.compile(
    r"(?<![a-z0-9])(?:h20|h20b|h800|a800|l20|l2|b20|b30a|5880|\d{4}d|d)(?![a-z0-9])",
)
"""Names of products for a market whose limit is below what SM and clock give: Chinese parts, and "RTX 4090 D"."""
HELD_BACK = frozenset({"CMP", "DRIVE", "other"})
"""Segments whose products may do less than their dies: the formula is their upper end."""
SERVERS = re.compile(r"(?<![a-z])server edition(?![a-z])")
"""Of professional cards, those that are sold for datacentres."""
_MARKETED = {"datacentre": True, "GeForce": False, "Quadro/RTX pro": False}

_SOURCE = N_("formula: SM x rated clock x {k} of {die}, within {share} %")
_CLOCK_OPEN = N_("formula: SM x {k} of {die}, between the clocks that its products are known for")
_HIGHEST = N_("formula: SM x {k} of {die}, rated clock not known, highest {clock} MHz")
_LAPTOP = N_("formula: SM x {k} of {die}, a laptop's clock being its builder's")
_AT_MOST = N_("formula, an upper end: the product may be held back below {tpp}")
_LINE = N_("the line that it is sold in")
_CATALOGUE = N_("reference data of the die")
_CLOCK = N_("memory clock and bus of the catalogue")
_PCIE = N_("PCI Express of the catalogue; other links not known")
_PCIE_NVLINK = N_("PCI Express of the catalogue, and no more NVLink than any card with such memory has")
_OFTEN_LIMITED = N_(
    "{product} has no published figures here and is made for a market with a limit: SM count and clock are no measure."
)
_NOT_KNOWN = N_("{product} is not in the table of published figures, and too little is known of it for the formula.")
_SECOND = N_(
    "{product} is not in the table of published figures: these follow from its SM count, its clock and its die, which"
    " is second to a published figure."
)
_PCIE_GB_PER_S = {1: 8, 2: 16, 3: 32, 4: 64, 5: 128, 6: 256}
"""Of sixteen lanes, both directions, as makers round it."""
_MEMORY_ROUNDED = 0.02
_AREA_ROUNDED = 0.5


def formula_of(die: str, sm: float | None, clock_mhz: float | None, law: Formula) -> float | None:
    """The formula's TPP, None where one of its inputs is not known."""
    k = law.k.get(die)
    return None if k is None or sm is None or clock_mhz is None else sm * clock_mhz / 1000 * k


def figures_by_formula(product: Product, catalogue: "Catalogue") -> Figures:
    """What is known of a product of the catalogue that the table of published figures does not have."""
    limited = bool(LIMITED.search(normalise(product.name)))
    tpp = _tpp(product, catalogue, limited=limited)
    return Figures(
        product=product.name,
        basis=NOTHING if tpp is None else FORMULA,
        tpp=tpp,
        die_area_mm2=_area(product.die, catalogue),
        datacentre=_marketed(product),
        datacentre_source=_LINE,
        dram_gb_per_s=_memory(product),
        interconnect_gb_per_s=_links(product, catalogue),
        tpp_formula=formula_of(product.die, product.sm, product.boost_mhz, catalogue.export_law.formula),
        rated_mhz=product.boost_mhz,
        limited=limited,
        notes=(fill(_note(tpp, limited=limited), {"product": product.name}),),
    )


def _note(tpp: Span | None, *, limited: bool) -> str:
    if limited:
        return _OFTEN_LIMITED
    return _NOT_KNOWN if tpp is None else _SECOND


def _tpp(product: Product, catalogue: "Catalogue", *, limited: bool) -> Span | None:
    law = catalogue.export_law.formula
    k = law.k.get(product.die) or _plain_k(catalogue.die_vectors.get(product.die))
    if k is None:
        return None
    sm = None if "sm" in product.from_memory else product.sm
    die = catalogue.dies.get(product.die)
    if sm is None:
        full = die.full_sm if die is not None and "full_sm" not in die.from_memory else None
        return None if full is None else Span(0, full * law.laptop_clock_mhz / 1000 * k, _held(full, k, law))
    span = _at_clocks(product, sm * k / 1000, k, catalogue)
    if span is not None and (limited or product.segment in HELD_BACK):
        return Span(0, span.high, fill(_AT_MOST, {"tpp": f"{span.top:.0f}"}))
    return span


def _held(full: int, k: float, law: Formula) -> str:
    return fill(_AT_MOST, {"tpp": f"{full * law.laptop_clock_mhz / 1000 * k:.0f}"})


def _at_clocks(product: Product, per_mhz: float, k: float, catalogue: "Catalogue") -> Span | None:
    """The formula over every clock that the product may be rated at; `per_mhz` is SM x K / 1000."""
    law = catalogue.export_law.formula
    values = {"k": f"{k:g}", "die": product.die, "share": f"{law.tolerance:.0%}".rstrip("%")}
    clock = None if "boost_mhz" in product.from_memory else product.boost_mhz
    rated = catalogue.export_products.clocks_of(product.die)
    if product.mobile:
        low = 0.0 if clock is None else per_mhz * clock * (1 - law.tolerance)
        return Span(low, per_mhz * law.laptop_clock_mhz, fill(_LAPTOP, values))
    if clock is None:
        if not rated:
            return Span(0, per_mhz * law.laptop_clock_mhz, fill(_CLOCK_OPEN, values))
        known = max(one.boost_mhz or 0 for one in catalogue.products if one.die == product.die)
        highest = max(known, *rated) * (1 + law.tolerance)
        return Span(per_mhz * min(rated) * law.lowest_share, per_mhz * highest, fill(_CLOCK_OPEN, values))
    top = per_mhz * clock * (1 + law.tolerance)
    if product.segment == "datacentre":
        return Span(per_mhz * clock * law.rated_share, top, fill(_HIGHEST, {**values, "clock": clock}))
    return Span(per_mhz * clock * (1 - law.tolerance), top, fill(_SOURCE, values))


def _plain_k(vector: DieVector | None) -> float | None:
    """K of a die without tensor units: the best of its plain rates, which tie on all of them."""
    if vector is None or vector.tensor_units or "fp32" in vector.from_memory:
        return None
    halves = vector.fp16x2 if vector.fp16x2 and "fp16x2" not in vector.from_memory else 0
    fp64 = max(vector.fp64, default=0) if "fp64" not in vector.from_memory else 0
    # Multiply-adds of an SM in one clock, times two operations, times the bits of an input.
    return max(vector.fp32 * 2 * 32, fp64 * 2 * 64, halves * 2 * 2 * 16, (vector.dp4a or 0) * 4 * 2 * 8) / 1000


def _area(name: str, catalogue: "Catalogue") -> Span | None:
    known = catalogue.export_products.area_of(name)
    if known is not None:
        return Span(known, known, _CATALOGUE)
    die = catalogue.dies.get(name)
    if die is None or die.area_mm2 is None or "area_mm2" in die.from_memory:
        return None
    return Span(die.area_mm2 - _AREA_ROUNDED, die.area_mm2 + _AREA_ROUNDED, _CATALOGUE)


def _marketed(product: Product) -> bool | None:
    if product.segment == "Quadro/RTX pro" and SERVERS.search(normalise(product.name)):
        return True
    return _MARKETED.get(product.segment)


def _memory(product: Product) -> Span | None:
    clock, bits = product.memory_clock_mhz, product.bus_bits
    if not clock or not bits or {"memory_clock_mhz", "bus_bits"} & set(product.from_memory):
        return None
    rate = clock * 2 * bits / 8 / 1000
    return Span(rate * (1 - _MEMORY_ROUNDED), rate * (1 + _MEMORY_ROUNDED), _CLOCK)


def _links(product: Product, catalogue: "Catalogue") -> Span | None:
    """PCI Express is known; of NVLink only that no card with GDDR memory has more than the table's highest."""
    lanes = _PCIE_GB_PER_S.get(product.pcie_gen or 0)
    if lanes is None or not product.pcie_width or {"pcie_gen", "pcie_width"} & set(product.from_memory):
        return None
    low = lanes * product.pcie_width / 16
    if "memory_type" in product.from_memory or not (product.memory_type or "").startswith(("GDDR", "DDR")):
        return Span(low, None, _PCIE)
    return Span(low, low + catalogue.export_products.most_nvlink, _PCIE_NVLINK)
