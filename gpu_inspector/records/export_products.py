"""The products whose figures are published, and the explicit list of the names that mean them.

Export rules ask for the highest figure that the maker claims, so a published figure decides and the formula is second.
No name is guessed at here: a name that is not in the list, and no product of the catalogue, has no figures. Kept in
`resources/export/figures.jsonl` and `names.jsonl`. Source: research note on export control, 2.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from gpu_inspector.language import N_, fill, visible
from gpu_inspector.records.control import FROM_MEMORY
from gpu_inspector.records.export_figures import (
    BASES,
    DIE,
    ESTIMATE,
    NOTHING,
    PUBLISHED,
    RUMOUR,
    Figures,
    exactly,
    hull,
)
from gpu_inspector.records.export_formula import figures_by_formula, formula_of
from gpu_inspector.records.export_rules import Formula
from gpu_inspector.records.product import Product
from gpu_inspector.records.product_names import normalise

if TYPE_CHECKING:
    from gpu_inspector.records.catalogue import Catalogue

LONGEST = 200
"""Characters of a name that are looked at and shown."""
CONFIDENCE = {
    "D": N_("maker's datasheet"),
    "S": N_("maker's figure, from a secondary source"),
    "M": FROM_MEMORY,
    "E": N_("a third party's estimate"),
}
"""How well the figures of a row are known, by the letter of the table."""
_TABLE = N_("the table of known products")
_RUMOURED = N_("{product} is only rumoured: no figures were published.")
_NO_FIGURE = N_("No TPP was found for {product}; {note}.")
_ESTIMATED = N_("The figures of {product} are {source}: {note}.")
_FROM_MEMORY = N_("The figures of {product} were written down from memory and have to be held against a datasheet.")
_REMARK = N_("{product}: {note}.")
_DISAGREE = N_(
    "Published is TPP {published}; SM count and clock alone would give {formula}. The published figure decides."
)
_SEVERAL = N_("The name may mean {number} products ({products}): what is said holds for all of them.")
_ANY_OF_DIE = N_("The product is not known; the figures are those of the products of its die ({products}).")
_ONE_OF_DIE = N_("The product is not known; the figures are those of the best fitting one, {products}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportRow:
    """A product of the table; None is "not known"."""

    product: str
    market: str
    """"global", "china", "china?" or "grey"."""
    datacentre: bool | None = None
    chip: str
    sm: int | None = None
    rated_boost_mhz: int | None = None
    """The clock at which the maker rates the tensor figure, not the highest one."""
    tpp: float | None = None
    precision: str = ""
    """The one whose dense rate gives it."""
    basis: str
    """"published", "estimate", "rumour" or "nothing"."""
    area_mm2: float | None = None
    area_estimated: bool = False
    dram_gb_per_s: float | None = None
    nvlink_gb_per_s: float | None = None
    pcie_gb_per_s: float | None = None
    io_gb_per_s: float | None = None
    """NVLink and PCI Express together, both directions."""
    confidence: str
    """A letter of CONFIDENCE."""
    note: str = ""

    @property
    def limited(self) -> bool:
        """Whether the product is made for a market whose limit is below what the chip gives."""
        return self.market.startswith("china")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportName:
    """A name, and the rows that it means; of another memory size the figures that differ are left out."""

    name: str
    rows: tuple[str, ...]
    memory_gib: tuple[int, ...] = ()
    """Of cards of that size alone; () stands for every size."""
    dram_gb_per_s: bool = True
    """False where the row's bandwidth is not this product's."""
    trade: bool = False
    """A name of the trade, for texts alone: a driver that prints it means one product."""
    why: str = ""


class ExportProducts:
    """The table and its names."""

    def __init__(self, rows: Sequence[ExportRow], names: Sequence[ExportName]) -> None:
        """Index both. Raises KeyError where a name means a row that is not there."""
        self.rows: Final = tuple(rows)
        self.names: Final = tuple(names)
        self._by_product: Final = {normalise(row.product): row for row in rows}
        self._rows_of: Final = {one: tuple(self._by_product[normalise(row)] for row in one.rows) for one in self.names}
        self._areas: Final = {
            row.chip: row.area_mm2 for row in rows if row.area_mm2 is not None and not row.area_estimated
        }
        self.most_nvlink: Final = max((row.nvlink_gb_per_s or 0 for row in rows if row.datacentre is False), default=0)
        """Of the cards that are not for datacentres."""

    def row_of(self, name: str, memory_mib: int | None = None) -> ExportRow | None:
        """The one row that the name of a driver or of the catalogue means, None where the list has none."""
        entry = self._entry(name, memory_mib, trade=False)
        return None if entry is None else self._rows_of[entry][0]

    def area_of(self, die: str) -> float | None:
        """A die's area as the table has it, no estimate."""
        return self._areas.get(die)

    def clocks_of(self, die: str) -> tuple[int, ...]:
        """The clocks at which products of a die are rated."""
        return tuple(row.rated_boost_mhz for row in self.rows if row.chip == die and row.rated_boost_mhz)

    def _entry(self, name: str, memory_mib: int | None, *, trade: bool) -> ExportName | None:
        wanted = normalise(name)
        said = name.casefold().split()[:1] == ["nvidia"]
        for one in self.names:
            sized = not one.memory_gib or (memory_mib is not None and round(memory_mib / 1024) in one.memory_gib)
            if normalise(one.name) == wanted and sized and (not one.trade or (trade and not said)):
                return one
        return None

    def of_name(self, name: str, memory_mib: int | None, catalogue: "Catalogue", *, trade: bool) -> Figures | None:
        """The figures of a name that the list has, or that is a row's own."""
        row = self._by_product.get(normalise(name)) if trade else None
        if row is not None:
            return self._of_row(row, None, None, catalogue)
        entry = self._entry(name, memory_mib, trade=trade)
        if entry is None:
            return None
        product = None if entry.trade else next(iter(catalogue.by_name(entry.name)), None)
        return merged([self._of_row(one, product, entry, catalogue) for one in self._rows_of[entry]])

    def of_product(self, product: Product, memory_mib: int | None, catalogue: "Catalogue") -> Figures:
        """The figures of a product of the catalogue: the table's, or else by the formula."""
        size = product.memory_mib if memory_mib is None else memory_mib
        entry = self._entry(product.name, size, trade=False)
        if entry is None:
            return figures_by_formula(product, catalogue)
        return self._of_row(self._rows_of[entry][0], product, entry, catalogue)

    def _of_row(
        self, row: ExportRow, product: Product | None, entry: ExportName | None, catalogue: "Catalogue"
    ) -> Figures:
        source = CONFIDENCE[row.confidence]
        area_source = CONFIDENCE["E"] if row.area_estimated else source
        law = catalogue.export_law.formula
        formula, clock = _by_formula(row, product, law)
        return Figures(
            product=row.product,
            basis=row.basis,
            row=row.product,
            tpp=exactly(row.tpp, source),
            die_area_mm2=exactly(row.area_mm2, area_source),
            datacentre=row.datacentre,
            datacentre_source=_TABLE,
            dram_gb_per_s=exactly(row.dram_gb_per_s, source) if entry is None or entry.dram_gb_per_s else None,
            interconnect_gb_per_s=exactly(row.io_gb_per_s, source),
            tpp_formula=formula,
            rated_mhz=clock,
            limited=row.limited,
            notes=_notes(row)
            + _other_reading(row, formula, law)
            + ((entry.why,) if entry is not None and entry.why else ()),
        )


def figures_of(
    said: str | Sequence[Product], catalogue: "Catalogue", *, memory_mib: int | None = None, basis: str = ""
) -> Figures:
    """The figures of a name, or of the products that a card may be, for which they then hold all at once.

    Give `memory_mib` where a card's memory is known: a name may mean several products by it. Give `basis` "die" where
    the products are only those of the best fitting die. Nothing known gives figures that are all open.
    """
    table = catalogue.export_products
    if isinstance(said, str):
        text = " ".join(said[:LONGEST].split())
        known = table.of_name(text, memory_mib, catalogue, trade=True) if text else None
        if known is not None:
            return known
        said = catalogue.resolve(text)
        if not said:
            return Figures(product=visible(text)[:LONGEST], basis=NOTHING)
    found = [table.of_product(one, memory_mib, catalogue) for one in said]
    one = merged(list(dict.fromkeys(found)))
    if basis == DIE and one.basis != NOTHING:
        note = _ONE_OF_DIE if len(set(found)) == 1 else _ANY_OF_DIE
        return replace(one, basis=DIE, row="", notes=(fill(note, {"products": one.product}), *one.notes))
    return one


def merged(several: Sequence[Figures]) -> Figures:
    """What holds for all of them: a figure spans theirs, and one that differs in kind is not known."""
    if not several:
        return Figures(product="", basis=NOTHING)
    if len(several) == 1:
        return several[0]
    names = " / ".join(dict.fromkeys(one.product for one in several))
    marketed = {one.datacentre for one in several}
    distinct = len({one.product for one in several})
    note = (fill(_SEVERAL, {"number": distinct, "products": names}),) if distinct > 1 else ()
    return Figures(
        product=names,
        basis=max((one.basis for one in several), key=BASES.index),
        tpp=hull([one.tpp for one in several]),
        die_area_mm2=hull([one.die_area_mm2 for one in several]),
        datacentre=next(iter(marketed)) if len(marketed) == 1 else None,
        datacentre_source="; ".join(dict.fromkeys(one.datacentre_source for one in several)),
        dram_gb_per_s=hull([one.dram_gb_per_s for one in several]),
        interconnect_gb_per_s=hull([one.interconnect_gb_per_s for one in several]),
        tpp_formula=max((one.tpp_formula for one in several if one.tpp_formula is not None), default=None),
        rated_mhz=min((one.rated_mhz for one in several if one.rated_mhz is not None), default=None),
        limited=any(one.limited for one in several),
        notes=(*note, *dict.fromkeys(text for one in several for text in one.notes)),
    )


def _notes(row: ExportRow) -> tuple[str, ...]:
    values = {"product": row.product, "source": CONFIDENCE[row.confidence], "note": row.note.rstrip(".")}
    if row.basis == RUMOUR:
        return (fill(_RUMOURED, values),)
    if row.basis == NOTHING:
        return (fill(_NO_FIGURE, values),)
    if row.basis == ESTIMATE:
        return (fill(_ESTIMATED, values),)
    remark = (fill(_REMARK, values),) if row.note else ()
    return (fill(_FROM_MEMORY, values), *remark) if row.confidence == "M" else remark


def _by_formula(row: ExportRow, product: Product | None, law: Formula) -> tuple[float | None, float | None]:
    """What SM count and rated clock alone give, and that clock."""
    sm = row.sm or (product.sm if product else None)
    clock = row.rated_boost_mhz or (product.boost_mhz if product else None)
    return formula_of(row.chip, sm, clock, law), clock


def _other_reading(row: ExportRow, formula: float | None, law: Formula) -> tuple[str, ...]:
    """A sentence where the formula gives clearly other than what is published."""
    if row.basis != PUBLISHED or row.tpp is None or formula is None:
        return ()
    if abs(formula - row.tpp) <= law.disagrees * row.tpp or not (row.limited or row.rated_boost_mhz):
        return ()
    return (fill(_DISAGREE, {"published": f"{row.tpp:.0f}", "formula": f"{formula:.0f}"}),)
